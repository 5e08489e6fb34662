"""Precision and recall of inferred keys and references on the reference databases, with their names and without.

A reference is right when source table, target table and the set of column pairs are those of the truth. What the
truth calls also acceptable, and a key that is a declared alternate, count neither for nor against. The totals tell
tuning, held-out and fresh databases apart.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from .reference_databases import DATABASES, Reference, ReferenceDatabase, Truth, anonymise
from .reference_databases.truth import Tables

__all__ = ["Score", "main", "measure", "run", "score_keys", "score_references"]

GOALS = {("references", "precision"): 0.95, ("references", "recall"): 0.9}


class Score(NamedTuple):
    """How many statements were accepted, how many of those are right, how many the truth wants; scores add up.

    >>> total = Score(accepted=4, right=3, wanted=5).plus(Score(accepted=1, right=1, wanted=1))
    >>> total.precision, round(total.recall, 2)
    (0.8, 0.67)
    """

    accepted: int = 0
    right: int = 0
    wanted: int = 0

    @property
    def precision(self) -> float:
        """The share of the accepted statements that are right; 1 where nothing was accepted."""
        return self.right / self.accepted if self.accepted else 1.0

    @property
    def recall(self) -> float:
        """The share of the wanted statements that were accepted; 1 where nothing is wanted."""
        return self.right / self.wanted if self.wanted else 1.0

    def plus(self, other: Score) -> Score:
        """The score of both together."""
        return Score(*map(sum, zip(self, other, strict=True)))


def _score(accepted: set[Any], wanted: set[Any], neutral: set[Any]) -> Score:
    return Score(len(accepted - neutral), len(accepted & wanted), len(wanted))


def _comparable(reference: Reference) -> tuple[str, str, frozenset[tuple[str, str]]]:
    pairs = zip(reference.source_columns, reference.target_columns, strict=True)
    return reference.source_table, reference.target_table, frozenset(pairs)


def score_references(accepted: Iterable[Reference], truth: Truth) -> Score:
    """The score of these references, in which the order of the column pairs does not matter.

    >>> from .reference_databases.truth import parse_truth
    >>> truth = parse_truth("b(x, y)", "a.p,q -> b.x,y")
    >>> score_references([Reference("a", ("q", "p"), "b", ("y", "x")), Reference("a", ("p",), "b", ("x",))], truth)
    Score(accepted=2, right=1, wanted=1)
    """
    found, wanted, neutral = (
        set(map(_comparable, some)) for some in (accepted, truth.references, truth.also_acceptable)
    )
    return _score(found, wanted, neutral)


def score_keys(accepted: Iterable[tuple[str, Sequence[str]]], truth: Truth) -> Score:
    """The score of these keys, each a table and its columns in any order.

    >>> from .reference_databases.truth import parse_truth
    >>> truth = parse_truth(keys="a(x, y) b(id)", references="", alternate_keys="b(code)")
    >>> score_keys([("a", ["y", "x"]), ("b", ["code"])], truth)
    Score(accepted=1, right=1, wanted=2)
    """
    found, wanted, neutral = (
        {(table, frozenset(columns)) for table, columns in some}
        for some in (accepted, truth.keys.items(), truth.alternate_keys)
    )
    return _score(found, wanted, neutral)


def _inferred(infer: Callable[[Tables], Any], tables: Tables, truth: Truth) -> dict[str, Score]:
    accepted = [claim for claim in infer(tables).claims if claim.status == "accepted"]
    links = [claim.value for claim in accepted if claim.kind == "reference"]
    return {
        "references": score_references(
            [Reference(link.source_table, tuple(link.source), link.table, tuple(link.columns)) for link in links], truth
        ),
        "keys": score_keys([(claim.path, claim.value) for claim in accepted if claim.kind == "key"], truth),
    }


# Any: a proposal is known here by its claims alone, so that the scores can be tested without an inference.
def measure(infer: Callable[[Tables], Any], databases: Iterable[ReferenceDatabase]) -> list[dict[str, object]]:
    """Precision and recall of what `infer` accepts: a row per database, names, kind and figure, then totals per split.

    A row is named "hotel, without names: references, precision"; its unit is "share", and a total that has a goal
    tells it.
    """
    scores: dict[str, Score] = {}
    totals: dict[str, Score] = {}
    for database in databases:
        tables = database.tables()
        for naming, known in (
            ("with names", (tables, database.truth)),
            ("without names", anonymise(tables, database.truth)),
        ):
            for kind, score in _inferred(infer, *known).items():
                total = f"all {database.split}, {naming}: {kind}"
                scores[f"{database.name}, {naming}: {kind}"] = score
                totals[total] = totals.get(total, Score()).plus(score)
    return [*_rows(scores, {}), *_rows(totals, GOALS)]


def _rows(scores: dict[str, Score], goals: dict[tuple[str, str], float]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for name, score in scores.items():
        for figure, value in (("precision", score.precision), ("recall", score.recall)):
            goal = goals.get((name.rpartition(": ")[2], figure))
            row: dict[str, object] = {"name": f"{name}, {figure}", "value": round(value, 4), "unit": "share"}
            rows.append(row if goal is None else {**row, "goal": goal})
    return rows


def main(names: Sequence[str]) -> int:
    """Measure the databases of these names alone and print the table; 0 done, 2 there is none of that name."""
    from benchmarks.__main__ import table
    from workbench.errors import NotFoundError
    from workbench.workspace import infer

    by_name = {each.name: each for each in DATABASES}
    if unknown := [name for name in names if name not in by_name]:
        print(f"benchmarks: {NotFoundError('database', unknown[0], by_name)}", file=sys.stderr)
        return 2
    print(table(measure(infer, [by_name[name] for name in names])))
    return 0


def run() -> list[dict[str, object]]:
    """Precision and recall of `workbench.workspace.infer` on all reference databases, named and anonymised."""
    from workbench.workspace import infer

    return measure(infer, DATABASES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [each.name for each in DATABASES]))
