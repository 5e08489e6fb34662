"""``workbench migrate``: the tables of a database brought up to date with a design."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.evolve.migration_run import Migrated

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "bring the tables and rows of a database up to date with a design"
EXAMPLES = """  workbench migrate shop.json shop.duckdb --dry-run
  workbench migrate shop.json shop.duckdb
  workbench migrate shop/ shop.duckdb
  workbench migrate shop.json postgresql://user@host/shop --schema shop --json

The data is asked first; everything happens in one transaction, or nothing does. With --dry-run it is tried and taken back.
exit code: 0 done (or nothing stands in the way), 1 the data does not fit or values would be lost, 2 it could not be done"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "design", metavar="DESIGN", help="a saved design, or a design folder, whose log says where values moved"
    )
    parser.add_argument("database", metavar="DATABASE", help="a DuckDB file, or a PostgreSQL address (postgresql://…)")
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, and what stands in the way")
    parser.add_argument("--accept-loss", action="store_true", help="go on where values are lost")
    parser.add_argument("--schema", default="public", help="the schema of the tables, on PostgreSQL (public)")
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Migrate, and print the changes with their class, the statements, and what the data says; 1 where it says no."""
    from workbench.display.text import plain
    from workbench.errors import VerificationError
    from workbench.evolve.migration_run import UnfitError
    from workbench.workspace.migrating import migrate

    try:
        found = migrate(
            arguments.design,
            arguments.database,
            accept_loss=arguments.accept_loss,
            is_dry=arguments.dry_run,
            schema=arguments.schema,
        )
    except UnfitError as error:
        found = error.found
    except VerificationError as error:
        if not arguments.json:
            raise
        print(
            json.dumps(
                {"done": False, "problems": [each.as_dict() for each in error.problems]}, indent=2, ensure_ascii=False
            )
        )
        return 2
    if arguments.json:
        print(json.dumps(_as_dict(found), indent=2, ensure_ascii=False))
    else:
        print(plain(found.migration.view()))
        print(plain(found.view()))
    return int(not found.problems.is_ok)


def _as_dict(found: Migrated) -> dict[str, object]:
    from workbench.relation.alter_sql import alter_sql

    migration = found.migration
    statements = [one.text for each in migration.up for one in alter_sql(each, migration.dialect, is_shown=True)]
    problems = [*migration.problems, *found.problems]
    return {
        "done": found.is_done,
        "changes": migration.difference.as_dicts(),
        "sql": statements,
        "problems": [each.as_dict() for each in problems],
    }
