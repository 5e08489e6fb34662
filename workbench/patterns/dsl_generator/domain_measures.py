"""Measures of a whole domain, whose paths begin with a resource, as questions to the one resource they read."""

from __future__ import annotations

from workbench.model.expression import Aggregate, Node, Path, mapped, walk

__all__ = ["on_rows", "owners"]


def owners(node: Node) -> set[str]:
    """The resources that the aggregates of a measure of the domain begin with."""
    found: set[str] = set()
    for each in walk(node):
        if isinstance(each, Aggregate) and each.argument is not None:
            found |= {inner.names[0] for inner in walk(each.argument) if isinstance(inner, Path)}
    return found


def on_rows(node: Node) -> Node:
    """A measure of the domain as one of the resource it reads: without the resource's name before every path."""
    if not isinstance(node, Aggregate) or node.argument is None:
        return mapped(node, on_rows)

    def shorter(inner: Node) -> Node:
        return Path(inner.names[1:]) if isinstance(inner, Path) else mapped(inner, shorter)

    def unaliased(inner: Node) -> Node:
        is_here = isinstance(inner, Path) and node.alias and inner.names[0] == node.alias
        return Path(inner.names[1:]) if is_here and isinstance(inner, Path) else mapped(inner, unaliased)

    where = None if node.where is None else unaliased(node.where)
    argument = None if isinstance(node.argument, Path) and len(node.argument.names) == 1 else shorter(node.argument)
    return Aggregate(node.function, argument, where, distinct=node.distinct)
