"""How one type stands to another: does every value of the old one fit the new one, and does it stay the same kind of thing?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from workbench.model.expression import Node
from workbench.model.types import SEMANTIC, ArrayType, DecimalType, EnumType, ScalarType, StructType, Type, storage
from workbench.model.verify.constants import constant

__all__ = ["Standing", "bound_order", "compare_types", "enums"]

Standing: TypeAlias = Literal["same", "wider", "refined", "narrower", "other"]
"""``wider``: every value fits. ``refined``: stored alike, and it means something stricter. ``narrower``: some values no longer fit.
``other``: another kind of thing."""

_RANK: tuple[Standing, ...] = ("same", "wider", "refined", "narrower", "other")
_INTEGER_DIGITS = 19  # of the largest 64-bit integer


def compare_types(old: Type, new: Type) -> Standing:
    """How ``new`` stands to ``old``; of arrays and structs, as the worst of their parts.

    >>> from workbench.model import parse_type
    >>> compare_types(parse_type("decimal(10, 2)"), parse_type("decimal(8, 2)")), compare_types(parse_type("string"), parse_type("text"))
    ('narrower', 'wider')
    >>> compare_types(parse_type("string"), parse_type("integer")), compare_types(parse_type("string"), parse_type("email"))
    ('other', 'refined')
    """
    match old, new:
        case _ if old == new:
            return "same"
        case EnumType(), EnumType():
            left, added = set(old.names) - set(new.names), set(new.names) - set(old.names)
            return "narrower" if left else "wider" if added else "same"
        case ArrayType(), ArrayType():
            return compare_types(old.item, new.item)
        case StructType(), StructType():
            return _structs(old, new)
        case _ if _digits(old) is not None and _digits(new) is not None:
            return _numbers(old, new)
        case _:
            return _scalars(old, new)


def _structs(old: StructType, new: StructType) -> Standing:
    there = {each.name: each.type for each in new.fields}
    if any(each.name not in there for each in old.fields):
        return "narrower"
    found = [compare_types(each.type, there[each.name]) for each in old.fields]
    found.append("wider" if len(there) > len(old.fields) else "same")
    return max(found, key=_RANK.index)


def _digits(type_: Type) -> tuple[int, int] | None:
    """Digits before and behind the point, of exact numbers."""
    match type_:
        case DecimalType(precision=precision, scale=scale):
            return precision - scale, scale
        case ScalarType(name="integer"):
            return _INTEGER_DIGITS, 0
        case _:
            return None


def _numbers(old: Type, new: Type) -> Standing:
    before, after = _digits(old), _digits(new)
    assert before is not None
    assert after is not None
    return "wider" if all(there >= here for here, there in zip(before, after, strict=True)) else "narrower"


def _scalars(old: Type, new: Type) -> Standing:
    if isinstance(new, ScalarType) and new.name == "decimal" and _digits(old) is not None:
        return "wider"  # of any size
    if isinstance(old, ScalarType) and old.name == "decimal" and _digits(new) is not None:
        return "narrower"
    if {storage(old), storage(new)} == {"string", "text"}:
        return "wider" if storage(new) == "text" else "narrower"
    if storage(old) != storage(new):
        return "other"
    if isinstance(new, EnumType):
        return "narrower"
    return "refined" if isinstance(new, ScalarType) and new.name in SEMANTIC else "wider"


def enums(old: Type, new: Type) -> Iterator[tuple[EnumType, EnumType]]:
    """Enums that stand at the same place in both, inside arrays and structs too."""
    match old, new:
        case EnumType(), EnumType():
            yield old, new
        case ArrayType(), ArrayType():
            yield from enums(old.item, new.item)
        case StructType(), StructType():
            there = {each.name: each.type for each in new.fields}
            for each in old.fields:
                if each.name in there:
                    yield from enums(each.type, there[each.name])


def bound_order(old: Node | int | None, new: Node | int | None) -> int | None:
    """1 when the bound went up, -1 down, 0 when it stands for the same value; None where that cannot be said.

    >>> bound_order(3, 5)
    1
    """
    one, other = (each if isinstance(each, int) else getattr(constant(each), "value", None) for each in (old, new))
    # Any: what a constant holds; values of different kinds have no order.
    try:
        return (one < other) - (one > other) if one is not None and other is not None else None
    except TypeError:
        return None
