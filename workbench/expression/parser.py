"""Text to tree: a small LALR(1) machine that runs the table of ``grammar.lark``.

It keeps no stack of calls: whatever is nested, text only grows a list. What could come next is read off the table, so an error says
what was expected.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from workbench.errors import Problem, VerificationError, nearest
from workbench.expression.reader import Reader
from workbench.expression.table import Table, load
from workbench.model.expression import Node, children

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "parse"]

_VALUES = frozenset(
    ["CASE", "CAST", "TRY_CAST", "COLON", "INTEGER", "DECIMAL", "STRING", "EXISTS", "FALSE", "TRUE", "NULL", "INTERVAL", "LPAR", "MINUS", "NAME", "QUOTED"]
)  # fmt: skip
_OPERATORS = frozenset(
    ["EQUAL", "LESSTHAN", "MORETHAN", "__ANON_0", "__ANON_1", "__ANON_2", "__ANON_3", "PLUS", "MINUS", "STAR", "SLASH", "PERCENT", "OPERATOR_JOIN", "AND", "OR", "NOT", "IN", "IS", "LIKE", "ILIKE", "BETWEEN"]
)  # fmt: skip
_HINTS = {
    "select": "an expression has no queries; exists(…), count(…) and sum(…) reach related rows",
    "from": "an expression has no queries; exists(…), count(…) and sum(…) reach related rows",
    "=": "equal is written with one '='; comparisons do not chain",
    "*": "count() counts rows",
}

MAX_LENGTH = 50_000
"""Characters an expression may have."""

_MOST_PROBLEMS = 10
MAX_DEPTH = 100
"""How deeply nodes may be nested. A chain such as ``a + b + c`` nests once for each operator."""

_WORDS = {
    "NAME": "a name", "QUOTED": "a name", "INTEGER": "a number", "DECIMAL": "a number", "STRING": "a 'text'", "$END": "the end",
}  # fmt: skip


class Token(NamedTuple):
    """A word of the text: which terminal it is, its text, and where it starts and ends."""

    type: str
    text: str
    start: int
    end: int


class _Run(list[Any]):
    """The children of a repetition, laid flat into the rule around it."""


def parse(text: str, path: str = "expression") -> Node:
    """The tree that ``text`` says, positions included.

    >>> parse("total * 2 >= 10")
    Binary(operator='>=', left=Binary(operator='*', left=Path(names=('total',)), right=Constant(value=2)), right=Constant(value=10))

    Raises:
        VerificationError: it says none; each problem has a line, a column, and what was expected there. ``path`` names the text.
    """
    if len(text) > MAX_LENGTH:
        raise VerificationError(
            [Problem(path, "too_long", f"an expression has at most {MAX_LENGTH} characters, not {len(text)}")]
        )
    reader = Reader(text, path)
    table = load()
    tokens = _tokens(text, table, reader)
    if not reader.problems:
        node = _run(tokens, table, reader)
        if node is not None and not reader.problems:
            if _depth(node) > MAX_DEPTH:
                reader.problem(
                    "too_deep",
                    f"an expression nests at most {MAX_DEPTH} deep",
                    0,
                    hint="name a part of it, as a calculation",
                )
            else:
                return node
    raise VerificationError(reader.problems)


def _tokens(text: str, table: Table, reader: Reader) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    match = table.tokens.match
    while position < len(text) and len(reader.problems) < _MOST_PROBLEMS:
        found = match(text, position)
        if found is None or text.startswith("--", position):
            position = _unreadable(text, position, reader)
            continue
        kind, word = str(found.lastgroup), found[0]
        if kind == "NAME":
            kind = table.keywords.get(word.lower(), kind)
        elif kind == "SYMBOL":
            kind = table.symbols[word]
        if kind != "SPACE":
            tokens.append(Token(kind, word, position, found.end()))
        position = found.end()
    tokens.append(Token("$END", "", len(text.rstrip()), len(text)))
    return tokens


def _unreadable(text: str, position: int, reader: Reader) -> int:
    """Say what is wrong at ``position``, and where reading may go on."""
    character = text[position]
    if character in "'\"":
        kind = "a text" if character == "'" else "a name"
        reader.problem(
            "unterminated", f"{kind} begins here and does not end", position, hint=f"close it with {character}"
        )
        return len(text)
    hints = {
        "$": "an argument is written :name",
        "[": "a list is written in (a, b)",
        "^": "multiply instead",
        "-": "two minus signs begin a comment in SQL: put a space or parentheses between them",
        ";": "it is one expression only",
    }
    reader.problem("unreadable", f"{character!r} has no meaning here", position, hint=hints.get(character, ""))
    return position + 1


def _run(tokens: list[Token], table: Table, reader: Reader) -> Node | None:
    """The tree, or None after a problem."""
    states = [table.start]
    values: list[Any] = []
    starts: list[int] = []
    ends: list[int] = []
    rows, rules = table.rows, table.rules
    for token in tokens:
        while states[-1] != table.end:
            step = rows[states[-1]].get(token.type)
            if step is None:
                _unexpected(token, states, table, reader)
                return None
            if step >= 0:
                break
            rule = rules[~step]
            size = rule.size
            start, end = starts[-size], ends[-1]
            below = values[-size:]
            del states[-size:], values[-size:], starts[-size:], ends[-size:]
            if rule.single:
                made = below[0]
            elif rule.origin.startswith("__"):
                made = _extended(below, rule.layout)
            else:
                made = reader.make(rule.callback, _laid_out(rule.layout, below), start, end)
            values.append(made)
            starts.append(start)
            ends.append(end)
            states.append(rows[states[-1]][rule.origin])
        else:
            break
        states.append(step)
        values.append(token)
        starts.append(token.start)
        ends.append(token.end)
    result: Node = values[0]
    return result


def _extended(below: list[Any], layout: tuple[int, ...]) -> _Run:
    """A repetition with one more round. It begins with all rounds before, which are not copied: a list may be long."""
    if isinstance(below[0], _Run):
        below[0].extend(below[index] for index in layout[1:])
        return below[0]
    return _Run(_laid_out(layout, below))


def _laid_out(layout: tuple[int, ...], below: list[Any]) -> list[Any]:
    laid: list[Any] = []
    for index in layout:
        value = below[index] if index >= 0 else None
        if isinstance(value, _Run):
            laid += value
        else:
            laid.append(value)
    return laid


def _unexpected(token: Token, states: list[int], table: Table, reader: Reader) -> None:
    texts = {name: word for word, name in (*table.symbols.items(), *table.keywords.items())} | _WORDS
    possible = {name for name in texts if _accepts(name, states, table)}
    close = nearest(token.text, [texts[name] for name in possible if texts[name].isalpha()], 1)
    hint = f"did you mean {close[0]!r}?" if close else _HINTS.get(token.text.lower(), "")
    words = ["a value"] * ("LPAR" in possible and "NAME" in possible)
    if words:
        possible -= _VALUES
    if {"EQUAL", "PLUS"} <= possible:
        words.append("an operator")
        possible -= _OPERATORS | {"STRING", "LPAR", "DOT"}
    words += sorted({_WORDS.get(name) or repr(texts[name]) for name in possible})
    found = f"{token.text!r} cannot stand here" if token.text else "the expression ends too early"
    listed = " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
    reader.problem("syntax", f"{found}; expected {listed}", token.start, hint)


def _accepts(name: str, states: list[int], table: Table) -> bool:
    """Whether a token called ``name`` can really come next, once what it completes is reduced."""
    stack = list(states)
    while stack[-1] != table.end:
        step = table.rows[stack[-1]].get(name)
        if step is None:
            return False
        if step >= 0:
            return True
        rule = table.rules[~step]
        del stack[-rule.size :]
        stack.append(table.rows[stack[-1]][rule.origin])
    return True


def _depth(node: Node) -> int:
    depth, level = 0, [node]
    while level:
        depth += 1
        level = [child for each in level for child in children(each)]
    return depth
