"""Names as SQL statements write them: tables, columns, and the columns of a key."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from workbench.relation.plan import TableName

__all__ = ["column_name", "key_columns", "table_name", "written_name"]

_DEFAULT_SCHEMAS = frozenset(["public", "dbo", "main"])


def table_name(tree: exp.Expr) -> TableName:
    """The table a tree names; the schema a database takes by default is left out."""
    schema = tree.text("db")
    return TableName(tree.name, "" if schema.casefold() in _DEFAULT_SCHEMAS else schema)


def written_name(text: str) -> TableName:
    """A name as it stands in a statement, quotes of any kind removed."""
    *before, name = [part.strip('"`[]') for part in text.split(".")]
    schema = before[-1] if before else ""
    return TableName(name, "" if schema.casefold() in _DEFAULT_SCHEMAS else schema)


def column_name(tree: exp.Expr) -> str:
    """The column a tree names, without the length of a key's prefix."""
    return tree.this.name if isinstance(tree, exp.ColumnPrefix) else tree.name


def key_columns(tree: exp.Expr | None) -> tuple[str, ...]:
    """The columns a key lists, in order, however its dialect wraps them."""
    if tree is None:
        return ()
    wrapped = (exp.ClusteredColumnConstraint, exp.NonClusteredColumnConstraint)
    listed: Iterable[exp.Expr] = tree.expressions
    if isinstance(tree, wrapped):
        listed = tree.this
    for each in listed:
        if isinstance(each, wrapped):
            listed = each.this
            break
    return tuple(column_name(each.this if isinstance(each, exp.Ordered) else each) for each in listed)
