"""Conditions over one record as Python source that gives the same answer, unknown (None) included.

Only what Python can say exactly is said; everything else raises ``Untranslatable`` with the reason, and stays a loss.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from workbench.emit.python_text import decimal, string
from workbench.model.expression import (
    Between,
    Binary,
    Call,
    Case,
    Constant,
    In,
    IsNull,
    Like,
    Node,
    Path,
    Unary,
)

__all__ = ["PRELUDE", "Untranslatable", "condition"]

PRELUDE = '''\
# Three-valued logic, as in SQL: None is "unknown", and a rule breaks only when its condition is False.


def _known(function: Callable[..., Any], *values: Any) -> Any:
    """What ``function`` makes of the values; unknown when one of them is."""
    return None if any(value is None for value in values) else function(*values)


def _all(*conditions: bool | None) -> bool | None:
    """SQL's "and"."""
    return False if False in conditions else None if None in conditions else True


def _any(*conditions: bool | None) -> bool | None:
    """SQL's "or"."""
    return True if True in conditions else None if None in conditions else False


def _rank(value: float | Decimal | None) -> tuple[bool, float] | None:
    """A float's place in the order SQL gives: not-a-number equals itself and comes last."""
    return None if value is None else (value != value, 0.0 if value != value else float(value))


def _exact(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` over decimals without rounding."""

    def computed(*values: Any) -> Any:
        with localcontext(prec=100):
            return function(*values)

    return computed


def _divide(left: float, right: float) -> float | None:
    """A quotient; unknown when dividing by zero."""
    return float(left) / float(right) if right else None


def _remainder(left: Any, right: Any) -> Any:
    """What is left of ``left``, with its sign; unknown when dividing by zero."""
    rest = abs(left) % abs(right) if right else None
    return rest if rest is None or left >= 0 else -rest


def _first(*values: Any) -> Any:
    """The first known value."""
    return next((value for value in values if value is not None), None)


def _like(value: str | None, pattern: str) -> bool | None:
    """Whether the whole value matches."""
    return None if value is None else re.fullmatch(pattern, value, re.DOTALL) is not None
'''
"""What the source relies on; it needs ``Callable``, ``Any``, ``Decimal``, ``localcontext``, ``operator`` and ``re``."""

_COMPARISONS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_DISTINCT = {"is distinct from": "!=", "is not distinct from": "=="}
_ARITHMETIC = {"+": "add", "-": "sub", "*": "mul"}
_NUMBERS = frozenset(("integer", "decimal", "float"))
_COMPARABLE = frozenset(("string", "boolean", "date", "time", "timestamp", "local_timestamp", "uuid"))


class Untranslatable(ValueError):  # noqa: N818 (a reason, not an error a person meets)
    """Python cannot say this exactly; the message says why."""


def condition(node: Node, fields: Mapping[str, tuple[str, str]]) -> str:
    """Python source that is True, False or None as ``node`` is.

    ``fields`` gives, for an attribute's name, the source that reads it and the scalar it is stored as.

    >>> condition(Binary("<", Path(("a",)), Constant(1)), {"a": ("self.a", "integer")})
    '_known(operator.lt, self.a, 1)'

    Raises:
        Untranslatable: Python cannot say it exactly.
    """
    code, kind = _Translator(fields).translate(node)
    if kind not in ("boolean", "null"):
        raise Untranslatable(f"{node} is no condition")
    return code


class _Translator:
    def __init__(self, fields: Mapping[str, tuple[str, str]]) -> None:
        self.fields = fields

    def translate(self, node: Node) -> tuple[str, str]:
        """The source of ``node``, and the scalar its value is."""
        match node:
            case Constant():
                return _constant(node)
            case Path(names=(name,)) if name in self.fields:
                return self.fields[name]
            case Path():
                raise Untranslatable(f"{node} reaches beyond the record")
            case Unary(operator="not", operand=operand):
                return f"_known(operator.not_, {self.boolean(operand)})", "boolean"
            case Unary(operand=operand):
                code, kind = self.number(operand)
                return f"_known(operator.neg, {code})", kind
            case IsNull(operand=operand, negated=negated):
                return f"({self.translate(operand)[0]} is {'not ' * negated}None)", "boolean"
            case Binary():
                return self.binary(node)
            case In(operand=operand, items=items, negated=negated):
                return _negated(f"_any({', '.join(self.compare('=', operand, item) for item in items)})", negated)
            case Between(operand=operand, low=low, high=high, negated=negated):
                return _negated(
                    f"_all({self.compare('>=', operand, low)}, {self.compare('<=', operand, high)})", negated
                )
            case Like():
                return self.like(node)
            case Case():
                return self.case(node)
            case Call():
                return self.call(node)
        raise Untranslatable(f"{node} has no exact counterpart in Python")

    def boolean(self, node: Node) -> str:
        code, kind = self.translate(node)
        if kind not in ("boolean", "null"):
            raise Untranslatable(f"{node} is no condition")
        return code

    def number(self, node: Node) -> tuple[str, str]:
        code, kind = self.translate(node)
        if kind not in _NUMBERS:
            raise Untranslatable(f"{node} is no number")
        return code, kind

    def binary(self, node: Binary) -> tuple[str, str]:
        operator = node.operator
        if operator in ("and", "or"):
            name = "_all" if operator == "and" else "_any"
            return f"{name}({self.boolean(node.left)}, {self.boolean(node.right)})", "boolean"
        if operator in _COMPARISONS or operator in _DISTINCT:
            return self.compare(operator, node.left, node.right), "boolean"
        if operator == "||":
            (left, left_kind), (right, right_kind) = self.translate(node.left), self.translate(node.right)
            if {left_kind, right_kind} != {"string"}:
                raise Untranslatable(f"{node} joins what is not text")
            return f"_known(operator.add, {left}, {right})", "string"
        return self.arithmetic(node)

    def arithmetic(self, node: Binary) -> tuple[str, str]:
        (left, left_kind), (right, right_kind) = self.number(node.left), self.number(node.right)
        kinds = {left_kind, right_kind}
        if node.operator == "/":
            if "float" in kinds:
                raise Untranslatable(f"{node} divides floats, whose zeros and infinities differ between engines")
            return f"_known(_divide, {left}, {right})", "float"
        if "float" in kinds:
            raise Untranslatable(f"{node} computes with floats, which engines round differently")
        kind = "decimal" if "decimal" in kinds else "integer"
        if node.operator == "%":
            return f"_known(_exact(_remainder), {left}, {right})", kind
        function = f"operator.{_ARITHMETIC[node.operator]}"
        return f"_known({f'_exact({function})' if kind == 'decimal' else function}, {left}, {right})", kind

    def compare(self, operator: str, left_node: Node, right_node: Node) -> str:
        (left, left_kind), (right, right_kind) = self.translate(left_node), self.translate(right_node)
        kinds = {left_kind, right_kind} - {"null"}
        if kinds <= _NUMBERS and "float" in kinds:
            left, right = f"_rank({left})", f"_rank({right})"
        elif not (kinds <= _NUMBERS or (len(kinds) == 1 and kinds <= _COMPARABLE)):
            raise Untranslatable(f"{left_node} and {right_node} are of kinds Python does not compare as SQL does")
        if operator in _DISTINCT:
            return f"({left} {_DISTINCT[operator]} {right})"
        return f"_known(operator.{_COMPARISONS[operator]}, {left}, {right})"

    def like(self, node: Like) -> tuple[str, str]:
        code, kind = self.translate(node.operand)
        if kind != "string" or node.ignore_case or not isinstance(node.pattern, Constant):
            raise Untranslatable(
                f"{node}: only text that is like a written pattern, case included, is the same in Python"
            )
        return _negated(f"_like({code}, {string(_like_regex(str(node.pattern.value)))})", node.negated)

    def case(self, node: Case) -> tuple[str, str]:
        values = [value for _, value in node.branches] + ([node.otherwise] if node.otherwise is not None else [])
        translated = [self.translate(value) for value in values]
        kind = _shared_kind(node, [kind for _, kind in translated])
        branches = [
            f"{code} if {self.boolean(when)} is True else "
            for (code, _), (when, _) in zip(translated, node.branches, strict=False)
        ]
        return "(" + "".join(branches) + (translated[-1][0] if node.otherwise is not None else "None") + ")", kind

    def call(self, node: Call) -> tuple[str, str]:
        translated = [self.translate(each) for each in node.arguments]
        codes, kinds = ", ".join(code for code, _ in translated), [kind for _, kind in translated]
        match node.function.lower(), kinds:
            case "coalesce", [_, *_]:
                return f"_first({codes})", _shared_kind(node, kinds)
            case "length", ["string"]:
                return f"_known(len, {codes})", "integer"
            case "abs", ["integer" | "decimal" as kind]:
                return f"_known({'_exact(abs)' if kind == 'decimal' else 'abs'}, {codes})", kind
        raise Untranslatable(f"{node.function}() has no exact counterpart in Python")


def _negated(code: str, negated: bool) -> tuple[str, str]:
    return (f"_known(operator.not_, {code})" if negated else code), "boolean"


def _shared_kind(node: Node, kinds: list[str]) -> str:
    known = set(kinds) - {"null"}
    if len(known) > 1:
        raise Untranslatable(f"{node} mixes {' and '.join(sorted(known))}")
    return next(iter(known), "null")


def _constant(node: Constant) -> tuple[str, str]:
    match node.value:
        case None:
            return "None", "null"
        case bool():
            return str(node.value), "boolean"
        case int():
            return str(node.value), "integer"
        case Decimal():
            return decimal(node.value), "decimal"
        case float():
            return f'float("{node.value}")', "float"
        case str():
            return string(node.value), "string"
        case dt.datetime():
            return (
                f'dt.datetime.fromisoformat("{node.value.isoformat()}")',
                "timestamp" if node.value.tzinfo else "local_timestamp",
            )
        case dt.date():
            return f'dt.date.fromisoformat("{node.value.isoformat()}")', "date"
        case dt.time():
            return f'dt.time.fromisoformat("{node.value.isoformat()}")', "time"
    raise Untranslatable(f"{node} has no exact counterpart in Python")


def _like_regex(pattern: str) -> str:
    parts: list[str] = []
    characters = iter(pattern)
    wild: dict[str, Callable[[], str]] = {
        "%": lambda: ".*",
        "_": lambda: ".",
        "\\": lambda: re.escape(next(characters, "\\")),
    }
    for character in characters:
        parts.append(wild[character]() if character in wild else re.escape(character))
    return "".join(parts)
