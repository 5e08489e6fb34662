"""Applying changes to a domain, and turning them round."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from workbench.errors import ConflictError, DefinitionError, nearest
from workbench.evolve.difference import same
from workbench.model.address import Address
from workbench.model.change import Change, Value
from workbench.model.domain import Domain
from workbench.model.element import Element, Frozen

__all__ = ["apply", "invert"]


def apply(domain: Domain, changes: Iterable[Change]) -> Domain:
    """``domain`` after ``changes``, in their order: all of them, or an error and nothing.

    A change fits when what it is about is as it was: the value it sets from, the element it removes, the name it renames.
    Positions are wishes: an element is put as near to its position as there is room.

    >>> rename = Change(kind="rename", path=(), before="shop", after="store")
    >>> apply(Domain(name="shop"), [rename])
    Domain('store')

    Raises:
        ConflictError: a change does not fit; the message says which and why.
        DefinitionError: a change is about no place a domain has, or has a value that fits no such place.
    """
    for change in changes:
        domain = _applied(domain, change.checked())
    return domain


def invert(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes that undo ``changes``: turned round one by one, last first.

    >>> print(*invert([Change(kind="rename", path=(), before="shop", after="store")]))
    rename domain store to shop
    """
    turned = {"add": "remove", "remove": "add"}
    return tuple(
        change.model_copy(
            update={"kind": turned.get(change.kind, change.kind), "before": change.after, "after": change.before}
        )
        for change in reversed(changes)
    )


def _applied(domain: Domain, change: Change) -> Domain:
    match change.kind:
        case "set":
            changed = _edit(domain, change.path, change, lambda value: _exchanged(value, change))
        case "rename":
            changed = _edit(domain, change.path, change, lambda element: _renamed(element, change))
        case _:
            if not change.path:
                raise ConflictError(f"{change}: a domain cannot {change.kind} itself")
            edit = {"add": _added, "remove": _removed, "move": _moved}[change.kind]
            changed = _edit(domain, change.path[:-1], change, lambda collection: edit(collection, change))
    assert isinstance(changed, Domain)
    return changed


def _edit(value: Value, path: Address, change: Change, edit: Callable[[Value], Value]) -> Value:
    """``value`` with ``edit`` done to what stands at ``path`` inside it."""
    if not path:
        return edit(value)
    step, rest = path[0], path[1:]
    if isinstance(value, tuple):
        place = _find(value, step, change)
        return (*value[:place], _edit(value[place], rest, change, edit), *value[place + 1 :])
    if isinstance(value, dict):
        if step not in value:
            raise ConflictError(f"{change}: there is no {step!r}")
        return {**value, step: _edit(value[step], rest, change, edit)}
    if isinstance(value, Frozen) and isinstance(step, str) and step in type(value).model_fields:
        return value.model_copy(update={step: _edit(getattr(value, step), rest, change, edit)})
    raise ConflictError(f"{change}: there is no {step!r}")


def _find(elements: Sequence[Element], birth: str | int, change: Change) -> int:
    for place, each in enumerate(elements):
        if each.birth_name == birth:
            return place
    close = nearest(str(birth), [each.birth_name for each in elements], 1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise ConflictError(f"{change}: nothing here was born as {birth!r}{hint}")


def _exchanged(value: Value, change: Change) -> Value:
    if not same(value, change.before):
        raise ConflictError(f"{change}: it is {value!s:.200} by now")
    return change.after


def _renamed(element: Value, change: Change) -> Value:
    if element.name != change.before:
        raise ConflictError(f"{change}: it is called {element.name!r} by now")
    birth = element.birth_name
    return element.model_copy(update={"name": change.after, "was": "" if birth == change.after else birth})


def _added(collection: Value, change: Change) -> Value:
    birth = change.path[-1]
    if isinstance(collection, dict):
        if birth in collection:
            raise ConflictError(f"{change}: there is one already")
        return {**collection, birth: change.after}
    if change.after.birth_name != birth:
        raise DefinitionError(f"{change}: the element was born as {change.after.birth_name!r}, not {birth!r}")
    if any(each.birth_name == birth for each in collection):
        raise ConflictError(f"{change}: one born as {birth!r} is there already")
    place = len(collection) if change.position is None else min(change.position, len(collection))
    return (*collection[:place], change.after, *collection[place:])


def _removed(collection: Value, change: Change) -> Value:
    if isinstance(collection, dict):
        if change.path[-1] not in collection or not same(collection[change.path[-1]], change.before):
            raise ConflictError(f"{change}: it has changed since, or is gone")
        return {key: value for key, value in collection.items() if key != change.path[-1]}
    place = _find(collection, change.path[-1], change)
    if not same(collection[place], change.before):
        raise ConflictError(f"{change}: it has changed since")
    return collection[:place] + collection[place + 1 :]


def _moved(collection: Value, change: Change) -> Value:
    place = _find(collection, change.path[-1], change)
    left = collection[:place] + collection[place + 1 :]
    end = min(change.after, len(left))
    return (*left[:end], collection[place], *left[end:])
