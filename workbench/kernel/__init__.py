"""The workbench's kernel: IPython's own, with the extension loaded and errors of widget callbacks kept."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell

import workbench
from workbench.display import render
from workbench.extension import background_errors
from workbench.extension.cell import read_cell
from workbench.extension.completing import explain, suggest

__all__ = ["WorkbenchKernel", "WorkbenchShell"]


class WorkbenchShell(ZMQInteractiveShell):
    """IPython's shell. What it shows outside a cell's own failure (a widget's callback, most often) counts as a background error."""

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        background_errors().record("callback", evalue)
        super()._showtraceback(etype, evalue, stb)  # type: ignore[no-untyped-call]


class WorkbenchKernel(IPythonKernel):
    """An IPython kernel that starts with ``%load_ext workbench`` done."""

    implementation = "workbench"
    implementation_version = workbench.__version__
    shell_class = WorkbenchShell

    def __init__(self, **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[no-untyped-call]
        assert self.shell is not None  # IPythonKernel has just made it
        self.shell.extension_manager.load_extension("workbench")

    def do_complete(self, code: str, cursor_pos: int | None) -> Any:  # a Jupyter reply, as ipykernel's own
        """What could be written at ``cursor_pos``: in a cell of the domain language its own words and no other."""
        offset = len(code) if cursor_pos is None else cursor_pos
        found = suggest(code, offset, self._notebook)
        if found is None:
            return super().do_complete(code, cursor_pos)  # type: ignore[no-untyped-call]
        typed = [{"start": e.start, "end": e.end, "text": e.text, "type": e.kind, "signature": e.detail} for e in found]
        return {
            "matches": [each.text for each in found],
            "cursor_start": found[0].start if found else offset,
            "cursor_end": found[0].end if found else offset,
            "metadata": {"_jupyter_types_experimental": typed},
            "status": "ok",
        }

    def do_inspect(
        self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Iterable[str] = ()
    ) -> Any:  # a Jupyter reply, as ipykernel's own
        """What the word at ``cursor_pos`` means: in a cell of the domain language in that language, and nothing of Python."""
        cell = read_cell(code)
        if cell is None or cursor_pos <= cell.options_start:  # the magic itself explains itself
            return super().do_inspect(code, cursor_pos, detail_level, omit_sections)  # type: ignore[no-untyped-call]
        view = explain(code, cursor_pos, self._notebook)
        data = {} if view is None else render(view)
        return {"status": "ok", "found": view is not None, "data": data, "metadata": {}}

    @property
    def _notebook(self) -> Mapping[str, object]:
        assert self.shell is not None
        found: Mapping[str, object] = self.shell.user_ns
        return found

    @property
    def banner(self) -> str:  # type: ignore[override]  # a trait there, a property in IPythonKernel too
        """The line that a console shows first."""
        return (
            f"Domain workbench {workbench.__version__} (Python {platform.python_version()})\n"
            "import workbench as wb, then wb.infer('folder') to start from files; %workbench lists background errors."
        )
