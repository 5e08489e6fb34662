"""The ER picture of a domain: resources as tables, references as lines whose crow's feet show the true cardinality.

Past ``most`` resources the first picture is an overview, and says what it leaves out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Literal, TypeAlias

from workbench.model.domain import Domain
from workbench.model.references import Reference, foreign_keys, references
from workbench.model.resource import Attribute, Resource
from workbench.model.types import ArrayType, EnumType, StructType, Type
from workbench.views import Cluster, Edge, Field, Graph, Node, Tone, counted

__all__ = ["Extent", "er_graph", "parts", "short_type"]

Extent: TypeAlias = Literal["keys", "all", "none"]
"""Which attributes a box shows: those that identify, refer or move; all of them; none."""

_MOST_HUBS = 24
"""Resources in an overview without clusters: as many as one page shows at a readable size."""
_MOST_CONNECTIONS = 2
"""Connections between parts drawn in an overview, for each part."""
_MOST_FIELDS = 60
"""Attributes drawn in one box; keys and references always are."""
_MOST_NAMED = 14
"""Resources without rows up to which every line carries its name; beyond, only those that run beside another."""
_LEGEND = {
    "PK": "key",
    "FK": "reference",
    "UQ": "unique",
    "?": "may be absent",
    "sensitive": "masked when shown",
    "state": "moved by a machine",
}


def er_graph(
    domain: Domain,
    *,
    focus: str | None = None,
    depth: int = 1,
    most: int = 40,
    attributes: Extent = "keys",
    rows: Mapping[str, int] | None = None,
    only: Collection[str] | None = None,
) -> Graph:
    """The ER diagram of ``domain``, of its resources named in ``only``, or of what lies within ``depth`` references of ``focus``.

    Of more than ``most`` resources an overview is drawn: its clusters with the references between them, or the most connected
    resources with their neighbours; ``Graph.hidden`` counts the resources left out. ``rows`` are row counts by resource.

    Raises:
        NotFoundError: no resource is called ``focus``.
        ValueError: ``depth`` is negative or ``most`` is less than one.
    """
    if depth < 0 or most < 1:
        raise ValueError("depth is at least 0 and most at least 1")
    lines = references(domain)
    resources = {resource.name: resource for resource in reversed(domain.all_resources)}
    ordered = list(dict.fromkeys(resource.name for resource in domain.all_resources))
    if focus is not None:
        domain.resource(focus)
        near = _neighbourhood(focus, lines, depth, most)
        return _drawn(domain, [name for name in ordered if name in near], lines, attributes, rows, focus)
    if only is not None:
        ordered = [name for name in ordered if name in only]
        lines = tuple(line for line in lines if line.holder in only and (line.target in only or not line.is_known))
    if len(ordered) <= most:
        return _drawn(domain, ordered, lines, attributes, rows)
    clusters = _clusters(domain)
    if only is None and 3 <= len(set(clusters.values())) <= most and len(clusters) >= 0.8 * len(resources):
        return _cluster_overview(domain, ordered, clusters, lines)
    hubs = _hubs(ordered, lines, min(most, _MOST_HUBS))
    degrees = Counter(name for line in lines if line.is_known for name in {line.holder, line.target})
    details = {name: counted(degrees[name], "reference") for name in hubs}
    return _drawn(domain, [name for name in ordered if name in hubs], lines, "none", rows, details=details)


def short_type(type_: Type) -> str:
    """A type in few letters: enums by how many values they have, structs by how many parts.

    >>> from workbench.model import parse_type
    >>> short_type(parse_type("enum('a', 'b')")), short_type(parse_type("array(date)"))
    ('enum (2)', 'array(date)')
    """
    match type_:
        case EnumType():
            return f"enum ({len(type_.values)})"
        case StructType():
            return f"struct ({len(type_.fields)})"
        case ArrayType():
            return f"array({short_type(type_.item)})"
        case _:
            return str(type_)


def parts(domain: Domain) -> dict[str, tuple[str, ...]]:
    """The parts an overview of ``domain`` shows: cluster -> its resources, those of none under ``other``."""
    clusters = _clusters(domain)
    members: dict[str, dict[str, None]] = defaultdict(dict)
    for resource in domain.all_resources:
        members[clusters.get(resource.name, "other")][resource.name] = None
    return {name: tuple(found) for name, found in members.items()}


def _neighbourhood(focus: str, lines: Iterable[Reference], depth: int, most: int) -> set[str]:
    near: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        near[line.holder].append(line.target)
        near[line.target].append(line.holder)
    reached = {focus: 0}
    for distance in range(1, depth + 1):
        edge = [name for name, steps in reached.items() if steps == distance - 1]
        for name in (each for start in edge for each in near[start]):
            if len(reached) < most:
                reached.setdefault(name, distance)
    return set(reached)


def _clusters(domain: Domain, inside: str = "") -> dict[str, str]:
    """Resource name -> the cluster it is drawn in: its own, else the composed domain it comes from."""
    found = {each.name: each.cluster or inside for each in domain.resources if each.cluster or inside}
    for part in domain.domains:
        found = _clusters(part, part.label or part.name) | found
    return found


def _hubs(ordered: list[str], lines: Iterable[Reference], most: int) -> set[str]:
    """The most connected resources, each with its most connected neighbours, ``most`` in all."""
    near: dict[str, set[str]] = {name: set() for name in ordered}
    for line in lines:
        if line.is_known and line.holder != line.target:
            near[line.holder].add(line.target)
            near[line.target].add(line.holder)
    place = {name: index for index, name in enumerate(ordered)}

    def by_degree(names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: (-len(near[name]), place[name]))

    chosen: dict[str, None] = {}
    for hub in by_degree(ordered):
        for name in (hub, *by_degree(near[hub])[:6]):
            if len(chosen) < most:
                chosen[name] = None
    return set(chosen)


def _cluster_overview(
    domain: Domain, ordered: list[str], clusters: Mapping[str, str], lines: Iterable[Reference]
) -> Graph:
    named = {name: clusters.get(name, "other") for name in ordered}
    members = parts(domain)
    counts = Counter((named[line.holder], named[line.target]) for line in lines if line.is_known)
    nodes = tuple(
        Node(cluster, cluster, counted(len(names), "resource"), tooltip=", ".join(names))
        for cluster, names in members.items()
    )
    edges = _connections({pair: count for pair, count in counts.items() if pair[0] != pair[1]})
    drawn = edges[: _MOST_CONNECTIONS * len(nodes)]
    title = _title(domain)
    weaker = f"; the {len(edges) - len(drawn)} weakest connections are left out" if len(edges) > len(drawn) else ""
    return Graph(
        nodes,
        drawn,
        title=title,
        alt=f"{title}: overview of {counted(len(ordered), 'resource')} in {counted(len(nodes), 'part')}; numbers count references{weaker}",
        hidden=len(ordered),
        node_word="part",
        edge_word="connection",
        legend=(("3", f"references between two parts{weaker}"),),
    )


def _connections(counts: Mapping[tuple[str, str], int]) -> tuple[Edge, ...]:
    """One line for both directions between two parts, the strongest first, with an arrow on each side that is referred to."""
    edges = []
    for (one, other), count in counts.items():
        back = counts.get((other, one), 0)
        if count > back or (count == back and one < other):
            edges.append((count + back, Edge(one, other, f"{count + back}", source_end="arrow" if back else "none")))
    return tuple(edge for _, edge in sorted(edges, key=lambda pair: -pair[0]))


def _title(domain: Domain) -> str:
    return domain.label or domain.name


def _drawn(
    domain: Domain,
    names: list[str],
    lines: Iterable[Reference],
    attributes: Extent,
    rows: Mapping[str, int] | None,
    focus: str | None = None,
    details: Mapping[str, str] | None = None,
) -> Graph:
    shown = set(names)
    clusters = {name: cluster for name, cluster in _clusters(domain).items() if name in shown}
    if len(set(clusters.values())) == 1 and len(clusters) == len(names):
        clusters = {}  # one frame around everything says nothing
    details = dict(details or {}) | {name: counted(count, "row") for name, count in (rows or {}).items()}
    nodes = _nodes(domain, names, foreign_keys(lines), attributes, clusters, details, focus)
    lines = [line for line in lines if line.holder in shown and (line.target in shown or not line.is_known)]
    unknown = dict.fromkeys(line.target for line in lines if not line.is_known)
    ghosts = [Node(f"?{name}", name, "not in this domain", tone="bad") for name in unknown]
    ports = {node.id: {field.port for field in node.fields} for node in nodes}
    between = Counter((line.holder, line.target) for line in lines)
    few = len(names) <= _MOST_NAMED
    title = f"{_title(domain)}: {focus}" if focus else _title(domain)
    return Graph(
        (*nodes, *ghosts),
        tuple(_edge(line, ports, named=few or between[line.holder, line.target] > 1) for line in lines),
        tuple(Cluster(name, name) for name in dict.fromkeys(clusters.values())),
        title=title,
        alt=f"{title}: entity-relationship diagram of {counted(len(names), 'resource')} and {counted(len(lines), 'reference')}",
        hidden=len({each.name for each in domain.all_resources}) - len(names),
        node_word="resource",
        edge_word="reference",
        legend=_legend(nodes),
    )


def _nodes(
    domain: Domain,
    names: Iterable[str],
    held: Mapping[str, set[str]],
    attributes: Extent,
    clusters: Mapping[str, str],
    details: Mapping[str, str],
    focus: str | None,
) -> list[Node]:
    states = {(machine.resource, machine.attribute) for machine in domain.machines}
    nodes = []
    for name in names:
        resource = domain.resource(name)
        label = resource.label if resource.label != name else ""
        fields = _fields(
            resource,
            {each.name: _marks(resource, each, held.get(name, set()), states) for each in resource.attributes},
            "all" if name == focus and attributes == "keys" else attributes,
        )
        tone: Tone = "accent" if name == focus else "plain"
        nodes.append(
            Node(
                name, name, details.get(name, label), fields, clusters.get(name, ""), tone, tooltip=resource.description
            )
        )
    return nodes


def _fields(resource: Resource, marks: Mapping[str, tuple[str, ...]], attributes: Extent) -> tuple[Field, ...]:
    if attributes == "none":
        return ()
    ordered = sorted(resource.attributes, key=lambda each: each.name not in resource.key)
    telling = {each.name for each in ordered if {"PK", "FK", "UQ", "state"} & set(marks[each.name])}
    if attributes == "all":
        others = [each.name for each in ordered if each.name not in telling]
        telling |= set(others[: max(_MOST_FIELDS - len(telling), 0)])
    fields = [
        Field(
            each.name,
            each.name,
            short_type(each.type) + ("" if each.required or each.name in resource.key else "?"),
            marks[each.name],
        )
        for each in ordered
        if each.name in telling
    ]
    left_out = len(ordered) - len(fields)
    return (*fields, *([Field("", f"… {left_out} more", tone="muted")] if left_out else []))


def _marks(resource: Resource, attribute: Attribute, held: set[str], states: set[tuple[str, str]]) -> tuple[str, ...]:
    name = attribute.name
    facts = {
        "PK": name in resource.key,
        "FK": name in held,
        "UQ": resource.key != (name,)
        and any(identity.attributes == (name,) and identity.where is None for identity in resource.identities),
        "sensitive": attribute.sensitive,
        "state": (resource.name, name) in states,
    }
    return tuple(mark for mark, holds in facts.items() if holds)


def _edge(line: Reference, ports: Mapping[str, set[str]], *, named: bool) -> Edge:
    if not line.is_known:
        port = line.keys[0] if line.keys and line.keys[0] in ports[line.holder] else ""
        return Edge(line.holder, f"?{line.target}", line.name, source_port=port, tone="bad", style="dashed")
    source = line.keys[0] if line.keys and line.keys[0] in ports[line.holder] else ""
    target = line.target_keys[0] if line.target_keys and line.target_keys[0] in ports[line.target] else ""
    # A line that leaves at its own row needs no name; a key of several attributes leaves at its first and is written out.
    spelled = ", ".join(line.keys) if len(line.keys) > 1 else ""
    label = spelled if source else line.name if named else ""
    return Edge(line.holder, line.target, label, source, target, line.holder_end, line.target_end)


def _legend(nodes: Iterable[Node]) -> tuple[tuple[str, str], ...]:
    used = {mark for node in nodes for field in node.fields for mark in field.marks}
    used |= {"?" for node in nodes for field in node.fields if field.detail.endswith("?")}
    return tuple((sign, meaning) for sign, meaning in _LEGEND.items() if sign in used)
