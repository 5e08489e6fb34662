"""Designs as TOML."""

from __future__ import annotations

import tomllib

import pytest
import tomlkit
from hypothesis import example, given, settings

from tests.language.test_yaml_format import HOSTILE
from tests.strategies import domains, json_values, texts
from workbench.errors import VerificationError
from workbench.language import json_format, yaml_format
from workbench.language.json_text import MOST_NESTED
from workbench.language.toml_format import dumps, loads, parse_toml, write_toml
from workbench.language.toml_places import toml_spots
from workbench.model import Domain, Reactor, Step

HEAD = 'workbench = "domain"\nformat = 1\nname = "x"\n'


def problems_of(text: str) -> list[tuple[str, str, int | None, int | None]]:
    with pytest.raises(VerificationError) as caught:
        loads(text)
    assert all(each.hint or each.code == "syntax" for each in caught.value.problems)
    return [(each.path, each.code, each.line, each.column) for each in caught.value.problems]


@settings(max_examples=36, deadline=None)
@given(domains())
def test_round_trip(domain: Domain) -> None:
    """Any domain comes back equal, from a text that stays the same."""
    text = dumps(domain)
    assert loads(text) == domain
    assert dumps(loads(text)) == text


@settings(max_examples=36, deadline=None)
@given(domains())
def test_a_chain_of_formats_gives_the_same_bytes(domain: Domain) -> None:
    """From JSON over YAML and TOML back to JSON nothing changes, not even a byte."""
    first = json_format.dumps(domain)
    by_yaml = yaml_format.loads(yaml_format.dumps(json_format.loads(first)))
    by_toml = loads(dumps(by_yaml))
    assert json_format.dumps(by_toml) == first


@settings(max_examples=28, deadline=None)
@given(domains())
def test_another_reader_agrees(domain: Domain) -> None:
    """A second TOML library finds the same document."""
    text = dumps(domain)
    assert tomlkit.parse(text).unwrap() == tomllib.loads(text)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_texts(text: str) -> None:
    """Text stays text: as a value, on a line, in a list and as a key."""
    value = {
        "a": text,
        "b": [text],
        "c": [{"d": text, text: [{text: text}]}],
        "t": {text: text, "b": [{"x": 1}]},
        text: text,
    }
    assert parse_toml(write_toml(value)) == value


@settings(max_examples=120)
@given(json_values)
@example(None)
@example([None, {"json": "null"}, {"json": None}, {"json": {"json": 1}}, {"json": "null", "x": None}])
@example({"json": {"json": None}})
@example([2**63, -(2**63), 2**63 - 1, 10**3000])
@example([1e16, 1e-7, -0.0, 5e-324])
@example([{}, {"a": {}}, [], [[]], [{}, 1], [{"a": [{"b": [{"c": None}]}]}]])
def test_any_value(value: object) -> None:
    """Whatever JSON can carry is read back as it was, null and numbers beyond 64 bits too, wherever it stands."""
    document = {
        "a": value,
        "extensions": {"x": value, "y": {"z": value}},
        "domains": [{"a": value, "extensions": {"x": value}}],
    }
    found = parse_toml(write_toml(document))
    assert found == document
    assert repr(found["a"]) == repr(value) or isinstance(value, dict | list)


@settings(max_examples=80)
@given(texts)
def test_any_text(text: str) -> None:
    """Whatever stands in a text is read back as it was."""
    value = {"a": text, "b": [{"c": text}]}
    assert parse_toml(write_toml(value)) == value


def test_null_of_the_vocabulary() -> None:
    """The one field whose null says something, a step that is tried again for ever, keeps it."""
    domain = Domain(name="x", reactors=(Reactor(name="r", steps=(Step(name="s", max_retries=None),)),))
    assert 'max_retries = {json = "null"}' in dumps(domain)
    assert loads(dumps(domain)) == domain


def test_mistakes_have_their_place() -> None:
    """A wrong value is pointed at itself, an unknown field at its name, one that is missing at the table that needs it."""
    text = (
        HEAD
        + """
[[resources]]
name = "r" # [[no]]
key = 7
"lable" = '''
[[resources]]
'''
attributes = [
  {name = "a", type = "strng"},
  {name = "b", type = {kind = "enum", values = [[], {nme = 1.5}]}, constraints.min_length = -1},
]

[[resources]]
label = 'é'
rules = [{name = "q", condition = "total >> 3"}]
[tenancy]
strategy = true
"""
    )
    lines = text.splitlines()
    found = problems_of(text)
    pointed = {(path, code): lines[line - 1][column - 1 :][:6] for path, code, line, column in found if line and column}
    assert len(pointed) == len(found)
    assert pointed == {
        ("r", "unknown_field"): '"lable',
        ("r.key", "wrong_type"): "7",
        ("r.a.type", "bad_value"): '"strng',
        ("r.b.type.values[0]", "wrong_type"): "[], {n",
        ("r.b.type.values[1]", "missing_field"): "{nme =",
        ("r.b.type.values[1]", "unknown_field"): "nme = ",
        ("r.b.constraints.min_length", "bad_value"): "-1},",
        ("resources[1]", "missing_field"): "[[reso",
        ("resources[1].rules.q.condition", "syntax"): '> 3"}]',
        ("tenancy.strategy", "bad_value"): "true",
    }


@settings(max_examples=36, deadline=None)
@given(domains())
def test_every_value_has_its_place(domain: Domain) -> None:
    """Each value of a written document has a spot, and no spot leads elsewhere."""
    text = dumps(domain)

    def inside(value: object, steps: tuple[str | int, ...]) -> set[tuple[str | int, ...]]:
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return {steps}.union(*(inside(child, (*steps, step)) for step, child in children))

    implied = {(), ("extensions",)} | {("domains", 0, "extensions")}
    lists = {steps[:-1] for steps in inside(tomllib.loads(text), ()) if steps and isinstance(steps[-1], int)}
    found = {spot.steps for spot in toml_spots(text)}
    assert inside(tomllib.loads(text), ()) - found <= implied | lists
    assert found <= inside(tomllib.loads(text), ())


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty_file", None),
        (" \n", "empty_file", None),
        ("# nothing", "not_a_domain", None),
        ("a =", "bad_toml", 1),
        ("a = 1\na = 2", "bad_toml", 2),
        ("[a]\nb = 1\n[a]", "bad_toml", 3),
        ("a = \0", "bad_toml", 1),
        ("a = " + "9" * 5000, "bad_number", None),
        ("a = " + "[" * 50_000, "too_deep", None),
        ("a = " + "{a=" * 50_000, "too_deep", None),
        ("a." * 50_000 + "b = 1", "too_deep", None),
        ("[" + "a." * 50_000 + "b]", "too_deep", None),
        ("a = " + "[" * (MOST_NESTED + 1) + "]" * (MOST_NESTED + 1), "too_deep", None),
        (HEAD + "x = inf", "bad_number", 4),
        (HEAD + "label = 2026-01-01", "wrong_type", 4),
        (HEAD + '[extensions]\nx = {json = "[1"}', "bad_json", 5),
        (HEAD + '[extensions]\nx = {json = "{\\"a\\": 1, \\"a\\": 2}"}', "duplicate_field", 5),
        (HEAD + 'label = "\ud800"', "broken_text", None),
        (HEAD.replace("format = 1", "format = 9"), "newer_format", None),
    ],
)
def test_text_that_is_no_design(text: str, code: str, line: int | None) -> None:
    """What is no TOML, or holds what no design can, is refused in bounded time, with its line where there is one."""
    ((_, found, at, _),) = problems_of(text)
    assert (found, at) == (code, line)


def test_dots_in_texts_are_no_depth() -> None:
    """A text with hundreds of dots is a text."""
    domain = Domain(name="x", label="a." * 500, description="b.\n" + "c.d" * 500)
    assert loads(dumps(domain)) == domain


def test_layout() -> None:
    """A resource is a table, each of its parts has a line, a text of several lines stands as it is."""
    text = """workbench = "domain"
format = 1
name = "shop"

[[resources]]
name = "orders"
description = \"\"\"
What was bought.
"By whom" too.\"\"\"
attributes = [
  {name = "id", type = "uuid"},
  {name = "total", type = "decimal(10, 2)", default = "0"},
]
key = ["id"]

[tenancy]
strategy = "attribute"
attribute = "shop"

[extensions.glossary]
order = "a promise"
"""
    assert dumps(loads(text)) == text
