"""``cast`` and ``try_cast`` as SQL: each pair of types so that both databases accept the same values and make the same of them.

Text is read only where it matches the language's own pattern; behind that guard no database's leniency shows. A failing ``cast`` is
made to fail by casting a text that says so; PostgreSQL has no ``try_cast``, so there a guard on the value stands before it.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from workbench.expression import literals
from workbench.expression.typed import exact, kind
from workbench.model.types import DecimalType, Type
from workbench.relation.syntax import (
    Dialect,
    as_float,
    at_utc,
    call,
    cast,
    matching,
    number,
    parenthesised,
    text,
    type_to_sqlglot,
)

__all__ = ["print_cast"]

_PATTERNS = {
    "integer": literals.INTEGER, "decimal": literals.DECIMAL, "float": literals.FLOAT, "boolean": literals.BOOLEAN, "date": literals.DATE,
    "time": literals.TIME, "timestamp": literals.TIMESTAMP, "local_timestamp": literals.LOCAL_TIMESTAMP, "uuid": literals.UUID,
}  # fmt: skip


def print_cast(
    dialect: Dialect, operand: Callable[[], exp.Expr], source: Type, target: Type, attempt: bool
) -> exp.Expr:
    """The cast of what ``operand`` prints (anew each time it is called) from ``source`` to ``target``."""
    have, want = kind(source), kind(target)
    if have == "text" and want != "text":
        return _from_text(dialect, operand, target, attempt)
    if want == "text":
        return _to_text(operand(), source)
    if have == "float" and want in ("integer", "decimal"):
        finite = exp.Nullif(this=operand(), expression=cast(text("NaN"), "DOUBLE"))
        if want == "decimal":
            # By way of its shortest spelling: the other ways to round differ between the databases.
            return _fitted(
                dialect,
                lambda: (
                    cast(cast(finite.copy(), "TEXT"), "DECIMAL")
                    if dialect == "postgres"
                    else cast(finite.copy(), "TEXT")
                ),
                target,
                attempt,
            )
        return _fitted(dialect, finite.copy, target, attempt)
    if want in ("integer", "decimal") and have in ("integer", "decimal"):
        return _fitted(dialect, operand, target, attempt)
    if have == "boolean" and want == "integer":
        return _plain(dialect, cast(operand(), "INT"), target)
    if want == "float":
        return as_float(dialect, operand(), source)
    return _moment(operand(), have, want, target)


def _plain(dialect: Dialect, printed: exp.Expr, target: Type) -> exp.Expr:
    return cast(printed, type_to_sqlglot(target))


def _moment(printed: exp.Expr, have: str, want: str, target: Type) -> exp.Expr:
    """Dates and timestamps into one another, in UTC whatever the session's zone."""
    if have == want:
        return printed
    if have == "timestamp":
        local = at_utc(printed)
        return local if want == "local_timestamp" else cast(local, type_to_sqlglot(target))
    if want == "timestamp":
        return at_utc(printed if have == "local_timestamp" else cast(printed, "TIMESTAMP"))
    return cast(printed, type_to_sqlglot(target))


def _to_text(printed: exp.Expr, source: Type) -> exp.Expr:
    match kind(source):
        case "decimal":
            wide = exact(source)
            # Without a digit before the point DuckDB writes none: .5 for 0.5.
            shown = DecimalType(precision=min(38, max(wide.precision, wide.scale + 1)), scale=wide.scale)
            return cast(cast(printed, type_to_sqlglot(shown)), "TEXT")
        case "timestamp":
            return exp.Paren(this=exp.DPipe(this=cast(at_utc(printed), "TEXT"), expression=text("+00")))
    return cast(printed, "TEXT")


def _fitted(dialect: Dialect, operand: Callable[[], exp.Expr], target: Type, attempt: bool) -> exp.Expr:
    """A number as an integer or decimal; with ``attempt`` null where it does not fit."""
    kind_ = type_to_sqlglot(exact(target) if kind(target) == "decimal" else target)
    if not attempt:
        return cast(operand(), kind_)
    if dialect == "duckdb":
        return exp.TryCast(this=operand(), to=kind_)
    if kind(target) == "decimal":
        wide = exact(target)
        size = call("ABS", call("ROUND", cast(operand(), "DECIMAL"), number(wide.scale)))
        fits: exp.Expr = exp.LT(this=size, expression=exp.Literal.number("1" + "0" * (wide.precision - wide.scale)))
    else:
        # Both ends are exact as floats; the upper one is the first integer that does not fit.
        low, high = (cast(text(end), "DECIMAL") for end in ("-9223372036854775808.5", "9223372036854775807.5"))
        value = cast(operand(), "DECIMAL")
        fits = exp.And(this=exp.GT(this=value, expression=low), expression=exp.LT(this=value.copy(), expression=high))
    return exp.Case(ifs=[exp.If(this=fits, true=cast(operand(), kind_))])


def _from_text(dialect: Dialect, operand: Callable[[], exp.Expr], target: Type, attempt: bool) -> exp.Expr:
    family = kind(target)
    guard = matching(dialect, operand(), _PATTERNS[family])
    if family in ("integer", "decimal"):
        read = _fitted(
            dialect, lambda: cast(operand(), "DECIMAL") if dialect == "postgres" else operand(), target, attempt
        )
    else:
        read = cast(operand(), type_to_sqlglot(target))
    failing = cast(exp.DPipe(this=text(f"no {family}: "), expression=parenthesised(operand())), type_to_sqlglot(target))
    return exp.Case(ifs=[exp.If(this=guard, true=read)], default=None if attempt else failing)
