"""What text columns are decided to be, and the typed tables made of them; every decision is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workbench.store.catalog import type_name
from workbench.store.connection import literal, quote
from workbench.store.naming import some
from workbench.store.options import ColumnReading, Loading
from workbench.store.shapes import Shape, mask, twins
from workbench.store.text_columns import Measured, RawTable, is_word, measure
from workbench.views import counted

__all__ = ["make_typed_tables"]

_USUAL = frozenset(
    ["integer", "number", "true/false", "ISO date", "ISO date and clock", "ISO instant", "clock", "UUID", "JSON"]
)
"""Shapes so common that reading them is not worth a word."""


@dataclass(slots=True)
class _Decision:
    """One column as decided: its SQL and type, and what is to be said about it."""

    measured: Measured
    sql: str
    type: str = "VARCHAR"
    shape: Shape | None = None
    missing: dict[str, int] = field(default_factory=dict)
    misfits: int = 0
    examples: tuple[str, ...] = ()


def make_typed_tables(tables: Sequence[RawTable], loading: Loading) -> None:
    """Every raw table now stands typed under its name, and the raw one is gone.

    Tables are taken together because what counts as missing in one column of text is told by the other columns.
    """
    decided: list[tuple[RawTable, list[_Decision]]] = []
    for place, table in enumerate(tables):
        loading.progress(f"finding the types of {table.table}", place / len(tables))
        decided.append((table, [_decide(table, each, loading) for each in measure(table, loading)]))
    everywhere = _markers(each for _, decisions in decided for each in decisions)
    for table, decisions in decided:
        for each in decisions:
            if each.type == "VARCHAR":
                _decide_words(table, each, everywhere, loading)
        _say_missing(table, decisions, loading)
        _say_empty(table, decisions, loading)
        _create(table, decisions, loading)


def _decide(table: RawTable, measured: Measured, loading: Loading) -> _Decision:
    """What ``measured`` is: the narrowest shape that every value fits and no other reading contradicts, else text."""
    path = f"{table.table}.{measured.column.name}"
    text = _Decision(measured, quote(measured.column.raw))
    shapes = [shape for shape in measured.fitting if shape.family != "code"]
    if not shapes:
        _say_unfitting(table, path, text, loading)
        return text
    shape = shapes[0]
    if rivals := [each for each in twins(shape) if each is not shape and each in shapes]:
        _say_ambiguous(path, shape, rivals[0], measured.meant, loading)
        return text
    if shape.family == "number" and shape.type == "DOUBLE":
        return _decide_number(table, path, measured, shape, loading)
    return _typed(measured, shape, shape.type, path, loading)


def _typed(measured: Measured, shape: Shape, type_: str, path: str, loading: Loading) -> _Decision:
    missing = {word: count for word, count in measured.words.items() if word}
    text = measured.text
    # Every other value is known to fit, so the pattern need not be looked at again; most words have no value of their own.
    if shape.family in ("boolean", "json") or any(
        shape.compiled.fullmatch(word) or word.lower() == "nan" for word in missing
    ):
        text = f"CASE WHEN {measured.is_meant(text)} THEN {text} END"
    is_number = shape.family == "number"
    sql = f"TRY_CAST({shape.canonical.format(text)} AS {type_})" if is_number else shape.value.format(text)
    if shape.name not in _USUAL:
        loading.say(path, "format", f"{path} is read as {shape.name}", "info", rows=measured.meant)
    return _Decision(measured, sql, type_, shape, missing)


def _decide_number(table: RawTable, path: str, measured: Measured, shape: Shape, loading: Loading) -> _Decision:
    """Integer, decimal or float, whichever carries these numbers without loss.

    Money is told by its two decimals: always two, or none or two in many values and never one.
    """
    number = shape.canonical.format(measured.text)
    meant = f"FROM (SELECT {number} AS number FROM {quote(table.raw)} WHERE {measured.is_meant(measured.text)})"
    row = loading.connection.execute(
        "SELECT min(scale), max(scale), count(*) FILTER (scale = 1), count(*) FILTER (scale = 2), max(strlen(number)), "
        "count(*) FILTER (contains(number, 'e') OR contains(number, 'E')), count(*) FILTER (contains(number, 'n') OR contains(number, 'N')) "
        f"FROM (SELECT number, CASE WHEN contains(number, '.') THEN strlen(number) - instr(number, '.') ELSE 0 END AS scale {meant})"
    ).fetchall()[0]
    least, most, ones, twos, digits, exponents, infinite = map(int, row)
    whole = digits - least
    if digits > 17:
        exact = f"SELECT max(strlen(replace(number, '.', ''))), max(strlen(split_part(number, '.', 1))) FROM (SELECT ltrim(number, '+-0') AS number {meant})"
        digits, whole = map(int, loading.connection.execute(exact).fetchall()[0])
    if infinite:
        loading.say(path, "infinite", f"{path} holds {counted(infinite, 'infinite value')}", "info", rows=infinite)
    if exponents or infinite:
        return _typed(measured, shape, "DOUBLE", path, loading)
    if most == 0 and digits <= 38:
        return _typed(measured, shape, "BIGINT" if digits <= 18 else "HUGEINT", path, loading)
    is_money = most == 2 and not ones and (least == 2 or twos >= 30)
    if (is_money or digits > 17) and whole + most <= 38:
        return _typed(measured, shape, f"DECIMAL({18 if whole + most <= 18 else 38}, {most})", path, loading)
    if digits > 17:
        message = f"{path} holds numbers of up to {digits} digits, more than any number type keeps; they stay text"
        loading.say(path, "too_many_digits", message, "info")
        return _Decision(measured, quote(measured.column.raw))
    return _typed(measured, shape, "DOUBLE", path, loading)


def _say_unfitting(table: RawTable, path: str, text: _Decision, loading: Loading) -> None:
    """Say why a column that looks like values stays text, where it does."""
    measured = text.measured
    fits = {shape: count for shape, count in measured.fits.items() if count}
    if not fits or not measured.meant:
        return
    if any(shape.family == "code" and count == measured.meant for shape, count in fits.items()):
        message = f"{path} holds digits with leading zeros; they stay text"
        loading.say(path, "leading_zeros", message, "info", rows=measured.meant)
        return
    zoned = sum(count for shape, count in fits.items() if shape.name == "ISO instant")
    local = sum(count for shape, count in fits.items() if shape.name == "ISO date and clock")
    if zoned and local and zoned + local == measured.meant:
        message = f"{counted(zoned, 'value')} of {path} with a time zone and {local:,} without; they stay text"
        loading.say(path, "mixed_zones", message, "warning", hint="give all of them a zone", rows=min(zoned, local))
        return
    shape = max((each for each in fits if each.family != "code"), key=lambda each: fits[each], default=None)
    if shape is None or fits[shape] < loading.options.near_miss * measured.meant:
        return
    text.misfits = measured.meant - fits[shape]
    rows = loading.connection.execute(
        f"SELECT DISTINCT {measured.text} FROM {quote(table.raw)} WHERE {measured.is_meant(measured.text)} "
        f"AND ({shape.sql(measured.text)}) IS NULL ORDER BY 1 LIMIT 5"
    ).fetchall()
    text.examples = tuple(row[0] for row in rows)
    written = ", ".join(repr(each) for each in dict.fromkeys(map(mask, text.examples)))
    message = f"{text.misfits:,} of {counted(measured.meant, 'value')} of {path} not a {shape.family} (written like {written}); it stays text"
    hint = f"correct them, or name what means missing: missing={{{path!r}: (…)}}"
    loading.say(path, f"nearly_{shape.family}", message, "warning", hint=hint, rows=text.misfits)


def _say_ambiguous(path: str, shape: Shape, rival: Shape, rows: int, loading: Loading) -> None:
    kind = "date" if shape.family in ("date", "timestamp") else "number"
    message = f"every value of {path} can be read as {shape.name} and as {rival.name}; it stays text"
    loading.say(
        path, f"ambiguous_{kind}", message, "warning", hint="write it in a form that leaves no doubt", rows=rows
    )


# --- words for missing values -------------------------------------------------------------------------------------------------


def _markers(decisions: Iterable[_Decision]) -> frozenset[str]:
    """The words that stand where a number, date, … is missing: there they can mean nothing else."""
    return frozenset(word for each in decisions if each.shape is not None for word in each.missing)


def _decide_words(table: RawTable, text: _Decision, everywhere: frozenset[str], loading: Loading) -> None:
    """Which words of a text column are missing values: those the caller named, else those that are so beyond doubt elsewhere."""
    measured = text.measured
    words = {word: count for word, count in measured.words.items() if word}
    if not words:
        return
    path = f"{table.table}.{measured.column.name}"
    if loading.options.missing_words(table.table.name, measured.column.name) is not None:
        text.missing = words
    for word, count in words.items() if not text.missing else ():
        if not measured.meant:
            text.missing[word] = count
        elif word not in everywhere:
            hint = f"pass missing=({word!r},) if it is a missing value"
            loading.say(
                path,
                "perhaps_missing",
                f"{word!r} stands {counted(count, 'time')} in {path} and stays a value",
                "info",
                hint=hint,
                rows=count,
            )
        elif _is_one_of_many(table, measured, word, loading):
            message = f"{word!r} stands {counted(count, 'time')} in {path}: elsewhere it means missing, but it looks like the other values here, so it stays one"
            hint = f"pass missing={{{path!r}: ({word!r},)}} if it is a missing value"
            loading.say(path, "missing_or_value", message, "warning", hint=hint, rows=count)
        else:
            text.missing[word] = count
    if text.missing:
        raw = quote(measured.column.raw)
        text.sql = f"CASE WHEN NOT {is_word(measured.text, text.missing)} THEN {raw} END"


def _is_one_of_many(table: RawTable, measured: Measured, word: str, loading: Loading) -> bool:
    """Whether at least half of the column's values are written like ``word``: a code beside codes."""
    pattern = re.sub(r"[A-Z]", "[A-Z]", re.escape(word))
    pattern = pattern if pattern != re.escape(word) else re.sub(r"[a-z]", "[a-z]", pattern)
    alike = loading.connection.execute(
        f"SELECT count(*) FROM {quote(table.raw)} WHERE {measured.is_meant(measured.text)} AND regexp_full_match({measured.text}, {literal(pattern)})"
    ).fetchall()[0][0]
    return bool(alike * 2 >= measured.meant)


def _say_missing(table: RawTable, decisions: Sequence[_Decision], loading: Loading) -> None:
    """One sentence a table and word: in which columns it was read as missing, and what difference that makes."""
    for word in dict.fromkeys(word for each in decisions for word in each.missing):
        columns = [each for each in decisions if word in each.missing]
        saved = sum(each.shape is not None for each in columns)
        rows = sum(each.missing[word] for each in columns)
        names = [f"{each.measured.column.name} {each.missing[word]:,}" for each in columns]
        listed = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        of_them = ", which" if len(columns) == 1 else f": {saved} of them"
        difference = f"{of_them} would otherwise be text" if saved else ", as other columns show"
        message = (
            f"{word!r} is read as missing in {counted(len(columns), 'column')} of {table.file} ({listed}){difference}"
        )
        loading.say(
            str(table.table), "missing_values", message, "info", hint="pass missing=() to keep it as a value", rows=rows
        )


def _say_empty(table: RawTable, decisions: Sequence[_Decision], loading: Loading) -> None:
    """One sentence a table: which columns have no value in any row, where there are rows."""
    names = [each.measured.column.name for each in decisions if not each.measured.meant]
    if names and (rows := loading.count(table.raw)):
        verb = "holds" if len(names) == 1 else "hold"
        listed = some([repr(each) for each in names])
        message = f"{counted(len(names), 'column')} of {table.file} {verb} no value: {listed}"
        loading.say(str(table.table), "empty_columns", message, "info", hint="nothing tells their types", rows=rows)


def _create(table: RawTable, decisions: Sequence[_Decision], loading: Loading) -> None:
    by_name = {each.measured.column.name: each for each in decisions}
    columns = []
    for column in table.columns:
        each = by_name.get(column.name)
        sql = each.sql if each else column.value.replace("{}", quote(column.raw)) if column.value else quote(column.raw)
        columns.append(f"{sql} AS {quote(column.name)}")
    execute = loading.connection.execute
    if table.table.schema:
        execute(f"CREATE SCHEMA IF NOT EXISTS {quote(table.table.schema)}")
    execute(f"CREATE TABLE {quote(table.table)} AS SELECT {', '.join(columns)} FROM {quote(table.raw)}")
    loading.tables.append(table.table)
    _say_lost(table, loading)
    execute(f"DROP TABLE {quote(table.raw)}")
    for each in decisions:
        loading.readings.append(
            ColumnReading(
                table.table,
                each.measured.column.name,
                type_name(each.type),
                each.shape.name if each.shape else "",
                tuple(sorted(each.missing.items())),
                each.misfits,
                each.examples,
            )
        )


def _say_lost(table: RawTable, loading: Loading) -> None:
    """Count what the declared type of a column cannot hold (NaN in PostgreSQL's numeric, say); such values became missing."""
    declared = [column for column in table.columns if column.value]
    if not declared:
        return
    before = ", ".join(f"count({quote(column.raw)})" for column in declared)
    after = ", ".join(f"count({quote(column.name)})" for column in declared)
    counts = [
        loading.connection.execute(f"SELECT {terms} FROM {quote(place)}").fetchall()[0]
        for terms, place in ((before, table.raw), (after, table.table))
    ]
    for column, there, kept in zip(declared, *counts, strict=True):
        if there > kept:
            path = f"{table.table}.{column.name}"
            message = f"{counted(there - kept, 'value')} of {path} missing now, not fitting the declared type"
            loading.say(path, "values_lost", message, "warning", rows=there - kept)
