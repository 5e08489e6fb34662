"""What names say: words, singular forms, people, and labels that say nothing."""

from __future__ import annotations

import pytest

from workbench.evidence.names import is_about_people, is_opaque, singular, stem_words, words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("customer_id", ("customer", "id")),
        ("CustomerID", ("customer", "id")),
        ("homeTeam", ("home", "team")),
        ("HTTPServerURL", ("http", "server", "url")),
        ("order-line 2", ("order", "line", "2")),
        ("MRN No.", ("mrn", "no")),
        ("Straße_Größe", ("straße", "größe")),
        ("客户_编号", ("客户", "编号")),
        ("__x__", ("x",)),
        ('"; drop table x; --', ("drop", "table", "x")),
        ("", ()),
        ("🦆", ()),
    ],
)
def test_words_of_a_name(name: str, said: tuple[str, ...]) -> None:
    """Words part at signs, spaces and changes of case, in any script; a name may hold none."""
    assert words(name) == said


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("airports", "airport"),
        ("categories", "category"),
        ("ties", "tie"),
        ("addresses", "address"),
        ("branches", "branch"),
        ("boxes", "box"),
        ("houses", "house"),
        ("people", "person"),
        ("status", "status"),
        ("bus", "bus"),
        ("analysis", "analysis"),
        ("series", "series"),
        ("news", "news"),
        ("gas", "gas"),
        ("class", "class"),
        ("s", "s"),
    ],
)
def test_singular(plural: str, one: str) -> None:
    """The singular is found by the ending; words that only look plural stay."""
    assert singular(plural) == one


def test_stem_leaves_out_what_only_identifies() -> None:
    """``customer_id`` is about a customer, ``id`` about nothing in particular."""
    assert stem_words("customer_id") == stem_words("CustomersKey") == ("customer",)
    assert stem_words("id") == ()


@pytest.mark.parametrize(
    ("table", "people"),
    [("employees", True), ("HospitalPatient", True), ("airports", False), ("t1", False), ("", False)],
)
def test_tables_about_people(table: str, people: bool) -> None:
    """A table is about people when its last word says so."""
    assert is_about_people(table) is people


@pytest.mark.parametrize("name", ["c1", "t12", "col_7", "column3", "field", "x", "V2", "f_3"])
def test_labels_are_opaque(name: str) -> None:
    """Labels with a number say nothing."""
    assert is_opaque(name)


@pytest.mark.parametrize("name", ["id", "city", "customer1", "x_coordinate", "faa"])
def test_words_are_not_opaque(name: str) -> None:
    """Whatever has a word in it says something."""
    assert not is_opaque(name)
