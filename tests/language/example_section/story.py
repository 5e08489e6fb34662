"""What a design with a glossary goes through where the distribution is installed: each act is run by ``test_sections_installed``.

Run as a script in an interpreter that finds the distribution: writes a JSON object, act -> its traceback, empty where it went well.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import workbench as wb
from workbench.errors import VerificationError
from workbench.evolve import apply, invert
from workbench.language.domain_format import format_text
from workbench.language.formats import FORMATS
from workbench.language.schema import FILE, design_schema, schema_text
from workbench.language.sections import Sections, section_of
from workbench.model import Domain

__all__ = ["ACTS", "TEXT"]

TEXT = """domain shop

resource orders
  id         uuid key
  total      decimal(10, 2)

# what we say
extension glossary
  language de
  Auftrag: was ein Kunde <script>bestellt</script> -> orders
  basket (proposed): what is not ordered yet -> orders.total

extension other {"never": ["installed", 1, 1.0, true, null]}
"""


def edited(domain: Domain, **terms: object) -> Domain:
    """``domain`` with other words in its glossary; those that are None are gone."""
    glossary = domain.extensions["glossary"]
    kept = {word: term for word, term in (glossary["terms"] | terms).items() if term is not None}
    return domain.model_copy(update={"extensions": domain.extensions | {"glossary": {**glossary, "terms": kept}}})


def shop() -> Domain:
    """The domain of the text."""
    return wb.parse(TEXT)


def nothing_is_loaded_before_a_section_is_met(_: Path) -> None:
    """A design without sections loads no code of others; one with any section loads all of them, whatever it is called."""
    wb.check(wb.parse("domain shop\n\nresource orders\n  id uuid key"))
    assert "domain_glossary" not in sys.modules
    wb.check(wb.parse('domain shop\n\nextension antigravity {"import": "antigravity"}'))
    assert "domain_glossary" in sys.modules
    assert "antigravity" not in sys.modules


def every_format_keeps_it(folder: Path) -> None:
    """Saved and loaded in each format, and from each into each, the design is the same; the text has the section's own form."""
    domain = shop()
    assert domain.extensions["glossary"]["terms"]["Auftrag"] == {
        "definition": "was ein Kunde <script>bestellt</script>",
        "means": ["orders"],
    }
    for ending in [each for form in FORMATS.values() for each in form.endings]:
        wb.save(domain, folder / f"shop{ending}")
        assert wb.load(folder / f"shop{ending}") == domain
        again = wb.load(folder / f"shop{ending}")
        assert all(form.loads(form.dumps(again)) == domain for form in FORMATS.values() if form.endings)
    assert "\n  Auftrag: was ein Kunde <script>bestellt</script> -> orders\n" in (folder / "shop.domain").read_text()


def laying_out_keeps_it(_: Path) -> None:
    """Its lines, and the comment before them, stay; laid out again nothing changes."""
    text = format_text(TEXT.replace("\n  ", "\n      "))
    assert text == format_text(text)
    assert TEXT[: TEXT.index("extension other")] in text
    assert wb.parse(text) == shop()


def the_check_reads_it(_: Path) -> None:
    """Its schema, its verifier and its text form each tell what is wrong, where, and what to do."""
    assert not [each for each in wb.check(shop()) if "extensions" in each.path]
    domain = edited(shop(), Lager={"definition": "x", "means": ["order"]}, Preis={"definitio": "x"})
    found = {each.path: each for each in wb.check(domain)}
    assert found["extensions.glossary.terms.Preis.definition"].code == "section_missing"
    assert found["extensions.glossary.terms.Preis.definitio"].code == "section_extra_forbidden"
    (problem,) = wb.check(edited(shop(), Lager={"definition": "x", "means": ["order"]})).errors
    assert (problem.path, problem.code) == ("extensions.glossary.terms.Lager.means[0]", "unknown_element")
    assert problem.hint == "did you mean 'orders'?"
    try:
        wb.parse(TEXT.replace("Auftrag:", "Auftrag"))
    except VerificationError as error:
        assert [(each.path, each.line, each.column) for each in error.problems] == [("extensions.glossary", 10, 3)]
        assert error.__notes__[0].endswith("\n  ^")
    else:
        raise AssertionError("a line that explains no word was read")


def its_owner_reads_it_with_defaults(_: Path) -> None:
    """What was not written has its default; what was written stays as it was."""
    glossary = section_of(shop(), "glossary")
    assert type(glossary).__name__ == "Glossary"
    assert glossary.model_dump()["terms"]["Auftrag"]["status"] == "agreed"
    assert "status" not in shop().extensions["glossary"]["terms"]["Auftrag"]


def changes_inside_it_are_judged(_: Path) -> None:
    """Each change is a sentence, with the class and the reason its classifier gives; without a finding it is safe. It can be undone."""
    after = edited(shop(), Auftrag=None, basket={"definition": "a cart"}, Lager={"definition": "stock"})
    difference = wb.diff(shop(), after)
    found = {str(each.change): (each.safety, each.rules[0]) for each in difference.classified}
    assert len(found) == 5, found
    by_rule = {rule: (safety, sentence) for sentence, (safety, rule) in found.items()}
    assert by_rule["word_removed"][0] == by_rule["word_redefined"][0] == "risky"
    assert (
        "extensions.glossary.terms.basket.definition from 'what is not ordered yet' to 'a cart'"
        in by_rule["word_redefined"][1]
    )
    assert by_rule["extension_changed"][0] == "safe"
    assert apply(shop(), difference) == after
    assert apply(after, invert(difference)) == shop()


def both_sides_of_a_merge_are_kept(_: Path) -> None:
    """Words that two sides add are both there; a word that both explain otherwise is a conflict with its path."""
    ours, theirs = (
        edited(shop(), Lager={"definition": "stock"}),
        edited(shop(), Preis={"definition": "price"}, basket=None),
    )
    merged = wb.merge(shop(), ours, theirs)
    assert merged.domain is not None
    assert sorted(merged.domain.extensions["glossary"]["terms"]) == ["Auftrag", "Lager", "Preis"]
    (conflict,) = wb.merge(shop(), ours, edited(shop(), Lager={"definition": "store"})).conflicts
    assert conflict.path == "extensions.glossary.terms.Lager"


def a_design_undoes_and_redoes_it(folder: Path) -> None:
    """Steps inside the section are logged, taken back, done again and found again; a step its verifier refuses changes nothing."""
    design = wb.Design(folder / "design", shop(), by="ada")
    after = edited(shop(), Auftrag=None, Lager={"definition": "stock"})
    design.change(after, by="ada", why="we say so")
    assert design.undo().domain == shop() == wb.Design(folder / "design").domain
    assert design.redo().domain == after == wb.Design(folder / "design").domain
    try:
        design.change(edited(after, Lager={"definition": "stock", "means": ["nowhere"]}), by="ada")
    except VerificationError as error:
        assert [each.code for each in error.problems] == ["unknown_element"]
    else:
        raise AssertionError("a word that means nothing was let in")
    assert wb.Design(folder / "design").domain == after


def the_card_shows_it(_: Path) -> None:
    """The domain's card ends with the words and what they mean; markup in them is text."""
    html = (shop()._repr_mimebundle_() or {})["text/html"]
    assert "glossary" in html
    assert "was ein Kunde &lt;script&gt;bestellt&lt;/script&gt;" in html
    assert "<script>bestellt" not in html


def editors_know_it(_: Path) -> None:
    """The schema of the format has what the section takes when it is asked for; the published one does not."""
    assert "glossary" in design_schema(Sections())["properties"]["extensions"]["properties"]
    assert "properties" not in design_schema()["properties"]["extensions"]
    assert schema_text() == FILE.read_text("utf-8")


ACTS: tuple[Callable[[Path], None], ...] = (
    nothing_is_loaded_before_a_section_is_met, every_format_keeps_it, laying_out_keeps_it, the_check_reads_it, its_owner_reads_it_with_defaults,
    changes_inside_it_are_judged, both_sides_of_a_merge_are_kept, a_design_undoes_and_redoes_it, the_card_shows_it, editors_know_it,
)  # fmt: skip


def _told(act: Callable[[Path], None], folder: Path) -> str:
    try:
        act(folder)
    except Exception:  # noqa: BLE001  # each act is told on its own
        return traceback.format_exc()
    return ""


if __name__ == "__main__":
    sys.stdout.write(json.dumps({act.__name__: _told(act, Path(sys.argv[1])) for act in ACTS}))
