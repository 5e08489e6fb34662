"""What the rows of a domain must be like, as conditions: those it declares, and those that follow from types and bounds."""

from __future__ import annotations

from workbench.model.domain import Domain
from workbench.model.expression import Binary, Call, Cast, Constant, In, Node, Path, write
from workbench.model.resource import Attribute
from workbench.model.types import EnumType

__all__ = ["IDENTITY", "conditions", "limits"]

IDENTITY = "\0"
"""What begins the names of identities among those of rules."""


def conditions(domain: Domain) -> dict[tuple[str, str], str]:
    """Rules, and conditions of identities under marked names, in birth names."""
    found: dict[tuple[str, str], str] = {}
    for resource in domain.all_resources:
        for rule in resource.rules:
            found[resource.birth_name, rule.birth_name] = write(rule.condition)
        for identity in resource.identities:
            found[resource.birth_name, f"{IDENTITY}{identity.birth_name}"] = (
                "" if identity.where is None else write(identity.where)
            )
    return found


def limits(attribute: Attribute) -> dict[str, Node]:
    """What every value of an attribute must be like, as conditions."""
    own, bounds = Path((attribute.name,)), attribute.constraints
    length = Call("length", (own,))
    found: dict[str, Node | None] = {
        "minimum": bounds.minimum and Binary(">=", own, bounds.minimum),
        "maximum": bounds.maximum and Binary("<=", own, bounds.maximum),
        "min_length": None if bounds.min_length is None else Binary(">=", length, Constant(bounds.min_length)),
        "max_length": None if bounds.max_length is None else Binary("<=", length, Constant(bounds.max_length)),
        "pattern": Call("matches", (own, Constant(bounds.pattern))) if bounds.pattern else None,
        "enum": _among(own, attribute.type) if isinstance(attribute.type, EnumType) else None,
    }
    return {word: node for word, node in found.items() if node is not None}


def _among(own: Path, type_: EnumType) -> Node:
    return In(Cast(own, "string"), tuple(Constant(name) for name in type_.names))
