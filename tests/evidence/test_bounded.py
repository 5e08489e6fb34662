"""Large tables: what takes no memory is counted on every row, the rest on a sample that says so; and the search can be stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.evidence.tables import claim_of, infer_from, numbers, table
from workbench.evidence import Claim, Options, Proposal
from workbench.store import open_source
from workbench.workspace import infer

ROWS = 20_000
LARGEST = 2_000
CUSTOMERS = 150


def orders(**more: list[Any]) -> pa.Table:
    """Orders with a number each, of which every tenth refers to a customer that is not there, and every hundredth to none."""
    customers = [None if each % 100 == 50 else 1 + each * 7 % CUSTOMERS for each in range(ROWS)]
    customers = [9_000 + each % 7 if each % 10 == 3 else value for each, value in enumerate(customers)]
    return table(order_id=numbers(ROWS), customer_id=customers, **more)


def inferred(large: pa.Table, **others: pa.Table) -> Proposal:
    """What inference says where 2,000 rows are as many as are read in full."""
    return infer_from({"orders": large, **others}, largest_exact=LARGEST)


def html(proposal: Proposal) -> str:
    """The proposal as a notebook shows it."""
    return str((proposal._repr_mimebundle_() or {})["text/html"])


def counted(claim: Claim, **tables: pa.Table) -> tuple[Any, ...]:
    """What the query behind a claim finds when it is run again."""
    assert claim.evidence.plan is not None
    with open_source(tables).store as store:
        (row,) = store.query(claim.evidence.plan).tuples()
    return row


# keys


def test_key_of_a_large_table_says_that_it_was_sampled() -> None:
    """Text, JSON and HTML tell that a key was tested on a sample, how large its error is, and that agreement is no proof."""
    proposal = inferred(orders())
    key = claim_of(proposal, "orders", "key")
    assert (key.status, key.value) == ("accepted", ("order_id",))
    assert key.evidence.sampled_of == ROWS and 1_500 < key.evidence.tested < 2_500
    said = "in a sample of a table of 20,000 rows (±0.14%), which does not prove it"
    assert said in str(key)
    assert said in html(proposal)
    resource = proposal.as_dict()["resources"][0]
    (measured,) = [each for each in resource["measured_on_sample"] if each["claim"] == key.id]
    assert measured["sampled_of"] == ROWS and measured["margin"] == pytest.approx(key.evidence.margin)
    assert counted(key, orders=orders()) == (ROWS, ROWS, key.evidence.tested, key.evidence.agreeing)


def test_values_that_repeat_are_seen_in_a_sample() -> None:
    """Rows that share a value are drawn together: a column in which every value occurs twice is no key, however far apart the two are."""
    proposal = inferred(table(order_id=numbers(ROWS // 2) * 2, total=[each * 0.37 for each in range(ROWS)]))
    assert proposal.domain.resource("orders").key == ()
    assert not proposal.as_dict()["resources"][0]["attributes"][0]["unique"]


def test_sample_that_contradicts_shows_the_rows() -> None:
    """A key that one row in fifty contradicts is a near miss, with values that repeat and the error of the share."""
    ids = [each - 1 if each % 50 == 0 else each for each in numbers(ROWS)]
    near = claim_of(inferred(table(order_id=ids, grade=[each % 9 for each in ids])), "orders", "key", ["order_id"])
    assert near.status == "near miss"
    assert near.evidence.coverage == pytest.approx(0.98, abs=3 * near.evidence.margin)
    assert near.evidence.counter_examples and all(each.rows == 2 for each in near.evidence.counter_examples)
    assert "does not prove" not in str(near)


def test_composite_key_of_a_large_table() -> None:
    """A key of two attributes is found, and tested on a sample of their combinations."""
    lines = table(order_id=[each // 4 for each in range(ROWS)], line_no=[each % 4 for each in range(ROWS)])
    key = claim_of(infer_from({"lines": lines}, largest_exact=LARGEST), "lines", "key", ["order_id", "line_no"])
    assert key.status == "accepted"
    assert (key.evidence.sampled_of, key.evidence.disagreeing) == (ROWS, 0)
    assert counted(key, lines=lines) == (ROWS, ROWS, key.evidence.tested, key.evidence.agreeing)


# attributes


def test_rare_value_of_an_enum_is_not_missed() -> None:
    """The values of an enum are counted on every row: what a sample would hardly meet belongs to it."""
    states = ["lost" if each % 2_000 == 7 else ("new", "paid", "sent")[each % 3] for each in range(ROWS)]
    enum = claim_of(inferred(orders(status=states)), "orders.status", "enum")
    assert set(enum.value) == {"new", "paid", "sent", "lost"}
    assert (enum.evidence.tested, enum.evidence.sampled_of) == (ROWS, 0)


def test_words_for_none_are_counted_on_every_row() -> None:
    """Three rows that hold ``NA`` among twenty thousand are found, and counted."""
    notes = ["NA" if each % 7_000 == 1 else f"note {each}" for each in range(ROWS)]
    required = claim_of(inferred(orders(note=notes)), "orders.note", "required")
    assert required.status == "near miss"
    assert [(each.value, each.rows) for each in required.evidence.counter_examples] == [("NA", 3)]
    assert required.evidence.sampled_of == 0


def test_one_missing_value_is_seen_in_a_large_table() -> None:
    """Required is what has a value in every row, of which all are counted; a single gap makes it a finding."""
    totals = [None if each == 12_345 else each % 97 for each in range(ROWS)]
    proposal = inferred(orders(total=totals, tax=[each % 13 for each in range(ROWS)]))
    gap = claim_of(proposal, "orders.total", "required")
    assert (gap.status, gap.evidence.tested, gap.evidence.disagreeing) == ("near miss", ROWS, 1)
    full = claim_of(proposal, "orders.tax", "required")
    assert (full.status, full.evidence.tested, full.evidence.sampled_of) == ("accepted", ROWS, 0)


def test_shape_of_text_is_measured_on_a_sample() -> None:
    """What text looks like is read off a sample, which the suggestion tells, and its query finds the same figures."""
    codes = [f"{'XYZ'[each % 3]}{each:05d}" for each in range(ROWS)]
    large = orders(code=codes)
    shape = claim_of(inferred(large), "orders.code", "pattern")
    assert shape.evidence.sampled_of == ROWS and 1_500 < shape.evidence.tested < 2_500
    assert counted(shape, orders=large) == (shape.evidence.tested, shape.evidence.agreeing)


# references


def test_reference_of_a_large_table_is_measured_on_a_sample() -> None:
    """Coverage comes from a sample of the source's rows, with its error; rows without a value are counted on all of them."""
    customers = table(customer_id=numbers(CUSTOMERS), name=[f"C {each}" for each in numbers(CUSTOMERS)])
    proposal = inferred(orders(), customers=customers)
    claim = claim_of(proposal, "orders.customer_id", "reference")
    evidence = claim.evidence
    assert claim.status == "accepted" and claim.value.path == "customers.customer_id"
    assert evidence.sampled_of == ROWS and 1_500 < evidence.tested < 2_500
    assert evidence.coverage == pytest.approx(0.9, abs=3 * evidence.margin)
    assert evidence.missing == ROWS // 100
    assert all(each.value.startswith("900") for each in evidence.counter_examples)
    assert counted(claim, orders=orders(), customers=customers)[2:4] == (evidence.tested, evidence.agreeing)
    (said,) = proposal.as_dict()["references"]
    assert (said["sampled_of"], said["margin"]) == (ROWS, pytest.approx(evidence.margin, abs=1e-8))
    assert evidence.error in html(proposal)


def test_sampled_target_attracts_no_nonsense() -> None:
    """Numbers from one to sixty thousand find themselves among any that are as dense: only the true reference is accepted."""
    child = table(cid=list(range(60_000)), pid=[each % 20_000 + 1 for each in range(60_000)])
    proposal = infer_from({"child": child, "parent": table(pid=numbers(20_000))}, largest_exact=5_000)
    accepted = [claim for claim in proposal.references if claim.status == "accepted"]
    assert [(claim.value.source_path, claim.value.path) for claim in accepted] == [("child.pid", "parent.pid")]


def test_reference_search_tells_its_progress() -> None:
    """Inside the search, too, the callback hears what is being done, with shares that only grow."""
    heard: list[tuple[str, float]] = []
    customers = table(customer_id=numbers(CUSTOMERS))
    infer({"orders": orders(), "customers": customers}, progress=lambda text, share: heard.append((text, share)))
    said = [text for text, _ in heard]
    assert "looking for what may refer to customers.customer_id" in said
    assert "counting what orders.customer_id refers to" in said
    shares = [share for _, share in heard]
    assert shares == sorted(shares) and shares[-1] == 1.0


_STOPPED = """
import os, tempfile, pyarrow
from workbench.workspace import infer

def stop(text, share):
    if text.startswith("counting what"):
        print(len(os.listdir(tempfile.gettempdir())))
        raise KeyboardInterrupt

try:
    infer({"a": pyarrow.table({"id": range(99), "b_id": [1, 2, 3] * 33}), "b": pyarrow.table({"id": range(9)})}, progress=stop)
except KeyboardInterrupt:
    print(len(os.listdir(tempfile.gettempdir())))
"""


def test_stopping_the_reference_search_leaves_nothing(tmp_path: Path) -> None:
    """Interrupted inside the search, inference gives its store and its folder back."""
    command = [sys.executable, "-c", _STOPPED]
    done = subprocess.run(
        command, env={**os.environ, "TMPDIR": str(tmp_path)}, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout.split(), done.stderr) == (["1", "0"], "")


# text that is read


def test_instants_with_and_without_zone_stay_text(tmp_path: Path) -> None:
    """A column in which half of the instants tell their zone is no timestamp: it stays text, and the mixture is a finding."""
    rows = [f"{each},2024-03-{1 + each % 28:02d}T10:00:00{'Z' if each % 2 else ''}" for each in range(200)]
    (tmp_path / "visit.csv").write_text("id,at\n" + "\n".join(rows) + "\n", encoding="utf-8")
    proposal = infer(tmp_path, options=Options())
    assert str(proposal.domain.resource("visit").attribute("at").type) == "string"
    (found,) = [each for each in proposal.problems if each.code == "mixed_zones"]
    assert (found.path, found.rows) == ("visit.at", 100)
