"""The words of a domain: what it has, what can be done, what can be measured, and what each is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from workbench.actions.outcome import Kind
from workbench.expression.functions import FUNCTIONS
from workbench.model import Action, Argument, Attribute, Calculation, Dimension, Domain, Measure, Relationship, Resource
from workbench.model.types import type_text
from workbench.patterns.dsl_generator.words import Cursor, Entry, Offer, Phrases, noun_forms, said, spoken

__all__ = ["GRAINS", "Member", "Scope", "Verb", "Vocabulary"]

GRAINS = ("year", "quarter", "month", "week", "day", "hour", "minute")
"""Steps that time can be cut into."""

Member: TypeAlias = Attribute | Calculation | Relationship | Dimension | Measure | Argument

_BUILT_IN: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "create": ("create", ()),
    "update": ("update", ()),
    "upsert": ("upsert", ("save",)),
    "delete": ("destroy", ("destroy", "remove")),
}
"""What can be done to every resource: the word, what it is, and other words for it."""


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done with records of a resource: ``action`` is empty where it need not be declared."""

    word: str
    kind: Kind
    resource: Resource
    action: str = ""
    declared: Action | None = None


class Scope:
    """The words that belong to one resource."""

    def __init__(self, domain: Domain, resource: Resource) -> None:
        self.domain, self.resource = domain, resource

    def _entries(self, *kinds: str) -> Iterator[Entry[Member]]:
        resource = self.resource
        parts: dict[str, tuple[Member, ...]] = {
            "relationship": resource.relationships,
            "calculation": resource.calculations,
            "attribute": resource.attributes,
            "dimension": resource.dimensions,
            "measure": resource.measures,
        }
        for kind in kinds:
            for each in parts[kind]:
                yield Entry(each.name, each, spoken(each.name, each.label), kind, _detail(each))

    @cached_property
    def names(self) -> Phrases[Member]:
        """Attributes, calculations and relationships: what a path goes over."""
        called = f"an attribute of {said(self.resource.name)}"
        return Phrases(called, self._entries("relationship", "calculation", "attribute"))

    @cached_property
    def groups(self) -> Phrases[Member]:
        """What rows can be grouped by."""
        called = f"a way to group {said(self.resource.name)}"
        return Phrases(called, self._entries("dimension", "relationship", "calculation", "attribute"))

    @cached_property
    def items(self) -> Phrases[Member]:
        """What can be asked of it: its measures, and what a path goes over."""
        called = f"a measure or attribute of {said(self.resource.name)}"
        return Phrases(called, self._entries("relationship", "calculation", "attribute", "measure"))

    @cached_property
    def given(self) -> Phrases[Member]:
        """What a record of it can be given."""
        return self.given_to(None)

    def given_to(self, action: Action | None) -> Phrases[Member]:
        """What a record can be given when ``action`` is done; an argument comes before an attribute of its name."""
        resource = self.resource
        accept = None if action is None else action.accept
        entries: list[Entry[Member]] = []
        for way in resource.relationships:
            if way.kind == "belongs_to" and (accept is None or self._keys(way) <= {*accept}):
                entries.append(Entry(way.name, way, spoken(way.name, way.label), "relationship", _detail(way)))
        for each in resource.attributes:
            if not each.generated and (accept is None or each.name in accept or each.name in resource.key):
                entries.append(Entry(each.name, each, spoken(each.name, each.label), "attribute", _detail(each)))
        for argument in () if action is None else action.arguments:
            also = spoken(argument.name, argument.label)
            entries.append(Entry(argument.name, argument, also, "argument", _detail(argument)))
        return Phrases(f"something to give to {said(resource.name)}", entries)

    def _keys(self, way: Relationship) -> set[str]:
        if not self.domain.has_resource(way.destination):
            return {way.name}
        return {*self.domain.relationship_keys(self.resource, way).source}

    def held(self) -> Iterator[Entry[Member]]:
        """What a record of it holds: its attributes, and the records it refers to."""
        yield from self._entries("attribute")
        yield from (each for each in self._entries("relationship") if getattr(each.meaning, "kind", "") == "belongs_to")

    @cached_property
    def states(self) -> dict[str, tuple[str, ...]]:
        """The values of its enums and the states of its machines, each with the attributes that may have it."""
        found: dict[str, tuple[str, ...]] = {}
        for machine in self.domain.machines:
            if machine.resource == self.resource.name:
                for state in machine.states:
                    found[state.name] = (*found.get(state.name, ()), machine.attribute)
        for each in self.resource.attributes:
            for value in getattr(each.type, "names", ()):
                found[value] = (*found.get(value, ()), each.name)
        return {state: tuple(dict.fromkeys(names)) for state, names in found.items()}


class Vocabulary:
    """All words of a domain, made when they are first needed."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._scopes: dict[str, Scope] = {}

    def scope(self, resource: Resource) -> Scope:
        """The words of one resource."""
        if resource.name not in self._scopes:
            self._scopes[resource.name] = Scope(self.domain, resource)
        return self._scopes[resource.name]

    @property
    def made(self) -> tuple[Scope, ...]:
        """The scopes that were needed so far."""
        return tuple(self._scopes.values())

    @cached_property
    def nouns(self) -> Phrases[Resource]:
        """The resources, in the singular and the plural."""
        entries = (
            Entry(each.name, each, noun_forms(each.name, each.label), "resource", each.description or each.label)
            for each in self.domain.all_resources
        )
        return Phrases("a resource", entries)

    @cached_property
    def verbs(self) -> Phrases[dict[str, Verb]]:
        """What can be done, each with the resources it can be done to."""
        by_word: dict[str, dict[str, Verb]] = {word: {} for word in _BUILT_IN}
        also = {word: others for word, (_, others) in _BUILT_IN.items()}
        for resource in self.domain.all_resources:
            for verb in self._verbs_of(resource):
                by_word.setdefault(verb.word, {})[resource.name] = verb
        for resource in self.domain.all_resources:
            for action in resource.actions:
                also[action.name] = (*also.get(action.name, ()), *spoken(action.name, action.label))
        entries = (
            Entry(
                word, about, also.get(word, spoken(word)), "verb", ", ".join(list(about)[:4]) + " …" * (len(about) > 4)
            )
            for word, about in by_word.items()
        )
        return Phrases("a verb", entries, frozenset(["with", "where"]))  # nothing but a noun comes behind it

    def doing(self, cursor: Cursor) -> str:
        """What to do where a verb begins a question: a question changes nothing. Empty where none does."""
        found = self.verbs.found(cursor)
        return f"{said(found[0][1].name)} is a verb: run it as a command, in a workspace or a scenario" if found else ""

    def _verbs_of(self, resource: Resource) -> Iterator[Verb]:
        """A declared action comes before an event of its name, and an event before what every resource has."""
        for word, (kind, _) in _BUILT_IN.items():
            yield Verb(word, kind, resource)
        for machine in self.domain.machines:
            if machine.resource == resource.name:
                for event in machine.events:
                    yield Verb(event, "update", resource, event)
        for action in resource.actions:
            if action.kind != "read" and action.kind != "generic":
                yield Verb(action.name, action.kind, resource, action.name, action)

    @cached_property
    def measures(self) -> Phrases[tuple[tuple[Resource | None, Measure], ...]]:
        """The measures, each with the resources that have one of this name; None is the domain itself."""
        by_name: dict[str, list[tuple[Resource | None, Measure]]] = {}
        for each in _measures(self.domain):
            by_name.setdefault(each.name, []).append((None, each))
        for resource in self.domain.all_resources:
            for each in resource.measures:
                by_name.setdefault(each.name, []).append((resource, each))
        entries = (
            Entry(name, tuple(found), spoken(name, found[0][1].label), "measure", _detail(found[0][1]))
            for name, found in by_name.items()
        )
        return Phrases("a measure", entries)

    @cached_property
    def anywhere(self) -> Phrases[tuple[Resource, ...]]:
        """Attributes and calculations by name, each with the resources that have it: for texts that do not say of which."""
        by_name: dict[str, list[Resource]] = {}
        for resource in self.domain.all_resources:
            for each in (*resource.attributes, *resource.calculations):
                by_name.setdefault(each.name, []).append(resource)
        entries = (
            Entry(name, tuple(dict.fromkeys(found)), spoken(name), "attribute", f"of {found[0].name}")
            for name, found in by_name.items()
        )
        return Phrases("an attribute", entries)

    def functions(self) -> Iterator[Offer]:
        """What a condition may call."""
        return (Offer(f"{name}(", "function", each.signature) for name, each in FUNCTIONS.items())


def _measures(domain: Domain) -> Iterator[Measure]:
    yield from domain.measures
    for part in domain.domains:
        yield from _measures(part)


def _detail(of: Member) -> str:
    """What a name means, in a few words."""
    match of:
        case Attribute() | Argument():
            kind = type_text(of.type)
        case Relationship():
            kind = f"-> {of.destination}"
        case Calculation() | Dimension() | Measure():
            kind = str(of.expression)
    told = of.description or of.label
    return f"{kind}: {told}" if told else kind
