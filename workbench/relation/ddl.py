"""Tables to create: typed declarations, and the statements that make them in DuckDB or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from workbench.errors import DefinitionError, NotFoundError, Problem, Problems
from workbench.model.expression import Call, Node, Path, write
from workbench.model.types import ArrayType, EnumType, Type
from workbench.relation.expressions import Dialect, Expressions, Resolve
from workbench.relation.native_types import to_native
from workbench.relation.plan import TableName
from workbench.relation.printing import generate

__all__ = [
    "Check",
    "CreateTable",
    "NewColumn",
    "Reference",
    "Script",
    "Unique",
    "carried",
    "create_sql",
    "default_sql",
    "definition_sql",
]


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column to create. An enum is stored as text and checked."""

    name: str
    type: Type
    required: bool = False
    default: Node | None = None
    comment: str = ""
    check_name: str = ""
    """What the check on an enum's values is called; empty where the database names it."""


@dataclass(frozen=True, slots=True)
class Unique:
    """Columns no two rows share, perhaps only among the rows for which ``where`` is true."""

    columns: tuple[str, ...]
    where: Node | None = None
    nulls_distinct: bool = True
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns that equal the key, or other unique columns, of a row of ``target``."""

    columns: tuple[str, ...]
    target: TableName
    target_columns: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A condition over the columns of one row that must not be false."""

    condition: Node
    name: str = ""


@dataclass(frozen=True, slots=True)
class CreateTable:
    """A table to create."""

    table: TableName
    columns: tuple[NewColumn, ...]
    key: tuple[str, ...] = ()
    unique: tuple[Unique, ...] = ()
    references: tuple[Reference, ...] = ()
    checks: tuple[Check, ...] = ()
    comment: str = ""
    key_name: str = ""
    """What the key is called; empty where the database names it."""

    def column(self, name: str) -> NewColumn | None:
        """The column called ``name``."""
        return next((each for each in self.columns if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Script:
    """Statements in an order that works; ``problems`` says what the target cannot carry."""

    statements: tuple[str, ...]
    problems: Problems = field(default_factory=Problems)

    @property
    def text(self) -> str:
        """All statements, each closed by a semicolon, a blank line between."""
        return "\n\n".join(f"{each};" for each in self.statements) + ("\n" if self.statements else "")


def create_sql(tables: Sequence[CreateTable], dialect: Dialect) -> Script:
    """The statements that create ``tables``: a table before those that refer to it, then what circles leave, indices, comments.

    What ``dialect`` has no word for is left out and said in the problems (path ``table.column``), all of them warnings.

    >>> from workbench.model.types import parse_type
    >>> print(create_sql([CreateTable(TableName("t"), (NewColumn("id", parse_type("integer"), required=True),), ("id",))], "duckdb").text)
    CREATE TABLE "t" (
      "id" BIGINT NOT NULL,
      PRIMARY KEY ("id")
    );
    <BLANKLINE>

    Raises:
        DefinitionError: two tables or two columns have one name, or a constraint is about a column that is not there.
    """
    return _Writer(tables, dialect).script()


def carried(
    tables: Sequence[CreateTable], dialect: Dialect
) -> tuple[tuple[CreateTable, ...], frozenset[tuple[TableName, Reference]]]:
    """``tables`` as ``create_sql`` makes them: in its order, with the references and checks the dialect takes, and the references
    among them that close a circle.

    >>> carried([], "postgres")
    ((), frozenset())
    """
    writer = _Writer(tables, dialect)
    ordered, later = writer.ordered()
    return tuple(replace(each, checks=tuple(writer.sayable(each))) for each in ordered), frozenset(later)


def definition_sql(node: Node, dialect: Dialect, *, is_default: bool = False) -> str:
    """A condition over one row's columns, or a default, as it stands in a table's definition.

    >>> definition_sql(Call("now"), "postgres", is_default=True)
    'CURRENT_TIMESTAMP'

    Raises:
        DefinitionError: the dialect cannot say it.
    """
    expressions = Expressions(dialect, binds=False)
    if is_default:
        return generate(default_sql(node, expressions), dialect)
    return generate(expressions.print(node, lambda path: expressions.column(path.names[-1])), dialect)


def default_sql(node: Node, expressions: Expressions) -> exp.Expr:
    """What a column is filled with where nothing is given, as it stands in its definition."""
    match node:
        case Call(function="now", arguments=()):
            return exp.CurrentTimestamp()
        case Call(function="today", arguments=()):
            return exp.CurrentDate()
    printed = expressions.print(node, _no_column)
    return printed if isinstance(printed, exp.Literal | exp.Null | exp.Boolean) else exp.Paren(this=printed)


class _Writer:
    """The statements and problems of one script."""

    def __init__(self, tables: Sequence[CreateTable], dialect: Dialect) -> None:
        self.dialect = dialect
        self.expressions = Expressions(dialect, binds=False)
        self.tables = {each.table: each for each in tables}
        self.problems: list[Problem] = []
        if len(self.tables) < len(tables):
            raise DefinitionError("two tables to create have the same name")
        for table in tables:
            _verify(table)

    def script(self) -> Script:
        ordered, later = self.ordered()
        statements = [exp.Create(this=self.table(each, later), kind="TABLE") for each in ordered]
        trees: list[exp.Expr] = [*statements]
        if self.dialect == "postgres":
            closing = ((table, each) for table in ordered for each in table.references if (table.table, each) in later)
            trees += [self.added(table, each) for table, each in closing]
        trees += [index for table in ordered for index in self.indices(table)]
        trees += [comment for table in ordered for comment in self.comments(table)]
        return Script(tuple(generate(each, self.dialect, is_pretty=True) for each in trees), Problems(self.problems))

    def lost(self, table: CreateTable, part: Iterable[str], code: str, message: str, hint: str = "") -> None:
        path = ".".join([str(table.table), ",".join(part)]).rstrip(".")
        self.problems.append(Problem(path, code, message, "warning", hint))

    # Order.

    def ordered(self) -> tuple[list[CreateTable], set[tuple[TableName, Reference]]]:
        """Tables so that references lead back, and the references that cannot because they close a circle."""
        carried = {
            table.table: [each for each in table.references if self.carries(table, each)]
            for table in self.tables.values()
        }
        self.tables = {name: replace(each, references=tuple(carried[name])) for name, each in self.tables.items()}
        ordered: dict[TableName, CreateTable] = {}
        waiting = dict(self.tables)
        later: set[tuple[TableName, Reference]] = set()
        while waiting:
            ready = [name for name, each in waiting.items() if self.open(each, ordered) == []]
            if not ready:
                # A circle: the table that waits for the fewest others goes first, what it refers to follows.
                first = min(waiting.values(), key=lambda each: len(self.open(each, ordered)))
                later |= {(first.table, each) for each in self.open(first, ordered)}
                ready = [first.table]
            for name in ready:
                ordered[name] = waiting.pop(name)
        if self.dialect == "duckdb":
            for name, reference in sorted(later, key=lambda pair: (str(pair[0]), pair[1].columns)):
                message = f"DuckDB adds no reference to a table that exists, and the one to {reference.target} closes a circle"
                self.lost(self.tables[name], reference.columns, "circular_reference", message)
        return list(ordered.values()), later

    def open(self, table: CreateTable, done: dict[TableName, CreateTable]) -> list[Reference]:
        """References to tables that are not there yet."""
        return [each for each in table.references if each.target != table.table and each.target not in done]

    def carries(self, table: CreateTable, reference: Reference) -> bool:
        """Whether a database would take the reference; why not is said."""
        target = self.tables.get(reference.target)
        if target is None:
            message = f"{reference.target} is not among the tables created"
            self.lost(table, reference.columns, "unknown_target", f"the reference is left out: {message}")
            return False
        declared = [target.key, *(each.columns for each in target.unique if each.where is None and each.nulls_distinct)]
        if sorted(reference.target_columns) not in [sorted(each) for each in declared if each]:
            named = ", ".join(reference.target_columns)
            message = f"the reference is left out: nothing says that {named} is unique in {reference.target}"
            self.lost(table, reference.columns, "target_not_unique", message, "declare it as key or identity")
            return False
        kinds = [
            [to_native(column.type, self.dialect) for name in names if (column := owner.column(name))]
            for owner, names in ((table, reference.columns), (target, reference.target_columns))
        ]
        if kinds[0] != kinds[1]:
            message = f"the reference is left out: {', '.join(kinds[0])} cannot refer to {', '.join(kinds[1])}"
            self.lost(table, reference.columns, "type_mismatch", message, "give both sides the same type")
        return kinds[0] == kinds[1]

    # Statements.

    def table(self, table: CreateTable, later: set[tuple[TableName, Reference]]) -> exp.Schema:
        parts: list[exp.Expr] = [self.column(table, each) for each in table.columns]
        if table.key:
            parts.append(self.named(table.key_name, exp.PrimaryKey(expressions=self.names(table.key))))
        parts += [self.unique(each) for each in table.unique if self.is_constraint(each)]
        parts += [self.reference(each) for each in table.references if (table.table, each) not in later]
        parts += self.checks(table)
        return exp.Schema(this=self.expressions.table(table.table), expressions=parts)

    def column(self, table: CreateTable, column: NewColumn) -> exp.ColumnDef:
        kind = exp.DataType(this=exp.DType.USERDEFINED, kind=to_native(column.type, self.dialect))
        constraints: list[exp.Expr] = []
        if column.required or column.name in table.key:
            constraints.append(exp.NotNullColumnConstraint())
        if column.default is not None:
            constraints.append(exp.DefaultColumnConstraint(this=default_sql(column.default, self.expressions)))
        if isinstance(column.type, EnumType):
            values = [exp.Literal.string(name) for name in column.type.names]
            constraints.append(
                exp.CheckColumnConstraint(this=exp.In(this=self.expressions.column(column.name), expressions=values))
            )
        elif isinstance(column.type, ArrayType) and isinstance(column.type.item, EnumType):
            self.lost(table, [column.name], "enum_not_checked", "the values inside an array are not checked")
        wrapped = [exp.ColumnConstraint(kind=each) for each in constraints]
        if column.check_name and isinstance(column.type, EnumType):
            wrapped[-1].set("this", self.expressions.identifier(column.check_name))
        return exp.ColumnDef(this=self.expressions.identifier(column.name), kind=kind, constraints=wrapped)

    def checks(self, table: CreateTable) -> list[exp.Expr]:
        said = self.sayable(table).items()
        return [self.named(check.name, exp.CheckColumnConstraint(this=condition)) for check, condition in said]

    def sayable(self, table: CreateTable) -> dict[Check, exp.Expr]:
        """The checks that can be said, as trees; the others are lost."""
        made = {}
        for check in table.checks:
            try:
                made[check] = self.expressions.print(check.condition, _row(self.expressions, table))
            except DefinitionError as error:
                message = f"the check {write(check.condition)} is left out: {error}"
                self.lost(table, [check.name] if check.name else [], "check_not_carried", message)
        return made

    def is_constraint(self, unique: Unique) -> bool:
        return unique.where is None and (unique.nulls_distinct or self.dialect == "postgres")

    def unique(self, unique: Unique) -> exp.Expr:
        columns = exp.Schema(expressions=self.names(unique.columns))
        return self.named(unique.name, exp.UniqueColumnConstraint(this=columns, nulls=not unique.nulls_distinct))

    def reference(self, reference: Reference) -> exp.Expr:
        target = exp.Schema(
            this=self.expressions.table(reference.target), expressions=self.names(reference.target_columns)
        )
        key = exp.ForeignKey(expressions=self.names(reference.columns), reference=exp.Reference(this=target))
        return self.named(reference.name, key)

    def added(self, table: CreateTable, reference: Reference) -> exp.Expr:
        action = exp.AddConstraint(expressions=[self.reference(reference)])
        return exp.Alter(this=self.expressions.table(table.table), kind="TABLE", actions=[action])

    def indices(self, table: CreateTable) -> list[exp.Expr]:
        """Unique indices for what only an index can say."""
        made: list[exp.Expr] = []
        for unique in table.unique:
            if self.is_constraint(unique):
                continue
            if self.dialect == "duckdb":
                what = "under a condition" if unique.where is not None else "with nulls equal"
                self.lost(
                    table, unique.columns, "identity_not_carried", f"DuckDB has no uniqueness {what}; it is left out"
                )
                continue
            columns = [exp.Ordered(this=self.expressions.column(name), nulls_first=False) for name in unique.columns]
            condition = unique.where and self.expressions.print(unique.where, _row(self.expressions, table))
            name = unique.name or "_".join([table.table.name, *unique.columns, "where"])[:63]
            index = exp.Index(
                this=self.expressions.identifier(name),
                table=self.expressions.table(table.table),
                params=exp.IndexParameters(columns=columns, where=condition and exp.Where(this=condition)),
            )
            if not unique.nulls_distinct:
                self.lost(
                    table,
                    unique.columns,
                    "nulls_not_equal",
                    "under a condition, nulls count as different",
                    "add 'is not null'",
                )
            made.append(exp.Create(this=index, kind="INDEX", unique=True))
        return made

    def comments(self, table: CreateTable) -> list[exp.Expr]:
        name = self.expressions.table(table.table)
        made: list[exp.Expr] = []
        if table.comment:
            made.append(exp.Comment(this=name, kind="TABLE", expression=exp.Literal.string(table.comment)))
        for column in table.columns:
            if column.comment:
                parts = {part: value.copy() for part, value in name.args.items() if part in ("db", "catalog") and value}
                of = exp.Column(this=self.expressions.identifier(column.name), table=name.this.copy(), **parts)
                made.append(exp.Comment(this=of, kind="COLUMN", expression=exp.Literal.string(column.comment)))
        return made

    # Names.

    def names(self, columns: Iterable[str]) -> list[exp.Identifier]:
        return [self.expressions.identifier(each) for each in columns]

    def named(self, name: str, constraint: exp.Expr) -> exp.Expr:
        return exp.Constraint(this=self.expressions.identifier(name), expressions=[constraint]) if name else constraint


def _verify(table: CreateTable) -> None:
    """Raise where the declaration contradicts itself."""
    names = [each.name for each in table.columns]
    if not names:
        raise DefinitionError(f"the table {table.table} needs at least one column")
    if len(set(names)) < len(names):
        raise DefinitionError(f"two columns of {table.table} have the same name")
    used = [table.key, *(each.columns for each in table.unique), *(each.columns for each in table.references)]
    for name in (name for columns in used for name in columns):
        if name not in names:
            raise DefinitionError(str(NotFoundError(f"column of {table.table}", name, names)))
    if uneven := [each for each in table.references if len(each.columns) != len(each.target_columns)]:
        raise DefinitionError(f"a reference of {table.table} to {uneven[0].target} joins unequal numbers of columns")


def _row(expressions: Expressions, table: CreateTable) -> Resolve:
    """Names as columns of the table alone."""

    def column(path: Path) -> exp.Expr:
        if len(path.names) != 1:
            raise DefinitionError(f"{path} leads to another table")
        if table.column(path.names[0]) is None:
            raise DefinitionError(str(NotFoundError("column", path.names[0], [each.name for each in table.columns])))
        return expressions.column(path.names[0])

    return column


def _no_column(path: Path) -> exp.Expr:
    raise DefinitionError(f"a default cannot name the column {path}")
