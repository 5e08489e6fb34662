"""How long an ER diagram takes: 50 and 300 tables drawn whole, and the first view of 300 tables as a person gets it.

The peer is what most tools do: the same graph as DOT whose labels Graphviz measures and paints itself, one HTML table a resource,
through the same program. *Cold* is a fresh process from start to exit, imports counted; *first* is the first drawing in a running
process, the best of several designs of the same size, so that nothing is remembered; *again* is the same drawing once more.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from workbench.display import render, svg
from workbench.display.layout import programs
from workbench.emit.dot import graph_to_dot
from workbench.model import Attribute, Domain, Relationship, Resource, er_graph
from workbench.views import Graph

__all__ = ["design", "run"]

_ROUNDS = 3
_GOALS = {"view of 300 tables, cold": 5.0}


def design(count: int, seed: int = 1) -> Domain:
    """``count`` resources of 3 to 18 attributes that refer mostly to few others, as schemas do.

    >>> len(design(50).resources)
    50
    """
    chance = random.Random(seed)
    resources = []
    for index in range(count):
        draws = chance.choice((0, 1, 1, 2, 3)) if index else 0
        targets = sorted({min(int(chance.expovariate(6 / (index + 6))), index - 1) for _ in range(draws)})
        attributes = [Attribute(name="id", type="integer")]
        attributes += [Attribute(name=f"t{target}_id", type="integer") for target in targets]
        attributes += [Attribute(name=f"column_{number}", type="string") for number in range(chance.randint(2, 14))]
        relationships = tuple(
            Relationship(
                name=f"t{target}", kind="belongs_to", destination=f"table_{target}", source_key=(f"t{target}_id",)
            )
            for target in targets
        )
        resources.append(
            Resource(name=f"table_{index}", key=("id",), attributes=tuple(attributes), relationships=relationships)
        )
    return Domain(name=f"d{count}", resources=tuple(resources))


def run() -> list[dict[str, object]]:
    """One row a measurement: ``name``, ``value`` in seconds, ``unit``; ``goal`` where there is one; ``peer`` (its name), ``peer_value`` and
    ``ratio`` (ours to the peer's; below 1 is faster) where one drew the same graph.
    """
    rows = []
    for count in (50, 300):
        graphs = [er_graph(design(count, seed), most=count, attributes="all") for seed in range(1, _ROUNDS + 1)]
        ours = min(_seconds(svg, graph) for graph in graphs)
        rows.append(_row(f"ER diagram of {count} tables, first", ours) | _peer(graphs, ours))
        rows.append(_row(f"ER diagram of {count} tables, again", min(_seconds(svg, graph) for graph in graphs)))
    domains = [design(300, seed) for seed in range(11, 11 + _ROUNDS)]
    rows.append(_row("view of 300 tables, first", min(_seconds(_view, domain) for domain in domains)))
    rows.append(_row("view of 300 tables, cold", min(_seconds(_in_a_fresh_process) for _ in range(_ROUNDS))))
    return rows


def _view(domain: Domain) -> object:
    return render(domain.view())


def _row(name: str, value: float) -> dict[str, object]:
    row: dict[str, object] = {"name": name, "value": round(value, 4), "unit": "s"}
    return row | {"goal": _GOALS[name]} if name in _GOALS else row


def _peer(graphs: list[Graph], ours: float) -> dict[str, object]:
    program = next(programs(), None)
    if program is None:
        return {}

    def draw(graph: Graph) -> None:
        source = graph_to_dot(graph).encode()
        done = subprocess.run([program, "-Tsvg"], input=source, capture_output=True, timeout=120, check=False)
        if done.stdout.count(b'class="node') < len(graph.nodes):
            raise RuntimeError("the peer's picture is not complete, so there is nothing to compare with")

    peer = min(_seconds(draw, graph) for graph in graphs)
    return {
        "peer": f"labels measured and painted by {Path(program).name}",
        "peer_value": round(peer, 4),
        "ratio": round(ours / peer, 2),
    }


def _in_a_fresh_process() -> None:
    code = "from benchmarks.layout import design; from workbench.display import render; render(design(300).view())"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120, cwd=Path(__file__).parent.parent)


def _seconds(work: Callable[..., object], *given: object) -> float:
    start = time.perf_counter()
    work(*given)
    return time.perf_counter() - start
