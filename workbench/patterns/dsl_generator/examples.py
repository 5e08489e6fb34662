"""Examples of what can be said, made from the model: each of them runs, after the ones it says must come before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from workbench.expression.names import NameMeaningError, find_path
from workbench.model import Argument, Attribute, Machine, Relationship, Resource
from workbench.model.expression import Binary, Constant, In, Interval, Node, Path, Scalar
from workbench.model.types import DecimalType, EnumType, storage
from workbench.model.verify.constants import constant, outside
from workbench.patterns.dsl_generator.commands import Command, Given
from workbench.patterns.dsl_generator.completion import TextKind
from workbench.patterns.dsl_generator.domain_measures import owners
from workbench.patterns.dsl_generator.expressions import written
from workbench.patterns.dsl_generator.values import Chosen
from workbench.patterns.dsl_generator.vocabulary import Verb, Vocabulary
from workbench.patterns.dsl_generator.words import Cursor, noun_forms, said

__all__ = ["Example", "Examples", "sample"]

_SAMPLES: dict[str, Scalar] = {
    "string": "A1", "text": "some words", "integer": 1, "float": Decimal("1.5"), "boolean": True, "date": dt.date(2026, 1, 31),
    "time": dt.time(9, 30), "timestamp": dt.datetime(2026, 1, 31, 9, 30, tzinfo=dt.UTC), "local_timestamp": dt.datetime(2026, 1, 31, 9, 30),
    "duration": Interval(0, 0, 7_200_000_000), "uuid": "12345678-1234-4234-8234-123456789abc", "json": "{}", "binary": "A1",
}  # fmt: skip
_MEANINGS: dict[str, Scalar] = {
    "email": "ann@example.org", "url": "https://example.org", "phone": "+49 30 123456", "ip_address": "192.0.2.1", "country": "DE",
    "currency": "EUR", "language": "de", "time_zone": "UTC", "postal_code": "10115", "latitude": Decimal("52.5"), "longitude": Decimal("13.4"),
    "percentage": 50, "year": 2026, "month": 1, "day": 31, "hour": 9, "minute": 30,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A text that can be said, what it is, and the commands that make what it is about."""

    text: str
    kind: TextKind
    before: tuple[str, ...] = ()


def sample(of: Attribute | Argument) -> Scalar:
    """A value that fits the type, and the constraints as far as bounds go; None where words cannot say one.

    >>> from workbench.model import parse_type
    >>> sample(Attribute(name="tier", type=parse_type("enum(gold, plain)"))), sample(Attribute(name="n", type=parse_type("integer")))
    ('gold', 1)
    """
    found: Scalar
    match of.type:
        case EnumType(names=names):
            found = names[0] if names else None
        case DecimalType(precision=precision, scale=scale):
            found = 10 if precision - scale > 1 else 1 if precision > scale else 0
        case type_:
            found = _MEANINGS.get(getattr(type_, "name", ""), _SAMPLES.get(storage(type_)))
    if isinstance(of, Attribute) and found is not None and outside(of.constraints, found):
        bounds = of.constraints
        low, high = constant(bounds.minimum), constant(bounds.maximum)
        if isinstance(found, str):
            found = (found * (bounds.min_length or 1))[: bounds.max_length]
        else:
            found = low.value if low is not None else high.value if high is not None else found
        if outside(bounds, found):
            return None
    return found


class Examples:
    """The examples of one domain."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary, self.domain = vocabulary, vocabulary.domain

    @cached_property
    def all(self) -> tuple[Example, ...]:
        """Questions, then commands, then a scenario of each machine."""
        resources = self.domain.all_resources
        found = [*self._of_domain(), *(each for resource in resources for each in self.questions(resource))]
        found += [each for resource in resources for each in self.commands(resource)]
        found += [each for machine in self.domain.machines for each in self._scenario(machine)]
        return tuple(dict.fromkeys(found))

    @cached_property
    def _wishes(self) -> dict[tuple[str, str], Scalar]:
        """Values that rules ask for, as far as they say so plainly: ``role = 'physician'``, ``quantity > 0``, ``ends_at > starts_at``."""
        found: dict[tuple[str, str], Scalar] = {}
        for resource in self.domain.all_resources:
            for rule in resource.rules:
                for each in _conjuncts(rule.condition):
                    wish = self._wish(resource, each)
                    found |= {} if wish is None else dict([wish])
        return found

    def _wish(self, resource: Resource, node: Node) -> tuple[tuple[str, str], Scalar] | None:
        if isinstance(node, In) and not node.negated and isinstance(node.items[0], Constant):
            node = Binary("=", node.operand, node.items[0])
        if not isinstance(node, Binary) or not isinstance(node.left, Path):
            return None
        left, right, operator = node.left, node.right, node.operator
        if operator in ("<", "<=") and isinstance(right, Path):
            left, right, operator = right, left, ">"
        try:
            found = find_path(self.domain, resource, left.names)
        except NameMeaningError:
            return None
        if not isinstance(found.end, Attribute):
            return None
        place, usual = (found.resource.name, found.end.name), sample(found.end)
        if isinstance(right, Constant):
            more = isinstance(usual, int | Decimal) and isinstance(right.value, int | Decimal)
            value = max(usual, right.value + 1) if more and operator in (">", ">=") else right.value  # type: ignore[operator, type-var]
            return (place, value) if operator in ("=", ">", ">=") else None
        if isinstance(usual, dt.date) and operator in (">", ">="):
            return place, usual + dt.timedelta(days=1)
        return None

    def _sample(self, resource: Resource, attribute: Attribute) -> Scalar:
        wish = self._wishes.get((resource.name, attribute.name))
        return sample(attribute) if wish is None else wish

    # --- questions --------------------------------------------------------------------------------------------------------------

    def _of_domain(self) -> Iterator[Example]:
        for measure in self.domain.measures:
            reads = owners(measure.expression)
            entry = self.vocabulary.measures.entries[measure.name]
            if len(reads) == 1 and len(entry.meaning) == 1:
                yield Example(said(measure.name), "question")

    def questions(self, resource: Resource) -> Iterator[Example]:
        """What can be asked of a resource."""
        noun, way = self._many(resource), self._way(resource)
        yield Example(f"how many {noun}", "question")
        for measure in resource.measures:
            text = said(measure.name)
            is_alone = len(self.vocabulary.measures.entries[measure.name].meaning) == 1
            text = text if is_alone and measure.name not in self.vocabulary.nouns.entries else f"{text} of {noun}"
            yield Example(text, "question")
            if way:
                yield Example(f"{text} by {way}", "question")
        number = next((each for each in resource.attributes if self._is_amount(resource, each)), None)
        if number is not None:
            yield Example(f"average {said(number.name)} of {noun}" + f" by {way}" * bool(way), "question")
            if not self.vocabulary.measures.found(Cursor(noun, "")):
                yield Example(f"top 5 {noun} by {said(number.name)}", "question")
        moment = next((each for each in resource.attributes if storage(each.type) in ("date", "timestamp")), None)
        if moment is not None:
            yield Example(
                f"{noun} where {written(Path((moment.name,)))} >= 2026-01-01 sorted by {said(moment.name)} desc first 10",
                "question",
            )
            yield Example(f"count of {noun} by month of {said(moment.name)}", "question")

    def _many(self, resource: Resource) -> str:
        """The plural of a resource, where it may be said."""
        return self._form(resource, -1)

    def _form(self, resource: Resource, place: int) -> str:
        form = noun_forms(resource.name)[:2][place]
        is_said = [each.name for _, each in self.vocabulary.nouns.found(Cursor(form, ""))] == [resource.name]
        is_said = is_said and not self.vocabulary.measures.found(Cursor(form, ""))
        return form if is_said and form.isidentifier() else said(resource.name)

    def _told(self, command: Command) -> str:
        """A command about one record, which is said in the singular."""
        resource = self.domain.resource(command.resource)
        head = f"{said(command.verb)} {said(resource.name)}"
        return f"{said(command.verb)} {self._form(resource, 0)}{str(command).removeprefix(head)}"

    def _is_amount(self, resource: Resource, attribute: Attribute) -> bool:
        keys = {*resource.key, resource.version}
        for way in resource.relationships:
            if way.kind == "belongs_to" and self.domain.has_resource(way.destination):
                keys |= {*self.domain.relationship_keys(resource, way).source}
        return storage(attribute.type) in ("integer", "decimal", "float") and attribute.name not in keys

    def _way(self, resource: Resource) -> str:
        """Something to group by: a dimension, an enum here or one relationship away."""
        if resource.dimensions:
            return said(resource.dimensions[0].name)
        own = next((each.name for each in resource.attributes if isinstance(each.type, EnumType)), "")
        for way in resource.relationships:
            if not own and way.kind == "belongs_to" and self.domain.has_resource(way.destination):
                there = self.domain.resource(way.destination)
                enum = next((each.name for each in there.attributes if isinstance(each.type, EnumType)), "")
                if enum:
                    return f"{said(way.name)} {said(enum)}"
        return said(own) if own else ""

    # --- commands ---------------------------------------------------------------------------------------------------------------

    def commands(self, resource: Resource) -> Iterator[Example]:
        """What can be done with records of a resource."""
        made = self.made(resource)
        if not made:
            return
        *before, create = made
        yield Example(create, "command", tuple(before))
        target = self._target(resource)
        if target is None:
            return
        changed = self._changeable(resource)
        if changed is not None and self._is_free("update", resource):
            command = Command(
                "update",
                "update",
                resource.name,
                target=target,
                values=((changed.name, self._sample(resource, changed)),),
            )
            yield Example(self._told(command), "command", made)
        for machine in self.domain.machines:
            if machine.resource == resource.name:
                for event in machine.events:
                    path = _path_to(machine, event)
                    if path is not None and all(self._is_free(each, resource) for each in (event, *path)):
                        moves = tuple(
                            self._told(Command(each, "update", resource.name, target=target)) for each in path
                        )
                        yield Example(
                            self._told(Command(event, "update", resource.name, target=target)),
                            "command",
                            (*made, *moves),
                        )
        for verb in self._declared(resource):
            text = self._action(verb, target)
            if text:
                yield Example(text, "command", () if verb.kind == "create" else made)
        if self._is_free("delete", resource):
            yield Example(self._told(Command("delete", "destroy", resource.name, target=target)), "command", made)

    def _is_free(self, word: str, resource: Resource) -> bool:
        """Whether the word alone does it: no declared action of this name wants arguments, or takes some attributes only."""
        declared = self.vocabulary.verbs.entries[word].meaning[resource.name].declared
        return declared is None or (declared.accept is None and not any(each.required for each in declared.arguments))

    def _declared(self, resource: Resource) -> Iterator[Verb]:
        for entry in self.vocabulary.verbs.entries.values():
            verb = entry.meaning.get(resource.name)
            if verb is not None and verb.declared is not None and verb.kind != "create":
                yield verb

    def _action(self, verb: Verb, target: Chosen) -> str:
        declared = verb.declared
        arguments = [(each.name, sample(each)) for each in (declared.arguments if declared else ()) if each.required]
        names = (declared.accept or () if declared else ())[:1]
        accepted = [each for each in verb.resource.attributes if each.name in names]
        values = [(each.name, self._sample(verb.resource, each)) for each in accepted if verb.kind == "update"]
        if any(each is None for _, each in (*arguments, *values)):
            return ""
        command = Command(
            verb.word, verb.kind, verb.resource.name, verb.action, target, None, tuple(values), tuple(arguments)
        )
        return self._told(command)

    def made(self, resource: Resource, waiting: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The commands that make a record of ``resource``, those it refers to first; empty where words cannot."""
        if resource.name in waiting or not self._is_free("create", resource):
            return ()
        values: list[tuple[str, Given]] = []
        before: list[str] = []
        covered: set[str] = set()
        for way in self._required_ways(resource):
            there = self.domain.resource(way.destination)
            target = self._target(there)
            made = self.made(there, (*waiting, resource.name))
            if target is None or not made:
                return ()
            before += [each for each in made if each not in before]
            covered |= {*self.domain.relationship_keys(resource, way).source}
            values.append((way.name, target))
        for each in resource.attributes:
            if not self._is_given(resource, each) or each.name in covered:
                continue
            value = self._begins(resource, each)
            if value is None:
                return ()
            values.append((each.name, value))
        values.sort(key=lambda pair: pair[0] not in resource.key)
        return (*before, self._told(Command("create", "create", resource.name, values=tuple(values))))

    def _required_ways(self, resource: Resource) -> Iterator[Relationship]:
        needed = {each.name for each in resource.attributes if each.required and each.default is None}
        for way in resource.relationships:
            if way.kind == "belongs_to" and self.domain.has_resource(way.destination):
                keys = {*self.domain.relationship_keys(resource, way).source}
                if way.destination != resource.name and (way.required or keys & (needed | {*resource.key})):
                    yield way

    def _is_given(self, resource: Resource, attribute: Attribute) -> bool:
        if attribute.generated or attribute.name == resource.version:
            return False
        return attribute.name in resource.key or (attribute.required and attribute.default is None)

    def _begins(self, resource: Resource, attribute: Attribute) -> Scalar:
        """A value to begin with: the state a machine begins in, or a sample."""
        for machine in self.domain.machines:
            if machine.resource == resource.name and machine.attribute == attribute.name:
                return next((each.name for each in machine.states if each.initial), sample(attribute))
        return self._sample(resource, attribute)

    def _target(self, resource: Resource) -> Chosen | None:
        """The record that ``made`` makes, by its key; None where the key cannot be foretold."""
        values: list[tuple[str, Scalar]] = []
        known = dict(self._referred(resource))
        if not {*resource.key} <= {*resource.attribute_names}:
            return None
        for name in resource.key:
            attribute = resource.attribute(name)
            value = known.get(name, 1 if attribute.generated and storage(attribute.type) == "integer" else None)
            if value is None and not attribute.generated:
                value = self._sample(resource, attribute)
            if value is None:
                return None
            values.append((name, value))
        return Chosen(resource.name, tuple(values)) if values else None

    def _referred(self, resource: Resource) -> Iterator[tuple[str, Scalar]]:
        """Attributes of the key that refer to another record, each with that record's value."""
        for way in self._required_ways(resource):
            there = self.domain.resource(way.destination)
            keys = self.domain.relationship_keys(resource, way)
            if {*keys.source} & {*resource.key} and {*keys.destination} == {*there.key}:
                target = self._target(there)
                known = {} if target is None else dict(target.values)
                yield from (
                    (source, known.get(name)) for source, name in zip(keys.source, keys.destination, strict=True)
                )

    def _changeable(self, resource: Resource) -> Attribute | None:
        states = {each.attribute for each in self.domain.machines if each.resource == resource.name}
        for each in resource.attributes:
            is_free = self._is_amount(resource, each) or storage(each.type) in ("string", "text")
            if is_free and not each.generated and each.name not in states | {*resource.key, *self._sources(resource)}:
                return each if sample(each) is not None else None
        return None

    def _sources(self, resource: Resource) -> Iterator[str]:
        for way in resource.relationships:
            if way.kind == "belongs_to" and self.domain.has_resource(way.destination):
                yield from self.domain.relationship_keys(resource, way).source

    def _scenario(self, machine: Machine) -> Iterator[Example]:
        if not self.domain.has_resource(machine.resource):
            return
        resource = self.domain.resource(machine.resource)
        made, target = self.made(resource), self._target(resource)
        for transition in machine.transitions:
            if not transition.event or _path_to(machine, transition.event) != ():
                continue
            if not self._is_free(transition.event, resource):
                continue
            if not made or target is None or transition.guard is not None:
                continue
            lines = [f'scenario "{transition.event} {resource.name}"'.replace("\n", " ")]
            lines += [f"  given {each}" for each in made]
            lines.append(f"  when {self._told(Command(transition.event, 'update', resource.name, target=target))}")
            states = self.vocabulary.scope(resource).states.get(transition.target, ())
            if len(states) == 1:
                lines.append(f"  then {self._form(resource, 0)} {target} is {said(transition.target)}")
            else:
                lines.append(
                    f"  then {self._form(resource, 0)} {target} has {said(machine.attribute)} {Constant(transition.target)}"
                )
            yield Example("\n".join(lines), "scenario")
            return


def _path_to(machine: Machine, event: str) -> tuple[str, ...] | None:
    """The shortest run of events from the beginning to a state in which ``event`` leads on; None where there is none."""
    first = [each.name for each in machine.states if each.initial]
    waiting: list[tuple[str, tuple[str, ...]]] = [(state, ()) for state in first]
    seen = {*first}
    for state, path in waiting:
        for way in machine.transitions:
            if state in way.sources and way.event == event:
                return path
            if state in way.sources and way.event and way.target not in seen:
                seen.add(way.target)
                waiting.append((way.target, (*path, way.event)))
    return None


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, Binary) and node.operator == "and":
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node
