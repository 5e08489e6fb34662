"""Designs as YAML."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given, settings

from tests.strategies import domains, json_values, texts
from workbench.errors import Problem, VerificationError
from workbench.language import json_format
from workbench.language.json_format import document_of
from workbench.language.json_text import MOST_CHARACTERS
from workbench.language.yaml_format import dumps, loads
from workbench.language.yaml_text import parse_yaml, write_yaml, yaml_spots
from workbench.model import Domain

HEAD = "workbench: domain\nformat: 1\nname: x\n"


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(VerificationError) as caught:
        loads(text)
    return list(caught.value.problems)


@settings(max_examples=36, deadline=None)
@given(domains())
def test_round_trip(domain: Domain) -> None:
    """Any domain comes back equal, from a text that stays the same, and JSON made of it is the JSON of the original."""
    text = dumps(domain)
    assert loads(text) == domain
    assert dumps(loads(text)) == text
    assert json_format.dumps(loads(text)) == json_format.dumps(domain)


@settings(max_examples=28, deadline=None)
@given(domains())
def test_readers_of_yaml_1_1_agree(domain: Domain) -> None:
    """A reader that knows the older rules (no, 1e3, dates) finds the same document."""
    assert yaml.safe_load(dumps(domain)) == document_of(domain)


HOSTILE = (
    "", " ", "no", "No", "on", "y", "null", "Null", "~", "true", "1e3", "1_000", "0x1f", "0o17", "012", "1:30", "2026-01-01", ".inf", ".nan",
    "-", "- a", "?", "? a", ":", ": a", "a: b", "a:", "a #b", "#", "&a", "*a", "!a", "!!str", "%a", "@a", "`a", "|", ">", "'", '"', "[", "]", "{a", ",",
    "<<", "=", "---", "...", "\n", "\n\n", "a\n", "a\n\n", "a\nb", " a\nb", "a\n b", "a\n ", "a\n\tb", "\ta\nb", "a\n---\nb", "a\r\nb", "\r", "\t",
    "a\u0085b", "a\u2028b", "\ufeff", "\x00", "\x1b[0m", "\x7f", "\ufffe", "🛫", "a\u202eb", "total >= 0", "a::b", "http://x", "a\\b", "é", "x" * 2000, "[a, b]",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_texts(text: str) -> None:
    """Text stays text, as a value, in a list on the line, in a block, nested and as a key, for readers of both versions of YAML."""
    value = {"a": text, "b": [text, text], "c": [{text: text}, [text, [text, {}]]], text: {"d": [text, [], None]}}
    assert parse_yaml(write_yaml(value)) == (value, ())
    assert yaml.safe_load(write_yaml(value)) == value


@settings(max_examples=120)
@given(json_values)
@example(1e16)
@example(-5e-324)
@example(-0.0)
@example(10**3000)
@example({"a" * 5000: {"b" * 1500: 1}})
@example([[[]], {}, [{}], ""])
def test_any_value(value: object) -> None:
    """Whatever JSON can carry is read back as it was, each number of its own kind."""
    found, doubled = parse_yaml(write_yaml(value))
    assert repr(found) == repr(value)
    assert doubled == ()


@settings(max_examples=80)
@given(texts)
def test_any_text(text: str) -> None:
    """Whatever stands in a text is read back as it was."""
    assert parse_yaml(write_yaml({"a": {"b": text}}))[0] == {"a": {"b": text}}


def test_layout() -> None:
    """Elements are blocks, expressions stand as they are, short lists on a line, text of several lines in a block."""
    text = """workbench: domain
format: 1
name: shop
resources:
  - name: orders
    description: |-
      What was bought.
        "By whom" too.
    attributes:
      - name: total
        type: decimal(10, 2)
        default: "0"
    key: [id, "1"]
    rules:
      - name: positive
        condition: total >= 0 and customer.tier != 'none'
"""
    assert dumps(loads(text)) == text


def test_mistakes_have_their_place() -> None:
    """A wrong value is pointed at itself, an unknown or doubled field at its name, a missing one at the object that needs it."""
    text = (
        HEAD
        + """resources:
- name: r
  lable: R
  key: 7
  label: a
  label: b
  rules:
  - name: q
    condition: total >> 3
  - name: p
    condition: |
      total
        >> 3
- label: é
  attributes: [{name: a, type: {kind: enum, values: [{nme: 1}]}}]
"""
    )
    lines = text.splitlines()
    found = [
        (each.path, each.code, lines[(each.line or 1) - 1][(each.column or 1) - 1 :][:7]) for each in problems_of(text)
    ]
    assert sorted(found) == [
        ("r", "duplicate_field", "label: "),
        ("r", "unknown_field", "lable: "),
        ("r.key", "wrong_type", "7"),
        ("r.rules.p.condition", "syntax", "> 3"),
        ("r.rules.q.condition", "syntax", "> 3"),
        ("resources[1]", "missing_field", "label: "),
        ("resources[1].a.type.values[0]", "missing_field", "{nme: 1"),
        ("resources[1].a.type.values[0]", "unknown_field", "nme: 1}"),
    ]


@settings(max_examples=36)
@given(json_values)
def test_every_value_has_its_place(value: object) -> None:
    """Each value of a written document has one spot."""

    def inside(value: object, steps: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return [steps, *(below for step, child in children for below in inside(child, (*steps, step)))]

    assert [spot.steps for spot in yaml_spots(write_yaml(value))] == inside(value, ())


BOMB = "a: &a [x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty_file", None),
        (" \n\t", "empty_file", None),
        ("# nothing", "empty_file", None),
        ("just text", "not_a_domain", None),
        ("[1, 2]", "not_a_domain", None),
        ("a: [", "bad_yaml", 2),
        ("a: b: c", "bad_yaml", 1),
        ("a: 1\n\tb: 2", "bad_yaml", 2),
        ("a: \0", "bad_yaml", 1),
        ("a: 1\nb: \x1b", "bad_yaml", 2),
        ("a: \ud800", "broken_text", None),
        (BOMB, "yaml_alias", 1),
        ("a: *b", "yaml_alias", 1),
        ("a: !!python/object/apply:os.system [x]", "yaml_tag", 1),
        ("a: !include x", "yaml_tag", 1),
        ("a: 1\n---\nb: 2", "yaml_documents", 2),
        (HEAD + "1: x", "bad_key", 4),
        (HEAD + "? [a]\n: x", "bad_key", 4),
        (HEAD + "no: x", "unknown_field", 4),
        (HEAD + "label: .inf", "bad_number", 4),
        (HEAD + "label: 1e400", "bad_number", 4),
        (HEAD + "label: " + "9" * 5000, "bad_number", 4),
        (HEAD + "label: no", "", None),
        (HEAD + "label: 12", "wrong_type", 4),
        (HEAD + "label: 1\nlabel: x", "duplicate_field", 5),
        ("[" * 100_000, "too_deep", 1),
        ("{a: " * 5000, "too_deep", 1),
        ("- " * 50_000, "too_deep", 1),
        ("x" * (MOST_CHARACTERS + 1), "too_large", None),
        (HEAD.replace("format: 1", "format: 9"), "newer_format", None),
        (HEAD.replace("format: 1", "format: '1'"), "bad_format", None),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_text_that_is_no_design(text: str, code: str, line: int | None) -> None:
    """What is no YAML, holds more than data, or what no design can, is refused at once, with its line where there is one."""
    if not code:
        assert loads(text).label == "no"
        return
    (problem,) = problems_of(text)
    assert (problem.code, problem.line) == (code, line)
    assert problem.hint
