"""The rows of a batch as they are about to be written: what was given, what there was, what defaults and actions make of it.

A draft is a plan with one row for each record of the batch. Its columns are those of the resource's table, and more under names
that no attribute has: the number of the record, the values there were, and whether a value given is none of its attribute's type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.actions.fitting import cast, fitted, null_of
from workbench.expression.typed import Column, Gather, kind
from workbench.model import Attribute, Domain, Resource, ScalarType
from workbench.model.expression import Binary, Case, Constant, IsNull, Node, Path, Reference, walk
from workbench.model.types import Type
from workbench.relation.path_plan import PathPlan, TableOf, column_of, equal
from workbench.relation.plan import Join, Output, Plan, Project, Scan, TableName

__all__ = ["BATCH", "Draft", "Given", "Shape", "counter", "started", "stood"]

BATCH = TableName("batch")
"""What the records of a batch are called in plans: ``row`` and the columns of ``Given``."""

INTEGER, BOOLEAN = ScalarType(name="integer"), ScalarType(name="boolean")


@dataclass(frozen=True, slots=True)
class Given:
    """An attribute that records give: in which column of the batch, with values of which type, and which column says where it is missing."""

    attribute: str
    column: str
    type: Type | None
    missing: str = ""

    def value(self, alias: str = "") -> Path:
        """The value that was given."""
        return Path((alias, self.column) if alias else (self.column,), value_type=self.type)


def counter(attribute: str) -> Reference:
    """How far the numbers of a counting attribute had come before the batch."""
    return Reference("argument", ("workbench", "counted", attribute), value_type=INTEGER)


class Shape:
    """What the columns of a resource's drafts are called."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        mark = "~"
        while any(column_of(resource, name).startswith(mark) for name in resource.attribute_names):
            mark += "~"
        self._mark = mark
        self.row, self.found = f"{mark}row", f"{mark}found"

    def old(self, attribute: str) -> str:
        """The column of the value there was."""
        return f"{self._mark}old.{column_of(self.resource, attribute)}"

    def unfit(self, attribute: str) -> str:
        """The column that says that what was given is no value of the attribute."""
        return f"{self._mark}unfit.{column_of(self.resource, attribute)}"

    def expected(self) -> str:
        """The column of the version that the caller has seen."""
        return f"{self._mark}expected"

    def column(self, attribute: str) -> str:
        """The column of the new value."""
        return column_of(self.resource, attribute)


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan of rows about to be written, and the attributes that were told a value that may be none."""

    shape: Shape
    plan: Project
    doubtful: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in order."""
        return tuple(each.name for each in self.plan.outputs)

    def assigned(self, domain: Domain, table_of: TableOf, values: Mapping[str, Node]) -> Draft:
        """The draft in which attributes take ``values``: typed trees that stand on the draft as it is."""
        if not values:
            return self
        resource = self.shape.resource
        rows = PathPlan(domain, resource, table_of, start=self.plan)
        outputs: dict[str, Node] = {name: Path((rows.here.alias, name)) for name in self.columns}
        doubtful = set(self.doubtful)
        for name, tree in values.items():
            value, unfit = fitted(rows.compiled(tree), resource.attribute(name).type)
            outputs[self.shape.column(name)] = value
            outputs.pop(self.shape.unfit(name), None)
            doubtful.discard(name)
            if unfit is not None:
                outputs[self.shape.unfit(name)] = unfit
                doubtful.add(name)
        plan = Project(rows.plan, tuple(Output(name, node) for name, node in outputs.items()), alias=resource.name)
        return Draft(self.shape, plan, frozenset(doubtful))


def started(
    shape: Shape, given: Sequence[Given], defaults: Mapping[str, Node], generated: Mapping[str, Node]
) -> tuple[Draft, dict[str, Node]]:
    """Rows to create: what was given, else generated, else the default, else nothing; and the defaults that need a row to stand on.

    Those are still to be assigned; where a record gives a value itself, it keeps it.
    """
    outputs: dict[str, Node] = {shape.row: Path(("row",), value_type=INTEGER)}
    by_name, doubtful, later = {each.attribute: each for each in given}, set[str](), dict[str, Node]()
    for attribute in shape.resource.attributes:
        name = attribute.name
        default = generated.get(name) or defaults.get(name)
        if default is not None and any(isinstance(each, Column | Gather) for each in walk(default)):
            own = Column((name,), (), name, value_type=attribute.type)
            later[name] = Case(((IsNull(own), default),), own, value_type=attribute.type)
            default = None
        otherwise = null_of(attribute.type) if default is None else fitted(default, attribute.type)[0]
        each = by_name.get(name)
        if each is None:
            outputs[shape.column(name)] = otherwise
            continue
        value, unfit = fitted(each.value(), attribute.type)
        outputs[shape.column(name)] = _where_missing(each, otherwise, value)
        if unfit is not None:
            outputs[shape.unfit(name)] = unfit
            doubtful.add(name)
    plan = Project(Scan(BATCH), _outputs(outputs), alias=shape.resource.name)
    return Draft(shape, plan, frozenset(doubtful)), later


def stood(shape: Shape, given: Sequence[Given], key: Sequence[str], table: TableName | Project, version: str) -> Draft:
    """Rows that exist, found in ``table`` by ``key``, with what was given over what there was; what is not found has no old values."""
    resource = shape.resource
    by_name = {each.attribute: each for each in given}
    keys = {name: fitted(by_name[name].value("batch"), resource.attribute(name).type) for name in key}
    old: Plan = Scan(table, "old") if isinstance(table, TableName) else replace(table, alias="old")
    there = {each.name: Path(("old", shape.column(each.name)), value_type=each.type) for each in resource.attributes}
    rows = Join(
        Scan(BATCH, "batch"), old, equal([keys[name][0] for name in key], [there[name] for name in key]), "left"
    )
    outputs: dict[str, Node] = {
        shape.row: Path(("batch", "row"), value_type=INTEGER),
        shape.found: IsNull(there[key[0]], negated=True, value_type=BOOLEAN),
    }
    doubtful = set[str]()
    for attribute in resource.attributes:
        name = attribute.name
        outputs[shape.old(name)] = there[name]
        each = by_name.get(name)
        if name in keys:
            outputs[shape.column(name)] = keys[name][0]
        elif name == version:
            outputs[shape.column(name)] = Binary("+", there[name], Constant(1, value_type=INTEGER), value_type=INTEGER)
            if each is not None:
                outputs[shape.expected()] = _where_missing(
                    each, there[name], cast(each.value("batch"), INTEGER), "batch"
                )
        elif each is None:
            outputs[shape.column(name)] = there[name]
        else:
            value, unfit = fitted(each.value("batch"), attribute.type)
            outputs[shape.column(name)] = _where_missing(each, there[name], value, "batch")
            if unfit is not None:
                outputs[shape.unfit(name)] = unfit
                doubtful.add(name)
    return Draft(shape, Project(rows, _outputs(outputs), alias=resource.name), frozenset(doubtful))


def generated_value(attribute: Attribute) -> Node | None:
    """What the store fills an attribute with; None where it has no way to."""
    match kind(attribute.type):
        case "uuid":
            return Path((f"uuid.{attribute.name}",), value_type=attribute.type)
        case "integer":
            number = Binary(
                "+", Path(("row",), value_type=INTEGER), Constant(1, value_type=INTEGER), value_type=INTEGER
            )
            return Binary("+", counter(attribute.name), number, value_type=INTEGER)
        case "timestamp" | "local_timestamp":
            return fitted(Reference("context", ("now",), value_type=ScalarType(name="timestamp")), attribute.type)[0]
        case "date":
            return Reference("context", ("today",), value_type=attribute.type)
    return None


def _where_missing(given: Given, otherwise: Node, value: Node, alias: str = "") -> Node:
    if not given.missing:
        return value
    missing = Path((alias, given.missing) if alias else (given.missing,), value_type=BOOLEAN)
    return Case(((missing, otherwise),), value, value_type=value.value_type)


def _outputs(nodes: Mapping[str, Node]) -> tuple[Output, ...]:
    return tuple(Output(name, node) for name, node in nodes.items())
