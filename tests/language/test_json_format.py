"""Domains saved as JSON and read back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.strategies import domains
from workbench.errors import AdapterError, VerificationError
from workbench.language import FORMAT, dumps, load, loads, save
from workbench.language.json_format import upcast
from workbench.language.json_mistakes import MOST_PROBLEMS
from workbench.model import Attribute, Domain, EnumType, EnumValue, Resource, Rule, parse_type
from workbench.model.expression import Binary, Constant
from workbench.model.expression import Path as Name

SHOP = Domain(
    name="shop",
    resources=(
        Resource(
            name="orders",
            key=("id",),
            attributes=(
                Attribute(name="id", type="uuid", required=True),
                Attribute(name="status", type="enum('open', 'paid')", default=Constant("open")),
                Attribute(name="total", type="decimal(10, 2)", was="amount"),
                Attribute(name="mood", type=EnumType(values=(EnumValue(name="ok", label="Fine"),))),
            ),
            rules=(Rule(name="positive", condition=Binary(">", Name(("total",)), Constant(0))),),
        ),
    ),
)

SHOP_TEXT = """\
{
  "workbench": "domain",
  "format": 1,
  "name": "shop",
  "resources": [
    {
      "name": "orders",
      "attributes": [
        {"name": "id", "type": "uuid", "required": true},
        {"name": "status", "type": "enum('open', 'paid')", "default": "'open'"},
        {"name": "total", "was": "amount", "type": "decimal(10, 2)"},
        {
          "name": "mood",
          "type": {
            "kind": "enum",
            "values": [
              {"name": "ok", "label": "Fine"}
            ]
          }
        }
      ],
      "key": ["id"],
      "rules": [
        {"name": "positive", "condition": "total > 0"}
      ]
    }
  ]
}
"""


def problems_of(document: dict[str, Any] | str) -> list[tuple[str, str]]:
    """Path and code of every problem that reading ``document`` finds; each has a hint."""
    if isinstance(document, dict):
        document = json.dumps({"workbench": "domain", "format": FORMAT, "name": "x"} | document)
    with pytest.raises(VerificationError) as caught:
        loads(document)
    assert all(problem.hint for problem in caught.value.problems)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_saved_text_is_for_people() -> None:
    """A saved design leaves defaults out, writes types and expressions as text, and stands one element a line."""
    assert dumps(SHOP) == SHOP_TEXT
    assert loads(SHOP_TEXT) == SHOP


@settings(max_examples=40, deadline=None)
@given(domains())
def test_round_trip(domain: Domain) -> None:
    """Any domain comes back equal from its text, and the text is the one text of that domain."""
    text = dumps(domain)
    again = loads(text)
    assert again == domain
    assert dumps(again) == text


@settings(max_examples=15, deadline=None)
@given(domains())
def test_bare_dump_is_format_0(domain: Domain) -> None:
    """What the model itself dumps, without a header, is read as the format before the first."""
    assert loads(domain.model_dump_json()) == domain


def test_every_mistake_is_found_at_once() -> None:
    """One reading reports all mistakes, each at the element it concerns, by the names of the design."""
    document = {
        "resources": [
            {
                "name": "flights",
                "nulable": True,
                "attributes": [
                    {"name": "dest", "type": "strng", "required": "yes"},
                    {"name": "state", "type": {"kind": "enum", "values": [{"nme": "a"}]}},
                    {"name": "gone", "type": {"kind": "enm"}},
                    {"name": "five", "type": 5, "constraints": {"min_length": -1, "minimum": 0}},
                    {"type": "date"},
                    7,
                ],
                "key": "id",
                "relationships": [{"name": "plane", "kind": "belongsto", "destination": "planes"}],
                "rules": [{"name": "a\nb", "condition": "true"}],
            }
        ],
        "machines": [{"name": "visit", "resource": "flights"}],
        "time_zone": None,
    }
    assert problems_of(document) == [
        ("flights", "unknown_field"),
        ("flights.attributes[4]", "missing_field"),
        ("flights.attributes[5]", "wrong_type"),
        ("flights.dest.required", "wrong_type"),
        ("flights.dest.type", "bad_value"),
        ("flights.five.constraints.min_length", "bad_value"),
        ("flights.five.constraints.minimum", "bad_value"),
        ("flights.five.type", "wrong_type"),
        ("flights.gone.type", "bad_value"),
        ("flights.key", "wrong_type"),
        ("flights.plane.kind", "bad_value"),
        ("flights.rules.a\\nb.name", "bad_value"),
        ("flights.state.type.values[0]", "missing_field"),
        ("flights.state.type.values[0]", "unknown_field"),
        ("machines.visit", "missing_field"),
        ("time_zone", "wrong_type"),
    ]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"resorces": []}, "a domain has no 'resorces' [unknown_field]; did you mean 'resources'?"),
        ({"zzz": 1}, "a domain has no 'zzz' [unknown_field]; there are name, label,"),
        ({"name": 7}, "error name: this is the number 7 [wrong_type]; write text"),
        ({"resources": {}}, "error resources: this is an object [wrong_type]; write a list"),
        ({"time_zone": None}, "this is null [wrong_type]; write text"),
        ({"name": ""}, "error name: this is the text '' [bad_value]; it should have at least 1 character"),
        ({"name": "a\nb"}, "this is the text 'a\\nb' [bad_value]; a name has no line breaks or control characters"),
        (
            {"resources": [{"name": "r", "attributes": [{"name": "a", "type": "decimal(99)"}]}]},
            "error r.a.type: 'decimal(99)' is too wide: a decimal has 1 to 38 digits",
        ),
        (
            {"resources": [{"name": "r", "attributes": [{"name": "a", "type": "array(" * 500 + "date" + ")" * 500}]}]},
            "error r.a.type: arrays are nested at most 16 deep",
        ),
        (
            {"resources": [{"name": "r", "rules": [{"name": "q", "condition": 1}]}]},
            "error r.rules.q.condition: an expression is text or a tree, not int",
        ),
        (
            {"machines": [{"name": "m", "resource": "r", "attribute": "a", "states": [{"name": "s", "kind": "finl"}]}]},
            "did you mean 'final'?",
        ),
        ({"tenancy": {"strategy": True}}, "error tenancy.strategy: this is true [bad_value]"),
    ],
)
def test_messages(document: dict[str, Any], message: str) -> None:
    """A mistake is said in the words of the design, with what to write instead."""
    with pytest.raises(VerificationError) as caught:
        loads(json.dumps({"workbench": "domain", "format": FORMAT, "name": "x"} | document))
    (problem, *_) = caught.value.problems
    assert problem.line is not None
    assert message in str(replace(problem, line=None, column=None))


def test_doubled_fields() -> None:
    """A field said twice is refused at its element, beside the other mistakes."""
    text = '{"workbench": "domain", "format": 1, "name": "x", "resources": [{"name": "r", "label": "a", "label": "b", "key": 1}]}'
    assert problems_of(text) == [("r", "duplicate_field"), ("r.key", "wrong_type")]
    sound = '{"workbench": "domain", "format": 1, "name": "x", "name": "y"}'
    assert problems_of(sound) == [("domain", "duplicate_field")]


def test_bad_expression_points_into_the_text() -> None:
    """An expression that cannot be read is pointed at its bad spot, or at its beginning where the text has it with escapes."""
    rules = [
        {"name": "a", "condition": "total >\n > 3"},
        {"name": "b", "condition": "(("},
        {"name": "c", "condition": "true"},
    ]
    text = dumps(Domain(name="x")).replace(
        "\n}", ',\n  "resources": ' + json.dumps([{"name": "r", "rules": rules}], indent=2) + "\n}"
    )
    with pytest.raises(VerificationError) as caught:
        loads(text)
    first, second = caught.value.problems
    lines = text.splitlines()
    assert first.path == "r.rules.a.condition"
    assert lines[first.line - 1][first.column - 1 :].startswith('"total >')
    assert second.path == "r.rules.b.condition"
    assert lines[second.line - 1][second.column - 3 :].startswith("((")


def test_mistakes_have_their_place() -> None:
    """A wrong value is pointed at itself, an unknown or doubled field at its name, a missing one at the object that needs it."""
    text = """{"workbench": "domain", "format": 1, "name": "x",
  "resources": [
    {"name": "r", "lable": "R",
     "key": 7, "description": "a", "description": "b"},
    {"label": "é", "attributes": [{"name": "a", "type": {"kind": "enum", "values": [{"nme": 1}]}}]}
  ]}
"""
    with pytest.raises(VerificationError) as caught:
        loads(text)
    assert [(each.path, each.code, each.line, each.column) for each in caught.value.problems] == [
        ("r", "unknown_field", 3, 19),
        ("r", "duplicate_field", 4, 36),
        ("r.key", "wrong_type", 4, 13),
        ("resources[1]", "missing_field", 5, 5),
        ("resources[1].a.type.values[0]", "missing_field", 5, 85),
        ("resources[1].a.type.values[0]", "unknown_field", 5, 86),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "not_a_domain"),
        ("null", "not_a_domain"),
        ("3", "not_a_domain"),
        ("{}", "not_a_domain"),
        ('{"name": "left-pad", "version": "1.0.0"}', "not_a_domain"),
        ('{"workbench": "changes", "format": 1}', "not_a_domain"),
        ('{"workbench": "domain", "format": 2, "name": "x"}', "newer_format"),
        ('{"workbench": "domain", "format": "1", "name": "x"}', "bad_format"),
        ('{"workbench": "domain", "format": true, "name": "x"}', "bad_format"),
        ('{"workbench": "domain", "format": -1, "name": "x"}', "bad_format"),
        ('{"workbench": "domain", "format": 1, "name": "x", "label": "\\ud800"}', "broken_text"),
    ],
)
def test_other_documents(text: str, code: str) -> None:
    """JSON that is no design, or a design this version cannot know, is refused as such."""
    assert [found for _, found in problems_of(text)] == [code]


def test_upcasting_takes_every_step() -> None:
    """An old document passes through each step between its format and the newest, in order."""
    steps = {
        0: lambda old: {**old, "trail": [0]},
        1: lambda old: {**old, "trail": [*old["trail"], 1]},
        2: lambda old: {**old, "trail": [*old["trail"], 2]},
    }
    assert upcast({}, steps, 3) == {"trail": [0, 1, 2], "format": 3}
    assert upcast({"format": 2, "trail": []}, steps, 3) == {"trail": [2], "format": 3}
    assert upcast({"format": 3}, steps, 3) == {"format": 3}


def test_a_document_of_a_million_values_is_refused_before_they_are_looked_at() -> None:
    """Memory stays bounded: no mistake is worked out for each of them."""
    assert problems_of({"resources": [1] * 1_000_000}) == [("text", "too_large")]


def test_many_mistakes_are_counted() -> None:
    """A document that is wrong everywhere gives a bounded list and says how much more there is."""
    found = problems_of({"resources": [1] * (MOST_PROBLEMS + 5)})
    assert len(found) == MOST_PROBLEMS + 1
    assert ("text", "more_problems") in found


def test_extensions_must_fit_json() -> None:
    """What JSON would change on the way is refused before it is written, with its path."""
    bad = {"a": [1, (2, 3)], "b": {"c": float("nan")}, "d": {1: 2}, "e": "\ud800", "f": 1 << 20_000}
    with pytest.raises(VerificationError) as caught:
        dumps(Domain(name="x", extensions=bad))
    assert [problem.path for problem in caught.value.problems] == [
        f"extensions.{each}" for each in ("a.1", "b.c", "d", "e", "f")
    ]


def test_extensions_are_written_in_one_order() -> None:
    """Two designs that differ in the order of an extension's keys alone have one text, inside composed domains too."""
    one, other = {"b": 1, "a": [{"d": 2, "c": 3}]}, {"a": [{"c": 3, "d": 2}], "b": 1}
    texts = {
        dumps(Domain(name="x", extensions=each, domains=(Domain(name="y", extensions=each),))) for each in (one, other)
    }
    assert len(texts) == 1


def test_files(tmp_path: Path) -> None:
    """A saved design is in its file whole, replaces the former one, keeps its permissions and leaves nothing beside it."""
    path = tmp_path / "shop.json"
    save(Domain(name="old"), path)
    path.chmod(0o640)
    save(SHOP, path)
    assert load(path) == load(str(path)) == SHOP
    assert path.read_text(encoding="utf-8") == SHOP_TEXT
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["shop.json"]


def test_saving_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    """A link to a design stays a link; the file it names is the one replaced."""
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    save(SHOP, tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert load(tmp_path / "real.json") == SHOP


def test_failed_save_keeps_the_old_file(tmp_path: Path) -> None:
    """When a design cannot be written, the error says why and the former file stands."""
    path = tmp_path / "shop.json"
    save(SHOP, path)
    with pytest.raises(VerificationError):
        save(Domain(name="x", extensions={"a": {1}}), path)
    assert load(path) == SHOP
    (tmp_path / "folder.json").mkdir()
    for target in (tmp_path / "folder.json", tmp_path / "nowhere" / "x.json", path / "x.json"):
        with pytest.raises(AdapterError) as caught:
            save(SHOP, target)
        assert caught.value.problem.path == str(target)
        assert caught.value.__cause__ is not None
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder.json", "shop.json"]


def test_load_names_its_file(tmp_path: Path) -> None:
    """The error of a bad design says which file it was."""
    path = tmp_path / "bad.json"
    path.write_text('{"workbench": "domain", "format": 1}')
    with pytest.raises(VerificationError) as caught:
        load(path)
    assert caught.value.subject == str(path)
    assert str(caught.value).startswith(f"{path}: 1 problem\n")


def test_types_keep_their_labels() -> None:
    """An enum whose values have labels is saved as an object, one without as text, alone or inside an array."""
    labelled = EnumType(values=(EnumValue(name="a", label="A"),))
    kept = [labelled, parse_type("array(enum('it''s', b))"), parse_type("enum()")]
    attributes = tuple(Attribute(name=f"a{i}", type=each) for i, each in enumerate(kept))
    domain = Domain(name="x", resources=(Resource(name="r", attributes=attributes),))
    assert loads(dumps(domain)) == domain
    assert "array(enum('it''s', 'b'))" in dumps(domain)
