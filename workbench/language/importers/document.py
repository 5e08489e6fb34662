"""A JSON or YAML document from outside: parsed within bounds, and where each of its values stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from workbench.errors import Problem, VerificationError
from workbench.language.json_text import Json, parse_json
from workbench.language.places import json_spots

__all__ = ["Document", "Pointer", "read_document"]

Pointer: TypeAlias = tuple[str | int, ...]
"""Steps from the root of a document down: keys and indexes."""

_MOST_LINED = 4_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """The value of a document; ``lines`` has the line (from 1) of each value, where the text is not too long to look them up."""

    value: Json
    lines: dict[Pointer, int] = field(default_factory=dict)

    def line(self, pointer: Pointer) -> int | None:
        """The line of the value at ``pointer``, or of the nearest one around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer[:-1]
        return self.lines.get(pointer)


def read_document(text: str, name: str) -> Document:
    """The document ``text`` holds: JSON where it begins like JSON, else YAML.

    YAML is read as JSON would be: mappings, sequences, strings, numbers, truth values and null; anchors are shared, tags are not.

    >>> read_document("a: [1, x]", "text").value
    {'a': [1, 'x']}

    Raises:
        VerificationError: the text is broken, nested too deep, or too large.
    """
    if not text.lstrip().startswith(("{", "[")):
        from workbench.language.importers.foreign_yaml import parse_yaml

        lines: dict[Pointer, int] | None = {} if len(text) <= _MOST_LINED else None
        return Document(parse_yaml(text, name, lines), lines or {})
    value, doubled = parse_json(text, name)
    if doubled:
        names = ", ".join(repr(key) for each in doubled for key in each.doubled[:3])
        problem = Problem(name, "doubled_key", f"an object has a key twice: {names[:200]}", hint="remove one of them")
        raise VerificationError([problem], name)
    return Document(value, {each.steps: each.key.line for each in json_spots(text)} if len(text) <= _MOST_LINED else {})
