"""Which row a name belongs to: the rows an expression can see, innermost last, and how a path finds its way among them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workbench.expression.names import Found, NameMeaningError, find_path
from workbench.expression.typed import Column, Gather, Step
from workbench.model.domain import Domain
from workbench.model.expression import (
    Aggregate,
    Binary,
    BinaryOperator,
    IsNull,
    Node,
    Path,
    Reference,
    Unary,
    children,
    mapped,
)
from workbench.model.resource import Relationship, Resource

__all__ = ["Reach", "Row", "beginning", "keyed", "rebased", "resolve"]


@dataclass(frozen=True, slots=True)
class Row:
    """A row names can belong to. With ``alias`` only paths that begin with it do; with ``prefix`` only those that begin with these names
    (what an aggregate's argument reaches); otherwise all.
    """

    resource: Resource
    alias: str = ""
    prefix: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What a path means: ``up`` rows out, what is found there, and the names left after alias or prefix."""

    up: int
    found: Found
    names: tuple[str, ...]


def resolve(domain: Domain, rows: tuple[Row, ...], names: tuple[str, ...], measures: bool = False) -> Reach:
    """The row that ``names`` belong to and what they mean on it.

    Raises:
        NameMeaningError: nothing, or not what was asked for.
    """
    for up, row in enumerate(reversed(rows)):
        if row.alias and names[0] == row.alias:
            if len(names) == 1:
                raise NameMeaningError(
                    "relationship_as_value",
                    f"{row.alias} is a row, not a value",
                    f"name one of its attributes: {row.alias}.…",
                )
            return Reach(up, find_path(domain, row.resource, names[1:], measures), names[1:])
    for up, row in enumerate(reversed(rows)):
        if row.alias:
            continue
        if row.prefix:
            size = len(row.prefix)
            if names[:size] != row.prefix:
                continue
            rest = names[size:]
            if not rest:
                raise NameMeaningError(
                    "relationship_as_value",
                    f"{'.'.join(names)} is a relationship, not a value",
                    "name one of its attributes",
                )
            return Reach(up, find_path(domain, row.resource, rest, measures), rest)
        return Reach(up, find_path(domain, row.resource, names, measures), names)
    raise NameMeaningError("unknown_name", f"there is no row that {'.'.join(names)} could belong to")


def beginning(domain: Domain, rows: tuple[Row, ...], argument: Node) -> tuple[Path, Reach] | None:
    """The to-many beginning that the paths of an aggregate's argument share: its path and what that reaches. None where no path is to-many.

    Raises:
        NameMeaningError: two paths begin differently.
    """
    first: tuple[Path, Reach] | None = None
    for path in _paths(argument):
        try:
            reach = resolve(domain, rows, path.names, measures=True)
        except NameMeaningError:
            continue  # it is reported where the path itself is looked at
        steps = reach.found.steps
        last = max((index for index, step in enumerate(steps) if step.is_to_many), default=-1)
        if last < 0:
            continue
        size = len(path.names) - len(reach.names) + last + 1
        short = replace(path, names=path.names[:size])
        if first is None:
            first = short, resolve(domain, rows, short.names)
        elif first[0].names != short.names:
            raise NameMeaningError(
                "several_beginnings",
                f"{'.'.join(first[0].names)} and {'.'.join(short.names)} reach different rows; one aggregate is over one of them",
                "aggregate each by itself",
            )
    return first


def _paths(node: Node) -> list[Path]:
    if isinstance(node, Path):
        return [node]
    if isinstance(node, Aggregate):
        return []
    return [path for child in children(node) for path in _paths(child)]


def rebased(node: Node, steps: tuple[Step, ...], up: int, depth: int = 0) -> Node:
    """A typed tree as it reads from another row: ``steps`` away from it, ``up`` rows further out."""
    if isinstance(node, Column):
        if node.up != depth:
            return node
        return replace(node, steps=steps + node.steps, up=node.up + up)
    if isinstance(node, Gather):
        inner = depth + 1
        argument = None if node.argument is None else rebased(node.argument, steps, up, inner)
        where = None if node.where is None else rebased(node.where, steps, up, inner)
        if node.up == depth:
            return replace(node, argument=argument, where=where, over=steps + node.over, up=node.up + up)
        return replace(node, argument=argument, where=where)
    return mapped(node, lambda child: rebased(child, steps, up, depth))


def keyed(domain: Domain, rows: tuple[Row, ...], node: Binary | IsNull) -> Node:
    """``actor = clinician`` and ``consent is null`` said by keys: relationships compared become the attributes they join on."""
    operands = [node.left, node.right] if isinstance(node, Binary) else [node.operand]
    found = [_relationship(domain, rows, each) for each in operands]
    related = next((each for each in found if each is not None), None)
    if related is None or (isinstance(node, Binary) and node.operator not in _ALIKE):
        return node
    if isinstance(node, IsNull):
        if related.relationship.kind == "belongs_to":
            return replace(node, operand=_keys(domain, operands[0], related)[0])
        some = Aggregate("exists", operands[0], span=node.span)
        return some if node.negated else Unary("not", some, span=node.span)
    if any(each is not None and each.end_resource != related.end_resource for each in found):
        return node
    sides = [
        _keys(domain, each, related if isinstance(each, Reference) else found[index])
        for index, each in enumerate(operands)
    ]
    if not all(sides) or (isinstance(operands[0], Reference) and isinstance(operands[1], Reference)):
        return node
    pairs = [replace(node, operator=_ALIKE[node.operator][0], left=a, right=b) for a, b in zip(*sides, strict=True)]
    joined: Node = pairs[0]
    for pair in pairs[1:]:
        joined = Binary("and", joined, pair, span=node.span)
    return Unary("not", joined, span=node.span) if _ALIKE[node.operator][1] else joined


_ALIKE: dict[str, tuple[BinaryOperator, bool]] = {
    "=": ("=", False),
    "!=": ("=", True),
    "is not distinct from": ("is not distinct from", False),
    "is distinct from": ("is not distinct from", True),
}


@dataclass(frozen=True, slots=True)
class _Related:
    """A path that ends at a to-one relationship: of which resource, and where it leads."""

    resource: Resource
    relationship: Relationship
    end_resource: str


def _relationship(domain: Domain, rows: tuple[Row, ...], node: Node) -> _Related | None:
    if not isinstance(node, Path):
        return None
    try:
        found = resolve(domain, rows, node.names).found
    except NameMeaningError:
        return None
    if found.end is not None or found.is_to_many or not found.steps:
        return None
    last = found.steps[-1]
    resource = domain.resource(last.source)
    return _Related(resource, resource.relationship(last.relationship), last.destination)


def _keys(domain: Domain, node: Node, related: _Related | None) -> list[Node]:
    """The values that identify the row ``node`` stands for, in the order of the relationship's keys; none where it cannot be said."""
    if related is None:
        return []
    keys = domain.relationship_keys(related.resource, related.relationship)
    if isinstance(node, Path):
        if related.relationship.kind == "belongs_to":
            return [replace(node, names=(*node.names[:-1], name)) for name in keys.source]
        return [replace(node, names=(*node.names, name)) for name in keys.destination]
    if isinstance(node, Reference) and node.root == "actor" and not node.names:
        return [replace(node, names=(name,)) for name in keys.destination]
    return [node] if isinstance(node, Reference) and len(keys.destination) == 1 else []
