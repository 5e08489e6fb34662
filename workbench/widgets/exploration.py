"""What is looked at, and what each message does to it: the explorer without any front end.

``hear`` takes a message as it came and gives answers, plain data that JSON can carry:

    picture   an SVG document of our own, what its boxes are, the trail that led to it
    card      the HTML of a resource's card, also our own, with its neighbours
    matches   what a search found
    reveal    show this resource, which is in the picture already
    count     how many rows a resource has
    page      a page of rows, as texts, sensitive ones masked
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from workbench.display.html import html
from workbench.display.picture import picture
from workbench.display.values import number, value
from workbench.errors import AdapterError, Problem, VerificationError, WorkbenchError
from workbench.evidence import private_by_name
from workbench.model import Domain, Resource
from workbench.model.cards import card
from workbench.model.diagram import Extent, er_graph, parts
from workbench.model.references import references
from workbench.views import Graph, Node, Stack, counted, mask
from workbench.widgets import messages
from workbench.widgets.data import Data
from workbench.widgets.searching import Index

__all__ = ["Answer", "Exploration", "Step"]

Answer: TypeAlias = dict[str, Any]

PAGE = 20
"""Rows on a page."""
_FEW, _FEW_ATTRIBUTES = 12, 80
"""Resources and attributes up to which the first picture shows all of them."""
_MOST_NAMED = 8
_MOST_STEPS = 12
"""Steps the trail keeps beside the first picture."""


@dataclass(frozen=True, slots=True)
class Step:
    """One picture of the trail: the first one, a part, everything, or a resource with what lies within ``depth`` references."""

    kind: Literal["domain", "part", "all", "resource"]
    name: str = ""
    depth: int = 1


class Exploration:
    """The state of one explorer: the trail of pictures, which card is open.

    ``most`` is how many resources a picture shows unasked. Pictures and cards are asked for one at a time; rows and counts, which only
    read, by any thread.

    Raises:
        NotFoundError: there is no resource ``focus``; the nearest are named.
    """

    def __init__(
        self, domain: Domain, data: Data | None = None, *, focus: str | None = None, depth: int = 1, most: int = 40
    ) -> None:
        self.domain, self.data = domain, data
        self._most = most
        self._names = {each.name for each in domain.all_resources}
        self._lines = references(domain)
        self._index: Index | None = None
        self._extent: Extent | None = None
        self._card = ""
        self._trail = [Step("domain")]
        if focus is not None:
            self._trail.append(Step("resource", domain.resource(focus).name, depth))
        self._drawn = self.graph()

    @property
    def trail(self) -> tuple[Step, ...]:
        """The pictures that led here, the present one last."""
        return tuple(self._trail)

    def graph(self) -> Graph:
        """The picture that stands."""
        step, domain, extent = self._trail[-1], self.domain, self._shown_extent()
        match step.kind:
            case "resource":
                return er_graph(domain, focus=step.name, depth=step.depth, most=self._most, attributes=extent)
            case "part":
                return er_graph(domain, only=parts(domain)[step.name], most=self._most, attributes=extent)
            case "all":
                return er_graph(domain, most=max(len(domain.all_resources), 1), attributes=extent)
            case _:
                return er_graph(domain, most=self._most, attributes=extent)

    def hear(self, content: object) -> Iterator[Answer]:
        """The answers to a message, as they are found.

        Raises:
            VerificationError: it is no message (code ``refused_message``), or asks for what is not there.
            NotFoundError: it names something that does not exist; the nearest are named.
            AdapterError: there are no rows, or they cannot be read.
        """
        return self.answer(messages.read(content))

    def answer(self, message: messages.Message) -> Iterator[Answer]:
        """The answers to a message that was read. Errors as ``hear``."""
        match message:
            case messages.Counts():
                yield from self._counts()
            case messages.Rows():
                yield self._page(message)
            case messages.Search():
                yield self._matches(message.text)
            case messages.Ready():
                yield self._picture()
                yield self._shown_card()
            case messages.Go():
                yield from self._go(message.resource)
            case messages.Open():
                self._card = self.domain.resource(message.resource).name
                yield self._shown_card()
            case messages.Close():
                self._card = ""
                yield self._shown_card()
            case messages.Stop() | messages.Gone():
                pass
            case _:
                self._change(message)
                yield self._picture()

    def source(self, name: str = "domain") -> str:
        """The call that opens what is looked at now; ``name`` is what the design is called in it.

        >>> from workbench.model import Resource
        >>> Exploration(Domain(name="shop", resources=(Resource(name="order"),)), focus="order").source("shop")
        "wb.explore(shop, focus='order')"
        """
        step = self._trail[-1]
        given = [f"focus={step.name!r}"] if step.kind == "resource" else []
        given += [f"depth={step.depth}"] if step.kind == "resource" and step.depth != 1 else []
        given += [f"most={len(self.domain.all_resources)}"] if step.kind == "all" else []
        return f"wb.explore({', '.join([name, *given])})"

    # --- pictures ---------------------------------------------------------------------------------------------------------------

    def _change(self, message: messages.Message) -> None:
        """Take the step that ``message`` asks for."""
        match message:
            case messages.Focus():
                self._walk(Step("resource", self.domain.resource(message.resource).name, message.depth))
            case messages.Part():
                if message.name not in parts(self.domain):
                    raise _absent("part", f"there is no part called {mask(message.name, sensitive=False)!r}")
                self._walk(Step("part", message.name))
            case messages.All():
                self._walk(Step("all"))
            case messages.Attributes():
                self._extent = message.extent
            case messages.Back():
                if message.step >= len(self._trail):
                    raise _absent("step", f"the trail has {counted(len(self._trail), 'step')}")
                del self._trail[message.step + 1 :]
        self._drawn = self.graph()

    def _walk(self, step: Step) -> None:
        """Go on to ``step``; the same place at another depth replaces the last step, and of many steps the early ones are forgotten."""
        last = self._trail[-1]
        if (last.kind, last.name) == (step.kind, step.name):
            self._trail.pop()
        self._trail.append(step)
        del self._trail[1 : max(len(self._trail) - _MOST_STEPS, 1)]
        self._drawn = self.graph()

    def _shown_extent(self) -> Extent:
        """The attributes boxes show: those asked for, else of everything the names only, of few resources all, else the keys."""
        if self._extent is not None:
            return self._extent
        resources = self.domain.all_resources
        few = len(resources) <= _FEW and sum(len(each.attributes) for each in resources) <= _FEW_ATTRIBUTES
        return "none" if self._trail[-1].kind == "all" else "all" if few else "keys"

    def _is_overview(self) -> bool:
        """Whether the picture leaves out some of what it is of, and therefore all attributes."""
        step = self._trail[-1]
        whole = {"domain": self._names, "part": parts(self.domain).get(step.name, ())}.get(step.kind, ())
        return len(whole) > self._most

    def _picture(self) -> Answer:
        graph, step = self._drawn, self._trail[-1]
        drawing = picture(graph, is_live=True)
        shown = sum(node.id in self._names for node in graph.nodes)
        return {
            "type": "picture",
            "svg": drawing.svg,
            "alt": graph.alt,
            "nodes": [self._node(node, graph) for node in graph.nodes],
            "legend": [list(pair) for pair in graph.legend],
            "trail": [self._label(each) for each in self._trail],
            "kind": step.kind,
            "focus": next((place for place, node in enumerate(graph.nodes) if node.id == step.name), -1),
            "depth": step.depth,
            "extent": "" if self._is_overview() else self._shown_extent(),
            "hidden": graph.hidden,
            "total": len(self._names),
            "told": self._told(graph, shown, drawing.note),
            "source": self.source(),
            "has_rows": self.data is not None,
        }

    def _told(self, graph: Graph, shown: int, note: str) -> str:
        total = len(self._names)
        if graph.node_word == "part":
            told = f"{counted(total, 'resource')} in {counted(len(graph.nodes), 'part')}"
        else:
            told = f"{number(shown)} of {counted(total, 'resource')}" if graph.hidden else counted(total, "resource")
        return f"{told}, {counted(len(graph.edges), graph.edge_word)}{'. ' + note if note else ''}"

    def _label(self, step: Step) -> str:
        whole = self.domain.label or self.domain.name
        return {"domain": whole, "all": "all resources"}.get(step.kind, step.name)

    def _node(self, node: Node, graph: Graph) -> Answer:
        kind = "part" if graph.node_word == "part" else "resource" if node.id in self._names else "unknown"
        said = [node.label, "not in this domain" if kind == "unknown" else kind]
        if kind == "part":
            said.append(node.detail)
        elif kind == "resource":
            away, back = self._neighbours(node.id)
            said += [
                f"{word} {_some(names)}" for word, names in (("refers to", away), ("referred to by", back)) if names
            ]
        return {"name": node.id, "kind": kind, "label": node.label, "says": ", ".join(said)}

    # --- cards and searching ----------------------------------------------------------------------------------------------------

    def _neighbours(self, name: str) -> tuple[list[str], list[str]]:
        """What ``name`` refers to, and what refers to it."""
        away = dict.fromkeys(line.target for line in self._lines if line.holder == name)
        back = dict.fromkeys(line.holder for line in self._lines if line.target == name)
        return list(away), list(back)

    def _shown_card(self) -> Answer:
        """The card that is open, without its own picture of the neighbours: they are seen already."""
        if not self._card:
            return {"type": "card", "resource": ""}
        view = card(self.domain.resource(self._card))
        if isinstance(view, Stack):
            kept = [place for place, child in enumerate(view.children) if not isinstance(child, Graph)]
            children = tuple(view.children[place] for place in kept)
            view = replace(view, title="", children=children, folded=tuple(view.folded[place] for place in kept))
        away, back = self._neighbours(self._card)
        return {
            "type": "card",
            "resource": self._card,
            "html": str(html(view)),
            "refers_to": [name for name in away if name in self._names],
            "referred_to_by": back,
            "has_rows": self.data is not None,
        }

    def _matches(self, text: str) -> Answer:
        if self._index is None:
            self._index = Index(self.domain)
        found = self._index.matches(text)
        keys = ("resource", "attribute", "label", "note", "alike")
        return {
            "type": "matches",
            "text": text,
            "matches": [{key: getattr(match, key) for key in keys} for match in found],
        }

    def _go(self, name: str) -> Iterator[Answer]:
        self._card = self.domain.resource(name).name
        if name not in {node.id for node in self._drawn.nodes}:
            self._walk(Step("resource", name))
            yield self._picture()
        yield {"type": "reveal", "resource": name}
        yield self._shown_card()

    # --- rows -------------------------------------------------------------------------------------------------------------------

    def _bound(self) -> Data:
        if self.data is None:
            hint = "pass the data: wb.explore(domain, data=…), or a workspace"
            raise AdapterError("there are no rows: no data is bound to this design", code="no_data", hint=hint)
        return self.data

    def _counts(self) -> Iterator[Answer]:
        """The count of each resource that is drawn; those that cannot be counted say why."""
        data = self._bound()
        names = [node.id for node in self._drawn.nodes if node.id in self._names]
        failed: list[str] = []
        for name in names:
            try:
                found, why = number(data.count(name)), ""
            except WorkbenchError as error:
                found, why = "", str(error)
                failed.append(why)
            yield {"type": "count", "resource": name, "rows": found, "why": why}
        told = f"rows of {counted(len(names), 'resource')} counted"
        if failed:
            told = f"rows of {len(names) - len(failed)} of {counted(len(names), 'resource')} counted; {failed[0]}"
        yield {"type": "counted", "told": told if names else ""}

    def _page(self, asked: messages.Rows) -> Answer:
        data, resource = self._bound(), self.domain.resource(asked.resource)
        if asked.sort:
            resource.attribute(asked.sort)
        page = data.page(resource.name, asked.first, PAGE, asked.sort, asked.descending)
        masked = _masked(resource)
        rows = [
            [_text(cell, name in masked) for name, cell in zip(page.columns, row, strict=True)] for row in page.rows
        ]
        numeric = {each.name for each in resource.attributes if str(each.type).startswith(_NUMBERS)}
        return {
            "type": "page",
            "resource": resource.name,
            "request": asked.request,
            "columns": [
                {"name": name, "masked": name in masked, "numeric": name in numeric - masked} for name in page.columns
            ],
            "rows": rows,
            "first": asked.first,
            "size": PAGE,
            "total": page.total,
            "told": _extent(asked.first, len(rows), page.total),
            "sort": asked.sort,
            "descending": asked.descending,
        }


_NUMBERS = ("integer", "float", "decimal")


def _masked(resource: Resource) -> set[str]:
    return {each.name for each in resource.attributes if each.sensitive or private_by_name(each.name, resource.name)}


def _text(cell: Any, is_masked: bool) -> str | None:
    """A cell as it may be shown; an absent one stays absent."""
    if cell is None:
        return None
    if isinstance(cell, bool | float) and not is_masked:
        return value(cell)
    return mask(cell, is_masked)  # whole numbers may be years or codes: they are shown without separators


def _extent(first: int, shown: int, total: int) -> str:
    if not shown:
        return f"no rows after row {number(first)} of {number(total)}" if first and total else "no rows"
    return f"rows {number(first + 1)}–{number(first + shown)} of {number(total)}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _absent(place: str, message: str) -> VerificationError:
    return VerificationError([Problem(place, "refused_message", message, hint="nothing was done")], "explorer")
