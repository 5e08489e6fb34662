"""Finding what names mean: from a resource over relationships to an attribute, with a suggestion where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from workbench.errors import nearest
from workbench.expression.typed import Step
from workbench.model.domain import Domain
from workbench.model.element import Element
from workbench.model.resource import Attribute, Calculation, Measure, Relationship, Resource

__all__ = ["Found", "NameMeaningError", "find_path"]

E = TypeVar("E", bound=Element)


class NameMeaningError(Exception):
    """A name that means nothing here: code, message and hint of the problem it is."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True, slots=True)
class Found:
    """Where a path leads: over ``steps``, and to ``end`` of the last resource; None is the row itself."""

    resource: Resource
    steps: tuple[Step, ...]
    end: Attribute | Calculation | Measure | None = None

    @property
    def is_to_many(self) -> bool:
        """Whether it may reach several rows."""
        return any(step.is_to_many for step in self.steps)


def find_path(domain: Domain, resource: Resource, names: tuple[str, ...], measures: bool = False) -> Found:
    """What ``names`` mean on a row of ``resource``; ``measures`` are found only when asked for.

    Raises:
        NameMeaningError: a name is unknown, or something that is no relationship is followed.
    """
    steps: list[Step] = []
    for position, name in enumerate(names):
        relationship = _named(resource.relationships, name)
        if relationship is not None:
            if not domain.has_resource(relationship.destination):
                raise NameMeaningError(
                    "unknown_resource",
                    f"{resource.name}.{name} leads to {relationship.destination!r}, which does not exist",
                )
            steps.append(_step(resource, relationship))
            resource = domain.resource(relationship.destination)
            continue
        end: Attribute | Calculation | Measure | None = _named(resource.attributes, name) or _named(
            resource.calculations, name
        )
        if end is None and measures:
            end = _named(resource.measures, name)
        if end is None:
            raise _unknown(resource, name, measures)
        if position < len(names) - 1:
            raise NameMeaningError(
                "not_a_relationship",
                f"{resource.name}.{name} is {_described(end)}; nothing can be reached through it",
                f"relationships of {resource.name}: {', '.join(each.name for each in resource.relationships) or 'none'}",
            )
        return Found(resource, tuple(steps), end)
    return Found(resource, tuple(steps))


def _named(elements: tuple[E, ...], name: str) -> E | None:
    return next((element for element in elements if element.name == name), None)


def _step(resource: Resource, relationship: Relationship) -> Step:
    is_required = relationship.required and relationship.kind == "belongs_to"
    return Step(resource.name, relationship.name, relationship.destination, relationship.is_to_many, not is_required)


def _described(end: Attribute | Calculation | Measure) -> str:
    return f"an attribute of type {end.type}" if isinstance(end, Attribute) else f"a {type(end).__name__.lower()}"


def _unknown(resource: Resource, name: str, measures: bool) -> NameMeaningError:
    available = [
        *resource.attribute_names,
        *(each.name for each in resource.calculations),
        *(each.name for each in resource.relationships),
        *(each.name for each in resource.measures if measures),
    ]
    close = nearest(name, available, 1)
    known = ", ".join(available[:8]) + (" …" if len(available) > 8 else "")
    hint = (
        f"did you mean {close[0]!r}?"
        if close
        else f"there are {known}"
        if known
        else f"{resource.name} has no attributes"
    )
    if not measures and any(each.name == name for each in resource.measures):
        hint = "it is a measure: a value over many rows, not of one"
    return NameMeaningError("unknown_name", f"{resource.name} has nothing called {name!r}", hint)
