"""Plain display data: what a result wants to show, without saying how.

Everything that can be shown offers ``view()`` and returns one of these frozen values; the ``display`` room alone turns them
into HTML, SVG and text. Views hold plain strings: escaping is the renderer's work, so a hostile name is harmless here.

    View
     ├─ Text    a paragraph, with a tone
     ├─ Code    source in a language
     ├─ Table   columns and rows, perhaps one page of many
     ├─ Graph   nodes with rows, edges with ends, clusters
     ├─ Tree    nested labels
     ├─ Chart   bars, lines or a histogram
     └─ Stack   several views under one title, each open or folded
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

__all__ = [
    "Bundle",
    "Cell",
    "Chart",
    "Cluster",
    "Code",
    "Column",
    "Edge",
    "End",
    "Field",
    "Graph",
    "Node",
    "Series",
    "Stack",
    "Table",
    "Text",
    "Tone",
    "Tree",
    "View",
    "Viewable",
    "counted",
    "mask",
    "register_renderer",
]

Tone: TypeAlias = Literal["plain", "good", "warning", "bad", "muted", "accent"]
"""What a mark means. A renderer pairs each tone with a sign and a colour: colour never stands alone."""

Cell: TypeAlias = str | int | float | bool | None
"""One table cell. ``None`` is shown as an absent value, never as the word."""


Bundle: TypeAlias = dict[str, Any]  # MIME type -> data, as Jupyter's display protocol defines it

_renderer: list[Callable[[View], Bundle]] = []


def counted(count: int, noun: str) -> str:
    """``count`` and ``noun``, in the plural where it belongs.

    >>> counted(1, "row"), counted(1200, "row"), counted(2, "entry"), counted(0, "near miss")
    ('1 row', '1,200 rows', '2 entries', '0 near misses')
    """
    if count == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{count:,} {noun[:-1]}ies"
    return f"{count:,} {noun}{'es' if noun.endswith(('s', 'x', 'ch', 'sh')) else 's'}"


def mask(value: object, sensitive: bool) -> str:
    """A value as it may be shown: as it is, or only its length and shape where it is sensitive.

    >>> mask("ada@example.org", sensitive=True), mask(7602, sensitive=False)
    ('a•••••••••••••• (15 characters)', '7602')
    """
    text = str(value)
    if not sensitive or not text:
        return text if len(text) <= 80 else text[:79] + "…"
    return f"{text[0]}{'•' * min(len(text) - 1, 20)} ({counted(len(text), 'character')})"


def register_renderer(renderer: Callable[[View], Bundle]) -> None:
    """Make ``renderer`` the one that turns views into MIME bundles.

    ``workbench`` registers a lazy one at import, so that everything shows itself in a notebook without any further step.
    """
    _renderer[:] = [renderer]


class Viewable(ABC):
    """Something that shows itself: it offers a view, and Jupyter asks it for a MIME bundle. A view is its own view."""

    __slots__ = ()

    @abstractmethod
    def view(self) -> View:
        """The view of this value: plain data, ready for any renderer."""

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None, **_: object
    ) -> Mapping[str, Any] | None:
        return _renderer[0](self.view()) if _renderer else None


class _Shown(Viewable):
    __slots__ = ()

    def view(self) -> View:
        """Itself."""
        return self  # type: ignore[return-value]  # only the members of View inherit from this


@dataclass(frozen=True, slots=True)
class Text(_Shown):
    """A paragraph of plain text; blank lines part paragraphs."""

    body: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Code(_Shown):
    """Source text in a named language (``sql``, ``python``, ``json``, …)."""

    source: str
    language: str = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: its heading, and whether numbers are aligned right and shares drawn as small bars."""

    label: str
    kind: Literal["text", "number", "share", "code", "tone"] = "text"


@dataclass(frozen=True, slots=True)
class Table(_Shown):
    """Rows under columns. ``total`` is the true number of rows when ``rows`` is one page of them, ``first`` the place (from 0)
    of the page's first row among them.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    total: int | None = None
    tones: tuple[Tone, ...] = ()
    """One tone a row, or empty."""
    first: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """One line inside a graph node: a port that edges can leave from, a label, its type, and marks.

    Marks of at most two characters (``PK``, ``FK``) stand before the label, longer ones (``sensitive``) behind it.
    """

    port: str
    label: str
    detail: str = ""
    marks: tuple[str, ...] = ()
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Node:
    """A box (or state, or step) with an optional list of fields."""

    id: str
    label: str
    detail: str = ""
    fields: tuple[Field, ...] = ()
    cluster: str = ""
    tone: Tone = "plain"
    shape: Literal["box", "round", "point", "final", "diamond"] = "box"
    tooltip: str = ""


End: TypeAlias = Literal["none", "arrow", "one", "zero_or_one", "many", "one_or_many", "zero_or_many"]
"""How an edge meets a node. All but ``none`` and ``arrow`` are crow's-foot cardinalities."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two nodes, leaving and entering at ports when they are named."""

    source: str
    target: str
    label: str = ""
    source_port: str = ""
    target_port: str = ""
    source_end: End = "none"
    target_end: End = "arrow"
    tone: Tone = "plain"
    style: Literal["solid", "dashed", "dotted"] = "solid"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A named frame around the nodes that say ``cluster=id``."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Graph(_Shown):
    """Nodes and edges. ``alt`` says in one sentence what the picture shows, for those who cannot see it; ``node_word`` and
    ``edge_word`` are what the domain calls them; ``legend`` pairs signs with their meaning.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    title: str = ""
    alt: str = ""
    direction: Literal["right", "down"] = "right"
    hidden: int = 0
    """How many nodes exist beyond those drawn."""
    node_word: str = "node"
    edge_word: str = "edge"
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tree(_Shown):
    """A label with children; ``detail`` stands behind it in a quieter voice."""

    label: str
    children: tuple[Tree, ...] = ()
    detail: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Series:
    """A named run of values, one per category of its chart."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart(_Shown):
    """Values by category. ``unit`` stands at the value axis (``rows``, ``ms``, ``%``)."""

    kind: Literal["bar", "line", "histogram"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    title: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Stack(_Shown):
    """Views below one another under a title; ``folded`` ones open on a click and print after the rest."""

    title: str
    children: tuple[View, ...]
    detail: str = ""
    folded: tuple[bool, ...] = field(default=())


View: TypeAlias = Text | Code | Table | Graph | Tree | Chart | Stack
