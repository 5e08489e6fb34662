"""``workbench format``: designs in the domain language, laid out."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "lay out designs in the domain language; comments and order stay"
EXAMPLES = """  workbench format shop.domain
  workbench format --check designs/*.domain

exit code: 0 all are laid out, 1 some are not (--check), 2 some could not be read, and stay as they are"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="a design in the domain language")
    parser.add_argument("--check", action="store_true", help="change nothing; tell which files would change")


def run(arguments: argparse.Namespace) -> int:
    """Lay out each file, whole or not at all; the worst that happened is the exit code."""
    return max(_laid_out(Path(file), arguments.check) for file in arguments.files)


def _laid_out(path: Path, is_check: bool) -> int:
    from workbench.errors import WorkbenchError
    from workbench.language.domain_format import excerpt, format_text
    from workbench.language.formats import format_of, write_whole
    from workbench.language.json_text import read_text

    text = ""
    try:
        if format_of(path).name != "domain":
            print(f"workbench: {path}: only designs in the domain language (*.domain) are laid out", file=sys.stderr)
            return 2
        text = read_text(path)
        found = format_text(text, path.name)
        if found == text:
            return 0
        if not is_check:
            write_whole(found, path)
    except WorkbenchError as error:
        print(f"workbench: {error}", file=sys.stderr)
        for problem in getattr(error, "problems", ())[:5]:
            if spot := excerpt(text, problem):
                print(spot, file=sys.stderr)
        return 2
    print(f"{path}: {'would be laid out' if is_check else 'laid out'}")
    return int(is_check)
