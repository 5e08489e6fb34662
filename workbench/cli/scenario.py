"""``workbench scenario``: scenarios in the words of a design, each run in a workspace of its own."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.model import Domain

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "run scenarios told in the words of a design, and report every step"
EXAMPLES = """  workbench scenario shop.json paying.scenario
  workbench scenario shop.json --data data/shop reports.scenario --json

Each scenario runs in memory, in a workspace of its own; with --data over the rows there, which stay as they are.
exit code: 0 all passed, 1 one failed, 2 they could not be read"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("design", metavar="DESIGN", help="a saved design")
    parser.add_argument("files", metavar="FILE", nargs="+", help="scenarios, as text")
    parser.add_argument("--data", metavar="PATH", help="a folder, file or database to read, where it is")
    parser.add_argument("--json", action="store_true", help="print the reports as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print what became of every step; 1 when a scenario failed."""
    from workbench.display.text import plain
    from workbench.errors import Problem, VerificationError
    from workbench.language import load
    from workbench.patterns.dsl_generator import language_of
    from workbench.workspace.session import open as open_workspace

    domain = load(arguments.design)
    language = language_of(domain)
    texts, problems = [], list[Problem]()
    for file in arguments.files:
        try:
            texts.append((file, language.scenarios(_text(file), file)))
        except VerificationError as error:
            problems += error.problems
    if problems:
        print(
            json.dumps({"problems": [each.as_dict() for each in problems]}, indent=2, ensure_ascii=False)
            if arguments.json
            else "\n".join(map(str, problems))
        )
        return 2
    if arguments.data:
        _expect_data(domain, arguments.data)
    reports = [
        language.run_scenarios(told, lambda: open_workspace(domain, data=arguments.data), file) for file, told in texts
    ]
    if arguments.json:
        print(json.dumps([each.as_dict() for each in reports], indent=2, ensure_ascii=False))
    else:
        print("\n\n".join(plain(each.view()) for each in reports))
    return int(not all(each.is_ok for each in reports))


def _expect_data(domain: Domain, data: str) -> None:
    """Say which resources the data has no rows of. Raises ``AdapterError`` where it has none of any."""
    from workbench.errors import AdapterError
    from workbench.workspace.session import open as open_workspace

    with open_workspace(domain, data=data) as tried:
        if not tried.attached:
            hint = f"workbench check DESIGN --data {data} says more"
            raise AdapterError(f"{data} has no table of {domain.name}", path=data, code="not_in_data", hint=hint)
        for each in tried.problems:
            if each.code == "not_in_data":
                print(each, file=sys.stderr)


def _text(file: str) -> str:
    from workbench.errors import AdapterError

    try:
        return Path(file).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise AdapterError(f"{file} is no text in UTF-8: {error.reason} at byte {error.start}", path=file) from error
