"""A store with what its questions are given: the moment they are asked at, and whoever asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from workbench.model.expression import Scalar
from workbench.relation.plan import Plan
from workbench.relation.port import Rows, Store, TableInfo

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["StoreAt", "StoreWith"]


class StoreWith:
    """``store``, asked with ``given`` for references (``context.now``, ``actor.id``), by written name."""

    def __init__(self, store: Store, given: Mapping[str, Scalar]) -> None:
        self._store, self._given = store, given

    @property
    def dialect(self) -> Literal["duckdb", "postgres"]:
        """The SQL its plans are printed in."""
        return self._store.dialect

    def tables(self) -> tuple[TableInfo, ...]:
        """All tables and views, in name order."""
        return self._store.tables()

    def query(self, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> Rows:
        """The rows of ``plan``. Errors as the store's own."""
        return self._store.query(plan, {**self._given, **(parameters or {})})

    def arrow(self, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> pa.Table:
        """The rows of ``plan`` as an Arrow table. Errors as the store's own."""
        return self._store.arrow(plan, {**self._given, **(parameters or {})})

    def sql(self, plan: Plan) -> str:
        """``plan`` as a person would read it."""
        return self._store.sql(plan)


class StoreAt(StoreWith):
    """``store``, asked at ``moment`` (an aware time; the present one when left out); ``today`` is its date in ``time_zone``.

    Every query of one ``StoreAt`` sees the same moment, so that the answers agree with each other.
    """

    def __init__(self, store: Store, moment: dt.datetime | None = None, time_zone: str = "UTC") -> None:
        now = moment or dt.datetime.now(dt.UTC)
        try:
            zone: dt.tzinfo = ZoneInfo(time_zone)
        except (KeyError, ValueError):  # no such zone, which verification reports; its days are those of UTC
            zone = dt.UTC
        super().__init__(store, {"context.now": now, "context.today": now.astimezone(zone).date()})
