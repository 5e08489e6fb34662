"""``workbench infer``: a domain proposed from data, every claim with its evidence."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "propose a domain from files, a database or SQL DDL"
EXAMPLES = """  workbench infer data/flights
  workbench infer data/flights --json
  workbench infer data/flights --save flights.json
  workbench infer postgresql://analyst@localhost/shop --coverage 0.95
  workbench infer schema.sql --save shop.json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "path", metavar="PATH", help="a folder, a file, a database file, a postgresql:// address, or a .sql file"
    )
    parser.add_argument("--json", action="store_true", help="print resources, references and problems as JSON")
    parser.add_argument("--save", metavar="FILE", help="save the proposed design as JSON")
    parser.add_argument("--decisions", metavar="FILE", help="decisions saved from an earlier proposal, to be kept")
    parser.add_argument("--coverage", type=_share, metavar="SHARE", help="share of rows a reference must cover (0.8)")
    parser.add_argument(
        "--missing", action="append", metavar="WORD", help="a word that stands for no value; may be repeated"
    )
    parser.add_argument("--combine", action="store_true", help="read files that differ only in digits as one table")
    parser.add_argument("--views", action="store_true", help="propose views too, beside the tables they show again")
    parser.add_argument("--copy", action="store_true", help="open a copy of a DuckDB file that another process holds")


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share above 0 and up to 1")
    return value


def run(arguments: argparse.Namespace) -> int:
    """Print the proposal: a summary, or JSON. 0 whatever the findings say; 2 when nothing could be read, which JSON says too."""
    from workbench.errors import VerificationError
    from workbench.evidence import Options
    from workbench.store import SourceOptions
    from workbench.workspace import infer

    wanted = {"reference_coverage": arguments.coverage} if arguments.coverage else {}
    options = Options(views=arguments.views, **wanted)
    reading = SourceOptions(missing=arguments.missing, combine=arguments.combine, copy=arguments.copy)
    show = sys.stderr.isatty() and not arguments.json
    try:
        proposal = infer(
            arguments.path,
            options=options,
            reading=reading,
            previous=arguments.decisions,
            progress=_progress if show else None,
        )
    except VerificationError as error:
        if not arguments.json:
            raise
        _print_json({"resources": [], "references": [], "problems": [each.as_dict() for each in error.problems]})
        return 2
    if show:
        print("\r\x1b[K", end="", file=sys.stderr)
    if arguments.save:
        from workbench.language import save

        save(proposal.domain, arguments.save)
    if arguments.json:
        _print_json(proposal.as_dict())
    else:
        from workbench.display.text import plain

        print(plain(proposal.view()))
    return 0


def _print_json(facts: dict[str, Any]) -> None:
    print(json.dumps(facts, indent=2, ensure_ascii=False, default=str))


def _progress(text: str, share: float) -> None:
    print(f"\r\x1b[K{share:4.0%} {text}", end="", file=sys.stderr, flush=True)
