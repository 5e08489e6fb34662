"""The rules that classify changes, one function each; importing this registers them all."""

from workbench.evolve.rules import (  # noqa: F401  each registers its rules
    access,
    attributes,
    behaviour,
    elements,
    interfaces,
    relations,
)
from workbench.evolve.rules.rule import (
    RULES,
    SAFETIES,
    Classifier,
    Edit,
    Finding,
    Rule,
    Safety,
    Version,
    element_steps,
    findings,
    register_classifier,
)

__all__ = [
    "RULES",
    "SAFETIES",
    "Classifier",
    "Edit",
    "Finding",
    "Rule",
    "Safety",
    "Version",
    "element_steps",
    "findings",
    "register_classifier",
]
