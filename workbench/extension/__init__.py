"""Hooks into IPython: what ``%load_ext workbench`` adds to any Python kernel.

Everything shows itself without it. It adds two things: errors that no cell shows (of threads, tasks and widget callbacks) are
kept, and ``%workbench`` tells what runs here and lists them.
"""

from __future__ import annotations

import platform
from typing import Any

from IPython.core.error import UsageError

import workbench
from workbench.extension.background import BackgroundErrors, background_errors
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


def load_ipython_extension(shell: Any) -> None:  # IPython's shell, which carries no types
    """Keep background errors of this kernel and register ``%workbench``."""
    background_errors().watch(shell)
    shell.register_magic_function(_workbench, "line", "workbench")


def unload_ipython_extension(shell: Any) -> None:
    """Leave IPython as it was before."""
    background_errors().unwatch()
    del shell.magics_manager.magics["line"]["workbench"]


def _workbench(line: str) -> Status:
    """``%workbench``: what runs here, and the errors of threads, tasks and callbacks; ``%workbench clear`` forgets those."""
    if line.strip() == "clear":
        background_errors().clear()
    elif line.strip():
        raise UsageError(f"%workbench does not know {line.strip()!r}; write %workbench or %workbench clear")
    return Status()
