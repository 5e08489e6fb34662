"""The domain language: what is written is read back equal, mistakes are told with their places, and layout changes nothing but layout."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import workbench as wb
from tests.strategies import domains
from workbench.errors import VerificationError
from workbench.language import domain_table
from workbench.language.domain_format import complete, dumps, excerpt, format_text, help_at, loads, parse
from workbench.model import Domain

DESIGNS = sorted((Path(__file__).parents[2] / "data" / "designs").glob("*.domain"))
quick = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(domains())
def test_a_domain_is_read_back_as_it_was_written(domain: Domain) -> None:
    """No domain loses anything on its way through text, and its text is laid out already."""
    text = dumps(domain)
    assert loads(text) == domain
    assert format_text(text) == text


def test_the_shipped_table_and_page_are_those_of_the_grammar() -> None:
    """Parsing and the reference page follow domain.lark."""
    home = files("workbench.language")
    shipped = json.loads(home.joinpath("domain_table.json").read_text("utf-8"))
    assert json.loads(json.dumps(domain_table.build())) == shipped
    assert domain_table.page() == home.joinpath("DOMAIN_LANGUAGE.md").read_text("utf-8")


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_the_designs_are_clean_and_laid_out(path: Path) -> None:
    """The designs that settled the syntax load without an error, are laid out, and come back equal."""
    domain = wb.load(path)
    assert wb.check(domain).errors == ()
    assert format_text(path.read_text("utf-8")) == path.read_text("utf-8")
    assert loads(dumps(domain)) == domain


def test_several_mistakes_are_told_in_one_pass() -> None:
    """Each line with a mistake has its problem, with line, column and the nearest word, and the rest is read."""
    text = "domain shop\nresource order\n  id uuid ke\n  total decimel(1)\n  rule a: total >\n  paid boolean required\nresorce x\n"
    document = parse(text)
    assert {(each.line, each.column) for each in document.problems} == {(3, 11), (4, 16), (5, 18), (7, 1)}
    assert any("did you mean 'key'" in each.hint for each in document.problems)
    assert any("did you mean 'resource'" in each.hint for each in document.problems)
    assert document.domain is not None
    assert document.domain.resource("order").attribute_names == ("paid",)


def test_a_crooked_line_is_one_mistake() -> None:
    """A tab, or a line between two depths, is told once; what stands below it is read as if that line stood well."""
    text = "domain a\nresource b\n  id uuid key\n\tc string\n  d strng\n e string\n  f string"
    document = parse(text)
    assert [(each.line, each.code) for each in document.problems] == [
        (4, "tab_indent"),
        (5, "unknown_type"),
        (6, "bad_indent"),
    ]
    assert document.domain and {"c", "e", "f"} <= {each.name for each in document.domain.resource("b").attributes}


def test_a_name_that_is_a_word_is_told_to_be_quoted() -> None:
    """Where an attribute is called like a statement, the problem says how it is written; a sign is no word."""
    (problem,) = parse("domain a\nresource b\n  action string required").problems
    assert problem.hint == "'action' is a word of the language: as a name, write \"action\""
    assert "word" not in parse("domain a\nuse ../b.domain").problems[0].hint


def test_an_endless_expression_is_told_as_such() -> None:
    """What is too long is called so where it begins, and not half of it unreadable somewhere."""
    (problem,) = parse(f"domain a\nresource b\n  id uuid key\n  rule r: {'not ' * 20_000}true").problems
    assert (problem.code, problem.line, problem.column) == ("too_long", 4, 11)


def test_an_excerpt_points_at_the_spot() -> None:
    """A caret stands below what a problem is about."""
    text = "domain shop\nresource order\n  id uuid ke"
    assert excerpt(text, parse(text).problems[0]).split("\n") == ["  id uuid ke", "          ^"]
    with pytest.raises(VerificationError) as raised:
        wb.parse(text)
    assert raised.value.__notes__ == ["  id uuid ke\n          ^"]


def test_problems_of_a_design_are_located_in_its_text() -> None:
    """What the check says about a path gets the line and column where that stands."""
    document = parse("domain shop\n\nresource order\n  id uuid key\n  rule r: totl > 0\n")
    assert document.domain is not None
    found = document.located(wb.check(document.domain))
    assert [(each.line, each.column) for each in found.errors] == [(5, 11)]


@pytest.mark.parametrize(
    "text",
    ["", "\0", "\ufeff", "resource a", "domain", "domain a\n\tresource b", "domain a\nresource b\n  c string(", 'domain "', "domain a\nuse b.domain",
     "domain a\nextension x {", "domain a\n" + "".join(" " * (n + 1) + "domain b\n" for n in range(60)),
     "domain a\nresource b\n  c " + "array(" * 500 + "date" + ")" * 500, "domain a\nresource b\n  c integer default 99999999999999999999999999",
     "domain a\nrule r: " + "(" * 500, 'domain a\nresource e"\\ud800"', "domain a\nresource b\n  c string length 99999999999999999999..",
     "<script>alert(1)</script>", "'; drop table x; --"],
)  # fmt: skip
def test_hostile_text_is_refused_in_words(text: str) -> None:
    """Broken text gives problems, never an error of another kind, and is not laid out."""
    with pytest.raises(VerificationError) as raised:
        loads(text)
    assert all(each.message for each in raised.value.problems)


@quick
@given(st.data())
def test_cut_and_spoilt_text_never_breaks_the_reader(data: st.DataObject) -> None:
    """Half-written text is parsed, completed and explained without an error."""
    text = data.draw(st.sampled_from([each.read_text("utf-8") for each in DESIGNS]))
    at = data.draw(st.integers(0, len(text)))
    spoilt = (
        text[:at] + data.draw(st.sampled_from(["", "(", '"', "'", "\n", " x", "#", 'e"', "->", ":"])) + text[at + 7 :]
    )
    parse(spoilt)
    complete(spoilt, at)
    help_at(spoilt, at)


def test_line_ends_and_marks_make_no_difference() -> None:
    """A byte order mark and Windows line ends read like the plain text."""
    text = DESIGNS[0].read_text("utf-8")
    assert loads("\ufeff" + text.replace("\n", "\r\n")) == loads(text)


def test_layout_keeps_comments_order_and_groups() -> None:
    """Comments, blank lines and the order of lines stay; a second time changes nothing."""
    text = "# top\ndomain a # why\n\n\n# about b\nresource b # b\n  x   string  key\n\n  # note\n  long_name_of_it date min (  date '2020-01-01')\n  s enum(\n    a, # first\n    b)\n  # end\n"
    laid = format_text(text)
    assert format_text(laid) == laid
    assert [
        laid.index(word) for word in ("# top", "# why", "# about b", "# b", "# note", "# first", "# end")
    ] == sorted(laid.index(word) for word in ("# top", "# why", "# about b", "# b", "# note", "# first", "# end"))
    assert loads(laid) == loads(text)
    assert "\n\n\n" not in laid


def test_text_that_cannot_be_read_is_not_laid_out() -> None:
    """A syntax error refuses the layout as a whole."""
    with pytest.raises(VerificationError):
        format_text("domain a\nresource b\n  c nosuchtype\n")


def test_a_design_uses_those_beside_it(tmp_path: Path) -> None:
    """`use` composes the designs of files beside this one; cycles, other folders and missing files are problems."""
    (tmp_path / "shop.domain").write_text("domain shop\nuse billing.domain\n")
    (tmp_path / "billing.domain").write_text("domain billing\nresource invoice\n  id uuid key\n")
    assert wb.load(tmp_path / "shop.domain").has_resource("invoice")
    for used in ('"../x.domain"', "shop.domain", "missing.domain", '"/etc/passwd"'):
        (tmp_path / "shop.domain").write_text(f"domain shop\nuse {used}\n")
        with pytest.raises(VerificationError):
            wb.load(tmp_path / "shop.domain")


def test_a_section_in_a_form_that_nothing_reads_is_kept() -> None:
    """The lines of a section whose form is not installed stay as they are, also when they are laid out."""
    text = "domain a\n\nextension glossary\n  order: what was asked for\n    line: a part of it\n"
    assert dumps(loads(text)) == text
    assert format_text(text) == text


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("domain a\nre", "resource"),
        ("domain a\nresource b\n  c str", "string"),
        ("domain a\nresource b\n  c string req", "required"),
        ("domain a\nresource b\n  c string\nresource d\n  e -> ", "b"),
        ("domain a\nresource b\n  colour string\n  rule r: col", "colour"),
        ("domain a\nresource b\n  colour string\nresource d\n  e -> b\n  rule r: e.", "colour"),
        ("domain a\nresource b\n  colour string\n  broken (((\n  rule r: col", "colour"),
        ("domain a\nresource b\n  s string\nmachine m on b.s\n  x -> y on go wh", "when"),
    ],
)  # fmt: skip
def test_completion_offers_what_can_stand_there(before: str, wanted: str) -> None:
    """Half-written text, broken lines around it or not, gets names of the design and words of the language."""
    assert wanted in [each.text for each in complete(before, len(before))]
