"""How names, texts, types and expressions are spelt in a design's text: plain where that is clear, else in quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from workbench.language.domain_facts import DURATIONS
from workbench.language.domain_statement import leading_words
from workbench.model.expression import KEYWORDS, Constant, Interval, Node, write
from workbench.model.types import ArrayType, EnumType, StructType, Type

__all__ = ["delay", "expression", "label_words", "name", "names", "path", "some", "text", "type_words"]

_PLAIN = re.compile(r"[^\W\d]\w*\Z")


def text(value: str) -> str:
    """``value`` in double quotes; what cannot be seen is written as an escape.

    >>> print(text('say "hi"'), text("a\\nb"))
    "say ""hi\""" e"a\\nb"
    """
    if value.isprintable():
        return '"' + value.replace('"', '""') + '"'
    plain = json.dumps(value, ensure_ascii=False)
    return "e" + "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in plain)


def name(value: str, context: str = "") -> str:
    """``value`` as a name: plain where it is a word and none of the language's.

    >>> print(name("total"), name("two words"), name("where"))
    total "two words" "where"
    """
    is_plain = (
        _PLAIN.match(value)
        and value.isprintable()
        and value.lower() not in KEYWORDS
        and value not in leading_words(context)
    )
    return value if is_plain else text(value)


def names(values: Iterable[str]) -> str:
    """Names with commas between them."""
    return ", ".join(map(name, values))


def some(values: tuple[str, ...]) -> str:
    """Names with commas between them, or ``nothing``."""
    return names(values) or "nothing"


def path(value: str) -> str:
    """A text that may be a path: names with dots between them, or a text."""
    parts = value.split(".")
    return ".".join(parts) if all(name(part) == part for part in parts) else text(value)


def expression(node: Node) -> str:
    """An expression as it is written everywhere; as an escaped text where it has what cannot be seen."""
    written = write(node)
    return written if written.isprintable() else text(written)


def delay(node: Node) -> str:
    """A delay: a number and a unit where that says it, else an expression."""
    if isinstance(node, Constant) and isinstance(node.value, Interval):
        parts = {
            part: getattr(node.value, part) for part in ("months", "days", "microseconds") if getattr(node.value, part)
        }
        if len(parts) == 1:
            [(part, count)] = parts.items()
            for unit, (of, each) in reversed(DURATIONS.items()):
                if of == part and count > 0 and count % each == 0 and unit != "week":
                    return f"{count // each} {unit}{'s' * (count != each)}"
    return expression(node)


def type_words(type_: Type) -> str:
    """A type as it is written here: names without quotes where they need none, labels behind the values of an enum."""
    match type_:
        case EnumType(values=values):
            return f"enum({', '.join(_value(each.name) + label_words(each.label) for each in values)})"
        case ArrayType(item=item):
            return f"array({type_words(item)})"
        case StructType(fields=fields):
            return f"struct({', '.join(f'{name(each.name)} {type_words(each.type)}' for each in fields)})"
        case _:
            return str(type_)


def _value(value: str) -> str:
    return value if _PLAIN.match(value) and value.isprintable() and value != "e" else text(value)


def label_words(label: str) -> str:
    """A label with a space before it; nothing where there is none."""
    return f" {text(label)}" if label else ""
