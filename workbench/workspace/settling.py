"""A database made ready for a design: its tables, the design itself beside them, and what runs batches on it."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from workbench.actions import Engine, Stage
from workbench.errors import Problem, VerificationError, nearest
from workbench.model import Domain, Resource
from workbench.model.address import dotted
from workbench.model.expression import Scalar
from workbench.relation.plan import TableName
from workbench.relation.port import TableInfo
from workbench.workspace.counters import Counting, create_counters
from workbench.workspace.running import Running

if TYPE_CHECKING:
    from workbench.store.database import DuckDatabase

__all__ = ["attached_tables", "engine_on", "settle"]


def attached_tables(domain: Domain, database: DuckDatabase) -> Mapping[str, TableName]:
    """The resources that are read in a source, and their tables there. Raises ``VerificationError`` where a table lacks attributes."""
    there = {each.table.name: each for each in database.attached}
    wanted = {each: there.get(each.source_name or each.name) for each in domain.all_resources}
    attached = {each: table for each, table in wanted.items() if table is not None}
    missing = [problem for each, table in attached.items() for problem in _missing(each, table)]
    if missing:
        raise VerificationError(missing, domain.name)
    return {each.name: table.table for each, table in attached.items()}


def _missing(resource: Resource, table: TableInfo) -> Iterator[Problem]:
    columns = [each.name for each in table.columns]
    known = {each.casefold() for each in columns}
    for each in resource.attributes:
        column = each.source_name or each.name
        if column.casefold() not in known:
            close = [each.was] if each.was.casefold() in known else nearest(column, columns, 1)
            message = f"{table.table.name} has no column {column!r} to read it from"
            hint = f"say where it is read: source_name {close[0]!r}" if close else f"there are {', '.join(columns[:8])}"
            yield Problem(dotted(resource.name, each.name), "missing_column", message, hint=hint)


def settle(database: DuckDatabase, domain: Domain, found: Running, now: dt.datetime) -> None:
    """The database holds the design and its tables. Raises ``VerificationError`` where it holds another one."""
    from workbench.store.database import CATALOG, stored_table
    from workbench.store.held_design import digest, read_held, write_held

    held = read_held(database, CATALOG)
    called = Path(database.path).name or "the database"
    if held is None:
        foreign = [each.table.name for each in database.stored()]
        if foreign:
            message = f"{called} has tables that no workbench made: {', '.join(foreign[:5])}"
            problem = Problem(called, "foreign_tables", message, hint="attach it as a source, or name another file")
            raise VerificationError([problem], called)
        if database.is_read_only:
            message = f"{called} holds no design, and it was opened only to read"
            raise VerificationError([Problem(called, "no_design", message)], called)
        with database.begin() as transaction:
            write_held(transaction, domain, now, CATALOG)
            create_counters(transaction)
            for each in found.declared:
                transaction.alter(replace(each, table=stored_table(each.table.name), references=()))
            transaction.commit()
    elif held.digest != digest(domain):
        message = f"{called} holds another version of the design {held.domain.name}"
        hint = f"bring it up to date: workbench migrate DESIGN {called}"
        raise VerificationError([Problem(called, "other_design", message, hint=hint)], called)


def engine_on(
    found: Running,
    database: DuckDatabase,
    attached: Mapping[str, TableName],
    stages: Sequence[Stage],
    clock: Callable[[], dt.datetime],
    seed: int | None,
) -> Engine:
    """What runs batches on the database; with a ``seed`` its uuids are the same each time."""
    from workbench.store.database import stored_table

    try:
        zone: dt.tzinfo = ZoneInfo(found.domain.time_zone)
    except (KeyError, ValueError):  # no such zone, which verification reports; its days are those of UTC
        zone = dt.UTC

    def now() -> Mapping[str, Scalar]:
        moment = clock()
        return {"context.now": moment, "context.today": moment.astimezone(zone).date()}

    return Engine(
        found.domain,
        found.records,
        database,
        lambda resource: attached.get(resource.name) or stored_table(resource.source_name or resource.name),
        stages,
        now=now,
        counters=Counting(),
        random=os.urandom if seed is None else random.Random(seed).randbytes,
        attached=attached,
    )
