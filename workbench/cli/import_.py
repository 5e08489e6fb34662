"""``workbench import``: a foreign description as a design, with everything that could not be carried."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "turn JSON Schema, OpenAPI, DBML, Mermaid or SQL DDL into a design"
EXAMPLES = """  workbench import dbml hospital.dbml
  workbench import openapi shop.yaml --out shop.json
  workbench import json_schema order.schema.json --name orders --json
  workbench import mermaid README.md --out design.json
  workbench import sql schema.sql --out shop.json

exit code: 0 done; 1 parts of the description are broken and were left out; 2 it could not be read"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("kind", metavar="KIND", help="json_schema, openapi, dbml, mermaid or sql")
    parser.add_argument("file", metavar="FILE", help="the file to import")
    parser.add_argument("--out", metavar="DESIGN", help="save the design to this file")
    parser.add_argument("--name", default="", help="what to call the design; after the description when left out")
    parser.add_argument("--json", action="store_true", help="print what was found and what was left out as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print what was found and what was left out, and save the design where ``--out`` says."""
    from workbench.errors import VerificationError
    from workbench.language import save
    from workbench.language.importers import import_design

    try:
        imported = import_design(arguments.kind, Path(arguments.file), name=arguments.name)
    except VerificationError as error:
        if not arguments.json:
            raise
        print(
            json.dumps(
                {"resources": [], "problems": [each.as_dict() for each in error.problems]}, indent=2, ensure_ascii=False
            )
        )
        return 2
    if arguments.out:
        save(imported.domain, arguments.out)
    if arguments.json:
        print(json.dumps(imported.as_dict(), indent=2, ensure_ascii=False))
    else:
        from workbench.display.text import plain

        print(plain(imported.view()))
        if arguments.out:
            print(f"\n{arguments.out}: {imported.domain.name}")
    return int(not imported.problems.is_ok)
