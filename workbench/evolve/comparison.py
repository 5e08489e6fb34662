"""The difference between two versions of a domain, as a value: its changes, how dangerous each is, and how it shows itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from workbench.evolve.classification import TONES, Classified, classify_between
from workbench.evolve.difference import changes_between
from workbench.evolve.rules import SAFETIES, Safety
from workbench.model.change import Change, Value
from workbench.model.domain import Domain
from workbench.views import Column, Stack, Table, Text, View, Viewable

__all__ = ["Difference", "diff"]


@dataclass(frozen=True, eq=False)
class Difference(Sequence[Change], Viewable):
    """The changes that lead from ``before`` to ``after``, in the order they apply; empty, and false, where the two are equal.

    It is equal to any sequence of the same changes. They are classified when somebody first asks.
    """

    before: Domain
    after: Domain
    changes: tuple[Change, ...]

    @cached_property
    def classified(self) -> tuple[Classified, ...]:
        """Each change with its class and why, in the same order."""
        return classify_between(self.before, self.after, self.changes)

    @property
    def safety(self) -> Safety:
        """The worst class of all; safe where nothing changes."""
        return max((each.safety for each in self.classified), key=SAFETIES.index, default="safe")

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Change, ...]: ...
    def __getitem__(self, index: int | slice) -> Change | tuple[Change, ...]:
        return self.changes[index]

    def __len__(self) -> int:
        return len(self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Difference | tuple | list) and self.changes == tuple(other)

    def __hash__(self) -> int:
        return hash(self.changes)

    def __repr__(self) -> str:
        return f"Difference({self.before.name!r}, {self.after.name!r}, {self._counted()})"

    def __str__(self) -> str:
        return "\n".join(map(str, self.classified)) or "no changes"

    def _counted(self) -> str:
        counts = Counter(each.safety for each in self.classified)
        return ", ".join(f"{counts[each]} {each}" for each in reversed(SAFETIES) if counts[each]) or "no changes"

    def as_dicts(self) -> list[dict[str, Value]]:
        """A JSON value for each change: ``change``, ``path``, ``class``, ``rule``, ``from`` and ``to``."""
        return [each.as_dict() for each in self.classified]

    def view(self) -> View:
        """A table of the changes with class, rule, why and what to do, or one good sentence."""
        if not self.changes:
            return Text(f"Nothing changes: both versions of {self.after.name} are equal.", tone="good")
        columns = (
            Column("class", "tone"),
            Column("change"),
            Column("why"),
            Column("what to do"),
            Column("rule", "code"),
        )
        rows = tuple(
            (
                each.safety,
                str(each.change),
                "; ".join(finding.why for finding in each.findings),
                "; ".join(dict.fromkeys(finding.hint for finding in each.findings if finding.hint)),
                ", ".join(each.rules),
            )
            for each in self.classified
        )
        table = Table(columns, rows, tones=tuple(TONES[each.safety] for each in self.classified))
        return Stack("Changes", (table,), detail=self._counted())


def diff(before: Domain, after: Domain) -> Difference:
    """What leads from ``before`` to ``after``: changes to iterate, apply and invert, each classified, in a value that shows itself.

    >>> from workbench.model import Resource
    >>> old = Domain(name="shop", resources=(Resource(name="orders"),))
    >>> new = Domain(name="shop", resources=(Resource(name="purchases", was="orders", cluster="sales"),))
    >>> [(str(each.change), each.safety) for each in diff(old, new).classified]
    [('rename resource orders to purchases', 'breaking'), ("change purchases.cluster from '' to 'sales'", 'safe')]
    """
    return Difference(before, after, changes_between(before, after))
