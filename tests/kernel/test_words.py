"""The words JupyterLab highlights are the grammar's, and the lab extension is where JupyterLab looks for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import workbench
from workbench.cli.lab import environment
from workbench.extension.cell import MAGICS
from workbench.extension.words import FILE, blocks, javascript, words

EXTENSION = FILE.parents[1]


def test_words_are_those_of_the_grammars() -> None:
    """After a grammar has changed, `python -m workbench.extension.words` must be run."""
    assert FILE.read_text("utf-8") == javascript()


def test_every_statement_is_known_by_its_words() -> None:
    """What the grammar says a line may begin with is coloured so, in each block; nothing is left out because it is written oddly."""
    known = blocks()
    assert known["domain"]["heads"]["resource"] == "resource"
    assert known["resource"]["heads"]["forbid"] == "policy"
    assert known["machine"]["other"] == "transition"
    assert {"on", "after", "when"} <= set(known["machine"]["words"]["transition"])
    assert {"rule", "measure", "resource"} <= {name for block in known.values() for name in block["named"]}
    assert all(block["heads"] or block["other"] for block in known.values())
    assert {"given", "when", "then", "expect", "update"} <= set(words()["scenario"])


def test_each_magic_has_a_language() -> None:
    """A magic that the kernel knows is one that the page colours."""
    script = (EXTENSION / "static" / "language.js").read_text("utf-8")
    assert [each for each in MAGICS if f'"{each}"' not in script] == []


def test_extension_says_the_version_of_the_package() -> None:
    """The lab extension is versioned with the package it comes in."""
    assert json.loads((EXTENSION / "package.json").read_text())["version"] == workbench.__version__


@pytest.mark.parametrize("installed", [False, True], ids=["workbench lab", "installed"])
def test_jupyter_finds_the_extension(installed: bool, tmp_path: Path) -> None:
    """`jupyter labextension list` shows it enabled and OK: where the package was installed, and in what `workbench lab` starts."""
    given = environment()
    if installed:
        del given["JUPYTER_PATH"]
    command = [sys.executable, "-m", "jupyter", "labextension", "list"]
    done = subprocess.run(command, env=given | {"HOME": str(tmp_path)}, capture_output=True, text=True, check=True)
    (line,) = [each for each in (done.stdout + done.stderr).splitlines() if "workbench-language" in each]
    assert "enabled" in line
    assert "OK" in line
