"""Refactorings: a domain said in another way, everything that mentions what changes rewritten, and the data carried along.

    rename(domain, path, name)                                  another name; the name at birth stays
    split(domain, resource, attributes, into)                   some attributes in a resource of their own, one row for each row
    extract_lookup(domain, resource, attributes, into)          values that repeat in a resource of their own, one row for each value
    move_attribute(domain, resource, attribute, along)          an attribute at the other end of a relationship

Where something cannot be said any more afterwards, the refactoring is refused, and every such place is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from workbench.errors import Problem, VerificationError
from workbench.evolve.difference import changes_between
from workbench.evolve.mentions import Mention
from workbench.evolve.refactorings_mentions import only_about
from workbench.evolve.refactorings_moving import at_hand, reached, with_attribute, with_moved, without_elements
from workbench.evolve.refactorings_rename import rename
from workbench.evolve.refactorings_value import Loss, Movement, Refactoring, Way
from workbench.model.address import dotted
from workbench.model.domain import Domain
from workbench.model.element import Element, find
from workbench.model.expression import Aggregate, Binary, IsNull, Node, Path, Unary
from workbench.model.policy import FieldPolicy
from workbench.model.resource import Attribute, Identity, Relationship, Resource, Rule
from workbench.model.types import ScalarType

__all__ = ["extract_lookup", "move_attribute", "rename", "split"]


def split(
    domain: Domain,
    resource: str,
    attributes: Sequence[str],
    into: str,
    *,
    own_key: str = "",
    relationship: str = "",
    back: str = "",
) -> Refactoring:
    """``attributes`` of ``resource`` are in a new resource ``into``, which has a row for each of its rows.

    Both share the key; with ``own_key`` the new one has an integer key of its own. ``relationship`` leads to the new resource (called
    like it when left out), ``back`` from there. Identities and rules about nothing else move along.

    Raises:
        NotFoundError: there is no such resource or attribute; the error names the nearest.
        VerificationError: something that mentions the attributes cannot reach them there.
    """
    owner, moved = _given(domain, resource, attributes, into, f"split {resource}")
    way, back = relationship or into, back or resource
    key = tuple(_as_key(each, f"{back}_{each.name}" if own_key else each.name) for each in _key(owner))
    held = tuple(each.name for each in key)
    own = (Attribute(name=own_key, type=ScalarType(name="integer"), required=True, generated=True),) if own_key else ()
    identities, rules = _going_along(owner, attributes)
    made = Resource(
        name=into,
        attributes=(*own, *key, *moved),
        key=(own_key,) if own_key else held,
        relationships=(
            Relationship(
                name=back,
                kind="belongs_to",
                destination=resource,
                required=True,
                source_key=held,
                destination_key=owner.key,
            ),
        ),
        identities=identities,
        rules=rules,
        field_policies=_policies(owner, attributes),
        cluster=owner.cluster,
    )
    to_it = Relationship(name=way, kind="has_one", destination=into, source_key=owner.key, destination_key=held)
    gone = _gone(owner, attributes) | {"identities": _names(identities), "rules": _names(rules)}
    edits = {resource: without_elements(gone, (to_it,), (made,))}
    after = with_moved(
        domain, owner, attributes, reached(owner, attributes, way), edits, f"split {into} off {resource}"
    )
    values = [*zip(held, map(_path, owner.key), strict=True), *((name, _path(name)) for name in attributes)]
    there = Movement("each", into, resource, tuple(values), number=own_key)
    returned = tuple((name, _path(way, name)) for name in attributes)
    back_again = Movement("own", resource, resource, returned, clears=into)
    return _refactored(f"split {into} off {resource}", domain, after, there, back_again)


def extract_lookup(
    domain: Domain,
    resource: str,
    attributes: Sequence[str],
    into: str,
    *,
    dependent: Sequence[str] = (),
    relationship: str = "",
    back: str = "",
) -> Refactoring:
    """The values of ``attributes`` are a new resource ``into``, keyed by them, to which ``resource`` refers; ``dependent`` attributes,
    of which each key has one value, move there.

    ``relationship`` leads to the new resource (called like it when left out), ``back`` from there (called like ``resource``). Errors as
    ``split``. That the dependent attributes do depend on the key is seen when the data is migrated.
    """
    owner, moved = _given(domain, resource, dependent, into, f"extract {into}")
    known = [find(f"attribute of {resource}", owner.attributes, name) for name in attributes]
    if not known or set(attributes) & {*dependent, *owner.key}:
        message = "name the attributes that identify a row of it: not the key, and none that moves"
        raise VerificationError([Problem(into, "no_lookup_key", message)], f"extract {into}")
    way, back, key = relationship or into, back or resource, tuple(attributes)
    made = Resource(
        name=into,
        attributes=(*(_as_key(each, each.name) for each in known), *moved),
        key=key,
        relationships=(
            Relationship(name=back, kind="has_many", destination=resource, source_key=key, destination_key=key),
        ),
        field_policies=_policies(owner, dependent),
        cluster=owner.cluster,
    )
    to_it = Relationship(
        name=way, kind="belongs_to", destination=into, required=all(each.required for each in known),
        source_key=key, destination_key=key,
    )  # fmt: skip
    edits = {resource: without_elements(_gone(owner, dependent), (to_it,), (made,))}
    after = with_moved(
        domain, owner, dependent, reached(owner, dependent, way), edits, f"extract {into} from {resource}"
    )
    optional = [each.name for each in known if not each.required]
    losses = _lost_without(resource, dependent, optional, f"rows without {', '.join(optional)}")
    there = Movement(
        "distinct", into, resource, tuple((name, _path(name)) for name in (*attributes, *dependent)), losses=losses
    )
    nobody = Unary("not", Aggregate("exists", _path(back)))
    unused = Loss(into, nobody, f"rows no {resource} refers to")
    values = tuple((name, _path(way, name)) for name in dependent)
    back_again = Movement("own", resource, resource, values, losses=(unused,), clears=into)
    return _refactored(f"extract {into} from {resource}", domain, after, there, back_again)


def move_attribute(domain: Domain, resource: str, attribute: str, along: str) -> Refactoring:
    """``attribute`` of ``resource`` is one of the resource that the relationship ``along`` leads to.

    To many rows each takes a copy; to one row that several lead to it goes where all of these agree, which is seen when the data is
    migrated. Errors as ``split``; a relationship of many to many moves nothing.
    """
    subject = f"move {resource}.{attribute} along {along}"
    owner, (moved,) = _given(domain, resource, (attribute,), "", subject)
    way = owner.relationship(along)
    _expect_way(owner, way, subject)
    other = domain.resource(way.destination)
    returns = _back(domain, owner, way)
    is_required = moved.required and way.kind != "belongs_to" and bool(returns and returns.required)
    there = moved.model_copy(update={"required": is_required})
    edits = {
        resource: without_elements(_gone(owner, (attribute,))),
        other.name: with_attribute(there, _policies(owner, (attribute,))),
    }
    nearer = Mention("member", other.name, returns.name) if returns else None
    mark = at_hand(owner, attribute, nearer) if way.is_to_many else reached(owner, (attribute,), along)
    after = with_moved(domain, owner, (attribute,), mark, edits, subject)
    return _refactored(subject, domain, after, *_carried(domain, owner, attribute, way, returns))


def _expect_way(owner: Resource, way: Relationship, subject: str) -> None:
    """Raise where no value can move along a relationship."""
    why = {
        way.kind == "many_to_many": "several rows stand at both ends",
        way.destination == owner.name: "it leads to the same resource",
        way.filter is not None: "only some rows follow it",
    }.get(True)
    if why:
        path = dotted("resources", owner.name, "relationships", way.name)
        raise VerificationError([Problem(path, "no_way_to_move", why)], subject)


def _carried(
    domain: Domain, owner: Resource, attribute: str, way: Relationship, returns: Relationship | None
) -> tuple[Movement, Movement]:
    """How the values of an attribute go along a relationship, and how they come back."""
    keys, other = domain.relationship_keys(owner, way), domain.resource(way.destination)
    back = returns or Relationship(
        name=f"back from {way.name}", kind="has_many" if way.kind == "belongs_to" else "belongs_to",
        destination=owner.name, source_key=keys.destination, destination_key=keys.source,
    )  # fmt: skip
    ways: tuple[Way, ...] = () if returns else ((other.name, back),)
    ends = tuple(zip(keys.source, keys.destination, strict=True))
    if way.kind == "belongs_to":
        alone = _lost_alone(other.name, attribute, back.name)
        copied = Movement(
            "own", owner.name, owner.name, ((attribute, _path(way.name, attribute)),), (), "", ways, alone
        )
        return _agreed(other.name, owner, attribute, ends), copied
    alone = _lost_alone(owner.name, attribute, way.name)
    copied = Movement("own", other.name, other.name, ((attribute, _path(back.name, attribute)),), (), "", ways, alone)
    return copied, _agreed(owner.name, other, attribute, tuple((there, here) for here, there in ends))


def _agreed(resource: str, source: Resource, attribute: str, keys: tuple[tuple[str, str], ...]) -> Movement:
    """The movement of an attribute to the one row that several of ``source`` lead to."""
    filled = {each.name for each in source.attributes if each.required} | set(source.key)
    optional = [each for each, _ in keys if each not in filled]
    losses = _lost_without(source.name, (attribute,), optional, f"rows that lead to no {resource}")
    return Movement("agreed", resource, source.name, ((attribute, _path(attribute)),), keys, losses=losses)


def _refactored(name: str, before: Domain, after: Domain, there: Movement, back: Movement) -> Refactoring:
    return Refactoring(name, before, after, changes_between(before, after), (there,), (back,))


def _given(
    domain: Domain, resource: str, attributes: Sequence[str], into: str, subject: str
) -> tuple[Resource, tuple[Attribute, ...]]:
    """The resource and its attributes that are to move, as they will be there."""
    owner = domain.resource(resource)
    moved = [find(f"attribute of {resource}", owner.attributes, name) for name in dict.fromkeys(attributes)]
    problems = [
        Problem(
            dotted("resources", resource, "attributes", each.name), "part_of_key", "it identifies the rows, and stays"
        )
        for each in moved
        if each.name in owner.key
    ]
    if into and domain.has_resource(into):
        problems.append(Problem(dotted("resources", into), "name_taken", "there is a resource of this name"))
    if into and not owner.key:
        problems.append(
            Problem(dotted("resources", resource, "key"), "no_key", "its rows need a key to be referred to")
        )
    tenancy = domain.tenancy
    if tenancy.strategy == "attribute" and tenancy.attribute in attributes:
        path = dotted("resources", resource, "attributes", tenancy.attribute)
        problems.append(Problem(path, "tells_tenants_apart", "rows of every resource say whose they are by it"))
    if problems:
        raise VerificationError(problems, subject)
    return owner, tuple(each.model_copy(update={"was": "", "source_name": ""}) for each in moved)


def _key(owner: Resource) -> tuple[Attribute, ...]:
    return tuple(find(f"attribute of {owner.name}", owner.attributes, name) for name in owner.key)


def _as_key(attribute: Attribute, name: str) -> Attribute:
    """An attribute as part of the key of another resource."""
    update = {"name": name, "was": "", "source_name": "", "required": True, "default": None, "generated": False}
    return attribute.model_copy(update=update)


def _going_along(owner: Resource, attributes: Sequence[str]) -> tuple[tuple[Identity, ...], tuple[Rule, ...]]:
    """The identities and rules of a resource that are about ``attributes`` alone."""
    identities = tuple(
        each
        for each in owner.identities
        if set(each.attributes) <= set(attributes) and only_about(each.where, attributes)
    )
    rules = tuple(each for each in owner.rules if only_about(each.condition, attributes))
    return identities, rules


def _policies(owner: Resource, attributes: Sequence[str]) -> tuple[FieldPolicy, ...]:
    """The field policies of a resource that are about ``attributes`` alone and ask nothing of the row."""
    return tuple(
        each
        for each in owner.field_policies
        if each.attributes and set(each.attributes) <= set(attributes) and only_about(each.condition, ())
    )


def _gone(owner: Resource, attributes: Sequence[str]) -> dict[str, set[str]]:
    """What leaves a resource with ``attributes``."""
    return {"attributes": set(attributes), "field_policies": _names(_policies(owner, attributes))}


def _names(elements: Iterable[Element]) -> set[str]:
    return {each.name for each in elements}


def _back(domain: Domain, owner: Resource, way: Relationship) -> Relationship | None:
    """The relationship that leads back on the same attributes."""
    keys = domain.relationship_keys(owner, way)
    other = domain.resource(way.destination)
    wanted = ("has_many", "has_one") if way.kind == "belongs_to" else ("belongs_to",)
    for each in other.relationships:
        if each.destination == owner.name and each.kind in wanted and each.filter is None:
            found = domain.relationship_keys(other, each)
            if sorted(zip(found.source, found.destination, strict=False)) == sorted(
                zip(keys.destination, keys.source, strict=False)
            ):
                return each
    return None


def _path(*names: str) -> Path:
    return Path(names)


def _any(conditions: Iterable[Node], operator: str) -> Node:
    return reduce(lambda one, other: Binary(operator, one, other), conditions)  # type: ignore[arg-type]


def _lost_without(resource: str, attributes: Sequence[str], keys: Sequence[str], what: str) -> tuple[Loss, ...]:
    """What is lost of rows some of whose ``keys`` are null."""
    if not (attributes and keys):
        return ()
    no_key = _any((IsNull(_path(name)) for name in keys), "or")
    some_value = _any((IsNull(_path(name), True) for name in attributes), "or")
    return (Loss(resource, Binary("and", no_key, some_value), what),)


def _lost_alone(resource: str, attribute: str, way: str) -> tuple[Loss, ...]:
    """What is lost of rows that nothing refers to."""
    nobody = Unary("not", Aggregate("exists", _path(way)))
    return (Loss(resource, Binary("and", IsNull(_path(attribute), True), nobody), "rows that nothing refers to"),)
