"""What ``%%domain`` and ``%%change`` do: a text becomes a domain under a Python name, or a step of a design folder."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, replace
from typing import Any

from workbench.errors import Problem, Problems, VerificationError
from workbench.evolve import Difference, diff
from workbench.extension.naming import Names, domain_of, is_a, named, target
from workbench.extension.patching import lines_of, patched
from workbench.language import domain_format
from workbench.model import Domain
from workbench.model.address import Address
from workbench.views import Stack, View, Viewable, counted
from workbench.workspace import check
from workbench.workspace.design import Design

__all__ = ["Designed", "change", "design"]

_gone: dict[str, set[Address]] = {}
"""Python name -> the addresses of what was removed from the domain it stands for: to remove it again is no mistake."""


@dataclass(frozen=True)
class Designed(Viewable):
    """What a cell did: ``name`` stands for ``value``, and ``difference`` is what changed; None where the name held no domain before."""

    name: str
    value: Domain | Design
    difference: Difference | None
    problems: Problems

    @property
    def domain(self) -> Domain:
        """The domain as it is now."""
        return domain_of(self.value)

    def __repr__(self) -> str:
        return f"Designed({self.name!r}: {self._told()})"

    def view(self) -> View:
        """What happened in a sentence, then the changes, the problems and the picture; what there is none of is left out."""
        children: list[View] = []
        if self.difference:
            children.append(self.difference.view())
        if self.problems:
            children.append(self.problems.view())
        children.append(self.domain.view())
        return Stack(f"{self.name}: {self._told()}", tuple(children))

    def _told(self) -> str:
        if self.difference is None:
            return f"a new domain of {counted(len(self.domain.all_resources), 'resource')}"
        return counted(len(self.difference), "change") if self.difference else "nothing changed"


def design(notebook: Names, given: str, text: str) -> Designed:
    """The domain that ``text`` says, for the name ``given`` or its own; a design folder held there has taken the changes as a step.

    Raises:
        VerificationError: the text or the domain has errors; every one has line and column.
        DefinitionError: the name cannot be bound.
    """
    document = domain_format.parse(text)
    _expect_sound(document.problems)
    domain: Domain = document.domain
    name = target(notebook, given, domain.name)
    return _kept(name, notebook.get(name), domain, _located(check(domain), document), "%%domain")


def change(notebook: Names, given: str, text: str) -> Designed:
    """The domain called ``given`` after the patch ``text``. Errors as ``design``; those the domain had before are no matter."""
    name, held = named(notebook, given, "Domain", "Design")
    before = domain_of(held)
    rest, lines = lines_of(text)
    document = domain_format.parse(rest)
    _expect_sound(document.problems)
    after = patched(before, document.domain, lines, _removed_before(name, held))
    known = {(each.path, each.code) for each in check(before).errors}
    found = [
        replace(each, severity="warning") if (each.path, each.code) in known else each
        for each in _located(check(after), document)
    ]
    return _kept(name, held, after, found, "%%change")


def _kept(name: str, held: Any, domain: Domain, problems: list[Problem], why: str) -> Designed:
    """``domain`` where ``held`` was: the domain itself, or the design folder with one step more."""
    _expect_sound(problems)
    before = domain_of(held) if is_a(held, "Domain", "Design") else None
    difference = None if before is None else diff(before, domain)
    value = held.change(domain, by=getpass.getuser(), why=why) if is_a(held, "Design") else domain
    _gone.setdefault(name, set()).update(each.path for each in difference or () if each.kind == "remove")
    return Designed(name, value, difference, Problems(problems))


def _removed_before(name: str, held: Any) -> set[Address]:
    steps = held.log if is_a(held, "Design") else ()
    logged = {each.path for step in steps for each in step.changes if each.kind == "remove"}
    return logged | _gone.get(name, set())


def _expect_sound(problems: Any) -> None:
    """Raise with all problems, each of them seen by whoever mends the errors."""
    if any(each.severity == "error" for each in problems):
        raise VerificationError(problems)


def _located(problems: Problems, document: Any) -> list[Problem]:
    """Problems of the domain, each with the place in the text it is about."""
    return list(problems)
