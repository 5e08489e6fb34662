"""The package as a whole: what it loads, what it shows, how its files read."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import workbench

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "workbench").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))

HEAVY = {
    "IPython", "adbc_driver_manager", "anywidget", "duckdb", "ipykernel", "ipywidgets", "jupyter_client", "jupyterlab", "lark",
    "nbformat", "numpy", "openai", "pandas", "pyarrow", "sqlglot", "yaml",
}  # fmt: skip
"""What costs a noticeable time to load: loaded where it is used."""

AT_THE_TOP = {
    "workbench/extension": {"IPython"},
    "workbench/kernel": {"IPython", "ipykernel"},
    "workbench/relation": {"sqlglot"},
    "workbench/widgets": {"anywidget"},
}
"""Rooms that run inside IPython only, where it is loaded anyway, or whose modules are loaded only when SQL is printed or read."""

LONGER = {
    "workbench/model/expression.py": "every kind of node, and the one way each is written, read together",
    "workbench/relation/scalar.py": "one case for each kind of node",
}
"""Files of more than 400 lines or with a function of more than 40, and why."""

SURFACE = {
    "AdapterError", "Change", "Claim", "ConflictError", "DefinitionError", "Design", "Domain", "Evidence", "ForbiddenError", "NotFoundError",
    "Options", "Outcome", "Problem", "Problems", "Proposal", "Result", "SourceOptions", "VerificationError", "WorkbenchError", "Workspace", "__version__", "check", "diff",
    "doctor", "edit", "explore", "export", "infer", "load", "merge", "migrate", "open", "parse", "rows", "save",
}  # fmt: skip
"""The public names of the root package. A change here is a change of what people type."""

TOP_LEVEL = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "benchmarks", "constraints.txt",
    "data", "kernels", "notebooks", "pyproject.toml", "scripts", "tests", "workbench",
}  # fmt: skip
"""Everything that may lie in the repository's first folder."""


def name(path: Path) -> str:
    """A path relative to the repository, as the lists above write it."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(), str(path))


def test_import_is_light() -> None:
    """`import workbench` loads no heavy library."""
    probe = "import sys, workbench; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.split()
    assert HEAVY & {each.partition(".")[0] for each in loaded} == set()


def test_public_surface_is_deliberate() -> None:
    """The names of the root package are the listed ones, fewer than sixty, and each of them is there."""
    assert set(workbench.__all__) == SURFACE
    assert len(workbench.__all__) < 60
    assert all(getattr(workbench, each) is not None for each in workbench.__all__)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_module_says_what_it_offers(path: Path) -> None:
    """Every module has a docstring and a literal `__all__`, first in mind for whoever reads it."""
    body = tree(path).body
    assert ast.get_docstring(tree(path))
    targets = [ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
               for node in body if isinstance(node, ast.Assign | ast.AnnAssign)]  # fmt: skip
    assert "__all__" in targets


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_heavy_libraries_load_when_used(path: Path) -> None:
    """No module imports a heavy library at its top, but for type checking and in the listed rooms."""
    room = "/".join(Path(name(path)).parts[:2])
    top = [node for node in tree(path).body if isinstance(node, ast.Import | ast.ImportFrom)]
    found = {alias.name for node in top if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module or "" for node in top if isinstance(node, ast.ImportFrom)}
    assert HEAVY & {each.partition(".")[0] for each in found} <= AT_THE_TOP.get(room, set())


def is_long(path: Path) -> bool:
    """Whether a file has more than 400 lines or a function body, its docstring aside, more than 40."""
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    bodies = [(each, each.body[1:] if ast.get_docstring(each) else each.body) for each in functions]
    lines = [(each.end_lineno or 0) - body[0].lineno + 1 for each, body in bodies if body]
    return len(path.read_text().splitlines()) > 400 or max(lines, default=0) > 40


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_file_is_short(path: Path) -> None:
    """A long file, or one with a long function, says why; and the list of exceptions names no other."""
    assert is_long(path) == (name(path) in LONGER)


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_every_test_says_what_it_protects(path: Path) -> None:
    """Each test has a docstring of one line."""
    functions = [
        node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    silent = [each.name for each in functions if not (ast.get_docstring(each) or "").strip()]
    wordy = [each.name for each in functions if "\n" in (ast.get_docstring(each) or "")]
    assert (silent, wordy) == ([], [])


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=name)
def test_nothing_is_left_for_later(path: Path) -> None:
    """No file holds a reminder or an unwritten body."""
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X:", "raise NotImplemented" + "Error", "pragma: no " + "cover")
    assert [mark for mark in marks if mark in path.read_text()] == []


def test_first_folder_holds_what_it_should() -> None:
    """Nothing strays into the first folder of the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    tracked = {Path(each).parts[0] for each in listed.stdout.split("\0") if each}
    assert (tracked or TOP_LEVEL) <= TOP_LEVEL
    assert {each.name for each in ROOT.iterdir()} >= TOP_LEVEL - {"docs"}
