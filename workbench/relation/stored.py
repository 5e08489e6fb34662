"""What is stored of a domain: the attributes of each resource, those its references imply included, and the references that stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from workbench.errors import NotFoundError, Severity
from workbench.model import Attribute, Domain, Relationship, Resource
from workbench.model.address import dotted
from workbench.model.expression import Node
from workbench.model.types import ArrayType, DecimalType, EnumType, ScalarType, StructField, StructType, Type

__all__ = ["Lose", "Reference", "Stored", "completed", "stored", "typed"]


class Lose(Protocol):
    """Is told of each thing left out: its path, a code, what was left out and why, and what to do about it."""

    def __call__(self, path: str, code: str, message: str, hint: str = "", severity: Severity = "warning") -> None:
        """Something is left out."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference that stands: ``attributes`` of its holder equal, pairwise, ``destination_attributes`` of ``destination``."""

    name: str
    attributes: tuple[str, ...]
    destination: Resource
    destination_attributes: tuple[str, ...]
    path: str
    is_single: bool = False
    """Whether the other side says that one row at most refers to it (``has_one``)."""
    is_enforced: bool = True
    """Whether no row may lead nowhere."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A resource with everything it stores: declared attributes, then those its references imply (``patient_id``)."""

    resource: Resource
    attributes: tuple[Attribute, ...]
    references: tuple[Reference, ...]
    path: str

    def path_of(self, attribute: str) -> str:
        """The path of an attribute, written."""
        return dotted("resources", self.resource.name, "attributes", attribute)

    @property
    def key(self) -> tuple[str, ...]:
        """The key attributes that exist."""
        names = {attribute.name for attribute in self.attributes}
        return tuple(dict.fromkeys(name for name in self.resource.key if name in names))

    def is_required(self, attribute: Attribute) -> bool:
        """Whether every stored row has it: it is required, or part of the key."""
        return attribute.required or attribute.name in self.key


def stored(domain: Domain, lose: Lose) -> tuple[Stored, ...]:
    """Every resource of ``domain`` and of those it is composed of, each name once, in declared order.

    What does not fit together (a second element of the same name, a reference to nothing) is left out and told to ``lose``.
    """
    kept: dict[str, Resource] = {}
    attributes: dict[str, dict[str, Attribute]] = {}
    for resource in domain.all_resources:
        if resource.name in kept:
            path = dotted("resources", resource.name)
            lose(path, "duplicate_name", "a second resource of this name is left out", "rename one of them")
        else:
            kept[resource.name] = resource
            attributes[resource.name] = _attributes(resource, lose)
    references: dict[str, dict[tuple[object, ...], Reference]] = {name: {} for name in kept}
    pairs = [(resource, each) for resource in kept.values() for each in resource.relationships]
    # The side that holds the attributes is believed first; the other side adds what only it says.
    for resource, relationship in sorted(pairs, key=lambda pair: pair[1].kind != "belongs_to"):
        _add_reference(domain, resource, relationship, attributes, references, lose)
    return tuple(
        Stored(each, tuple(attributes[name].values()), tuple(references[name].values()), dotted("resources", name))
        for name, each in kept.items()
    )


def completed(domain: Domain, resources: tuple[Stored, ...]) -> Domain:
    """``domain`` with the attributes its references imply written out."""
    stored_of = {each.resource.name: each.attributes for each in resources}

    def written(part: Domain) -> Domain:
        own = tuple(each.model_copy(update={"attributes": stored_of[each.name]}) for each in part.resources)
        return part.model_copy(update={"resources": own, "domains": tuple(map(written, part.domains))})

    return written(domain)


def typed(condition: Node, domain: Domain, resource: Resource) -> Node:
    """The typed tree of a condition, as it reads on a row of ``resource``.

    Raises:
        ValueError: it has problems; the message is the first one's.
    """
    from workbench.expression.checking import check

    found = check(condition, domain, domain.resource(resource.name), is_condition=True)
    if found.problems:
        raise ValueError(found.problems[0].message)
    return found.tree


def _attributes(resource: Resource, lose: Lose) -> dict[str, Attribute]:
    names: dict[str, Attribute] = {}
    for attribute in resource.attributes:
        if attribute.name in names:
            path = dotted("resources", resource.name, "attributes", attribute.name)
            lose(path, "duplicate_name", "a second attribute of this name is left out", "rename one of them")
            continue
        sound = _sound(attribute.type)
        if sound != attribute.type:
            path = dotted("resources", resource.name, "attributes", attribute.name)
            lose(
                path, "type_widened", f"no value fits the type {attribute.type}; it is {sound} here", "correct the type"
            )
        names[attribute.name] = attribute if sound == attribute.type else attribute.model_copy(update={"type": sound})
    return names


def _sound(type_: Type) -> Type:
    """``type_``, or, where nothing can be of it, the next wider type that something can."""
    match type_:
        case DecimalType(precision=precision, scale=scale) if scale > precision:
            return DecimalType(precision=scale, scale=scale)
        case EnumType(values=()):
            return ScalarType(name="string")
        case ArrayType(item=item):
            return ArrayType(item=_sound(item))
        case StructType(fields=parts):
            if not parts or len({part.name.casefold() for part in parts}) < len(parts):
                return ScalarType(name="json")
            return StructType(fields=tuple(StructField(name=part.name, type=_sound(part.type)) for part in parts))
    return type_


def _add_reference(
    domain: Domain,
    resource: Resource,
    relationship: Relationship,
    attributes: dict[str, dict[str, Attribute]],
    references: dict[str, dict[tuple[object, ...], Reference]],
    lose: Lose,
) -> None:
    """The reference a relationship declares is among its holder's, and the attributes it implies are among the holder's."""
    path = dotted("resources", resource.name, "relationships", relationship.name)
    try:
        destination = domain.resource(relationship.destination)
        keys = domain.relationship_keys(resource, relationship)
    except NotFoundError as error:
        lose(path, "unknown_destination", f"the reference is left out: {error}")
        return
    if relationship.kind == "many_to_many":
        if not domain.has_resource(relationship.through):
            hint = "name the resource that joins them in 'through'"
            lose(path, "no_joining_resource", "nothing says where the pairs are stored", hint)
        return
    is_held = relationship.kind == "belongs_to"
    holder, target = (resource, destination) if is_held else (destination, resource)
    here, there = (keys.source, keys.destination) if is_held else (keys.destination, keys.source)
    known = attributes[target.name]
    missing = [name for name in there if name not in known]
    if not here or len(here) != len(there) or len(set(here)) != len(here) or missing:
        what = (
            f"{target.name} has no attribute {missing[0]!r}"
            if missing
            else "its ends are no equal number of attributes"
        )
        lose(path, "broken_reference", f"the reference is left out: {what}")
        return
    for name, of in zip(here, there, strict=True):
        implied = Attribute(name=name, type=known[of].type, required=is_held and relationship.required)
        attributes[holder.name].setdefault(name, implied)
    same = (here, target.name, there)
    first = references[holder.name].get(same)
    is_single = relationship.kind == "has_one" or (first is not None and first.is_single)
    made = first or Reference(relationship.name, here, target, there, path, is_enforced=relationship.enforced)
    references[holder.name][same] = replace(made, is_single=is_single)
