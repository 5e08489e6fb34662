"""Alembic migrations for PostgreSQL: from nothing to a design, and from each design to the next, up and down.

A folder holds Alembic's settings, ``versions/`` with one file a revision, and the design the last one leads to. Exporting onto a folder
adds a revision for what has changed since; those already there are never touched.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from workbench.emit.alembic_folder import DESIGN, FILES, VERSIONS, History, read_history
from workbench.emit.alembic_operations import write_operations
from workbench.emit.draft import Draft, Writer
from workbench.emit.export import design_hash
from workbench.emit.python_text import docstring, string
from workbench.emit.sql import report_script
from workbench.emit.unsaid import report_unsaid
from workbench.evolve.comparison import diff
from workbench.evolve.migration import Migration, Stage, plan_migration
from workbench.evolve.migration_checks import DataCheck
from workbench.evolve.migration_layout import lay_out
from workbench.evolve.migration_rows import origins
from workbench.evolve.migration_steps import steps
from workbench.evolve.refactorings_value import Refactoring
from workbench.language import dumps
from workbench.model import Domain
from workbench.model.expression import Aggregate as Over
from workbench.relation.ddl import create_sql
from workbench.relation.plan import Aggregate, Output
from workbench.relation.sql import to_sql
from workbench.relation.tables import tables
from workbench.views import counted

__all__ = ["emit"]

_REFUSE = '''

def refuse(found: str, why: str) -> None:
    """Stop, having changed nothing, where there are rows that cannot go back."""
    if not context.is_offline_mode() and op.get_bind().exec_driver_sql(found).scalar():
        raise RuntimeError(why)
'''


def emit(
    domain: Domain,
    *,
    before: Domain | None = None,
    onto: str | Path | None = None,
    refactorings: Sequence[Refactoring] = (),
    down_revision: str = "",
    message: str = "",
) -> Draft:
    """Alembic's settings and a revision that leads from ``before`` to ``domain``, where any table differs.

    ``onto`` is the folder of an earlier export: its last revision is the one to follow, its design the one to lead on from, unless
    ``before`` or ``down_revision`` say otherwise. Without any of them the revision begins with nothing. ``refactorings``, which lead on
    from ``before`` in their order, say where moved values come from. ``message`` is what the revision is called.

    Raises:
        DefinitionError: the revisions in ``onto`` cannot be read, or do not end in one.
        ConflictError: a refactoring does not begin where the one before it ends.
    """
    draft = Draft(libraries=("sqlglot",), lasting=VERSIONS)
    history = read_history(onto) if onto is not None else History()
    draft.history = dict(history.files)
    begun = before or history.design or domain
    is_first = before is None and history.design is None
    migration = _from_nothing(domain) if is_first else plan_migration(begun, domain, "postgres", refactorings)
    for file, text in FILES.items():
        draft.file(file).add(text.rstrip("\n"))
    draft.file(DESIGN).add(dumps(domain).rstrip("\n"))
    if migration.up or migration.down:
        follows = down_revision or history.head or (_revision(before, "") if before is not None else "")
        number = history.count + 1 if history.count else 2 if follows else 1
        title = message or (f"create {domain.name}" if is_first else _title(migration))
        _write(
            draft.file(f"{VERSIONS}{number:04}_{_slug(title)}.py"),
            migration,
            _revision(domain, follows),
            follows,
            title,
        )
    made = tables(domain, "postgres", draft.lose)
    report_script(create_sql([each.declared for each in made], "postgres"), made, draft)
    draft.losses += [each for each in migration.problems if each.severity != "error"]
    report_unsaid(domain, tuple(each.record for each in made), draft, "Alembic", said=("identities", "rules"))
    return draft


def _from_nothing(domain: Domain) -> Migration:
    """The migration that begins with no tables, where there is no data to hold anything against."""
    nothing = Domain(name=domain.name)
    old, new = lay_out(nothing, "postgres"), lay_out(domain, "postgres")
    there, back = (Stage(a, b, steps(origins(a, b, ()), []), (), ()) for a, b in ((old, new), (new, old)))
    return Migration(diff(nothing, domain), "postgres", (there,), (back,))


def _revision(domain: Domain, follows: str) -> str:
    """A name for the design after the revisions before it."""
    return hashlib.sha256(f"{design_hash(domain)} {follows}".encode()).hexdigest()[:12]


def _title(migration: Migration) -> str:
    first, *others = map(str, migration.difference)
    return first + (f" and {counted(len(others), 'more change')}" if others else "")


def _slug(title: str) -> str:
    """What of a title a file's name may hold.

    >>> _slug("rename resource 'Café' to bar"), _slug("'; --")
    ('rename_resource_caf_to_bar', 'change')
    """
    return "_".join(re.findall(r"[a-z0-9]+", title.lower()))[:40].strip("_") or "change"


def _write(writer: Writer, migration: Migration, revision: str, follows: str, title: str) -> None:
    """The file of one revision."""
    body = Writer(writer.file)
    body.add("", "", "def upgrade() -> None:", *docstring(f"To the tables of {migration.after.name}.", "    "))
    _write_stages(body, migration.stages)
    body.add("", "", "def downgrade() -> None:", '    """Back to the tables before."""')
    if not _write_refusals(body, migration.returns):
        _write_stages(body, migration.returns)
    warned = [f"- {each.path}: {each.message}" for each in migration.problems]
    writer.add(*docstring("\n".join([title, *["", "What to know:", *warned] * bool(warned)])), "")
    writer.add("from __future__ import annotations", "", *["import sqlalchemy as sa"] * ("sa." in body.text))
    uses_refuse = "    refuse(" in body.text
    writer.add(f"from alembic import {'context, ' * uses_refuse}op")
    writer.add(*["from sqlalchemy.dialects import postgresql"] * ("postgresql." in body.text), "")
    writer.add(f"revision = {string(revision)}", f"down_revision = {string(follows) if follows else None}")
    writer.add("branch_labels = None", "depends_on = None", *[_REFUSE.rstrip("\n")] * uses_refuse)
    writer.append(body)


def _write_stages(writer: Writer, stages: Sequence[Stage]) -> None:
    for stage in stages:
        write_operations(writer, stage)


def _write_refusals(writer: Writer, stages: Sequence[Stage]) -> bool:
    """What cannot go back is refused: where values do not, always; where some are missing, when there are rows that need them.

    Whether there is nothing else to be done.
    """
    stuck = [f"{each.path}: {each.message}" for stage in stages for each in stage.problems]
    if stuck:
        why = f"this revision cannot be undone: {'; '.join(stuck)}; restore a copy of the database"
        writer.add(f"    raise RuntimeError({string(why)})")
        return True
    for check in stages[0].checks if stages else ():
        if check.code == "needs_value" and (found := _counting(check)):
            said = check.message.replace("{rows}", "the rows there are")
            writer.add(
                f"    refuse({string(found)}, {string(f'{check.path}: {said}; remove them, or restore a copy')})"
            )
    return False


def _counting(check: DataCheck) -> str:
    """The statement that counts the rows a check is about, as a driver without parameters takes it; empty where it needs some."""
    statement = to_sql(Aggregate(check.plan, (), (Output("rows", Over("count")),)), "postgres")
    return "" if statement.parameters else statement.text.replace("%", "%%")
