"""The parse table of ``domain.lark``, in the form of that of the expressions: Lark builds it at development time, and nothing loads Lark later.

``python -m workbench.language.domain_table`` writes it anew, and the reference page with it; a test compares both.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from workbench.expression.table import Table, read, tabulate, write
from workbench.language.domain_words import MEANINGS

__all__ = ["build", "grammar", "load", "page"]

_HOME = files("workbench.language")


def grammar() -> str:
    """The text of the grammar file."""
    return _HOME.joinpath("domain.lark").read_text("utf-8")


def build() -> dict[str, Any]:
    """The table of the grammar file as it is now, as JSON data: every rule ``in_…`` is a start. Loads Lark."""
    text = grammar()
    return tabulate(text, tuple(re.findall(r"^\?(in_\w+):", text, re.MULTILINE)))


@cache
def load() -> Table:
    """The shipped table, read once a process."""
    return read(_HOME.joinpath("domain_table.json").read_text("utf-8"))


def page() -> str:
    """The reference page of the grammar file: what stands in each block, the words and what they mean, the grammar itself."""
    found = ["# The domain language", "", _ABOUT, ""]
    found += ["## The words", "", "| Word | Meaning |", "|---|---|"]
    keywords = load().keywords
    found += [f"| `{word}` | {MEANINGS[word]} |" for word in sorted(keywords)]
    title = ""
    for line in grammar().splitlines():
        if (heading := re.fullmatch(r"// ([A-Z].*)", line)) and "." not in line:
            found += ["```", ""] * bool(title) + [f"## {heading[1]}", "", "```"]
            title = heading[1]
        elif title and not line.startswith("%"):
            found.append(line)
    return "\n".join([*found, "```", ""])


_ABOUT = """A design is a tree of lines. A line says one thing; what stands deeper below it belongs to it. `#` begins a comment. A statement goes on
over several lines inside parentheses, and most facts may stand on lines of their own below it.

- **Names** are words, or anything in double quotes (`""` is a quote). A name that could be taken for a word of the language is quoted.
- **A text behind a name** is its label: `resource patient "Patients"`. A text at the end of an attribute, relationship, measure, calculation,
  dimension, action, argument, state, step or endpoint is its description; at the end of a rule, a policy, an identity or behind a guard it is the
  message. Texts on lines below an element are its description, a line each.
- `e"…"` is a text with the escapes of JSON (`\\n`, `\\u00e9`), for what cannot be seen. It may stand for a name, a text or an expression.
- **Expressions** are those of everywhere else: `workbench/expression/SEMANTICS.md` says what each form means.
- **Types**: `string`, `decimal(10, 2)`, `array(date)`, `enum(open, paid "Paid in full")`, `struct(lat float, lon float)`.
- `extension name {…}` holds JSON; a section whose form is installed may be written below its name instead.

This page is made from `domain.lark` by `python -m workbench.language.domain_table`."""


if __name__ == "__main__":
    load.cache_clear()
    Path(str(_HOME.joinpath("domain_table.json"))).write_text(write(build()), "utf-8")
    Path(str(_HOME.joinpath("DOMAIN_LANGUAGE.md"))).write_text(page(), "utf-8")
