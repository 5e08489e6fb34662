"""The alterations that lead from one layout to another, in an order that works.

DuckDB adds and drops no constraints of a table that is there: what needs that is made anew under a free name, filled and put in the
old one's place. PostgreSQL's tables are altered; constraints that do not stay go first, those that are new come last, references at
the very end. In both, values are read while everything still has its old name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from workbench.errors import Problem
from workbench.evolve.migration_layout import Shape, columns_of, meaning, translated
from workbench.evolve.migration_rows import Origin, Origins
from workbench.expression.typed import Column, Typed
from workbench.model.address import dotted
from workbench.model.expression import Node, mapped, write
from workbench.model.types import EnumType, ScalarType
from workbench.relation.alteration import (
    AddColumn,
    AddConstraint,
    Alteration,
    ChangeColumn,
    Constraint,
    Describe,
    DropColumn,
    DropConstraint,
    DropTable,
    FillColumns,
    FillTable,
    RenameColumn,
    RenameConstraint,
    RenameTable,
)
from workbench.relation.ddl import Check, NewColumn, Reference
from workbench.relation.plan import TableName

__all__ = ["steps"]


def steps(found: Origins, problems: list[Problem]) -> tuple[Alteration, ...]:
    """What makes of the tables before those after; ``problems`` hears of what cannot be done."""
    if found.after.dialect == "duckdb":
        return tuple(_Duck(found).steps())
    return tuple(_Postgres(found, problems).steps())


class _Steps:
    """What both databases have in common."""

    def __init__(self, found: Origins) -> None:
        self.found, self.before, self.after = found, found.before, found.after
        self.origins = list(found.by_name.values())
        self.ends = {
            each.old.name: (each.shape.name, self.names(each)) for each in self.origins if each.old is not None
        }

    def names(self, origin: Origin) -> dict[str, str]:
        """Columns before -> columns after of what stays."""
        assert origin.old is not None
        kept = {**origin.same, **origin.cast}
        return {origin.old.columns[was]: origin.shape.columns[name] for name, was in kept.items()}

    def free(self, wanted: str, taken: set[str]) -> str:
        """A name like ``wanted`` that nothing has; from now on it is taken."""
        name, number = wanted, 1
        while self.folded(name) in set(map(self.folded, taken)):
            number += 1
            name = f"{wanted[:50]}_{number}"
        taken.add(name)
        return name

    def folded(self, name: str) -> str:
        return name.casefold() if self.after.dialect == "duckdb" else name

    def renames(self, pairs: Mapping[str, str], present: Iterable[str]) -> Iterable[tuple[str, str]]:
        """Old and new names in an order in which no name is ever two; a circle goes by way of a free name."""
        waiting = {old: new for old, new in pairs.items() if old != new}
        taken = {*map(self.folded, present)}
        while waiting:
            ready = next((old for old, new in waiting.items() if self.folded(new) not in taken), None)
            old = ready or next(iter(waiting))
            new = waiting.pop(old)
            if ready is None:
                aside = self.free(old, {*present, *taken, *pairs.values()})
                waiting[aside] = new
                new = aside
            yield old, new
            taken.discard(self.folded(old))
            taken.add(self.folded(new))

    def columns_renamed(
        self, table: TableName, pairs: Mapping[str, str], present: Iterable[str]
    ) -> Iterable[Alteration]:
        for old, new in self.renames(pairs, present):
            yield RenameColumn(table, old, new)

    def tables_renamed(self, pairs: Mapping[TableName, str], present: Iterable[TableName]) -> Iterable[Alteration]:
        """Tables, all of one schema, under their new names."""
        where = {each.name: each for each in pairs}
        for old, new in self.renames(
            {each.name: name for each, name in pairs.items()}, [each.name for each in present]
        ):
            table = where.pop(old)
            yield RenameTable(table, new)
            where[new] = replace(table, name=new)

    def described(self, origin: Origin, is_new: bool = False) -> Iterable[Alteration]:
        """Comments that differ, in the names after."""
        shape, old = origin.shape, None if is_new else origin.old
        if (old.table.comment if old else "") != shape.table.comment:
            yield Describe(shape.name, "", shape.table.comment)
        said = {each.name: each.comment for each in old.table.columns} if old else {}
        kept = {new: was for was, new in self.names(origin).items()} if old else {}
        for each in shape.table.columns:
            if each.comment != said.get(kept.get(each.name, ""), ""):
                yield Describe(shape.name, each.name, each.comment)

    def kept(self, origin: Origin) -> tuple[list[tuple[Constraint, Constraint]], list[Constraint], list[Constraint]]:
        """Constraints that stay (before and after), those that go, and those that come."""
        assert origin.old is not None
        retyped = {origin.shape.columns[name] for name in origin.cast}
        coming = {meaning(each): each for each in origin.shape.constraints}
        staying: list[tuple[Constraint, Constraint]] = []
        going: list[Constraint] = []
        for each in origin.old.constraints:
            moved = translated(each, self.names(origin), self.ends)
            same = None if moved is None or self.touches(moved, retyped) else coming.pop(meaning(moved), None)
            if same is None:
                going.append(each)
            else:
                staying.append((each, same))
        return staying, going, list(coming.values())

    def touches(self, constraint: Constraint, columns: set[str]) -> bool:
        """Whether the constraint is about one of the columns, or refers to one whose type changes."""
        if isinstance(constraint, Reference):
            other = next((each for each in self.origins if each.shape.name == constraint.target), None)
            there = {other.shape.columns[name] for name in other.cast} if other else set()
            if there & set(constraint.target_columns):
                return True
        return bool(columns_of(constraint) & columns)


class _Duck(_Steps):
    """Alterations where they do, tables made anew where they do not."""

    def steps(self) -> Iterable[Alteration]:
        anew = [each for each in self.origins if each.old is None or self.is_anew(each)]
        altered = [each for each in self.origins if each not in anew]
        taken = {each.name.name for each in self.before.shapes.values()}
        finally_called: dict[TableName, str] = {}
        for each in anew:
            wanted = each.shape.name
            table = replace(wanted, name=self.free(wanted.name, taken))
            finally_called[table] = wanted.name
            yield from self.created(each, table)
        for shape in (*self.found.gone, *(each.old for each in anew if each.old)):
            yield DropTable(shape.name)
        for each in altered:
            yield from self.altered(each)
            assert each.old is not None
            finally_called[each.old.name] = each.shape.name.name
        yield from self.tables_renamed(finally_called, finally_called)
        for each in altered:
            yield from self.described(each)

    def created(self, origin: Origin, table: TableName) -> Iterable[Alteration]:
        yield replace(origin.shape.table, table=table)
        if origin.source is None:
            return
        names = [name for name in origin.shape.columns if name not in origin.new]
        names = names or list(origin.shape.columns)[:1]  # where nothing is kept, the rows still are
        columns = tuple(origin.shape.columns[name] for name in names)
        yield FillTable(table, columns, self.found.filled(origin, names))

    def is_anew(self, origin: Origin) -> bool:
        """Whether the table must be made anew."""
        assert origin.old is not None
        if origin.moved or origin.cast or set(origin.values) - set(origin.same):
            return True
        _, going, coming = self.kept(origin)
        gone = set(origin.old.columns) - set(origin.same.values())
        if going or coming or len(gone) == len(origin.old.columns):
            return True
        is_required = {each.name: each.required for each in origin.shape.table.columns}
        was_required = {each.name: each.required for each in origin.old.table.columns}
        differs = any(is_required[new] != was_required[old] for old, new in self.names(origin).items())
        return differs or any(is_required[origin.shape.columns[name]] for name in origin.new)

    def altered(self, origin: Origin) -> Iterable[Alteration]:
        """The table, still under its old name, with the columns after."""
        assert origin.old is not None
        table, names = origin.old.name, self.names(origin)
        present = [each.name for each in origin.old.table.columns]
        for column in present:
            if column not in names:
                yield DropColumn(table, column)
        yield from self.columns_renamed(table, names, names)
        for name in origin.new:
            yield AddColumn(table, replace(_column(origin.shape, name), comment=""))
        for old, new in names.items():
            before, after = origin.old.table.column(old), origin.shape.table.column(new)
            if before and after and _text(before.default) != _text(after.default):
                yield ChangeColumn(table, replace(before, name=new), after)


class _Postgres(_Steps):
    """Tables altered where they are."""

    def __init__(self, found: Origins, problems: list[Problem]) -> None:
        super().__init__(found)
        self.problems = problems
        self.called: dict[TableName, str] = {}
        self.added: dict[tuple[str, str], str] = {}

    def steps(self) -> Iterable[Alteration]:
        kept = {each.shape.name: self.kept(each) for each in self.origins if each.old}
        there = [each for each in self.origins if each.old]
        yield from self.unconstrained(there, kept)
        yield from self.values(there)
        for shape in self.found.gone:
            yield DropTable(shape.name)
        for each in there:
            yield from self.columns(each)
        yield from self.tables_renamed(self.called, self.called)
        for each in there:
            yield from self.finished(each)
        yield from self.constrained(there, kept)
        for each in self.origins:
            yield from self.described(each)

    def unconstrained(
        self, there: list[Origin], kept: Mapping[TableName, tuple[object, list[Constraint], object]]
    ) -> Iterable[Alteration]:
        """Without the constraints that do not stay, references first."""
        going: list[tuple[TableName, Constraint]] = []
        for shape in self.found.gone:
            going += [(shape.name, each) for each in shape.constraints if isinstance(each, Reference)]
        going += [(each.old.name, one) for each in there if each.old for one in kept[each.shape.name][1]]
        for table, constraint in sorted(going, key=lambda pair: not isinstance(pair[1], Reference)):
            yield DropConstraint(table, constraint)

    def values(self, there: list[Origin]) -> Iterable[Alteration]:
        """New tables and columns filled, then types changed: everything reads the tables as they were."""
        taken = {each.name.name for each in self.before.shapes.values()}
        for each in there:
            assert each.old is not None
            self.called[each.old.name] = each.shape.name.name
        for each in self.origins:
            if each.old is None:
                table = replace(each.shape.name, name=self.free(each.shape.name.name, taken))
                self.called[table] = each.shape.name.name
                yield replace(
                    each.shape.table, table=table, columns=tuple(map(_bare, each.shape.table.columns)), key=(), unique=(),
                    references=(), checks=(), comment="",
                )  # fmt: skip
                names = [name for name in each.shape.columns if name not in each.new]
                if each.source is not None and names:
                    columns = tuple(each.shape.columns[name] for name in names)
                    yield FillTable(table, columns, self.found.filled(each, names))
        for each in there:
            yield from self.filled(each)
        for each in there:
            yield from self.retyped(each)

    def filled(self, origin: Origin) -> Iterable[Alteration]:
        """Columns whose values move here, under free names."""
        assert origin.old is not None
        names = [
            name for name in (*origin.values, *origin.moved) if name not in origin.same and name not in origin.cast
        ]
        if not names:
            return
        if not origin.old.record.key:
            path = dotted("resources", origin.shape.resource.name)
            message = "its rows cannot be told apart, so no value can be brought to them"
            self.problems.append(Problem(path, "no_key", message, hint="give it a key first"))
            return
        taken = {each.name for each in origin.old.table.columns}
        columns = {name: self.free(origin.shape.columns[name], taken) for name in names}
        for name, column in columns.items():
            self.added[origin.shape.resource.name, name] = column
            yield AddColumn(
                origin.old.name, replace(_bare(_column(origin.shape, name)), name=column, required=False, default=None)
            )
        plan = self.found.moved(origin, origin.old.record.key, columns)
        yield FillColumns(origin.old.name, origin.old.key, tuple(columns.values()), plan)

    def retyped(self, origin: Origin) -> Iterable[Alteration]:
        """Columns with other types, their values cast as the language casts."""
        assert origin.old is not None
        for name, was in origin.cast.items():
            before = _column(origin.old, was)
            after = replace(before, type=_column(origin.shape, name).type, default=None)
            value = origin.values[name]
            assert isinstance(value, Typed)
            yield ChangeColumn(origin.old.name, before, after, _in_columns(value.tree, origin.old))

    def columns(self, origin: Origin) -> Iterable[Alteration]:
        """Without the columns that go, the others under their names."""
        assert origin.old is not None
        table, names = origin.old.name, self.names(origin)
        for each in origin.old.table.columns:
            if each.name not in names:
                yield DropColumn(table, each.name)
        added = {
            column: origin.shape.columns[name]
            for (resource, name), column in self.added.items()
            if resource == origin.shape.resource.name
        }
        yield from self.columns_renamed(table, names | added, names | added)

    def finished(self, origin: Origin) -> Iterable[Alteration]:
        """New columns, what is required, and defaults."""
        assert origin.old is not None
        shape, table = origin.shape, origin.shape.name
        filled = {name for resource, name in self.added if resource == shape.resource.name}
        before = {new: origin.old.table.column(old) for old, new in self.names(origin).items()}
        for name, column in shape.columns.items():
            after = _column(shape, name)
            was = before.get(column)
            if was is not None and name in origin.cast:
                was = replace(was, type=after.type, default=None)
            elif was is None and name in filled:
                was = replace(after, required=False, default=None)
            if was is None:
                yield AddColumn(table, replace(after, comment=""))
            elif (was.required, _text(was.default)) != (after.required, _text(after.default)):
                yield ChangeColumn(table, replace(was, name=column, type=after.type), after)

    def constrained(
        self,
        there: list[Origin],
        kept: Mapping[TableName, tuple[list[tuple[Constraint, Constraint]], object, list[Constraint]]],
    ) -> Iterable[Alteration]:
        """Constraints under their names, then the new ones, references last."""
        stay: dict[str, tuple[TableName, Constraint, str]] = {}
        coming = [(each.shape.name, one) for each in self.origins if not each.old for one in each.shape.constraints]
        for each in there:
            staying, _, new = kept[each.shape.name]
            stay |= {was.name: (each.shape.name, was, now.name) for was, now in staying}
            coming += [(each.shape.name, one) for one in new]
        for old, name in self.renames({was: now for was, (_, _, now) in stay.items()}, list(stay)):
            table, constraint, last = stay.pop(old)
            yield RenameConstraint(table, constraint, name)
            stay[name] = (table, replace(constraint, name=name), last)
        for table, constraint in sorted(coming, key=lambda pair: _rank(pair[1])):
            yield AddConstraint(table, constraint)


def _column(shape: Shape, name: str) -> NewColumn:
    found = shape.table.column(shape.columns[name])
    assert found is not None
    return found


def _bare(column: NewColumn) -> NewColumn:
    """A column whose constraints and comment come later."""
    type_ = ScalarType(name="string") if isinstance(column.type, EnumType) else column.type
    return replace(column, type=type_, comment="")


def _text(node: Node | None) -> str:
    return "" if node is None else write(node)


def _in_columns(node: Node, shape: Shape) -> Node:
    if isinstance(node, Column):
        return replace(node, names=(shape.columns[node.attribute],))
    return mapped(node, lambda child: _in_columns(child, shape))


def _rank(constraint: Constraint) -> int:
    """Keys before checks, references last."""
    return 2 if isinstance(constraint, Reference) else int(isinstance(constraint, Check))
