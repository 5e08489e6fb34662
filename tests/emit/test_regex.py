"""Portable patterns: the same matches everywhere, or none at all."""

from __future__ import annotations

import re

import pytest
from pydantic import BaseModel, Field, ValidationError, create_model

from workbench.emit.regex import whole_match


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        (r"\d+", "12", "١٢"),
        (r"a|bc", "bc", "abc"),
        (r"[^\d\]]{2,3}", "ab", "a]"),
        (r".+", "é!", "a\nb"),
        (r"\w+\s\S*", "ab\tc", "äb c"),
        (r"[]a]+", "]a", "[a"),
        (r"[[a]+", "[a", "]"),
        (r"(?:a-b)?\.", "a-b.", "a-bx"),
        (r"\D", "x", "1"),
        (r"[\D]<\<@\"", 'x<<@"', '1<<@"'),
        (r"[&~]+[-&]", "&~-", "a&&"),
    ],
)
def test_a_pattern_matches_the_whole_value_in_python_and_rust(pattern: str, yes: str, no: str) -> None:
    """The translation accepts and refuses alike in Python's engine and in Pydantic's (Rust)."""
    whole = whole_match(pattern)
    assert whole is not None
    assert re.search(whole, yes) and not re.search(whole, no)
    model: type[BaseModel] = create_model("M", x=(str, Field(pattern=whole)))
    assert model(x=yes)
    with pytest.raises(ValidationError):
        model(x=no)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?i)a",
        r"(?P<n>a)",
        r"\pL",
        r"\p{Greek}",
        r"\Qa\E",
        r"[[:alpha:]]",
        r"\bx",
        r"(",
        r"[a",
        "\\",
        r"a{x}",
        r"a++",
    ],
)
def test_a_pattern_that_others_read_differently_is_refused(pattern: str) -> None:
    """No guess where engines disagree, and no broken pattern is passed on."""
    assert whole_match(pattern) is None
