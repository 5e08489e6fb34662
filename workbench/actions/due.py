"""What happens by itself: transitions whose delay is over, and those that need nothing but their guard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.actions.machines import may
from workbench.actions.records import Records
from workbench.actions.request import Refused, Request
from workbench.errors import Problem, VerificationError
from workbench.model import Domain, Machine, Transition
from workbench.model.address import dotted
from workbench.model.expression import Binary, Call, Cast, Constant, IsNull, Node, Path, Unary

__all__ = ["Due", "due"]


@dataclass(frozen=True, slots=True)
class Due:
    """A transition that happens by itself (the one at ``place`` of ``machine``), and the rows that it is due for now."""

    machine: Machine
    place: int
    where: Node

    def request(self, refused: Refused) -> Request:
        """The batch it is: it takes nothing from whoever runs it."""
        import pyarrow as pa

        way = self.machine.transitions[self.place]
        return Request(
            self.machine.resource,
            "update",
            Records(pa.table({})),
            f"{self.machine.name}.{','.join(way.sources)}->{way.target}",
            refused=refused,
            where=self.where,
            transition=(self.machine.name, self.place),
        )


def due(domain: Domain) -> tuple[Due, ...]:
    """Everything that may happen by itself, in the order of the design. Of several delays that are over, a row takes the one over first.

    Raises:
        VerificationError: a delay counts from the entry into a state, which no attribute records.
    """
    problems = [
        Problem(
            dotted("machines", machine.name, "transitions", place),
            "unrecorded_entry",
            "the delay counts from the entry into the state, and nothing records when that was",
            hint="name in 'since' the attribute that says from when it counts",
        )
        for machine in domain.machines
        for place, each in enumerate(machine.transitions)
        if each.after is not None and not each.since
    ]
    if problems:
        raise VerificationError(problems, domain.name)
    return tuple(
        Due(machine, place, _where(machine, place, own))
        for machine in domain.machines
        if (own := [n for n, each in enumerate(machine.transitions) if not each.event])
        for place in own
    )


def _where(machine: Machine, place: int, own: Sequence[int]) -> Node:
    """Rows that can take the transition now, and none of the others that come before it."""
    way = machine.transitions[place]
    found = _over(machine, way)
    for other in own:
        earlier = machine.transitions[other]
        if other == place or not set(way.sources) & set(earlier.sources):
            continue
        before = _before(earlier, way, is_listed_first=other < place)
        if before is not None:
            taken = Call("coalesce", (Binary("and", _over(machine, earlier), before), Constant(False)))
            found = Binary("and", found, Unary("not", taken))
    return found


def _over(machine: Machine, way: Transition) -> Node:
    """Whether a row is where the transition starts, its guard holds, and its delay is over."""
    can = may(machine, way)
    moment = _moment(way)
    return can if moment is None else Binary("and", can, Binary("<=", moment, Call("now")))


def _moment(way: Transition) -> Node | None:
    """When the delay is over; None where there is none."""
    if way.after is None:
        return None
    return Cast(Binary("+", Path((way.since,)), way.after), "timestamp")


def _before(earlier: Transition, way: Transition, *, is_listed_first: bool) -> Node | None:
    """Whether a row takes ``earlier`` before ``way``, where it can take both; None where it never does."""
    first, second = _moment(earlier), _moment(way)
    if first is None:
        return Constant(True) if is_listed_first or second is not None else None
    if second is None:
        return None
    return Binary("and", Binary("<=" if is_listed_first else "<", first, second), IsNull(first, negated=True))
