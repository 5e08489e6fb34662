"""The ways in: a design becomes an explorer, perhaps with its rows, or an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.errors import DefinitionError
from workbench.model import Domain

if TYPE_CHECKING:
    from workbench.widgets.editor import Editor
    from workbench.widgets.explorer import Explorer

__all__ = ["edit", "explore"]


def explore(design: Any, *, data: Any = None, focus: str | None = None, depth: int = 1, most: int = 40) -> Explorer:
    """An interactive picture of ``design``: a domain, or whatever has one (a proposal, a workspace).

    It is panned and zoomed, searched, and focused on a resource and what lies within ``depth`` references of it; a resource opens its
    card. Of a workspace, or with ``data`` (anything ``infer`` takes but DDL, or an object that counts and pages, see
    ``workbench.widgets.data.Data``), it counts rows and shows them, a page at a time. ``most`` is how many resources a picture shows
    unasked. ``design`` is typed ``Any`` because what has a domain is told by having one.

    Raises:
        DefinitionError: ``design`` has no domain, or ``depth`` or ``most`` is out of range.
        NotFoundError: there is no resource ``focus``; the nearest are named.
        VerificationError: the data cannot be read; it carries every problem.
    """
    domain = design if isinstance(design, Domain) else getattr(design, "domain", None)
    if not isinstance(domain, Domain):
        raise DefinitionError(
            f"a {type(design).__name__} has no domain to explore; give a domain, a proposal or a workspace"
        )
    if not 1 <= depth <= 3 or most < 1:
        raise DefinitionError("depth is 1, 2 or 3, and most at least 1")
    from workbench.widgets.data import Data, SourceData, WorkspaceData
    from workbench.widgets.exploration import Exploration
    from workbench.widgets.explorer import Explorer
    from workbench.workspace.session import Workspace

    rows: Data | None = None
    if data is not None:
        rows = data if isinstance(data, Data) else SourceData(domain, data)
    elif isinstance(design, Workspace):
        rows = WorkspaceData(design)
    return Explorer(Exploration(domain, rows, focus=focus, depth=depth, most=most))


def edit(design: Any) -> Editor:
    """A form editor of ``design``: a domain, a saved design (``Design``, whose log the changes are saved to), or whatever has a domain.

    It shows the design as a tree and each of its elements as a form, with its picture, its problems, its changes and its text. What it
    made is ``.domain``; the design it was given stays as it is. ``design`` is typed ``Any`` because what has a domain is told by
    having one.

    Raises:
        DefinitionError: ``design`` has no domain.
    """
    domain = design if isinstance(design, Domain) else getattr(design, "domain", None)
    if not isinstance(domain, Domain):
        raise DefinitionError(f"a {type(design).__name__} has no domain to edit; give a domain, a design or a proposal")
    from workbench.widgets.editing import Editing
    from workbench.widgets.editor import Editor
    from workbench.workspace.design import Design

    return Editor(Editing(domain, design if isinstance(design, Design) else None))
