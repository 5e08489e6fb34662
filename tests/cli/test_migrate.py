"""``workbench migrate``: a database brought up to date with a design, or left as it is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from tests.model.verify.designs import attribute, domain, resource
from workbench.cli import main
from workbench.evolve.refactorings import rename, split
from workbench.model import Domain
from workbench.store.database import open_database
from workbench.workspace.migrating import migrate


def team(*attributes: Any, **rest: Any) -> Domain:
    """A design of one resource."""
    return domain(resource("team", "id integer!", *attributes, **rest), name="league")


OLD = team("nick string", "age integer")
NEW = team(attribute("name string!", was="nick"), "age integer", "city string = 'Rome'")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A file on which the old design runs, with two rows."""
    path = tmp_path / "league.duckdb"
    with wb.open(OLD, path) as workspace:
        workspace.create("team", [{"id": 1, "nick": "ann", "age": 3}, {"id": 2, "nick": "bob", "age": None}])
    return path


def saved(design: Domain, folder: Path) -> str:
    """The path of a saved design."""
    path = folder / "design.json"
    wb.save(design, path)
    return str(path)


def rows(design: Domain, path: Path) -> list[dict[str, Any]]:
    """The rows a workspace of the design finds."""
    with wb.open(design, path) as workspace:
        found: list[dict[str, Any]] = workspace.ask("team").arrow().to_pylist()
        return found


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The exit code of ``workbench migrate``, and what it printed."""
    code = main(["migrate", *words])
    return code, capsys.readouterr().out


def test_an_open_workspace_notices(database: Path) -> None:
    """A workspace whose tables were migrated meanwhile neither reads nor writes them as they were; one opened anew does."""
    with wb.open(OLD, database) as before:
        migrate(OLD, database)
        assert before.count("team") == 2
        migrate(NEW, database)
        for use in (lambda: before.count("team"), lambda: before.create("team", {"id": 3})):
            with pytest.raises(wb.ConflictError, match="open it again"):
                use()
        with wb.open(NEW, database) as after:
            assert after.count("team") == 2


def test_a_design_folder_tells_where_its_values_moved(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A resource that was split takes its rows along, among other changes before and after; taken back, they return."""
    design = wb.Design(tmp_path / "league", OLD, by="ada").change(NEW, by="ada")
    design.refactor(split(design.domain, "team", ["age", "city"], "facts"), by="ada").change(
        rename(design.domain, "facts.age", "years").after, by="ada"
    )
    code, printed = run(capsys, str(design.folder), str(database))
    assert (code, "loses_data" in printed) == (0, False)
    with wb.open(design.domain, database) as workspace:
        assert workspace.ask("facts").arrow().to_pylist() == [
            {"id": 1, "years": 3, "city": "Rome"},
            {"id": 2, "years": None, "city": "Rome"},
        ]
    design.undo().undo()
    assert design.domain == NEW
    assert run(capsys, str(design.folder), str(database))[0] == 0
    assert [(each["age"], each["city"]) for each in rows(NEW, database)] == [(3, "Rome"), (None, "Rome")]


def test_a_workspace_opens_afterwards(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The design does not open the database before it was migrated, and finds every row afterwards; a second time nothing is to do."""
    design = saved(NEW, tmp_path)
    with pytest.raises(wb.VerificationError, match="workbench migrate"):
        wb.open(NEW, database)
    code, printed = run(capsys, design, str(database))
    assert (code, "team.nick to" in printed and "CREATE TABLE" in printed) == (0, True)
    assert rows(NEW, database) == [
        {"id": 1, "name": "ann", "age": 3, "city": "Rome"},
        {"id": 2, "name": "bob", "age": None, "city": "Rome"},
    ]
    code, printed = run(capsys, design, str(database), "--json")
    assert (code, json.loads(printed)) == (0, {"done": True, "changes": [], "sql": [], "problems": []})


def test_a_dry_run_shows_everything(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The changes with their class, the statements and what stands in the way are there, and the database is what it was."""
    design = saved(team("nick string!", "city string!"), tmp_path)
    code, printed = run(capsys, design, str(database), "--dry-run", "--json")
    found = json.loads(printed)
    assert (code, found["done"]) == (1, False)
    assert {"change": "remove", "path": "team.age", "class": "breaking"}.items() <= found["changes"][0].items()
    assert any("CREATE TABLE" in each for each in found["sql"])
    counted = {(each["path"], each["code"]): each["rows"] for each in found["problems"] if "rows" in each}
    assert counted == {("team.city", "needs_value"): 2, ("team.age", "loses_data"): 1}
    assert len(rows(OLD, database)) == 2


def test_loss_must_be_accepted(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Values are lost only where that is said; what was counted is told either way."""
    design = saved(team("nick string"), tmp_path)
    code, printed = run(capsys, design, str(database))
    assert (code, "accept the loss" in " ".join(printed.split())) == (1, True)
    assert len(rows(OLD, database)) == 2
    code, printed = run(capsys, design, str(database), "--accept-loss")
    assert (code, "1 row" in printed) == (0, True)
    assert rows(team("nick string"), database) == [{"id": 1, "nick": "ann"}, {"id": 2, "nick": "bob"}]


@pytest.mark.parametrize(
    ("name", "why"),
    [("nowhere.duckdb", "there is no database"), ("postgresql://ann:s3cret@localhost:1/none", "cannot be")],
)
def test_databases_that_are_none(name: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is not made, and no message repeats a password."""
    where = name if "://" in name else str(tmp_path / name)
    assert main(["migrate", saved(NEW, tmp_path), where]) == 2
    told = capsys.readouterr().err
    assert why in told
    assert "s3cret" not in told
    assert not (tmp_path / "nowhere.duckdb").exists()


def test_a_design_with_problems_is_refused(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is migrated to a design that cannot stand."""
    design = saved(team("nick string", key=["nope"]), tmp_path)
    code, printed = run(capsys, design, str(database), "--json")
    assert (code, json.loads(printed)["problems"][0]["code"]) == (2, "unknown_key_attribute")


def test_tables_that_no_workbench_made(tmp_path: Path) -> None:
    """Where no design is held, what the tables declare is the design they are of, matched by names."""
    import duckdb

    path = tmp_path / "legacy.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table team (id bigint primary key, nick varchar not null, born date)")
        connection.execute("insert into team values (1, 'ann', date '2000-01-02')")
    after = team(attribute("name string!", was="nick"), "born timestamp")
    assert migrate(after, path).is_done
    with open_database(path) as database:
        assert {each.table.name for each in database.stored()} == {"team"}
    (row,) = rows(after, path)
    assert (row["id"], row["name"], row["born"].isoformat()) == (1, "ann", "2000-01-02T00:00:00+00:00")


def test_an_empty_database_gets_its_tables(tmp_path: Path) -> None:
    """A database without tables is one whose design is empty."""
    path = tmp_path / "new.duckdb"
    with open_database(path):
        pass
    assert migrate(OLD, path).is_done
    assert rows(OLD, path) == []


def test_counting_goes_on_under_another_name(tmp_path: Path) -> None:
    """Numbers given out before a rename are not given out again after it."""
    path = tmp_path / "count.duckdb"
    old = domain(resource("tickets", attribute("no integer!", generated=True), "note string", key=["no"]))
    new = domain(
        resource(
            "passes",
            attribute("number integer!", generated=True, was="no"),
            "note string",
            key=["number"],
            was="tickets",
        )
    )
    with wb.open(old, path) as workspace:
        workspace.create("tickets", [{"note": "a"}, {"note": "b"}])
        workspace.destroy("tickets", where="no = 2")
    assert migrate(new, path).is_done
    with wb.open(new, path) as workspace:
        workspace.create("passes", [{"note": "c"}])
        assert [each["number"] for each in workspace.ask("passes", sort=["number"]).arrow().to_pylist()] == [1, 3]


def test_refactorings_carry_the_rows(database: Path) -> None:
    """A refactoring given with the design says where moved values come from, so that nothing is lost."""
    made = split(OLD, "team", ["age"], "ages")
    with pytest.raises(wb.VerificationError, match="loses_data"):
        migrate(made.after, database)
    assert migrate(made.after, database, refactorings=[made]).is_done
    with wb.open(made.after, database) as workspace:
        assert workspace.ask("ages", sort=["id"]).arrow().to_pylist() == [{"id": 1, "age": 3}, {"id": 2, "age": None}]


# --- a full stop in the middle --------------------------------------------------------------------------------------------------

KILLED = """
    import os, signal, sys
    from workbench.evolve.migration import plan_migration
    from workbench.evolve.migration_run import migrate
    from workbench.language import load
    from workbench.relation.plan import TableName

    design, after, where = map(str, sys.argv[1:])
    plan = dict(before=load(design), after=load(after))
    if where.startswith("postgresql:"):
        from workbench.store.postgres_database import open_postgres
        store, plan["place"] = open_postgres(where, schema="killed"), TableName
    else:
        from workbench.store.database import open_database, stored_table
        store, plan["place"] = open_database(where), stored_table

    def stop(transaction):
        os.kill(os.getpid(), signal.SIGKILL)

    migrate(plan_migration(dialect=store.dialect, **plan), store, also=stop)
"""


def killed(before: Domain, after: Domain, where: str, folder: Path) -> None:
    """A migration in a process of its own that is killed when all is written and nothing committed."""
    names = [folder / "before.json", folder / "after.json"]
    for each, path in zip((before, after), names, strict=True):
        wb.save(each, path)
    command = [sys.executable, "-c", textwrap.dedent(KILLED), *map(str, names), where]
    done = subprocess.run(command, check=False, capture_output=True, env=os.environ | {"PYTHONPATH": str(Path.cwd())})
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_killed_in_the_middle(database: Path, tmp_path: Path) -> None:
    """A process killed before the commit leaves the file as it was, and it is migrated afterwards."""
    killed(OLD, NEW, str(database), tmp_path)
    assert [each["nick"] for each in rows(OLD, database)] == ["ann", "bob"]
    assert migrate(NEW, database).is_done
    assert len(rows(NEW, database)) == 2


@pytest.mark.postgres
def test_killed_in_the_middle_on_postgres(postgres: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On PostgreSQL too; the command reads the design the database holds, and migrates it in its schema."""
    from workbench.relation.plan import Scan, TableName, Values
    from workbench.relation.statement import Statement
    from workbench.store.postgres_database import open_postgres

    with open_postgres(postgres, schema="killed") as store:
        with store.begin() as transaction:
            transaction.write(Statement('DROP SCHEMA IF EXISTS "workbench" CASCADE'))
            transaction.commit()
        assert migrate(OLD, postgres, schema="killed").is_done
        with store.begin() as transaction:
            columns = ("id", "nick", "age")
            assert (
                transaction.insert(TableName("team"), columns, Values(columns, ((1, "ann", 3), (2, "bob", None)))) == 2
            )
            transaction.commit()
        killed(OLD, NEW, postgres, tmp_path)
        assert store.query(Scan(TableName("team"))).tuples() == [(1, "ann", 3), (2, "bob", None)]
        code, printed = run(capsys, saved(NEW, tmp_path), postgres, "--schema", "killed", "--json")
        assert (code, json.loads(printed)["done"]) == (0, True)
        assert sorted(store.query(Scan(TableName("team"))).tuples()) == [
            (1, "ann", 3, "Rome"),
            (2, "bob", None, "Rome"),
        ]
        with store.begin() as transaction:
            transaction.write(Statement('DROP SCHEMA "workbench" CASCADE'))
            transaction.write(Statement('DROP SCHEMA "killed" CASCADE'))
            transaction.commit()


@pytest.mark.postgres
def test_each_schema_of_a_server_has_a_design_of_its_own(postgres: str) -> None:
    """What stands in one schema says nothing of another: its tables are made, and each goes on from its own design."""
    from workbench.relation.statement import Statement
    from workbench.store.postgres_database import open_postgres

    schemas = ("first", "it's second")
    for schema in schemas:
        assert migrate(OLD, postgres, schema=schema).is_done
    assert migrate(NEW, postgres, schema=schemas[0]).is_done
    for schema, columns in zip(schemas, (["id", "name", "age", "city"], ["id", "nick", "age"]), strict=True):
        with open_postgres(postgres, schema=schema) as store:
            (team,) = store.tables()
            assert [each.name for each in team.columns] == columns
    assert migrate(OLD, postgres, schema=schemas[1]).migration.up == ()
    with open_postgres(postgres) as store, store.begin() as transaction:
        for schema in ("workbench", *schemas):
            transaction.write(Statement(f'DROP SCHEMA "{schema}" CASCADE'))
        transaction.commit()
