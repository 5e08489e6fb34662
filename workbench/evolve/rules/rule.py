"""What a rule is, what it may look at, and how one is registered.

A rule is one small function with a stable id, as in Smithy's diff evaluators; its class is fixed. It looks at one change, between
the whole domain before and after all changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from workbench.errors import DefinitionError
from workbench.evolve.births import born
from workbench.evolve.difference import same
from workbench.evolve.mentions import Mention, mentions
from workbench.model.address import COLLECTIONS, Address
from workbench.model.change import Change, Value
from workbench.model.domain import Domain

__all__ = [
    "RULES", "SAFETIES", "Classifier", "Edit", "Finding", "Rule", "Safety", "Version", "element_steps", "findings", "register_classifier", "rule",
]  # fmt: skip

Safety: TypeAlias = Literal["safe", "risky", "breaking"]

SAFETIES: tuple[Safety, ...] = ("safe", "risky", "breaking")
"""From the best to the worst."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about a change: its class, why, and what to do."""

    rule: str
    safety: Safety
    why: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.why} [{self.rule}]" + (f"; {self.hint}" if self.hint else "")


def element_steps(path: Address) -> int:
    """How many steps of ``path`` lead to the innermost element; what is left are its fields.

    >>> element_steps(("resources", "actions", "attributes", "total", "constraints", "minimum"))
    4
    """
    size = 0
    while size + 1 < len(path) and path[size] in COLLECTIONS:
        size += 2
    return size


class Version:
    """One version of the domain, and what is looked up in it again and again."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._found: dict[Address, Value] = {(): domain}

    def at(self, path: Address) -> Value:
        """What stands at a path of birth names; None where there is nothing."""
        size = element_steps(path)
        found = self._element(path[:size])
        for step in path[size:]:
            found = found.get(step) if isinstance(found, dict) else getattr(found, str(step), None)
        return found

    def _element(self, path: Address) -> Value:
        if path not in self._found:
            owner = self._element(path[:-2])
            for each in reversed(getattr(owner, str(path[-2]), ())):
                self._found[(*path[:-1], each.birth_name)] = each
            self._found.setdefault(path, None)
        return self._found[path]

    @cached_property
    def born(self) -> Version:
        """The same version, every mention in names of birth."""
        return Version(born(self.domain))

    @cached_property
    def mentions(self) -> dict[Mention, tuple[str, ...]]:
        """Every mention, and who says it."""
        return mentions(self.domain)


@dataclass(frozen=True)
class Edit:
    """What a rule may look at: one change, and both versions of the domain around all changes.

    ``path`` leads to the element concerned, ``collection`` is the kind it is of (``domains`` for the domain itself, ``extensions`` for
    a place in a section of a third party), ``field`` what is set of it (``type``, ``constraints.minimum``; the section), or empty.
    """

    change: Change
    path: Address
    collection: str
    field: str
    _before: Version
    _after: Version

    @property
    def old(self) -> Any:  # any element: which one follows from the collection
        """The element before all changes; None where it was not there."""
        return self._before.at(self.path)

    @property
    def new(self) -> Any:
        """The element after all changes; None where it is gone."""
        return self._after.at(self.path)

    @property
    def before(self) -> Domain:
        """The whole domain before all changes."""
        return self._before.domain

    @property
    def after(self) -> Domain:
        """The whole domain after all changes."""
        return self._after.domain

    @property
    def owner(self) -> Any:
        """The element this one belongs to, after all changes; None where that is gone."""
        return self._after.at(self.path[:-2])

    @property
    def owner_before(self) -> Any:
        """The element this one belongs to, before all changes; None where that is new."""
        return self._before.at(self.path[:-2])

    def mentioned(self, mention: Mention) -> tuple[str, ...]:
        """Who still says ``mention`` after all changes."""
        return self._after.mentions.get(mention, ())

    @property
    def is_only_renamed(self) -> bool:
        """Whether a field says the same as before, in the new names of what it mentions."""
        if self.change.kind != "set" or self.collection == "extensions":
            return False
        old, new = self._before.born.at(self.change.path), self._after.born.at(self.change.path)
        return old is not None and same(old, new)


Function: TypeAlias = Callable[[Edit], str | None]
Classifier: TypeAlias = Callable[[Edit], Iterable[Finding]]
"""What a third party registers for its section: an edit inside it -> findings; none leave it safe."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason for a class: a stable id, what it means, what to do about it, and the kinds of change it looks at."""

    id: str
    safety: Safety
    description: str
    hint: str
    on: tuple[str, ...]
    function: Function


RULES: dict[str, Rule] = {}
"""Every rule by its id."""

_by_subject: dict[str, list[Rule]] = {}
_classifiers: dict[str, Classifier] = {}


def rule(safety: Safety, *on: str, hint: str = "") -> Callable[[Function], Function]:
    """Register the decorated function as a rule: its name is the id, its docstring the description.

    ``on`` are the kinds of change it looks at: a kind and a collection (``add attributes``), with a field for ``set``
    (``set attributes.type``), ``*`` for any collection. It returns why, or None when it has nothing to say.
    """

    def register(function: Function) -> Function:
        made = Rule(function.__name__, safety, function.__doc__ or "", hint, on, function)
        assert made.id not in RULES, made.id
        RULES[made.id] = made
        for subject in on:
            _by_subject.setdefault(subject, []).append(made)
        return function

    return register


def register_classifier(section: str, classifier: Classifier) -> None:
    """Let ``classifier`` judge changes inside the section ``section`` of ``Domain.extensions``; the last one registered does.

    Raises:
        DefinitionError: the section has no name.
    """
    if not section:
        raise DefinitionError("a classifier is registered for a named section of the extensions")
    _classifiers[section] = classifier


def findings(edit: Edit) -> list[Finding]:
    """What every rule that looks at such an edit says about it; of a section of a third party, what its classifier says, if anything."""
    if edit.collection == "extensions":
        classifier = _classifiers.get(edit.field)
        said = list(classifier(edit)) if classifier else _section_findings(edit)
        return said or _say(f"{edit.change.kind} extensions", edit)
    field = f".{edit.field}" if edit.field else ""
    return [
        each for collection in (edit.collection, "*") for each in _say(f"{edit.change.kind} {collection}{field}", edit)
    ]


def _section_findings(edit: Edit) -> list[Finding]:
    from workbench import installed_sections  # where the rooms come together: sections lie above this one

    found: list[Finding] = installed_sections().findings(edit)
    return found


def _say(subject: str, edit: Edit) -> list[Finding]:
    about = [(each, each.function(edit)) for each in _by_subject.get(subject, ())]
    return [Finding(each.id, each.safety, why, each.hint) for each, why in about if why]
