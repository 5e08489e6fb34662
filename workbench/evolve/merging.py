"""Two lines of work on one domain, brought together: three-way, element by element, by the names they were born with.

Names follow. Where one side renames an element and the other mentions it anew, the merged domain mentions it by its new name: both
sides are compared in birth names (``workbench.evolve.births``) and the result is said in the names that stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from workbench.errors import Problem, Problems
from workbench.evolve.births import born, named
from workbench.evolve.comparison import Difference, diff
from workbench.evolve.difference import PARTS, element_changes, same, told_apart
from workbench.evolve.mentions import Mention
from workbench.evolve.rules import Version, element_steps
from workbench.model.address import COLLECTIONS, Address, dotted
from workbench.model.change import Change, Value
from workbench.model.domain import Domain
from workbench.model.element import Element, Frozen
from workbench.model.types import EnumType
from workbench.views import Stack, View, Viewable, counted

__all__ = ["Merge", "merge"]


@dataclass(frozen=True, slots=True)
class Merge(Viewable):
    """What became of a merge: the domain, or None and every conflict. ``ours`` and ``theirs`` are what each side changed."""

    domain: Domain | None
    conflicts: Problems
    ours: Difference
    theirs: Difference

    @property
    def is_clean(self) -> bool:
        """Whether there is no conflict."""
        return self.domain is not None

    def __repr__(self) -> str:
        return f"Merge({self.domain!r})" if self.is_clean else f"Merge({counted(len(self.conflicts), 'conflict')})"

    def __str__(self) -> str:
        return "\n".join([f"merged: {each}" for each in self._changes()] if self.is_clean else map(str, self.conflicts))

    def _changes(self) -> Iterable[Change]:
        return diff(self.ours.before, self.domain) if self.domain is not None else ()

    def view(self) -> View:
        """The conflicts, and what each side changed; or what both changed together."""
        if self.domain is not None:
            return diff(self.ours.before, self.domain).view()
        sides = (Stack("Ours", (self.ours.view(),)), Stack("Theirs", (self.theirs.view(),)))
        return Stack("Conflicts", (self.conflicts.view(), *sides), folded=(False, True, True))


def merge(base: Domain, ours: Domain, theirs: Domain) -> Merge:
    """``base`` with what ``ours`` and ``theirs`` each changed, or the conflicts between them.

    The same change on both sides is none. Where both add at one place, ours stands first; where both move, ours decides.

    >>> from workbench.model import Resource
    >>> base = Domain(name="shop", resources=(Resource(name="orders"),))
    >>> ours = base.model_copy(update={"resources": (Resource(name="purchases", was="orders"),)})
    >>> theirs = base.model_copy(update={"resources": (Resource(name="orders", label="What people buy"),)})
    >>> merge(base, ours, theirs).domain.resources[0].model_dump(exclude_defaults=True)
    {'name': 'purchases', 'label': 'What people buy', 'was': 'orders'}
    """
    work = _Merging(base, ours, theirs)
    merged = work.merged()
    conflicts = Problems(dict.fromkeys(work.conflicts))
    return Merge(None if conflicts else merged, conflicts, diff(base, ours), diff(base, theirs))


_HINT = "take one side's, or edit one side until both agree"
_NAMESPACES = {"attributes": "members", "relationships": "members", "calculations": "members"}
_LISTS = ("transitions", "accept", "shared", "fields")
"""Tuples without names whose items stand for themselves, so that both sides can add and remove some."""


class _Merging:
    """One merge. Paths are of birth names; what is merged is said in birth names, what is told in the words of the sides."""

    def __init__(self, base: Domain, ours: Domain, theirs: Domain) -> None:
        self._base, self._ours, self._theirs = Version(base), Version(ours), Version(theirs)
        self.conflicts: list[Problem] = []

    def merged(self) -> Domain:
        """The merged domain, as far as there is no conflict."""
        base, ours, theirs = (each.domain for each in (self._base, self._ours, self._theirs))
        if same(base, theirs) or same(ours, theirs):
            return ours
        if same(base, ours):
            return theirs
        merged = self._parts(born(base), born(ours), born(theirs), ())
        assert isinstance(merged, Domain)
        return named(merged, self._lost)

    # what is told

    def _conflict(self, path: Address, code: str, hint: str = _HINT) -> None:
        sides = f"ours: {self._said(self._ours, path)}; theirs: {self._said(self._theirs, path)}"
        self.conflicts.append(Problem(dotted(*self._names(path)), code, sides, hint=hint))

    def _names(self, path: Address) -> Address:
        """``path`` as people call it, in our words where we know it."""
        steps = list(path)
        for size in range(2, element_steps(path) + 1, 2):
            found = self._ours.at(path[:size]) or self._theirs.at(path[:size])
            steps[size - 1] = found.name
        return tuple(steps)

    def _said(self, side: Version, path: Address) -> str:
        old, new, names = self._base.at(path), side.at(path), self._names(path)
        if isinstance(old, Element) and isinstance(new, Element):
            changes = list(element_changes(old, new, path, names))
            return "; ".join(map(str, changes[:3])) + "; …" * (len(changes) > 3) or "no change"
        if isinstance(old, Element):
            return str(Change(kind="remove", path=path, before=old, names=names))
        if isinstance(new, Element):
            return str(Change(kind="add", path=path, after=new, names=names))
        return str(Change(kind="set", path=path, before=old, after=new, names=names))

    def _lost(self, mention: Mention, at: Address) -> None:
        message = f"one side removes the {mention.kind} {mention.name!r}, and the other still uses it here"
        self.conflicts.append(Problem(dotted(*at), "removed_and_used", message, hint="keep it, or change what uses it"))

    # what is merged

    def _value(self, base: Value, ours: Value, theirs: Value, path: Address) -> Value:
        """What differs from ``base`` on one side; what both changed is merged inside, or it is a conflict."""
        if same(base, theirs) or same(ours, theirs):
            return ours
        if same(base, ours):
            return theirs
        values, field = (base, ours, theirs), str(path[-1])
        if field in COLLECTIONS and all(isinstance(each, tuple) and told_apart(each) for each in values):
            return self._elements(base, ours, theirs, path)
        if field == "extensions" and all(isinstance(each, dict) for each in values):
            return self._mapping(base, ours, theirs, path)
        if all(isinstance(each, Element) or (isinstance(each, Frozen) and field in PARTS) for each in values):
            return self._parts(base, ours, theirs, path)
        merged = _items(field, base, ours, theirs)
        if merged is None:
            self._conflict(path, "renamed_differently" if field == "name" else "edited_differently")
            return ours
        return merged

    def _parts(self, base: Frozen, ours: Frozen, theirs: Frozen, path: Address) -> Frozen:
        """A value with fields of its own, field by field; a name and the one at birth go together."""
        update: dict[str, Value] = {}
        for field in type(ours).model_fields:
            if field == "was":
                continue
            old, one, other = (getattr(each, field) for each in (base, ours, theirs))
            update[field] = self._value(old, one, other, (*path, field))
        if not (isinstance(base, Element) and isinstance(ours, Element) and isinstance(theirs, Element)):
            return ours.model_copy(update=update)
        is_theirs = ours.name == base.name and (theirs.name != base.name or ours.was == base.was)
        kept = theirs if is_theirs else ours
        merged = ours.model_copy(update=update | {"name": kept.name, "was": kept.was})
        self._tell_apart(merged, ours, theirs, path)
        return merged

    def _elements(
        self, base: Sequence[Element], ours: Sequence[Element], theirs: Sequence[Element], path: Address
    ) -> tuple[Element, ...]:
        sides = [{each.birth_name: each for each in side} for side in (base, ours, theirs)]
        merged: dict[str, Element] = {}
        for birth in dict.fromkeys([*sides[1], *sides[2]]):
            old, one, other = (side.get(birth) for side in sides)
            here = (*path, birth)
            if one is not None and other is not None and old is None and not same(one, other):
                self._conflict(here, "added_differently")
            elif one is not None and other is not None:
                merged[birth] = self._value(old, one, other, here)
            elif old is None:
                merged[birth] = one or other  # type: ignore[assignment]  # it is in one of the two
            elif not same(old, one or other):
                self._conflict(here, "removed_and_edited", "keep it, or give up the edit")
        order = _order(*(list(side) for side in sides))
        return tuple(merged[birth] for birth in order if birth in merged)

    def _mapping(
        self, base: dict[str, Value], ours: dict[str, Value], theirs: dict[str, Value], path: Address
    ) -> dict[str, Value]:
        """Sections of third parties, key by key; nothing else is known about them."""
        absent, merged = object(), {}
        for key in dict.fromkeys([*ours, *theirs]):
            here, sides = (*path, key), [side.get(key, absent) for side in (base, ours, theirs)]
            old, one, other = sides
            if all(isinstance(each, dict) for each in sides):
                merged[key] = self._mapping(old, one, other, here)
            elif same(old, other) or same(one, other):
                merged[key] = one
            elif same(old, one):
                merged[key] = other
            else:
                self._conflict(here, "edited_differently")
        return {key: value for key, value in merged.items() if value is not absent}

    def _tell_apart(self, merged: Element, ours: Element, theirs: Element, path: Address) -> None:
        """A conflict where one name means two elements, and neither side says so by itself."""
        known = [_by_name(each) for each in (ours, theirs)]
        for (space, name), births in _by_name(merged).items():
            if len(births) > 1 and not any(births <= side.get((space, name), set()) for side in known):
                where = dotted(*self._names(path), *sorted(births)[-1][:1], name)
                message = f"ours and theirs each call another element {name!r}"
                self.conflicts.append(Problem(where, "name_taken", message, hint="rename one of them"))


def _by_name(element: Element) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Namespace and name -> collection and birth name of the parts so called."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for field in type(element).model_fields:
        for each in getattr(element, field) if field in COLLECTIONS else ():
            if isinstance(each, Element):  # the actions of a policy are names
                found[_NAMESPACES.get(field, field), each.name].add((field, each.birth_name))
    return found


def _items(field: str, base: Value, ours: Value, theirs: Value) -> Value:
    """Lists without names merged by their items, enums by their values; None where both sides changed the same, or it is no list."""
    if all(isinstance(each, EnumType) for each in (base, ours, theirs)):
        values = _items("values", base.values, ours.values, theirs.values)
        is_sound = values is not None and len({each.name for each in values}) == len(values)
        return EnumType(values=values) if is_sound else None
    if field not in (*_LISTS, "values") or None in (base, ours, theirs):
        return None
    before, one, other = set(base), set(ours), set(theirs)
    if (before - one) & (before - other) and one - before != other - before:
        return None  # an item both sides took away and replaced
    kept = [each for each in _order(base, ours, theirs) if each not in before or (each in one and each in other)]
    return tuple(kept)


T = TypeVar("T")


def _order(base: Sequence[T], ours: Sequence[T], theirs: Sequence[T]) -> list[T]:
    """All items of ``ours`` and ``theirs``, in the order of the side that moved some (ours, where both did); what the other side adds
    stands behind what it follows there, ours before theirs.
    """
    both = set(base) & set(ours) & set(theirs)
    is_moved = [each for each in ours if each in both] != [each for each in base if each in both]
    order, others = (list(ours), theirs) if is_moved else (list(theirs), ours)
    known, old = set(order), set(base)
    place = 0
    for each in others:
        if each in known:
            place = order.index(each) + 1
            continue
        while is_moved and place < len(order) and order[place] not in old:
            place += 1
        order.insert(place, each)
        place += 1
    return order
