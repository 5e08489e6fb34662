"""The rows behind a design, as the explorer asks for them: how many there are, and one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from workbench.errors import AdapterError
from workbench.model import Domain
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Constant, Path
from workbench.relation.plan import Aggregate, Limit, Order, Output, Plan, Sort
from workbench.relation.port import Store
from workbench.workspace.clock import StoreAt

__all__ = ["Data", "Page", "SourceData"]


class Page(NamedTuple):
    """One page: column names, rows of Python values, and how many rows there are in all."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    total: int


class Data(Protocol):
    """Somewhere the rows of resources are. Several threads ask at once."""

    def count(self, resource: str) -> int:
        """How many rows ``resource`` has now."""

    def page(self, resource: str, first: int, size: int, sort: str, descending: bool) -> Page:
        """At most ``size`` rows after the ``first`` ones, sorted by the attribute ``sort`` (nulls last) where it is given."""

    def interrupt(self, thread: int | None = None) -> None:
        """Stop what ``thread`` (its ``ident``) is running; it raises an ``AdapterError`` there."""


class SourceData:
    """The rows of ``source`` (anything ``open_source`` takes) under the names of ``domain``."""

    def __init__(self, domain: Domain, source: Any) -> None:  # a source is told by what it is, see open_source
        from workbench.store import open_source

        self._domain = domain
        self._opened = open_source(source).store
        self._tables = {each.table.name for each in self._opened.tables()}
        self._store: Store = StoreAt(self._opened, None, domain.time_zone)

    def count(self, resource: str) -> int:
        """How many rows it has.

        Raises:
            AdapterError: the source has no such table, or the query failed.
        """
        counted = Aggregate(self._rows(resource), (), (Output("rows", Fold("count")),))
        return int(self._store.query(counted).tuples()[0][0])

    def page(self, resource: str, first: int, size: int, sort: str, descending: bool) -> Page:
        """A page, in the order of ``sort`` and then of the key, so that pages neither repeat nor leave out rows. Errors as ``count``."""
        element = self._domain.resource(resource)
        by = [Order(Path((sort,)), descending)] if sort else []
        by += [Order(Path((name,))) for name in element.key or element.attribute_names if name != sort]
        rows: Plan = self._rows(resource)
        found = self._store.query(Limit(Sort(rows, tuple(by)), size, first))
        return Page(found.columns, found.tuples(), self.count(resource))

    def interrupt(self, thread: int | None = None) -> None:
        """Stop what ``thread`` is running."""
        self._opened.interrupt(thread)

    def _rows(self, resource: str) -> Plan:
        from workbench.relation.paths import rows_where, source_table

        element = self._domain.resource(resource)
        if source_table(element).name not in self._tables:
            raise AdapterError(f"the data has no table for {resource}", path=resource, code="no_table")
        return rows_where(self._domain, element, Constant(True))
