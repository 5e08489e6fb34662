"""A domain design workbench for JupyterLab.

    import workbench as wb

Names load what they need when they are first used; ``import workbench`` itself loads neither DuckDB nor pandas nor a language model.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from workbench.views import Bundle, View, register_renderer

if TYPE_CHECKING:
    from workbench.model.expression import Node

__version__ = "0.1.0"

_HOMES = {
    "AdapterError": "workbench.errors",
    "Change": "workbench.model.change",
    "Claim": "workbench.evidence",
    "ConflictError": "workbench.errors",
    "DefinitionError": "workbench.errors",
    "Design": "workbench.workspace.design",
    "Domain": "workbench.model",
    "Evidence": "workbench.evidence",
    "ForbiddenError": "workbench.errors",
    "NotFoundError": "workbench.errors",
    "Options": "workbench.evidence",
    "Outcome": "workbench.actions",
    "Problem": "workbench.errors",
    "Problems": "workbench.errors",
    "Proposal": "workbench.evidence",
    "Result": "workbench.workspace",
    "SourceOptions": "workbench.store",
    "VerificationError": "workbench.errors",
    "WorkbenchError": "workbench.errors",
    "Workspace": "workbench.workspace.session",
    "check": "workbench.workspace",
    "diff": "workbench.evolve",
    "doctor": "workbench.cli.doctor",
    "edit": "workbench.widgets",
    "explore": "workbench.widgets",
    "export": "workbench.emit",
    "infer": "workbench.workspace",
    "load": "workbench.language",
    "merge": "workbench.evolve",
    "migrate": "workbench.workspace.migrating",
    "open": "workbench.workspace.session",
    "parse": "workbench.language",
    "rows": "workbench.workspace",
    "save": "workbench.language",
}
"""Public name -> the module that defines it."""

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in ("model", "patterns", "testing"):
        return import_module(f"workbench.{name}")
    raise AttributeError(f"module 'workbench' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "model", "patterns", "testing"])


def load_ipython_extension(shell: Any) -> None:
    """Do what ``%load_ext workbench`` promises: see ``workbench.extension``."""
    import_module("workbench.extension").load_ipython_extension(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Undo it (``%unload_ext workbench``)."""
    import_module("workbench.extension").unload_ipython_extension(shell)


def _render(view: View) -> Bundle:
    render = import_module("workbench.display").render
    return render(view)  # type: ignore[no-any-return]


def parse_expression(text: str) -> Node:
    """The tree of an expression: what fields of the model read text with, which lie below the grammar."""
    parse = import_module("workbench.expression").parse
    return parse(text)  # type: ignore[no-any-return]


def installed_sections() -> (
    Any
):  # a ``workbench.language.sections.Sections``, which must not be imported for a type either
    """The sections of third parties that are installed: what cards show and changes are judged by, which lie below them."""
    return import_module("workbench.language.sections").Sections()


register_renderer(_render)
