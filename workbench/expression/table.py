"""The parse table of a grammar (``grammar.lark`` unless said otherwise): built by Lark at development time, shipped as JSON, read at
run time without Lark.

Loading Lark and building the table takes some 150 ms, reading the JSON about one; a command that only checks a saved design would
spend a quarter of its time on the former. ``python -m workbench.expression.table`` writes the file anew; a test compares.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

__all__ = ["Rule", "Table", "build", "load", "read", "tabulate", "write"]

_HOME = files("workbench.expression")
_PUNCTUATION = re.compile(r"\W+\Z")


@dataclass(frozen=True, slots=True)
class Rule:
    """A production: what it makes, what is called with its children, and which of its ``size`` symbols those are (-1: none there).

    ``single`` rules hand a lone child on as it is.
    """

    origin: str
    callback: str
    size: int
    layout: tuple[int, ...]
    single: bool


@dataclass(frozen=True, slots=True)
class Table:
    """An LALR(1) automaton. A row maps a terminal or nonterminal to the next state (>= 0) or to the rule to reduce by (``~index``)."""

    tokens: re.Pattern[str]
    keywords: dict[str, str]
    symbols: dict[str, str]
    rules: tuple[Rule, ...]
    rows: tuple[dict[str, int], ...]
    starts: dict[str, int]
    ends: dict[str, int]

    @property
    def start(self) -> int:
        """The first state of a grammar with one start symbol."""
        return self.starts["start"]

    @property
    def end(self) -> int:
        """The last state of a grammar with one start symbol."""
        return self.ends["start"]


def build() -> dict[str, Any]:
    """The table of the grammar file as it is now, as JSON data. Loads Lark."""
    return tabulate(_HOME.joinpath("grammar.lark").read_text("utf-8"))


def tabulate(grammar: str, starts: tuple[str, ...] = ("start",)) -> dict[str, Any]:
    """The table of ``grammar``, whose texts are one of ``starts``, as JSON data. Loads Lark."""
    from lark import Lark
    from lark.parsers.lalr_analysis import Shift

    lark = Lark(grammar, parser="lalr", lexer="basic", maybe_placeholders=True, start=list(starts))
    parsed: Any = lark.parser
    automaton = parsed.parser._parse_table
    rules = sorted(lark.rules, key=lambda rule: (str(_rule(rule)), str(rule.expansion)))
    numbers = {rule: index for index, rule in enumerate(rules)}
    order = _visit(automaton.states, [automaton.start_states[name] for name in starts], Shift)
    patterns = {terminal.name: terminal.pattern for terminal in lark.terminals if terminal.pattern is not None}
    keywords = {
        p.value.lower(): name for name, p in patterns.items() if p.type == "str" and not _PUNCTUATION.match(p.value)
    }
    symbols = {p.value: name for name, p in patterns.items() if p.type == "str" and _PUNCTUATION.match(p.value)}
    return {
        "version": 1,
        "keywords": dict(sorted(keywords.items())),
        "symbols": dict(sorted(symbols.items())),
        "tokens": {name: p.value for name, p in patterns.items() if p.type == "re"},
        "rules": [_rule(rule) for rule in rules],
        "rows": [
            {
                symbol: order[argument] if action is Shift else ~numbers[argument]
                for symbol, (action, argument) in sorted(automaton.states[state].items())
            }
            for state in order
        ],
        "starts": {name: order[automaton.start_states[name]] for name in starts},
        "ends": {name: order[automaton.end_states[name]] for name in starts},
    }


def _visit(states: Any, starts: list[int], shift: object) -> dict[int, int]:
    """State -> its number in a walk from the starts: Lark's own numbers change from run to run."""
    order, waiting = {start: index for index, start in enumerate(starts)}, [*starts]
    for state in waiting:
        for _, (action, target) in sorted(states[state].items()):
            if action is shift and target not in order:
                order[target] = len(order)
                waiting.append(target)
    return order


def _rule(rule: Any) -> list[Any]:
    origin = str(rule.origin.name)
    kept = [
        index
        for index, symbol in enumerate(rule.expansion)
        if rule.options.keep_all_tokens or not (symbol.is_term and symbol.filter_out)
    ]
    layout, at = [], 0
    for is_missing in rule.options.empty_indices or [False] * len(rule.expansion):
        if is_missing:
            layout.append(-1)
        else:
            layout += [at] if at in kept else []
            at += 1
    return [origin, rule.alias or origin, len(rule.expansion), layout, rule.options.expand1 and not rule.alias]


@cache
def load() -> Table:
    """The shipped table of expressions, read once a process."""
    return read(_HOME.joinpath("table.json").read_text("utf-8"))


def read(text: str) -> Table:
    """The table that ``write`` has written."""
    data = json.loads(text)
    symbols = sorted(data["symbols"], key=len, reverse=True)
    # A decimal begins like an integer, so it is tried first; every other pair of tokens differs in its first character.
    named = sorted(data["tokens"].items(), key=lambda item: item[0] != "DECIMAL")
    words = [f"(?P<{'SPACE' if name.startswith('__') else name}>{pattern})" for name, pattern in named]
    words.append(f"(?P<SYMBOL>{'|'.join(map(re.escape, symbols))})")
    return Table(
        re.compile("|".join(words)),
        data["keywords"],
        data["symbols"],
        tuple(Rule(origin, name, size, tuple(layout), single) for origin, name, size, layout, single in data["rules"]),
        tuple(data["rows"]),
        data["starts"],
        data["ends"],
    )


def write(data: dict[str, Any]) -> str:
    """A table as JSON text in lines that compare well."""
    return json.dumps(data, separators=(",", ":")).replace("},{", "},\n{").replace("],[", "],\n[") + "\n"


if __name__ == "__main__":
    Path(str(_HOME.joinpath("table.json"))).write_text(write(build()), "utf-8")
