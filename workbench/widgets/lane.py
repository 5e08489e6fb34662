"""Work done one after another beside everything else, so that neither a running cell nor another widget waits for it."""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from workbench.errors import AdapterError

__all__ = ["Lane"]

Work: TypeAlias = Callable[[], None]

_MOST_WAITING = 200


class Lane:
    """Runs work in order on a thread of its own, which is there only while there is work.

    ``failed`` is told what a piece of work raised, unless it was dropped meanwhile; ``interrupt`` is asked to stop what the thread
    with this ``ident`` is running.
    """

    def __init__(
        self,
        name: str,
        failed: Callable[[Exception], None],
        interrupt: Callable[[int], None] | None = None,
    ) -> None:
        self.name = name
        self._failed, self._interrupt = failed, interrupt
        self._waiting: deque[Work] = deque()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._round = 0  # grows with every drop, so that what belongs to an earlier one is told apart

    def do(self, work: Work) -> None:
        """Let ``work`` be done after what waits already.

        Raises:
            AdapterError: two hundred pieces of work wait already.
        """
        with self._guard:
            if len(self._waiting) >= _MOST_WAITING:
                raise AdapterError("too much is asked at once", code="busy", hint="wait for the answers")
            self._waiting.append(work)
            if self._thread is None:
                run = contextvars.copy_context().run
                self._thread = threading.Thread(target=run, args=(self._run,), name=self.name, daemon=True)
                self._thread.start()

    def drop(self) -> None:
        """Forget what waits and stop what runs; how that ends is told to nobody."""
        with self._guard:
            self._waiting.clear()
            self._round += 1
            running = self._thread
        if running is not None and self._interrupt is not None:
            self._interrupt(running.ident or 0)

    def replace(self, work: Work) -> None:
        """Let ``work`` be done instead of whatever runs or waits."""
        self.drop()
        self.do(work)

    def settle(self, seconds: float = 10.0) -> None:
        """Return when there is no work left, or after ``seconds``."""
        with self._guard:
            running = self._thread
        if running is not None:
            running.join(seconds)

    def _run(self) -> None:
        while True:
            with self._guard:
                if not self._waiting:
                    self._thread = None
                    return
                work, begun = self._waiting.popleft(), self._round
            try:
                work()
            except Exception as error:  # noqa: BLE001  # it is told, whatever it is
                if begun == self._round:
                    self._failed(error)
