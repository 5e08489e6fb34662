"""What the blocks of a DBML text declare, one after another; what refers to something else is left as written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from workbench.errors import Problem
from workbench.language.importers.dbml_text import Block, Setting, Tokens, Word
from workbench.language.importers.shapes import enum
from workbench.model import Type

__all__ = ["Blocks", "Column", "End", "Index", "Names", "Reference", "Table"]

Names = tuple[str, ...]
"""A name as written: perhaps a schema, then the name itself."""

_DRAWN = frozenset(("note", "diagramview", "records"))
_MARKS = frozenset(("<", ">", "-", "<>"))
_MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class End:
    """One end of a reference: a table as written, and its columns."""

    table: Names
    columns: Names


@dataclass(frozen=True, slots=True)
class Reference:
    """Two ends and what stands between them: ``<``, ``>``, ``-`` or ``<>``; written beside a column, or on its own."""

    left: End
    mark: str
    right: End
    line: int
    is_inline: bool = False
    has_actions: bool = False


@dataclass(slots=True)
class Column:
    """A column: its type as written, and its settings."""

    name: str
    type: str
    type_names: Names
    settings: list[Setting]
    line: int


@dataclass(slots=True)
class Index:
    """An index: its columns, where it is over columns alone, and its settings."""

    columns: Names
    settings: list[Setting]
    is_plain: bool


@dataclass(slots=True)
class Table:
    """A table, or a partial: what is injected into it, its columns, indexes and checks."""

    names: Names
    line: int
    note: str = ""
    columns: list[Column | Names] = field(default_factory=list)
    """Columns in order; a name stands for the partial injected there."""
    indexes: list[Index] = field(default_factory=list)
    checks: list[tuple[str, int]] = field(default_factory=list)


class Blocks:
    """Everything that a text declares; mistakes are among ``problems``, and reading goes on behind them."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.tables: list[Table] = []
        self.partials: dict[Names, Table] = {}
        self.enums: dict[Names, Type] = {}
        self.aliases: dict[str, Names] = {}
        self.references: list[Reference] = []
        self.groups: list[tuple[str, list[Names]]] = []
        self.database, self.note = "", ""
        self.known = 0
        for block in Tokens.of(text, self.wrong).statements():
            self.read(block)

    def wrong(self, word: Word, message: str) -> None:
        """Note a mistake in the text."""
        if len(self.problems) < _MOST_PROBLEMS:
            hint = "correct the line; the rest was read without it"
            self.problems.append(Problem(self.name, "syntax", message, hint=hint, line=word.line, column=word.column))

    def read(self, block: Block) -> None:
        """Take in one block."""
        head = block.words[0].text.lower()
        readers: dict[str, Callable[[Block], None]] = {
            "table": self.table, "tablepartial": self.partial, "enum": self.enum, "ref": self.ref, "tablegroup": self.group,
            "project": self.project,
        }  # fmt: skip
        if head in readers and block.words[0].kind == "word":
            self.known += 1
            readers[head](block)
        elif head not in _DRAWN:
            self.wrong(block.words[0], f"no block begins with {block.words[0].text[:40]!r}")

    def inner(self, block: Block) -> Iterator[Block]:
        """The statements between the braces of ``block``."""
        if block.inside is None:
            self.wrong(block.words[0], f"{block.words[0].text} needs a block in braces")
        return Tokens(block.inside or [], self.wrong).statements()

    def project(self, block: Block) -> None:
        """The name, the database and the note of the whole."""
        if names := _names(block.words[1:])[0]:
            self.name = names[-1]
        for each in self.inner(block):
            head, value = each.words[0].text.lower(), _value(each)
            if head == "database_type":
                self.database = value.lower()
            elif head == "note":
                self.note = value

    def table(self, block: Block) -> None:
        """A table is among the tables."""
        names, rest = _names(block.words[1:])
        if not names:
            self.wrong(block.words[0], "a table needs a name")
            return
        if len(rest) >= 2 and rest[0].text.lower() == "as":
            self.aliases.setdefault(rest[1].text, names)
        elif rest:
            self.wrong(rest[0], f"{rest[0].text[:40]!r} is not expected here")
        self.tables.append(self.body(block, names))

    def partial(self, block: Block) -> None:
        """A partial waits to be injected."""
        names, _ = _names(block.words[1:])
        self.partials[names] = self.body(block, names)

    def body(self, block: Block, names: Names) -> Table:
        """What stands in the braces of a table or a partial."""
        table = Table(names, block.line, _setting(block.settings, "note"))
        for each in self.inner(block):
            first = each.words[0]
            head = first.text.lower() if first.kind == "word" else ""
            is_alone = each.inside is not None or (len(each.words) > 1 and each.words[1].text == ":")
            if head == "note" and is_alone:
                table.note = _value(each)
            elif head in ("indexes", "checks") and each.inside is not None:
                for inner in self.inner(each):
                    (self.index if head == "indexes" else self.check)(table, inner)
            elif first.text == "~" and len(each.words) > 1:
                table.columns.append(_names(each.words[1:])[0])
            else:
                self.column(table, each)
        return table

    def column(self, table: Table, block: Block) -> None:
        """A column is among the columns, and the references beside it among the references."""
        first, rest = block.words[0], block.words[1:]
        if not first.is_name or not rest:
            what = "a column needs a name and a type" if first.is_name else f"{first.text[:40]!r} names no column"
            self.wrong(first, what)
            return
        bad = next((each for each in rest if each.kind in ("bad", "text")), None)
        if bad is not None or block.inside is not None:
            self.wrong(bad or first, f"{(bad or first).text[:40]!r} is not expected here")
            return
        names, after = _names(rest)
        column = Column(first.text, _written(rest), () if after else names, block.settings, first.line)
        table.columns.append(column)
        for each in block.settings:
            if each.name == "ref":
                self.inline(table, column, each)

    def inline(self, table: Table, column: Column, setting: Setting) -> None:
        """A reference written beside its column."""
        words = list(setting.value)
        mark = "".join(each.text for each in words[:1])
        end = _end(words[1:]) if mark in _MARKS else None
        if end is None:
            where = words[0] if words else Word("mark", "ref", column.line, 1, False)
            self.wrong(where, "a reference beside a column is written 'ref: > table.column'")
            return
        here = End(table.names, (column.name,))
        self.references.append(Reference(here, mark, end, column.line, is_inline=True))

    def index(self, table: Table, block: Block) -> None:
        """An index is among the indexes."""
        words = [each for each in block.words if each.kind != "mark"]
        names = tuple(each.text for each in words)
        table.indexes.append(Index(names, block.settings, all(each.is_name for each in words)))

    def check(self, table: Table, block: Block) -> None:
        """A condition is among the checks."""
        table.checks += [(each.text, each.line) for each in block.words if each.kind == "expression"]

    def enum(self, block: Block) -> None:
        """An enum is among the enums."""
        names, _ = _names(block.words[1:])
        lines = [(each, _setting(each.settings, "note")) for each in self.inner(block)]
        values = {word.text: label for each, label in lines for word in each.words if word.is_name}
        if names:
            self.enums[names] = enum(values, {value: label for value, label in values.items() if label})

    def ref(self, block: Block) -> None:
        """References, one on the line or several in braces."""
        if block.inside is not None:
            for each in self.inner(block):
                self.one(each.words, each)
            return
        colon = next(
            (number for number, each in enumerate(block.words) if each.text == ":" and each.kind == "mark"), None
        )
        if colon is None:
            self.wrong(block.words[0], "a reference is written 'Ref: a.x > b.y'")
            return
        self.one(block.words[colon + 1 :], block)

    def one(self, words: list[Word], block: Block) -> None:
        """One reference is among the references."""
        middle = next(
            (number for number, each in enumerate(words) if each.kind == "mark" and each.text in _MARKS), None
        )
        left, right = (None, None) if middle is None else (_end(words[:middle]), _end(words[middle + 1 :]))
        if middle is None or left is None or right is None:
            self.wrong(words[0] if words else block.words[0], "a reference is written 'a.x > b.y', with <, >, - or <>")
            return
        has_actions = any(each.name in ("delete", "update") for each in block.settings)
        self.references.append(Reference(left, words[middle].text, right, block.line, has_actions=has_actions))

    def group(self, block: Block) -> None:
        """Tables that are drawn together."""
        names, _ = _names(block.words[1:])
        members: list[Names] = []
        for each in self.inner(block):
            words = [] if each.words[0].text.lower() == "note" else each.words
            while words:
                member, words = _names(words)
                members += [member] if member else []
                words = words if member else words[1:]
        self.groups.append((names[-1] if names else "", members))


def _names(words: list[Word]) -> tuple[Names, list[Word]]:
    """The dotted name that ``words`` begin with, and the words behind it."""
    names: list[str] = []
    at = 0
    while at < len(words) and words[at].is_name:
        names.append(words[at].text)
        at += 1
        if at + 1 < len(words) and words[at].text == "." and words[at].kind == "mark":
            at += 1
        else:
            break
    return tuple(names), words[at:]


def _end(words: list[Word]) -> End | None:
    """``schema.table.column`` or ``table.(a, b)``."""
    names, rest = _names([each for each in words if each.text != "" or each.kind == "name"])
    if rest and rest[0].text == "(":
        columns = tuple(each.text for each in rest if each.is_name)
        return End(names, columns) if names and columns else None
    if rest or len(names) < 2:
        return None
    return End(names[:-1], names[-1:])


def _setting(settings: list[Setting], name: str) -> str:
    return next((each.text for each in settings if each.name == name), "")


def _value(block: Block) -> str:
    """What ``Note: 'text'`` or ``Note { 'text' }`` says."""
    words = block.inside if block.inside is not None else block.words[1:]
    return " ".join(each.text for each in words if not (each.kind == "mark" and each.text == ":"))


def _written(words: list[Word]) -> str:
    """A type as written: ``decimal(10,2)``, ``double precision``, ``int[]``."""
    return "".join(
        ("" if number == 0 or each.is_glued or each.kind == "mark" else " ") + each.text
        for number, each in enumerate(words)
    )
