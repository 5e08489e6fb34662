"""The generated language under generated domains: whatever things are called, they can be said, and what is printed is read back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.strategies import domains, names
from workbench.errors import VerificationError
from workbench.expression import parse
from workbench.model import (
    Action,
    Argument,
    Attribute,
    Domain,
    Machine,
    Measure,
    Relationship,
    Resource,
    State,
    Transition,
)
from workbench.model.expression import Aggregate, Binary, Constant, Interval, Path, Scalar
from workbench.model.types import EnumType, EnumValue, Type, parse_type, storage
from workbench.patterns.dsl_generator import Command, DomainLanguage, language_of
from workbench.patterns.dsl_generator.values import Chosen

WORDS = st.sampled_from(
    [
        "with",
        "by",
        "where",
        "of",
        "is",
        "first",
        "sorted",
        "count",
        "order",
        "orders",
        "order line",
        "date",
        "null",
        "Order",
    ]
)
NAMES = names | WORDS
SETTINGS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def unique(draw: DrawFn, count: int) -> list[str]:
    return draw(st.lists(NAMES, min_size=count, max_size=count, unique_by=str.casefold))


TYPES = st.sampled_from(
    ["string", "integer", "decimal(10, 2)", "boolean", "date", "timestamp", "time", "duration", "float"]
).map(parse_type)


@st.composite
def spoken_domains(draw: DrawFn) -> Domain:
    """A sound domain of two resources, one of which refers to the other, with names as hostile as names can be."""
    first, second = unique(draw, 2)
    resources = []
    for place, name in enumerate((first, second)):
        key, amount, when, state, way, measure, action, argument = unique(draw, 8)
        attributes = [
            Attribute(name=key, type=parse_type("integer"), required=True),
            Attribute(name=amount, type=draw(TYPES), required=draw(st.booleans())),
            Attribute(name=when, type=parse_type("timestamp")),
            Attribute(
                name=state,
                type=EnumType(values=tuple(EnumValue(name=each) for each in unique(draw, 2))),
                label=draw(NAMES),
            ),
        ]
        relationships = ()
        if place:
            attributes.append(Attribute(name=f"{way} key", type=parse_type("integer"), required=True))
            relationships = (
                Relationship(
                    name=way,
                    kind="belongs_to",
                    destination=first,
                    source_key=(f"{way} key",),
                    destination_key=(resources[0].key[0],),
                    required=True,
                ),
            )
        resources.append(
            Resource(
                name=name, label=draw(NAMES), key=(key,), attributes=tuple(attributes), relationships=relationships,
                measures=(Measure(name=measure, expression=Aggregate("count", where=Binary("=", Path((key,)), Constant(1)))),),
                actions=(Action(name=action, kind="update", arguments=(Argument(name=argument, type=draw(TYPES)),)),),
            )
        )  # fmt: skip
    return Domain(name=draw(NAMES), resources=tuple(resources), machines=(_machine(draw, resources[0]),))


def _machine(draw: DrawFn, resource: Resource) -> Machine:
    attribute = resource.attributes[3]
    start, end = attribute.type.names  # type: ignore[union-attr]
    way = Transition(sources=(start,), target=end, event=draw(NAMES))
    return Machine(
        name="flow",
        resource=resource.name,
        attribute=attribute.name,
        states=(State(name=start, initial=True), State(name=end)),
        transitions=(way,),
    )


VALUES: dict[str, st.SearchStrategy[Scalar]] = {
    "string": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    "integer": st.integers(-(2**62), 2**62),
    "decimal": st.decimals(-(10**6), 10**6, places=2).map(lambda each: Decimal(f"{each:.2f}")),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "date": st.dates(dt.date(1, 1, 1)),
    "time": st.times(),
    "duration": st.builds(Interval, st.integers(-100, 100), st.integers(-100, 100), st.integers(-(10**9), 10**12)),
    "timestamp": st.datetimes(dt.datetime(1000, 1, 1), timezones=st.just(dt.UTC)),
}


def value(draw: DrawFn, type_: Type) -> Scalar:
    if isinstance(type_, EnumType):
        return draw(st.sampled_from(type_.names))
    return draw(st.none() | VALUES.get(storage(type_), st.none()))


@st.composite
def commands(draw: DrawFn) -> tuple[DomainLanguage, Command]:
    """A command of a generated domain, made of its parts and not of text."""
    domain = draw(spoken_domains())
    resource = draw(st.sampled_from(domain.resources))
    given_ = draw(st.lists(st.sampled_from(resource.attributes), min_size=1, unique_by=lambda each: each.name))
    values = tuple((each.name, value(draw, each.type)) for each in given_)
    target = Chosen(resource.name, ((resource.key[0], draw(st.integers(-5, 10**9))),))
    kind = draw(st.sampled_from(["create", "update", "upsert", "delete", "rows", "action"]))
    match kind:
        case "create" | "upsert":
            return language_of(domain), Command(kind, kind, resource.name, values=values)
        case "delete":
            return language_of(domain), Command("delete", "destroy", resource.name, target=target)
        case "rows":
            where = Binary("=", Path((resource.attributes[1].name,)), Constant(None))
            return language_of(domain), Command("update", "update", resource.name, where=where, values=values)
        case "action":
            action = resource.actions[0]
            argument = action.arguments[0]
            arguments = ((argument.name, value(draw, argument.type)),)
            values = tuple(pair for pair in values if pair[0] != argument.name)
            if any(each.name == argument.name for each in resource.relationships):
                values = ()
            return language_of(domain), Command(
                action.name, "update", resource.name, action.name, target, values=values, arguments=arguments
            )
    return language_of(domain), Command("update", "update", resource.name, target=target, values=values)


@given(commands())
@SETTINGS
def test_a_printed_command_is_read_back(told: tuple[DomainLanguage, Command]) -> None:
    """Names that are words of the language, quotes and any script are said through quoting, and values stay values."""
    language, command = told
    taken = {each.name for each in language.domain.resource(command.resource).actions}
    if command.verb in taken and not command.action:
        return  # the action has the word
    assert language.command(str(command)) == command


@given(spoken_domains())
@SETTINGS
def test_every_example_is_read_and_read_again_as_printed(domain: Domain) -> None:
    """The page gives nothing that the language refuses, whatever things are called."""
    language = language_of(domain)
    assert language.examples
    for example in language.examples:
        if example.kind == "scenario":
            assert len(language.scenarios(example.text)) == 1
            continue
        read = language.question if example.kind == "question" else language.command
        found = read(example.text)
        assert read(str(found)) == found


@given(domains())
@SETTINGS
def test_a_language_is_made_of_any_domain(domain: Domain) -> None:
    """A design with problems still has its page, its completion and its errors."""
    language = language_of(domain)
    assert language.view() and language.grammar
    language.complete("")
    for text in ("", "x", "create", "how many"):
        with pytest.raises(VerificationError):
            language.question(f"{text} ;")


@given(
    spoken_domains(),
    st.text(st.characters(codec="utf-8"), max_size=30)
    | st.lists(NAMES | WORDS | st.sampled_from([",", "(", "7", "'x'", "create", "top", "="]), max_size=8).map(" ".join),
)
@SETTINGS
def test_any_text_is_read_or_has_problems(domain: Domain, text: str) -> None:
    """No text makes reading fail in another way than by problems that point into it; completion bears it at every place."""
    language = language_of(domain)
    for read in (language.question, language.command, language.scenarios):
        try:
            read(text)
        except VerificationError as error:
            assert all(
                each.line is not None and each.column is not None
                for each in error.problems
                if each.code != "no_scenario"
            )
    for offset in range(len(text) + 1):
        language.complete(text, offset, ("question", "command", "scenario"))


@given(spoken_domains())
@SETTINGS
def test_questions_are_printed_as_they_are_read(domain: Domain) -> None:
    """Measures, groups, conditions and orders of hostile names come back the same."""
    language = language_of(domain)
    for resource in domain.resources:
        quoted = [
            '"' + name.replace('"', '""') + '"'
            for name in (
                resource.name,
                resource.measures[0].name,
                resource.attributes[2].name,
                resource.attributes[3].name,
            )
        ]
        noun, measure, when, state = quoted
        found = language.question(
            f"{measure} of {noun} by {state}, month of {when} where {when} >= 2026-01-01 sorted by {measure} desc first 3"
        )
        assert found.where == parse(f"{when} >= date '2026-01-01'")
        assert [each.name for each in found.by] == [
            resource.attributes[3].name,
            f"month of {resource.attributes[2].name}",
        ]
        assert language.question(str(found)) == found
