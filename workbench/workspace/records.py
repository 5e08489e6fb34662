"""Records of any kind as Arrow columns: dictionaries, data frames, Arrow tables, Parquet files."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.actions.records import Records
from workbench.errors import AdapterError, Problem, VerificationError
from workbench.model import ArrayType, Resource, StructType
from workbench.model.types import DecimalType, Type, storage
from workbench.workspace.durations import as_durations

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["as_attributes", "keys_of", "records_of"]


def records_of(given: Any, resource: Resource) -> Records:
    """``given`` (a dictionary or several, a pandas or Arrow table, the path of a Parquet file) as records of ``resource``.

    ``Any``, because tables are told by what they are, without importing pandas.

    Raises:
        VerificationError: it is nothing of the kind, or a column holds what no value of a list or struct can be made of.
        AdapterError: the file cannot be read.
    """
    import pyarrow.types as at

    found = _records(given, resource)
    for each in resource.attributes:
        if storage(each.type) == "duration" and each.name in found.names:
            place = found.names.index(each.name)
            column = found.table[each.name]
            if at.is_string(column.type) or at.is_large_string(column.type):
                found = replace(found, table=found.table.set_column(place, each.name, as_durations(column)))
    return found


def as_attributes(given: Any, names: Mapping[str, str]) -> Any:
    """Records whose columns are called like attributes, where they are called as in their source; ``names`` leads from there.

    A column whose attribute is given beside it keeps its name. ``Any``: see ``records_of``, whose errors it has, too.
    """
    import pyarrow as pa

    def renamed(columns: Iterable[Any]) -> list[Any]:
        told = list(columns)
        return [name if names.get(name, name) in told else names[name] for name in told]

    if not names:
        return given
    if isinstance(given, str | Path):
        given = _parquet(Path(given))
    if isinstance(given, Mapping):
        return dict(zip(renamed(given), given.values(), strict=True))
    if isinstance(given, pa.Table | pa.RecordBatch):
        return given.rename_columns(renamed(given.schema.names))
    if type(given).__module__.split(".")[0] == "pandas" and hasattr(given, "columns"):
        return given.set_axis(renamed(given.columns), axis="columns")
    if isinstance(given, Iterable) and not isinstance(given, Records):
        return [as_attributes(each, names) if isinstance(each, Mapping) else each for each in given]
    return given


def _records(given: Any, resource: Resource) -> Records:
    import pyarrow as pa

    if isinstance(given, Records):
        return given
    if isinstance(given, str | Path):
        return _normal(_parquet(Path(given)), resource)
    if isinstance(given, pa.RecordBatch):
        return _normal(pa.Table.from_batches([given]), resource)
    if isinstance(given, pa.Table):
        return _normal(given, resource)
    if type(given).__module__.split(".")[0] == "pandas" and hasattr(given, "columns"):
        return _from_frame(given, resource)
    rows = [given] if isinstance(given, Mapping) else list(given) if isinstance(given, Iterable) else None
    if rows is None or not all(isinstance(row, Mapping) for row in rows):
        hint = "pass dictionaries, a data frame, an Arrow table or the path of a Parquet file"
        problem = Problem(resource.name, "no_records", f"a {type(given).__name__} holds no records", hint=hint)
        raise VerificationError([problem], resource.name)
    return _from_rows(rows, resource)


def keys_of(given: Any, resource: Resource) -> Records:
    """Keys as records: anything ``records_of`` takes, or plain values (tuples, where the key has several attributes)."""
    values = [given] if isinstance(given, str | int | uuid.UUID) else given
    if not isinstance(values, list | tuple | set) or any(isinstance(each, Mapping) for each in values):
        return records_of(given, resource)
    rows = [each if isinstance(each, tuple) else (each,) for each in values]
    if any(len(row) != len(resource.key) for row in rows):
        message = f"each key of {resource.name} has {len(resource.key)} values: {', '.join(resource.key)}"
        raise VerificationError([Problem(resource.name, "wrong_key", message)], resource.name)
    return _from_rows([dict(zip(resource.key, row, strict=True)) for row in rows], resource)


def _parquet(path: Path) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise AdapterError(
            f"{path.name} cannot be read as Parquet: {error}", path=str(path), code="unreadable"
        ) from error


def _from_rows(rows: Sequence[Mapping[Any, Any]], resource: Resource) -> Records:
    import pyarrow as pa

    names = list(dict.fromkeys(str(name) for row in rows for name in row))
    types = {each.name: each.type for each in resource.attributes}
    columns = {
        name: _column([row.get(name) for row in rows], types.get(name), f"{resource.name}.{name}") for name in names
    }
    absent = {name: [name not in row for row in rows] for name in names}
    missing = {name: pa.array(flags) for name, flags in absent.items() if any(flags)}
    return Records(pa.table(columns) if columns else pa.table({"": pa.nulls(len(rows))}).select([]), missing)


def _from_frame(given: Any, resource: Resource) -> Records:
    """A pandas table; a column whose values share no type is read value by value."""
    import pyarrow as pa

    names = [str(name) for name in given.columns]
    _expect_different(names, resource)
    types = {each.name: each.type for each in resource.attributes}
    columns = {}
    for place, name in enumerate(names):
        values = given.iloc[:, place]
        try:
            columns[name] = pa.Array.from_pandas(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            told = [None if is_null else each for each, is_null in zip(values, values.isna(), strict=True)]
            columns[name] = _column(told, types.get(name), f"{resource.name}.{name}")
    return _normal(pa.table(columns), resource)


def _expect_different(names: Sequence[str], resource: Resource) -> None:
    """Raise ``VerificationError`` where two columns are called the same."""
    if twice := sorted({name for name in names if names.count(name) > 1}):
        problems = [
            Problem(f"{resource.name}.{name}", "duplicate_column", "two columns have this name") for name in twice
        ]
        raise VerificationError(problems, resource.name)


def _column(values: list[Any], type_: Type | None, path: str) -> pa.Array:
    """Python values as an Arrow column: of their own type where they share one, else as text."""
    import pyarrow as pa

    told = [each for each in values if each is not None]
    wanted = "" if type_ is None else storage(type_)
    if isinstance(type_, ArrayType | StructType):
        try:
            return pa.array(values, _arrow_type(type_))
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError) as error:
            raise VerificationError([Problem(path, "unfit_value", f"a value is no {type_}: {error}")], path) from error
    if wanted == "json":
        try:
            texts = [None if each is None else json.dumps(each, default=str, allow_nan=False) for each in values]
        except (TypeError, ValueError, RecursionError) as error:
            message = f"a value is no json: {error}"
            raise VerificationError([Problem(path, "unfit_value", message, hint="correct the value")], path) from error
        return pa.array(texts, pa.string())
    kinds = {_kind(each) for each in told}
    if kinds == {Decimal, int}:
        values, kinds = [None if each is None else Decimal(each) for each in values], {Decimal}
    if kinds == {uuid.UUID}:
        stored = pa.array([None if each is None else each.bytes for each in values], pa.binary(16))
        return pa.ExtensionArray.from_storage(pa.uuid(), stored)
    try:
        found = _plain(values, kinds)
        if found is None:
            found = pa.array([None if each is None else _text(each) for each in values], pa.string())
        return found
    except UnicodeEncodeError as error:
        message = "a text holds half a character, which no database keeps"
        raise VerificationError([Problem(path, "unfit_value", message, hint="correct the text")], path) from error


def _plain(values: list[Any], kinds: set[object]) -> pa.Array | None:
    """A column of the values' own type; None where they share none, or have more digits than a column can hold."""
    import pyarrow as pa

    if not (len(kinds) <= 1 or kinds == {int, float}) or not kinds <= _PLAIN:
        return None
    aware = pa.timestamp("us", "UTC") if kinds == {"instant"} else None
    try:
        return pa.array(values, aware)
    except (pa.ArrowInvalid, OverflowError):
        return None


_PLAIN: set[object] = {bool, int, float, str, bytes, Decimal, dt.date, dt.time, dt.timedelta, dt.datetime, "instant"}


def _kind(value: Any) -> object:
    """What a value is, as far as columns tell: subclasses (an enum's members, a numpy float) are what they derive from."""
    if isinstance(value, dt.datetime):
        return "instant" if value.tzinfo is not None else dt.datetime
    derived = (bool, int, float, str, bytes, Decimal, dt.date, dt.time, dt.timedelta, uuid.UUID)
    return next((each for each in derived if isinstance(value, each)), type(value))


def _text(value: Any) -> str:
    """A value as the language writes it, so that it can be read as what an attribute is."""
    match value:
        case bool():
            return "true" if value else "false"
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case dict() | list():
            return json.dumps(value, default=str)
    return str(value)


def _normal(table: pa.Table, resource: Resource) -> Records:
    """An Arrow table whose columns are of the types that the workbench knows."""
    import pyarrow as pa
    import pyarrow.types as at

    types = {each.name: each.type for each in resource.attributes}
    columns: dict[str, Any] = {}
    _expect_different(table.column_names, resource)
    for name in table.column_names:
        column = table[name]
        kind, wanted = column.type, types.get(name)
        if at.is_dictionary(kind):
            column = column.cast(kind.value_type)
        elif at.is_timestamp(kind) and kind.unit != "us":
            column = _microseconds(column, f"{resource.name}.{name}")
        elif at.is_string_view(kind):
            column = column.cast(pa.string())
        elif at.is_unsigned_integer(kind):
            column = column.cast(pa.decimal128(20, 0)) if kind.bit_width == 64 else column.cast(pa.int64())
        elif isinstance(wanted, ArrayType | StructType):
            column = _nested(column, wanted, f"{resource.name}.{name}")
        columns[name] = column
    return Records(pa.table(columns))


def _microseconds(column: Any, path: str) -> Any:
    """Instants in the unit that databases keep; finer parts are cut off."""
    import pyarrow as pa

    try:
        return column.cast(pa.timestamp("us", column.type.tz), safe=column.type.unit != "ns")
    except pa.ArrowInvalid as error:
        message = f"a time is too far away to be kept: {error}"
        raise VerificationError([Problem(path, "unfit_value", message, hint="correct the value")], path) from error


def _nested(column: Any, wanted: Type, path: str) -> Any:
    import pyarrow as pa

    try:
        return column.cast(_arrow_type(wanted))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        raise VerificationError([Problem(path, "unfit_value", f"a value is no {wanted}: {error}")], path) from error


def _arrow_type(type_: Type) -> Any:
    """The Arrow type that holds values of ours."""
    import pyarrow as pa

    match type_:
        case ArrayType(item=item):
            return pa.list_(_arrow_type(item))
        case StructType(fields=parts):
            return pa.struct([(part.name, _arrow_type(part.type)) for part in parts])
        case DecimalType(precision=precision, scale=scale):
            return pa.decimal128(precision, scale)
    plain = {
        "integer": pa.int64(), "float": pa.float64(), "decimal": pa.decimal128(38, 10), "boolean": pa.bool_(), "date": pa.date32(),
        "time": pa.time64("us"), "timestamp": pa.timestamp("us", "UTC"), "local_timestamp": pa.timestamp("us"), "binary": pa.binary(),
        "duration": pa.duration("us"),
    }  # fmt: skip
    return plain.get(storage(type_), pa.string())
