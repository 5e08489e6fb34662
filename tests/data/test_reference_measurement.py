"""The measurement of inference counts what is right, wrong, missing and neutral, per database and per split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from benchmarks.reference_databases import DATABASES, Reference, Truth, anonymise
from benchmarks.reference_databases.truth import Tables, parse_truth
from benchmarks.references import main, measure, score_keys, score_references

LIBRARY = next(database for database in DATABASES if database.name == "library")
TELECOM = next(database for database in DATABASES if database.name == "telecom")


@dataclass(frozen=True)
class Link:
    """The value of a claimed reference."""

    source_table: str
    source: Sequence[str]
    table: str
    columns: Sequence[str]


@dataclass(frozen=True)
class Claim:
    """A statement about the data."""

    kind: str
    path: str
    value: object
    status: str = "accepted"


@dataclass(frozen=True)
class Proposal:
    """What an inference answers."""

    claims: list[Claim]


def claims_of(truth: Truth) -> list[Claim]:
    """Every key and reference of a truth, accepted."""
    keys = [Claim("key", table, columns) for table, columns in truth.keys.items()]
    return keys + [
        Claim(
            "reference",
            one.source_table,
            Link(one.source_table, one.source_columns, one.target_table, one.target_columns),
        )
        for one in truth.references
    ]


class Oracle:
    """Infers what the truth of the library says, with or without names, then does to it what it was told."""

    def __init__(self, keep: slice = slice(None), more: Sequence[Claim] = ()) -> None:
        self.keep, self.more = keep, more
        tables = LIBRARY.tables()
        self.known = [(tables, LIBRARY.truth), anonymise(tables, LIBRARY.truth)]

    def __call__(self, tables: Tables) -> Proposal:
        truth = next(truth for known, truth in self.known if set(known) == set(tables))
        return Proposal(claims_of(truth)[self.keep] + list(self.more))


def test_a_perfect_inference_scores_one_everywhere() -> None:
    """Who says exactly the truth has precision and recall 1, per database and in total, with names and without."""
    rows = measure(Oracle(), [LIBRARY])
    assert len(rows) == 2 * 8
    assert {row["value"] for row in rows} == {1.0}
    assert rows[0]["name"] == "library, with names: references, precision"
    assert {"all tuning, without names: keys, recall"} <= {row["name"] for row in rows}


def test_only_accepted_claims_of_the_kind_count() -> None:
    """A near miss and a claim of another kind neither help nor harm."""
    wrong = Link("loan", ["id"], "book", ["id"])
    others = [Claim("reference", "loan", wrong, "finding"), Claim("enum", "loan.state", ["open"])]
    assert measure(Oracle(more=others), [LIBRARY]) == measure(Oracle(), [LIBRARY])


def test_mistakes_cost_precision_and_omissions_recall() -> None:
    """One wrong reference lowers precision by its share, one reference left out lowers recall by its share."""
    count = len(LIBRARY.truth.references)
    wrong = Claim("reference", "loan", Link("nowhere", ["a"], "nothing", ["b"]))
    rows = {row["name"]: row["value"] for row in measure(Oracle(slice(-1), [wrong]), [LIBRARY])}
    for naming in ("library, with names", "library, without names", "all tuning, with names"):
        assert rows[f"{naming}: references, precision"] == pytest.approx((count - 1) / count, abs=1e-4)
        assert rows[f"{naming}: references, recall"] == pytest.approx((count - 1) / count, abs=1e-4)
        assert rows[f"{naming}: keys, precision"] == 1.0


def test_an_inference_that_says_nothing_recalls_nothing() -> None:
    """Silence is precise and useless, and only the totals of references carry a goal."""
    rows = measure(Oracle(slice(0)), [LIBRARY])
    assert [row["value"] for row in rows] == [1.0, 0.0] * 8
    goals = {row["name"]: row["goal"] for row in rows if "goal" in row}
    assert goals == {
        f"all tuning, {naming}: references, {figure}": goal
        for naming in ("with names", "without names")
        for figure, goal in (("precision", 0.95), ("recall", 0.9))
    }


def test_every_split_has_its_own_totals() -> None:
    """What was tuned on and what is fresh are told apart, so that one does not flatter the other."""
    some = [next(one for one in DATABASES if one.split == split) for split in ("tuning", "fresh")]
    rows = measure(lambda tables: Proposal([]), some)
    totals = [str(row["name"]) for row in rows if str(row["name"]).startswith("all ")]
    assert {name.partition(",")[0] for name in totals} == {"all tuning", "all fresh"}
    assert len(totals) == 2 * 8


def test_defensible_answers_are_neutral() -> None:
    """What the truth calls also acceptable, and alternate keys, change neither precision nor recall."""
    truth = TELECOM.truth
    assert truth.also_acceptable
    assert truth.alternate_keys
    only = score_references(truth.references, truth)
    assert score_references([*truth.references, *truth.also_acceptable], truth) == only
    assert score_keys([*truth.keys.items(), *truth.alternate_keys], truth) == score_keys(truth.keys.items(), truth)


def test_a_composite_reference_needs_the_right_pairs() -> None:
    """Column pairs may come in any order, but swapped partners are another reference."""
    truth = parse_truth("b(x, y)", "a.p,q -> b.x,y")
    assert score_references([Reference("a", ("q", "p"), "b", ("y", "x"))], truth).right == 1
    assert score_references([Reference("a", ("p", "q"), "b", ("y", "x"))], truth).right == 0


def test_a_database_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Measuring some databases alone refuses a name that none of them has, and offers the nearest."""
    assert main(["hotels; drop table"]) == 2
    assert "hotels; drop table" in capsys.readouterr().err
