"""The folder Alembic works in: what it says of earlier revisions, and the files that stand beside them."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workbench.emit.export import recorded_exports
from workbench.errors import AdapterError, DefinitionError
from workbench.language import loads
from workbench.model import Domain

__all__ = ["DESIGN", "FILES", "VERSIONS", "History", "read_history"]

DESIGN = "workbench-design.json"
"""The file with the design that the last revision leads to."""
VERSIONS = "versions/"

_INI = """\
# Alembic's settings. The address of the database comes from the environment variable DATABASE_URL.

[alembic]
script_location = %(here)s
path_separator = os
file_template = %%(rev)s_%%(slug)s
"""

_ENV = '''\
"""How Alembic reaches the database: by the address in the environment variable DATABASE_URL.

``alembic upgrade head --sql`` prints the statements and needs no database. Where the SQLAlchemy models (orm.py) stand beside this file,
``alembic check`` holds the database against them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from alembic import context
from alembic.util import CommandError
from sqlalchemy import URL, MetaData, create_engine, make_url, pool

HERE = Path(__file__).parent


def address() -> URL:
    """Where the database is."""
    given = os.environ.get("DATABASE_URL", "")
    if not given:
        raise CommandError("set DATABASE_URL to the address of the database: postgresql://user@host/name")
    url = make_url(given)
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url


def metadata() -> MetaData | None:
    """The tables as the models declare them; None where there are no models."""
    if not (HERE / "orm.py").exists():
        return None
    sys.path.insert(0, str(HERE))
    from orm import Base

    return Base.metadata


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(address(), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata(), compare_server_default=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
'''

_TEMPLATE = '''\
"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
'''

FILES: Mapping[str, str] = {"alembic.ini": _INI, "env.py": _ENV, "script.py.mako": _TEMPLATE}
"""What Alembic needs beside the revisions."""


@dataclass(frozen=True, slots=True)
class History:
    """The revisions of a folder: ``head`` is the last one, empty where there is none; ``design`` what it leads to."""

    head: str = ""
    count: int = 0
    design: Domain | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    """The revisions that earlier exports wrote, with their ``sha256`` then."""


def read_history(folder: str | Path) -> History:
    """What ``folder`` says of earlier revisions, those somebody wrote by hand included; an empty history where there is no folder.

    >>> read_history("no such folder")
    History(head='', count=0, design=None, files={})

    Raises:
        DefinitionError: a revision cannot be read, or there is more than one that nothing follows.
        AdapterError: a file cannot be read.
    """
    place = Path(folder)
    try:
        revisions = [_revision(file) for file in sorted(place.glob(f"{VERSIONS}*.py"))]
        design = place / DESIGN
        before = loads(design.read_text(encoding="utf-8")) if design.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise AdapterError(f"the revisions in '{place}' cannot be read: {error}", code="not_read") from error
    followed = {each for _, down in revisions for each in down}
    heads = [name for name, _ in revisions if name not in followed]
    if len(heads) > 1 or (revisions and not heads):
        what = f"{' and '.join(heads)} both come last" if heads else "they follow each other in a circle"
        raise DefinitionError(
            f"the revisions in '{place}' have no one end: {what}; merge them first (alembic merge heads)"
        )
    numbers = [
        int(found[0]) for file in place.glob(f"{VERSIONS}*.py") if (found := re.match(r"[0-9]{1,9}(?=_)", file.name))
    ]
    recorded = recorded_exports(place).get("alembic", {}).get("files", {})
    kept = {file: digest for file, digest in recorded.items() if file.startswith(VERSIONS)}
    return History("".join(heads), max([len(revisions), *numbers]) if revisions else 0, before, kept)


def _revision(file: Path) -> tuple[str, tuple[str, ...]]:
    """The revision a file declares, and those it follows."""
    said: dict[str, object] = {}
    try:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign)
                else []
            )
            for target in targets:
                if isinstance(target, ast.Name) and target.id in ("revision", "down_revision"):
                    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
                    said[target.id] = ast.literal_eval(value) if value is not None else None
    except (SyntaxError, ValueError) as error:
        raise DefinitionError(f"'{file}' cannot be read as a revision: {error}") from error
    name, down = said.get("revision"), said.get("down_revision")
    if not isinstance(name, str) or not name:
        raise DefinitionError(f"'{file}' declares no revision; move it elsewhere")
    return name, (down,) if isinstance(down, str) else tuple(map(str, down)) if isinstance(down, tuple | list) else ()
