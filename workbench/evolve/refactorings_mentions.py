"""What a refactoring does to everything that mentions what it renames or moves.

While attributes move, a mention is first marked and then settled: where the name stands in an expression it becomes a path through a
relationship, or loses the step that led to it; anywhere else, where only a name can stand, it is lost and told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from workbench.errors import NotFoundError, Problem, VerificationError
from workbench.evolve.mentions import Mention, renamed
from workbench.expression.everywhere import typing_problems
from workbench.model.address import COLLECTIONS, Address, dotted
from workbench.model.domain import Domain
from workbench.model.element import Element, Frozen
from workbench.model.expression import Aggregate, Node, Path, mapped, walk
from workbench.model.resource import Resource
from workbench.model.verify import verify

__all__ = [
    "Placed",
    "behind",
    "elements",
    "expect_sound",
    "instead",
    "new_here",
    "only_about",
    "pinned",
    "replaced",
    "settled",
    "way_here",
]

Placed: TypeAlias = tuple[Address, Address, Element]
"""An element, where it stands by birth names, and where by today's."""


def elements(domain: Domain) -> Iterator[Placed]:
    """Every element of ``domain``, itself first."""
    return _elements(domain, (), ())


def _elements(element: Element, births: Address, names: Address) -> Iterator[Placed]:
    yield births, names, element
    for field in type(element).model_fields:
        if field in COLLECTIONS:
            for each in getattr(element, field):
                if isinstance(each, Element):  # the attributes of an identity are names
                    yield from _elements(each, (*births, field, each.birth_name), (*names, field, each.name))


def replaced(domain: Domain, name: str, edit: Callable[[Resource], Iterable[Resource]]) -> Domain:
    """``domain`` with the resource called ``name``, here or in a composed domain, replaced by what ``edit`` makes of it."""
    own = tuple(new for each in domain.resources for new in (edit(each) if each.name == name else (each,)))
    parts = tuple(replaced(each, name, edit) for each in domain.domains)
    return domain.model_copy(update={"resources": own, "domains": parts})


def instead(domain: Domain, old: Mention, new: str, path: str) -> Domain:
    """``domain`` with every mention of ``old`` under its new name.

    Raises:
        VerificationError: a policy for all resources means an action of this name of several.
    """
    problems: list[Problem] = []

    def call(mention: Mention, at: Address) -> str:
        if mention == old:
            return new
        if mention == Mention("action", "", old.name) and old.kind == "action":
            others = [each.name for each in domain.all_resources for action in each.actions if action.name == old.name]
            if len(others) == 1:
                return new
            message = f"it speaks of the action {old.name!r} of {', '.join(others)} at once"
            problems.append(
                Problem(dotted(*at), "several_meant", message, hint=f"name it for each before renaming {path}")
            )
        return mention.name

    found = renamed(domain, call)
    if problems:
        raise VerificationError(problems, f"rename {path}")
    return found


# --- keys that follow a convention ----------------------------------------------------------------------------------------------


def pinned(before: Domain, after: Domain) -> Domain:
    """``after``, whose relationships join on the same attributes as in ``before``, whatever these and they are called now."""
    new_names = {each.birth_name: each for each in after.all_resources}

    def called(resource: Resource, names: Sequence[str]) -> tuple[str, ...]:
        births = {each.name: each.birth_name for each in resource.attributes}
        now = {each.birth_name: each.name for each in new_names[resource.birth_name].attributes}
        return tuple(now.get(births.get(name, name), name) for name in names)

    pairs = [(resource, way) for resource in before.all_resources for way in resource.relationships]
    # The side that holds the keys first: the other side follows it.
    for old, way in sorted(pairs, key=lambda pair: pair[1].kind != "belongs_to"):
        resource = new_names[old.birth_name]
        new = next(each for each in resource.relationships if each.birth_name == way.birth_name)
        try:
            keys = before.relationship_keys(old, way)
        except NotFoundError:
            continue
        source, target = called(old, keys.source), called(before.resource(way.destination), keys.destination)
        for update in ({}, {"source_key": source}, {"source_key": source, "destination_key": target}):
            kept = new.model_copy(update=update)
            now = after.relationship_keys(resource, kept)
            if (now.source, now.destination) == (source, target):
                break
        changed = resource.model_copy(
            update={"relationships": tuple(kept if each is new else each for each in resource.relationships)}
        )
        after = replaced(after, resource.name, _only(changed))
        new_names[old.birth_name] = changed
    return after


def _only(resource: Resource) -> Callable[[Resource], tuple[Resource]]:
    return lambda _: (resource,)


# --- marks ----------------------------------------------------------------------------------------------------------------------

_THROUGH, _HERE, _BACK = "\2", "\3", "\4"


def behind(way: str, name: str) -> str:
    """A mark: ``name`` is reached by the relationship ``way`` now."""
    return f"{way}{_THROUGH}{name}"


def new_here(name: str) -> str:
    """A mark: ``name`` stands at the near end of the relationship now that ``way_here`` marks."""
    return f"{_HERE}{name}"


def way_here(way: str) -> str:
    """A mark: the relationship that what ``new_here`` marks needs no longer."""
    return f"{_BACK}{way}"


def settled(domain: Domain, lost: Callable[[str, str], None]) -> Domain:
    """``domain`` without marks; ``lost`` hears the path of each place that cannot say what it meant, and the name it meant."""
    found: Domain = _settled(domain, (), lost)
    return found


def _settled(value: Any, at: Address, lost: Callable[[str, str], None]) -> Any:
    """Any: whatever an element holds."""
    match value:
        case Node():
            return _expression(value, at, lost)
        case str() if any(mark in value for mark in (_THROUGH, _HERE, _BACK)):
            if value.startswith(_BACK):
                return value[1:]
            name = value.rpartition(_THROUGH)[2].lstrip(_HERE)
            lost(dotted(*at), name)
            return name
        case tuple():
            done = tuple(_settled(each, _inside(at, place, each), lost) for place, each in enumerate(value))
            return value if all(one is other for one, other in zip(value, done, strict=True)) else done
        case Frozen():
            done_fields = {
                field: _settled(getattr(value, field), (*at, field), lost)
                for field in type(value).model_fields
                if field != "extensions"
            }
            changed = {field: each for field, each in done_fields.items() if each is not getattr(value, field)}
            return value.model_copy(update=changed) if changed else value
    return value


def _inside(at: Address, place: int, each: object) -> Address:
    if isinstance(each, Element):
        return (*at, each.name)
    return (*at, place) if isinstance(each, Frozen) else at


def _expression(node: Node, at: Address, lost: Callable[[str, str], None]) -> Node:
    if isinstance(node, Path):
        names: list[str] = []
        for name in node.names:
            if name.startswith(_HERE):
                if not (names and names[-1].startswith(_BACK)):
                    lost(dotted(*at), name[1:])
                del names[-1:]
                names.append(name[1:])
            else:
                names += name.split(_THROUGH)
        plain = tuple(name.removeprefix(_BACK) for name in names)
        return node if plain == node.names else replace(node, names=plain)
    done = mapped(node, lambda child: _expression(child, at, lost))
    return node if done == node else done


# --- what stays true ------------------------------------------------------------------------------------------------------------


def only_about(node: Node | None, names: Iterable[str]) -> bool:
    """Whether every name in ``node`` is one of ``names``, an attribute of the row itself."""
    if node is None:
        return True
    parts = list(walk(node))
    paths = [each for each in parts if isinstance(each, Path)]
    known = set(names)
    return not any(isinstance(each, Aggregate) for each in parts) and all(
        len(each.names) == 1 and each.names[0] in known for each in paths
    )


def expect_sound(before: Domain, after: Domain, subject: str) -> None:
    """Raise where ``after`` has errors that ``before`` has not: the refactoring would have made them."""
    counted = [Counter(each.code for each in _errors(domain)) for domain in (before, after)]
    more = counted[1] - counted[0]
    if more:
        raise VerificationError([each for each in _errors(after) if each.code in more], subject)


def _errors(domain: Domain) -> list[Problem]:
    return [each for each in (*verify(domain), *typing_problems(domain)) if each.severity == "error"]
