"""``workbench run``: one action of a design, on a batch of records, in a database."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.actions import Outcome, Refusals

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "run an action of a design on a file of records, in a database"
EXAMPLES = """  workbench run shop.json --db shop.duckdb customers.create --data customers.parquet
  workbench run shop.json --db shop.duckdb orders.create --data orders.csv --skip --json
  workbench run shop.json --db shop.duckdb orders.update --where "status = 'placed'" --set "channel='web'"

The database is made where there is none. RESOURCE.create, .update, .upsert and .destroy are there without being declared.
exit code: 0 done, 1 records were refused, 2 it could not be done"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("design", metavar="DESIGN", help="a saved design")
    parser.add_argument("--db", required=True, metavar="FILE", help="the DuckDB file the design runs on")
    parser.add_argument("action", metavar="ACTION", help="RESOURCE.ACTION, or ACTION where only one resource has it")
    parser.add_argument("--data", metavar="FILE", help="the records: a CSV, JSON or Parquet file")
    parser.add_argument(
        "--where", metavar="EXPRESSION", help="instead of records: the rows that are changed or destroyed"
    )
    parser.add_argument("--set", metavar="NAME=EXPRESSION", action="append", default=[], help="a value for those rows")
    parser.add_argument(
        "--argument", metavar="NAME=VALUE", action="append", default=[], help="an argument of the action"
    )
    parser.add_argument("--skip", action="store_true", help="do what is not refused, instead of all or nothing")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Run the action and print what became of it; 1 when records were refused."""
    from workbench.actions import OutdatedError, RefusedError
    from workbench.expression import parse
    from workbench.workspace.session import open as open_workspace

    values = {name: parse(text) for name, text in _pairs(arguments.set)}
    given: dict[str, Any] = {
        "refused": "skip" if arguments.skip else "all",
        "arguments": dict(_pairs(arguments.argument)),
    }
    given |= {"where": arguments.where} if arguments.where is not None else {}
    given |= {"set": values} if values else {}
    with open_workspace(arguments.design, arguments.db) as workspace:
        records = None if arguments.data is None else _records(arguments.data)
        try:
            outcome = workspace.run(arguments.action, records, **given)
        except (RefusedError, OutdatedError) as error:
            _print(arguments, None, error.refusals)
            return 1
    _print(arguments, outcome, outcome.refusals)
    return int(outcome.refused > 0)


def _pairs(given: list[str]) -> list[tuple[str, str]]:
    from workbench.errors import DefinitionError

    pairs = [text.partition("=") for text in given]
    for name, equals, value in pairs:
        if not (name.strip() and equals):
            raise DefinitionError(f"{name}{equals}{value!r} is no NAME=VALUE")
    return [(name.strip(), value) for name, _, value in pairs]


def _records(path: str) -> Any:
    """The records in a file, as the workspace takes them."""
    from workbench.errors import DefinitionError
    from workbench.relation.plan import Scan
    from workbench.store import open_source

    if Path(path).suffix.lower() == ".parquet":
        return path
    with open_source(path).store as store:
        tables = store.tables()
        if len(tables) != 1:
            raise DefinitionError(f"{path} holds {len(tables)} tables; name a file with the records of one")
        return store.query(Scan(tables[0].table)).arrow()


def _print(arguments: argparse.Namespace, outcome: Outcome | None, refusals: Refusals | None) -> None:
    if arguments.json:
        counts = {
            name: 0 if outcome is None else getattr(outcome, name) for name in ("created", "updated", "destroyed")
        }
        facts = {
            "action": arguments.action,
            **counts,
            "refused": 0 if refusals is None else len(refusals.rows),
            "problems": [] if refusals is None else [each.as_dict() for each in refusals.problems],
            "refusals": [] if refusals is None else refusals.arrow().to_pylist(),
        }
        print(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    print(outcome if outcome is not None else f"{arguments.action}: nothing was done")
    if refusals is not None and len(refusals):
        print(refusals.problems)
