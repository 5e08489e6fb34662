"""How long expressions take: reading, typing, compiling, printing as SQL, and evaluating rows beside a lambda written by hand.

Times are medians over repeated runs in this process; the cold rows are whole processes, interpreter start subtracted.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from workbench.expression import check, compile, parse
from workbench.model import Attribute, Domain, Relationship, Resource
from workbench.model.expression import Node, Path, mapped
from workbench.relation.scalar import to_sqlglot

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


def _median(run_once: Callable[[], object], times: int = 200) -> float:
    """Milliseconds one call takes, by the median."""
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        run_once()
        spent.append(time.perf_counter() - begin)
    return statistics.median(spent) * 1000


def _process(code: str) -> float:
    """Milliseconds a fresh interpreter takes to run ``code``, by the median of five."""
    spent = []
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        spent.append(time.perf_counter() - begin)
    return statistics.median(spent) * 1000


def _named(node: Node) -> Node:
    """Columns by their names, as a plan has them after its joins."""
    return Path((".".join(node.names),), value_type=node.value_type) if isinstance(node, Path) else mapped(node, _named)


def run() -> list[dict[str, object]]:
    """Rows of a table: name, value, unit, and where there are any goal, peer and ratio."""
    order = _DOMAIN.resource("order")
    texts = [text.replace("lines.kind", "kind") for text in EXPRESSIONS]
    trees = [parse(text) for text in texts]
    typed = [check(tree, _DOMAIN, order) for tree in trees]
    per = len(texts)
    scalar = [_named(each.tree) for each, text in zip(typed, texts, strict=True) if "sum(" not in text]
    steps = {
        "parse": _median(lambda: [parse(text) for text in texts]) / per,
        "typing": _median(lambda: [check(tree, _DOMAIN, order) for tree in trees]) / per,
        "closures": _median(lambda: [compile(each) for each in typed]) / per,
    }
    rows: list[dict[str, object]] = [
        {"name": f"{name}, one expression, warm", "value": round(value, 3), "unit": "ms"}
        for name, value in steps.items()
    ]
    rows.append(
        {
            "name": "compile (parse, typing, closures), one expression, warm",
            "value": round(sum(steps.values()), 3),
            "unit": "ms",
            "goal": 1.0,
        }
    )
    for dialect in ("duckdb", "postgres"):
        tree_ms = _median(lambda dialect=dialect: [to_sqlglot(node, dialect) for node in scalar], 50) / len(scalar)  # type: ignore[misc]
        text_ms = _median(
            lambda dialect=dialect: [to_sqlglot(node, dialect).sql(dialect) for node in scalar], 50
        ) / len(scalar)  # type: ignore[misc]
        rows.append({"name": f"SQL tree for {dialect}, one expression, warm", "value": round(tree_ms, 3), "unit": "ms"})
        rows.append({"name": f"SQL text for {dialect}, one expression, warm", "value": round(text_ms, 3), "unit": "ms"})
    return [*rows, *_cold(), *_evaluated()]


def _cold() -> list[dict[str, object]]:
    model = _process("import workbench.model")
    first = _process("from workbench.expression import parse; parse('a + 1 > 2')")
    lark = _process("import workbench.model; from workbench.expression import table; table.build()")
    return [
        {
            "name": "first parse in a process, beyond loading the model", "value": round(first - model, 1), "unit": "ms",
            "peer": "building the table with Lark instead", "peer_value": round(lark - model, 1), "ratio": round((first - model) / max(lark - model, 0.1), 2),
        }
    ]  # fmt: skip


def _evaluated() -> list[dict[str, object]]:
    from decimal import Decimal

    evaluate = compile(check(parse(ROW_EXPRESSION), _DOMAIN, _DOMAIN.resource("order")))
    data = [
        {
            "total": Decimal(n % 200),
            "discount": Decimal("0.1"),
            "quantity": n % 7,
            "status": "paid" if n % 3 else "open",
        }
        for n in range(ROWS)
    ]

    def by_hand(row: dict[str, object]) -> bool | None:
        total, discount, status, quantity = (
            row.get("total"),
            row.get("discount"),
            row.get("status"),
            row.get("quantity"),
        )
        if total is None or discount is None or status is None or quantity is None:
            return None
        return total * (1 - discount) > 50 and (status == "paid" or quantity > 3)  # type: ignore[no-any-return, operator]

    assert [evaluate(row) for row in data] == [by_hand(row) for row in data]
    ours, theirs = (_median(lambda each=each: [each(row) for row in data], 9) / 1000 for each in (evaluate, by_hand))  # type: ignore[misc]
    return [
        {
            "name": "rows evaluated in process", "value": round(ROWS / ours), "unit": "rows/s", "peer": "a function written by hand",
            "peer_value": round(ROWS / theirs), "ratio": round(theirs / ours, 2),
        }
    ]  # fmt: skip


if __name__ == "__main__":
    for line in run():
        print(line)
