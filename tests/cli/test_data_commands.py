"""``infer``, ``check``, ``show`` and ``export`` as a user types them: what they print, what they return, and what goes wrong."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.cli.hostile import hostile_folder
from workbench.cli import main
from workbench.emit import TARGETS
from workbench.language import load

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with customers and their orders, three of nobody's."""
    folder = tmp_path / "shop"
    folder.mkdir()
    customers = "".join(f"{each},city {each % 9}\n" for each in range(1000, 1100))
    (folder / "customers.csv").write_text(f"customer_id,city\n{customers}")
    states = ("new", "paid", "sent")
    orders = "".join(
        f"{each},{7 if each < 3 else 1000 + each * 37 % 100},{states[each % 3]},{each % 50}.25\n" for each in range(300)
    )
    (folder / "orders.csv").write_text(f"order_id,customer_id,status,total\n{orders}")
    return folder


@pytest.fixture
def design(shop: Path, tmp_path: Path, capsys: Captured) -> Path:
    """The shop's design, saved."""
    saved = tmp_path / "shop.json"
    assert main(["infer", str(shop), "--save", str(saved)]) == 0
    capsys.readouterr()
    return saved


def printed(capsys: Captured) -> Any:
    """What was printed, read as JSON."""
    return json.loads(capsys.readouterr().out)


# infer


def test_infer_as_json(shop: Path, capsys: Captured) -> None:
    """The JSON has resources, references and problems, each with the fields that scripts rely on."""
    assert main(["infer", str(shop), "--json"]) == 0
    found = printed(capsys)
    assert set(found) == {"resources", "references", "problems"}
    orders = next(each for each in found["resources"] if each["name"] == "orders")
    assert (orders["rows"], orders["key"]) == (300, ["order_id"])
    attributes = {each["name"]: each for each in orders["attributes"]}
    assert attributes["order_id"] == {"name": "order_id", "type": "integer", "required": True, "unique": True}
    assert sorted(attributes["status"]["enum"]) == ["new", "paid", "sent"]
    assert attributes["status"]["type"] == "string"
    (reference,) = found["references"]
    assert {name: reference[name] for name in ("source", "target", "rows", "agreeing", "coverage", "accepted")} == {
        "source": "orders.customer_id",
        "target": "customers.customer_id",
        "rows": 300,
        "agreeing": 297,
        "coverage": 0.99,
        "accepted": True,
    }
    for problem in found["problems"]:
        assert {"path", "code", "severity", "message", "hint"} <= set(problem)


def test_infer_as_text(shop: Path, capsys: Captured) -> None:
    """A person reads a summary with counts, references and findings."""
    assert main(["infer", str(shop)]) == 0
    shown = capsys.readouterr().out
    for said in ("2 resources", "400 rows", "orders.customer_id", "dangling_reference"):
        assert said in shown


def test_infer_keeps_decisions(shop: Path, tmp_path: Path, capsys: Captured) -> None:
    """Decisions saved in a notebook count on the command line too."""
    from workbench.workspace import infer

    infer(shop).refuse("orders.customer_id").save_decisions(tmp_path / "decisions.json")
    assert main(["infer", str(shop), "--json", "--decisions", str(tmp_path / "decisions.json")]) == 0
    assert not printed(capsys)["references"][0]["accepted"]


def test_infer_takes_thresholds_and_missing_words(shop: Path, capsys: Captured) -> None:
    """The share a reference must cover is an option, and so are words for missing values."""
    assert main(["infer", str(shop), "--json", "--coverage", "0.999", "--missing", "7"]) == 0
    (reference,) = printed(capsys)["references"]
    assert (reference["rows"], reference["missing"], reference["accepted"]) == (297, 3, True)
    assert main(["infer", str(shop), "--json", "--coverage", "0.999"]) == 0
    assert not printed(capsys)["references"][0]["accepted"]


@pytest.mark.parametrize("share", ["0", "2", "-1", "many", "nan"])
def test_impossible_share_is_refused(shop: Path, share: str, capsys: Captured) -> None:
    """A share that is none is a usage error."""
    with pytest.raises(SystemExit) as left:
        main(["infer", str(shop), f"--coverage={share}"])
    assert left.value.code == 2
    assert "coverage" in capsys.readouterr().err


def test_infer_from_ddl(tmp_path: Path, capsys: Captured) -> None:
    """Declared constraints are taken as declared, without data."""
    (tmp_path / "schema.sql").write_text(
        "create table a (id int primary key, email text); create table b (id int primary key, a_id int not null references a (id));"
    )
    assert main(["infer", str(tmp_path / "schema.sql"), "--json"]) == 0
    found = printed(capsys)
    assert found["references"] == [
        {
            "source": "b.a_id",
            "target": "a.id",
            "coverage": 1.0,
            "rows": 0,
            "agreeing": 0,
            "missing": 0,
            "accepted": True,
        }
    ]
    assert found["resources"][0]["attributes"][0]["unique"] is True
    assert found["resources"][0]["attributes"][1]["sensitive"] is True


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_infer_from_a_database(kind: str, tmp_path: Path, capsys: Captured) -> None:
    """A database file's declarations are taken and counted."""
    path = tmp_path / f"data.{kind}"
    connection: Any = duckdb.connect(str(path)) if kind == "duckdb" else sqlite3.connect(path)
    connection.execute("create table team (id integer primary key, name varchar not null)")
    connection.execute("create table player (id integer primary key, team integer references team (id))")
    connection.execute("insert into team values (1, 'a'), (2, 'b')")
    connection.execute("insert into player values (1, 1), (2, null)")
    connection.commit()
    connection.close()
    assert main(["infer", str(path), "--json"]) == 0
    (reference,) = printed(capsys)["references"]
    assert (reference["source"], reference["rows"], reference["missing"]) == ("player.team", 1, 1)


@pytest.fixture(params=["duckdb", "sqlite"])
def viewed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A database with teams, their players, and a view that shows every team again."""
    path = tmp_path / f"data.{request.param}"
    connection: Any = duckdb.connect(str(path)) if request.param == "duckdb" else sqlite3.connect(path)
    connection.execute("create table team (id integer, name varchar)")
    connection.execute("create table player (id integer, team_id integer)")
    connection.execute("insert into team values (11, 'a'), (12, 'b'), (13, 'c'), (14, 'd'), (15, 'e'), (16, 'f')")
    for each in range(60):
        connection.execute(f"insert into player values ({each}, {11 + each % 6})")
    connection.execute("create view all_teams as select * from team")
    connection.commit()
    connection.close()
    return path


def test_views_are_left_out_and_told(viewed: Path, capsys: Captured) -> None:
    """A view that shows the rows of tables again is no resource of its own, and a finding says so."""
    assert main(["infer", str(viewed), "--json"]) == 0
    found = printed(capsys)
    assert [each["name"] for each in found["resources"]] == ["player", "team"]
    assert [each["target"] for each in found["references"] if each["accepted"]] == ["team.id"]
    assert ("all_teams", "view_left_out", "info") in [
        (each["path"], each["code"], each["severity"]) for each in found["problems"]
    ]


def test_views_are_proposed_on_request(viewed: Path, capsys: Captured) -> None:
    """With --views a view is a resource, to which nothing refers in place of its table."""
    assert main(["infer", str(viewed), "--json", "--views"]) == 0
    found = printed(capsys)
    assert [each["name"] for each in found["resources"]] == ["all_teams", "player", "team"]
    assert "all_teams.id" not in [each["target"] for each in found["references"]]
    assert "view_left_out" not in [each["code"] for each in found["problems"]]


def test_a_database_of_views_alone(tmp_path: Path, capsys: Captured) -> None:
    """Where there are views only, they are what there is to propose."""
    path = tmp_path / "data.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("create view team as select 1 as id union select 2")
    assert main(["infer", str(path), "--json"]) == 0
    assert [each["name"] for each in printed(capsys)["resources"]] == ["team"]


# check


def test_check_a_design(design: Path, capsys: Captured) -> None:
    """A sound design returns 0 and an empty list of errors."""
    assert main(["check", str(design), "--json"]) == 0
    assert not [each for each in printed(capsys)["problems"] if each["severity"] == "error"]


def test_check_with_data(design: Path, shop: Path, capsys: Captured) -> None:
    """Violations are errors with their rows, and the exit code says so."""
    assert main(["check", str(design), "--data", str(shop), "--json"]) == 1
    found = printed(capsys)["problems"]
    lost = next(each for each in found if each["code"] == "dangling_reference")
    assert {name: lost[name] for name in ("path", "severity", "rows")} == {
        "path": "orders.customer",
        "severity": "error",
        "rows": 3,
    }
    assert set(lost) == {"path", "code", "severity", "message", "hint", "rows"}


def test_check_as_text(design: Path, shop: Path, capsys: Captured) -> None:
    """A person reads one line a problem, the errors first."""
    assert main(["check", str(design), "--data", str(shop)]) == 1
    assert capsys.readouterr().out.startswith("error orders.customer: 3 of 300 rows lead to no customers")


def test_check_strictly(design: Path, capsys: Captured) -> None:
    """With --strict a warning counts as well."""
    assert main(["check", str(design)]) == 0
    warned = "warning" in capsys.readouterr().out
    assert main(["check", str(design), "--strict"]) == int(warned)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("{", '"line": 1'),
        ("[]", "domain"),
        ('{"workbench": "domain", "format": 999, "name": "x"}', "newer"),
        ('{"workbench": "domain", "format": 1, "name": ""}', "name"),
        ("\x00\x01", ""),
    ],
)
def test_check_of_a_broken_design(tmp_path: Path, text: str, said: str, capsys: Captured) -> None:
    """What is no design is told as problems, with exit code 2, in JSON as well."""
    path = tmp_path / "broken.json"
    path.write_text(text)
    assert main(["check", str(path), "--json"]) == 2
    found = printed(capsys)["problems"]
    assert found[0]["severity"] == "error"
    assert said in json.dumps(found)


@pytest.mark.parametrize(
    ("design", "place", "code", "said"),
    [
        ("", "design", "no_design", "no design is named"),
        (" ", "design", "no_design", "no design is named"),
        (".", ".", "not_a_file", "this is a folder"),
        ("shop", "shop", "not_a_file", "this is a folder"),
        ("broken.json", "broken.json:2:10", "bad_json", "Expecting value"),
        ("number.json", "number.json", "bad_number", "NaN"),
        ("list.json", "list.json", "not_a_domain", "no saved domain"),
    ],
)
def test_check_says_which_file_is_no_design(
    design: str, place: str, code: str, said: str, shop: Path, tmp_path: Path, capsys: Captured
) -> None:
    """What holds no design is told by its own name, with line and column where it points into the text."""
    (tmp_path / "broken.json").write_text('{"workbench": "domain",\n "name": }')
    (tmp_path / "number.json").write_text('{"workbench": NaN}')
    (tmp_path / "list.json").write_text("[]")
    with contextlib.chdir(tmp_path):
        assert main(["check", design]) == 2
    printed = capsys.readouterr().out
    assert printed.startswith(f"error {place}: ")
    assert f"[{code}]" in printed
    assert said in printed


# show and export


def test_show_writes_a_picture(design: Path, tmp_path: Path, capsys: Captured) -> None:
    """The SVG holds the resources, and a line says what it shows."""
    assert main(["show", str(design), "--svg", str(tmp_path / "shop.svg")]) == 0
    picture = (tmp_path / "shop.svg").read_text(encoding="utf-8")
    assert picture.lstrip().startswith(("<svg", "<?xml"))
    assert "orders" in picture
    assert "shop.svg" in capsys.readouterr().out


def test_show_infers_on_the_spot(shop: Path, tmp_path: Path, capsys: Captured) -> None:
    """Data is drawn without saving a design first; without --svg it is text."""
    assert main(["show", str(shop), "--svg", str(tmp_path / "shop.svg")]) == 0
    assert main(["show", str(shop), "--focus", "orders"]) == 0
    assert "customers" in capsys.readouterr().out


@pytest.mark.parametrize("target", TARGETS)
def test_export_to_every_target(design: Path, target: str, tmp_path: Path, capsys: Captured) -> None:
    """Each target's files are written and listed."""
    out = tmp_path / "out"
    assert main(["export", str(design), "--to", target, "--out", str(out), "--json"]) == 0
    found = printed(capsys)
    assert found["files"]
    assert all((out / each).is_file() for each in found["files"])


# what goes wrong


@pytest.mark.parametrize(
    "words",
    [
        ["infer", "{missing}"],
        ["infer", "{empty_folder}"],
        ["infer", "{empty_file}"],
        ["infer", "{garbage}"],
        ["infer", "{garbage_parquet}"],
        ["infer", "{garbage_database}"],
        ["infer", "{empty_sql}"],
        ["infer", "postgresql://nobody@localhost:1/none"],
        ["infer", "{shop}", "--save", "{unwritable}/x.json"],
        ["infer", "{shop}", "--save", "{shop}"],
        ["infer", "{shop}", "--decisions", "{missing}"],
        ["infer", "{shop}", "--decisions", "{design}"],
        ["check", "{missing}"],
        ["check", "{shop}"],
        ["check", "{garbage}"],
        ["check", "{empty_file}"],
        ["check", "{newer}"],
        ["check", "{design}", "--data", "{missing}"],
        ["check", "{design}", "--data", "{empty_folder}"],
        ["show", "{missing}"],
        ["show", "{newer}"],
        ["show", "{empty_folder}"],
        ["show", "{design}", "--focus", "ordres"],
        ["show", "{design}", "--svg", "{unwritable}/x.svg"],
        ["show", "{design}", "--svg", "{shop}"],
        ["export", "{design}", "--to", "cobol", "--out", "{out}"],
        ["export", "{missing}", "--to", "duckdb", "--out", "{out}"],
        ["export", "{design}", "--to", "duckdb", "--out", "{unwritable}/out"],
        ["export", "{design}", "--to", "duckdb", "--out", "{empty_file}"],
    ],
    ids=" ".join,
)
def test_mistakes_are_told_in_a_sentence(
    words: list[str], design: Path, shop: Path, tmp_path: Path, capsys: Captured
) -> None:
    """Whatever cannot be read or written is told, with exit code 2 and without a traceback."""
    places = troubles(tmp_path) | {"shop": shop, "design": design, "out": tmp_path / "out"}
    assert main([each.format(**places) for each in words]) == 2
    said = capsys.readouterr()
    assert len(said.err + said.out) > 20
    assert "Traceback" not in said.err + said.out


def troubles(folder: Path) -> dict[str, Path]:
    """Paths that lead to nothing good."""
    places = {name: folder / name for name in ("missing", "empty_folder")}
    places["empty_folder"].mkdir()
    contents = {
        "empty_file.csv": b"",
        "garbage.json": os.urandom(2000),
        "garbage_parquet.parquet": b"PAR1" + os.urandom(500),
        "garbage_database.duckdb": os.urandom(5000),
        "empty_sql.sql": b"-- nothing\n",
        "newer.json": b'{"workbench": "domain", "format": 999, "name": "x"}',
        "unwritable": b"a file where a folder should be",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        places[name.split(".")[0]] = folder / name
    return places


def test_unknown_target_and_focus_get_the_nearest(design: Path, tmp_path: Path, capsys: Captured) -> None:
    """A mistyped target or resource is answered with the one that was meant."""
    assert main(["export", str(design), "--to", "postgre", "--out", str(tmp_path)]) == 2
    assert "did you mean 'postgres'" in capsys.readouterr().err
    assert main(["show", str(design), "--focus", "ordres"]) == 2
    assert "did you mean 'orders'" in capsys.readouterr().err


def test_edited_files_are_not_overwritten(design: Path, tmp_path: Path, capsys: Captured) -> None:
    """A file that was edited by hand is kept until the user says otherwise."""
    words = ["export", str(design), "--to", "mermaid", "--out", str(tmp_path / "out")]
    assert main([*words, "--json"]) == 0
    file = tmp_path / "out" / printed(capsys)["files"][0]
    assert main(words) == 0
    file.write_text("mine")
    assert main(words) == 2
    assert file.read_text() == "mine"
    assert main([*words, "--overwrite"]) == 0
    assert file.read_text() != "mine"


# the process


def run(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own."""
    command = [sys.executable, "-m", "workbench", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


def test_as_a_process(shop: Path, tmp_path: Path) -> None:
    """From data to design, problems, picture and code, by four commands."""
    saved = str(tmp_path / "shop.json")
    assert run("infer", str(shop), "--save", saved).returncode == 0
    checked = run("check", saved, "--data", str(shop), "--json")
    assert (checked.returncode, checked.stderr) == (1, "")
    assert json.loads(checked.stdout)["problems"]
    assert run("show", saved, "--svg", str(tmp_path / "shop.svg")).returncode == 0
    assert run("export", saved, "--to", "postgres", "--out", str(tmp_path / "sql")).returncode == 0


def test_broken_input_as_a_process(tmp_path: Path) -> None:
    """A mistake leaves one sentence on standard error and nothing on standard output."""
    done = run("infer", str(tmp_path / "none"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("workbench: ")
    assert "Traceback" not in done.stderr


# hostile data


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder of hostile files, and the design inferred from it, saved."""
    folder = tmp_path_factory.mktemp("hostile")
    data, saved = hostile_folder(folder / "data"), folder / "design.json"
    assert main(["infer", str(data), "--save", str(saved)]) == 0
    return data, saved


def test_hostile_data_as_json(hostile: tuple[Path, Path], capsys: Captured) -> None:
    """Names come out as they are in the data, and the output is JSON whatever the values."""
    assert main(["infer", str(hostile[0]), "--json"]) == 0
    text = capsys.readouterr().out
    found = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    names = {each["name"]: each for each in found["resources"]}
    assert "<b>'table'" in names
    assert '"; drop table x; --' in {each["name"] for each in names["odd names"]["attributes"]}
    assert len(names["2000 columns"]["attributes"]) == 2000


def test_hostile_design_is_checked(hostile: tuple[Path, Path], capsys: Captured) -> None:
    """The design inferred from hostile data is sound, and holds against the same data."""
    assert main(["check", str(hostile[1]), "--json"]) in (0, 1)
    errors = [each for each in printed(capsys)["problems"] if each["severity"] == "error"]
    assert errors == []
    assert main(["check", str(hostile[1]), "--data", str(hostile[0]), "--json"]) == 0


def test_hostile_design_survives_saving(hostile: tuple[Path, Path], tmp_path: Path) -> None:
    """Saved, loaded and saved again, it is the same text."""
    from workbench.language import save

    save(load(hostile[1]), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text() == hostile[1].read_text()


def test_hostile_design_is_shown(hostile: tuple[Path, Path], tmp_path: Path, capsys: Captured) -> None:
    """Its picture holds no markup from the data, and its text is printed."""
    assert main(["show", str(hostile[1]), "--svg", str(tmp_path / "x.svg")]) == 0
    picture = (tmp_path / "x.svg").read_text(encoding="utf-8")
    assert "<script" not in picture
    assert "<b>" not in picture
    assert main(["show", str(hostile[1])]) == 0
    assert main(["show", str(hostile[1]), "--focus", "odd names", "--attributes", "all"]) == 0


@pytest.mark.parametrize("target", TARGETS)
def test_hostile_design_is_exported(
    hostile: tuple[Path, Path], target: str, tmp_path: Path, consume: dict[str, Callable[[Path], None]]
) -> None:
    """Every target takes every name, and its consumer accepts the result."""
    assert main(["export", str(hostile[1]), "--to", target, "--out", str(tmp_path)]) == 0
    consume.get(target, lambda folder: None)(tmp_path)


@pytest.fixture
def consume() -> dict[str, Callable[[Path], None]]:
    """What accepts the files of a target, where that takes no server."""

    def into_duckdb(folder: Path) -> None:
        with duckdb.connect() as connection:
            for file in sorted(folder.glob("*.sql")):
                connection.execute(file.read_text(encoding="utf-8"))
            assert connection.execute("select count(*) from duckdb_tables()").fetchone()[0] >= 10

    def into_python(folder: Path) -> None:
        for file in folder.rglob("*.py"):
            compile(file.read_text(encoding="utf-8"), str(file), "exec")

    def into_json(folder: Path) -> None:
        for file in folder.rglob("*.json"):
            json.loads(file.read_text(encoding="utf-8"))

    return {"duckdb": into_duckdb, "pydantic": into_python, "json_schema": into_json}


def test_tables_of_one_name_in_two_schemas(tmp_path: Path, capsys: Captured) -> None:
    """Both are kept, told apart by their schemas, also by a declared reference; a name that is there once stays short."""
    path = tmp_path / "two.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema a; create schema b")
        connection.execute(
            "create table a.t (id integer primary key); create table b.t (id integer primary key, x varchar)"
        )
        connection.execute("create table b.u (id integer primary key, t integer references b.t (id))")
        connection.execute(
            "insert into a.t values (1); insert into b.t values (1, 'x'), (2, 'y'); insert into b.u values (1, 2)"
        )
    saved = tmp_path / "two.json"
    assert main(["infer", str(path), "--json", "--save", str(saved)]) == 0
    found = printed(capsys)
    assert {each["name"]: each["rows"] for each in found["resources"]} == {"a.t": 1, "b.t": 2, "u": 1}
    assert [(each["source"], each["target"]) for each in found["references"]] == [("u.t", "b.t.id")]
    assert main(["check", str(saved), "--data", str(path), "--json"]) == 0
    assert not [each for each in printed(capsys)["problems"] if each["code"] in ("missing_table", "unknown_table")]
