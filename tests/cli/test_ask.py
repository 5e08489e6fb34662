"""``workbench ask``: questions in the words of a design from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.evolve.shop import SHOP
from tests.patterns.clinic import CLINIC
from workbench.cli import main
from workbench.language import save
from workbench.workspace.session import open as open_workspace

DATA = Path(__file__).parents[2] / "data" / "shop"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two designs in it."""
    monkeypatch.chdir(tmp_path)
    save(SHOP, "shop.json")
    save(CLINIC, "clinic.json")
    return tmp_path


def test_a_question_is_answered_from_files_where_they_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer is a table under the question as it was understood."""
    assert main(["ask", "shop.json", "--data", str(DATA), "revenue by customer tier sorted by customer tier"]) == 0
    shown = capsys.readouterr().out
    assert "revenue of orders by customer.tier" in shown and "gold" in shown


def test_an_answer_as_json_says_how_it_came_about(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Question, groups, condition, SQL and rows; decimals are text, sensitive values masked."""
    words = "top 1 customers by registered at"
    assert main(["ask", "shop.json", "--data", str(DATA), words, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert "•" in row["email"] and "@" not in row["email"]
    assert main(["ask", "shop.json", "--data", str(DATA), "revenue by customer tier where total > 100", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["resource"], told["where"], list(told["by"])) == ("orders", "total > 100", ["customer.tier"])
    assert {"customer.tier", "revenue"} == {*told["rows"][0]} and "SELECT" in told["sql"].upper()


def test_rows_of_a_database_are_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--db`` is the file the design runs on."""
    with open_workspace("clinic.json", "clinic.duckdb") as workspace:
        workspace.run("create staff with id 1, email 'a@clinic.example', role nurse")
    assert main(["ask", "clinic.json", "--db", "clinic.duckdb", "how many staff where role = 'nurse'", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [{"count": 1}]


def test_a_mistake_is_shown_in_its_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, a caret below the spot, the nearest word; as JSON every problem with its column."""
    assert main(["ask", "clinic.json", "no_shows by clincian where fe > 3"]) == 1
    assert "\n              ^\n" in (shown := capsys.readouterr().out) and "did you mean clinician?" in shown
    assert main(["ask", "clinic.json", "no_shows by clincian where fe > 3", "--json"]) == 1
    assert {each["column"] for each in json.loads(capsys.readouterr().out)["problems"]} == {13, 28}


def test_the_words_of_a_design_are_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``?`` prints the reference page."""
    assert main(["ask", "clinic.json", "?"]) == 0
    assert "The language of clinic" in capsys.readouterr().out


def test_what_cannot_be_read_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and one sentence for a design or data that is not there."""
    assert main(["ask", "nowhere.json", "staff"]) == 2
    assert main(["ask", "clinic.json", "--data", "nowhere", "staff"]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_nothing_is_counted_where_nothing_is_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a source, or with one that has no such table, there is no answer: 0 would be taken for one."""
    (folder / "rooms.csv").write_text("id,name\n1,blue\n")
    columns = [each.name for each in SHOP.resource("customers").attributes]
    (folder / "customers.csv").write_text(f"{','.join(columns)}\n{',' * (len(columns) - 1)}\n")
    assert main(["ask", "shop.json", "how many orders"]) == 2
    assert "--data PATH or --db FILE" in capsys.readouterr().err
    assert main(["ask", "shop.json", "--data", "rooms.csv", "how many orders"]) == 2
    assert "rooms.csv has no table 'orders'" in capsys.readouterr().err
    assert main(["ask", "shop.json", "--data", ".", "how many orders"]) == 2
    assert "of this design it has customers" in capsys.readouterr().err


def test_a_question_makes_no_database(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A database that is not there is told, and not made."""
    assert main(["ask", "clinic.json", "--db", "clinc.duckdb", "how many staff"]) == 2
    assert "there is no file clinc.duckdb" in capsys.readouterr().err and not (folder / "clinc.duckdb").exists()


def test_data_that_does_not_fit_leads_to_the_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Columns that are not in the data are told at once; where values are of another kind, the command that tells them is named."""
    (folder / "customers.csv").write_text("customer_id\n1\n")
    assert main(["ask", "shop.json", "--data", ".", "count of customers by tier"]) == 2
    assert "customers has no column 'tier' to read it from" in capsys.readouterr().err
    columns = {each.name: "x" for each in SHOP.resource("customers").attributes}
    (folder / "customers.csv").write_text(f"{','.join(columns)}\n{','.join(columns.values())}\n")
    assert main(["ask", "shop.json", "--data", ".", "customers where born_on >= 2026-01-01"]) == 2
    assert "workbench check shop.json --data ." in capsys.readouterr().err
