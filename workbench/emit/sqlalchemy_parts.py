"""What tables are made of, as SQLAlchemy writes it: types, columns and constraints, for models and for migrations alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from workbench.emit.python_text import string
from workbench.errors import DefinitionError
from workbench.expression.typed import Column
from workbench.model.expression import Constant, In, Node
from workbench.model.types import ArrayType, DecimalType, EnumType, StructType, Type, storage
from workbench.relation.ddl import Check, CreateTable, NewColumn, Reference, Unique, definition_sql

__all__ = ["Spelling", "call", "is_index", "names", "plain_key", "quoted", "said"]

_TYPES = {
    "string": "Text()", "text": "Text()", "integer": "BigInteger()", "float": "Double()", "decimal": "Numeric()", "boolean": "Boolean()",
    "date": "Date()", "time": "Time()", "timestamp": "DateTime(timezone=True)", "local_timestamp": "DateTime()", "duration": "Interval()",
    "uuid": "Uuid()", "binary": "LargeBinary()",
}  # fmt: skip


def call(function: str, *arguments: str, **named: str) -> str:
    """A call as source; named arguments that are empty are left out.

    >>> call("Column", '"id"', "Text()", nullable="False", comment="")
    'Column("id", Text(), nullable=False)'
    """
    return f"{function}({', '.join([*filter(None, arguments), *(f'{name}={each}' for name, each in named.items() if each)])})"


def names(columns: Iterable[str]) -> str:
    """Names as the inside of a list."""
    return ", ".join(map(string, columns))


def quoted(text: str) -> str:
    """A literal of SQL, which is full of double quotes.

    >>> print(quoted('"a" > 1'), quoted("'a'"))
    '"a" > 1' "'a'"
    """
    if '"' not in text or "'" in text:
        return string(text)
    return "'" + string(text)[1:-1].replace('\\"', '"') + "'"


def plain_key(table: CreateTable, column: NewColumn) -> str:
    """The argument that keeps an integer key from numbering itself; empty where it would not."""
    return "False" if table.key == (column.name,) and storage(column.type) == "integer" else ""


def is_index(unique: Unique) -> bool:
    """Whether PostgreSQL keeps it as an index alone."""
    return unique.where is not None


def said(node: Node, *, is_default: bool = False) -> str:
    """The SQL of a condition or default; empty where PostgreSQL cannot say it, which the DDL reports."""
    try:
        return definition_sql(node, "postgres", is_default=is_default)
    except DefinitionError:
        return ""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the source calls SQLAlchemy's own names: by themselves, or through a module (``sa.``).

    >>> from workbench.model import parse_type
    >>> Spelling("sa.", "postgresql.").type(parse_type("array(decimal(9, 2))"))
    'postgresql.ARRAY(sa.Numeric(9, 2))'
    """

    sa: str = ""
    postgresql: str = ""
    json: str = "JSONB(none_as_null=True)"

    def type(self, type_: Type) -> str:
        """The column type; an enum is text, a struct JSON."""
        match type_:
            case DecimalType(precision=precision, scale=scale):
                return f"{self.sa}Numeric({precision}, {scale})"
            case ArrayType():
                item, depth = type_.item, 1
                while isinstance(item, ArrayType):
                    item, depth = item.item, depth + 1
                return call(f"{self.postgresql}ARRAY", self.type(item), dimensions=str(depth) if depth > 1 else "")
            case StructType():
                return f"{self.postgresql}{self.json}"
        kind = storage(type_)
        return f"{self.postgresql}{self.json}" if kind == "json" else f"{self.sa}{_TYPES[kind]}"

    def sql(self, text: str) -> str:
        """SQL as it stands; what looks like a parameter to ``text`` is taken literally."""
        return call(f"{self.sa}{'literal_column' if ':' in text else 'text'}", quoted(text)) if text else ""

    def condition(self, node: Node) -> str:
        """A condition as checks take it; empty where PostgreSQL cannot say it."""
        source = self.sql(said(node))
        head = source.partition("(")[0]
        return source if head.endswith("literal_column") else source[len(head) + 1 : -1]

    def default(self, column: NewColumn) -> str:
        """What the server fills the column with; empty where it does not."""
        return self.sql(said(column.default, is_default=True)) if column.default is not None else ""

    def value_check(self, column: NewColumn) -> str:
        """The check on the values of an enum, named by the database as in the DDL; empty where there is none."""
        if not isinstance(column.type, EnumType):
            return ""
        own = Column((column.name,), (), column.name, value_type=column.type)
        return self.check(Check(In(own, tuple(map(Constant, column.type.names))), column.check_name))

    def check(self, check: Check) -> str:
        """A check; empty where PostgreSQL cannot say it."""
        condition = self.condition(check.condition)
        return condition and call(f"{self.sa}CheckConstraint", condition, name=check.name and string(check.name))

    def key(self, columns: Iterable[str], name: str) -> str:
        """The primary key; without a name, named by the database as in the DDL."""
        return call(f"{self.sa}PrimaryKeyConstraint", names(columns), name=name and string(name))

    def unique(self, unique: Unique, columns: Iterable[str]) -> str:
        """A uniqueness: a constraint, or an index where it holds among some rows only; empty where PostgreSQL cannot say it."""
        name = string(unique.name)
        if unique.where is not None:
            where = self.sql(said(unique.where))
            return where and call(f"{self.sa}Index", name, names(columns), unique="True", postgresql_where=where)
        equal = "" if unique.nulls_distinct else "True"
        return call(f"{self.sa}UniqueConstraint", names(columns), name=name, postgresql_nulls_not_distinct=equal)

    def reference(self, reference: Reference, columns: Iterable[str], targets: Iterable[str], is_last: bool) -> str:
        """A foreign key to ``targets``; with ``is_last`` one that is added when all tables are there."""
        ends = (f"[{names(columns)}]", f"[{names(targets)}]")
        return call(
            f"{self.sa}ForeignKeyConstraint", *ends, name=string(reference.name), use_alter="True" if is_last else ""
        )

    def constraints(self, table: CreateTable, key_of: Callable[[str], str] = str) -> Iterator[str]:
        """Everything the table keeps but its references and what only an index can say; ``key_of`` says what columns go by."""
        if table.key:
            yield self.key(map(key_of, table.key), table.key_name)
        yield from (self.unique(each, map(key_of, each.columns)) for each in table.unique if not is_index(each))
        yield from filter(None, map(self.value_check, table.columns))
        yield from filter(None, map(self.check, table.checks))

    def column(self, table: CreateTable, column: NewColumn, **more: str) -> str:
        """A column by itself, its constraints aside; ``more`` are further arguments."""
        return call(
            f"{self.sa}Column",
            string(column.name),
            self.type(column.type),
            nullable=str(not (column.required or column.name in table.key)),
            server_default=self.default(column),
            autoincrement=plain_key(table, column),
            comment=column.comment and string(column.comment),
            **more,
        )
