"""A domain as TOML: the document of the JSON format, ``[[resources]]`` a table each, their parts a line each.

TOML has no null, and its integers end at 64 bits. Such a value stands as its JSON text in a table of its own, ``{json = "null"}``, and so
does an object whose only key is ``json``: nothing is lost, whatever an extension holds.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace

from workbench.errors import Problem, VerificationError
from workbench.language.json_format import document_of, domain_of
from workbench.language.json_text import (
    MOST_NESTED,
    Json,
    in_quotes,
    is_deeper,
    parse_json,
    refuse_empty,
    refuse_long,
    too_deep,
)
from workbench.language.places import Places
from workbench.language.toml_places import key_dots, toml_spots
from workbench.model.address import dotted
from workbench.model.domain import Domain

__all__ = ["dumps", "loads", "parse_toml", "write_toml"]


def loads(text: str, called: str = "text") -> Domain:
    """The domain that ``text``, from a file ``called`` so, holds.

    >>> loads('workbench = "domain"\\nformat = 1\\nname = "shop"\\n[[resources]]\\nname = "orders"').resource("orders")
    Resource('orders')

    Raises:
        VerificationError: it holds none; ``problems`` has every mistake found, with path, line and column.
    """
    return domain_of(parse_toml(text, called), called, Places(text, toml_spots))


def dumps(domain: Domain) -> str:
    """``domain`` as TOML text: equal domains give the same text, and ``loads`` gives an equal domain back.

    >>> print(dumps(Domain(name="shop", description="Sells.\\nMostly online.")), end="")
    workbench = "domain"
    format = 1
    name = "shop"
    description = \"\"\"
    Sells.
    Mostly online.\"\"\"

    Raises:
        VerificationError: ``extensions`` hold something JSON cannot carry.
    """
    return write_toml(document_of(domain))


# Reading.

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")
_DOTTED = re.compile(rf"(?:\.[^\n.]*){{{MOST_NESTED}}}")


def parse_toml(text: str, called: str = "text") -> dict[str, Json]:
    """The object ``text`` holds. ``called`` is the file it is from, for messages.

    >>> parse_toml('a = [1, {json = "null"}]')
    {'a': [1, None]}

    Raises:
        VerificationError: the text is empty, too long, no TOML, nested more than ``MOST_NESTED`` deep, or holds what JSON does not know.
    """
    text = text.removeprefix("\ufeff")
    refuse_empty(text, called)
    refuse_long(text, called)
    # Long dotted keys cost a parser the square of their length; one line with so many dots has one, or a long text.
    if _DOTTED.search(text) and key_dots(text) >= MOST_NESTED:
        raise too_deep(called)
    try:
        document = tomllib.loads(text + "\n")  # a mistake at the very end gets its line too
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place and place[1] else (None, None)
        message = _PLACE.sub("", str(error))
        hint = "compare with a file the workbench has saved"
        raise VerificationError([Problem(called, "bad_toml", message, hint=hint, line=line, column=column)]) from error
    except RecursionError as error:
        raise too_deep(called) from error
    except ValueError as error:
        problem = Problem(called, "bad_number", str(error), hint="write a number JSON knows")
        raise VerificationError([problem]) from error
    if is_deeper(document):
        raise too_deep(called)
    problems: list[tuple[tuple[str | int, ...], Problem]] = []
    found: dict[str, Json] = _read(document, (), problems)
    if problems:
        spots = Places(text, toml_spots).find([steps for steps, _ in problems])
        raise VerificationError(
            replace(each, line=spots[steps].value.line, column=spots[steps].value.column) if steps in spots else each
            for steps, each in problems
        )
    if is_deeper(found):
        raise too_deep(called)
    return found


def _read(value: Json, steps: tuple[str | int, ...], problems: list[tuple[tuple[str | int, ...], Problem]]) -> Json:
    """``value`` as JSON has it; what JSON has no word for goes into ``problems``."""

    def refuse(code: str, message: str, hint: str) -> None:
        problems.append((steps, Problem(dotted(*steps), code, message, hint=hint)))

    match value:
        case {"json": str() as text} if len(value) == 1 and steps:
            try:
                found, doubled = parse_json(text)
            except VerificationError as error:
                refuse(
                    "bad_json", f"'json' holds no JSON: {error.problems[0].message}", 'write null as {json = "null"}'
                )
                return None
            if doubled:
                refuse("duplicate_field", f"{doubled[0].doubled[0][:80]!r} is said more than once", "keep one of them")
            return found
        case dict():
            return {key: _read(each, (*steps, key), problems) for key, each in value.items()}
        case list():
            return [_read(each, (*steps, index), problems) for index, each in enumerate(value)]
        case dt.date() | dt.time():
            refuse("wrong_type", f"this is the date or time {value}", "put it in quotes")
        case float() if not math.isfinite(value):
            refuse("bad_number", f"{value} is no number that JSON knows", "write a number JSON knows")
    return value


# Writing.

_WIDTH = 120
_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def write_toml(document: dict[str, Json]) -> str:
    """``document`` as TOML text: objects at its top are tables, and so are those in lists there; below, each object in a list has a line.

    >>> print(write_toml({"a": 1, "b": [{"c": [{"d": None}, {"d": 2}]}]}), end="")
    a = 1
    <BLANKLINE>
    [[b]]
    c = [
      {d = {json = "null"}},
      {d = 2},
    ]
    """
    return "\n".join(_lines({key: _carried(each) for key, each in document.items()}, ())).removeprefix("\n") + "\n"


def _carried(value: Json) -> Json:
    """``value`` in words that TOML has."""
    if value is None or (isinstance(value, int) and not _SMALLEST <= value <= _LARGEST):
        return {"json": json.dumps(value)}
    if isinstance(value, dict):
        if value.keys() == {"json"}:
            return {"json": json.dumps(value, ensure_ascii=False)}
        return {key: _carried(each) for key, each in value.items()}
    return [_carried(each) for each in value] if isinstance(value, list) else value


def _lines(table: dict[str, Json], prefix: tuple[str, ...]) -> Iterator[str]:
    """Those of a table: what is plain first, as TOML wants it, then tables of its own."""
    is_domain = all(step == "domains" for step in prefix)
    kinds = {key: _kind(each) if is_domain or prefix[-1] == "extensions" else "" for key, each in table.items()}
    if not is_domain:
        kinds = {key: "" if kind == "tables" else kind for key, kind in kinds.items()}
    for key, each in table.items():
        if not kinds[key]:
            yield f"{_key(key)} = {_written(each, len(_key(key)) + 3)}"
    for key, kind in kinds.items():
        path = (*prefix, key)
        header = ".".join(map(_key, path))
        if kind == "table":
            inner = list(_lines(table[key], path))
            yield from inner if inner[0].startswith("\n") else [f"\n[{header}]", *inner]
        for each in table[key] if kind == "tables" else ():
            yield f"\n[[{header}]]"
            yield from _lines(each, path)


def _kind(value: Json) -> str:
    """``table`` or ``tables`` where ``value`` may stand under a header of its own."""
    if isinstance(value, dict) and value and value.keys() != {"json"}:
        return "table"
    is_list = isinstance(value, list) and value
    return "tables" if is_list and all(isinstance(each, dict) and each.keys() != {"json"} for each in value) else ""


def _written(value: Json, used: int) -> str:
    """``value`` behind ``used`` columns of a line."""
    if isinstance(value, str) and "\n" in value and value.replace("\n", "").replace("\t", "").isprintable():
        text = value.replace("\\", "\\\\").replace('"""', '""\\"')
        return f'"""\n{text[:-1]}\\""""' if text.endswith('"') else f'"""\n{text}"""'
    line = _inline(value)
    if isinstance(value, list) and value and (used + len(line) > _WIDTH or isinstance(value[0], dict)):
        return "[\n" + "".join(f"  {_inline(each)},\n" for each in value) + "]"
    return line


def _inline(value: Json) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return in_quotes(value)
        case dict():
            return "{" + ", ".join(f"{_key(key)} = {_inline(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_inline, value)) + "]"
        case _:
            return repr(value)


def _key(key: str) -> str:
    return key if _BARE.match(key) else in_quotes(key)
