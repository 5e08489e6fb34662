"""What the front end may say to the explorer. Everything else is refused: unknown kinds, wrong types, numbers and texts out of bounds."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from workbench.widgets.said import Said, Short, reader

__all__ = [
    "All",
    "Attributes",
    "Back",
    "Close",
    "Counts",
    "Focus",
    "Go",
    "Gone",
    "Message",
    "Open",
    "Part",
    "Ready",
    "Rows",
    "Search",
    "Stop",
    "read",
]


class Ready(Said):
    """A view stands in the page and has nothing yet."""

    type: Literal["ready"]


class Gone(Said):
    """A view has left the page."""

    type: Literal["gone"]


class Search(Said):
    """What resources and attributes are called something like ``text``?"""

    type: Literal["search"]
    text: Short


class Go(Said):
    """Show where ``resource`` is, with its card: in the picture that stands, or in one of its neighbours."""

    type: Literal["go"]
    resource: Short


class Open(Said):
    """Show the card of ``resource``."""

    type: Literal["open"]
    resource: Short


class Close(Said):
    """Put the card away."""

    type: Literal["close"]


class Focus(Said):
    """Draw what lies within ``depth`` references of ``resource``."""

    type: Literal["focus"]
    resource: Short
    depth: int = Field(ge=1, le=3)


class Part(Said):
    """Draw the resources of one part of the overview."""

    type: Literal["part"]
    name: Short


class All(Said):
    """Draw every resource."""

    type: Literal["all"]


class Back(Said):
    """Return to the picture at ``step`` of the trail, 0 the first."""

    type: Literal["back"]
    step: int = Field(ge=0, le=1000)


class Attributes(Said):
    """Draw boxes with these attributes."""

    type: Literal["attributes"]
    extent: Literal["keys", "all", "none"]


class Counts(Said):
    """How many rows have the resources that are drawn?"""

    type: Literal["counts"]


class Rows(Said):
    """A page of the rows of ``resource``, after the ``first`` ones; ``request`` comes back with it."""

    type: Literal["rows"]
    resource: Short
    first: int = Field(default=0, ge=0, le=10**15)
    sort: Short = ""
    descending: bool = False
    request: int = Field(default=0, ge=0, le=10**9)


class Stop(Said):
    """Stop reading rows."""

    type: Literal["stop"]


Message: TypeAlias = (
    Ready | Gone | Search | Go | Open | Close | Focus | Part | All | Back | Attributes | Counts | Rows | Stop
)

_read = reader(Message, "explorer")


def read(content: object) -> Message:
    """``content`` as a message.

    >>> read({"type": "focus", "resource": "order", "depth": 2})
    Focus(type='focus', resource='order', depth=2)

    Raises:
        VerificationError: it is none; the problem (code ``refused_message``) says what is wrong with it.
    """
    return _read(content)  # type: ignore[no-any-return]
