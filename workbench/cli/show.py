"""``workbench show``: the picture of a design, or of a domain inferred on the spot."""

from __future__ import annotations

import argparse
from pathlib import Path

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "draw a design, or the domain inferred from data"
EXAMPLES = """  workbench show flights.json
  workbench show data/flights --svg flights.svg
  workbench show flights.json --focus airports --depth 2 --svg airports.svg"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("path", metavar="PATH", help="a saved design, or data to infer one from")
    parser.add_argument("--svg", metavar="OUT", help="write the picture to this file")
    parser.add_argument("--focus", metavar="RESOURCE", help="draw this resource and its neighbours")
    parser.add_argument("--depth", type=int, default=1, metavar="N", help="how far neighbours may be (1)")
    parser.add_argument(
        "--attributes", choices=("keys", "all", "none"), default="keys", help="which attributes to draw (keys)"
    )
    parser.add_argument("--most", type=int, default=40, metavar="N", help="draw an overview of larger domains (40)")


def run(arguments: argparse.Namespace) -> int:
    """Write the SVG, or print the domain as text."""
    from workbench.display import svg
    from workbench.display.text import plain
    from workbench.model.diagram import er_graph
    from workbench.workspace import open_design

    domain = open_design(arguments.path)
    graph = er_graph(
        domain, focus=arguments.focus, depth=arguments.depth, most=arguments.most, attributes=arguments.attributes
    )
    if arguments.svg:
        Path(arguments.svg).write_text(svg(graph), encoding="utf-8")
        print(f"{arguments.svg}: {graph.alt or graph.title or domain.name}")
    else:
        print(plain(graph if arguments.focus else domain.view()))
    return 0
