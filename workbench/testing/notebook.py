"""Guides as files: run one in a fresh kernel and store what it showed; audit one without running it.

A guide is committed with its outputs. ``produce`` writes them, with a digest of each cell's source and the list of the guide's
checks; ``audit`` finds what nbval would let pass: cells never run or run out of order, sources edited since, swallowed errors,
skipped cells, shell commands.
"""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from workbench.errors import Problem, Problems

__all__ = [
    "KERNEL",
    "LEAST_CHECKS",
    "LONGEST_FUNCTION",
    "Notebook",
    "audit",
    "checks",
    "digest",
    "environment",
    "produce",
    "read",
]

KERNEL = "workbench"
"""The kernel that guides run in."""

LEAST_CHECKS = 3
"""A guide with fewer checks tests too little."""

LONGEST_FUNCTION = 5
"""Lines of a function definition in a guide; a longer one belongs in a package."""

Notebook: TypeAlias = Any  # nbformat's NotebookNode: a dictionary with attributes

_WIDGET = "application/vnd.jupyter.widget-view+json"
_SHELL = {"!", "!!", "bash", "cmd", "perl", "ruby", "script", "sh", "sx", "system"}
_AGAIN = "run scripts/guides"
_BLIND = {"Exception", "BaseException"}
_MARKERS = {"nbval-skip", "nbval-ignore-output", "NBVAL_SKIP", "NBVAL_IGNORE_OUTPUT", "PYTEST_VALIDATE_IGNORE_OUTPUT"}


def read(path: Path) -> Notebook:
    """The notebook at ``path``, in the current notebook format."""
    import nbformat

    return nbformat.read(path, as_version=4)


def digest(source: str) -> str:
    """What a cell's source is remembered by.

    >>> digest("1 + 1")
    '72fce59447a01f48'
    """
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def environment() -> dict[str, str]:
    """What a guide's kernel knows of the machine: this environment, its clock in UTC, drawings by the renderer that is pinned."""
    return {name: value for name, value in os.environ.items() if name != "WORKBENCH_DOT"} | {"TZ": "UTC"}


def produce(path: Path, *, forget: Iterable[str] = (), seconds: int = 120) -> Notebook:
    """Run the guide in a fresh kernel in its own folder and write it back with outputs, digests and its manifest of checks.

    A check once listed stays listed until it is named in ``forget``, so that none disappears by accident. Widget state is not
    kept: a saved notebook shows only what is static. A cell may take ``seconds``. An error of a cell that is not tagged
    ``raises-exception`` is raised (``nbclient.exceptions.CellExecutionError``), and the file stays as it was.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = read(path)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    client = NotebookClient(
        notebook, kernel_name=KERNEL, timeout=seconds, store_widget_state=False, record_timing=False
    )
    client.coalesce_streams = True
    client.resources = {"metadata": {"path": str(path.parent)}}
    client.execute(env=environment())
    for cell in _code(notebook):
        cell.metadata["workbench"] = {"source": digest(cell.source)}
        for output in cell.outputs:
            output.get("data", {}).pop(_WIDGET, None)
            if output.output_type == "error":  # its frames name files of this machine
                output.traceback = [f"{output.ename}: {output.evalue}"]
    found, listed = checks(notebook), notebook.metadata.get("workbench", {}).get("checks", [])
    gone = [id for id in listed if id not in {*found, *forget}]
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"name": KERNEL, "display_name": "Workbench", "language": "python"},
            "language_info": {"name": "python"},
            "workbench": {"checks": gone + found},
        }
    )
    nbformat.validate(notebook)
    nbformat.write(notebook, path)
    return notebook


def checks(notebook: Notebook) -> list[str]:
    """The ids of all ``guide.check("id", …)`` calls in the guide, in order; an id that is no literal reads ``?``."""
    found = []
    for cell in _code(notebook):
        for node in ast.walk(_parsed(cell.source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "guide.check":
                first = node.args[0] if node.args else None
                found.append(first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else "?")
    return found


def audit(path: Path) -> Problems:
    """What a reader may not trust in the guide at ``path``, found without running it, in milliseconds."""
    notebook = read(path)
    code = _code(notebook)
    found = [*_of_notebook(notebook, code)]
    folders = {str(path.resolve().parent), str(Path(__file__).parents[2])}
    for number, cell in enumerate(code, start=1):
        found += (Problem(f"cell {number}", code, message, hint=hint) for code, message, hint in _of_cell(number, cell))
        if any(folder in repr(cell.outputs) for folder in folders):
            message = "a path of this machine is stored"
            found.append(Problem(f"cell {number}", "machine_path", message, hint="show relative paths"))
    return Problems(problem.under(path.name) for problem in found)


def _of_notebook(notebook: Notebook, code: list[Notebook]) -> Iterator[Problem]:
    listed, found = list(notebook.metadata.get("workbench", {}).get("checks", [])), checks(notebook)
    if listed != found:
        missing, new = [id for id in listed if id not in found], [id for id in found if id not in listed]
        message = f"the manifest does not list the checks as they stand (gone: {missing}, new: {new})"
        yield Problem(
            "metadata", "manifest", message, hint="give a gone check back, or forget it: scripts/guides --forget ID"
        )
    if "?" in found:
        yield Problem("metadata", "check_id", "a check has no literal id", hint='write guide.check("its_id", …)')
    if len(found) < LEAST_CHECKS:
        yield Problem("metadata", "few_checks", f"{len(found)} checks, at least {LEAST_CHECKS} are needed")
    if not code or code[-1].source.strip() != "guide.finish()":
        yield Problem("cells", "no_finish", "the last code cell is not guide.finish()")
    if "widgets" in notebook.metadata:
        yield Problem("metadata", "widget_state", "widget state is stored", hint=_AGAIN)
    if notebook.metadata.get("kernelspec", {}).get("name") != KERNEL:
        yield Problem("metadata", "kernel", "the guide does not name the workbench kernel", hint=_AGAIN)


def _of_cell(number: int, cell: Notebook) -> Iterator[tuple[str, str, str]]:
    """Code, message and hint of each problem of one code cell."""
    tags, lines = cell.metadata.get("tags", []), [line.strip(" #\t") for line in cell.source.splitlines()]
    if cell.execution_count != number:
        ran = "was never run" if cell.execution_count is None else f"ran as number {cell.execution_count}"
        yield "not_run_in_order", f"this cell {ran}", _AGAIN
    if cell.metadata.get("workbench", {}).get("source") != digest(cell.source):
        yield "stale", "the source was edited after the outputs were stored", _AGAIN
    if any(output.output_type == "error" for output in cell.outputs) and "raises-exception" not in tags:
        yield "stored_error", "an error is stored", "repair the cell, or tag it raises-exception"
    if _MARKERS & {*tags, *lines} and not any(line.startswith("reason:") for line in lines):
        yield (
            "unreasoned_skip",
            "the cell is skipped or its output ignored without a reason",
            "add a line '# reason: …'",
        )
    for node in ast.walk(_parsed(cell.source)):
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) in _BLIND):
            yield "blind_except", f"line {node.lineno} swallows any error", "name the error that is expected"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > LONGEST_FUNCTION:
            yield (
                "long_function",
                f"{node.name} has {_length(node)} lines, {LONGEST_FUNCTION} are allowed",
                "move it to a package",
            )
        elif isinstance(node, ast.Call) and _is_shell(node):
            yield "shell", f"line {node.lineno} runs a shell command, whose failure nobody sees", "use Python"


def _code(notebook: Notebook) -> list[Notebook]:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def _parsed(source: str) -> ast.AST:
    """The tree of a cell as IPython would run it: magics and shell escapes have become calls. Empty if it is no Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError:
        return ast.Module([], [])


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _is_shell(call: ast.Call) -> bool:
    """Whether a call, as IPython writes them for ``!``, ``%`` and ``%%``, runs a shell."""
    match ast.unparse(call.func), call.args:
        case (("get_ipython().system" | "get_ipython().getoutput" | "os.system"), _):
            return True
        case (("get_ipython().run_line_magic" | "get_ipython().run_cell_magic"), [ast.Constant(value=name), *_]):
            return name in _SHELL
    return False
