"""Once a source is open, nothing can reach anything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from workbench.store.connection import connect, seal


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A sealed connection beside a secret file, a database, and one file that may be read."""
    (tmp_path / "secret.csv").write_text("word\nopensesame\n")
    (tmp_path / "open.csv").write_text("x\n1\n")
    duckdb.connect(str(tmp_path / "other.duckdb")).close()
    connection = connect(temporary=tmp_path / "spill")
    seal(connection, [tmp_path / "open.csv"])
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "FROM read_csv('{folder}/secret.csv')",
        "FROM '{folder}/secret.csv'",
        "FROM read_text('{folder}/secret.csv')",
        "FROM read_blob('{folder}/secret.csv')",
        "FROM read_json('{folder}/secret.csv')",
        "FROM read_parquet('{folder}/secret.csv')",
        "FROM parquet_metadata('{folder}/secret.csv')",
        "FROM sniff_csv('{folder}/secret.csv')",
        "FROM glob('{folder}/*')",
        "FROM read_text('{folder}/open.csv/../secret.csv')",
        "COPY (SELECT 1) TO '{folder}/written.csv'",
        "EXPORT DATABASE '{folder}/written'",
        "IMPORT DATABASE '{folder}'",
        "ATTACH '{folder}/other.duckdb'",
        "ATTACH '{folder}/new.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '{folder}/other.duckdb'",
        "CREATE PERSISTENT SECRET s (TYPE http)",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET lock_configuration",
        "SET allowed_paths = ['{folder}/secret.csv']",
        "SET allowed_directories = ['/']",
        "SET temp_directory = '{folder}'",
        "SET python_enable_replacements = true",
        "FROM mine",
    ],
)
def test_nothing_outside_is_reached(sealed: duckdb.DuckDBPyConnection, tmp_path: Path, statement: str) -> None:
    """Reading, writing, attaching, installing and unlocking are all refused, on the connection and on its cursors."""
    mine = duckdb.values([1])
    assert mine is not None
    before = sorted(path.name for path in tmp_path.iterdir())
    for connection in (sealed, sealed.cursor()):
        with pytest.raises(duckdb.Error):
            connection.execute(statement.format(folder=tmp_path)).fetchall()
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_what_was_named_stays_readable(sealed: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A file named before the seal can be read after it."""
    assert sealed.execute(f"FROM read_csv('{tmp_path}/open.csv')").fetchall() == [(1,)]


def test_spilling_still_works(tmp_path: Path) -> None:
    """A sort larger than the memory limit finds its temporary folder after the seal."""
    connection = connect(temporary=tmp_path, memory_limit="50MB", threads=1)
    seal(connection)
    assert connection.execute(
        "SELECT count(*) FROM (SELECT md5(range::VARCHAR) AS m FROM range(600000) ORDER BY m) WHERE m > '8'"
    ).fetchall()
    connection.close()
