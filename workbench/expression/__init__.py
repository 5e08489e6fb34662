"""The expression language: text to tree, types, and evaluation in process. SEMANTICS.md beside this file fixes what each form means.

    parse(text)                       text -> tree, or every problem with line and column
    check(tree, domain, resource)     tree -> a typed tree, paths resolved, problems collected
    compile(typed)                    typed tree -> a function of a row

Names load what they need when they are first used: reading a saved design needs the parser alone.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.expression.checking import check
    from workbench.expression.evaluation import compile
    from workbench.expression.functions import FUNCTIONS
    from workbench.expression.parser import parse
    from workbench.expression.typed import Column, Gather, Step, Typed

__all__ = ["FUNCTIONS", "Column", "Gather", "Step", "Typed", "check", "compile", "parse"]

_HOMES = {
    "FUNCTIONS": "functions", "Column": "typed", "Gather": "typed", "Step": "typed", "Typed": "typed", "check": "checking",
    "compile": "evaluation", "parse": "parser",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
