"""Composition: what a person asks for, put together from the rooms below.

infer(source)               data or declarations -> a proposal
check(domain, data=…)       every problem of a design, and of data held against it
rows(source, resource, …)   the rows behind a claim, a page at a time
open_design(path)           a saved design, or the design inferred from whatever is at the path
"""

from workbench.workspace.checking import check
from workbench.workspace.inference import infer, open_design
from workbench.workspace.rows import Result, rows

__all__ = ["Result", "check", "infer", "open_design", "rows"]
