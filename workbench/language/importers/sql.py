"""SQL DDL: the tables a script declares, as ``workbench.relation`` reads them."""

from __future__ import annotations

from workbench.language.importers.shapes import length_of
from workbench.language.importers.sketch import Entity, Link, Part, Sketch, Unique
from workbench.language.importers.source import wrong_kind
from workbench.model import Constraints
from workbench.model.types import parse_type
from workbench.relation.plan import TableName
from workbench.relation.port import TableInfo

__all__ = ["read"]


def read(text: str, name: str, dialect: str | None = None) -> Sketch:
    """The tables of ``text`` as a sketch; ``dialect`` is guessed when left out.

    Raises:
        VerificationError: the text declares nothing and is not broken either: it is something else.
    """
    from workbench.relation.ddl_reader import read_ddl

    tables, problems = read_ddl(text, dialect)
    sketch = Sketch(name)
    if not tables and problems.is_ok:
        raise wrong_kind("sql", text, name, "has CREATE TABLE statements")
    sketch.problems += problems
    for table in tables:
        sketch.add(_entity(table))
    return sketch


def _name(table: TableName) -> str:
    return f"{table.schema}.{table.name}" if table.schema else table.name


def _entity(table: TableInfo) -> Entity:
    entity = Entity(_name(table.table), description=table.comment, cluster=table.table.schema, key=table.key)
    for column in table.columns:
        entity.add(
            Part(
                column.name,
                parse_type(column.type),
                required=column.required,
                default=column.default,
                description=column.comment,
                generated=column.is_generated,
                constraints=Constraints(max_length=length_of(column.native_type)),
            )
        )
    entity.unique = [Unique(each) for each in table.unique]
    entity.unique += [Unique(each.columns, where=each.where) for each in table.partial_unique]
    entity.links = [Link(_name(each.target), each.columns, each.target_columns) for each in table.references]
    entity.rules = [(f"check_{number}", each, "") for number, each in enumerate(table.conditions, 1)]
    return entity
