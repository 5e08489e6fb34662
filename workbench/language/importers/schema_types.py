"""What a flattened JSON Schema says of one value: its type, and the constraints, default and rules an attribute can keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from workbench.language.importers.naming import shown
from workbench.language.importers.schema_merge import Flat, Schema
from workbench.language.importers.shapes import JSON, constant_of, decimal, enum, scalar
from workbench.model import Constraints, EnumType, Type
from workbench.model.expression import Binary, BinaryOperator, Constant, In, Node, Path
from workbench.model.types import parse_type, storage
from workbench.model.verify.constants import pattern_mistake

__all__ = ["constraints", "described", "labelled", "plain_type", "whole_pattern"]

Tell = Callable[[str, str, str, str], None]

_FORMATS = {
    "date": "date", "date-time": "timestamp", "time": "time", "duration": "duration", "uuid": "uuid", "email": "email", "idn-email": "email",
    "uri": "url", "uri-reference": "url", "url": "url", "iri": "url", "ipv4": "ip_address", "ipv6": "ip_address", "byte": "binary",
    "binary": "binary", "base64": "binary", "decimal": "decimal", "phone": "phone", "tel": "phone", "json": "json", "text": "text",
}  # fmt: skip
_PLAIN = frozenset(("password", "hostname", "idn-hostname", "regex", "json-pointer", "string", "html", "markdown"))
"""Formats of text that say nothing the vocabulary has a word for, or nothing about the form."""
_NUMBERS = {"float": "float", "double": "float", "decimal": "decimal", "money": "decimal", "currency": "decimal"}


def plain_type(flat: Flat, path: str, tell: Tell) -> Type | None:
    """The type of a value that is no object and no list; None where it is one of these."""
    words = flat.words
    if isinstance(own := words.get("x-workbench-type"), str):
        try:
            return parse_type(own)
        except ValueError as error:
            tell(path, "unknown_type", str(error), "")
    if flat.others:
        kinds = ", ".join(dict.fromkeys(_called(each) for each in flat.others))
        tell(
            path,
            "alternatives_not_carried",
            f"it is one of several ({kinds[:200]}); it is carried as json",
            "split it, or choose one",
        )
        return JSON
    if isinstance(words.get("enum"), list) or "const" in words:
        return _listed(words, path, tell)
    match words.get("type", _guessed(words)):
        case "string":
            return _text(words, path, tell)
        case "integer":
            return scalar("integer")
        case "number":
            return _number(words)
        case "boolean":
            return scalar("boolean")
        case "array" | "object":
            return None
        case str(unknown) if unknown and unknown != "null":
            tell(
                path,
                "unknown_type",
                f"JSON Schema has no type {unknown[:80]!r}; it is carried as json",
                "correct the name",
            )
    return JSON


def _called(flat: Flat) -> str:
    return flat.target or str(flat.words.get("title") or flat.words.get("type") or "anything")


def _guessed(words: Schema) -> str:
    """The type that a schema which names none speaks of."""
    for kind, keys in (
        ("object", ("properties", "additionalProperties", "patternProperties")),
        ("array", ("items", "prefixItems", "minItems", "maxItems", "uniqueItems")),
        ("string", ("pattern", "minLength", "maxLength", "contentEncoding")),
        ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    ):
        if any(key in words for key in keys):
            return kind
    return "string" if words.get("format") in _FORMATS else ""


def _listed(words: Schema, path: str, tell: Tell) -> Type:
    """The type of one of the values listed."""
    values: list[Any] = words["enum"] if isinstance(words.get("enum"), list) else [words["const"]]
    if values and all(isinstance(each, str) for each in values):
        labels = words.get("x-labels") or _labels(words, values)
        made = enum(values, labels if isinstance(labels, dict) else {})
        if not isinstance(made, EnumType):
            tell(path, "enum_not_carried", "a value of the enum is empty or cannot be shown; it is carried as text", "")
        return made
    for kind, types in (("boolean", bool), ("integer", int), ("float", int | float)):
        if values and all(
            isinstance(each, types) and (kind == "boolean" or not isinstance(each, bool)) for each in values
        ):
            return scalar(kind)
    tell(path, "enum_not_carried", "the values of the enum are of several types; it is carried as json", "")
    return JSON


def _labels(words: Schema, values: list[Any]) -> dict[str, str]:
    """What people read for each value, as the usual extensions say it."""
    for key in ("x-enumNames", "x-enum-varnames", "x-enum-descriptions", "x-enumDescriptions"):
        names = words.get(key)
        if isinstance(names, list) and len(names) == len(values):
            return {value: str(name) for value, name in zip(values, names, strict=True) if str(name) != value}
    return {}


def _text(words: Schema, path: str, tell: Tell) -> Type:
    form = words.get("format")
    if words.get("contentEncoding") in ("base64", "base64url"):
        return scalar("binary")
    if isinstance(form, str) and form in _FORMATS:
        return scalar(_FORMATS[form])
    if form is not None and form not in _PLAIN:
        tell(path, "format_not_carried", f"no type stands for the format {str(form)[:80]!r}; it is plain text", "")
    return scalar("string")


def _number(words: Schema) -> Type:
    step = words.get("multipleOf")
    if (
        isinstance(step, int | float)
        and not isinstance(step, bool)
        and 0 < step < 1
        and Decimal(str(step)).normalize().as_tuple().digits == (1,)
    ):
        return decimal(18, -int(Decimal(str(step)).normalize().as_tuple().exponent))
    form = words.get("format")
    return scalar("integer" if form in ("int32", "int64") else _NUMBERS.get(str(form), "float"))


_ORDERED = frozenset(("integer", "float", "decimal", "date", "time", "timestamp", "local_timestamp"))
_SIDES: tuple[tuple[str, str, BinaryOperator, int], ...] = (
    ("minimum", "exclusiveMinimum", ">", 1),
    ("maximum", "exclusiveMaximum", "<", -1),
)


def constraints(
    words: Schema, type_: Type, name: str, path: str, tell: Tell
) -> tuple[Constraints, list[tuple[str, Node, str]]]:
    """The constraints on a value of ``type_``, and the rules on the attribute ``name`` that say what constraints cannot."""
    said = _of_text(words, type_, path, tell)
    rules: list[tuple[str, Node, str]] = []
    kind, here = storage(type_), Path((name,))
    for word, beyond, operator, step in _SIDES if kind in _ORDERED else ():
        bound, strict = words.get(word), words.get(beyond)
        if strict is True:  # drafts before 6, and OpenAPI 3.0
            bound, strict = None, bound
        node = _bound(bound, type_)
        over = _bound(strict, type_)
        if over is not None and kind == "integer" and isinstance(strict, int):
            node, over = Constant(strict + step), None
        said |= {word: node} if node is not None else {}
        if over is not None and not _is_width(words, strict):
            rules.append(
                (
                    f"{name}_{word}",
                    Binary(operator, here, over),
                    f"{name} must be {'above' if step > 0 else 'below'} {over}",
                )
            )
    unit = words.get("multipleOf")
    if isinstance(unit, int) and not isinstance(unit, bool) and unit > 1 and kind == "integer":
        even = Binary("=", Binary("%", here, Constant(unit)), Constant(0))
        rules.append((f"{name}_multiple", even, f"{name} must be a multiple of {unit}"))
    values = words.get("enum", [words["const"]] if "const" in words else None)
    if isinstance(values, list) and kind in ("integer", "float"):
        options = [each for each in (_bound(value, type_) for value in values) if each is not None]
        if options:
            rules.append((f"{name}_listed", In(here, tuple(options)), f"{name} must be one of those listed"))
    return Constraints(**said), rules


def _of_text(words: Schema, type_: Type, path: str, tell: Tell) -> dict[str, Any]:
    """The lengths and the pattern that a text keeps."""
    said: dict[str, Any] = {}
    is_text = storage(type_) in ("string", "text") and not isinstance(type_, EnumType)
    for key, word, least in (("minLength", "min_length", 1), ("maxLength", "max_length", 0)) if is_text else ():
        if isinstance(words.get(key), int) and not isinstance(words[key], bool) and words[key] >= least:
            said[word] = words[key]
    if isinstance(pattern := words.get("pattern"), str) and pattern:
        made = whole_pattern(pattern) if is_text else None
        said |= {"pattern": made} if made else {}
        if made is None and "x-workbench-type" not in words:
            tell(path, "pattern_not_carried", f"the pattern {pattern[:80]!r} cannot be said of {type_}", "")
    return said


def _is_width(words: Schema, strict: Any) -> bool:
    """Whether a bound is only what the digits of a decimal of ours imply."""
    return str(words.get("x-workbench-type", "")).startswith("decimal") and str(abs(strict)).strip("0") == "1"


def _bound(value: Any, type_: Type) -> Constant | None:
    if value is None or isinstance(value, bool | str):
        return None
    made = constant_of(value, type_)
    return made if isinstance(made, Constant) else None


def whole_pattern(pattern: str) -> str | None:
    """A pattern that matches a whole value where ``pattern``, which may match anywhere in it, does; None where none can be written.

    >>> whole_pattern("^[a-z]+$"), whole_pattern("^(?:a|b)$"), whole_pattern("x"), whole_pattern("^a|b$"), whole_pattern("(?=x)")
    ('[a-z]+', 'a|b', '[\\\\s\\\\S]*x[\\\\s\\\\S]*', None, None)
    """
    made = pattern
    is_begun, is_ended = made.startswith("^"), re.search(r"(?<!\\)(?:\\\\)*\$\Z", made) is not None
    made = made[1 if is_begun else 0 : -1 if is_ended else None]
    if "|" in re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "", _outside_groups(made)):
        if is_begun or is_ended:
            return None  # the alternatives are anchored on one side only
        made = f"(?:{made})"
    if is_begun and is_ended and made.startswith("(?:") and made.endswith(")") and not _outside_groups(made):
        made = made[3:-1]
    made = ("" if is_begun else "[\\s\\S]*") + made + ("" if is_ended else "[\\s\\S]*")
    return None if pattern_mistake(made) or pattern_mistake(f"^(?:{made})$") else made


def _outside_groups(pattern: str) -> str:
    """What of ``pattern`` stands outside parentheses."""
    kept, depth = "", 0
    for match in re.finditer(r"\\.|\[(?:\\.|[^\]\\])*\]|.", pattern, re.DOTALL):
        word = match[0]
        depth += word == "("
        kept += word if not depth and word not in "()" else ""
        depth -= word == ")"
    return kept


def described(words: Schema) -> str:
    """What a schema says of itself, examples apart."""
    text = words.get("description")
    return text.strip() if isinstance(text, str) else ""


def labelled(words: Schema, name: str) -> str:
    """Its title, unless that only repeats the name."""
    text = words.get("title")
    return shown(text) if isinstance(text, str) and text != name else ""
