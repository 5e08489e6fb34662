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

__all__ = ["build", "grammar", "load"]

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


if __name__ == "__main__":
    Path(str(_HOME.joinpath("domain_table.json"))).write_text(write(build()), "utf-8")
