"""Which attributes refer to which: true references in every form, and inclusions that mean nothing."""

from __future__ import annotations

import random
from decimal import Decimal
from uuid import UUID

import pyarrow as pa

from tests.evidence.tables import claim_of, infer_from, numbers, table
from workbench.evidence import Proposal


def accepted(proposal: Proposal) -> set[tuple[str, str]]:
    """Source and target of every accepted reference."""
    return {(each.value.source_path, each.value.path) for each in proposal.references if each.status == "accepted"}


def drawn(values: list[object], count: int, seed: int = 1) -> list[object]:
    """``count`` values drawn at random."""
    return random.Random(seed).choices(values, k=count)


CUSTOMERS = table(customer_id=numbers(200, 1000), city=[f"city {each % 40}" for each in range(200)])


def orders(customer: object, **more: object) -> pa.Table:
    """300 orders, each of a customer."""
    return table(order_id=numbers(300, 70_000), customer_id=customer, **more)


def test_reference_between_tables() -> None:
    """Values drawn from a key, under its name, refer to it; both ends get a relationship."""
    proposal = infer_from({"customers": CUSTOMERS, "orders": orders(drawn(numbers(200, 1000), 300))})
    assert accepted(proposal) == {("orders.customer_id", "customers.customer_id")}
    (forth,) = proposal.domain.resource("orders").relationships
    assert (forth.name, forth.kind, forth.required) == ("customer", "belongs_to", True)
    (back,) = proposal.domain.resource("customers").relationships
    assert (back.name, back.kind, back.destination) == ("orders", "has_many", "orders")


def test_dangling_rows_are_counted() -> None:
    """A reference with dirt is accepted, counted, and not required."""
    values = drawn(numbers(200, 1000), 300)
    values[5], values[6], values[7] = 99_999, 99_999, 88_888
    proposal = infer_from({"customers": CUSTOMERS, "orders": orders(values)})
    evidence = claim_of(proposal, "orders.customer_id", "reference").evidence
    assert (evidence.tested, evidence.agreeing) == (300, 297)
    assert [(each.value, each.rows) for each in evidence.counter_examples] == [("99999", 2), ("88888", 1)]
    assert not proposal.domain.resource("orders").relationships[0].required


def test_rows_without_a_value_are_counted_apart() -> None:
    """Null is neither for nor against a reference; it makes it optional."""
    values = [None if place % 3 == 0 else each for place, each in enumerate(drawn(numbers(200, 1000), 300))]
    proposal = infer_from({"customers": CUSTOMERS, "orders": orders(values)})
    evidence = claim_of(proposal, "orders.customer_id", "reference").evidence
    assert (evidence.tested, evidence.agreeing, evidence.missing) == (200, 200, 100)
    assert not proposal.domain.resource("orders").relationships[0].required


def test_hierarchy_within_a_table() -> None:
    """A manager is an employee: the reference leads back to its own table, both ways named apart."""
    count = 150
    managers = [None, *(random.Random(3).randint(1, max(1, each // 4)) for each in range(1, count))]
    proposal = infer_from({"employee": table(employee_id=numbers(count), manager_id=managers)})
    assert accepted(proposal) == {("employee.manager_id", "employee.employee_id")}
    names = {each.name: each.kind for each in proposal.domain.resource("employee").relationships}
    assert names == {"manager": "belongs_to", "employee_by_manager": "has_many"}


def test_one_to_one() -> None:
    """Where the source identifies its own row too, the way back reaches one row at most."""
    held = sorted(random.Random(2).sample(numbers(200, 1000), 120))
    passports = table(customer_id=held, passport_no=[f"P{each * 37 % 100_000:05d}" for each in held])
    proposal = infer_from({"customers": CUSTOMERS, "passports": passports})
    assert accepted(proposal) == {("passports.customer_id", "customers.customer_id")}
    (back,) = proposal.domain.resource("customers").relationships
    assert (back.name, back.kind) == ("passport", "has_one")


def test_two_roles_toward_one_table() -> None:
    """A sender and a receiver are two references, told apart by their roles."""
    accounts = table(account_no=numbers(300, 5000), opened=["2020"] * 300)
    transfers = table(
        id=numbers(500),
        sender_account_no=drawn(numbers(300, 5000), 500, 4),
        receiver_account_no=drawn(numbers(300, 5000), 500, 5),
    )
    proposal = infer_from({"accounts": accounts, "transfers": transfers})
    names = {each.name for each in proposal.domain.resource("transfers").relationships}
    assert names == {"sender_account", "receiver_account"}
    back = {each.name for each in proposal.domain.resource("accounts").relationships}
    assert back == {"transfers_by_sender_account", "transfers_by_receiver_account"}


def lines_and_shipments() -> dict[str, pa.Table]:
    """Order lines with a key of two attributes, and shipments of some of them."""
    lines = [(order, line) for order in numbers(150, 4000) for line in numbers(1 + order % 5)]
    shipped = random.Random(6).sample(lines, 250)
    return {
        "order_line": table(
            order_no=[each for each, _ in lines],
            line_no=[each for _, each in lines],
            article=[f"A{(each * 31 + line) % 500:03d}" for each, line in lines],
        ),
        "shipment": table(
            shipment_id=numbers(250, 900_000),
            order_no=[each for each, _ in shipped],
            line_no=[each for _, each in shipped],
        ),
    }


def test_composite_reference() -> None:
    """A key of two attributes is referred to by two, and no part of it alone."""
    proposal = infer_from(lines_and_shipments())
    assert accepted(proposal) == {("shipment.order_no,line_no", "order_line.order_no,line_no")}
    (forth,) = proposal.domain.resource("shipment").relationships
    assert (forth.source_key, forth.destination_key) == (("order_no", "line_no"), ("order_no", "line_no"))


def test_composite_reference_counts_pairs() -> None:
    """A pair is lost when its combination does not exist, though each part does somewhere."""
    tables = lines_and_shipments()
    lines = tables["shipment"]["line_no"].to_pylist()
    orders_ = tables["shipment"]["order_no"].to_pylist()
    single = next(place for place, order in enumerate(orders_) if order % 5 == 0)
    lines[single] = 5
    tables["shipment"] = tables["shipment"].set_column(2, "line_no", [lines])
    evidence = claim_of(infer_from(tables), "shipment.order_no,line_no", "reference").evidence
    assert evidence.disagreeing == 1
    assert evidence.counter_examples[0].value == f"{orders_[single]}, 5"


def test_counting_numbers_do_not_refer_to_each_other() -> None:
    """Small dense numbers occur in every longer row of numbers; that is no reference."""
    proposal = infer_from(
        {
            "building": table(id=numbers(300), floors=drawn(numbers(12), 300), year=drawn(numbers(60, 1960), 300)),
            "tree": table(id=numbers(800), height=drawn(numbers(30), 800), age=drawn(numbers(90), 800)),
        }
    )
    assert accepted(proposal) == set()


def test_copied_attribute_is_no_reference() -> None:
    """A name copied beside the reference that it came with is left out: the key already says it."""
    emails = [f"person{each}@example.org" for each in range(200)]
    customers = table(customer_id=numbers(200, 1000), email=emails)
    who = drawn(numbers(200, 1000), 300)
    proposal = infer_from({"customers": customers, "orders": orders(who, email=[emails[each - 1000] for each in who])})
    assert accepted(proposal) == {("orders.customer_id", "customers.customer_id")}


def test_rival_targets_become_a_finding() -> None:
    """Where two tables hold all values equally well, one is taken and the other told."""
    codes = [f"{a}{b}{c}" for a in "ABCDE" for b in "FGHIJ" for c in "KLMNO"]
    proposal = infer_from(
        {
            "port_here": table(code=codes, depth=[each * 0.5 for each in range(125)]),
            "port_there": table(code=codes, depth=[each * 0.5 for each in range(125)]),
            "call": table(id=numbers(400), port_code=drawn(codes, 400)),
        }
    )
    found = {claim.value.path: claim.status for claim in proposal.references if claim.path == "call.port_code"}
    assert found == {"port_here.code": "accepted", "port_there.code": "near miss"}
    assert [each.code for each in proposal.problems if each.path == "call.port_code"] == ["near_reference"]


def test_floats_that_hold_whole_numbers_refer() -> None:
    """Readers turn whole numbers with gaps into floats; they still refer."""
    values = [None if place % 9 == 0 else float(each) for place, each in enumerate(drawn(numbers(200, 1000), 300))]
    proposal = infer_from({"customers": CUSTOMERS, "orders": orders(values)})
    assert accepted(proposal) == {("orders.customer_id", "customers.customer_id")}
    assert str(proposal.domain.resource("orders").attribute("customer_id").type) == "integer"


def test_decimals_that_hold_whole_numbers_refer() -> None:
    """So do decimals without a fraction, as some databases give their numbers."""
    values = pa.array([Decimal(each) for each in drawn(numbers(200, 1000), 300)], pa.decimal128(10, 0))
    proposal = infer_from({"customers": CUSTOMERS, "orders": orders(values)})
    assert accepted(proposal) == {("orders.customer_id", "customers.customer_id")}


def test_uuid_and_text_are_alike() -> None:
    """An identifier stored as a UUID on one side and as text on the other is one identifier."""
    ids = [UUID(int=each * 7919 + 2**120) for each in range(100)]
    stored = pa.array([each.bytes for each in ids], pa.uuid())
    proposal = infer_from(
        {
            "device": table(device_id=stored, model=["m"] * 100),
            "reading": table(id=numbers(250), device_id=[str(each) for each in drawn(ids, 250)]),
        }
    )
    assert accepted(proposal) == {("reading.device_id", "device.device_id")}
    evidence = claim_of(proposal, "reading.device_id", "reference").evidence
    assert (evidence.tested, evidence.agreeing) == (250, 250)


def test_tables_that_refer_to_each_other() -> None:
    """A department has a head, who works in a department: a cycle is two references."""
    departments = table(
        department_id=numbers(12, 100), head_employee_id=random.Random(1).sample(numbers(240, 9000), 12)
    )
    employees = table(employee_id=numbers(240, 9000), department_id=drawn(numbers(12, 100), 240))
    proposal = infer_from({"department": departments, "employee": employees})
    assert accepted(proposal) == {
        ("department.head_employee_id", "employee.employee_id"),
        ("employee.department_id", "department.department_id"),
    }


def test_thresholds_are_options() -> None:
    """What is accepted at 80 % is a near miss where 99 % are asked for."""
    values = drawn(numbers(200, 1000), 300)
    values[:15] = [99_999] * 15
    tables = {"customers": CUSTOMERS, "orders": orders(values)}
    assert claim_of(infer_from(tables), "orders.customer_id", "reference").status == "accepted"
    strict = infer_from(tables, reference_coverage=0.99)
    assert claim_of(strict, "orders.customer_id", "reference").status == "near miss"
    assert strict.domain.resource("orders").relationships == ()


def test_numbers_refer_to_codes_that_look_like_numbers() -> None:
    """One file's reader took the codes for numbers, another's for text, as some have a letter; they are the same codes."""
    codes = [str(each) for each in numbers(198, 3000)] + ["31A", "31B"]
    floats = [None, *map(float, drawn(numbers(198, 3000), 299))]
    proposal = infer_from(
        {"ward": table(ward_code=codes, beds=[9] * 200), "stay": table(id=numbers(300), ward_code=floats)}
    )
    assert accepted(proposal) == {("stay.ward_code", "ward.ward_code")}
    evidence = claim_of(proposal, "stay.ward_code", "reference").evidence
    assert (evidence.tested, evidence.agreeing) == (299, 299)


def test_reference_to_a_sampled_table_counts_each_row_once() -> None:
    """A target that is unique in a sample only is not taken for unique: its repeated values do not multiply rows."""
    ids = [*numbers(3000, 1000), *numbers(3000, 1000)]
    tables = {
        "thing": table(thing_id=ids, size=[each % 9 for each in ids]),
        "part": table(part_id=numbers(500), thing_id=drawn(numbers(3000, 1000), 500)),
    }
    proposal = infer_from(tables, largest_exact=600)
    assert not any(each["unique"] for each in proposal.as_dict()["resources"][1]["attributes"])
    for claim in proposal.references:
        assert claim.evidence.agreeing <= claim.evidence.tested <= 6000


def test_parents_among_the_first_rows() -> None:
    """Without names too: parents that are always earlier rows, the first having none, make a hierarchy of any row of numbers."""
    draw = random.Random(3)
    parents = [None if each <= 6 else draw.randint(1, min(each - 1, 30)) for each in numbers(200)]
    proposal = infer_from({"t1": table(c1=numbers(200), c2=parents), "t2": table(c1=numbers(900))})
    assert accepted(proposal) == {("t1.c2", "t1.c1")}


def test_small_numbers_in_no_order_of_rows_are_no_parents() -> None:
    """The same numbers dealt out to other rows lead round in circles, and mean nothing."""
    draw = random.Random(3)
    parents = [None if each <= 6 else draw.randint(1, min(each - 1, 30)) for each in numbers(200)]
    draw.shuffle(parents)
    assert accepted(infer_from({"t1": table(c1=numbers(200), c2=parents)})) == set()


def test_one_column_refers_to_a_short_list() -> None:
    """Quantities from one to six fit a list of six kinds as well as what refers to it: only that is taken."""
    draw = random.Random(5)
    kinds = table(c1=numbers(6), c2=["Ada", "Bert", "Cleo", "Dora", "Emil", "Fritz"])
    items = table(
        c1=numbers(3000, 50_000),
        c2=draw.choices(numbers(6), [5, 1, 3, 8, 1, 4], k=3000),
        c3=draw.choices(numbers(6), [60, 30, 15, 8, 4, 2], k=3000),
    )
    assert accepted(infer_from({"t1": kinds, "t2": items})) == {("t2.c2", "t1.c1")}


def seats_of(rows: int) -> list[tuple[int, int]]:
    """Places of so many rows of seats, the rows of different length."""
    return [(row, seat) for row in numbers(rows, 400) for seat in numbers(3 + row * 7 % 23)]


def test_two_composite_references_share_a_column() -> None:
    """A seat and the seat one moved from, in one row of seats, are two references."""
    draw = random.Random(8)
    seats = seats_of(40)
    taken = [draw.choice(seats) for _ in range(600)]
    before = [draw.choice([seat for row, seat in seats if row == here]) for here, _ in taken]
    tables = {
        "row": table(row_no=numbers(40, 400), name=[f"row {each}" for each in range(40)]),
        "seat": table(row_no=[each for each, _ in seats], seat_no=[each for _, each in seats]),
        "booking": table(
            booking_id=numbers(600, 9000),
            row_no=[each for each, _ in taken],
            seat_no=[each for _, each in taken],
            moved_from_seat=before,
        ),
    }
    found = {each for each in accepted(infer_from(tables)) if each[1] == "seat.row_no,seat_no"}
    assert {source for source, _ in found} == {"booking.row_no,seat_no", "booking.row_no,moved_from_seat"}


def test_small_number_beside_a_reference_is_no_part_of_it() -> None:
    """A quantity that stays below the fewest lines of any order would be found with whatever order: no composite reference."""
    draw = random.Random(9)
    lines = [(order, line) for order in numbers(150, 4000) for line in numbers(4 + order % 3)]
    tables = {
        "orders": table(order_no=numbers(150, 4000), city=[f"city {each}" for each in range(150)]),
        "order_line": table(order_no=[each for each, _ in lines], line_no=[each for _, each in lines]),
        "refund": table(
            refund_id=numbers(500, 70_000),
            order_no=draw.choices(numbers(150, 4000), k=500),
            stage=draw.choices(numbers(3), [2, 5, 3], k=500),
        ),
    }
    assert {source for source, _ in accepted(infer_from(tables))} == {"order_line.order_no", "refund.order_no"}


def test_neighbour_within_one_table() -> None:
    """Rows may refer to others of their table by several columns: the cell next to a cell."""
    draw = random.Random(4)
    seats = seats_of(40)
    near = [draw.choice(seats) if draw.random() < 0.8 else (None, None) for _ in seats]
    cells = table(
        area=[each for each, _ in seats],
        cell=[each for _, each in seats],
        near_area=[each for each, _ in near],
        near_cell=[each for _, each in near],
    )
    assert ("cells.near_area,near_cell", "cells.area,cell") in accepted(infer_from({"cells": cells}))


def test_numbers_that_meet_the_gaps_refer_to_nothing() -> None:
    """Numbers that miss just where the target has gaps were not drawn from it, though most rows are found."""
    draw = random.Random(11)
    accounts = [each for each in numbers(2000) if draw.random() < 0.93]
    issues = [each for each in numbers(500) for _ in range(1 + 4000 // (each + 20))]
    assert accepted(infer_from({"t1": table(c1=accounts), "t2": table(c1=issues)})) == set()


def test_one_person_for_each_row() -> None:
    """A head that no two departments share is a reference to a person, not a number of the departments."""
    draw = random.Random(12)
    departments = table(
        department_id=numbers(40), name=[f"d{each}" for each in range(40)], head=draw.sample(numbers(900), 40)
    )
    employees = table(employee_id=numbers(900), born=["1980"] * 900)
    found = accepted(infer_from({"department": departments, "employee": employees}))
    assert found == {("department.head", "employee.employee_id")}
