"""Regular expressions that mean the same in RE2, ECMAScript, Rust and Python: what a design's patterns become elsewhere."""

from __future__ import annotations

import re

__all__ = ["whole_match"]

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\\t\\n\\f\\r "}
"""RE2's classes are ASCII; others let them grow with Unicode, so they are written out."""
_PLAIN_ESCAPES = frozenset("\\.+*?()|[]{}^$/-tnrf")


def whole_match(pattern: str) -> str | None:
    """A pattern that matches where RE2's ``pattern`` matches the whole value, said in what all four share; None when it cannot be.

    >>> whole_match(r"\\d{3}-[\\w.]+"), whole_match("(?i)a"), whole_match(r"\\p{Greek}")
    ('^(?:[0-9]{3}-[0-9A-Za-z_.]+)$', None, None)
    """
    parts: list[str] = []
    position = 0
    while position < len(pattern):
        part, position = _bracket(pattern, position) if pattern[position] == "[" else _outside(pattern, position)
        if part is None:
            return None
        parts.append(part)
    whole = f"^(?:{''.join(parts)})$"
    try:
        re.compile(whole)
    except re.error:
        return None
    return whole


def _outside(pattern: str, position: int) -> tuple[str | None, int]:
    character = pattern[position]
    if character == "\\":
        letter = pattern[position + 1 : position + 2]
        if letter.lower() in _CLASSES and letter:
            return f"[{'^' * letter.isupper()}{_CLASSES[letter.lower()]}]", position + 2
        return (pattern[position : position + 2] if letter in _PLAIN_ESCAPES and letter else None), position + 2
    if pattern.startswith("(?", position) and not pattern.startswith("(?:", position):
        return None, position
    if pattern.startswith(("++", "*+", "?+"), position) or (
        character == "{" and not re.match(r"\{\d+(,\d*)?\}", pattern[position:])
    ):
        return None, position
    return ("[^\\n]" if character == "." else character), position + 1


def _bracket(pattern: str, position: int) -> tuple[str | None, int]:
    opening = "[^" if pattern.startswith("[^", position) else "["
    parts, position = [opening], position + len(opening)
    while position < len(pattern) and (pattern[position] != "]" or len(parts) == 1):
        character = pattern[position]
        if character == "\\":
            letter = pattern[position + 1 : position + 2]
            if letter in _CLASSES:
                parts.append(_CLASSES[letter])
            elif letter and letter in _PLAIN_ESCAPES:
                parts.append("\\" + letter)
            else:
                return None, position
            position += 2
            continue
        if pattern.startswith(("[:", "&&", "--", "~~"), position):
            return None, position
        parts.append("\\" + character if character in "[]" else character)
        position += 1
    return ("".join(parts) + "]" if position < len(pattern) else None), position + 1
