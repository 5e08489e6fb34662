"""Any design held against any data: what every row says of every claim the design makes.

A count for each: tables and columns that are missing, values that do not fit their type, missing values, values outside an enum or a
constraint, duplicate keys and identities, references that lead nowhere, rules that break. Rows are counted once a claim, in a few
queries a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.errors import Problem, Severity, WorkbenchError
from workbench.evidence.binding import Bound, bind, path_of, read_examples, shown, tables_of
from workbench.evidence.claim import CounterExample, of_rows
from workbench.evidence.conditions import broken_rules
from workbench.evidence.matching import (
    ROWS,
    counted_values,
    found_and_missed,
    is_found,
    known_values,
    missed_values,
)
from workbench.evidence.options import Options
from workbench.evidence.profile import column, count_where, storage_name
from workbench.evidence.semantics import semantic_called
from workbench.evidence.uniqueness import repeated_identities
from workbench.model import Attribute, Domain, EnumType, Relationship
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Binary, Call, Cast, Constant, In, IsNull, Node, Unary
from workbench.model.types import storage
from workbench.relation.plan import Aggregate, Filter, Order, Output, Scan, Sort
from workbench.relation.port import ColumnInfo, Store
from workbench.views import counted

__all__ = ["check_data"]

_FITS = {
    ("integer", "float"), ("integer", "decimal"), ("decimal", "float"), ("float", "decimal"), ("string", "text"), ("text", "string"),
    ("date", "timestamp"), ("date", "local_timestamp"), ("timestamp", "local_timestamp"), ("local_timestamp", "timestamp"),
}  # fmt: skip
"""(stored, designed): pairs of types whose values always fit."""

_NUMBERS = {"integer", "float", "decimal"}
_READABLE = {each: each for each in ("integer", "float", "date", "timestamp", "local_timestamp", "boolean")} | {
    "decimal": "decimal(38, 9)"
}
"""What text is read as where the design says so."""

_COLUMNS_A_QUERY = 120


@dataclass(frozen=True, slots=True)
class _Count:
    """A condition that contradicting rows meet, and the Problem they make."""

    path: str
    code: str
    text: str
    hint: str
    attribute: Attribute
    condition: Node
    severity: Severity = "error"


def check_data(store: Store, domain: Domain, options: Options | None = None) -> Iterator[Problem]:
    """Every way in which the data of ``store`` contradicts ``domain``, each with its number of rows and examples.

    Resources and attributes are found in tables and columns by ``source_name``, else by name, else by name in any case. Values of
    sensitive attributes are masked.
    """
    options = options or Options()
    tables = store.tables()
    bound = bind(domain, tables)
    listed = ", ".join(each.table.name for each in tables[:8]) + (" …" if len(tables) > 8 else "")
    for resource in domain.all_resources:
        if resource.name not in bound:
            text = f"the data has no table for {resource.name}"
            yield Problem(path_of(resource), "missing_table", text, hint=f"the data has {listed}")
    used = {each.table.table for each in bound.values()}
    for table in tables:
        if table.table not in used:
            text = f"the design says nothing of table {table.table}"
            yield Problem(str(table.table), "unknown_table", text, "info", rows=table.rows)
    table_of = tables_of(bound)
    for each in bound.values():
        yield from _columns(each)
        yield from _values(store, each, options)
        yield from repeated_identities(store, domain, each, table_of, options)
        for relationship in each.resource.relationships:
            if relationship.kind == "belongs_to" and relationship.destination in bound:
                yield from _reference(store, domain, each, bound[relationship.destination], relationship, options)
        yield from broken_rules(store, domain, each, table_of, options)


def _columns(bound: Bound) -> Iterator[Problem]:
    resource = bound.resource
    for attribute in resource.attributes:
        if attribute.name not in bound.columns:
            hint = f"{bound.table.table} has {', '.join(each.name for each in bound.table.columns[:8])}"
            text = f"table {bound.table.table} has no column for {attribute.name}"
            yield Problem(path_of(resource, "attributes", attribute.name), "missing_column", text, hint=hint)
    known = {each.name for each in bound.columns.values()}
    for info in bound.table.columns:
        if info.name not in known:
            yield Problem(
                path_of(resource, "attributes", info.name),
                "unknown_column",
                f"the design says nothing of column {info.name}",
                "info",
            )


# values, one row at a time


def _values(store: Store, bound: Bound, options: Options) -> Iterator[Problem]:
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
                examples = (
                    ""
                    if each.code == "missing_value"
                    else shown(_examples(store, bound, name, each.condition, each.attribute.sensitive, options))
                )
                yield Problem(
                    each.path,
                    each.code,
                    of_rows(rows, bound.table.rows, each.text) + examples,
                    each.severity,
                    each.hint,
                    rows,
                )


def _counts(bound: Bound, attribute: Attribute) -> Iterator[_Count]:
    info = bound.columns[attribute.name]
    path = path_of(bound.resource, "attributes", attribute.name)
    here: Node = column(info.name)
    filled = IsNull(here, negated=True)

    def count(code: str, text: str, hint: str, condition: Node, severity: Severity = "error") -> _Count:
        return _Count(path, code, text, hint, attribute, Binary("and", filled, condition), severity)

    if attribute.required:
        yield _Count(
            path, "missing_value", "have no value", "fill them in, or make it optional", attribute, IsNull(here)
        )
    stored, wanted = storage_name(info.type), storage(attribute.type)
    wanted = "string" if wanted == "text" else wanted
    if stored != wanted and (stored, wanted) not in _FITS and wanted not in ("array", "struct", "json", "binary"):
        read: Node = Cast(here, "decimal(38, 9)" if wanted == "decimal" else wanted, attempt=True)
        unfit: Node = IsNull(read)
        if {stored, wanted} <= _NUMBERS:
            unfit = Binary(
                "is distinct from", here, Call("floor", (here,))
            )  # the only pair left: a number that should be whole
            read = here
        yield count("unfit_value", f"hold no {attribute.type}", f"correct them, or make it {info.type}", unfit)
        here = read
    elif semantic := semantic_called(str(attribute.type)):
        unlike, called = Unary("not", semantic.holds(here)), str(attribute.type).replace("_", " ")
        yield count("unlikely_value", f"do not read as {called}", "correct them, or widen the type", unlike, "warning")
    if isinstance(attribute.type, EnumType):
        allowed = In(here, tuple(Constant(name) for name in attribute.type.names), negated=True)
        yield count(
            "unknown_value",
            f"hold none of the {counted(len(attribute.type.values), 'value')}",
            "correct them, or add the value",
            allowed,
        )
    for code, text, hint, condition in _limits(here, attribute):
        yield count(code, text, hint, condition)


def _limits(here: Node, attribute: Attribute) -> Iterator[tuple[str, str, str, Node]]:
    """For each constraint its code, what is wrong, what to do, and the condition of values that break it."""
    limits, length = attribute.constraints, Call("length", (here,))
    if limits.minimum is not None:
        below = Binary("<", here, limits.minimum)
        yield "below_minimum", f"are below {limits.minimum}", "correct them, or lower the minimum", below
    if limits.maximum is not None:
        above = Binary(">", here, limits.maximum)
        yield "above_maximum", f"are above {limits.maximum}", "correct them, or raise the maximum", above
    if limits.min_length is not None:
        shorter = Binary("<", length, Constant(limits.min_length))
        yield "too_short", f"are shorter than {limits.min_length}", "correct them", shorter
    if limits.max_length is not None:
        longer = Binary(">", length, Constant(limits.max_length))
        yield "too_long", f"are longer than {limits.max_length}", "correct them", longer
    if limits.pattern:
        unlike = Unary("not", Call("matches", (here, Constant(limits.pattern))))
        yield "unlike_pattern", f"do not match {limits.pattern}", "correct them, or widen the pattern", unlike


def _examples(
    store: Store, bound: Bound, name: str, condition: Node, is_private: bool, options: Options
) -> tuple[CounterExample, ...]:
    rows = Filter(Scan(bound.table.table), condition)
    groups = Aggregate(rows, (Output(name, column(name)),), (Output(ROWS, count_where()),))
    order = (Order(column(ROWS), descending=True), Order(column(name)))
    return read_examples(store, Sort(groups, order), is_private, options)


def _reference(
    store: Store, domain: Domain, source: Bound, target: Bound, relationship: Relationship, options: Options
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
    pairs = [
        _comparable(source.columns[a], target.columns[b], target.resource.attribute(b))
        for a, b in zip(keys.source, keys.destination, strict=True)
    ]
    counted = counted_values(Scan(source.table.table), mine, [each for each, _ in pairs])
    known = known_values(target.table.table, theirs, [each for _, each in pairs])
    total = Fold("sum", column(ROWS, "s"))
    lost = Fold("sum", column(ROWS, "s"), where=Unary("not", is_found()))
    plan = Aggregate(found_and_missed(counted, known, len(mine)), (), (Output("rows", total), Output("lost", lost)))
    rows, missed = (int(each or 0) for each in store.query(plan).tuples()[0])
    path, empty = path_of(source.resource, "relationships", relationship.name), source.table.rows - rows
    is_told = any(source.resource.attribute(name).required for name in keys.source)
    if relationship.required and empty and not is_told:
        text = of_rows(empty, source.table.rows, f"have no {relationship.destination}")
        yield Problem(path, "missing_reference", text, hint="fill them in, or make it optional", rows=empty)
    if missed:
        ends = ((source, keys.source), (target, keys.destination))
        private = any(end.resource.attribute(name).sensitive for end, names in ends for name in names)
        missed_plan = missed_values(counted, known, len(mine), options.counter_examples)
        examples = shown(read_examples(store, missed_plan, private, options))
        text = of_rows(missed, rows, f"lead to no {relationship.destination}") + examples
        hint = f"correct {', '.join(keys.source)}, or add what is missing to {relationship.destination}"
        yield Problem(path, "dangling_reference", text, hint=hint, rows=missed)


def _comparable(one: ColumnInfo, other: ColumnInfo, designed: Attribute) -> tuple[Node, Node]:
    """Two columns in a form in which equal values are equal: as they are where they are stored alike, else text as it was designed."""
    stored = storage_name(one.type), storage_name(other.type)
    wanted = storage(designed.type)
    if stored[0] == stored[1] or set(stored) <= _NUMBERS:
        return column(one.name), column(other.name)
    if "string" not in stored or wanted not in _READABLE:
        return Cast(column(one.name), "string"), Cast(column(other.name), "string")
    first, second = (
        Cast(column(each.name), _READABLE[wanted], attempt=True) if kind == "string" else column(each.name)
        for each, kind in zip((one, other), stored, strict=True)
    )
    return first, second
