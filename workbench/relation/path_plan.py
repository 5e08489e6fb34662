"""A plan in the making whose rows an expression stands on: what ``workbench.relation.paths`` and the stages of actions build on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Literal, TypeAlias

from workbench.errors import DefinitionError, VerificationError
from workbench.expression import check
from workbench.expression.typed import Column, Gather, Step, Typed
from workbench.model import Domain, Relationship, Resource
from workbench.model.expression import Aggregate as Over
from workbench.model.expression import Binary, Call, Constant, IsNull, Node, Path, Unary, children, mapped, write
from workbench.relation.plan import (
    Aggregate,
    Filter,
    Join,
    Order,
    Output,
    Plan,
    Project,
    Scan,
    TableName,
    Union,
    Window,
)

__all__ = ["PathPlan", "Place", "TableOf", "column_of", "equal", "source_table", "typed_tree"]

TableOf: TypeAlias = Callable[[Resource], TableName | Project | Union]
"""The table that holds the rows of a resource, or the plan that gives them, with a column for each attribute: wherever a path or an
aggregate leads to the resource, it finds these rows and no others."""


def source_table(resource: Resource) -> TableName:
    """The table named like the resource in its source."""
    return TableName(resource.source_name or resource.name)


def column_of(resource: Resource, attribute: str) -> str:
    """The column of the resource's table that holds an attribute."""
    declared = next((each for each in resource.attributes if each.name == attribute), None)
    return (declared.source_name if declared else "") or attribute


def typed_tree(node: Node | Typed, domain: Domain, resource: Resource, is_condition: bool) -> Node:
    """The typed tree of an expression on a row of ``resource``. Raises ``VerificationError`` where it has problems."""
    typed = node if isinstance(node, Typed) else check(node, domain, resource, is_condition=is_condition)
    if not typed.problems.is_ok:
        raise VerificationError(typed.problems, "expression")
    return typed.tree


@dataclass(slots=True)
class Place:
    """A row in a plan: of which resource, under which alias, and the rows already joined that to-one paths reach from it."""

    resource: Resource
    alias: str
    reached: dict[tuple[Step, ...], Place] = field(default_factory=dict)

    def path(self, attribute: str) -> Path:
        """An attribute of the row as a column of the plan."""
        return Path((self.alias, column_of(self.resource, attribute)))


@dataclass(frozen=True, slots=True)
class _Group:
    """An aggregate's own plan, the condition that joins it, and its value there."""

    plan: Plan
    on: Node
    value: Node


class PathPlan:
    """A plan in the making whose rows an expression stands on: those of ``resource``, or the rows of ``start``, which has its columns.

    ``places`` are the rows a name can mean: the last is the row itself, the one before it the row around it, where an aggregate's
    inside names that. All inputs of one statement share ``aliases``, so that no name means two. ``between`` is the row that joined both ends of the
    last many-to-many relationship followed. ``once``: of rows with one key a to-one
    path takes the first.
    """

    def __init__(
        self,
        domain: Domain,
        resource: Resource,
        table_of: TableOf,
        aliases: set[str] | None = None,
        *,
        once: bool = False,
        start: Project | Union | None = None,
    ) -> None:
        self.domain, self.table_of, self.once = domain, table_of, once
        self.aliases: set[str] = set() if aliases is None else aliases
        self.groups: dict[Gather, Node] = {}
        self.between: Place | None = None
        place = self.place(resource, resource.name)
        self.places: tuple[Place, ...] = (place,)
        self.plan: Plan = self.scan(place) if start is None else replace(start, alias=place.alias)

    @property
    def here(self) -> Place:
        """The row the expression stands on."""
        return self.places[-1]

    def place(self, resource: Resource, name: str) -> Place:
        """A row under an alias that no other input has."""
        alias, number = name, 2
        while alias in self.aliases:
            alias, number = f"{name}_{number}", number + 1
        self.aliases.add(alias)
        return Place(resource, alias)

    def scan(self, place: Place) -> Plan:
        """Every row that a place may stand for."""
        found = self.table_of(place.resource)
        return Scan(found, place.alias) if isinstance(found, TableName) else replace(found, alias=place.alias)

    def projected(self) -> Plan:
        """The attributes of the resource alone."""
        attributes = self.here.resource.attributes
        if not attributes:
            raise DefinitionError(f"{self.here.resource.name} has no attributes to show")
        return Project(self.plan, tuple(Output(each.name, self.here.path(each.name)) for each in attributes))

    def filter(self, condition: Node | None) -> None:
        """Leave only the rows for which ``condition`` is true."""
        if condition is not None:
            compiled = self.compiled(condition)
            self.plan = Filter(self.plan, compiled)

    def keep(self, condition: Node) -> None:
        """``filter``, with semi-joins where the condition asks whether there are rows."""
        if isinstance(condition, Binary) and condition.operator == "and":
            self.keep(condition.left)
            self.keep(condition.right)
            return
        is_negated = isinstance(condition, Unary) and condition.operator == "not"
        inner = condition.operand if isinstance(condition, Unary) and is_negated else condition
        if isinstance(inner, Gather) and inner.function == "exists":
            start, names, inside, keys = self.inside(inner)
            inside.filter(inner.where)
            on = equal([start.path(name) for name in names], keys)
            self.plan = Join(self.plan, inside.plan, on, "anti" if is_negated else "semi")
        else:
            self.filter(condition)

    # Names.

    def compiled(self, node: Node) -> Node:
        """``node`` with columns of the plan where it had attributes and aggregates; what it needs is joined."""
        if isinstance(node, Column):
            place = self.reach(self.places[-1 - node.up], node.steps)
            return replace(place.path(node.attribute), value_type=node.value_type, span=node.span)
        if isinstance(node, Gather):
            if node not in self.groups:
                group = self.group(node)
                self.plan = Join(self.plan, group.plan, group.on, "left")
                self.groups[node] = group.value
            return self.groups[node]
        return mapped(node, self.compiled)

    def reach(self, start: Place, steps: tuple[Step, ...]) -> Place:
        """The row that ``steps``, all to-one, lead to from ``start``; joined where it is not yet."""
        place = start
        for size in range(1, len(steps) + 1):
            if steps[:size] not in start.reached:
                start.reached[steps[:size]] = self.follow(place, steps[size - 1], "left")
            place = start.reached[steps[:size]]
        return place

    def follow(self, start: Place, step: Step, kind: Literal["inner", "left"]) -> Place:
        """Join the row or rows that ``step`` leads to."""
        relationship = start.resource.relationship(step.relationship)
        keys = self.domain.relationship_keys(start.resource, relationship)
        joined, destination = [start.path(name) for name in keys.source], keys.destination
        if relationship.kind == "many_to_many":
            through, to_start, to_end = self.through(start.resource, relationship)
            between = self.between = self.place(through, through.name)
            on = equal(joined, [between.path(name) for name in to_start])
            self.plan = Join(self.plan, self.scan(between), on, kind)
            joined = [between.path(name) for name in to_end]
        rows = self.destination(relationship)
        ends = [rows.here.path(name) for name in destination]
        there = _first(rows, ends) if self.once and kind == "left" else rows.plan
        self.plan = Join(self.plan, there, equal(joined, ends), kind)
        return rows.here

    def go(self, steps: tuple[Step, ...]) -> None:
        """Stand on the rows that ``steps`` lead to, once for each way there."""
        for step in steps:
            self.places = (*self.places[:-1], self.follow(self.here, step, "inner"))

    def destination(self, relationship: Relationship) -> PathPlan:
        """The rows a relationship may lead to: those its filter lets through."""
        resource = self.domain.resource(relationship.destination)
        rows = PathPlan(self.domain, resource, self.table_of, self.aliases, once=self.once)
        if relationship.filter is not None:
            rows.filter(typed_tree(relationship.filter, self.domain, rows.here.resource, is_condition=True))
        return rows

    def through(
        self, resource: Resource, relationship: Relationship
    ) -> tuple[Resource, tuple[str, ...], tuple[str, ...]]:
        """The joining resource of a many-to-many relationship, and its attributes that lead to either end."""
        if not relationship.through:
            raise DefinitionError(
                f"{resource.name}.{relationship.name} needs 'through', the resource that joins both ends"
            )
        through = self.domain.resource(relationship.through)
        leading = [each for each in through.relationships if each.kind == "belongs_to"]
        to_start = next((each for each in leading if each.destination == resource.name), None)
        to_end = next(
            (each for each in leading if each.destination == relationship.destination and each is not to_start), None
        )
        if to_start is None or to_end is None:
            missing = resource.name if to_start is None else relationship.destination
            raise DefinitionError(f"{through.name} has no belongs_to that leads to {missing}")
        keys = [self.domain.relationship_keys(through, each).source for each in (to_start, to_end)]
        return through, keys[0], keys[1]

    # Aggregates.

    def group(self, node: Gather) -> _Group:
        """An aggregate over what this row reaches, in a plan of its own."""
        start, names, inside, found = self.inside(node)
        inside.filter(node.where)
        outputs: tuple[Output, ...] = ()
        if node.function != "exists":
            argument = None if node.argument is None else inside.compiled(node.argument)
            over = Over(node.function, argument, distinct=node.distinct, value_type=node.value_type)
            outputs = (Output("value", over),)
        keys = tuple(Output(f"key_{place}", key) for place, key in enumerate(found, 1))
        alias = self.place(start.resource, f"{node.over[-1].relationship}_{node.function}").alias
        on = equal([start.path(name) for name in names], [Path((alias, each.name)) for each in keys])
        value: Node = Path((alias, "value"), value_type=node.value_type)
        if node.function == "exists":
            value = IsNull(Path((alias, "key_1")), True, value_type=node.value_type)
        elif node.function == "count":
            none = Constant(0, value_type=node.value_type)
            value = Call("coalesce", (value, none), value_type=node.value_type)
        return _Group(Aggregate(inside.plan, keys, outputs, alias=alias), on, value)

    def inside(self, node: Gather) -> tuple[Place, tuple[str, ...], PathPlan, list[Path]]:
        """The rows an aggregate is about: the row they are reached from, its attributes that lead there, and the columns these equal."""
        if node.of_query or not node.over:
            raise DefinitionError(f"{write(node)} is one value for a whole query, not one for each row")
        escape = max((_escape(each) for each in children(node)), default=0)
        if escape > 1 or (escape and node.up):
            raise DefinitionError(f"{write(node)} names rows of two levels around it; a calculation can say one part")
        if escape:
            return self.correlated(node)
        first = next((place for place, step in enumerate(node.over) if step.is_to_many), len(node.over) - 1)
        start = self.reach(self.places[-1 - node.up], node.over[:first])
        relationship = start.resource.relationship(node.over[first].relationship)
        keys = self.domain.relationship_keys(start.resource, relationship)
        inside = self.destination(relationship)
        ends = [inside.here.path(name) for name in keys.destination]
        if relationship.kind == "many_to_many":
            through, to_start, to_end = self.through(start.resource, relationship)
            between = self.place(through, through.name)
            on = equal([between.path(name) for name in to_end], ends)
            inside.plan = Join(self.scan(between), inside.plan, on)
            ends = [between.path(name) for name in to_start]
        inside.go(node.over[first + 1 :])
        return start, keys.source, inside, ends

    def correlated(self, node: Gather) -> tuple[Place, tuple[str, ...], PathPlan, list[Path]]:
        """The rows of an aggregate that names the row around it: reached from that row once more, and told apart by its key."""
        key = self.here.resource.key
        if not key:
            raise DefinitionError(f"{self.here.resource.name} needs a key: {write(node)} names the row around it")
        inside = PathPlan(self.domain, self.here.resource, self.table_of, self.aliases, once=self.once)
        around = inside.here
        inside.go(node.over)
        inside.places = (around, inside.here)
        return self.here, key, inside, [around.path(name) for name in key]


def _escape(node: Node, depth: int = 1) -> int:
    """How many rows further out than the row gathered something inside an aggregate names; 0 where it names only that."""
    own = node.up - depth + 1 if isinstance(node, Column | Gather) else 0
    deeper = depth + isinstance(node, Gather)
    return max([own, *(_escape(each, deeper) for each in children(node))])


def _first(rows: PathPlan, ends: Sequence[Path]) -> Plan:
    """Of the rows that share these columns the first, by its attributes."""
    place, place_name = rows.here, "place_"
    inside = [place.path(each.name) for each in place.resource.attributes]
    order = tuple(Order(each) for each in inside)
    outputs = tuple(Output(each.names[-1], each) for each in dict.fromkeys([*inside, *ends]))
    number = Output(place_name, Window(Call("row_number"), tuple(ends), order))
    numbered = Project(rows.plan, (*outputs, number), alias=place.alias)
    return Filter(numbered, Binary("=", Path((place.alias, place_name)), Constant(1)))


def equal(left: Iterable[Node], right: Iterable[Node]) -> Node:
    """Pairwise equality: the condition that joins on keys."""
    pairs: list[Node] = [Binary("=", a, b) for a, b in zip(left, right, strict=True)]
    if not pairs:
        raise DefinitionError(
            "a relationship needs keys to join on; give the resources keys, or the relationship its own"
        )
    return reduce(lambda joined, pair: Binary("and", joined, pair), pairs)
