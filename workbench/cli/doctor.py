"""``workbench doctor``: whether everything the workbench stands on is here and does its part."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal, TypeAlias

from workbench.cli import guides
from workbench.views import Column, Edge, Graph, Node, Table, Tone, View, Viewable, counted

__all__ = ["EXAMPLES", "SUMMARY", "Diagnosis", "Finding", "State", "add_arguments", "doctor", "run"]

SUMMARY = "check that everything the workbench stands on is here"
EXAMPLES = """  workbench doctor
  workbench doctor --json"""

State: TypeAlias = Literal["good", "warning", "bad", "absent"]
"""``bad``: the workbench does not work. ``warning``: a part does not. ``absent``: optional, and not here."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, how it is, and what to do where it is not well."""

    what: str
    state: State
    detail: str
    hint: str = ""


class Diagnosis(Viewable):
    """All findings of one visit."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings

    def __repr__(self) -> str:
        bad, warnings = (sum(each.state == state for each in self.findings) for state in ("bad", "warning"))
        return f"Diagnosis({len(self.findings)} looked at, {bad} bad, {warnings} warnings)"

    @property
    def is_ok(self) -> bool:
        """Whether nothing is bad."""
        return all(each.state != "bad" for each in self.findings)

    def view(self) -> View:
        """A table, one row a finding."""
        columns = (Column("state", "tone"), Column("what"), Column("how it is"), Column("what to do"))
        rows = tuple((each.state, each.what, each.detail, each.hint) for each in self.findings)
        return Table(columns, rows, "Doctor", tones=tuple(_TONES[each.state] for each in self.findings))


_TONES: dict[State, Tone] = {"good": "good", "warning": "warning", "bad": "bad", "absent": "muted"}


def doctor() -> Diagnosis:
    """Look at Python, the packages, DuckDB, the renderer, the kernel, the guides, folders, and what is optional.

    Nothing is changed and nothing is asked of the network. The value of an access key is never read into the result.

    >>> doctor().findings[0].what
    'Python'
    """
    return Diagnosis(tuple(finding for what, look in _LOOKS.items() for finding in _safely(what, look)))


def _safely(what: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What ``look`` finds; where looking itself fails, that is the finding."""
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001 - whatever is broken here is what the doctor was called for
        yield Finding(what, "bad", f"{type(error).__name__}: {error}", "pip install --force-reinstall domain-workbench")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(arguments: argparse.Namespace) -> int:
    """Print the diagnosis; exit code 1 if something is bad."""
    diagnosis = doctor()
    if arguments.json:
        print(json.dumps({"ok": diagnosis.is_ok, "findings": [asdict(each) for each in diagnosis.findings]}, indent=2))
    else:
        from workbench.display.text import plain

        print(plain(diagnosis.view(), shutil.get_terminal_size((120, 24)).columns))
    return 0 if diagnosis.is_ok else 1


def _python() -> Iterator[Finding]:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Finding(
        "Python",
        "good" if sys.version_info >= (3, 11) else "bad",
        found,
        "" if sys.version_info >= (3, 11) else "3.11 or newer is needed",
    )


def _packages() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    wrong, right = [], 0
    for each in map(Requirement, requires("domain-workbench") or ()):
        if each.marker and not each.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(each.name)
        except PackageNotFoundError:
            wrong.append(f"{each.name} is missing")
            continue
        if each.specifier.contains(found, prereleases=True):
            right += 1
        else:
            wrong.append(f"{each.name} is {found}, not {each.specifier}")
    hint = "pip install --upgrade domain-workbench" if wrong else ""
    yield Finding("packages", "bad" if wrong else "good", "; ".join([*wrong, f"{right} as needed"]), hint)


def _duckdb() -> Iterator[Finding]:
    from workbench.store.connection import connect

    with tempfile.TemporaryDirectory() as folder, connect(temporary=Path(folder)) as connection:
        query = "select version(), string_agg(extension_name, ', ' order by extension_name) from duckdb_extensions() where loaded"
        row = connection.execute(query).fetchone()
    yield Finding("DuckDB", "good", f"{row[0]} with {row[1]}" if row else "")


def _renderer() -> Iterator[Finding]:
    from workbench.display.layout import programs
    from workbench.display.picture import picture

    note = picture(Graph((Node("a", "a"), Node("b", "b")), (Edge("a", "b"),))).note
    if note:
        yield Finding("renderer", "warning", note, "pip install graphviz-pure")
    else:
        yield Finding("renderer", "good", f"{Path(next(programs())).name} draws")


def _kernel() -> Iterator[Finding]:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        KernelSpecManager().get_kernel_spec("workbench")
        yield Finding("kernel", "good", "the workbench kernel is installed")
    except NoSuchKernel:
        yield Finding(
            "kernel", "bad", "Jupyter finds no workbench kernel", "pip install --force-reinstall domain-workbench"
        )


def _guides() -> Iterator[Finding]:
    found = (guides.installed() / "notebooks").rglob("*.ipynb")
    number = sum(path.parent.name != ".ipynb_checkpoints" for path in found)
    yield Finding("guides", "good" if number else "warning", counted(number, "notebook"))


def _folders() -> Iterator[Finding]:
    from jupyter_core.paths import jupyter_runtime_dir

    for what, folder in (("working folder", Path()), ("Jupyter's runtime folder", Path(jupyter_runtime_dir()))):
        there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
        writable = os.access(there, os.W_OK)
        yield Finding(
            what, "good" if writable else "bad", "can be written" if writable else f"{there} cannot be written"
        )


def _optional() -> Iterator[Finding]:
    for what, programs in (
        ("Chromium", ("chromium", "chromium-browser", "google-chrome")),
        ("PostgreSQL", ("postgres", "initdb")),
    ):
        here = any(map(shutil.which, programs)) or (
            what == "PostgreSQL" and any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        )
        yield Finding(
            what,
            "good" if here else "absent",
            "for tests" if here else "only tests need it",
            "" if here else "scripts/setup-system",
        )
    key = "OPENAI_API_KEY" in os.environ
    yield Finding(
        "language model",
        "good" if key else "absent",
        "OPENAI_API_KEY is set" if key else "OPENAI_API_KEY is not set; all works without",
    )


_LOOKS: dict[str, Callable[[], Iterator[Finding]]] = {
    "Python": _python,
    "packages": _packages,
    "DuckDB": _duckdb,
    "renderer": _renderer,
    "kernel": _kernel,
    "guides": _guides,
    "folders": _folders,
    "optional": _optional,
}
