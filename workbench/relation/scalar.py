"""Expressions as SQL syntax trees: the one place that knows how each target must say a thing so that all mean the same.

``to_sqlglot`` looks at each node's ``value_type``. A tree that typing has gone over gets the exact semantics of the language; a tree
put together by hand works too, with the plain SQL form wherever only a type could tell the difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TypeAlias

from sqlglot import exp

from workbench.errors import DefinitionError
from workbench.expression import FUNCTIONS
from workbench.expression.builtins import lowered
from workbench.expression.coercion import INTEGER
from workbench.expression.functions import AGGREGATES
from workbench.expression.typed import DEFAULT_DECIMAL, exact, kind
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
from workbench.model.types import DecimalType, EnumType, parse_type
from workbench.relation.scalar_calls import print_call, print_clamped
from workbench.relation.scalar_casts import print_cast
from workbench.relation.syntax import (
    Dialect,
    as_float,
    at_utc,
    by_code_point,
    call,
    cast,
    negate,
    null_if_zero,
    number,
    parenthesised,
    text,
    type_to_sqlglot,
)

__all__ = ["Dialect", "parameter_name", "references", "sort_key", "to_sqlglot", "type_to_sqlglot"]

ColumnOf: TypeAlias = Callable[[Path], exp.Expr]
ParameterOf: TypeAlias = Callable[[Reference], exp.Expr]
Replace: TypeAlias = Callable[[Node], exp.Expr | None]

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
    return Printer(dialect, column or _column, parameter or _parameter, replace).print(node)


def sort_key(node: Node, printed: exp.Expr, dialect: Dialect) -> exp.Expr:
    """What to order by so that every target orders alike: texts by code point, whatever the database's collation."""
    return printed if dialect == "duckdb" or kind(node.value_type) != "text" else by_code_point(printed)


def _column(path: Path) -> exp.Expr:
    *qualifier, name = path.names
    if len(qualifier) > 1:
        raise DefinitionError(f"the path {path} must be resolved to a column before it becomes SQL")
    return exp.column(name, table=qualifier[0] if qualifier else None, quoted=True)


def _parameter(reference: Reference) -> exp.Expr:
    return exp.Placeholder(this=parameter_name(reference))


_MOST_NODES = 20_000
_MOST_DAYS = 2**31 - 1


class Printer:
    """Prints the nodes of one expression; what it prints is bounded, because some forms say an operand twice."""

    def __init__(self, dialect: Dialect, column: ColumnOf, parameter: ParameterOf, replace: Replace | None) -> None:
        self.dialect: Dialect = dialect
        self.column, self.parameter, self.replace = column, parameter, replace
        self._printed = 0

    def print(self, node: Node) -> exp.Expr:
        """``node`` as SQL. Raises ``DefinitionError`` where it cannot be, or would be too long."""
        self._printed += 1
        if self._printed > _MOST_NODES:
            raise DefinitionError(
                f"written as SQL the expression has more than {_MOST_NODES} parts; nest fewer casts and functions"
            )
        if self.replace is not None and (given := self.replace(node)) is not None:
            return given
        match node:
            case Constant(value=None) if node.value_type:
                return cast(exp.Null(), type_to_sqlglot(node.value_type))
            case Constant(value=value):
                return _constant(value)
            case Path():
                return self._path(node)
            case Reference():
                place = self.parameter(node)
                return cast(place, type_to_sqlglot(node.value_type)) if node.value_type else place
            case Unary(operator="not", operand=operand):
                return exp.Not(this=self.nested(operand))
            case Unary(operand=operand):
                return exp.Neg(this=parenthesised(self.wide(operand)))
            case Binary():
                return self._binary(node)
            case IsNull(operand=operand, negated=negated):
                return negate(exp.Is(this=self.nested(operand), expression=exp.Null()), negated)
            case In(operand=operand, items=items, negated=negated):
                return negate(
                    exp.In(this=self.nested(operand), expressions=[self.print(each) for each in items]), negated
                )
            case Between(operand=operand, low=low, high=high, negated=negated):
                between = parenthesised(sort_key(operand, self.nested(operand), self.dialect))
                return negate(exp.Between(this=between, low=self.nested(low), high=self.nested(high)), negated)
            case Like():
                return self._like(node)
            case Case(branches=branches, otherwise=otherwise):
                ifs = [exp.If(this=self.print(when), true=self.print(then)) for when, then in branches]
                return exp.Case(ifs=ifs, default=None if otherwise is None else self.print(otherwise))
            case Cast():
                return self._cast(node)
            case Call():
                return self._call(node)
            case Aggregate():
                return self._aggregate(node)
        raise DefinitionError(f"{type(node).__name__} is no expression node")

    def nested(self, node: Node) -> exp.Expr:
        """``node`` as an operand: in parentheses unless it is one atom."""
        return parenthesised(self.print(node))

    def wide(self, node: Node) -> exp.Expr:
        """``node`` to compute with: a column of fewer bits, or a decimal without digits, as what the language calls its type."""
        printed = self.print(node)
        if isinstance(node, Path) and kind(node.value_type) in ("integer", "float", "decimal"):
            type_ = node.value_type if node.value_type is not None else DEFAULT_DECIMAL
            if not isinstance(type_, DecimalType):
                return cast(printed, type_to_sqlglot(DEFAULT_DECIMAL if kind(type_) == "decimal" else type_))
        return printed

    def _path(self, node: Path) -> exp.Expr:
        column = self.column(node)
        # A database's own enum has its own order, and compares with no text.
        return cast(column, type_to_sqlglot(node.value_type)) if isinstance(node.value_type, EnumType) else column

    def _binary(self, node: Binary) -> exp.Expr:
        families = kind(node.left.value_type), kind(node.right.value_type)
        if node.operator in ("<", "<=", ">", ">="):
            left = parenthesised(sort_key(node.left, self.nested(node.left), self.dialect))
            return _BINARY[node.operator](this=left, expression=self.nested(node.right))
        if node.operator not in ("+", "-", "*", "/", "%"):
            return _BINARY[node.operator](this=self.nested(node.left), expression=self.nested(node.right))
        if not {"", "integer", "decimal", "float"}.issuperset(families):
            return self._temporal(node, families)
        left, right = parenthesised(self.wide(node.left)), parenthesised(self.wide(node.right))
        if node.operator == "/":
            doubles = [
                printed if kind(side.value_type) == "float" else as_float(self.dialect, printed, side.value_type)
                for printed, side in ((left, node.left), (right, node.right))
            ]
            return exp.Div(this=doubles[0], expression=null_if_zero(doubles[1]), typed=True, safe=False)
        if node.operator == "%":
            # DuckDB would divide by a guarded constant in 128 bits, ten times as slowly.
            is_safe = isinstance(node.right, Constant) and type(node.right.value) is int and node.right.value > 0
            untyped = node.value_type is None
            return self._remainder(node, left, right if is_safe and untyped else null_if_zero(right))
        if isinstance(node.value_type, DecimalType):
            return self._decimal(node, node.value_type, left, right)
        return _BINARY[node.operator](this=left, expression=right)

    def _remainder(self, node: Binary, left: exp.Expr, right: exp.Expr) -> exp.Expr:
        divisor = node.right.value if isinstance(node.right, Constant) else -1
        if self.dialect == "duckdb" and kind(node.value_type) == "integer" and divisor == -1:
            # It divides to find what is left over, and the least integer divided by -1 is none.
            return cast(exp.Mod(this=cast(left, "HUGEINT"), expression=right), "BIGINT")
        return exp.Mod(this=left, expression=right)

    def _decimal(self, node: Binary, type_: DecimalType, left: exp.Expr, right: exp.Expr) -> exp.Expr:
        """Sums and products of decimals with all the digits their type has: 38, no fewer and no more."""
        if self.dialect == "duckdb":
            sides = [exact(each.value_type or INTEGER) for each in (node.left, node.right)]
            if type_.precision > 18 >= max(each.precision for each in sides):
                # Two decimals of 64 bits make one of 64 bits, which overflows, unless one of them is wider.
                left = cast(left, type_to_sqlglot(DecimalType(precision=max(19, sides[0].scale), scale=sides[0].scale)))
            return _BINARY[node.operator](this=left, expression=right)
        made = _BINARY[node.operator](this=left, expression=right)
        return cast(made, type_to_sqlglot(type_)) if type_.precision == 38 else made

    def _temporal(self, node: Binary, families: tuple[str, str]) -> exp.Expr:
        def side(each: Node, family: str) -> exp.Expr:
            if family == "integer" and "date" in families:
                # Both databases count days in 32 bits, and fail on more even where the date is unknown.
                return parenthesised(print_clamped(self, each, -_MOST_DAYS, _MOST_DAYS))
            printed = parenthesised(self.wide(each))
            if family == "integer" and self.dialect == "duckdb":
                # Its other product with an interval takes 32 bits only; PostgreSQL has just this one.
                return cast(printed, "DOUBLE")
            return at_utc(printed) if family == "timestamp" else printed

        left, right = (side(each, family) for each, family in zip((node.left, node.right), families, strict=True))
        made = _BINARY[node.operator](this=left, expression=right)
        if families == ("date", "date"):
            return cast(made, "BIGINT")
        return at_utc(made) if "timestamp" in families and "duration" in families else made

    def _like(self, node: Like) -> exp.Expr:
        is_text = kind(node.operand.value_type) == "text"
        sides = (node.operand, node.pattern)
        if node.ignore_case and is_text:
            sides = _folded(node.operand), _folded(node.pattern)
        kind_ = exp.ILike if node.ignore_case and not is_text else exp.Like
        like: exp.Expr = kind_(this=self.nested(sides[0]), expression=self.nested(sides[1]))
        # Without a backslash in it a pattern needs no escape character, and DuckDB has faster ways to match it.
        if not isinstance(node.pattern, Constant) or "\\" in str(node.pattern.value):
            like = exp.Escape(this=like, expression=text("\\"))
        return negate(like, node.negated)

    def _cast(self, node: Cast) -> exp.Expr:
        target = node.value_type or parse_type(node.type)
        if node.operand.value_type is None or node.value_type is None:
            return (exp.TryCast if node.attempt else exp.Cast)(
                this=self.print(node.operand), to=type_to_sqlglot(target)
            )
        return print_cast(self.dialect, lambda: self.print(node.operand), node.operand.value_type, target, node.attempt)

    def _call(self, node: Call) -> exp.Expr:
        function = FUNCTIONS.get(node.function)
        if function is None:
            raise DefinitionError(f"there is no function {node.function!r}")
        if not function.parameters:
            return self.print(Reference("context", (function.name,)))
        return print_call(self, node)

    def _aggregate(self, node: Aggregate) -> exp.Expr:
        if node.function not in AGGREGATES:
            raise DefinitionError(f"there is no aggregate {node.function!r}")
        if node.function == "exists":
            return exp.GT(this=self._filtered("COUNT", exp.Star(), node.where), expression=number(0))
        if node.argument is None:
            return self._filtered(node.function.upper(), exp.Star(), node.where)
        family = kind(node.argument.value_type)
        argument = self.wide(node.argument)
        if node.function in ("min", "max"):
            argument = sort_key(node.argument, parenthesised(argument), self.dialect)
            if self.dialect == "postgres" and family == "uuid":
                argument = by_code_point(cast(argument, "TEXT"))  # the same order, and it has no least or greatest uuid
        where = node.where
        if where is not None and not isinstance(node.argument, Path):
            # A database may compute the argument before it filters: a row left out must not fail.
            argument, where = exp.Case(ifs=[exp.If(this=self.print(where), true=argument)]), None
        given = exp.Distinct(expressions=[argument]) if node.distinct else argument
        if node.function == "avg" and family:
            # Exact up to the one division; PostgreSQL's own avg of floats fails where their squares overflow.
            scale = exact(node.argument.value_type or INTEGER).scale
            type_ = DecimalType(precision=37 if family == "integer" else 38, scale=scale) if family != "float" else None
            total = as_float(self.dialect, self._filtered("SUM", given, where), type_)
            count = self._filtered("COUNT", given.copy(), where)
            return exp.Div(this=total, expression=null_if_zero(count), typed=True, safe=False)
        name = node.function.upper()
        if self.dialect == "postgres" and family == "boolean":
            name = {"MIN": "BOOL_AND", "MAX": "BOOL_OR"}.get(name, name)  # it has no least or greatest boolean either
        made = self._filtered(name, given, where)
        # The sum of integers is wider than they are in either database.
        is_other = node.function == "sum" or (node.function in ("min", "max") and family == "uuid")
        return cast(made, type_to_sqlglot(node.value_type)) if is_other and node.value_type else made

    def _filtered(self, function: str, argument: exp.Expr, where: Node | None) -> exp.Expr:
        made = call(function, argument)
        return made if where is None else exp.Filter(this=made, expression=exp.Where(this=self.print(where)))


def _folded(node: Node) -> Node:
    """A text in lower case, already where it is written out."""
    if isinstance(node, Constant) and isinstance(node.value, str):
        return replace(node, value=lowered(node.value))
    return Call("lower", (node,), value_type=node.value_type)


def _constant(value: Scalar) -> exp.Expr:
    match value:
        case None:
            return exp.Null()
        case bool():
            return exp.Boolean(this=value)
        case int():
            return _typed(str(value), "BIGINT", is_number=True)
        case Decimal():
            _, digits, exponent = value.as_tuple()
            scale = max(-exponent, 0) if isinstance(exponent, int) else 0
            return _typed(
                format(value, "f"), f"DECIMAL({min(38, max(len(digits), scale + 1))}, {scale})", is_number=True
            )
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


def _typed(written: str, kind_: str, is_number: bool = False) -> exp.Expr:
    return cast(_digits(written) if is_number else text(written), kind_)


def _digits(written: str) -> exp.Expr:
    """A number as its digits; a negative one as text, which casts to the same and cannot lose its minus to an operator beside it."""
    return text(written) if written.startswith("-") else exp.Literal.number(written)
