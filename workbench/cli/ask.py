"""``workbench ask``: a question in the words of a design, answered from data."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.model import Domain, Resource
    from workbench.patterns.dsl_generator import Asked
    from workbench.workspace.session import Workspace

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "answer a question in the words of a design, from data"
EXAMPLES = """  workbench ask shop.json --data data/shop 'revenue by customer tier'
  workbench ask shop.json --data data/shop 'orders where total > 100 sorted by total desc first 10' --json
  workbench ask shop.json --db shop.duckdb 'how many orders where placed_at >= 2026-01-01'
  workbench ask shop.json '?'

Sensitive values are masked. exit code: 0 answered, 1 the question has problems, 2 it could not be answered"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("design", metavar="DESIGN", help="a saved design")
    parser.add_argument("question", metavar="QUESTION", help="what is asked; '?' for the words of the design")
    parser.add_argument("--data", metavar="PATH", help="a folder, file or database to read, where it is")
    parser.add_argument(
        "--db", metavar="FILE", default=":memory:", help="the DuckDB file the design runs on; it is only read"
    )
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the answer; 1 where the question has problems."""
    from workbench.display.text import plain
    from workbench.errors import AdapterError, VerificationError
    from workbench.language import load
    from workbench.patterns.dsl_generator import language_of

    domain = load(arguments.design)
    language = language_of(domain)
    if arguments.question.strip() == "?":
        print(plain(language.view()))
        return 0
    try:
        asked = language.question(arguments.question)
    except VerificationError as error:
        _print_problems(arguments, error)
        return 1
    try:
        return _print_answer(arguments, domain, asked)
    except AdapterError as error:
        if error.problem.code != "query_failed" or arguments.data is None:
            raise
        fits = f"workbench check {arguments.design} --data {arguments.data}"
        raise AdapterError(error.problem.message, hint=f"whether the data fits the design tells: {fits}") from error


def _print_answer(arguments: argparse.Namespace, domain: Domain, asked: Asked) -> int:
    from workbench.display.text import plain
    from workbench.errors import AdapterError
    from workbench.workspace.session import open as open_workspace

    is_stored = arguments.db != ":memory:"
    if is_stored and not Path(arguments.db).exists():
        hint = "name the database the design runs on"
        raise AdapterError(f"there is no file {arguments.db}", path=arguments.db, hint=hint)
    with open_workspace(domain, arguments.db, data=arguments.data, read_only=is_stored) as workspace:
        if not is_stored:
            _expect_rows(arguments, domain.resource(asked.resource), workspace)
        answer = workspace.ask(str(asked))
        if not arguments.json:
            print(plain(answer.view()))
            return 0
        facts = {
            "question": str(asked),
            "resource": asked.resource,
            "by": {each.name: str(each.node) for each in asked.by},
            "asked": {each.name: str(each.node) for each in asked.items},
            "where": None if asked.where is None else str(asked.where),
            "sql": answer.explain().source,
            "rows": [
                {name: _shown(value, name in answer.private) for name, value in row.items()}
                for row in answer.arrow().to_pylist()
            ],
        }
    print(json.dumps(facts, indent=2, ensure_ascii=False, default=str))
    return 0


def _expect_rows(arguments: argparse.Namespace, asked: Resource, workspace: Workspace) -> None:
    """Raise ``AdapterError`` where nothing that is read has a table of ``asked``: an answer of 0 would be taken for one."""
    from workbench.errors import AdapterError

    if asked.name in workspace.attached:
        return
    if arguments.data is None:
        message, hint = f"nothing is read that has {asked.name}", "say where the rows are: --data PATH or --db FILE"
    else:
        message = f"{arguments.data} has no table {asked.source_name or asked.name!r} to read {asked.name} from"
        hint = f"of this design it has {', '.join(workspace.attached) or 'nothing'}"
    raise AdapterError(message, path=arguments.data or "", hint=hint)


def _print_problems(arguments: argparse.Namespace, error: Any) -> None:
    if arguments.json:
        problems = [each.as_dict() for each in error.problems]
        print(json.dumps({"question": arguments.question, "problems": problems}, indent=2, ensure_ascii=False))
        return
    lines = arguments.question.splitlines()
    for each in sorted(error.problems, key=lambda each: (each.line or 0, each.column or 0)):
        if each.line is not None and each.line <= len(lines):
            print(f"  {lines[each.line - 1]}\n  {' ' * ((each.column or 1) - 1)}^")
        print(each)


def _shown(value: Any, is_private: bool) -> Any:
    """A value as JSON has it: decimals and moments as text, what is sensitive masked."""
    from workbench.views import mask

    if is_private and value is not None:
        return mask(value, sensitive=True)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value if isinstance(value, bool | int | float | str | list | dict | None) else str(value)
