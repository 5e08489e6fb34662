"""What every element of a design has in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints

from workbench.errors import NotFoundError
from workbench.views import View, Viewable

__all__ = ["Count", "Element", "Flag", "Frozen", "Name", "find", "register_card"]

Name = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""Any printable text: names stay as they are in the data, and every target quotes them."""

Flag = Annotated[bool, Strict()]
"""True or false, never a word or a number that stands for it."""

Count = Annotated[int, Field(ge=0, strict=True)]
"""A whole number from zero."""


class Frozen(BaseModel):
    """A value: it never changes, it has no unknown fields, and equal contents are equal."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, ser_json_timedelta="iso8601")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """The same value with the fields of ``update`` (not validated); nothing worked out for the original is kept."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


_card: list[Callable[[Element], View]] = []


def register_card(card: Callable[[Element], View]) -> None:
    """Make ``card`` the function that turns an element into its view; ``workbench.model`` does so on import.

    Views of elements need all kinds of elements, so they stand above them and are handed down here.
    """
    _card[:] = [card]


class Element(Frozen, Viewable):
    """A named part of a design.

    ``was`` is the name it was born with, kept when it differs from today's: so a rename is a rename, never a drop and an add.
    """

    name: Name
    label: str = ""
    description: str = ""
    was: str = Field(default="", description="the name at birth, when it differs")

    @property
    def birth_name(self) -> str:
        """The name this element was born with: its identity among its siblings."""
        return self.was or self.name

    def view(self) -> View:
        """Everything that was said about this element: a domain with its picture, a resource with its parts."""
        return _card[0](self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def __str__(self) -> str:
        return self.name


E = TypeVar("E", bound=Element)


def find(kind: str, elements: tuple[E, ...], name: str) -> E:
    """The element called ``name``.

    Raises:
        NotFoundError: there is none; the error names the nearest.
    """
    for element in elements:
        if element.name == name:
            return element
    raise NotFoundError(kind, name, [element.name for element in elements])
