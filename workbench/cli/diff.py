"""``workbench diff``: what changed from one saved design to another, and how dangerous that is."""

from __future__ import annotations

import argparse
import json

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "tell what changed between two designs, and how dangerous it is"
EXAMPLES = """  workbench diff old.json new.json
  workbench diff old.json new.json --json
  workbench diff old.json new.json --exit-code

each change is safe, risky or breaking, by the rule named behind it
exit code: 0 done; with --exit-code 0 no changes, 1 changes; 2 a design could not be read"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("before", metavar="A", help="a saved design")
    parser.add_argument("after", metavar="B", help="a later version of it")
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 where anything changed, as git diff does")
    parser.add_argument("--json", action="store_true", help="print the changes as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the changes; with ``--exit-code`` 1 where there is one."""
    from workbench.display.text import plain
    from workbench.evolve import diff
    from workbench.language import load

    found = diff(load(arguments.before), load(arguments.after))
    if arguments.json:
        print(json.dumps(found.as_dicts(), indent=2, ensure_ascii=False))
    else:
        print(plain(found.view()))
    return int(arguments.exit_code and len(found) > 0)
