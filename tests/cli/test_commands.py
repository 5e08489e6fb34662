"""The command line as a whole: help, mistakes, exit codes, and the two small commands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import workbench
from workbench.cli import COMMANDS, main
from workbench.cli.doctor import Diagnosis, Finding, doctor

FLIGHTS = Path(__file__).parents[2] / "data" / "flights"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Without words, or asked for help, the command line lists what it can do."""
    assert main([]) == 0
    assert main(["--help"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert listed == [*COMMANDS, *COMMANDS]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The help of each command shows how it is typed."""
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"examples:\n  workbench {command}" in capsys.readouterr().out


def test_mistyped_command_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped command is answered with the nearest one and exit code 2."""
    assert main(["docter"]) == 2
    assert "did you mean 'doctor'?" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The version on the command line is the package's."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"workbench {workbench.__version__}\n"


def test_patterns_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A script reads the catalogue as JSON."""
    assert main(["patterns", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 17


def test_patterns_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """A person reads it as a table."""
    assert main(["patterns"]) == 0
    assert "Event-sourcing resource" in capsys.readouterr().out


def test_reader_that_leaves_early_is_no_error() -> None:
    """`workbench patterns | head -1` ends quietly."""
    command = f"{sys.executable} -m workbench patterns --json"
    done = subprocess.run(["sh", "-c", f"{command} | head -1"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[\n", "")


INTERRUPTED = """
import os, signal, sys
from workbench.cli import main

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "{module}":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
sys.exit(main({words}))
"""
"""A command during which Ctrl-C is pressed, the moment that a module is looked for."""


@pytest.mark.parametrize(
    "module",
    [
        "argparse",
        "workbench.cli.infer",
        "pydantic_core",
        "workbench.workspace.inference",
        "duckdb",
        "workbench.evidence.infer",
    ],
)
def test_interrupt_while_loading_is_quiet(module: str) -> None:
    """Ctrl-C while a command still loads its libraries ends it with exit code 130 and without a word."""
    code = INTERRUPTED.format(module=module, words=["infer", str(FLIGHTS)])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_interrupt_while_counting_is_quiet() -> None:
    """Ctrl-C amid a query ends the command with exit code 130 and without a word, whatever the database makes of it."""
    command = [sys.executable, "-m", "workbench", "infer", str(FLIGHTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(1.2)
        process.send_signal(signal.SIGINT)
        assert process.communicate() == ("", "")
    assert process.returncode == 130


def test_interrupt_means_what_it_meant_before() -> None:
    """A caller's own way with Ctrl-C is in force after a command as before it."""
    before = signal.getsignal(signal.SIGINT)
    assert main(["patterns", "--json"]) == 0
    assert signal.getsignal(signal.SIGINT) is before


def test_terminal_that_lacks_characters() -> None:
    """Where the terminal cannot show a sign, the rest is shown all the same."""
    command = [sys.executable, "-m", "workbench", "patterns"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Event-sourcing resource" in done.stdout


def test_doctor_finds_this_environment_well(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the tests run, everything that the workbench needs is there."""
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is True
    assert {"Python", "packages", "DuckDB", "renderer", "kernel", "guides"} <= {
        each["what"] for each in found["findings"]
    }


def test_doctor_reports_what_is_bad() -> None:
    """One bad finding makes the diagnosis bad; a warning does not."""
    bad, warning = Finding("kernel", "bad", "not found"), Finding("renderer", "warning", "built-in")
    assert not Diagnosis((bad, warning)).is_ok
    assert Diagnosis((warning,)).is_ok
    assert "not found" in str(Diagnosis((bad,)).view())


def test_doctor_never_tells_the_key() -> None:
    """Only whether the key is set is told, never its value."""
    probe = "import workbench as wb; print(wb.doctor().view())"
    secret = "sk-" + "s3cret" * 3
    done = subprocess.run(
        [sys.executable, "-c", probe],
        env={"OPENAI_API_KEY": secret, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "OPENAI_API_KEY is set" in done.stdout
    assert secret not in done.stdout
    assert doctor().is_ok


def test_unreadable_data_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A script that asks for JSON gets JSON where nothing could be read too, and exit code 2."""
    assert main(["infer", "no/such/folder", "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert (found["resources"], found["references"]) == ([], [])
    assert [each["code"] for each in found["problems"]] == ["missing_file"]
