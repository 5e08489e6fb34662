"""What the front end may say to the explorer. Everything else is refused: unknown kinds, wrong types, numbers and texts out of bounds."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from workbench.errors import Problem, VerificationError
from workbench.views import mask

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

Text: TypeAlias = Annotated[str, Field(max_length=300)]


class _Said(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Ready(_Said):
    """A view stands in the page and has nothing yet."""

    type: Literal["ready"]


class Gone(_Said):
    """A view has left the page."""

    type: Literal["gone"]


class Search(_Said):
    """What resources and attributes are called something like ``text``?"""

    type: Literal["search"]
    text: Text


class Go(_Said):
    """Show where ``resource`` is, with its card: in the picture that stands, or in one of its neighbours."""

    type: Literal["go"]
    resource: Text


class Open(_Said):
    """Show the card of ``resource``."""

    type: Literal["open"]
    resource: Text


class Close(_Said):
    """Put the card away."""

    type: Literal["close"]


class Focus(_Said):
    """Draw what lies within ``depth`` references of ``resource``."""

    type: Literal["focus"]
    resource: Text
    depth: int = Field(ge=1, le=3)


class Part(_Said):
    """Draw the resources of one part of the overview."""

    type: Literal["part"]
    name: Text


class All(_Said):
    """Draw every resource."""

    type: Literal["all"]


class Back(_Said):
    """Return to the picture at ``step`` of the trail, 0 the first."""

    type: Literal["back"]
    step: int = Field(ge=0, le=1000)


class Attributes(_Said):
    """Draw boxes with these attributes."""

    type: Literal["attributes"]
    extent: Literal["keys", "all", "none"]


class Counts(_Said):
    """How many rows have the resources that are drawn?"""

    type: Literal["counts"]


class Rows(_Said):
    """A page of the rows of ``resource``, after the ``first`` ones; ``request`` comes back with it."""

    type: Literal["rows"]
    resource: Text
    first: int = Field(default=0, ge=0, le=10**15)
    sort: Text = ""
    descending: bool = False
    request: int = Field(default=0, ge=0, le=10**9)


class Stop(_Said):
    """Stop reading rows."""

    type: Literal["stop"]


Message: TypeAlias = (
    Ready | Gone | Search | Go | Open | Close | Focus | Part | All | Back | Attributes | Counts | Rows | Stop
)

_reader: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="type")])


def read(content: object) -> Message:
    """``content`` as a message.

    >>> read({"type": "focus", "resource": "order", "depth": 2})
    Focus(type='focus', resource='order', depth=2)

    Raises:
        VerificationError: it is none; the problem (code ``refused_message``) says what is wrong with it.
    """
    try:
        return _reader.validate_python(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(mask(part, sensitive=False) for part in first["loc"])
        given = content.get("type") if isinstance(content, dict) else content
        about = f"the message {mask(repr(given), sensitive=False)} was refused"
        what = "there is no such message" if first["type"].startswith("union_tag") else first["msg"]
        hint = "nothing was done; run the cell again if the page is older than the kernel"
        problem = Problem(place or "message", "refused_message", f"{about}: {what}", hint=hint)
        raise VerificationError([problem], "explorer") from error
