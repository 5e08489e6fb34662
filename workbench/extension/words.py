"""The words that JupyterLab highlights: the grammars' own, written into the lab extension.

A page must colour a cell before any kernel runs, so that the words stand in a file of the extension (``words.js``).
``python -m workbench.extension.words`` writes it anew after a grammar has changed; a test compares.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from workbench.model.expression import KEYWORDS
from workbench.model.types import SCALARS, SEMANTIC

__all__ = ["FILE", "javascript", "words"]

FILE = Path(str(files("workbench.extension"))) / "jupyter/labextensions/workbench-language/static/words.js"

_LITERALS = frozenset({"true", "false", "null"})
_COMMANDS = ("create", "update", "upsert", "save", "delete", "destroy", "remove")


def words() -> dict[str, dict[str, list[str]]]:
    """For each language: its ``keywords``, the names of ``types``, ``literals``, and ``heads``, the words that a name follows."""
    from workbench.patterns.dsl_generator.words import RESERVED

    spoken = RESERVED - _LITERALS
    types = ("enum", "array", "struct", *SCALARS, *SEMANTIC)
    return {
        "domain": _sorted(keywords=KEYWORDS - _LITERALS, types=types, literals=_LITERALS, heads=()),
        "scenario": _sorted(keywords={*spoken, "then", "when", *_COMMANDS}, types=(), literals=_LITERALS, heads=()),
        "ask": _sorted(keywords=spoken, types=(), literals=_LITERALS, heads=()),
    }


def javascript() -> str:
    """The text of ``words.js``."""
    lines = [
        f"  {json.dumps(name)}: {{\n"
        + "".join(f"    {json.dumps(kind)}: {json.dumps(listed)},\n" for kind, listed in kinds.items())
        + "  },\n"
        for name, kinds in words().items()
    ]
    return (
        "// Written by `python -m workbench.extension.words` from the grammars.\n\n"
        f"export const WORDS = {{\n{''.join(lines)}}};\n"
    )


def _sorted(**kinds: object) -> dict[str, list[str]]:
    return {kind: sorted(listed) for kind, listed in kinds.items()}  # type: ignore[call-overload]


if __name__ == "__main__":
    FILE.write_text(javascript(), "utf-8")
