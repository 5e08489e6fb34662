"""Hypothesis strategies: typed expressions over the parity table, rows for it, and any tree at all."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from workbench.expression.functions import UNITS
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
    Unary,
)

__all__ = ["aggregates", "expressions", "random_rows", "trees"]

INTEGERS = [0, 1, -1, 2, 3, 7, 10, -13, 100, 12345, 2**31 - 1, -(2**31), 2**53, 2**53 + 1, 2**63 - 1, -(2**63)]
SMALL = [each for each in INTEGERS if abs(each) < 2**15]
DECIMALS = [
    Decimal(text)
    for text in ["0.00", "0.01", "-0.01", "0.05", "1.00", "1.25", "-2.50", "2.675", "99.99", "-12345.67", "9999999999999999.99", "-9999999999999999.99"]
]  # fmt: skip
FLOATS = [
    0.0, -0.0, 1.0, -1.5, 0.5, 2.5, -2.5, 0.1, 1e-7, 3.141592653589793, 1e15, 123456789.125, 1e300, -1e300, 5e-324, float("inf"),
    float("-inf"), float("nan"), 0.49999999999999994, 2.675, 1.005,
]  # fmt: skip
TEXTS = [
    "", " ", "a", "A", "b", "B", "ab", "aB%", "a_b", "a\\b", "%", "_", "Zoë", "ZOË", "ß", "ẞ", "straße", "İstanbul", "ısı", "ΑΣ", "ας", "é", "e\u0301", "😀", "😀a",
    "a\nb", "\t", " a ", "\u00a0x", "12", "-7", " 5", "1.50", "1e3", "nan", "true", "FALSE", "2024-02-29", "2023-02-29", "2024-02-29 10:00:00", "10:00:00",
    "2024-02-29T10:00:00+02:00", "red", "green", "O'Brien", '"; drop table t; --', "<script>", "zzz", "aaaaaaaaab", "99999999999999999999",
]  # fmt: skip
DATES = [
    dt.date(2024, 2, 29),
    dt.date(2024, 1, 31),
    dt.date(2023, 12, 31),
    dt.date(1970, 1, 1),
    dt.date(2000, 3, 1),
    dt.date(1900, 2, 28),
    dt.date(2026, 11, 22),
    dt.date(1, 1, 1),
    dt.date(9999, 12, 31),
]
TIMES = [dt.time(0, 0), dt.time(9, 30), dt.time(23, 59, 59, 999999), dt.time(12, 0, 0, 500000)]
LOCALS = [
    dt.datetime(2024, 2, 29, 23, 59, 59, 999999), dt.datetime(2024, 3, 31, 1, 30), dt.datetime(2024, 10, 27, 2, 30), dt.datetime(1969, 12, 31, 23, 0, 0, 1),
    dt.datetime(2000, 1, 1), dt.datetime(2026, 11, 22, 12, 34, 56, 780000), dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59),
]  # fmt: skip
INTERVALS = [
    Interval(), Interval(1), Interval(0, 1), Interval(0, 0, 1_500_000), Interval(-1, 2, -3), Interval(12), Interval(0, 30), Interval(0, 0, 86_400_000_000),
    Interval(-13, -40, 7_200_000_000),
]  # fmt: skip
UUIDS = [
    uuid.UUID(int=0),
    uuid.UUID(int=1),
    uuid.UUID(int=2**127),
    uuid.UUID(int=2**128 - 1),
    uuid.UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
]

_POOLS: dict[str, list[Any]] = {
    "boolean": [True, False], "integer": INTEGERS, "float": FLOATS, "text": TEXTS, "date": DATES, "time": TIMES, "local_timestamp": LOCALS,
    "timestamp": [each.replace(tzinfo=dt.UTC) for each in LOCALS], "duration": INTERVALS, "uuid": UUIDS,
}  # fmt: skip
_texts_at_all = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
_COLUMNS: dict[str, list[str]] = {
    "boolean": ["b1", "b2"], "integer": ["i1", "i2", "i3"], "decimal": ["d1", "d2"], "float": ["f1", "f2"], "text": ["s1", "s2", "e1"],
    "date": ["date1", "date2"], "time": ["time1"], "timestamp": ["at1", "at2"], "local_timestamp": ["local1"], "duration": ["length1"],
    "uuid": ["u1", "u2"],
}  # fmt: skip


def random_rows(seed: int, count: int) -> list[dict[str, Any]]:
    """``count`` rows for the parity table: values from the corners of each type, others from anywhere between, and one in six null."""
    draw = random.Random(seed)
    pools = {name: _POOLS[family] for family, names in _COLUMNS.items() if family in _POOLS for name in names}
    pools |= {
        "i2": [each for each in INTEGERS if -(2**31) <= each < 2**31], "i3": SMALL, "d1": [each for each in DECIMALS if each.as_tuple().exponent == -2],
        "d2": [Decimal("0.0001"), Decimal("-1.5"), Decimal("999999.9999"), Decimal("0.3333"), Decimal(0), Decimal("2.6750")],
        "e1": ["red", "green", "Blue"],
    }  # fmt: skip

    def value(name: str) -> Any:
        if draw.random() < 1 / 6:
            return None
        return _BETWEEN[name](draw) if name in _BETWEEN and draw.random() < 1 / 3 else draw.choice(pools[name])

    return [{name: value(name) for name in pools} for _ in range(count)]


def _decimal(draw: random.Random, digits: int, scale: int) -> Decimal:
    return Decimal(draw.choice((1, -1)) * draw.randrange(10 ** draw.randint(1, digits))).scaleb(-scale)


def _moment(draw: random.Random) -> dt.datetime:
    return dt.datetime(1, 1, 1) + dt.timedelta(
        days=draw.randrange(3_652_059), microseconds=draw.randrange(86_400_000_000)
    )


_BETWEEN: dict[str, Callable[[random.Random], Any]] = {
    "i1": lambda draw: draw.choice((1, -1)) * draw.getrandbits(draw.randint(1, 63)),
    "i3": lambda draw: draw.randrange(-300, 300),
    "d1": lambda draw: _decimal(draw, 18, 2),
    "d2": lambda draw: _decimal(draw, 10, 4),
    "f1": lambda draw: draw.gauss(0, 10 ** draw.randint(-3, 12)),
    "f2": lambda draw: round(draw.uniform(-1000, 1000), draw.randint(0, 6)),
    "s1": lambda draw: "".join(draw.choices("abZ _%\\0é1.ß😀", k=draw.randint(0, 8))),
    "date1": lambda draw: _moment(draw).date(),
    "at1": lambda draw: _moment(draw).replace(tzinfo=dt.UTC),
    "local1": _moment,
    "time1": lambda draw: _moment(draw).time(),
    "length1": lambda draw: Interval(draw.randint(-40, 40), draw.randint(-400, 400), draw.randint(-(10**12), 10**12)),
}
"""Column -> any value of its type, where the corners are not all there is."""


@cache
def _constant(family: str) -> SearchStrategy[Node]:
    if family == "decimal":
        values: SearchStrategy[Any] = st.sampled_from(DECIMALS) | st.decimals(
            min_value=-(10**6), max_value=10**6, places=3
        )
    elif family == "uuid":
        return st.sampled_from(UUIDS).map(lambda value: Cast(Constant(str(value)), "uuid"))
    else:
        values = st.sampled_from(_POOLS[family])
        if family == "integer":
            values |= st.integers(-50, 50)
        if family == "text":
            values |= _texts_at_all
        if family == "float":
            values |= st.floats(-1e6, 1e6)
    return values.map(Constant)


@cache
def _leaf(family: str) -> SearchStrategy[Node]:
    columns = st.sampled_from(_COLUMNS[family]).map(lambda name: Path((name,)))
    return columns | columns | _constant(family)


def _call(name: str, *arguments: SearchStrategy[Node]) -> SearchStrategy[Node]:
    return st.tuples(*arguments).map(lambda given: Call(name, given))


def _binary(operators: list[str], left: SearchStrategy[Node], right: SearchStrategy[Node]) -> SearchStrategy[Node]:
    return st.builds(Binary, st.sampled_from(operators), left, right)  # type: ignore[arg-type]


COMPARISONS = ["=", "!=", "<", "<=", ">", ">=", "is distinct from", "is not distinct from"]
PATTERNS = [
    "[a-z]+", ".*", "[^a-z]*", r"\d+(\.\d+)?", "(a|b|ab)*", r"\w+\s?\w*", r"[\]\-^\\]?.", "a{1,3}b?", "(|x)a.*", r"\S+",
    "[À-ÿ]+.*", "😀?a?",
]  # fmt: skip
LIKES = ["%", "_", "a%", "%b", "%a%", "_b%", "a\\%b", "a\\_b", "%\\\\%", "", "Z__", "%ß%", "😀_", "%É", "__", "i%"]
_BOUNDED = ("date", "timestamp", "local_timestamp")


@cache
def of(family: str, depth: int) -> SearchStrategy[Node]:
    """Expressions of a family, nested at most ``depth`` deep."""
    if depth <= 0:
        return _leaf(family)
    same = of(family, depth - 1)
    kinds = [
        _leaf(family),
        st.builds(
            Case,
            st.lists(st.tuples(of("boolean", depth - 1), same), min_size=1, max_size=2).map(tuple),
            st.none() | same,
        ),
    ]
    kinds += [
        st.lists(same, min_size=1, max_size=3).map(lambda given: Call("coalesce", tuple(given))),
        _call("nullif", same, same),
    ]
    if family != "duration":
        kinds += [
            st.lists(same, min_size=1, max_size=3).flatmap(
                lambda given: st.sampled_from([Call("greatest", tuple(given)), Call("least", tuple(given))])
            )
        ]
    return st.one_of(*kinds, *_MORE[family](depth - 1))


def _booleans(depth: int) -> list[SearchStrategy[Node]]:
    compared = st.sampled_from(sorted(_COLUMNS)).flatmap(
        lambda family: st.one_of(
            _binary(COMPARISONS, of(family, depth), of(family, depth)),
            st.builds(Between, of(family, depth), of(family, depth), of(family, depth), st.booleans()),
            st.builds(
                In,
                of(family, depth),
                st.lists(of(family, 0) | st.just(Constant(None)), min_size=1, max_size=4).map(tuple),
                st.booleans(),
            ),
            st.builds(IsNull, of(family, depth), st.booleans()),
        )
    )
    mixed = _binary(COMPARISONS, of("integer", depth), of("decimal", depth) | of("float", depth)) | _binary(
        COMPARISONS, of("decimal", depth), of("float", depth)
    )
    moments = _binary(COMPARISONS, of("date", depth), of("timestamp", depth) | of("local_timestamp", depth))
    text, boolean = of("text", depth), of("boolean", depth)
    return [
        compared, compared, mixed, moments, _binary(["and", "or"], boolean, boolean), _binary(["and", "or"], boolean, boolean), st.builds(Unary, st.just("not"), boolean),
        st.builds(Like, text, st.sampled_from(LIKES).map(Constant), st.booleans(), st.booleans()),
        _call("matches", text, st.sampled_from(PATTERNS).map(Constant)),
        *[_call(name, text, text) for name in ("starts_with", "ends_with", "contains")],
        _cast("boolean", text),
    ]  # fmt: skip


def _cast(target: str, *operands: SearchStrategy[Node]) -> SearchStrategy[Node]:
    return st.builds(Cast, st.one_of(*operands), st.just(target), st.booleans() | st.just(True))


def _integers(depth: int) -> list[SearchStrategy[Node]]:
    whole, text = of("integer", depth), of("text", depth)
    moment = of("date", depth) | of("timestamp", depth) | of("local_timestamp", depth)
    clock = of("time", depth) | of("timestamp", depth)
    return [
        _binary(["+", "-", "*", "%"], whole, whole), _binary(["+", "-", "*", "%"], whole, whole), st.builds(Unary, st.just("-"), whole), _binary(["-"], of("date", depth), of("date", depth)),
        _call("abs", whole), _call("round", whole), _call("round", whole, st.integers(0, 4).map(Constant)), _call("floor", whole), _call("length", text),
        _call("sign", whole | of("decimal", depth) | of("float", depth)),
        *[_call(name, moment) for name in ("year", "quarter", "month", "day", "weekday")], *[_call(name, clock) for name in ("hour", "minute", "second")],
        _call("days_between", moment, moment), _call("years_between", moment, moment),
        _cast("integer", text, of("decimal", depth), of("float", depth), of("boolean", depth)),
    ]  # fmt: skip


def _decimals(depth: int) -> list[SearchStrategy[Node]]:
    decimal, whole, digits = of("decimal", depth), of("integer", depth), st.integers(0, 4).map(Constant)
    return [
        _binary(["+", "-", "*", "%"], decimal, decimal | whole), _binary(["+", "-"], whole, decimal), st.builds(Unary, st.just("-"), decimal),
        _call("abs", decimal), _call("round", decimal), _call("round", decimal | of("float", depth), digits), _call("floor", decimal), _call("ceil", decimal),
        _call("seconds_between", of("timestamp", depth), of("timestamp", depth)), _call("seconds_between", of("local_timestamp", depth), of("local_timestamp", depth)),
        _cast("decimal(18, 2)", of("text", depth), whole, decimal, of("float", depth)), _cast("decimal(6, 3)", decimal, whole, of("float", depth)),
        _cast("decimal(38, 0)", of("text", depth), decimal, whole, of("float", depth)),
    ]  # fmt: skip


def _floats(depth: int) -> list[SearchStrategy[Node]]:
    number, float_ = of("integer", depth) | of("decimal", depth), of("float", depth)
    return [
        _binary(["/"], number | float_, number | float_), _binary(["+", "-", "*"], float_, number | float_), st.builds(Unary, st.just("-"), float_),
        *[_call(name, float_) for name in ("abs", "round", "floor", "ceil")], _call("sqrt", number | float_), _cast("float", of("text", depth), number),
    ]  # fmt: skip


def _texts(depth: int) -> list[SearchStrategy[Node]]:
    text, position = of("text", depth), of("integer", 0) | st.integers(-3, 5).map(Constant)
    return [
        *[_call(name, text) for name in ("lower", "upper", "trim", "ltrim", "rtrim")], _binary(["||"], text, text), _call("concat", text, text), _call("replace", text, text, text),
        _call("substring", text, position), _call("substring", text, position, position), _call("left", text, position), _call("right", text, position),
        _cast("string", of("integer", depth), of("decimal", depth), of("boolean", depth), of("date", depth), of("time", depth), of("timestamp", depth), of("local_timestamp", depth), of("uuid", depth)),
    ]  # fmt: skip


def _days() -> SearchStrategy[Node]:
    """Few enough that the date may stay one, or any number."""
    return st.sampled_from([Path(("i3",)), *map(Constant, (-400, -1, 0, 31, 100_000))]) | of("integer", 1)


def _moments(family: str) -> Any:
    others = {
        "date": ["timestamp", "local_timestamp", "text"],
        "timestamp": ["date", "local_timestamp", "text"],
        "local_timestamp": ["date", "timestamp", "text"],
    }[family]

    def more(depth: int) -> list[SearchStrategy[Node]]:
        moment = of(family, depth)
        units = st.sampled_from(UNITS[:5] if family == "date" else UNITS).map(Constant)
        made = [_call("date_trunc", units, moment), _cast(family, *[of(other, depth) for other in others])]
        if family == "date":
            return [*made, _binary(["+", "-"], moment, _days()), _binary(["+"], _days(), moment)]
        made.append(_binary(["+", "-"], moment, of("duration", depth)))
        return (
            [*made, _binary(["+", "-"], of("date", depth), of("duration", depth))]
            if family == "local_timestamp"
            else made
        )

    return more


_MORE: dict[str, Any] = {
    "boolean": _booleans, "integer": _integers, "decimal": _decimals, "float": _floats, "text": _texts,
    **{family: _moments(family) for family in _BOUNDED},
    "time": lambda depth: [_cast("time", of("timestamp", depth), of("local_timestamp", depth), of("text", depth))],
    "duration": lambda depth: [
        _binary(["+", "-"], of("duration", depth), of("duration", depth)), _binary(["*"], of("duration", depth), of("integer", 0) | st.integers(-9, 9).map(Constant)),
        _binary(["-"], of("timestamp", depth), of("timestamp", depth)), _binary(["-"], of("local_timestamp", depth), of("local_timestamp", depth)),
        st.builds(Unary, st.just("-"), of("duration", depth)),
    ],
    "uuid": lambda depth: [_cast("uuid", of("text", depth), of("uuid", depth))],
}  # fmt: skip


@st.composite
def expressions(draw: DrawFn, depth: int = 3) -> Node:
    """A typed expression over one row, of any family."""
    return draw(of(draw(st.sampled_from(sorted(_COLUMNS))), draw(st.integers(1, depth))))


_COUNTS = [Aggregate("count"), Aggregate("count", Path(("i1",)), distinct=True), Aggregate("sum", Path(("d1",)))]


@st.composite
def aggregates(draw: DrawFn) -> Node:
    """A typed aggregate over all rows."""
    function = draw(st.sampled_from(["count", "sum", "avg", "min", "max", "exists"]))
    where = draw(st.none() | of("boolean", 1))
    if function == "exists" or (function == "count" and draw(st.booleans())):
        return Aggregate(function, None, where)
    family = draw(st.sampled_from(["integer", "decimal", "float"] if function in ("sum", "avg") else sorted(_COLUMNS)))
    made = Aggregate(function, draw(of(family, draw(st.integers(0, 2)))), where, "", draw(st.booleans()))
    if family not in ("integer", "decimal") or draw(st.booleans()):
        return made
    return Binary(draw(st.sampled_from(["+", "-", "*", "/", "<", "="])), made, draw(st.sampled_from(_COUNTS)))


# --- any tree -------------------------------------------------------------------------------------------------------------------

_names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=6) | st.sampled_from(
    ["a", "in", "actor", "total", 'x"y', "Null"]
)
_words = st.sampled_from(["lower", "coalesce", "anything_else"])
_scalars = st.one_of(
    *[_constant(family) for family in sorted(_COLUMNS) if family != "uuid"],
    st.integers(-(2**63), 2**63 - 1).map(Constant),
    st.just(Constant(None)),
)


def _grown(inner: SearchStrategy[Node]) -> SearchStrategy[Node]:
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Unary, st.sampled_from(["not", "-"]), inner),
        _binary(["or", "and", *COMPARISONS, "||", "+", "-", "*", "/", "%"], inner, inner),
        st.builds(IsNull, inner, st.booleans()),
        st.builds(In, inner, some, st.booleans()),
        st.builds(Between, inner, inner, inner, st.booleans()),
        st.builds(Like, inner, inner, st.booleans(), st.booleans()),
        st.builds(Case, st.lists(st.tuples(inner, inner), min_size=1, max_size=2).map(tuple), st.none() | inner),
        st.builds(Cast, inner, st.sampled_from(["integer", "decimal(10, 2)", "uuid"]), st.booleans()),
        st.builds(Call, _words, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Aggregate, st.sampled_from(["count", "sum", "exists"]), inner, st.none() | inner, st.just("") | _names, st.booleans()),
        st.builds(Aggregate, st.sampled_from(["count", "exists"]), st.none(), inner),
    )  # fmt: skip


def trees() -> SearchStrategy[Node]:
    """Any tree the grammar can write, sense or not."""
    paths = st.lists(_names, min_size=1, max_size=3).map(lambda names: Path(tuple(names)))
    references = st.builds(
        Reference, st.sampled_from(["actor", "tenant", "context"]), st.lists(_names, max_size=2).map(tuple)
    )
    arguments = st.lists(_names, min_size=1, max_size=2).map(lambda names: Reference("argument", tuple(names)))
    return st.recursive(_scalars | paths | references | arguments, _grown, max_leaves=12)
