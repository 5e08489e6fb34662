"""The rooms hold, and a planted violation of each contract is caught, also one hidden in a function."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

VIOLATIONS = {
    "rooms": ("views", "import workbench.model"),
    "siblings": ("views", "import workbench.errors"),
    "patterns": ("patterns/one", "import workbench.patterns.another"),
    "ports": ("patterns/one", "import workbench.store"),
    "duckdb": ("evidence/planted", "import duckdb"),
    "openai": ("display/planted", "import openai"),
    "sqlglot": ("store/planted", "from sqlglot import exp"),
    "lark": ("emit/planted", "import lark"),
    "pandas": ("evidence/planted", "import pandas"),
    "front_end": ("evidence/planted", "from IPython.display import display"),
}
"""Contract -> the module that breaks it, and the import that does."""


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run the import linter on the package in ``folder``."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    wanted = [word for each in contracts for word in ("--contract", each)]
    words = [sys.executable, "-c", command, "--no-logo", "--no-cache", *wanted]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with a copy of the package and its contracts."""
    shutil.copytree(ROOT / "workbench", tmp_path / "workbench", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "workbench" / "patterns" / "another.py").write_text("")
    return tmp_path


def plant(folder: Path, module: str, line: str) -> None:
    """Add a line to a module of the copy, or a module with that line."""
    path = folder / "workbench" / f"{module}.py"
    with path.open("a") as file:
        file.write(f"\n{line}\n")


def test_every_contract_has_a_planted_violation() -> None:
    """No contract stands untested."""
    assert set(VIOLATIONS) == {contract["id"] for contract in CONTRACTS}


def test_contracts_hold(copy: Path) -> None:
    """The package as it is breaks none, so that each violation below is the planted one."""
    done = lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("hidden", [False, True], ids=["at_the_top", "in_a_function"])
@pytest.mark.parametrize("contract", VIOLATIONS)
def test_violation_is_caught(copy: Path, contract: str, hidden: bool) -> None:
    """A forbidden import breaks its contract, wherever it stands."""
    module, line = VIOLATIONS[contract]
    plant(copy, module, f"def planted():\n    {line}" if hidden else line)
    done = lint(copy, contract)
    assert done.returncode == 1
    assert f"workbench.{module.replace('/', '.')} -> " in done.stdout or contract == "siblings"
    assert "Contracts: 0 kept, 1 broken." in done.stdout


@pytest.mark.parametrize("stray", ["utils.py", "helpers/__init__.py"])
def test_stray_room_is_caught(copy: Path, stray: str) -> None:
    """A module or package that is no room of the house cannot be added in silence."""
    path = copy / "workbench" / stray
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    done = lint(copy, "rooms")
    assert done.returncode == 1
    assert f"workbench.{Path(stray).parts[0].removesuffix('.py')}" in done.stdout


def test_adapter_rooms_are_behind_ports() -> None:
    """Every adapter room that is built is named in the contract of the ports."""
    ports = next(contract for contract in CONTRACTS if contract["id"] == "ports")
    built = {f"workbench.{room}" for room in ("store", "llm") if (ROOT / "workbench" / room).exists()}
    assert built <= set(ports["forbidden_modules"])
