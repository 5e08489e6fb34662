"""What identifies a row: one attribute, the fewest that together do, or nothing."""

from __future__ import annotations

import datetime as dt
import random
from itertools import product

import pyarrow as pa
import pytest

from tests.evidence.tables import claim_of, infer_from, numbers, table
from workbench.evidence import Proposal
from workbench.workspace import infer


def key(proposal: Proposal, name: str = "t") -> tuple[str, ...]:
    """The key in the proposed domain."""
    return proposal.domain.resource(name).key


def test_single_identifier() -> None:
    """A unique identifier is the key, counted on every row."""
    proposal = infer_from({"t": table(id=numbers(100), size=[each % 7 for each in range(100)])})
    assert key(proposal) == ("id",)
    evidence = claim_of(proposal, "t", "key").evidence
    assert (evidence.tested, evidence.agreeing) == (100, 100)


def test_identifier_wins_over_other_unique_attributes() -> None:
    """Amounts and addresses may be unique as well; they are suggested as identities, not taken as keys."""
    count = 60
    proposal = infer_from(
        {
            "customer": table(
                amount=[each * 1.37 for each in range(count)],
                email=[f"p{each}@example.org" for each in range(count)],
                customer_no=numbers(count, 1000),
            )
        }
    )
    assert key(proposal, "customer") == ("customer_no",)
    assert claim_of(proposal, "customer", "identity", ["email"]).status == "suggested"


def test_composite_key() -> None:
    """Where no attribute identifies, the smallest set that does is the key."""
    pairs = [(order, line) for order in range(200) for line in range(1 + order % 4)]
    proposal = infer_from(
        {
            "lines": table(
                order_id=[order for order, _ in pairs],
                line_no=[line for _, line in pairs],
                quantity=[1 + (order * 7 + line) % 5 for order, line in pairs],
            )
        }
    )
    assert key(proposal, "lines") == ("order_id", "line_no")


def test_calendar_columns_are_tried_together() -> None:
    """Year, month, day and hour count as one time, so that a key with them stays within its width."""
    start = dt.datetime(2013, 1, 1)
    times = [start + dt.timedelta(hours=each * 5) for each in range(1500)]
    rows = list(product(("north", "south"), times))
    parts = {part: [getattr(time, part) for _, time in rows] for part in ("year", "month", "day", "hour")}
    proposal = infer_from({"weather": table(station=[each for each, _ in rows], **parts, temp=[20.5 for _ in rows])})
    assert key(proposal, "weather") == ("station", "year", "month", "day", "hour")


def test_nearly_unique_is_a_finding() -> None:
    """A key that a few rows contradict is reported with the rows that share a value."""
    codes = [f"X{each:04d}" for each in range(400)]
    codes[7], codes[9] = codes[3], codes[3]
    proposal = infer_from({"part": table(part_code=codes, unit=["kg"] * 400)})
    near = claim_of(proposal, "part", "key", ["part_code"])
    assert near.status == "near miss"
    assert near.evidence.disagreeing == 2
    assert [(each.value, each.rows) for each in near.evidence.counter_examples] == [("X0003", 3)]
    assert key(proposal, "part") == ()


def test_hardly_contradicted_key_is_accepted_with_a_warning() -> None:
    """Two rows entered twice among thousands do not hide the key; the problem tells them."""
    ids = numbers(5_000)
    ids[10] = ids[9]
    proposal = infer_from({"t": table(id=ids, grade=[each % 9 for each in ids])})
    assert key(proposal) == ("id",)
    assert [(each.code, each.rows) for each in proposal.problems if each.path == "t"] == [("duplicate_key", 1)]


def test_duplicate_rows_leave_no_key() -> None:
    """A table whose every row occurs twice has no key, and no near miss either."""
    proposal = infer_from({"t": table(id=numbers(50) * 2, name=[f"n{each}" for each in numbers(50)] * 2)})
    assert key(proposal) == ()
    assert not [each for each in proposal.claims if each.kind in ("key", "identity")]


def test_attribute_with_gaps_is_no_key() -> None:
    """What some rows lack identifies nothing, however unique the rest."""
    proposal = infer_from({"t": table(id=[None, *numbers(99)], name=["same"] * 100)})
    assert key(proposal) == ()


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_tiny_tables(rows: int) -> None:
    """In a table of few rows everything is unique; the identifier is still told from the rest."""
    proposal = infer_from({"t": table(note=["a", "b", "c"][:rows], id=numbers(rows))})
    assert key(proposal) == ("id",)


def test_table_without_rows() -> None:
    """An empty table keeps its columns and types, and claims nothing it could not see."""
    schema = pa.schema([("id", pa.int64()), ("name", pa.string()), ("at", pa.timestamp("us"))])
    proposal = infer_from({"t": schema.empty_table(), "u": table(id=numbers(5))})
    resource = proposal.domain.resource("t")
    assert [str(each.type) for each in resource.attributes] == ["integer", "string", "local_timestamp"]
    assert [each for each in proposal.claims if each.path.startswith("t.") or each.path == "t"] == []


def test_columns_without_values() -> None:
    """Columns that are null everywhere are optional, identify nothing and refer to nothing."""
    nothing = pa.nulls(20, pa.int64())
    proposal = infer_from({"t": table(id=numbers(20), parent_id=nothing, x=pa.nulls(20)), "u": table(id=numbers(20))})
    assert key(proposal) == ("id",)
    assert not any(each.required for each in proposal.domain.resource("t").attributes if each.name != "id")
    assert not [each for each in proposal.references if "parent_id" in each.path]


def test_declared_keys_are_taken() -> None:
    """Keys that DDL declares are accepted as declared."""
    declared = infer("create table t (a integer, b integer primary key, c text unique)")
    assert declared.domain.resource("t").key == ("b",)
    assert [each.attributes for each in declared.domain.resource("t").identities] == [("c",)]


def test_codes_identify_rows_before_names_do() -> None:
    """Where a name and a code are unique, the code is the key, though it comes later and is called nothing."""
    draw = random.Random(2)
    names = ["".join(draw.choice("aeioubdgklmnrst") for _ in range(8)).capitalize() for _ in range(120)]
    codes = [f"{each * 37 % 1000:03d}" for each in range(120)]
    assert key(infer_from({"t": table(c1=names, c2=codes, c3=[each % 7 for each in range(120)])})) == ("c2",)


def test_a_code_of_its_own_identifies_before_sets_that_happen_to_be_unique() -> None:
    """A serial number in a later column is the key, not the columns that are unique together by chance."""
    draw = random.Random(2)
    rows = table(
        c1=draw.choices(numbers(900), k=1000),
        c2=["issued"] * 1000,
        c3=draw.choices(numbers(3000, 40_000), k=1000),
        c4=[f"L{each * 7919 % 99_991:05d}X" for each in range(1000)],
    )
    assert key(infer_from({"t": rows})) == ("c4",)
