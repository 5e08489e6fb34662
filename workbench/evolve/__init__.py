"""Changes of a domain: found between two versions, applied to one, inverted, classified, merged.

diff(before, after)          what changed, and how dangerous that is
apply(domain, changes)       a domain after changes
invert(changes)              the changes that undo them
classify(before, changes)    safe, risky or breaking, and why
merge(base, ours, theirs)    two lines of work in one domain, or the conflicts between them
"""

from workbench.evolve.application import apply, invert
from workbench.evolve.classification import Classified, classify
from workbench.evolve.comparison import Difference, diff
from workbench.evolve.merging import Merge, merge
from workbench.evolve.rules import Finding, register_classifier

__all__ = [
    "Classified",
    "Difference",
    "Finding",
    "Merge",
    "apply",
    "classify",
    "diff",
    "invert",
    "merge",
    "register_classifier",
]
