"""What the tests of refactorings and migrations share: a database of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.evolve.shop import contents
from workbench.evolve.migration import Migration, plan_migration
from workbench.evolve.migration_layout import Place, lay_out
from workbench.evolve.migration_run import Migrated, migrate
from workbench.evolve.refactorings_value import Refactoring
from workbench.model import Domain
from workbench.relation.plan import TableName
from workbench.relation.statement import Statement
from workbench.store.database import open_database, stored_table
from workbench.store.postgres_database import open_postgres


@dataclass
class Database:
    """A database to migrate: its store, and where its tables are."""

    store: Any
    place: Place

    def plan(self, before: Domain, after: Domain, *refactorings: Refactoring) -> Migration:
        """The migration between two domains here."""
        return plan_migration(before, after, self.store.dialect, refactorings, self.place)

    def migrate(self, before: Domain, after: Domain, *refactorings: Refactoring, **options: Any) -> Migrated:
        """What became of that migration."""
        return migrate(self.plan(before, after, *refactorings), self.store, **options)

    def rows(self, domain: Domain) -> dict[str, list[str]]:
        """The rows of every table of a domain."""
        return contents(
            self.store,
            {name: each.name for name, each in lay_out(domain, self.store.dialect, self.place).shapes.items()},
        )

    def tables(self) -> set[str]:
        """The names of the tables there are."""
        return {each.table.name for each in self.store.tables()}


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database of each kind."""
    if request.param == "duckdb":
        with open_database() as store:
            yield Database(store, stored_table)
        return
    with open_postgres(request.getfixturevalue("postgres"), schema="migrated") as made:
        with made.begin() as transaction:
            for schema in ("migrated", "workbench"):
                transaction.write(Statement(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'))
            transaction.write(Statement('CREATE SCHEMA "migrated"'))
            transaction.commit()
        yield Database(made, TableName)
