"""Running a migration: the data first, then everything in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from workbench.errors import Problem, Problems, Severity, VerificationError
from workbench.evolve.migration import Migration, Stage
from workbench.evolve.migration_checks import DataCheck
from workbench.model.expression import Aggregate as Over
from workbench.model.expression import Path, Scalar
from workbench.relation.plan import Aggregate, Limit, Output
from workbench.relation.port import Transaction, WritableStore
from workbench.views import Column as Shown
from workbench.views import Stack, Table, Text, View, Viewable, counted

__all__ = ["Migrated", "Standing", "UnfitError", "migrate"]

_EXAMPLES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Rows that stand in the way: the problem, how many, and the first of them by the columns that may be shown."""

    problem: Problem
    check: DataCheck | None = None
    examples: tuple[tuple[object, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Migrated(Viewable):
    """What became of a migration: whether it was done, and what the data said."""

    migration: Migration
    is_done: bool
    found: tuple[Standing, ...]

    @property
    def problems(self) -> Problems:
        """What the data said."""
        return Problems(each.problem for each in self.found)

    def view(self) -> View:
        """What was done, and what the data said."""
        count = counted(len(self.migration.up), "alteration")
        done = (
            Text(f"Done: {count}.", tone="good")
            if self.is_done
            else Text(f"Nothing was changed; {count} planned.", tone="muted")
        )
        parts: list[View] = [done]
        if self.found:
            parts.append(self.problems.view())
            parts += [_examples(each) for each in self.found if each.examples]
        return Stack(f"Migration of {self.migration.after.name}", tuple(parts))


class UnfitError(VerificationError):
    """The data does not fit a migration, or the migration cannot be done; ``found`` says all of it. Nothing was changed."""

    def __init__(self, found: Migrated) -> None:
        super().__init__(found.problems, f"migration of {found.migration.after.name}")
        self.found = found


def migrate(
    migration: Migration,
    store: WritableStore,
    *,
    accept_loss: bool = False,
    is_dry: bool = False,
    now: dt.datetime | None = None,
    also: Callable[[Transaction], None] = lambda _: None,
) -> Migrated:
    """The tables and rows of ``store`` are those of ``migration.after``, in one transaction; where anything fails, nothing is changed.

    The data is asked first. With ``is_dry`` everything is tried and then taken back. ``also`` is called in the transaction before it
    commits. ``now`` is the moment that ``now()`` means in rules.

    Raises:
        UnfitError: the data does not fit, or values would be lost and ``accept_loss`` is not said; nothing was changed.
        AdapterError, ConflictError: the database refused; nothing was changed.
    """
    wrong = [each for stage in migration.stages for each in stage.problems if each.severity == "error"]
    if wrong:
        raise UnfitError(Migrated(migration, False, tuple(Standing(each) for each in wrong)))
    moment = now or dt.datetime.now(dt.UTC)
    try:
        zone: dt.tzinfo = ZoneInfo(migration.after.time_zone)
    except (KeyError, ValueError):  # no such zone, which verification reports; its days are those of UTC
        zone = dt.UTC
    given: dict[str, Scalar] = {"context.now": moment, "context.today": moment.astimezone(zone).date()}
    found: list[Standing] = []
    with store.begin() as transaction:
        for stage in migration.stages:
            told = _held_against(stage, transaction, given, accept_loss=accept_loss)
            found += told
            if any(each.problem.severity == "error" for each in told):
                if is_dry:
                    break
                raise UnfitError(Migrated(migration, False, tuple(found)))
            transaction.alter(*stage.alterations)
        else:
            also(transaction)
            if not is_dry:
                transaction.commit()
                return Migrated(migration, True, tuple(found))
    return Migrated(migration, False, tuple(found))


def _held_against(
    stage: Stage, transaction: Transaction, given: dict[str, Scalar], *, accept_loss: bool
) -> list[Standing]:
    """What the data says against a stage, counted in as few queries as there are things to ask."""
    found = []
    for check in stage.checks:
        count = Over("sum", Path(("rows_",))) if check.weighted else Over("count")
        rows = transaction.query(Aggregate(check.plan, (), (Output("rows", count),)), given).tuples()[0][0]
        if not rows:
            continue
        rows = int(rows)
        examples = _first(check, transaction, given)
        such = ", such as " + "; ".join(_row(check.shown, each) for each in examples[:3]) if examples else ""
        message = check.message.replace("{rows}", counted(rows, "row")) + such
        is_accepted = check.is_loss and accept_loss
        hint = check.hint or ("accept the loss to go on" if check.is_loss and not accept_loss else "")
        severity: Severity = "warning" if is_accepted else "error"
        found.append(Standing(Problem(check.path, check.code, message, severity, hint, rows), check, examples))
    return found


def _first(check: DataCheck, transaction: Transaction, given: dict[str, Scalar]) -> tuple[tuple[object, ...], ...]:
    if not check.shown:
        return ()
    rows = transaction.query(Limit(check.plan, _EXAMPLES), given)
    places = [rows.columns.index(name) for name in check.shown]
    return tuple(tuple(row[place] for place in places) for row in rows.tuples())


def _row(names: Sequence[str], row: Sequence[object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True))


def _examples(standing: Standing) -> Table:
    columns = tuple(map(Shown, standing.check.shown if standing.check else ()))
    rows = tuple(tuple(map(str, row)) for row in standing.examples)
    return Table(
        columns, rows, title=f"{standing.problem.path}: {standing.problem.code}", total=standing.problem.rows or 0
    )
