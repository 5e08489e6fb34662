"""Bringing a database up to date with its design."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import AdapterError, VerificationError
from workbench.evidence import propose_declared
from workbench.evolve.difference import same
from workbench.evolve.migration import Migration, plan_migration
from workbench.evolve.migration_layout import Layout, Place, lay_out, matched
from workbench.evolve.migration_run import Migrated
from workbench.evolve.migration_run import migrate as run_migration
from workbench.evolve.refactorings_value import Refactoring
from workbench.language import load
from workbench.model import Domain
from workbench.model.verify import verify
from workbench.relation.plan import Scan, TableName, Values
from workbench.relation.port import TableInfo, Transaction, WritableStore
from workbench.workspace.counters import COUNTERS, create_counters
from workbench.workspace.design import Design

if TYPE_CHECKING:
    from workbench.store.database import DuckDatabase
    from workbench.store.postgres_database import PostgresDatabase

__all__ = ["migrate"]


def migrate(
    design: Domain | Design | str | Path,
    database: str | os.PathLike[str],
    *,
    refactorings: Sequence[Refactoring] = (),
    accept_loss: bool = False,
    is_dry: bool = False,
    schema: str = "public",
    now: dt.datetime | None = None,
) -> Migrated:
    """The tables of ``database`` are those of ``design``, their rows carried along, and it holds that design: all of it or nothing.

    ``database`` is the path of a DuckDB file, or the address of a PostgreSQL server (``postgresql://…``), where the tables are those of
    ``schema``. What the tables are now is read in the database: the design it holds, else what its tables declare, matched by names.
    ``refactorings`` lead from that design to the new one; a design in a folder knows them from its log. With ``is_dry`` everything is tried, and nothing changed.

    Raises:
        VerificationError: the design has problems, the data does not fit it, or values would be lost and ``accept_loss`` is not said.
        AdapterError: the database cannot be opened or changed.
    """
    if isinstance(design, str | Path) and Path(design).is_dir():
        design = Design(design)
    after = design if isinstance(design, Domain) else design.domain if isinstance(design, Design) else load(design)
    if errors := verify(after).errors:
        raise VerificationError(errors, after.name)
    moment = now or dt.datetime.now(dt.UTC)
    with _opened(database, schema) as found:
        before, is_held = _before(found, after)
        absent = _absent(found, before) if is_held else frozenset()
        if isinstance(design, Design) and not refactorings:
            refactorings = design.refactorings(before)
        migration = plan_migration(before, after, found.store.dialect, refactorings, found.place, absent)

        def also(transaction: Transaction) -> None:
            from workbench.store.held_design import write_held

            write_held(transaction, after, moment, found.catalog, found.schema)
            if found.catalog:
                _carry_counters(transaction, migration, is_held=is_held)

        done = run_migration(migration, found.store, accept_loss=accept_loss, is_dry=is_dry, now=moment, also=also)
        if done.is_done and not same(before, after):
            found.migrated()
        return done


@dataclass(frozen=True, slots=True)
class _Found:
    """An open database: its store, where its tables are, as which catalog it is attached or in which schema they are, and what tables there are.

    ``migrated`` is called when the tables have become those of another design.
    """

    store: WritableStore
    place: Place
    catalog: str
    tables: tuple[TableInfo, ...]
    migrated: Callable[[], None] = lambda: None
    schema: str = ""


@contextmanager
def _opened(database: str | os.PathLike[str], schema: str) -> Iterator[_Found]:
    if str(database).startswith(("postgresql://", "postgres://")):
        from workbench.store.postgres_database import open_postgres

        postgres: PostgresDatabase
        with open_postgres(str(database), schema=schema) as postgres:
            yield _Found(postgres, TableName, "", postgres.tables(), schema=schema)
        return
    from workbench.store.database import CATALOG, open_database, stored_table

    path = Path(database)
    if not path.exists():
        hint = "name the file of a workspace, or an address (postgresql://…); wb.open makes new ones"
        raise AdapterError(f"there is no database {path}", path=str(path), code="no_database", hint=hint)
    duck: DuckDatabase
    with open_database(path) as duck:
        yield _Found(duck, stored_table, CATALOG, duck.stored(), duck.count_migration)


def _before(found: _Found, after: Domain) -> tuple[Domain, bool]:
    """The design whose tables are there, and whether the database says so itself."""
    from workbench.store.held_design import read_held

    held = read_held(found.store, found.catalog, found.schema)
    if held is not None:
        return held.domain, True
    tables = [each for each in found.tables if each.kind == "table"]
    return (propose_declared(after.name, tables).domain if tables else Domain(name=after.name)), False


def _absent(found: _Found, before: Domain) -> frozenset[str]:
    """The resources, by their names at birth, that have no table of their own there: they are read in a source."""
    there = {each.table.name for each in found.tables}
    shapes = lay_out(before, found.store.dialect, found.place).shapes.values()
    return frozenset(each.birth for each in shapes if each.name.name not in there)


def _carry_counters(transaction: Transaction, migration: Migration, *, is_held: bool) -> None:
    """How far counting attributes have come, under their names after."""
    if not is_held:
        create_counters(transaction)
        return
    kept = Scan(COUNTERS)
    rows = transaction.query(kept).tuples()
    for stage in migration.stages:
        rows = list(_renamed(rows, stage.before, stage.after))
    columns = ("resource", "attribute", "last")
    transaction.delete(COUNTERS, columns[:2], kept)
    if rows:
        transaction.insert(COUNTERS, columns, Values(columns, tuple(rows)))


def _renamed(rows: Iterable[tuple[str, str, int]], before: Layout, after: Layout) -> Iterator[tuple[str, str, int]]:
    """Counters as the resources and attributes are called after; those of what is gone are gone."""

    def births(layout: Layout) -> Mapping[str, str]:
        return {name: each.birth for name, each in layout.shapes.items()}

    names = {old: new for new, old in matched(births(before), births(after)).items()}
    for resource, attribute, last in rows:
        if resource in names:
            old, new = before.shapes[resource], after.shapes[names[resource]]
            called = {was: name for name, was in matched(old.births, new.births).items()}
            if attribute in called:
                yield names[resource], called[attribute], last
