"""What every row of a batch must meet by itself: types, required values, enums, constraints, rules, machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from workbench.actions.drafts import Draft
from workbench.actions.refusals import OUTDATED, Reason
from workbench.actions.stage import Changeset
from workbench.model import Attribute, Domain, EnumType, Machine, Resource, State
from workbench.model.expression import Binary, Call, Constant, In, IsNull, Node, Path, Unary
from workbench.model.types import storage, type_text
from workbench.relation.path_plan import PathPlan, typed_tree

__all__ = [
    "Check",
    "about_versions",
    "beginnings",
    "either",
    "of_machines",
    "of_rules",
    "of_values",
    "refusal_text",
    "stored_states",
]


_WRITTEN = {
    "date": "write 2026-11-03",
    "time": "write 09:00, or 09:00:00",
    "timestamp": "write the moment with its zone: 2026-11-03T09:00Z, or with +01:00 instead of Z",
    "local_timestamp": "write 2026-11-03T09:00, without a zone",
    "duration": "write 5 minutes, or PT5M",
    "boolean": "write true or false",
}
"""How values of types are written that people write in several ways."""


@dataclass(frozen=True, slots=True)
class Check:
    """A condition over the columns of a plan whose rows are the batch's, and what it says of those for which it is true.

    ``value`` is told beside each row, or what the record gave in the column ``given``; ``before`` is, for a ``machine``, the state there
    was, and ``event`` what happened to it. ``effect`` says whether such rows are refused or only counted.
    """

    reason: Reason
    where: Node
    value: Node | None = None
    before: Node | None = None
    effect: Literal["refuse", "warn", "unknown"] = "refuse"
    machine: Machine | None = None
    event: str = ""
    given: str = ""

    def only(self, condition: Node) -> Check:
        """The same check, of rows for which ``condition`` is true."""
        return replace(self, where=Binary("and", condition, self.where))


def of_values(
    draft: Draft, rows: PathPlan, required: Mapping[str, bool], touched: Sequence[str], given: Mapping[str, str]
) -> Iterator[Check]:
    """Of each attribute in ``touched``: it is a value of its type, it is there, it keeps its constraints."""
    resource = draft.shape.resource
    for name in touched:
        attribute, here = resource.attribute(name), own(rows, resource, name)
        unfit = Path((rows.here.alias, draft.shape.unfit(name))) if name in draft.doubtful else None
        if unfit is not None:
            message = f"it is no {type_text(attribute.type)}"
            reason = _reason(
                resource, attribute, "unfit_value", message, _WRITTEN.get(storage(attribute.type), "correct the value")
            )
            yield Check(reason, unfit, given=given.get(name, ""))
        if required[name]:
            empty: Node = IsNull(here)
            empty = empty if unfit is None else Binary("and", empty, Unary("not", unfit))
            yield Check(_reason(resource, attribute, "missing_value", "it is required", "give it a value"), empty)
        for code, message, broken in _limits(attribute, here):
            yield Check(_reason(resource, attribute, code, message), broken, here)


def _limits(attribute: Attribute, here: Node) -> Iterator[tuple[str, str, Node]]:
    limits, length = attribute.constraints, Call("length", (here,))
    if isinstance(attribute.type, EnumType):
        names = attribute.type.names
        listed = ", ".join(repr(each) for each in names[:8]) + " …" * (len(names) > 8)
        yield "unknown_value", f"it is none of {listed}", In(here, tuple(map(Constant, names)), negated=True)
    if limits.minimum is not None:
        yield "below_minimum", f"it is below {limits.minimum}", Binary("<", here, limits.minimum)
    if limits.maximum is not None:
        yield "above_maximum", f"it is above {limits.maximum}", Binary(">", here, limits.maximum)
    if limits.min_length is not None:
        message = f"it is shorter than {limits.min_length} characters"
        yield "too_short", message, Binary("<", length, Constant(limits.min_length))
    if limits.max_length is not None:
        message = f"it is longer than {limits.max_length} characters"
        yield "too_long", message, Binary(">", length, Constant(limits.max_length))
    if limits.pattern:
        unlike = Unary("not", Call("matches", (here, Constant(limits.pattern))))
        yield "unlike_pattern", f"it does not match {limits.pattern}", unlike


def of_rules(domain: Domain, rows: PathPlan, resource: Resource, kind: str) -> Iterator[Check]:
    """Of each rule about such a batch: it does not break; where it is unknown, that is counted."""
    for rule in resource.rules:
        if kind not in rule.on:
            continue
        judged = rows.compiled(typed_tree(rule.condition, domain, resource, is_condition=True))
        message = rule.message or f"it breaks {rule.name}: {rule.condition}"
        reason = Reason(resource.name, f"rules.{rule.name}", "rule_broken", message)
        yield Check(reason, Unary("not", judged), effect="refuse" if rule.severity == "error" else "warn")
        yield Check(reason, IsNull(judged), effect="unknown")


def of_machines(changeset: Changeset, draft: Draft, rows: PathPlan, touched: Sequence[str]) -> Iterator[Check]:
    """Of each machine whose attribute is touched: a row begins in an initial state, and moves only along transitions whose guard holds."""
    resource, domain, kind = draft.shape.resource, changeset.domain, changeset.kind
    instead = dict([changeset.instead] if changeset.instead else [])
    for machine in domain.machines:
        if machine.resource != resource.name or machine.attribute not in touched:
            continue
        here = own(rows, resource, machine.attribute)
        reason = Reason(resource.name, machine.attribute, "no_transition", "no transition leads there")
        if kind == "create":
            initial = tuple(Constant(each.name) for each in beginnings(machine))
            said = f"it begins as {' or '.join(repr(each.value) for each in initial)}"
            begin = Reason(resource.name, machine.attribute, "not_initial", said)
            if initial:
                yield Check(begin, In(here, initial, negated=True), here)
            continue
        before: Node = Path((rows.here.alias, draft.shape.old(machine.attribute)))
        ways: Node = Constant(False)
        for each in machine.transitions:
            if machine.attribute in instead and each.on_failure != instead[machine.attribute]:
                continue
            taken: Node = Binary("=", here, Constant(instead.get(machine.attribute, each.target)))
            taken = Binary("and", In(before, tuple(map(Constant, stored_states(machine, each.sources)))), taken)
            if each.guard is not None:
                guard = rows.compiled(typed_tree(each.guard, domain, resource, is_condition=True))
                taken = Binary("and", taken, Call("coalesce", (guard, Constant(False))))
            ways = Binary("or", ways, taken)
        moved = Binary("is distinct from", here, before)
        refused = Binary("and", moved, Unary("not", Call("coalesce", (ways, Constant(False)))))
        event = "" if changeset.action is None else changeset.action.name
        yield Check(reason, refused, here, before, machine=machine, event=event if event in machine.events else "")


def beginnings(machine: Machine) -> tuple[State, ...]:
    """The states a row may begin in: those said to be initial and stored."""
    initial = {each.name for each in machine.states if each.initial}
    atomic = [each for each in machine.states if each.kind == "atomic"]
    return tuple(each for each in atomic if each.name in initial and (not each.parent or each.parent in initial))


def refusal_text(machine: Machine, event: str, before: object, after: object) -> str:
    """Why a row cannot move so, by ``event`` or to ``after``, and what can happen to it instead."""
    here = {str(before), *_ancestors(machine, str(before))}
    ways = [each for each in machine.transitions if here & set(each.sources)]
    meant = [each for each in ways if (each.target == after if after is not None else each.event == event)]
    blocked = [each for each in meant if each.guard is not None]
    if blocked:
        where = f"from {before!r} to {after!r}" if after is not None else f"{event} from {before!r}"
        return blocked[0].message or f"{where} only when {blocked[0].guard}"
    names = [f"{each.event or 'by itself'} (to {each.target!r})" for each in ways]
    allowed = f"from {before!r} there is {', '.join(names)}" if names else f"{before!r} is left by no event"
    where = f"from {before!r} to {after!r}" if after is not None else f"on {event} from {before!r}"
    return f"no transition leads {where}; {allowed}"


def about_versions(draft: Draft, rows: PathPlan) -> Iterator[Check]:
    """The version that the caller has seen is the one there is."""
    resource = draft.shape.resource
    if draft.shape.expected() not in draft.columns:
        return
    before = Path((rows.here.alias, draft.shape.old(resource.version)))
    seen = Path((rows.here.alias, draft.shape.expected()))
    reason = Reason(resource.name, resource.version, OUTDATED, "somebody else changed the row first", "read it again")
    yield Check(reason, Binary("is distinct from", before, seen), before)


def own(rows: PathPlan, resource: Resource, attribute: str) -> Path:
    """An attribute of the row itself, as a column with its type."""
    return replace(rows.here.path(attribute), value_type=resource.attribute(attribute).type)


def either(checks: Sequence[Check]) -> Node:
    """Whether any of ``checks`` (at least one) is true."""
    joined = checks[0].where
    for each in checks[1:]:
        joined = Binary("or", joined, each.where)
    return joined


def _reason(resource: Resource, attribute: Attribute, code: str, message: str, hint: str = "") -> Reason:
    return Reason(resource.name, attribute.name, code, message, hint, attribute.sensitive)


def stored_states(machine: Machine, sources: Sequence[str]) -> list[str]:
    """The stored states that ``sources`` stand for: themselves, and for a compound state those inside."""
    return [
        each.name
        for each in machine.states
        if each.kind in ("atomic", "final") and {each.name, *_ancestors(machine, each.name)} & set(sources)
    ] or list(sources)


def _ancestors(machine: Machine, name: str) -> list[str]:
    parents = {each.name: each.parent for each in machine.states}
    found: list[str] = []
    while (name := parents.get(name, "")) and name not in found:
        found.append(name)
    return found
