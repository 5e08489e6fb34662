"""``workbench patterns``: the catalogue, with how far each pattern is built."""

from __future__ import annotations

import argparse
import json

from workbench.display.text import plain
from workbench.patterns import catalogue

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "list the seventeen patterns and how far each is built"
EXAMPLES = """  workbench patterns
  workbench patterns --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(arguments: argparse.Namespace) -> int:
    """Print the catalogue."""
    found = catalogue()
    print(json.dumps(found.as_dicts(), indent=2) if arguments.json else plain(found.view()))
    return 0
