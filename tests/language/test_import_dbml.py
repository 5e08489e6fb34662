"""DBML as domains: tables, references of every cardinality, enums, partials, and mistakes told where they stand."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from workbench.errors import VerificationError
from workbench.language.importers import Imported, import_design
from workbench.workspace import check

HOSPITAL = Path(__file__).parent / "examples" / "hospital.dbml"
TWO = "Table a {\n id int [pk]\n b_id int\n}\nTable b {\n id int [pk]\n a_id int\n}\n"


def dbml(text: str) -> Imported:
    found = import_design("dbml", text)
    assert check(found.domain).is_ok
    return found


def ends(found: Imported) -> dict[str, tuple[str, str]]:
    """Relationship by resource and name -> its kind, and where it leads."""
    return {
        f"{resource.name}.{each.name}": (each.kind, each.destination)
        for resource in found.domain.resources
        for each in resource.relationships
    }


@pytest.mark.parametrize(
    ("mark", "relationships"),
    [
        ("a.b_id > b.id", {"a.b": ("belongs_to", "b"), "b.a": ("has_many", "a")}),
        ("b.id < a.b_id", {"a.b": ("belongs_to", "b"), "b.a": ("has_many", "a")}),
        ("a.b_id - b.id", {"a.b": ("belongs_to", "b"), "b.a": ("has_one", "a")}),
        ("b.id - a.b_id", {"a.b": ("belongs_to", "b"), "b.a": ("has_one", "a")}),
        ("a.(b_id) > b.(id)", {"a.b": ("belongs_to", "b"), "b.a": ("has_many", "a")}),
        (
            "a.id <> b.id",
            {
                "a.a_b": ("has_many", "a_b"), "b.a_b": ("has_many", "a_b"), "a_b.a": ("belongs_to", "a"), "a_b.b": ("belongs_to", "b"),
                "a.b": ("many_to_many", "b"), "b.a": ("many_to_many", "a"),
            },
        ),
    ],
)  # fmt: skip
def test_cardinalities(mark: str, relationships: dict[str, tuple[str, str]]) -> None:
    """All four marks, from either side, inline columns or several: who holds the key is what DBML means by them."""
    for written in (f"Ref: {mark}", f"Ref named {{ {mark} }}", f"Ref: {mark} [delete: cascade]"):
        assert ends(dbml(TWO + written)) == relationships


def test_inline_references_and_doubles() -> None:
    """A reference beside its column is the same as one on its own; said twice it stands once."""
    text = TWO.replace("b_id int", "b_id int [not null, ref: > b.id]") + "Ref: a.b_id > b.id"
    found = dbml(text)
    assert ends(found) == {"a.b": ("belongs_to", "b"), "b.a": ("has_many", "a")}
    assert found.domain.resource("a").relationship("b").required


def test_columns() -> None:
    """Types, keys, defaults, notes, lengths and checks come over; enums are found wherever they are declared."""
    found = dbml("""
        Table t [headercolor: #aabbcc] {
          id int [pk, increment]
          name varchar(30) [unique, not null, note: 'what it\\'s called']
          price decimal(9,2) [default: 1.50, check: `price >= 0`]
          "precise" "double precision"
          tags text[]
          state s [default: 'a b']
          since timestamp [default: `now()`]
          odd point
        }
        enum s { 'ignored' }
        Enum s2 { x }
    """.replace("enum s { 'ignored' }", 'Enum s {\n a\n "a b" [note: "A and B"]\n}'))  # fmt: skip
    resource = found.domain.resource("t")
    assert [str(each.type) for each in resource.attributes] == [
        "integer", "string", "decimal(9, 2)", "float", "array(text)", "enum('a', 'a b')", "local_timestamp", "string",
    ]  # fmt: skip
    name, price, state = (resource.attribute(each) for each in ("name", "price", "state"))
    assert (name.required, name.description, name.constraints.max_length) == (True, "what it's called", 30)
    assert (str(price.default), str(price.constraints.minimum)) == ("1.50", "0")
    assert str(state.default) == "'a b'"
    assert resource.attribute("id").generated
    assert [each.attributes for each in resource.identities] == [("name",)]
    assert {each.code for each in found.problems} == {"unknown_type"}


def test_schemas_aliases_and_groups() -> None:
    """Tables of one name in two schemas stay two; an alias stands for its table; groups and schemas are clusters."""
    found = dbml("""
        Table core.users as U { id int [pk] }
        Table log.users { id int [pk] }
        Table public.notes { id int [pk]
          user_id int [ref: > U.id] }
        TableGroup talk { notes }
    """)
    names = {each.name: (each.source_name, each.cluster) for each in found.domain.resources}
    assert names == {"core_users": ("core.users", "core"), "log_users": ("log.users", "log"), "notes": ("", "talk")}
    assert found.domain.resource("notes").relationship("user").destination == "core_users"


def test_mistakes_are_told_where_they_stand_and_the_rest_is_read() -> None:
    """A broken line costs that line alone; each has its line and column."""
    found = dbml(
        "Table a {\n id int [pk]\n nothing\n x int [ref: b.id]\n}\nTabel b {\n id int\n}\nRef: a.x >\nTable c {\n id int [pk]\n"
    )
    told = [(each.code, each.line) for each in found.problems.errors]
    assert [each.name for each in found.domain.resources] == ["a", "c"]
    assert found.domain.resource("a").attribute_names == ("id", "x")
    assert told == [("syntax", 3), ("syntax", 4), ("syntax", 6), ("syntax", 9), ("syntax", 10)]


def test_what_refers_to_nothing_is_told() -> None:
    """Unknown tables, columns and partials, and keys that are none, are left out by name."""
    found = dbml(
        TWO
        + "Ref: a.b_id > c.id\nRef: a.nope > b.id\nRef: a.id > b.a_id\nTable d {\n ~none\n x int\n indexes { (x, y) [pk] }\n}"
    )
    assert {each.code for each in found.problems} == {
        "unknown_target", "unknown_attribute", "bad_reference", "unknown_partial", "unique_expression",
    }  # fmt: skip
    assert ends(found) == {}


def test_large_texts_are_read_in_time() -> None:
    """3,000 columns in 300 tables take seconds, references whose types differ included, and so does a text of one endless line."""
    tables = "\n".join(
        f"Table t{n} {{\n  id int [pk]\n"
        + "".join(f"  c{k} varchar(20) [not null, note: 'n']\n" for k in range(9))
        + "}"
        for n in range(300)
    )
    begin = time.monotonic()
    references = "\n".join(f"Ref: t{n}.c1 - t{n - 1}.id" for n in range(1, 300))
    found = import_design("dbml", f"{tables}\n{references}")
    assert found.counts[:2] == (300, 3000)
    for endless in ("Table a { id int }" + "'" * 100_000, "Table a { id int [" + "a," * 100_000):
        assert not import_design("dbml", endless).problems.is_ok
    with pytest.raises(VerificationError):
        import_design("dbml", "/*" * 100_000)
    assert time.monotonic() - begin < 30


def test_hospital() -> None:
    """The example, counted by hand: 40 tables, 191 columns, 50 references that stand, 3 that join; one leads nowhere."""
    found = dbml(HOSPITAL.read_text(encoding="utf-8"))
    assert len(found.domain.resources) == 40 + 3
    assert found.counts[1] == 191 + 3 * 2
    kinds = Counter(each.kind for resource in found.domain.resources for each in resource.relationships)
    assert kinds == {"belongs_to": 50 + 3 * 2, "has_many": 51, "has_one": 5, "many_to_many": 3 * 2}
    assert [(each.path, each.code, each.line) for each in found.problems] == [
        ("invoice_lines", "unique_expression", 335),
        ("stays.referrer_id", "unknown_attribute", 359),
        ("invoices.geometry", "unknown_type", 332),
        ("patient_contacts", "actions_not_carried", 353),
        ("patients", "index_not_carried", 22),
        ("vital_signs", "index_not_carried", 259),
    ]
    assert found.domain.description == "Stays, orders, medicines and bills of one general hospital."
    assert found.domain.resource("beds").cluster == "places"
    assert str(found.domain.resource("rooms").attribute("beds").constraints.maximum) == "6"
    assert found.domain.resource("policies").attribute("case_").source_name == "case"
