"""Finding resources and attributes by what they are called, as somebody types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.errors import nearest
from workbench.model import Domain
from workbench.model.diagram import short_type

__all__ = ["Index", "Match", "fit"]

_NEAR_FROM = 3
"""Letters from which on names that are only alike are offered."""


@dataclass(frozen=True, slots=True)
class Match:
    """A resource, or one attribute of it; ``note`` says what it is, ``alike`` that its name is only near to what was typed."""

    resource: str
    attribute: str
    label: str
    note: str
    alike: bool = False


class Index:
    """The names of a domain, to be searched many times.

    >>> from workbench.model import Resource
    >>> index = Index(Domain(name="shop", resources=(Resource(name="customer"), Resource(name="order"))))
    >>> [match.resource for match in index.matches("custmoer")]
    ['customer']
    """

    def __init__(self, domain: Domain) -> None:
        self._entries = list(dict.fromkeys(_entries(domain)))
        self._names = dict.fromkeys(entry.attribute or entry.resource for entry in self._entries)

    def matches(self, text: str, most: int = 10) -> tuple[Match, ...]:
        """The best ``most`` matches: equal, then beginning alike, then a word of the name, then anywhere; else names that are near.

        ``order.total`` looks for attributes like ``total`` of resources like ``order``.
        """
        wanted = text.strip().casefold()
        if not wanted:
            return ()
        ranked = [(rank, entry) for entry in self._entries if (rank := _rank(entry, wanted)) is not None]
        found = [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]
        if len(found) < most and len(wanted) >= _NEAR_FROM:
            found += [entry for entry in self._near(wanted) if entry not in found]
        return tuple(found[:most])

    def _near(self, wanted: str) -> Iterator[Match]:
        for name in nearest(wanted, self._names, most=5):
            for entry in self._entries:
                if name == (entry.attribute or entry.resource):
                    yield Match(entry.resource, entry.attribute, entry.label, entry.note, alike=True)


def _entries(domain: Domain) -> Iterator[Match]:
    for resource in domain.all_resources:
        yield Match(resource.name, "", resource.label if resource.label != resource.name else "", "resource")
    for resource in domain.all_resources:
        for each in resource.attributes:
            yield Match(resource.name, each.name, each.label, short_type(each.type))


def _rank(entry: Match, wanted: str) -> tuple[int, bool, int, int] | None:
    """How well ``entry`` fits, the smaller the better; where a word of both begins alike, a resource comes before an attribute."""
    name = (entry.attribute or entry.resource).casefold()
    resource, dot, attribute = wanted.rpartition(".")
    if dot and entry.attribute:
        found = fit(name, attribute) if resource in entry.resource.casefold() else None
    else:
        found = fit(name, wanted)
        if found is None and entry.label and wanted in entry.label.casefold():
            found = len(_KINDS) - 1
    return None if found is None else (_KINDS[found], bool(entry.attribute), found, len(name))


_KINDS = (0, 1, 1, 2, 3)
"""How good each fit is: beginning alike and having a word that does are equally so; a label comes last."""


def fit(name: str, wanted: str) -> int | None:
    """0 equal, 1 beginning alike, 2 a word of it beginning alike, 3 anywhere in it."""
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if any(word.startswith(wanted) for word in re.split(r"[\s_.\-]+", name)):
        return 2
    return 3 if wanted in name else None
