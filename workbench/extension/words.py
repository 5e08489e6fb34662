"""The words that JupyterLab highlights: the grammars' own, written into the lab extension.

A page must colour a cell before any kernel runs, so that the words stand in a file of the extension (``words.js``).
``python -m workbench.extension.words`` writes it anew after a grammar has changed; a test compares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from workbench.extension.patching import LINES
from workbench.language.domain_table import grammar
from workbench.model import Domain
from workbench.model.expression import KEYWORDS
from workbench.model.types import SCALARS, SEMANTIC
from workbench.patterns.dsl_generator.scenarios import STEPS
from workbench.patterns.dsl_generator.vocabulary import Vocabulary
from workbench.patterns.dsl_generator.words import RESERVED

__all__ = ["FILE", "blocks", "javascript", "words"]

FILE = Path(str(files("workbench.extension"))) / "jupyter/labextensions/workbench-language/static/words.js"

_LITERALS = ("false", "null", "true")
_RULE = re.compile(r"^\??([a-z]\w*):(.*(?:\n[ \t]+\|.*)*)", re.MULTILINE)
_ASIDE = re.compile(r"//[^\n]*|->[ \t]*\w+")
_PART = re.compile(r"\"([^\"]*)\"|\b([a-z]\w*)|([()\[\]|])")
_TYPES = frozenset({"array", "enum", "struct", *SCALARS, *SEMANTIC})

Part = tuple[str, str]
"""A word or sign of the language, or the name of a rule; the other one is empty."""
Rules = dict[str, list[list[Part]]]
"""Rule -> its alternatives, each its parts in order."""


def words() -> dict[str, list[str]]:
    """``change`` and ``steps``: words that lines of a patch alone, and those of scenarios, begin with. Names of ``types``, ``literals``, words of the ``expression`` language, and those of what a domain speaks: ``scenario``, ``ask``."""
    verbs = {each.text for each in Vocabulary(Domain(name="any")).verbs.offers()}  # those that every domain has
    return {
        "change": sorted(LINES),
        "steps": sorted({*STEPS, "background", "scenario"}),
        "types": sorted(_TYPES),
        "literals": sorted(_LITERALS),
        "expression": sorted(KEYWORDS.difference(_LITERALS)),
        "scenario": sorted((RESERVED | {*STEPS} | verbs).difference(_LITERALS)),
        "ask": sorted(RESERVED.difference(_LITERALS)),
    }


def blocks() -> dict[str, dict[str, Any]]:
    """For each block of the domain language what a line in it may be.

    ``heads`` are the words a line begins with and the statement each begins; ``other`` is the statement of all other lines, empty where
    there is none. ``words`` are those of each statement, ``named`` the statements that give a name.

    >>> found = blocks()["resource"]
    >>> found["heads"]["unique"], found["other"], "required" in found["words"]["attribute"]
    ('identity', 'attribute', True)
    """
    rules = {name: list(_alternatives(body)) for name, body in _RULE.findall(grammar())}
    return {name.removeprefix("in_"): _block(name, rules) for name in rules if name.startswith("in_")}


def javascript() -> str:
    """The text of ``words.js``."""
    told = {**words(), "blocks": blocks()}
    lines = [f"export const {name.upper()} = {json.dumps(value)};\n" for name, value in told.items()]
    return "".join(["// Written by `python -m workbench.extension.words` from the grammars.\n", *lines])


def _alternatives(body: str) -> Iterator[list[Part]]:
    parts, depth = list[Part](), 0
    for word, rule, sign in _PART.findall(_ASIDE.sub("", body)):
        depth += (sign in "([") - (sign in ")]") if sign else 0
        if sign == "|" and not depth:
            yield parts
            parts = []
        elif not sign:
            parts.append((word, rule))
    yield parts


def _block(name: str, rules: Rules) -> dict[str, Any]:
    heads: dict[str, str] = {}
    words: dict[str, set[str]] = {}
    others: list[str] = []
    for parts in rules[name]:
        statement, found = "".join(parts[0]), _first(parts, rules)
        words[statement] = _reached(parts, rules) - _TYPES
        heads |= {head: statement for head in found if head}
        others += [statement] if "" in found and words[statement] else []
    if others:  # a line that begins with a name may be any of these
        words[others[0]] = {word for each in others for word in words[each]}
    named = {each for each in words if any(("", "named") in parts for parts in rules.get(each, []))}
    told = {each: sorted(words[each]) for each in sorted({*heads.values(), *others[:1]})}
    return {
        "heads": dict(sorted(heads.items())),
        "other": "".join(others[:1]),
        "words": told,
        "named": sorted(named & told.keys()),
    }


def _first(parts: list[Part], rules: Rules) -> set[str]:
    """The words that ``parts`` may begin with; empty text among them where they may begin with something else."""
    if not parts or parts[0][0]:
        return {parts[0][0] if parts and parts[0][0].isidentifier() else ""}
    return {word for each in rules.get(parts[0][1], [[]]) for word in _first(each, rules)}


def _reached(parts: list[Part], rules: Rules, seen: frozenset[str] = frozenset()) -> set[str]:
    """All words that ``parts`` may hold."""
    found = {word for word, _ in parts if word.isidentifier()}
    for rule in {rule for _, rule in parts} - seen:
        found |= {word for each in rules.get(rule, []) for word in _reached(each, rules, seen | {rule})}
    return found


if __name__ == "__main__":
    FILE.write_text(javascript(), "utf-8")
