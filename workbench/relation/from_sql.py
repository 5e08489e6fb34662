"""SQL conditions and values in our expression language, as far as they mean the same there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from sqlglot import exp
from sqlglot.errors import SqlglotError

from workbench.model.expression import (
    Between,
    Binary,
    BinaryOperator,
    Call,
    Case,
    Cast,
    Constant,
    In,
    IsNull,
    Like,
    Node,
    Path,
    Scalar,
    Unary,
)
from workbench.model.types import EnumType, parse_type, storage, type_text
from workbench.relation.native_types import from_native

__all__ = ["as_type", "from_sqlglot", "read_condition"]

_BINARY: dict[type[exp.Expr], BinaryOperator] = {
    exp.And: "and", exp.Or: "or", exp.EQ: "=", exp.NEQ: "!=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.NullSafeEQ: "is not distinct from", exp.NullSafeNEQ: "is distinct from", exp.DPipe: "||", exp.Add: "+", exp.Sub: "-",
    exp.Mul: "*", exp.Mod: "%",
}  # fmt: skip
# Division is missing on purpose: between integers most databases cut, our language does not.

_CALLS: dict[type[exp.Expr], str] = {
    exp.Lower: "lower", exp.Upper: "upper", exp.Length: "length", exp.Abs: "abs", exp.Sqrt: "sqrt", exp.Year: "year",
    exp.Month: "month", exp.Day: "day",
}  # fmt: skip
_PARTS = frozenset(["year", "quarter", "month", "day", "hour", "minute"])
_LONGEST = 10_000


def read_condition(text: str, dialect: str = "") -> Node | None:
    """A condition as a database writes it, in our language; ``None`` where it cannot be said there.

    >>> print(read_condition("((status)::text = ANY (ARRAY['open'::text, 'paid'::text]))", "postgres"))
    status in ('open', 'paid')
    """
    from sqlglot import parse_one

    if len(text) > _LONGEST or text.count("(") > 100:
        return None
    try:
        return from_sqlglot(parse_one(text, dialect=dialect or None))
    except (SqlglotError, RecursionError):
        return None


def from_sqlglot(tree: exp.Expr) -> Node | None:
    """``tree`` in our language, columns as names without their table; ``None`` where it has no equal there."""
    try:
        return _node(tree)
    except _UntranslatableError:
        return None


def as_type(constant: Constant, type_name: str) -> Constant | None:
    """A default as a value of its column's type: databases write ``'4.99'``, ``'0'`` and null for it."""
    kind, value = storage(parse_type(type_name)), constant.value
    if value is None:
        return None
    try:
        match kind:
            case "boolean" if not isinstance(value, bool):
                known = {"0": False, "1": True, "false": False, "true": True, "f": False, "t": True}
                return Constant(known[str(value).lower()])
            case "integer" if isinstance(value, str):
                return Constant(int(value))
            case "decimal" if isinstance(value, str):
                return Constant(Decimal(value))
            case "float" if isinstance(value, str | int | Decimal):
                return Constant(float(value))
            case "date" if isinstance(value, str):
                return Constant(dt.date.fromisoformat(value))
            case "time" if isinstance(value, str):
                return Constant(dt.time.fromisoformat(value))
            case "timestamp" | "local_timestamp" if isinstance(value, str):
                moment = dt.datetime.fromisoformat(value)
                return Constant(moment.replace(tzinfo=moment.tzinfo or dt.UTC) if kind == "timestamp" else moment)
    except (KeyError, ValueError, ArithmeticError):
        return None
    return constant


class _UntranslatableError(Exception):
    """The tree holds something our language does not have."""


# What else SQLGlot may hang on a tree changes its meaning: such a tree is left alone.
_USUAL = frozenset(["this", "expression"])
_MORE: dict[type[exp.Expr], frozenset[str]] = {
    exp.Is: frozenset(["negate"]),
    exp.Like: frozenset(["negate"]),
    exp.ILike: frozenset(["negate"]),
    exp.In: frozenset(["expressions"]),
    exp.Between: frozenset(["low", "high"]),
    exp.Case: frozenset(["ifs", "default"]),
    exp.Coalesce: frozenset(["expressions"]),
    exp.Column: frozenset(["table", "db", "catalog"]),
    exp.Identifier: frozenset(["quoted"]),
    exp.Literal: frozenset(["is_string"]),
    exp.Cast: frozenset(["to"]),
}


def _node(tree: exp.Expr) -> Node:
    more = _MORE.get(type(tree), frozenset())
    if any(value and name not in _USUAL and name not in more for name, value in tree.args.items()):
        raise _UntranslatableError
    if reader := _READERS.get(type(tree)):
        return reader(tree)
    if operator := _BINARY.get(type(tree)):
        return Binary(operator, _node(tree.this), _node(tree.expression))
    if function := _CALLS.get(type(tree)):
        return Call(function, (_node(tree.this),))
    raise _UntranslatableError


def _literal(tree: exp.Expr) -> Node:
    text = str(tree.this)
    if tree.is_string:
        return Constant(text)
    if re.fullmatch(r"[0-9]+", text) and len(text) <= 38:
        return Constant(int(text))
    if re.fullmatch(r"[0-9]*\.[0-9]*", text) and 1 < len(text) <= 40:
        return Constant(Decimal(text))
    if re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]{1,3}", text):
        return Constant(float(text))
    raise _UntranslatableError


def _negated(tree: exp.Expr) -> Node:
    """``not``, moved into the condition where that has a form of its own."""
    inner = _node(tree.this)
    match inner:
        case IsNull(operand=operand, negated=False):
            return IsNull(operand, True)
        case In(operand=operand, items=items, negated=False):
            return In(operand, items, True)
        case Between(operand=operand, low=low, high=high, negated=False):
            return Between(operand, low, high, True)
        case Like(operand=operand, pattern=pattern, negated=False, ignore_case=ignore_case):
            return Like(operand, pattern, True, ignore_case)
    return Unary("not", inner)


def _is(tree: exp.Expr) -> Node:
    negated = bool(tree.args.get("negate"))
    if isinstance(tree.expression, exp.Null):
        return IsNull(_node(tree.this), negated)
    if isinstance(tree.expression, exp.Boolean):
        operator: BinaryOperator = "is distinct from" if negated else "is not distinct from"
        return Binary(operator, _node(tree.this), Constant(bool(tree.expression.this)))
    raise _UntranslatableError


def _equal(tree: exp.Expr) -> Node:
    """``=``, and PostgreSQL's ``= any (array[…])``."""
    if not isinstance(tree.expression, exp.Any):
        return Binary("=", _node(tree.this), _node(tree.expression))
    array = tree.expression.this
    while isinstance(array, exp.Paren | exp.Cast):
        array = array.this
    if not isinstance(array, exp.Array):
        raise _UntranslatableError
    return In(_node(tree.this), tuple(map(_node, array.expressions)))


def _in(tree: exp.Expr) -> Node:
    if not tree.expressions:
        raise _UntranslatableError
    return In(_node(tree.this), tuple(map(_node, tree.expressions)))


def _escaped(tree: exp.Expr) -> Node:
    if tree.expression.name != "\\":
        raise _UntranslatableError
    return _node(tree.this)


def _matches(tree: exp.Expr) -> Node:
    """A regular expression that may match a part, as one that matches the whole."""
    written = _node(tree.expression)
    pattern = written.value if isinstance(written, Constant) else None
    if not isinstance(pattern, str):
        raise _UntranslatableError
    if "|" in pattern or "(?" in pattern or re.search(r"\\[0-9mMyYAZ]|\[\[[.=:]", pattern):
        raise _UntranslatableError  # alternatives may escape the anchors; the rest means something else in other dialects
    start = pattern[1:] if pattern.startswith("^") else f".*{pattern}"
    whole = start[:-1] if start.endswith("$") and not start.endswith("\\$") else f"{start}.*"
    return Call("matches", (_node(tree.this), Constant(whole)))


_TIMES: dict[str, Callable[[str], Scalar]] = {
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "local_timestamp": dt.datetime.fromisoformat,
}


def _cast(tree: exp.Expr) -> Node:
    """A cast; what dumps add to texts and constants without changing them is dropped."""
    inner = _node(tree.this)
    type_ = from_native(tree.args["to"].sql())
    kind = storage(type_) if type_ is not None and not isinstance(type_, EnumType) else "string"
    if isinstance(inner, Constant):
        value = inner.value
        if isinstance(value, str) and kind in _TIMES:
            try:
                return Constant(_TIMES[kind](value))
            except ValueError:
                raise _UntranslatableError from None
        if value is None or (kind in ("string", "text") and isinstance(value, str)):
            return inner
        if kind in ("decimal", "integer", "float") and isinstance(value, int | Decimal) and not isinstance(value, bool):
            return inner
    if kind in ("string", "text") and isinstance(inner, Path | Call):
        return inner
    if type_ is None or kind in ("array", "struct", "json", "binary"):
        raise _UntranslatableError
    return Cast(inner, type_text(type_))


def _minus(tree: exp.Expr) -> Node:
    inner = _node(tree.this)
    if isinstance(inner, Constant) and isinstance(inner.value, int | float | Decimal):
        return Constant(-inner.value)
    return Unary("-", inner)


def _case(tree: exp.Expr) -> Node:
    subject = tree.args.get("this")
    branches = []
    for branch in tree.args.get("ifs", ()):
        condition = _node(branch.this)
        branches.append((Binary("=", _node(subject), condition) if subject else condition, _node(branch.args["true"])))
    otherwise = tree.args.get("default")
    return Case(tuple(branches), None if otherwise is None else _node(otherwise))


def _coalesce(tree: exp.Expr) -> Node:
    return Call("coalesce", (_node(tree.this), *map(_node, tree.expressions)))


def _trim(tree: exp.Expr) -> Node:
    if tree.args.get("expression"):
        raise _UntranslatableError
    return Call("trim", (_node(tree.this),))


def _extract(tree: exp.Expr) -> Node:
    part = tree.this.name.lower()
    if part not in _PARTS:
        raise _UntranslatableError
    return Call(part, (_node(tree.expression),))


def _named(tree: exp.Expr) -> Node:
    """A function SQLGlot leaves by its name."""
    if tree.name.lower() != "now":
        raise _UntranslatableError
    return Call("now")


def _clock(function: str) -> Callable[[exp.Expr], Node]:
    """The clock as it is: one that is cut to digits or told in another zone is another."""
    return lambda tree: _nothing(tree) if tree.this else Call(function)


def _nothing(tree: exp.Expr) -> Node:
    raise _UntranslatableError


_READERS: dict[type[exp.Expr], Callable[[exp.Expr], Node]] = {
    exp.Paren: lambda tree: _node(tree.this),
    exp.Column: lambda tree: Path((tree.name,)) if isinstance(tree.this, exp.Identifier) else _nothing(tree),
    exp.Identifier: lambda tree: Path((tree.name,)),
    exp.Literal: _literal,
    exp.National: lambda tree: Constant(tree.name),
    exp.Boolean: lambda tree: Constant(bool(tree.this)),
    exp.Null: lambda tree: Constant(None),
    exp.Neg: _minus,
    exp.Not: _negated,
    exp.Is: _is,
    exp.EQ: _equal,
    exp.In: _in,
    exp.Between: lambda tree: Between(_node(tree.this), _node(tree.args["low"]), _node(tree.args["high"])),
    exp.Like: lambda tree: Like(_node(tree.this), _node(tree.expression), bool(tree.args.get("negate"))),
    exp.ILike: lambda tree: Like(_node(tree.this), _node(tree.expression), bool(tree.args.get("negate")), True),
    exp.Escape: _escaped,
    exp.RegexpLike: _matches,
    exp.Cast: _cast,
    exp.Case: _case,
    exp.Coalesce: _coalesce,
    exp.Trim: _trim,
    exp.Extract: _extract,
    exp.Anonymous: _named,
    exp.CurrentTimestamp: _clock("now"),
    exp.CurrentDate: _clock("today"),
}
