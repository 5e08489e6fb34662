"""Changes of a domain: found between two versions, applied to one, inverted."""

from workbench.evolve.application import apply, invert
from workbench.evolve.difference import diff

__all__ = ["apply", "diff", "invert"]
