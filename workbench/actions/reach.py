"""Which rows a written row matters to: what aggregates over it, what a path leads from to it, and which records of a batch share that.

An expression on a row of one resource *reads* another resource where a path or an aggregate of it leads there. A batch on the resource
read changes what the expression says on the rows that lead to it: these rules are checked again, on these rows only, as the tables
will be. And two records of a batch that change the same of it depend on their order, so the later one waits for the earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from workbench.actions.drafts import INTEGER, Draft
from workbench.expression.typed import Column, Gather, Step
from workbench.model import Domain, Resource
from workbench.model.expression import Aggregate as Over
from workbench.model.expression import Binary, BinaryOperator, Constant, IsNull, Node, Path, Unary, children
from workbench.relation.path_plan import PathPlan, TableOf, equal, typed_tree
from workbench.relation.plan import Aggregate, Filter, Join, Output, Plan, Project, Scan, TableName, Union

__all__ = [
    "Reading",
    "Shared",
    "Tables",
    "attributes_read",
    "breaking",
    "by_path",
    "by_reference",
    "by_value",
    "matters",
    "readings",
    "sharing",
    "together",
    "waiting",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """The steps from a row to rows of the resource read, and after how many of them an aggregate over to-many begins; None where none does.

    With ``is_through`` the rows read are those that join both ends of the last step.
    """

    chain: tuple[Step, ...]
    shared: int | None = None
    is_through: bool = False


def readings(domain: Domain, tree: Node, target: str) -> tuple[Reading, ...]:
    """Every way in which a typed expression reads the resource called ``target``, beyond the row it stands on."""
    return tuple(dict.fromkeys(_readings(domain, tree, target, [()], None)))


def _readings(
    domain: Domain, node: Node, target: str, bases: list[tuple[Step, ...]], shared: int | None
) -> Iterator[Reading]:
    if isinstance(node, Column):
        yield from _along(domain, bases[-1 - node.up], node.steps, target, shared)
    elif isinstance(node, Gather):
        base = bases[-1 - node.up]
        first = next((place for place, step in enumerate(node.over) if step.is_to_many), max(len(node.over) - 1, 0))
        begin = len(base) + first if shared is None else shared
        yield from _along(domain, base, node.over[:first], target, shared)
        yield from _along(domain, base + node.over[:first], node.over[first:], target, begin)
        for child in children(node):
            yield from _readings(domain, child, target, [*bases, base + node.over], begin)
    else:
        for child in children(node):
            yield from _readings(domain, child, target, bases, shared)


def _along(
    domain: Domain, base: tuple[Step, ...], steps: tuple[Step, ...], target: str, shared: int | None
) -> Iterator[Reading]:
    for size, step in enumerate(steps, 1):
        chain = base + steps[:size]
        relationship = domain.resource(step.source).relationship(step.relationship)
        if relationship.kind == "many_to_many" and relationship.through == target:
            yield Reading(chain, shared, is_through=True)
        if step.destination == target:
            yield Reading(chain, shared)
        if relationship.filter is not None:
            tree = typed_tree(relationship.filter, domain, domain.resource(step.destination), is_condition=True)
            yield from _readings(domain, tree, target, [chain], shared)


def matters(domain: Domain, found: Sequence[Reading], kind: str) -> tuple[Reading, ...]:
    """Those of ``found`` that lead to a row of such a batch: to one just created no reference leads yet."""

    def leads(each: Reading) -> bool:
        last = each.chain[-1]
        held = domain.resource(last.source).relationship(last.relationship).kind in ("belongs_to", "many_to_many")
        return kind != "create" or each.is_through or not held

    return tuple(each for each in found if leads(each))


def attributes_read(domain: Domain, tree: Node, resource: str, target: str) -> frozenset[str]:
    """The attributes of ``target`` that a typed expression on a row of ``resource`` depends on."""
    return frozenset(_read(domain, tree, target, [resource]))


def _read(domain: Domain, node: Node, target: str, rows: list[str]) -> Iterator[str]:
    if isinstance(node, Column | Gather):
        steps = node.steps if isinstance(node, Column) else node.over
        end = steps[-1].destination if steps else rows[-1 - node.up]
        if isinstance(node, Column) and end == target:
            yield node.attribute
        for step in steps:
            yield from _joining(domain, step, target)
        rows = [*rows, end] if isinstance(node, Gather) else rows
    for child in children(node):
        yield from _read(domain, child, target, rows)


def _joining(domain: Domain, step: Step, target: str) -> Iterator[str]:
    """The attributes of ``target`` that a step joins on or filters by."""
    source = domain.resource(step.source)
    relationship = source.relationship(step.relationship)
    keys = domain.relationship_keys(source, relationship)
    yield from keys.source if step.source == target else ()
    yield from keys.destination if step.destination == target else ()
    if relationship.through == target:
        yield from domain.resource(target).attribute_names
    if relationship.filter is not None:
        destination = domain.resource(step.destination)
        tree = typed_tree(relationship.filter, domain, destination, is_condition=True)
        yield from _read(domain, tree, target, [destination.name])


class Tables:
    """The tables as a batch finds and leaves them. ``draft`` are its rows; a create has no old ones, a destroy no new ones."""

    def __init__(self, domain: Domain, draft: Draft, table_of: TableOf, kind: str) -> None:
        self.domain, self.draft, self.table_of, self.kind = domain, draft, table_of, kind
        self.resource = draft.shape.resource

    def new(self) -> Project:
        """The rows as they will be, and their numbers."""
        names = self.resource.attribute_names
        return self._version({name: self.draft.shape.column(name) for name in names})

    def old(self) -> Project:
        """The rows as they are, and their numbers."""
        return self._version({name: self.draft.shape.old(name) for name in self.resource.attribute_names})

    def _version(self, columns: dict[str, str]) -> Project:
        alias, shape = self.resource.name, self.draft.shape
        start: Plan = replace(self.draft.plan, alias=alias)
        if self.kind != "create":
            start = Filter(start, Path((alias, shape.found)))
        own = tuple(Output(shape.column(name), Path((alias, column))) for name, column in columns.items())
        return Project(start, (*own, Output(shape.row, Path((alias, shape.row), value_type=INTEGER))))

    def versions(self) -> list[Project]:
        """What there is of the batch's rows: as they are, and as they will be."""
        return [*([self.old()] if self.kind != "create" else []), *([self.new()] if self.kind != "destroy" else [])]

    def after(self, resource: Resource, seen: TableOf | None = None) -> TableName | Project | Union:
        """The rows of ``resource`` as the batch leaves them; of those there are, the ones ``seen`` gives."""
        found = (seen or self.table_of)(resource)
        if resource.name != self.resource.name:
            return found
        staying = self._scanned(found)
        if self.kind != "create":
            gone = replace(self.old(), alias="gone")
            key = [self.draft.shape.column(name) for name in self.resource.key]
            on = equal([Path(("staying", each)) for each in key], [Path(("gone", each)) for each in key])
            staying = replace(staying, input=Join(staying.input, gone, on, "anti"))
        if self.kind == "destroy":
            return staying
        return Union((staying, self._own(self.new())))

    def wide(self, resource: Resource) -> TableName | Project | Union:
        """The rows of ``resource`` there are, and those the batch may leave."""
        found = self.table_of(resource)
        if resource.name != self.resource.name:
            return found
        return Union((self._scanned(found), *map(self._own, self.versions())))

    def touched(self, resource: Resource) -> TableName | Project | Union:
        """Of the batch's resource the rows of the batch alone, with their numbers."""
        if resource.name != self.resource.name:
            return self.table_of(resource)
        versions = self.versions()
        return versions[0] if len(versions) == 1 else Union(tuple(versions))

    def _scanned(self, found: TableName | Project | Union) -> Project:
        start: Plan = Scan(found, "staying") if isinstance(found, TableName) else replace(found, alias="staying")
        names = [self.draft.shape.column(name) for name in self.resource.attribute_names]
        return Project(start, tuple(Output(name, Path(("staying", name))) for name in names))

    def _own(self, version: Project) -> Project:
        return Project(version.input, version.outputs[:-1])


def pairs_of(tables: Tables, start: Resource, chain: Sequence[Step], is_through: bool = False) -> Project:
    """For each row of ``start`` that ``chain`` leads from to a row of the batch: its key (``k0`` …) and that row's number (``row``)."""
    rows = PathPlan(tables.domain, start, tables.wide)
    keys = tuple(Output(f"k{place}", rows.here.path(name)) for place, name in enumerate(start.key))
    rows.go(tuple(chain[:-1]))
    rows.table_of = tables.touched
    rows.go(tuple(chain[-1:]))
    place = rows.between if is_through and rows.between is not None else rows.here
    return Project(rows.plan, (*keys, Output("row", Path((place.alias, tables.draft.shape.row)))))


def breaking(tables: Tables, resource: Resource, condition: Node, found: Sequence[Reading]) -> Project:
    """The records (``row``) whose writing makes ``condition`` false on a row of ``resource`` that leads to them by one of ``found``."""
    pairs = [pairs_of(tables, resource, each.chain, each.is_through) for each in found]
    affected = Union(tuple(pairs), distinct=True, alias="affected")
    rows = PathPlan(tables.domain, resource, tables.after)
    rows.aliases.add("affected")
    keys = [rows.here.path(name) for name in resource.key]
    rows.plan = Join(rows.plan, affected, equal(keys, [Path(("affected", f"k{n}")) for n in range(len(keys))]))
    rows.filter(Unary("not", condition))
    return Project(rows.plan, (Output("row", Path(("affected", "row"))),))


@dataclass(frozen=True, slots=True)
class Shared:
    """Records and what they share: a plan of ``k0`` …, ``row`` and ``writes``; records that only read it do not wait for each other."""

    plan: Plan
    size: int
    nulls_equal: bool = False


def sharing(tables: Tables, resource: Resource, found: Sequence[Reading]) -> Shared | None:
    """What records of a batch share because an expression on ``resource`` reads them by ``found``."""
    own = tables.resource
    is_own, first = resource.name == own.name, found[0]
    if len(found) == 1 and first.shared is None and not is_own:
        return None  # such a row is read by rows that read no other
    if len(found) == 1 and first.shared is not None:
        end = first.chain[first.shared - 1].destination if first.shared else resource.name
        start = tables.domain.resource(end)
        plans: list[Plan] = [pairs_of(tables, start, first.chain[first.shared :], first.is_through)]
        if is_own:
            plans += [_leading(tables, version, first.chain[: first.shared], start) for version in tables.versions()]
        return _written(plans, len(start.key)) if start.key else None
    if resource.key:
        plans = [pairs_of(tables, resource, each.chain, each.is_through) for each in found]
        plans += [_keyed(tables, version, resource.key) for version in tables.versions()] if is_own else []
        return _written(plans, len(resource.key))
    return None


def _leading(tables: Tables, version: Project, steps: tuple[Step, ...], end: Resource) -> Project:
    rows = PathPlan(tables.domain, tables.resource, tables.wide, start=version)
    place = rows.reach(rows.here, steps)
    keys = tuple(Output(f"k{n}", place.path(name)) for n, name in enumerate(end.key))
    return Project(rows.plan, (*keys, Output("row", Path((rows.here.alias, tables.draft.shape.row)))))


def _keyed(tables: Tables, version: Project, attributes: Sequence[str], where: Node | None = None) -> Project:
    rows = PathPlan(tables.domain, tables.resource, tables.wide, start=version)
    rows.filter(where)
    keys = tuple(Output(f"k{n}", rows.here.path(name)) for n, name in enumerate(attributes))
    return Project(rows.plan, (*keys, Output("row", Path((rows.here.alias, tables.draft.shape.row)))))


def _written(plans: Sequence[Plan], size: int, nulls_equal: bool = False, reading: Sequence[Plan] = ()) -> Shared:
    marked = [_marked(each, True, size) for each in plans] + [_marked(each, False, size) for each in reading]
    return Shared(Union(tuple(marked)) if len(marked) > 1 else marked[0], size, nulls_equal)


def _marked(plan: Plan, writes: bool, size: int) -> Plan:
    if not isinstance(plan, Project):
        return plan
    return replace(plan, outputs=(*plan.outputs, Output("writes", Constant(writes))))


def by_value(
    tables: Tables, attributes: Sequence[str], where: Node | None = None, *, nulls_equal: bool = False
) -> Shared:
    """Records that have, or would have, the same values."""
    plans = [_keyed(tables, version, attributes, where) for version in tables.versions()]
    return _written(plans, len(attributes), nulls_equal)


def by_path(tables: Tables, steps: Sequence[Step]) -> Shared:
    """Records from which to-one ``steps`` lead to the same row."""
    end = tables.domain.resource(steps[-1].destination)
    return _written([_leading(tables, each, tuple(steps), end) for each in tables.versions()], len(end.key))


def by_reference(tables: Tables, attributes: Sequence[str], target: Sequence[str]) -> Shared:
    """Records of which one refers to another by ``attributes``, which equal its ``target``."""
    versions = tables.versions()
    writing = [_keyed(tables, each, target) for each in versions]
    return _written(writing, len(target), reading=[_keyed(tables, each, attributes) for each in versions])


def together(shared: Iterable[Shared]) -> Shared:
    """The same thing, shared by records of several drafts."""
    plans = list(shared)
    return replace(plans[0], plan=Union(tuple(each.plan for each in plans)))


def waiting(shared: Iterable[Shared]) -> Plan | None:
    """The records (``row``) that share something with an earlier one, where one of the two writes it; None where nothing is shared."""
    plans = [_later(each) for each in shared]
    return Union(tuple(plans), distinct=True) if plans else None


def _later(shared: Shared) -> Plan:
    names = [f"k{place}" for place in range(shared.size)]
    pairs: Plan = shared.plan
    pairs = replace(pairs, alias="one") if isinstance(pairs, Project | Union) else pairs
    told: Node = Constant(True)
    for name in names:
        told = Binary("and", told, IsNull(Path(("one", name)), negated=True))
    one = pairs if shared.nulls_equal else Filter(pairs, told)
    row, writes = Path(("one", "row"), value_type=INTEGER), Path(("one", "writes"))
    groups = tuple(Output(name, Path(("one", name))) for name in names)
    firsts = Aggregate(
        one,
        groups,
        (
            Output("any_row", Over("min", row, value_type=INTEGER)),
            Output("writing", Over("min", row, where=writes, value_type=INTEGER)),
        ),
        having=Binary("!=", Over("min", row, value_type=INTEGER), Over("max", row, value_type=INTEGER)),
        alias="first",
    )
    same: BinaryOperator = "is not distinct from" if shared.nulls_equal else "="
    later: Node = Binary(
        "or",
        Binary("<", Path(("first", "writing")), row),
        Binary("and", writes, Binary("<", Path(("first", "any_row")), row)),
    )
    for name in names:
        later = Binary("and", Binary(same, Path(("one", name)), Path(("first", name))), later)
    return Project(Join(pairs, firsts, later), (Output("row", row),))
