"""How long an ER diagram takes: 50 and 300 tables drawn whole, and the first view of 300 tables as a person gets it.

The peer is what most tools do: the same graph as DOT whose labels Graphviz measures and paints itself, one HTML table a resource,
through the same program. *Cold* is a fresh process from start to exit, imports counted; *first* is the first drawing in a running
process, the median over several designs of the same size, so that nothing is remembered; *again* is the same drawing once more.
"""

from __future__ import annotations

import random
import subprocess
from functools import partial
from pathlib import Path

from workbench.display import render, svg
from workbench.display.layout import programs
from workbench.emit.dot import graph_to_dot
from workbench.errors import AdapterError
from workbench.model import Attribute, Domain, Relationship, Resource, er_graph
from workbench.views import Graph

from .timing import Run, fresh_processes, in_turn, row, spent

__all__ = ["design", "run"]

_ROUNDS = 3
_GOAL = 5.0
_COLD = "from benchmarks.layout import design; from workbench.display import render; render(design(300).view())"


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


def run(quick: bool = False) -> list[dict[str, object]]:
    """A row for each size drawn whole, first and again, and for the first view of 300 tables, in a running and in a fresh process."""
    rounds = 1 if quick else _ROUNDS
    rows = []
    for count in (50, 300):
        graphs = [er_graph(design(count, seed), most=count, attributes="all") for seed in range(1, rounds + 1)]
        first = [spent(partial(svg, graph)) for graph in graphs]
        again = [spent(partial(svg, graph)) for graph in graphs]
        rows.append(row(f"ER diagram of {count} tables, first", first, peer=_peer(graphs)))
        rows.append(row(f"ER diagram of {count} tables, again", again))
    domains = [design(300, seed) for seed in range(11, 11 + rounds)]
    rows.append(row("view of 300 tables, first", [spent(partial(_view, domain)) for domain in domains]))
    with fresh_processes() as python:
        works = {"cold": partial(python, "-c", _COLD)}
        in_turn(works, 1)  # compiles what is imported
        rows.append(row("view of 300 tables, cold", in_turn(works, rounds)["cold"], goal=_GOAL))
    return rows


def _view(domain: Domain) -> object:
    return render(domain.view())


def _peer(graphs: list[Graph]) -> tuple[str, list[Run]] | None:
    program = next(programs(), None)
    if program is None:
        return None

    def draw(graph: Graph) -> None:
        source = graph_to_dot(graph).encode()
        done = subprocess.run([program, "-Tsvg"], input=source, capture_output=True, timeout=120, check=False)
        if done.stdout.count(b'class="node') < len(graph.nodes):
            raise AdapterError("the peer's picture is not complete, so there is nothing to compare with")

    return f"labels measured and painted by {Path(program).name}", [spent(partial(draw, graph)) for graph in graphs]
