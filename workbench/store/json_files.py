"""JSON files: an array of objects, one object a line, or one object alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.relation.plan import TableName
from workbench.store.connection import file_literal, first_line, quote
from workbench.store.naming import column_names
from workbench.store.options import Loading
from workbench.store.text_files import compression, lines_said, open_text, read_text_file
from workbench.views import counted

__all__ = ["load_json"]

_LARGEST_OBJECT = 1 << 26


def load_json(path: Path, table: TableName, loading: Loading) -> None:
    """``table`` holds the objects of ``path``, one a row, or a problem says why not; objects and lists inside stay what they are.

    The fast way is DuckDB's reader. What it refuses, or cannot name columns for, is read again by Python, which tells the line.
    """
    import duckdb

    text = read_text_file(path, loading)
    if text is None:
        return
    try:
        columns = _columns(text.path, loading)
        if [name for name, _ in columns] != ["json"] and len({name.casefold() for name, _ in columns}) == len(columns):
            _create(text.path, [name for name, _ in columns], path, table, loading)
            return
    except duckdb.Error:
        pass  # it is said below, with the line
    clean = loading.temporary / f"clean-{path.name}.ndjson"
    keys = _write_clean(text.path, clean, path.name, loading)
    if not keys:
        return
    try:
        _create(clean, keys, path, table, loading, is_numbered=True)
    except duckdb.Error as error:
        loading.say(path.name, "unreadable_file", f"{path.name} cannot be read as JSON: {first_line(error)}")
    finally:
        clean.unlink(missing_ok=True)


def _reader(path: Path) -> str:
    return (
        f"read_json({file_literal(path)}, sample_size = -1, map_inference_threshold = -1, maximum_object_size = {_LARGEST_OBJECT}, "
        f"union_by_name = true{compression(path)})"
    )


def _columns(path: Path, loading: Loading) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in loading.connection.execute(f"DESCRIBE FROM {_reader(path)}").fetchall()]


def _create(
    source: Path, keys: list[str], path: Path, table: TableName, loading: Loading, *, is_numbered: bool = False
) -> None:
    names, problems = column_names(keys, path.name)
    raw = [f"c{place}" for place in range(len(keys))] if is_numbered else keys
    chosen = ", ".join(f"{quote(key)} AS {quote(name)}" for key, name in zip(raw, names, strict=True))
    loading.connection.execute(f"CREATE TABLE {quote(table)} AS SELECT {chosen} FROM {_reader(source)}{loading.limit}")
    loading.tables.append(table)
    loading.problems.extend(problems)
    loading.say_limited(path.name, loading.count(table))
    nested = [
        name
        for name, kind in loading.connection.execute(
            f"SELECT column_name, column_type FROM (DESCRIBE {quote(table)})"
        ).fetchall()
        if kind.startswith(("STRUCT", "MAP", "JSON")) or kind.endswith("]")
    ]
    if nested:
        message = (
            f"{', '.join(nested)} of {path.name} hold objects or lists; they are kept whole, as json or array columns"
        )
        loading.say(str(table), "nested_values", message, "info")


def _write_clean(source: Path, target: Path, name: str, loading: Loading) -> list[str]:
    """Write the objects that can be read, one a line and with numbered keys; the keys' own names come back, in order."""
    with open_text(source) as stream:
        text = stream.read()
    places: dict[str, int] = {}
    others = 0
    with target.open("w", encoding="utf-8") as out:
        for value in _values(text, name, loading):
            if not isinstance(value, dict):
                others += 1
                continue
            row = {f"c{places.setdefault(key, len(places))}": each for key, each in value.items()}
            out.write(json.dumps(row) + "\n")
    if others:
        message = f"{counted(others, 'value')} of {name} left out: only objects are rows"
        loading.say(
            name,
            "not_objects",
            message,
            "warning" if places else "error",
            hint="a table is an array of objects, or one object a line",
        )
    elif not places and not any(problem.path == name and problem.severity == "error" for problem in loading.problems):
        loading.say(
            name, "no_rows", f"{name} holds no objects", hint="a table is an array of objects, or one object a line"
        )
    return list(places)


def _values(text: str, name: str, loading: Loading) -> Iterator[Any]:
    """The values of a document, or of each line where it is no single document; broken lines are said."""
    try:
        document = json.loads(text)
    except RecursionError:
        loading.say(name, "too_deep", f"{name} is nested too deeply to be a table")
        return
    except ValueError as error:
        lines = text.splitlines()
        if sum(line.lstrip()[:1] == "{" for line in lines) * 2 < len(lines):
            where = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (None, None)
            at = f" on line {where[0]}, column {where[1]}" if where[0] else ""
            loading.say(name, "broken_json", f"{name} is no JSON{at}: {getattr(error, 'msg', error)}", line=where[0])
            return
        yield from _lines(lines, name, loading)
    else:
        yield from document if isinstance(document, list) else [document]


def _lines(lines: list[str], name: str, loading: Loading) -> Iterator[Any]:
    broken: list[int] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                broken.append(number)
            else:
                yield value
    if broken:
        message = f"{counted(len(broken), 'line')} of {name} left out, being no JSON ({lines_said(broken)})"
        loading.say(name, "broken_lines", message, "warning", rows=len(broken), line=broken[0])
