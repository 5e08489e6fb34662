"""Plans of every kind with the rows they must give, for tests that run them on several databases."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from workbench.model.expression import (
    Aggregate as Over,
)
from workbench.model.expression import (
    Between,
    Binary,
    BinaryOperator,
    Call,
    Case,
    Constant,
    In,
    IsNull,
    Like,
    Node,
    Path,
    Reference,
    Scalar,
    Unary,
)
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
    Recursive,
    Sample,
    Scan,
    Sort,
    TableName,
    Union,
    Values,
    Window,
)

__all__ = ["CASES", "by", "call", "compare", "constant", "out", "path", "scan"]


def path(*names: str) -> Path:
    """A column."""
    return Path(names)


def constant(value: Scalar) -> Constant:
    """A constant."""
    return Constant(value)


def compare(left: str | Node, operator: BinaryOperator, right: Scalar | Node) -> Binary:
    """Two operands; a text on the left is a column, a plain value on the right a constant."""
    return Binary(
        operator, path(left) if isinstance(left, str) else left, right if isinstance(right, Node) else Constant(right)
    )


def call(name: str, *arguments: str | Node) -> Call:
    """A function applied; texts are columns."""
    return Call(name, tuple(path(each) if isinstance(each, str) else each for each in arguments))


def out(name: str, expression: Node | Window | None = None) -> Output:
    """A named output, by default the column of that name."""
    return Output(name, path(name) if expression is None else expression)


def by(*names: str, descending: bool = False, nulls_first: bool = False) -> tuple[Order, ...]:
    """An order by columns."""
    return tuple(Order(path(name), descending, nulls_first) for name in names)


def scan(name: str, alias: str = "") -> Scan:
    """A table."""
    return Scan(TableName(name), alias)


ORDER, CUSTOMER, NUMBER = scan("order"), scan("customer"), scan("number")
COUNT = Over("count")
ZOE = "Zoë's"


def ids(plan: Plan) -> Plan:
    """The ids of the orders a plan keeps, sorted."""
    return Sort(Project(plan, (out("id"),)), by("id"))


def per_customer(*outputs: Output, having: Node | None = None) -> Aggregate:
    """Orders grouped by customer."""
    return Aggregate(ORDER, (out("customer"),), outputs, having=having)


JOINED = compare(path("o", "customer"), "=", path("c", "name"))
ALIKE = compare(path("o", "customer"), "is not distinct from", path("c", "name"))
ORDERS, CUSTOMERS = scan("order", "o"), scan("customer", "c")
PAIR = (out("id", path("o", "id")), out("region", path("c", "region")))
LARGE = per_customer(out("n", COUNT))

CASES: dict[str, tuple[Plan, list[tuple[Any, ...]]]] = {
    # Filters.
    "filter": (ids(Filter(ORDER, compare("customer", "=", "ada"))), [(1,), (2,)]),
    "filter drops unknown": (ids(Filter(ORDER, Unary("not", compare("quantity", ">", 2)))), [(1,), (2,)]),
    "filter binds hostile text": (ids(Filter(ORDER, compare("customer", "=", ZOE))), [(5,)]),
    "filter finds nothing for injection": (ids(Filter(ORDER, compare("customer", "=", "x' or 1=1; drop table customer; --"))), []),
    "filter on several": (ids(Filter(Filter(ORDER, compare("id", ">", 1)), compare("total", "=", Decimal("7.00")))), [(4,), (5,)]),
    "or inside and": (
        ids(Filter(Filter(ORDER, compare(compare("id", "=", 1), "or", compare("id", "=", 5))), compare("customer", "=", "ada"))),
        [(1,)],
    ),
    "in, between, like": (
        ids(Filter(ORDER, compare(In(path("kind"), (constant("web"), constant("x"))), "and",
            compare(Between(path("id"), constant(1), constant(4)), "and", Like(path("customer"), constant("%b%")))))),
        [(3,)],
    ),
    "date": (ids(Filter(ORDER, compare("placed", ">=", dt.date(2026, 2, 1)))), [(3,), (5,)]),
    "negative number": (ids(Filter(ORDER, compare(compare("id", "-", 6), "=", -1))), [(5,)]),
    "boolean column": (ids(Filter(ORDER, path("paid"))), [(1,), (4,), (5,)]),
    # Projections.
    "project": (
        Sort(Project(ORDER, (out("id"), out("double", compare("quantity", "*", 2)))), by("id")),
        [(1, 4), (2, 2), (3, 10), (4, None), (5, 6)],
    ),
    "filter after project": (
        Sort(Project(Filter(Project(ORDER, (out("id"), out("double", compare("quantity", "*", 2)))), compare("double", ">", 4)), (out("id"),)), by("id")),
        [(3,), (5,)],
    ),
    "project keeps": (Sort(Project(NUMBER, (out("next", compare("n", "+", 1)),), keep=True), by("n")),
        [(1, 1.5, "12", 2), (2, 2.5, "ab", 3), (3, "NaN", "a1", 4), (4, None, "", 5), (None, 10, None, None)]),
    "project swaps names": (
        Sort(Project(Project(CUSTOMER, (out("name", path("parent")), out("parent", path("name")))), (out("parent"), out("name"))), by("parent")),
        [("ada", None), ("bob", "ada"), ("cleo", "bob"), (None, None)],
    ),
    "order survives a projection over its name": (
        Limit(Project(Sort(ORDER, by("id")), (out("id", Unary("-", path("id"))),)), 2), [(-1,), (-2,)],
    ),
    "order by what a projection dropped": (
        Project(Limit(Sort(Project(ORDER, (out("customer"), out("back", Unary("-", path("id"))))), by("back")), 2), (out("customer"),)),
        [(ZOE,), (None,)],
    ),
    "case": (
        Sort(Project(ORDER, (out("id"), out("size", Case(((compare("quantity", ">", 2), constant("big")),), constant("small"))))), by("id")),
        [(1, "small"), (2, "small"), (3, "big"), (4, "small"), (5, "big")],
    ),
    # Groups.
    "aggregate": (
        Sort(per_customer(out("n", COUNT), out("total", Over("sum", path("total"))), out("paid", Over("count", where=path("paid")))), by("customer")),
        [(ZOE, 1, 7, 1), ("ada", 2, 13.75, 1), ("bob", 1, None, 0), (None, 1, 7, 1)],
    ),
    "aggregate all": (Aggregate(ORDER, (), (out("n", COUNT), out("k", Over("count", path("kind"), distinct=True)))), [(5, 2)]),
    "aggregate nothing": (
        Aggregate(Filter(ORDER, constant(False)), (), (out("n", COUNT), out("t", Over("sum", path("total"))), out("e", Over("exists")))),
        [(0, None, False)],
    ),
    "group by an expression": (
        Sort(Aggregate(ORDER, (out("kind", call("coalesce", "kind", constant("none"))),), (out("n", COUNT),)), by("kind")),
        [("none", 1), ("store", 1), ("web", 3)],
    ),
    "group by a constant": (Aggregate(ORDER, (out("one", constant(7)),), (out("n", COUNT),)), [(7, 5)]),
    "filter on groups": (Filter(LARGE, compare("n", ">", 1)), [("ada", 2)]),
    "having sees rows inside aggregates and outputs outside": (
        per_customer(out("id", Over("max", path("id"))), having=compare(compare(Over("min", path("id")), "=", 1), "and", compare("id", "=", 2))),
        [("ada", 2)],
    ),
    "project groups": (
        Sort(Project(LARGE, (out("label", call("concat", "customer", constant("!"))), out("twice", compare("n", "*", 2)))), by("label")),
        [("!", 2), ("Zoë's!", 2), ("ada!", 4), ("bob!", 2)],
    ),
    "sort by a hidden aggregate": (Limit(Project(Sort(LARGE, by("n", descending=True)), (out("customer"),)), 1), [("ada",)]),
    "aggregate of aggregates": (Aggregate(LARGE, (), (out("most", Over("max", path("n"))), out("groups", COUNT))), [(2, 4)]),
    "rollup": (
        Sort(Aggregate(Filter(ORDER, IsNull(path("kind"), True)), (out("kind"), out("paid", call("coalesce", "paid", constant(False)))),
            (out("n", COUNT), out("all_kinds", Over("grouping", path("kind")))), sets=(("kind", "paid"), ("kind",), ())), by("all_kinds", "kind", "paid")),
        [("store", True, 1, 0), ("store", None, 1, 0), ("web", False, 1, 0), ("web", True, 2, 0), ("web", None, 3, 0), (None, None, 4, 1)],
    ),
    "filter on a rollup": (
        Filter(Aggregate(ORDER, (out("paid"),), (out("n", COUNT),), sets=(("paid",), ())), compare("n", "=", 5)), [(None, 5)],
    ),
    # Distinct, order, page.
    "distinct": (Sort(Distinct(Project(ORDER, (out("kind"),))), by("kind")), [("store",), ("web",), (None,)]),
    "distinct pages": (
        Aggregate(Distinct(Limit(Sort(Project(ORDER, (out("id"), out("kind"))), by("id")), 3)), (), (out("n", COUNT),)), [(3,)],
    ),
    "count of distinct rows": (
        Aggregate(Distinct(Project(ORDER, (out("kind"), out("paid")))), (), (out("n", COUNT),)), [(4,)],
    ),
    "nulls last both ways": (
        Project(Sort(ORDER, by("quantity", descending=True)), (out("quantity"),)), [(5,), (3,), (2,), (1,), (None,)],
    ),
    "nulls first when asked": (
        Limit(Project(Sort(ORDER, by("quantity", nulls_first=True)), (out("quantity"),)), 2), [(None,), (1,)],
    ),
    "order by an expression": (
        Limit(Project(Sort(ORDER, (Order(compare(path("id"), "%", 3)), *by("id"))), (out("id"),)), 3), [(3,), (1,), (4,)],
    ),
    "order by a constant changes nothing": (Sort(LARGE, (Order(constant(2)), *by("customer"))), [(ZOE, 1), ("ada", 2), ("bob", 1), (None, 1)]),
    "page": (Limit(ids(ORDER), 2, 2), [(3,), (4,)]),
    "page of a page": (Limit(Limit(ids(ORDER), 3, 1), 5, 1), [(3,), (4,)]),
    "filter after a page": (Filter(Limit(ids(ORDER), 2), compare("id", ">", 1)), [(2,)]),
    "empty page": (Limit(ids(ORDER), 0), []),
    "count of a page": (Aggregate(Limit(ids(ORDER), 3), (), (out("n", COUNT),)), [(3,)]),
    # Joins.
    "inner join": (Sort(Project(Join(ORDERS, CUSTOMERS, JOINED), PAIR), by("id")), [(1, "north"), (2, "north"), (3, "south")]),
    "left join": (
        Sort(Project(Join(ORDERS, CUSTOMERS, JOINED, "left"), PAIR), by("id")),
        [(1, "north"), (2, "north"), (3, "south"), (4, None), (5, None)],
    ),
    "null-safe left join": (
        Sort(Project(Join(ORDERS, CUSTOMERS, ALIKE, "left"), PAIR), by("id")),
        [(1, "north"), (2, "north"), (3, "south"), (4, "west"), (5, None)],
    ),
    "null-safe full join": (
        Sort(Project(Join(ORDERS, CUSTOMERS, ALIKE, "full"), PAIR), by("id")),
        [(1, "north"), (2, "north"), (3, "south"), (4, "west"), (5, None), (None, None)],
    ),
    "condition on the right of a left join stays there": (
        Sort(Project(Join(ORDERS, Filter(CUSTOMERS, compare("region", "=", "north")), JOINED, "left"), PAIR), by("id")),
        [(1, "north"), (2, "north"), (3, None), (4, None), (5, None)],
    ),
    "conditions on both sides of an inner join": (
        Sort(Project(Join(Filter(ORDERS, compare("id", ">", 1)), Filter(CUSTOMERS, compare("region", "=", "north")), JOINED), PAIR), by("id")),
        [(2, "north")],
    ),
    "conditions on both sides of a full join": (
        Sort(Project(Join(Filter(ORDERS, compare("id", "<", 4)), Filter(CUSTOMERS, compare("region", "!=", "north")), JOINED, "full"), PAIR), by("id", "region")),
        [(1, None), (2, None), (3, "south"), (None, "west")],
    ),
    "condition after a left join": (
        Sort(Project(Filter(Join(ORDERS, CUSTOMERS, JOINED, "left"), IsNull(path("c", "name"))), (out("id", path("o", "id")),)), by("id")),
        [(4,), (5,)],
    ),
    "semi join": (ids(Join(ORDERS, CUSTOMERS, JOINED, "semi")), [(1,), (2,), (3,)]),
    "anti join": (ids(Join(ORDERS, CUSTOMERS, JOINED, "anti")), [(4,), (5,)]),
    "null-safe anti join": (ids(Join(ORDERS, CUSTOMERS, ALIKE, "anti")), [(5,)]),
    "semi join with a condition inside": (
        ids(Join(ORDERS, Filter(CUSTOMERS, compare("region", "=", "south")), JOINED, "semi")), [(3,)],
    ),
    "semi join on an aggregate": (
        ids(Join(ORDERS, Aggregate(Filter(CUSTOMER, IsNull(path("parent"))), (out("name"),), (out("n", COUNT),), alias="c"), JOINED, "semi")), [(1,), (2,)],
    ),
    "cross join": (Aggregate(Join(ORDERS, CUSTOMERS, None, "cross"), (), (out("n", COUNT),)), [(20,)]),
    "join on a group": (
        Sort(Project(Join(CUSTOMERS, Aggregate(ORDER, (out("customer"),), (out("n", COUNT),), alias="o"), JOINED, "left"),
            (out("name", path("c", "name")), out("n", call("coalesce", path("o", "n"), constant(0))))), by("name")),
        [("ada", 2), ("bob", 1), ("cleo", 0), (None, 0)],
    ),
    "three tables, the right two first": (
        Sort(Project(Join(ORDERS, Join(CUSTOMERS, scan("customer", "p"), compare(path("c", "parent"), "=", path("p", "name"))), JOINED, "left"),
            (out("id", path("o", "id")), out("parent", path("p", "region")))), by("id")),
        [(1, None), (2, None), (3, "north"), (4, None), (5, None)],
    ),
    "three tables in a chain": (
        Sort(Project(Join(Join(ORDERS, CUSTOMERS, JOINED), scan("customer", "p"), compare(path("c", "parent"), "=", path("p", "name")), "left"),
            (out("id", path("o", "id")), out("parent", path("p", "region")))), by("id")),
        [(1, None), (2, None), (3, "north")],
    ),
    "join of pages": (
        Project(Join(Limit(Sort(ORDERS, by("id")), 1), CUSTOMERS, JOINED, "left"), PAIR), [(1, "north")],
    ),
    # Windows.
    "row number": (
        Sort(Project(Filter(Project(ORDER, (out("place", Window(Call("row_number"), (path("customer"),), by("id", descending=True))),), keep=True),
            compare("place", "=", 1)), (out("id"),)), by("id")),
        [(2,), (3,), (4,), (5,)],
    ),
    "lag and lead": (
        Sort(Project(NUMBER, (out("n"), out("before", Window(call("lag", "n", constant(1)), (), by("n"))),
            out("after", Window(call("lead", "n", constant(1), constant(0)), (), by("n"))))), by("n")),
        [(1, None, 2), (2, 1, 3), (3, 2, 4), (4, 3, None), (None, 4, 0)],
    ),
    "sum over a partition": (
        Sort(Project(ORDER, (out("id"), out("all", Window(Over("sum", path("quantity")), (path("customer"),))))), by("id")),
        [(1, 3), (2, 3), (3, 5), (4, None), (5, 3)],
    ),
    "window over groups": (
        Sort(Project(LARGE, (out("customer"), out("rank", Window(Call("rank"), (), by("n", descending=True))))), by("customer")),
        [(ZOE, 2), ("ada", 1), ("bob", 2), (None, 2)],
    ),
    "window before a page": (
        Aggregate(Project(Limit(Sort(ORDER, by("id")), 2), (out("n", Window(COUNT)),)), (), (out("n", Over("max", path("n"))),)), [(2,)],
    ),
    # Unions, values, recursion, samples.
    "union all": (
        Aggregate(Union((Project(ORDER, (out("who", path("customer")),)), Project(CUSTOMER, (out("who", path("name")),)))), (), (out("n", COUNT),)), [(9,)],
    ),
    "union distinct": (
        Sort(Union((Project(ORDER, (out("who", path("customer")),)), Project(CUSTOMER, (out("who", path("name")),))), distinct=True), by("who")),
        [(ZOE,), ("ada",), ("bob",), ("cleo",), (None,)],
    ),
    "union of pages": (Sort(Union((Limit(ids(ORDER), 1), Limit(ids(ORDER), 1, 4))), by("id")), [(1,), (5,)]),
    "union of one, distinct": (Sort(Union((Project(ORDER, (out("kind"),)),), distinct=True), by("kind")), [("store",), ("web",), (None,)]),
    "union inside a join": (
        Sort(Project(Join(ORDERS, Union((Project(CUSTOMER, (out("name"), out("region"))), Project(CUSTOMER, (out("name"), out("region")))), True, "c"), JOINED), PAIR), by("id")),
        [(1, "north"), (2, "north"), (3, "south")],
    ),
    "values": (
        Sort(Values(("a", "b", "c"), (("x", 1, dt.date(2026, 1, 2)), ("';--", None, None))), by("a")), [("';--", None, None), ("x", 1, dt.date(2026, 1, 2))],
    ),
    "no values": (Values(("a", "b"), ()), []),
    "join on values": (
        ids(Join(ORDERS, Values(("who",), (("ada",), ("bob",)), "v"), compare(path("o", "customer"), "=", path("v", "who")), "semi")), [(1,), (2,), (3,)],
    ),
    "recursive": (
        Sort(Recursive("line", ("name", "depth"),
            Project(Filter(CUSTOMER, compare("name", "=", "ada")), (out("name"), out("depth", constant(0)))),
            Project(Join(CUSTOMERS, scan("line", "l"), compare(path("c", "parent"), "=", path("l", "name"))),
                (out("name", path("c", "name")), out("depth", compare(path("l", "depth"), "+", 1))))), by("depth")),
        [("ada", 0), ("bob", 1), ("cleo", 2)],
    ),
    "recursion ends in a circle": (
        Sort(Recursive("seen", ("n",), Values(("n",), ((0,),)),
            Project(scan("seen"), (out("n", compare(compare("n", "+", 1), "%", 3)),))), by("n")),
        [(0,), (1,), (2,)],
    ),
    "sample of everything": (ids(Sample(ORDER, 100, 3)), [(1,), (2,), (3,), (4,), (5,)]),
    "sample of a filter": (Aggregate(Sample(Filter(ORDER, compare("id", ">", 1)), 3, 1), (), (out("n", COUNT),)), [(3,)]),
    # Functions of the workbench itself.
    "numbers": (
        Aggregate(Filter(NUMBER, compare("n", "<=", 4)), (), (
            out("min", Over("min", path("n"))), out("avg", Over("avg", path("n"))), out("stddev", Over("stddev", path("n"))),
            out("median", Over("median", path("n"))), out("q", call("quantile", "n", constant(0.75))), out("mode", Over("mode", path("n"), where=compare("n", "=", 2))))),
        [(1, 2.5, 1.290994449, 2.5, 3, 2)],
    ),
    "truths": (
        Aggregate(ORDER, (), (out("every", Over("bool_and", path("paid"))), out("some", Over("bool_or", path("paid"))))), [(False, True)],
    ),
    "some values": (
        Aggregate(Filter(ORDER, compare("kind", "=", "web")), (), (
            out("any", Over("any_value", path("kind"))), out("first", call("first", "id", "quantity")), out("last", call("last", "id", "quantity")),
            out("low", call("lowest", "quantity", constant(2))), out("high", call("highest", "quantity", constant(2))),
            out("two", call("list", "kind", constant(2))))),
        [("web", 1, 3, [2, 3], [5, 3], ["web", "web"])],
    ),
    "distinct combinations": (
        Aggregate(ORDER, (), (out("n", Over("count", call("row", "kind", "paid"), distinct=True)),)), [(4,)],
    ),
    "patterns": (
        Sort(Project(NUMBER, (out("n"), out("is_digits", call("matches", "t", constant("[0-9]+|x"))), out("mask", call("replace_pattern", "t", constant("[0-9]"), constant("9"))),
            out("length", call("length", "t")))), by("n")),
        [(1, True, "99", 2), (2, False, "ab", 2), (3, False, "a9", 2), (4, False, "", 0), (None, None, None, None)],
    ),
    "special numbers": (
        Sort(Project(NUMBER, (out("n"), out("nan", call("is_nan", "x")), out("finite", call("is_finite", "x")))), by("n")),
        [(1, False, True), (2, False, True), (3, True, False), (4, None, None), (None, False, True)],
    ),
    "bins": (
        Sort(Aggregate(Filter(NUMBER, compare("n", "<=", 4)), (out("bin", call("bin", "n", constant(1), constant(2))),), (out("n", COUNT),)), by("bin")),
        [(0, 2), (1, 2)],
    ),
    "text, hash, contains": (
        Sort(Project(NUMBER, (out("t", call("text", "n")), out("md5", call("md5", "n")), out("has", call("contains", "t", constant("1"))))), by("t"))
        , [("1", "c4ca4238a0b923820dcc509a6f75849b", True), ("2", "c81e728d9d4c2f636f067f89cc14862c", False), ("3", "eccbc87e4b5ce2fe28308fd9f2a7baf3", True),
            ("4", "a87ff679a2f3e71d9181a67b7542122c", False), (None, None, None)],
    ),
    "reference": (ids(Filter(ORDER, compare("customer", "=", Reference("argument", ("who",))))), [(1,), (2,)]),
}  # fmt: skip
"""Name -> plan and rows, in order. ``:who`` is given as ``'ada'``."""
