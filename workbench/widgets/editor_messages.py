"""What the front end may say to the editor. Everything else is refused.

Each message says which view of the page it comes from, so that several views of one editor are answered each; ``request`` comes back
with the answer.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, JsonValue

from workbench.widgets.said import Said, Short, reader

__all__ = [
    "Add",
    "Changes",
    "Check",
    "Discard",
    "Draft",
    "Gone",
    "Look",
    "Message",
    "Move",
    "Picture",
    "Ready",
    "Redo",
    "Remove",
    "Rename",
    "Save",
    "Search",
    "Set",
    "TakeIn",
    "TextOf",
    "ToCell",
    "Try",
    "Undo",
    "read",
]

_MOST = 200_000


def _small(value: JsonValue) -> JsonValue:
    if len(json.dumps(value)) > _MOST:
        raise ValueError(f"a value has at most {_MOST} characters")
    return value


Steps: TypeAlias = Annotated[list[Short | Annotated[int, Field(ge=0, le=1_000_000)]], Field(max_length=40)]
"""An address."""
Given: TypeAlias = Annotated[JsonValue, AfterValidator(_small)]
"""What was typed: bounded."""


class _FromView(Said):
    view: Short = ""
    request: int = Field(default=0, ge=0, le=10**9)

    @property
    def at(self) -> tuple[str | int, ...]:
        """The address it is about."""
        return tuple(getattr(self, "path", ()))


class Ready(_FromView):
    """A view stands in the page and has nothing yet."""

    type: Literal["ready"]


class Gone(_FromView):
    """A view has left the page."""

    type: Literal["gone"]


class Look(_FromView):
    """What stands below each of ``open``, and the form of what stands at ``path``."""

    type: Literal["look"]
    path: Steps
    open: list[Steps] = Field(default_factory=list, max_length=2000)


class Search(_FromView):
    """What is called something like ``text``?"""

    type: Literal["search"]
    text: Short


class Set(_FromView):
    """The field at ``path`` is to hold ``value``."""

    type: Literal["set"]
    path: Steps
    value: Given


class Try(_FromView):
    """What would be wrong if the field at ``path`` held ``value``?"""

    type: Literal["try"]
    path: Steps
    value: Given


class Draft(_FromView):
    """What has to be said of a new one in the collection at ``path``?"""

    type: Literal["draft"]
    path: Steps


class Add(_FromView):
    """A new one with the fields ``values`` is to stand in the collection at ``path``; at the end, without ``place``."""

    type: Literal["add"]
    path: Steps
    values: dict[Short, Given]
    place: int | None = Field(default=None, ge=0, le=1_000_000)


class Remove(_FromView):
    """What stands at ``path`` is to go."""

    type: Literal["remove"]
    path: Steps


class Rename(_FromView):
    """The element at ``path`` is to be called ``name``, with ``everywhere`` also where it is mentioned."""

    type: Literal["rename"]
    path: Steps
    name: Annotated[str, Field(max_length=2000)]
    everywhere: bool = True


class Move(_FromView):
    """What stands at ``path`` is to stand at ``place`` among its siblings."""

    type: Literal["move"]
    path: Steps
    place: int = Field(ge=0, le=1_000_000)


class Undo(_FromView):
    """Take back the last edit."""

    type: Literal["undo"]


class Redo(_FromView):
    """Do again what was undone last."""

    type: Literal["redo"]


class Discard(_FromView):
    """Take back all that is not saved."""

    type: Literal["discard"]


class Check(_FromView):
    """What is wrong with the design?"""

    type: Literal["check"]


class Picture(_FromView):
    """The picture for what is edited at ``path``."""

    type: Literal["picture"]
    path: Steps


class Changes(_FromView):
    """What was changed, and how dangerous is it?"""

    type: Literal["changes"]


class TextOf(_FromView):
    """The design as text; in the first format that is there, without ``format``."""

    type: Literal["text"]
    format: Short = ""


class ToCell(_FromView):
    """Put the design's text into the notebook: a new cell, or the one this editor made before."""

    type: Literal["cell"]


class Save(_FromView):
    """Keep the changes as a step of the design's log."""

    type: Literal["save"]
    by: Short
    why: Annotated[str, Field(max_length=2000)] = ""


class TakeIn(_FromView):
    """Bring in what others saved meanwhile."""

    type: Literal["take_in"]


Message: TypeAlias = (
    Ready | Gone | Look | Search | Set | Try | Draft | Add | Remove | Rename | Move | Undo | Redo | Discard
    | Check | Picture | Changes | TextOf | ToCell | Save | TakeIn
)  # fmt: skip

_read = reader(Message, "editor")


def read(content: object) -> Message:
    """``content`` as a message.

    >>> read({"type": "move", "path": ["resources", "order"], "place": 0}).at
    ('resources', 'order')

    Raises:
        VerificationError: it is none; the problem (code ``refused_message``) says what is wrong with it.
    """
    return _read(content)  # type: ignore[no-any-return]
