"""Hypothesis strategies: generated names, types, expressions and domains.

``domains()`` gives any domain the model can hold, sound or not: what is read, written and compared must cope with all of them.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TypeAlias, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from workbench.model import (
    Action,
    Argument,
    ArrayType,
    Assignment,
    Attribute,
    Calculation,
    Constraints,
    Contract,
    DecimalType,
    Dimension,
    Domain,
    Effect,
    Endpoint,
    EnumType,
    EnumValue,
    FieldMapping,
    FieldPolicy,
    Identity,
    Machine,
    Measure,
    Policy,
    Reactor,
    Relationship,
    Resource,
    Rule,
    ScalarType,
    Source,
    State,
    Step,
    StepArgument,
    StructField,
    StructType,
    Tenancy,
    Transition,
    Type,
)
from workbench.model.address import COLLECTIONS
from workbench.model.element import Element
from workbench.model.expression import Aggregate, Binary, Constant, In, IsNull, Node, Path, Unary
from workbench.model.types import SCALARS, SEMANTIC

__all__ = [
    "collections",
    "domain_forks",
    "domain_pairs",
    "domains",
    "elements",
    "expressions",
    "json_values",
    "names",
    "resources",
    "texts",
    "types",
]

T = TypeVar("T")
E = TypeVar("E", bound=Element)

texts = st.text(st.characters(codec="utf-8"), max_size=12)
"""Any text, line breaks and control characters included."""

plain_names = st.sampled_from(
    ["id", "total", "status", "customer", "orders", "lines", "amount", "dest", "origin", "tier", "placed_at"]
)
hostile_names = st.sampled_from(
    [
        '"',
        "'; drop table x; --",
        "<script>alert(1)</script>",
        "a.b",
        " led",
        "Größe",
        "日本",
        "select",
        "in",
        "%s",
        "{x}",
        "🛫",
        "\\",
        "a\u202eb",
    ]
)
names = (
    plain_names
    | hostile_names
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8)
)
"""Names the model takes: plain ones, hostile ones, any printable text."""


def few(items: SearchStrategy[T], most: int = 3) -> SearchStrategy[tuple[T, ...]]:
    """A tuple of at most ``most``."""
    return st.lists(items, max_size=most).map(tuple)


_scalars = st.sampled_from([*SCALARS, *SEMANTIC]).map(lambda name: ScalarType(name=name))
_decimals = st.builds(DecimalType, precision=st.integers(1, 38), scale=st.integers(0, 38))
_enums = st.builds(EnumType, values=few(st.builds(EnumValue, name=names, label=texts)))
types: SearchStrategy[Type] = st.recursive(
    _scalars | _decimals | _enums,
    lambda inner: (
        st.builds(ArrayType, item=inner)
        | st.builds(StructType, fields=few(st.builds(StructField, name=names, type=inner), 2))
    ),
    max_leaves=3,
)
"""Any type."""

_constants = st.one_of(
    st.integers(0, 2**63 - 1),
    st.decimals(0, 10**6, places=2).map(lambda number: Decimal(f"{number:.2f}")),
    texts.filter(lambda text: "\0" not in text),
    st.booleans(),
    st.none(),
    st.dates(dt.date(1, 1, 1)),
).map(Constant)
_paths = st.lists(names, min_size=1, max_size=3).map(lambda parts: Path(tuple(parts)))
_operators = st.sampled_from(["or", "and", "=", "!=", "<", ">=", "||", "+", "-", "*"])
expressions: SearchStrategy[Node] = st.recursive(
    _constants | _paths,
    lambda inner: st.one_of(
        st.builds(Binary, _operators, inner, inner),
        st.builds(Unary, st.just("not"), inner),
        st.builds(IsNull, inner, st.booleans()),
        st.builds(In, inner, st.lists(inner, min_size=1, max_size=2).map(tuple), st.booleans()),
        st.builds(Aggregate, st.sampled_from(["sum", "max"]), _paths, st.none() | inner),
    ),
    max_leaves=4,
)
"""Expressions as the grammar builds them: reading their text gives an equal tree."""

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
"""What JSON can carry."""

_words = {"name": names, "label": texts, "description": st.just("") | texts, "was": st.just("") | names}
_maybe = st.none() | expressions

_constraints = st.builds(
    Constraints,
    minimum=_maybe,
    maximum=_maybe,
    min_length=st.none() | st.integers(0, 99),
    max_length=st.none() | st.integers(0, 99),
    pattern=texts,
)
_attributes = st.builds(
    Attribute, **_words, type=types, required=st.booleans(), default=_maybe, constraints=st.just(Constraints()) | _constraints,
    sensitive=st.booleans(), private=st.booleans(), generated=st.booleans(), source_name=texts,
)  # fmt: skip
_relationships = st.builds(
    Relationship, **_words, kind=st.sampled_from(["belongs_to", "has_one", "has_many", "many_to_many"]), destination=names,
    source_key=few(names, 2), destination_key=few(names, 2), required=st.booleans(), enforced=st.booleans(),
    filter=_maybe, through=st.just("") | names,
)  # fmt: skip
_effects = st.sampled_from(["authorize_if", "authorize_unless", "forbid_if", "forbid_unless"])
_policies = st.builds(
    Policy, **_words, actions=few(names, 2), effect=_effects, condition=expressions, bypass=st.booleans(),
    access=st.sampled_from(["filter", "strict"]), message=texts,
)  # fmt: skip
_field_policies = st.builds(
    FieldPolicy, **_words, attributes=few(names, 2), effect=_effects, condition=expressions, bypass=st.booleans()
)
_arguments = st.builds(Argument, **_words, type=types, required=st.booleans(), default=_maybe, sensitive=st.booleans())
_assignments = st.builds(Assignment, attribute=names, value=expressions)
_optional_names = st.just("") | names
_actions = st.builds(
    Action, **_words, kind=st.sampled_from(["create", "read", "update", "destroy", "generic"]), accept=st.none() | few(names),
    arguments=few(_arguments, 2), filter=_maybe, changes=few(_assignments, 2), upsert_identity=_optional_names,
    returns=st.none() | types, private=st.booleans(),
)  # fmt: skip
_identities = st.builds(
    Identity, **_words, attributes=few(names, 2), where=_maybe, across_tenants=st.booleans(), nulls_distinct=st.booleans(), message=texts
)  # fmt: skip
_rules = st.builds(
    Rule, **_words, condition=expressions, message=texts, severity=st.sampled_from(["error", "info"]),
    on=st.sampled_from([("create", "update"), ("update",), ()]),
)  # fmt: skip
_measures = st.builds(
    Measure, **_words, expression=expressions, type=st.none() | types, unit=texts, additive=st.sampled_from(["all", "none"])
)  # fmt: skip
_calculations = st.builds(
    Calculation, **_words, expression=expressions, type=st.none() | types, sensitive=st.booleans(), private=st.booleans()
)  # fmt: skip
resources = st.builds(
    Resource, **_words, attributes=few(_attributes, 4), key=few(names, 2), relationships=few(_relationships, 2),
    identities=few(_identities, 1), rules=few(_rules, 2), calculations=few(_calculations, 1), measures=few(_measures, 1),
    dimensions=few(st.builds(Dimension, **_words, expression=expressions, grain=st.sampled_from(["", "day"])), 1),
    actions=few(_actions, 1), policies=few(_policies, 1), field_policies=few(_field_policies, 1), cluster=texts, source_name=texts, version=_optional_names,
)  # fmt: skip
"""Any resource."""

_few_resources = few(resources)

_machine_effects = few(
    st.builds(
        Effect, kind=st.sampled_from(["create", "update", "destroy", "send"]), target=names, where=_maybe, set=few(_assignments, 1)
    ),
    1,
)  # fmt: skip
_states = st.builds(
    State, **_words, kind=st.sampled_from(["atomic", "compound", "final"]), parent=_optional_names, initial=st.booleans(),
    on_entry=_machine_effects, on_exit=_machine_effects,
)  # fmt: skip
_transitions = st.builds(
    Transition, sources=few(names, 2), target=names, event=texts, guard=_maybe, message=texts, after=_maybe, since=_optional_names,
    effects=_machine_effects, on_failure=_optional_names,
)  # fmt: skip
_machines = st.builds(
    Machine, **_words, resource=names, attribute=names, states=few(_states), transitions=few(_transitions)
)


def _steps(inner: SearchStrategy[tuple[Step, ...]]) -> SearchStrategy[tuple[Step, ...]]:
    arguments = st.builds(
        StepArgument, name=names, source=st.sampled_from(["input", "result", "element", "value"]), of=_optional_names,
        path=few(names, 1), value=_maybe,
    )  # fmt: skip
    step = st.builds(
        Step, **_words, kind=st.sampled_from(["step", "map", "switch"]), run=texts, compensate=texts, undo=texts, where=_maybe,
        arguments=few(arguments, 2), wait_for=few(names, 1), steps=inner, max_retries=st.none() | st.integers(0, 3), timeout=_maybe,
    )  # fmt: skip
    return few(step, 2)


_reactors = st.builds(
    Reactor, **_words, inputs=few(_arguments, 1), steps=_steps(_steps(st.just(()))), returns=_optional_names
)
_sources = st.builds(
    Source, **_words, kind=st.sampled_from(["csv", "postgres"]), location=texts, resource=names, table=texts,
    fields=few(st.builds(FieldMapping, attribute=names, column=texts, converter=texts), 1),
)  # fmt: skip
_endpoints = st.builds(
    Endpoint, **_words, method=st.sampled_from(["GET", "POST"]), path=texts, resource=names, action=names, reason=texts, since=texts,
    deprecated=texts, until=texts,
)  # fmt: skip
_contracts = st.builds(Contract, **_words, version=texts, endpoints=few(_endpoints, 2))


def _domain(
    inner: SearchStrategy[tuple[Domain, ...]], listed: SearchStrategy[tuple[Resource, ...]] = _few_resources
) -> SearchStrategy[Domain]:
    return st.builds(
        Domain, **_words, resources=listed, machines=few(_machines, 1), reactors=few(_reactors, 1), policies=few(_policies, 1),
        measures=few(_measures, 1), sources=few(_sources, 1), contracts=few(_contracts, 1), domains=inner,
        time_zone=st.sampled_from(["UTC", "Europe/Vienna"]),
        tenancy=st.just(Tenancy()) | st.builds(Tenancy, strategy=st.just("attribute"), attribute=names, shared=few(names, 2)),
        extensions=st.just({}) | st.dictionaries(texts, json_values, max_size=2),
    )  # fmt: skip


def domains() -> SearchStrategy[Domain]:
    """Any domain, some composed of others."""
    return _domain(st.just(()) | few(_domain(st.just(())), 1))


_OWNERS = (Domain, Resource, Action, Machine, Reactor, Step, Contract)
_HOLDS = {(kind, field) for kind in _OWNERS for field in kind.model_fields if field in COLLECTIONS} - {
    (Step, "arguments")
}


def collections(element: Element) -> dict[str, tuple[Element, ...]]:
    """The collections of named elements that ``element`` has, by field; a policy's ``actions`` are names."""
    fields = [field for field in type(element).model_fields if (type(element), field) in _HOLDS]
    return {field: getattr(element, field) for field in fields}


def elements(element: Element) -> list[Element]:
    """``element`` and every named element inside it."""
    return [element, *(inner for group in collections(element).values() for each in group for inner in elements(each))]


def _edited(draw: st.DrawFn, element: E, donors: Donors) -> E:
    """``element`` after one edit of it or of something inside it, with words and parts of others of its kind."""
    inside = [(field, index) for field, group in collections(element).items() for index in range(len(group))]
    if inside and draw(st.integers(0, 3)):
        field, index = draw(st.sampled_from(inside))
        group = list(getattr(element, field))
        group[index] = _edited(draw, group[index], donors)
        return element.model_copy(update={field: tuple(group)})
    edit = draw(st.sampled_from(["set", "set", "rename", "drop", "add", "shuffle"]))
    fields = [field for field in type(element).model_fields if field not in ("name", "was")]
    named = [field for field in collections(element) if edit == "add" or getattr(element, field)]
    if edit == "rename":
        return element.model_copy(update={"name": draw(names), "was": element.birth_name})
    if edit == "set" or not named:
        donor = draw(st.sampled_from(donors.get(type(element), [element])))
        field = draw(st.sampled_from([each for each in fields if (type(element), each) not in _HOLDS]))
        return element.model_copy(update={field: getattr(donor, field)})
    field = draw(st.sampled_from(named))
    group = list(getattr(element, field))
    if edit == "drop":
        group.pop(draw(st.integers(0, len(group) - 1)))
    elif edit == "shuffle":
        group = draw(st.permutations(group))
    else:
        found = [each for kind in donors.values() for donor in kind for each in collections(donor).get(field, ())]
        taken = {each.birth_name for each in group}
        found = [each for each in found if each.birth_name not in taken]
        if found:
            group.insert(draw(st.integers(0, len(group))), draw(st.sampled_from(found)))
    return element.model_copy(update={field: tuple(group)})


Donors: TypeAlias = dict[type[Element], list[Element]]


def _donors(draw: st.DrawFn) -> Donors:
    """Elements by kind, that edits take words and parts from."""
    donors: Donors = {}
    for each in elements(draw(domains())):
        donors.setdefault(type(each), []).append(each)
    return donors


def _version(draw: st.DrawFn, domain: Domain, donors: Donors) -> Domain:
    """Another version of ``domain``, a few edits later: anything set, renamed, dropped, added or moved, at any depth."""
    for _ in range(draw(st.integers(1, 6))):
        domain = _edited(draw, domain, donors)
    return domain


@st.composite
def domain_pairs(draw: st.DrawFn) -> tuple[Domain, Domain]:
    """Two versions of one domain, or, now and then, two domains with nothing in common."""
    before = draw(domains())
    return before, draw(domains()) if draw(st.integers(0, 7)) == 7 else _version(draw, before, _donors(draw))


@st.composite
def domain_forks(draw: st.DrawFn) -> tuple[Domain, Domain, Domain]:
    """A domain and two versions of it that know nothing of each other."""
    base, donors = draw(domains()), _donors(draw)
    return base, _version(draw, base, donors), _version(draw, base, donors)
