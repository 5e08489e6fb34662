"""Our types and the ones databases have: one table, read in both directions.

Reading understands the type names of DuckDB, PostgreSQL, MySQL, SQLite, SQL Server and Oracle, as catalogs and DDL write them.
"""

from __future__ import annotations

import re
from typing import Literal

from workbench.errors import DefinitionError
from workbench.expression.typed import DEFAULT_DECIMAL
from workbench.model.types import (
    ArrayType,
    DecimalType,
    EnumType,
    EnumValue,
    ScalarType,
    StructField,
    StructType,
    Type,
    storage,
)

__all__ = ["from_native", "to_native"]

_NATIVE: dict[str, tuple[str, str]] = {
    # ours: (DuckDB, PostgreSQL)
    "string": ("VARCHAR", "TEXT"),
    "text": ("VARCHAR", "TEXT"),
    "integer": ("BIGINT", "BIGINT"),
    "float": ("DOUBLE", "DOUBLE PRECISION"),
    "decimal": (f"DECIMAL({DEFAULT_DECIMAL.precision}, {DEFAULT_DECIMAL.scale})", "NUMERIC"),
    "boolean": ("BOOLEAN", "BOOLEAN"),
    "date": ("DATE", "DATE"),
    "time": ("TIME", "TIME"),
    "timestamp": ("TIMESTAMPTZ", "TIMESTAMPTZ"),
    "local_timestamp": ("TIMESTAMP", "TIMESTAMP"),
    "duration": ("INTERVAL", "INTERVAL"),
    "uuid": ("UUID", "UUID"),
    "json": ("JSON", "JSONB"),
    "binary": ("BLOB", "BYTEA"),
}


def to_native(type_: Type, dialect: Literal["duckdb", "postgres"]) -> str:
    """The column type that holds values of ``type_``; an enum is stored as text, a struct in PostgreSQL as ``JSONB``.

    >>> from workbench.model.types import parse_type
    >>> to_native(parse_type("array(decimal(10, 2))"), "duckdb"), to_native(parse_type("email"), "postgres")
    ('DECIMAL(10, 2)[]', 'TEXT')

    Raises:
        DefinitionError: no column can hold it.
    """
    match type_:
        case DecimalType(precision=precision, scale=scale):
            return f"{'DECIMAL' if dialect == 'duckdb' else 'NUMERIC'}({precision}, {scale})"
        case ArrayType(item=item):
            return to_native(item, dialect) + "[]"
        case StructType(fields=fields) if dialect == "duckdb":
            inside = ", ".join(f"{_quoted(each.name)} {to_native(each.type, dialect)}" for each in fields)
            return f"STRUCT({inside})"
        case StructType():
            return "JSONB"
        case _:
            kind = storage(type_)
            if kind not in _NATIVE:
                raise DefinitionError(f"no column of {dialect} holds a value of type {type_}")
            return _NATIVE[kind][dialect == "postgres"]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# --- reading --------------------------------------------------------------------------------------------------------------------

_READ: dict[str, str] = {
    native: ours
    for ours, natives in {
        "string": "bpchar|char|character|character varying|char varying|citext|name|national character varying|nchar|nvarchar|nvarchar2|"
        "rowid|set|string|sysname|urowid|varchar|varchar2|enum",
        "text": "clob|longtext|mediumtext|nclob|ntext|text|tinytext|xml|xmltype|long|tsvector",
        "integer": "bigint|bigserial|int|int1|int16|int2|int32|int4|int64|int8|integer|long integer|mediumint|oid|serial|serial2|serial4|"
        "serial8|short|smallint|smallserial|tinyint|ubigint|uinteger|usmallint|utinyint|uint8|int128|int256|uint128|uint256|uint16|uint32|uint64|year|hugeint|"
        "uhugeint|bignum|middleint|pls_integer|binary_integer",
        "float": "binary_double|binary_float|double|double precision|float|float4|float8|real|float32|float64",
        "decimal": "decimal|dec|fixed|number|numeric|decimal128",
        "decimal(19, 4)": "money",
        "decimal(10, 4)": "smallmoney",
        "boolean": "bit|bool|boolean|logical",
        "date": "date|date32",
        "time": "time|time with time zone|time without time zone|timetz|time_ns",
        "timestamp": "datetimeoffset|timestamp with local time zone|timestamp with time zone|timestamptz|timestamp_tz|timestampltz",
        "local_timestamp": "datetime|datetime2|smalldatetime|timestamp|timestamp without time zone|timestamp_ms|timestamp_ns|timestamp_s|"
        "timestampntz|timestamp_us",
        "duration": "interval|interval day to second|interval year to month",
        "uuid": "guid|uniqueidentifier|uuid",
        "json": "hstore|json|jsonb|map|object|struct|union|variant|super",
        "binary": "bfile|binary|binary varying|bit varying|blob|bytea|bytes|image|long raw|longblob|mediumblob|raw|rowversion|tinyblob|"
        "varbinary|varbit",
        "ip_address": "cidr|inet|inet4|inet6",
    }.items()
    for native in natives.split("|")
}  # fmt: skip

_LONGEST, _MOST_NESTED = 20_000, 100
_NOISE = re.compile(r"\b(unsigned|signed|zerofill|identity|autoincrement|byte)\b|\bcharacter set \S+|\bcollate \S+")
_ARGUMENTS = re.compile(r"\((.*)\)", re.DOTALL)
_SUFFIX = re.compile(r"(.*?)\s*(?:\[\d*\]|\barray)\Z", re.DOTALL | re.IGNORECASE)


def from_native(text: str, dialect: str = "") -> Type | None:
    """The type of ours that a database's type means; ``None`` where there is none.

    >>> [str(from_native(each)) for each in ("character varying(20)", "numeric(10,2)[]", "ENUM('a', 'b')")]
    ['string', 'array(decimal(10, 2))', "enum('a', 'b')"]
    """
    if len(text) > _LONGEST or text.count("(") + text.count("[") > _MOST_NESTED:
        return None
    if match := _SUFFIX.match(text.strip()):
        item = from_native(match[1], dialect)
        return None if item is None else ArrayType(item=item)
    match = _ARGUMENTS.search(text)
    inside = match[1] if match else ""
    words = " ".join(_NOISE.sub(" ", _ARGUMENTS.sub(" ", text).lower()).split())
    if words in ("enum", "enum8", "enum16"):
        return _enum(inside)
    if words == "struct":
        return _struct(inside, dialect)
    if words in ("list", "array"):
        item = from_native(inside, dialect)
        return None if item is None else ArrayType(item=item)
    numbers = [int(each) for each in inside.split(",") if re.fullmatch(r"\s*-?[0-9]{1,6}\s*", each)]
    return _scalar(words, numbers, dialect)


def _scalar(words: str, numbers: list[int], dialect: str) -> Type | None:
    """One of the plain types, by its words and the numbers in its parentheses."""
    ours = _READ.get(words)
    match words:
        case "tinyint" | "bit" if numbers == [1]:
            ours = "boolean"
        case "bit" if numbers:
            ours = "binary"
        case "number" if numbers and numbers[1:] in ([], [0]) and numbers[0] <= 18:
            ours = "integer"  # Oracle has no other
        case "timestamp" if dialect == "mysql":
            ours = "timestamp"
        case "timestamp" if dialect == "tsql":
            ours = "binary"
        case "date" if dialect == "oracle":
            ours = "local_timestamp"
        case "text" if dialect in ("postgres", "sqlite", "duckdb"):
            ours = "string"  # their word for every text
    if ours == "decimal" and numbers and 1 <= numbers[0] <= 38:
        scale = numbers[1] if len(numbers) > 1 else 0
        return (
            DecimalType(precision=numbers[0], scale=scale) if 0 <= scale <= numbers[0] else ScalarType(name="decimal")
        )
    if ours is not None and ours.startswith("decimal("):
        return DecimalType(precision=int(ours[8:10]), scale=4)
    return None if ours is None else ScalarType(name=ours)


def _enum(inside: str) -> Type:
    values = [each[1:-1].replace("''", "'") for each in _items(inside) if each.startswith("'")]
    fits = (
        values
        and len(set(values)) == len(values)
        and all(1 <= len(each) <= 255 and each.isprintable() for each in values)
    )
    return EnumType(values=tuple(EnumValue(name=each) for each in values)) if fits else ScalarType(name="string")


def _struct(inside: str, dialect: str) -> Type:
    fields = []
    for each in _items(inside):
        match = re.match(r'\s*(?:"((?:[^"]|"")+)"|(\w+))\s+(.+)', each, re.DOTALL)
        type_ = from_native(match[3], dialect) if match else None
        if match is None or type_ is None:
            return ScalarType(name="json")
        fields.append(StructField(name=(match[1] or match[2]).replace('""', '"'), type=type_))
    return StructType(fields=tuple(fields)) if fields else ScalarType(name="json")


def _items(inside: str) -> list[str]:
    """The parts between the commas that stand outside quotes and parentheses."""
    items, depth, current, quote = [], 0, "", ""
    for letter in inside:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        depth += (letter == "(") - (letter == ")") if not quote else 0
        if letter == "," and not depth and not quote:
            items.append(current.strip())
            current = ""
        else:
            current += letter
    return [*items, current.strip()] if current.strip() else items
