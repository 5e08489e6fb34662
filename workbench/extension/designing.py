"""What ``%%domain`` and ``%%change`` do: a text becomes a domain under a Python name, or a step of a design folder."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from workbench.errors import Problem, Problems, VerificationError
from workbench.evolve import Difference, diff
from workbench.extension.mistakes import Mistakes
from workbench.extension.naming import Names, domain_of, is_a, named, target
from workbench.extension.patching import headed, lines_of, patched
from workbench.language.domain_format import Document, parse
from workbench.language.json_text import read_text
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
    text: str = field(default="", repr=False)

    @property
    def domain(self) -> Domain:
        """The domain as it is now."""
        return domain_of(self.value)

    def __repr__(self) -> str:
        return f"Designed({self.name!r}: {self._told()})"

    def view(self) -> View:
        """What happened in a sentence, then the changes, the problems and the picture; what there is none of is left out."""
        problems = Mistakes(self.problems, self.text, title="Problems")
        parts = (self.difference, problems if self.problems else None, self.domain)
        return Stack(f"{self.name}: {self._told()}", tuple(each.view() for each in parts if each))

    def _told(self) -> str:
        if self.difference is None:
            return f"a new domain of {counted(len(self.domain.all_resources), 'resource')}"
        return counted(len(self.difference), "change") if self.difference else "nothing changed"


def design(notebook: Names, given: str, text: str) -> Designed:
    """The domain that ``text`` says, for the name ``given`` or its own; a design folder held there has taken the changes as a step.

    Raises:
        VerificationError: the text or the domain has errors; each has line and column.
        DefinitionError: the name cannot be bound.
    """
    document = parse(text, "", read=_beside)
    domain = _sound(document)
    name = target(notebook, given, domain.name)
    held = notebook.get(name)
    return _kept(name, held, domain, document.located(check(domain)), "%%domain", text)


def change(notebook: Names, given: str, text: str) -> Designed:
    """The domain called ``given`` after the patch ``text``. Errors as ``design``; those that the domain had before are warnings."""
    name, held = named(notebook, given, "Domain", "Design")
    before = domain_of(held)
    rest, lines = lines_of(text)
    head = headed(rest)
    document = parse(head + rest, "", read=_beside)
    _expect_sound(Problems(_below(head, document.problems)))
    after = patched(before, _sound(document), lines, _removed_before(name, held))
    known = {(each.path, each.code) for each in check(before)}
    problems = check(after)
    there = [
        replace(e, severity="info" if e.severity == "info" else "warning")
        for e in problems
        if (e.path, e.code) in known
    ]
    new = document.located(each for each in problems if (each.path, each.code) not in known)
    found = [*_below(head, new), *there]
    return _kept(name, held, after, found, "%%change", text)


def _below(head: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Problems of a text with ``head`` above it, as problems of the text; those of the head itself are of no place in it."""
    for each in problems:
        line = each.line - 1 if head and each.line else each.line
        yield replace(each, line=line or None, column=each.column if line else None)


def _sound(document: Document) -> Domain:
    _expect_sound(document.problems)
    assert document.domain is not None  # else there was a problem
    return document.domain


def _kept(name: str, held: Any, domain: Domain, problems: Iterable[Problem], why: str, text: str) -> Designed:
    """``domain`` where ``held`` was: the domain itself, or the design folder with one step more."""
    found = Problems(problems)
    _expect_sound(found)
    before = domain_of(held) if is_a(held, "Domain", "Design") else None
    difference = None if before is None else diff(before, domain)
    value = held.change(domain, by=_author(), why=why) if is_a(held, "Design") else domain
    _gone.setdefault(name, set()).update(each.path for each in difference or () if each.kind == "remove")
    return Designed(name, value, difference, found, text)


def _removed_before(name: str, held: Any) -> set[Address]:
    steps = held.log if is_a(held, "Design") else ()
    return {each.path for step in steps for each in step.changes if each.kind == "remove"} | _gone.get(name, set())


def _author() -> str:
    """Who is at work, as far as the system knows."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without accounts
        return "somebody"


def _expect_sound(problems: Problems) -> None:
    """Raise with all problems where one is an error."""
    if not problems.is_ok:
        raise VerificationError(problems)


def _beside(name: str) -> str:
    """The text of another design in the folder the notebook works in."""
    return read_text(Path(name))
