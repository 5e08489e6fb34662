"""Keys and identities of a design held against data: rows that repeat another's, or have none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.errors import AdapterError, Problem, WorkbenchError
from workbench.evidence.binding import Bound, path_of, read_examples, shown
from workbench.evidence.claim import CounterExample, of_rows
from workbench.evidence.matching import ROWS, is_filled
from workbench.evidence.options import Options
from workbench.evidence.profile import column, count_where
from workbench.model import Domain, Identity
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Binary, Call, Constant, Path
from workbench.relation.paths import TableOf, project
from workbench.relation.plan import Aggregate, Filter, Order, Output, Plan, Project, Scan, Sort
from workbench.relation.port import Store

__all__ = ["repeated_identities"]


def repeated_identities(
    store: Store, domain: Domain, bound: Bound, table_of: TableOf, options: Options
) -> Iterator[Problem]:
    """Rows without a key, and rows that repeat the key or an identity of another; a partial identity counts the rows it is about."""
    yield from _key(store, bound, options)
    for identity in bound.resource.identities:
        if bound.has(identity.attributes):
            try:
                yield from _identity(store, domain, bound, identity, table_of, options)
            except (WorkbenchError, AdapterError) as error:
                text = f"{identity.name} cannot be checked on this data: {_first_line(error)}"
                hint = "correct its condition, or the types of the attributes it names"
                yield Problem(
                    path_of(bound.resource, "identities", identity.name), "unchecked_identity", text, "warning", hint
                )


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1]


def _key(store: Store, bound: Bound, options: Options) -> Iterator[Problem]:
    resource = bound.resource
    if not resource.key or not bound.has(resource.key):
        return
    source, path = _values(bound, resource.key), path_of(resource, "key")
    rows, filled, distinct = _counts(store, source, resource.key)
    listed = ", ".join(resource.key)
    if rows > filled:
        text, hint = of_rows(rows - filled, rows, f"have no key ({listed})"), "fill it in, or choose another key"
        yield Problem(path, "missing_key", text, hint=hint, rows=rows - filled)
    if distinct < filled:
        examples = shown(_duplicates(store, bound, source, resource.key, options))
        text = of_rows(filled - distinct, rows, f"repeat the key of another ({listed})") + examples
        hint = "remove the duplicates, or choose another key"
        yield Problem(path, "duplicate_key", text, hint=hint, rows=filled - distinct)


def _identity(
    store: Store, domain: Domain, bound: Bound, identity: Identity, table_of: TableOf, options: Options
) -> Iterator[Problem]:
    resource, tenancy, names = bound.resource, domain.tenancy, identity.attributes
    is_apart = tenancy.strategy == "attribute" and resource.name not in tenancy.shared and not identity.across_tenants
    if is_apart and bound.has((tenancy.attribute,)):
        names = tuple(dict.fromkeys((tenancy.attribute, *names)))
    source = _values(bound, names)
    if identity.where is not None:
        source = project(domain, resource, {name: Path((name,)) for name in names}, table_of, where=identity.where)
    rows, filled, distinct = _counts(store, source, names, nulls_distinct=identity.nulls_distinct)
    if distinct < filled:
        examples = shown(_duplicates(store, bound, source, names, options, nulls_distinct=identity.nulls_distinct))
        about = " it is about" if identity.where is not None else ""
        text = of_rows(filled - distinct, rows, f"repeat {', '.join(names)} of another", about) + examples
        hint = "remove the duplicates, or drop the identity"
        path = path_of(resource, "identities", identity.name)
        yield Problem(path, "duplicate_identity", text, hint=hint, rows=filled - distinct)


def _values(bound: Bound, attributes: Sequence[str]) -> Plan:
    """These attributes of every row, by name."""
    outputs = tuple(Output(each, column(bound.columns[each].name)) for each in attributes)
    return Project(Scan(bound.table.table), outputs)


def _counts(store: Store, source: Plan, names: Sequence[str], *, nulls_distinct: bool = True) -> tuple[int, int, int]:
    """All rows, those with every value (all of them where two nulls are equal), and how many different values these have."""
    filled = is_filled(names) if nulls_distinct else Constant(True)
    value = Call("row", tuple(column(name) for name in names))
    outputs = (
        Output("rows", count_where()),
        Output("filled", count_where(filled)),
        Output("distinct", Fold("count", value, where=filled, distinct=True)),
    )
    rows, complete, distinct = store.query(Aggregate(source, (), outputs)).tuples()[0]
    return rows, complete, distinct


def _duplicates(
    store: Store, bound: Bound, source: Plan, names: Sequence[str], options: Options, *, nulls_distinct: bool = True
) -> tuple[CounterExample, ...]:
    groups = Aggregate(
        Filter(source, is_filled(names)) if nulls_distinct else source,
        tuple(Output(name, column(name)) for name in names),
        (Output(ROWS, count_where()),),
        having=Binary(">", count_where(), Constant(1)),
    )
    order = (Order(column(ROWS), descending=True), *(Order(column(name)) for name in names))
    is_private = any(bound.resource.attribute(name).sensitive for name in names)
    return read_examples(store, Sort(groups, order), is_private, options)
