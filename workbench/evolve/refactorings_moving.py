"""Attributes that move, and everything that mentions them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from workbench.errors import NotFoundError, Problem, VerificationError
from workbench.evolve.mentions import Mention, renamed
from workbench.evolve.refactorings_mentions import behind, expect_sound, new_here, replaced, settled, way_here
from workbench.model.address import dotted
from workbench.model.domain import Domain
from workbench.model.policy import FieldPolicy
from workbench.model.resource import Attribute, Relationship, Resource

__all__ = ["at_hand", "reached", "with_attribute", "with_moved", "without_elements"]


def with_moved(
    domain: Domain,
    owner: Resource,
    attributes: Sequence[str],
    mark: Callable[[Mention], str],
    edits: dict[str, Callable[[Resource], Iterable[Resource]]],
    subject: str,
) -> Domain:
    """``domain`` after ``edits`` of the resources so called; mentions of ``attributes`` of ``owner`` are as ``mark`` says."""
    problems = _keyed_by(domain, owner, set(attributes))
    after = renamed(domain, lambda mention, _: mark(mention))
    for name, edit in edits.items():
        after = replaced(after, name, edit)

    def lost(path: str, name: str) -> None:
        message = f"it speaks of {name!r}, which it cannot reach any more"
        problems.append(Problem(path, "out_of_reach", message, hint="change it first, then refactor"))

    after = settled(after, lost)
    if problems:
        raise VerificationError(problems, subject)
    expect_sound(domain, after, subject)
    return after


def reached(owner: Resource, attributes: Sequence[str], way: str) -> Callable[[Mention], str]:
    """Marks that lead to ``attributes`` of ``owner`` by ``way``."""
    moved = {Mention("member", owner.name, name) for name in attributes}
    return lambda mention: behind(way, mention.name) if mention in moved else mention.name


def at_hand(owner: Resource, attribute: str, nearer: Mention | None) -> Callable[[Mention], str]:
    """Marks for an attribute of ``owner`` that stands where the relationship ``nearer`` began, and is out of its owner's reach."""
    moved = Mention("member", owner.name, attribute)

    def mark(mention: Mention) -> str:
        if mention == moved:
            return new_here(mention.name)
        return way_here(mention.name) if mention == nearer else mention.name

    return mark


def without_elements(
    gone: dict[str, set[str]], ways: tuple[Relationship, ...] = (), made: tuple[Resource, ...] = ()
) -> Callable[[Resource], Iterable[Resource]]:
    """What takes elements from a resource, gives it relationships, and puts new resources behind it."""

    def edit(resource: Resource) -> Iterable[Resource]:
        update = {
            field: tuple(each for each in getattr(resource, field) if each.name not in names)
            for field, names in gone.items()
        }
        update["relationships"] = (*resource.relationships, *ways)
        return resource.model_copy(update=update), *made

    return edit


def with_attribute(attribute: Attribute, policies: tuple[FieldPolicy, ...]) -> Callable[[Resource], Iterable[Resource]]:
    """What gives a resource one more attribute, and the policies about it."""
    return lambda resource: (
        resource.model_copy(
            update={
                "attributes": (*resource.attributes, attribute),
                "field_policies": (*resource.field_policies, *policies),
            }
        ),
    )


def _keyed_by(domain: Domain, owner: Resource, names: set[str]) -> list[Problem]:
    """A problem for each relationship that joins on an attribute that is to move."""
    found = []
    for resource in domain.all_resources:
        for way in resource.relationships:
            try:
                keys = domain.relationship_keys(resource, way)
            except NotFoundError:
                continue
            used = {
                name
                for holder, side in ((resource.name, keys.source), (way.destination, keys.destination))
                if holder == owner.name
                for name in side
            }
            if used & names:
                path = dotted("resources", resource.name, "relationships", way.name)
                message = f"it joins on {owner.name}.{min(used & names)}"
                found.append(Problem(path, "out_of_reach", message, hint="change it first, then refactor"))
    return found
