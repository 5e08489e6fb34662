"""Names: twice the same, hard to use, or meaning something else where they will be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence

from workbench.model.address import Address
from workbench.model.element import Element
from workbench.model.expression import KEYWORDS
from workbench.model.verify.check import DomainFacts, Finding, ResourceFacts, check

__all__ = ["SQL_RESERVED"]

SQL_RESERVED = frozenset(
    """
    all analyse analyze and anti any array as asc asof asymmetric authorization binary both case cast check collate collation column
    concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp
    current_user default deferrable desc describe distinct do else end except false fetch for foreign freeze from full glob grant
    group having ilike in initially inner intersect into is isnull join lambda lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps pivot placing positional primary qualify
    references returning right select semi session_user show similar some summarize symmetric system_user table tablesample then to
    trailing true union unique unpivot user using variadic verbose when where window with
    """.split()  # noqa: SIM905  eighty words read better as text
)
"""Words that PostgreSQL or DuckDB reserve."""

_CALL_ROOTS = ("actor", "tenant", "context")

_DOMAIN_COLLECTIONS = ("resources", "machines", "reactors", "measures", "policies", "sources", "contracts", "domains")
_RESOURCE_COLLECTIONS = (
    "attributes", "relationships", "identities", "rules", "calculations", "measures", "dimensions", "actions", "policies", "field_policies",
)  # fmt: skip


def _collections(facts: DomainFacts) -> Iterator[tuple[Address, Sequence[Element]]]:
    """Every set of siblings in one domain, its composed domains apart, with the steps to it."""
    domain = facts.domain
    for name in _DOMAIN_COLLECTIONS:
        yield (name,), getattr(domain, name)
    for resource in domain.resources:
        start = ("resources", resource.name)
        for name in _RESOURCE_COLLECTIONS:
            if siblings := getattr(resource, name):
                yield (*start, name), siblings
        for action in resource.actions:
            yield (*start, "actions", action.name, "arguments"), action.arguments
    for machine in domain.machines:
        yield ("machines", machine.name, "states"), machine.states
    for reactor in domain.reactors:
        yield ("reactors", reactor.name, "inputs"), reactor.inputs
        yield ("reactors", reactor.name, "steps"), reactor.steps
    for contract in domain.contracts:
        yield ("contracts", contract.name, "endpoints"), contract.endpoints


def _alike(facts: DomainFacts, same: Callable[[Element], Hashable]) -> Iterator[tuple[Address, list[Element]]]:
    """Siblings that are the same by ``same``, with the steps to the second of them."""
    for steps, siblings in _collections(facts):
        if len({same(each) for each in siblings}) == len(siblings):
            continue
        groups = defaultdict[Hashable, list[Element]](list)
        for each in siblings:
            groups[same(each)].append(each)
        for group in groups.values():
            if len(group) > 1:
                yield (*steps, group[1].name), group


@check(DomainFacts, "error", "rename one of them")
def duplicate_name(facts: DomainFacts) -> Iterator[Finding]:
    """Two elements of one kind in one place have the same name."""
    for steps, group in _alike(facts, lambda each: each.name):
        kind = str(steps[-2]).replace("_", " ")
        yield Finding(f"{len(group)} {kind} are called {group[0].name!r}", steps)


@check(DomainFacts, "warning", "give them names that sound different")
def names_differ_in_case(facts: DomainFacts) -> Iterator[Finding]:
    """Two names differ in upper and lower case alone; most SQL takes them for one."""
    for steps, group in _alike(facts, lambda each: each.name.casefold()):
        spellings = dict.fromkeys(each.name for each in group)
        if len(spellings) > 1:
            yield Finding(f"{' and '.join(map(repr, spellings))} differ in case alone", steps)


@check(DomainFacts, "warning", "clear 'was' of the one that is new")
def shared_birth_name(facts: DomainFacts) -> Iterator[Finding]:
    """Two elements of one kind were born with the same name, so that a later change cannot tell them apart."""
    for steps, group in _alike(facts, lambda each: each.birth_name):
        spellings = dict.fromkeys(each.name for each in group)
        if len(spellings) > 1:
            yield Finding(f"{' and '.join(map(repr, spellings))} were both born as {group[0].birth_name!r}", steps)


@check(ResourceFacts, "error", "rename all but one")
def ambiguous_name(facts: ResourceFacts) -> Iterator[Finding]:
    """An attribute, a relationship and a calculation of one resource share a name, so that an expression cannot say which it means."""
    resource = facts.resource
    others = {each.name for each in (*resource.relationships, *resource.calculations)}
    is_clear = len(others) == len(resource.relationships) + len(resource.calculations)
    if is_clear and others.isdisjoint(facts.attributes):
        return
    kinds = defaultdict[str, list[str]](list)
    for kind in ("attributes", "relationships", "calculations"):
        for name in dict.fromkeys(each.name for each in getattr(resource, kind)):
            kinds[name].append(kind)
    for name, found in kinds.items():
        if len(found) > 1:
            what = " and ".join(f"a{'n' * (kind[0] == 'a')} {kind[:-1]}" for kind in found)
            yield Finding(f"{name!r} is {what}", (found[-1], name))


@check(ResourceFacts, "warning", "rename it, or write it in double quotes in expressions")
def keyword_name(facts: ResourceFacts) -> Iterator[Finding]:
    """A name is a word of the expression language and must stand in double quotes there."""
    for kind in ("attributes", "relationships", "calculations", "measures", "dimensions"):
        for each in getattr(facts.resource, kind):
            if each.name.lower() in KEYWORDS or each.name in _CALL_ROOTS:
                yield Finding(f"{each.name!r} is a word of the expression language", (kind, each.name))


def _stored(facts: ResourceFacts) -> Iterator[tuple[str, Address]]:
    yield facts.resource.name, ()
    for each in facts.resource.attributes:
        yield each.name, ("attributes", each.name)


@check(ResourceFacts, "info", "rename it, or quote it in SQL")
def sql_reserved_name(facts: ResourceFacts) -> Iterator[Finding]:
    """The name of a resource or an attribute is reserved in SQL; exports quote it, and queries written by hand must."""
    for name, steps in _stored(facts):
        if name.lower() in SQL_RESERVED:
            yield Finding(f"{name!r} is reserved in SQL", steps)


@check(ResourceFacts, "warning", "shorten it; the full words go into the label")
def long_name(facts: ResourceFacts) -> Iterator[Finding]:
    """The name of a resource or an attribute has more than 63 bytes, which PostgreSQL cuts off."""
    for name, steps in _stored(facts):
        if len(name) > 15 and len(name.encode("utf-8", "replace")) > 63:
            yield Finding(f"the name has {len(name.encode('utf-8', 'replace'))} bytes", steps)


@check(DomainFacts, "warning", "rename it; what the source calls it goes into source_name")
def unseen_characters(facts: DomainFacts) -> Iterator[Finding]:
    """A name begins or ends with white space or has characters that cannot be seen."""
    for steps, siblings in _collections(facts):
        for each in siblings:
            if not each.name.isprintable() or each.name != each.name.strip():
                yield Finding(f"{each.name!r} has characters that cannot be seen", (*steps, each.name))
