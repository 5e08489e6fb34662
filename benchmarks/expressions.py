"""How long expressions take: reading, typing, compiling, printing as SQL, and evaluating rows beside a lambda written by hand.

What is warm was done before in this process; the cold rows are whole processes, from start to end.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from workbench.errors import Problem, VerificationError
from workbench.expression import check, compile, parse
from workbench.model import Attribute, Domain, Relationship, Resource
from workbench.model.expression import Node, Path, mapped
from workbench.relation.scalar import to_sqlglot
from workbench.relation.syntax import Dialect

from .timing import Run, fresh_processes, in_turn, row

__all__ = ["run"]

EXPRESSIONS = (
    "total >= 100 and status = 'paid'",
    "customer.tier in ('gold', 'silver') and not cancelled",
    "round(total * (1 - discount), 2) > 50.00 or quantity between 2 and 10",
    "case when total > 1000 then 'large' when total > 100 then 'middle' else 'small' end",
    "lower(trim(status)) like 'p%' and placed_at >= timestamp '2026-01-01 00:00:00Z' - interval '30 days'",
    "sum(lines.amount where lines.kind = 'x') > 3",
    "coalesce(discount, 0.0) * total + cast(quantity as decimal(10, 2))",
)  # fmt: skip
ROW_EXPRESSION = "total * (1 - discount) > 50 and (status = 'paid' or quantity > 3)"
ROWS = 20_000
_COMPILE = "compile (parse, typing, closures)"
_GOAL = 1.0
_DIALECTS: tuple[Dialect, ...] = ("duckdb", "postgres")

_DOMAIN = Domain(
    name="shop",
    resources=(
        Resource(
            name="order",
            key=("id",),
            attributes=tuple(
                Attribute(name=name, type=type_)
                for name, type_ in {
                    "id": "integer", "customer_id": "integer", "total": "decimal(12, 2)", "discount": "decimal(4, 3)", "quantity": "integer", "status": "string",
                    "cancelled": "boolean", "placed_at": "timestamp",
                }.items()
            ),
            relationships=(
                Relationship(name="customer", kind="belongs_to", destination="customer"),
                Relationship(name="lines", kind="has_many", destination="line"),
            ),
        ),
        Resource(name="customer", key=("id",), attributes=(Attribute(name="id", type="integer"), Attribute(name="tier", type="string"))),
        Resource(
            name="line",
            key=("id",),
            attributes=tuple(
                Attribute(name=name, type=type_)
                for name, type_ in {"id": "integer", "order_id": "integer", "amount": "integer", "kind": "string", "lines": "integer"}.items()
            ),
        ),
    ),
)  # fmt: skip
"""A shop; a line has an attribute called as the relationship, so that ``lines.kind`` must be looked up twice."""


def _named(node: Node) -> Node:
    """Columns by their names, as a plan has them after its joins."""
    return Path((".".join(node.names),), value_type=node.value_type) if isinstance(node, Path) else mapped(node, _named)


def run(quick: bool = False) -> list[dict[str, object]]:
    """Rows for each step from text to a function, for SQL, for the first parse in a process, and for evaluating rows."""
    rounds = 2 if quick else 50
    order = _DOMAIN.resource("order")
    texts = [text.replace("lines.kind", "kind") for text in EXPRESSIONS]
    trees = [parse(text) for text in texts]
    typed = [check(tree, _DOMAIN, order) for tree in trees]
    scalar = [_named(each.tree) for each, text in zip(typed, texts, strict=True) if "sum(" not in text]
    works: dict[str, Callable[[], object]] = {
        "parse": lambda: [parse(text) for text in texts],
        "typing": lambda: [check(tree, _DOMAIN, order) for tree in trees],
        "closures": lambda: [compile(each) for each in typed],
        _COMPILE: lambda: [compile(check(parse(text), _DOMAIN, order)) for text in texts],
    }
    sql: dict[str, Callable[[], object]] = {}
    for dialect in _DIALECTS:
        sql[f"SQL tree for {dialect}"] = partial(_each, scalar, partial(to_sqlglot, dialect=dialect))
        sql[f"SQL text for {dialect}"] = partial(_each, scalar, partial(_sql, dialect=dialect))
    in_turn(works | sql, 1)  # loads and remembers what is warm afterwards
    return [
        *_rows(in_turn(works, rounds), len(texts)),
        *_rows(in_turn(sql, rounds), len(scalar)),
        *_cold(quick),
        _evaluated(rounds),
    ]


def _rows(runs: dict[str, list[Run]], per: int) -> list[dict[str, object]]:
    return [
        row(f"{name}, one expression, warm", each, unit="ms", per=per, goal=_GOAL if name == _COMPILE else None)
        for name, each in runs.items()
    ]


def _each(nodes: list[Node], work: Callable[[Node], object]) -> list[object]:
    return [work(node) for node in nodes]


def _sql(node: Node, dialect: Dialect) -> str:
    return to_sqlglot(node, dialect).sql(dialect)


def _cold(quick: bool) -> list[dict[str, object]]:
    codes = {
        "a process that loads the model": "import workbench.model",
        "a process that loads the model and parses": "import workbench.model; from workbench.expression import parse; parse('a + 1 > 2')",
        "building the table with Lark instead": "import workbench.model; from workbench.expression import table; table.build()",
    }
    with fresh_processes() as python:
        works = {name: partial(python, "-c", code) for name, code in codes.items()}
        in_turn(works, 1)  # compiles what is imported
        runs = in_turn(works, 1 if quick else 7)
    model, parses, lark = codes
    return [
        row(model, runs[model], unit="ms"),
        row(parses, runs[parses], unit="ms", peer=(lark, runs[lark])),
    ]


def _evaluated(rounds: int) -> dict[str, object]:
    evaluate = compile(check(parse(ROW_EXPRESSION), _DOMAIN, _DOMAIN.resource("order")))
    data: list[dict[str, Any]] = [
        {
            "total": Decimal(n % 200),
            "discount": Decimal("0.1"),
            "quantity": n % 7,
            "status": "paid" if n % 3 else "open",
        }
        for n in range(ROWS)
    ]
    if [evaluate(each) for each in data] != [_by_hand(each) for each in data]:
        raise VerificationError(
            [Problem(ROW_EXPRESSION, "peer_differs", "the function written by hand says otherwise")]
        )
    works: dict[str, Callable[[], object]] = {
        "ours": lambda: [evaluate(each) for each in data],
        "peer": lambda: [_by_hand(each) for each in data],
    }
    runs = in_turn(works, min(rounds, 9))
    peer = ("a function written by hand", runs["peer"])
    return row(f"evaluating {ROWS:,} rows in process", runs["ours"], unit="ms", peer=peer)


# Any: a row holds values of every type.
def _by_hand(row: dict[str, Any]) -> bool | None:
    total, discount, status, quantity = row.get("total"), row.get("discount"), row.get("status"), row.get("quantity")
    if total is None or discount is None or status is None or quantity is None:
        return None
    return bool(total * (1 - discount) > 50 and (status == "paid" or quantity > 3))
