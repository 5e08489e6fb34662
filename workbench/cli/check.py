"""``workbench check``: every problem of a saved design, and of data held against it."""

from __future__ import annotations

import argparse
import json

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "list every problem of a design, and of data held against it"
EXAMPLES = """  workbench check flights.json
  workbench check flights.json --data data/flights
  workbench check flights.json --data data/flights --json

exit code: 0 no errors, 1 errors, 2 it could not be read"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("design", metavar="DESIGN", help="a saved design")
    parser.add_argument("--data", metavar="PATH", help="a folder, file or database to hold against it")
    parser.add_argument("--json", action="store_true", help="print the problems as JSON")
    parser.add_argument("--strict", action="store_true", help="exit with 1 on warnings too")


def run(arguments: argparse.Namespace) -> int:
    """Print the problems; 1 when one of them is an error (or, with ``--strict``, a warning)."""
    from workbench.errors import VerificationError
    from workbench.workspace import check

    unreadable = False
    try:
        problems = check(arguments.design, arguments.data)
    except VerificationError as error:
        problems, unreadable = error.problems, True
    if arguments.json:
        print(json.dumps({"problems": [each.as_dict() for each in problems]}, indent=2, ensure_ascii=False))
    else:
        print(problems)
    if unreadable:
        return 2
    severe = ("error", "warning") if arguments.strict else ("error",)
    return int(any(each.severity in severe for each in problems))
