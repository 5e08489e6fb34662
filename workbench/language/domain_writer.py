"""Model to statements: every element as the rows of its text, in the order of the vocabulary; what equals its default is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.language.domain_layout import BLOCKS, Row
from workbench.language.domain_spelling import delay, expression, label_words, name, names, path, some, text, type_words
from workbench.language.json_format import sorted_keys
from workbench.language.json_text import layout
from workbench.language.sections import Sections
from workbench.model.behaviour import (
    Action,
    Argument,
    Assignment,
    Effect,
    Machine,
    Reactor,
    State,
    Step,
    StepArgument,
    Transition,
)
from workbench.model.domain import Contract, Domain, Endpoint, Source
from workbench.model.element import Element
from workbench.model.expression import Node
from workbench.model.policy import FieldPolicy, Policy
from workbench.model.resource import Attribute, Calculation, Dimension, Identity, Measure, Relationship, Resource, Rule

__all__ = ["domain_rows"]


def _flags(element: Element, *flags: str) -> Iterator[str]:
    return (each for each in flags if getattr(element, each))


def _described(element: Element, row: Row, *, inline: bool) -> Row:
    """``row`` with the description of ``element``: behind it where it is one line and may stand there, else in lines below."""
    if not element.description:
        return row
    lines = element.description.split("\n")
    if inline and len(lines) == 1:
        row.cells = (*row.cells[:-1], f"{row.cells[-1]} {text(lines[0])}")
    else:
        row.children[:0] = [Row("said", (text(each),)) for each in lines]
    return row


def _row(
    sort: str, head: str, words: Iterable[str], element: Element, *, inline: bool, children: Iterable[Row] = ()
) -> Row:
    """A row that begins with ``head``; ``words`` follow, and the name at birth, and the description."""
    told = [each for each in words if each]
    if element.was:
        told.append(f"was {name(element.was)}")
    cells = (head, " ".join(told)) if told else (head,)
    return _described(element, Row(sort, cells, children=list(children)), inline=inline)


def _headed(word: str, element: Element, colon: str = "") -> tuple[str, str]:
    return word, f"{name(element.name)}{label_words(element.label)}{colon}"


def domain_rows(domain: Domain, sections: Sections) -> list[Row]:
    """The rows of a whole text: the domain's own line, then its parts."""
    head = _row("word", *_pair(_headed("domain", domain)), domain, inline=False, children=_settings(domain))
    return [head, *_parts(domain, sections)]


def _pair(headed: tuple[str, str]) -> tuple[str, list[str]]:
    return headed[0], [headed[1]]


def _settings(domain: Domain) -> Iterator[Row]:
    if domain.time_zone != "UTC":
        yield Row("plain", (f"time zone {text(domain.time_zone)}",))
    tenancy = domain.tenancy
    if tenancy != type(tenancy)():
        words = ["tenancy", tenancy.strategy, *([name(tenancy.attribute)] if tenancy.attribute else [])]
        words += [f"shared {names(tenancy.shared)}"] if tenancy.shared else []
        yield Row("plain", (" ".join(words),))


def _parts(domain: Domain, sections: Sections) -> list[Row]:
    parts = [_inner(each, sections) for each in domain.domains]
    parts += [_resource(each) for each in domain.resources]
    parts += [_machine(each) for each in domain.machines]
    parts += [_reactor(each) for each in domain.reactors]
    parts += [_measure(each) for each in domain.measures]
    parts += [_policy(each) for each in domain.policies]
    parts += [_source(each) for each in domain.sources]
    parts += [_contract(each) for each in domain.contracts]
    parts += [_extension(each, sorted_keys(domain.extensions[each]), sections) for each in sorted(domain.extensions)]
    before = ""
    for row in parts:
        word = row.cells[0]
        row.is_after_blank = word in BLOCKS or row.sort == "extension" or before != word
        before = word
    return parts


def _inner(domain: Domain, sections: Sections) -> Row:
    row = domain_rows(domain, sections)
    row[0].children += row[1:]
    return row[0]


def _extension(key: str, value: object, sections: Sections) -> Row:
    head = f"extension {name(key)}"
    own = sections.dumps(key, value)
    if own is not None:
        return Row("extension", (head,), children=[Row("raw", (line,)) for line in own.split("\n")])
    return Row("extension", (f"{head} {layout(value)}",))


def _resource(resource: Resource) -> Row:
    marked = tuple(each.name for each in resource.attributes if each.name in resource.key)
    is_marked = marked == resource.key and len(set(resource.attribute_names)) == len(resource.attributes)
    source = f"from {text(resource.source_name)}" if resource.source_name else ""
    below = [Row("plain", (f"cluster {text(resource.cluster)}",))] if resource.cluster else []
    below += [_attribute(each, is_marked and each.name in resource.key) for each in resource.attributes]
    below += [Row("plain", (f"keyed by {names(resource.key)}",))] if resource.key and not is_marked else []
    below += [Row("plain", (f"versioned by {name(resource.version)}",))] if resource.version else []
    below += map(_relationship, resource.relationships)
    below += map(_identity, resource.identities)
    below += map(_rule, resource.rules)
    below += map(_calculation, resource.calculations)
    below += map(_measure, resource.measures)
    below += map(_dimension, resource.dimensions)
    below += map(_action, resource.actions)
    below += map(_policy, resource.policies)
    below += map(_field_policy, resource.field_policies)
    head, words = _pair(_headed("resource", resource))
    return _row("word", head, [*words, source], resource, inline=False, children=below)


def _attribute(each: Attribute, is_key: bool) -> Row:
    words = [*_labelled(each), type_words(each.type)]
    words += ["key" if each.required else "key optional"] if is_key else _flags(each, "required")
    if each.default is not None:
        words.append(f"default {expression(each.default)}")
    bounds = each.constraints
    words += [_bound("min", bounds.minimum)] if bounds.minimum is not None else []
    words += [_bound("max", bounds.maximum)] if bounds.maximum is not None else []
    if bounds.min_length is not None or bounds.max_length is not None:
        least, most = ("" if bound is None else str(bound) for bound in (bounds.min_length, bounds.max_length))
        words.append(f"length {least}..{most}")
    words += [f"matches {text(bounds.pattern)}"] if bounds.pattern else []
    words += _flags(each, "sensitive", "private", "generated")
    words += [f"from {text(each.source_name)}"] if each.source_name else []
    return _row("name", name(each.name, "in_resource"), words, each, inline=True)


def _bound(word: str, node: Node) -> str:
    written = expression(node)
    return f"{word}{'' if written.startswith('(') else ' '}{written}"  # min and max are functions too, and look alike


def _labelled(element: Element) -> list[str]:
    return [text(element.label)] if element.label else []


_WAYS = {"belongs_to": "->", "has_many": "<-", "has_one": "<- one", "many_to_many": "<->"}


def _relationship(each: Relationship) -> Row:
    words = [*_labelled(each), _WAYS[each.kind], name(each.destination)]
    words += [f"by {names(each.source_key)}"] if each.source_key else []
    words += [f"to {names(each.destination_key)}"] if each.destination_key else []
    words += [f"through {name(each.through)}"] if each.through else []
    words += [*_flags(each, "required"), *([] if each.enforced else ["unenforced"])]
    words += [f"where {expression(each.filter)}"] if each.filter is not None else []
    return _row("name", name(each.name, "in_resource"), words, each, inline=True)


def _identity(each: Identity) -> Row:
    head, words = _pair(_headed("unique", each, ":"))
    words.append(some(each.attributes))
    words += [f"where {expression(each.where)}"] if each.where is not None else []
    words += ["across tenants"] if each.across_tenants else []
    words += [] if each.nulls_distinct else ["nulls equal"]
    words += [text(each.message)] if each.message else []
    return _row("word", head, words, each, inline=False)


def _rule(each: Rule) -> Row:
    head, words = _pair(_headed("rule", each, ":"))
    words.append(expression(each.condition))
    words += [text(each.message)] if each.message else []
    words += [each.severity] if each.severity != "error" else []
    words += [f"on {some(each.on)}"] if each.on != ("create", "update") else []
    return _row("word", head, words, each, inline=False)


def _typed(word: str, each: Calculation | Measure) -> tuple[str, list[str]]:
    kind = f" {type_words(each.type)}" if each.type is not None else ""
    return word, [f"{_headed(word, each)[1]}{kind}:", expression(each.expression)]


def _calculation(each: Calculation) -> Row:
    head, words = _typed("calculation", each)
    return _row("word", head, [*words, *_flags(each, "sensitive", "private")], each, inline=True)


def _measure(each: Measure) -> Row:
    head, words = _typed("measure", each)
    words += [f"unit {text(each.unit)}"] if each.unit else []
    words += {"all": [], "none": ["non_additive"], "not over time": ["semi_additive"]}[each.additive]
    return _row("word", head, words, each, inline=True)


def _dimension(each: Dimension) -> Row:
    head, words = _pair(_headed("dimension", each, ":"))
    words += [expression(each.expression), f"by {each.grain}" if each.grain else ""]
    return _row("word", head, words, each, inline=True)


def _set(changes: tuple[Assignment, ...]) -> str:
    return ", ".join(f"{name(each.attribute)} = {expression(each.value)}" for each in changes)


def _action(each: Action) -> Row:
    head, words = _pair(_headed("action", each, ":"))
    below = [_argument("argument", argument) for argument in each.arguments]
    words += [each.kind, f"returns {type_words(each.returns)}" if each.returns is not None else ""]
    words += [f"accept {some(each.accept)}"] if each.accept is not None else []
    words += [f"upsert {name(each.upsert_identity)}"] if each.upsert_identity else []
    words += [f"where {expression(each.filter)}"] if each.filter is not None else []
    words += [f"set {_set(each.changes)}"] if each.changes else []
    return _row("word", head, [*words, *_flags(each, "private")], each, inline=True, children=below)


def _argument(word: str, each: Argument) -> Row:
    head, words = _pair(_headed(word, each))
    words += [type_words(each.type), "" if each.required else "optional"]
    words += [f"default {expression(each.default)}"] if each.default is not None else []
    return _row("word", head, [*words, *_flags(each, "sensitive")], each, inline=True)


def _decision(each: Policy | FieldPolicy) -> tuple[str, list[str], str]:
    who, _, how = each.effect.partition("_")
    word = {"authorize": "bypass" if each.bypass else "allow", "forbid": "bypass forbid" if each.bypass else "forbid"}[
        who
    ]
    head, words = _pair(_headed(word, each, ":"))
    return head, words, f"{'when' if how == 'if' else 'unless'} {expression(each.condition)}"


def _policy(each: Policy) -> Row:
    head, words, condition = _decision(each)
    words += [names(each.actions), condition, "strict" if each.access == "strict" else ""]
    return _row("word", head, [*words, text(each.message) if each.message else ""], each, inline=False)


def _field_policy(each: FieldPolicy) -> Row:
    head, words, condition = _decision(each)
    return _row("word", head, [*words, f"fields {some(each.attributes)}", condition], each, inline=False)


def _machine(machine: Machine) -> Row:
    head, words = _pair(_headed("machine", machine))
    words.append(f"on {name(machine.resource)}.{name(machine.attribute)}")
    below = [*map(_state, machine.states), *map(_transition, machine.transitions)]
    return _row("word", head, words, machine, inline=False, children=below)


def _effect(word: str, each: Effect) -> str:
    words = [word, each.kind, path(each.target)]
    words += [f"where {expression(each.where)}"] if each.where is not None else []
    return " ".join([*words, *([f"set {_set(each.set)}"] if each.set else [])])


def _state(each: State) -> Row:
    head, words = _pair(_headed("state", each))
    words += [each.kind.replace("_", " ")] if each.kind != "atomic" else []
    words += [*_flags(each, "initial"), f"in {name(each.parent)}" if each.parent else ""]
    words += [_effect("entry", effect) for effect in each.on_entry] + [
        _effect("exit", effect) for effect in each.on_exit
    ]
    return _row("word", head, words, each, inline=True)


def _transition(each: Transition) -> Row:
    words = [f"on {name(each.event)}"] if each.event else []
    words += [f"after {delay(each.after)}"] if each.after is not None else []
    words += [f"from {name(each.since)}"] if each.since else []
    told = text(each.message) if each.message else ""
    words += [f"when {expression(each.guard)}", told] if each.guard is not None else [f"message {told}" if told else ""]
    words += [_effect("do", effect) for effect in each.effects]
    words += [f"otherwise {name(each.on_failure)}"] if each.on_failure else []
    rest = " ".join(filter(None, words))
    sources = ", ".join(name(source, "in_machine" if not index else "") for index, source in enumerate(each.sources))
    return Row("transition", tuple(filter(None, (sources, f"-> {name(each.target)}", rest))))


def _reactor(reactor: Reactor) -> Row:
    head, words = _pair(_headed("reactor", reactor))
    below = [_argument("input", each) for each in reactor.inputs] + [_step(each) for each in reactor.steps]
    below += [Row("plain", (f"returns {name(reactor.returns)}",))] if reactor.returns else []
    return _row("word", head, words, reactor, inline=False, children=below)


def _step(step: Step) -> Row:
    head, words = _pair(_headed("step", step, f": {step.kind}" if step.kind != "step" else ""))
    words += [f"{each} {path(getattr(step, each))}" for each in ("run", "compensate", "undo") if getattr(step, each)]
    words += [f"after {names(step.wait_for)}"] if step.wait_for else []
    words += [f"where {expression(step.where)}"] if step.where is not None else []
    if step.max_retries != 0:
        words.append(f"retries {'unlimited' if step.max_retries is None else step.max_retries}")
    words += [f"timeout {delay(step.timeout)}"] if step.timeout is not None else []
    below = [*map(_with, step.arguments), *map(_step, step.steps)]
    return _row("word", head, words, step, inline=True, children=below)


def _with(each: StepArgument) -> Row:
    place = ".".join(map(name, (each.of, *each.path))) if each.of or each.path else ""
    if each.source == "value" and not place and each.value is not None:
        words = ["value", expression(each.value)]
    else:
        given = f"given {expression(each.value)}" if each.value is not None else ""
        words = ["no value" if each.source == "value" else each.source, place, given]
    return Row("plain", (" ".join(filter(None, ("with", name(each.name), "=", *words))),))


def _source(source: Source) -> Row:
    head, words = _pair(_headed("source", source, ":"))
    words += [source.kind, text(source.location), f"for {name(source.resource)}"]
    words += [f"table {text(source.table)}"] if source.table else []
    below = [
        Row(
            "name",
            (
                name(each.attribute, "in_source"),
                f"from {text(each.column)}" + (f" by {path(each.converter)}" if each.converter else ""),
            ),
        )
        for each in source.fields
    ]
    return _row("word", head, words, source, inline=True, children=below)


def _contract(contract: Contract) -> Row:
    head, words = _pair(_headed("contract", contract))
    words.append(f"version {text(contract.version)}")
    return _row("word", head, words, contract, inline=False, children=map(_endpoint, contract.endpoints))


def _endpoint(each: Endpoint) -> Row:
    words = [*_labelled(each), each.method, text(each.path), f"-> {name(each.resource)}.{name(each.action)}"]
    for word, told in (
        ("because", each.reason),
        ("since", each.since),
        ("deprecated", each.deprecated),
        ("until", each.until),
    ):
        words += [f"{word} {text(told)}"] if told else []
    return _row("name", name(each.name, "in_contract"), words, each, inline=True)
