"""Who may do what, who the data belongs to, and what a call carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from workbench.model.element import Element, Flag, Frozen, Name
from workbench.model.expression import Node

__all__ = ["FieldPolicy", "Policy", "Scope", "Tenancy", "Tenant"]


class Policy(Element):
    """A condition and what follows from it. Nothing decides: denied. A bypass that authorizes ends the matter."""

    actions: tuple[Name, ...] = Field(default=(), description="action names or kinds it is about; empty is all")
    effect: Literal["authorize_if", "authorize_unless", "forbid_if", "forbid_unless"] = "authorize_if"
    condition: Node
    bypass: Flag = False
    access: Literal["filter", "strict"] = Field(
        default="filter", description="hide rows that fail, or refuse the whole call"
    )
    message: str = ""


class FieldPolicy(Element):
    """Who may see or set some attributes."""

    attributes: tuple[Name, ...]
    effect: Literal["authorize_if", "authorize_unless", "forbid_if", "forbid_unless"] = "authorize_if"
    condition: Node
    bypass: Flag = False


class Tenancy(Frozen):
    """How a domain keeps tenants apart."""

    strategy: Literal["none", "attribute", "schema", "database"] = "none"
    attribute: str = Field(default="", description="the attribute that holds the tenant, for strategy 'attribute'")
    shared: tuple[Name, ...] = Field(default=(), description="resources that belong to no tenant")


class Tenant(Frozen):
    """Who some data belongs to."""

    id: str
    label: str = ""
    suspended: Flag = False


class Scope(Frozen):
    """What every call carries: who acts, for which tenant, in which circumstances."""

    actor: Mapping[str, Any] | None = None
    tenant: str | None = None
    context: Mapping[str, Any] = Field(default_factory=dict)
