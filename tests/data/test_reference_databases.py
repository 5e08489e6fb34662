"""The reference databases are what their hand-written truths say, the same in every build, in every format."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from benchmarks.reference_databases import DATABASES, Reference, ReferenceDatabase, Truth, anonymise, write
from benchmarks.reference_databases.truth import parse_truth

BUILT = {database.name: database.tables() for database in DATABASES}

each_database = pytest.mark.parametrize("database", DATABASES, ids=lambda database: database.name)


def row_set(table: pa.Table, columns: tuple[str, ...]) -> list[tuple[object, ...]]:
    """The rows of those columns in which none is null."""
    rows = zip(*(table[column].to_pylist() for column in columns), strict=True)
    return [row for row in rows if None not in row]


def coverage(tables: dict[str, pa.Table], reference: Reference) -> float:
    """The share of the non-null source rows whose values occur in the target."""
    targets = set(row_set(tables[reference.target_table], reference.target_columns))
    sources = row_set(tables[reference.source_table], reference.source_columns)
    return sum(row in targets for row in sources) / len(sources)


def is_unique(table: pa.Table, columns: tuple[str, ...]) -> bool:
    """No null and no repetition in those columns."""
    rows = row_set(table, columns)
    return len(rows) == len(set(rows)) == table.num_rows


@each_database
def test_keys_are_unique(database: ReferenceDatabase) -> None:
    """Every table has one hand-written key, and every key and alternate key is complete and unique."""
    tables = BUILT[database.name]
    assert set(database.truth.keys) == set(tables)
    for table, columns in (*database.truth.keys.items(), *database.truth.alternate_keys):
        assert is_unique(tables[table], columns), (table, columns)


@each_database
def test_references_hold(database: ReferenceDatabase) -> None:
    """Every reference points to a unique set of columns and holds everywhere, or dangles as much as declared."""
    tables, truth = BUILT[database.name], database.truth
    for reference in truth.references:
        assert is_unique(tables[reference.target_table], reference.target_columns), reference
        expected = 1 - truth.dangling.get(reference, 0.0)
        assert coverage(tables, reference) == pytest.approx(expected, abs=0.001), reference


@each_database
def test_acceptable_references_are_defensible(database: ReferenceDatabase) -> None:
    """A reference that counts neither for nor against could be found in the data and is not a true one."""
    tables, truth = BUILT[database.name], database.truth
    assert not set(truth.also_acceptable) & set(truth.references)
    assert len(set(truth.also_acceptable)) == len(truth.also_acceptable)
    for reference in truth.also_acceptable:
        assert coverage(tables, reference) >= 0.95, reference


@each_database
def test_described_columns_are_what_they_are_called(database: ReferenceDatabase) -> None:
    """Enums repeat at most 20 values, states are enums, and every sensitive column exists."""
    tables, truth = BUILT[database.name], database.truth
    assert truth.states <= truth.enums
    for table, column in truth.enums:
        values = tables[table][column]
        assert len(values.unique().drop_null()) <= 20, (table, column)
    for table, column in truth.sensitive:
        assert column in tables[table].column_names, (table, column)


@each_database
def test_each_build_is_the_same(database: ReferenceDatabase) -> None:
    """Building a database again yields equal tables, so that measurements can be compared."""
    again = database.tables()
    assert list(again) == list(BUILT[database.name])
    assert all(table.equals(BUILT[database.name][name]) for name, table in again.items())


def test_the_splits_are_large_enough_and_the_tables_small() -> None:
    """Twenty databases to tune on, four fresh, and no table that makes a measurement slow."""
    splits = [database.split for database in DATABASES]
    assert splits.count("tuning") == 20
    assert splits.count("fresh") == 4
    assert len(splits) == 24
    assert all(12 <= len(BUILT[database.name]) <= 20 for database in DATABASES if database.split == "fresh")
    rows = [max(table.num_rows for table in tables.values()) for tables in BUILT.values()]
    assert min(rows) >= 5_000
    assert max(rows) <= 50_000


def test_the_truths_cover_the_difficult_shapes() -> None:
    """Composite, self, nullable, dangling, one-to-one and repeated references all occur, so that none goes unmeasured."""
    references = [(database, reference) for database in DATABASES for reference in database.truth.references]
    assert sum(len(reference.source_columns) > 1 for _, reference in references) >= 15
    assert sum(reference.source_table == reference.target_table for _, reference in references) >= 8
    assert sum(reference in database.truth.dangling for database, reference in references) >= 8
    assert (
        sum(
            reference.source_columns == database.truth.keys[reference.source_table]
            for database, reference in references
        )
        >= 5
    )
    nullable = [r for d, r in references if BUILT[d.name][r.source_table][r.source_columns[0]].null_count]
    assert len(nullable) >= 15


def test_the_truths_cover_the_habits_of_grown_databases() -> None:
    """Composite targets in two roles, keys behind other columns, padded text keys and late starts all occur."""
    truths = [(database.name, database.truth) for database in DATABASES]
    roles = Counter(
        (name, reference.source_table, reference.target_table)
        for name, truth in truths
        for reference in truth.references
        if len(reference.source_columns) > 1
    )
    assert sum(count > 1 for count in roles.values()) >= 4
    keys = [
        BUILT[name][table][columns[0]].to_pylist() for name, truth in truths for table, columns in truth.keys.items()
    ]
    texts = [key for key in keys if isinstance(key[0], str)]
    assert sum(any(value != value.strip() for value in key) for key in texts) >= 2
    assert sum(all(value.strip().isdigit() for value in key) for key in texts) >= 4
    assert sum(isinstance(key[0], int) and min(key) >= 1_000 for key in keys) >= 10
    behind = [
        columns[0] != BUILT[name][table].column_names[0]
        for name, truth in truths
        for table, columns in truth.keys.items()
    ]
    assert sum(behind) >= 10


@each_database
def test_anonymous_copy_keeps_the_truth(database: ReferenceDatabase) -> None:
    """Without names the same truth holds of the same values, and no old name is left."""
    tables, truth = anonymise(BUILT[database.name], database.truth)
    assert sorted(tables) == sorted(f"t{i}" for i in range(1, len(tables) + 1))
    assert all(table.column_names == [f"c{i}" for i in range(1, table.num_columns + 1)] for table in tables.values())
    assert len(truth.references) == len(database.truth.references)
    assert len(truth.sensitive) == len(database.truth.sensitive)
    for old, new in zip(database.truth.references, truth.references, strict=True):
        assert tables[new.source_table].num_rows == BUILT[database.name][old.source_table].num_rows
        expected = 1 - database.truth.dangling.get(old, 0.0)
        assert coverage(tables, new) == pytest.approx(expected, abs=0.001)
    assert anonymise(BUILT[database.name], database.truth)[1] == truth
    assert anonymise(BUILT[database.name], database.truth, seed=1)[1] != truth


@pytest.mark.parametrize("format", ["parquet", "csv", "sqlite", "duckdb"])
def test_every_format_holds_every_row(tmp_path: Path, format: str) -> None:
    """A database written to any format can be read back with all its tables and rows, and written twice."""
    tables = BUILT["football"]
    for _ in range(2):
        place = write(tables, tmp_path / format, format)  # type: ignore[arg-type]
    with duckdb.connect(str(place) if format == "duckdb" else ":memory:") as connection:
        for name, table in tables.items():
            source = {
                "parquet": f"'{place}/{name}.parquet'",
                "csv": f"'{place}/{name}.csv'",
                "duckdb": f'"{name}"',
            }.get(format)
            if source is not None:
                assert connection.execute(f"select count(*) from {source}").fetchone() == (table.num_rows,)
    if format == "sqlite":
        lite = sqlite3.connect(place)
        for name, table in tables.items():
            assert lite.execute(f'select count(*) from "{name}"').fetchone() == (table.num_rows,)
        lite.close()


def test_a_line_that_is_no_reference_is_refused() -> None:
    """A slip in a hand-written truth is reported with the line and the way to write it."""
    with pytest.raises(ValueError, match=r"not a reference: 'a\.b => c\.d'"):
        parse_truth(keys="a(b)", references="a.b => c.d")
    assert isinstance(parse_truth(keys="a(b)", references=""), Truth)
