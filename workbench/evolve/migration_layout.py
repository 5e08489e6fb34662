"""A domain as it lies in a database: each resource with its table, and each attribute with its column, known by their names at birth."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from workbench.errors import Severity
from workbench.evolve.refactorings_value import Way
from workbench.expression.typed import Column
from workbench.model.domain import Domain
from workbench.model.expression import Constant, In, Node, mapped, walk, write
from workbench.model.resource import Resource
from workbench.model.types import EnumType
from workbench.relation.alteration import Constraint, Key
from workbench.relation.ddl import Check, CreateTable, Reference, Unique, carried
from workbench.relation.plan import TableName
from workbench.relation.sql_names import Dialect
from workbench.relation.stored import Stored
from workbench.relation.tables import ResourceTable, tables

__all__ = ["Layout", "Place", "Shape", "columns_of", "lay_out", "matched", "meaning", "translated"]

Place: TypeAlias = Callable[[str], TableName]
"""Where a table of this name is."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A resource in its table. ``resource`` is the running one: its source names are those of the table and the columns.

    ``columns`` is by attribute name; ``births`` says what tells an attribute apart through renames, ``birth`` what tells the resource.
    """

    resource: Resource
    record: Stored
    table: CreateTable
    columns: Mapping[str, str]
    births: Mapping[str, Hashable]
    birth: str
    constraints: tuple[Constraint, ...]

    @property
    def name(self) -> TableName:
        """The table."""
        return self.table.table

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that identify a row."""
        return tuple(self.columns[name] for name in self.record.key)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A domain in a database of ``dialect``: ``domain`` is the running one, ``shapes`` the tables by resource name."""

    domain: Domain
    dialect: Dialect
    shapes: Mapping[str, Shape]

    def table_of(self, resource: Resource) -> TableName:
        """The table of a resource."""
        shape = self.shapes.get(resource.name)
        return TableName(resource.name) if shape is None else shape.name

    def along(self, ways: Iterable[Way]) -> Layout:
        """The same, with relationships the domain does not declare."""
        added = dict.fromkeys(name for name, _ in ways)
        if not added:
            return self

        def grown(part: Domain) -> Domain:
            resources = tuple(
                each.model_copy(
                    update={"relationships": (*each.relationships, *(way for name, way in ways if name == each.name))}
                )
                for each in part.resources
            )
            return part.model_copy(update={"resources": resources, "domains": tuple(map(grown, part.domains))})

        domain = grown(self.domain)
        shapes = {name: replace(each, resource=domain.resource(name)) for name, each in self.shapes.items()}
        return Layout(domain, self.dialect, shapes)


def lay_out(domain: Domain, dialect: Dialect, place: Place = TableName, absent: Collection[str] = ()) -> Layout:
    """The tables of ``domain``: what ``workbench.relation.tables`` declares, at their place; in DuckDB without references, which would
    stand in the way of every later change. Resources born under a name in ``absent`` have no table here.
    """
    made = tables(domain, dialect, _unsaid)
    if dialect == "postgres":
        _leave_out(made)
    running = _running(made[0].domain, {each.record.resource.name: each for each in made}) if made else domain
    shapes = {
        each.record.resource.name: _shape(each, running, dialect, place)
        for each in made
        if each.record.resource.birth_name not in absent
    }
    return Layout(running, dialect, shapes)


def _leave_out(made: tuple[ResourceTable, ...]) -> None:
    """Leave out what PostgreSQL would not take, as ``create_sql`` does."""
    kept, _ = carried([each.declared for each in made], "postgres")
    by_name = {each.table: each for each in kept}
    for each in made:
        declared = by_name[each.declared.table]
        checks = tuple(check for check in declared.checks if not _has_zero(check.condition))
        each.declared = replace(declared, checks=checks)


def _has_zero(condition: Node) -> bool:
    """Whether a text in it has a zero character, which PostgreSQL cannot hold."""
    return any(isinstance(each, Constant) and "\0" in str(each.value) for each in walk(condition))


def _unsaid(path: str, code: str, message: str, hint: str = "", severity: Severity = "warning") -> None:
    """What a table cannot keep is said where a design is exported; the workbench itself keeps it."""


def _running(domain: Domain, made: Mapping[str, ResourceTable]) -> Domain:
    """``domain`` with the names of tables and columns as source names."""

    def named(resource: Resource) -> Resource:
        table = made.get(resource.name)
        if table is None:
            return resource
        attributes = tuple(
            each.model_copy(update={"source_name": table.columns[each.name]}) for each in resource.attributes
        )
        return resource.model_copy(update={"source_name": table.name, "attributes": attributes})

    resources = tuple(map(named, domain.resources))
    parts = tuple(_running(each, made) for each in domain.domains)
    return domain.model_copy(update={"resources": resources, "domains": parts})


def _shape(made: ResourceTable, running: Domain, dialect: Dialect, place: Place) -> Shape:
    declared, record = made.declared, made.record
    references = (
        ()
        if dialect == "duckdb"
        else tuple(replace(each, target=place(each.target.name)) for each in declared.references)
    )
    table = replace(declared, table=place(declared.table.name), references=references)
    resource = running.resource(record.resource.name)
    births = {each.name: each.birth_name for each in record.resource.attributes}
    return Shape(
        resource,
        record,
        table,
        made.columns,
        {name: births.get(name) or _implied(record, name) for name in made.columns},
        record.resource.birth_name,
        tuple(_constraints(table)),
    )


def _implied(record: Stored, attribute: str) -> Hashable:
    """What tells an attribute apart that only a reference implies: the reference, and what it equals at the other end."""
    ways = {each.name: each.birth_name for each in record.resource.relationships}
    for each in record.references:
        if attribute in each.attributes:
            there = each.destination_attributes[each.attributes.index(attribute)]
            births = {other.name: other.birth_name for other in each.destination.attributes}
            return ways.get(each.name, each.name), births.get(there, there)
    return ("", attribute)


def _constraints(table: CreateTable) -> Iterable[Constraint]:
    """Everything the table keeps, named as PostgreSQL names what its declaration leaves without a name."""
    if table.key:
        yield Key(table.key, table.key_name or f"{table.table.name}_pkey")
    yield from table.unique
    yield from table.checks
    for column in table.columns:
        if isinstance(column.type, EnumType):
            own = Column((column.name,), (), column.name, value_type=column.type)
            values = tuple(Constant(name) for name in column.type.names)
            yield Check(In(own, values), column.check_name or f"{table.table.name}_{column.name}_check")
    yield from table.references


def translated(
    constraint: Constraint, columns: Mapping[str, str], ends: Mapping[TableName, tuple[TableName, Mapping[str, str]]]
) -> Constraint | None:
    """The constraint in the new names of ``columns``; None where one of them is gone. ``ends`` has new names of tables and theirs."""
    try:
        match constraint:
            case Key(columns=names):
                return replace(constraint, columns=tuple(columns[name] for name in names))
            case Unique(columns=names, where=where):
                kept = None if where is None else _in_names(where, columns)
                return replace(constraint, columns=tuple(columns[name] for name in names), where=kept)
            case Check(condition=condition):
                return replace(constraint, condition=_in_names(condition, columns))
            case Reference(columns=names, target=target):
                there, theirs = ends[target]
                return replace(
                    constraint,
                    columns=tuple(columns[name] for name in names),
                    target=there,
                    target_columns=tuple(theirs[name] for name in constraint.target_columns),
                )
    except KeyError:
        return None


def _in_names(node: Node, columns: Mapping[str, str]) -> Node:
    if isinstance(node, Column):
        return replace(node, names=(columns[node.names[0]],), attribute=columns[node.attribute])
    return mapped(node, lambda child: _in_names(child, columns))


def columns_of(constraint: Constraint) -> set[str]:
    """The columns of its own table that a constraint is about."""
    if isinstance(constraint, Check):
        return _named(constraint.condition)
    inside = _named(constraint.where) if isinstance(constraint, Unique) and constraint.where is not None else set()
    return {*constraint.columns, *inside}


def _named(node: Node) -> set[str]:
    found: set[str] = set()

    def look(each: Node) -> Node:
        if isinstance(each, Column):
            found.add(each.names[0])
            return each
        return mapped(each, look)

    look(node)
    return found


def meaning(constraint: Constraint) -> tuple[object, ...]:
    """What a constraint says, whatever it is called."""
    match constraint:
        case Key(columns=columns):
            return "key", columns
        case Unique(columns=columns, where=where):
            return "unique", tuple(sorted(columns)), where and write(where), constraint.nulls_distinct
        case Check(condition=condition):
            return "check", write(condition)
        case Reference(columns=columns, target=target):
            return "reference", target, tuple(zip(columns, constraint.target_columns, strict=True))


def matched(before: Mapping[str, Hashable], after: Mapping[str, Hashable]) -> dict[str, str]:
    """Names after -> names before of what is the same: born alike, else called alike. Each name once.

    >>> matched({"amount": "amount", "note": "note"}, {"total": "amount", "note": "remark"})
    {'total': 'amount', 'note': 'note'}
    """
    births = {birth: name for name, birth in reversed(list(before.items()))}
    pairs: dict[str, str] = {}
    for name, birth in after.items():
        if birth in births:
            pairs[name] = births.pop(birth)
    left = set(before) - set(pairs.values())
    return pairs | {name: name for name in after if name not in pairs and name in left}
