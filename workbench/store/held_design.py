"""The design a database holds: one row of ``workbench.meta``, written in the transaction that makes the tables what it says.

On PostgreSQL each schema has a design of its own; for all but ``public`` the row is in ``workbench."meta.SCHEMA"``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from workbench.errors import Problem, VerificationError
from workbench.language.json_format import dumps, loads
from workbench.model import Domain
from workbench.model.expression import Binary, Constant, Path
from workbench.model.types import ScalarType
from workbench.relation.alteration import CreateSchema
from workbench.relation.ddl import CreateTable, NewColumn
from workbench.relation.plan import Filter, Output, Project, Scan, TableName, Values
from workbench.relation.port import Store, Transaction

__all__ = ["FORMAT", "HeldDesign", "digest", "read_held", "write_held"]

FORMAT = 1
"""The layout of a database that a design runs on."""

_SCHEMA, _TABLE = "workbench", "meta"
_COLUMNS = ("format_version", "design", "digest", "written_at")


@dataclass(frozen=True, slots=True)
class HeldDesign:
    """The design whose tables a database holds, and since when."""

    domain: Domain
    digest: str
    written_at: dt.datetime


def digest(domain: Domain) -> str:
    """What tells two designs apart: equal for equal designs, 64 characters.

    >>> digest(Domain(name="shop")) == digest(Domain(name="shop")), len(digest(Domain(name="shop")))
    (True, 64)
    """
    return hashlib.sha256(dumps(domain).encode()).hexdigest()


def read_held(store: Store | Transaction, catalog: str = "", schema: str = "") -> HeldDesign | None:
    """The design that the database holds; None where no workbench has written to it. ``catalog`` is the one it is attached as,
    ``schema`` that of its tables, where it may have several.

    Raises:
        VerificationError: it was written by a newer version, or is damaged.
    """
    table = _table(catalog, schema)
    if not _is_there(store, table):
        return None
    outputs = tuple(Output(name, Path((name,))) for name in _COLUMNS)
    rows = store.query(Project(Scan(table), outputs)).tuples()
    if not rows:
        return None
    version, text, marked, written_at = rows[0]
    if version > FORMAT:
        message = f"the database has the layout {version}, newer than {FORMAT}, the newest this version reads"
        raise VerificationError([Problem(str(table), "newer_format", message, hint="install a newer version")])
    domain = loads(text)
    return HeldDesign(domain, str(marked), written_at)


def write_held(
    transaction: Transaction, domain: Domain, written_at: dt.datetime, catalog: str = "", schema: str = ""
) -> None:
    """The database holds ``domain`` from the moment the transaction commits, and no other design. ``written_at`` is an aware time."""
    table = _table(catalog, schema)
    if _is_there(transaction, table):
        transaction.delete(table, ("format_version",), Scan(table))
    else:
        types = ("integer", "text", "string", "timestamp")
        columns = tuple(
            NewColumn(name, ScalarType(name=type_), required=True) for name, type_ in zip(_COLUMNS, types, strict=True)
        )
        transaction.alter(CreateSchema(_SCHEMA, catalog), CreateTable(table, columns))
    row = (FORMAT, dumps(domain), digest(domain), written_at)
    transaction.insert(table, _COLUMNS, Values(_COLUMNS, (row,)))


def _table(catalog: str, schema: str) -> TableName:
    return TableName(_TABLE if schema in ("", "public") else f"{_TABLE}.{schema}", _SCHEMA, catalog)


def _is_there(store: Store | Transaction, table: TableName) -> bool:
    wanted = {"table_schema": table.schema, "table_name": table.name}
    wanted |= {"table_catalog": table.catalog} if table.catalog else {}
    known = Scan(TableName("tables", "information_schema"))
    plan: Filter | Scan = known
    for column, value in wanted.items():
        plan = Filter(plan, Binary("=", Path((column,)), Constant(value)))
    return bool(store.query(Project(plan, (Output("name", Path(("table_name",))),))).tuples())
