"""Hooks into IPython: what ``%load_ext workbench`` adds to any Python kernel.

Everything shows itself without it. It adds three things: errors that no cell shows (of threads, tasks and widget callbacks) are
kept; ``%workbench`` tells what runs here and lists them; and the domain language is written in cells of its own.

    magics                         %%domain, %%change, %%scenario, %%ask: their help, and what happens when one fails
    designing, speaking            what they do
    cell, naming                   a cell read; what the names in a notebook stand for
    completing                     completion and help inside such a cell
    mistakes                       problems with a caret under the spot
    words, jupyter/labextensions   the colours of such cells in JupyterLab, and cells that the kernel writes
    background                     errors that happen where no cell can show them
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Any

from IPython.core.error import UsageError

import workbench
from workbench.extension.background import BackgroundErrors, background_errors
from workbench.extension.completing import matcher
from workbench.extension.magics import Magics
from workbench.views import Stack, Text, View, Viewable

__all__ = ["BackgroundErrors", "Status", "background_errors", "load_ipython_extension", "unload_ipython_extension"]


class Status(Viewable):
    """What runs in this kernel, and the errors it met in the background."""

    def __repr__(self) -> str:
        return (
            f"workbench {workbench.__version__}, Python {platform.python_version()}; {background_errors().problems()}"
        )

    def view(self) -> View:
        """Versions in one sentence, then the background errors."""
        versions = f"workbench {workbench.__version__} on Python {platform.python_version()}"
        return Stack("Workbench", (Text(versions), background_errors().problems().view()))


_undo: list[Callable[[], object]] = []


def load_ipython_extension(shell: Any) -> None:  # IPython's shell, which carries no types
    """Keep background errors of this kernel, register the magics, and complete inside their cells."""
    unload_ipython_extension(shell)
    background_errors().watch(shell)
    shell.register_magic_function(_workbench, "line", "workbench")
    magics, complete = Magics(shell), matcher(lambda: shell.user_ns)
    magics.register()
    shell.Completer.custom_matchers.append(complete)
    _undo[:] = [magics.unregister, lambda: shell.Completer.custom_matchers.remove(complete)]


def unload_ipython_extension(shell: Any) -> None:
    """Leave IPython as it was before."""
    background_errors().unwatch()
    shell.magics_manager.magics["line"].pop("workbench", None)
    while _undo:
        _undo.pop()()


def _workbench(line: str) -> Status:
    """``%workbench``: what runs here, and the errors of threads, tasks and callbacks; ``%workbench clear`` forgets those."""
    if line.strip() == "clear":
        background_errors().clear()
    elif line.strip():
        raise UsageError(f"%workbench does not know {line.strip()!r}; write %workbench or %workbench clear")
    return Status()
