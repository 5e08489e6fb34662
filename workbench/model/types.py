"""Attribute types: what a value may be, apart from how any database stores it.

Text form: ``string``, ``decimal(10, 2)``, ``array(string)``, ``enum('a', 'b')``. A type is saved as text where that loses nothing, and
as an object where it has labels or parts of its own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, WrapSerializer
from pydantic_core.core_schema import SerializerFunctionWrapHandler

from workbench.errors import nearest
from workbench.model.element import Frozen, Name

__all__ = [
    "SCALARS",
    "SEMANTIC",
    "ArrayType",
    "DecimalType",
    "EnumType",
    "EnumValue",
    "ScalarType",
    "StructField",
    "StructType",
    "Type",
    "parse_type",
    "storage",
    "type_text",
]

SCALARS = (
    "string", "text", "integer", "float", "decimal", "boolean", "date", "time", "timestamp", "local_timestamp", "duration", "uuid", "json", "binary",
)  # fmt: skip
"""``timestamp`` is an instant in UTC; ``local_timestamp`` has no zone; ``duration`` is an interval; ``string`` fits one line."""

SEMANTIC: dict[str, str] = {
    "email": "string", "url": "string", "phone": "string", "ip_address": "string", "country": "string", "currency": "string",
    "language": "string", "time_zone": "string", "postal_code": "string", "latitude": "float", "longitude": "float", "percentage": "float",
    "year": "integer", "month": "integer", "day": "integer", "hour": "integer", "minute": "integer",
}  # fmt: skip
"""Semantic refinements and the scalar each is stored as."""


def _known(name: str) -> str:
    if name in SCALARS or name in SEMANTIC:
        return name
    raise ValueError(_unknown(name))


class ScalarType(Frozen):
    """A type without parameters, by name: one of ``SCALARS`` or ``SEMANTIC``."""

    kind: Literal["scalar"] = "scalar"
    name: Annotated[str, AfterValidator(_known)]

    def __str__(self) -> str:
        return self.name


class DecimalType(Frozen):
    """An exact number of at most ``precision`` digits, ``scale`` of them behind the point."""

    kind: Literal["decimal"] = "decimal"
    precision: Annotated[int, Field(ge=1, le=38, strict=True)] = 18
    scale: Annotated[int, Field(ge=0, le=38, strict=True)] = 2

    def __str__(self) -> str:
        return f"decimal({self.precision}, {self.scale})"


class EnumValue(Frozen):
    """One allowed value and how people read it."""

    name: Name
    label: str = ""


class EnumType(Frozen):
    """One of a fixed set of strings."""

    kind: Literal["enum"] = "enum"
    values: tuple[EnumValue, ...]

    def __str__(self) -> str:
        return "enum(" + ", ".join("'" + value.name.replace("'", "''") + "'" for value in self.values) + ")"

    @property
    def names(self) -> tuple[str, ...]:
        """The allowed values, in declared order."""
        return tuple(value.name for value in self.values)


class ArrayType(Frozen):
    """A list of values of one type."""

    kind: Literal["array"] = "array"
    item: Type

    def __str__(self) -> str:
        return f"array({self.item})"


class StructField(Frozen):
    """A named part of a struct."""

    name: Name
    type: Type


class StructType(Frozen):
    """Named parts, each with a type."""

    kind: Literal["struct"] = "struct"
    fields: tuple[StructField, ...]

    def __str__(self) -> str:
        return "struct(" + ", ".join(f"{each.name} {each.type}" for each in self.fields) + ")"


_DECIMAL = re.compile(r"decimal\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)\Z")
_ARRAY = re.compile(r"array\s*\((.*)\)\Z", re.DOTALL)
_ENUM = re.compile(r"enum\s*\((.*)\)\Z", re.DOTALL)
_ENUM_VALUE = re.compile(r"\s*(?:'((?:[^']|'')*)'|([A-Za-z_]\w*))\s*(?:,|\Z)")


_MOST_NESTED = 16


@lru_cache(maxsize=1024)
def parse_type(text: str) -> Type:
    """The type that ``text`` names.

    >>> str(parse_type("decimal(10,2)")), str(parse_type("array(date)")), str(parse_type("enum(open, 'in hand')"))
    ('decimal(10, 2)', 'array(date)', "enum('open', 'in hand')")

    Raises:
        ValueError: no type is written like this; the message names the nearest.
    """
    word = text.strip()
    if word in SCALARS or word in SEMANTIC:
        return ScalarType(name=word)
    if match := _DECIMAL.match(word):
        precision, scale = int(match[1]), int(match[2] or 0)
        if not 1 <= precision <= 38 or scale > 38:
            raise ValueError(
                f"{text[:80]!r} is too wide: a decimal has 1 to 38 digits, 0 to 38 of them behind the point"
            )
        return DecimalType(precision=precision, scale=scale)
    if match := _ARRAY.match(word):
        if len(re.findall(r"array\s*\(", word)) > _MOST_NESTED:
            raise ValueError(f"arrays are nested at most {_MOST_NESTED} deep")
        return ArrayType(item=parse_type(match[1]))
    if match := _ENUM.match(word):
        return EnumType(values=tuple(EnumValue(name=name) for name in _enum_names(match[1], text)))
    raise ValueError(_unknown(text))


def _unknown(text: str) -> str:
    close = nearest(text.strip(), (*SCALARS, *SEMANTIC))
    shown = text if len(text) <= 80 else text[:80] + "…"
    return f"no type is written {shown!r}; " + (
        f"did you mean {close[0]!r}?" if close else f"there are {', '.join(SCALARS)}"
    )


def _enum_names(inside: str, text: str) -> list[str]:
    names, position = [], 0
    while position < len(inside):
        match = _ENUM_VALUE.match(inside, position)
        if match is None:
            raise ValueError(f"the values of {text[:80]!r} are quoted strings or plain names, with commas between them")
        name = match[1].replace("''", "'") if match[1] is not None else match[2]
        if not name or len(name) > 255 or any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
            raise ValueError(f"an enum value is 1 to 255 printable characters, not {name[:80]!r}")
        names.append(name)
        position = match.end()
    return names


def type_text(type_: Type) -> str:
    """The text form of a type; ``parse_type`` reads all but structs and the labels of enums back."""
    return str(type_)


def storage(type_: Type) -> str:
    """The scalar a type is stored as: ``email`` is ``string``, an enum ``string``, ``decimal(…)`` ``decimal``, others their kind.

    >>> storage(parse_type("email")), storage(parse_type("enum(a)")), storage(parse_type("array(date)"))
    ('string', 'string', 'array')
    """
    match type_:
        case ScalarType(name=name):
            return SEMANTIC.get(name, name)
        case EnumType():
            return "string"
        case _:
            return type_.kind


def _read(value: Any) -> Any:
    return parse_type(value) if isinstance(value, str) else value


def _is_text(type_: Type) -> bool:
    """Whether the text form says everything about the type."""
    match type_:
        case StructType():
            return False
        case EnumType(values=values):
            return not any(value.label for value in values)
        case ArrayType(item=item):
            return _is_text(item)
        case _:
            return True


def _compact(value: Any, handler: SerializerFunctionWrapHandler) -> Any:
    return str(value) if _is_text(value) else {"kind": value.kind, **handler(value)}


Type: TypeAlias = Annotated[
    ScalarType | DecimalType | EnumType | ArrayType | StructType,
    Field(discriminator="kind"),
    BeforeValidator(_read),
    WrapSerializer(_compact),
]
"""Any type; given as text or object, saved as text where that loses nothing."""
