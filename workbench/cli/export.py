"""``workbench export``: a design as code that a real consumer accepts."""

from __future__ import annotations

import argparse
import json

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "write a design as DDL, SQLAlchemy or Pydantic models, Alembic migrations, JSON Schema, Mermaid or DOT"
EXAMPLES = """  workbench export flights.json --to postgres --out generated
  workbench export data/flights --to pydantic --out generated
  workbench export flights.json --to json_schema --out generated --json
  workbench export flights.json --to postgres --out generated --check
  workbench export flights.json --to alembic --out migrations   # again after a change: one more revision

exit code: 0 done, or nothing to do; 1 --check found files that are missing, stale or edited by hand; 2 it could not be done"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("path", metavar="PATH", help="a saved design, or data to infer one from")
    parser.add_argument(
        "--to",
        required=True,
        metavar="TARGET",
        help="duckdb, postgres, sqlalchemy, alembic, pydantic, json_schema, mermaid or dot",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="the folder to write to")
    parser.add_argument("--overwrite", action="store_true", help="replace files that were edited by hand")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; say which files are stale or edited by hand"
    )
    parser.add_argument("--json", action="store_true", help="print the files and what was lost as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Write the files, and say which, and what the target could not carry; with ``--check`` only look at those there."""
    from workbench.emit import export
    from workbench.workspace import open_design

    # Migrations lead on from what is there.
    onto = {"onto": arguments.out} if arguments.to == "alembic" else {}
    exported = export(open_design(arguments.path), arguments.to, **onto)
    if arguments.check:
        problems = exported.check(arguments.out)
        print(
            json.dumps({"problems": [each.as_dict() for each in problems]}, indent=2, ensure_ascii=False)
            if arguments.json
            else problems
        )
        return int(not problems.is_ok)
    exported.write(arguments.out, overwrite=arguments.overwrite)
    if arguments.json:
        facts = {"files": sorted(exported.files), "losses": [each.as_dict() for each in exported.losses]}
        print(json.dumps(facts, indent=2, ensure_ascii=False))
        return 0
    for file in sorted(exported.files):
        print(f"{arguments.out}/{file}")
    for loss in exported.losses:
        print(f"not carried: {loss}")
    return 0
