"""Conditions on one attribute that the vocabulary has its own words for: listed values are an enum, bounds are constraints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.language.importers.shapes import enum
from workbench.language.importers.sketch import Entity
from workbench.model import Constraints, EnumType
from workbench.model.expression import Between, Binary, Call, Constant, In, Node, Path
from workbench.model.types import storage
from workbench.model.verify.constants import constant, fits, pattern_mistake

__all__ = ["folded"]

_MIRRORED = {"<=": ">=", ">=": "<=", "=": "="}


def folded(entity: Entity) -> None:
    """What the rules of ``entity`` say of one attribute stands with the attribute; the other rules stay."""
    kept = []
    for name, condition, message in entity.rules:
        left = [each for each in _conjuncts(condition) if message or not _is_folded(entity, each)]
        for number, each in enumerate(left, 1):
            kept.append((name if len(left) == 1 else f"{name}_{number}", each, message))
    entity.rules = kept


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, Binary) and node.operator == "and":
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    elif isinstance(node, Between) and not node.negated:
        yield Binary(">=", node.operand, node.low)
        yield Binary("<=", node.operand, node.high)
    else:
        yield node


def _is_folded(entity: Entity, node: Node) -> bool:
    """Whether ``node`` now stands with the attribute it is about."""
    match node:
        case In(operand=Path(names=(name,)), items=items, negated=False):
            return _listed(entity, name, items)
        case Binary(operator="=", left=Path(names=(name,)), right=Constant(value=str()) as only):
            return _listed(entity, name, (only,))
        case Binary(operator=">=" | "<=" as operator, left=Path(names=(name,)), right=bound) if constant(bound):
            return _bounded(entity, name, operator, bound)
        case Binary(operator=">=" | "<=" as operator, left=bound, right=Path(names=(name,))) if constant(bound):
            return _bounded(entity, name, _MIRRORED[operator], bound)
        case Binary(
            operator=">=" | "<=" as operator,
            left=Call(function="length", arguments=(Path(names=(name,)),)),
            right=Constant(value=int() as length),
        ) if length >= 0:
            return _set(entity, name, "min_length" if operator == ">=" else "max_length", length, is_text=True)
        case Call(function="matches", arguments=(Path(names=(name,)), Constant(value=str() as pattern))):
            return not pattern_mistake(pattern) and _set(entity, name, "pattern", pattern, is_text=True)
    return False


def _listed(entity: Entity, name: str, items: tuple[Node, ...]) -> bool:
    part = entity.parts.get(name)
    values = [each.value for each in items if isinstance(each, Constant) and isinstance(each.value, str)]
    if part is None or storage(part.type) not in ("string", "text") or len(values) < len(items):
        return False
    if isinstance(part.type, EnumType):
        return set(part.type.names) <= set(values)
    made = enum(values)
    if not isinstance(made, EnumType):
        return False
    part.type = made
    part.constraints = Constraints()  # the values say how long they are
    return True


def _bounded(entity: Entity, name: str, operator: str, bound: Node) -> bool:
    part, value = entity.parts.get(name), constant(bound)
    is_number = part is not None and storage(part.type) in (
        "integer",
        "float",
        "decimal",
        "date",
        "time",
        "timestamp",
        "local_timestamp",
    )
    if part is None or value is None or not is_number or value.value is None or not fits(part.type, value.value):
        return False
    return _set(entity, name, "minimum" if operator == ">=" else "maximum", value)


def _set(entity: Entity, name: str, word: str, value: Any, *, is_text: bool = False) -> bool:
    """Whether the constraint ``word`` was free, and has ``value`` now; one that says the same stays."""
    part = entity.parts.get(name)
    if part is None or (is_text and (storage(part.type) not in ("string", "text") or isinstance(part.type, EnumType))):
        return False
    found = getattr(part.constraints, word)
    if found not in (None, ""):
        return bool(found == value)
    part.constraints = part.constraints.model_copy(update={word: value})
    return True
