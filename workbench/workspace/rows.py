"""The rows behind a claim, looked at: a page at a time, whatever their number."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from workbench.evidence import mask, private_by_name, propose_declared
from workbench.model import Domain
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Constant, Node
from workbench.relation.plan import Aggregate, Limit, Output, Plan
from workbench.relation.port import Rows, Store
from workbench.views import Cell, Code, Column, Table, View, Viewable, counted
from workbench.workspace.clock import StoreAt

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from workbench.store import SourceOptions

__all__ = ["Result", "rows"]

_PAGE = 20


class Result(Viewable):
    """The answer to a question: shown a page at a time, fetched whole only by ``df`` or ``arrow``.

    Values of the columns in ``private`` are masked where they are shown.
    """

    def __init__(self, store: Store, plan: Plan, title: str, private: frozenset[str] = frozenset()) -> None:
        self._store, self._plan, self._title, self._private = store, plan, title, private
        self._total: int | None = None

    @property
    def private(self) -> frozenset[str]:
        """The columns whose values are masked where they are shown."""
        return self._private

    def __len__(self) -> int:
        if self._total is None:
            counted = Aggregate(self._plan, (), (Output("rows", Fold("count")),))
            self._total = int(self._store.query(counted).tuples()[0][0])
        return self._total

    def __repr__(self) -> str:
        return f"Result({self._title!r}, {counted(len(self), 'row')})"

    def arrow(self) -> pa.Table:
        """All rows, as an Arrow table."""
        return self._store.arrow(self._plan)

    def df(self) -> pd.DataFrame:
        """All rows, as a pandas data frame."""
        frame: pd.DataFrame = self.arrow().to_pandas()
        return frame

    def explain(self) -> Code:
        """The query, as SQL to read and to run."""
        return Code(self._store.sql(self._plan), "sql")

    def some(self, first: int, count: int) -> Rows:
        """At most ``count`` rows after the ``first`` ones, as they are: nothing is masked."""
        return self._store.query(Limit(self._plan, count, first))

    def page(self, first: int = 1) -> Table:
        """Twenty rows, beginning with the ``first`` (from 1)."""
        found = self.some(max(first, 1) - 1, _PAGE)
        tuples = found.tuples()
        cells = tuple(tuple(map(self._cell, found.columns, row)) for row in tuples)
        numbers = [all(_is_number(row[place]) for row in tuples) for place in range(len(found.columns))]
        columns = tuple(
            Column(name, "number" if number else "text") for name, number in zip(found.columns, numbers, strict=True)
        )
        return Table(columns, cells, title=self._title, total=len(self), first=max(first, 1) - 1)

    def view(self) -> View:
        """The first page."""
        return self.page()

    def _cell(self, name: str, value: Any) -> Cell:
        if value is None or (isinstance(value, bool | float) and name not in self._private):
            return value
        # Whole numbers may be years or codes: they are shown without separators.
        return mask(value, name in self._private)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal | None) and not isinstance(value, bool)


def rows(
    source: Any,
    resource: str,
    where: str | Node = "true",
    *,
    design: Domain | None = None,
    reading: SourceOptions | None = None,
    now: dt.datetime | None = None,
) -> Result:
    """The rows of ``resource`` in ``source`` (anything ``infer`` takes, but DDL) for which ``where`` is true.

    ``where`` is an expression over the resource's attributes; with a ``design`` also over what its relationships reach. ``now`` is the
    moment that ``now()`` and ``today()`` mean, the present one when left out.

    >>> import pyarrow
    >>> team = pyarrow.table({"id": [1, 2, 3], "city": ["Rome", None, "Oslo"]})
    >>> rows({"team": team}, "team", "city is null").df()["id"].tolist()
    [2]

    Raises:
        VerificationError: the source cannot be read, or the expression has problems.
        NotFoundError: there is no such resource; the error names the nearest.
    """
    from workbench.expression import parse
    from workbench.relation.paths import rows_where
    from workbench.store import open_source

    condition = parse(where) if isinstance(where, str) else where
    store = open_source(source, options=reading).store
    domain = design or propose_declared("data", store.tables()).domain
    element = domain.resource(resource)
    private = frozenset(
        each.name for each in element.attributes if each.sensitive or private_by_name(each.name, resource)
    )
    every = isinstance(condition, Constant) and condition.value is True
    title = resource if every else f"{resource} where {condition}"
    return Result(StoreAt(store, now, domain.time_zone), rows_where(domain, element, condition), title, private)
