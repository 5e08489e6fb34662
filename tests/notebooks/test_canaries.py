"""Canaries: broken copies of the tiny guide. The gate must see each of them, for its own reason, and quickly."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest

import workbench.testing
from workbench.testing import Guide
from workbench.testing.notebook import audit, digest, read

GUIDE = Path(__file__).with_name("tiny_guide.ipynb")
Notebook = Any


def write_over(cell: Notebook, source: str) -> None:
    """Give a cell another source, stamped as if it had run."""
    cell.source, cell.metadata["workbench"]["source"] = source, digest(source)


def replaced(number: int, source: str, outputs: list[Notebook] | None = None) -> Callable[[Notebook], None]:
    """A copy in which a code cell (from 0) has another source."""

    def break_it(notebook: Notebook) -> None:
        cell = code(notebook)[number]
        write_over(cell, source)
        cell.outputs = cell.outputs if outputs is None else outputs

    return break_it


def code(notebook: Notebook) -> list[Notebook]:
    """The code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def bad_magic(notebook: Notebook) -> None:
    """A magic is unknown, and the complaint is stored as the cell's output, so that outputs agree."""
    complaint = "UsageError: Cell magic `%%no_such_magic` not found.\n"
    replaced(1, "%%no_such_magic\n1", [nbformat.v4.new_output("stream", name="stderr", text=complaint)])(notebook)


def unasked_check(notebook: Notebook) -> None:
    """A check stands in the source but is never reached, and the shorter last line is stored, so that outputs agree."""
    replaced(4, 'if len(found) == 7:\n    guide.check("no_more", True, "never asked")', [])(notebook)
    code(notebook)[5].outputs[0].text = Guide.summary(["one_problem", "its_place"]) + "\n"


def other_value(notebook: Notebook) -> None:
    """Another output is stored than the cell shows."""
    code(notebook)[1].outputs[0].text = "warning orders: all is well\n"


def extra_manifest(notebook: Notebook) -> None:
    """A check is listed that no cell makes."""
    notebook.metadata["workbench"]["checks"].append("forgotten")


def never_run(notebook: Notebook) -> None:
    """No cell has a number or an output."""
    for cell in code(notebook):
        cell.execution_count, cell.outputs = None, []


def one_not_run(notebook: Notebook) -> None:
    """One cell has no number and no output."""
    code(notebook)[1].execution_count, code(notebook)[1].outputs = None, []


def edited(notebook: Notebook) -> None:
    """A source was edited after the run, which nbval alone would not notice where the output stays the same."""
    code(notebook)[1].source += "  # edited"


def machine_path(notebook: Notebook) -> None:
    """A cell shows where a file lies on the machine that ran it."""
    code(notebook)[1].outputs[0].text = str(Path(workbench.testing.__file__))


def skipped(notebook: Notebook) -> None:
    """A cell asks to be skipped and gives no reason."""
    code(notebook)[2].metadata["tags"] = ["nbval-skip"]


RUNS = {
    "bad_magic": (bad_magic, "the kernel's reply is 'error'"),
    "dead_kernel": (replaced(1, "import os\n\nos._exit(7)", []), "the kernel died"),
    "wrong_value": (other_value, "Cell outputs differ"),
    "no_exception": (replaced(3, "place = found[0].path", []), "the expected exception did not occur"),
    "failed_check": (replaced(4, 'guide.check("no_more", bool(found[2:]), "there is a third one")', []), "exception"),
    "swallowed_check": (
        replaced(
            4,
            'import contextlib\n\nwith contextlib.suppress(Exception):\n    guide.check("no_more", False, "never")',
            [],
        ),
        "this does not hold: never",
    ),
    "thread_error": (
        replaced(
            4,
            'import threading\n\nthreading.Timer(0.2, lambda: 1 / 0).start()\nguide.check("no_more", True, "it holds")',
        ),
        "ZeroDivisionError: division by zero",
    ),
    "task_error": (
        replaced(
            4,
            'import asyncio\n\nasync def fail():\n    raise LookupError("nobody awaits")\n\n'
            'asyncio.ensure_future(fail())\nguide.check("no_more", not found[1:], "there is no second one");',
        ),
        "LookupError: nobody awaits",
    ),
    "callback_error": (
        replaced(
            4,
            "from ipywidgets import Button\n\nbutton = Button()\nbutton.on_click(lambda _: 1 / 0)\nbutton.click()"
            '\nguide.check("no_more", not found[1:], "there is no second one")',
        ),
        "Cell execution caused an exception",
    ),
    "unasked_check": (unasked_check, "the guide ended with '2 checks hold"),
}
"""What the kernel must be started for: how the copy is broken, and the words of the failure."""

AUDITS = {
    "never_run": (never_run, "not_run_in_order"),
    "one_not_run": (one_not_run, "not_run_in_order"),
    "stale": (edited, "stale"),
    "skipped": (skipped, "unreasoned_skip"),
    "manifest": (extra_manifest, "manifest"),
    "swallowed_error": (replaced(1, "try:\n    1 / 0\nexcept Exception:\n    pass", []), "blind_except"),
    "bare_except": (replaced(1, "try:\n    1 / 0\nexcept:\n    pass", []), "blind_except"),
    "machine_path": (machine_path, "machine_path"),
    "shell": (replaced(1, "!false", []), "shell"),
    "shell_assigned": (replaced(1, "answer = !false", []), "shell"),
    "shell_cell": (replaced(1, "%%bash\nfalse", []), "shell"),
    "long_function": (replaced(1, "def f():\n" + "    1\n" * 6, []), "long_function"),
    "no_finish": (replaced(5, "1"), "no_finish"),
    "few_checks": (replaced(2, "1", []), "few_checks"),
    "computed_id": (replaced(4, 'guide.check("no" + "_more", True, "yes")'), "check_id"),
    "stored_error": (
        replaced(1, "1 / 0", [nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])]),
        "stored_error",
    ),
}
"""What the audit sees without a kernel: how the copy is broken, and the code of the problem."""


def broken_copy(folder: Path, name: str, break_it: Callable[[Notebook], None]) -> Path:
    """A copy of the tiny guide, broken."""
    notebook = read(GUIDE)
    break_it(notebook)
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ElementTree.ElementTree[Any]:
    """What pytest reports of one run of the gate over the sound guide and every canary that needs a kernel."""
    folder = tmp_path_factory.mktemp("canaries")
    broken_copy(folder, "sound", lambda notebook: None)
    broken_copy(folder, "unread", never_run)
    for name, (break_it, _) in RUNS.items():
        broken_copy(folder, name, break_it)
    command = [sys.executable, "-m", "pytest", "-p", "workbench.testing.gate", "--nbval", "--junit-xml=report.xml", "."]
    (folder / "pytest.ini").write_text("[pytest]\n")
    subprocess.run(command, cwd=folder, capture_output=True, timeout=600, check=False)
    return ElementTree.parse(folder / "report.xml")


def cases(report: ElementTree.ElementTree[Any], name: str) -> list[ElementTree.Element]:
    """The reported tests of one notebook."""
    return [case for case in report.iter("testcase") if (case.get("classname") or "").split(".")[0] == name]


def failures(report: ElementTree.ElementTree[Any], name: str) -> str:
    """All that pytest says of the failures of one notebook."""
    return "\n".join(
        each.text or "" for case in cases(report, name) for each in case if each.tag in ("failure", "error")
    )


def test_sound_guide_passes(report: ElementTree.ElementTree[Any]) -> None:
    """The unbroken copy passes, so that each canary fails for what was broken in it."""
    assert len(cases(report, "sound")) == 7
    assert failures(report, "sound") == ""
    assert not audit(GUIDE)


@pytest.mark.parametrize("name", RUNS)
def test_gate_sees_what_a_run_shows(report: ElementTree.ElementTree[Any], name: str) -> None:
    """The gate fails this canary, and says why."""
    assert RUNS[name][1] in failures(report, name)


def test_a_failed_audit_fails_the_gate(report: ElementTree.ElementTree[Any]) -> None:
    """The gate runs the audit itself: a notebook that was never run cannot pass it."""
    assert "not_run_in_order" in failures(report, "unread")
    assert len(cases(report, "unread")) == 1


def test_dead_kernel_is_noticed_soon(report: ElementTree.ElementTree[Any]) -> None:
    """A kernel's death fails its guide within seconds, where nbval alone would wait for half an hour."""
    assert sum(float(case.get("time") or 0) for case in cases(report, "dead_kernel")) < 60


@pytest.mark.parametrize("name", AUDITS)
def test_audit_sees_what_the_file_shows(tmp_path: Path, name: str) -> None:
    """The audit finds this canary without running it."""
    break_it, expected = AUDITS[name]
    assert expected in {problem.code for problem in audit(broken_copy(tmp_path, name, break_it))}
