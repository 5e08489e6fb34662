"""The widget: carries messages between the page and a dialogue, and holds no logic of its own."""

from __future__ import annotations

from typing import ClassVar

from workbench.display import render
from workbench.errors import VerificationError
from workbench.evolve import Difference
from workbench.model import Domain
from workbench.views import Bundle
from workbench.widgets import editor_messages as messages
from workbench.widgets.cells import Written, put_cell, running_cell
from workbench.widgets.dialogue import Dialogue, saved, source, written
from workbench.widgets.editing import Editing
from workbench.widgets.lane import Lane
from workbench.widgets.live import Live
from workbench.widgets.picturing import pictured

__all__ = ["Editor"]

_SHOWN = (messages.Check, messages.Picture, messages.Changes, messages.TextOf, messages.Try)
"""What only shows, and need not be answered where the same was asked again meanwhile."""


class Editor(Live):
    """A form editor of a design. It shows itself where it is the last line of a cell.

    Every edit is a run of typed changes that can be undone. Every message from the page is checked; what is refused or fails is shown
    in the page and kept in ``problems``.
    """

    _files: ClassVar[tuple[str, ...]] = (
        "page.js", "editor_tree.js", "editor_controls.js", "editor_form.js", "editor_panes.js", "editor.js", "page.css", "editor.css",
    )  # fmt: skip

    def __init__(self, editing: Editing) -> None:
        self._editing, self._dialogue = editing, Dialogue(editing)
        self._working = Lane("workbench editor", self._failed)
        self._showing = Lane("workbench editor views", self._failed)
        self._latest: dict[tuple[str, str], messages.Message] = {}
        self._cell = running_cell()
        super().__init__()

    @property
    def domain(self) -> Domain:
        """The domain as it is now."""
        return self._editing.domain

    @property
    def changes(self) -> Difference:
        """What leads from the domain as it was opened or last saved to the domain as it is."""
        return self._editing.changes

    @property
    def text(self) -> str:
        """The domain as text: in the domain language, where that is installed."""
        return written(self.domain)

    def to_source(self, name: str = "domain") -> str:
        """Python code that gives the same domain; ``name`` is what it is called in it."""
        return source(self.domain, name)

    def undo(self) -> Editor:
        """Take back the last edit. Raises ``ConflictError`` when none is left."""
        return self._step("undo")

    def redo(self) -> Editor:
        """Do again what was undone last. Raises ``ConflictError`` when there is nothing."""
        return self._step("redo")

    def save(self, by: str, why: str = "") -> Editor:
        """Keep the changes as a step of the design's log.

        Raises:
            ConflictError: somebody else has changed the folder since.
            VerificationError: there is no folder, or the design would have errors it has not now.
        """
        with self._dialogue.guard:
            told = self._editing.save(by, why)
        self._tell(self._dialogue.edited(saved(told)))
        return self

    def to_cell(self) -> None:
        """Ask the notebook to hold the design's text in a cell: the one written before, else a new one below this editor's."""
        text = f"%%domain\n{self.text}" if _has_magic() else self.to_source()
        put_cell(text, f"design {self.domain.birth_name}"[:200], action="replace", after=self._cell, done=self._written)

    def __repr__(self) -> str:
        return f"Editor({self.domain.name!r}, {len(self.domain.all_resources)} resources, {len(self.changes)} changes)"

    def _step(self, way: str) -> Editor:
        with self._dialogue.guard:
            (self._editing.undo if way == "undo" else self._editing.redo)()
        self._tell(self._dialogue.edited("undone" if way == "undo" else "done again"))
        return self

    def _lanes(self) -> tuple[Lane, ...]:
        return self._working, self._showing

    def _still(self) -> Bundle:
        return render(pictured(self.domain, ())[0])

    def _take(self, content: object) -> None:
        message = messages.read(content)
        if isinstance(message, messages.Gone):
            self._watch(-1)
        elif isinstance(message, messages.ToCell):
            self.to_cell()
        elif isinstance(message, _SHOWN):
            self._latest[message.view, message.type] = message
            self._showing.do(lambda: self._show(message))
        else:
            if isinstance(message, messages.Ready):
                self._watch(1)
            self._working.do(lambda: self._answer(message))

    def _show(self, message: messages.Message) -> None:
        if self._latest.get((message.view, message.type)) is message:
            self._answer(message)

    def _answer(self, message: messages.Message) -> None:
        for answer in self._dialogue.answer(message):
            self._tell(answer)

    def _written(self, outcome: Written) -> None:
        if outcome.problem is not None:
            self._failed(VerificationError([outcome.problem], "cell"))
        else:
            self._tell({"type": "celled", "to": "", "cell": outcome.cell})


def _has_magic() -> bool:
    """Whether a cell of this kernel may begin with ``%%domain``."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return shell is not None and shell.find_cell_magic("domain") is not None
