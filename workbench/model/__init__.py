"""The vocabulary: a domain is frozen data, and everything else is derived from it."""

from workbench.model.behaviour import (
    Action,
    Argument,
    Assignment,
    Effect,
    Event,
    Machine,
    Reactor,
    State,
    Step,
    StepArgument,
    Transition,
)
from workbench.model.diagram import er_graph
from workbench.model.domain import Contract, Domain, Endpoint, FieldMapping, RelationshipKeys, Source
from workbench.model.element import Element, Frozen, Name, register_card
from workbench.model.policy import FieldPolicy, Policy, Scope, Tenancy, Tenant
from workbench.model.resource import (
    Attribute,
    Calculation,
    Constraints,
    Dimension,
    Identity,
    Measure,
    Relationship,
    Resource,
    Rule,
)
from workbench.model.types import (
    ArrayType,
    DecimalType,
    EnumType,
    EnumValue,
    ScalarType,
    StructField,
    StructType,
    Type,
    parse_type,
)
from workbench.views import View

__all__ = [
    "Action",
    "Argument",
    "ArrayType",
    "Assignment",
    "Attribute",
    "Calculation",
    "Constraints",
    "Contract",
    "DecimalType",
    "Dimension",
    "Domain",
    "Effect",
    "Element",
    "Endpoint",
    "EnumType",
    "EnumValue",
    "Event",
    "FieldMapping",
    "FieldPolicy",
    "Frozen",
    "Identity",
    "Machine",
    "Measure",
    "Name",
    "Policy",
    "Reactor",
    "Relationship",
    "RelationshipKeys",
    "Resource",
    "Rule",
    "ScalarType",
    "Scope",
    "Source",
    "State",
    "Step",
    "StepArgument",
    "StructField",
    "StructType",
    "Tenancy",
    "Tenant",
    "Transition",
    "Type",
    "er_graph",
    "parse_type",
]


def _card(element: Element) -> View:
    from workbench.model.cards import card

    return card(element)


register_card(_card)
