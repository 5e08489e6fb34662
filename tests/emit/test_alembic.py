"""Alembic migrations: they run up and down on a real server, keep the rows they can, and leave the tables the models declare."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from tests.emit.catalog import as_ddl, catalog, connected, orm, url
from tests.emit.designs import hostile, large, shop
from tests.emit.test_sqlalchemy import every_type, related
from workbench.emit import export
from workbench.model import Domain

pytestmark = pytest.mark.postgres


@dataclass
class Server:
    """A schema of a server, and the folder with the revisions that are run there."""

    address: str
    schema: str
    folder: Path

    @property
    def url(self) -> str:
        return f"{self.address}&options=-csearch_path%3D{self.schema}"

    def alembic(self, *arguments: str, wanted: int = 0) -> str:
        """What Alembic says when called as a person calls it."""
        command = [sys.executable, "-m", "alembic", "-c", str(self.folder / "alembic.ini"), *arguments]
        environment = os.environ | {"DATABASE_URL": self.url, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == wanted, done.stdout + done.stderr
        return done.stdout + done.stderr

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(f"set search_path to {self.schema}".encode())
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def catalog(self) -> dict[str, list[tuple[Any, ...]]]:
        return catalog(self.address, self.schema)

    def differences(self, domain: Domain) -> Sequence[object]:
        """What autogenerate would still change, by the exported models."""
        models = orm(domain, self.folder)
        engine = create_engine(url(self.address), connect_args={"options": f"-csearch_path={self.schema}"})
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
            found: Sequence[object] = compare_metadata(context, models.Base.metadata)
        engine.dispose()
        return found


@pytest.fixture
def server(postgres: str, tmp_path: Path) -> Iterator[Server]:
    with connected(postgres, "migrated"):
        yield Server(postgres, "migrated", tmp_path)


@pytest.mark.parametrize("design", [shop, every_type, related, hostile, large])
def test_from_nothing_to_the_tables_of_the_ddl_and_back(design: Callable[[], Domain], server: Server) -> None:
    """Upgrading makes just what the DDL makes, names included; autogenerate finds nothing to do; downgrading leaves nothing."""
    export(design(), "alembic").write(server.folder)
    server.alembic("upgrade", "head")
    wanted, found = as_ddl(server.address, "by_ddl", design()), server.catalog()
    for part, rows in wanted.items():
        assert found[part] == rows
    assert server.differences(design()) == []
    server.alembic("downgrade", "base")
    assert not any(server.catalog().values())
