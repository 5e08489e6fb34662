"""Which types go together, and what becomes of them: widening, arithmetic, casts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.expression.typed import exact, kind
from workbench.model.expression import Cast, Constant, Node, Reference
from workbench.model.types import DecimalType, ScalarType, Type

__all__ = [
    "BOOLEAN",
    "DATE",
    "DURATION",
    "FLOAT",
    "INTEGER",
    "LOCAL_TIMESTAMP",
    "STRING",
    "TIMESTAMP",
    "aligned",
    "arithmetic",
    "can_cast",
    "common",
    "constant_type",
    "widened",
]

BOOLEAN, INTEGER, FLOAT, STRING = (ScalarType(name=name) for name in ("boolean", "integer", "float", "string"))
DATE, TIME, TIMESTAMP, LOCAL_TIMESTAMP, DURATION = (
    ScalarType(name=name) for name in ("date", "time", "timestamp", "local_timestamp", "duration")
)
_CONSTANTS = {
    "bool": BOOLEAN, "int": INTEGER, "float": FLOAT, "str": STRING, "date": DATE, "time": TIME, "Interval": DURATION,
}  # fmt: skip
_NUMBERS = ("integer", "decimal", "float")
_WHOLE = ("json", "array", "struct", "binary")

_CASTS: dict[str, frozenset[str]] = {
    "text": frozenset(["text", "integer", "decimal", "float", "boolean", "date", "time", "timestamp", "local_timestamp", "uuid"]),
    "integer": frozenset(["text", "integer", "decimal", "float"]),
    "decimal": frozenset(["text", "integer", "decimal", "float"]),
    "float": frozenset(["integer", "decimal", "float"]),
    "boolean": frozenset(["text", "integer", "boolean"]),
    "date": frozenset(["text", "date", "timestamp", "local_timestamp"]),
    "time": frozenset(["text", "time"]),
    "timestamp": frozenset(["text", "date", "time", "timestamp", "local_timestamp"]),
    "local_timestamp": frozenset(["text", "date", "time", "timestamp", "local_timestamp"]),
    "uuid": frozenset(["text", "uuid"]),
}  # fmt: skip


def constant_type(value: object) -> Type | None:
    """The type of a constant: a decimal has the digits it is written with."""
    import datetime as dt
    from decimal import Decimal

    if isinstance(value, Decimal):
        _, digits, exponent = value.as_tuple()
        scale = max(-exponent, 0) if isinstance(exponent, int) else 0
        return DecimalType(precision=min(38, max(len(digits), scale + 1)), scale=scale)
    if isinstance(value, dt.datetime):
        return TIMESTAMP if value.tzinfo else LOCAL_TIMESTAMP
    return _CONSTANTS.get(type(value).__name__)


def common(types: Sequence[Type | None]) -> Type | None:
    """The type that values of all ``types`` widen to; unknown ones take whatever the others have. None where all are unknown.

    Raises:
        ValueError: no type holds them all.
    """
    known = [each for each in types if each is not None]
    if not known:
        return None
    kinds = {kind(each) for each in known}
    if len(kinds) == 1:
        if kinds == {"decimal"}:
            return _decimal(known)
        return known[0] if all(each == known[0] for each in known) or kinds != {"text"} else STRING
    if kinds <= {*_NUMBERS}:
        return FLOAT if "float" in kinds else _decimal(known)
    if kinds in ({"date", "timestamp"}, {"date", "local_timestamp"}):
        return TIMESTAMP if "timestamp" in kinds else LOCAL_TIMESTAMP
    raise ValueError


def _decimal(types: Sequence[Type]) -> DecimalType:
    decimals = [exact(each) for each in types]
    scale = max(each.scale for each in decimals)
    return DecimalType(precision=min(38, max(each.precision - each.scale for each in decimals) + scale), scale=scale)


def widened(node: Node, to: Type | None) -> Node:
    """``node`` as a value of ``to``, by a cast where its own type is another. What has no type yet takes ``to`` as its own."""
    if to is None or node.value_type == to:
        return node
    if node.value_type is None:
        return replace(node, value_type=to) if isinstance(node, Constant | Reference) else node
    own, wanted = kind(node.value_type), kind(to)
    if own == wanted or (own, wanted) == ("integer", "decimal"):
        return node
    return Cast(node, str(to), span=node.span, value_type=to)


def aligned(nodes: Sequence[Node]) -> list[Node]:
    """``nodes`` as values of their common type, each decimal with the same digits where a database, left alone, would cut some off.

    Raises:
        ValueError: no type holds them all.
    """
    wide = common([each.value_type for each in nodes])
    if not isinstance(wide, DecimalType):
        return [widened(each, wide) for each in nodes]
    types = [exact(each.value_type) for each in nodes if each.value_type is not None]
    is_cut = max(each.precision - each.scale for each in types) + max(each.scale for each in types) > 38
    return [
        Cast(each, str(wide), span=each.span, value_type=wide)
        if is_cut and each.value_type not in (None, wide)
        else widened(each, wide)
        for each in nodes
    ]


def can_cast(source: Type | None, target: Type) -> bool:
    """Whether ``cast`` goes from one type to the other."""
    return source is None or kind(target) in _CASTS.get(kind(source), ())


def arithmetic(operator: str, left: Type | None, right: Type | None) -> tuple[Type | None, Type | None, Type | None]:
    """What ``left operator right`` gives, and what the two operands are widened to before.

    Raises:
        ValueError: the operator does not work on these; the message, if any, says what to do.
    """
    a, b = kind(left), kind(right)
    if operator == "||":
        if {a, b} <= {"text", ""}:
            return STRING, STRING, STRING
        raise ValueError("'||' joins texts; cast the other values to string")
    if not a or not b:
        a, b = a or b, b or a
        left, right = left or right, right or left
        if a and a not in _NUMBERS:
            raise ValueError("the type of one side is not known; cast it")
    if a in _NUMBERS and b in _NUMBERS:
        return _numeric(operator, left, right)
    if not a:
        return None, None, None
    result = _TEMPORAL.get((operator, a, b))
    if result is None:
        raise ValueError("")
    return result


def _numeric(operator: str, left: Type | None, right: Type | None) -> tuple[Type | None, Type | None, Type | None]:
    if operator == "/":
        return FLOAT, FLOAT, FLOAT
    wide = common([left, right])
    if kind(wide) == "float":
        if operator == "%":
            raise ValueError("'%' works on integers and decimals; a float has no exact remainder")
        return FLOAT, FLOAT, FLOAT
    if kind(wide) == "integer" or left is None or right is None:
        return wide, wide, wide
    a, b = exact(left), exact(right)
    if operator == "*":
        if a.scale + b.scale > 38:
            raise ValueError("the product would have more than 38 digits behind the point; round one side first")
        digits = min(38, a.precision + b.precision)
        return DecimalType(precision=digits, scale=a.scale + b.scale), left, right
    scale = max(a.scale, b.scale)
    whole = max(a.precision - a.scale, b.precision - b.scale)
    return DecimalType(precision=min(38, whole + scale + (operator in "+-")), scale=scale), left, right


_TEMPORAL: dict[tuple[str, str, str], tuple[Type, Type, Type]] = {
    ("+", "date", "integer"): (DATE, DATE, INTEGER),
    ("+", "integer", "date"): (DATE, INTEGER, DATE),
    ("-", "date", "integer"): (DATE, DATE, INTEGER),
    ("-", "date", "date"): (INTEGER, DATE, DATE),
    ("+", "date", "duration"): (LOCAL_TIMESTAMP, LOCAL_TIMESTAMP, DURATION),
    ("+", "duration", "date"): (LOCAL_TIMESTAMP, DURATION, LOCAL_TIMESTAMP),
    ("-", "date", "duration"): (LOCAL_TIMESTAMP, LOCAL_TIMESTAMP, DURATION),
    ("+", "duration", "duration"): (DURATION, DURATION, DURATION),
    ("-", "duration", "duration"): (DURATION, DURATION, DURATION),
    ("*", "duration", "integer"): (DURATION, DURATION, INTEGER),
    ("*", "integer", "duration"): (DURATION, INTEGER, DURATION),
    **{("+", s, "duration"): (t, t, DURATION) for s, t in (("timestamp", TIMESTAMP), ("local_timestamp", LOCAL_TIMESTAMP))},
    **{("+", "duration", s): (t, DURATION, t) for s, t in (("timestamp", TIMESTAMP), ("local_timestamp", LOCAL_TIMESTAMP))},
    **{("-", s, "duration"): (t, t, DURATION) for s, t in (("timestamp", TIMESTAMP), ("local_timestamp", LOCAL_TIMESTAMP))},
    **{("-", s, s): (DURATION, t, t) for s, t in (("timestamp", TIMESTAMP), ("local_timestamp", LOCAL_TIMESTAMP))},
}  # fmt: skip
