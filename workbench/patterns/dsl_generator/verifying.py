"""What is hard to say in a domain: it still can be said, and nothing keeps the design from running."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.errors import Problem, Problems
from workbench.model import Domain
from workbench.model.address import dotted
from workbench.patterns.dsl_generator.vocabulary import Vocabulary
from workbench.patterns.dsl_generator.words import said

__all__ = ["verify"]


def verify(domain: Domain) -> Problems:
    """Names that need double quotes, and measures that several resources have; all of them remarks.

    >>> from workbench.model import Attribute, Resource, parse_type
    >>> order = Resource(name="order", attributes=(Attribute(name="by", type=parse_type("string")),))
    >>> print(verify(Domain(name="shop", resources=(order,))))
    info order.by: it is said in double quotes: "by" [needs_quotes]; give it another name to say it plainly
    """
    return Problems(_remarks(Vocabulary(domain)))


def _remarks(vocabulary: Vocabulary) -> Iterator[Problem]:
    for resource in vocabulary.domain.all_resources:
        yield from _quoted((resource.name,))
        for parts in (
            resource.attributes,
            resource.calculations,
            resource.relationships,
            resource.measures,
            resource.actions,
        ):
            for each in parts:
                yield from _quoted((resource.name, each.name))
    for name, entry in vocabulary.measures.entries.items():
        if len(entry.meaning) > 1:
            of = [vocabulary.domain.name if owner is None else owner.name for owner, _ in entry.meaning]
            hint = "say of which: " + " or ".join(f"{said(name)} of {said(each)}" for each in of)
            yield Problem(dotted(name), "shared_measure", f"it is a measure of {', '.join(of)}", "info", hint)


def _quoted(path: tuple[str, ...]) -> Iterator[Problem]:
    if said(path[-1]) != path[-1]:
        hint = "give it another name to say it plainly"
        yield Problem(dotted(*path), "needs_quotes", f"it is said in double quotes: {said(path[-1])}", "info", hint)
