"""Live SQLAlchemy models: tables as their metadata declares them, relationships as their mappers configure them.

Nothing is imported by name and no database is asked; what a caller hands in is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from workbench.errors import DefinitionError
from workbench.language.importers.shapes import STRING, constant_of, decimal, enum, scalar
from workbench.language.importers.sketch import Crossing, Entity, Link, Part, Sketch, Unique
from workbench.model import ArrayType, Constraints, EnumType, Type
from workbench.model.address import dotted
from workbench.model.expression import Constant, Node
from workbench.model.types import storage, type_text
from workbench.relation.from_sql import as_type, read_condition
from workbench.relation.native_types import from_native

if TYPE_CHECKING:
    from sqlalchemy import Column, Table
    from sqlalchemy.orm import Mapper, RelationshipProperty

__all__ = ["read"]


def read(models: tuple[Any, ...], name: str) -> Sketch:
    """The tables and relationships of ``models``: declarative bases, mapped classes, tables or metadata, as a sketch.

    Raises:
        DefinitionError: one of them is none of these, or the mappers cannot be configured.
    """
    from sqlalchemy import MetaData, Table
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.orm import configure_mappers

    tables: dict[str, Table] = {}
    mappers: dict[Any, None] = {}
    for each in _flat(models):
        if isinstance(each, Table):
            tables[each.key] = each
        elif isinstance(each, MetaData):
            tables |= each.tables
        else:
            found, of_table = _of_class(each)
            mappers |= dict.fromkeys(found)
            tables |= of_table
    try:
        configure_mappers()
    except SQLAlchemyError as error:
        raise DefinitionError(f"the mappers cannot be configured: {error}") from error
    reader = _Reader(tables, list(mappers), name)
    reader.read()
    return reader.sketch


def _flat(models: Iterable[Any]) -> Iterator[Any]:
    for each in models:
        if isinstance(each, list | tuple | set | frozenset):
            yield from _flat(each)
        else:
            yield each


def _of_class(given: Any) -> tuple[list[Mapper[Any]], dict[str, Table]]:
    """The mappers and tables a class stands for: its own, or of a base everything that derives from it."""
    from sqlalchemy import MetaData, Table, inspect
    from sqlalchemy.orm import Mapper

    found = inspect(given, raiseerr=False) if isinstance(given, type) else None
    if isinstance(found, Mapper):
        tables = [each for each in found.tables if isinstance(each, Table)]
        return [found], {each.key: each for each in tables}
    registry, metadata = getattr(given, "registry", None), getattr(given, "metadata", None)
    if isinstance(given, type) and isinstance(metadata, MetaData) and registry is not None:
        own = [each for each in registry.mappers if issubclass(each.class_, given)]
        return sorted(own, key=lambda each: each.class_.__name__), dict(metadata.tables)
    hint = "pass a declarative base, mapped classes, tables or a MetaData"
    raise DefinitionError(f"{str(given)[:80]!r} is nothing that SQLAlchemy has mapped; {hint}")


class _Reader:
    def __init__(self, tables: dict[str, Table], mappers: list[Mapper[Any]], name: str) -> None:
        self.tables, self.mappers, self.sketch = tables, mappers, Sketch(name)
        self.links: dict[tuple[str, tuple[str, ...], str], Link] = {}

    def read(self) -> None:
        """Every table is an entity, every foreign key a link, and every relationship names one."""
        fields = {
            (column.table, column.name): attribute.key
            for mapper in self.mappers
            for attribute in mapper.column_attrs
            for column in attribute.columns
            if hasattr(column, "table")
        }
        documented = {mapper.local_table: mapper.class_.__doc__ or "" for mapper in reversed(self.mappers)}
        for table in self.tables.values():
            self.table(table, fields, documented.get(table, ""))
        for table in self.tables.values():
            self.references(table)
        for mapper in self.mappers:
            self.mapped(mapper)

    # Tables.

    def table(self, table: Table, fields: dict[tuple[Any, str], str], documented: str) -> None:
        """A table, its columns, key, identities and conditions."""
        from sqlalchemy import CheckConstraint, UniqueConstraint

        entity = Entity(_name(table), cluster=table.schema or "")
        said = documented.strip()
        entity.description = table.comment or ("" if said == f"A row of {table.name}." else said)
        self.sketch.add(entity)
        for column in table.columns:
            part = self.column(table, column)
            field = fields.get((table, column.name), column.name)
            part.called = field if field != column.name else ""
            entity.add(part)
        entity.key = tuple(each.name for each in table.primary_key.columns)
        declared = table.constraints | {each for column in table.columns for each in column.constraints}
        for constraint in sorted(declared, key=_order):
            if isinstance(constraint, UniqueConstraint):
                entity.unique.append(
                    Unique(tuple(each.name for each in constraint.columns), _constraint(constraint.name))
                )
            elif isinstance(constraint, CheckConstraint) and getattr(constraint, "_type_bound", False) is False:
                self.check(entity, constraint)
        entity.unique += [Unique((each.name,)) for each in table.columns if each.unique]
        for index in sorted(table.indexes, key=lambda each: str(each.name or "")):
            if index.unique:
                self.unique_index(entity, index)

    def check(self, entity: Entity, constraint: Any) -> None:
        """A condition is a rule, where our language can say it."""
        text = str(constraint.sqltext)
        node = read_condition(text, "postgres")
        if node is None:
            message = f"our language cannot say the check {text[:200]}"
            self.sketch.tell(dotted("resources", entity.name), "untranslated_check", message, "say it as a rule")
        else:
            entity.rules.append((_constraint(constraint.name) or f"check_{len(entity.rules) + 1}", node, ""))

    def unique_index(self, entity: Entity, index: Any) -> None:
        """A unique index is an identity, perhaps under a condition."""
        from sqlalchemy import Column

        where, text = None, ""
        for dialect in index.dialect_options:
            condition = index.dialect_options[dialect].get("where")
            if condition is not None:
                text = str(condition)
                where = read_condition(text, "postgres")
        columns = [each.name for each in index.expressions if isinstance(each, Column)]
        if len(columns) < len(index.expressions) or (text and where is None):
            message = (
                f"the unique index {index.name} is left out: our language cannot say {text[:120] or 'its expressions'}"
            )
            self.sketch.tell(dotted("resources", entity.name), "unique_expression", message)
        else:
            entity.unique.append(Unique(tuple(columns), _constraint(index.name), where))

    def column(self, table: Table, column: Column[Any]) -> Part:
        """A column as an attribute."""
        path = dotted("resources", _name(table), "attributes", column.name)
        type_, longest = self.type(column.type, path)
        part = Part(column.name, type_, required=not column.nullable, description=column.comment or column.doc or "")
        part.constraints = Constraints(max_length=longest)
        part.sensitive = bool(column.info.get("sensitive"))
        part.generated = (
            column.identity is not None
            or column.computed is not None
            or (table.autoincrement_column is column and column.autoincrement is True)
        )
        if column.computed is None and (column.onupdate is not None or column.server_onupdate is not None):
            self.sketch.tell(
                path,
                "onupdate_not_carried",
                "what an update sets is not carried",
                "say it as an action",
                severity="info",
            )
        self.default(part, column, path)
        return part

    def default(self, part: Part, column: Column[Any], path: str) -> None:
        """What fills the column where nobody does: a constant, an expression, or Python."""
        server: Any = getattr(column.server_default, "arg", None)
        own: Any = column.default
        if server is not None and column.computed is None:
            text = str(getattr(server, "text", server))
            node: Node | None = Constant(server) if isinstance(server, str) else read_condition(text, "postgres")
            if isinstance(node, Constant) and not isinstance(part.type, EnumType):
                node = as_type(node, type_text(part.type)) if part.type.kind != "struct" else None
            if "nextval" in text:
                part.generated = True
            elif node is None:
                self.sketch.tell(path, "default_not_carried", f"our language cannot say the default {text[:120]}", "")
            part.default = node
        elif own is not None and own.is_scalar:
            value = getattr(own.arg, "name" if isinstance(column.type, _sa().Enum) else "value", own.arg)
            part.default = constant_of(value, part.type)
            if part.default is None:
                self.sketch.tell(path, "default_not_carried", f"the default {str(value)[:80]!r} is no {part.type}", "")
        elif own is not None and storage(part.type) == "uuid":
            part.generated = True
        elif own is not None:
            self.sketch.tell(path, "default_not_carried", "the default is made by code", "say it as an expression")

    def type(self, given: Any, path: str) -> tuple[Type, int | None]:
        """The type a column's type means, and how long its texts may be."""
        sa = _sa()
        if isinstance(given, sa.types.TypeDecorator):
            return self.type(given.impl_instance, path)
        match given:
            case sa.Enum():
                return enum(map(str, given.enums)), None
            case sa.ARRAY():
                item = self.type(given.item_type, path)[0]
                for _ in range((given.dimensions or 1) - 1):
                    item = ArrayType(item=item)
                return ArrayType(item=item), None
            case sa.Text() | sa.UnicodeText():
                return STRING, given.length
            case sa.String():
                return STRING, given.length
            case sa.Float():
                return scalar("float"), None
            case sa.Numeric() if given.precision is not None:
                return decimal(given.precision, given.scale or 0), None
            case sa.DateTime():
                return scalar("timestamp" if given.timezone else "local_timestamp"), None
        for kind, name in (
            (sa.Boolean, "boolean"), (sa.Integer, "integer"), (sa.Numeric, "decimal"), (sa.Date, "date"), (sa.Time, "time"),
            (sa.Interval, "duration"), (sa.Uuid, "uuid"), (sa.JSON, "json"), (sa.LargeBinary, "binary"),
        ):  # fmt: skip
            if isinstance(given, kind):
                return scalar(name), None
        found = from_native(str(getattr(given, "__visit_name__", "")), "postgres")
        if found is None:
            message = f"the type {type(given).__name__} is not known; it is taken for text"
            self.sketch.tell(path, "unknown_type", message, severity="info")
        return found or STRING, None

    # References.

    def references(self, table: Table) -> None:
        """Every foreign key is a link."""
        for constraint in sorted(
            table.foreign_key_constraints, key=lambda each: [column.name for column in each.columns]
        ):
            columns = tuple(each.name for each in constraint.columns)
            targets = [each.target_fullname.rpartition(".") for each in constraint.elements]
            target = self.tables.get(targets[0][0])
            link = Link(
                _name(target) if target is not None else targets[0][0], columns, tuple(each[2] for each in targets)
            )
            if target is not None:
                link.target_columns = tuple(
                    target.c[each].name if each in target.c else each for each in link.target_columns
                )
            self.link(_name(table), link)
            if constraint.ondelete or constraint.onupdate:
                message = "what a delete or an update does to the rows that refer is not carried"
                self.sketch.tell(dotted("resources", _name(table)), "actions_not_carried", message, severity="info")

    def link(self, name: str, link: Link) -> Link:
        """The link of ``name`` between these columns: the one that is there, or ``link``."""
        pairs = sorted(zip(link.columns, link.target_columns, strict=True))
        key = (name, tuple(f"{here}={there}" for here, there in pairs), link.target)
        if key not in self.links:
            self.links[key] = link
            self.sketch.entities[name].links.append(link)
        return self.links[key]

    def mapped(self, mapper: Mapper[Any]) -> None:
        """The relationships of a class, and what of it lives in Python alone."""
        name = _name(mapper.local_table)
        path = dotted("resources", name)
        if mapper.inherits is not None:
            message = (
                f"that {mapper.class_.__name__} is a {mapper.inherits.class_.__name__} is carried as its table alone"
            )
            self.sketch.tell(path, "inheritance_not_carried", message, severity="info")
        for each in mapper.relationships:
            if each.parent is mapper:
                self.relationship(mapper, each)
        computed = sorted(
            key
            for key, each in mapper.all_orm_descriptors.items()
            if each.extension_type.name in ("HYBRID_PROPERTY", "HYBRID_METHOD", "ASSOCIATION_PROXY")
        )
        computed += [each.key for each in mapper.column_attrs if not isinstance(each.columns[0], _sa().Column)]
        if computed:
            message = f"what Python computes is not carried: {', '.join(dict.fromkeys(computed))}"
            self.sketch.tell(path, "computed_not_carried", message, "say it as a calculation")

    def relationship(self, mapper: Mapper[Any], given: RelationshipProperty[Any]) -> None:
        """A relationship names a link, its way back, or a way through a joining table."""
        name, target = _name(mapper.local_table), _name(given.mapper.local_table)
        path = dotted("resources", name, "relationships", given.key)
        if not {name, target} <= self.sketch.entities.keys():
            self.sketch.tell(
                path,
                "unknown_target",
                f"it leads to {target}, which was not handed in; it is left out",
                "hand it in too",
            )
            return
        if given.secondary is not None:
            through = _name(given.secondary)
            if given.viewonly or not hasattr(given.secondary, "key") or through not in self.sketch.entities:
                self.sketch.tell(
                    path,
                    "relationship_not_carried",
                    "it only shows rows of another one; it is left out",
                    severity="info",
                )
            else:
                self.sketch.entities[name].crossings.append(Crossing(target, through, given.key))
            return
        is_held = given.direction.name == "MANYTOONE"
        pairs = [
            (here.name, there.name) if is_held else (there.name, here.name)
            for here, there in given.local_remote_pairs or ()
        ]
        holder, other = (name, target) if is_held else (target, name)
        if not pairs:
            self.sketch.tell(path, "relationship_not_carried", "no columns say what it joins; it is left out")
            return
        wanted = Link(other, tuple(here for here, _ in pairs), tuple(there for _, there in pairs), is_enforced=False)
        link = self.link(holder, wanted)
        if is_held and not link.name:
            link.name = given.key
        elif not is_held and not link.back:
            link.back, link.is_single = given.key, link.is_single or not given.uselist


def _sa() -> Any:
    import sqlalchemy

    return sqlalchemy


def _name(table: Any) -> str:
    return str(table.fullname if getattr(table, "schema", None) else table.name)


def _order(constraint: Any) -> tuple[str, str, list[str]]:
    """A place among other constraints that does not change from run to run, as sets do."""
    columns = [each.name for each in getattr(constraint, "columns", ())]
    return str(constraint.name or ""), str(getattr(constraint, "sqltext", "")), columns


def _constraint(name: Any) -> str:
    """The name somebody gave a constraint; empty where a convention makes it, or nothing does."""
    return str(name) if isinstance(name, str) and "%(" not in name else ""
