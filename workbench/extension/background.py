"""Errors that happen where no cell can show them: in threads, in tasks nobody awaits, in callbacks of widgets."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable
from typing import Any

from workbench.errors import Problem, Problems

__all__ = ["BackgroundErrors", "background_errors"]

_HINT = "it happened outside a cell, so that no cell failed"


class BackgroundErrors:
    """Collects background errors while ``watch`` is on; Python goes on reporting them as it always did.

    >>> errors = BackgroundErrors()
    >>> errors.record("thread loader", ValueError("no such file"))
    >>> print(errors.problems())
    error thread loader: ValueError: no such file [background]; it happened outside a cell, so that no cell failed
    """

    def __init__(self) -> None:
        self._found: list[tuple[str, BaseException]] = []
        self._undo: list[Callable[[], object]] = []
        self._earlier_threads: set[threading.Thread] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def record(self, where: str, error: BaseException) -> None:
        """Remember ``error``; ``where`` names what was running."""
        self._found.append((where, error))

    def clear(self) -> None:
        """Forget all errors collected so far."""
        self._found.clear()

    def problems(self) -> Problems:
        """All errors collected so far, as problems."""
        return Problems(
            Problem(where, "background", f"{type(error).__name__}: {error}", hint=_HINT) for where, error in self._found
        )

    def settle(self, seconds: float = 5.0) -> Problems:
        """Wait for threads started since ``watch`` (daemons aside), collect what nobody refers to, and return all problems.

        A thread that still runs after ``seconds`` is a problem too.
        """
        end = time.monotonic() + seconds
        watched = threading.enumerate() if self._undo else []
        started = [each for each in watched if not each.daemon and each not in self._earlier_threads]
        for thread in started:
            thread.join(max(0.0, end - time.monotonic()))
        gc.collect()  # a failed task tells its event loop only when it is collected
        running = [each.name for each in started if each.is_alive()]
        late = (Problem(f"thread {name}", "still_running", f"still running after {seconds:g} s") for name in running)
        return Problems([*self.problems(), *late])

    def watch(self, shell: Any) -> None:  # IPython's shell, which carries no types
        """Collect from now on in the kernel of ``shell``. Watching twice is watching once."""
        if self._undo:
            return
        self._earlier_threads = set(threading.enumerate())
        self._watch_threads()
        for event, callback in {"pre_run_cell": self._watch_tasks, "post_run_cell": self._cell_finished}.items():
            shell.events.register(event, callback)
            self._undo.append(lambda event=event, callback=callback: shell.events.unregister(event, callback))  # type: ignore[misc]

    def unwatch(self) -> None:
        """Collect no more, and restore every hook."""
        while self._undo:
            self._undo.pop()()
        self._loop = None

    def _watch_threads(self) -> None:
        before = threading.excepthook

        def hook(failure: threading.ExceptHookArgs) -> None:
            if failure.exc_value is not None:
                self.record(f"thread {failure.thread.name if failure.thread else 'unknown'}", failure.exc_value)
            before(failure)

        threading.excepthook = hook
        self._undo.append(lambda: setattr(threading, "excepthook", before))

    def _watch_tasks(self, _cell: object) -> None:
        """Hook into the kernel's event loop, which does not run yet when the kernel loads the extension."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a terminal runs cells without one
            return
        if loop is self._loop:
            return
        before, self._loop = loop.get_exception_handler(), loop

        def handler(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            if isinstance(context.get("exception"), BaseException):
                task = context.get("future")
                where = f"task {task.get_name()}" if isinstance(task, asyncio.Task) else "event loop"
                self.record(where, context["exception"])
            before(loop, context) if before else loop.default_exception_handler(context)

        loop.set_exception_handler(handler)
        self._undo.append(lambda: loop.set_exception_handler(before))

    def _cell_finished(self, result: Any) -> None:  # IPython's ExecutionResult
        """Drop what the cell itself raised: it shows that."""
        own = (result.error_before_exec, result.error_in_exec)
        self._found = [each for each in self._found if not any(each[1] is error for error in own)]


_errors = BackgroundErrors()


def background_errors() -> BackgroundErrors:
    """The one collector of this process, as there is one kernel in it."""
    return _errors
