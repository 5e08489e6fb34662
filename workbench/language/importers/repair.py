"""What a design cannot hold is taken out of it again: the element each error stands at, until none is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.errors import Problem
from workbench.expression.everywhere import typing_problems
from workbench.language.importers.sketch import Sketch
from workbench.model import Attribute, Constraints, Domain, Resource
from workbench.model.address import dotted
from workbench.model.verify import verify

__all__ = ["repaired"]

_OF_DEFAULT = frozenset(("default_breaks_constraint", "default_not_in_enum", "null_default", "unfit_default"))
_OF_CONSTRAINTS = frozenset(("bad_pattern", "contradictory_constraints", "unfit_constraint"))
_MOST_ROUNDS = 8


def repaired(domain: Domain, sketch: Sketch, lines: Mapping[str, int | None]) -> Domain:
    """``domain`` without the elements that have errors, each told to ``sketch``; ``lines`` knows where elements stand in the source."""
    for _ in range(_MOST_ROUNDS):
        errors = [each for each in (*verify(domain), *typing_problems(domain)) if each.severity == "error"]
        if not errors:
            break
        domain = _Round(domain, sketch, lines).without(errors)
    return domain


class _Round:
    """One round: what each path stands for, and what becomes of it."""

    def __init__(self, domain: Domain, sketch: Sketch, lines: Mapping[str, int | None]) -> None:
        self.domain, self.sketch, self.lines = domain, sketch, lines
        self.resources = {each.name: each for each in domain.resources}
        self.places = {path: place for each in domain.resources for path, place in _places(each)}

    def without(self, errors: list[Problem]) -> Domain:
        for each in errors:
            path = each.path
            while path and path not in self.places:
                path = path.rpartition(".")[0]
            if path:
                self.remove(each, *self.places[path], path)
        return self.domain.model_copy(update={"resources": tuple(self.resources.values())})

    def remove(self, problem: Problem, resource: str, kind: str, name: str, path: str) -> None:
        """The element is gone, or an attribute's part that is wrong."""
        found = self.resources[resource]
        if kind == "attributes":
            changed = _attribute(found, name, problem)
        elif kind == "key":
            changed = found.model_copy(update={"key": ()})
        else:
            kept = tuple(each for each in getattr(found, kind) if each.name != name)
            changed = found.model_copy(update={kind: kept})
        if changed != found:
            self.resources[resource] = changed
            message = f"left out: {problem.message}"
            self.sketch.tell(path, problem.code, message, problem.hint, line=self.lines.get(path))


def _places(resource: Resource) -> Iterator[tuple[str, tuple[str, str, str]]]:
    for kind in ("relationships", "identities", "rules", "attributes"):
        for each in getattr(resource, kind):
            yield dotted("resources", resource.name, kind, each.name), (resource.name, kind, each.name)
    yield dotted("resources", resource.name, "key"), (resource.name, "key", "")


def _attribute(resource: Resource, name: str, problem: Problem) -> Resource:
    """``resource``, the attribute ``name`` without what ``problem`` says is wrong with it."""
    if problem.code == "unfit_key":
        return resource.model_copy(update={"key": ()})
    update: dict[str, Any] = {"default": None}
    if problem.code in _OF_CONSTRAINTS or problem.path.endswith((".minimum", ".maximum")):
        update = {"constraints": Constraints()}

    def changed(each: Attribute) -> Attribute:
        return each.model_copy(update=update) if each.name == name else each

    return resource.model_copy(update={"attributes": tuple(map(changed, resource.attributes))})
