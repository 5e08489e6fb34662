"""Checks inside a guide: a notebook that tells a story and is a test of what it tells."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.errors import DefinitionError, Problem, VerificationError
from workbench.extension.background import background_errors

__all__ = ["Guide"]


class Guide:
    """The checks of one guide. Its last cell is ``guide.finish()``, which no failed check and no background error survives.

    >>> guide = Guide()
    >>> guide.check("sum", 1 + 1 == 2, "one and one is two")
    ✓ one and one is two
    >>> guide.finish()
    1 check holds: sum. No background errors.
    """

    def __init__(self) -> None:
        self._checks: dict[str, tuple[bool, str]] = {}

    def check(self, id: str, condition: bool, sentence: str) -> None:
        """State ``sentence`` as true, under an ``id`` of its own.

        ``VerificationError`` if ``condition`` is false; ``finish`` remembers it even where a cell swallows the error.
        ``DefinitionError`` if the id is taken, or the condition is no truth value (a table, a list …), which hides mistakes.
        """
        if id in self._checks:
            raise DefinitionError(f"the check {id!r} is there already; every check has an id of its own")
        if type(condition).__name__ not in ("bool", "bool_"):
            raise DefinitionError(f"the check {id!r} needs a truth value, not a {type(condition).__name__}")
        self._checks[id] = (bool(condition), sentence)
        if not condition:
            raise VerificationError([self._failed(id)], "guide")
        print(f"✓ {sentence}")

    def finish(self, seconds: float = 5.0) -> None:
        """Print one fixed line if every check held and nothing failed in the background, waiting ``seconds`` for threads.

        Else ``VerificationError`` with all that failed; also when there was no check at all.
        """
        problems = [self._failed(id) for id, (held, _) in self._checks.items() if not held]
        problems += background_errors().settle(seconds)
        if not self._checks:
            problems.append(Problem("guide", "no_checks", "the guide checked nothing", hint="call guide.check(…)"))
        if problems:
            raise VerificationError(problems, "guide")
        print(self.summary(self._checks))

    @staticmethod
    def summary(checks: Iterable[str]) -> str:
        """The line that ``finish`` prints when exactly these checks held, in this order."""
        ids = list(checks)
        held = "1 check holds" if len(ids) == 1 else f"{len(ids)} checks hold"
        return f"{held}: {', '.join(ids)}. No background errors."

    def _failed(self, id: str) -> Problem:
        return Problem(f"guide.{id}", "check_failed", f"this does not hold: {self._checks[id][1]}")
