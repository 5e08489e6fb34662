"""Data frames and Arrow tables that are already in memory, read where they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.relation.plan import TableName
from workbench.store.connection import first_line, quote
from workbench.store.naming import column_names, distinct, printable
from workbench.store.options import Loading

__all__ = ["is_frame", "register_frames"]


def is_frame(value: object) -> bool:
    """Whether ``value`` is a pandas data frame or an Arrow table; neither library is loaded to find out."""
    kind = type(value)
    return (kind.__module__.split(".")[0], kind.__name__) in {("pandas", "DataFrame"), ("pyarrow", "Table")}


def register_frames(frames: Mapping[Any, Any], loading: Loading) -> None:
    """Every frame is a table under its name, without a copy where DuckDB can scan it as it is."""
    taken: list[str] = []
    for key, frame in frames.items():
        wanted = printable(str(key)) or "table"
        name = distinct(wanted, taken)
        taken.append(name)
        if name != str(key):
            loading.say(name, "name_taken", f"the table given as {key!r} is called {name!r}", "warning")
        if not is_frame(frame):
            kind = type(frame).__name__
            loading.say(
                name,
                "no_table",
                f"{name} is a {kind}, not a pandas data frame or an Arrow table",
                hint="give a table a name",
            )
            continue
        _register(name, frame, loading)


def _register(name: str, frame: Any, loading: Loading) -> None:
    is_pandas = type(frame).__module__.startswith("pandas")
    labels = list(frame.columns) if is_pandas else list(frame.column_names)
    if not labels:
        loading.say(name, "no_columns", f"{name} has no columns")
        return
    cells = [".".join(map(str, label)) if isinstance(label, tuple) else str(label) for label in labels]
    names, problems = column_names(cells, name)
    loading.problems.extend(problems)
    if is_pandas:
        frame = _without_index(name, frame, loading)
        frame = frame.set_axis(names, axis="columns") if names != labels else frame
    elif names != labels:
        frame = frame.rename_columns(names)
    _check(name, frame, loading, is_pandas=is_pandas)


def _without_index(name: str, frame: Any, loading: Loading) -> Any:
    """``frame``; an index with names is said to be left out, as only columns are read."""
    index = [str(each) for each in frame.index.names if each is not None]
    if index:
        message = f"the index {', '.join(index)} of {name} is no column and was left out"
        loading.say(name, "index_left_out", message, "warning", hint="call reset_index() to keep it")
    return frame


def _check(name: str, frame: Any, loading: Loading, *, is_pandas: bool) -> None:
    """Register ``frame`` once every value of it can be scanned; columns of Python objects that cannot are made text, which is said."""
    import duckdb

    loose = [column for column, kind in frame.dtypes.items() if str(kind) == "object"] if is_pandas else []
    mixed = {column: kinds for column in loose if len(kinds := _kinds(frame[column])) > 1}
    if mixed:
        # DuckDB looks at a sample of such a column only, and stops in the middle of a query where the rest differs.
        frame = frame.assign(**{column: frame[column].map(str, na_action="ignore") for column in mixed})
        for column, kinds in mixed.items():
            message = f"{name}.{column} mixes values of the types {', '.join(kinds)}; it is read as text"
            loading.say(f"{name}.{column}", "mixed_types", message, "warning", hint="give the column one type")
    try:
        loading.connection.register(name, frame)
        loading.connection.execute(
            f"SELECT {', '.join(f'count({quote(each)})' for each in frame.columns)} FROM {quote(name)}"
            if is_pandas
            else f"SELECT count(*) FROM {quote(name)}"
        ).fetchall()
    except (duckdb.Error, TypeError, ValueError) as error:
        loading.say(name, "unreadable_table", f"{name} cannot be read: {first_line(error)}")
        return
    loading.registered[name] = frame
    loading.tables.append(TableName(name))


def _kinds(column: Any) -> list[str]:
    """The types of the values in a column of Python objects, missing ones aside."""
    return sorted({type(value).__name__ for value in column.dropna()})
