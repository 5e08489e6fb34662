"""Designs as YAML."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given, settings

from tests.strategies import domains, json_values, texts
from workbench.errors import Problem, VerificationError
from workbench.language import json_format
from workbench.language.json_format import document_of
from workbench.language.yaml_format import dumps, loads, parse_yaml, write_yaml
from workbench.model import Domain

HEAD = "workbench: domain\nformat: 1\nname: x\n"


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(VerificationError) as caught:
        loads(text)
    return list(caught.value.problems)


@settings(max_examples=60, deadline=None)
@given(domains())
def test_round_trip(domain: Domain) -> None:
    """Any domain comes back equal, from a text that stays the same, and JSON made of it is the JSON of the original."""
    text = dumps(domain)
    assert loads(text) == domain
    assert dumps(loads(text)) == text
    assert json_format.dumps(loads(text)) == json_format.dumps(domain)


@settings(max_examples=40, deadline=None)
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


@settings(max_examples=300)
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


@settings(max_examples=200)
@given(texts)
def test_any_text(text: str) -> None:
    """Whatever stands in a text is read back as it was."""
    assert parse_yaml(write_yaml({"a": {"b": text}}))[0] == {"a": {"b": text}}
