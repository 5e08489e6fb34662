"""How long it takes to find, classify, apply and merge the changes between two versions of a domain of 300 resources.

A tenth of the resources differ: an attribute renamed, one of another type, one more, one less. The peer compares the two saved texts line
by line, as version control does, and knows nothing of names or of what a change means.
"""

from __future__ import annotations

import difflib

from workbench.errors import Problem, VerificationError
from workbench.evolve import Difference, apply, diff, merge
from workbench.language import dumps
from workbench.model import Attribute, Domain, Resource

from .layout import design
from .timing import in_turn, row

__all__ = ["edited", "run"]

_GOAL = 0.2
_SIZE = 300


def edited(domain: Domain, every: int = 10, first: int = 0) -> Domain:
    """Another version: every ``every``-th resource, from ``first``, has an attribute renamed, one retyped, one removed and one added.

    >>> before = design(20)
    >>> len(diff(before, edited(before)))
    8
    """
    resources = [_edited(each) if index % every == first else each for index, each in enumerate(domain.resources)]
    return domain.model_copy(update={"resources": tuple(resources)})


def _edited(resource: Resource) -> Resource:
    *rest, retyped, last = (each for each in resource.attributes if each.name.startswith("column_"))
    kept = [each for each in resource.attributes if each not in (retyped, last)]
    if rest:
        kept[kept.index(rest[0])] = rest[0].model_copy(update={"name": "renamed", "was": rest[0].name})
    added = Attribute(name="added", type="date")
    return resource.model_copy(update={"attributes": (*kept, retyped.model_copy(update={"type": added.type}), added)})


def run(quick: bool = False) -> list[dict[str, object]]:
    """A row each for finding the changes, classifying, applying and merging them.

    Raises:
        VerificationError: what is measured gives a wrong result, so that its time means nothing.
    """
    # Two designs made apart, as two files give them: nothing is the same object, so that everything is compared.
    before, after = design(_SIZE), edited(design(_SIZE))
    texts = [dumps(each).splitlines() for each in (before, after)]
    changes = diff(before, after).changes
    theirs = edited(before, first=5)
    merged = merge(before, after, theirs).domain
    if not changes or apply(before, changes) != after or merged != edited(after, first=5):
        raise VerificationError(
            [Problem("evolve", "wrong_result", "the changes do not lead from one design to the other")]
        )
    works = {
        "diff": lambda: diff(before, after),
        "lines": lambda: list(difflib.unified_diff(texts[0], texts[1])),
        "classify": lambda: Difference(before, after, changes).classified,
        "apply": lambda: apply(before, changes),
        "merge": lambda: merge(before, after, theirs),
    }
    runs = in_turn(works, 1 if quick else 9)
    peer = ("difflib, line by line", runs["lines"])
    sized = f"{len(changes)} changes in {_SIZE} resources"
    return [
        row(f"diff, {sized}", runs["diff"], goal=_GOAL, peer=peer),
        row(f"classify, {sized}", runs["classify"]),
        row(f"apply, {sized}", runs["apply"]),
        row(f"merge, {sized} on each side", runs["merge"]),
    ]
