"""A design bound to tables: which table holds a resource's rows, which column an attribute's values; and examples of rows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from workbench.evidence.claim import CounterExample, mask
from workbench.evidence.options import Options
from workbench.evidence.profile import names_of
from workbench.model import Domain, Resource
from workbench.model.address import dotted
from workbench.relation.paths import source_table
from workbench.relation.plan import Limit, Plan, TableName
from workbench.relation.port import ColumnInfo, Store, TableInfo

__all__ = ["Bound", "bind", "path_of", "read_examples", "shown", "tables_of"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Bound:
    """A resource of the design with the table that holds its rows, and the column of each attribute that has one."""

    resource: Resource
    table: TableInfo
    columns: dict[str, ColumnInfo]

    def has(self, names: Iterable[str]) -> bool:
        """Whether all these attributes have a column."""
        return all(name in self.columns for name in names)

    def names(self, attributes: Iterable[str]) -> tuple[str, ...]:
        """The columns of attributes that have one."""
        return tuple(self.columns[each].name for each in attributes)


def bind(domain: Domain, tables: Sequence[TableInfo]) -> dict[str, Bound]:
    """The resources that have a table, by name: found by ``source_name``, else by name, else by name in any case; so are columns."""
    called = names_of(tables)
    by_name = _by_name((called[each.table], each) for each in tables)
    bound: dict[str, Bound] = {}
    for resource in domain.all_resources:
        table = _called(resource.source_name or resource.name, by_name)
        if table is not None:
            found = _by_name((each.name, each) for each in table.columns)
            pairs = ((each.name, _called(each.source_name or each.name, found)) for each in resource.attributes)
            bound[resource.name] = Bound(resource, table, {name: info for name, info in pairs if info is not None})
    return bound


def tables_of(bound: Mapping[str, Bound]) -> Callable[[Resource], TableName]:
    """What finds the table of a resource in plans."""
    return lambda resource: bound[resource.name].table.table if resource.name in bound else source_table(resource)


def _by_name(named: Iterable[tuple[str, _T]]) -> dict[str, _T]:
    """By name, and by name in any case under a key that no name has."""
    exact = dict(named)
    return {f"\0{name.casefold()}": each for name, each in exact.items()} | exact


def _called(name: str, among: Mapping[str, _T]) -> _T | None:
    return among.get(name) or among.get(f"\0{name.casefold()}")


def path_of(resource: Resource, *steps: str) -> str:
    """Where a problem is."""
    return dotted("resources", resource.name, *steps)


def read_examples(store: Store, plan: Plan, is_private: bool, options: Options) -> tuple[CounterExample, ...]:
    """The first rows of ``plan``, whose last column counts rows; the others are the value, masked where it is private."""
    rows = store.query(Limit(plan, options.counter_examples)).tuples()
    hide = is_private and not options.show_sensitive
    return tuple(CounterExample(", ".join(mask(value, hide) for value in row[:-1]), int(row[-1])) for row in rows)


def shown(examples: Sequence[CounterExample]) -> str:
    """Examples as the end of a sentence; nothing where there are none."""
    return ", such as " + ", ".join(f"{each.value!r} ({each.rows:,})" for each in examples[:3]) if examples else ""
