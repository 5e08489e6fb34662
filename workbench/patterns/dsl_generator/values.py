"""Values written in words, each held against the type it is for; and the record that is meant, by its key or by an identity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workbench.errors import VerificationError
from workbench.expression import parse
from workbench.expression.literals import LITERALS, read_literal
from workbench.model import Attribute, Resource
from workbench.model.expression import Constant, Scalar, write
from workbench.model.types import EnumType, Type, storage, type_text
from workbench.model.verify.constants import constant, fits, outside
from workbench.patterns.dsl_generator.vocabulary import Member, Vocabulary
from workbench.patterns.dsl_generator.words import Cursor, Entry, Offer, Phrases, bare, said, spoken

__all__ = ["MISSING", "Chosen", "chosen", "missing", "value", "value_text"]


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""What a value is that could not be read; its problem is noted."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The record of ``resource`` that has these values: of its key, or of one of its identities."""

    resource: str
    values: tuple[tuple[str, Scalar], ...]
    is_key: bool = True

    def __str__(self) -> str:
        listed = ", ".join(value_text(each) for _, each in self.values)
        if self.is_key:
            return listed if len(self.values) == 1 else f"({listed})"
        return ", ".join(f"{said(name)} {value_text(each)}" for name, each in self.values)


def value_text(value_: Scalar) -> str:
    """A value as the language writes it; every attribute reads a text as what it is for, so moments need no word before them.

    >>> value_text("it's"), value_text(dt.date(2026, 1, 31)), value_text(dt.time(9, 30))
    ("'it''s'", '2026-01-31', "'09:30:00'")
    """
    text = write(Constant(value_))
    match value_:
        case dt.datetime():
            return text.split("'")[1].replace(" ", "T")
        case dt.date():
            return text.split("'")[1]
        case str() | bool() | int() | None:
            return text
    return f"'{text.split(chr(39))[1]}'" if "'" in text else text


def value(cursor: Cursor, type_: Type | None, attribute: Attribute | None = None) -> Scalar | _Missing:
    """The value that stands here, as one of ``type_`` (any, where None); ``MISSING``, with its problem noted, where none does."""
    cursor.offer(_described(type_), lambda: _offered(type_))
    start = cursor.token.start
    found = _literal(cursor, type_)
    if isinstance(found, _Missing) or type_ is None or found is None:
        return found
    word = "interval" if storage(type_) == "duration" else storage(type_)
    if isinstance(found, str) and word in LITERALS:
        try:
            return read_literal(word, found)
        except (ValueError, OverflowError) as error:
            cursor.problem("bad_literal", f"{found!r} is no {type_text(type_)}: {error}", start)
            return MISSING
    whole = isinstance(found, dt.date) and storage(type_) in ("timestamp", "local_timestamp")
    if not fits(type_, found) and not (whole and not isinstance(found, dt.datetime)):
        is_enum = isinstance(type_, EnumType)
        told = f"is none of {_described(type_)[11:]}" if is_enum else f"is no {_described(type_)[2:]}"
        cursor.problem("unfit_value", f"{value_text(found)} {told}", start, _hint(type_, found))
        return MISSING
    broken = "" if attribute is None else outside(attribute.constraints, found)
    if broken:
        cursor.problem("unfit_value", f"{value_text(found)} {broken} of {attribute.name if attribute else ''}", start)
        return MISSING
    return found


def _literal(cursor: Cursor, type_: Type | None) -> Scalar | _Missing:
    token = cursor.token
    if token.kind == "NAME" and isinstance(type_, EnumType) and token.text in type_.names:
        cursor.at += 1
        return token.text
    size = _size(cursor)
    if not size:
        cursor.unexpected(hint=_hint(type_, None) if token.kind == "NAME" else "")
        return MISSING
    text = cursor.text[token.start : cursor.ahead(size - 1).end]
    cursor.at += size
    try:
        node = constant(parse(bare(token.kind, text)))
    except VerificationError as error:
        cursor.problem(error.problems[0].code, error.problems[0].message, token.start, error.problems[0].hint)
        return MISSING
    return MISSING if node is None else node.value


def _size(cursor: Cursor) -> int:
    """How many tokens the value here has; 0 where there is none."""
    token, following = cursor.token, cursor.ahead(1)
    if token.kind in ("NUMBER", "STRING", "DATE", "TIMESTAMP") or token.lower in ("true", "false", "null"):
        return 1
    if token.text == "-" and following.kind == "NUMBER":
        return 2
    return 2 * (token.lower in LITERALS and following.kind == "STRING")


def missing(found: object) -> bool:
    """Whether a value could not be read."""
    return isinstance(found, _Missing)


def _described(type_: Type | None) -> str:
    if type_ is None:
        return "a value"
    if isinstance(type_, EnumType):
        return f"a value of {', '.join(type_.names[:6])}{' …' * (len(type_.names) > 6)}"
    return f"a value of type {type_text(type_)}"


def _offered(type_: Type | None) -> Iterator[Offer]:
    if isinstance(type_, EnumType):
        yield from (Offer(value_text(each.name), "value", each.label) for each in type_.values)
    elif type_ is not None and storage(type_) == "boolean":
        yield from (Offer(each, "value") for each in ("true", "false"))


def _hint(type_: Type | None, found: Scalar) -> str:
    if type_ is None:
        return "texts stand in single quotes"
    if isinstance(type_, EnumType):
        return f"one of {', '.join(map(value_text, type_.names))}"
    examples = {
        "string": "texts stand in single quotes: 'Ann'", "text": "texts stand in single quotes: 'Ann'", "integer": "such as 7",
        "decimal": "such as 12.50", "float": "such as 1.5", "boolean": "true or false", "date": "such as 2026-01-31",
        "timestamp": "such as 2026-01-31T09:30:00Z", "local_timestamp": "such as 2026-01-31T09:30:00", "time": "such as '09:30:00'",
        "duration": "such as '2 hours'", "uuid": "such as '12345678-1234-1234-1234-123456789abc'", "json": "JSON in single quotes: '{}'",
    }  # fmt: skip
    return examples.get(storage(type_), "it can be given from Python only")


# --- records --------------------------------------------------------------------------------------------------------------------


def chosen(cursor: Cursor, vocabulary: Vocabulary, resource: Resource, *, inside: bool = False) -> Chosen | None:
    """The record that is meant here: ``7``, ``(7, 2)``, ``with number 'A-7'`` (``inside`` another record's values in parentheses,
    without ``with``); None, with its problem noted, where none is.
    """
    if inside:
        if cursor.symbol("("):
            found = _values_of_key(cursor, resource) if _size(cursor) else _identified(cursor, resource)
            if found is not None and not cursor.symbol(")"):
                cursor.unexpected()
                return None
            return found
    elif cursor.word("with"):
        return _identified(cursor, resource)
    elif cursor.symbol("("):
        found = _values_of_key(cursor, resource)
        if found is not None and not cursor.symbol(")"):
            cursor.unexpected()
            return None
        return found
    if len(resource.key) != 1 or resource.key[0] not in resource.attribute_names:
        hint = (
            f"{said(resource.name)} ({', '.join(resource.key)})" if resource.key else "name it by one of its identities"
        )
        cursor.unexpected(hint=f"the key has {len(resource.key)} parts: {hint}")
        return None
    attribute = resource.attribute(resource.key[0])
    found_ = value(cursor, attribute.type)
    return None if isinstance(found_, _Missing) else Chosen(resource.name, ((attribute.name, found_),))


def _values_of_key(cursor: Cursor, resource: Resource) -> Chosen | None:
    values: list[tuple[str, Scalar]] = []
    for place, name in enumerate(resource.key):
        if name not in resource.attribute_names:
            cursor.unexpected(hint=f"the key names {name}, which is no attribute")
            return None
        if place and not cursor.symbol(","):
            cursor.unexpected(hint=f"the key is ({', '.join(resource.key)})")
            return None
        found = value(cursor, resource.attribute(name).type)
        if isinstance(found, _Missing):
            return None
        values.append((name, found))
    return Chosen(resource.name, tuple(values))


def _identified(cursor: Cursor, resource: Resource) -> Chosen | None:
    """By the attributes of the key or of an identity, in any order."""
    ways = [resource.key, *(each.attributes for each in resource.identities)]
    names = dict.fromkeys(name for way in ways for name in way if name in resource.attribute_names)
    attributes: tuple[Member, ...] = tuple(map(resource.attribute, names))
    entries = (
        Entry(each.name, each, spoken(each.name, each.label), "attribute", "identifies it") for each in attributes
    )
    phrases = Phrases(f"what identifies {said(resource.name)}", entries)
    values: dict[str, Scalar] = {}
    start = cursor.token.start
    while True:
        entry = phrases.take(cursor)
        if entry is None:
            known = " or ".join(", ".join(map(said, way)) for way in ways if way)
            cursor.unexpected("unknown_name", hint=f"say which {said(resource.name)}: by {known}" if known else "")
            return None
        found = value(cursor, resource.attribute(entry.name).type)
        if isinstance(found, _Missing):
            return None
        values[entry.name] = found
        if not cursor.symbol(","):
            break
    if not any(set(way) == {*values} for way in ways if way):
        known = " or ".join(", ".join(map(said, way)) for way in ways if way)
        cursor.problem(
            "not_identified",
            f"{', '.join(values)} does not tell one {said(resource.name)} from another",
            start,
            f"it is told by {known}",
        )
        return None
    is_key = set(resource.key) == {*values}
    return Chosen(resource.name, tuple((name, values[name]) for name in (resource.key if is_key else values)), is_key)
