"""CSV files into DuckDB as text, every deviation counted; ``columns`` then decides what the text means."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from workbench.relation.plan import TableName
from workbench.store.connection import file_literal, first_line, literal, quote
from workbench.store.csv_format import CsvFormat, find_format
from workbench.store.naming import column_names
from workbench.store.options import Loading
from workbench.store.text_files import TextFile, compression, lines_said, open_text, read_text_file
from workbench.views import counted

__all__ = ["CsvTable", "load_csv", "prepare_csv"]

_LONGEST_LINE = 1 << 24


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A CSV file found readable: where its text is, how it is written, what its columns are called."""

    source: Path
    text: TextFile
    format: CsvFormat
    columns: tuple[str, ...]


def prepare_csv(path: Path, loading: Loading) -> CsvTable | None:
    """What ``path`` holds, as far as its beginning tells; None, and a problem, where it holds nothing."""
    text = read_text_file(path, loading)
    if text is None:
        return None
    options = loading.options
    form = find_format(text.head, is_whole=text.is_whole, delimiter=options.delimiter, header=options.header)
    if not form.columns:
        loading.say(path.name, "empty_file", f"{path.name} holds no table", hint="nothing was read from it")
        return None
    cells = list(form.columns)
    names, problems = column_names(cells, path.name)
    if form.is_named:
        loading.problems.extend(problems)
    else:
        message = f"the first line of {path.name} looks like data, so its columns are called {names[0]} to {names[-1]}"
        loading.say(path.name, "no_header", message, "warning", hint="pass header=True where it names the columns")
    if form.before:
        loading.say(
            path.name,
            "lines_before_table",
            f"{counted(form.before, 'line')} before the table of {path.name} skipped",
            "info",
        )
    if form.other_delimiter:
        message = f"{path.name} seems to have one column; every line holds {form.other_delimiter!r} equally often"
        hint = f"pass delimiter={form.other_delimiter!r} if that is what separates its columns"
        loading.say(path.name, "suspicious_delimiter", message, "warning", hint=hint)
    return CsvTable(path, text, form, tuple(names))


def load_csv(table: CsvTable, raw: TableName, loading: Loading) -> bool:
    """Whether the rows of ``table`` now stand in the table ``raw``, as text in the columns ``c0``, ``c1``, …; made where it is not there.

    The fast way is DuckDB's strict reader. A file it refuses in any line is read again, slowly and leniently, and every line that
    deviates is counted.
    """
    import duckdb

    connection, width = loading.connection, len(table.columns)
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {quote(raw)} ({', '.join(f'c{place} VARCHAR' for place in range(width))})"
    )
    before = loading.count(raw)
    insert = f"INSERT INTO {quote(raw)} FROM"
    try:
        connection.execute(f"{insert} {_reader(table.text.path, table.format, width)}{loading.limit}")
    except duckdb.Error:
        clean = loading.temporary / f"clean-{raw.name}.csv"
        _write_clean(table, clean, loading)
        plain, new_line = CsvFormat(",", '"', '"', 0, False, ()), ", new_line = '\\n'"
        try:
            connection.execute(f"{insert} {_reader(clean, plain, width, new_line)}{loading.limit}")
        except duckdb.Error as error:
            message = f"{table.source.name} cannot be read as CSV: {first_line(error)}"
            loading.say(table.source.name, "unreadable_file", message)
            return False
        finally:
            clean.unlink(missing_ok=True)
    added = loading.count(raw) - before
    if added == 0:
        message = f"{table.source.name} has a header and no rows"
        loading.say(table.source.name, "no_rows", message, "warning", hint="its types are unknown")
    loading.say_limited(table.source.name, added)
    return True


def _reader(path: Path, form: CsvFormat, width: int, more: str = "") -> str:
    columns = ", ".join(f"c{place}: 'VARCHAR'" for place in range(width))
    return (
        f"read_csv({file_literal(path)}, auto_detect = false, delim = {literal(form.delimiter)}, quote = {literal(form.quote)}, "
        f"escape = {literal(form.escape)}, header = {str(form.has_header).lower()}, skip = {form.skip}, "
        f"max_line_size = {_LONGEST_LINE}, columns = {{{columns}}}{compression(path)}{more})"
    )


@dataclass(slots=True)
class _Deviations:
    """How many lines deviate in one way, and where the first do."""

    count: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        self.count += 1
        if len(self.lines) < 5:
            self.lines.append(line)


def _write_clean(table: CsvTable, target: Path, loading: Loading) -> None:
    """Write the rows of a table that DuckDB refused in the plainest CSV, all of one width; say which lines deviated."""
    short, long, width = _Deviations(), _Deviations(), len(table.columns)
    last = (0, "", [""])
    csv.field_size_limit(min(sys.maxsize, 1 << 30))
    with target.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
        for last in _lenient_rows(table):
            begun, _, row = last
            if len(row) > width and not any(cell.strip() for cell in row[width:]):
                row = row[:width]
            if len(row) > width:
                long.add(begun)
                continue
            if len(row) < width:
                short.add(begun)
            write([*row, *[""] * (width - len(row))])
    begun, line, row = last
    is_open = "\n" in row[-1] and not line.rstrip().endswith(table.format.quote)
    _say_ragged(table.source.name, width, short, long, begun if is_open else 0, loading)


def _lenient_rows(table: CsvTable) -> Iterator[tuple[int, str, list[str]]]:
    """The rows of a file, each with the line (from 1) it begins on and its last line; blank lines and the header are left out."""
    form, last_line = table.format, ""

    def lines(stream: Iterable[str]) -> Iterator[str]:
        nonlocal last_line
        for line in stream:
            last_line = line
            yield line

    with open_text(table.text.path) as stream:
        for _ in range(form.skip):
            next(stream, "")
        reader = form.reader(lines(stream))
        start, is_first = form.skip, form.has_header
        for row in reader:
            begun, start = start + 1, form.skip + reader.line_num
            if row and not is_first:
                yield begun, last_line, row
            is_first = is_first and not row


def _say_ragged(name: str, width: int, short: _Deviations, long: _Deviations, unclosed: int, loading: Loading) -> None:
    if unclosed:
        message = (
            f"a quotation mark on line {unclosed} of {name} is never closed; all that follows was read as one value"
        )
        loading.say(name, "unclosed_quote", message, hint="close it, and open the file again", line=unclosed)
    if short.count:
        message = f"{counted(short.count, 'row')} of {name} with fewer than {counted(width, 'value')} ({lines_said(short.lines, short.count)}); the rest counts as missing"
        loading.say(name, "short_rows", message, "warning", rows=short.count, line=short.lines[0])
    if long.count:
        message = f"{counted(long.count, 'row')} of {name} with more than {counted(width, 'value')} ({lines_said(long.lines, long.count)}) left out"
        hint = "quote values that contain the delimiter"
        loading.say(name, "long_rows", message, "warning", hint=hint, rows=long.count, line=long.lines[0])
