"""Bad input, end to end: each kind is told as a problem that says what, where and what to do, and never ends in a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from workbench.cli import main


class Typed:
    """Commands typed in a folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def write(self, name: str, content: str | bytes) -> Path:
        """A file of the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def infer(self, path: Path, *words: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Resources by name and problems by code of a successful inference."""
        assert main(["infer", str(path), "--json", *words]) == 0, self.capsys.readouterr().err
        found = json.loads(self.capsys.readouterr().out)
        return {each["name"]: each for each in found["resources"]}, {each["code"]: each for each in found["problems"]}

    def refused(self, path: Path) -> str:
        """What is said of a source that gives nothing."""
        assert main(["infer", str(path), "--json"]) == 2
        printed = self.capsys.readouterr()
        assert "Traceback" not in printed.err
        return printed.err + printed.out


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Commands typed in this test's folder."""
    return Typed(tmp_path, capsys)


def types(resource: dict[str, Any]) -> dict[str, str]:
    """Column name -> type."""
    return {each["name"]: each["type"] for each in resource["attributes"]}


ROWS = "".join(f"{each},name {each},{each}.5\n" for each in range(60))


def test_missing_file(typed: Typed) -> None:
    """A path that leads nowhere is told with the path."""
    assert "none.csv" in typed.refused(typed.folder / "none.csv")


@pytest.mark.parametrize("content", ["", "\n\n", "   \n"])
def test_empty_file(typed: Typed, content: str) -> None:
    """An empty file has no table, and says so; beside a sound one it is passed over."""
    assert "t.csv" in typed.refused(typed.write("t.csv", content))
    typed.write("good.csv", f"id,name,x\n{ROWS}")
    resources, problems = typed.infer(typed.folder)
    assert list(resources) == ["good"]
    assert any("t.csv" in each["message"] + each["path"] for each in problems.values())


def test_table_with_a_head_only(typed: Typed) -> None:
    """A file with a heading and no rows is a table without rows."""
    resources, _ = typed.infer(typed.write("t.csv", "id,name\n"))
    assert resources["t"]["rows"] == 0
    assert resources["t"]["key"] == []


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_other_delimiters(typed: Typed, delimiter: str) -> None:
    """Whatever parts the columns is found out."""
    text = f"id,name,x\n{ROWS}".replace(",", delimiter)
    resources, _ = typed.infer(typed.write("t.csv", text))
    assert types(resources["t"]) == {"id": "integer", "name": "string", "x": "decimal"} or types(resources["t"])[
        "x"
    ] in (
        "float",
        "decimal(3, 1)",
    )


def test_mixed_encodings(typed: Typed) -> None:
    """A file in another encoding is read and told; so is one that mixes two."""
    latin = f"id,name,x\n{ROWS}".replace("name", "Größe").encode("latin-1")
    resources, problems = typed.infer(typed.write("a/t.csv", latin))
    assert "Größe" in types(resources["t"])
    assert problems
    mixed = latin + "60,naïve ☕,1.5\n".encode()
    resources, problems = typed.infer(typed.write("b/t.csv", mixed))
    assert resources["t"]["rows"] == 61
    assert problems


def test_duplicate_and_reserved_column_names(typed: Typed) -> None:
    """Columns that are called alike are told apart, words of SQL are names like any other."""
    resources, problems = typed.infer(typed.write("t.csv", "id,id,select,Order,\n" + "1,2,3,4,5\n2,3,4,5,6\n"))
    assert len(set(types(resources["t"]))) == 5
    assert {"select", "Order"} <= set(types(resources["t"]))
    assert any("id" in each["message"] for each in problems.values())


def test_column_named_like_an_attack(typed: Typed) -> None:
    """A name that would end a statement is a name."""
    name = '"; drop table t; --'
    quoted = name.replace('"', '""')
    resources, _ = typed.infer(typed.write("t.csv", f'id,"{quoted}"\n1,a\n2,b\n'))
    assert list(types(resources["t"])) == ["id", name]


def test_thousands_of_columns(typed: Typed) -> None:
    """A very wide table is inferred like any other."""
    head, row = ",".join(f"c{each}" for each in range(2_500)), ",".join("7" for _ in range(2_500))
    resources, _ = typed.infer(typed.write("t.csv", f"{head}\n{row}\n{row}\n"))
    assert len(types(resources["t"])) == 2_500


def test_cyclic_references(typed: Typed) -> None:
    """Tables that refer to each other in a circle are inferred, saved, and the circle is told where it cannot stand."""
    with duckdb.connect(str(typed.folder / "cycle.duckdb")) as connection:
        connection.execute("create table a as select i as a_id, 1000 + (i * 7) % 100 as b_id from range(1, 101) r(i)")
        connection.execute(
            "create table b as select 999 + i as b_id, 1 + (i * 11) % 100 as a_id from range(1, 101) r(i)"
        )
    saved = typed.folder / "cycle.json"
    assert main(["infer", str(typed.folder / "cycle.duckdb"), "--save", str(saved)]) == 0
    assert main(["check", str(saved)]) in (0, 1)
    assert main(["show", str(saved), "--svg", str(typed.folder / "cycle.svg")]) == 0
    assert main(["export", str(saved), "--to", "postgres", "--out", str(typed.folder / "out")]) == 0


def test_nulls_everywhere(typed: Typed) -> None:
    """Columns without a single value are optional text, and break nothing."""
    resources, _ = typed.infer(typed.write("t.csv", "a,b,c\n" + ",,\n" * 30))
    assert resources["t"]["rows"] == 30
    assert not any(each["required"] or each["unique"] for each in resources["t"]["attributes"])


def test_nan_and_infinity(typed: Typed) -> None:
    """Not-a-number and infinity are floats; the output stays JSON."""
    rows = "".join(f"{each},{each}.25\n" for each in range(40))
    resources, _ = typed.infer(typed.write("t.csv", f"id,x\n{rows}40,inf\n41,-inf\n42,nan\n"))
    assert types(resources["t"])["id"] == "integer"
    assert types(resources["t"])["x"] in ("float", "string")


def test_timestamps_with_and_without_zones(typed: Typed) -> None:
    """Instants and local times are told apart; a column that mixes them is told."""
    rows = "".join(
        f"{each},2026-01-01T{each % 24:02d}:00:00Z,2026-01-01 {each % 24:02d}:00:00,2026-01-01T{each % 24:02d}:00:00{'Z' * (each % 2)}\n"
        for each in range(48)
    )
    resources, _ = typed.infer(typed.write("t.csv", f"id,zoned,local,mixed\n{rows}"))
    found = types(resources["t"])
    assert (found["zoned"], found["local"]) == ("timestamp", "local_timestamp")
    assert found["mixed"] in ("string", "timestamp")


def test_nested_json(typed: Typed) -> None:
    """Objects and lists inside rows are types of their own, whatever their depth."""
    rows = [
        {"id": each, "who": {"name": f"n{each}", "home": {"zip": "1"}}, "tags": ["a"], "free": {f"k{each}": each}}
        for each in range(30)
    ]
    resources, _ = typed.infer(typed.write("t.json", json.dumps(rows)))
    assert resources["t"]["rows"] == 30
    assert types(resources["t"])["id"] == "integer"
    deep: Any = 1
    for _ in range(600):
        deep = {"a": deep}
    path = typed.write("deep.json", json.dumps([deep]))
    assert main(["infer", str(path), "--json"]) in (0, 2)
    assert "Traceback" not in typed.capsys.readouterr().err


def test_view_that_reads_another_file(typed: Typed) -> None:
    """A view in a database file reaches nothing outside: it is left out and told, and the other tables are read."""
    secret = typed.write("outside/secret.csv", "word\nzq-planted\n")
    with duckdb.connect(str(typed.folder / "x.duckdb")) as connection:
        connection.execute("create table t as select 1 as id")
        connection.execute(f"create view v as select * from read_csv('{secret}')")
    assert main(["infer", str(typed.folder / "x.duckdb"), "--json"]) == 0
    text = typed.capsys.readouterr().out
    assert "zq-planted" not in text
    found = json.loads(text)
    assert [each["name"] for each in found["resources"]] == ["t"]
    assert any(each["path"] == "v" or "v" in each["message"].split() for each in found["problems"])


HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("create table t as select i as id from range(10) r(i)")
connection.execute("checkpoint")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Path]:
    """A DuckDB file that another process holds."""
    path = tmp_path / "held.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield path
        process.communicate("")


def test_database_held_by_another_process(typed: Typed, held: Path) -> None:
    """The holder is named and a copy offered; asked for the copy, it is read."""
    said = typed.refused(held)
    assert "copy" in said
    resources, _ = typed.infer(held, "--copy")
    assert resources["t"]["rows"] == 10
