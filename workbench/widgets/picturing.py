"""The picture beside a form: a resource with its neighbours, a machine's chart, or the whole domain."""

from __future__ import annotations

from workbench.model import Domain, Machine, Resource, State, Transition, er_graph
from workbench.model.address import Address
from workbench.model.expression import write
from workbench.views import Edge, Graph, Node, counted
from workbench.widgets.editing import find

__all__ = ["machine_graph", "pictured"]

_MOST = 16
_MOST_ATTRIBUTES = 40
"""Attributes up to which a picture shows all of them."""


def pictured(domain: Domain, path: Address) -> tuple[Graph, dict[str, Address]]:
    """The graph to look at while ``path`` is edited, and where each of its nodes leads.

    >>> from workbench.model import Resource
    >>> graph, leads = pictured(Domain(name="shop", resources=(Resource(name="order"),)), ("resources", "order", "attributes"))
    >>> leads
    {'order': ('resources', 'order')}
    """
    place = find(domain, path)
    for end in range(len(place.births), 0, -2):
        births = place.births[:end]
        element = find(domain, births).element
        if isinstance(element, Machine):
            return machine_graph(element), {each.name: (*births, "states", each.birth_name) for each in element.states}
        if isinstance(element, Resource):
            return _full_if_small(domain, element.name), _resources(domain, ())
    return _full_if_small(domain), _resources(domain, ())


def _full_if_small(domain: Domain, focus: str | None = None) -> Graph:
    """The diagram of the whole domain or of a resource and its neighbours, with all attributes where they are few."""
    graph = er_graph(domain, focus=focus, most=_MOST)
    shown = [domain.resource(each.id) for each in graph.nodes if domain.has_resource(each.id)]
    few = sum(len(each.attributes) for each in shown) <= _MOST_ATTRIBUTES
    return er_graph(domain, focus=focus, most=_MOST, attributes="all") if few else graph


def _resources(domain: Domain, births: Address) -> dict[str, Address]:
    """The address of each resource by its name, those of composed domains included."""
    found = {each.name: (*births, "resources", each.birth_name) for each in domain.resources}
    for part in domain.domains:
        found = _resources(part, (*births, "domains", part.birth_name)) | found
    return found


def machine_graph(machine: Machine) -> Graph:
    """The chart of a machine: its states, its transitions with what sets them off and what guards them. Words as in SCXML."""
    known = {each.name for each in machine.states}
    mentioned = dict.fromkeys(
        name for each in machine.transitions for name in (*each.sources, each.target) if name not in known
    )
    nodes = [_state(each) for each in machine.states]
    nodes += [Node(name, name, "not declared", tone="bad", shape="round") for name in mentioned]
    starts = [each.name for each in machine.states if each.initial]
    nodes += [Node("\\0start", "", shape="point")] * bool(starts)
    edges = [Edge("\\0start", name) for name in starts]
    edges += [Edge(source, each.target, _label(each), style="dashed" if each.after is not None else "solid")
              for each in machine.transitions for source in each.sources]  # fmt: skip
    alt = f"state chart of {machine.name}: {counted(len(machine.states), 'state')}, {counted(len(machine.transitions), 'transition')}"
    return Graph(tuple(nodes), tuple(edges), alt=alt, node_word="state", edge_word="transition", title=machine.name)


def _state(state: State) -> Node:
    kind = "" if state.kind == "atomic" else state.kind.replace("_", " ")
    detail = ", ".join(filter(None, (kind, f"in {state.parent}" if state.parent else "")))
    return Node(state.name, state.label or state.name, detail, shape="round", tooltip=state.description)


def _label(transition: Transition) -> str:
    parts = [transition.event]
    if transition.after is not None:
        parts.append(f"after {write(transition.after)}")
    if transition.guard is not None:
        parts.append(f"[{write(transition.guard)}]")
    return " ".join(filter(None, parts))
