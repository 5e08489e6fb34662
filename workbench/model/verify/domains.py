"""A domain as a whole: what it holds, what it is composed of, and what third parties put into it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from workbench.model.verify.check import DomainFacts, Finding, check

__all__ = ["not_json"]


@check(DomainFacts, "warning", "add a resource")
def no_resources(facts: DomainFacts) -> Iterator[Finding]:
    """A domain has no resources, neither of its own nor composed."""
    if not facts.domain.all_resources:
        yield Finding(f"{facts.domain.name} has no resources")


@check(DomainFacts, "error", "rename one of them")
def clashing_resource(facts: DomainFacts) -> Iterator[Finding]:
    """Two of the domains a domain is composed of have a resource of the same name."""
    if facts.domain is not facts.root or not facts.domain.domains:
        return
    own = Counter(each.name for each in facts.domain.resources)
    for name, count in Counter(each.name for each in facts.domain.all_resources).items():
        if count > own[name] and count > 1:
            yield Finding(f"{count} domains have a resource {name!r}", ("resources", name))


@check(DomainFacts, "error", "write one like 'Europe/Vienna'")
def unknown_time_zone(facts: DomainFacts) -> Iterator[Finding]:
    """The reporting zone is no zone of the IANA data base."""
    name = facts.domain.time_zone
    if name == "UTC":
        return
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        yield Finding(
            f"no time zone is called {name!r:.80}", ("time_zone",), facts.suggest(name, sorted(available_timezones()))
        )


def not_json(value: object, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Whatever in ``value`` JSON cannot carry and give back equal, with the steps to it.

    >>> list(not_json({"a": [1, (2, 3)]}))
    [(('a', 1), (2, 3))]
    """
    match value:
        case None | bool():
            return
        case str():
            is_carried = value.isascii() or value.encode("utf-8", "replace").decode() == value
        case int():
            is_carried = value.bit_length() <= 10_000
        case float():
            is_carried = math.isfinite(value)
        case dict():
            is_carried = type(value) is dict and all(isinstance(key, str) for key in value)
            for key, child in value.items():
                yield from not_json(child, (*steps, key))
        case list():
            is_carried = True
            for index, child in enumerate(value):
                yield from not_json(child, (*steps, index))
        case _:
            is_carried = False
    if not is_carried:
        yield steps, value


@check(DomainFacts, "error", "keep text, finite numbers, lists, and objects with text keys")
def extension_not_json(facts: DomainFacts) -> Iterator[Finding]:
    """An extension holds something that JSON cannot carry and give back equal."""
    for steps, value in not_json(facts.domain.extensions):
        where = ".".join(["extensions", *map(str, steps)])
        yield Finding(f"JSON cannot carry this {type(value).__name__}", (where,))
