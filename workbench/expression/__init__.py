"""The expression language: text to tree, types, and evaluation in process. SEMANTICS.md beside this file fixes what each form means.

parse(text)                       text -> tree, or every problem with line and column
check(tree, domain, resource)     tree -> a typed tree, paths resolved
compile(typed)                    typed tree -> a function of a row
"""

from workbench.expression.parser import parse

__all__ = ["parse"]
