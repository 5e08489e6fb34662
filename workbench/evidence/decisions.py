"""What a person decided about a proposal, and the file it is kept in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import TypeAdapter, ValidationError

from workbench.errors import Problem, VerificationError

__all__ = ["Decision", "Verdict", "load_decisions", "save_decisions"]

Verdict: TypeAlias = Literal["accept", "refuse", "edit"]
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided: about a claim (by id), or (``edit``) facts set on an element by path. ``reason`` is theirs."""

    verdict: Verdict
    about: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return (
            f"{self.verdict} {self.about}"
            + (f": {facts}" if facts else "")
            + (f" ({self.reason})" if self.reason else "")
        )


def save_decisions(decisions: Iterable[Decision], path: str | Path) -> None:
    """Write the decisions as JSON."""
    kept = {"workbench": "decisions", "format": _FORMAT, "decisions": [asdict(each) for each in decisions]}
    Path(path).write_text(json.dumps(kept, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def load_decisions(path: str | Path) -> tuple[Decision, ...]:
    """The decisions that ``Proposal.save_decisions`` wrote.

    Raises:
        VerificationError: the file is missing, is not JSON, or holds something else.
    """
    try:
        kept = json.loads(Path(path).read_text(encoding="utf-8"))
        if kept["workbench"] != "decisions" or kept["format"] != _FORMAT:
            raise ValueError(f"this is no list of decisions of format {_FORMAT}")
        return TypeAdapter(tuple[Decision, ...]).validate_python(kept["decisions"])
    except ValidationError as error:
        first = error.errors()[0]
        why: object = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        why = error
    hint = "give the file save_decisions wrote"
    raise VerificationError([Problem(str(path), "unreadable_decisions", f"decisions cannot be read: {why}", hint=hint)])
