"""What values mean: semantic types, private facts, states, enums, types behind text."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pyarrow as pa
import pytest

from tests.evidence.tables import claim_of, infer_from, numbers, table
from workbench.model import EnumType


def type_of(values: list[object], name: str = "value") -> str:
    """The type proposed for a column of these values, beside a key."""
    proposal = infer_from({"t": table(id=numbers(len(values)), **{name: values})})
    return str(proposal.domain.resource("t").attribute(name).type)


MANY = 60


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("contact", [f"p{each}@example.org" for each in range(MANY)], "email"),
        ("see", [f"https://example.org/{each}" for each in range(MANY)], "url"),
        ("host", [f"10.0.{each}.1" for each in range(MANY)], "ip_address"),
        ("phone", [f"+49 30 {each:06d}" for each in range(MANY)], "phone"),
        ("currency", [a + b + "R" for a in "ABCDEFGH" for b in "ABCDEFGH"], "currency"),
        ("lat", [each * 1.5 - 45.25 for each in range(MANY)], "latitude"),
        ("longitude", [each * 5.5 - 170.25 for each in range(MANY)], "longitude"),
        ("zip", [f"{each:05d}" for each in range(MANY)], "postal_code"),
        ("code", [a + b + "R" for a in "ABCDEFGH" for b in "ABCDEFGH"], "string"),
        ("lat", [each * 10.5 for each in range(MANY)], "float"),
        ("email", [f"no address {each}" for each in range(MANY)], "string"),
    ],
)
def test_semantic_types_need_fitting_values(name: str, values: list[object], expected: str) -> None:
    """Unmistakable values speak for themselves; others need the name as well, and no name outweighs the values."""
    assert type_of(values, name) == expected


def test_nearly_an_address_is_a_finding() -> None:
    """One value that is no address keeps the wider type, and is counted as a near miss."""
    values = [f"p{each}@example.org" for each in range(99)] + ["unknown person"]
    proposal = infer_from({"t": table(id=numbers(100), contact=values)})
    near = claim_of(proposal, "t.contact", "type")
    assert (near.status, near.value, near.evidence.disagreeing) == ("near miss", "email", 1)
    assert str(proposal.domain.resource("t").attribute("contact").type) == "string"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([str(each) for each in range(MANY)], "integer"),
        ([f"{each}.50" for each in range(MANY)], "decimal(38, 9)"),
        ([f"2026-01-{1 + each % 28:02d}" for each in range(MANY)], "date"),
        ([f"2026-01-01T{each % 24:02d}:{each:02d}:00Z" for each in range(MANY)], "timestamp"),
        ([str(UUID(int=each * 7919)) for each in range(MANY)], "uuid"),
        ([f"{each:05d}" for each in range(MANY)], "string"),
        ([each / 1.0 for each in range(MANY)], "integer"),
        ([float("nan"), float("inf"), *(each * 1.0 for each in range(MANY))], "float"),
        ([dt.date(2026, 1, 1 + each % 28) for each in range(MANY)], "date"),
    ],
)
def test_types_behind_the_storage(values: list[object], expected: str) -> None:
    """Text that is all numbers, dates or identifiers is typed so; leading zeros make a code of it, and nan no number."""
    assert type_of(values) == expected


def test_instants_with_and_without_zone() -> None:
    """A time with a zone is an instant, one without is local."""
    moments = [dt.datetime(2026, 1, 1, each % 24) for each in range(MANY)]
    zoned = pa.array(moments, pa.timestamp("us", tz="UTC"))
    proposal = infer_from({"t": table(id=numbers(MANY), local=pa.array(moments, pa.timestamp("us")), zoned=zoned)})
    resource = proposal.domain.resource("t")
    assert [str(resource.attribute(name).type) for name in ("local", "zoned")] == ["local_timestamp", "timestamp"]


def test_enum_and_state() -> None:
    """Few values that repeat are an enum; named or valued like a life cycle they may be states, and a machine once that is accepted."""
    states = ["placed", "paid", "shipped", "returned"]
    proposal = infer_from(
        {"orders": table(id=numbers(80), progress=[states[each % 4] for each in range(80)], size=[*"SML", "S"] * 20)}
    )
    resource = proposal.domain.resource("orders")
    assert isinstance(progress := resource.attribute("progress").type, EnumType)
    assert isinstance(resource.attribute("size").type, EnumType)
    assert set(progress.names) == set(states)
    assert proposal.domain.machines == ()
    (machine,) = proposal.accept("state orders.progress").domain.machines
    assert (machine.resource, machine.attribute) == ("orders", "progress")
    assert {each.name for each in machine.states} == set(states)


def test_few_rows_make_no_enum() -> None:
    """Five rows with five values say nothing about which values there may be."""
    proposal = infer_from({"t": table(id=numbers(5), colour=["red", "green", "blue", "black", "white"])})
    assert str(proposal.domain.resource("t").attribute("colour").type) == "string"


def iban(number: int) -> str:
    """A valid account number, its check digits computed."""
    account = f"37040044{number:010d}"
    return f"DE{98 - int(f'{account}131400') % 97:02d}{account}"


def card(number: int) -> str:
    """A valid card number, its last digit computed by Luhn's rule."""
    body = f"4000{number:011d}"
    doubled = [int(each) * (2 if place % 2 == 0 else 1) for place, each in enumerate(reversed(body))]
    return body + str(-sum(each // 10 + each % 10 for each in doubled) % 10)


@pytest.mark.parametrize(
    ("table_name", "name", "values", "sensitive"),
    [
        ("kunden", "Telefon", [f"+49 30 {each:06d}" if each % 2 else f"030/{each:06d}" for each in range(20)], True),
        ("t", "c3", [f"+49 30 {each:06d}" if each % 2 else f"030/{each:06d}" for each in range(20)], True),
        ("t", "c3", [f"(0171) {each:03d} 45 67" for each in range(20)], True),
        ("t", "c3", [f"555-{each:03d}-4567" for each in range(20)], True),
        ("t", "c3", [f"0{1 + each % 9}-02-20{each:02d}" for each in range(20)], False),
        ("t", "c3", [f"0{1 + each % 9}/20{each:02d}" for each in range(20)], False),
        ("t", "c3", [f"02134-{each:04d}" for each in range(20)], False),
        ("t", "c3", [f"+{each}.5" for each in range(20)], False),
        ("t", "c3", [f"0{each}-A" for each in range(20)], False),
        ("t", "email", ["x"] * 20, True),
        ("t", "bornOn", [dt.date(1990, 1, 1)] * 20, True),
        ("employees", "name", ["Ada"] * 20, True),
        ("airports", "name", ["Newark"] * 20, False),
        ("t", "first_name", ["Ada"] * 20, True),
        ("t", "c7", [iban(each) for each in range(20)], True),
        ("t", "c7", [iban(each)[:-1] + "X" for each in range(20)], False),
        ("t", "c7", [card(each) for each in range(20)], True),
        ("t", "c7", [f"{each}@example.org" for each in range(20)], True),
        ("t", "c7", [f"{each:03d}-{each:02d}-{each:04d}" for each in range(20)], True),
        ("t", "weight", [70] * 20, False),
    ],
)
def test_private_facts(table_name: str, name: str, values: list[object], sensitive: bool) -> None:
    """Private facts are told by name, or by values whose check digits hold; what merely looks similar is not."""
    proposal = infer_from({table_name: table(id=numbers(20), **{name: values})})
    assert proposal.domain.resource(table_name).attribute(name).sensitive is sensitive


def test_pattern_of_codes_is_suggested() -> None:
    """Codes all built alike suggest their pattern; whether that is a rule a person decides."""
    proposal = infer_from({"t": table(id=numbers(50), code=[f"AB-{each:04d}" for each in range(50)])})
    assert claim_of(proposal, "t.code", "pattern").value == r"[A-Z]{2}\-[0-9]{4}"
    assert proposal.domain.resource("t").attribute("code").constraints.pattern == ""
    proposal.accept("t.code", kind="pattern")
    assert proposal.domain.resource("t").attribute("code").constraints.pattern == r"[A-Z]{2}\-[0-9]{4}"
