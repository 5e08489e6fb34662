"""What a script's statements declare, gathered table by table until the last one has been read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from sqlglot import exp

from workbench.errors import Problem, nearest
from workbench.model.expression import Constant, Node, Path, mapped
from workbench.model.types import EnumType, EnumValue, ScalarType, Type, type_text
from workbench.relation.ddl_names import column_name, key_columns, table_name, written_name
from workbench.relation.from_sql import as_type, from_sqlglot
from workbench.relation.native_types import from_native
from workbench.relation.plan import TableName
from workbench.relation.port import ColumnInfo, ForeignKeyInfo, PartialUnique, TableInfo

__all__ = ["Declarations"]

_SERIALS = (exp.DType.SERIAL, exp.DType.BIGSERIAL, exp.DType.SMALLSERIAL)
_FILLED = (
    exp.AutoIncrementColumnConstraint,
    exp.GeneratedAsIdentityColumnConstraint,
    exp.GeneratedAsRowColumnConstraint,
    exp.ComputedColumnConstraint,
)


@dataclass(slots=True)
class _Reference:
    """A foreign key as written: its target may be declared later, or name no columns."""

    columns: tuple[str, ...]
    target: TableName
    target_columns: tuple[str, ...]
    line: int


@dataclass(slots=True)
class _Table:
    """A table so far."""

    name: TableName
    line: int
    columns: dict[str, ColumnInfo] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    unique: list[tuple[str, ...]] = field(default_factory=list)
    partial: list[PartialUnique] = field(default_factory=list)
    references: list[_Reference] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    conditions: list[Node] = field(default_factory=list)
    comment: str = ""

    def spelled(self, name: str) -> str:
        """The name of a column as the table declares it; SQL does not mind its case."""
        return self.columns[name.casefold()].name if name.casefold() in self.columns else name

    def known(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The columns among ``names``, as the table declares them."""
        return tuple(self.spelled(name) for name in names if name.casefold() in self.columns)

    def change(self, name: str, **facts: object) -> None:
        """Say more about a column, if there is such a one."""
        if column := self.columns.get(name.casefold()):
            self.columns[name.casefold()] = replace(column, **facts)  # type: ignore[arg-type]


class Declarations:
    """Statements go in, tables come out."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.problems: list[Problem] = []
        self._tables: dict[tuple[str, str], _Table] = {}
        self._types: dict[str, Type] = {}

    # In.

    def add(self, tree: exp.Expr, line: int, text: str) -> None:
        """Take in one statement; ``line`` is where it begins."""
        match tree:
            case exp.Create() if str(tree.args.get("kind")).upper() == "TABLE":
                self._create(tree, line, text)
            case exp.Create() if isinstance(tree.this, exp.Index):
                self._index(tree, line)
            case exp.Create() if str(tree.args.get("kind")).upper() == "TYPE" and isinstance(
                tree.expression, exp.DataType
            ):
                names = tuple(each.name for each in tree.expression.expressions)
                if names and all(names) and len(set(names)) == len(names):
                    self._types[tree.this.name.casefold()] = EnumType(
                        values=tuple(EnumValue(name=each) for each in names)
                    )
            case exp.Alter():
                if table := self._known(tree.this, line, "ALTER TABLE"):
                    for action in tree.args.get("actions") or ():
                        self._action(table, action, line)
            case exp.Comment() if isinstance(tree.expression, exp.Literal):
                self._comment(tree)

    def generate(self, table: str, column: str) -> None:
        """Note that the database fills a column; both names as written."""
        if found := self._find(written_name(table)):
            found.change(written_name(column).name, is_generated=True)

    def default(self, table: str, column: str, value: exp.Expr) -> None:
        """Note a column's default; both names as written."""
        if found := self._find(written_name(table)):
            self._set_default(found, written_name(column).name, value)

    def domain(self, name: str, native: str) -> None:
        """Note a type of the script's own, by the type it restricts."""
        if type_ := from_native(native, self.dialect):
            self._types[written_name(name).name.casefold()] = type_

    def _create(self, tree: exp.Create, line: int, text: str) -> None:
        schema = tree.this
        name = table_name(schema.this if isinstance(schema, exp.Schema) else schema)
        if not isinstance(schema, exp.Schema) or not schema.expressions:
            self._tell(
                name,
                "no_columns",
                "the table is made from a query or another table; its columns are not known",
                "info",
                line,
            )
            return
        if (name.schema.casefold(), name.name.casefold()) in self._tables:
            self._tell(
                name,
                "duplicate_table",
                "the table is declared a second time; the first declaration counts",
                "warning",
                line,
            )
            return
        table = self._tables[name.schema.casefold(), name.name.casefold()] = _Table(name, line)
        for part in schema.expressions:
            if isinstance(part, exp.ColumnDef):
                self._column(table, part, line)
            elif isinstance(part, exp.Identifier | exp.Column):  # SQLite knows columns without a type
                self._new_column(table, ColumnInfo(part.name, "string"), line)
        for part in schema.expressions:
            if not isinstance(part, exp.ColumnDef | exp.Identifier | exp.Column):
                self._constraint(table, part, line)
        properties = tree.args.get("properties")
        for each in properties.expressions if properties else ():
            if isinstance(each, exp.SchemaCommentProperty):
                table.comment = each.this.name

    def _action(self, table: _Table, action: exp.Expr, line: int) -> None:
        """One action of ALTER TABLE."""
        match action:
            case exp.AddConstraint() | exp.Schema():
                for each in action.expressions:
                    if isinstance(each, exp.ColumnDef):
                        self._column(table, each, line)
                    else:
                        self._constraint(table, each, line)
            case exp.ColumnDef():
                self._column(table, action, line)
            case exp.ModifyColumn():
                self._redefine(table, action.this, line)
            case exp.AlterColumn():
                if action.args.get("allow_null") is False:
                    table.change(action.name, required=True)
                if default := action.args.get("default"):
                    self._set_default(table, action.name, default)

    def _redefine(self, table: _Table, definition: exp.Expr, line: int) -> None:
        """A column declared again: the new declaration counts, its place stays."""
        key = definition.name.casefold()
        if not isinstance(definition, exp.ColumnDef) or key not in table.columns:
            return
        places = list(table.columns)
        del table.columns[key]
        self._column(table, definition, line)
        table.columns = {each: table.columns[each] for each in places}

    def _index(self, tree: exp.Create, line: int) -> None:
        index = tree.this
        table = self._known(index.args["table"], line, "CREATE UNIQUE INDEX")
        parameters = index.args.get("params")
        if table is None or parameters is None:
            return
        keys = [each.this if isinstance(each, exp.Ordered) else each for each in parameters.args.get("columns") or ()]
        if not keys or not all(isinstance(each, exp.Column | exp.Identifier | exp.ColumnPrefix) for each in keys):
            self._tell(table.name, "unique_expression", "a unique index over an expression is skipped", "info", line)
            return
        columns = tuple(table.spelled(column_name(each)) for each in keys)
        condition = parameters.args.get("where")
        if condition is None:
            table.unique.append(columns)
        elif (where := from_sqlglot(condition.this)) is not None:
            table.partial.append(PartialUnique(columns, _respelled(where, table.spelled)))
        else:
            message = f"our language cannot say the condition {condition.this.sql()[:200]}; the unique index is skipped"
            self._tell(table.name, "untranslated_check", message, "info", line)

    def _comment(self, tree: exp.Comment) -> None:
        text = tree.expression.name
        if str(tree.args.get("kind")).upper() == "TABLE":
            if table := self._find(table_name(tree.this)):
                table.comment = text
        elif isinstance(tree.this, exp.Column) and (
            table := self._find(TableName(tree.this.table, tree.this.text("db")))
        ):
            table.change(tree.this.name, comment=text)

    # Columns.

    def _column(self, table: _Table, definition: exp.ColumnDef, line: int) -> None:
        kind = definition.args.get("kind")
        native = kind.sql(self.dialect) if kind is not None else ""
        type_ = self._type(kind, native)
        if type_ is None:
            message = f"the type {native!r} is not known; the column is taken for text"
            self._tell(table.name, "unknown_type", message, "info", line, definition.name)
        column = ColumnInfo(definition.name, type_text(type_ or ScalarType(name="string")), native_type=native)
        is_serial = isinstance(kind, exp.DataType) and kind.this in _SERIALS
        self._new_column(table, replace(column, is_generated=is_serial), line)
        for each in definition.args.get("constraints") or ():
            self._column_constraint(table, definition.name, each.args.get("kind"), line)

    def _new_column(self, table: _Table, column: ColumnInfo, line: int) -> None:
        if column.name.casefold() in table.columns:
            self._tell(
                table.name,
                "duplicate_column",
                "the column is declared twice; the first counts",
                "warning",
                line,
                column.name,
            )
        else:
            table.columns[column.name.casefold()] = column

    def _type(self, kind: exp.Expr | None, native: str) -> Type | None:
        if kind is None:
            return ScalarType(name="string")
        if isinstance(kind, exp.DataType) and kind.this == exp.DType.USERDEFINED:
            declared = self._types.get(native.rpartition(".")[2].strip('"').casefold())
            if declared is not None:
                return declared
        return from_native(native, self.dialect)

    def _column_constraint(self, table: _Table, name: str, kind: exp.Expr | None, line: int) -> None:
        match kind:
            case exp.NotNullColumnConstraint():
                table.change(name, required=not kind.args.get("allow_null"))
            case exp.PrimaryKeyColumnConstraint():
                table.key = (name,)
            case exp.UniqueColumnConstraint():
                table.unique.append((name,))
            case exp.DefaultColumnConstraint():
                self._set_default(table, name, kind.this)
            case exp.CommentColumnConstraint():
                table.change(name, comment=kind.this.name)
            case exp.CheckColumnConstraint():
                self._check(table, kind.this, line)
            case exp.Reference():
                self._reference(table, (name,), kind, line)
            case exp.AutoIncrementColumnConstraint() if self.dialect == "sqlite":
                table.change(name, is_generated=True)
            case _ if isinstance(kind, _FILLED):
                table.change(name, is_generated=True)

    def _set_default(self, table: _Table, name: str, value: exp.Expr) -> None:
        if any(each.name.lower() == "nextval" for each in value.find_all(exp.Anonymous)):
            table.change(name, is_generated=True)
            return
        column = table.columns.get(name.casefold())
        default = from_sqlglot(value)
        if isinstance(default, Constant) and column is not None:
            default = as_type(default, column.type)
        table.change(name, default=default)

    # Constraints of the table.

    def _constraint(self, table: _Table, part: exp.Expr, line: int) -> None:
        match part:
            case exp.Constraint():
                kinds = [type(each) for each in part.expressions]
                if exp.PrimaryKeyColumnConstraint in kinds:  # SQL Server: PRIMARY KEY CLUSTERED (a, b)
                    table.key = table.known(key_columns(part))
                    return
                for each in part.expressions:
                    self._constraint(table, each, line)
            case exp.PrimaryKey():
                table.key = table.known(key_columns(part))
            case exp.UniqueColumnConstraint():
                if columns := table.known(key_columns(part.this)):
                    table.unique.append(columns)
            case exp.ForeignKey():
                columns = tuple(table.spelled(each.name) for each in part.expressions)
                if reference := part.args.get("reference"):
                    self._reference(table, columns, reference, line)
            case exp.CheckColumnConstraint():
                self._check(table, part.this, line)

    def _reference(self, table: _Table, columns: tuple[str, ...], reference: exp.Expr, line: int) -> None:
        target = reference.this
        names: tuple[str, ...] = ()
        if isinstance(target, exp.Schema):
            names = tuple(each.name for each in target.expressions)
            target = target.this
        table.references.append(_Reference(columns, table_name(target), names, line))

    def _check(self, table: _Table, condition: exp.Expr, line: int) -> None:
        text = condition.sql(self.dialect)
        table.checks.append(text)
        node = from_sqlglot(condition)
        if node is None:
            message = f"our language cannot say the check {text[:200]}"
            self._tell(table.name, "untranslated_check", message, "info", line)
        else:
            table.conditions.append(_respelled(node, table.spelled))

    # Out.

    def tables(self) -> tuple[TableInfo, ...]:
        """The tables in the order of their statements; references resolved."""
        counts = Counter(name for _, name in self._tables)
        named = {
            key: TableName(each.name.name, each.name.schema if counts[key[1]] > 1 else "")
            for key, each in self._tables.items()
        }
        return tuple(self._info(named[key], table, named) for key, table in self._tables.items())

    def _info(self, name: TableName, table: _Table, named: dict[tuple[str, str], TableName]) -> TableInfo:
        key = tuple(table.spelled(each) for each in table.key)
        columns = tuple(replace(each, required=True) if each.name in key else each for each in table.columns.values())
        unique = tuple(dict.fromkeys(each for each in table.unique if tuple(each) != key))
        return TableInfo(
            name,
            columns,
            rows=0,
            key=key,
            unique=unique,
            references=tuple(self._resolved(table, named)),
            checks=tuple(table.checks),
            conditions=tuple(table.conditions),
            partial_unique=tuple(table.partial),
            comment=table.comment,
        )

    def _resolved(self, table: _Table, named: dict[tuple[str, str], TableName]) -> Iterator[ForeignKeyInfo]:
        for reference in table.references:
            target = self._find(reference.target)
            path = ",".join(reference.columns)
            if target is None:
                close = nearest(reference.target.name, [each.name for each in named.values()])
                hint = f"did you mean {close[0]!r}?" if close else "add the statement that creates it"
                message = f"the reference leads to {reference.target}, which is not declared here; it is left out"
                self._tell(table.name, "unknown_target", message, "warning", reference.line, path, hint)
                continue
            columns = tuple(target.spelled(each) for each in reference.target_columns or target.key)
            if len(columns) != len(reference.columns) or any(each.casefold() not in target.columns for each in columns):
                message = f"the reference to {target.name} does not fit its columns; it is left out"
                self._tell(table.name, "bad_reference", message, "warning", reference.line, path)
                continue
            place = (target.name.schema.casefold(), target.name.name.casefold())
            yield ForeignKeyInfo(reference.columns, named[place], columns)

    # Names.

    def _find(self, name: TableName) -> _Table | None:
        """The table a name means: in its schema, or the only one of that name."""
        if found := self._tables.get((name.schema.casefold(), name.name.casefold())):
            return found
        found_all = [table for (_, each), table in self._tables.items() if each == name.name.casefold()]
        return found_all[0] if len(found_all) == 1 and (not name.schema or not found_all[0].name.schema) else None

    def _known(self, tree: exp.Expr, line: int, what: str) -> _Table | None:
        name = table_name(tree)
        table = self._find(name)
        if table is None:
            self._tell(
                name, "unknown_table", f"{what} is about a table that is not declared before it", "warning", line
            )
        return table

    def _tell(
        self, table: TableName, code: str, message: str, severity: str, line: int, column: str = "", hint: str = ""
    ) -> None:
        path = f"{table.name}.{column}" if column else table.name
        self.problems.append(Problem(path, code, message, severity, hint, line=line, column=1))  # type: ignore[arg-type]


def _respelled(node: Node, spelled: Callable[[str], str]) -> Node:
    """``node`` with every column named as its table declares it."""
    if isinstance(node, Path):
        return Path((spelled(node.names[0]),))
    return mapped(node, lambda each: _respelled(each, spelled))
