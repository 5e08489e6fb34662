"""What a refactoring is: changes of a domain, and where the values of what is new come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from workbench.model.change import Change
from workbench.model.domain import Domain
from workbench.model.expression import Node, write
from workbench.model.resource import Relationship
from workbench.views import Column, Stack, Table, Text, View, Viewable, counted

__all__ = ["Loss", "Movement", "MovementKind", "Refactoring", "Way"]

MovementKind: TypeAlias = Literal["each", "distinct", "own", "agreed"]
"""Which rows take the values, and from where.

``each``      a row for each row of the source
``distinct``  a row for each combination of the values; those without a key are left out
``own``       each row takes values worked out from itself and what it reaches
``agreed``    each row takes the values that all rows of the source agree on which lead to it
"""

Way: TypeAlias = tuple[str, Relationship]
"""A resource and a relationship from it that values are read along, although the domain does not declare it."""


@dataclass(frozen=True, slots=True)
class Loss:
    """The rows of ``resource``, as it was, for which ``where`` is true have values that go nowhere: ``what`` says which."""

    resource: str
    where: Node
    what: str


@dataclass(frozen=True, slots=True)
class Movement:
    """Where values of ``resource``, as it is called afterwards, come from; all expressions are about the domain as it was.

    ``values`` pairs attributes with expressions over a row of ``source``. For ``agreed``, ``keys`` pairs attributes of the source with
    the attributes of ``resource``, as they were called, that they equal. ``number`` is an attribute counted from 1 in the order of the
    source's key. ``ways`` are relationships that the expressions use and the domain does not declare. Of the resource that
    it ``clears`` nothing is lost but what ``losses`` say: its key is known elsewhere.
    """

    kind: MovementKind
    resource: str
    source: str
    values: tuple[tuple[str, Node], ...]
    keys: tuple[tuple[str, str], ...] = ()
    number: str = ""
    ways: tuple[Way, ...] = ()
    losses: tuple[Loss, ...] = ()
    clears: str = ""

    def __str__(self) -> str:
        rows = {
            "each": f"a row for each row of {self.source}",
            "distinct": f"a row for each combination in {self.source}",
            "own": "each row",
            "agreed": f"each row, from the rows of {self.source} that lead to it and must agree",
        }
        return (
            f"{self.resource}: {rows[self.kind]}: {', '.join(f'{name} = {write(node)}' for name, node in self.values)}"
        )


@dataclass(frozen=True, eq=False)
class Refactoring(Viewable):
    """A domain said in another way: ``changes`` lead from ``before`` to ``after``, ``movements`` carry the data along and ``returns``
    carries it back.
    """

    name: str
    before: Domain
    after: Domain
    changes: tuple[Change, ...]
    movements: tuple[Movement, ...] = ()
    returns: tuple[Movement, ...] = ()

    def inverse(self) -> Refactoring:
        """What undoes it, data included as far as it was not lost."""
        from workbench.evolve.application import invert

        undone = invert(self.changes)
        return Refactoring(f"undo: {self.name}", self.after, self.before, undone, self.returns, self.movements)

    def __repr__(self) -> str:
        return f"<Refactoring: {self.name}>"

    def __str__(self) -> str:
        return "\n".join([self.name, *(f"  {each}" for each in (*self.changes, *self.movements))])

    def view(self) -> View:
        """The changes, and where values come from."""
        changes = Table((Column("change"),), tuple((str(each),) for each in self.changes), title="Changes")
        parts: list[View] = [changes]
        if self.movements:
            columns = (Column("values of"), Column("rows"), Column("come from", "code"))
            rows = tuple(
                (
                    each.resource,
                    str(each).split(": ")[1],
                    "; ".join(f"{name} = {write(node)}" for name, node in each.values),
                )
                for each in self.movements
            )
            parts.append(Table(columns, rows, title="Data"))
        else:
            parts.append(Text("No value moves.", tone="muted"))
        return Stack(self.name, tuple(parts), detail=counted(len(self.changes), "change"))
