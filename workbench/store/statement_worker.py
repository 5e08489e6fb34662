"""Running a statement so that a person can stop it.

Python delivers Ctrl-C to the main thread alone, and only between two of its own steps. DuckDB looks for it between two of its tasks,
one of which may take hours. So the main thread never runs a statement itself: it waits, which can be interrupted, and then stops it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import lru_cache
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["interruptible"]

T = TypeVar("T")

_PAUSE = 0.05
"""Seconds between two attempts to stop a statement, which cannot be stopped before it has begun."""


def interruptible(cursor: DuckDBPyConnection, work: Callable[[], T]) -> T:
    """What ``work`` on ``cursor`` gives. Ctrl-C stops it at once and is raised as ever, when the statement has ended.

    >>> import duckdb
    >>> cursor = duckdb.connect()
    >>> interruptible(cursor, lambda: cursor.execute("SELECT 6 * 7").fetchall())
    [(42,)]
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    running: Future[T] | None = None
    try:
        running = _worker(os.getpid()).submit(work)
        return running.result()
    except KeyboardInterrupt:
        while running is not None and not running.done():
            cursor.interrupt()
            wait([running], timeout=_PAUSE)
        raise


@lru_cache(maxsize=1)
def _worker(process: int) -> _Worker:
    """The one worker of ``process``: a fork has no threads but its first."""
    return _Worker()


class _Worker:
    """A thread that waits for work as long as its process lives. It is a daemon, for it works only while the main thread waits for it."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[Callable[[], None]] = SimpleQueue()
        threading.Thread(target=self._serve, name="workbench-statement", daemon=True).start()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """What will become of ``work``."""
        running: Future[T] = Future()

        def done() -> None:
            try:
                running.set_result(work())
            except BaseException as error:  # noqa: BLE001  # whatever it is, it is raised where it is waited for
                running.set_exception(error)

        self._asked.put(done)
        return running

    def _serve(self) -> None:
        while True:
            self._asked.get()()
