"""``workbench scenario``: scenarios of a design from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.evolve.shop import SHOP
from tests.patterns.clinic import CLINIC
from workbench.cli import main
from workbench.language import save

DATA = Path(__file__).parents[2] / "data" / "shop"
GOOD = """scenario "a nurse"
  given staff with id 1, email 'a@clinic.example', role nurse
  then staff 1 is nurse
"""
BAD = GOOD.replace("is nurse", "is desk")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two designs and two files of scenarios in it."""
    monkeypatch.chdir(tmp_path)
    save(SHOP, "shop.json")
    save(CLINIC, "clinic.json")
    (tmp_path / "good.scenario").write_text(GOOD)
    (tmp_path / "bad.scenario").write_text(BAD)
    (tmp_path / "empty.scenario").write_text('scenario "nobody orders"\n  then expect 0 orders\n')
    return tmp_path


def test_passed_scenarios_are_reported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0 and the steps."""
    assert main(["scenario", "clinic.json", "good.scenario"]) == 0
    assert "good.scenario: 1 scenario, 1 passed" in capsys.readouterr().out


def test_a_failed_scenario_is_exit_code_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every file is run; expected, found and line are told, as JSON too."""
    assert main(["scenario", "clinic.json", "good.scenario", "bad.scenario"]) == 1
    shown = capsys.readouterr().out
    assert "1 passed" in shown and "1 failed" in shown and "it is 'nurse'" in shown
    assert main(["scenario", "clinic.json", "good.scenario", "bad.scenario", "--json"]) == 1
    good, bad = json.loads(capsys.readouterr().out)
    assert good["ok"] and not bad["ok"]
    assert bad["scenarios"][0]["steps"][1] == {
        "line": 3,
        "text": "then staff 1 is desk",
        "status": "failed",
        "expected": "staff 1 is desk",
        "found": "it is 'nurse'",
    }


def test_scenarios_run_over_given_data_and_leave_it_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--data`` is read where it is; what would change it is refused."""
    (folder / "shop.scenario").write_text("""scenario "what the files say"
  then expect 100000 orders
  when delete order 1
  then expect refused 'read where they are'
""")
    assert main(["scenario", "shop.json", "--data", str(DATA), "shop.scenario"]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'scenario "x"\n  thne staff 1 is nurse\n', "odd.scenario:2:3: 'thne' cannot begin a line"),
        (b'scenario "\xff"', "odd.scenario is no text in UTF-8"),
        (b"", "there is no scenario"),
    ],
)
def test_what_cannot_be_read_is_exit_code_2(
    folder: Path, capsys: pytest.CaptureFixture[str], content: bytes, says: str
) -> None:
    """Problems have file, line and column, and nothing is run, not even what could be."""
    (folder / "odd.scenario").write_bytes(content)
    assert main(["scenario", "clinic.json", "good.scenario", "odd.scenario"]) == 2
    told = capsys.readouterr()
    assert says in told.out + told.err and "passed" not in told.out


def test_a_missing_file_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and one sentence."""
    assert main(["scenario", "clinic.json", "nowhere.scenario"]) == 2
    assert "nowhere.scenario" in capsys.readouterr().err


def test_data_that_lacks_tables_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scenarios that would pass for want of rows do not pass in silence."""
    (folder / "nothing.csv").write_text("a\n1\n")
    assert main(["scenario", "clinic.json", "good.scenario", "--data", "nothing.csv"]) == 2
    assert "nothing.csv has no table of clinic" in capsys.readouterr().err
    assert main(["scenario", "shop.json", "--data", str(DATA / "customers.csv"), "empty.scenario"]) == 0
    assert "orders: the data has no table for it" in capsys.readouterr().err
