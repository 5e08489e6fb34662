"""Changes of a domain: found between two versions, applied to one, inverted, classified, merged.

diff(before, after)          what changed, and how dangerous that is
apply(domain, changes)       a domain after changes
invert(changes)              the changes that undo them
classify(before, changes)    safe, risky or breaking, and why
merge(base, ours, theirs)    two lines of work in one domain, or the conflicts between them
rename, split, extract_lookup, move_attribute
                             the domain said in another way, and where the values of what is new come from
"""

from workbench.evolve.application import apply, invert
from workbench.evolve.classification import Classified, classify
from workbench.evolve.comparison import Difference, diff
from workbench.evolve.merging import Merge, merge
from workbench.evolve.refactorings import extract_lookup, move_attribute, rename, split
from workbench.evolve.refactorings_value import Refactoring
from workbench.evolve.rules import Finding, register_classifier

__all__ = [
    "Classified",
    "Difference",
    "Finding",
    "Merge",
    "Refactoring",
    "apply",
    "classify",
    "diff",
    "extract_lookup",
    "invert",
    "merge",
    "move_attribute",
    "register_classifier",
    "rename",
    "split",
]
