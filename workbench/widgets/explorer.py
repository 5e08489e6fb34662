"""The widget: carries messages between the page and an exploration, and holds no logic of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from workbench.display import render
from workbench.views import Bundle
from workbench.widgets import messages
from workbench.widgets.exploration import Exploration
from workbench.widgets.lane import Lane
from workbench.widgets.live import Live

__all__ = ["Explorer"]


class Explorer(Live):
    """An interactive picture of a design. It shows itself where it is the last line of a cell.

    Every message from the page is checked; what is refused or fails is shown in the page and kept in ``problems``.
    """

    _files: ClassVar[tuple[str, ...]] = ("page.js", "explorer.js", "page.css", "explorer.css")

    def __init__(self, exploration: Exploration) -> None:
        self._exploration = exploration
        data = exploration.data
        self._drawing = Lane("workbench explorer", self._failed)
        interrupt = data.interrupt if data is not None else None
        self._counting = Lane("workbench explorer counts", self._failed, interrupt)
        self._reading = Lane("workbench explorer rows", lambda error: self._failed(error, "rows"), interrupt)
        self._unwatch: Callable[[], None] | None = None
        super().__init__()

    def to_source(self, name: str = "domain") -> str:
        """The call that opens what is looked at now; ``name`` is what the design is called in it."""
        return self._exploration.source(name)

    def recount(self) -> None:
        """The rows are counted again, in the background. It happens by itself after each cell while the explorer is seen."""
        if self._exploration.data is not None:
            self._counting.replace(lambda: self._answer(messages.Counts(type="counts")))

    def __repr__(self) -> str:
        domain = self._exploration.domain
        return f"Explorer({domain.name!r}, {len(domain.all_resources)} resources)"

    def _lanes(self) -> tuple[Lane, ...]:
        return self._drawing, self._counting, self._reading

    def _still(self) -> Bundle:
        return render(self._exploration.graph())

    def _take(self, content: object) -> None:
        message = messages.read(content)
        match message:
            case messages.Stop():
                self._reading.drop()
                self._tell({"type": "stopped"})
            case messages.Rows():
                self._reading.replace(lambda: self._answer(message))
            case messages.Counts():
                self._counting.replace(lambda: self._answer(message))
            case messages.Gone():
                self._watch(-1)
            case _:
                if isinstance(message, messages.Ready):
                    self._watch(1)
                self._drawing.do(lambda: self._answer(message))

    def _watch(self, more: int) -> None:
        """Keep count of the views in the page, and count rows after each cell while there are any."""
        super()._watch(more)
        if self._views and self._unwatch is None and self._exploration.data is not None:
            self._unwatch = _after_cells(self.recount)
        elif not self._views and self._unwatch is not None:
            self._unwatch()
            self._unwatch = None

    def _answer(self, message: messages.Message) -> None:
        for answer in self._exploration.answer(message):
            self._tell(answer)


def _after_cells(do: Callable[[], None]) -> Callable[[], None]:
    """Let ``do`` be done after each cell of this kernel, until what comes back is called; outside IPython nothing happens."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return lambda: None

    def cell_ended(_result: object) -> None:
        do()

    shell.events.register("post_run_cell", cell_ended)
    return lambda: shell.events.unregister("post_run_cell", cell_ended)
