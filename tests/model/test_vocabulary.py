"""The vocabulary as values: types from text, strict truth values, copies, lookups."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from tests.strategies import types
from workbench.errors import NotFoundError
from workbench.model import (
    ArrayType,
    Attribute,
    Constraints,
    Domain,
    EnumType,
    EnumValue,
    Relationship,
    Resource,
    ScalarType,
    StructType,
    Type,
    parse_type,
)
from workbench.model.expression import Constant
from workbench.model.types import storage


def has_words_of_its_own(type_: Type) -> bool:
    """Whether a type says something its text form does not."""
    match type_:
        case StructType():
            return True
        case EnumType(values=values):
            return any(value.label for value in values)
        case ArrayType(item=item):
            return has_words_of_its_own(item)
        case _:
            return False


@settings(max_examples=60)
@given(types)
def test_types_survive_their_text(type_: Type) -> None:
    """Reading the text of a type gives the type, wherever text can say it all."""
    if not has_words_of_its_own(type_):
        assert parse_type(str(type_)) == type_
    assert storage(type_)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no type is written ''"),
        ("strng", "did you mean 'string'?"),
        ("decimal(0)", "1 to 38 digits"),
        ("decimal(39, 2)", "1 to 38 digits"),
        ("decimal(9, 39)", "1 to 38 digits"),
        ("enum(a b)", "with commas between them"),
        ("enum('')", "1 to 255 printable characters"),
        ("enum('a\nb')", "1 to 255 printable characters"),
        ("array(strng)", "did you mean 'string'?"),
        ("array(" * 2000 + "date" + ")" * 2000, "at most 16 deep"),
        ("x" * 10_000, "…"),
        ("'; drop table x; --", "no type is written"),
    ],
)
def test_what_is_no_type(text: str, says: str) -> None:
    """Text that is no type is refused in one line, with the nearest name."""
    with pytest.raises(ValueError) as caught:
        parse_type(text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value).replace(text, "")
    assert len(str(caught.value)) < 400


def test_no_unknown_type_can_be_made() -> None:
    """A scalar type exists only under a known name, however it is made."""
    with pytest.raises(ValidationError, match="did you mean 'integer'"):
        ScalarType(name="integr")


@pytest.mark.parametrize("value", ["yes", "false", 1, 0, None])
def test_truth_is_true_or_false(value: object) -> None:
    """A word or a number is never taken for a truth value."""
    with pytest.raises(ValidationError):
        Attribute.model_validate({"name": "a", "type": "date", "required": value})


def test_constraints_are_falsy_only_when_empty() -> None:
    """A least length of 0 is a constraint that was said."""
    assert not Constraints()
    said = [
        Constraints(min_length=0),
        Constraints(pattern="a"),
        Constraints(minimum=Constant(0)),
        Constraints(max_length=1),
    ]
    assert all(said)


def test_a_copy_forgets_what_was_worked_out() -> None:
    """A domain copied with other resources finds those, not the ones of the original."""
    before = Domain(name="x", resources=(Resource(name="a"),))
    assert before.has_resource("a")
    after = before.model_copy(update={"resources": (Resource(name="b"),)})
    assert after.has_resource("b")
    assert not after.has_resource("a")
    assert [each.name for each in after.all_resources] == ["b"]
    assert before.has_resource("a")


def test_lookups_name_the_nearest() -> None:
    """A name that does not exist is answered with the nearest that does."""
    shop = Domain(name="x", resources=(Resource(name="orders"), Resource(name="customers")))
    with pytest.raises(NotFoundError, match="did you mean 'orders'"):
        shop.resource("order")


def test_relationship_keys_follow_the_convention() -> None:
    """Keys left out are found: from the relationship's name one way, from the belongs_to that leads back the other."""
    shop = Domain(
        name="x",
        resources=(
            Resource(
                name="customers",
                key=("id",),
                relationships=(Relationship(name="placed", kind="has_many", destination="orders"),),
            ),
            Resource(
                name="orders",
                key=("id",),
                relationships=(Relationship(name="buyer", kind="belongs_to", destination="customers"),),
            ),
        ),
    )
    customers, orders = shop.resources
    there = shop.relationship_keys(orders, orders.relationships[0])
    back = shop.relationship_keys(customers, customers.relationships[0])
    assert (there.source, there.destination) == (("buyer_id",), ("id",))
    assert (back.source, back.destination) == (("id",), ("buyer_id",))


def test_names_keep_what_the_data_says() -> None:
    """Any printable text is a name; control characters and nothing are not."""
    for name in ("Order Details", '"; drop table x', "日本", "a" * 255):
        assert Resource(name=name).name == name
    for name in ("", "a\nb", "\0", "a" * 256):
        with pytest.raises(ValidationError):
            Resource(name=name)


def test_birth_names() -> None:
    """An element is known by the name it was born with, whatever it is called today."""
    assert Resource(name="orders").birth_name == "orders"
    assert Resource(name="purchases", was="orders").birth_name == "orders"


def test_labelled_enums_are_not_text() -> None:
    """Two enums that differ in a label alone are two types."""
    plain, labelled = (EnumType(values=(EnumValue(name="a", label=label),)) for label in ("", "A"))
    assert plain != labelled
    assert str(plain) == str(labelled)
