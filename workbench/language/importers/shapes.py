"""Types and constants from foreign values: whatever is handed in, what comes out the vocabulary takes."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from workbench.language.importers.naming import Taken, is_name, shown, usable
from workbench.model import DecimalType, EnumType, EnumValue, ScalarType, StructField, StructType, Type
from workbench.model.expression import Constant, Interval, Node
from workbench.model.types import storage

__all__ = ["JSON", "STRING", "constant_of", "decimal", "enum", "length_of", "scalar", "struct"]

_LENGTH = re.compile(r"(?i)\s*(?:n?var)?n?char(?:acter)?(?:\s+varying)?2?\s*\(\s*([0-9]{1,9})\s*(?:char|byte)?\s*\)\Z")
STRING, JSON = ScalarType(name="string"), ScalarType(name="json")


def scalar(name: str) -> ScalarType:
    """The scalar called ``name``."""
    return ScalarType(name=name)


def decimal(precision: int, scale: int) -> Type:
    """A decimal with these digits where there is one, else the widest.

    >>> str(decimal(10, 2)), str(decimal(100, 2)), str(decimal(1, 3))
    ('decimal(10, 2)', 'decimal', 'decimal(3, 3)')
    """
    if not (1 <= precision <= 38 and 0 <= scale <= 38):
        return ScalarType(name="decimal")
    return DecimalType(precision=max(precision, scale), scale=scale)


def enum(values: Iterable[str], labels: Mapping[str, str] | None = None) -> Type:
    """One of ``values``, each once; text where one of them cannot be a value of an enum, or there are none.

    >>> str(enum(["open", "paid", "open"])), str(enum([""]))
    ("enum('open', 'paid')", 'string')
    """
    once = list(dict.fromkeys(values))
    if not once or not all(is_name(each) for each in once):
        return STRING
    said = {value: shown(label) for value, label in (labels or {}).items()}
    return EnumType(values=tuple(EnumValue(name=each, label=said.get(each, "")) for each in once))


def length_of(native: str) -> int | None:
    """How many characters a database's type for texts takes; None where it does not say.

    >>> length_of("VARCHAR(80)"), length_of("text"), length_of("decimal(10)")
    (80, None, None)
    """
    match = _LENGTH.match(native)
    return int(match[1]) if match else None


def struct(fields: Iterable[tuple[str, Type]]) -> Type:
    """Named parts, the names made usable and told apart; ``json`` where there are none."""
    taken = Taken()
    made = [StructField(name=taken.take(name if is_name(name) else usable(name)), type=type_) for name, type_ in fields]
    return StructType(fields=tuple(made)) if made else JSON


def constant_of(value: Any, type_: Type) -> Node | None:
    """``value`` (as JSON or Python has it) as a constant of ``type_``; None where it is none.

    >>> print(constant_of("2026-01-02", ScalarType(name="date")), constant_of(1.5, DecimalType()))
    date '2026-01-02' 1.5
    """
    kind = storage(type_)
    try:
        found = _value(value, kind)
    except (ValueError, ArithmeticError, TypeError):
        return None
    return None if found is None else Constant(found)


def _value(value: Any, kind: str) -> Any:
    match kind, value:
        case "json", _:
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
        case "duration", dt.timedelta():
            return Interval(days=value.days, microseconds=value.seconds * 1_000_000 + value.microseconds)
        case (("array" | "struct" | "binary" | "duration"), _):
            return None
        case "boolean", bool():
            return value
        case _, bool():
            return None
        case "integer", int():
            return value
        case "integer", float() | Decimal() if math.isfinite(value) and value == int(value):
            return int(value)
        case "float", int():
            return value
        case "float", float() | Decimal() if math.isfinite(value):
            is_short = value == 0 or 1e-6 <= abs(float(value)) <= 1e15
            return Decimal(str(value)) if is_short else float(value)
        case "decimal", int():
            return value
        case "decimal", float() | Decimal() | str():
            made = Decimal(str(value))
            return None if not made.is_finite() else int(made) if made == int(made) else made
        case (("string" | "text" | "uuid"), str()):
            return value
        case (("date" | "time" | "timestamp" | "local_timestamp"), _):
            return _moment(value, kind)
    return None


def _moment(value: Any, kind: str) -> Any:
    if kind == "time":
        return dt.time.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, dt.time) else None
    if kind == "date":
        if isinstance(value, str):
            return dt.date.fromisoformat(value)
        return value if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else None
    found = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if isinstance(found, dt.datetime) and (found.tzinfo is not None) == (kind == "timestamp") else None
