"""Alembic migrations: they run up and down on a real server, keep the rows they can, and leave the tables the models declare."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, create_engine

from tests.emit.catalog import as_ddl, catalog, connected, imported, orm, url
from tests.emit.designs import attribute, domains, hostile, large, shop
from tests.emit.test_sqlalchemy import every_type, related
from workbench.cli import main
from workbench.emit import Export, export
from workbench.errors import ConflictError, DefinitionError
from workbench.evolve.refactorings import extract_lookup
from workbench.expression import parse
from workbench.language import save
from workbench.model import Constraints, Domain, Identity, Relationship, Resource, Rule
from workbench.model.expression import Constant

pytestmark = pytest.mark.postgres


@dataclass
class Server:
    """A schema of a server, and the folder with the revisions that are run there."""

    address: str
    schema: str
    folder: Path

    @property
    def url(self) -> str:
        return f"{self.address}&options=-csearch_path%3D{self.schema}"

    def alembic(self, *arguments: str, wanted: int = 0) -> str:
        """What Alembic says when called as a person calls it."""
        command = [sys.executable, "-m", "alembic", "-c", str(self.folder / "alembic.ini"), *arguments]
        environment = os.environ | {"DATABASE_URL": self.url, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == wanted, done.stdout + done.stderr
        return done.stdout + done.stderr

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(f"set search_path to {self.schema}".encode())
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def catalog(self) -> dict[str, list[tuple[Any, ...]]]:
        return catalog(self.address, self.schema)

    def differences(self, domain: Domain) -> Sequence[object]:
        """What autogenerate would still change, by the exported models."""
        models = orm(domain, self.folder)
        engine = create_engine(url(self.address), connect_args={"options": f"-csearch_path={self.schema}"})
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": True}
            )
            found: Sequence[object] = compare_metadata(context, models.Base.metadata)
        engine.dispose()
        return found


@pytest.fixture
def server(postgres: str, tmp_path: Path) -> Iterator[Server]:
    with connected(postgres, "migrated"):
        yield Server(postgres, "migrated", tmp_path)


@pytest.mark.parametrize("design", [shop, every_type, related, hostile, large])
def test_from_nothing_to_the_tables_of_the_ddl_and_back(design: Callable[[], Domain], server: Server) -> None:
    """Upgrading makes just what the DDL makes, names included; autogenerate finds nothing to do; downgrading leaves nothing."""
    export(design(), "alembic").write(server.folder)
    server.alembic("upgrade", "head")
    wanted, found = as_ddl(server.address, "by_ddl", design()), server.catalog()
    for part, rows in wanted.items():
        assert found[part] == rows
    assert server.differences(design()) == []
    server.alembic("downgrade", "base")
    assert not any(server.catalog().values())


def before() -> Domain:
    """Teams and players, to be changed."""
    team = Resource(
        name="team",
        description="Who plays",
        attributes=(
            attribute("id", "integer"),
            attribute("nick", "string", required=True, description="short: 100 %"),
            attribute("points", "string"),
            attribute("budget", "decimal(9, 2)", constraints=Constraints(minimum=Constant(0))),
            attribute("level", "enum(amateur, professional)", required=True, default=Constant("amateur")),
            attribute("motto", "string"),
        ),
        key=("id",),
        identities=(Identity(name="one_nick", attributes=("nick",)),),
    )
    player = Resource(
        name="player",
        attributes=(attribute("id", "integer"), attribute("name", "string"), attribute("city", "string")),
        key=("id",),
        relationships=(Relationship(name="team", kind="belongs_to", destination="team"),),
    )
    return Domain(name="league", resources=(team, player))


def after() -> Domain:
    """The same with names, types, defaults, values, constraints, comments and tables that differ."""
    club = Resource(
        name="club",
        was="team",
        description="Who plays: 50 %",
        attributes=(
            attribute("id", "integer"),
            attribute("name", "string", required=True, was="nick", description="in full"),
            attribute("points", "integer", default=Constant(0)),
            attribute("budget", "decimal(12, 2)", constraints=Constraints(minimum=Constant(1))),
            attribute("level", "enum(amateur, professional, retired)", required=True, default=Constant("retired")),
            attribute("founded", "date", required=True, default=parse("date '1900-01-01'")),
        ),
        key=("id",),
        identities=(
            Identity(name="one_nick", attributes=("name",), where=parse("name != 'a :x 10 %'")),
            Identity(name="equal", attributes=("points", "budget"), nulls_distinct=False),
        ),
        rules=(Rule(name="old", condition=parse("founded >= date '1850-01-01' or name = 'a:b'")),),
    )
    player = Resource(
        name="player",
        attributes=(attribute("id", "integer"), attribute("name", "string"), attribute("city", "string")),
        key=("id",),
        relationships=(Relationship(name="club", was="team", kind="belongs_to", destination="club", required=True),),
    )
    badge = Resource(
        name="badge",
        attributes=(attribute("code", "uuid", description="on it"),),
        key=("code",),
        relationships=(Relationship(name="player", kind="belongs_to", destination="player"),),
    )
    return Domain(name="league", resources=(club, player, badge))


ROWS = "insert into team (id, nick, points, budget, level, motto) values (1, 'Reds', '12', 2.5, 'professional', 'win'), (2, 'Blues', null, null, 'amateur', null)"


def test_from_one_design_to_the_next_and_back_with_the_rows(server: Server) -> None:
    """Exporting onto the folder appends a revision; names, types and values arrive, and come back."""
    export(before(), "alembic").write(server.folder)
    server.alembic("upgrade", "head")
    server.run(ROWS)
    server.run("insert into player values (1, 'Ann', 'Rome', 1)")
    made = export(after(), "alembic", onto=server.folder)
    made.write(server.folder)
    assert sorted(each.name[:5] for each in (server.folder / "versions").glob("*.py")) == ["0001_", "0002_"]
    server.alembic("upgrade", "head")
    assert server.run("select id, name, points, budget, level, founded::text from club order by id") == [
        (1, "Reds", 12, Decimal("2.50"), "professional", "1900-01-01"),
        (2, "Blues", None, None, "amateur", "1900-01-01"),
    ]
    assert server.run("select * from player") == [(1, "Ann", "Rome", 1)]
    assert server.catalog() == as_ddl(server.address, "by_ddl", after())
    assert server.differences(after()) == []
    server.alembic("downgrade", "-1")
    assert server.run("select id, nick, points, budget, level, motto from team order by id") == [
        (1, "Reds", "12", Decimal("2.50"), "professional", None),
        (2, "Blues", None, None, "amateur", None),
    ]
    assert server.catalog() == as_ddl(server.address, "by_ddl", before())
    assert server.differences(before()) == []


def test_a_refactoring_takes_its_rows_along(server: Server) -> None:
    """Values that move to a table of their own are moved by the revision, and moved back."""
    export(before(), "alembic").write(server.folder)
    server.alembic("upgrade", "head")
    server.run(ROWS)
    server.run(
        "insert into player values (1, 'Ann', 'Rome: %', 1), (2, 'Bob', 'Oslo', 2), (3, 'Cy', 'Rome: %', 2), (4, 'Di', null, 1)"
    )
    done = extract_lookup(before(), "player", ["city"], "town")
    export(done.after, "alembic", onto=server.folder, refactorings=[done]).write(server.folder)
    server.alembic("upgrade", "head")
    assert server.catalog() == as_ddl(server.address, "by_ddl", done.after)
    (key,) = done.after.resource("town").key
    (way,) = (each for each in done.after.resource("player").relationships if each.destination == "town")
    (here,) = done.after.relationship_keys(done.after.resource("player"), way).source
    joined = (
        f'select player.name, town.city from player left join town on town."{key}" = player."{here}" order by player.id'
    )
    assert server.run("select count(*) from town") == [(2,)]
    assert server.run(joined) == [("Ann", "Rome: %"), ("Bob", "Oslo"), ("Cy", "Rome: %"), ("Di", None)]
    server.alembic("downgrade", "-1")
    assert server.run("select id, city from player order by id") == [
        (1, "Rome: %"),
        (2, "Oslo"),
        (3, "Rome: %"),
        (4, None),
    ]
    assert server.catalog() == as_ddl(server.address, "by_ddl", before())


def test_what_cannot_be_undone_says_so(server: Server) -> None:
    """Going back to a required attribute whose values are gone is refused while there are rows, and nothing is changed."""
    export(before(), "alembic").write(server.folder)
    team = before().resource("team")
    fewer = team.model_copy(
        update={"attributes": tuple(each for each in team.attributes if each.name != "nick"), "identities": ()}
    )
    changed = before().model_copy(update={"resources": (fewer, before().resource("player"))})
    made = export(changed, "alembic", onto=server.folder)
    assert {(each.path, each.code) for each in made.losses} >= {
        ("team.nick", "loses_data"),
        ("team.nick", "not_reversible"),
    }
    made.write(server.folder)
    server.alembic("upgrade", "head")
    server.run("insert into team (id) values (1)")
    assert "team.nick" in server.alembic("downgrade", "-1", wanted=1)
    assert server.catalog() == as_ddl(server.address, "by_ddl", changed)
    server.run("delete from team")
    server.alembic("downgrade", "-1")
    assert server.catalog() == as_ddl(server.address, "by_ddl", before())


def test_a_value_that_no_cast_brings_back_is_never_undone(server: Server) -> None:
    """Where a type changes to one that nothing becomes, the way back is refused, rows or no rows."""
    export(before(), "alembic").write(server.folder)
    team = before().resource("team")
    kinds = tuple(attribute("motto", "array(integer)") if each.name == "motto" else each for each in team.attributes)
    changed = before().model_copy(
        update={"resources": (team.model_copy(update={"attributes": kinds}), before().resource("player"))}
    )
    export(changed, "alembic", onto=server.folder).write(server.folder)
    server.alembic("upgrade", "head")
    assert "this revision cannot be undone: team.motto" in server.alembic("downgrade", "-1", wanted=1)


def test_the_statements_can_be_printed_instead(server: Server) -> None:
    """Without a database, the whole history comes out as SQL that the server takes."""
    export(before(), "alembic").write(server.folder)
    export(after(), "alembic", onto=server.folder).write(server.folder)
    script = server.alembic("upgrade", "head", "--sql")
    server.run(script[script.index("BEGIN;") : script.rindex("COMMIT;") + 7])
    assert server.catalog() == as_ddl(server.address, "by_ddl", after())


def test_alembic_check_finds_nothing_beside_the_models(server: Server) -> None:
    """With the models exported to the same folder, Alembic's own check agrees, and its template makes a revision by hand."""
    for target in ("alembic", "sqlalchemy"):
        export(after(), target).write(server.folder)
    server.alembic("upgrade", "head")
    assert "No new upgrade operations detected" in server.alembic("check")
    server.alembic("revision", "-m", "by hand")
    server.alembic("upgrade", "head")


def test_without_an_address_alembic_says_what_to_set(server: Server) -> None:
    """A missing environment variable is named, not a traceback."""
    export(before(), "alembic").write(server.folder)
    command = [sys.executable, "-m", "alembic", "-c", str(server.folder / "alembic.ini"), "current"]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0 and "set DATABASE_URL" in done.stdout + done.stderr and "Traceback" not in done.stderr


def versions(folder: Path) -> list[str]:
    return sorted(each.name for each in (folder / "versions").glob("*.py"))


def declared(folder: Path, number: str) -> tuple[object, object]:
    """``revision`` and ``down_revision`` of the file with this number."""
    (file,) = (folder / "versions").glob(f"{number}_*.py")
    found = dict(re.findall(r'^(revision|down_revision) = (?:"(\w+)"|None)$', file.read_text(), re.MULTILINE))
    return found["revision"], found["down_revision"] or None


def test_the_same_design_adds_no_revision(tmp_path: Path) -> None:
    """Exporting onto a folder again changes nothing there, and the check agrees."""
    export(before(), "alembic").write(tmp_path)
    names = versions(tmp_path)
    again = export(before(), "alembic", onto=tmp_path)
    assert again.check(tmp_path).is_ok
    again.write(tmp_path)
    assert versions(tmp_path) == names
    stale = export(after(), "alembic", onto=tmp_path).check(tmp_path)
    assert {each.code for each in stale} == {"stale_export", "not_exported"}


def test_revisions_follow_each_other(tmp_path: Path) -> None:
    """Each names the one before it, also on the way back to an earlier design, and the first names none."""
    for design in (before(), after(), before()):
        export(design, "alembic", onto=tmp_path).write(tmp_path)
    chain = [declared(tmp_path, number) for number in ("0001", "0002", "0003")]
    assert [down for _, down in chain] == [None, chain[0][0], chain[1][0]]
    assert len({name for name, _ in chain}) == 3


def test_two_designs_are_enough_for_a_revision() -> None:
    """Without a folder, a revision follows the one that its first design begins with, or the one it is told."""
    first, second = (
        export(before(), "alembic"),
        export(after(), "alembic", before=before(), message='Grow up: \'x\' """'),
    )
    one, two = (
        "".join(text for file, text in made.files.items() if file.startswith("versions/")) for made in (first, second)
    )
    name = re.search(r'^revision = "(\w+)"$', one, re.MULTILINE)
    assert name and f'down_revision = "{name[1]}"' in two
    assert "versions/0002_grow_up_x.py" in second.files
    told = export(after(), "alembic", before=before(), down_revision="abc")
    assert any('down_revision = "abc"' in text for text in told.files.values())


def test_a_revision_somebody_wrote_is_followed(tmp_path: Path) -> None:
    """The next export follows a revision written by hand, and leaves it alone."""
    export(before(), "alembic").write(tmp_path)
    name, _ = declared(tmp_path, "0001")
    by_hand = tmp_path / "versions" / "abc_by_hand.py"
    by_hand.write_text(f'revision: str = "abc"\ndown_revision: str | None = "{name}"\n')
    export(after(), "alembic", onto=tmp_path).write(tmp_path)
    assert declared(tmp_path, "0003")[1] == "abc" and by_hand.exists()


def test_two_last_revisions_are_refused(tmp_path: Path) -> None:
    """Where two revisions come last, or one cannot be read, the export says so and what to do."""
    export(before(), "alembic").write(tmp_path)
    other = tmp_path / "versions" / "other.py"
    other.write_text('revision = "abc"\ndown_revision = None\n')
    with pytest.raises(DefinitionError, match=r"abc.*merge"):
        export(after(), "alembic", onto=tmp_path)
    for text in ("revision = f(", "revision = name()", "x = 1"):
        other.write_text(text)
        with pytest.raises(DefinitionError, match=r"other\.py"):
            export(after(), "alembic", onto=tmp_path)


def test_revisions_are_never_replaced_or_removed(tmp_path: Path) -> None:
    """An export that does not follow the folder's revisions is refused; one edited by hand is found, and kept."""
    export(before(), "alembic").write(tmp_path)
    (name,) = versions(tmp_path)
    with pytest.raises(ConflictError, match="onto="):
        export(after(), "alembic").write(tmp_path)
    edited = tmp_path / "versions" / name
    edited.write_text(edited.read_text() + "# by hand\n")
    assert [each.code for each in export(before(), "alembic", onto=tmp_path).check(tmp_path)] == ["edited_by_hand"]
    export(after(), "alembic", onto=tmp_path).write(tmp_path)
    assert len(versions(tmp_path)) == 2 and edited.read_text().endswith("# by hand\n")
    assert {each.name for each in tmp_path.iterdir()} == {
        "alembic.ini", "env.py", "script.py.mako", "versions", "workbench-design.json", "workbench-manifest.json",
    }  # fmt: skip


def test_the_command_adds_a_revision_when_the_design_has_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same command, said again: nothing for the same design, one more revision for another, and a check that tells."""
    design, out = tmp_path / "design.json", tmp_path / "migrations"
    command = ["export", str(design), "--to", "alembic", "--out", str(out)]
    for number, domain in enumerate((before(), before(), after()), 1):
        save(domain, design)
        assert main([*command, "--check"]) == (0 if number == 2 else 1)
        assert main(command) == 0
        assert main([*command, "--check"]) == 0
    assert [name[:5] for name in versions(out)] == ["0001_", "0002_"]
    (out / "versions" / "third.py").write_text("nothing")
    capsys.readouterr()
    assert main(command) == 2 and "third.py" in capsys.readouterr().err


def upgraded(made: Export, engine: Engine, folder: Path) -> None:
    """Run what the export's revision does."""
    for source in (text for file, text in made.files.items() if file.startswith("versions/")):
        (folder / "revision.py").write_text(source, encoding="utf-8")
        with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
            imported(folder / "revision.py", "exported_revision").upgrade()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(domain=domains(), next_domain=domains())
def test_any_two_designs_follow_each_other(domain: Domain, next_domain: Domain, postgres: str, tmp_path: Path) -> None:
    """Whatever two designs look like, the revisions run and leave the tables of the DDL."""
    with connected(postgres, "pairs") as engine:
        upgraded(export(domain, "alembic"), engine, tmp_path)
        assert catalog(postgres, "pairs") == as_ddl(postgres, "by_ddl", domain)
        upgraded(export(next_domain, "alembic", before=domain), engine, tmp_path)
        assert catalog(postgres, "pairs") == as_ddl(postgres, "by_ddl", next_domain)
