"""YAML from outside, read as strictly as JSON, and JSON's values written as YAML in blocks.

Read with the parser of libyaml (PyYAML) but the rules of YAML 1.2: ``no`` and ``2026-01-01`` are text. Tags, anchors, aliases and several
documents in one text are refused, so nothing is built, executed or multiplied. Written so that readers of YAML 1.1 find the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from workbench.errors import Problem, VerificationError
from workbench.language.json_text import MOST_NESTED, Doubled, Json, in_quotes, refuse_empty, refuse_long, too_deep
from workbench.language.places import Place, Spot

if TYPE_CHECKING:
    from yaml import Event, Mark

__all__ = ["parse_yaml", "write_yaml", "yaml_spots"]


def parse_yaml(text: str, called: str = "text") -> tuple[Json, tuple[Doubled, ...]]:
    """The value ``text`` holds, and the objects in it that have some key more than once. ``called`` is the file it is from, for messages.

    >>> parse_yaml("a: [1, ~, no]")
    ({'a': [1, None, 'no']}, ())

    Raises:
        VerificationError: the text is empty, too long, no YAML, nested more than ``MOST_NESTED`` deep, or holds what JSON does not know.
    """
    refuse_empty(text, called)
    refuse_long(text, called)
    root: list[Json] = []
    open_: list[list[Json] | dict[str, Json]] = [root]
    keys: list[str | None] = [None]
    doubled: dict[int, tuple[dict[str, Json], list[str]]] = {}
    for event in _events(text, called):
        match type(event).__name__:
            case "ScalarEvent" | "SequenceStartEvent" | "MappingStartEvent" as kind:
                parent, key = open_[-1], keys[-1]
                if isinstance(parent, dict) and key is None:
                    keys[-1] = key = _key(event, called)
                    if key in parent:
                        doubled.setdefault(id(parent), (parent, []))[1].append(key)
                    continue
                value = _scalar(event, called) if kind == "ScalarEvent" else [] if kind == "SequenceStartEvent" else {}
                if isinstance(parent, list):
                    parent.append(value)
                else:
                    parent[key or ""], keys[-1] = value, None
                if kind != "ScalarEvent":
                    open_.append(value)
                    keys.append(None)
                    if len(open_) > MOST_NESTED + 1:
                        raise too_deep(called, event.start_mark.line + 1, event.start_mark.column + 1)
            case "SequenceEndEvent" | "MappingEndEvent":
                open_.pop()
                keys.pop()
    refuse_empty("x" * len(root), called)  # nothing but comments
    return root[0], tuple(Doubled(found, tuple(dict.fromkeys(keys))) for found, keys in doubled.values())


def yaml_spots(text: str) -> Iterator[Spot]:
    """Every value of a text that is known to be YAML.

    >>> [(spot.steps, spot.value) for spot in yaml_spots("{a: [1]}")][1:]
    [(('a',), Place(line=1, column=5)), (('a', 0), Place(line=1, column=6))]
    """
    steps: list[str | int] = []
    key: Place | None = None
    is_key: list[bool | None] = []  # None in a list
    for event in _events(text, "text"):
        kind = type(event).__name__
        if kind in ("SequenceEndEvent", "MappingEndEvent"):
            steps.pop()
            is_key.pop()
        elif kind in ("ScalarEvent", "SequenceStartEvent", "MappingStartEvent"):
            place = Place(event.start_mark.line + 1, event.start_mark.column + 1)
            if is_key and is_key[-1]:
                steps[-1], key, is_key[-1] = _key(event, "text"), place, False
                continue
            if is_key and is_key[-1] is None:
                steps[-1] = int(steps[-1]) + 1
            elif is_key:
                is_key[-1] = True
            yield Spot(tuple(steps), key or place, place)
            key = None
            if kind != "ScalarEvent":
                steps.append(-1)
                is_key.append(True if kind == "MappingStartEvent" else None)


def _events(text: str, called: str) -> Iterator[Event]:
    """The parser's events. Aliases, anchors, tags and further documents are refused."""
    import yaml

    documents = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            kind = type(event).__name__
            if kind == "AliasEvent" or getattr(event, "anchor", None):
                raise _refused(
                    called, "yaml_alias", "anchors and aliases are not read", "write it out", event.start_mark
                )
            if getattr(event, "tag", None) is not None:
                raise _refused(
                    called, "yaml_tag", "tags are not read", "leave what begins with '!' out", event.start_mark
                )
            documents += kind == "DocumentStartEvent"
            if documents > 1:
                message = "a second document begins here"
                raise _refused(called, "yaml_documents", message, "keep one design a file", event.start_mark)
            yield event
    except yaml.MarkedYAMLError as error:
        message = error.problem or "this is no YAML"
        raise _refused(called, "bad_yaml", message, _COMPARE, error.problem_mark or error.context_mark) from error
    except yaml.reader.ReaderError as error:
        message = f"the character U+{error.character:04X} may not stand in YAML"
        line = text.count("\n", 0, error.position) + 1
        problem = Problem(called, "bad_yaml", message, hint='write it in double quotes as "\\uXXXX"', line=line)
        raise VerificationError([problem]) from error
    except UnicodeEncodeError as error:
        message = "half a character (a lone surrogate) stands in it"
        raise VerificationError([Problem(called, "broken_text", message, hint="write the text anew")]) from error


_COMPARE = "compare with a file the workbench has saved"


def _refused(called: str, code: str, message: str, hint: str, mark: Mark | None) -> VerificationError:
    line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
    return VerificationError([Problem(called, code, message, hint=hint, line=line, column=column)])


def _key(event: Any, called: str) -> str:
    value = _scalar(event, called) if type(event).__name__ == "ScalarEvent" else None
    if isinstance(value, str):
        return value
    raise _refused(called, "bad_key", "a key is text", "put it in quotes", event.start_mark)


_WORDS = {"": None, "~": None} | {
    form: value
    for word, value in {"null": None, "true": True, "false": False}.items()
    for form in (word, word.capitalize(), word.upper())
}
_MAY_BE_OTHER = frozenset("-+.0123456789~nNtTfF")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def _scalar(event: Any, called: str) -> Json:
    """The value of a scalar by the core schema of YAML 1.2."""
    text: str = event.value
    if event.style or (text and text[0] not in _MAY_BE_OTHER):
        return text
    if text in _WORDS:
        return _WORDS[text]
    try:
        if _INTEGER.fullmatch(text):
            return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
        if _NO_NUMBER.fullmatch(text) or (_FLOAT.fullmatch(text) and math.isinf(float(text))):
            raise ValueError(f"{text[:40]} is no number that JSON knows")
        return float(text) if _FLOAT.fullmatch(text) else text
    except ValueError as error:
        raise _refused(
            called, "bad_number", str(error), "write a number JSON knows, or quote it", event.start_mark
        ) from error


# Writing.

_WIDTH = 120
_LONGEST_KEY = 900
"""A parser looks at most 1,024 characters ahead for the colon that makes a text a key."""


def write_yaml(value: Json) -> str:
    """``value`` as YAML text in blocks; a list of plain values stands on one line where it fits into 120 columns.

    >>> print(write_yaml({"a": ["1", 2], "b": [{"c": "x > 0", "d": None}]}), end="")
    a: ["1", 2]
    b:
      - c: x > 0
        d: null
    """
    if isinstance(value, dict | list) and value:
        return "\n".join(_lines(value)) + "\n"
    return _written(value, "") + "\n"


def _lines(value: dict[str, Json] | list[Json], margin: str = "") -> Iterator[str]:
    inner = margin + "  "
    for key, each in value.items() if isinstance(value, dict) else ((None, each) for each in value):
        lead, rest = margin + "-", margin + "  "
        if key is not None:
            name = _quoted(key, is_key=True)
            if len(name) > _LONGEST_KEY:
                yield f"{margin}? {name}"
                name = ""
            lead, rest = f"{margin}{name}:", inner
        flow = _flow(each, len(lead))
        if flow is not None:
            yield f"{lead} {flow}"
        elif not isinstance(each, dict | list):
            yield f"{lead} {_written(each, rest)}"
        elif key is None:
            first, *others = _lines(each, rest)
            yield f"{lead} {first[len(rest) :]}"
            yield from others
        else:
            yield lead
            yield from _lines(each, inner)


def _flow(value: Json, used: int) -> str | None:
    """``value`` on the line, where it is empty or a short list of plain values."""
    if not isinstance(value, dict | list):
        return None
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, dict) or any(isinstance(each, dict | list) for each in value):
        return None
    line = "[" + ", ".join(_quoted(each, True) if isinstance(each, str) else _written(each, "") for each in value) + "]"
    return line if used + len(line) < _WIDTH else None


def _written(value: Json, margin: str) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _block(value, margin) or _quoted(value)
        case float():
            text = repr(value)  # YAML 1.1 knows no 1e16
            return text.replace("e", ".0e") if "e" in text and "." not in text else text
        case dict() | list():
            return _flow(value, 0) or ""
        case _:
            return str(value)


def _block(text: str, margin: str) -> str | None:
    """A text of several lines, each on its own, where YAML keeps them as they are."""
    if "\n" not in text or text[0] in " \t\n" or not text.replace("\n", "").replace("\t", "").isprintable():
        return None
    end = "" if text.endswith("\n") else "-"
    body = text.removesuffix("\n")
    if body.endswith("\n") or not margin:
        return None
    return "\n".join([f"|{end}", *(margin + line if line else "" for line in body.split("\n"))])


_OTHER = frozenset(["", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "---", "..."])
"""What a reader of YAML 1.1 or 1.2 takes for something else than text, in any case of its letters."""
_PLAIN = re.compile(r"[^\W\d]|[(/$]")
_NOT_PLAIN = re.compile(r": |:\Z| #|\s\Z|\t")
_NOT_IN_LINE = re.compile(r"[,\[\]{}:#?]")


def _quoted(text: str, is_inside: bool = False, is_key: bool = False) -> str:
    """``text`` as it is where every reader takes it for that text; in double quotes elsewhere, what cannot be seen as escapes."""
    is_plain = (
        _PLAIN.match(text)
        and text.isprintable()
        and text.lower() not in _OTHER
        and not _NOT_PLAIN.search(text)
        and not ((is_inside or is_key) and _NOT_IN_LINE.search(text))
    )
    if is_plain:
        return text
    return in_quotes(text)
