"""A form for one place of a design: its controls with what they hold, and the names that are offered."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, get_args, get_type_hints
from zoneinfo import available_timezones

from pydantic import TypeAdapter

from workbench.evolve.difference import same
from workbench.language.domain_spelling import type_words
from workbench.model import Attribute, Domain, Machine, Reactor, Relationship, Resource, Type
from workbench.model.address import Address, dotted
from workbench.model.change import Value
from workbench.model.element import Element, Frozen
from workbench.model.expression import Node, write
from workbench.model.types import SCALARS, SEMANTIC, ArrayType, DecimalType, EnumType, ScalarType, StructType
from workbench.widgets.controls import Control, Names, controls, noun_of
from workbench.widgets.editing import Place, find
from workbench.widgets.entries import RefusedError, entered
from workbench.widgets.outline import Answer, caption

__all__ = ["draft", "form"]

_MOST_PARTS = 40
_MOST_OFFERED = 400


def form(domain: Domain, path: Address) -> Answer:
    """The form of the element, the row or the kind of parts at ``path``.

    Raises:
        NotFoundError: nothing stands there.
    """
    place = find(domain, path)
    part: Frozen = place.element
    if len(place.rest) == 1:
        return _list(domain, place)
    if len(place.rest) == 2:
        part = getattr(place.element, str(place.rest[0]))[place.rest[1]]
    made = [_filled(each, getattr(part, each.field), path) for each in controls(type(part))]
    name, note = caption(part)
    return {
        "type": "form",
        "path": list(path),
        "title": name,
        "note": note if not isinstance(part, Element) else "",
        "kind": noun_of(type(part)),
        "about": _about(type(part)),
        "where": dotted(*place.names, *place.rest),
        "controls": made,
        "lists": _lists(domain, place, controls(type(part))),
    } | _standing(domain, place)


def draft(domain: Domain, path: Address, model: type[Frozen]) -> Answer:
    """What has to be said of a new one of ``model`` in the collection at ``path``."""
    needed = [each for each in controls(model) if each.required]
    return {
        "noun": noun_of(model),
        "path": list(path),
        "controls": [_empty(each, path) for each in needed],
        "lists": _lists(domain, find(domain, path), tuple(needed)),
    }


def _list(domain: Domain, place: Place) -> Answer:
    """The form of a kind of parts: all of them, and what a new one needs."""
    field = str(place.rest[0])
    model = get_args(get_type_hints(type(place.element))[field])[0]
    path = (*place.births, field)
    control = next(each for each in controls(type(place.element)) if each.field == field)
    return {
        "type": "form",
        "path": list(path),
        "title": field.replace("_", " ").capitalize(),
        "note": f"of {place.element.name}",
        "kind": "group",
        "about": _about(model),
        "where": dotted(*place.names, field),
        "controls": [_filled(control, getattr(place.element, field), place.births, most=10_000)],
        "lists": {},
        "place": 0,
        "of": 0,
    }


def _standing(domain: Domain, place: Place) -> Answer:
    """Where it stands among its siblings: to be moved."""
    if place.rest:
        return {"place": place.rest[1], "of": len(getattr(place.element, str(place.rest[0])))}
    if not place.births:
        return {"place": 0, "of": 0}
    siblings = getattr(find(domain, place.births[:-2]).element, str(place.births[-2]))
    return {"place": next(at for at, each in enumerate(siblings) if each is place.element), "of": len(siblings)}


def _about(model: type[Frozen]) -> str:
    """The first paragraph of what the model says about itself, in plain words."""
    first = (inspect.getdoc(model) or "").split("\n\n")[0]
    return " ".join(first.replace("``", "").split())


# --- controls ---------------------------------------------------------------------------------------------------------------------


def _bare(control: Control, path: Address) -> Answer:
    return {
        "path": [*path, control.field],
        "field": control.field,
        "kind": control.kind,
        "label": control.label,
        "help": control.help,
        "required": control.required,
        "nullable": control.nullable,
        "options": list(control.options),
        "offers": control.offers,
        "noun": control.noun,
        "rare": control.is_rare,
    }


def _empty(control: Control, path: Address) -> Answer:
    """A control of something that is not there yet."""
    value: Any = {"names": [], "choices": [], "rows": [], "checkbox": False}.get(control.kind, "")
    made = _bare(control, path) | {"value": value}
    if control.kind == "group":
        made["controls"] = [_empty(each, (*path, control.field)) for each in control.controls]
    return made


def _filled(control: Control, held: Value, path: Address, most: int = _MOST_PARTS) -> Answer:
    """A control with what is held."""
    made, here = _bare(control, path), (*path, control.field)
    match control.kind:
        case "group":
            made["controls"] = [_filled(each, getattr(held, each.field), here) for each in control.controls]
        case "rows":
            made["rows"] = [
                [_filled(each, getattr(row, each.field), (*here, at)) for each in control.controls]
                for at, row in enumerate(held)
            ]
            made["new"] = [_empty(each, here) for each in control.controls if each.required]
        case "parts":
            made["count"] = len(held)
            made["parts"] = [
                {"path": [*here, each.birth_name if isinstance(each, Element) else at], "name": name, "note": note}
                for at, each in enumerate(held[:most])
                for name, note in [caption(each)]
            ]
        case _:
            made["value"] = _shown(control, held)
    return made


def _shown(control: Control, held: Value) -> Any:
    match held:
        case None:
            return None if control.kind in ("names", "choices") else ""
        case Node():
            return write(held)
        case ScalarType() | DecimalType() | EnumType() | ArrayType() | StructType():
            return _type(held)
        case tuple():
            return list(held)
    return json.dumps(held, indent=1, ensure_ascii=False, default=str) if control.kind == "json" else held


def _type(held: Type) -> str:
    """The type as it is written; what has labels or parts of its own as the domain language says it, or as JSON where that fails."""
    saved = _types.dump_python(held, mode="json")
    if isinstance(saved, str):
        return saved
    with suppress(RefusedError):
        words = type_words(held)
        if same(entered(Attribute, "type", words), held):
            return words
    return json.dumps(saved, ensure_ascii=False)


_types: TypeAdapter[Type] = TypeAdapter(Type)


# --- names that are offered -------------------------------------------------------------------------------------------------------


def _lists(domain: Domain, place: Place, shown: Iterable[Control]) -> dict[str, list[str]]:
    wanted = set(_offers(shown))
    return {each: list(dict.fromkeys(_names(domain, place, each)))[:_MOST_OFFERED] for each in sorted(wanted)}


def _offers(shown: Iterable[Control]) -> Iterable[Names]:
    for each in shown:
        if each.offers:
            yield each.offers
        yield from _offers(each.controls)


def _names(domain: Domain, place: Place, offers: Names) -> Iterable[str]:
    match offers:
        case "resources":
            return [each.name for each in domain.all_resources]
        case "types":
            return [*SCALARS, *SEMANTIC, "decimal(12, 2)", "enum(first, second)", "array(string)"]
        case "zones":
            return sorted(available_timezones())
        case "clusters":
            return [each.cluster for each in domain.all_resources if each.cluster]
        case "states" | "steps":
            return _of_owner(domain, place, offers)
        case "their attributes":
            name = place.element.destination if isinstance(place.element, Relationship) else ""
            return domain.resource(name).attribute_names if domain.has_resource(name) else ()
    about = _resources(domain, place)
    return [each.name for resource in about for each in getattr(resource, offers, ())]


def _of_owner(domain: Domain, place: Place, field: str) -> Iterable[str]:
    for cut in range(0, len(place.births) + 1, 2):
        owner = find(domain, place.births[: len(place.births) - cut]).element
        if isinstance(owner, Machine | Reactor):
            return [each.name for each in getattr(owner, field, ())]
    return ()


def _resources(domain: Domain, place: Place) -> tuple[Resource, ...]:
    """The resource an element is about: the one around it, or the one it names; else every one."""
    for cut in range(0, len(place.births) + 1, 2):
        owner = find(domain, place.births[: len(place.births) - cut]).element
        if isinstance(owner, Resource):
            return (owner,)
        name = getattr(owner, "resource", "")
        if isinstance(name, str) and domain.has_resource(name):
            return (domain.resource(name),)
    return domain.all_resources
