"""What follows from moves: which effects, in which order, and the records of the batch that each of them is.

When a row moves, ``on_exit`` of the states it leaves (the innermost first), the effects of the transition, and ``on_entry`` of the
states it enters (the outermost first) happen in this order, as in SCXML; a row that is created enters the state it begins in. Each effect is a batch
of its own on its target: the rows that a relationship path leads to from the row that moved, or else the resource of that name.

    create    a row of what ``set`` says, an expression on the row that moved; along a has_many or has_one it belongs to that row
    update    rows of the target for which ``where`` (on the target) is true take what ``set`` says
    destroy   such rows are gone
    send      ``event``, ``path.event`` or ``resource.event``: the event happens to the row itself, or to such rows, as far as they are in a state
              in which it leads somewhere; others do not hear it
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby
from typing import TypeAlias

from workbench.actions.checks import beginnings, own, stored_states
from workbench.actions.drafts import Draft
from workbench.actions.machines import asked, may
from workbench.actions.stage import Changeset, Kind
from workbench.errors import DefinitionError
from workbench.expression import check
from workbench.expression.typed import Step
from workbench.model import Action, Domain, Effect, Machine, Resource, Transition
from workbench.model.expression import Binary, Call, Case, Constant, In, Node, Path
from workbench.relation.path_plan import PathPlan, TableOf, equal, typed_tree
from workbench.relation.plan import Aggregate, Join, Order, Output, Plan, Project, Scan, Sort, TableName

__all__ = [
    "MOVED",
    "Deed",
    "Goal",
    "Way",
    "Ways",
    "deeds_of",
    "goal",
    "moves_plan",
    "path_shared",
    "records_plan",
    "tree_in",
    "ways_of",
]

MOVED = TableName("moved")
"""What the rows that moved are called in plans: ``row``, and their key as ``key0`` …"""


@dataclass(frozen=True, slots=True)
class Deed:
    """An effect at its place, which ``label`` names: ``flow.pay.effects[0]``, ``flow.paid.on_entry[0]``."""

    label: str
    machine: Machine
    effect: Effect


@dataclass(frozen=True, slots=True)
class Way:
    """A move from one of ``sources`` (none for a row that is created) to ``target``, what follows from it, and where it leads when that fails."""

    machine: Machine
    sources: tuple[str, ...]
    target: str
    deeds: tuple[Deed, ...]
    guard: Node | None = None
    on_failure: str = ""
    stays: bool = False


Ways: TypeAlias = tuple[tuple[Way, ...], ...]
"""For each machine with effects the ways of its rows; the first that a row can have taken is the one it took."""


def ways_of(changeset: Changeset, touched: Sequence[str]) -> Ways:
    """The ways that rows of such a batch may take, for each machine some of whose ways have effects."""
    found = []
    for machine in changeset.domain.machines:
        if machine.resource == changeset.resource.name and machine.attribute in touched:
            each = tuple(_begun(machine) if changeset.kind == "create" else _moved(machine, changeset))
            if any(way.deeds for way in each):
                found.append(each)
    return tuple(found) if changeset.kind != "destroy" else ()


def deeds_of(changeset: Changeset, touched: Sequence[str]) -> tuple[Deed, ...]:
    """Every effect that may follow from such a batch, those of states for failures included; each once."""
    found = ways_of(changeset, touched)
    states = {(way.machine.attribute, way.on_failure): None for group in found for way in group if way.on_failure}
    instead = [ways_of(replace(changeset, instead=each), touched) for each in states]
    return tuple(
        dict.fromkeys(deed for ways in (found, *instead) for group in ways for way in group for deed in way.deeds)
    )


def _begun(machine: Machine) -> Iterator[Way]:
    for state in beginnings(machine):
        yield Way(machine, (), state.name, _of_states(machine, reversed(_chain(machine, state.name)), "on_entry"))


def _moved(machine: Machine, changeset: Changeset) -> Iterator[Way]:
    wanted = asked(changeset, machine)
    instead = dict([changeset.instead] if changeset.instead else []).get(machine.attribute)
    for each in machine.transitions:
        if (wanted and each not in wanted) or (instead is not None and each.on_failure != instead):
            continue
        target = each.target if instead is None else instead
        own_deeds = _own(machine, each) if instead is None else ()
        states = stored_states(machine, each.sources)
        around = [(*_around(machine, each, state, target, own_deeds), state) for state in states]
        for deeds, group in groupby(around, key=lambda one: one[0]):
            sources = tuple(state for _, state in group)
            on_failure = each.on_failure if instead is None else ""
            yield Way(machine, sources, target, deeds, each.guard, on_failure, bool(wanted) and target in sources)


def _around(
    machine: Machine, way: Transition, state: str, target: str, between: tuple[Deed, ...]
) -> tuple[tuple[Deed, ...]]:
    """What happens on the way out of ``state``, between, and on the way into ``target``."""
    here, there = _chain(machine, state), _chain(machine, target)
    declared = next((each for each in here if each in way.sources), state)
    outer = [each for each in _chain(machine, declared)[1:] if each in there[1:]][:1]
    left = here[: here.index(outer[0])] if outer else here
    entered = there[: there.index(outer[0])] if outer else there
    out, into = _of_states(machine, left, "on_exit"), _of_states(machine, reversed(entered), "on_entry")
    return ((*out, *between, *into),)


def _of_states(machine: Machine, names: Iterator[str] | Sequence[str], kind: str) -> tuple[Deed, ...]:
    known = {each.name: each for each in machine.states}
    return tuple(
        Deed(f"{machine.name}.{name}.{kind}[{place}]", machine, effect)
        for name in names
        if name in known
        for place, effect in enumerate(known[name].on_entry if kind == "on_entry" else known[name].on_exit)
    )


def _own(machine: Machine, way: Transition) -> tuple[Deed, ...]:
    is_told = way.event and sum(each.event == way.event for each in machine.transitions) == 1
    called = way.event if is_told else f"{','.join(way.sources)}->{way.target}"
    return tuple(Deed(f"{machine.name}.{called}.effects[{n}]", machine, effect) for n, effect in enumerate(way.effects))


def _chain(machine: Machine, name: str) -> list[str]:
    """A state and the states around it, outwards."""
    parents, found = {each.name: each.parent for each in machine.states}, [name]
    while (name := parents.get(name, "")) and name not in found:
        found.append(name)
    return found


def moves_plan(domain: Domain, draft: Draft, key: Sequence[str], table_of: TableOf, found: Ways) -> Plan:
    """For each record its number, its key (``key0`` …), and for each machine (``way0`` …) the place of the way it takes; null where none."""
    resource = draft.shape.resource
    rows = PathPlan(domain, resource, table_of, start=draft.plan)
    head = [Output("row", Path((rows.here.alias, draft.shape.row)))]
    head += [Output(f"key{n}", rows.here.path(name)) for n, name in enumerate(key)]
    taken = []
    for number, group in enumerate(found):
        branches = tuple((_takes(domain, draft, rows, each), Constant(place)) for place, each in enumerate(group))
        taken.append(Output(f"way{number}", Case(branches)))
    return Project(rows.plan, (*head, *taken))


def _takes(domain: Domain, draft: Draft, rows: PathPlan, way: Way) -> Node:
    """Whether a row takes the way."""
    resource = draft.shape.resource
    here = own(rows, resource, way.machine.attribute)
    taken: Node = Binary("=", here, Constant(way.target))
    if not way.sources:
        return taken
    before = Path((rows.here.alias, draft.shape.old(way.machine.attribute)))
    taken = Binary("and", taken, In(before, tuple(map(Constant, way.sources))))
    if not way.stays:
        taken = Binary("and", taken, Binary("is distinct from", here, before))
    if way.guard is not None:
        guard = rows.compiled(typed_tree(way.guard, domain, resource, is_condition=True))
        taken = Binary("and", taken, Call("coalesce", (guard, Constant(False))))
    return taken


@dataclass(frozen=True, slots=True)
class Goal:
    """What an effect is done to: the resource, the steps that lead there (none: all its rows; None: the row itself), and the action it is."""

    resource: Resource
    steps: tuple[Step, ...] | None
    kind: Kind
    action: Action
    machines: tuple[Machine, ...] = ()


def goal(domain: Domain, deed: Deed) -> Goal:
    """What an effect is done to.

    Raises:
        NotFoundError: its target is nothing of the domain.
        DefinitionError: such rows cannot be created or found.
    """
    effect, start = deed.effect, domain.resource(deed.machine.resource)
    path, event = effect.target, ""
    if effect.kind == "send":
        path, _, event = effect.target.rpartition(".")
    steps: tuple[Step, ...] | None = None
    resource = start
    if path and domain.has_resource(path) and not _leads(start, path, effect.kind):
        steps, resource = (), domain.resource(path)
    elif path:
        steps = tuple(_steps(domain, start, path.split(".")))
        resource = domain.resource(steps[-1].destination)
    if effect.kind != "create" and not resource.key:
        raise DefinitionError(f"{deed.label}: {resource.name} needs a key, so that its rows can be told apart")
    if effect.kind == "send":
        told = tuple(each for each in domain.machines if each.resource == resource.name and event in each.events)
        return Goal(resource, steps, "update", Action(name=event, kind="update", accept=()), told)
    if effect.kind == "create" and steps and len(steps) > 1:
        raise DefinitionError(f"{deed.label}: a row is created along one relationship; {path} is {len(steps)}")
    names = [each.attribute for each in effect.set]
    names += list(linked(domain, steps[0], deed.label)) if effect.kind == "create" and steps else []
    action = Action(name=f"{deed.machine.name}.{effect.kind}", kind=effect.kind, accept=tuple(names))
    return Goal(resource, steps, effect.kind, action)


def path_shared(domain: Domain, deed: Deed) -> tuple[Step, ...] | None:
    """The to-one steps by which an effect is done to a row that several records may share; None where it is not."""
    aim = goal(domain, deed)
    if aim.kind == "create" or not aim.steps or any(each.is_to_many for each in aim.steps):
        return None
    return aim.steps


def _leads(start: Resource, path: str, kind: str) -> bool:
    """Whether the name of a resource is that of a relationship too, which then is meant."""
    known = [each.kind for each in start.relationships if each.name == path]
    return bool(known) and (kind != "create" or known[0] in ("has_many", "has_one"))


def _steps(domain: Domain, start: Resource, names: Sequence[str]) -> Iterator[Step]:
    for name in names:
        way = start.relationship(name)
        yield Step(start.name, name, way.destination, way.kind in ("has_many", "many_to_many"))
        start = domain.resource(way.destination)


def linked(domain: Domain, step: Step, label: str) -> dict[str, str]:
    """For a row created along a relationship: its attributes that lead back, and those of the row they equal."""
    start = domain.resource(step.source)
    way = start.relationship(step.relationship)
    if way.kind not in ("has_many", "has_one"):
        raise DefinitionError(
            f"{label}: {start.name}.{way.name} is a {way.kind}, and only along has_many and has_one can an effect create rows"
        )
    keys = domain.relationship_keys(start, way)
    return dict(zip(keys.destination, keys.source, strict=True))


def records_plan(domain: Domain, deed: Deed, table_of: TableOf, seen: TableOf) -> Plan:
    """The records that follow from the rows that moved: ``row`` (whose they are), then what they give; in the order of the rows."""
    start, aim = domain.resource(deed.machine.resource), goal(domain, deed)
    rows = PathPlan(domain, start, table_of, {"moved"})
    keys = [rows.here.path(name) for name in start.key]
    rows.plan = Join(
        rows.plan, Scan(MOVED, "moved"), equal(keys, [Path(("moved", f"key{n}")) for n in range(len(keys))])
    )
    values = {
        each.attribute: rows.compiled(tree_in(each.value, domain, start, deed, is_condition=False))
        for each in deed.effect.set
    }
    head = [Output("row", Path(("moved", "row")))]
    order: tuple[Order, ...] = (Order(Path(("row",))),)
    if aim.kind == "create":
        links = linked(domain, aim.steps[0], deed.label) if aim.steps else {}
        values = {name: rows.here.path(source) for name, source in links.items()} | values
        return Sort(Project(rows.plan, (*head, *(Output(name, node) for name, node in values.items()))), order)
    rows.table_of = seen
    if aim.steps == ():
        there = PathPlan(domain, aim.resource, seen, rows.aliases)
        rows.plan, rows.places = Join(rows.plan, there.plan, Constant(True)), there.places
    elif aim.steps:
        rows.go(aim.steps)
    if deed.effect.where is not None:
        rows.filter(tree_in(deed.effect.where, domain, aim.resource, deed, is_condition=True))
    if deed.effect.kind == "send":
        heard = [
            may(machine, way) for machine in aim.machines for way in machine.transitions if way.event == aim.action.name
        ]
        heard_any = reduce(lambda a, b: Binary("or", a, b), heard) if heard else Constant(False)
        rows.filter(typed_tree(heard_any, domain, aim.resource, is_condition=True))
    found = [Output(name, rows.here.path(name)) for name in aim.resource.key]
    found += [Output(name, node) for name, node in values.items() if name not in aim.resource.key]
    order += tuple(Order(Path((name,))) for name in aim.resource.key)
    return Sort(Aggregate(rows.plan, (*head, *found), ()), order)


def tree_in(node: Node, domain: Domain, resource: Resource, deed: Deed, *, is_condition: bool) -> Node:
    """An expression of an effect, typed. Raises ``VerificationError``, which names the effect, where it has problems."""
    typed = check(node, domain, resource, is_condition=is_condition, subject=deed.label)
    return typed_tree(typed, domain, resource, is_condition)
