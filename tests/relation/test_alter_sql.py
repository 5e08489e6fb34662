"""Alterations as SQL: one statement each for most, names quoted, and DuckDB's constraints left alone."""

from __future__ import annotations

import pytest

from workbench.errors import DefinitionError
from workbench.model.expression import Binary, Constant, Path
from workbench.model.types import parse_type
from workbench.relation.alter_sql import alter_sql
from workbench.relation.alteration import (
    AddColumn,
    AddConstraint,
    Alteration,
    ChangeColumn,
    CreateSchema,
    Describe,
    DropColumn,
    DropConstraint,
    DropTable,
    FillTable,
    Key,
    RemoveRows,
    RenameConstraint,
    RenameTable,
)
from workbench.relation.ddl import Check, NewColumn, Reference, Unique
from workbench.relation.plan import Filter, Scan, TableName

T = TableName('t"x', "s")
OPEN = Unique(("a",), Binary("=", Path(("b",)), Constant("it's")), name="u")
A = NewColumn("a", parse_type("integer"))


@pytest.mark.parametrize(
    ("alteration", "statements"),
    [
        (CreateSchema("s", "c"), ['CREATE SCHEMA IF NOT EXISTS "c"."s"']),
        (DropTable(T), ['DROP TABLE "s"."t""x"']),
        (RenameTable(T, "u"), ['ALTER TABLE "s"."t""x" RENAME TO "u"']),
        (DropColumn(T, "a"), ['ALTER TABLE "s"."t""x" DROP COLUMN "a"']),
        (
            AddColumn(T, NewColumn("a", parse_type("integer"), True, Constant(3), "how many")),
            [
                'ALTER TABLE "s"."t""x" ADD COLUMN "a" BIGINT DEFAULT 3',
                'ALTER TABLE "s"."t""x" ALTER COLUMN "a" SET NOT NULL',
                'COMMENT ON COLUMN "s"."t""x"."a" IS \'how many\'',
            ],
        ),
        (
            ChangeColumn(T, NewColumn("a", parse_type("integer"), True, Constant(3)), NewColumn("a", parse_type("text"))),
            [
                'ALTER TABLE "s"."t""x" ALTER COLUMN "a" DROP DEFAULT',
                'ALTER TABLE "s"."t""x" ALTER COLUMN "a" SET DATA TYPE TEXT USING CAST("a" AS TEXT)',
                'ALTER TABLE "s"."t""x" ALTER COLUMN "a" DROP NOT NULL',
            ],
        ),
        (ChangeColumn(T, A, A), []),
        (Describe(T, "", ""), ['COMMENT ON TABLE "s"."t""x" IS NULL']),
        (AddConstraint(T, Key(("a",), "k")), ['ALTER TABLE "s"."t""x" ADD CONSTRAINT "k" PRIMARY KEY ("a")']),
        (AddConstraint(T, OPEN), ['CREATE UNIQUE INDEX "u" ON "s"."t""x"("a") WHERE "b" = \'it\'\'s\'']),
        (
            AddConstraint(T, Reference(("a",), TableName("o"), ("id",), "f")),
            ['ALTER TABLE "s"."t""x" ADD CONSTRAINT "f" FOREIGN KEY ("a") REFERENCES "o" ("id")'],
        ),
        (DropConstraint(T, Key(("a",), "k")), ['ALTER TABLE "s"."t""x" DROP CONSTRAINT "k"']),
        (DropConstraint(T, OPEN), ['DROP INDEX "s"."u"']),
        (RenameConstraint(T, Key(("a",), "k"), 'l"'), ['ALTER TABLE "s"."t""x" RENAME CONSTRAINT "k" TO "l"""']),
        (RenameConstraint(T, OPEN, "v"), ['ALTER INDEX "s"."u" RENAME TO "v"']),
    ],
)  # fmt: skip
def test_postgres(alteration: Alteration, statements: list[str]) -> None:
    """Every alteration has its statements, in order."""
    assert [each.text for each in alter_sql(alteration, "postgres")] == statements


@pytest.mark.parametrize(
    "alteration", [AddConstraint(T, OPEN), DropConstraint(T, Key(("a",), "k")), RenameConstraint(T, OPEN, "v")]
)
def test_duckdb_changes_no_constraints(alteration: Alteration) -> None:
    """What DuckDB cannot do to a table that is there is said, not tried."""
    with pytest.raises(DefinitionError, match="make it anew"):
        alter_sql(alteration, "duckdb")


def test_shown_statements_need_no_parameters() -> None:
    """A person reads constants where they stand; to run, they are bound."""
    plan = Filter(Scan(TableName("b")), Binary("=", Path(("n",)), Constant("x")))
    for alteration in (FillTable(T, ("a",), plan), RemoveRows(T, ("a",), plan)):
        (shown,), (run,) = alter_sql(alteration, "duckdb", is_shown=True), alter_sql(alteration, "duckdb")
        assert ("'x'" in shown.text, shown.parameters) == (True, ())
        assert ("$1" in run.text, len(run.parameters)) == (True, 1)


def test_a_check_is_about_its_own_row() -> None:
    """A constraint that leads to another table is refused."""
    with pytest.raises(DefinitionError, match="leads to another table"):
        alter_sql(AddConstraint(T, Check(Binary("=", Path(("a", "b")), Constant(1)), "c")), "postgres")
