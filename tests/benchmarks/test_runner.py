"""The command ``python -m benchmarks``: what it runs, prints and refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.__main__ import BENCHMARKS, Benchmark, is_met, main, table
from benchmarks.timing import Run, fresh_processes, in_turn, row
from workbench.errors import AdapterError

Rows = list[dict[str, object]]
ROOT = Path(__file__).parents[2]


def reading(quick: bool = False) -> Rows:
    """One figure with all that a row can say; one round where that is enough."""
    runs = [Run(0.5, 0.25)] * (1 if quick else 3)
    return [row("reading", runs, goal=0.4, peer=("another reader", [Run(1.0, 1.0)]))]


def finding() -> Rows:
    """A share, which is good when it is large; never fewer rounds."""
    return [{"name": "precision <b>'; drop table", "value": 0.97, "unit": "share", "goal": 0.95}]


def failing() -> Rows:
    """What cannot be measured here."""
    raise AdapterError("the flights are not there", hint="run scripts/make_flights.py")


def benchmark(name: str, run: Callable[..., Rows], is_long: bool = False) -> Benchmark:
    """A benchmark whose module is a real one, made here."""
    module = ModuleType(name)
    module.__dict__["run"] = run
    return Benchmark(name, f"what {name} takes", lambda: module, is_long)


SUITE = (benchmark("reading", reading), benchmark("finding", finding, is_long=True))


@pytest.fixture
def found(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, object]]:
    """Run the suite with ``--json`` and give back what it printed."""

    def run(*arguments: str) -> dict[str, object]:
        assert main([*arguments, "--json"], SUITE) == 0
        printed: dict[str, object] = json.loads(capsys.readouterr().out)
        return printed

    return run


def test_json_keeps_every_single_time(found: Callable[..., dict]) -> None:
    """A median alone hides how the figures scatter."""
    (only,) = found("reading")["benchmarks"]["reading"]
    assert only["runs"] == [{"wall": 0.5, "cpu": 0.25}] * 3
    assert (only["value"], only["cpu"], only["peer_value"], only["ratio"]) == (0.5, 0.25, 1.0, 0.5)


def test_json_says_on_what_machine(found: Callable[..., dict]) -> None:
    """Figures without the machine, the versions and the load mean nothing."""
    machine = found("reading")["machine"]
    assert machine["cores"] >= 1 and machine["load"] >= 0
    assert {"domain-workbench", "duckdb", "pydantic"} <= machine["versions"].keys()


def test_a_goal_is_met_from_the_right_side(found: Callable[..., dict]) -> None:
    """A time should be small, a share large."""
    measured = found("reading", "finding")["benchmarks"]
    assert [measured[name][0]["met"] for name in ("reading", "finding")] == [False, True]
    assert not is_met(0.9, 0.95, "share") and is_met(0, 0, "libraries")


def test_long_benchmarks_run_when_asked_for(found: Callable[..., dict]) -> None:
    """Without names only what takes seconds runs, and what is left out is said."""
    assert found()["left_out"] == ["finding"]
    assert list(found("finding")["benchmarks"]) == ["finding"]
    assert list(found("--all")["benchmarks"]) == ["reading", "finding"]


def test_quick_reaches_what_can_be_quick(found: Callable[..., dict]) -> None:
    """One round where there are rounds; the others run as always."""
    measured = found("--quick", "--all")["benchmarks"]
    assert len(measured["reading"][0]["runs"]) == 1
    assert len(measured["finding"]) == 1


def test_the_table_reads_in_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """A person sees value, goal and peer in one line, and that a goal was missed."""
    assert main([], SUITE) == 0
    printed = capsys.readouterr().out
    line = next(line for line in printed.splitlines() if line.startswith("reading  "))
    assert line.split() == ["reading", "0.5", "s", "0.25", "0.4", "NO", "another", "reader", "1", "0.5"]
    assert "Python" in printed and "load" in printed
    assert "left out: finding" in printed


def test_a_table_shows_only_columns_that_say_something() -> None:
    """A benchmark without goals or peers has no empty columns."""
    assert table([{"name": "precision", "value": 1.0, "unit": "share"}]).split() == [
        "name", "value", "unit", "precision", "1", "share",
    ]  # fmt: skip


def test_an_unknown_name_is_told_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is measured for minutes before a slip of the pen is noticed."""
    assert main(["reading", "fnding"], SUITE) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "benchmarks: no benchmark is called 'fnding'; did you mean 'finding'?\n"


def test_one_that_fails_leaves_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    """What was measured is printed, what failed is said, and the exit code tells."""
    assert main(["--json"], (benchmark("failing", failing), benchmark("reading", reading))) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["failed"] == {"failing": "the flights are not there; run scripts/make_flights.py"}
    assert list(json.loads(printed.out)["benchmarks"]) == ["reading"]
    assert "failing failed: the flights are not there" in printed.err


def test_every_benchmark_of_the_suite_can_be_loaded_and_run() -> None:
    """The names in the help lead to modules."""
    assert all(callable(each.load().run) for each in BENCHMARKS)


def test_all_take_turns() -> None:
    """Ours and the peer's runs alternate, so that a busy minute hits both."""
    order: list[str] = []
    works = {"ours": lambda: order.append("ours"), "peer": lambda: order.append("peer")}
    in_turn(works, 2)
    assert order == ["ours", "peer", "ours", "peer"]


@pytest.fixture
def python() -> Iterator[Callable[..., str]]:
    """Fresh processes that share compiled bytecode."""
    with fresh_processes() as run:
        yield run


def test_fresh_processes_find_compiled_modules(python: Callable[..., str]) -> None:
    """A cold start is measured as after an installation, whatever the environment says about bytecode."""
    code = "import benchmarks.timing, pathlib, sys; sys.exit(3 if pathlib.Path(benchmarks.timing.__cached__).exists() else 0)"
    python("-c", "import benchmarks.timing")
    with pytest.raises(AdapterError, match="exit code 3"):
        python("-c", code)


def test_a_process_that_fails_is_told_in_one_sentence(python: Callable[..., str]) -> None:
    """A broken command is never measured as a fast one."""
    with pytest.raises(AdapterError, match=r"failed: .*no such thing"):
        python("-c", "raise SystemError('no such thing')")


def test_start_up_runs_from_the_command_line() -> None:
    """The whole way, real processes included; times are not judged here, but what is loaded is."""
    command = [sys.executable, "-m", "benchmarks", "startup", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    *timed, heavy = json.loads(done.stdout)["benchmarks"]["startup"]
    assert all(each["unit"] == "s" and len(each["runs"]) == 1 and each["value"] > 0 for each in timed)
    assert [each["name"] for each in timed if "goal" in each] == [
        "workbench check, 8 resources", "workbench check, 300 resources",
    ]  # fmt: skip
    assert heavy["loaded"] == []
