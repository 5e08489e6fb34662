"""A design as a tree to walk in: elements, their parts by kind, and how both are found by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from workbench.errors import NotFoundError
from workbench.evolve.refactorings_mentions import elements
from workbench.model import Attribute, Domain, Relationship, Transition
from workbench.model.address import Address, dotted, noun
from workbench.model.change import Value
from workbench.model.diagram import short_type
from workbench.model.element import Element, Frozen
from workbench.widgets.controls import controls, noun_of
from workbench.widgets.editing import find
from workbench.widgets.searching import fit

__all__ = ["Answer", "Places", "branch", "caption", "standing"]

Answer: TypeAlias = dict[str, Any]

_MOST_FOUND = 30


def branch(domain: Domain, path: Address) -> list[Answer]:
    """What stands below ``path``: of an element its parts by kind, where there are any; of a kind the elements.

    Each has its ``path``, ``name``, ``kind``, a ``note`` and whether anything stands below it.

    Raises:
        NotFoundError: nothing stands there.
    """
    place = find(domain, path)
    if not place.rest:
        return [_group(place.element, place.births, field) for field in _kinds(place.element)]
    field = str(place.rest[0])
    if len(place.rest) > 1:
        return []
    return [
        _entry(each, (*place.births, field, each.birth_name if isinstance(each, Element) else at))
        for at, each in enumerate(getattr(place.element, field))
    ]


def caption(part: Frozen) -> tuple[str, str]:
    """The name of a part and a note on it.

    >>> caption(Transition(sources=("placed",), target="paid", event="pay"))
    ('placed → paid', 'pay')
    """
    match part:
        case Attribute():
            return part.name, short_type(part.type)
        case Relationship():
            return part.name, f"→ {part.destination}"
        case Transition():
            return f"{', '.join(part.sources)} → {part.target}", part.event
        case Element():
            return part.name, "" if part.label in ("", part.name) else part.label
        case _:
            return noun_of(type(part)), ""


def standing(domain: Domain, path: Address) -> Address:
    """``path``, or the nearest above it that still leads to an element or to a kind of parts."""
    while path:
        try:
            place = find(domain, path)
        except NotFoundError:
            path = path[:-1]
            continue
        if not place.rest:
            return path
        rows = getattr(place.element, str(place.rest[0]))
        is_parts = place.rest[0] in _all_kinds(place.element)
        if is_parts and (len(place.rest) == 1 or (isinstance(place.rest[1], int) and place.rest[1] < len(rows))):
            return path[: len(place.births) + min(len(place.rest), 2)]
        path = place.births
    return path


class Places:
    """Where everything of one domain stands: by the paths that problems name, and by what is typed to find it."""

    def __init__(self, domain: Domain) -> None:
        self._entries = [(births, names, each) for births, names, each in elements(domain)]
        self._by_path: dict[str, Address] = {}
        for births, names, each in self._entries:
            self._by_path.setdefault(dotted(*names), births)
            for field in ("transitions",):
                for at in range(len(getattr(each, field, ()))):
                    self._by_path.setdefault(dotted(*names, field, at), (*births, field, at))

    def of(self, path: str) -> tuple[Address, Address]:
        """The element a dotted path of a problem leads to, and the steps inside it that are left.

        >>> Places(Domain(name="shop")).of("nowhere.at.all")
        ((), ('nowhere', 'at', 'all'))
        """
        known, rest = path, ""
        while known and known not in self._by_path:
            cut = max(known.rfind("."), known.rfind("["))
            known, rest = known[: max(cut, 0)], known[max(cut, 0) :] + rest
        steps = re.findall(r"[^.\[\]]+", rest)
        return self._by_path.get(known, ()), tuple(int(each) if each.isdecimal() else each for each in steps)

    def matches(self, text: str) -> list[Answer]:
        """Elements called something like ``text``, the best first; ``order.tot`` looks inside what is called like ``order``."""
        wanted = text.strip().casefold()
        owner, dot, last = wanted.rpartition(".")
        found = list(self._fitting(last if dot else wanted, owner if dot else "")) if wanted else []
        found.sort(key=lambda pair: pair[0])
        return [
            _entry(each, births) | {"where": dotted(*names[:-2]) if len(names) > 2 else "", "word": _word(births)}
            for _, (births, names, each) in found[:_MOST_FOUND]
        ]

    def _fitting(
        self, wanted: str, owner: str
    ) -> Iterator[tuple[tuple[int, int, int], tuple[Address, Address, Element]]]:
        for births, names, each in self._entries:
            if owner and owner not in dotted(*names[:-2]).casefold():
                continue
            good = fit(each.name.casefold(), wanted)
            if good is None and each.label and wanted in each.label.casefold():
                good = 4
            if good is not None:
                yield (good, len(names), len(each.name)), (births, names, each)


def _word(births: Address) -> str:
    return noun(str(births[-2])) if births else "domain"


def _kinds(element: Frozen) -> list[str]:
    """The kinds of parts ``element`` has; a domain shows its resources even where it has none."""
    return [
        field
        for field in _all_kinds(element)
        if getattr(element, field) or (isinstance(element, Domain) and field == "resources")
    ]


def _all_kinds(element: Frozen) -> list[str]:
    return [each.field for each in controls(type(element)) if each.kind == "parts"]


def _group(element: Element, births: Address, field: str) -> Answer:
    members: tuple[Value, ...] = getattr(element, field)
    return {
        "path": [*births, field],
        "name": field.replace("_", " "),
        "kind": "group",
        "note": str(len(members)),
        "opens": bool(members),
    }


def _entry(part: Frozen, path: Address) -> Answer:
    name, note = caption(part)
    return {
        "path": list(path),
        "name": name,
        "kind": noun_of(type(part)),
        "note": note,
        "opens": isinstance(part, Element) and bool(_kinds(part)),
    }
