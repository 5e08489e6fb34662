"""DDL: DuckDB and PostgreSQL run it, take good rows and refuse bad ones; what they cannot hold is a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from tests.emit.designs import HOSTILE_NAMES, attribute, domains, hostile, large, shop
from workbench.emit import Export, export
from workbench.expression import parse
from workbench.model import (
    Attribute,
    Constraints,
    Domain,
    EnumType,
    Identity,
    Relationship,
    Resource,
    Rule,
    StructField,
    StructType,
    Tenancy,
    parse_type,
)
from workbench.model.address import dotted
from workbench.model.expression import Constant


class Database(Protocol):
    """Somewhere a script runs."""

    dialect: str
    refusal: type[Exception]

    def run(self, script: str) -> list[tuple[Any, ...]]:
        """The rows of the last statement."""


class Duck:
    """A DuckDB in memory."""

    dialect, refusal = "duckdb", duckdb.Error

    def __init__(self) -> None:
        self._connection = duckdb.connect()

    def run(self, script: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(script).fetchall()


class Postgres:
    """An empty schema of a PostgreSQL server; a notice (such as a name cut off) is an error."""

    dialect = "postgres"

    def __init__(self, address: str) -> None:
        psycopg = pytest.importorskip("psycopg")
        self.refusal: type[Exception] = psycopg.Error
        self._connection = psycopg.connect(address, autocommit=True)
        self._notices: list[str] = []
        self._connection.execute(
            "set client_min_messages to warning; drop schema if exists emitted cascade; create schema emitted; set search_path to emitted"
        )
        self._connection.execute("set client_min_messages to notice")
        self._connection.add_notice_handler(lambda notice: self._notices.append(str(notice.message_primary)))

    def run(self, script: str) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(script.encode())
        assert self._notices == []
        return list(cursor.fetchall()) if cursor.description else []

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "duckdb":
        yield Duck()
        return
    made = Postgres(request.getfixturevalue("postgres"))
    yield made
    made.close()


def create(database: Database, domain: Domain) -> Export:
    made = export(domain, database.dialect)
    database.run(made.files[f"schema.{database.dialect}.sql"])
    return made


def refuses(database: Database, statement: str) -> bool:
    try:
        database.run(statement)
    except database.refusal:
        return True
    return False


def one(resource: Resource, **more: Any) -> Domain:
    return Domain(name="d", resources=(resource,), **more)


ORDER = "insert into \"order\" (id, status, placed_at, paid_at, total, customer_id) values ('{}', {}, '2026-01-02 00:00:00Z', {}, {}, {})"
UUIDS = [f"6f1c7f0e-7f0c-4c53-9a4b-0a2b0a4b0c{number:02}" for number in range(40)]


def order(number: int, status: str = "'open'", paid_at: str = "null", total: str = "1", customer: str = "1") -> str:
    return ORDER.format(UUIDS[number], status, paid_at, total, customer)


def test_good_rows_are_taken_and_bad_ones_refused(database: Database) -> None:
    """Keys, references, enums, bounds, lengths, patterns and rules hold in the database itself."""
    create(database, shop())
    database.run("insert into customer (id, email) values (1, 'a@b.c'), (2, 'd@e.f')")
    database.run(order(0, customer="1"))
    database.run(order(1, "'can''t ship'", "'2026-01-02 00:00:00Z'", "99999.50", "2"))
    database.run(order(2, "'paid'", "'2026-01-03 00:00:00Z'", "0", "1"))
    database.run(f'insert into "order line" (order_id, "position", price) values (\'{UUIDS[0]}\', 1, 2)')
    database.run(f"insert into shipment values ('{UUIDS[0]}', 1)")
    assert database.run('select quantity from "order line"') == [(1.0,)]
    bad = [
        "insert into customer (id, email) values (1, 'x@y.z')",
        "insert into customer (id, email) values (3, 'a@b.c')",
        "insert into customer (id, email) values (3, null)",
        "insert into customer (id, email) values (3, 'nobody')",
        "insert into customer (id, email, name) values (3, 'x@y.z', '')",
        f"insert into customer (id, email, name) values (3, 'x@y.z', '{'x' * 41}')",
        "insert into customer (id, email, born_on) values (3, 'x@y.z', '1899-12-31')",
        "insert into customer (id, email, referred_by) values (3, 'x@y.z', 99)",
        order(3, "'lost'", customer="2"),
        order(3, "null", customer="2"),
        order(3, total="-0.01", customer="2"),
        order(3, total="99999.51", customer="2"),
        order(3, customer="99"),
        order(3, "'paid'", customer="2"),
        order(3, "'paid'", "'2026-01-01 00:00:00Z'", customer="2"),
        f'insert into "order line" (order_id, "position", price) values (\'{UUIDS[0]}\', 0, 2)',
        f"insert into shipment values ('{UUIDS[0]}', 2)",
    ]
    assert [each for each in bad if not refuses(database, each)] == []


def test_uniqueness_under_a_condition_is_an_index_or_a_loss(database: Database) -> None:
    """PostgreSQL refuses a second open order of a customer; DuckDB, which cannot, is said to have lost the identity."""
    made = create(database, shop())
    database.run("insert into customer (id, email) values (1, 'a@b.c')")
    database.run(order(0))
    lost = [loss.path for loss in made.losses if loss.code == "identity_not_carried"]
    assert refuses(database, order(1)) == (database.dialect == "postgres") == (not lost)
    assert lost in ([], ["order.identities.one_open"])
    database.run(order(2, "'can''t ship'"))


def test_hostile_names_are_tables_and_columns(database: Database) -> None:
    """Every name arrives whole, or is renamed and said so; comments and checks keep their text."""
    made = create(database, hostile())
    schema = "emitted" if database.dialect == "postgres" else "main"
    tables = {
        name
        for (name,) in database.run(f"select table_name from information_schema.tables where table_schema = '{schema}'")
    }
    renamed = {loss.path for loss in made.losses if loss.code == "renamed"}
    assert len(tables) == len(HOSTILE_NAMES)
    for name in HOSTILE_NAMES:
        assert name in tables or len(name.encode()) > 63 or (database.dialect == "duckdb" and name == "Class")
    assert ("Class" in renamed) == (database.dialect == "duckdb")
    assert ("x" * 200 in renamed) == (database.dialect == "postgres")
    assert refuses(
        database, 'insert into "select" (id, "<script>alert(1)</script>") values (1, \'<script>alert(1)</script>\')'
    )


def test_a_circle_of_references_is_closed_or_lost(database: Database) -> None:
    """PostgreSQL adds the closing reference afterwards; DuckDB loses exactly that one."""
    left, right = (
        Resource(
            name=name,
            attributes=(attribute("id", "integer"),),
            key=("id",),
            relationships=(Relationship(name=other, kind="belongs_to", destination=other, required=True),),
        )
        for name, other in (("left", "right"), ("right", "left"))
    )
    made = create(database, Domain(name="d", resources=(left, right)))
    codes = [loss.code for loss in made.losses]
    assert codes == (["circular_reference"] if database.dialect == "duckdb" else [])
    assert refuses(database, 'insert into "left" values (1, 1)') or refuses(
        database, 'insert into "right" values (1, 2)'
    )


def test_three_hundred_tables_are_created(database: Database) -> None:
    """A large design is one script that runs."""
    create(database, large())
    assert refuses(database, "insert into resource_7 (id, before_id) values (1, 5)")


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("not (a > 1 and b is null)", ["1, null, null", "2, 1, null", "null, null, null"], ["2, null, null"]),
        ("a in (1, null)", ["1, null, null", "2, null, null"], []),
        ("a / b >= 0.5", ["1, 2, null", "1, 0, null"], ["1, 3, null"]),
        ("a % 2 = -1", ["-3, null, null"], ["3, null, null"]),
        ("s like 'a\\_%' and length(s) < 4", ["null, null, 'a_é'"], ["null, null, 'ab'", "null, null, 'a_bc'"]),
        ("matches(s, '[a-c]+')", ["null, null, 'abc'"], ["null, null, 'abcd'"]),
        ("case when a > 1 then b > 1 else true end", ["1, 1, null", "2, null, null"], ["2, 1, null"]),
        ("coalesce(a, b) is distinct from 3", ["1, null, null", "null, null, null"], ["null, 3, null"]),
    ],
)
def test_a_check_refuses_only_false(database: Database, rule: str, good: list[str], bad: list[str]) -> None:
    """A rule means in the database what it means in the language: unknown does not break it."""
    attributes = (attribute("a", "integer"), attribute("b", "integer"), attribute("s", "string"))
    made = create(
        database, one(Resource(name="r", attributes=attributes, rules=(Rule(name="r", condition=parse(rule)),)))
    )
    assert [loss.code for loss in made.losses] == ["no_key"]
    for values in good:
        database.run(f"insert into r values ({values})")
    assert [values for values in bad if not refuses(database, f"insert into r values ({values})")] == []


@pytest.mark.parametrize("rule", ["other.a = 1", "exists(others)", "actor.id = 1", "a <= now()", "nonsense > 1", "a"])
def test_a_rule_that_a_check_cannot_hold_is_a_loss(rule: str) -> None:
    """What looks beyond the row, or depends on the call, is named and left out; the rest stands."""
    resource = Resource(
        name="r",
        attributes=(attribute("id", "integer"), attribute("a", "timestamp")),
        key=("id",),
        relationships=(
            Relationship(name="other", kind="belongs_to", destination="r"),
            Relationship(name="others", kind="has_many", destination="r"),
        ),
        rules=(Rule(name="odd", condition=parse(rule)),),
    )
    duck = Duck()
    assert [(loss.path, loss.code) for loss in create(duck, one(resource)).losses] == [
        ("r.rules.odd", "rule_not_carried")
    ]


def test_a_composite_reference_follows_the_order_of_the_key(database: Database) -> None:
    """The pairs of a reference may be declared in any order."""
    place = Resource(name="place", attributes=(attribute("x", "integer"), attribute("y", "string")), key=("x", "y"))
    mark = Resource(
        name="mark",
        attributes=(attribute("id", "integer"), attribute("py", "string"), attribute("px", "integer")),
        key=("id",),
        relationships=(
            Relationship(
                name="place",
                kind="belongs_to",
                destination="place",
                source_key=("py", "px"),
                destination_key=("y", "x"),
            ),
        ),
    )
    made = create(database, Domain(name="d", resources=(mark, place)))
    assert made.losses == ()
    database.run("insert into place values (1, 'a')")
    database.run("insert into mark values (1, 'a', 1)")
    assert refuses(database, "insert into mark values (2, 'b', 1)")


def test_a_reference_that_rows_break_is_a_loss(database: Database) -> None:
    """Where rows may lead nowhere, no foreign key refuses them, and the losses say so; where none may, the key stands."""
    team = Resource(name="team", attributes=(attribute("id", "integer"),), key=("id",))
    player = Resource(
        name="player",
        attributes=(attribute("id", "integer"), attribute("home_id", "integer"), attribute("team_id", "integer")),
        key=("id",),
        relationships=(
            Relationship(name="team", kind="belongs_to", destination="team", enforced=False),
            Relationship(name="home", kind="belongs_to", destination="team"),
        ),
    )
    made = export(Domain(name="d", resources=(team, player)), database.dialect)
    assert [(each.path, each.code) for each in made.losses] == [("player.team", "reference_not_enforced")]
    database.run(next(iter(made.files.values())))
    database.run("insert into team values (1)")
    database.run("insert into player (id, team_id, home_id) values (1, 7, 1)")
    assert refuses(database, "insert into player (id, team_id, home_id) values (2, 1, 7)")


def test_has_one_is_a_unique_reference(database: Database) -> None:
    """What the other side says once comes once, and the attribute it implies exists."""
    person = Resource(
        name="person",
        attributes=(attribute("id", "integer"),),
        key=("id",),
        relationships=(Relationship(name="passport", kind="has_one", destination="passport"),),
    )
    passport = Resource(name="passport", attributes=(attribute("number", "string"),), key=("number",))
    create(database, Domain(name="d", resources=(person, passport)))
    database.run("insert into person values (1)")
    database.run("insert into passport (number, person_id) values ('a', 1), ('b', null), ('c', null)")
    assert refuses(database, "insert into passport (number, person_id) values ('d', 1)")
    assert refuses(database, "insert into passport (number, person_id) values ('d', 2)")


def test_identities_hold_within_a_tenant(database: Database) -> None:
    """With tenants kept apart by an attribute, an identity is unique for each of them, unless it says across."""
    user = Resource(
        name="account",
        attributes=(
            attribute("id", "integer"),
            attribute("org", "string", required=True),
            attribute("login", "string"),
            attribute("card", "string"),
        ),
        key=("id",),
        identities=(
            Identity(name="login", attributes=("login",)),
            Identity(name="card", attributes=("card",), across_tenants=True),
        ),
    )
    create(database, one(user, tenancy=Tenancy(strategy="attribute", attribute="org")))
    database.run("insert into account values (1, 'a', 'x', '1'), (2, 'b', 'x', '2')")
    assert refuses(database, "insert into account values (3, 'a', 'x', '3')")
    assert refuses(database, "insert into account values (3, 'a', 'y', '2')")


def test_what_does_not_fit_is_left_out_by_name(database: Database) -> None:
    """Broken and odd parts are losses at their own path; the rest of the design stands."""
    odd = Resource(
        name="odd",
        attributes=(
            attribute("id", "integer"),
            attribute("id", "string"),
            Attribute(name="none", type=EnumType(values=())),
            attribute(
                "n", "integer", default=Constant("x"), constraints=Constraints(pattern="a", maximum=Constant("z"))
            ),
            attribute("huge", "integer", default=Constant(2**70)),
            attribute("s", "string", default=parse("n + 1"), constraints=Constraints(pattern="(?i)a")),
            attribute("at", "timestamp", default=parse("now()"), required=True),
        ),
        key=("id",),
        identities=(Identity(name="gone", attributes=("gone",)), Identity(name="of_nothing", attributes=())),
        relationships=(
            Relationship(name="away", kind="belongs_to", destination="nowhere"),
            Relationship(name="empty", kind="belongs_to", destination="empty"),
            Relationship(
                name="half", kind="belongs_to", destination="odd", source_key=("n",), destination_key=("id", "n")
            ),
            Relationship(name="loose", kind="belongs_to", destination="odd", source_key=("s",), destination_key=("n",)),
        ),
    )
    made = create(database, Domain(name="d", resources=(odd, Resource(name="empty"), Resource(name="odd"))))
    assert sorted((loss.path, loss.code) for loss in made.losses) == [
        ("empty", "no_attributes"), ("odd", "duplicate_name"), ("odd.away", "unknown_destination"), ("odd.empty", "broken_reference"),
        ("odd.half", "broken_reference"), ("odd.huge", "default_not_carried"), ("odd.id", "duplicate_name"),
        ("odd.identities.gone", "identity_not_carried"), ("odd.identities.of_nothing", "identity_not_carried"),
        ("odd.n", "bound_not_carried"), ("odd.n", "default_not_carried"), ("odd.n", "pattern_not_carried"), ("odd.none", "type_widened"),
        ("odd.s", "default_not_carried"), ("odd.s", "pattern_not_carried"), ("odd.s", "target_not_unique"),
    ]  # fmt: skip
    database.run("insert into odd (id) values (1)")
    assert database.run('select "at" is not null from odd') == [(True,)]


def test_nested_types_are_columns(database: Database) -> None:
    """Arrays, structs and JSON are stored; where a database cannot index one, the key is lost and said."""
    place = StructType(fields=(StructField(name='a "b"', type=parse_type("integer")),))
    nested = Resource(
        name="nested",
        attributes=(Attribute(name="s", type=place), attribute("a", "array(decimal(4, 1))"), attribute("j", "json")),
        key=("a",),
    )
    made = create(database, one(nested))
    assert [loss.code for loss in made.losses] == (["key_not_carried"] if database.dialect == "duckdb" else [])
    database.run(
        "insert into nested (a, j) values ('{1.5,2}', '{\"x\": [1]}')"
        if database.dialect == "postgres"
        else "insert into nested (a, j) values ([1.5, 2], '{}')"
    )


def test_comments_keep_their_text(database: Database) -> None:
    """Descriptions are comments, with quotes, backslashes, percent signs and new lines as they are."""
    text = 'it\'s \\ "50 %"\n;-- x \u2028 é'
    resource = Resource(
        name="r", description=text + "\0", attributes=(attribute("id", "integer", description=text),), key=("id",)
    )
    create(database, one(resource))
    query = (
        "select obj_description('r'::regclass), col_description('r'::regclass, 1)"
        if database.dialect == "postgres"
        else "select t.comment, c.comment from duckdb_tables() t, duckdb_columns() c where c.table_name = 'r'"
    )
    assert database.run(query) == [(text, text)]


@settings(max_examples=36, deadline=None)
@given(domains())
def test_duckdb_runs_any_small_design(domain: Domain) -> None:
    """No design, whatever its names, types and references, makes a script that DuckDB refuses."""
    create(Duck(), domain)


@pytest.mark.postgres
@settings(max_examples=28, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(domains())
def test_postgres_runs_any_small_design(postgres: str, domain: Domain) -> None:
    """No design makes a script that PostgreSQL refuses, or comments on."""
    made = Postgres(postgres)
    create(made, domain)
    made.close()


@pytest.mark.parametrize("design", [shop, hostile])
def test_the_source_map_covers_every_statement(design: Callable[[], Domain]) -> None:
    """Whichever line of a script the database complains about, the element it came from is found."""
    for target in ("duckdb", "postgres"):
        made = export(design(), target)
        (file,) = made.files
        lines = made.files[file].split("\n")
        known = {dotted("resources", resource.name) for resource in design().resources}
        for number, line in enumerate(lines, 1):
            if line.startswith(("CREATE TABLE", "ALTER TABLE", "COMMENT ON", "CREATE UNIQUE INDEX")):
                assert made.manifest.element_at(file, number)
        assert known <= {each.path for each in made.manifest.source_map}
