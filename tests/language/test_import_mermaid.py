"""Mermaid ER diagrams as domains: entities, marks, every crow's foot, and diagrams inside Markdown."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from workbench.language.importers import Imported, import_design
from workbench.model.references import references
from workbench.workspace import check

LIBRARY = Path(__file__).parent / "examples" / "library.mmd"
BODY = "\nA {\n int id PK\n int b_id FK\n}\nB {\n int id PK\n int a_id FK\n}\n"


def mermaid(text: str) -> Imported:
    found = import_design("mermaid", text)
    assert check(found.domain).is_ok
    return found


@pytest.mark.parametrize(
    ("line", "holder", "holder_end", "target_end"),
    [
        ("A ||--o{ B : x", "B", "zero_or_many", "one"),
        ("A |o--o{ B : x", "B", "zero_or_many", "zero_or_one"),
        ("A |o..|{ B : x", "B", "zero_or_many", "zero_or_one"),
        ("A }o--|| B : x", "A", "zero_or_many", "one"),
        ("A }|..o| B : x", "A", "zero_or_many", "zero_or_one"),
        ("A ||--o| B : x", "B", "zero_or_one", "one"),
        ("A |o--|| B : x", "A", "zero_or_one", "one"),
        ("A one or more optionally to only one B : x", "A", "zero_or_many", "one"),
        ("A 1 to 0+ B : x", "B", "zero_or_many", "one"),
        ("A many(0) to zero or one B", "A", "zero_or_many", "zero_or_one"),
    ],
)
def test_crows_feet(line: str, holder: str, holder_end: str, target_end: str) -> None:
    """Marks and words, from either side: who holds the key, whether it must be there, and how many may refer."""
    for text in (f"erDiagram\n{line}{BODY}", f"erDiagram{BODY}{line}"):
        (found,) = references(mermaid(text).domain)
        assert (found.holder, found.holder_end, found.target_end) == (holder, holder_end, target_end)
        assert found.keys == (f"{'b' if holder == 'A' else 'a'}_id",)


def test_many_to_many() -> None:
    """Two feet make a joining resource with the keys of both."""
    found = mermaid(f"erDiagram\nA }}o--|{{ B : x{BODY}")
    assert found.domain.resource("A_B").key == ("a_id", "b_id")
    assert found.domain.resource("A").relationship("b").kind == "many_to_many"


def test_attributes() -> None:
    """Types of databases and of ours, marks, comments, aliases, quoted names, entity codes."""
    found = mermaid('erDiagram\n  "Order line"["Line of #quot;order#quot;"] {\n varchar(20) sku PK, FK "which #35;"\n decimal(8,2) price\n'
                    ' string[] tags\n email mail UK\n int *no\n money2 odd\n}\n')  # fmt: skip
    (resource,) = found.domain.resources
    assert (resource.name, resource.source_name, resource.label) == ("Order_line", "Order line", 'Line of "order"')
    assert [(each.name, str(each.type)) for each in resource.attributes] == [
        ("sku", "string"), ("price", "decimal(8, 2)"), ("tags", "array(string)"), ("mail", "email"), ("no", "integer"), ("odd", "string"),
    ]  # fmt: skip
    assert resource.key == ("sku", "no")
    assert resource.attribute("sku").description == "which #"
    assert resource.attribute("sku").constraints.max_length == 20
    assert [each.attributes for each in resource.identities] == [("mail",)]
    assert [each.code for each in found.problems] == ["unknown_type"]


def test_a_sketch_without_attributes_gets_keys() -> None:
    """Boxes and lines alone make a design that stands; that keys were added is told."""
    found = mermaid("erDiagram\n CUSTOMER ||--o{ ORDER : places\n ORDER ||--|{ LINE-ITEM : contains")
    assert {each.name: each.attribute_names for each in found.domain.resources} == {
        "CUSTOMER": ("id",), "ORDER": ("id", "customer_id"), "LINE_ITEM": ("order_id",),
    }  # fmt: skip
    assert found.domain.resource("ORDER").relationship("customer").label == "places"
    assert "key_assumed" in {each.code for each in found.problems}


def test_diagrams_inside_markdown() -> None:
    """Of a Markdown file the ER diagrams count, with the lines of the file."""
    found = mermaid(
        "# Title\n```mermaid\nflowchart LR\n a-->b\n```\ntext {\n```mermaid\nerDiagram\n A {\n  int id PK\n  oops\n }\n```\n```sql\nselect\n```"
    )
    assert [each.name for each in found.domain.resources] == ["A"]
    assert [(each.code, each.line) for each in found.problems] == [("syntax", 11)]


def test_broken_lines_are_told_and_passed_over() -> None:
    """What is no entity, no attribute and no line is told with its line."""
    found = mermaid(
        "erDiagram\n A ||--o{{ B : x\n %% fine\n A {\n int id PK\n <script>\n }\n style A fill:red\n B { int id PK"
    )
    assert [(each.code, each.line) for each in found.problems.errors] == [("syntax", 2), ("syntax", 6), ("syntax", 9)]
    assert {each.name for each in found.domain.resources} == {"A", "B"}


def test_library() -> None:
    """The example, counted by hand: 23 entities, 77 attributes, 26 lines of which 3 join; what could not be carried."""
    found = import_design("mermaid", LIBRARY)
    assert found.domain.name == "library"
    assert len(found.domain.resources) == 23 + 3
    kinds = Counter(each.kind for resource in found.domain.resources for each in resource.relationships)
    assert kinds == {"belongs_to": 23 + 3 * 2, "has_many": 21 + 3 * 2, "has_one": 2, "many_to_many": 3 * 2}
    assert [(each.path, each.code, each.line) for each in found.problems if each.severity != "info"] == [
        ("library", "syntax", 149),
        ("COPY.condition", "values_not_drawn", 92),
    ]
    assert Counter(each.code for each in found.problems if each.severity == "info") == {
        "minimum_not_carried": 3, "key_assumed": 1,
    }  # fmt: skip
    loan = found.domain.resource("LOAN")
    assert {each.name: each.source_key for each in loan.relationships if each.kind == "belongs_to"} == {
        "reader": ("reader_number",), "copy": ("copy_barcode",),
    }  # fmt: skip
    assert found.domain.resource("EMPLOYEE").relationship("supervisor").source_key == ("supervisor_id",)
