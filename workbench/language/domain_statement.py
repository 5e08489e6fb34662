"""One line of a design, read by the machine of ``domain.lark``: which words are meant follows from what can stand there.

Where an expression can stand, the machine of the expressions reads on as far as it can.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from workbench.errors import Problem, VerificationError, nearest
from workbench.expression.lalr import Token, accepts, reduce
from workbench.expression.parser import parse, parse_prefix
from workbench.expression.table import Table
from workbench.language.domain_facts import Reader, Statement
from workbench.language.domain_lines import Line, Text
from workbench.language.domain_table import load
from workbench.model.expression import KEYWORDS
from workbench.model.types import SCALARS, SEMANTIC

__all__ = ["expected", "leading_words", "next_token", "read_statement", "words"]

_TOKENS = re.compile(
    r"(?P<SPACE>[ \t\r\n]+)|(?P<ESCAPED>e\"(?:[^\"\\\n]|\\.)*\")|(?P<NAME>[^\W\d]\w*)|(?P<QUOTED>\"(?:[^\"\n]|\"\")*\")"
    r"|(?P<STRING>'(?:[^'\n]|'')*')|(?P<INTEGER>[0-9]+)|(?P<SYMBOL><->|->|<-|\.\.|[.,:=()])"
)
_DURATION = re.compile(r"[0-9]+[ \t]+([^\W\d]\w*)")
_NAME_AND_TYPE = re.compile(r"([^\W\d]\w*)[ \t]+([^\W\d]\w*)")
_TYPES = frozenset([*SCALARS, *SEMANTIC, "decimal", "array", "enum", "struct"])
_SPACE = re.compile(r"[ \t\r\n]*")
_KINDS = {
    "NAME": "a name", "QUOTED": 'a "text"', "ESCAPED": 'a "text"', "STRING": "a 'text'", "INTEGER": "a number", "EXPRESSION": "an expression",
    "JSON": "JSON", "$END": "the end of the line",
}  # fmt: skip


def words() -> dict[str, str]:
    """Terminal -> the word or symbol it is."""
    return _words()


@cache
def _words() -> dict[str, str]:
    table = load()
    return {name: word for word, name in (*table.keywords.items(), *table.symbols.items())}


@cache
def leading_words(context: str) -> frozenset[str]:
    """Words that begin a statement of a block, and so are no names there; without a block those that matter in the middle of one."""
    table = load()
    starts = set(table.starts.values())
    rows = [table.rows[table.starts[context]]] if context else [
        row for index, row in enumerate(table.rows) if index not in starts and "NAME" in row
    ]  # fmt: skip
    return frozenset(word for word, name in table.keywords.items() for row in rows if name in row)


def read_statement(line: Line, context: str, text: Text) -> Statement | None:
    """What ``line``, in a block ``context``, says; None, with its problem noted, where it says nothing."""
    table, reader = load(), Reader(text)
    states = [table.starts[context]]
    values, starts, ends = list[Any](), list[int](), list[int]()
    last, position = table.ends[context], line.start
    while True:
        row = table.rows[states[-1]]
        token = next_token(text, line, position, row, table)
        if token is None:
            return None
        kind, value, start, end = token
        while (step := table.rows[states[-1]].get(kind)) is not None and step < 0:
            reduce(table, table.rules[~step], states, values, starts, ends, reader.make)
            if states[-1] == last:
                break
        if states[-1] == last:
            break
        if step is None:
            _unexpected(text, kind, start, end, states, table, _as_attribute(text, line, context))
            return None
        states.append(step)
        values.append(value)
        starts.append(start)
        ends.append(end)
        position = end
    found = values[0]
    return (
        found
        if isinstance(found, Statement)
        else Statement("more", [found] if not isinstance(found, list) else found, line.start, line.end)
    )


def next_token(
    text: Text, line: Line, position: int, row: dict[str, int], table: Table
) -> tuple[str, object, int, int] | None:
    """The next token: its terminal, its value, start and end. None after a problem."""
    code = text.code
    if line.raw is not None and position >= line.end:
        start, end = line.raw
        if position < end and code[start:end].partition("\n")[0].strip() and "JSON" in row:
            return "JSON", code[start:end], start, end
        return "$END", None, line.end, line.end
    match = _SPACE.match(code, position, line.end)
    position = match.end() if match else position
    if position >= line.end:
        if "EXPRESSION" in row:
            text.problem("", "syntax", "the statement ends too early; expected an expression", position)
            return None
        return "$END", None, position, position
    if "EXPRESSION" in row and not ("INTEGER" in row and _is_duration(code, position, line.end, table)):
        return _expression(text, line, position)
    found = _TOKENS.match(code, position, line.end)
    if found is None:
        _unreadable(text, position)
        return None
    kind, word, end = str(found.lastgroup), found[0], found.end()
    if kind == "NAME":
        keyword = table.keywords.get(word)
        if keyword is not None and (keyword in row or "NAME" not in row):
            kind = keyword
    elif kind == "SYMBOL":
        kind = table.symbols[word]
    return kind, Token(kind, word, position, end), position, end


def _is_duration(code: str, position: int, end: int, table: Table) -> bool:
    """Whether a number and a unit stand here, not the beginning of an expression."""
    found = _DURATION.match(code, position, end)
    return found is not None and found[1] not in table.keywords and found[1].lower() not in KEYWORDS


def _expression(text: Text, line: Line, position: int) -> tuple[str, object, int, int] | None:
    if text.code.startswith('e"', position) and (found := _TOKENS.match(text.code, position, line.end)):
        inner = Reader(text).unescaped(found[0], position)
        try:
            return "EXPRESSION", parse(inner), position, found.end()
        except VerificationError as error:
            problem = error.problems[0]
            text.problem("", problem.code, f"in {inner[:80]!r}: {problem.message}", position, problem.hint)
            return None
    node, end, problems = parse_prefix(text.code, position, line.end, text.starts)
    if node is None:
        text.problems += [
            Problem(text.called, each.code, each.message, hint=each.hint, line=each.line, column=each.column)
            for each in problems
        ]
        return None
    return "EXPRESSION", node, position, end


def _unreadable(text: Text, position: int) -> None:
    character = text.source[position]
    if character in "'\"":
        kind = "a text" if character == '"' else "a value"
        text.problem(
            "",
            "unterminated",
            f"{kind} begins here and does not end on its line",
            position,
            f"close it with {character}",
        )
        return
    hints = {"-": "an arrow is written ->, and a comment begins with #", "/": "a comment begins with #", ";": "a statement ends with its line", "{": "what belongs to a statement stands deeper, below it", "=": "", "\0": "is this a text file?"}  # fmt: skip
    text.problem("", "unreadable", f"{character!r} has no meaning here", position, hints.get(character, ""))


def expected(states: list[int], table: Table) -> list[str]:
    """The terminals that can come next."""
    return [name for name in (*words(), *_KINDS) if accepts(name, states, table)]


def _as_attribute(text: Text, line: Line, context: str) -> str:
    """How an attribute is written whose name begins a statement of another kind; empty where ``line`` does not look like one."""
    found = _NAME_AND_TYPE.match(text.code, line.start, line.end) if context == "in_resource" else None
    if found is None or found[1] not in leading_words(context) or found[2] not in _TYPES:
        return ""
    return f'{found[1]!r} is a word of the language: as a name, write "{found[1]}"'


def _unexpected(text: Text, kind: str, start: int, end: int, states: list[int], table: Table, otherwise: str) -> None:
    possible = expected(states, table)
    shown = text.source[start:end]
    known = [words()[name] for name in possible if name in words() and words()[name].isalpha()]
    close = nearest(shown, known, 1) if shown else ()
    listed = list(dict.fromkeys(_KINDS.get(name) or f"'{words()[name]}'" for name in possible))
    listed.sort(key=lambda each: (each[0] == "'", each))
    if len(listed) > 12:
        listed = [*listed[:11], "…"]
    found = f"{shown[:80]!r} cannot stand here" if shown else "the statement ends too early"
    hint = f"did you mean {close[0]!r}?" if close else otherwise
    if kind in words() and shown.isalpha() and "NAME" in possible:
        hint = f'{shown!r} is a word of the language: as a name, write "{shown}"'
    text.problem(
        "",
        "syntax",
        f"{found}; expected {' or '.join(filter(None, (', '.join(listed[:-1]), listed[-1])))}",
        start,
        hint,
    )
