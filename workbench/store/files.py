"""Which files of a source hold tables, of what kind, and what the tables are called."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from workbench.relation.plan import TableName
from workbench.store.naming import distinct, printable, some
from workbench.store.options import Loading
from workbench.store.own_files import own_file

__all__ = ["DataFile", "FileKind", "file_kind", "find_files", "name_files", "similar"]

FileKind: TypeAlias = Literal["csv", "json", "parquet", "duckdb", "sqlite"]

_KINDS: dict[str, FileKind] = {
    ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".json": "json", ".ndjson": "json", ".jsonl": "json", ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
_SUFFIXES = "CSV, TSV, JSON, NDJSON (also .gz) and Parquet"
_TEXT = ("", ".txt", ".text", ".dat", ".data", ".asc", ".psv", ".prn", ".out")
"""Suffixes that say no more than that there is text: where a person names such a file, it is looked into."""
_DIGITS = re.compile(r"[-_ .]*\d+")


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file with a table in it, and the table's name."""

    path: Path
    kind: FileKind
    table: TableName


def file_kind(path: Path, *, is_named: bool = False) -> FileKind | None:
    """What ``path`` holds, by its suffix and the bytes it begins with; a file of plain text only where a person named it."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    suffix = suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else (suffixes or [""])[-1]
    if suffix in _KINDS:
        return _KINDS[suffix]
    with path.open("rb") as stream:
        head = stream.read(64)
    if head.startswith(b"SQLite format 3\0"):
        return "sqlite"
    if head[8:12] == b"DUCK" or suffix in (".duckdb", ".ddb"):
        return "duckdb"
    if head.startswith(b"PAR1"):
        return "parquet"
    if suffix in (".sqlite", ".sqlite3"):
        return "sqlite"
    if is_named and suffix in _TEXT:
        return "json" if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else "csv"
    return None


def find_files(places: Iterable[Path], loading: Loading) -> list[tuple[Path, FileKind]]:
    """The files with tables in them, in name order; what was passed over is said once a kind of reason."""
    found: list[tuple[Path, FileKind]] = []
    for place in places:
        try:
            if not place.exists():
                loading.say(
                    str(place), "missing_file", f"there is no file or folder {str(place)!r}", hint="check the path"
                )
            elif place.is_dir():
                found += _in_folder(place, loading)
            elif own := own_file(place):
                loading.say(place.name, own.code, f"{place.name} is {own.what}, not data", hint=own.hint)
            elif kind := file_kind(place, is_named=True):
                found.append((place, kind))
            else:
                message = f"{place.name} is of no kind that tables are read from"
                hint = f"those are {_SUFFIXES}, DuckDB, SQLite and plain text (.txt); save a spreadsheet as CSV"
                loading.say(place.name, "unknown_kind", message, hint=hint)
        except OSError as error:
            loading.say(str(place), "unreadable_file", f"{place.name} cannot be read: {error.strerror or error}")
    return list(dict.fromkeys(found))


def _in_folder(folder: Path, loading: Loading) -> list[tuple[Path, FileKind]]:
    found: list[tuple[Path, FileKind]] = []
    skipped: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.name.startswith("."):
            skipped["hidden"].append(path.name)
        elif path.is_dir():
            skipped["folders"].append(path.name)
        elif not path.is_file():
            skipped["no regular files"].append(path.name)
        elif kind := _kind_or_problem(path, loading):
            if kind in ("duckdb", "sqlite"):
                skipped["databases, to be opened on their own"].append(path.name)
            else:
                found.append((path, kind))
        elif not any(problem.path == path.name for problem in loading.problems):
            skipped[f"of other kinds than {_SUFFIXES}"].append(path.name)
    for reason, names in skipped.items():
        message = f"passed over in {folder.resolve().name}, being {reason}: {some(names)}"
        loading.say(folder.name, "skipped_files", message, "info")
    if not found:
        loading.say(
            folder.name,
            "empty_folder",
            f"the folder {str(folder)!r} holds no data files",
            hint=f"data files are {_SUFFIXES}",
        )
    return found


def _kind_or_problem(path: Path, loading: Loading) -> FileKind | None:
    """The kind of a file found in a folder; None where it is none of data, and a problem where more is to be said of it."""
    try:
        if own := own_file(path):
            loading.say(path.name, own.code, f"{path.name} is {own.what}, not data", "info", hint=own.hint)
            return None
        return file_kind(path)
    except OSError as error:
        loading.say(path.name, "unreadable_file", f"{path.name} cannot be read: {error.strerror or error}")
        return None


def name_files(files: Sequence[tuple[Path, FileKind]], loading: Loading) -> list[DataFile]:
    """Every file with the name of its table: the file's own without suffixes, made distinct where two would be alike, which is said."""
    named: list[DataFile] = []
    taken: list[str] = []
    for path, kind in files:
        stem = printable(_stem(path)) or "table"
        name = stem
        if stem.casefold() in {each.casefold() for each in taken}:
            name = distinct(f"{stem}_{kind}", taken)
            message = f"another file is called {stem!r} too, so the table of {path.name} is called {name!r}"
            loading.say(path.name, "name_taken", message, "warning")
        taken.append(name)
        named.append(DataFile(path, kind, TableName(name)))
    return named


def _stem(path: Path) -> str:
    """The file's name without the suffixes that tell its kind; other dots become underscores, as a dot ends a table's name in a path."""
    name = path.name
    for suffix in reversed(path.suffixes):
        if suffix.lower() not in (*_KINDS, ".gz"):
            break
        name = name.removesuffix(suffix)
    return (path.stem if name == path.name else name).replace(".", "_")


def similar(names: Iterable[TableName]) -> dict[str, list[TableName]]:
    """Names that differ only in their digits, two or more, by the name without them.

    >>> similar(map(TableName, ["sales_2013", "sales_2014", "planes"]))
    {'sales': [TableName(name='sales_2013', schema='', catalog=''), TableName(name='sales_2014', schema='', catalog='')]}
    """
    groups: dict[tuple[str, ...], list[TableName]] = defaultdict(list)
    for name in names:
        groups[tuple(_DIGITS.split(name.name))].append(name)
    return {
        "_".join(filter(None, parts)) or "parts": group
        for parts, group in groups.items()
        if len(group) > 1 and len(parts) > 1
    }
