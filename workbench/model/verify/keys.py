"""What identifies a row: keys and identities."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from workbench.model.resource import Identity
from workbench.model.types import storage
from workbench.model.verify.check import Finding, ResourceFacts, check

__all__: list[str] = []


@check(ResourceFacts, "warning", "name the attributes that identify a row")
def missing_key(facts: ResourceFacts) -> Iterator[Finding]:
    """A resource has no key: its rows cannot be told apart."""
    if not facts.resource.key and facts.resource.attributes:
        yield Finding(f"{facts.resource.name} has no key")


@check(ResourceFacts, "error", "add the attribute")
def unknown_key_attribute(facts: ResourceFacts) -> Iterator[Finding]:
    """A key names an attribute that does not exist."""
    for name in facts.resource.key:
        if not facts.has(name):
            message = f"the key names {name!r}, which {facts.resource.name} does not have"
            yield Finding(message, ("key",), facts.suggest(name, facts.attributes))


@check(ResourceFacts, "error", "make the attribute required")
def nullable_key(facts: ResourceFacts) -> Iterator[Finding]:
    """An attribute of the key may be null."""
    for name in dict.fromkeys(facts.resource.key):
        if name in facts.attributes and not facts.attributes[name].required:
            yield Finding("it is part of the key and may be null", ("attributes", name))


@check(ResourceFacts, "error", "choose another key")
def unfit_key(facts: ResourceFacts) -> Iterator[Finding]:
    """An attribute of the key has a type without dependable equality."""
    for name in dict.fromkeys(facts.resource.key):
        if name in facts.attributes and storage(facts.attributes[name].type) in ("float", "json", "array", "struct"):
            yield Finding(f"it is part of the key and a {storage(facts.attributes[name].type)}", ("attributes", name))


@check(ResourceFacts, "error", "name an integer attribute of its own, outside the key")
def unfit_version(facts: ResourceFacts) -> Iterator[Finding]:
    """A resource counts its changes in something that is no integer attribute, or in its key."""
    name, resource = facts.resource.version, facts.resource
    if name and not facts.has(name):
        message = f"the version names {name!r}, which {resource.name} does not have"
        yield Finding(message, ("version",), facts.suggest(name, facts.attributes))
    elif name and (storage(facts.attributes[name].type) != "integer" or name in resource.key):
        what = "part of the key" if name in resource.key else f"a {storage(facts.attributes[name].type)}"
        yield Finding(f"the version {name} is {what}", ("version",))


@check(ResourceFacts, "info", "add a neutral key")
def sensitive_key(facts: ResourceFacts) -> Iterator[Finding]:
    """A sensitive attribute is part of the key, and so of every reference and log line."""
    for name in dict.fromkeys(facts.resource.key):
        if name in facts.attributes and facts.attributes[name].sensitive:
            yield Finding("it is sensitive and part of the key", ("attributes", name))


@check(ResourceFacts, "error", "name it once")
def repeated_attribute(facts: ResourceFacts) -> Iterator[Finding]:
    """A key or an identity names an attribute twice."""
    listed = [(("key",), facts.resource.key)] + [
        (("identities", each.name), each.attributes) for each in facts.resource.identities
    ]
    for steps, names in listed:
        for name, count in Counter(names).items() if len(set(names)) < len(names) else ():
            if count > 1:
                yield Finding(f"{name!r} is named {count} times", steps)


@check(ResourceFacts, "error", "name the attributes no two rows share")
def empty_identity(facts: ResourceFacts) -> Iterator[Finding]:
    """An identity names no attribute."""
    for identity in facts.resource.identities:
        if not identity.attributes:
            yield Finding(f"{identity.name} names no attribute", ("identities", identity.name))


@check(ResourceFacts, "error", "add the attribute")
def unknown_identity_attribute(facts: ResourceFacts) -> Iterator[Finding]:
    """An identity names something that is neither an attribute nor a belongs_to of the resource."""
    owners = {each.name for each in facts.resource.relationships if each.kind == "belongs_to"}
    for identity in facts.resource.identities:
        for name in identity.attributes:
            if not facts.has(name) and name not in owners:
                message = f"{identity.name} names {name!r}, which {facts.resource.name} does not have"
                yield Finding(message, ("identities", identity.name), facts.suggest(name, [*facts.attributes, *owners]))


@check(ResourceFacts, "warning", "remove the identity")
def identity_repeats_key(facts: ResourceFacts) -> Iterator[Finding]:
    """An identity is over the attributes of the key."""
    key = frozenset(facts.resource.key)
    for identity in facts.resource.identities:
        if key and identity.where is None and frozenset(identity.attributes) == key:
            yield Finding(f"{identity.name} says what the key says", ("identities", identity.name))


@check(ResourceFacts, "warning", "remove the wider one")
def redundant_identity(facts: ResourceFacts) -> Iterator[Finding]:
    """An identity follows from a smaller one, or from the key, and asks for nothing more."""
    key = frozenset(facts.resource.key)
    uses = Counter(name for identity in facts.resource.identities for name in identity.attributes)
    by_rarest = defaultdict[str, list[Identity]](list)
    for identity in facts.resource.identities:
        if identity.attributes and identity.where is None:
            by_rarest[min(identity.attributes, key=uses.__getitem__)].append(identity)
    for identity in facts.resource.identities:
        wide = frozenset(identity.attributes)
        if key and key < wide:
            yield Finding(f"{identity.name} follows from the key", ("identities", identity.name))
            continue
        narrower = (each for name in wide for each in by_rarest.get(name, ()) if _implies(each, identity, wide))
        if other := next(narrower, None):
            yield Finding(f"{identity.name} follows from {other.name}", ("identities", identity.name))


def _implies(narrow: Identity, wide: Identity, attributes: frozenset[str]) -> bool:
    """Whether ``wide`` (over ``attributes``) asks for nothing that ``narrow`` does not; of two equal ones the first stays."""
    found = frozenset(narrow.attributes)
    if narrow is wide or not found <= attributes or narrow.nulls_distinct > wide.nulls_distinct:
        return False
    if narrow.across_tenants < wide.across_tenants:
        return False
    is_same = found == attributes and wide.where is None and narrow.nulls_distinct == wide.nulls_distinct
    return not is_same or narrow.across_tenants > wide.across_tenants or narrow.name < wide.name
