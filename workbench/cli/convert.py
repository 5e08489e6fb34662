"""``workbench convert``: a design in another format."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "write a saved design in another format"
EXAMPLES = """  workbench convert shop.json --to yaml
  workbench convert shop.yaml --to toml --out shop.toml
  workbench convert reasoning.yaml --to json --out shop.json   # AshSwarm's domain reasoning is told by its shape
  workbench convert shop.json --to ashswarm --out reasoning.yaml

without --out it is printed; exit code: 0 done, 2 it could not be done"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    from workbench.language.formats import FORMATS

    *others, last = FORMATS
    parser.add_argument("design", metavar="IN", help="a saved design, in the format its ending says")
    parser.add_argument("--to", required=True, metavar="FORMAT", help=f"{', '.join(others)} or {last}")
    parser.add_argument("--out", metavar="OUT", help="the file to write to")
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it is there")


def run(arguments: argparse.Namespace) -> int:
    """Print the design, or write it to ``--out``, whole or not at all; say on standard error what the format could not carry."""
    from workbench.errors import ConflictError, DefinitionError
    from workbench.language import load
    from workbench.language.formats import FORMATS, format_called, write_whole

    wanted = format_called(arguments.to)
    domain = load(arguments.design)
    ending = Path(arguments.out or "").suffix.lower()
    of_others = [each.name for each in FORMATS.values() if each is not wanted and ending in each.endings]
    if of_others and wanted.endings:
        raise DefinitionError(
            f"{arguments.out} would be read as {of_others[0]}; name a file that ends in {wanted.endings[0]}"
        )
    text = wanted.dumps(domain)
    if not arguments.out:
        print(text, end="")
    elif Path(arguments.out).is_file() and not arguments.overwrite:
        raise ConflictError(f"{arguments.out} is there already; name another file, or say --overwrite")
    else:
        write_whole(text, arguments.out)
        print(arguments.out)
    for loss in wanted.losses(domain):
        print(f"not carried: {loss}", file=sys.stderr)
    return 0
