"""From a source of any kind to a proposal."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import AdapterError, VerificationError
from workbench.language import load
from workbench.language.formats import is_saved_as

if TYPE_CHECKING:
    from workbench.evidence import Options, Proposal
    from workbench.model import Domain
    from workbench.store import SourceOptions

__all__ = ["infer", "is_design", "open_design"]

_DDL = re.compile(r"\bcreate\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+|unlogged\s+)?table\b", re.IGNORECASE)
_SAVED = re.compile(rb'"workbench"\s*:\s*"domain"')
_LARGEST_DDL = 50_000_000


def infer(
    source: Any,
    *,
    name: str | None = None,
    options: Options | None = None,
    reading: SourceOptions | None = None,
    previous: Proposal | str | Path | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Proposal:
    """What ``source`` says about a domain: a proposal in which every claim carries its evidence.

    ``source`` is a folder or list of CSV, Parquet or JSON files, one file, a pandas or Arrow table (or a mapping of names to tables), a
    DuckDB or SQLite file, the address of a PostgreSQL database, or SQL DDL (text, or a ``.sql`` file), whose constraints are taken as
    declared. ``Any``, because tables are told by what they are, without importing pandas. ``previous`` is an earlier proposal, or the
    file its decisions were saved in: the decisions are kept; of a proposal also the name, so that ``changes`` has what is new in the
    data alone. ``progress`` is called with a text and a share from 0 to 1.

    >>> import pyarrow
    >>> proposal = infer({"team": pyarrow.table({"id": [1, 2, 3], "name": ["a", "b", "c"]})}, name="league")
    >>> proposal.domain.resource("team").key
    ('id',)

    Raises:
        VerificationError: nothing could be read; it carries every problem.
    """
    from workbench.evidence import Proposal, load_decisions, propose, propose_declared

    decisions = previous.decisions if isinstance(previous, Proposal) else load_decisions(previous) if previous else ()
    before = previous.domain if isinstance(previous, Proposal) else None
    called = name or (before.name if before is not None else _name(source))
    if (text := _ddl(source)) is not None:
        from workbench.relation.ddl_reader import read_ddl

        tables, problems = read_ddl(text)
        if not tables:
            raise VerificationError(problems, "nothing could be read")
        return propose_declared(called, tables, problems=problems, decisions=decisions, previous=before)
    from workbench.store import open_source

    opened = open_source(source, options=reading)
    with opened.store as store:
        return propose(
            store,
            called,
            options=options,
            problems=opened.problems,
            decisions=decisions,
            previous=before,
            progress=progress,
        )


def open_design(path: str | Path) -> Domain:
    """The design saved at ``path``; of anything else, the domain inferred from it.

    Raises:
        VerificationError: there is neither a design nor data; it carries every problem.
    """
    return load(path) if is_design(path) else infer(str(path)).domain


def is_design(path: str | Path) -> bool:
    """Whether there is a file at ``path`` that says of itself that it is a saved design: JSON may be data, the other formats are not."""
    file = Path(path)
    if not is_saved_as(file) or not file.is_file():
        return False
    if file.suffix.lower() != ".json":
        return True
    with file.open("rb") as stream:
        return _SAVED.search(stream.read(4096)) is not None


def _name(source: Any) -> str:
    if isinstance(source, str | Path) and not _DDL.search(str(source)):
        text = str(source)
        if "://" in text:
            return text.rsplit("/", 1)[-1].split("?", 1)[0] or "database"
        return Path(text).resolve().name.split(".", 1)[0] or "data"
    return "data"


def _ddl(source: Any) -> str | None:
    """The DDL text that ``source`` is or names, or None."""
    if not isinstance(source, str | Path):
        return None
    text = str(source)
    if _DDL.search(text):
        return text
    path = Path(text)
    if path.suffix.lower() not in (".sql", ".ddl") or not path.is_file():
        return None
    if path.stat().st_size > _LARGEST_DDL:
        raise AdapterError(
            f"{path.name} is larger than {_LARGEST_DDL // 1_000_000} MB",
            path=text,
            hint="leave the INSERT statements out",
        )
    return path.read_text(encoding="utf-8", errors="replace")
