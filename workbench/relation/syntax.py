"""Small pieces of SQL syntax trees that every printer of expressions needs."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

from sqlglot import exp

from workbench.errors import DefinitionError
from workbench.model.expression import Node
from workbench.model.types import DecimalType, Type, storage

__all__ = [
    "Dialect",
    "Prints",
    "as_float",
    "at_utc",
    "by_code_point",
    "call",
    "cast",
    "matching",
    "negate",
    "null_if_zero",
    "number",
    "parenthesised",
    "text",
    "type_to_sqlglot",
]

Dialect: TypeAlias = Literal["duckdb", "postgres"]

_TYPES = {
    "string": "TEXT", "text": "TEXT", "integer": "BIGINT", "float": "DOUBLE", "decimal": "DECIMAL", "boolean": "BOOLEAN",
    "date": "DATE", "time": "TIME", "timestamp": "TIMESTAMPTZ", "local_timestamp": "TIMESTAMP", "duration": "INTERVAL",
    "uuid": "UUID", "json": "JSON", "binary": "VARBINARY",
}  # fmt: skip


class Prints(Protocol):
    """Prints the nodes of an expression."""

    dialect: Dialect

    def print(self, node: Node) -> exp.Expr:
        """``node`` as SQL."""

    def nested(self, node: Node) -> exp.Expr:
        """``node`` as an operand: in parentheses unless it is one atom."""

    def wide(self, node: Node) -> exp.Expr:
        """``node`` to compute with: with as many bits or digits as the language's type has."""


def type_to_sqlglot(type_: Type) -> exp.DataType:
    """The SQL type a value of ``type_`` has inside an expression: every integer has 64 bits, every enum is text."""
    if isinstance(type_, DecimalType):
        return exp.DataType.build(f"DECIMAL({type_.precision}, {type_.scale})")
    kind = storage(type_)
    if kind not in _TYPES:
        raise DefinitionError(f"a value of type {type_} cannot be part of an expression")
    return exp.DataType.build(_TYPES[kind])


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function applied, by the name the database knows."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def cast(node: exp.Expr, kind: exp.DataType | str) -> exp.Expr:
    """``node`` cast."""
    return exp.Cast(this=node, to=kind if isinstance(kind, exp.DataType) else exp.DataType.build(kind))


def as_float(dialect: Dialect, node: exp.Expr, type_: Type | None) -> exp.Expr:
    """A number of ``type_`` as the float nearest to it."""
    if dialect == "duckdb" and isinstance(type_, DecimalType) and type_.scale == 0 and type_.precision > 18:
        # On its way to a float DuckDB rounds 128 bits twice where no digit is behind the point, once where one is.
        node = cast(node, f"DECIMAL({type_.precision + 1}, 1)" if type_.precision < 38 else "TEXT")
    return cast(node, "DOUBLE")


def number(value: int) -> exp.Expr:
    """A number, written out."""
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def text(value: str) -> exp.Expr:
    """A text, written out."""
    return exp.Literal.string(value)


def parenthesised(node: exp.Expr) -> exp.Expr:
    """``node`` as an operand: in parentheses unless it is one atom."""
    atoms = (
        exp.Column
        | exp.Literal
        | exp.Cast
        | exp.Func
        | exp.Parameter
        | exp.Placeholder
        | exp.Null
        | exp.Boolean
        | exp.Paren
    )
    return node if isinstance(node, atoms) and not isinstance(node, exp.Binary | exp.Case) else exp.Paren(this=node)


def negate(node: exp.Expr, negated: bool) -> exp.Expr:
    """``not`` of ``node``, when asked for."""
    return exp.Not(this=exp.Paren(this=node)) if negated else node


def null_if_zero(node: exp.Expr) -> exp.Expr:
    """``node``, or null where it is zero."""
    return exp.Nullif(this=node, expression=number(0))


def at_utc(node: exp.Expr) -> exp.Expr:
    """An instant as the local timestamp it is in UTC, and the other way round; whatever the session's time zone is."""
    return exp.Paren(this=exp.AtTimeZone(this=parenthesised(node), zone=text("UTC")))


def by_code_point(node: exp.Expr) -> exp.Expr:
    """A text that PostgreSQL orders by code point, whatever collation it came with."""
    collation = exp.Column(this=exp.Identifier(this="C", quoted=True))
    return exp.Paren(this=exp.Collate(this=parenthesised(node), expression=collation))


def matching(dialect: Dialect, node: exp.Expr, source: str) -> exp.Expr:
    """Whether a whole text matches a regular expression that both databases read alike."""
    if dialect == "duckdb":
        return call("REGEXP_FULL_MATCH", node, text(source))
    return exp.Paren(this=exp.RegexpLike(this=parenthesised(node), expression=text(f"^(?:{source})$")))
