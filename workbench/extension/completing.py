"""Completion and help inside the cells of the domain language.

What could stand at a place is read off the grammars. The workbench kernel asks here for everything in such a cell; any other IPython
kernel asks through a matcher of its completer (``matcher``), which has no way to help, and adds Python's own names where nothing fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.errors import WorkbenchError
from workbench.extension.background import background_errors
from workbench.extension.cell import Cell, read_cell
from workbench.extension.naming import Names, domain_of, named, names
from workbench.views import View

__all__ = ["Suggestion", "explain", "matcher", "suggest"]

if TYPE_CHECKING:
    from workbench.language.domain_completion import Completion as Drafted
    from workbench.patterns.dsl_generator import DomainLanguage
    from workbench.patterns.dsl_generator.completion import Completion as Spoken
    from workbench.patterns.dsl_generator.completion import TextKind

T = TypeVar("T")


_KINDS = {
    "domain": ("Domain", "Design"),
    "change": ("Domain", "Design"),
    "scenario": ("Domain", "Design", "Workspace"),
    "ask": ("Workspace",),
}
"""Magic -> what the name behind it stands for."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``text`` may take the place of what stands from ``start`` to ``end`` of the cell; ``kind`` says what it is, ``detail`` more."""

    text: str
    start: int
    end: int
    kind: str
    detail: str = ""


def suggest(source: str, offset: int, notebook: Names) -> tuple[Suggestion, ...] | None:
    """What could be written at ``offset`` of a cell; None where the cell is none of the domain language.

    An error in here is kept among the background errors, and nothing is suggested.
    """
    cell, nothing = read_cell(source), tuple[Suggestion, ...]()
    return None if cell is None else _guarded("completion", lambda: _suggested(cell, source, offset, notebook), nothing)


def explain(source: str, offset: int, notebook: Names) -> View | None:
    """What the word at ``offset`` of a cell means; None where it means nothing, or the cell is none of the domain language."""
    cell = read_cell(source)
    return None if cell is None else _guarded("help", lambda: _explained(cell, offset, notebook), None)


def matcher(notebook: Callable[[], Names]) -> Callable[[Any], Mapping[str, Any]]:
    """A matcher for IPython's completer (its second interface), which asks ``notebook`` for the variables each time."""
    from IPython.core.completer import SimpleCompletion, context_matcher

    def match(context: Any) -> Mapping[str, Any]:  # IPython's CompletionContext
        lines = context.full_text.split("\n")
        offset = sum(len(line) + 1 for line in lines[: context.cursor_line]) + context.cursor_position
        found = suggest(context.full_text, offset, notebook()) or ()
        fragment = context.full_text[found[0].start : offset] if found else ""
        return {
            "completions": [SimpleCompletion(text=each.text, type=each.kind) for each in found],
            "matched_fragment": fragment,
            "suppress": True,
            "ordered": True,
        }

    made: Callable[[Any], Mapping[str, Any]] = context_matcher(identifier="workbench", priority=1000)(match)
    return made


def _suggested(cell: Cell, source: str, offset: int, notebook: Names) -> tuple[Suggestion, ...]:
    if offset <= cell.options_start + len(cell.options):
        return _names(cell, source, offset, notebook)
    at = offset - cell.start
    if cell.magic in ("domain", "change"):
        from workbench.extension.drafting import suggested

        return _placed(cell, suggested(cell, at, notebook))
    return _placed(cell, _language(cell, notebook).complete(cell.text, at, _kind(cell)))


def _placed(cell: Cell, found: Iterable[Drafted | Spoken]) -> tuple[Suggestion, ...]:
    """What was offered for the text, as suggestions for the whole cell."""
    at = cell.start
    return tuple(Suggestion(each.text, each.start + at, each.end + at, each.kind, each.detail) for each in found)


def _names(cell: Cell, source: str, offset: int, notebook: Names) -> tuple[Suggestion, ...]:
    """Names for the word behind the magic."""
    before = source[cell.options_start : offset]
    if offset < cell.options_start or len(before.split()) > 1:
        return ()
    begun = before.strip()
    start = offset - len(begun)
    found = [each for each in names(notebook, *_KINDS[cell.magic]) if each.startswith(begun) and each != begun]
    return tuple(Suggestion(each, start, offset, type(notebook[each]).__name__.lower()) for each in found)


def _explained(cell: Cell, offset: int, notebook: Names) -> View | None:
    at = offset - cell.start
    if at < 0:
        return None
    if cell.magic in ("domain", "change"):
        from workbench.extension.drafting import explained

        return explained(cell, at, notebook)
    return _language(cell, notebook).meaning(cell.text, at)


def _language(cell: Cell, notebook: Names) -> DomainLanguage:
    from workbench.extension.speaking import language

    _, value = named(notebook, cell.options.strip(), *_KINDS[cell.magic])
    return language(domain_of(value))


def _kind(cell: Cell) -> tuple[TextKind, ...]:
    return ("scenario",) if cell.magic == "scenario" else ("question",)


def _guarded(what: str, work: Callable[[], T], otherwise: T) -> T:
    try:
        return work()
    except WorkbenchError:  # the name stands for nothing yet: the cell says so when it is run
        return otherwise
    except Exception as error:  # noqa: BLE001  # whoever types must not be stopped by what fails in here; %workbench lists it
        background_errors().record(what, error)
        return otherwise
