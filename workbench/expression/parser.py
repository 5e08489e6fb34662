"""Text to tree: a small LALR(1) machine that runs the table of ``grammar.lark``.

It keeps no stack of calls: whatever is nested, text only grows a list. What could come next is read off the table, so an error says
what was expected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from workbench.errors import Problem, VerificationError, nearest
from workbench.expression.lalr import Token, accepts, reduce
from workbench.expression.reader import Reader
from workbench.expression.table import Table, load
from workbench.model.expression import Node, children

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "parse", "parse_prefix"]

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
    ",": "this is one expression; where several can stand, pass a list",
}

MAX_LENGTH = 50_000
"""Characters an expression may have."""

_MOST_PROBLEMS = 10
MAX_DEPTH = 100
"""How deeply nodes may be nested. A chain such as ``a + b + c`` nests once for each operator."""

_WORDS = {
    "NAME": "a name", "QUOTED": "a name", "INTEGER": "a number", "DECIMAL": "a number", "STRING": "a 'text'", "$END": "the end",
}  # fmt: skip


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


def parse_prefix(text: str, start: int, end: int, lines: list[int]) -> tuple[Node | None, int, list[Problem]]:
    """The expression that begins at ``start`` of ``text`` and goes on as far as it can, at most to ``end``: its tree (None where there
    is none), where it ends, and its problems. ``lines`` are the offsets at which the lines of ``text`` begin: spans are those of ``text``.

    >>> tree, end, _ = parse_prefix("default a + 1 sensitive", 8, 23, [0])
    >>> str(tree), end
    ('a + 1', 13)
    """
    reader, table = Reader(text, "expression", lines), load()
    last = [start]
    node = _run(_words(text, start, min(end, start + MAX_LENGTH), table, last), table, reader, is_prefix=True)
    if len(last) > 1 and end > start + MAX_LENGTH:
        reader.problems.clear()
        reader.problem("too_long", f"an expression has at most {MAX_LENGTH} characters", start)
    elif node is not None and _depth(node) > MAX_DEPTH:
        message = f"an expression nests at most {MAX_DEPTH} deep"
        reader.problem("too_deep", message, start, hint="name a part of it, as a calculation")
    span = node.span if node is not None else None
    return (None if reader.problems else node), span.end if span else last[0], reader.problems


def _words(text: str, position: int, end: int, table: Table, last: list[int]) -> Iterator[Token]:
    """The words from ``position`` on, each when it is asked for; ``last`` holds where the one before began, and then, at their end, where that is."""
    match = table.tokens.match
    while position < end:
        found = match(text, position, end)
        if found is None or text.startswith("--", position):
            last[0] = position
            yield Token("UNREADABLE", text[position], position, position + 1)
            return
        kind, word = str(found.lastgroup), found[0]
        if kind == "NAME":
            kind = table.keywords.get(word.lower(), kind)
        elif kind == "SYMBOL":
            kind = table.symbols[word]
        if kind != "SPACE":
            last[0] = position
            yield Token(kind, word, position, found.end())
        position = found.end()
    last.append(position)
    yield Token("$END", "", position, position)


def _run(tokens: Iterable[Token], table: Table, reader: Reader, is_prefix: bool = False) -> Node | None:
    """The tree, or None after a problem. A prefix ends before the first token that cannot be part of it."""
    states = [table.start]
    values: list[Any] = []
    starts: list[int] = []
    ends: list[int] = []
    rows, rules = table.rows, table.rules
    end = table.end
    for token in tokens:
        while states[-1] != end:
            step = rows[states[-1]].get(token.type)
            if step is None and is_prefix and token.type != "$END" and accepts("$END", states, table):
                token = Token("$END", "", token.start, token.start)
                continue
            if step is None:
                if token.type == "UNREADABLE":
                    _unreadable(reader.text, token.start, reader)
                else:
                    _unexpected(token, states, table, reader)
                return None
            if step >= 0:
                break
            reduce(table, rules[~step], states, values, starts, ends, reader.make)
        else:
            break
        states.append(step)
        values.append(token)
        starts.append(token.start)
        ends.append(token.end)
    result: Node = values[0]
    return result


def _unexpected(token: Token, states: list[int], table: Table, reader: Reader) -> None:
    texts = {name: word for word, name in (*table.symbols.items(), *table.keywords.items())} | _WORDS
    possible = {name for name in texts if accepts(name, states, table)}
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


def _depth(node: Node) -> int:
    depth, level = 0, [node]
    while level:
        depth += 1
        level = [child for each in level for child in children(each)]
    return depth
