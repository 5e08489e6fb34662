"""Composition: what a person asks for, put together from the rooms below.

infer(source)               data or declarations -> a proposal
check(domain, data=…)       every problem of a design, and of data held against it
open_design(path)           a saved design, or the design inferred from whatever is at the path
"""

from workbench.workspace.checking import check
from workbench.workspace.inference import infer, open_design

__all__ = ["check", "infer", "open_design"]
