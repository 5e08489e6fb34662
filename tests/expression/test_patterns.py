"""Patterns: the automaton agrees with Python's re on the shared subset, in time that hostile patterns cannot stretch."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.expression.patterns import compile_like, parse_pattern

_atoms = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\d", r"\.", "(a|b)", "(ab)", "(?:b|)", "é", r"\n", "[a-c-]", "-"]
)
_patterns = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{0,}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        st.lists(inner, min_size=2, max_size=3).map(lambda options: f"({'|'.join(options)})"),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(_patterns, st.text("ab.é1\n-c", max_size=8))
def test_matches_agrees_with_python(pattern: str, text: str) -> None:
    """Whole-text matching is what every engine does with the shared subset, and so is matching the source given to databases."""
    expected = re.fullmatch(pattern, text, re.ASCII) is not None
    found = parse_pattern(pattern)
    assert found.matches(text) is expected
    assert (re.fullmatch(found.source, text) is not None) is expected


@settings(max_examples=300, deadline=None)
@given(st.text("ab%_\\", max_size=6), st.text("ab%_\\", max_size=6))
def test_like_agrees_with_a_plain_reading(pattern: str, text: str) -> None:
    """``like`` is what a regular expression built character by character says."""
    if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
        with pytest.raises(ValueError, match="backslash"):
            compile_like(pattern)
        return
    plain, characters = "", iter(pattern)
    for character in characters:
        plain += (
            ".*"
            if character == "%"
            else "."
            if character == "_"
            else re.escape(next(characters) if character == "\\" else character)
        )
    assert compile_like(pattern)(text) is (re.fullmatch(plain, text, re.DOTALL) is not None)


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|a)*b", "(a+)+$", "(.*)*x", "(a|aa)+b", "((a?){20}){5}b"])
def test_hostile_patterns_take_time_in_proportion(pattern: str) -> None:
    """Patterns that make a backtracking engine run for ever are answered at once."""
    begin = time.perf_counter()
    assert parse_pattern(pattern).matches("a" * 5_000 + "!") is False
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(a", "not closed"), ("a)", "closes nothing"), ("[a", "not closed"), ("*a", "repeats nothing"), ("a**", "cannot follow"), ("a+?", "cannot follow"),
        ("a{2,1}", "count"), ("a{256}", "255"), ("{", "repeats nothing"), ("a{x}", "count"), (r"\1", "not read alike"), (r"\b", "not read alike"), (r"\pL", "not read alike"),
        ("(?=a)", "looks around"), ("(?i)a", "flags"), ("(?P<x>a)", "flags"), ("[[:alpha:]]", "by name"), ("[z-a]", "later"), (r"[\d-z]", "range"), ("a\\", "lone backslash"),
        ("a^b", "very end"), ("a$b", "very end"), ("(" * 50 + "a" + ")" * 50, "too deeply"), ("((a{255}){255}){255}", "too many"), ("a" * 1001, "1000"),
    ],
)  # fmt: skip
def test_what_targets_read_differently_is_refused(pattern: str, words: str) -> None:
    """A pattern outside the shared subset is refused with a reason."""
    with pytest.raises(ValueError, match=re.escape(words)):
        parse_pattern(pattern)


def test_ends_may_be_marked() -> None:
    """A caret first and a dollar last are allowed: the whole text is matched anyway."""
    assert parse_pattern("^ab$").matches("ab")
    assert parse_pattern(r"a\$").matches("a$")
