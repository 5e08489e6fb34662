"""A statement ready to run: text with numbered places, and what belongs in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.errors import DefinitionError
from workbench.model.expression import Constant, Reference, Scalar, write

__all__ = ["Statement"]

_MOMENT = ("context.now", "context.today")


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with the places ``$1``, ``$2``, …; ``parameters`` holds what fills each: a constant, or a reference filled by the caller."""

    text: str
    parameters: tuple[Constant | Reference, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The references by written name (``actor.role``, ``:amount``), each once, in order of first use."""
        return tuple(dict.fromkeys(write(each) for each in self.parameters if isinstance(each, Reference)))

    def values(self, given: Mapping[str, Scalar] | None = None) -> list[Scalar]:
        """What to bind, in place order; ``given`` fills the references by written name. What is not said of who asks is unknown: null.

        >>> Statement("SELECT $1, $2", (Constant("x"), Reference("argument", ("n",)))).values({":n": 3})
        ['x', 3]

        Raises:
            DefinitionError: an argument, or the moment, is not given; the message lists every one that is missing.
        """
        given = given or {}
        needed = (name for name in self.names if name.startswith(":") or name in _MOMENT)
        if missing := [name for name in needed if name not in given]:
            raise DefinitionError(f"the statement needs a value for {', '.join(missing)}")
        return [each.value if isinstance(each, Constant) else given.get(write(each)) for each in self.parameters]
