"""Sections of third parties given by hand: what they may do, and that nothing they do wrong loses data or stops the workbench."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import RootModel

import workbench as wb
from tests.language.example_section.domain_glossary import SECTION, Glossary, GlossarySection, Term
from tests.strategies import json_values, texts
from workbench.errors import NotFoundError, Problem, VerificationError
from workbench.language.domain_format import dumps, format_text, loads, parse
from workbench.language.formats import FORMATS
from workbench.language.json_format import document_of
from workbench.language.schema import FILE, design_schema, schema_text
from workbench.language.sections import Section, Sections, section_of
from workbench.model import Domain
from workbench.views import Stack, Table, Text, View

KNOWN = Sections((SECTION,))
quick = settings(max_examples=60, deadline=None)

TEXT = """domain shop

resource orders
  id         uuid key
  total      decimal(10, 2)

extension glossary
  language de
  Auftrag: was ein Kunde bestellt -> orders
  basket (proposed): what is not ordered yet -> orders.total, orders.statis
"""
TERMS = {
    "Auftrag": {"definition": "was ein Kunde bestellt", "means": ["orders"]},
    "basket": {
        "definition": "what is not ordered yet",
        "means": ["orders.total", "orders.statis"],
        "status": "proposed",
    },
}


def shop(value: Any, name: str = "glossary") -> Domain:
    """A domain with one section."""
    return Domain(name="shop", extensions={name: value})


def told(domain: Domain, sections: Sections | None = None) -> list[Problem]:
    """What the check says about sections."""
    return [each for each in wb.check(domain, sections=sections) if "extensions" in each.path]


def test_a_section_has_a_text_form_of_its_own() -> None:
    """Its lines are read as the data they say, and written as the same lines; laying the text out keeps them."""
    domain = loads(TEXT, sections=KNOWN)
    assert domain.extensions == {"glossary": {"language": "de", "terms": TERMS}}
    assert dumps(domain, KNOWN) == TEXT == format_text(TEXT.replace("\n  ", "\n     "))


def test_a_text_that_nothing_reads_is_kept() -> None:
    """Where no such section is known its text stays what it is, through every format, until something reads it."""
    unread = loads(TEXT)
    assert dumps(unread) == TEXT
    assert all(each.loads(each.dumps(unread)) == unread for each in FORMATS.values() if each.endings)
    assert section_of(unread, "glossary", KNOWN) == section_of(loads(TEXT, sections=KNOWN), "glossary", KNOWN)
    assert dumps(unread, KNOWN) == TEXT
    (problem,) = told(unread)
    assert (problem.path, problem.code, problem.severity) == ("extensions.glossary", "unread_section", "warning")
    near = shop(unread.extensions["glossary"], "glosary")
    assert told(near, KNOWN)[0].hint == "did you mean 'glossary'?"


def test_a_mistake_in_the_text_is_told_with_its_place() -> None:
    """What the section's own reader says points at the spot in the whole text, empty lines and indentation counted."""
    for before, line, column in (("\n", 9, 3), ("\n\n \n  ", 11, 5)):
        body = (
            TEXT.replace("Auftrag:", "Auftrag")
            .replace("glossary\n", f"glossary{before}")
            .replace("\n  Auf", "\n" + " " * (column - 1) + "Auf")
        )
        with pytest.raises(VerificationError) as raised:
            loads(body.replace("\n  basket", "\n" + " " * (column - 1) + "basket"), sections=KNOWN)
        (problem,) = raised.value.problems
        assert (problem.path, problem.code, problem.line, problem.column) == (
            "extensions.glossary",
            "no_term",
            line,
            column,
        )


def test_what_the_check_says_is_located_in_the_text() -> None:
    """A problem of a section points at the line its section begins on."""
    document = parse(TEXT, sections=KNOWN)
    assert document.domain is not None
    (problem,) = document.located(told(document.domain, KNOWN))
    assert (problem.path, problem.line, problem.column) == ("extensions.glossary.terms.basket.means[1]", 7, 1)


@quick
@given(json_values)
def test_whatever_a_section_holds_is_read_back(value: Any) -> None:
    """Data that fits the form, the schema or neither comes back as it was written."""
    for each in (value, {"terms": value}, {"language": value, "terms": TERMS}):
        assert loads(dumps(shop(each), KNOWN), sections=KNOWN) == shop(each)


@quick
@given(st.dictionaries(texts, st.builds(Term, definition=texts, means=st.tuples(texts)), max_size=3))
def test_every_glossary_is_read_back(terms: dict[str, Term]) -> None:
    """Words that its form cannot hold, with colons, arrows and line breaks, are written as JSON instead."""
    domain = shop(Glossary(terms=terms).model_dump(mode="json", exclude_defaults=True))
    text = dumps(domain, KNOWN)
    assert loads(text, sections=KNOWN) == domain
    assert format_text(text) == text
    assert told(domain, KNOWN) == told(loads(text, sections=KNOWN), KNOWN)


@pytest.mark.parametrize(
    ("value", "path", "code"),
    [
        (None, "", "section_model_type"),
        ([], "", "section_model_type"),
        (5, "", "section_model_type"),
        ({"term": {}}, ".term", "section_extra_forbidden"),
        ({"language": 5}, ".language", "section_string_type"),
        ({"terms": {"a": {}}}, ".terms.a.definition", "section_missing"),
        ({"terms": {"a": {"definition": "x", "means": [1]}}}, ".terms.a.means[0]", "section_string_type"),
        ({"terms": {"a": {"definition": "x", "means": ["'; drop table x"]}}}, ".terms.a.means[0]", "unknown_element"),
    ],
)
def test_data_is_held_against_the_schema_and_the_verifier(value: Any, path: str, code: str) -> None:
    """Each mistake has its path inside the section, in the domain itself and in one it is composed of."""
    domain = shop(value)
    (problem,) = told(domain, KNOWN)
    assert (problem.path, problem.code, problem.severity) == (f"extensions.glossary{path}", code, "error")
    (inner,) = told(Domain(name="all", domains=(domain,)), KNOWN)
    assert inner.path == f"domains.shop.extensions.glossary{path}"
    assert not told(domain)


def test_the_owner_reads_it_with_defaults() -> None:
    """The owner gets an instance of its schema, defaults filled; the design keeps what was written."""
    domain = shop({"terms": {"a": {"definition": "x"}}})
    assert section_of(domain, "glossary", KNOWN) == Glossary(language="en", terms={"a": Term(definition="x")})
    assert domain.extensions["glossary"] == {"terms": {"a": {"definition": "x"}}}
    for name, held in (("glosary", domain), ("glossary", Domain(name="shop"))):
        with pytest.raises(NotFoundError):
            section_of(held, name, KNOWN)
    with pytest.raises(NotFoundError):
        section_of(domain, "glossary")


def test_the_schema_of_the_format_includes_known_sections() -> None:
    """Editors get what a section takes; the published schema knows none, and lets every section be."""
    domain = loads(TEXT, sections=KNOWN)
    schema = design_schema(KNOWN)
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(document_of(domain))
    assert not Draft202012Validator(schema).is_valid(document_of(shop({"term": 1})))
    assert not Draft202012Validator(schema).is_valid(document_of(Domain(name="all", domains=(shop({"term": 1}),))))
    assert Draft202012Validator(schema).is_valid(document_of(shop({"term": 1}, "other")))
    assert Draft202012Validator(design_schema()).is_valid(document_of(shop({"term": 1})))
    assert FILE.read_text("utf-8") == schema_text()


class Broken(GlossarySection):
    """A section each of whose parts raises, or gives what it must not."""

    def __init__(self, gives: Any) -> None:
        self.gives = gives

    def _failing(self) -> Any:
        if isinstance(self.gives, BaseException):
            raise self.gives
        return self.gives

    def verify(self, data: Glossary, domain: Domain) -> Any:
        """Fail."""
        return self._failing()

    def dumps(self, value: Any) -> Any:
        """Fail."""
        return self._failing()

    def loads(self, text: str) -> Any:
        """Fail."""
        return self._failing()

    def view(self, data: Glossary, domain: Domain) -> Any:
        """Fail."""
        return self._failing()

    def classify(self, edit: Any) -> Any:
        """Fail."""
        return self._failing()


FAILING = [ValueError("<b>'\0"), SystemExit(3), RecursionError("deep"), {1}, ["x"], float("nan")]


@pytest.mark.parametrize("gives", FAILING, ids=repr)
def test_a_section_that_fails_stops_nothing(gives: Any) -> None:
    """A verifier, form or display that raises or gives nonsense becomes a problem that names the section; no data is lost."""
    broken, domain = Sections((Broken(gives),)), shop({"terms": TERMS})
    assert loads(dumps(domain, broken), sections=broken) == domain
    found = told(domain, broken)
    assert {(each.path, each.code) for each in found} == {("extensions.glossary", "broken_section")}
    assert "'glossary' fails" in found[0].message
    (shown,) = broken.views(domain)
    assert isinstance(shown, Stack)
    assert "broken_section" in str(shown)
    if gives != ["x"]:  # which is JSON
        with pytest.raises(VerificationError, match="broken_section"):
            loads(TEXT, sections=broken)


@pytest.mark.parametrize(
    "text", ["", " a", "a ", "a\n", "\na", "a\r\nb", "a\rb", "\ud800", "  a\n  b", "a\n \nb", "a: x"]
)
def test_a_form_that_cannot_stand_in_a_file_is_left_out(text: str) -> None:
    """Text that indented lines would not give back, or that says something else, is replaced by JSON."""

    class Form(GlossarySection):
        """Writes always the same, and reads what was last written."""

        def dumps(self, value: Any) -> str:
            self.last = value
            return text

        def loads(self, text_: str) -> Any:
            return self.last if text != "a: x" else {"terms": {"a": {"definition": "x"}}}

    sections = Sections((Form(),))
    assert dumps(shop({"terms": {}}), sections) == dumps(shop({"terms": {}}))
    assert told(shop({"terms": {}}), sections) == []


def test_writing_changes_nothing() -> None:
    """A form that takes its data apart while it writes does so to a copy."""

    class Emptying(GlossarySection):
        """Writes by taking away."""

        def dumps(self, value: Any) -> str:
            return f"language {value.pop('language')}"

    domain = shop({"language": "de"})
    assert "extension glossary {" in dumps(domain, Sections((Emptying(),)))
    assert domain == shop({"language": "de"})


class Note(Term):
    """A note of its own kind."""


class Plain(Section[Note]):
    """A section with a name and a schema, and nothing else."""

    name, schema = "note", Note


def test_a_name_and_a_schema_are_enough() -> None:
    """Without form, verifier and display it is checked by its schema, written as JSON, and not shown."""
    plain, domain = Sections((Plain(),)), shop({"definition": "x"}, "note")
    assert loads(dumps(domain, plain), sections=plain) == domain
    assert told(domain, plain) == []
    assert plain.views(domain) == []
    assert [each.path for each in told(shop({}, "note"), plain)] == ["extensions.note.definition"]
    with pytest.raises(VerificationError, match="note has no text form of its own"):
        loads("domain a\nextension note\n  x", sections=plain)


class Notes(RootModel[list[Note]]):
    """Notes in their order."""


class Listed(Section[Notes]):
    """A section that is a list."""

    name, schema = "notes", Notes


def test_a_section_may_be_a_list() -> None:
    """What is wrong with an item has its number."""
    listed, domain = Sections((Listed(),)), shop([{"definition": "x"}, {}], "notes")
    assert [each.path for each in told(domain, listed)] == ["extensions.notes[1].definition"]
    assert loads(dumps(domain, listed), sections=listed) == domain


def test_what_a_section_shows_is_plain_data() -> None:
    """Its view stands under its name; data that does not fit shows its problems instead."""
    (shown,) = KNOWN.views(loads(TEXT, sections=KNOWN))
    assert isinstance(shown, Stack)
    assert isinstance(shown.children[0], Table)
    assert shown.title == "glossary"
    (wrong,) = KNOWN.views(shop({"terms": 1}))
    assert "section_dict_type" in str(wrong)


def test_a_view_may_be_any(name: str = "glossary") -> None:
    """Whatever kind of view a section gives is shown; None shows nothing."""

    class Shown(GlossarySection):
        """Shows what it is told to."""

        def __init__(self, given: View | None) -> None:
            self.given = given

        def view(self, data: Glossary, domain: Domain) -> Any:
            return self.given

        def verify(self, data: Glossary, domain: Domain) -> Iterable[Problem]:
            return ()

    assert Sections((Shown(Text("x")),)).views(shop({})) == [Stack(name, (Text("x"),))]
    assert Sections((Shown(None),)).views(shop({})) == []
