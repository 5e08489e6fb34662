"""AshSwarm's domain reasoning: ``resources`` as a language model proposes them, the reasoning ``steps``, and a ``final_answer``.

What the vocabulary has words for becomes the model. The rest stays in ``extensions["ashswarm"]``: whatever writing the model alone would not
give back, kept as it was spelled and used again as long as it still means what the model says. So a document comes back equal, and an edit of
the model shows. What a design has that AshSwarm cannot say is told by ``losses``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from workbench.errors import Problem, Problems, VerificationError, nearest
from workbench.language.json_mistakes import doubled_fields
from workbench.language.json_text import Doubled, Json
from workbench.language.places import Places
from workbench.language.yaml_text import parse_yaml, write_yaml, yaml_spots
from workbench.model.address import dotted
from workbench.model.behaviour import Action
from workbench.model.domain import Domain
from workbench.model.element import Element
from workbench.model.resource import Attribute, Relationship, Resource
from workbench.model.types import SCALARS, SEMANTIC, ArrayType, DecimalType, Type, parse_type, storage, type_text

__all__ = ["document_of", "dumps", "is_ashswarm", "loads", "losses", "read"]

_SECTION = "ashswarm"
_KINDS = ("belongs_to", "has_one", "has_many", "many_to_many")
_TYPES = {
    "atom": "string", "ci_string": "string", "number": "float", "bool": "boolean", "utc_datetime": "timestamp", "utc_datetime_usec": "timestamp",
    "datetime": "timestamp", "naive_datetime": "local_timestamp", "uuidv4": "uuid", "uuidv7": "uuid", "uuid_v4": "uuid", "uuid_v7": "uuid",
    "map": "json", "keyword": "json", "struct": "json", "union": "json",
}  # fmt: skip
"""Words of Ash for types that the vocabulary calls otherwise."""
_WORDS = {"timestamp": "utc_datetime", "local_timestamp": "naive_datetime", "json": "map", "text": "string"}
"""The word Ash prefers, where it has none alike."""
_MODIFIERS = {"required": "required", "sensitive": "sensitive", "private": "private", "generated": "generated"}
"""Modifier -> the flag of an attribute it says."""


def is_ashswarm(document: Json) -> bool:
    """Whether ``document`` has the shape of AshSwarm's domain reasoning, and not that of a saved design."""
    if not isinstance(document, dict) or "workbench" in document or "name" in document:
        return False
    return "resources" in document and ("steps" in document or "final_answer" in document)


def loads(text: str, called: str = "text") -> Domain:
    """The domain of AshSwarm's YAML ``text``, from a file ``called`` so.

    >>> loads("resources: [{name: Plant, domain: SCOR, attributes: [{name: site, type: string}]}]\\nsteps: []").resource("Plant")
    Resource('Plant')

    Raises:
        VerificationError: it has another shape; ``problems`` has every mistake found, with line and column.
    """
    document, doubled = parse_yaml(text, called)
    return read(document, called, Places(text, yaml_spots), doubled)


def read(document: Json, called: str, places: Places, doubled: Sequence[Doubled] = ()) -> Domain:
    """The domain that a document of AshSwarm says; ``doubled`` are its objects with a key said more than once.

    Raises:
        VerificationError: it has another shape; ``problems`` has every mistake found, with its place.
    """
    if not isinstance(document, dict):
        hint = "it begins with 'resources:', 'steps:' and 'final_answer:'"
        raise VerificationError([Problem(called, "not_ashswarm", "this is no domain reasoning of AshSwarm", hint=hint)])
    reader = _Reader()
    entries = reader.elements(document, "resources", ())
    names = [each.get("domain") for _, each in entries]
    first = next((name for name in names if isinstance(name, str) and name.isprintable() and name), "domain")
    resources = tuple(reader.resource(each, first, steps) for steps, each in entries)
    if reader.mistakes or doubled:
        raise VerificationError([*doubled_fields(doubled, Domain, document, places), *reader.placed(places)])
    bare = Domain(name=first, resources=resources)
    written = {each["name"]: each for each in _written(bare)}
    parts = {each["name"]: _kept(each, written[each["name"]]) for _, each in entries}
    kept = {key: value for key, value in document.items() if key != "resources"}
    if any(parts.values()):
        kept["resources"] = {name: part for name, part in parts.items() if part}
    return bare.model_copy(update={"extensions": {_SECTION: kept}})


def dumps(domain: Domain) -> str:
    """``domain`` as AshSwarm's YAML; what that cannot say is left out, see ``losses``."""
    return write_yaml(document_of(domain))


def document_of(domain: Domain) -> dict[str, Json]:
    """``domain`` as a document of AshSwarm.

    >>> document_of(Domain(name="SCOR", description="Plants."))
    {'resources': [], 'steps': [], 'final_answer': 'Plants.'}
    """
    kept = domain.extensions.get(_SECTION)
    if not isinstance(kept, dict):
        return {"resources": _written(domain), "steps": [], "final_answer": domain.description}
    parts = kept.get("resources")
    parts = parts if isinstance(parts, dict) else {}
    return {**kept, "resources": [_restored(each, parts.get(each["name"])) for each in _written(domain)]}


# Reading.


class _Reader:
    """Reads entries and collects what is wrong with them."""

    def __init__(self) -> None:
        self.mistakes: list[tuple[tuple[str | int, ...], str, str, str]] = []

    def placed(self, places: Places) -> Iterator[Problem]:
        """Every mistake, with its line and column."""
        spots = places.find([steps for steps, *_ in self.mistakes])
        for steps, code, message, hint in self.mistakes:
            place = spots[steps].value if steps in spots else None
            path = ".".join(map(str, steps)) or "domain"
            yield Problem(path, code, message, hint=hint, line=place and place.line, column=place and place.column)

    def elements(
        self, above: dict[str, Json], key: str, steps: tuple[str | int, ...]
    ) -> list[tuple[tuple[str | int, ...], dict[str, Json]]]:
        """The objects in the list ``above[key]``, each with a name of its own."""
        value = above.get(key)
        if value is None and steps:
            return []
        if not isinstance(value, list):
            self._wrong((*steps, key), "a list")
            return []
        found = []
        for index, each in enumerate(value):
            if not isinstance(each, dict):
                self._wrong((*steps, key, index), "an object")
            elif not isinstance(each.get("name"), str) or not each["name"] or not each["name"].isprintable():
                self.mistakes.append(
                    ((*steps, key, index), "missing_field", "its name is missing", "name it in one line")
                )
            elif len(each["name"]) > 255:
                self.mistakes.append(
                    ((*steps, key, index, "name"), "bad_value", "the name is too long", "255 characters do")
                )
            else:
                found.append(((*steps, key, index), each))
        counts = Counter(each["name"] for _, each in found)
        for where, each in found:
            if counts[each["name"]] > 1:
                message = f"{each['name'][:80]!r} stands {counts[each['name']]} times in the list"
                self.mistakes.append(((*where, "name"), "duplicate_name", message, "rename or remove the others"))
        return found

    def resource(self, entry: dict[str, Json], home: str, steps: tuple[str | int, ...]) -> Resource:
        attributes = [self._attribute(each, where) for where, each in self.elements(entry, "attributes", steps)]
        key: tuple[str, ...] = ()
        primary = entry.get("primary_key")
        if (
            isinstance(primary, dict)
            and isinstance(primary.get("name"), str)
            and primary["name"].isprintable()
            and primary["name"]
        ):
            key = (primary["name"],)
            if primary["name"] not in [each.name for each in attributes]:
                attributes.insert(0, _key_attribute(primary["name"], _type_read(primary.get("type"))))
        elif primary is not None:
            self._wrong((*steps, "primary_key"), "an object with name and type")
        relations = [self._relationship(each, where) for where, each in self.elements(entry, "relationships", steps)]
        domain = entry.get("domain")
        return Resource(
            name=entry["name"],
            description=_text(entry.get("description")),
            attributes=tuple(attributes),
            key=key,
            relationships=tuple(each for each in relations if each),
            actions=self._actions(entry.get("default_actions"), (*steps, "default_actions")),
            cluster=domain if isinstance(domain, str) and domain != home else "",
        )

    def _attribute(self, entry: dict[str, Json], steps: tuple[str | int, ...]) -> Attribute:
        modifiers = entry.get("modifiers") or []
        if not isinstance(modifiers, list):
            self._wrong((*steps, "modifiers"), "a list")
            modifiers = []
        flags: dict[str, Any] = {flag: word in modifiers for word, flag in _MODIFIERS.items()}
        described = _text(entry.get("description"))
        return Attribute(name=entry["name"], type=_type_read(entry.get("type")), description=described, **flags)

    def _relationship(self, entry: dict[str, Json], steps: tuple[str | int, ...]) -> Relationship | None:
        kind, destination = entry.get("type"), entry.get("destination")
        if kind not in _KINDS:
            close = nearest(str(kind), _KINDS)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(_KINDS)}"
            self.mistakes.append(((*steps, "type"), "bad_value", f"no relationship is {str(kind)[:80]!r}", hint))
            return None
        if not isinstance(destination, str) or not destination or not destination.isprintable():
            self._wrong((*steps, "destination"), "the name of a resource")
            return None
        described = _text(entry.get("description"))
        return Relationship(name=entry["name"], kind=kind, destination=destination, description=described)

    def _actions(self, value: Json, steps: tuple[str | int, ...]) -> tuple[Action, ...]:
        words = value or []
        if not isinstance(words, list) or not all(
            isinstance(each, str) and each and each.isprintable() for each in words
        ):
            self._wrong(steps, "a list of names")
            return ()
        return tuple(_action(each) for each in dict.fromkeys(words))

    def _wrong(self, steps: tuple[str | int, ...], expected: str) -> None:
        self.mistakes.append((steps, "wrong_type", f"{steps[-1]!r} is something else", f"write {expected}"))


def _key_attribute(name: str, type_: Type) -> Attribute:
    """The attribute that a primary key says, without being listed among the others."""
    return Attribute(name=name, type=type_, required=True)


def _action(word: str) -> Action:
    kinds: dict[str, Any] = {each: each for each in ("create", "read", "update", "destroy")}
    return Action(name=word, kind=kinds.get(word, "generic"))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _type_read(word: Json) -> Type:
    """The type that ``word`` means; what nobody knows may be anything."""
    text = word.lower() if isinstance(word, str) else ""
    try:
        return parse_type(_TYPES.get(text, text))
    except ValueError:
        return parse_type("json")


def _type_written(type_: Type) -> str:
    match type_:
        case ArrayType() | DecimalType():
            return type_.kind if isinstance(type_, DecimalType) and type_ == DecimalType() else type_text(type_)
    word = type_text(type_) if type_text(type_) in (*SCALARS, *SEMANTIC) else storage(type_)
    return _WORDS.get(word, word)


# Writing.


def _written(domain: Domain) -> list[Json]:
    return [_resource_entry(each, domain) for each in domain.all_resources]


def _resource_entry(resource: Resource, domain: Domain) -> dict[str, Json]:
    primary = resource.key[0] if resource.key else ""
    by_name = {each.name: each for each in resource.attributes}
    entry: dict[str, Json] = {"name": resource.name}
    if resource.description:
        entry["description"] = resource.description
    listed = [
        each for each in resource.attributes if each.name != primary or each != _key_attribute(primary, each.type)
    ]
    entry["attributes"] = [_attribute_entry(each) for each in listed]
    entry["relationships"] = [_relationship_entry(each) for each in resource.relationships]
    entry["default_actions"] = [each.name for each in resource.actions]
    if primary in by_name:
        entry["primary_key"] = {"name": primary, "type": _type_written(by_name[primary].type)}
    entry |= {"domain": resource.cluster or domain.name, "extends": [], "base": "Ash.Resource", "timestamps": False}
    return entry


def _attribute_entry(attribute: Attribute) -> dict[str, Json]:
    entry: dict[str, Json] = {"name": attribute.name, "type": _type_written(attribute.type)}
    if attribute.description:
        entry["description"] = attribute.description
    modifiers = [word for word, flag in _MODIFIERS.items() if getattr(attribute, flag)]
    return entry | ({"modifiers": modifiers} if modifiers else {})


def _relationship_entry(relationship: Relationship) -> dict[str, Json]:
    described = {"description": relationship.description} if relationship.description else {}
    return {"name": relationship.name, "type": relationship.kind, "destination": relationship.destination} | described


# What is kept.

_NAMED = ("attributes", "relationships")


def _kept(original: Json, written: Json) -> dict[str, Json]:
    """What leads from ``written`` to ``original``: ``spelled`` other values beside those they replace, ``without`` keys that are not said, and
    ``inside`` the same for elements of lists, by list and name.
    """
    spelled, inside = {}, {}
    for key, value in original.items():
        if key in _NAMED and key in written and isinstance(value, list):
            others = {each["name"]: each for each in written[key]}
            if [each["name"] for each in value] == list(others):
                parts = {each["name"]: _kept(each, others[each["name"]]) for each in value}
                if any(parts.values()):
                    inside[key] = {name: each for name, each in parts.items() if each}
                continue
        if key not in written:
            spelled[key] = {"now": value}
        elif not _is_same(value, written[key]):
            spelled[key] = {"now": value, "for": written[key]}
    without = {key: value for key, value in written.items() if key not in original}
    parts = {"spelled": spelled, "without": without, "inside": inside}
    return {name: each for name, each in parts.items() if each}


def _restored(written: dict[str, Json], kept: Json) -> dict[str, Json]:
    """``written`` as the original had it, where both still mean the same."""
    parts = kept if isinstance(kept, dict) else {}
    spelled, without, inside = (
        each if isinstance(each := parts.get(part), dict) else {} for part in ("spelled", "without", "inside")
    )
    found: dict[str, Json] = {}
    for key, value in written.items():
        told = spelled.get(key)
        if key in without and _is_same(without[key], value):
            continue
        if isinstance(told, dict) and "for" in told and _is_same(told["for"], value):
            found[key] = told.get("now")
        elif key in _NAMED and isinstance(inside.get(key), dict):
            found[key] = [_restored(each, inside[key].get(each["name"])) for each in value]
        else:
            found[key] = value
    more = {key: told for key, told in spelled.items() if key not in written and isinstance(told, dict)}
    return found | {key: told.get("now") for key, told in more.items() if "for" not in told}


def _is_same(one: Json, other: Json) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)  # 1 is not true


# What is lost.

_SAID: dict[type[Element], set[str]] = {
    Domain: {"name", "description", "resources", "domains", "extensions"},
    Resource: {"name", "description", "attributes", "key", "relationships", "actions", "cluster"},
    Attribute: {"name", "description", "type", *_MODIFIERS.values()},
    Relationship: {"name", "description", "kind", "destination"},
    Action: {"name", "kind"},
}
"""The fields AshSwarm has words for."""


def losses(domain: Domain) -> Problems:
    """Everything ``domain`` says and AshSwarm's document does not, one problem each.

    >>> print(losses(Domain(name="shop", time_zone="Europe/Rome")))
    info time_zone: AshSwarm has no word for time zone [not_carried]; keep the design in a format of its own beside it
    """
    return Problems(_losses(domain))


def _losses(domain: Domain) -> Iterator[Problem]:
    yield from _unsaid(domain, (), _SAID[Domain] - ({"description"} if _SECTION in domain.extensions else set()))
    for name in domain.extensions:
        if name != _SECTION:
            yield _loss(("extensions", name), "sections of others")
    for each in domain.domains:
        yield _loss(("domains", each.name), "domains inside others; its resources are carried")
    for resource in domain.all_resources:
        at = ("resources", resource.name)
        yield from _unsaid(resource, at)
        if len(resource.key) > 1:
            yield _loss((*at, "key"), "a key of several attributes; the first is carried")
        for attribute in resource.attributes:
            where = (*at, "attributes", attribute.name)
            yield from _unsaid(attribute, where)
            if _type_read(_type_written(attribute.type)) != attribute.type:
                yield _loss((*where, "type"), f"the type {attribute.type}")
        for relationship in resource.relationships:
            yield from _unsaid(relationship, (*at, "relationships", relationship.name))
        for action in resource.actions:
            where = (*at, "actions", action.name)
            yield from _unsaid(action, where)
            if _action(action.name).kind != action.kind:
                yield _loss((*where, "kind"), f"an action of the kind {action.kind} that has a name of its own")


def _unsaid(element: Element, address: tuple[str, ...], said: set[str] | None = None) -> Iterator[Problem]:
    for name, field in type(element).model_fields.items():
        is_said = name in (_SAID[type(element)] if said is None else said)
        if not is_said and getattr(element, name) != field.get_default(call_default_factory=True):
            yield _loss((*address, name), name.replace("_", " "))


def _loss(address: tuple[str, ...], what: str) -> Problem:
    hint = "keep the design in a format of its own beside it"
    return Problem(dotted(*address), "not_carried", f"AshSwarm has no word for {what}", severity="info", hint=hint)
