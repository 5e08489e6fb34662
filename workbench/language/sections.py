"""The sections of third parties that are known: those a caller gives, and those that installed distributions bring.

Distributions bring them by entry points of the group ``workbench.sections``. All are loaded at once, on the first need of any: what
a file says never decides what is imported. ``workbench.language.section`` says how to write one.

extension glossary {"order": "what a customer asks for"}      JSON, begun on the line of its name

extension glossary                                            a text form of its own, on the lines below
  order: what a customer asks for

The second, where nothing that reads it is installed, is kept as the text it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from textwrap import dedent
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel

from workbench.errors import NotFoundError, Problem, VerificationError, nearest
from workbench.language.section import Section
from workbench.model.address import dotted
from workbench.model.domain import Domain
from workbench.model.verify.domains import not_json
from workbench.views import Stack, View

if TYPE_CHECKING:
    from workbench.evolve.rules import Edit, Finding

__all__ = ["GROUP", "Section", "Sections", "section_of"]

T = TypeVar("T")

GROUP = "workbench.sections"
"""The group of entry points by which a distribution brings sections."""

_UNREAD = {"workbench": "section"}
"""The header of a value that holds the text of a section as it stands, because nothing has read it yet."""


class Sections:
    """The sections in ``given``, and behind them those that installed distributions bring.

    Code of third parties is called here only: whatever it raises becomes a problem, a remark or JSON instead of text.

    >>> Sections().dumps("glossary", {}) is None
    True
    """

    def __init__(self, given: Iterable[Section[Any]] = ()) -> None:
        self._given = {each.name: each for each in given}

    @property
    def by_name(self) -> Mapping[str, Section[Any]]:
        """Every known section."""
        return _installed()[0] | self._given

    def dumps(self, name: str, value: Any) -> str | None:
        """``value`` in the text form of section ``name``; None where it is written as JSON."""
        try:
            return self._text(name, value)
        except VerificationError:  # ``problems`` tells of it, and JSON says the same
            return None

    def _text(self, name: str, value: Any) -> str | None:
        section = self.by_name.get(name)
        is_unread = _is_unread(value)
        if is_unread:
            text = value["text"]
        else:
            text = _asked("writes", name, lambda: section.dumps(deepcopy(value))) if section is not None else None
        if not isinstance(text, str) or not _stands(text):
            return None
        try:
            read = self.loads(name, text)
        except VerificationError:  # what cannot be read is not written
            return None
        return text if is_unread or _same(read, value) else None

    def loads(self, name: str, text: str) -> Any:
        """The JSON data that ``text`` says in the form of section ``name``; where nothing reads that, ``text`` itself, to be kept.

        Raises:
            VerificationError: it says none.
        """
        section = self.by_name.get(name)
        if section is None:
            return {**_UNREAD, "text": text}
        value = _asked("reads", name, lambda: section.loads(text))
        if any(not_json(value)):
            raise VerificationError([_broken("reads", name, "it gives what JSON cannot carry")])
        return value

    def read(self, name: str, value: Any) -> BaseModel:
        """``value`` as section ``name`` reads it: an instance of its schema.

        Raises:
            NotFoundError: no such section is known.
            VerificationError: it does not fit.
        """
        known = self.by_name
        if name not in known:
            raise NotFoundError("section", name, known)
        data = self.loads(name, value["text"]) if _is_unread(value) else value
        read: BaseModel = _asked("reads", name, lambda: known[name].read(data))
        return read

    def problems(self, domain: Domain) -> Iterator[Problem]:
        """What is wrong with the sections of ``domain`` and of the domains it is composed of, each under ``extensions.<name>``."""
        for name, value in sorted(domain.extensions.items()):
            try:
                found = self._problems(name, value, domain)
            except VerificationError as error:
                found = list(error.problems)
            yield from (_under(f"extensions.{name}", each) for each in found)
        for part in domain.domains:
            yield from (each.under(dotted("domains", part.name)) for each in self.problems(part))

    def _problems(self, name: str, value: Any, domain: Domain) -> list[Problem]:
        section = self.by_name.get(name)
        broken = [] if name in self._given else _installed()[1].get(name, [])
        if section is None:
            return broken or ([self._unread(name)] if _is_unread(value) else [])
        data = self.read(name, value)
        found = _asked("verifies", name, lambda: list(section.verify(data, domain)))
        if not all(isinstance(each, Problem) for each in found):
            raise VerificationError([_broken("verifies", name, "it gives what is no Problem")])
        try:
            self._text(name, value)
        except VerificationError as error:
            found += [replace(each, severity="warning", hint="it is written as JSON") for each in error.problems]
        return found + broken

    def _unread(self, name: str) -> Problem:
        close = nearest(name, self.by_name, 1)
        hint = f"did you mean {close[0]!r}?" if close else "install what brings it, or write JSON behind its name"
        message = "it has a text form of its own, and nothing that reads it is installed: it is kept as it stands"
        return Problem("", "unread_section", message, "warning", hint)

    def views(self, domain: Domain) -> list[View]:
        """What known sections show of themselves, by their names; of those that cannot, why."""
        shown = ((name, self._view(name, value, domain)) for name, value in sorted(domain.extensions.items()))
        return [Stack(name, (view,)) for name, view in shown if view is not None]

    def _view(self, name: str, value: Any, domain: Domain) -> View | None:
        section = self.by_name.get(name)
        if section is None:
            return None
        try:
            data = self.read(name, value)
            view = _asked("shows", name, lambda: section.view(data, domain))
            if view is not None and not isinstance(view, get_args(View)):
                raise VerificationError([_broken("shows", name, f"{type(view).__name__} is no view")])
            return view
        except VerificationError as error:
            return error.problems.view()

    def findings(self, edit: Edit) -> list[Finding]:
        """What the section that ``edit`` is inside of says about it; nothing where none is known."""
        from workbench.evolve.rules import Finding

        name, section = edit.field, self.by_name.get(edit.field)
        if section is None:
            return []
        try:
            found = _asked("judges", name, lambda: list(section.classify(edit)))
            if not all(isinstance(each, Finding) for each in found):
                raise VerificationError([_broken("judges", name, "it gives what is no Finding")])
            return found
        except VerificationError as error:
            return [Finding(each.code, "risky", each.message, each.hint) for each in error.problems]

    def json_schemas(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The JSON Schema of each known section, and the definitions they refer to under ``#/$defs/``.

        Raises:
            VerificationError: JSON Schema has no words for one of them.
        """
        schemas, definitions = dict[str, Any](), dict[str, Any]()
        for name, section in sorted(self.by_name.items()):
            refer = f"#/$defs/{name}.{{model}}"
            schema = _asked("describes", name, lambda: section.schema.model_json_schema(ref_template=refer))  # noqa: B023  # called at once
            definitions |= {f"{name}.{each}": part for each, part in schema.pop("$defs", {}).items()}
            schemas[name] = schema
        return schemas, definitions


def section_of(domain: Domain, name: str, sections: Sections | None = None) -> BaseModel:
    """The section ``name`` of ``domain`` as an instance of its schema, defaults filled.

    >>> section_of(Domain(name="shop"), "glossary")
    Traceback (most recent call last):
    ...
    workbench.errors.NotFoundError: no section is called 'glossary'; there is no section at all

    Raises:
        NotFoundError: the domain has no such section, or none is known.
        VerificationError: what it holds does not fit; the problems say where.
    """
    if name not in domain.extensions:
        raise NotFoundError("section", name, domain.extensions)
    return (sections or Sections()).read(name, domain.extensions[name])


@cache
def _installed() -> tuple[dict[str, Section[Any]], dict[str, list[Problem]]]:
    """Every section that a distribution brings, by name, and what is wrong with those that cannot be used."""
    found, broken = dict[str, Section[Any]](), dict[str, list[Problem]]()
    for entry in sorted(entry_points(group=GROUP), key=lambda each: (each.name, _distribution(each))):
        try:
            section = _asked("loads", entry.name, lambda: _section(entry))  # noqa: B023  # called at once
            if found.setdefault(entry.name, section) is not section:
                raise VerificationError(
                    [_broken("loads", entry.name, "another distribution brings a section of that name")]
                )
        except VerificationError as error:
            message = f"the distribution {_distribution(entry)} brings a section that cannot be used: {error.problems[0].message}"
            hint = f"renew or uninstall {_distribution(entry)}"
            broken.setdefault(entry.name, []).append(Problem("", "broken_section", message, "warning", hint))
    return found, broken


def _section(entry: EntryPoint) -> Section[Any]:
    section = entry.load()
    if not isinstance(section, Section):
        raise TypeError(f"{entry.value} is no instance of {Section.__module__}.Section")
    name, schema = getattr(section, "name", None), getattr(section, "schema", None)
    if name != entry.name or not entry.name.isidentifier():
        raise ValueError(f"its entry point is called {entry.name!r} and it {name!r}: both are one plain word")
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        raise TypeError("its schema is no Pydantic model")
    return section


def _distribution(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else entry.value


def _asked(does: str, name: str, call: Callable[[], T]) -> T:
    """What ``call``, the code of a third party, gives. Raises ``VerificationError``: its own, or one that says how it failed."""
    try:
        return call()
    except VerificationError:
        raise
    except (Exception, SystemExit) as error:  # nothing that others wrote may stop a design from being used
        raise VerificationError([_broken(does, name, f"{type(error).__name__}: {error}")]) from error


def _broken(does: str, name: str, why: str) -> Problem:
    hint = f"renew or uninstall what brings the section {name}"
    return Problem("", "broken_section", f"what {does} the section {name!r} fails: {why:.200}", hint=hint)


def _under(path: str, problem: Problem) -> Problem:
    """``problem`` of a section that stands at ``path``; a section may be a list."""
    return replace(problem, path=path + problem.path) if problem.path.startswith("[") else problem.under(path)


def _same(one: Any, other: Any) -> bool:
    """Whether two JSON values would be written alike: ``1``, ``1.0`` and ``true`` are equal in Python."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _is_unread(value: Any) -> bool:
    is_held = isinstance(value, dict) and value.keys() == {*_UNREAD, "text"} and isinstance(value["text"], str)
    return is_held and value.items() >= _UNREAD.items()


def _stands(text: str) -> bool:
    """Whether ``text`` comes back as it is from indented lines of a file."""
    lines = text.split("\n")
    is_whole = "\r" not in text and "" not in (lines[0], lines[-1]) and dedent(text) == text
    is_text = not any("\ud800" <= each <= "\udfff" for each in text)  # half a character has no place in a file
    return is_whole and is_text and all(line == line.rstrip() for line in lines)
