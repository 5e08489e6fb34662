"""A database made ready for a design: its tables, the design itself beside them, and what runs batches on it."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from workbench.actions import Engine, Stage
from workbench.errors import Problem, VerificationError
from workbench.model import Domain
from workbench.model.expression import Scalar
from workbench.relation.plan import TableName
from workbench.workspace.counters import Counting, create_counters
from workbench.workspace.running import Running

if TYPE_CHECKING:
    from workbench.store.database import DuckDatabase

__all__ = ["attached_tables", "engine_on", "settle"]


def attached_tables(domain: Domain, database: DuckDatabase) -> Mapping[str, TableName]:
    """The resources that are read in a source, and their tables there."""
    there = {each.table.name: each.table for each in database.attached}
    wanted = {each.name: each.source_name or each.name for each in domain.all_resources}
    return {name: there[table] for name, table in wanted.items() if table in there}


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
