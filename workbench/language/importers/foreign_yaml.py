"""Foreign YAML, read as JSON would be, and more leniently than our own: keys may be numbers (``200:``), and anchors are shared.

Bounded in size and depth, however its aliases multiply; tags are not looked at, so that nothing but plain data comes out.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import Problem, VerificationError
from workbench.language.json_text import MOST_NESTED, Json

__all__ = ["parse_yaml"]

_MOST_VALUES = 5_000_000
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?\Z")
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is not closed yet. ``size`` counts what its aliases stand for, so that no bomb goes off later."""

    value: Any
    anchor: str | None
    line: int
    pointer: tuple[str | int, ...] = ()
    size: int = 1
    key: str | None = None
    keys: set[str] = field(default_factory=set)


def parse_yaml(text: str, name: str, lines: dict[tuple[str | int, ...], int] | None = None) -> Json:
    """The first document of ``text`` (called ``name``); where its values stand goes into ``lines``.

    >>> parse_yaml("{a: &x [1, 2.5], b: *x, c: no}", "text")
    {'a': [1, 2.5], 'b': [1, 2.5], 'c': 'no'}

    Raises:
        VerificationError: the text is no YAML, nested more than ``MOST_NESTED`` deep, or has more than 5,000,000 values.
    """
    import yaml

    try:
        return _Reader(name, lines).read(text, yaml)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        told = str(getattr(error, "problem", None) or "it cannot be read")
        line = None if mark is None else mark.line + 1
        raise _refused(name, "bad_yaml", f"this is no YAML: {told}", "correct it there", line) from error
    except (RecursionError, UnicodeError) as error:
        raise _refused(name, "bad_yaml", f"this is no YAML: {error}", "save it as UTF-8 text") from error


def _refused(name: str, code: str, message: str, hint: str, line: int | None = None) -> VerificationError:
    return VerificationError([Problem(name, code, message, hint=hint, line=line)], name)


class _Reader:
    """Events to values, without recursion."""

    def __init__(self, name: str, lines: dict[tuple[str | int, ...], int] | None) -> None:
        self.name, self.lines = name, lines
        self.anchors: dict[str, tuple[Json, int]] = {}
        self.open: list[_Open] = [_Open([], None, 1)]

    def read(self, text: str, yaml: Any) -> Json:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            line = event.start_mark.line + 1
            match event:
                case yaml.ScalarEvent():
                    self.place(_scalar(event), 1, line, event.anchor)
                case yaml.AliasEvent():
                    if event.anchor not in self.anchors:
                        message = f"no value before it is called {event.anchor!r}"
                        raise _refused(self.name, "bad_yaml", message, "define the anchor", line)
                    self.place(*self.anchors[event.anchor], line, None)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    value: Json = {} if isinstance(event, yaml.MappingStartEvent) else []
                    self.open.append(_Open(value, event.anchor, line, self.pointer()))
                    if len(self.open) > MOST_NESTED:
                        hint = "is this a description of data?"
                        raise _refused(
                            self.name,
                            "too_deep",
                            f"values stand more than {MOST_NESTED} deep in one another",
                            hint,
                            line,
                        )
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    closed = self.open.pop()
                    self.place(closed.value, closed.size, closed.line, closed.anchor)
                case yaml.DocumentEndEvent():
                    break
        return self.open[0].value[0] if self.open[0].value else None

    def place(self, value: Json, size: int, line: int, anchor: str | None) -> None:
        """``value`` stands in the innermost open container, or is the key of what comes next there."""
        if anchor:
            self.anchors[anchor] = value, size
        around = self.open[-1]
        around.size += size
        if around.size > _MOST_VALUES:
            message = f"it stands for more than {_MOST_VALUES:,} values"
            raise _refused(self.name, "too_large", message, "do aliases multiply it?", line)
        if isinstance(around.value, dict) and around.key is None:
            around.key = "" if value is None else str(value)
            if self.lines is not None:
                self.lines[self.pointer()] = line
            return
        if self.lines is not None:
            self.lines.setdefault(self.pointer(), line)
        if isinstance(around.value, list):
            around.value.append(value)
            return
        key, around.key = str(around.key), None
        if key == "<<":
            for each in value if isinstance(value, list) else [value]:
                around.value.update(
                    {k: v for k, v in each.items() if k not in around.value} if isinstance(each, dict) else {}
                )
        elif key in around.keys:
            raise _refused(self.name, "doubled_key", f"a mapping has the key {key!r:.80} twice", "remove one", line)
        else:
            around.keys.add(key)
            around.value[key] = value

    def pointer(self) -> tuple[str | int, ...]:
        """Where the next value stands."""
        around = self.open[-1]
        if len(self.open) == 1:
            return ()
        return (*around.pointer, len(around.value) if isinstance(around.value, list) else str(around.key))


def _scalar(event: Any) -> Json:
    """What a scalar says, by YAML's core rules: only plain ones are anything but text."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text.lower() in _WORDS and text in (text.lower(), text.title(), text.upper()):
        return _WORDS[text.lower()]
    if _INTEGER.match(text):
        return int(text)
    number = float(text) if _FLOAT.match(text) else math.inf
    return text if math.isinf(number) else number
