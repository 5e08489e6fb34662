"""Attributes: types that hold something, constraints that can be met, defaults that keep them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workbench.model.expression import Path, walk
from workbench.model.types import DecimalType, EnumType, StructType, storage, type_text
from workbench.model.verify.check import Finding, ResourceFacts, check
from workbench.model.verify.constants import constant, fits, outside, pattern_mistake

__all__: list[str] = []

_TEXTS = ("string", "text")
_ORDERED = (*_TEXTS, "integer", "float", "decimal", "date", "time", "timestamp", "local_timestamp", "duration")


@check(ResourceFacts, "warning", "add attributes, or remove the resource")
def empty_resource(facts: ResourceFacts) -> Iterator[Finding]:
    """A resource has no attribute."""
    if not facts.resource.attributes:
        yield Finding(f"{facts.resource.name} has no attributes")


@check(ResourceFacts, "error", "list the values, or use string")
def empty_enum(facts: ResourceFacts) -> Iterator[Finding]:
    """An enum has no values."""
    for steps, type_ in facts.composed:
        if isinstance(type_, EnumType) and not type_.values:
            yield Finding("the enum has no values", steps)


@check(ResourceFacts, "error", "list it once")
def duplicate_enum_value(facts: ResourceFacts) -> Iterator[Finding]:
    """An enum lists a value twice."""
    for steps, type_ in facts.composed:
        if isinstance(type_, EnumType) and len(set(type_.names)) < len(type_.names):
            for name, count in Counter(type_.names).items():
                if count > 1:
                    yield Finding(f"the value {name!r} is listed {count} times", steps)


@check(ResourceFacts, "error", "list the fields, or use json")
def empty_struct(facts: ResourceFacts) -> Iterator[Finding]:
    """A struct has no fields."""
    for steps, type_ in facts.composed:
        if isinstance(type_, StructType) and not type_.fields:
            yield Finding("the struct has no fields", steps)


@check(ResourceFacts, "error", "rename one of them")
def duplicate_struct_field(facts: ResourceFacts) -> Iterator[Finding]:
    """A struct names a field twice; SQL ignores case here."""
    for steps, type_ in facts.composed:
        if isinstance(type_, StructType):
            for name, count in Counter(field.name.casefold() for field in type_.fields).items():
                if count > 1:
                    yield Finding(f"{count} fields are called {name!r}", steps)


@check(ResourceFacts, "error", "raise the precision")
def scale_exceeds_precision(facts: ResourceFacts) -> Iterator[Finding]:
    """A decimal has more digits behind the point than in all."""
    for steps, type_ in facts.composed:
        if isinstance(type_, DecimalType) and type_.scale > type_.precision:
            yield Finding(f"{type_} has more digits behind the point than in all", steps)


@check(ResourceFacts, "error", "swap them, or remove one")
def contradictory_constraints(facts: ResourceFacts) -> Iterator[Finding]:
    """Constraints leave no value: a minimum above the maximum, or a shortest length above the longest."""
    for attribute in facts.constrained:
        bounds = attribute.constraints
        low = constant(bounds.minimum)
        if low is not None and outside(bounds, low.value).startswith("is above"):
            yield Finding(f"the minimum {low} {outside(bounds, low.value)}", ("attributes", attribute.name))
        if bounds.min_length is not None and bounds.max_length is not None and bounds.min_length > bounds.max_length:
            message = f"the shortest length {bounds.min_length} is above the longest, {bounds.max_length}"
            yield Finding(message, ("attributes", attribute.name))


@check(ResourceFacts, "error", "remove the constraint, or change the type")
def unfit_constraint(facts: ResourceFacts) -> Iterator[Finding]:
    """A constraint does not fit the type: lengths and patterns are for text, bounds for what has an order and of the same type."""
    for attribute in facts.constrained:
        bounds, type_, steps = attribute.constraints, attribute.type, ("attributes", attribute.name)
        if storage(type_) not in _TEXTS:
            for name in ("min_length", "max_length"):
                if getattr(bounds, name) is not None:
                    yield Finding(f"{name} is for text, not for {type_text(type_)}", steps)
            if bounds.pattern:
                yield Finding(f"a pattern is for text, not for {type_text(type_)}", steps)
        for name, bound in (("minimum", bounds.minimum), ("maximum", bounds.maximum)):
            if bound is not None and (storage(type_) not in _ORDERED or isinstance(type_, EnumType)):
                yield Finding(f"{type_text(type_)} has no {name}", steps)
            elif (value := constant(bound)) is not None and not (fits(type_, value.value) and value.value is not None):
                yield Finding(f"the {name} {value} is no {type_text(type_)}", steps)


@check(ResourceFacts, "error", "correct it")
def bad_pattern(facts: ResourceFacts) -> Iterator[Finding]:
    """A pattern is no regular expression that all targets understand (RE2 syntax)."""
    for attribute in facts.constrained:
        if mistake := pattern_mistake(attribute.constraints.pattern):
            yield Finding(f"{attribute.constraints.pattern!r:.80}: {mistake}", ("attributes", attribute.name))


@check(ResourceFacts, "error", "write a value of that type")
def unfit_default(facts: ResourceFacts) -> Iterator[Finding]:
    """A default is no value of the attribute's type."""
    for attribute, value in facts.defaults:
        if not isinstance(attribute.type, EnumType) and not fits(attribute.type, value.value):
            yield Finding(f"the default {value} is no {type_text(attribute.type)}", ("attributes", attribute.name))


@check(ResourceFacts, "error", "use one of the values")
def default_not_in_enum(facts: ResourceFacts) -> Iterator[Finding]:
    """A default is not among the values of its enum."""
    for attribute, value in facts.defaults:
        if isinstance(attribute.type, EnumType) and not fits(attribute.type, value.value):
            hint = facts.suggest(str(value.value), attribute.type.names)
            yield Finding(f"the default {value} is not among the values", ("attributes", attribute.name), hint)


@check(ResourceFacts, "error", "change the one or the other")
def default_breaks_constraint(facts: ResourceFacts) -> Iterator[Finding]:
    """A default does not keep the attribute's constraints."""
    for attribute, value in facts.defaults:
        if attribute.constraints and (broken := outside(attribute.constraints, value.value)):
            yield Finding(f"the default {value} {broken}", ("attributes", attribute.name))


@check(ResourceFacts, "error", "remove the default, or the requirement")
def null_default(facts: ResourceFacts) -> Iterator[Finding]:
    """A required attribute has the default null."""
    for attribute, value in facts.defaults:
        if attribute.required and value.value is None:
            yield Finding("it is required, and its default is null", ("attributes", attribute.name))


@check(ResourceFacts, "info", "suppress small groups, or leave it out")
def sensitive_measure(facts: ResourceFacts) -> Iterator[Finding]:
    """A measure is made of a sensitive attribute; a small group may give values away."""
    for measure in facts.resource.measures:
        for node in walk(measure.expression):
            name = node.names[0] if isinstance(node, Path) and len(node.names) == 1 else ""
            if name in facts.attributes and facts.attributes[name].sensitive:
                yield Finding(f"{measure.name} is made of the sensitive {name!r}", ("measures", measure.name))
                break
