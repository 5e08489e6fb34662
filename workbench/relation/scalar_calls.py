"""The curated functions as SQL, in both databases so that they agree with what the language says and with one another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sqlglot import exp

from workbench.expression.patterns import parse_pattern
from workbench.expression.typed import kind
from workbench.model.expression import Call, Constant, Node
from workbench.model.types import DecimalType, Type
from workbench.relation.syntax import (
    Prints,
    as_float,
    at_utc,
    by_code_point,
    call,
    cast,
    matching,
    number,
    parenthesised,
    text,
    type_to_sqlglot,
)

__all__ = ["print_call", "print_clamped"]

_Print: TypeAlias = Callable[[Prints, Call], exp.Expr]

_FAR = 1_000_000_000
"""Positions in a text are clamped to this: PostgreSQL counts them in 32 bits."""


def print_call(printer: Prints, node: Call) -> exp.Expr:
    """A call of a curated function."""
    return _CALLS[node.function](printer, node)


def _named(name: str) -> _Print:
    return lambda printer, node: call(name, *[printer.wide(each) for each in node.arguments])


def _collated(node: exp.Expr, collation: str) -> exp.Expr:
    return exp.Collate(
        this=parenthesised(node), expression=exp.Column(this=exp.Identifier(this=collation, quoted=True))
    )


def _lower(printer: Prints, node: Call) -> exp.Expr:
    value = printer.print(node.arguments[0])
    if printer.dialect == "duckdb":
        return call("LOWER", value)
    # ICU knows every letter whatever the database's locale is; it differs from letter by letter in these two.
    plain = call("REPLACE", call("REPLACE", value, text("İ"), text("i")), text("Σ"), text("σ"))
    return by_code_point(call("LOWER", _collated(plain, "und-x-icu")))


def _upper(printer: Prints, node: Call) -> exp.Expr:
    value = printer.print(node.arguments[0])
    if printer.dialect == "duckdb":
        return call("UPPER", value)
    # Not by ICU, which writes SS for ß: the C library's C.UTF-8 goes letter by letter, as DuckDB does.
    return by_code_point(call("UPPER", _collated(call("REPLACE", value, text("ß"), text("ẞ")), "C.utf8")))


def _trimmed(name: str) -> _Print:
    return lambda printer, node: call(name, printer.print(node.arguments[0]), text(" "))


def _position(printer: Prints, node: Node, least: int = -_FAR) -> exp.Expr:
    """A position or count as an integer of 32 bits, at least ``least``."""
    return print_clamped(printer, node, least, _FAR)


def print_clamped(printer: Prints, node: Node, least: int, most: int) -> exp.Expr:
    """An integer as one of 32 bits: ``least`` or ``most`` where it lies beyond, null where it is null."""
    if isinstance(node, Constant) and isinstance(node.value, int):
        return number(min(max(node.value, least), most))
    clamped = call("LEAST", call("GREATEST", printer.print(node), number(least)), number(most))
    return _kept_null(printer, node, cast(clamped, "INT"))


def _kept_null(printer: Prints, node: Node, made: exp.Expr) -> exp.Expr:
    """``made``, but null where ``node`` is: greatest and least take no notice of nulls."""
    return exp.Case(
        ifs=[exp.If(this=exp.Not(this=exp.Is(this=printer.nested(node), expression=exp.Null())), true=made)]
    )


def _substring(printer: Prints, node: Call) -> exp.Expr:
    value, start = printer.print(node.arguments[0]), node.arguments[1]
    if len(node.arguments) == 2:
        return call("SUBSTRING", value, _position(printer, start, 1))
    length = node.arguments[2]
    if printer.dialect == "postgres":
        return call("SUBSTRING", value, _position(printer, start), _position(printer, length, 0))
    # DuckDB counts from the end where a position is negative: the characters before the first are taken off the length instead.
    first = _position(printer, start)
    before = exp.Sub(this=call("LEAST", first, number(1)), expression=number(1))
    left = call(
        "GREATEST",
        exp.Add(this=parenthesised(_position(printer, length, 0)), expression=exp.Paren(this=before)),
        number(0),
    )
    known = isinstance(length, Constant) and isinstance(start, Constant)
    made = call("SUBSTRING", value, _position(printer, start, 1), left)
    return made if known else _kept_null(printer, length, _kept_null(printer, start, made))


def _side(name: str) -> _Print:
    return lambda printer, node: call(name, printer.print(node.arguments[0]), _position(printer, node.arguments[1]))


def _ends_with(printer: Prints, node: Call) -> exp.Expr:
    value, end = (printer.print(each) for each in node.arguments)
    if printer.dialect == "duckdb":
        return call("ENDS_WITH", value, end)
    return exp.Paren(this=exp.EQ(this=call("RIGHT", value, call("LENGTH", end)), expression=parenthesised(end.copy())))


def _contains(printer: Prints, node: Call) -> exp.Expr:
    value, part = (printer.print(each) for each in node.arguments)
    if printer.dialect == "duckdb":
        return call("CONTAINS", value, part)
    return exp.Paren(this=exp.GT(this=call("STRPOS", value, part), expression=number(0)))


def _matches(printer: Prints, node: Call) -> exp.Expr:
    pattern = node.arguments[1]
    source = parse_pattern(str(pattern.value) if isinstance(pattern, Constant) else "").source
    return matching(printer.dialect, printer.print(node.arguments[0]), source)


def _ordered(name: str) -> _Print:
    """``greatest`` and ``least``: texts by code point."""

    def print_(printer: Prints, node: Call) -> exp.Expr:
        values = [printer.wide(each) for each in node.arguments]
        if printer.dialect == "postgres" and kind(node.value_type) == "text":
            values = [by_code_point(each) for each in values]
        return call(name, *values)

    return print_


def _nullif(printer: Prints, node: Call) -> exp.Expr:
    return exp.Nullif(this=printer.print(node.arguments[0]), expression=printer.print(node.arguments[1]))


def _sign(printer: Prints, node: Call) -> exp.Expr:
    return cast(call("SIGN", printer.wide(node.arguments[0])), "BIGINT")


def _round(printer: Prints, node: Call) -> exp.Expr:
    value = printer.wide(node.arguments[0])
    digits = [
        number(each.value) for each in node.arguments[1:] if isinstance(each, Constant) and isinstance(each.value, int)
    ]
    match kind(node.arguments[0].value_type):
        case "integer":
            return value
        case "float" if digits:
            finite = exp.Nullif(this=value, expression=cast(text("NaN"), "DOUBLE"))
            target = node.value_type if isinstance(node.value_type, DecimalType) else DecimalType(precision=38)
            return _by_spelling(printer, finite, target)
        case "float" if printer.dialect == "postgres":
            # Its round takes halves to the even neighbour; numeric's takes them away from zero.
            return cast(call("ROUND", cast(cast(value, "TEXT"), "DECIMAL")), "DOUBLE")
    return call("ROUND", value, *digits)


def _by_spelling(printer: Prints, value: exp.Expr, target: Type) -> exp.Expr:
    spelled = cast(value, "TEXT")
    return cast(cast(spelled, "DECIMAL") if printer.dialect == "postgres" else spelled, type_to_sqlglot(target))


def _whole(name: str) -> _Print:
    def print_(printer: Prints, node: Call) -> exp.Expr:
        value = printer.wide(node.arguments[0])
        return value if kind(node.arguments[0].value_type) == "integer" else call(name, value)

    return print_


def _sqrt(printer: Prints, node: Call) -> exp.Expr:
    value = as_float(printer.dialect, printer.print(node.arguments[0]), node.arguments[0].value_type)
    return exp.Case(ifs=[exp.If(this=exp.GTE(this=value, expression=number(0)), true=call("SQRT", value.copy()))])


def _local(printer: Prints, node: Node) -> exp.Expr:
    """A moment whose parts are those of UTC."""
    printed = printer.print(node)
    return at_utc(printed) if kind(node.value_type) == "timestamp" else printed


def _date_trunc(printer: Prints, node: Call) -> exp.Expr:
    unit, moment = node.arguments
    word = text(str(unit.value) if isinstance(unit, Constant) else "")
    if kind(moment.value_type) == "date":
        return cast(call("DATE_TRUNC", word, cast(printer.print(moment), "TIMESTAMP")), "DATE")
    cut = call("DATE_TRUNC", word, _local(printer, moment))
    return at_utc(cut) if kind(moment.value_type) == "timestamp" else cut


def _part(field: str) -> _Print:
    def print_(printer: Prints, node: Call) -> exp.Expr:
        part: exp.Expr = exp.Extract(this=exp.Var(this=field), expression=_local(printer, node.arguments[0]))
        return cast(call("FLOOR", part) if field == "SECOND" else part, "BIGINT")

    return print_


def _days_between(printer: Prints, node: Call) -> exp.Expr:
    start, end = (printer.nested(each) for each in node.arguments)
    return cast(exp.Paren(this=exp.Sub(this=end, expression=start)), "BIGINT")


def _years_between(printer: Prints, node: Call) -> exp.Expr:
    """Dates as numbers like 20260131: the difference holds as many ten thousands as there are whole years."""
    start, end = (cast(_digits(printer, each), "BIGINT") for each in node.arguments)
    days = exp.Paren(this=exp.Sub(this=end, expression=start))
    if printer.dialect == "duckdb":
        return exp.IntDiv(this=days, expression=number(10_000))
    return exp.Div(this=days, expression=number(10_000), typed=True, safe=False)


def _digits(printer: Prints, node: Node) -> exp.Expr:
    if printer.dialect == "duckdb":
        return call("STRFTIME", printer.print(node), text("%Y%m%d"))
    return call("TO_CHAR", printer.print(node), text("YYYYMMDD"))


def _seconds_between(printer: Prints, node: Call) -> exp.Expr:
    start, end = (printer.nested(each) for each in node.arguments)
    if printer.dialect == "duckdb":
        micros = exp.Paren(this=exp.Sub(this=call("EPOCH_US", end), expression=call("EPOCH_US", start)))
        micros_each = cast(exp.Literal.number("0.000001"), "DECIMAL(6, 6)")
        # 19 digits and more are computed in 128 bits; with fewer the product could overflow.
        return cast(exp.Mul(this=cast(micros, "DECIMAL(19, 0)"), expression=micros_each), "DECIMAL(24, 6)")
    difference = exp.Paren(this=exp.Sub(this=end, expression=start))
    return cast(exp.Extract(this=exp.Var(this="EPOCH"), expression=difference), "DECIMAL(24, 6)")


_CALLS: dict[str, _Print] = {
    "lower": _lower,
    "upper": _upper,
    "trim": lambda printer, node: _trimmed("TRIM" if printer.dialect == "duckdb" else "BTRIM")(printer, node),
    "ltrim": _trimmed("LTRIM"),
    "rtrim": _trimmed("RTRIM"),
    "length": _named("LENGTH"),
    "substring": _substring,
    "left": _side("LEFT"),
    "right": _side("RIGHT"),
    "replace": _named("REPLACE"),
    "concat": _named("CONCAT"),
    "starts_with": _named("STARTS_WITH"),
    "ends_with": _ends_with,
    "contains": _contains,
    "matches": _matches,
    "coalesce": _named("COALESCE"),
    "nullif": _nullif,
    "greatest": _ordered("GREATEST"),
    "least": _ordered("LEAST"),
    "abs": _named("ABS"),
    "sign": _sign,
    "round": _round,
    "floor": _whole("FLOOR"),
    "ceil": _whole("CEIL"),
    "sqrt": _sqrt,
    "date_trunc": _date_trunc,
    "year": _part("YEAR"),
    "quarter": _part("QUARTER"),
    "month": _part("MONTH"),
    "day": _part("DAY"),
    "weekday": _part("ISODOW"),
    "hour": _part("HOUR"),
    "minute": _part("MINUTE"),
    "second": _part("SECOND"),
    "days_between": _days_between,
    "years_between": _years_between,
    "seconds_between": _seconds_between,
}
