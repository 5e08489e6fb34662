"""Python source text: whatever a design says, names are identifiers and literals say the same."""

from __future__ import annotations

import ast
import keyword

from hypothesis import given
from hypothesis import strategies as st

from workbench.emit.python_text import Names, camel, constant_name, docstring, snake, string

TEXTS = st.text(max_size=12) | st.text(st.sampled_from("\"'\\\nab \r\t\u2028\u202e{}"), max_size=12)


@given(TEXTS)
def test_a_literal_says_the_text(text: str) -> None:
    """Quotes, backslashes and what does not print survive, and nothing unprintable stands in the source."""
    assert ast.literal_eval(string(text)) == text
    assert string(text).isprintable()


@given(TEXTS)
def test_a_docstring_says_the_text(text: str) -> None:
    """A docstring ends where it should; only white space around lines may differ."""
    source = "\n".join(docstring(text, "    ")).strip()
    said = str(ast.literal_eval(source))
    assert [line.strip() for line in said.split("\n")] == [
        line.strip() for line in text.strip().replace("\r\n", "\n").split("\n")
    ]


@given(st.lists(TEXTS, max_size=6))
def test_names_are_identifiers_and_stay_apart(texts: list[str]) -> None:
    """No two elements share a name, and none is a keyword or reserved."""
    for make in (snake, camel, constant_name):
        names = Names({"Field", "copy"})
        taken = [names.take(make(text)) for text in [*texts, "copy", "Field", "class", "None"]]
        assert len(set(taken)) == len(taken)
        assert all(
            each.isidentifier() and not keyword.iskeyword(each) and each not in ("Field", "copy") for each in taken
        )
