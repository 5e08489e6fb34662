"""The functions a plan may call: one table, and nothing outside it is ever printed.

Expressions have their own curated list; these are the ones the workbench itself needs when it measures data. Each entry says how many
arguments it takes, whether it works on one value, on a group or on a window, and how each dialect says it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sqlglot import exp

from workbench.errors import DefinitionError, nearest
from workbench.expression.functions import AGGREGATES as LANGUAGE_AGGREGATES
from workbench.expression.functions import FUNCTIONS as LANGUAGE_FUNCTIONS

__all__ = ["FUNCTIONS", "LANGUAGE", "Arguments", "Function", "Kind", "count_arguments", "find_function"]

Kind: TypeAlias = Literal["scalar", "aggregate", "window"]

LANGUAGE: dict[str, Kind] = {
    **dict.fromkeys(LANGUAGE_FUNCTIONS, "scalar"),
    **dict.fromkeys(LANGUAGE_AGGREGATES, "aggregate"),
}
"""What expressions may call, and plans too; ``workbench.relation.scalar`` prints it."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a function is applied to, as SQL trees; ``distinct`` and ``where`` only reach aggregates."""

    values: Sequence[exp.Expr]
    distinct: bool = False
    where: exp.Expr | None = None


Printer: TypeAlias = Callable[[Arguments], exp.Expr]


@dataclass(frozen=True, slots=True)
class Function:
    """A function and its two spellings; it takes ``least`` to ``most`` arguments."""

    kind: Kind
    least: int
    most: int
    duckdb: Printer
    postgres: Printer


def find_function(name: str, arguments: int) -> Function:
    """The function called ``name``, when it takes that many arguments.

    Raises:
        DefinitionError: no plan may call it, or not with so many arguments.
    """
    function = FUNCTIONS.get(name)
    if function is None:
        close = nearest(name, (*FUNCTIONS, *LANGUAGE))
        hint = (
            f"did you mean {close[0]}?"
            if close
            else "a plan calls only the functions listed in workbench.relation.functions"
        )
        raise DefinitionError(f"no function is called {name!r}; {hint}")
    _count(name, arguments, function.least, function.most)
    return function


def count_arguments(name: str, arguments: int) -> None:
    """Nothing, when the function ``name`` of the language takes that many arguments.

    Raises:
        DefinitionError: it does not.
    """
    if name in LANGUAGE_AGGREGATES:
        _count(name, arguments, 0 if name in ("count", "exists") else 1, 0 if name == "exists" else 1)
    else:
        declared = LANGUAGE_FUNCTIONS[name]
        _count(name, arguments, declared.fewest, 1000 if declared.variadic else len(declared.parameters))


def _count(name: str, arguments: int, least: int, most: int) -> None:
    if not least <= arguments <= most:
        allowed = str(least) if least == most else f"{least} to {most}"
        raise DefinitionError(f"{name} takes {allowed} arguments, not {arguments}")


# --- ways of printing -----------------------------------------------------------------------------------------------------------


def _call(name: str, *values: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(values))


def _number(value: float) -> exp.Expr:
    return exp.Literal.number(value)


def _text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def _cast(value: exp.Expr, kind: exp.DType) -> exp.Expr:
    return exp.Cast(this=value, to=exp.DataType(this=kind))


def _double(value: exp.Expr) -> exp.Expr:
    return _cast(value, exp.DType.DOUBLE)


def _atom(value: exp.Expr) -> exp.Expr:
    atomic = isinstance(value, exp.Column | exp.Literal | exp.Parameter | exp.Anonymous | exp.Cast | exp.Paren)
    return value if atomic else exp.Paren(this=value)


def _filtered(aggregate: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    return aggregate if where is None else exp.Filter(this=aggregate, expression=exp.Where(this=where))


def _ordered(value: exp.Expr, descending: bool = False) -> exp.Expr:
    return exp.Ordered(this=value, desc=descending, nulls_first=False)


def _named(name: str) -> Printer:
    """Called by ``name`` with the arguments as they are."""
    return lambda given: _call(name, *given.values)


def _grouped(name: str) -> Printer:
    """An aggregate called by ``name``."""

    def print_(given: Arguments) -> exp.Expr:
        values = [exp.Distinct(expressions=list(given.values))] if given.distinct else given.values
        return _filtered(_call(name, *values), given.where)

    return print_


def _count_distinct(given: Arguments) -> exp.Expr:
    return _grouped("COUNT")(Arguments(given.values, True, given.where))


def _within(name: str, value: exp.Expr, where: exp.Expr | None, fraction: exp.Expr | None = None) -> exp.Expr:
    """An ordered-set aggregate: ``name(fraction) within group (order by value)``."""
    applied = _call(name, *([fraction] if fraction is not None else []))
    return _filtered(exp.WithinGroup(this=applied, expression=exp.Order(expressions=[_ordered(value)])), where)


def _array(given: Arguments, name: str, order: exp.Expr | None = None) -> exp.Expr:
    """All values that are not null in one array, perhaps in order."""
    value: exp.Expr = given.values[0]
    present = exp.Not(this=exp.Is(this=_atom(value.copy()), expression=exp.Null()))
    where = present if given.where is None else exp.And(this=_atom(given.where), expression=present)
    listed: exp.Expr = exp.Distinct(expressions=[value]) if given.distinct else value
    if order is not None:
        listed = exp.Order(this=listed, expressions=[order])
    return _filtered(_call(name, listed), where)


def _first_items(array: exp.Expr, count: exp.Expr) -> exp.Expr:
    """The first ``count`` items of an array."""
    return exp.Bracket(this=exp.Paren(this=array), expressions=[exp.Slice(this=_number(1), expression=count)], offset=1)


def _first_item(array: exp.Expr) -> exp.Expr:
    return exp.Bracket(this=exp.Paren(this=array), expressions=[_number(1)], offset=1)


def _listed(name: str) -> Printer:
    def print_(given: Arguments) -> exp.Expr:
        array = _array(given, name)
        return _first_items(array, given.values[1]) if len(given.values) > 1 else array

    return print_


def _extreme(name: str, descending: bool) -> Printer:
    def print_(given: Arguments) -> exp.Expr:
        order = _ordered(given.values[0].copy(), descending)
        return _first_items(_array(given, name, order), given.values[1])

    return print_


def _by_order(descending: bool) -> Printer:
    """PostgreSQL's way to the first or last value that is not null, by another that is not null."""

    def print_(given: Arguments) -> exp.Expr:
        value, order = given.values
        present = exp.Not(this=exp.Is(this=_atom(order.copy()), expression=exp.Null()))
        where = present if given.where is None else exp.And(this=_atom(given.where), expression=present)
        return _first_item(_array(Arguments([value], where=where), "ARRAY_AGG", _ordered(order, descending)))

    return print_


def _any_value_postgres(given: Arguments) -> exp.Expr:
    return _first_item(_array(given, "ARRAY_AGG"))


def _matches_postgres(given: Arguments) -> exp.Expr:
    value, pattern = given.values
    anchored = exp.DPipe(this=exp.DPipe(this=_text("^(?:"), expression=_atom(pattern)), expression=_text(")$"))
    return exp.Paren(this=exp.RegexpLike(this=_atom(value), expression=exp.Paren(this=anchored)))


def _replace_pattern(given: Arguments) -> exp.Expr:
    return _call("REGEXP_REPLACE", *given.values, _text("g"))


def _bin(given: Arguments) -> exp.Expr:
    value, start, width = given.values
    distance = exp.Paren(this=exp.Sub(this=_double(value), expression=_double(start)))
    steps = exp.Div(this=distance, expression=_double(width), typed=False, safe=False)
    return _cast(_call("FLOOR", steps), exp.DType.BIGINT)


def _text_of(given: Arguments) -> exp.Expr:
    return _cast(given.values[0], exp.DType.TEXT)


def _md5(given: Arguments) -> exp.Expr:
    return _call("MD5", _text_of(given))


def _hash_postgres(given: Arguments) -> exp.Expr:
    return _call("HASHTEXTEXTENDED", _text_of(given), _number(0))


def _type_postgres(given: Arguments) -> exp.Expr:
    return _cast(_call("PG_TYPEOF", *given.values), exp.DType.TEXT)


def _is_nan_postgres(given: Arguments) -> exp.Expr:
    return exp.Paren(this=exp.EQ(this=_double(given.values[0]), expression=_double(_text("NaN"))))


def _is_finite_postgres(given: Arguments) -> exp.Expr:
    special = [_double(_text(name)) for name in ("NaN", "Infinity", "-Infinity")]
    return exp.Paren(this=exp.Not(this=exp.In(this=_double(given.values[0]), expressions=special)))


# --- the table ------------------------------------------------------------------------------------------------------------------


def _alike(kind: Kind, least: int, most: int, *names: str) -> dict[str, Function]:
    """Functions both dialects call by the same name."""
    way = _grouped if kind == "aggregate" else _named
    return {name: Function(kind, least, most, way(name.upper()), way(name.upper())) for name in names}


FUNCTIONS: dict[str, Function] = {
    **_alike("aggregate", 1, 1, "bool_and", "bool_or", "grouping"),
    **_alike("aggregate", 2, 2, "corr"),
    "approx_count_distinct": Function("aggregate", 1, 1, _grouped("APPROX_COUNT_DISTINCT"), _count_distinct),
    "stddev": Function("aggregate", 1, 1, _grouped("STDDEV_SAMP"), _grouped("STDDEV_SAMP")),
    "variance": Function("aggregate", 1, 1, _grouped("VAR_SAMP"), _grouped("VAR_SAMP")),
    "median": Function(
        "aggregate", 1, 1,
        lambda g: _filtered(_call("QUANTILE_CONT", g.values[0], _number(0.5)), g.where),
        lambda g: _within("PERCENTILE_CONT", g.values[0], g.where, _number(0.5)),
    ),
    "quantile": Function(
        "aggregate", 2, 2,
        lambda g: _filtered(_call("QUANTILE_DISC", *g.values), g.where),
        lambda g: _within("PERCENTILE_DISC", g.values[0], g.where, g.values[1]),
    ),
    "mode": Function("aggregate", 1, 1, _grouped("MODE"), lambda g: _within("MODE", g.values[0], g.where)),
    "any_value": Function("aggregate", 1, 1, _grouped("ANY_VALUE"), _any_value_postgres),
    "first": Function("aggregate", 2, 2, _grouped("ARG_MIN"), _by_order(False)),
    "last": Function("aggregate", 2, 2, _grouped("ARG_MAX"), _by_order(True)),
    "list": Function("aggregate", 1, 2, _listed("LIST"), _listed("ARRAY_AGG")),
    "lowest": Function("aggregate", 2, 2, _extreme("LIST", False), _extreme("ARRAY_AGG", False)),
    "highest": Function("aggregate", 2, 2, _extreme("LIST", True), _extreme("ARRAY_AGG", True)),
    **_alike("window", 0, 0, "row_number", "rank", "dense_rank", "percent_rank", "cume_dist"),
    **_alike("window", 1, 1, "ntile", "first_value", "last_value"),
    **_alike("window", 1, 3, "lag", "lead"),
    **_alike("scalar", 1, 1, "ln", "exp"),
    **_alike("scalar", 2, 2, "power"),
    **_alike("scalar", 3, 3, "translate"),
    **_alike("scalar", 1, 1000, "row"),
    "matches": Function("scalar", 2, 2, _named("REGEXP_FULL_MATCH"), _matches_postgres),
    "replace_pattern": Function("scalar", 3, 3, _replace_pattern, _replace_pattern),
    "bin": Function("scalar", 3, 3, _bin, _bin),
    "text": Function("scalar", 1, 1, _text_of, _text_of),
    "md5": Function("scalar", 1, 1, _md5, _md5),
    "hash": Function("scalar", 1, 1, _named("HASH"), _hash_postgres),
    "type_of": Function("scalar", 1, 1, _named("TYPEOF"), _type_postgres),
    "is_nan": Function("scalar", 1, 1, _named("ISNAN"), _is_nan_postgres),
    "is_finite": Function("scalar", 1, 1, _named("ISFINITE"), _is_finite_postgres),
}  # fmt: skip
"""Every function by name, beside those of the language. Beyond what the names say:

``median`` is continuous, ``quantile(x, 0.9)`` takes the value that is there; ``first(x, k)`` and ``last(x, k)`` go by ``k`` and skip nulls;
``list(x, n)`` keeps at most n values, ``lowest(x, n)`` and ``highest(x, n)`` the extreme ones; ``bin(x, start, width)`` numbers equal steps
from 0; ``row(a, b)`` is one comparable value (``count`` distinct over several columns); ``matches`` takes any pattern the database knows, not only those all targets share;
``hash`` and ``approx_count_distinct`` may differ between dialects.
"""
