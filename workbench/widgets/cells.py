"""Cells that the kernel writes into the notebook: the Python half; the lab extension ``workbench-language`` holds the other.

    put_cell(text, marker)      a new cell below the one that runs
    put_cell(text, marker, action="replace")   the cell written before under this marker gets a new text

The page answers later, when no cell runs: so the outcome comes as a ``Written`` to a function of the caller's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import Problem, VerificationError

__all__ = ["TARGET", "Action", "Request", "Written", "put_cell", "running_cell"]

TARGET = "workbench:cells"
"""What the page listens to."""

Action: TypeAlias = Literal["insert", "replace"]

_HINT = "copy the text into a cell yourself; the lab extension workbench-language lets the kernel do it"


class Request(BaseModel):
    """What is asked of the page. ``marker`` names the cell from now on, ``after`` is the id of the cell it goes below, empty for the
    one that is selected.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    action: Action
    text: Annotated[str, Field(max_length=1_000_000)]
    marker: Annotated[str, Field(min_length=1, max_length=200)]
    after: Annotated[str, Field(max_length=200)] = ""


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    ok: bool
    cell: Annotated[str, Field(max_length=200)] = ""
    why: Annotated[str, Field(max_length=300)] = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What the page did: the id of the cell it wrote, or the problem that kept it from it."""

    cell: str = ""
    problem: Problem | None = None

    @classmethod
    def read(cls, content: object) -> Written:
        """The answer that ``content`` says. The page is not trusted: anything else is a problem.

        >>> Written.read({"ok": True, "cell": "a1"}).cell, Written.read("nonsense").problem.code
        ('a1', 'refused_message')
        """
        try:
            answer = _Answer.model_validate(content)
        except ValidationError:
            return cls(
                problem=Problem("cell", "refused_message", "the page answered with something unknown", hint=_HINT)
            )
        if not answer.ok:
            return cls(problem=Problem("cell", "not_written", f"the page wrote no cell: {answer.why}", hint=_HINT))
        return cls(answer.cell)


def put_cell(
    text: str,
    marker: str,
    *,
    action: Action = "insert",
    after: str = "",
    done: Callable[[Written], object] = lambda _: None,
) -> None:
    """Ask the page to write a cell; ``done`` is called once with what came of it, when the page has answered.

    ``insert`` makes a new cell below ``after``. ``replace`` gives the cell of this ``marker`` the new text; where there is none, the
    first cell that begins with the same ``%%`` line; where there is none either, it inserts.

    Raises:
        VerificationError: the text or the marker is too long, or the marker empty.
    """
    try:
        request = Request(action=action, text=text, marker=marker, after=after)
    except ValidationError as error:
        problems = [Problem(str(each["loc"][0]), "refused_message", each["msg"]) for each in error.errors()]
        raise VerificationError(problems, "cell") from error
    _Asked(done).send(request)


def running_cell() -> str:
    """The id of the cell that runs now, as the page names it; empty outside of a cell and where the page does not say."""
    from IPython.core.getipython import get_ipython

    parent = getattr(get_ipython(), "parent_header", None)
    metadata = parent.get("metadata") if isinstance(parent, dict) else None
    found = metadata.get("cellId") if isinstance(metadata, dict) else None
    return found if isinstance(found, str) else ""


class _Asked:
    """One request, from the comm that carries it to its only answer."""

    def __init__(self, done: Callable[[Written], object]) -> None:
        self._done: Callable[[Written], object] | None = done

    def send(self, request: Request) -> None:
        from comm import create_comm

        comm = create_comm(target_name=TARGET, data=request.model_dump())

        def hear(message: Any) -> None:  # a Jupyter message, a plain dictionary
            self._tell(Written.read(message["content"]["data"]))
            comm.close()

        def closed(_: object) -> None:
            self._tell(Written(problem=Problem("cell", "no_page", "no page that can write cells listens", hint=_HINT)))

        comm.on_msg(hear)
        comm.on_close(closed)

    def _tell(self, written: Written) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(written)
