"""What is claimed of each attribute: its type, whether it is required, its values, and what it is good for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workbench.evidence.claim import Claim, CounterExample, Evidence, Kind, Reason, Status, mask
from workbench.evidence.matching import is_filled
from workbench.evidence.names import IDENTIFIER_WORDS, MEASURE_WORDS, words
from workbench.evidence.options import Options
from workbench.evidence.profile import ColumnProfile, TableProfile, column, count_where
from workbench.evidence.semantics import is_sensitive, looks_like_state, semantic_of
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Between, Binary, Call, Cast, Constant, In, IsNull, Node, Unary
from workbench.relation.plan import Aggregate, Filter, Limit, Order, Output, Plan, Scan, Sort
from workbench.relation.port import Store
from workbench.views import counted

__all__ = ["attribute_claims"]

_FEWEST_SHOWN = 10
"""Rows that share a private value, below which it might tell on somebody."""

_TIMES = ("date", "timestamp", "local_timestamp")
_NARROWER = ("boolean", "integer", "decimal(38, 9)", "date", "timestamp", "local_timestamp", "uuid")
_MOMENT = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?"
_SHAPES = {
    "boolean": re.compile(r"(?i)(true|false)\Z"),
    "integer": re.compile(r"-?(0|[1-9]\d{0,17})\Z"),
    "decimal(38, 9)": re.compile(r"-?\d{1,20}\.\d{1,9}\Z"),
    "date": re.compile(r"\d{4}-\d{2}-\d{2}\Z"),
    "timestamp": re.compile(_MOMENT + r"(Z|[+-]\d{2}(:?\d{2})?)\Z"),
    "local_timestamp": re.compile(_MOMENT + r"\Z"),
    "uuid": re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"),
}
_WORDS_FOR_NONE = (
    "",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "NULL",
    "null",
    "None",
    "none",
    "NaN",
    "nan",
    "-",
    "--",
    "?",
    "unknown",
    "UNKNOWN",
    ".",
)
_RARE = 0.002
"""Values of a smaller share of the rows may be mistakes."""

_RATES = frozenset(
    [
        "price",
        "rate",
        "ratio",
        "percent",
        "percentage",
        "pct",
        "average",
        "avg",
        "mean",
        "temp",
        "temperature",
        "pressure",
        "humidity",
        "speed",
        "age",
        "score",
        "rating",
        "latitude",
        "longitude",
        "lat",
        "lon",
        "year",
        "month",
        "day",
        "hour",
        "minute",
        "dewp",
        "visib",
        "weight",
        "height",
        "grade",
        "level",
        "rank",
    ]
)


@dataclass(frozen=True, slots=True)
class _Test:
    """A condition that agreeing rows meet, waiting to be counted with the others of its table."""

    claim: Claim
    condition: Node


def attribute_claims(
    store: Store, table: TableProfile, options: Options, *, key: tuple[str, ...], referring: frozenset[str]
) -> tuple[Claim, ...]:
    """Every claim about the attributes of ``table``, in column order. ``referring`` are the columns that refer elsewhere."""
    private = {each.name: is_sensitive(each, table.name) for each in table.columns}
    claims: list[Claim] = []
    tests: list[_Test] = []
    words_for_none = _words_for_none(store, table)
    for profile in table.columns:
        claims += _simple(table, profile, private[profile.name], words_for_none.get(profile.name, ()))
        tests += _tests(profile)
        identifies = profile.name in referring or profile.name in key
        if not identifies:
            claims += _enum(store, table, profile, options, bool(private[profile.name]))
        if not identifies or profile.type in _TIMES:
            claims += _uses(table, profile)
    claims += _counted(store, table, tests, options, private)
    position = {each.name: each.position for each in table.columns}
    return tuple(sorted(claims, key=lambda claim: position[claim.path.removeprefix(f"{table.name}.")]))


def _claim(
    profile: ColumnProfile,
    kind: Kind,
    statement: str,
    value: Any,
    evidence: Evidence,
    status: Status = "accepted",
    reason: str = "",
) -> Claim:
    return Claim(
        profile.path, kind, f"{profile.path} {statement}", value, evidence, status, (Reason(reason),) if reason else ()
    )


def _words_for_none(store: Store, table: TableProfile) -> dict[str, tuple[CounterExample, ...]]:
    """Text columns in which some rows hold a word for "no value" (``NA``, ``NULL``, ``-``): the words, and how many rows."""
    texts = [each for each in table.columns if each.type == "string" and each.distinct > 1]
    found: dict[str, tuple[CounterExample, ...]] = {}
    for start in range(0, len(texts), 100):
        part = texts[start : start + 100]
        outputs = [Output(f"c{index}", count_where(_reads_as_none(each.name))) for index, each in enumerate(part)]
        counts = store.query(Aggregate(Scan(table.info.table), (), tuple(outputs))).tuples()[0]
        for profile, count in zip(part, counts, strict=True):
            if count:
                rows = Filter(Scan(table.info.table), _reads_as_none(profile.name))
                value = Output("value", column(profile.name))
                groups = Aggregate(rows, (value,), (Output("rows_", count_where()),))
                counted = store.query(Sort(groups, (Order(column("rows_"), descending=True),))).tuples()
                found[profile.name] = tuple(CounterExample(str(word), often) for word, often in counted)
    return found


def _reads_as_none(name: str) -> Node:
    return In(column(name), tuple(Constant(word) for word in _WORDS_FOR_NONE))


def _simple(
    table: TableProfile,
    profile: ColumnProfile,
    private: str,
    words_for_none: tuple[CounterExample, ...],
) -> Iterator[Claim]:
    """What the profile itself shows: required, range, sensitive."""
    filled = IsNull(column(profile.name), negated=True)
    everything = Scan(table.info.table)
    seen = Evidence(profile.rows, profile.filled, plan=_count_plan(everything, "filled", filled))
    if words_for_none and not profile.required:
        none = sum(each.rows for each in words_for_none)
        said = Binary("and", filled, Unary("not", _reads_as_none(profile.name)))
        plan = _count_plan(everything, "filled", said)
        seen = Evidence(profile.rows, profile.filled - none, 0, words_for_none, plan)
        reason = "some rows hold a word that reads like no value"
        yield _claim(profile, "required", "always has a value", True, seen, "near miss", reason)
    elif (profile.rows and not profile.missing) or profile.required:
        yield _claim(profile, "required", "always has a value", True, seen)
    elif profile.rows and profile.missing <= profile.rows * 0.02 and profile.filled:
        yield _claim(profile, "required", "nearly always has a value", True, seen, "near miss")
    if profile.is_numeric and profile.filled and profile.minimum is not None and not private:
        low, high = profile.minimum, profile.maximum
        between = Between(column(profile.name), Constant(low), Constant(high))
        inside = _count_plan(everything, "inside", between)
        seen = Evidence(profile.filled, profile.filled, profile.missing, plan=inside)
        yield _claim(profile, "range", f"lies between {low} and {high}", (low, high), seen, "suggested")
    if private:
        looked = len(profile.sample)
        yield _claim(
            profile,
            "sensitive",
            "is sensitive",
            True,
            Evidence(looked, looked, sampled_of=table.rows if looked < profile.filled else 0),
            reason=private,
        )


def _count_plan(rows: Plan, name: str, condition: Node) -> Plan:
    """How many ``rows`` there are, and how many meet the condition."""
    outputs = (Output("rows", count_where()), Output(name, count_where(condition)))
    return Aggregate(rows, (), outputs)


def _tests(profile: ColumnProfile) -> Iterator[_Test]:
    """Claims that need a count of their own: narrower types, semantic types, one shape."""
    here = column(profile.name)
    if profile.type == "float" and profile.is_whole and profile.filled:
        whole = _claim(profile, "type", "holds whole numbers, though stored as float", "integer", Evidence(0, 0))
        yield _Test(whole, Binary("=", here, Call("floor", (here,))))
        return
    semantic = semantic_of(profile)
    if semantic is None and profile.type == "string" and profile.sample:
        seen = [str(value) for value in profile.sample]
        for type_ in _NARROWER:
            if sum(_SHAPES[type_].match(value) is not None for value in seen) >= 0.9 * len(seen):
                yield _Test(
                    _claim(profile, "type", f"holds {type_} values, though stored as text", type_, Evidence(0, 0)),
                    IsNull(Cast(here, type_, attempt=True), negated=True),
                )
                return
    if semantic is not None:
        yield _Test(
            _claim(
                profile, "type", f"is {_with_article(semantic.name.replace('_', ' '))}", semantic.name, Evidence(0, 0)
            ),
            semantic.holds(here),
        )
    elif shape := _shape(profile):
        yield _Test(
            _claim(profile, "pattern", f"matches {shape}", shape, Evidence(0, 0), "suggested"),
            Call("matches", (here, Constant(shape))),
        )


def _shape(profile: ColumnProfile) -> str:
    """The regular expression of codes that are all built alike (``[A-Z]{3}``, ``[A-Z]{2}-[0-9]{4}``), or an empty string."""
    if profile.type != "string" or len(profile.sample) < 20 or profile.longest > 24 or profile.distinct < 3:
        return ""
    shapes = {
        re.sub(r"[A-Z]", "A", re.sub(r"[a-z]", "a", re.sub(r"[0-9]", "9", str(value)))) for value in profile.sample
    }
    if len(shapes) != 1:
        return ""
    classes = {"A": "[A-Z]", "a": "[a-z]", "9": "[0-9]"}
    runs = re.finditer(r"(.)\1*", shapes.pop())
    return "".join(
        f"{classes.get(run[1], re.escape(run[1]))}" + (f"{{{len(run[0])}}}" if len(run[0]) > 1 else "") for run in runs
    )


def _counted(
    store: Store, table: TableProfile, tests: list[_Test], options: Options, private: dict[str, str]
) -> Iterator[Claim]:
    """Every test's claim with its evidence; those that hold too rarely are dropped."""
    for start in range(0, len(tests), 100):
        part = tests[start : start + 100]
        names = [test.claim.path.removeprefix(f"{table.name}.") for test in part]
        outputs = [Output(f"filled_{index}", Fold("count", column(name))) for index, name in enumerate(names)]
        outputs += [Output(f"c{index}", count_where(test.condition)) for index, test in enumerate(part)]
        counts = store.query(Aggregate(table.sample, (), tuple(outputs))).tuples()[0]
        for test, name, filled, agreeing in zip(part, names, counts[: len(part)], counts[len(part) :], strict=True):
            profile = table.column(name)
            if agreeing < filled * options.type_agreement or not filled:
                continue
            examples = (
                _disagreeing(store, table, profile, test.condition, options, bool(private[profile.name]))
                if agreeing < filled
                else ()
            )
            rows = Filter(table.sample, is_filled((profile.name,))) if table.drawn else table.sample
            plan = _count_plan(rows, "agreeing", test.condition)
            evidence = Evidence(filled, agreeing, profile.missing, examples, plan, table.sampled_of)
            status = test.claim.status if agreeing == filled else "near miss"
            yield Claim(test.claim.path, test.claim.kind, test.claim.statement, test.claim.value, evidence, status)


def _disagreeing(
    store: Store, table: TableProfile, profile: ColumnProfile, condition: Node, options: Options, private: bool
) -> tuple[CounterExample, ...]:
    here = column(profile.name)
    against = Binary("and", IsNull(here, negated=True), Binary("is distinct from", condition, Constant(True)))
    rows_against = Filter(table.sample, against)
    groups = Aggregate(rows_against, (Output("value", here),), (Output("rows_", count_where()),))
    order = (Order(column("rows_"), descending=True), Order(column("value")))
    rows = store.query(Limit(Sort(groups, order), options.counter_examples)).tuples()
    hide = private and not options.show_sensitive
    return tuple(CounterExample(mask(value, hide), count) for value, count in rows)


def _enum(
    store: Store, table: TableProfile, profile: ColumnProfile, options: Options, private: bool
) -> Iterator[Claim]:
    """The values of a column that has few. They are counted on every row, as a sample misses the rare ones; private values are named
    only where each stands for many rows."""
    if profile.type != "string" or profile.longest > 40 or not 1 < profile.distinct <= 10 * options.most_enum_values:
        return
    here = column(profile.name)
    groups = Aggregate(
        Filter(Scan(table.info.table), IsNull(here, negated=True)),
        (Output("value", here),),
        (Output("rows_", count_where()),),
    )
    plan = Sort(groups, (Order(column("rows_"), descending=True), Order(column("value"))))
    counts = store.query(plan).tuples()
    filled = sum(rows for _, rows in counts)
    if len(counts) > options.most_enum_values or filled < len(counts) * options.rows_per_enum_value:
        yield from _nearly_enum(profile, table, counts, plan, options, private)
        return
    if private and counts[-1][1] < _FEWEST_SHOWN and not options.show_sensitive:
        return
    values = tuple(str(value) for value, _ in counts)
    evidence = Evidence(filled, filled, table.rows - filled, plan=plan)
    semantic = semantic_of(profile)
    # Of time zones or addresses this data happens to hold a few: that is no rule.
    status: Status = "suggested" if semantic is not None and semantic.by_value_alone else "accepted"
    yield _claim(profile, "enum", f"is one of {counted(len(values), 'value')}", values, evidence, status)
    if why := looks_like_state(profile.name, list(values)):
        yield _claim(profile, "state", "moves through states", values, evidence, "suggested", why)


def _nearly_enum(
    profile: ColumnProfile,
    table: TableProfile,
    counts: list[tuple[Any, int]],
    plan: Plan,
    options: Options,
    private: bool,
) -> Iterator[Claim]:
    """A few usual values that nearly every row has, and rare others: ``EUR`` and ``USD``, and now and then ``euro``."""
    filled = sum(rows for _, rows in counts)
    usual = [(value, rows) for value, rows in counts if rows >= max(filled * _RARE, options.rows_per_enum_value)]
    agreeing = sum(rows for _, rows in usual)
    meant = 1 < len(usual) <= options.most_enum_values and agreeing >= filled * options.type_agreement
    if not meant or private or len(usual) == len(counts):
        return
    rare = [CounterExample(str(value), rows) for value, rows in counts[len(usual) :]]
    values = tuple(str(value) for value, _ in usual)
    evidence = Evidence(filled, agreeing, table.rows - filled, tuple(rare[: options.counter_examples]), plan)
    yield _claim(profile, "enum", f"is one of {counted(len(values), 'value')}", values, evidence, "near miss")


def _uses(table: TableProfile, profile: ColumnProfile) -> Iterator[Claim]:
    """Whether it is likely to be computed with, or sliced by."""
    shows = _count_plan(Scan(table.info.table), "filled", IsNull(column(profile.name), negated=True))
    seen = Evidence(profile.filled, profile.filled, profile.missing, plan=shows)
    said = set(words(profile.name))
    if profile.is_numeric and not said & IDENTIFIER_WORDS and profile.distinct > 1:
        if semantic_of(profile) is None:
            function = "avg" if said & _RATES else "sum"
            why = "named as a measure" if said & MEASURE_WORDS else "a number that identifies nothing"
            yield _claim(profile, "measure", f"is likely a measure ({function})", function, seen, "suggested", why)
    elif profile.type in _TIMES and profile.distinct > 1:
        yield _claim(
            profile, "dimension", "is likely a dimension, in steps of time", "day", seen, "suggested", "a point in time"
        )
    elif (
        profile.type in ("string", "boolean") and 1 < profile.distinct <= 100 and profile.distinct * 5 <= profile.filled
    ):
        yield _claim(
            profile,
            "dimension",
            "is likely a dimension",
            "",
            seen,
            "suggested",
            ("about " if table.drawn else "") + counted(profile.distinct, "different value"),
        )


def _with_article(noun: str) -> str:
    return f"an {noun}" if noun.startswith(("a", "e", "i", "o", "hour")) else f"a {noun}"
