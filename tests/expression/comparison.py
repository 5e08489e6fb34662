"""What differs between the three targets, and how much was compared to find it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.expression.generation import random_rows
from tests.expression.targets import DOMAIN, FAILED, Targets, in_process, same, sound_rows
from workbench.expression import Gather, Typed, check
from workbench.expression.typed import kind
from workbench.model.expression import Call, Cast, Node, write

__all__ = ["ROWS", "Tally", "compared"]

ROWS = 40

_UNPROMISED = ("float", "date", "timestamp", "local_timestamp", "duration")
"""What the page lets a target have beyond the range of the others: a failure in process need not be one there."""


@dataclass
class Tally:
    """How many expressions were compared in all three targets, over how many rows; ``refused`` counts those that all three refuse."""

    expressions: int = 0
    values: int = 0
    aggregates: int = 0
    aggregated_rows: int = 0
    refused: int = 0
    untyped: int = 0
    unsound: int = 0

    def __str__(self) -> str:
        return (
            f"in all three targets: {self.expressions:,} row expressions, {self.values:,} values; {self.aggregates:,} aggregates "
            f"over {self.aggregated_rows:,} rows; {self.refused:,} refused alike; left out: {self.untyped:,} ill-typed, {self.unsound:,} "
            "without a row on which each part has a value"
        )


def compared(targets: Targets, trees: Sequence[Node], seed: int, tally: Tally) -> list[str]:
    """A line for each value on which the targets differ.

    An expression that fails anywhere is compared on the rows on which no part of it fails; on one where nothing but the whole does,
    all three must fail.
    """
    resource = DOMAIN.resource("t")
    typed = [check(tree, DOMAIN, resource, allow_aggregates=True) for tree in trees]
    sound = [each for each in typed if not each.problems]
    tally.untyped += len(typed) - len(sound)
    rows = random_rows(seed, ROWS)
    targets.fill(rows)
    columns = in_process(sound, rows), targets.on_duckdb(sound), targets.on_postgres(sound)
    lines = []
    for tree, *values in zip(sound, *columns, strict=True):
        if any(FAILED in each for each in values):
            lines += _on_sound_rows(targets, tree, rows, tally) + _refused(targets, tree, rows, tally)
        else:
            lines += _differences(tree, rows, values, tally)
    return lines


def _on_sound_rows(targets: Targets, tree: Typed, rows: Sequence[Mapping[str, Any]], tally: Tally) -> list[str]:
    chosen = sound_rows(tree, rows)
    kept = [rows[index] for index in chosen]
    (here,) = in_process([tree], kept)
    if not chosen or FAILED in here:
        tally.unsound += not chosen
        return []
    values = [here, *targets.on_duckdb([tree], chosen), *targets.on_postgres([tree], chosen)]
    return _differences(tree, kept, values, tally)


def _refused(targets: Targets, tree: Typed, rows: Sequence[Mapping[str, Any]], tally: Tally) -> list[str]:
    """Lines where the root alone fails in process, and a database has a value."""
    root = tree.tree
    is_read = isinstance(root, Cast) and kind(root.operand.value_type) == "text" and kind(tree.type) != "timestamp"
    if kind(tree.type) in _UNPROMISED and not is_read:
        return []
    chosen = sound_rows(tree, rows, without_root=True)
    if not tree.is_aggregate:
        chosen = [index for index in chosen if FAILED in in_process([tree], [rows[index]])[0]][:1]
    if not chosen or FAILED not in in_process([tree], [rows[index] for index in chosen])[0]:
        return []
    tally.refused += 1
    there = {"duckdb": targets.on_duckdb([tree], chosen)[0], "postgres": targets.on_postgres([tree], chosen)[0]}
    return [
        f"{write(tree.tree)}: fails here, {name} {values[0]!r}, on {[rows[index] for index in chosen][:1]}"
        for name, values in there.items()
        if values[0] != FAILED
    ]


def _differences(tree: Typed, rows: Sequence[Any], values: Sequence[list[Any]], tally: Tally) -> list[str]:
    here, *others = values
    slack = _slack(tree, rows)
    lines = []
    for name, there in zip(("duckdb", "postgres"), others, strict=True):
        if FAILED in there:
            # PostgreSQL alone refuses a float too small for it; which part of an expression is one cannot be told from its value.
            if name == "duckdb" or "underflow" not in str(there[-1]):
                lines.append(f"{write(tree.tree)}: {name} failed: {there[-1]}")
            continue
        for row, (one, other) in enumerate(zip(here, there, strict=True)):
            if not same(one, other, slack):
                on = "all rows" if tree.is_aggregate else rows[row]
                lines.append(f"{write(tree.tree)}: here {one!r}, {name} {other!r}, on {on}")
                break
    if tree.is_aggregate:
        tally.aggregates, tally.aggregated_rows = tally.aggregates + 1, tally.aggregated_rows + len(rows)
    else:
        tally.expressions, tally.values = tally.expressions + 1, tally.values + len(rows)
    return lines


def _slack(tree: Typed, rows: Sequence[Any]) -> float:
    """How far sums of the same floats may be apart when they are added in another order: (n - 1) roundings of the sum of magnitudes.

    Everything else is compared exactly.
    """
    sums = tree.tree
    if not isinstance(sums, Gather) or sums.function not in ("sum", "avg") or sums.argument is None:
        return 0.0
    if kind(sums.argument.value_type) != "float":
        return 0.0
    sizes = Call("abs", (sums.argument,), value_type=sums.argument.value_type)
    parts = replace(sums, argument=sizes, function="sum"), replace(sums, function="count")
    (total,), (count,) = in_process([Typed(each, tree.resource, tree.problems) for each in parts], rows)
    if not isinstance(total, float):
        return 0.0
    return 2 * int(count) * 2.0**-53 * total / (int(count) if sums.function == "avg" else 1)
