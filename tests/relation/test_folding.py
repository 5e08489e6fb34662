"""However plans are stacked, the one SELECT they become means the same as doing each step by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cmp_to_key
from typing import Any, TypeAlias

import duckdb
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.relation.plans import by, compare, constant, out, path, scan
from workbench.model.expression import Aggregate as Over
from workbench.model.expression import Binary, Call, Constant, IsNull, Node, Path, Unary
from workbench.relation import to_sql
from workbench.relation.plan import (
    Aggregate,
    Distinct,
    Filter,
    Join,
    Limit,
    Order,
    Output,
    Plan,
    Project,
    Sort,
    Union,
    Window,
)

Row: TypeAlias = dict[str, Any]

ROWS = [
    {"id": 1, "a": 1, "b": 2},
    {"id": 2, "a": 1, "b": None},
    {"id": 3, "a": None, "b": 2},
    {"id": 4, "a": 2, "b": 2},
    {"id": 5, "a": 2, "b": 3},
    {"id": 6, "a": None, "b": None},
]
NAMES = ("id", "a", "b", "c")


# --- what plans mean, step by step ----------------------------------------------------------------------------------------------


def rows_of(plan: Plan) -> list[Row]:
    """The rows of a plan, computed the slow and obvious way."""
    match plan:
        case Filter(input=source, condition=condition):
            return [row for row in rows_of(source) if value(condition, row) is True]
        case Project(input=source, outputs=outputs, keep=keep):
            rows = rows_of(source)
            return [(row if keep else {}) | {each.name: output(each, row, rows) for each in outputs} for row in rows]
        case Aggregate():
            return groups_of(plan)
        case Distinct(input=source):
            return [dict(each) for each in dict.fromkeys(tuple(row.items()) for row in rows_of(source))]
        case Sort(input=source, by=orders):
            return sorted(rows_of(source), key=cmp_to_key(comparer(orders)))
        case Limit(input=source, count=count, offset=offset):
            return rows_of(source)[offset : offset + count]
        case Union(inputs=inputs):
            names = list(rows_of(inputs[0])[0]) if rows_of(inputs[0]) else []
            return [dict(zip(names or row, row.values(), strict=True)) for each in inputs for row in rows_of(each)]
        case Join(left=left, kind=kind):
            return joined(rows_of(left), kind)
    return [dict(row) for row in ROWS]


def joined(left: list[Row], kind: str) -> list[Row]:
    """The left rows with ``r.b`` of the table where ``l.a = r.a``, the only join these tests make."""
    found = [(row, [other for other in ROWS if row["a"] is not None and other["a"] == row["a"]]) for row in left]
    if kind in ("semi", "anti"):
        return [row for row, others in found if bool(others) == (kind == "semi")]
    empty = [{"b": None}] if kind == "left" else []
    return [row | {"r": other["b"]} for row, others in found for other in others or empty]


def value(node: Node, row: Row) -> Any:
    match node:
        case Constant(value=given):
            return given
        case Path(names=(*_, "r")) | Path(names=("r", _)):
            return row["r"]
        case Path(names=names):
            return row[names[-1]]
        case IsNull(operand=operand, negated=negated):
            return (value(operand, row) is None) != negated
        case Unary(operand=operand):
            return None if (inner := value(operand, row)) is None else -inner
        case Binary(operator=operator, left=left, right=right):
            sides = value(left, row), value(right, row)
            return (
                None
                if None in sides
                else {"+": sum(sides), ">": sides[0] > sides[1], "=": sides[0] == sides[1]}[operator]
            )
    raise AssertionError(node)


def over(node: Node, rows: list[Row]) -> Any:
    assert isinstance(node, Over)
    kept = [row for row in rows if node.where is None or value(node.where, row) is True]
    if node.argument is None:
        return len(kept)
    present = [found for row in kept if (found := value(node.argument, row)) is not None]
    if node.function == "count":
        return len(present)
    return ({"sum": sum, "min": min}[node.function])(present) if present else None


def output(each: Output, row: Row, rows: list[Row]) -> Any:
    if isinstance(each.expression, Node):
        return value(each.expression, row)
    window = each.expression
    same = [other for other in rows if all(value(key, other) == value(key, row) for key in window.partition)]
    if isinstance(window.function, Over):
        return over(window.function, same)
    order = comparer(window.order)
    return 1 + sum(order(other, row) < 0 for other in same)


def groups_of(plan: Aggregate) -> list[Row]:
    grouped: dict[tuple[Any, ...], list[Row]] = {} if plan.groups else {(): []}
    for row in rows_of(plan.input):
        grouped.setdefault(
            tuple(value(each.expression, row) for each in plan.groups if isinstance(each.expression, Node)), []
        ).append(row)
    made = [
        dict(zip((each.name for each in plan.groups), key, strict=True))
        | {each.name: over(each.expression, rows) for each in plan.outputs if isinstance(each.expression, Node)}
        for key, rows in grouped.items()
    ]
    return [row for row in made if plan.having is None or value(plan.having, row) is True]


def comparer(orders: Sequence[Order]) -> Callable[[Row, Row], int]:
    def compared(left: Row, right: Row) -> int:
        for order in orders:
            a, b = value(order.expression, left), value(order.expression, right)
            if a == b:
                continue
            if a is None or b is None:
                return 1 if (a is None) != order.nulls_first else -1
            return (1 if a > b else -1) * (-1 if order.descending else 1)
        return 0

    return compared


# --- any stack of plans ---------------------------------------------------------------------------------------------------------


@st.composite
def stacks(draw: st.DrawFn) -> tuple[Plan, bool]:
    """A plan of up to seven steps, and whether its last step fixes the order of its rows."""
    plan: Plan = scan("pair")
    columns: tuple[str, ...] = ("id", "a", "b")
    is_sorted = False

    def expression() -> Node:
        name = path(draw(st.sampled_from(columns)))
        return draw(
            st.sampled_from(
                [name, Unary("-", name), compare(name, "+", 1), compare(name, "+", path(columns[0])), constant(3)]
            )
        )

    def condition() -> Node:
        return draw(
            st.sampled_from([compare(expression(), ">", 1), compare(expression(), "=", 2), IsNull(expression(), True)])
        )

    def total_order() -> tuple[Order, ...]:
        start = draw(st.integers(0, len(columns) - 1))
        turned = columns[start:] + columns[:start]
        return tuple(
            order
            for name in turned
            for order in by(name, descending=draw(st.booleans()), nulls_first=draw(st.booleans()))
        )

    for _ in range(draw(st.integers(1, 7))):
        step = draw(
            st.sampled_from(
                ["filter", "project", "keep", "group", "distinct", "sort", "page", "window", "union", "join"]
            )
        )
        is_sorted = step in ("sort", "page") or (step == "filter" and is_sorted)
        match step:
            case "filter":
                plan = Filter(plan, condition())
            case "project":
                names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
                plan, columns = Project(plan, tuple(out(name, expression()) for name in names)), tuple(names)
            case "keep":
                name = f"k{len(columns)}"
                if name not in columns:
                    plan, columns = Project(plan, (out(name, expression()),), keep=True), (*columns, name)
            case "group":
                names = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
                groups = tuple(out(name, expression()) for name in names)
                argument = draw(st.sampled_from([None, path(columns[-1]), compare(path(columns[0]), "+", 1)]))
                counted = Over("count", where=draw(st.sampled_from([None, condition()])))
                total = (
                    Over("count")
                    if argument is None
                    else Over(draw(st.sampled_from(["sum", "min", "count"])), argument)
                )
                having = draw(st.sampled_from([None, compare("n", ">", 1)]))
                plan = Aggregate(plan, groups, (out("n", counted), out("m", total)), having=having)
                columns = (*names, "n", "m")
            case "distinct":
                plan = Distinct(plan)
            case "sort":
                plan = Sort(plan, total_order())
            case "page":
                plan = Limit(Sort(plan, total_order()), draw(st.integers(0, 4)), draw(st.integers(0, 2)))
            case "window":
                partition = (path(columns[-1]),) if draw(st.booleans()) else ()
                function, order = draw(
                    st.sampled_from([(Over("sum", path(columns[0])), ()), (Call("rank"), total_order())])
                )
                kept = tuple(name for name in columns[:2] if name != "w")
                outputs = (*map(out, kept), out("w", Window(function, partition, order)))
                plan, columns = Project(plan, outputs), (*kept, "w")
            case "union":
                plan = Union((plan, Filter(plan, condition())))
            case "join" if "a" in columns:
                plan = Project(plan, tuple(map(out, columns)), alias="l")
                kind = draw(st.sampled_from(["inner", "left", "semi", "anti"]))
                plan = Join(plan, scan("pair", "r"), compare(path("l", "a"), "=", path("r", "a")), kind)
                kept = tuple(out(name, path("l", name)) for name in columns)
                if kind in ("inner", "left"):
                    kept, columns = (*kept, out("r", path("r", "b"))), tuple(dict.fromkeys((*columns, "r")))
                    kept = tuple({each.name: each for each in kept}.values())
                plan = Project(plan, kept)
    return plan, is_sorted


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(stacks())
def test_any_stack_of_plans_gives_what_its_steps_give(stack: tuple[Plan, bool]) -> None:
    """Folding plans into one SELECT never changes their rows, nor their order where the last step fixes it."""
    plan, is_sorted = stack
    expected = [tuple(row.values()) for row in rows_of(plan)]
    with duckdb.connect() as connection:
        connection.execute("create table pair (id bigint, a bigint, b bigint)")
        connection.executemany("insert into pair values (?, ?, ?)", [list(row.values()) for row in ROWS])
        statement = to_sql(plan, "duckdb")
        event(f"{statement.text.count('SELECT')} selects")
        rows = connection.execute(statement.text, statement.values()).fetchall()
    assert Counter(rows) == Counter(expected), statement.text
    assert not is_sorted or rows == expected, statement.text
