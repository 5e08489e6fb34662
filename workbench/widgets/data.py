"""The rows behind a design, as the explorer asks for them: how many there are, and one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

from workbench.errors import AdapterError
from workbench.model import Domain
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Constant, Path, write
from workbench.relation.plan import Aggregate, Limit, Order, Output, Plan, Sort
from workbench.workspace.session import Workspace

__all__ = ["Data", "Page", "SourceData", "WorkspaceData"]


class Page(NamedTuple):
    """One page: column names, rows of Python values, and how many rows there are in all."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    total: int


@runtime_checkable
class Data(Protocol):
    """Somewhere the rows of resources are. Several threads ask at once. What goes wrong is a ``WorkbenchError``."""

    def count(self, resource: str) -> int:
        """How many rows ``resource`` has now."""

    def page(self, resource: str, first: int, size: int, sort: str, descending: bool) -> Page:
        """At most ``size`` rows after the ``first`` ones, in the order of the attribute ``sort`` (nulls last) where it is given.

        Pages of one order neither repeat nor leave out rows. Nothing is masked.
        """

    def interrupt(self, thread: int | None = None) -> None:
        """Stop what ``thread`` (its ``ident``) is running here; it raises an ``AdapterError`` there."""


class SourceData:
    """The rows of ``source`` (anything ``open_source`` takes) under the names of ``domain``."""

    def __init__(self, domain: Domain, source: Any) -> None:  # a source is told by what it is, see open_source
        from workbench.store import open_source

        self._domain = domain
        self._store = open_source(source).store
        self._tables = {each.table.name for each in self._store.tables()}

    def count(self, resource: str) -> int:
        """How many rows it has. Raises ``AdapterError`` where the source has no such table, or the query fails."""
        counted = Aggregate(self._rows(resource), (), (Output("rows", Fold("count")),))
        return int(self._store.query(counted).tuples()[0][0])

    def page(self, resource: str, first: int, size: int, sort: str, descending: bool) -> Page:
        """A page, in the order of ``sort`` and then of the key, or of all attributes where there is none. Errors as ``count``."""
        element = self._domain.resource(resource)
        by = [Order(Path((sort,)), descending)] if sort else []
        by += [Order(Path((name,))) for name in element.key or element.attribute_names if name != sort]
        rows = self._rows(resource)
        found = self._store.query(Limit(Sort(rows, tuple(by)) if by else rows, size, first))
        return Page(found.columns, found.tuples(), self.count(resource))

    def interrupt(self, thread: int | None = None) -> None:
        """Stop what ``thread`` is running."""
        self._store.interrupt(thread)

    def _rows(self, resource: str) -> Plan:
        from workbench.relation.paths import rows_where, source_table

        element = self._domain.resource(resource)
        if source_table(element).name not in self._tables:
            raise AdapterError(f"the data has no table for {resource}", path=resource, code="no_table")
        return rows_where(self._domain, element, Constant(True))


class WorkspaceData:
    """The rows of a workspace, as far as whoever it works for may see them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def count(self, resource: str) -> int:
        """How many rows may be seen. Errors as ``Workspace.count``."""
        return self._workspace.count(resource)

    def page(self, resource: str, first: int, size: int, sort: str, descending: bool) -> Page:
        """A page of what may be seen, in the order of ``sort`` and then of the key. Errors as ``Workspace.ask``."""
        by = [write(Path((sort,))) + (" desc" if descending else " asc")] if sort else []
        answer = self._workspace.ask(resource, sort=by)
        found = answer.some(first, size)
        return Page(found.columns, found.tuples(), len(answer))

    def interrupt(self, thread: int | None = None) -> None:
        """Stop what ``thread`` is running."""
        self._workspace.interrupt(thread)
