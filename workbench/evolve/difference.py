"""What leads from one version of a domain to another, as the smallest run of changes.

Elements are matched by the name they were born with: a rename is a rename, never a drop and an add.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from workbench.model.address import COLLECTIONS, Address
from workbench.model.change import Change, Value
from workbench.model.domain import Domain
from workbench.model.element import Element, Frozen
from workbench.model.expression import Node, write

__all__ = ["PARTS", "changes_between", "element_changes", "same", "told_apart"]


def changes_between(before: Domain, after: Domain) -> tuple[Change, ...]:
    """The changes that lead from ``before`` to ``after``, in the order they apply; none where they are equal.

    >>> from workbench.model import Resource
    >>> old = Domain(name="shop", resources=(Resource(name="orders"),))
    >>> new = Domain(name="shop", resources=(Resource(name="purchases", was="orders", cluster="sales"),))
    >>> print(*changes_between(old, new), sep="\\n")
    rename resource orders to purchases
    change purchases.cluster from '' to 'sales'
    """
    return tuple(element_changes(before, after, (), ()))


def element_changes(before: Element, after: Element, path: Address, names: Address) -> Iterator[Change]:
    """Changes of one element: its name first, then each field that differs."""
    yield from _renamed(before, after, path, names)
    yield from _fields(before, after, path, names)


def _renamed(before: Element, after: Element, path: Address, names: Address) -> Iterator[Change]:
    """A rename leaves ``was`` empty where the name is the one at birth, so that a needless ``was`` goes before it or comes after."""
    was = before.was
    if before.name != after.name:
        if was == before.name:
            yield Change(kind="set", path=(*path, "was"), before=was, after="", names=(*names, "was"))
            was = ""
        birth = was or before.name
        yield Change(kind="rename", path=path, before=before.name, after=after.name, names=names)
        was = "" if after.name == birth else birth
    if was != after.was:
        yield Change(kind="set", path=(*path, "was"), before=was, after=after.was, names=(*names, "was"))


def _fields(before: Frozen, after: Frozen, path: Address, names: Address) -> Iterator[Change]:
    for field in type(before).model_fields:
        old, new = getattr(before, field), getattr(after, field)
        if old is new or (isinstance(before, Element) and field in ("name", "was")):
            continue
        here, called = (*path, field), (*names, field)
        if field in COLLECTIONS and told_apart(old) and told_apart(new):
            yield from _elements(old, new, here, called)
        elif field == "extensions":
            yield from _mapping(old, new, here, called)
        elif field in PARTS:
            yield from _fields(old, new, here, called)
        elif not same(old, new):
            yield Change(kind="set", path=here, before=old, after=new, names=called)


PARTS = ("constraints", "tenancy")
"""Fields that hold a value with fields of its own, always of one kind."""


def told_apart(elements: Sequence[Value]) -> bool:
    """Whether these are elements with a birth name each."""
    return all(isinstance(each, Element) for each in elements) and len({each.birth_name for each in elements}) == len(
        elements
    )


def _mapping(before: dict[str, Value], after: dict[str, Value], path: Address, names: Address) -> Iterator[Change]:
    for key, old in before.items():
        if key not in after:
            yield Change(kind="remove", path=(*path, key), before=old, names=(*names, key))
    for key, new in after.items():
        here, called = (*path, key), (*names, key)
        if key not in before:
            yield Change(kind="add", path=here, after=new, names=called)
        elif isinstance(before[key], dict) and isinstance(new, dict):
            yield from _mapping(before[key], new, here, called)
        elif not same(before[key], new):
            yield Change(kind="set", path=here, before=before[key], after=new, names=called)


def _elements(before: Sequence[Element], after: Sequence[Element], path: Address, names: Address) -> Iterator[Change]:
    """Removals from the end, moves of those that stay, their own changes, then additions from the beginning."""
    old = {each.birth_name: each for each in before}
    new = {each.birth_name: each for each in after}
    for position, each in reversed(list(enumerate(before))):
        if each.birth_name not in new:
            called = (*names, each.name)
            yield Change(kind="remove", path=(*path, each.birth_name), before=each, position=position, names=called)
    kept = [birth for birth in old if birth in new]
    for birth, start, end in _moves(kept, [birth for birth in new if birth in old]):
        called = (*names, new[birth].name)
        yield Change(kind="move", path=(*path, birth), before=start, after=end, names=called)
    for birth, each in new.items():
        if birth in old and old[birth] is not each:
            yield from element_changes(old[birth], each, (*path, birth), (*names, each.name))
    for position, each in enumerate(after):
        if each.birth_name not in old:
            called = (*names, each.name)
            yield Change(kind="add", path=(*path, each.birth_name), after=each, position=position, names=called)


def _moves(before: list[str], after: list[str]) -> Iterator[tuple[str, int, int]]:
    """The fewest moves that bring ``before`` into the order of ``after``, as name, place now, place then."""
    if before == after:
        return
    place = {name: index for index, name in enumerate(after)}
    staying = _longest_rising([place[name] for name in before])
    order = list(before)
    for index, name in enumerate(after):
        if index not in staying:
            start = order.index(name)
            order.pop(start)
            # Everything before it in the new order already stands right, so it goes behind its new neighbour.
            end = order.index(after[index - 1]) + 1 if index else 0
            order.insert(end, name)
            yield name, start, end


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The members of one longest rising subsequence of distinct ``numbers`` (patience sorting)."""
    tops: list[int] = []
    below: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(tops, number)
        below[number] = tops[place - 1] if place else None
        tops[place : place + 1] = [number]
    found: set[int] = set()
    last = tops[-1] if tops else None
    while last is not None:
        found.add(last)
        last = below[last]
    return found


def same(one: Value, other: Value) -> bool:
    """Whether two values would be written alike: ``1``, ``1.0`` and ``true`` are equal in Python, and differ in a design."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    match one:
        case Node():
            return write(one) == write(other)
        case Frozen():
            return all(same(getattr(one, field), getattr(other, field)) for field in type(one).model_fields)
        case tuple() | list():
            return len(one) == len(other) and all(map(same, one, other))
        case dict():
            return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
        case _:
            return bool(one == other)
