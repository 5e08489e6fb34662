"""Tables as SQL DDL declares them: hand-written scripts, ``pg_dump``, ``mysqldump`` and what other tools export.

Only what declares tables is read; a script is never run. Broken statements are reported where they stand, the rest is still read.
"""

from __future__ import annotations

import logging
import re
import time
from collections import Counter
from dataclasses import replace

from sqlglot import exp, parse_one
from sqlglot.errors import ParseError, SqlglotError

from workbench.errors import Problem, Problems
from workbench.relation.ddl_text import Piece, guess_dialect, split_statements
from workbench.relation.declarations import Declarations
from workbench.relation.port import TableInfo

__all__ = ["DIALECTS", "read_ddl"]

# SQLGlot warns of statements it does not know; they are told as problems here, and need no second voice on the error stream.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())

DIALECTS = ("duckdb", "mysql", "oracle", "postgres", "sqlite", "tsql")
"""The dialects ``read_ddl`` knows."""

_LARGEST = 50_000_000
_LARGEST_STATEMENT = 400_000
_MOST_NESTED = 60
_MOST_SECONDS = 30.0

_ABOUT_TABLES = re.compile(
    r"CREATE (?:OR REPLACE )?(?:(?:GLOBAL |LOCAL )?(?:TEMP|TEMPORARY) |UNLOGGED |FOREIGN )?TABLE\b|"
    r"CREATE UNIQUE |CREATE TYPE\b.*\bENUM\b|ALTER TABLE\b.*\b(?:ADD|MODIFY|ALTER(?: COLUMN)?|SET)\b|COMMENT ON (?:TABLE|COLUMN)\b"
)
_SILENT = re.compile(
    r"SET\b|SELECT PG_CATALOG|BEGIN|COMMIT|START TRANSACTION|USE\b|PRAGMA\b|LOCK TABLES|UNLOCK TABLES|DROP\b|COPY\b|ALTER TABLE\b|"
    r"COMMENT ON\b|GRANT\b|REVOKE\b|PRINT\b|EXEC\b|IF\b|ANALYZE\b|DELIMITER\b|CREATE EXTENSION|CREATE SCHEMA|CREATE SEQUENCE|ALTER SEQUENCE|"
    r"END\b|ALTER DATABASE|CREATE DATABASE|PROMPT\b|REM\b|SHOW\b|ALTER \w+ .*OWNER TO|CREATE INDEX|CREATE (?:NON)?CLUSTERED INDEX"
)
_GENERATED = re.compile(
    r"ALTER TABLE (?:ONLY )?(.+?) ALTER (?:COLUMN )?(\S+) ADD GENERATED\b", re.IGNORECASE | re.DOTALL
)
_NAMELESS_CHECK = re.compile(r"\bADD\s+CHECK\b", re.IGNORECASE)
_DEFAULT_FOR = re.compile(
    r"ADD\s+(?:CONSTRAINT\s+\S+\s+)?DEFAULT\s+(.+?)\s+FOR\s+(\S+)\s*\Z", re.IGNORECASE | re.DOTALL
)
_SWITCHES = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|\bUSING INDEX(?:\s+(?:STORAGE\s*\([^()]*\)|TABLESPACE\s+(?:\"[^\"]*\"|\w+)|(?!ENABLE|DISABLE)\w+(?:\s+\d+)?))*|"
    r"\b(?:ENABLE|DISABLE|NOVALIDATE|VALIDATE|RELY|ROWGUIDCOL|SPARSE)\b",
    re.IGNORECASE,
)
_DOMAIN = re.compile(
    r"CREATE\s+DOMAIN\s+(\S+)\s+(?:AS\s+)?(.+?)\s*(?:\b(?:CONSTRAINT|CHECK|DEFAULT|NOT|COLLATE)\b|\Z)",
    re.IGNORECASE | re.DOTALL,
)


def read_ddl(text: str, dialect: str | None = None) -> tuple[tuple[TableInfo, ...], Problems]:
    """The tables that SQL DDL ``text`` declares, in its order, without rows; and what could not be read.

    Constraints count wherever they are declared: with the column, with the table, in ``ALTER TABLE`` or as a unique index. Names stay as
    written; a schema is kept only where two tables would else have one name. Statements that declare nothing are skipped, and those
    that might be missed are counted in an info problem. ``dialect`` is one of ``DIALECTS``; left out, it is guessed.

    >>> tables, problems = read_ddl("create table city (id int primary key, name varchar(80) not null)")
    >>> [(column.name, column.type, column.required) for column in tables[0].columns]
    [('id', 'integer', True), ('name', 'string', True)]
    """
    problems: list[Problem] = []
    if dialect is not None and dialect not in DIALECTS:
        hint = f"there are {', '.join(DIALECTS)}"
        return (), Problems([Problem("ddl", "unknown_dialect", f"no SQL dialect is called {dialect!r}", hint=hint)])
    if len(text) > _LARGEST:
        message = f"only the first {_LARGEST // 1_000_000} MB are read"
        problems.append(Problem("ddl", "too_large", message, "warning", "leave the data out of the dump"))
        text = text[:_LARGEST]
    reader = _Reader(dialect or guess_dialect(text), dialect is None)
    reader.read(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    tables = reader.declarations.tables()
    if not tables and not any(each.severity == "error" for each in reader.problems):
        problems.append(
            Problem("ddl", "no_tables", "no CREATE TABLE statement was found", "warning", "is this SQL DDL text?")
        )
    return tables, Problems([*problems, *reader.problems, *reader.declarations.problems])


class _Reader:
    """The state of reading one script."""

    def __init__(self, dialect: str, is_guessed: bool) -> None:
        self.dialect, self.is_guessed = dialect, is_guessed
        self.declarations = Declarations(dialect)
        self.problems: list[Problem] = []

    def read(self, text: str) -> None:
        skipped: Counter[str] = Counter()
        lines: dict[str, int] = {}
        deadline = time.monotonic() + _MOST_SECONDS
        for piece in split_statements(text, self.dialect):
            head = piece.head
            if time.monotonic() > deadline:
                self.report(
                    piece, "too_slow", f"reading stopped after {_MOST_SECONDS:.0f} s; the rest is unread", "warning"
                )
                break
            if _ABOUT_TABLES.match(head):
                self.statement(piece, head)
            elif match := _DOMAIN.match(piece.text[:4000]):
                self.declarations.domain(match[1], match[2])
            elif not _SILENT.match(head):
                kind = " ".join(re.findall(r"[A-Z]+", head)[: 2 if head.startswith("CREATE") else 1]) or head[:20]
                skipped[kind] += 1
                lines.setdefault(kind, piece.line)
        for kind, count in skipped.items():
            message = f"{count} {kind} statement{'s say' if count > 1 else ' says'} nothing about tables and {'are' if count > 1 else 'is'} skipped"
            self.problems.append(Problem("ddl", "skipped", message, "info", line=lines[kind], column=1))

    def statement(self, piece: Piece, head: str) -> None:
        if len(piece.text) > _LARGEST_STATEMENT:
            self.report(piece, "too_large", "this statement is too long to be a definition; it is skipped", "warning")
            return
        if self.by_hand(piece):
            return
        tree = self.parse(piece, head)
        if tree is not None:
            self.declarations.add(tree, piece.line, piece.text)

    def by_hand(self, piece: Piece) -> bool:
        """Read the few forms that SQLGlot does not know; whether this was one of them."""
        if match := _GENERATED.match(piece.text):
            self.declarations.generate(match[1], match[2])
            return True
        if self.dialect == "tsql" and len(piece.text) < 4000 and (match := _DEFAULT_FOR.search(piece.text)):
            value = self.tried(match[1], "tsql")
            table = re.match(r"ALTER\s+TABLE\s+(\S+)", piece.text, re.IGNORECASE)
            if isinstance(value, exp.Expr) and table:
                self.declarations.default(table[1], match[2], value)
            return True
        return False

    def parse(self, piece: Piece, head: str) -> exp.Expr | None:
        """The tree of a statement; an error where no dialect that may be meant can read it."""
        if _nesting(piece.text) > _MOST_NESTED:
            self.report(
                piece, "too_deep", f"parentheses are nested more than {_MOST_NESTED} deep; the statement is skipped"
            )
            return None
        dialect = "postgres" if head.startswith(("CREATE TYPE", "COMMENT ON")) else self.dialect
        text = _NAMELESS_CHECK.sub("ADD CONSTRAINT _ CHECK", piece.text)
        first = self.tried(text, dialect)
        if isinstance(first, exp.Expr):
            return first
        others = [each for each in DIALECTS if each != dialect] if self.is_guessed else []
        for other_text, other in [(_bare(text), dialect), *((_bare(text), each) for each in others)]:
            if isinstance(found := self.tried(other_text, other), exp.Expr):
                return found
        line, column, message = first
        self.problems.append(
            Problem(
                "ddl",
                "syntax",
                message,
                "error",
                "correct it or leave the statement out",
                None,
                piece.line + line - 1,
                column,
            )
        )
        return None

    def tried(self, text: str, dialect: str) -> exp.Expr | tuple[int, int, str]:
        """The tree, or where and why there is none."""
        try:
            tree = parse_one(text, dialect=dialect)
        except ParseError as error:
            found = error.errors[0] if error.errors else {}
            word = str(found.get("highlight") or "")
            description = str(found.get("description") or error).rstrip(".")
            column = max(1, int(found.get("col") or 1) - len(word) + 1)
            near = f" at {word[:40]!r}" if word else ""
            return int(found.get("line") or 1), column, f"this is no {dialect} definition: {description.lower()}{near}"
        except (SqlglotError, RecursionError, ValueError):
            return 1, 1, f"this is no {dialect} definition: a quote or parenthesis is open, or the nesting too deep"
        if isinstance(tree, exp.Command):
            return 1, 1, f"the statement has a form that is not known in {dialect}"
        return tree

    def report(self, piece: Piece, code: str, message: str, severity: str = "error") -> None:
        made = Problem("ddl", code, message, line=piece.line, column=1)
        self.problems.append(replace(made, severity=severity))  # type: ignore[arg-type]


_PARENTHESES = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|[()]")


def _nesting(text: str) -> int:
    depth = deepest = 0
    for match in _PARENTHESES.finditer(text):
        depth += (match[0] == "(") - (match[0] == ")")
        deepest = max(deepest, depth)
    return deepest


def _bare(text: str) -> str:
    """A definition without what some databases add: switches inside, storage options behind the closing parenthesis."""
    text = _SWITCHES.sub(lambda match: match[0] if match[0][0] in "'\"" else re.sub(r"[^\n]", " ", match[0]), text)
    if not re.match(r"\s*CREATE\b[^(]*\bTABLE\b", text, re.IGNORECASE):
        return text
    depth = 0
    for match in _PARENTHESES.finditer(text):
        depth += (match[0] == "(") - (match[0] == ")")
        if match[0] == ")" and depth == 0:
            return text[: match.end()]
    return text
