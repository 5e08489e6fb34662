"""What every message of a page has in common, and how one is read: whatever is not expected is refused, and said to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from workbench.errors import Problem, VerificationError
from workbench.views import mask

__all__ = ["Said", "Short", "reader"]

Short: TypeAlias = Annotated[str, Field(max_length=300)]
"""A name, or what is typed to find one."""


class Said(BaseModel):
    """A message of the page: no field is guessed, none is ignored. Each kind has a ``type`` of its own."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def reader(kinds: Any, subject: str) -> Callable[[object], Any]:
    """A function that reads a message of one of ``kinds`` (a union told apart by ``type``); ``subject`` is who it is for.

    The function raises ``VerificationError`` (code ``refused_message``) for everything else; the problem says what is wrong with it.
    """
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[kinds, Field(discriminator="type")])

    def read(content: object) -> Any:
        try:
            return adapter.validate_python(content)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            place = ".".join(mask(part, sensitive=False) for part in first["loc"])
            given = content.get("type") if isinstance(content, dict) else content
            about = f"the message {mask(repr(given), sensitive=False)} was refused"
            what = "there is no such message" if first["type"].startswith("union_tag") else first["msg"]
            hint = "nothing was done; run the cell again if the page is older than the kernel"
            problem = Problem(place or "message", "refused_message", f"{about}: {what}", hint=hint)
            raise VerificationError([problem], subject) from error

    return read
