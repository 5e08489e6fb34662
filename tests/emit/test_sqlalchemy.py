"""SQLAlchemy models: they make the tables of the DDL, and their relationships can be followed and filled."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.emit.catalog import as_ddl, catalog, connected, orm
from tests.emit.designs import attribute, domains, hostile, large, shop
from workbench.emit import export
from workbench.expression import parse
from workbench.model import Attribute, Domain, Identity, Relationship, Resource, StructField, StructType, parse_type
from workbench.model.expression import Constant

pytestmark = pytest.mark.postgres


def every_type() -> Domain:
    """One attribute of every type, with a default where a table keeps one, odd texts among them."""
    place = StructType(fields=(StructField(name="x", type=parse_type("integer")),))
    names = (
        "string", "text", "integer", "float", "decimal", "boolean", "date", "time", "timestamp", "local_timestamp", "duration", "uuid",
        "json", "binary", "email",
    )  # fmt: skip
    attributes = [attribute(name, name) for name in names]
    attributes += [
        attribute("exact", "decimal(30, 9)", default=Constant(Decimal("1.5"))),
        attribute("many", "array(array(decimal(4, 1)))"),
        Attribute(name="place", type=place),
        attribute("odd", "string", default=Constant("a :b '%s' \\:c ::d 50 %"), description='it\'s \\ "50 %" :x'),
        attribute("yes", "boolean", default=Constant(True)),
        attribute("on", "date", default=parse("today()")),
        attribute("at", "timestamp", required=True, default=parse("now()")),
    ]
    one = Resource(
        name="one", attributes=(attribute("id", "integer"), *attributes), key=("id",),
        identities=(
            Identity(name="equal", attributes=("string", "text"), nulls_distinct=False),
            Identity(name="some", attributes=("email",), where=parse("odd != 'a :b % \\:c' and date > cast('2020-01-01' as date)")),
        ),
    )  # fmt: skip
    return Domain(name="types", resources=(one, Resource(name="log", attributes=(attribute("said.it", "string"),))))


def related() -> Domain:
    """Every kind of relationship: to itself, twice to one table, one to one, many to many with and without a row of its own."""

    def to(name: str, destination: str, kind: str = "belongs_to", **more: object) -> Relationship:
        return Relationship.model_validate({"name": name, "kind": kind, "destination": destination, **more})

    def keyed(
        name: str, *relationships: Relationship, attributes: tuple[Attribute, ...] = (), **more: object
    ) -> Resource:
        facts = {"name": name, "attributes": (attribute("id", "integer"), *attributes), "key": ("id",)}
        return Resource.model_validate(facts | {"relationships": relationships} | more)

    team = keyed(
        "team",
        to("parent", "team"),
        to("parts", "team", "has_many", source_key=("id",), destination_key=("parent_id",)),
        to("home", "match", "has_many", source_key=("id",), destination_key=("home_id",)),
        to("away", "match", "has_many", source_key=("id",), destination_key=("guest_id",)),
        to("tags", "tag", "many_to_many", through="team_tag"),
        to("players", "player", "many_to_many", through="contract"),
        to("anthem", "anthem", "has_one"),
        to("old", "match", "has_many", filter=parse("id < 10")),
    )
    tag = keyed("tag", to("teams", "team", "many_to_many", through="team_tag"))
    pair = Resource(name="team_tag", key=("team_id", "tag_id"), relationships=(to("team", "team"), to("tag", "tag")))
    player = keyed(
        "player", to("teams", "team", "many_to_many", through="contract"), to("rival", "player", enforced=False)
    )
    contract = keyed(
        "contract", to("team", "team", required=True), to("player", "player", required=True),
        attributes=(attribute("since", "date", required=True),),
    )  # fmt: skip
    match = keyed("match", to("home", "team", required=True), to("guest", "team"))
    goal = Resource(
        name="goal",
        attributes=(attribute("minute", "integer"),),
        key=("match_id", "minute"),
        relationships=(to("match", "match"),),
    )
    report = Resource(
        name="report", attributes=(attribute("match_id", "integer"), attribute("minute", "integer")), key=("match_id", "minute"),
        relationships=(
            to("goal", "goal", source_key=("match_id", "minute"), destination_key=("match_id", "minute")),
            to("match", "match", source_key=("match_id",), destination_key=("id",)),
        ),
    )  # fmt: skip
    return Domain(
        name="related",
        resources=(team, tag, pair, player, contract, keyed("anthem", to("team", "team")), match, goal, report),
    )


@pytest.mark.parametrize("design", [shop, every_type, related, hostile, large, lambda: Domain(name="empty")])
def test_the_models_make_the_tables_of_the_ddl(design: Callable[[], Domain], postgres: str, tmp_path: Path) -> None:
    """Columns, types, nullability, defaults, keys, uniqueness, checks, references and comments are those of the DDL, names included."""
    wanted = as_ddl(postgres, "by_ddl", design())
    with connected(postgres, "by_orm") as engine:
        made = orm(design(), tmp_path)
        made.Base.metadata.create_all(engine)
        made.Base.registry.configure()
    found = catalog(postgres, "by_orm")
    for part, rows in wanted.items():
        assert found[part] == rows


def test_related_rows_are_filled_and_read_back(postgres: str, tmp_path: Path) -> None:
    """Every relationship is set on one side and found from the other, in another session."""
    made = orm(related(), tmp_path)
    with connected(postgres, "related") as engine:
        made.Base.metadata.create_all(engine)
        with Session(engine) as session:
            red, blue = made.Team(id=1, parts=[made.Team(id=3)]), made.Team(id=2)
            match = made.Match(id=1, home=red, guest=blue)
            goal = made.Goal(match=match, minute=7)
            red.tags.append(made.Tag(id=1, teams=[blue]))
            red.anthem = made.Anthem(id=1)
            session.add_all([red, blue, match, goal, made.Player(id=1, rival_id=99), made.Player(id=2, rival_id=1)])
            session.flush()
            session.add(made.Contract(id=1, team=red, player=session.get(made.Player, 2), since=dt.date(2026, 1, 2)))
            session.add(made.Report(goal=goal, match=match))
            session.commit()
        with Session(engine) as session:
            red, blue = session.get_one(made.Team, 1), session.get_one(made.Team, 2)
            assert [each.id for each in red.parts] == [3] and red.parts[0].parent is red
            assert (red.home, red.away) == (blue.away, blue.home) and red.home[0].guest is blue
            assert [tag.id for tag in red.tags] == [tag.id for tag in blue.tags] == [1] and set(red.tags[0].teams) == {
                red,
                blue,
            }
            assert red.anthem.team is red and blue.anthem is None
            assert [each.id for each in red.players] == [2] and red.players[0].teams == [red]
            assert red.players[0].rival.id == 1 and red.players[0].rival.rival is None
            report = session.scalars(select(made.Report)).one()
            assert (report.match_id, report.minute) == (1, 7) and report.goal.match is report.match is red.home[0]


def test_the_database_refuses_to_leave_rows_behind(postgres: str, tmp_path: Path) -> None:
    """A row that others refer to is not deleted, nor are the others taken from it in silence."""
    made = orm(related(), tmp_path)
    with connected(postgres, "related") as engine:
        made.Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add(made.Team(id=1, parts=[made.Team(id=3)]))
            session.commit()
            session.delete(session.get_one(made.Team, 1))
            with pytest.raises(IntegrityError, match="team_parent_fkey"):
                session.commit()


def test_values_come_back_as_they_were(postgres: str, tmp_path: Path) -> None:
    """Exact numbers, instants, intervals, JSON, nested arrays and bytes; None is null, and what is left out takes its default."""
    made = orm(every_type(), tmp_path)
    at = dt.datetime(2026, 1, 2, 3, 4, 5, 678, dt.UTC)
    values = {
        "decimal": Decimal("123456789012345678901234567890.123456789"), "timestamp": at, "local_timestamp": at.replace(tzinfo=None),
        "duration": dt.timedelta(days=3, microseconds=5), "json": {"a": [None, 1.5, "é"]}, "binary": b"\0\xff", "float": 0.1,
        "many": [[Decimal("1.5")], [Decimal("2.0")]], "place": None, "time": dt.time(1, 2, 3), "uuid": UUID(int=7),
    }  # fmt: skip
    fields = {"text": "text_", "float": "float_"}
    with connected(postgres, "values") as engine:
        made.Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add(made.One(id=1, **{fields.get(name, name): value for name, value in values.items()}))
            session.commit()
        with Session(engine) as session:
            one = session.get_one(made.One, 1)
            assert {name: getattr(one, fields.get(name, name)) for name in values} == values
            assert (one.odd, one.yes, one.exact) == ("a :b '%s' \\:c ::d 50 %", True, Decimal("1.5"))
            assert session.scalars(select(made.One.id).where(made.One.place.is_(None))).all() == [1]


def test_hostile_names_are_classes_that_work(postgres: str, tmp_path: Path) -> None:
    """Rows of resources with names of any kind are inserted, refused by their checks, and found again."""
    made = orm(hostile(), tmp_path)
    tables = {each.class_.__tablename__: each.class_ for each in made.Base.registry.mappers}
    with connected(postgres, "hostile") as engine:
        made.Base.metadata.create_all(engine)
        columns = tables["select"].__table__.c
        keys = {each.name: each.key for each in columns}
        key = next(each.key for each in columns if each.name.startswith("next "))
        with Session(engine) as session, session.begin():
            session.execute(text("set session_replication_role = replica"))  # the required references go in a circle
            statement = insert(tables["select"].__table__).values(
                {key: 1, "id": 1, keys["a.b"]: "%(x)s", keys["'; drop table x; --"]: "}"}
            )
            session.execute(statement)
        with Session(engine) as session:
            row = session.execute(select(columns[keys["a.b"]], columns[keys["'; drop table x; --"]])).one()
            assert tuple(row) == ("%(x)s", "}")
            bad = insert(tables["select"].__table__).values(
                {"id": 2, key: 1, keys["<script>alert(1)</script>"]: "x", "select": "select"}
            )
            with pytest.raises(IntegrityError):
                session.execute(bad)


def test_a_type_checker_accepts_the_models(tmp_path: Path) -> None:
    """The modules are clean under mypy's strict rules."""
    for design in (shop, every_type, related, hostile):
        source = export(design(), "sqlalchemy").files["orm.py"]
        (tmp_path / f"{design.__name__}.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_sensitive_is_marked(tmp_path: Path) -> None:
    """Whoever writes logs or copies tables can ask a column whether it is sensitive."""
    made = orm(shop(), tmp_path)
    marked = [each.name for each in made.Customer.__table__.c if each.info.get("sensitive")]
    assert marked == ["email"]


def test_what_models_cannot_say_is_a_loss() -> None:
    """A relationship that reaches only some rows, or a table whose rows cannot be told apart, is named."""
    lost = {(each.path, each.code) for each in export(related(), "sqlalchemy").losses}
    assert lost == {("team.old", "relationship_not_carried"), ("player.rival", "reference_not_enforced")}
    log = Resource(
        name="log",
        attributes=(attribute("at", "timestamp"),),
        relationships=(Relationship(name="one", kind="belongs_to", destination="one"),),
    )
    types = every_type()
    made = export(Domain(name="d", resources=(*types.resources[:1], log)), "sqlalchemy")
    assert {(each.path, each.code) for each in made.losses if each.severity == "warning"} == {
        ("log", "no_key"),
        ("log.one", "relationship_not_carried"),
    }


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(domain=domains())
def test_any_small_design_gives_the_tables_of_the_ddl(domain: Domain, postgres: str, tmp_path: Path) -> None:
    """No design makes models that do not import, map and create just what the DDL creates."""
    wanted = as_ddl(postgres, "by_ddl", domain)
    with connected(postgres, "by_orm") as engine:
        made = orm(domain, tmp_path)
        made.Base.registry.configure()
        made.Base.metadata.create_all(engine)
    assert catalog(postgres, "by_orm") == wanted
