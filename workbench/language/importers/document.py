"""A JSON or YAML document from outside: parsed within bounds, and where each of its values stands."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from workbench.errors import Problem, VerificationError
from workbench.language.json_text import Json, parse_json

__all__ = ["Document", "Pointer", "read_document"]

Pointer: TypeAlias = tuple[str | int, ...]
"""Steps from the root of a document down: keys and indexes."""

_MOST_LINED = 4_000_000
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')


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


def read_document(text: str, name: str, *, allow_yaml: bool = False) -> Document:
    """The document ``text`` holds: JSON, or YAML where that is allowed and the text does not begin like JSON.

    YAML is read as JSON would be: mappings, sequences, strings, numbers, truth values and null; anchors are shared, tags are not.

    >>> read_document("a: [1, x]", "text", allow_yaml=True).value
    {'a': [1, 'x']}

    Raises:
        VerificationError: the text is broken, nested too deep, or too large.
    """
    if allow_yaml and not text.lstrip().startswith(("{", "[")):
        from workbench.language.importers.yaml_text import parse_yaml

        lines: dict[Pointer, int] | None = {} if len(text) <= _MOST_LINED else None
        return Document(parse_yaml(text, name, lines), lines or {})
    value, doubled = parse_json(text, name)
    if doubled:
        names = ", ".join(repr(key) for each in doubled for key in each.doubled[:3])
        problem = Problem(name, "doubled_key", f"an object has a key twice: {names[:200]}", hint="remove one of them")
        raise VerificationError([problem], name)
    return Document(value, _json_lines(text) if len(text) <= _MOST_LINED else {})


def _json_lines(text: str) -> dict[Pointer, int]:
    """The line of each value of a JSON text that has been parsed already."""
    lines: dict[Pointer, int] = {}
    line = 1
    stack: list[Any] = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word == "\n":
            line += 1
        elif word in "{[":
            lines[tuple(stack)] = line
            stack.append(0 if word == "[" else None)
        elif word in "}]":
            stack.pop()
        elif word == ",":
            if isinstance(stack[-1], int):
                stack[-1] += 1
            else:
                stack[-1] = None
        elif stack and stack[-1] is None and word != ":":
            stack[-1] = _key(word)
            lines[tuple(stack)] = line
        elif word != ":":
            lines.setdefault(tuple(stack), line)
    return lines


def _key(word: str) -> str:
    return str(json.loads(word)) if "\\" in word else word[1:-1]
