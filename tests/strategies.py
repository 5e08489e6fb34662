"""Hypothesis strategies: generated names, types, expressions and domains.

``domains()`` gives any domain the model can hold, sound or not: what is read, written and compared must cope with all of them.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TypeVar

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
    Endpoint,
    EnumType,
    EnumValue,
    FieldPolicy,
    Identity,
    Machine,
    Measure,
    Policy,
    Relationship,
    Resource,
    Rule,
    ScalarType,
    State,
    StructField,
    StructType,
    Tenancy,
    Transition,
    Type,
)
from workbench.model.element import Element
from workbench.model.expression import Aggregate, Binary, Constant, In, IsNull, Node, Path, Unary
from workbench.model.types import SCALARS, SEMANTIC

__all__ = ["domain_pairs", "domains", "expressions", "json_values", "names", "resources", "texts", "types"]

T = TypeVar("T")

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
    max_length=st.none(),
    pattern=texts,
)
_attributes = st.builds(
    Attribute, **_words, type=types, required=st.booleans(), default=_maybe, constraints=st.just(Constraints()) | _constraints,
    sensitive=st.booleans(), generated=st.booleans(), source_name=texts,
)  # fmt: skip
_relationships = st.builds(
    Relationship, **_words, kind=st.sampled_from(["belongs_to", "has_one", "has_many", "many_to_many"]), destination=names,
    source_key=few(names, 2), destination_key=few(names, 2), required=st.booleans(), filter=_maybe, through=st.just("") | names,
)  # fmt: skip
_effects = st.sampled_from(["authorize_if", "authorize_unless", "forbid_if", "forbid_unless"])
_policies = st.builds(
    Policy, **_words, actions=few(names, 2), effect=_effects, condition=expressions, bypass=st.booleans()
)
_actions = st.builds(
    Action, **_words, kind=st.sampled_from(["create", "read", "update", "destroy", "generic"]), accept=st.none() | few(names),
    arguments=few(st.builds(Argument, **_words, type=types, default=_maybe), 2), filter=_maybe,
    changes=few(st.builds(Assignment, attribute=names, value=expressions), 2), returns=st.none() | types,
)  # fmt: skip
resources = st.builds(
    Resource, **_words, attributes=few(_attributes, 4), key=few(names, 2), relationships=few(_relationships, 2),
    identities=few(st.builds(Identity, **_words, attributes=few(names, 2), where=_maybe), 1),
    rules=few(st.builds(Rule, **_words, condition=expressions, message=texts, severity=st.sampled_from(["error", "info"])), 2),
    calculations=few(st.builds(Calculation, **_words, expression=expressions, type=st.none() | types), 1),
    measures=few(st.builds(Measure, **_words, expression=expressions, unit=texts), 1),
    dimensions=few(st.builds(Dimension, **_words, expression=expressions, grain=st.sampled_from(["", "day"])), 1),
    actions=few(_actions, 1), policies=few(_policies, 1),
    field_policies=few(st.builds(FieldPolicy, **_words, attributes=few(names, 2), condition=expressions), 1),
)  # fmt: skip
"""Any resource."""

_few_resources = few(resources)

_machines = st.builds(
    Machine, **_words, resource=names, attribute=names, states=few(st.builds(State, **_words, initial=st.booleans())),
    transitions=few(st.builds(Transition, sources=few(names, 2), target=names, event=texts, guard=_maybe)),
)  # fmt: skip
_contracts = st.builds(
    Contract, **_words, version=texts,
    endpoints=few(st.builds(Endpoint, **_words, method=st.sampled_from(["GET", "POST"]), path=texts, resource=names, action=names), 2),
)  # fmt: skip


def _domain(
    inner: SearchStrategy[tuple[Domain, ...]], listed: SearchStrategy[tuple[Resource, ...]] = _few_resources
) -> SearchStrategy[Domain]:
    return st.builds(
        Domain, **_words, resources=listed, machines=few(_machines, 1), policies=few(_policies, 1), domains=inner,
        measures=few(st.builds(Measure, **_words, expression=expressions), 1), contracts=few(_contracts, 1),
        tenancy=st.just(Tenancy()) | st.builds(Tenancy, strategy=st.just("attribute"), attribute=names, shared=few(names, 2)),
        extensions=st.just({}) | st.dictionaries(texts, json_values, max_size=2),
    )  # fmt: skip


def domains() -> SearchStrategy[Domain]:
    """Any domain, some composed of others."""
    return _domain(st.just(()) | few(_domain(st.just(())), 1))


E = TypeVar("E", bound=Element)


def _edited(draw: st.DrawFn, elements: tuple[E, ...], new: SearchStrategy[tuple[E, ...]]) -> tuple[E, ...]:
    """Most of ``elements``, in another order, some renamed, some new ones among them."""
    kept = [each for each in elements if draw(st.integers(0, 5))]
    for index, each in enumerate(kept):
        if draw(st.integers(0, 3)) == 0:
            kept[index] = each.model_copy(update={"name": draw(names), "was": each.birth_name})
    return tuple(draw(st.permutations([*kept, *draw(new)])))


def _edited_resource(draw: st.DrawFn, resource: Resource) -> Resource:
    attributes = list(_edited(draw, resource.attributes, few(_attributes, 1)))
    if attributes:
        other = draw(_attributes)
        fields = {
            name: getattr(other, name) for name in draw(st.sets(st.sampled_from(["type", "default", "constraints"])))
        }
        attributes[0] = attributes[0].model_copy(update=fields)
    return resource.model_copy(update={"attributes": tuple(attributes), "label": draw(texts)})


@st.composite
def domain_pairs(draw: st.DrawFn) -> tuple[Domain, Domain]:
    """Two versions of one domain: elements dropped, added, renamed, moved and changed; or two domains with nothing in common."""
    before = draw(_domain(st.just(())))
    if draw(st.integers(0, 7)) == 7:
        return before, draw(domains())
    kept = _edited(draw, before.resources, few(resources, 1))
    edited = tuple(_edited_resource(draw, each) for each in kept)
    other = draw(_domain(st.just(()), st.just(())))
    fields = {name: getattr(other, name) for name in draw(st.sets(st.sampled_from([*Domain.model_fields]), max_size=4))}
    return before, before.model_copy(update=fields | {"resources": edited})
