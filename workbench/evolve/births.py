"""A domain whose mentions are in birth names, and back: two versions that differ by renames alone are then equal but for the names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from workbench.evolve.mentions import CLOSE, OPEN, Key, Mention, MentionKind, by_name, plain, renamed
from workbench.model.address import Address
from workbench.model.behaviour import Step
from workbench.model.domain import Domain
from workbench.model.element import Element

__all__ = ["born", "named"]


def born(domain: Domain) -> Domain:
    """``domain`` with every mention in the birth name of what it means: whatever a rename alone makes of a domain is equal to it here.

    A birth name is marked, with the collection it belongs to, by characters no name can hold; what means nothing stays as it is.
    """
    marks = _marks(domain)
    return renamed(domain, _Index(domain, by_name, marks).call, by_name)


def named(domain: Domain, lost: Callable[[Mention, Address], None]) -> Domain:
    """``domain``, whose mentions are as ``born`` writes them, in the names its elements have now; ``lost`` hears of those that are gone."""
    marks = _marks(domain)
    index = _Index(domain, marks, by_name)

    def call(mention: Mention, at: Address) -> str:
        called = index.call(mention, at)
        if not called.startswith(OPEN):
            return called
        lost(mention._replace(owner=plain(mention.owner), name=plain(mention.name)), at)
        return plain(called)

    return renamed(domain, call, marks)


def _marks(domain: Domain) -> Key:
    """A mark for each element that its birth name tells from its siblings, for the others their names."""
    doubled: set[int] = set()
    for collections in (group for _, _, group in _groups(domain)):
        for elements in collections.values():
            births = Counter(each.birth_name for each in elements)
            doubled.update(id(each) for each in elements if births[each.birth_name] > 1)
    return lambda collection, each: (
        each.name if id(each) in doubled else f"{OPEN}{collection}{OPEN}{each.birth_name}{CLOSE}"
    )


class _Index:
    """What each mention, in the words of ``source``, is in those of ``target``. What is ambiguous, because two are called alike, is
    left out: it stays as it is, there and back.
    """

    def __init__(self, domain: Domain, source: Key, target: Key) -> None:
        self._known: dict[Mention, str] = {}
        groups = list(_groups(domain))
        names = Counter((kind, each.name) for kind, (_, each), _ in groups)
        common: dict[MentionKind, set[tuple[str, str]]] = {"action": set(), "member": set()}
        for kind, owner, collections in groups:
            if names[kind, owner[1].name] > 1:
                continue
            owned = "" if kind == "resource" else source(*owner)
            for collection, elements in collections.items():
                for each in elements:
                    old, new = source(collection, each), target(collection, each)
                    self._known.setdefault(Mention(kind, owned, old), new)
                    if collection in ("actions", "attributes"):
                        common[kind].add((old, new))
        for kind, pairs in common.items():
            counts = [Counter(pair[side] for pair in pairs) for side in (0, 1)]
            for old, new in pairs:
                if counts[0][old] == counts[1][new] == 1:
                    self._known[Mention(kind, "", old)] = new

    def call(self, mention: Mention, _: Address) -> str:
        return self._known.get(mention, mention.name)


_Group: TypeAlias = tuple[MentionKind, tuple[str, Element], dict[str, tuple[Element, ...]]]


def _groups(domain: Domain) -> Iterator[_Group]:
    """What can be mentioned: of which kind, whose, and the elements by collection."""
    yield "resource", ("domains", domain), {"resources": domain.all_resources}
    for each in domain.all_resources:
        owner = ("resources", each)
        members = ("attributes", "relationships", "calculations", "measures")
        yield "member", owner, {name: getattr(each, name) for name in members}
        yield "action", owner, {"actions": each.actions}
        yield "identity", owner, {"identities": each.identities}
    for part in _parts(domain):
        for machine in part.machines:
            yield "state", ("machines", machine), {"states": machine.states}
        for reactor in part.reactors:
            yield "step", ("reactors", reactor), {"steps": tuple(_steps(reactor.steps))}
            yield "input", ("reactors", reactor), {"inputs": reactor.inputs}


def _parts(domain: Domain) -> Iterator[Domain]:
    yield domain
    for part in domain.domains:
        yield from _parts(part)


def _steps(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _steps(step.steps)
