"""JSON Schema and OpenAPI as domains: what has identity, what is a value, what refers to what, and what is lost."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import VerificationError
from workbench.language.importers import Imported, import_design
from workbench.language.importers.foreign_yaml import parse_yaml
from workbench.language.importers.schema_types import whole_pattern
from workbench.model import Attribute, Domain
from workbench.workspace import check

EXAMPLES = Path(__file__).parent / "examples"


def schema(**definitions: Any) -> Imported:
    found = import_design("json_schema", json.dumps({"$defs": definitions}))
    assert check(found.domain).is_ok
    return found


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"id": {"type": "integer"}, **properties}, "required": ["id"]}


def one(**properties: Any) -> tuple[Attribute, list[str]]:
    """The attribute made of the only property given, and the codes of what was lost."""
    found = schema(Thing=thing(**properties))
    codes = [each.code for each in found.problems if each.code != "key_assumed"]
    return found.domain.resources[0].attributes[1], codes


def kinds(domain: Domain) -> Counter[str]:
    return Counter(each.kind for resource in domain.resources for each in resource.relationships)


@pytest.mark.parametrize(
    ("said", "type_"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "date-time"}, "timestamp"),
        ({"type": "string", "format": "email"}, "email"),
        ({"type": "string", "format": "uri"}, "url"),
        ({"type": "string", "format": "uuid"}, "uuid"),
        ({"type": "string", "contentEncoding": "base64"}, "binary"),
        ({"type": "integer"}, "integer"),
        ({"type": "number"}, "float"),
        ({"type": "number", "multipleOf": 0.01}, "decimal(18, 2)"),
        ({"type": ["integer", "number"]}, "float"),
        ({"type": "boolean"}, "boolean"),
        ({"enum": ["a", "b", None]}, "enum('a', 'b')"),
        ({"const": "a"}, "enum('a')"),
        ({"enum": [1, 2]}, "integer"),
        ({"type": "array", "items": {"type": "string"}}, "array(string)"),
        ({"type": "object"}, "json"),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, "struct(a integer)"),
        ({}, "json"),
        (True, "json"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string"),
        ({"oneOf": [{"const": "a"}, {"const": "b"}]}, "enum('a', 'b')"),
        ({"minLength": 2}, "string"),
    ],
)
def test_types(said: Any, type_: str) -> None:
    """Every form that the vocabulary has a type for gets that type, without a loss."""
    attribute, lost = one(x=said)
    assert str(attribute.type) == type_
    assert lost == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "alternatives_not_carried"),
        ({"type": ["string", "integer"]}, "alternatives_not_carried"),
        ({"enum": ["a", 1]}, "enum_not_carried"),
        ({"type": "string", "format": "isbn"}, "format_not_carried"),
        ({"type": "string", "pattern": "(?=a)b"}, "pattern_not_carried"),
        ({"type": "integer", "default": "x"}, "default_not_carried"),
        ({"type": "integer", "minimum": 5, "maximum": 1}, "contradictory_constraints"),
        ({"type": "integer", "minimum": 5, "default": 1}, "default_breaks_constraint"),
        ({"$ref": "https://example.org/x.json"}, "remote_reference"),
        ({"$ref": "../x.json#/y"}, "remote_reference"),
        ({"$ref": "#/$defs/Nothing"}, "broken_reference"),
        ({"$ref": 3}, "remote_reference"),
        ({"type": "array", "items": {"type": "string"}, "uniqueItems": True}, "not_carried"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "map_not_carried"),
        ({"properties": {"a": {"type": "string", "maxLength": 3}}}, "parts_only_typed"),
        ({"type": "strin"}, "unknown_type"),
        (False, "nothing_allowed"),
    ],
)
def test_losses(said: Any, code: str) -> None:
    """What cannot be carried is told at the property, with a code of its own; the attribute is there all the same."""
    attribute, lost = one(x=said)
    assert attribute.name == "x"
    assert lost == [code]


def test_constraints_defaults_and_marks() -> None:
    """Bounds and lengths are constraints, open bounds and steps are rules, titles labels, readOnly generated, writeOnly private."""
    found = schema(
        T=thing(
            a={
                "type": "string",
                "minLength": 1,
                "maxLength": 9,
                "pattern": "^[a-z]+$",
                "title": "A!",
                "description": " d ",
            },
            b={"type": "integer", "exclusiveMinimum": 0, "maximum": 9, "multipleOf": 3, "default": 3},
            c={"type": "number", "exclusiveMaximum": 1.5},
            d={"type": "string", "writeOnly": True, "format": "password"},
            e={"type": "string", "format": "date-time", "readOnly": True},
        )
    )
    (resource,) = found.domain.resources
    a, b, c, d, e = resource.attributes[1:]
    assert (a.constraints.min_length, a.constraints.max_length, a.constraints.pattern) == (1, 9, "[a-z]+")
    assert (a.label, a.description) == ("A!", "d")
    assert (str(b.constraints.minimum), str(b.constraints.maximum), str(b.default), b.required) == ("1", "9", "3", True)
    assert [str(each.condition) for each in resource.rules] == ["b % 3 = 0", "c < 1.5"]
    assert not c.required
    assert d.private and d.sensitive
    assert e.generated and e.required


def test_openapi_30_speaks_its_own_dialect() -> None:
    """``nullable``, boolean open bounds and ``allOf`` around one reference mean what 3.0 says they do."""
    text = json.dumps({
        "openapi": "3.0.3",
        "info": {"title": "t"},
        "components": {"schemas": {
            "Owner": thing(),
            "Pet": {
                "type": "object",
                "required": ["id", "age", "owner", "tag"],
                "properties": {
                    "id": {"type": "integer"},
                    "age": {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
                    "tag": {"type": "string", "nullable": True},
                    "owner": {"allOf": [{"$ref": "#/components/schemas/Owner"}], "description": "who feeds it"},
                },
            },
        }},
    })  # fmt: skip
    pet = import_design("openapi", text).domain.resource("Pet")
    assert str(pet.attribute("age").constraints.minimum) == "1"
    assert not pet.attribute("tag").required
    owner = pet.relationship("owner")
    assert (owner.kind, owner.required, owner.description) == ("belongs_to", True, "who feeds it")


def test_lists_of_references() -> None:
    """A list is the way back where there is one, a joining resource where both sides list each other, else it implies a reference."""
    link = {"type": "array", "items": {"$ref": "#/$defs/Tag"}}
    found = schema(
        Order=thing(lines={"type": "array", "items": {"$ref": "#/$defs/Line"}}, tags=link),
        Line=thing(order={"$ref": "#/$defs/Order"}),
        Tag=thing(orders={"type": "array", "items": {"$ref": "#/$defs/Order"}}),
        Box=thing(lids={"type": "array", "items": {"$ref": "#/$defs/Lid"}}),
        Lid=thing(),
    )
    order = found.domain.resource("Order")
    assert {(each.name, each.kind) for each in order.relationships} == {
        ("lines", "has_many"), ("tags", "many_to_many"), ("order_tag", "has_many"),
    }  # fmt: skip
    assert found.domain.resource("Order_Tag").key == ("order_id", "tag_id")
    assert found.domain.resource("Lid").relationship("box").source_key == ("box_id",)
    assert [each.code for each in found.problems] == ["way_back_assumed", "key_assumed"]


def test_an_attribute_beside_a_reference_holds_its_key() -> None:
    """``customerId`` beside ``customer`` is one fact, not two."""
    found = schema(Customer=thing(), Order=thing(customerId={"type": "integer"}, customer={"$ref": "#/$defs/Customer"}))
    order = found.domain.resource("Order")
    assert order.attribute_names == ("id", "customerId")
    assert order.relationship("customer").source_key == ("customerId",)


def test_inheritance_is_merged_and_a_mere_base_is_none() -> None:
    """``allOf`` brings the parts of its bases; a base that nothing else uses is no resource."""
    base = {"properties": {"id": {"type": "integer"}}, "required": ["id"]}
    found = schema(Base=base, Cat={"allOf": [{"$ref": "#/$defs/Base"}, {"properties": {"lives": {"type": "integer"}}}]})
    assert [(each.name, each.attribute_names) for each in found.domain.resources] == [("Cat", ("id", "lives"))]
    assert "base_left_out" in {each.code for each in found.problems}


def test_circles_end() -> None:
    """References in circles are relationships where there is identity, and told where there is none."""
    found = schema(
        A=thing(b={"$ref": "#/$defs/B"}),
        B=thing(a={"$ref": "#/$defs/A"}, self={"$ref": "#/$defs/B"}),
        Loop={"$ref": "#/$defs/Loop"},
        Made={"allOf": [{"$ref": "#/$defs/Made"}], "properties": {"x": {"type": "string"}}},
        User=thing(loop={"$ref": "#/$defs/Loop"}, tree={"$ref": "#/$defs/Tree"}),
        Tree={"properties": {"left": {"$ref": "#/$defs/Tree"}, "value": {"type": "integer"}}},
    )
    assert kinds(found.domain) == {"belongs_to": 2, "has_one": 1, "has_many": 1}
    assert {each.path: each.code for each in found.problems if each.severity == "warning"} == {
        "Made": "circular_reference", "User.loop": "circular_reference", "User.tree": "too_deep",
    }  # fmt: skip


@pytest.mark.parametrize("word", ["allOf", "oneOf", "properties"])
def test_reference_bombs_go_off_harmlessly(word: str) -> None:
    """Definitions that each hold the next one many times take a moment, not for ever."""
    definitions: dict[str, Any] = {"A": thing(x={"$ref": "#/$defs/B0"})}
    for number in range(30):
        inner = {"$ref": f"#/$defs/B{number + 1}"}
        parts = [inner] * 9 if word != "properties" else {f"p{each}": inner for each in range(9)}
        definitions[f"B{number}"] = {word: parts}
    definitions["B30"] = {"properties": {"end": {"type": "string"}}}
    begin = time.monotonic()
    schema(**definitions)
    assert time.monotonic() - begin < 10


def test_yaml_bombs_are_refused() -> None:
    """Aliases that multiply are counted before anything is made of them; tags build nothing; numbers may be keys."""
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    with pytest.raises(VerificationError, match="too_large"):
        parse_yaml(bomb, "bomb")
    assert parse_yaml("200: !!python/object:os.system x\nb: &b {c: 1}\nd: {<<: *b, e: no}", "t") == {
        "200": "x", "b": {"c": 1}, "d": {"c": 1, "e": "no"},
    }  # fmt: skip


def test_patterns_match_the_whole_value() -> None:
    """A schema's pattern may match anywhere; ours says the same of the whole value, or is refused."""
    assert whole_pattern("^a|b$") is None
    assert whole_pattern("^(?:a|b)$") == "a|b"
    assert whole_pattern("a|b") == r"[\s\S]*(?:a|b)[\s\S]*"
    assert whole_pattern(r"^a\$") == r"a\$[\s\S]*"


def test_observatory() -> None:
    """The example, counted by hand: 7 definitions with identity of 10 and one night log; 1 joining resource; what is lost, line by line."""
    found = import_design("json_schema", EXAMPLES / "observatory.schema.json")
    names = ["Telescope", "Instrument", "Person", "Proposal", "Target", "Observation", "Night", "Proposal_Target"]
    assert [each.name for each in found.domain.resources] == names
    # properties and implied keys: 4, 4 + telescope, 5 + proposal, 4 + leader, 5 - proposals, 6 + 4, 3, 2
    assert [len(each.attributes) for each in found.domain.resources] == [4, 5, 6, 5, 5, 10, 3, 2]
    assert kinds(found.domain) == {"belongs_to": 9, "has_many": 9, "many_to_many": 2}
    assert {(each.path, each.code, each.line) for each in found.problems if each.severity == "warning"} == {
        ("Instrument.filters", "not_carried", 47),
        ("Observation.frame", "remote_reference", 111),
        ("Observation.observer", "alternatives_not_carried", 109),
        ("Proposal", "not_carried", 63),
        ("Telescope.instruments", "not_carried", 24),
    }


def test_webshop() -> None:
    """The example, counted by hand: of 62 schemas 29 things, 17 messages, 1 base; the rest are values and lists of values."""
    found = import_design("openapi", EXAMPLES / "webshop.openapi.yaml")
    codes = Counter(each.code for each in found.problems)
    assert (codes["message_left_out"], codes["base_left_out"], codes["remote_reference"]) == (17, 1, 1)
    assert len(found.domain.resources) == 29 + 1  # and Product_Tag, which joins two
    assert kinds(found.domain) == {"belongs_to": 32, "has_many": 32, "many_to_many": 2}
    assert {each.path for each in found.problems if each.severity == "warning"} == {
        "Carrier.trackingUrl", "Order.lines", "Order.method", "Order.note", "Product.categories", "Ticket.partner",
    }  # fmt: skip
    assert all(each.line for each in found.problems if each.code != "key_assumed")
    order = found.domain.resource("Order")
    assert str(order.attribute("total").type) == (
        "struct(amount decimal(18, 2), currency enum('EUR', 'GBP', 'CHF', 'SEK'))"
    )
    assert order.relationship("customer").source_key == ("customerId",)
    assert [each.label for each in found.domain.resource("Return").attribute("reason").type.values] == [  # type: ignore[union-attr]
        "Arrived damaged", "Not what was ordered", "Changed my mind",
    ]  # fmt: skip
