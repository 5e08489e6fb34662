"""Expressions as SQL syntax trees: the one place that knows how each target must say a thing so that all mean the same.

``to_sqlglot`` looks at each node's ``value_type``. A tree that typing has gone over gets the exact semantics of the language; a tree
put together by hand works too, with the plain SQL form wherever only a type could tell the difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Literal, TypeAlias

from sqlglot import exp

from workbench.errors import DefinitionError
from workbench.model.expression import (
    Aggregate,
    Between,
    Binary,
    Call,
    Case,
    Cast,
    Constant,
    In,
    Interval,
    IsNull,
    Like,
    Node,
    Path,
    Reference,
    Scalar,
    Unary,
    walk,
    write,
)
from workbench.model.types import DecimalType, Type, parse_type, storage

__all__ = ["Dialect", "parameter_name", "references", "to_sqlglot", "type_to_sqlglot"]

Dialect: TypeAlias = Literal["duckdb", "postgres"]

ColumnOf: TypeAlias = Callable[[Path], exp.Expr]
ParameterOf: TypeAlias = Callable[[Reference], exp.Expr]
Replace: TypeAlias = Callable[[Node], exp.Expr | None]

_TYPES = {
    "string": "TEXT", "text": "TEXT", "integer": "BIGINT", "float": "DOUBLE", "decimal": "DECIMAL", "boolean": "BOOLEAN",
    "date": "DATE", "time": "TIME", "timestamp": "TIMESTAMPTZ", "local_timestamp": "TIMESTAMP", "duration": "INTERVAL",
    "uuid": "UUID", "json": "JSON", "binary": "VARBINARY",
}  # fmt: skip

_BINARY: dict[str, type[exp.Binary]] = {
    "or": exp.Or, "and": exp.And, "=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
    "is distinct from": exp.NullSafeNEQ, "is not distinct from": exp.NullSafeEQ, "||": exp.DPipe, "+": exp.Add, "-": exp.Sub,
    "*": exp.Mul, "/": exp.Div, "%": exp.Mod,
}  # fmt: skip


def references(node: Node) -> Iterator[Reference]:
    """The references in ``node``, in the order they are written, repeated ones too."""
    return (each for each in walk(node) if isinstance(each, Reference))


def parameter_name(reference: Reference) -> str:
    """A name every target takes for a parameter: letters, digits and ``_``, different for different references.

    >>> parameter_name(Reference("actor", ("role",))), parameter_name(Reference("argument", ("amount",)))
    ('actor_2e_role', '_3a_amount')
    """
    return "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}_" for c in write(reference))


def type_to_sqlglot(type_: Type) -> exp.DataType:
    """The SQL type a value of ``type_`` has inside an expression: every integer has 64 bits, every enum is text."""
    if isinstance(type_, DecimalType):
        return exp.DataType.build(f"DECIMAL({type_.precision}, {type_.scale})")
    kind = storage(type_)
    if kind not in _TYPES:
        raise DefinitionError(f"a value of type {type_} cannot be part of an expression")
    return exp.DataType.build(_TYPES[kind])


def to_sqlglot(
    node: Node,
    dialect: Dialect,
    column: ColumnOf | None = None,
    parameter: ParameterOf | None = None,
    replace: Replace | None = None,
) -> exp.Expr:
    """``node`` as a SQLGlot expression that means the same in ``dialect``.

    ``column`` gives the expression a ``Path`` stands for (left out: its names as quoted column and table names), ``parameter`` the
    one a ``Reference`` stands for (left out: a placeholder called ``parameter_name(reference)``).
    ``replace`` is asked first for every node, at any depth: what it gives stands for that node, null leaves it to the rules here
    (plans bind constants and print the functions only they know this way).

    >>> to_sqlglot(Binary("=", Path(("o", "total")), Constant(1)), "duckdb").sql("duckdb")
    '"o"."total" = CAST(1 AS BIGINT)'

    Raises:
        DefinitionError: the tree holds something no target has, such as an unknown function.
    """
    return _Printer(dialect, column or _column, parameter or _parameter, replace).print(node)


def _column(path: Path) -> exp.Expr:
    *qualifier, name = path.names
    if len(qualifier) > 1:
        raise DefinitionError(f"the path {path} must be resolved to a column before it becomes SQL")
    return exp.column(name, table=qualifier[0] if qualifier else None, quoted=True)


def _parameter(reference: Reference) -> exp.Expr:
    return exp.Placeholder(this=parameter_name(reference))


class _Printer:
    def __init__(self, dialect: Dialect, column: ColumnOf, parameter: ParameterOf, replace: Replace | None) -> None:
        self.dialect, self.column, self.parameter, self.replace = dialect, column, parameter, replace

    def print(self, node: Node) -> exp.Expr:
        if self.replace is not None and (given := self.replace(node)) is not None:
            return given
        match node:
            case Constant(value=value):
                return _constant(value)
            case Path():
                return self.column(node)
            case Reference():
                given = self.parameter(node)
                return _cast(given, type_to_sqlglot(node.value_type)) if node.value_type else given
            case Unary(operator="not", operand=operand):
                return exp.Not(this=self.nested(operand))
            case Unary(operand=operand):
                return exp.Neg(this=self.nested(operand))
            case Binary():
                return self.binary(node)
            case IsNull(operand=operand, negated=negated):
                return _negate(exp.Is(this=self.nested(operand), expression=exp.Null()), negated)
            case In(operand=operand, items=items, negated=negated):
                return _negate(
                    exp.In(this=self.nested(operand), expressions=[self.print(each) for each in items]), negated
                )
            case Between(operand=operand, low=low, high=high, negated=negated):
                between = exp.Between(this=self.nested(operand), low=self.nested(low), high=self.nested(high))
                return _negate(between, negated)
            case Like():
                return self.like(node)
            case Case(branches=branches, otherwise=otherwise):
                ifs = [exp.If(this=self.print(when), true=self.print(then)) for when, then in branches]
                return exp.Case(ifs=ifs, default=None if otherwise is None else self.print(otherwise))
            case Cast(operand=operand, type=type_, attempt=attempt):
                kind = type_to_sqlglot(parse_type(type_))
                return (exp.TryCast if attempt else exp.Cast)(this=self.print(operand), to=kind)
            case Call(function=function, arguments=arguments):
                return exp.func(function, *(self.print(each) for each in arguments), dialect=self.dialect)
            case Aggregate():
                return self.aggregate(node)
        raise DefinitionError(f"{type(node).__name__} is no expression node")

    def nested(self, node: Node) -> exp.Expr:
        """``node`` as an operand: in parentheses unless it is one atom."""
        printed = self.print(node)
        atomic = isinstance(
            printed,
            exp.Column | exp.Literal | exp.Cast | exp.Func | exp.Parameter | exp.Placeholder | exp.Null | exp.Boolean,
        )
        return printed if atomic and not isinstance(printed, exp.Binary | exp.Case) else exp.Paren(this=printed)

    def binary(self, node: Binary) -> exp.Expr:
        left, right = self.nested(node.left), self.nested(node.right)
        if node.operator == "/":
            left, right = _cast(left, _double()), exp.Nullif(this=_cast(right, _double()), expression=_number(0))
        elif node.operator == "%":
            right = exp.Nullif(this=right, expression=_number(0))
        return _BINARY[node.operator](this=left, expression=right)

    def like(self, node: Like) -> exp.Expr:
        kind = exp.ILike if node.ignore_case else exp.Like
        like = kind(this=self.nested(node.operand), expression=self.nested(node.pattern))
        return _negate(exp.Escape(this=like, expression=exp.Literal.string("\\")), node.negated)

    def aggregate(self, node: Aggregate) -> exp.Expr:
        if node.function == "exists":
            count: exp.Expr = exp.GT(this=exp.Count(this=exp.Star()), expression=_number(0))
            if node.where is None:
                return count
            kept = exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=self.print(node.where)))
            return exp.GT(this=kept, expression=_number(0))
        argument = exp.Star() if node.argument is None else self.print(node.argument)
        if node.distinct:
            argument = exp.Distinct(expressions=[argument])
        applied: exp.Expr = exp.func(node.function, argument, dialect=self.dialect)
        if node.where is not None:
            applied = exp.Filter(this=applied, expression=exp.Where(this=self.print(node.where)))
        return applied


def _negate(node: exp.Expr, negated: bool) -> exp.Expr:
    return exp.Not(this=exp.Paren(this=node)) if negated else node


def _cast(node: exp.Expr, kind: exp.DataType) -> exp.Expr:
    return exp.Cast(this=node, to=kind)


def _double() -> exp.DataType:
    return exp.DataType.build("DOUBLE")


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _constant(value: Scalar) -> exp.Expr:
    match value:
        case None:
            return exp.Null()
        case bool():
            return exp.Boolean(this=value)
        case int():
            return _typed(str(value), "BIGINT", number=True)
        case Decimal():
            _, digits, exponent = value.as_tuple()
            scale = max(-exponent, 0) if isinstance(exponent, int) else 0
            return _typed(format(value, "f"), f"DECIMAL({max(len(digits), scale + 1)}, {scale})", number=True)
        case float():
            return _typed(repr(value), "DOUBLE")
        case str():
            return _typed(value, "TEXT")
        case dt.datetime():
            return _typed(value.isoformat(sep=" "), "TIMESTAMPTZ" if value.tzinfo else "TIMESTAMP")
        case dt.date():
            return _typed(value.isoformat(), "DATE")
        case dt.time():
            return _typed(value.isoformat(), "TIME")
        case Interval():
            return _typed(str(value), "INTERVAL")


def _typed(text: str, kind: str, number: bool = False) -> exp.Expr:
    literal = exp.Literal.number(text) if number and not text.startswith("-") else exp.Literal.string(text)
    return exp.Cast(this=literal, to=exp.DataType.build(kind))
