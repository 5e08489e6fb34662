"""What an editor does to a design: a domain, the edits that led to it, and the ones taken back; no widget, no page.

Every edit is a run of typed changes (``workbench.model.change``). One that does not fit is refused, with the problem beside the field
it is about, and changes nothing. Elements are addressed by the names they were born with, so that an address outlives a rename; what
has no name is counted from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.errors import ConflictError, NotFoundError, Problem, VerificationError, WorkbenchError
from workbench.evolve import Difference, apply, diff, merge, rename
from workbench.evolve.difference import same
from workbench.model import Domain
from workbench.model.address import COLLECTIONS, Address, dotted, noun
from workbench.model.change import Change, Value
from workbench.model.element import Element, Frozen
from workbench.views import counted
from workbench.widgets.controls import controls, noun_of
from workbench.widgets.entries import RefusedError, entered, model_of_parts
from workbench.workspace.design import Design

__all__ = ["Edit", "Editing", "Place", "find"]


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done in one go: ``changes`` lead from ``before`` to ``after``; ``what`` says it in a sentence."""

    what: str
    changes: tuple[Change, ...]
    before: Domain
    after: Domain


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address leads: an element by birth names and by today's, and the steps inside it that are left."""

    element: Element
    births: Address
    names: Address
    rest: Address


def find(domain: Domain, path: Address) -> Place:
    """The element nearest to what ``path`` says, and what is left of the path inside it.

    >>> from workbench.model import Resource
    >>> shop = Domain(name="shop", resources=(Resource(name="orders", was="order"),))
    >>> found = find(shop, ("resources", "order", "cluster"))
    >>> found.names, found.rest
    (('resources', 'orders'), ('cluster',))

    Raises:
        NotFoundError: there is no such element (any more).
    """
    place = Place(domain, (), (), path)
    while len(place.rest) > 1 and place.rest[0] in COLLECTIONS:
        step, birth = place.rest[:2]
        members = [each for each in getattr(place.element, str(step), ()) if isinstance(each, Element)]
        found = next((each for each in members if each.birth_name == birth), None)
        if found is None:
            raise NotFoundError(noun(str(step)), str(birth), [each.birth_name for each in members])
        place = Place(found, (*place.births, step, birth), (*place.names, step, found.name), place.rest[2:])
    if place.rest and place.rest[0] not in type(place.element).model_fields:
        raise NotFoundError("field", str(place.rest[0]), list(type(place.element).model_fields))
    return place


class Editing:
    """The state of one editor. With a ``design`` the changes are saved as steps of its folder.

    >>> from workbench.model import Resource
    >>> editing = Editing(Domain(name="shop", resources=(Resource(name="order"),)))
    >>> print(editing.set(("resources", "order", "cluster"), "sales").what)
    change order.cluster from '' to 'sales'
    >>> editing.undo().domain.resource("order").cluster
    ''
    """

    def __init__(self, domain: Domain, design: Design | None = None) -> None:
        self.domain, self.design = domain, design
        self._base = domain
        self._done: list[Edit] = []
        self._undone: list[Edit] = []
        self._changes: Difference | None = None

    @property
    def changes(self) -> Difference:
        """What leads from the domain as it was opened or last saved to the domain as it is."""
        if self._changes is None or self._changes.after is not self.domain or self._changes.before is not self._base:
            self._changes = diff(self._base, self.domain)
        return self._changes

    @property
    def next_undo(self) -> str:
        """What would be undone, empty when nothing."""
        return self._done[-1].what if self._done else ""

    @property
    def next_redo(self) -> str:
        """What would be done again, empty when nothing."""
        return self._undone[-1].what if self._undone else ""

    # --- edits ------------------------------------------------------------------------------------------------------------------

    def set(self, path: Address, value: Any) -> Edit | None:
        """The field at ``path`` holds ``value``, given as JSON; expressions and types as text. None where it did already.

        Raises:
            RefusedError: the value does not fit; the domain is as it was.
            NotFoundError: there is no such field (any more).
        """
        return self._take([self._set_change(path, value, tidy=True)])

    def tried(self, path: Address, value: Any) -> Domain:
        """The domain as it would be after ``set``, places in an expression being those of what was typed. Errors as ``set``."""
        return apply(self.domain, [self._set_change(path, value, tidy=False)])

    def _set_change(self, path: Address, value: Any, *, tidy: bool) -> Change:
        place = find(self.domain, path)
        if not place.rest or place.rest[0] in ("name", "was"):
            said = "a name is changed by renaming" if place.rest[:1] == ("name",) else "this is never set"
            raise _refused(path, "not_set", said)
        return _set_change(place, lambda model, field: entered(model, field, value, tidy=tidy))

    def add(self, path: Address, given: Mapping[str, Any], at: int | None = None) -> Edit:
        """A new element with the fields ``given`` stands in the collection at ``path``, at place ``at`` or at the end.

        Raises:
            RefusedError: a field does not fit, or the name is taken.
            NotFoundError: there is no such collection.
        """
        place = find(self.domain, path)
        model = model_of_parts(type(place.element), place.rest)
        new = entered(model, "", given)
        members = _value(place.element, place.rest)
        at = len(members) if at is None else min(at, len(members))
        if not isinstance(new, Element):
            return self._made(_set_change(place, lambda *_: (*members[:at], new, *members[at:])))
        where = (*place.names, place.rest[0])
        _expect_free([each.name for each in members], new.name, where)
        taken = next((each for each in members if each.birth_name == new.birth_name), None)
        if taken is not None:
            raise _taken(f"{taken.name!r} was born as {new.name!r}", (*where, new.name))
        return self._made(
            Change(kind="add", path=(*place.births, place.rest[0], new.birth_name), after=new, position=at, names=(*where, new.name))
        )  # fmt: skip

    def remove(self, path: Address) -> Edit:
        """What stands at ``path`` is gone. Raises ``NotFoundError`` where nothing stands there."""
        place = find(self.domain, path)
        if place.rest:
            members, at = self._member(place)
            return self._made(_set_change(_upper(place), lambda *_: members[:at] + members[at + 1 :]))
        if not place.births:
            raise _refused(path, "not_removed", "the domain itself stays")
        members, at = self._siblings(place)
        return self._made(
            Change(kind="remove", path=place.births, before=place.element, position=at, names=place.names)
        )

    def move(self, path: Address, to: int) -> Edit | None:
        """What stands at ``path`` stands at place ``to`` among its siblings. None where it did already.

        Raises:
            NotFoundError: nothing stands there.
        """
        place = find(self.domain, path)
        if place.rest:
            members, at = self._member(place)
            left = members[:at] + members[at + 1 :]
            return self._take([_set_change(_upper(place), lambda *_: (*left[:to], members[at], *left[to:]))])
        if not place.births:
            raise _refused(path, "not_moved", "the domain itself stays where it is")
        members, at = self._siblings(place)
        to = min(to, len(members) - 1)
        if to == at:
            return None
        return self._made(Change(kind="move", path=place.births, before=at, after=to, names=place.names))

    def rename(self, path: Address, name: Any, *, everywhere: bool = True) -> Edit | None:
        """The element at ``path`` is called ``name``; with ``everywhere`` also in all that mentions it.

        Raises:
            RefusedError: it is no name, it is taken, or what mentions the element cannot follow.
            NotFoundError: nothing stands there.
        """
        place = find(self.domain, path)
        new = entered(type(place.element), "name", name)
        if new == place.element.name:
            return None
        if place.births:
            others = [each.name for each in self._siblings(place)[0] if each is not place.element]
            _expect_free(others, new, place.names[:-1])
        plain = _renaming(place, new)
        if not everywhere:
            return self._made(*plain)
        try:
            found = rename(self.domain, dotted(*place.names) if place.births else "", new)
        except VerificationError as error:
            raise RefusedError(error.problems, [("name",)] * len(error.problems)) from error
        if (
            find(found.after, place.births).element.name != new
        ):  # a calculation, say, has the dotted path of an attribute
            return self._made(*plain)
        more = len(found.changes) - 1
        what = f"{plain[-1]}, and {more} more where it is mentioned" if more else ""
        return self._made(*found.changes, what=what)

    def undo(self) -> Editing:
        """Take back the last edit. Raises ``ConflictError`` when none is left."""
        if not self._done:
            raise ConflictError("there is nothing left to undo")
        edit = self._done.pop()
        self._undone.append(edit)
        self.domain = edit.before
        return self

    def redo(self) -> Editing:
        """Do again what was undone last. Raises ``ConflictError`` when there is nothing."""
        if not self._undone:
            raise ConflictError("there is nothing to do again")
        edit = self._undone.pop()
        self._done.append(edit)
        self.domain = edit.after
        return self

    def discard(self) -> Edit | None:
        """The domain is as it was opened or last saved. That is an edit too, which can be undone."""
        back = diff(self.domain, self._base).changes
        return self._take(back, what=f"discard {counted(len(self.changes), 'change')}") if back else None

    # --- the folder -------------------------------------------------------------------------------------------------------------

    def save(self, by: str, why: str = "") -> str:
        """The changes are a step of the design's log, which comes back as a sentence; empty where nothing changed.

        Raises:
            RefusedError: there is no folder to save to, or nobody saves.
            ConflictError: somebody else has changed the folder since; ``take_in`` brings both together.
            VerificationError: the design would have errors it has not now.
        """
        design = self._folder()
        if not by.strip():
            raise _refused(("by",), "nobody", "say who saves this")
        if design.domain is not self._base and design.domain != self._base:
            raise ConflictError("the design was changed by somebody else since; take in what they changed, then save")
        if not self.changes:
            return ""
        design.change(*self.changes, by=by.strip(), why=why.strip())
        self._base = self.domain
        return str(design.log[-1])

    def take_in(self) -> Edit | None:
        """What others saved since is part of the domain, beside the changes made here. The folder is opened anew for it: the design that
        the editor was made with stays as it was.

        Raises:
            RefusedError: there is no folder.
            VerificationError: both changed the same; every such place is told, and nothing is done.
        """
        fresh = Design(self._folder().folder)
        merged = merge(self._base, self.domain, fresh.domain)
        if merged.domain is None:
            raise VerificationError(list(merged.conflicts), "both changed the same")
        self.design, self._base = fresh, fresh.domain
        return self._take(diff(self.domain, merged.domain).changes, what="take in what others saved")

    def _folder(self) -> Design:
        if self.design is None:
            raise _refused((), "no_folder", "this domain has no folder to save to; open a Design to keep a log")
        return self.design

    # --- the work ---------------------------------------------------------------------------------------------------------------

    def _made(self, *changes: Change, what: str = "") -> Edit:
        edit = self._take(changes, what=what)
        assert edit is not None, "additions, removals, renames always change something"
        return edit

    def _take(self, changes: Sequence[Change], what: str = "") -> Edit | None:
        real = tuple(each for each in changes if each.kind != "set" or not same(each.before, each.after))
        if not real:
            return None
        try:
            after = apply(self.domain, real)
        except WorkbenchError as error:
            raise _refused((), "not_fitting", str(error)) from error
        edit = Edit(what or "; ".join(map(str, real)), real, self.domain, after)
        self._done.append(edit)
        self._undone.clear()
        self.domain = after
        return edit

    def _siblings(self, place: Place) -> tuple[tuple[Element, ...], int]:
        """The elements beside this one, itself among them, and where it stands."""
        owner = find(self.domain, place.births[:-2]).element
        members: tuple[Element, ...] = getattr(owner, str(place.births[-2]))
        return members, next(at for at, each in enumerate(members) if each is place.element)

    def _member(self, place: Place) -> tuple[tuple[Frozen, ...], int]:
        """The rows that ``place`` says one of, and which."""
        members, at = _value(place.element, place.rest[:-1]), place.rest[-1]
        if not isinstance(members, tuple) or not isinstance(at, int) or at >= len(members):
            raise NotFoundError("row", str(at), [])
        return members, at


def _expect_free(names: Sequence[str], name: str, where: Address) -> None:
    if name in names:
        raise _taken(f"there is {_a(noun(str(where[-1])))} called {name!r} already", (*where, name))


def _taken(message: str, where: Address) -> RefusedError:
    return RefusedError([Problem(dotted(*where), "duplicate_name", message, hint="choose another name")], [("name",)])


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _renaming(place: Place, name: str) -> tuple[Change, ...]:
    """The changes that give an element another name; a name at birth that says nothing goes first, as ``diff`` has it."""
    element, was = place.element, (*place.births, "was")
    needless = Change(kind="set", path=was, before=element.was, after="", names=(*place.names, "was"))
    plain = Change(kind="rename", path=place.births, before=element.name, after=name, names=place.names)
    return (needless, plain) if element.was == element.name else (plain,)


def _upper(place: Place) -> Place:
    """The rows around one of them."""
    return Place(place.element, place.births, place.names, place.rest[:-1])


def _set_change(place: Place, value: Callable[[type[Frozen], str], Value]) -> Change:
    """The change of the field at ``place``, or of what holds it and is changed as a whole."""
    steps = 2 if len(place.rest) > 1 and _is_group(place.element, str(place.rest[0])) else 1
    held, changed = place.element, _put(place.element, place.rest, value)
    for step in place.rest[:steps]:
        held, changed = getattr(held, str(step)), getattr(changed, str(step))
    here = place.rest[:steps]
    return Change(kind="set", path=(*place.births, *here), before=held, after=changed, names=(*place.names, *here))


def _is_group(element: Frozen, field: str) -> bool:
    return any(each.field == field and each.kind == "group" for each in controls(type(element)))


def _put(holder: Frozen, steps: Address, value: Callable[[type[Frozen], str], Value]) -> Value:
    """``holder`` with another value at the end of ``steps``."""
    field, rest = steps[0], steps[1:]
    if not isinstance(field, str) or field not in type(holder).model_fields:
        raise NotFoundError(f"field of a {noun_of(type(holder))}", str(field), list(type(holder).model_fields))
    if not rest:
        return holder.model_copy(update={field: value(type(holder), field)})
    old, at = getattr(holder, field), rest[0]
    if not isinstance(at, int):
        return holder.model_copy(update={field: _put(old, rest, value)}) if isinstance(old, Frozen) else _lost(at)
    if not isinstance(old, tuple) or at >= len(old) or not isinstance(old[at], Frozen) or not rest[1:]:
        return _lost(at)
    return holder.model_copy(update={field: (*old[:at], _put(old[at], rest[1:], value), *old[at + 1 :])})


def _value(held: Value, steps: Address) -> Value:
    """What stands at the end of ``steps``."""
    for step in steps:
        if isinstance(step, int) and isinstance(held, tuple) and step < len(held):
            held = held[step]
        elif isinstance(held, Frozen) and step in type(held).model_fields:
            held = getattr(held, str(step))
        else:
            _lost(step)
    return held


def _lost(step: str | int) -> Value:
    raise NotFoundError("row" if isinstance(step, int) else "field", str(step), [])


def _refused(path: Address, code: str, message: str) -> RefusedError:
    return RefusedError([Problem(dotted(*path) if path else "", code, message, hint="nothing was done")], [()])
