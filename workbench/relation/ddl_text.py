"""SQL scripts cut into statements, without parsing them: quotes, comments, dumped data and client commands are understood.

The cut keeps every statement's place, so that what is wrong with it can be shown where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Piece", "guess_dialect", "split_statements"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement, and the line (from 1) it begins on."""

    text: str
    line: int

    @property
    def head(self) -> str:
        """Its first words in capitals, comments aside: enough to know what it is about."""
        return " ".join(_COMMENTS.sub(" ", self.text[:2000]).upper().split())[:200]


_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_TOKENS = {
    "line": r"--[^\n]*",
    "hash": r"\#[^\n]*",
    "block": r"/\*.*?(?:\*/|\Z)",
    "escaped": r"'(?:[^'\\]|\\.|'')*(?:'|\Z)",
    "text": r"'[^']*(?:'|\Z)",
    "name": r'"[^"]*(?:"|\Z)',
    "back": r"`[^`]*(?:`|\Z)",
    "bracket": r"\[[^\]\n]*\]",
    "dollar": r"\$(?P<tag>[A-Za-z_]\w*|)\$.*?(?:\$(?P=tag)\$|\Z)",
    "command": r"^\\[^\n]*",
    "go": r"^[ \t]*(?:GO|/)[ \t]*$",
    "end": r";",
}
_LEADING = re.compile(r"(?:\s+|--[^\n]*|/\*.*?(?:\*/|\Z)|\#[^\n]*)*", re.DOTALL)
_COPY = re.compile(r"COPY\s[^;]*\bFROM\s+STDIN\b", re.IGNORECASE)
_COPY_END = re.compile(r"^\\\.[ \t]*$", re.MULTILINE)
_DELIMITER = re.compile(r"^[ \t]*DELIMITER[ \t]+(\S+)[ \t]*$", re.IGNORECASE | re.MULTILINE)


def _scanner(dialect: str) -> re.Pattern[str]:
    wanted = dict(_TOKENS)
    if dialect != "mysql":
        del wanted["hash"], wanted["escaped"]
    if dialect != "tsql":
        del wanted["bracket"]
    if dialect not in ("postgres", "duckdb", ""):
        del wanted["dollar"]
    if dialect not in ("tsql", "oracle"):
        del wanted["go"]
    return re.compile(
        "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in wanted.items()), re.DOTALL | re.MULTILINE | re.IGNORECASE
    )


def split_statements(text: str, dialect: str = "") -> Iterator[Piece]:
    """The statements of a script in order, without the semicolons; comments stay, empty statements and dumped rows do not.

    >>> [(piece.line, piece.text) for piece in split_statements("create table t (a text); -- a; b\\n\\nselect ';'")]
    [(1, 'create table t (a text)'), (3, "select ';'")]
    """
    text = _without_routines(text) if dialect in ("mysql", "") and "DELIMITER" in text.upper() else text
    scanner = _scanner(dialect)
    start = position = line = counted = 0
    while match := scanner.search(text, position):
        position = match.end()
        kind = match.lastgroup if match.lastgroup != "tag" else "dollar"
        if kind in ("end", "go", "command"):
            line += text.count("\n", counted, start)
            counted = start
            piece = _piece(text[start : match.start()], line)
            start = position
            if piece is not None:
                yield piece
            if piece is not None and kind == "end" and _COPY.match(piece.text):
                found = _COPY_END.search(text, position)
                start = position = found.end() if found else len(text)
        elif position == match.start():
            position += 1
    line += text.count("\n", counted, start)
    if (piece := _piece(text[start:], line)) is not None:
        yield piece


def _piece(text: str, line: int) -> Piece | None:
    """The statement in ``text``, whose first character stands on ``line`` (from 0); none where there are only comments."""
    leading = _LEADING.match(text)
    skipped = leading.end() if leading else 0
    body = text[skipped:].rstrip()
    return Piece(body, line + 1 + text.count("\n", 0, skipped)) if body else None


def _without_routines(text: str) -> str:
    """The script with the parts between DELIMITER lines blanked: routines, whose semicolons end nothing."""
    parts, position, kept = [], 0, True
    for match in _DELIMITER.finditer(text):
        part = text[position : match.start()]
        parts.append(part if kept else "\n" * part.count("\n"))
        kept, position = match[1] == ";", match.end()
    rest = text[position:]
    return "".join([*parts, rest if kept else "\n" * rest.count("\n")])


_MARKS: dict[str, str] = {
    "mysql": r"`|\bENGINE\s*=|\bAUTO_INCREMENT\b|\bUNSIGNED\b|-- MySQL dump|\bDEFAULT CHARSET\b|\b(?:UNIQUE )?KEY `",
    "tsql": r"\[\w+\]\.\[\w+\]|\bIDENTITY\s*\(|\bNVARCHAR\b|^\s*GO\s*$|\bUNIQUEIDENTIFIER\b|\bDATETIME2\b|\bNONCLUSTERED\b|\[dbo\]",
    "oracle": r"\bVARCHAR2\b|\bNUMBER\s*(?:\(|[,\s])|\bSYSDATE\b|\bENABLE\b|\bNVARCHAR2\b|\bUSING INDEX\b|\bSEGMENT CREATION\b",
    "sqlite": r"\bAUTOINCREMENT\b|\bPRAGMA\b|\bWITHOUT ROWID\b|\bsqlite_\w+",
    "postgres": r"\b(?:BIG|SMALL)?SERIAL\b|::|\bpg_catalog\b|\bJSONB\b|\bFROM stdin\b|\bBYTEA\b|\bOWNER TO\b|\bnextval\(|"
    r"\bcharacter varying\b|PostgreSQL database dump|\bTIMESTAMPTZ\b|\bALTER TABLE ONLY\b|\bUSING btree\b|\bAS ENUM\b",
    "duckdb": r"\bSTRUCT\s*\(|\bU?HUGEINT\b|\bU(?:BIGINT|INTEGER|SMALLINT|TINYINT)\b|\bMAP\s*\(|\bVARCHAR\[\]|\bENUM\s*\(",
}


def guess_dialect(text: str) -> str:
    """The dialect whose own words occur most in the beginning of ``text``; PostgreSQL, the nearest to the standard, where none do.

    >>> guess_dialect("CREATE TABLE `t` (`id` int unsigned) ENGINE=InnoDB"), guess_dialect("create table t (id int)")
    ('mysql', 'postgres')
    """
    sample = text[:200_000]
    counts = {
        dialect: sum(1 for _ in re.finditer(marks, sample, re.IGNORECASE | re.MULTILINE))
        for dialect, marks in _MARKS.items()
    }
    best = max(counts, key=lambda dialect: counts[dialect])
    return best if counts[best] else "postgres"
