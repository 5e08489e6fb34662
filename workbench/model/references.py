"""Every reference of a domain, once: who holds which key to whom, and how many rows may stand at each end.

A reference is told from the side that holds the key, whichever side declares it. At the holder there are *zero or many* rows, or
*zero or one* where the key is unique there; at the other side *exactly one* where the relationship is required, else *zero or one*.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from workbench.errors import NotFoundError
from workbench.model.domain import Domain
from workbench.model.resource import Relationship, Resource
from workbench.views import End

__all__ = ["Reference", "foreign_keys", "references"]


@dataclass(frozen=True, slots=True)
class Reference:
    """``holder`` holds ``keys`` that equal ``target_keys`` of ``target``; how many rows may stand at each end.

    ``is_known`` is false where the domain has no resource called ``target``.
    """

    name: str
    holder: str
    keys: tuple[str, ...]
    target: str
    target_keys: tuple[str, ...]
    holder_end: End
    target_end: End
    is_known: bool = True


def references(domain: Domain) -> tuple[Reference, ...]:
    """Every reference of ``domain`` once, in declared order; those to resources that do not exist say so.

    >>> from workbench.model import Attribute, Relationship, Resource
    >>> city = Resource(name="city", key=("id",), attributes=(Attribute(name="id", type="integer"),))
    >>> to_city = Relationship(name="city", kind="belongs_to", destination="city", source_key=("city_id",))
    >>> trip = Resource(name="trip", key=("id",), relationships=(to_city,))
    >>> [(each.holder_end, each.target_end) for each in references(Domain(name="d", resources=(city, trip)))]
    [('zero_or_many', 'zero_or_one')]
    """
    found: dict[tuple[str, tuple[str, ...], str, tuple[str, ...]], Reference] = {}
    pairs = [(resource, relation) for resource in domain.all_resources for relation in resource.relationships]
    # Those that hold the key first: the other side's view of the same reference then adds nothing.
    for resource, relation in sorted(pairs, key=lambda pair: pair[1].kind != "belongs_to"):
        for reference in _read(domain, resource, relation):
            found.setdefault((reference.holder, reference.keys, reference.target, reference.target_keys), reference)
    order = {name: index for index, name in enumerate(dict.fromkeys(each.name for each in domain.all_resources))}
    return tuple(sorted(found.values(), key=lambda each: order.get(each.holder, len(order))))


def _read(domain: Domain, resource: Resource, relation: Relationship) -> Iterable[Reference]:
    name = relation.name
    try:
        other, keys = domain.resource(relation.destination), domain.relationship_keys(resource, relation)
    except NotFoundError:
        yield Reference(
            name, resource.name, relation.source_key, relation.destination, (), "none", "none", is_known=False
        )
        return
    if relation.kind == "many_to_many":
        if not domain.has_resource(relation.through):
            yield Reference(
                name, resource.name, keys.source, other.name, keys.destination, "zero_or_many", "zero_or_many"
            )
    elif relation.kind == "belongs_to":
        ends = _ends(resource, keys.source, required=relation.required)
        yield Reference(name, resource.name, keys.source, other.name, keys.destination, *ends)
    else:
        ends = _ends(other, keys.destination, required=False, single=relation.kind == "has_one")
        yield Reference(name, other.name, keys.destination, resource.name, keys.source, *ends)


def _ends(holder: Resource, keys: tuple[str, ...], *, required: bool, single: bool = False) -> tuple[End, End]:
    """The end at the holder of the key, and the end at what it refers to."""
    unique = single or holder.is_unique(keys)
    return ("zero_or_one" if unique else "zero_or_many"), ("one" if required else "zero_or_one")


def foreign_keys(lines: Iterable[Reference]) -> dict[str, set[str]]:
    """Resource name -> the attributes that are part of a reference it holds."""
    held: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        held[line.holder].update(line.keys)
    return held
