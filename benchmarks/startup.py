"""How long a command takes that only looks at a design: `workbench check` on a saved one, from the start of the process to its end.

Beside it, in the same rounds: an empty program, our own imports, and what importing pydantic costs anyone who builds a model with it
(the peer). A last row counts the heavy libraries that checking loads though it has no use for them.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from workbench.language import save
from workbench.model import Domain, Rule

from .layout import design
from .timing import fresh_processes, in_turn, row

__all__ = ["HEAVY", "heavy", "run"]

HEAVY = ("IPython", "duckdb", "ipywidgets", "lark", "numpy", "openai", "pandas", "pyarrow", "sqlglot")
"""Libraries that checking a design has no use for."""

_ROUNDS = 9
_CHECKS = ("workbench check, 8 resources", "workbench check, 300 resources")
_GOAL = 0.6
_PEER = "from pydantic import BaseModel"
_IMPORTS = ("import workbench", "import workbench.model")


def run(quick: bool = False) -> list[dict[str, object]]:
    """A row for each command and import, then one that counts the heavy libraries loaded, with their names in ``loaded``."""
    with tempfile.TemporaryDirectory() as folder, fresh_processes() as python:
        commands: dict[str, tuple[str, ...]] = {}
        for name, count in zip(_CHECKS, (8, 300), strict=True):
            saved = str(Path(folder, f"{count}.json"))
            save(_with_rules(design(count)), saved)
            commands[name] = ("-m", "workbench", "check", saved, "--json")
        for code in (*_IMPORTS, "pass", "import pydantic", _PEER):
            commands[code] = ("-c", code)
        works = {name: partial(python, *command) for name, command in commands.items()}
        in_turn(works, 1)  # compiles what is imported
        runs = in_turn(works, 1 if quick else _ROUNDS)
        loaded = heavy(python("-X", "importtime", *commands[_CHECKS[0]]))
    rows = [
        row(
            name if name in _CHECKS else f"python -c '{name}'",
            each,
            goal=_GOAL if name in _CHECKS else None,
            peer=(_PEER, runs[_PEER]) if name in (*_CHECKS, *_IMPORTS) else None,
        )
        for name, each in runs.items()
    ]
    return [
        *rows,
        {
            "name": "heavy libraries loaded by workbench check",
            "value": len(loaded),
            "unit": "libraries",
            "goal": 0,
            "loaded": loaded,
        },
    ]


def _with_rules(domain: Domain) -> Domain:
    """The same design with a rule in every resource, so that expressions are read and typed as well."""
    rule = Rule(name="counted", condition="id > 0 and column_0 is not null")
    return domain.model_copy(
        update={"resources": tuple(each.model_copy(update={"rules": (rule,)}) for each in domain.resources)}
    )


def heavy(report: str) -> list[str]:
    """The libraries of ``HEAVY`` that stand in a report of ``python -X importtime``, in alphabetical order.

    >>> heavy("import time:  120 |  300 |   lark.lexer\\nimport time:  80 |  80 | larkspur")
    ['lark']
    """
    modules = (line.rpartition("|")[2].strip() for line in report.splitlines() if line.startswith("import time:"))
    return sorted({module.partition(".")[0] for module in modules} & set(HEAVY))
