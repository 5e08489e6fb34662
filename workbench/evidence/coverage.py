"""Any design held against any data: what every row says of every claim the design makes.

A count for each: tables and columns that are missing, values that do not fit their type, missing values, values outside an enum or a
constraint, duplicate keys and identities, references that lead nowhere, rules that break. Rows are counted once a claim, in a few
queries a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.errors import Problem, WorkbenchError
from workbench.evidence.claim import CounterExample, mask
from workbench.evidence.matching import (
    ROWS,
    counted_values,
    found_and_missed,
    is_filled,
    is_found,
    known_values,
    missed_values,
)
from workbench.evidence.options import Options
from workbench.evidence.profile import column, count_where, storage_name
from workbench.model import Attribute, Domain, EnumType, Identity, Relationship, Resource
from workbench.model.address import dotted
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Binary, Call, Cast, Constant, In, IsNull, Node, Unary
from workbench.model.types import storage
from workbench.relation.plan import Aggregate, Filter, Limit, Order, Output, Plan, Scan, Sort
from workbench.relation.port import ColumnInfo, Store, TableInfo

__all__ = ["check_data"]

_FITS = {
    ("integer", "float"), ("integer", "decimal"), ("decimal", "float"), ("float", "decimal"), ("string", "text"), ("text", "string"),
    ("date", "timestamp"), ("date", "local_timestamp"), ("timestamp", "local_timestamp"), ("local_timestamp", "timestamp"),
}  # fmt: skip
"""(stored, designed): pairs of types whose values always fit."""

_COLUMNS_A_QUERY = 120


@dataclass(frozen=True, slots=True)
class _Bound:
    """A resource of the design with the table that holds its rows, and the column of each attribute that has one."""

    resource: Resource
    table: TableInfo
    columns: dict[str, ColumnInfo]

    def has(self, names: Iterable[str]) -> bool:
        return all(name in self.columns for name in names)

    def names(self, attributes: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.columns[each].name for each in attributes)


@dataclass(frozen=True, slots=True)
class _Count:
    """A condition that contradicting rows meet, and the Problem they make."""

    path: str
    code: str
    text: str
    hint: str
    attribute: Attribute
    condition: Node


def check_data(store: Store, domain: Domain, options: Options | None = None) -> Iterator[Problem]:
    """Every way in which the data of ``store`` contradicts ``domain``, each with its number of rows and examples.

    Resources and attributes are found in tables and columns by ``source_name``, else by name, else by name in any case. Values of
    sensitive attributes are masked.
    """
    options = options or Options()
    tables = store.tables()
    bound: dict[str, _Bound] = {}
    for resource in domain.all_resources:
        table = _called(resource.source_name or resource.name, {each.table.name: each for each in tables})
        if table is None:
            hint = f"the data has {', '.join(each.table.name for each in tables[:8])}"
            yield Problem(
                dotted("resources", resource.name),
                "missing_table",
                f"the data has no table for {resource.name}",
                hint=hint,
            )
            continue
        found = {each.name: each for each in table.columns}
        pairs = ((each.name, _called(each.source_name or each.name, found)) for each in resource.attributes)
        bound[resource.name] = _Bound(resource, table, {name: info for name, info in pairs if info is not None})
    used = {each.table.table for each in bound.values()}
    for table in tables:
        if table.table not in used:
            yield Problem(
                str(table.table),
                "unknown_table",
                f"the design says nothing of table {table.table}",
                "info",
                rows=table.rows,
            )
    for each in bound.values():
        yield from _columns(each)
        yield from _values(store, each, options)
        yield from _uniqueness(store, each, options)
        for relationship in each.resource.relationships:
            if relationship.kind == "belongs_to" and relationship.destination in bound:
                yield from _reference(store, domain, each, bound[relationship.destination], relationship, options)


def _called(name: str, among: dict[str, Any]) -> Any:
    folded = {each.casefold(): each for each in among}
    return among.get(name) or among.get(folded.get(name.casefold(), ""))


def _path(resource: Resource, *steps: str) -> str:
    return dotted("resources", resource.name, *steps)


def _columns(bound: _Bound) -> Iterator[Problem]:
    resource = bound.resource
    for attribute in resource.attributes:
        if attribute.name not in bound.columns:
            hint = f"{bound.table.table} has {', '.join(each.name for each in bound.table.columns[:8])}"
            text = f"table {bound.table.table} has no column for {attribute.name}"
            yield Problem(_path(resource, "attributes", attribute.name), "missing_column", text, hint=hint)
    known = {each.name for each in bound.columns.values()}
    for info in bound.table.columns:
        if info.name not in known:
            yield Problem(
                _path(resource, "attributes", info.name),
                "unknown_column",
                f"the design says nothing of column {info.name}",
                "info",
            )


# values, one row at a time


def _values(store: Store, bound: _Bound, options: Options) -> Iterator[Problem]:
    counts = [
        each
        for attribute in bound.resource.attributes
        if attribute.name in bound.columns
        for each in _counts(bound, attribute)
    ]
    for start in range(0, len(counts), _COLUMNS_A_QUERY):
        part = counts[start : start + _COLUMNS_A_QUERY]
        outputs = tuple(Output(f"c{index}", count_where(each.condition)) for index, each in enumerate(part))
        found = store.query(Aggregate(Scan(bound.table.table), (), outputs)).tuples()[0]
        for each, rows in zip(part, found, strict=True):
            if rows:
                name = bound.columns[each.attribute.name].name
                shown = (
                    ""
                    if each.code == "missing_value"
                    else _shown(_examples(store, bound, (name,), each.condition, each.attribute, options))
                )
                yield Problem(
                    each.path,
                    each.code,
                    f"{rows:,} of {bound.table.rows:,} rows {each.text}{shown}",
                    hint=each.hint,
                    rows=rows,
                )


def _counts(bound: _Bound, attribute: Attribute) -> Iterator[_Count]:
    info = bound.columns[attribute.name]
    here, path = column(info.name), _path(bound.resource, "attributes", attribute.name)
    filled = IsNull(here, negated=True)

    def count(code: str, text: str, hint: str, condition: Node) -> _Count:
        return _Count(path, code, text, hint, attribute, Binary("and", filled, condition))

    if attribute.required:
        yield _Count(
            path, "missing_value", "have no value", "fill them in, or make it optional", attribute, IsNull(here)
        )
    stored, wanted = storage_name(info.type), storage(attribute.type)
    wanted = "string" if wanted == "text" else wanted
    if stored != wanted and (stored, wanted) not in _FITS and wanted not in ("array", "struct", "json", "binary"):
        fits = IsNull(Cast(here, "decimal(38, 9)" if wanted == "decimal" else wanted, attempt=True))
        yield count("unfit_value", f"hold no {attribute.type}", f"correct them, or make it {info.type}", fits)
        return
    if isinstance(attribute.type, EnumType):
        allowed = In(here, tuple(Constant(name) for name in attribute.type.names), negated=True)
        yield count(
            "unknown_value",
            f"hold none of the {len(attribute.type.values)} values",
            "correct them, or add the value",
            allowed,
        )
    limits = attribute.constraints
    if limits.minimum is not None:
        yield count(
            "below_minimum",
            f"are below {limits.minimum}",
            "correct them, or lower the minimum",
            Binary("<", here, limits.minimum),
        )
    if limits.maximum is not None:
        yield count(
            "above_maximum",
            f"are above {limits.maximum}",
            "correct them, or raise the maximum",
            Binary(">", here, limits.maximum),
        )
    length = Call("length", (here,))
    if limits.min_length is not None:
        yield count(
            "too_short",
            f"are shorter than {limits.min_length}",
            "correct them",
            Binary("<", length, Constant(limits.min_length)),
        )
    if limits.max_length is not None:
        yield count(
            "too_long",
            f"are longer than {limits.max_length}",
            "correct them",
            Binary(">", length, Constant(limits.max_length)),
        )
    if limits.pattern:
        unlike = Unary("not", Call("matches", (here, Constant(limits.pattern))))
        yield count("unlike_pattern", f"do not match {limits.pattern}", "correct them, or widen the pattern", unlike)


def _examples(
    store: Store, bound: _Bound, names: Sequence[str], condition: Node, attribute: Attribute | None, options: Options
) -> tuple[CounterExample, ...]:
    groups = Aggregate(
        Filter(Scan(bound.table.table), condition),
        tuple(Output(name, column(name)) for name in names),
        (Output(ROWS, count_where()),),
    )
    return _read_examples(
        store,
        Sort(groups, (Order(column(ROWS), descending=True), *(Order(column(name)) for name in names))),
        attribute,
        options,
    )


def _read_examples(
    store: Store, plan: Plan, attribute: Attribute | None, options: Options
) -> tuple[CounterExample, ...]:
    rows = store.query(Limit(plan, options.counter_examples)).tuples()
    private = attribute is not None and attribute.sensitive and not options.show_sensitive
    return tuple(CounterExample(", ".join(mask(value, private) for value in row[:-1]), int(row[-1])) for row in rows)


def _shown(examples: Sequence[CounterExample]) -> str:
    return ", such as " + ", ".join(f"{each.value!r} ({each.rows:,})" for each in examples[:3]) if examples else ""


# several rows at a time


def _uniqueness(store: Store, bound: _Bound, options: Options) -> Iterator[Problem]:
    resource = bound.resource
    if resource.key and bound.has(resource.key):
        names = bound.names(resource.key)
        rows, filled, distinct = _distinct(store, bound, names, None)
        path = _path(resource, "key")
        if rows > filled:
            text = f"{rows - filled:,} of {rows:,} rows have no key ({', '.join(resource.key)})"
            yield Problem(path, "missing_key", text, hint="fill it in, or choose another key", rows=rows - filled)
        if distinct < filled:
            shown = _shown(_duplicates(store, bound, resource.key, None, options))
            text = (
                f"{filled - distinct:,} of {rows:,} rows repeat the key of another ({', '.join(resource.key)}){shown}"
            )
            yield Problem(
                path, "duplicate_key", text, hint="remove the duplicates, or choose another key", rows=filled - distinct
            )
    for identity in resource.identities:
        if bound.has(identity.attributes) and identity.where is None:
            yield from _identity(store, bound, identity, options)


def _identity(store: Store, bound: _Bound, identity: Identity, options: Options) -> Iterator[Problem]:
    rows, filled, distinct = _distinct(store, bound, bound.names(identity.attributes), None)
    if distinct < filled:
        shown = _shown(_duplicates(store, bound, identity.attributes, None, options))
        text = f"{filled - distinct:,} of {rows:,} rows repeat {', '.join(identity.attributes)} of another{shown}"
        path = _path(bound.resource, "identities", identity.name)
        yield Problem(
            path, "duplicate_identity", text, hint="remove the duplicates, or drop the identity", rows=filled - distinct
        )


def _distinct(store: Store, bound: _Bound, names: tuple[str, ...], where: Node | None) -> tuple[int, int, int]:
    value: Node = column(names[0]) if len(names) == 1 else Call("row", tuple(column(name) for name in names))
    source: Plan = Scan(bound.table.table) if where is None else Filter(Scan(bound.table.table), where)
    filled = is_filled(names)
    outputs = (
        Output("rows", count_where()),
        Output("filled", count_where(filled)),
        Output("distinct", Fold("count", value, where=filled, distinct=True)),
    )
    rows, complete, distinct = store.query(Aggregate(source, (), outputs)).tuples()[0]
    return rows, complete, distinct


def _duplicates(
    store: Store, bound: _Bound, attributes: Sequence[str], where: Node | None, options: Options
) -> tuple[CounterExample, ...]:
    names = bound.names(attributes)
    condition = is_filled(names) if where is None else Binary("and", is_filled(names), where)
    groups = Aggregate(
        Filter(Scan(bound.table.table), condition),
        tuple(Output(name, column(name)) for name in names),
        (Output(ROWS, count_where()),),
        having=Binary(">", count_where(), Constant(1)),
    )
    private = next((each for each in map(bound.resource.attribute, attributes) if each.sensitive), None)
    order = (Order(column(ROWS), descending=True), *(Order(column(name)) for name in names))
    return _read_examples(store, Sort(groups, order), private, options)


def _reference(
    store: Store, domain: Domain, source: _Bound, target: _Bound, relationship: Relationship, options: Options
) -> Iterator[Problem]:
    try:
        keys = domain.relationship_keys(source.resource, relationship)
    except WorkbenchError:
        return
    if (
        not keys.source
        or len(keys.source) != len(keys.destination)
        or not (source.has(keys.source) and target.has(keys.destination))
    ):
        return
    mine, theirs = source.names(keys.source), target.names(keys.destination)
    like = [
        storage_name(source.columns[a].type) == storage_name(target.columns[b].type)
        for a, b in zip(keys.source, keys.destination, strict=True)
    ]
    counted = counted_values(
        source.table.table, mine, [_alike(name, same) for name, same in zip(mine, like, strict=True)]
    )
    known = known_values(
        target.table.table, theirs, [_alike(name, same) for name, same in zip(theirs, like, strict=True)]
    )
    total = Fold("sum", column(ROWS, "s"))
    lost = Fold("sum", column(ROWS, "s"), where=Unary("not", is_found()))
    plan = Aggregate(found_and_missed(counted, known, len(mine)), (), (Output("rows", total), Output("lost", lost)))
    rows, missed = (int(each or 0) for each in store.query(plan).tuples()[0])
    if missed:
        private = next((each for each in map(source.resource.attribute, keys.source) if each.sensitive), None)
        shown = _shown(
            _read_examples(store, missed_values(counted, known, len(mine), options.counter_examples), private, options)
        )
        text = f"{missed:,} of {rows:,} rows lead to no {relationship.destination}{shown}"
        hint = f"correct {', '.join(keys.source)}, or add what is missing to {relationship.destination}"
        yield Problem(
            _path(source.resource, "relationships", relationship.name),
            "dangling_reference",
            text,
            hint=hint,
            rows=missed,
        )


def _alike(name: str, same: bool) -> Node:
    return column(name) if same else Cast(column(name), "string")
