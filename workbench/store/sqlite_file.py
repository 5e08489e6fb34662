"""A SQLite file, read through the standard library. Its types are suggestions only, so each column is what its values are."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote as quote_url

from workbench.relation.plan import TableName
from workbench.relation.port import ForeignKeyInfo
from workbench.store.catalog import Declared
from workbench.store.connection import quote
from workbench.store.naming import column_names, printable
from workbench.store.options import Loading
from workbench.store.shapes import Family
from workbench.store.text_columns import RawTable, TextColumn, raw_name
from workbench.views import counted

__all__ = ["load_sqlite"]

_BATCH = 50_000
_TEXT_FAMILIES: tuple[Family, ...] = ("date", "timestamp", "time", "uuid", "json")
_DECIMAL = re.compile(r"(?:DECIMAL|NUMERIC)\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)", re.IGNORECASE)
_NUMERIC = re.compile(r"INT|REAL|FLOA|DOUB|NUM|DEC", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as declared, with how many values of each storage class it holds."""

    name: str
    declared: str
    integers: int
    reals: int
    texts: int
    blobs: int
    bits: int  # integers that are 0 or 1

    @property
    def arrow(self) -> str:
        """The Arrow type that carries every value; text where nothing narrower does."""
        if self.texts:
            return "string"
        if self.blobs:
            return "string" if self.integers or self.reals else "binary"
        if self.reals:
            return "float64"
        is_whole = self.integers or re.search("INT|BOOL", self.declared, re.IGNORECASE)
        return "int64" if is_whole else "float64" if _NUMERIC.search(self.declared) else "string"

    @property
    def classes(self) -> list[str]:
        """Each storage class that occurs, with its count, in words."""
        counts = (("integer", self.integers), ("real", self.reals), ("text", self.texts), ("blob", self.blobs))
        return [counted(count, word) for word, count in counts if count]


def load_sqlite(path: Path, loading: Loading) -> list[RawTable]:
    """The tables and views of ``path`` as raw tables; declared constraints are noted. Nothing, and a problem, where it cannot be read."""
    found: list[RawTable] = []
    try:
        with closing(sqlite3.connect(f"file:{quote_url(str(path.resolve()))}?mode=ro", uri=True)) as database:
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            for place, (name, kind) in enumerate(_tables(database)):
                loading.progress(f"reading {name}", place)
                try:
                    found.append(_load(database, name, kind, place, loading))
                except (sqlite3.Error, OverflowError) as error:
                    loading.say(name, f"unreadable_{kind}", f"the {kind} {name} cannot be read: {error}", "warning")
            _add_conditions(database, loading)
    except sqlite3.Error as error:
        loading.say(
            path.name,
            "unreadable_file",
            f"{path.name} cannot be read as SQLite: {error}",
            hint="is it whole, and closed elsewhere?",
        )
    return found


def _add_conditions(database: sqlite3.Connection, loading: Loading) -> None:
    """Note what only the text of the declarations tells: checks, defaults, uniqueness under a condition."""
    from workbench.relation.ddl_reader import read_ddl

    rows = database.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')"
    ).fetchall()
    script = ";\n".join(row[0] for row in rows)
    if not re.search(r"\b(CHECK|DEFAULT|WHERE|GENERATED)\b", script, re.IGNORECASE):
        return
    for info in read_ddl(script, "sqlite")[0]:
        if (declared := loading.declared.get(TableName(printable(info.table.name)))) is not None:
            declared.checks, declared.conditions = list(info.checks), list(info.conditions)
            declared.partial_unique = list(info.partial_unique)
            declared.defaults = {column.name: column.default for column in info.columns if column.default is not None}
            declared.generated = {column.name for column in info.columns if column.is_generated}


def _tables(database: sqlite3.Connection) -> list[tuple[str, str]]:
    rows = database.execute(
        "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    return [(name, "view" if kind == "view" else "table") for name, kind in rows]


def _load(database: sqlite3.Connection, name: str, kind: str, place: int, loading: Loading) -> RawTable:
    import pyarrow as pa

    table = TableName(printable(name) or f"table{place}")
    pragma = database.execute(
        'SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?) WHERE hidden <> 1', [name]
    ).fetchall()
    columns = _measured(database, name, [(row[0], row[1]) for row in pragma])
    names, problems = column_names([column.name for column in columns], str(table))
    loading.problems.extend(problems)
    for column, called in zip(columns, names, strict=True):
        if len(column.classes) > 1 and column.arrow == "string":
            message = f"{table}.{called} (declared {column.declared or 'without a type'}) holds {' and '.join(column.classes)}"
            loading.say(
                f"{table}.{called}", "mixed_types", message, "warning", hint="SQLite does not hold a column to its type"
            )
    raw = raw_name(place)
    schema = pa.schema([(f"c{number}", getattr(pa, column.arrow)()) for number, column in enumerate(columns)])
    cursor = database.execute(f"SELECT {', '.join(map(_selected, columns))} FROM {quote(name)}{loading.limit}")
    rows = _insert(cursor, schema, raw, loading)
    loading.say_limited(str(table), rows)
    if kind == "view":
        loading.views.add(table)
    renamed = {column.name: called for column, called in zip(columns, names, strict=True)}
    loading.declared[table] = _declared(database, name, pragma, renamed)
    text_columns = tuple(
        _text_column(f"c{number}", called, column)
        for number, (column, called) in enumerate(zip(columns, names, strict=True))
    )
    return RawTable(raw, table, name, text_columns)


def _measured(database: sqlite3.Connection, table: str, declared: Sequence[tuple[str, str]]) -> list[_Column]:
    found: list[_Column] = []
    for start in range(0, len(declared), 100):
        group = declared[start : start + 100]
        terms = [
            term
            for name, kind in group
            for term in (
                *(f"sum(typeof({quote(name)}) = '{each}')" for each in ("integer", "real", "text", "blob")),
                f"sum(typeof({quote(name)}) = 'integer' AND {quote(name)} IN (0, 1))",
            )
        ]
        row = database.execute(f"SELECT {', '.join(terms)} FROM {quote(table)}").fetchone()
        found += [
            _Column(name, kind, *(int(count or 0) for count in row[5 * place : 5 * place + 5]))
            for place, (name, kind) in enumerate(group)
        ]
    return found


def _selected(column: _Column) -> str:
    is_mixed = column.arrow == "string" and (column.integers or column.reals or column.blobs)
    return f"CAST({quote(column.name)} AS TEXT)" if is_mixed else quote(column.name)


def _insert(cursor: sqlite3.Cursor, schema: Any, raw: TableName, loading: Loading) -> int:
    """Copy the rows of ``cursor`` to the raw table, in batches; how many there were comes back."""
    total = 0
    for number, batch in enumerate(_batches(cursor, schema)):
        loading.connection.register("incoming rows", batch)
        verb = f"CREATE TABLE {quote(raw)} AS" if number == 0 else f"INSERT INTO {quote(raw)}"
        loading.connection.execute(f'{verb} FROM "incoming rows"')
        loading.connection.unregister("incoming rows")
        total += batch.num_rows
    return total


def _batches(cursor: sqlite3.Cursor, schema: Any) -> Iterator[Any]:
    import pyarrow as pa

    is_first = True
    while (rows := cursor.fetchmany(_BATCH)) or is_first:
        columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
        yield pa.table(
            [pa.array(values, each.type) for values, each in zip(columns, schema, strict=True)], schema=schema
        )
        is_first = False


def _text_column(raw: str, name: str, column: _Column) -> TextColumn:
    """What is still to be found out about a column: text may be dates and the like, or whatever its declared type says."""
    if column.arrow == "string":
        is_number = bool(_NUMERIC.search(column.declared)) or bool(column.integers or column.reals)
        return TextColumn(raw, name, (*_TEXT_FAMILIES, "number") if is_number else _TEXT_FAMILIES)
    if "BOOL" in column.declared.upper() and column.arrow == "int64" and column.bits == column.integers:
        return TextColumn(raw, name, (), "CAST({} AS BOOLEAN)")
    if (match := _DECIMAL.search(column.declared)) and 0 < int(match[1]) <= 38 and column.arrow in ("int64", "float64"):
        return TextColumn(raw, name, (), f"TRY_CAST({{}} AS DECIMAL({match[1]}, {match[2]}))")
    return TextColumn(raw, name, ())


def _declared(database: sqlite3.Connection, table: str, pragma: Sequence[Any], renamed: dict[str, str]) -> Declared:
    """The constraints SQLite was told of; a foreign key without columns points at the key of its target."""
    key = tuple(renamed[row[0]] for row in sorted((row for row in pragma if row[3]), key=lambda row: row[3]))
    declared = Declared(key, {renamed[row[0]] for row in pragma if row[2]} | set(key))
    for index, partial in database.execute(
        "SELECT name, partial FROM pragma_index_list(?) WHERE \"unique\" AND origin <> 'pk'", [table]
    ).fetchall():
        columns = [row[0] for row in database.execute("SELECT name FROM pragma_index_info(?) ORDER BY seqno", [index])]
        if not partial and all(column in renamed for column in columns):
            declared.unique.append(tuple(renamed[column] for column in columns))
    references: dict[int, list[tuple[str, str, str | None]]] = {}
    for number, target, source, column in database.execute(
        'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq', [table]
    ):
        references.setdefault(number, []).append((target, source, column))
    for parts in references.values():
        target = parts[0][0]
        ends = [part[2] for part in parts]
        if None in ends:
            ends = [
                row[0]
                for row in database.execute("SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", [target])
            ]
        sources = tuple(renamed.get(part[1], part[1]) for part in parts)
        declared.references.append(
            ForeignKeyInfo(sources, TableName(printable(target)), tuple(map(printable, map(str, ends))))
        )
    return declared
