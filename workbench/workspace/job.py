"""Long work in the background: its progress seen, its result waited for, and stopped for real."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, Literal, Protocol, TypeAlias, TypeVar

from workbench.errors import AdapterError, WorkbenchError
from workbench.views import Text, Tone, View, Viewable

__all__ = ["Interruptible", "Job", "JobState"]

T = TypeVar("T")
JobState: TypeAlias = Literal["running", "done", "failed", "cancelled"]

_TONES: dict[JobState, Tone] = {"running": "accent", "done": "good", "failed": "bad", "cancelled": "muted"}


class Interruptible(Protocol):
    """A store whose running queries can be stopped."""

    def interrupt(self, thread: int | None = None) -> None:
        """Stop what ``thread`` (its ``ident``) is running now; without it, whatever is running."""


class Job(Viewable, Generic[T]):
    """``work``, running on a thread of its own; it is given the job, to tell its progress and to see whether it was cancelled.

    >>> job = Job(lambda job: sum(range(10)))
    >>> job.result(), job.state
    (45, 'done')
    """

    def __init__(self, work: Callable[[Job[T]], T], store: Interruptible | None = None, title: str = "job") -> None:
        self.title = title
        self._work, self._store = work, store
        self._text, self._share = "", 0.0
        self._value: T | None = None
        self._error: BaseException | None = None
        self._cancelled, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"workbench {title}", daemon=True)
        self._thread.start()

    @property
    def state(self) -> JobState:
        """Where it stands."""
        if not self._ended.is_set():
            return "running"
        if self._cancelled.is_set() and self._error is not None:
            return "cancelled"
        return "done" if self._error is None else "failed"

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1, as far as the work has told."""
        return 1.0 if self.state == "done" else self._share

    def progress(self, text: str, share: float) -> None:
        """Tell what is being done and the share done, 0 to 1. The work calls it, and ends here once it was cancelled.

        Raises:
            AdapterError: the job was cancelled (code ``interrupted``).
        """
        self._text, self._share = text, min(max(share, 0.0), 1.0)
        if self._cancelled.is_set():
            raise AdapterError(f"{self.title}: it was stopped", code="interrupted")

    def cancel(self) -> None:
        """Stop it: the query it is running is interrupted, what its transaction has done is undone. An ended job stays as it is."""
        self._cancelled.set()
        while not self._ended.wait(0.02):  # a query may begin between looking and stopping: ask until it has ended
            if self._store is not None:
                self._store.interrupt(self._thread.ident)
            else:
                self._ended.wait(0.2)

    def result(self, timeout: float | None = None) -> T:
        """What the work came to; it is waited for, at most ``timeout`` seconds.

        Raises:
            TimeoutError: it is still running.
            AdapterError: it was cancelled (code ``interrupted``).
            Exception: whatever the work raised.
        """
        if not self._ended.wait(timeout):
            raise TimeoutError(f"{self.title} is still running")
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]  # it ended without an error, so that there is one

    def _run(self) -> None:
        try:
            self._value = self._work(self)
        except BaseException as error:  # noqa: BLE001  # whoever asks for the result is told
            self._error = error
        finally:
            self._ended.set()

    def __repr__(self) -> str:
        return f"<Job {self.title}: {self._sentence()}>"

    def _sentence(self) -> str:
        match self.state:
            case "running":
                return f"{self._share:.0%} {self._text}".strip()
            case "failed":
                known = isinstance(self._error, WorkbenchError)
                return f"failed: {self._error}" if known else f"failed: {type(self._error).__name__}: {self._error}"
            case state:
                return state

    def view(self) -> View:
        """Where it stands, in a sentence."""
        return Text(f"{self.title}: {self._sentence()}", tone=_TONES[self.state])
