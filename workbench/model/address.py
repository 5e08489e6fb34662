"""Where something stands in a domain, and how that is written.

An address is a run of steps from the domain down: a collection and the name of one of its elements, again and again, perhaps a
field at the end: ``("resources", "flights", "attributes", "dest", "type")``. Written, it is a dotted path. The collections a
reader expects go unsaid; all others are named, because a rule may share its name with an attribute:

    domain                              the domain itself
    flights                             a resource
    flights.dest                        one of its attributes, relationships or calculations
    flights.dest.type                   a field of it
    flights.rules.in_order              a rule; alike for identities, measures, dimensions, actions, policies
    machines.visit.states.booked        a state
    machines.visit.transitions[0]       what has no name is counted from 0
    domains.billing.invoices.total      an attribute of a composed domain

A name with a dot, a quote or white space around it stands in double quotes: ``"odd.name".id``. What cannot be seen is
written as an escape.
"""

from __future__ import annotations

from typing import TypeAlias

__all__ = ["COLLECTIONS", "Address", "dotted", "noun"]

Address: TypeAlias = tuple[str | int, ...]
"""Steps from the domain down."""

COLLECTIONS = frozenset(
    [
        "actions", "arguments", "attributes", "calculations", "contracts", "dimensions", "domains", "endpoints", "field_policies",
        "identities", "inputs", "machines", "measures", "policies", "reactors", "relationships", "resources", "rules", "sources", "states", "steps",
    ]
)  # fmt: skip
"""Fields that hold named elements."""

_UNSAID = frozenset(("resources", "attributes", "relationships", "calculations"))


def dotted(*address: str | int) -> str:
    """An address as text.

    >>> dotted("resources", "flights", "attributes", "dest", "type")
    'flights.dest.type'
    >>> dotted("machines", "visit", "transitions", 0), dotted("resources", "a.b", "rules", "r")
    ('machines.visit.transitions[0]', '"a.b".rules.r')
    """
    parts: list[str] = []
    steps = iter(address)
    for step in steps:
        if isinstance(step, int):
            parts[-1:] = [f"{parts[-1] if parts else ''}[{step}]"]
            continue
        name = next(steps, None) if step in COLLECTIONS else None
        if step not in _UNSAID or not isinstance(name, str):
            parts.append(step if name is None or isinstance(name, str) else f"{step}[{name}]")
        if isinstance(name, str):
            parts.append(_quoted(name))
    return ".".join(parts) or "domain"


def noun(collection: str) -> str:
    """What one element of a collection is called.

    >>> noun("field_policies"), noun("attributes")
    ('field policy', 'attribute')
    """
    words = collection.replace("_", " ")
    return words[:-3] + "y" if words.endswith("ies") else words.removesuffix("s")


def _quoted(name: str) -> str:
    odd = "." in name or '"' in name or name != name.strip()
    quoted = '"' + name.replace('"', '""') + '"' if odd else name
    if quoted.isprintable():
        return quoted
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in quoted)
