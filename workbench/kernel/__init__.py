"""The workbench's kernel: IPython's own, with the extension loaded and errors of widget callbacks kept."""

from __future__ import annotations

import platform

from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell

import workbench
from workbench.extension import background_errors

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

    @property
    def banner(self) -> str:  # type: ignore[override]  # a trait there, a property in IPythonKernel too
        """The line that a console shows first."""
        return (
            f"Domain workbench {workbench.__version__} (Python {platform.python_version()})\n"
            "import workbench as wb, then wb.infer('folder') to start from files; %workbench lists background errors."
        )
