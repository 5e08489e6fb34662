"""A patch of a domain: what it says is added or takes the place of what is called the same; all else stays.

Besides elements a patch has lines of its own, ``remove patient.born_on`` and ``rename patient.mrn to number``, which begin at the first
column. Saying a patch again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from workbench.errors import NotFoundError, Problem, VerificationError
from workbench.evolve import apply, rename
from workbench.evolve.refactorings_mentions import elements
from workbench.model import Contract, Domain, Machine, Reactor, Resource
from workbench.model.address import COLLECTIONS, Address, dotted
from workbench.model.behaviour import Transition
from workbench.model.change import Change
from workbench.model.element import Element

__all__ = ["LINES", "Line", "headed", "lines_of", "patched"]

E = TypeVar("E", bound=Element)

LINES = {
    "remove": "take an element away: remove patient.born_on",
    "rename": "give an element another name, wherever it is mentioned: rename patient.mrn to number",
}
"""Words that a line of a patch begins with, and what it does."""

_WHOLES = (Domain, Resource, Machine, Reactor, Contract)
"""What keeps all that is not said of it; anything smaller is said anew."""

_LINE = re.compile(r"^(remove|rename)[ \t]+([^\n#]*?)[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_STEP = re.compile(r"\"(?:[^\"]|\"\")*\"|[^.\"]+")
_HEAD = "domain patch\n"
_OWN_HEAD = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*domain[ \t]")
_TO = re.compile(r"[ \t]+to[ \t]+")


@dataclass(frozen=True, slots=True)
class Line:
    """``remove`` or ``rename`` what is at ``path``; ``name`` is the new one. ``line`` and ``column`` (from 1) say where the path stands."""

    verb: str
    path: str
    name: str
    line: int
    column: int


def lines_of(text: str) -> tuple[str, tuple[Line, ...]]:
    """The text of a patch without its own lines, which are blank in it, and those lines.

    >>> rest, lines = lines_of("resource room\\nremove patient.born_on")
    >>> rest.split("\\n")[0], [(each.verb, each.path, each.line) for each in lines]
    ('resource room', [('remove', 'patient.born_on', 2)])

    Raises:
        VerificationError: a rename does not say the new name.
    """
    found, problems = [], []
    for each in _LINE.finditer(text):
        line, column = text.count("\n", 0, each.start()) + 1, each.start(2) - each.start() + 1
        path, *names = _TO.split(each[2])
        if (each[1] == "rename") != (len(names) == 1) or not path:
            message = f"a line to {each[1]} something reads: {LINES[each[1]].partition(': ')[2]}"
            problems.append(Problem("", "syntax", message, line=line, column=column))
        found.append(Line(each[1], path, _plain(names[0]) if names else "", line, column))
    if problems:
        raise VerificationError(problems)
    return _LINE.sub(lambda each: " " * len(each[0]), text), tuple(found)


def headed(patch: str) -> str:
    """What must stand above ``patch`` for it to be read, because a text of the domain language begins with the name of its domain; empty where
    the patch says that itself.

    >>> headed("resource room"), headed("# new\\ndomain clinic")
    ('domain patch\\n', '')
    """
    return "" if _OWN_HEAD.match(patch) else _HEAD


def patched(domain: Domain, patch: Domain, lines: Sequence[Line] = (), gone: Iterable[Address] = ()) -> Domain:
    """``domain`` after ``lines`` and then what ``patch`` says. ``gone`` are addresses (by birth names) of what was removed before: removing it
    again is no mistake.

    Raises:
        VerificationError: a line leads nowhere, or something cannot follow a rename; the problem has its line and column.
    """
    for each in lines:
        try:
            domain = _renamed(domain, each) if each.verb == "rename" else _removed(domain, each, set(gone))
        except (NotFoundError, VerificationError) as error:
            found = error.problems if isinstance(error, VerificationError) else [Problem("", "not_found", str(error))]
            raise VerificationError(replace(one, line=each.line, column=each.column) for one in found) from error
    return _merged(domain, patch, ("name", "was"))


def _renamed(domain: Domain, line: Line) -> Domain:
    there = {_steps(dotted(*names)): names for _, names, _ in elements(domain)}
    born = {_steps(dotted(*names[:-1], births[-1])) for births, names, _ in elements(domain) if names}
    wanted = _steps(line.path)
    if wanted in there:
        return rename(domain, dotted(*there[wanted]), line.name).after
    if wanted in born:  # it has got another name already
        return domain
    raise _not_found(domain, line.path)


def _removed(domain: Domain, line: Line, gone: set[Address]) -> Domain:
    wanted = _steps(line.path)
    for births, names, element in elements(domain):
        if names and _steps(dotted(*names)) == wanted:
            return apply(domain, [Change(kind="remove", path=births, before=element)])
    if wanted in {_steps(dotted(*each)) for each in gone}:
        return domain
    raise _not_found(domain, line.path)


def _steps(path: str) -> tuple[str, ...]:
    """The names in a path, however they are quoted.

    >>> _steps('patient."odd.name"'), _steps("patient.born_on")
    (('patient', 'odd.name'), ('patient', 'born_on'))
    """
    return tuple(_plain(each) for each in _STEP.findall(path))


def _not_found(domain: Domain, path: str) -> NotFoundError:
    return NotFoundError("element", path, [dotted(*names) for _, names, _ in elements(domain) if names])


def _merged(old: E, new: E, kept: Iterable[str]) -> E:
    """``old`` with all that ``new`` says, fields ``kept`` aside: one that is left out there stays too."""
    update: dict[str, Any] = {}
    for name, field in type(new).model_fields.items():
        given = getattr(new, name)
        if name in kept or given == field.get_default(call_default_factory=True):
            continue
        held = getattr(old, name)
        if name in COLLECTIONS and given and isinstance(given[0], Element):
            given = _all(held, given)
        elif isinstance(old, Machine) and name == "transitions":
            given = _transitions(held, given)
        elif isinstance(held, dict):
            given = {**held, **given}
        update[name] = given
    return old.model_copy(update=update) if update else old


def _all(held: tuple[Element, ...], given: tuple[Element, ...]) -> tuple[Element, ...]:
    """Elements of ``held``, each as ``given`` says it now (under its name, or the one it was born with), then those that are new."""
    there = {each.birth_name: each for each in held} | {each.name: each for each in held}
    told: dict[str, Element] = {}
    new: list[Element] = []
    for each in given:
        meant = there.get(each.name) or there.get(each.was)
        if meant is None:
            new.append(each)
        else:
            told[meant.name] = _one(meant, each)
    return (*(told.get(each.name, each) for each in held), *new)


def _one(held: Element, given: Element) -> Element:
    """A resource, machine or reactor keeps what is not said of it; anything smaller is said anew."""
    name = held.name if given.name == held.birth_name else given.name  # whoever still says the old name means no other
    found = _merged(held, given, ("name", "was")) if isinstance(held, _WHOLES) else given
    return found.model_copy(update={"name": name, "was": held.birth_name if held.birth_name != name else ""})


def _transitions(held: tuple[Transition, ...], given: tuple[Transition, ...]) -> tuple[Transition, ...]:
    """A transition is known by where it comes from and what it happens on."""
    known = {(each.sources, each.event, "" if each.event else each.target): each for each in (*held, *given)}
    return tuple(known.values())


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if len(name) > 1 and name[0] == name[-1] == '"' else name
