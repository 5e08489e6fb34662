"""JSON from outside, read strictly: UTF-8, bounded in size and depth, no key twice, no number that is none.

``json`` alone lets the last of two equal keys win, reads ``NaN`` and turns ``1e400`` into infinity; none of these is JSON that
means what its writer meant.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from workbench.errors import Problem, VerificationError

__all__ = [
    "MOST_BYTES",
    "MOST_CHARACTERS",
    "MOST_NESTED",
    "Doubled",
    "Json",
    "in_quotes",
    "is_deeper",
    "layout",
    "parse_json",
    "read_text",
    "refuse_empty",
    "refuse_long",
    "too_deep",
]

MOST_BYTES = 100_000_000
MOST_CHARACTERS = 10_000_000
"""So much is read of formats that take longer than JSON."""
MOST_NESTED = 100

Json: TypeAlias = Any
"""What JSON text holds: dict, list, str, int, float, bool or None."""


class Doubled(NamedTuple):
    """An object whose text had each of ``doubled`` more than once; the last value stands."""

    found: dict[str, Json]
    doubled: tuple[str, ...]


def read_text(path: Path) -> str:
    """The text of the file at ``path``, without a byte order mark.

    Raises:
        VerificationError: there is no such file, it is a folder, too large, not UTF-8 or cannot be read.
    """

    def refused(code: str, message: str, hint: str) -> VerificationError:
        return VerificationError([Problem(path.name or str(path), code, message, hint=hint)], str(path))

    try:
        if path.is_dir():
            raise refused("not_a_file", "this is a folder, and no saved design", "name the file inside it")
        if not path.exists():
            raise refused("no_such_file", "there is no such file", "check the name and the folder it is in")
        if not path.is_file():
            raise refused("not_a_file", "this is a device or a pipe", "name a regular file")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise refused("unreadable", f"the file cannot be read: {error}", "check its name and permissions") from error
    if len(content) > MOST_BYTES:
        raise refused("too_large", f"the file has more than {MOST_BYTES:,} bytes", "is this a saved design?")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8"
        raise refused("not_utf8", message, "save the file in the encoding UTF-8") from error


def parse_json(text: str, called: str = "text") -> tuple[Json, tuple[Doubled, ...]]:
    """The value ``text`` holds, and the objects in it that have some key more than once. ``called`` is the file it is from, for messages.

    >>> parse_json('{"a": [1, null]}')
    ({'a': [1, None]}, ())

    Raises:
        VerificationError: the text is empty, no JSON, nested more than ``MOST_NESTED`` deep, or has numbers JSON does not know.
    """
    text = text.removeprefix("\ufeff")
    refuse_empty(text, called)
    doubled: list[Doubled] = []

    def as_object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            doubled.append(Doubled(found, tuple(key for key, count in counts.items() if count > 1)))
        return found

    try:
        value = json.loads(text, object_pairs_hook=as_object, parse_constant=_no_number, parse_float=_finite)
    except json.JSONDecodeError as error:
        hint = "compare with a file the workbench has saved"
        problem = Problem(called, "bad_json", error.msg, hint=hint, line=error.lineno, column=error.colno)
        raise VerificationError([problem]) from error
    except RecursionError as error:
        raise too_deep(called) from error
    except ValueError as error:
        problem = Problem(called, "bad_number", str(error), hint="write a number JSON knows, or null")
        raise VerificationError([problem]) from error
    if is_deeper(value):
        raise too_deep(called)
    return value, tuple(doubled)


def refuse_empty(text: str, called: str) -> None:
    """Raises ``VerificationError`` where ``text``, from a file ``called`` so, holds nothing but white space."""
    if not text.removeprefix("\ufeff").strip():
        raise VerificationError([Problem(called, "empty_file", "there is nothing in it", hint="name a saved design")])


def refuse_long(text: str, called: str) -> None:
    """Raises ``VerificationError`` where ``text``, from a file ``called`` so, takes too long to read in a format slower than JSON."""
    if len(text) > MOST_CHARACTERS:
        message = f"the text has more than {MOST_CHARACTERS:,} characters"
        raise VerificationError(
            [Problem(called, "too_large", message, hint="is this a saved design? JSON may be longer")]
        )


def too_deep(called: str, line: int | None = None, column: int | None = None) -> VerificationError:
    """The error of a text, from a file ``called`` so, that is nested too deep."""
    message = f"objects and lists stand more than {MOST_NESTED} deep in one another"
    return VerificationError(
        [Problem(called, "too_deep", message, hint="is this a saved design?", line=line, column=column)]
    )


def _no_number(word: str) -> Json:
    raise ValueError(f"{word} is not a JSON value")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:40]} is too large for a number")
    return number


def is_deeper(value: Json, most: int = MOST_NESTED) -> bool:
    """Whether objects and lists stand more than ``most`` deep in one another.

    >>> is_deeper([[1]], most=1), is_deeper([[1]], most=2)
    (True, False)
    """
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(most):
        if not level:
            return False
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
    return bool(level)


_WIDTH = 120


def layout(value: Json, indent: int = 0) -> str:
    """``value`` as JSON text that people can read and compare: an object or a list of plain values stands on one line where it fits
    into 120 columns, and every object in a list begins a line of its own.

    >>> print(layout({"a": [1, 2], "b": [{"c": 3}]}))
    {
      "a": [1, 2],
      "b": [
        {"c": 3}
      ]
    }
    """
    if not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, dict):
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {layout(each, indent + 2)}" for key, each in value.items()]
        is_flat = indent > 0
    else:
        parts = [layout(each, indent + 2) for each in value]
        is_flat = not any(isinstance(each, dict) for each in value)
    width = indent + sum(map(len, parts)) + 2 * len(parts)
    if is_flat and width <= _WIDTH and not any("\n" in part for part in parts):
        return opening + ", ".join(parts) + closing
    margin = "\n" + " " * indent
    return opening + ",".join(f"{margin}  {part}" for part in parts) + margin + closing


def in_quotes(text: str) -> str:
    """``text`` as YAML and TOML read it between double quotes; what cannot be seen is an escape.

    >>> print(in_quotes('a "b"' + chr(0x202e) + chr(127)))
    "a \\"b\\"\\u202e\\u007f"
    """
    quoted = json.dumps(text, ensure_ascii=False)
    return quoted if quoted.isprintable() else "".join(map(_visible, quoted))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
