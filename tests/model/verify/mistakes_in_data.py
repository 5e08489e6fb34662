"""One design for every mistake in names, attributes, keys and relationships."""

from __future__ import annotations

from typing import Any

from tests.model.verify.designs import ALWAYS, attribute, case, domain, orders, resource, ring
from workbench.model import Domain

__all__: list[str] = []

TAGS = {"name": "tags", "kind": "many_to_many", "destination": "tags", "through": "taggings"}
TAG = {"name": "tag", "kind": "belongs_to", "destination": "tags"}


def two(kind: str = "belongs_to", *attributes: str, people: dict[str, Any] | None = None, **rest: Any) -> Domain:
    """Orders with a relationship ``buyer`` to people."""
    way = {"name": "buyer", "kind": kind, "destination": "people"} | rest
    there = people or resource("people", "id uuid!", "name text")
    return domain(resource("orders", "id uuid!", *(attributes or ("buyer_id uuid",)), relationships=[way]), there)


def action(**rest: Any) -> Domain:
    """Orders with one action ``go``."""
    return orders(
        "total integer", attribute("number integer", generated=True), actions=[{"name": "go", "kind": "update"} | rest]
    )


# Names

case(
    "duplicate_name",
    "orders",
    "2 resources are called 'orders'",
    domain(resource("orders", "id uuid!"), resource("orders", "id uuid!")),
)
case("duplicate_name", "orders.total", "2 attributes", orders("total integer", "total date"))
case("duplicate_name", "orders.rules.p", "2 rules", orders(rules=[ALWAYS, ALWAYS]))
case(
    "duplicate_name",
    "orders.actions.go.arguments.a",
    "2 arguments",
    action(arguments=[{"name": "a", "type": "date"}] * 2),
)
case("names_differ_in_case", "orders.Total", "'total' and 'Total'", orders("total integer", "Total integer"))
case(
    "shared_birth_name",
    "orders.sum",
    "both born as 'total'",
    orders("total integer", attribute("sum integer", was="total")),
)
case(
    "ambiguous_name",
    "orders.buyer_id",
    "an attribute and a relationship",
    domain(
        resource("people", "id uuid!"),
        resource(
            "orders",
            "id uuid!",
            "buyer_id uuid",
            relationships=[
                {"name": "buyer_id", "kind": "belongs_to", "destination": "people", "source_key": ["buyer_id"]}
            ],
        ),
    ),
)
case(
    "ambiguous_name",
    "orders.total",
    "a calculation",
    orders("total integer", calculations=[{"name": "total", "expression": "1"}]),
)
case("keyword_name", "orders.case", "'case' is a word", orders("case text"), "sql_reserved_name")
case("keyword_name", "orders.tenant", "'tenant' is a word", orders("tenant text"))
case("sql_reserved_name", "order", "'order' is reserved in SQL", domain(resource("order", "id uuid!")))
case("sql_reserved_name", "orders.Limit", "'Limit' is reserved", orders("Limit integer"))
case("long_name", "orders." + "ü" * 32, "64 bytes", orders("ü" * 32 + " date"))
case("unseen_characters", '"orders "', "'orders '", domain(resource("orders ", "id uuid!")))
case("unseen_characters", "orders.a\\u202eb", "cannot be seen", orders(attribute("x date", name="a\u202eb")))

# Attributes

case("empty_resource", "orders", "no attributes", domain(resource("orders")))
case("empty_enum", "orders.tier", "no values", orders("tier enum()"))
case("empty_enum", "orders.tiers", "no values", orders("tiers array(enum())"))
case("duplicate_enum_value", "orders.tier", "'a' is listed 2 times", orders("tier enum(a, b, a)"))
case("empty_struct", "orders.place", "no fields", orders(attribute("place x", type={"kind": "struct", "fields": []})))
case(
    "duplicate_struct_field",
    "orders.place",
    "2 fields",
    orders(
        attribute(
            "place x", type={"kind": "struct", "fields": [{"name": "a", "type": "date"}, {"name": "A", "type": "date"}]}
        )
    ),
)
case("scale_exceeds_precision", "orders.total", "decimal(2, 4)", orders("total decimal(2, 4)"))
case(
    "contradictory_constraints",
    "orders.total",
    "the minimum 5 is above the maximum 1",
    orders(attribute("total integer", constraints={"minimum": "5", "maximum": "1"})),
)
case(
    "contradictory_constraints",
    "orders.day",
    "is above the maximum date '2020-01-01'",
    orders(attribute("day date", constraints={"minimum": "date '2021-01-01'", "maximum": "date '2020-01-01'"})),
)
case(
    "contradictory_constraints",
    "orders.note",
    "shortest length 9",
    orders(attribute("note text", constraints={"min_length": 9, "max_length": 1})),
)
case(
    "unfit_constraint",
    "orders.total",
    "max_length is for text",
    orders(attribute("total integer", constraints={"max_length": 1})),
)
case(
    "unfit_constraint",
    "orders.total",
    "a pattern is for text",
    orders(attribute("total integer", constraints={"pattern": "a"})),
)
case(
    "unfit_constraint",
    "orders.flag",
    "boolean has no minimum",
    orders(attribute("flag boolean", constraints={"minimum": "1"})),
)
case(
    "unfit_constraint",
    "orders.day",
    "the minimum 1 is no date",
    orders(attribute("day date", constraints={"minimum": "1"})),
)
case(
    "unfit_constraint",
    "orders.total",
    "the maximum null",
    orders(attribute("total integer", constraints={"maximum": "null"})),
)
case("bad_pattern", "orders.note", "unclosed", orders(attribute("note text", constraints={"pattern": "(a"})))
case("bad_pattern", "orders.note", "look-around", orders(attribute("note text", constraints={"pattern": "(?=a)"})))
case("unfit_default", "orders.total", "'x' is no integer", orders("total integer = 'x'"))
case("unfit_default", "orders.total", "10.005 is no decimal(4, 2)", orders("total decimal(4, 2) = 10.005"))
case("unfit_default", "orders.day", "is no date", orders("day date = '2026-01-01'"))
case("unfit_default", "orders.other", "is no uuid", orders("other uuid = 'x'"))
case("default_not_in_enum", "orders.tier", "did you mean 'gold'?", orders("tier enum(basic, gold) = 'glod'"))
case(
    "default_breaks_constraint",
    "orders.total",
    "the default -1 is below the minimum 0",
    orders(attribute("total integer = -1", constraints={"minimum": "0"})),
)
case(
    "default_breaks_constraint",
    "orders.note",
    "is longer than 2",
    orders(attribute("note text = 'abc'", constraints={"max_length": 2})),
)
case(
    "default_breaks_constraint",
    "orders.note",
    "does not match '[0-9]+'",
    orders(attribute("note text = 'a1'", constraints={"pattern": "[0-9]+"})),
)
case("null_default", "orders.total", "its default is null", orders("total integer! = null"))
case(
    "sensitive_measure",
    "orders.measures.pay",
    "the sensitive 'total'",
    orders(
        attribute("total integer", sensitive=True), measures=[{"name": "pay", "expression": "sum(total) / count()"}]
    ),
)

# Keys

case("missing_key", "orders", "no key", domain(resource("orders", "total integer")))
case("unknown_key_attribute", "orders.key", "did you mean 'id'?", orders(key=["idd"]))
case("nullable_key", "orders.id", "may be null", domain(resource("orders", "id uuid")))
case("unfit_key", "orders.id", "a float", domain(resource("orders", "id float!")))
case("unfit_version", "orders.version", "a string", domain(resource("orders", "id uuid!", "v string", version="v")))
case(
    "sensitive_key",
    "orders.ssn",
    "sensitive",
    domain(resource("orders", attribute("ssn string!", sensitive=True), key=["ssn"])),
)
case("repeated_attribute", "orders.key", "'id' is named 2 times", orders(key=["id", "id"]))
case(
    "repeated_attribute",
    "orders.identities.one",
    "'a' is named 2 times",
    orders("a date", identities=[{"name": "one", "attributes": ["a", "a"]}]),
)
case("empty_identity", "orders.identities.one", "no attribute", orders(identities=[{"name": "one", "attributes": []}]))
case(
    "unknown_identity_attribute",
    "orders.identities.one",
    "did you mean 'total'?",
    orders("total date", identities=[{"name": "one", "attributes": ["totl"]}]),
)
case(
    "identity_repeats_key",
    "orders.identities.one",
    "what the key says",
    orders(identities=[{"name": "one", "attributes": ["id"]}]),
)
case(
    "redundant_identity",
    "orders.identities.wide",
    "from narrow",
    orders(
        "a date",
        "b date",
        identities=[{"name": "wide", "attributes": ["b", "a"]}, {"name": "narrow", "attributes": ["a"]}],
    ),
)
case(
    "redundant_identity",
    "orders.identities.same",
    "from one",
    orders("a date", identities=[{"name": "one", "attributes": ["a"]}, {"name": "same", "attributes": ["a"]}]),
)
case(
    "redundant_identity",
    "orders.identities.wide",
    "from the key",
    orders("a date", identities=[{"name": "wide", "attributes": ["a", "id"]}]),
)

# Relationships

case("unknown_destination", "orders.buyer", "did you mean 'people'?", two(destination="peple"))
case(
    "destination_without_key",
    "orders.buyer",
    "people has no key",
    two(people=resource("people", "name text")),
    "missing_key",
)
case("key_arity", "orders.buyer", "a, b against id", two("belongs_to", "a uuid", "b uuid", source_key=["a", "b"]))
case("unknown_source_key", "orders.buyer", "did you mean 'buyr'?", two("belongs_to", "buyr uuid", source_key=["byr"]))
case(
    "unknown_destination_key",
    "orders.buyer",
    "'ids', which people",
    two(destination_key=["ids"], source_key=["buyer_id"]),
    "destination_not_unique",
)
case(
    "key_type_mismatch", "orders.buyer", "buyer_id is integer, people.id is uuid", two("belongs_to", "buyer_id integer")
)
case(
    "destination_not_unique",
    "orders.buyer",
    "may share name",
    two("belongs_to", "n text", source_key=["n"], destination_key=["name"]),
)
case(
    "has_one_not_unique",
    "orders.buyer",
    "may share order_id",
    two(
        "has_one",
        people=resource("people", "id uuid!", "order_id uuid"),
        source_key=["id"],
        destination_key=["order_id"],
    ),
)
case("no_way_back", "orders.buyer", "nothing in people leads back to orders", two("has_many"))
case("missing_through", "orders.buyer", "no joining resource", two("many_to_many"))
case("unknown_through", "orders.buyer", "did you mean 'people'?", two("many_to_many", through="peopel"))
case(
    "through_without_reference",
    "orders.tags",
    "taggings has no belongs_to to orders",
    domain(
        resource("orders", "id uuid!", relationships=[TAGS]),
        resource("tags", "id uuid!"),
        resource("taggings", "id uuid!", "tag_id uuid", relationships=[TAG]),
    ),
)
case("useless_through", "orders.buyer", "goes through nothing", two(through="people"))
case("required_over_optional", "orders.buyer", "buyer_id may be null", two(required=True))
case(
    "required_self_reference",
    "orders.twin",
    "needs another one first",
    domain(
        resource(
            "orders",
            "id uuid!",
            "twin_id uuid!",
            relationships=[{"name": "twin", "kind": "belongs_to", "destination": "orders"}],
        )
    ),
)


case("required_cycle", "a.to", "a -> b -> c -> a", domain(*ring("a", "b", "c")))
case("required_cycle", "domains.part.a.to", "a -> b -> a", domain(domains=[domain(*ring("a", "b"), name="part")]))
