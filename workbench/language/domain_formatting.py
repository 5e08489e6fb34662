"""Laying out a design's text: the same words in the same order, with their comments, in the columns of ``domain_layout``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

from workbench.errors import VerificationError
from workbench.language.domain_document import Node, read_lines
from workbench.language.domain_facts import Statement
from workbench.language.domain_layout import BLOCKS, Row, lay_out
from workbench.language.domain_lines import MOST_CHARACTERS, Line, Text
from workbench.language.json_text import layout, parse_json
from workbench.model.expression import KEYWORDS

__all__ = ["format_text", "is_formatted"]

_TOKEN = re.compile(
    r"(?P<BREAK>[ \t\r]*\n[ \t\r\n]*)|(?P<SPACE>[ \t\r]+)|(?P<TEXT>e?\"(?:[^\"\\\n]|\\.)*\"(?!\")|\"(?:[^\"\n]|\"\")*\"|'(?:[^'\n]|'')*')"
    r"|(?P<WORD>[^\W\d]\w*)|(?P<NUMBER>[0-9]+)|(?P<SYMBOL>\.\.|<>|!=|<=|>=|\|\||.)"
)
_ESCAPED = re.compile(r"e\"(?:[^\"\\\n]|\\.)*\"")
_QUOTED = re.compile(r"\"(?:[^\"\n]|\"\")*\"")
_ARROW = re.compile(r"<->|->|<-")
_NAMED = frozenset(["attribute", "relationship", "mapping", "endpoint"])
_PLAIN = frozenset(
    ["keyed", "versioned", "cluster", "time_zone", "tenancy", "with", "with_value", "answer", "use", "more", "said"]
)
_ARROWS = frozenset(["relationship", "transition", "endpoint"])
_COLONS = frozenset(["identity", "rule", "calculation", "measure", "dimension", "action", "policy", "source", "step"])
_CALLS = frozenset(["exists", "cast", "try_cast", "min", "max"])
_BEFORE_EXPRESSIONS = frozenset(["default", "min", "max", "unless", "after", "timeout", "given", "value"])
_OPERATORS = frozenset(["=", "<", ">", "+", "-", "*", "/", "%", "||", "<>", "!=", "<=", ">=", "(", ",", ":"])


def format_text(text: str, name: str = "text") -> str:
    """``text`` laid out; laid out again it stays as it is. Comments, order and blank lines between lines are kept.

    >>> print(format_text("domain shop # ours\\nresource order\\n   id   uuid key\\n   total decimal(10,2)"), end="")
    domain shop  # ours
    <BLANKLINE>
    resource order
      id         uuid key
      total      decimal(10, 2)

    Raises:
        VerificationError: it cannot be read; nothing is laid out.
    """
    source = text.removeprefix("\ufeff")
    read = Text(source[:MOST_CHARACTERS], name)
    if len(source) > MOST_CHARACTERS:
        said = f"a design has at most {MOST_CHARACTERS:,} characters, not {len(source):,}"
        read.problem(name, "too_large", said, 0, "is this a design?")
        raise VerificationError(read.problems, name)
    nodes = read_lines(read)
    rows = _rows(nodes, read, is_domain=True)
    if read.problems:
        raise VerificationError(read.problems, name)
    return lay_out(rows)


def is_formatted(text: str) -> bool:
    """Whether ``format_text`` would leave ``text`` as it is. Raises as it does."""
    return format_text(text) == text


def _rows(nodes: list[Node], text: Text, is_domain: bool = False) -> list[Row]:
    rows: list[Row] = []
    for node in nodes:
        if node.statement is None:
            if node.line.comment:
                rows.append(Row("comment", (), node.line.comment, node.line.is_after_blank))
            continue
        row = _row(node, node.statement, text)
        row.is_after_blank = node.line.is_after_blank
        if is_domain and (row.cells[0] in BLOCKS or row.sort == "extension") and not row.is_after_blank:
            first = len(rows)
            while first and rows[first - 1].sort == "comment" and not rows[first - 1].is_after_blank:
                first -= 1
            if first and rows[first - 1].sort == "comment":
                first -= 1
            (rows[first] if first < len(rows) else row).is_after_blank = True
        rows.append(row)
    return rows


def _row(node: Node, statement: Statement, text: Text) -> Row:
    if statement.kind == "extension":
        return _extension(node.line, statement, text)
    children = _rows(node.children, text, is_domain=statement.kind == "domain")
    tokens = list(_tokens(node.line, statement.kind, text))
    colon = _colon(tokens, statement.kind)
    if statement.kind in _PLAIN:
        cells, sort = [tokens], "said" if statement.kind == "said" else "plain"
    elif statement.kind == "transition":
        arrow = tokens.index(("SYMBOL", "->"))
        cells, sort = [tokens[:arrow], tokens[arrow : arrow + 2], tokens[arrow + 2 :]], "transition"
    else:
        first = 2 if [word for _, word in tokens[:2]] == ["bypass", "forbid"] and statement.kind == "policy" else 1
        cells, sort = [tokens[:first], tokens[first:]], "name" if statement.kind in _NAMED else "word"
        colon -= first
    told = [_spaced(cell, colon if index == len(cells) - 1 else -1) for index, cell in enumerate(cells) if cell]
    return Row(sort, tuple(told), node.line.comment, children=children)


def _tokens(line: Line, kind: str, text: Text) -> Iterator[tuple[str, str]]:
    """The tokens of a statement; a line break inside parentheses is one too. Only the first arrow is one, as expressions have none."""
    at, code, has_arrow = line.start, text.code, kind not in _ARROWS
    while at < line.end:
        found = _ESCAPED.match(code, at, line.end) or _QUOTED.match(code, at, line.end)
        group = "TEXT"
        if found is None and not has_arrow and (found := _ARROW.match(code, at, line.end)):
            group, has_arrow = "SYMBOL", True
        if found is None:
            found = _TOKEN.match(code, at, line.end)
            group = str(found.lastgroup) if found else ""
        if found is None:
            return
        if group != "SPACE":
            yield group, found[0] if group != "BREAK" else "\n"
        at = found.end()


def _colon(tokens: list[tuple[str, str]], kind: str) -> int:
    """The index of the colon behind the name; -1 where there is none."""
    if kind not in _COLONS or ("SYMBOL", ":") not in tokens:
        return -1
    found = tokens.index(("SYMBOL", ":"))
    return found if kind != "step" or found <= (3 if tokens[2][0] == "TEXT" else 2) else -1


def _spaced(tokens: list[tuple[str, str]], colon: int) -> str:
    """The tokens with one space wherever there is one between them."""
    parts: list[str] = []
    for index, (group, word) in enumerate(tokens):
        if group == "BREAK":
            continue
        if index and tokens[index - 1][0] == "BREAK":
            parts.append("\n" if word == ")" else "\n    ")
        elif index and _is_apart(tokens, index, colon):
            parts.append(" ")
        parts.append(word)
    return "".join(parts)


def _is_apart(tokens: list[tuple[str, str]], index: int, colon: int) -> bool:
    (before, left), (group, right) = tokens[index - 1], tokens[index]
    if group == "SYMBOL" and (right in (",", ")", ".") or index == colon):
        return False
    if before == "SYMBOL" and (left in ("(", ".") or (left == ":" and index - 1 != colon)):
        return False
    if ".." in (left, right):
        return (right if left == ".." else left)[0] not in "0123456789"
    if before == "SYMBOL" and left == "-" and _is_sign(tokens, index - 1, colon):
        return False
    if group == "SYMBOL" and right == "(":
        return not _is_call(tokens, index - 1, colon)
    return True


def _previous(tokens: list[tuple[str, str]], index: int) -> tuple[str, str]:
    while index > 0 and tokens[index - 1][0] == "BREAK":
        index -= 1
    return tokens[index - 1] if index > 0 else ("", "")


def _is_word(token: tuple[str, str], before: tuple[str, str]) -> bool:
    """Whether a token is a word of the languages, after which an expression begins or goes on, rather than a name in one."""
    group, word = token
    if group != "WORD":
        return False
    return word.lower() in KEYWORDS - {"end", "null", "true", "false"} or (
        word in _BEFORE_EXPRESSIONS and (word == "unless" or before[1] not in _OPERATORS) and before[1] != "."
    )


def _is_sign(tokens: list[tuple[str, str]], index: int, colon: int) -> bool:
    before = _previous(tokens, index)
    if before[0] in ("", "SYMBOL"):
        return before[1] != ")"
    return _is_word(before, _previous(tokens, index - 1))


def _is_call(tokens: list[tuple[str, str]], index: int, colon: int) -> bool:
    group, word = tokens[index]
    if group != "WORD" or word.lower() in _CALLS or word in ("enum", "array", "struct", "decimal"):
        return group == "WORD"
    return not _is_word(tokens[index], _previous(tokens, index))


def _extension(line: Line, statement: Statement, text: Text) -> Row:
    head = " ".join(text.code[line.start : line.end].split(None, 1))
    start, end = line.raw or (line.end, line.end)
    raw = text.source[start:end]
    if raw.partition("\n")[0].strip():
        try:
            return Row("extension", (f"{head} {layout(parse_json(raw, text.called)[0])}",))
        except VerificationError as error:
            text.problem("", error.problems[0].code, error.problems[0].message, start, error.problems[0].hint)
            return Row("extension", (head,))
    below = dedent(raw.partition("\n")[2].replace("\r\n", "\n")).strip("\n")
    return Row(
        "extension", (head,), children=[Row("raw", (each.rstrip(),)) for each in below.split("\n")] if below else []
    )
