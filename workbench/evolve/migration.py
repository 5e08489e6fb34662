"""Migrations: what becomes of the tables and their rows when a domain changes, forwards and back, as alterations to be run.

plan_migration(before, after, dialect)     what to do to the tables, what it would lose, what it needs
migrate(migration, store)                  hold it against the data, then do it, all of it or nothing
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from workbench.errors import ConflictError, Problem, Problems
from workbench.evolve.comparison import Difference, diff
from workbench.evolve.difference import same
from workbench.evolve.migration_checks import DataCheck, data_checks
from workbench.evolve.migration_layout import Layout, Place, lay_out
from workbench.evolve.migration_rows import origins
from workbench.evolve.migration_steps import steps
from workbench.evolve.refactorings_value import Movement, Refactoring
from workbench.model.domain import Domain
from workbench.relation.alter_sql import alter_sql
from workbench.relation.alteration import Alteration
from workbench.relation.plan import TableName
from workbench.relation.sql_names import Dialect
from workbench.views import Code, Stack, Text, View, Viewable, counted

__all__ = ["Migration", "Stage", "plan_migration"]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One step of a migration from a layout to the next: what is done, what must hold of the data, and what is known to be wrong."""

    before: Layout
    after: Layout
    alterations: tuple[Alteration, ...]
    checks: tuple[DataCheck, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, eq=False)
class Migration(Viewable):
    """What leads from the tables of ``before`` to those of ``after``, and back.

    ``problems`` says, before any data is looked at, what may need a value, what loses data, and what cannot be undone.
    """

    difference: Difference
    dialect: Dialect
    stages: tuple[Stage, ...]
    returns: tuple[Stage, ...]

    @property
    def before(self) -> Domain:
        """The domain whose tables there are."""
        return self.difference.before

    @property
    def after(self) -> Domain:
        """The domain whose tables there are to be."""
        return self.difference.after

    @property
    def up(self) -> tuple[Alteration, ...]:
        """What makes the tables those of ``after``."""
        return tuple(each for stage in self.stages for each in stage.alterations)

    @property
    def down(self) -> tuple[Alteration, ...]:
        """What makes them those of ``before`` again."""
        return tuple(each for stage in self.returns for each in stage.alterations)

    def inverse(self) -> Migration:
        """The way back as a migration of its own, held against the data before it is done."""
        return Migration(diff(self.after, self.before), self.dialect, self.returns, self.stages)

    @cached_property
    def problems(self) -> Problems:
        """What may go wrong, is lost, or cannot be undone."""
        found = [each for stage in self.stages for each in stage.problems]
        for check in (each for stage in self.stages for each in stage.checks):
            if check.is_loss or check.code == "needs_value":
                found.append(_warned(check))
        gone = [each for stage in self.stages for each in stage.checks if each.code == "loses_data"]
        found += [_not_back(each.path, "what is lost does not come back") for each in gone]
        for stage in self.returns:
            found += [_not_back(each.path, each.message) for each in stage.problems]
            found += [
                _not_back(each.path, "the way back needs a value for it")
                for each in stage.checks
                if each.code == "needs_value"
            ]
        return Problems(dict.fromkeys(found))

    def sql(self, direction: Literal["up", "down"] = "up") -> str:
        """The statements, as a person reads them."""
        printed = [
            statement.text
            for each in (self.up if direction == "up" else self.down)
            for statement in alter_sql(each, self.dialect, is_shown=True)
        ]
        return "".join(f"{text};\n\n" for text in printed).rstrip("\n") + "\n" * bool(printed)

    def __repr__(self) -> str:
        return f"<Migration of {self.after.name} on {self.dialect}: {counted(len(self.up), 'alteration')}>"

    def view(self) -> View:
        """The changes, what to know, and the statements."""
        parts: list[View] = [self.difference.view()]
        if self.problems:
            parts.append(self.problems.view())
        statements = Code(self.sql(), "sql") if self.up else Text("The tables stay as they are.", tone="good")
        return Stack("Migration", (*parts, statements), detail=counted(len(self.up), "alteration"))


def plan_migration(
    before: Domain,
    after: Domain,
    dialect: Dialect,
    refactorings: Sequence[Refactoring] = (),
    place: Place = TableName,
    absent: Collection[str] = (),
) -> Migration:
    """What makes of the tables of ``before`` those of ``after``. Resources and attributes are matched by their names at birth.

    ``refactorings``, which lead on from ``before`` in their order, say where moved values come from; what else differs follows them.
    ``place`` says where a table of a name is; resources born under a name in ``absent`` have no table here.

    >>> from workbench.model import Attribute, Resource
    >>> old = Domain(name="shop", resources=(Resource(name="team", attributes=(Attribute(name="nick", type="string"),)),))
    >>> new = Domain(name="shop", resources=(Resource(name="team", attributes=(Attribute(name="name", type="string", was="nick"),)),))
    >>> print(plan_migration(old, new, "duckdb").sql(), end="")
    ALTER TABLE "team" RENAME COLUMN "nick" TO "name";

    Raises:
        ConflictError: a refactoring does not begin where the one before it ends.
    """
    current, there, back = before, [], []
    for each in (*refactorings, None):
        if each is not None and not same(each.before, current):
            raise ConflictError(f"{each.name}: it begins with another design than the one there is by then")
        following = after if each is None else each.after
        if each is None and same(current, following):
            break
        ways: tuple[Iterable[Movement], Iterable[Movement]] = (each.movements, each.returns) if each else ((), ())
        old, new = lay_out(current, dialect, place, absent), lay_out(following, dialect, place, absent)
        there.append(_stage(old, new, ways[0]))
        back.append(_stage(new, old, ways[1]))
        current = following
    return Migration(diff(before, after), dialect, tuple(there), tuple(reversed(back)))


def _stage(before: Layout, after: Layout, movements: Iterable[Movement]) -> Stage:
    found = origins(before, after, movements)
    problems = list(found.problems)
    alterations = steps(found, problems)
    return Stage(before, after, alterations, data_checks(found), tuple(problems))


def _warned(check: DataCheck) -> Problem:
    return Problem(check.path, check.code, check.message.replace("{rows}", "rows"), "warning", check.hint)


def _not_back(path: str, why: str) -> Problem:
    return Problem(path, "not_reversible", why, "info", "keep a copy of the database")
