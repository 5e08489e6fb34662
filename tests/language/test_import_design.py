"""The door to every importer: texts and files, wrong kinds, hostile input, and what is shown of the result."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from workbench.display.text import plain
from workbench.errors import NotFoundError, Problems, VerificationError
from workbench.language import load, save
from workbench.language.importers import KINDS, import_design
from workbench.language.importers.naming import Taken, usable
from workbench.views import Stack, Table
from workbench.workspace import check

EXAMPLES = Path(__file__).parent / "examples"
FILES = {
    "dbml": "hospital.dbml",
    "json_schema": "observatory.schema.json",
    "mermaid": "library.mmd",
    "openapi": "webshop.openapi.yaml",
    "sql": "school.sql",
}
HOSTILE = ("'; drop table x; --", '"><script>alert(1)</script>', "naïve 日本語", "a.b", "select", "case", "x" * 300)


def refused(kind: str, text: str | Path) -> Problems:
    with pytest.raises(VerificationError) as caught:
        import_design(kind, text)
    return caught.value.problems


def test_every_kind_has_an_example() -> None:
    """Nothing is offered without a real-world file that is tested."""
    assert FILES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_an_imported_design_is_sound_and_can_be_saved(kind: str, tmp_path: Path) -> None:
    """What comes out passes the checks without an error, and saving and loading it gives an equal design."""
    found = import_design(kind, EXAMPLES / FILES[kind])
    assert check(found.domain).is_ok
    save(found.domain, tmp_path / "design.json")
    assert load(tmp_path / "design.json") == found.domain


@pytest.mark.parametrize("kind", KINDS)
def test_importing_twice_gives_the_same(kind: str) -> None:
    """Names and order depend on nothing but the text."""
    assert import_design(kind, EXAMPLES / FILES[kind]) == import_design(kind, EXAMPLES / FILES[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_the_view_shows_what_was_found_and_what_was_left_out(kind: str) -> None:
    """Resources with their counts, then every problem; the plain data says the same."""
    found = import_design(kind, EXAMPLES / FILES[kind])
    view, facts = found.view(), found.as_dict()
    assert isinstance(view, Stack)
    resources, left = view.children
    assert isinstance(resources, Table) and isinstance(left, Stack) and isinstance(left.children[0], Table)
    assert [row[0] for row in resources.rows] == [each.name for each in found.domain.resources]
    assert [row[5] for row in left.children[0].rows] == [each.code for each in found.problems]
    assert found.domain.resources[0].name in plain(view)
    assert facts["counts"]["resources"] == len(facts["resources"]) == len(found.domain.resources)
    assert len(facts["problems"]) == len(found.problems)
    assert all(each["path"] and each["code"] and each["message"] for each in facts["problems"])
    json.dumps(facts)


def test_a_string_is_text_or_a_path(tmp_path: Path) -> None:
    """One line that names a file is one; everything else is the description itself."""
    file = tmp_path / "team.dbml"
    file.write_text("Table team { id int [pk] }", encoding="utf-8")
    by_path, by_text = import_design("dbml", str(file)), import_design("dbml", "Table team { id int [pk] }")
    assert by_path.domain.resources == by_text.domain.resources
    assert (by_path.domain.name, by_text.domain.name) == ("team", "imported")
    assert import_design("dbml", file, name="league").domain.name == "league"
    assert refused("dbml", str(tmp_path / "none.dbml"))[0].code == "no_such_file"


def test_an_unknown_kind_names_the_nearest() -> None:
    """A slip in the kind is met with the right word."""
    with pytest.raises(NotFoundError, match="dbml"):
        import_design("dbm", "Table a { id int }")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_a_file_of_another_kind_is_told_by_name(kind: str, other: str) -> None:
    """The refusal says what the file looks like, so that the next try succeeds."""
    if kind != other:
        problems = refused(kind, EXAMPLES / FILES[other])
        assert any(each.code in ("wrong_kind", "bad_json", "bad_yaml") for each in problems)
        if problems[0].code == "wrong_kind":
            assert f"import it as {other}" in problems[0].hint


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_and_nonsense_are_refused(kind: str, tmp_path: Path) -> None:
    """Empty files, bytes that are no UTF-8, folders and prose: one clear problem each."""
    for name, content, code in (("empty", b" \n", "empty_file"), ("latin", b"caf\xe9 {", "not_utf8")):
        (tmp_path / name).write_bytes(content)
        assert refused(kind, tmp_path / name)[0].code == code
    assert refused(kind, tmp_path)[0].code == "not_a_file"
    assert refused(kind, "Dear team,\nplease find attached\n")[0].severity == "error"
    assert refused(kind, "\0\0\0")[0].severity == "error"


@pytest.mark.parametrize("kind", KINDS)
def test_deep_nesting_ends_soon(kind: str) -> None:
    """However deep brackets stand in one another, there is an answer within seconds."""
    begin = time.monotonic()
    for opening in ("[", "{", "(", '{"a":', "- "):
        assert refused(kind, opening * 50_000)[0].severity == "error"
    assert time.monotonic() - begin < 20


def test_hostile_names_are_made_usable_and_kept_beside() -> None:
    """Whatever a table and its columns are called, the design has plain names, and the source's beside them."""
    columns = "\n".join(f'"{name.replace(chr(34), "")}" int' for name in HOSTILE[:-1])
    found = import_design("dbml", f'Table "<b>; --" {{\nid int [pk]\n{columns}\n}}')
    (resource,) = found.domain.resources
    assert (resource.name, resource.source_name, resource.label) == ("b", "<b>; --", "<b>; --")
    assert len(resource.attributes) == len(HOSTILE)
    assert all(each.name.isidentifier() for each in resource.attributes)
    assert [each.source_name or each.name for each in resource.attributes[1:]] == [
        each.replace('"', "") for each in HOSTILE[:-1]
    ]
    assert check(found.domain).is_ok


def test_names_that_become_the_same_are_numbered() -> None:
    """Two names that differ in punctuation or case alone stay two, in the order of the source."""
    found = import_design("dbml", 'Table t {\nid int [pk]\n"a b" int\n"a-b" int\na_b int\nA_B int\n}')
    names = found.domain.resource("t").attribute_names
    assert names[:4] == ("id", "a_b", "a_b_2", "a_b_3")
    assert len({each.casefold() for each in names}) == len(names)


def test_usable_names() -> None:
    """Any text has an identifier that expressions take unquoted and PostgreSQL does not cut off."""
    for name in (*HOSTILE, "", " ", "1st", "\ud800", "actor"):
        made = usable(name)
        assert made.isidentifier() and 0 < len(made.encode()) <= 64
    taken = Taken()
    assert [taken.take("x") for _ in range(3)] == ["x", "x_2", "x_3"]


def test_sql_keeps_conditions_lengths_and_both_ways() -> None:
    """DDL comes through the same door: checks become enums and bounds where they can, references lead both ways."""
    found = import_design("sql", EXAMPLES / "school.sql")
    pupil, enrolment = found.domain.resource("pupil"), found.domain.resource("enrolment")
    assert str(pupil.attribute("status").type) == "enum('applied', 'enrolled', 'left')"
    assert pupil.attribute("family_name").constraints.max_length == 80
    assert str(enrolment.attribute("grade").constraints.maximum) == "6"
    assert [str(each.condition) for each in enrolment.rules] == ["ended_on >= started_on"]
    assert {(each.name, each.kind) for each in pupil.relationships} >= {
        ("enrolment", "has_many"),
        ("sibling", "belongs_to"),
    }
    assert found.counts == (10, 45, 26)
    assert [(each.code, each.path) for each in found.problems] == [
        ("unknown_target", "room.building_id"),
        ("untranslated_check", "lesson"),
    ]
