"""The flights are the original facts: counts, keys and references as `data/README.md` states them."""

from __future__ import annotations

import filecmp
import runpy
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
FLIGHTS = ROOT / "data" / "flights"


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    """The five tables, `NA` read as missing in the CSV files and as it stands in the Parquet file."""
    connection = duckdb.connect()
    for table in ("airlines", "airports", "planes", "weather"):
        connection.execute(f"create table {table} as from read_csv('{FLIGHTS / table}.csv', nullstr='NA')")
    connection.execute(f"create view flights as from read_parquet('{FLIGHTS}/flights.parquet')")
    return connection


def number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The single number a query answers."""
    row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select count(*) from flights", 336_776),
        ("select count(*) from airlines", 16),
        ("select count(*) from airports", 1_458),
        ("select count(*) from planes", 3_322),
        ("select count(*) from weather", 26_115),
        ("select count(*) from flights anti join airlines using (carrier)", 0),
        ("select count(*) from flights where origin not in (select faa from airports)", 0),
        ("select count(*) from flights where dest not in (select faa from airports)", 7_602),
        ("select count(distinct dest) from flights where dest not in (select faa from airports)", 4),
        ("select count(*) from flights anti join planes using (tailnum)", 52_606),
        ("select count(*) from flights where tailnum = 'NA'", 2_512),
        ("select count(*) from flights where tailnum is null", 0),
        ("select count(*) from flights anti join weather using (origin, time_hour)", 1_556),
        ("select count(*) from flights anti join weather using (origin, year, month, day, hour)", 1_556),
        ("select count(distinct (origin, time_hour)) from weather", 26_115),
        ("select count(distinct (origin, year, month, day, hour)) from weather", 26_112),
        ("select count(distinct (time_hour, carrier, flight, origin)) from flights", 336_776),
    ],
)
def test_facts_of_the_flights(connection: duckdb.DuckDBPyConnection, sql: str, expected: int) -> None:
    """Each figure that the documentation states about the flights is true of the files."""
    assert number(connection, sql) == expected


def test_repeated_local_hours_are_the_clock_change(connection: duckdb.DuckDBPyConnection) -> None:
    """The three near-miss duplicates of the weather are 1 a.m. on 3 November, once an airport."""
    repeated = connection.execute(
        "select origin, month, day, hour from weather group by origin, year, month, day, hour having count(*) > 1"
    ).fetchall()
    assert sorted(repeated) == [(origin, 11, 3, 1) for origin in ("EWR", "JFK", "LGA")]


def test_missing_values_stay_as_the_originals_write_them() -> None:
    """The CSV files still say `NA`, so that a reader meets the original difficulty."""
    assert "EMBRAER,EMB-145XR,2,55,NA,Turbo-fan" in (FLIGHTS / "planes.csv").read_text()


def test_time_hour_is_an_instant_in_utc() -> None:
    """The Parquet file types `time_hour` as an instant, whole numbers as integers and missing ones as null."""
    schema = pq.read_schema(FLIGHTS / "flights.parquet")
    assert str(schema.field("time_hour").type) == "timestamp[us, tz=UTC]"
    assert str(schema.field("dep_delay").type) == "int32"


def test_the_script_reproduces_the_committed_files(tmp_path: Path) -> None:
    """Running the script again yields the same bytes as CSV and the same table as Parquet."""
    runpy.run_path(str(ROOT / "scripts" / "make_flights.py"))["write_flights"](tmp_path)
    small = [f"{table}.csv" for table in ("airlines", "airports", "planes", "weather")]
    assert filecmp.cmpfiles(FLIGHTS, tmp_path, small, shallow=False)[0] == small
    assert pq.read_table(tmp_path / "flights.parquet").equals(pq.read_table(FLIGHTS / "flights.parquet"))
