"""JSON Schema: the metaschema accepts it, and a validator tells good records from bad."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.emit.designs import HOSTILE_NAMES, attribute, hostile, large, shop
from workbench.emit import export
from workbench.model import Constraints, Domain, Resource
from workbench.model.expression import Constant

ORDER: dict[str, Any] = {"status": "open", "placed_at": "2026-01-02T03:04:05Z", "total": 12.5, "customer_id": 1}


def schema(domain: Domain, **options: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(export(domain, "json_schema", **options).files["schema.json"])
    Draft202012Validator.check_schema(made)
    return made


def is_valid(document: dict[str, Any], instance: object) -> bool:
    return bool(Draft202012Validator(document, format_checker=Draft202012Validator.FORMAT_CHECKER).is_valid(instance))


def test_good_records_pass() -> None:
    """A data set with one record of each kind validates; what has a default or is generated may be left out."""
    data = {
        "customer": [{"id": 1, "email": "a@b.c", "name": None, "born_on": "1990-02-03"}],
        "order": [
            ORDER,
            {k: v for k, v in ORDER.items() if k != "status"} | {"tags": ["a"], "note": {"x": [None]}, "paid_at": None},
        ],
        "order line": [{"order_id": "6f1c7f0e-7f0c-4c53-9a4b-0a2b0a4b0c11", "position": 1, "price": 3}],
    }
    assert is_valid(schema(shop()), data)


@pytest.mark.parametrize(
    ("resource", "change"),
    [
        ("order", {"status": "lost"}),
        ("order", {"status": None}),
        ("order", {"placed_at": "yesterday"}),
        ("order", {"total": -1}),
        ("order", {"total": 99999.51}),
        ("order", {"tags": [1]}),
        ("order", {"surprise": 1}),
        ("order", {"customer_id": "1"}),
        ("customer", {"id": 1, "email": "nobody"}),
        ("customer", {"id": 1, "email": "a@b.c", "name": ""}),
        ("customer", {"id": 1, "email": "a@b.c", "name": "x" * 41}),
        ("customer", {"id": 1, "email": "a@b.c", "born_on": "1990-13-01"}),
        ("customer", {"email": "a@b.c"}),
    ],
)
def test_bad_records_are_refused(resource: str, change: dict[str, Any]) -> None:
    """Each constraint the schema carries refuses the record that breaks it."""
    good = ORDER if resource == "order" else {}
    assert not is_valid(schema(shop()), {resource: [good | change]})


def test_exact_numbers_may_be_strings() -> None:
    """With decimals='string' the digits themselves are checked."""
    document = schema(shop(), decimals="string")
    assert is_valid(document, {"order": [ORDER | {"total": "12.50"}]})
    for total in (12.5, "12.505", "1e3", "123456789.00"):
        assert not is_valid(document, {"order": [ORDER | {"total": total}]})


def test_what_a_schema_cannot_say_is_lost_by_name() -> None:
    """Rules, bounds on dates, identities and references are reported where they stand."""
    lost = {(loss.path, loss.code) for loss in export(shop(), "json_schema").losses}
    assert {
        ("order.rules.paid_after", "rule_not_carried"),
        ("customer.born_on", "bound_not_carried"),
        ("customer.identities.one_email", "annotation_only"),
        ("order.customer", "annotation_only"),
        ("machines", "not_carried"),
    } <= lost


def test_hostile_names_are_plain_keys() -> None:
    """Any name is a property and a definition, and references to it resolve."""
    document = schema(hostile())
    assert set(document["$defs"]) == set(HOSTILE_NAMES)
    record = {"id": 1, **{f"next {name}_id": 1 for name in HOSTILE_NAMES}, HOSTILE_NAMES[0]: "'; drop table x; --"}
    for name in HOSTILE_NAMES:
        mine = {key: value for key, value in record.items() if key in document["$defs"][name]["properties"]}
        mine |= dict.fromkeys(document["$defs"][name]["required"], 1)
        assert is_valid(document, {name: [mine]})
        assert not is_valid(document, {name: [mine | {HOSTILE_NAMES[0]: "?"}]})


def test_a_number_json_does_not_have_is_lost() -> None:
    """NaN and infinity never reach the document."""
    odd = attribute(
        "x", "float", default=Constant(float("nan")), constraints=Constraints(maximum=Constant(float("inf")))
    )
    made = export(Domain(name="d", resources=(Resource(name="r", attributes=(odd,)),)), "json_schema")
    assert {loss.code for loss in made.losses} == {"default_not_carried", "bound_not_carried"}
    assert "NaN" not in made.files["schema.json"].replace("default is", "")


def test_a_large_design_validates_against_the_metaschema() -> None:
    """300 definitions are one valid document."""
    assert len(schema(large())["$defs"]) == 300
