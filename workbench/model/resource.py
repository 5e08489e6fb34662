"""A resource and its parts: what there is, what identifies it, how it relates, what must hold."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from pydantic import Field

from workbench.errors import Severity
from workbench.model.behaviour import Action
from workbench.model.element import Count, Element, Flag, Frozen, Name, find
from workbench.model.expression import Node
from workbench.model.policy import FieldPolicy, Policy
from workbench.model.types import Type

__all__ = [
    "Attribute",
    "Calculation",
    "Constraints",
    "Dimension",
    "Identity",
    "Measure",
    "Relationship",
    "Resource",
    "Rule",
]


class Constraints(Frozen):
    """Bounds on one value. Numbers, dates and times have a minimum and a maximum, given as constant expressions; text has lengths
    (in characters) and a regular expression that must match the whole value (RE2 syntax, the one all targets share).
    """

    minimum: Node | None = None
    maximum: Node | None = None
    min_length: Count | None = None
    max_length: Count | None = None
    pattern: str = ""

    def __bool__(self) -> bool:
        bounds = (self.minimum, self.maximum, self.min_length, self.max_length)
        return self.pattern != "" or any(bound is not None for bound in bounds)


class Attribute(Element):
    """One fact about a resource."""

    type: Type
    required: Flag = False
    default: Node | None = None
    constraints: Constraints = Constraints()
    sensitive: Flag = Field(default=False, description="masked in displays, evidence, logs and saved notebooks")
    private: Flag = Field(default=False, description="left out of every designed interface")
    generated: Flag = Field(default=False, description="filled by the store; never accepted from a caller")
    source_name: str = Field(default="", description="the column's name in the source, when it differs")


class Relationship(Element):
    """How one resource reaches another.

    ``source_key`` are attributes of the resource that declares it, ``destination_key`` those of the destination they equal, in the
    same order. Left empty they follow the convention of ``Domain.relationship_keys``.
    """

    kind: Literal["belongs_to", "has_one", "has_many", "many_to_many"]
    destination: Name
    source_key: tuple[Name, ...] = ()
    destination_key: tuple[Name, ...] = ()
    required: Flag = False
    enforced: Flag = Field(default=True, description="false where rows may lead nowhere, so that no store refuses them")
    filter: Node | None = None
    through: str = Field(default="", description="the joining resource of a many_to_many")

    @property
    def is_to_many(self) -> bool:
        """Whether it may reach more than one row."""
        return self.kind in ("has_many", "many_to_many")


class Identity(Element):
    """A set of attributes that no two rows share, optionally only among rows where ``where`` holds."""

    attributes: tuple[Name, ...]
    where: Node | None = None
    across_tenants: Flag = False
    nulls_distinct: Flag = True
    message: str = ""


class Rule(Element):
    """A condition every row must meet. It breaks only on false; unknown (null) does not break it, and is counted."""

    condition: Node
    message: str = ""
    severity: Severity = "error"
    on: tuple[Literal["create", "update", "destroy"], ...] = ("create", "update")


class Calculation(Element):
    """A derived attribute, computed from one row and what it reaches."""

    expression: Node
    type: Type | None = Field(default=None, description="found by typing when left out")
    sensitive: Flag = False
    private: Flag = False


class Measure(Element):
    """A value over many rows of the resource: ``count() where status = 'no_show'``, or a combination of other measures."""

    expression: Node
    type: Type | None = None
    unit: str = Field(default="", description="what the number counts: 'EUR', 'minutes', 'orders'")
    additive: Literal["all", "not over time", "none"] = "all"


class Dimension(Element):
    """A way to slice: an expression over one row; ``grain`` cuts time into equal steps."""

    expression: Node
    grain: Literal["", "year", "quarter", "month", "week", "day", "hour", "minute"] = ""


class Resource(Element):
    """A kind of thing with identity."""

    attributes: tuple[Attribute, ...] = ()
    key: tuple[Name, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    identities: tuple[Identity, ...] = ()
    rules: tuple[Rule, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    measures: tuple[Measure, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    actions: tuple[Action, ...] = ()
    policies: tuple[Policy, ...] = ()
    field_policies: tuple[FieldPolicy, ...] = ()
    cluster: str = Field(default="", description="the part of the domain it is drawn with")
    source_name: str = Field(default="", description="the table's name in the source, when it differs")
    version: str = Field(
        default="",
        description="the integer attribute that counts a row's changes, so that nobody overwrites what he has not seen",
    )

    def attribute(self, name: str) -> Attribute:
        """The attribute called ``name``. Raises ``NotFoundError`` with the nearest names."""
        return find(f"attribute of {self.name}", self.attributes, name)

    def relationship(self, name: str) -> Relationship:
        """The relationship called ``name``. Raises ``NotFoundError`` with the nearest names."""
        return find(f"relationship of {self.name}", self.relationships, name)

    def action(self, name: str) -> Action:
        """The action called ``name``. Raises ``NotFoundError`` with the nearest names."""
        return find(f"action of {self.name}", self.actions, name)

    def measure(self, name: str) -> Measure:
        """The measure called ``name``. Raises ``NotFoundError`` with the nearest names."""
        return find(f"measure of {self.name}", self.measures, name)

    @property
    def attribute_names(self) -> tuple[str, ...]:
        """Names of the attributes, in declared order."""
        return tuple(attribute.name for attribute in self.attributes)

    def is_unique(self, attributes: Collection[str]) -> bool:
        """Whether no two rows share ``attributes``: they hold the whole key, or a whole identity without a condition."""
        unique = [self.key, *(each.attributes for each in self.identities if each.where is None)]
        return any(names and set(names) <= set(attributes) for names in unique)
