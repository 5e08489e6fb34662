"""``workbench run``: actions of a design from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.cli import main
from workbench.language import save
from workbench.model import Attribute, Domain, Resource, Rule, parse_type
from workbench.workspace.session import open as open_workspace

TEAM = Resource(
    name="team",
    key=("id",),
    attributes=(
        Attribute(name="id", type=parse_type("integer"), required=True),
        Attribute(name="city", type=parse_type("string")),
    ),
    rules=(Rule(name="known", condition="city <> 'Atlantis'", message="there is no such city"),),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a design in it."""
    monkeypatch.chdir(tmp_path)
    save(Domain(name="league", resources=(TEAM,)), "league.json")
    return tmp_path


def command(*words: str) -> int:
    """The exit code of ``workbench run league.json --db league.duckdb …``."""
    return main(["run", "league.json", "--db", "league.duckdb", *words])


def test_records_of_a_file_come_into_the_database(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A CSV file becomes rows; the database is made and stays."""
    (folder / "team.csv").write_text("id,city\n1,Rome\n2,Oslo\n")
    assert command("team.create", "--data", "team.csv") == 0
    assert capsys.readouterr().out == "create team: 2 created\n"
    with open_workspace("league.json", "league.duckdb") as workspace:
        assert workspace.count("team") == 2


def test_refused_records_are_told_by_row_and_rule_and_nothing_is_done(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, every refused row in the JSON; with --skip the others are written."""
    (folder / "team.json").write_text('[{"id": 1, "city": "Rome"}, {"id": 2, "city": "Atlantis"}]')
    assert command("team.create", "--data", "team.json", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["created"], told["refused"]) == (0, 1)
    assert told["refusals"][0]["path"] == "team[1].rules.known"
    assert command("team.create", "--data", "team.json", "--skip") == 1
    assert capsys.readouterr().out.startswith("create team: 1 created, 1 refused")


def test_rows_are_changed_and_destroyed_where_a_condition_holds(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--where`` chooses rows and ``--set`` gives expressions that stand on them."""
    (folder / "team.csv").write_text("id,city\n1,Rome\n2,Oslo\n")
    command("team.create", "--data", "team.csv")
    assert command("team.update", "--where", "id = 1", "--set", "city=upper(city)") == 0
    assert command("team.destroy", "--where", "city = 'ROME'") == 0
    assert "1 destroyed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("teams.create",), "did you mean 'team.create'"),
        (("team.create", "--data", "nowhere.csv"), "nowhere.csv"),
        (("team.update", "--where", "id ="), "ends too early"),
        (("team.update", "--where", "id = 1", "--set", "city"), "no NAME=VALUE"),
        (("team.create",), "no records"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    """Exit code 2, no traceback, and the word that was wrong."""
    assert command(*words) == 2
    assert says in capsys.readouterr().err


def test_a_file_that_is_no_database_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The design itself, named as the database by mistake, is told to be none."""
    before = (folder / "league.json").read_bytes()
    assert main(["run", "league.json", "--db", "league.json", "team.create", "--data", "league.json"]) == 2
    assert "is no DuckDB database" in capsys.readouterr().err
    assert (folder / "league.json").read_bytes() == before
