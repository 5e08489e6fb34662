"""A value as an attribute holds it, and whether it is one at all: nothing is rounded, cut or guessed in silence."""

from __future__ import annotations

from dataclasses import replace

from workbench.expression.typed import kind
from workbench.model.expression import Binary, Call, Case, Cast, Constant, IsNull, Node
from workbench.model.types import DecimalType, Type, storage, type_text
from workbench.model.verify.constants import json_text

__all__ = ["cast", "fitted", "null_of"]

_WIDE = DecimalType(precision=38, scale=10)

_READ = frozenset(["integer", "decimal", "float", "boolean", "date", "time", "timestamp", "local_timestamp", "uuid"])
"""What text is read as."""

_MINUTE = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}"
_TO_THE_MINUTE = {
    "time": ("[0-9]{2}:[0-9]{2}", 5),
    "local_timestamp": (_MINUTE, 16),
    "timestamp": (_MINUTE + "(Z|[+-][0-9]{2}(:?[0-9]{2})?)", 16),
}
"""How people write times without seconds, and after how many characters these belong."""
_LENGTH = "-?[0-9]+ months -?[0-9]+ days -?[0-9]+ microseconds"
"""How a duration comes as text: ``records_of`` writes every way in which people write one like this."""

_ALWAYS = frozenset([
    ("integer", "float"), ("decimal", "float"), ("date", "timestamp"), ("date", "local_timestamp"), ("local_timestamp", "timestamp"),
])  # fmt: skip
"""(given, wanted): pairs whose values always fit."""

_BACK = frozenset([
    ("integer", "decimal"), ("float", "integer"), ("float", "decimal"), ("decimal", "integer"), ("decimal", "decimal"),
    ("timestamp", "date"), ("local_timestamp", "date"), ("timestamp", "local_timestamp"),
])  # fmt: skip
"""Pairs whose values fit where the way back leads to the same value."""

_NESTED = frozenset(["array", "struct"])


def cast(node: Node, type_: Type, attempt: bool = True) -> Cast:
    """``node`` as a value of ``type_``; null where it cannot be."""
    return Cast(node, type_text(type_), attempt, value_type=type_)


def null_of(type_: Type) -> Constant:
    """Null, as a value of ``type_``."""
    return Constant(None) if storage(type_) in _NESTED else Constant(None, value_type=type_)


def fitted(node: Node, wanted: Type) -> tuple[Node, Node | None]:
    """``node`` as a value of ``wanted``, and the condition under which it is none; None where it always is.

    >>> from workbench.model.expression import Path
    >>> from workbench.model.types import parse_type
    >>> value, unfit = fitted(Path(("total",), value_type=parse_type("string")), parse_type("integer"))
    >>> str(value), str(unfit)
    ('try_cast(total as integer)', 'total is not null and try_cast(total as integer) is null')
    """
    have, want = kind(node.value_type), kind(wanted)
    if want in _NESTED or (have == want and want != "decimal") or node.value_type == wanted:
        return node, None
    if isinstance(node, Constant) and node.value is None:
        return null_of(wanted), None
    if isinstance(node, Constant) and want == "json" and (text := json_text(node.value)) is not None:
        return cast(Constant(text), wanted), None
    # What JSON is the language does not say, but the database does.
    value: Node = cast(replace(node, value_type=None) if want == "json" else node, wanted)
    if (have, want) in _ALWAYS:
        return value, None
    given = IsNull(node, negated=True)
    unread = Binary("and", given, IsNull(value))
    if have == "" or (have == "text" and want == "json"):
        return value, unread
    if have == "text" and want == "duration":
        value = Case(((_like(node, _LENGTH), cast(replace(node, value_type=None), wanted)),), value_type=wanted)
        return value, Binary("and", given, IsNull(value))
    if have == "text" and want in _READ:
        if want in _TO_THE_MINUTE:
            pattern, length = _TO_THE_MINUTE[want]
            parts = (
                Call("substring", (node, Constant(1), Constant(length))),
                Constant(":00"),
                Call("substring", (node, Constant(length + 1))),
            )
            whole = Case(((_like(node, pattern), Call("concat", parts)),), node)
            value = cast(replace(whole, value_type=node.value_type), wanted)
            return value, Binary("and", given, IsNull(value))
        if want != "decimal":
            return value, unread
        finer = cast(node, _WIDE)
        return value, Binary("or", unread, Binary("and", given, Binary("!=", finer, value)))
    if (have, want) in _BACK:
        back: Node = value if {have, want} == {"decimal"} else cast(value, node.value_type or wanted)
        return value, Binary("and", given, Binary("is distinct from", back, node))
    return null_of(wanted), given


def _like(node: Node, pattern: str) -> Node:
    return Call("matches", (node, Constant(pattern)))
