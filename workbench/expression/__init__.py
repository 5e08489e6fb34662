"""The expression language: text to tree, types, and evaluation in process. SEMANTICS.md beside this file fixes what each form means.

parse(text)                       text -> tree, or every problem with line and column
check(tree, domain, resource)     tree -> a typed tree, paths resolved
compile(typed)                    typed tree -> a function of a row
"""

from workbench.expression.checking import check
from workbench.expression.evaluation import compile
from workbench.expression.functions import FUNCTIONS
from workbench.expression.parser import parse
from workbench.expression.typed import Column, Gather, Step, Typed

__all__ = ["FUNCTIONS", "Column", "Gather", "Step", "Typed", "check", "compile", "parse"]
