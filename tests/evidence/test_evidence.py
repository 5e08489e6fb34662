"""Every claim's figures can be recomputed from the SQL it shows, and say how sure they are."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.evidence.tables import claim_of, infer_from, numbers, table
from workbench.evidence import Claim, CounterExample, Evidence
from workbench.evidence.claim import mask


def small_shop() -> dict[str, pa.Table]:
    """Three tables with a bit of everything: keys, references, dirt, text that is numbers, enums, quotes in names."""
    draw = random.Random(9)
    customers = [f"C{each:04d}" for each in range(90)]
    bought = [draw.choice(customers) for _ in range(400)]
    bought[3], bought[4] = "C9999", "C9998"
    lines = [(order, line) for order in numbers(400) for line in numbers(1 + order % 3)]
    parcels = draw.sample(lines, 300)
    parcels[0] = (1, 9)
    return {
        "customers": table(
            customer_code=customers,
            born_on=[dt.date(1960, 1, 1) + dt.timedelta(days=131 * each) for each in range(90)],
            contact=[*(f"p{each}@example.org" for each in range(89)), "nobody"],
            joined_at=[dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=each) for each in range(90)],
        ),
        'the "orders"': table(
            order_id=numbers(400),
            customer_code=bought,
            **{"it's; drop table": [draw.choice(["new", "paid", "sent"]) for _ in range(400)]},
            note=[draw.choice(["NA", "fine", "soon"]) for _ in range(400)],
            weight=[float(each % 40) for each in range(400)],
            paid=[Decimal(each % 90) / 4 for each in range(400)],
            digits=[str(each % 60) for each in range(400)],
            nearly_digits=[*(str(each) for each in range(396)), "x", "y", "z", "'"],
        ),
        "lines": table(order_id=[each for each, _ in lines], line_no=[each for _, each in lines]),
        "parcels": table(
            parcel_code=[f"PX-{each:05d}" for each in range(300)],
            order_id=[each for each, _ in parcels],
            line_no=[each for _, each in parcels],
            weight_class=[None if each % 50 == 0 else each % 4 for each in range(300)],
        ),
    }


TABLES = small_shop()
CLAIMS = infer_from(TABLES).claims


@pytest.fixture(scope="module")
def database() -> Any:
    """The same tables in a plain DuckDB."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for name, each in TABLES.items():
            connection.register(name, each)
        yield connection


def recounted(row: dict[str, Any], claim: Claim) -> tuple[int, int]:
    """Tested and agreeing rows, as the shown query's one row of counts says."""
    if claim.kind == "reference":
        return row["rows"], row["rows_found"]
    if claim.kind in ("key", "identity"):
        return row["filled"], row["distinct"]
    (agreeing,) = [value for name, value in row.items() if name != "rows"]
    missing = claim.evidence.missing
    return row["rows"] - missing, agreeing


@pytest.mark.parametrize("claim", [each for each in CLAIMS if each.evidence.sql], ids=lambda each: each.id)
def test_shown_sql_gives_the_shown_counts(database: duckdb.DuckDBPyConnection, claim: Claim) -> None:
    """The SQL of each claim runs as it is shown, and its figures are the claim's."""
    result = database.execute(claim.evidence.sql)
    names = [each[0] for each in result.description]
    rows = result.fetchall()
    if claim.kind in ("enum", "state"):
        assert {value for value, _ in rows} == set(claim.value)
        assert sum(count for _, count in rows) == claim.evidence.agreeing
    else:
        (row,) = rows
        counts = recounted(dict(zip(names, row, strict=True)), claim)
        assert counts == (claim.evidence.tested, claim.evidence.agreeing)


def test_claims_that_count_rows_show_how() -> None:
    """Only claims that rest on names, on a look at some values, or on declarations have no query."""
    silent = {each.kind for each in CLAIMS if not each.evidence.sql}
    assert silent <= {"sensitive", "measure", "dimension"}


def test_claims_are_told_apart() -> None:
    """A decision is kept by a claim's id, so no two claims share one."""
    ids = [each.id for each in CLAIMS]
    assert len(set(ids)) == len(ids)


def test_coverage() -> None:
    """Coverage is the share of tested rows that agree; where nothing was tested nothing disagrees."""
    assert Evidence(200, 150).coverage == 0.75
    assert Evidence(200, 150).disagreeing == 50
    assert Evidence(0, 0, missing=9).coverage == 1.0


def test_margin_of_a_sample() -> None:
    """A sample's share comes with the half-width of its 95 % interval; a complete count has none."""
    assert Evidence(1000, 500).margin == 0
    assert Evidence(1000, 500, sampled_of=10**6).margin == pytest.approx(0.031, abs=1e-3)
    assert 0 < Evidence(1000, 1000, sampled_of=10**6).margin < 0.01


def test_evidence_in_words() -> None:
    """One line tells rows, share, margin and rows without a value."""
    assert str(Evidence(3, 3)) == "3 of 3 rows agree"
    assert str(Evidence(4000, 3000, 20)) == "3,000 of 4,000 rows agree (75.00%); 20 rows have no value"
    assert "in a sample of a table of 1,000,000 rows (±" in str(Evidence(4000, 3000, sampled_of=10**6))


def test_mask_keeps_the_shape() -> None:
    """A masked value shows its first letter and its length; nothing of it can be read."""
    assert mask("DE89370400440532013000", sensitive=True) == "D•••••••••••••••••••• (22 characters)"
    assert mask("", sensitive=True) == ""
    assert mask("x" * 200, sensitive=False) == "x" * 79 + "…"


def test_views_are_built_from_fields() -> None:
    """A claim's view shows statement, counter-examples and SQL, whatever is in them."""
    claim = claim_of(infer_from(TABLES), 'the "orders".customer_code', "reference")
    assert claim.evidence.counter_examples == (CounterExample("C9998", 1), CounterExample("C9999", 1))
    shown = str(claim.view())
    assert "C9999" in shown
    assert "SELECT" in shown


# samples


@pytest.fixture(scope="module")
def sampled() -> Any:
    """The small shop, inferred as if 100 rows were many."""
    return infer_from(TABLES, largest_exact=100)


def test_sampled_claims_say_so(sampled: Any) -> None:
    """Claims about tables larger than the limit tell that they rest on a sample, of how many rows, and how sure they are."""
    key = claim_of(sampled, 'the "orders"', "key").evidence
    assert key.sampled_of == 400
    assert 50 < key.tested < 150
    assert key.margin > 0


def test_small_tables_are_counted_exactly(sampled: Any) -> None:
    """Tables below the limit are read in full."""
    assert claim_of(sampled, "customers.customer_code", "required").evidence.sampled_of == 0


def test_references_of_sampled_tables_are_honest(sampled: Any) -> None:
    """Whatever a reference says, it never finds more rows than there are, and tells whether it looked at all of them."""
    assert sampled.references
    for claim in sampled.references:
        evidence = claim.evidence
        rows = TABLES[claim.value.source_table].num_rows
        assert evidence.agreeing <= evidence.tested <= rows
        assert evidence.tested + evidence.missing == rows or evidence.sampled_of == rows


def test_keys_of_sampled_tables_are_honest(sampled: Any) -> None:
    """A key of a sampled table was either counted on every row or says that it was not."""
    for claim in sampled.claims:
        if claim.kind in ("key", "identity"):
            rows = TABLES[claim.path].num_rows
            assert claim.evidence.tested + claim.evidence.missing == rows or claim.evidence.sampled_of == rows


def test_samples_repeat() -> None:
    """The same data gives the same proposal, samples or not."""
    again = infer_from(small_shop(), largest_exact=100)
    assert [str(each) for each in again.claims] == [str(each) for each in infer_from(TABLES, largest_exact=100).claims]


def test_lists_that_repeat_identify_nothing() -> None:
    """Lists and objects, whose values nobody compared, are not called unique."""
    proposal = infer_from({"o": table(id=numbers(50), tags=[["a"]] * 50, meta=[{"x": 1}] * 50)})
    assert [each["name"] for each in proposal.as_dict()["resources"][0]["attributes"] if each["unique"]] == ["id"]
    assert [claim.value for claim in proposal.claims if claim.kind in ("key", "identity")] == [("id",)]
