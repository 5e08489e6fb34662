"""Migrations: planned, held against the data, done in one transaction or not at all, in both databases."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.evolve.conftest import Database
from tests.evolve.shop import SHOP, create, sample
from tests.model.verify.designs import attribute, domain, resource
from tests.strategies import domain_pairs
from workbench.errors import ConflictError, WorkbenchError
from workbench.evolve.migration import Migration, Stage, plan_migration
from workbench.evolve.migration_run import UnfitError, migrate
from workbench.evolve.refactorings import rename, split
from workbench.model import Domain
from workbench.relation.alteration import DropTable
from workbench.relation.plan import TableName
from workbench.relation.port import TableInfo
from workbench.store.database import open_database, stored_table


def team(*attributes: Any, **rest: Any) -> Domain:
    """A domain of one resource."""
    return domain(resource("team", "id integer!", *attributes, **rest))


def fill(database: Database, design: Domain, **rows: list[dict[str, Any]]) -> None:
    """The tables of a design, with these rows."""
    import pyarrow as pa

    given = {
        name: pa.table({each: [row.get(each) for row in listed] for each in design.resource(name).attribute_names})
        for name, listed in rows.items()
    }
    sample(database.store, database.place, design, given)


def declared(info: TableInfo) -> tuple[Any, ...]:
    """What a table is, as its database says, whatever the order of its columns and constraints."""
    columns = sorted(
        (each.name, each.native_type, each.required, str(each.default), each.comment) for each in info.columns
    )
    uniques = sorted(tuple(sorted(each)) for each in info.unique)
    references = sorted((each.columns, each.target.name, each.target_columns) for each in info.references)
    partial = sorted((each.columns, str(each.where)) for each in info.partial_unique)
    return columns, info.key, uniques, references, sorted(info.checks), partial, info.comment


def structure(store: Any) -> dict[str, tuple[Any, ...]]:
    """What every table of a store is."""
    return {each.table.name: declared(each) for each in store.tables()}


# --- what is planned ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_behaviour_alone_needs_nothing(dialect: Any) -> None:
    """Measures, calculations, policies, labels of machines: what no table holds changes none."""
    before = SHOP
    orders = SHOP.resource("orders").model_copy(update={"measures": (), "cluster": "sales"})
    after = before.model_copy(
        update={"resources": tuple(orders if each.name == "orders" else each for each in before.resources)}
    )
    found = plan_migration(before, after, dialect)
    assert (found.up, found.down, list(found.problems)) == ((), (), [])
    assert len(found.difference) > 0
    assert "The tables stay as they are." in str(found.view())


def test_small_changes_alter_and_others_make_anew() -> None:
    """In DuckDB names, new columns and what goes are altered in place; a new constraint makes the table anew, once."""
    before = team("nick string", "age integer", "note text")
    after = team(attribute("name string", was="nick"), "age integer", "city string = 'Rome'")
    sql = plan_migration(before, after, "duckdb").sql()
    assert sql.split(";\n\n") == [
        'ALTER TABLE "team" DROP COLUMN "note"',
        'ALTER TABLE "team" RENAME COLUMN "nick" TO "name"',
        'ALTER TABLE "team" ADD COLUMN "city" VARCHAR DEFAULT \'Rome\';\n',
    ]
    anew = plan_migration(before, team("nick string!", "age integer", "note text"), "duckdb").sql()
    assert [anew.count(each) for each in ("CREATE TABLE", "INSERT INTO", "DROP TABLE", "RENAME TO")] == [1, 1, 1, 1]


def test_the_plan_says_what_it_loses_and_needs() -> None:
    """Before any data is seen: a required attribute without a default, what goes, what has no cast, and what does not come back."""
    before = team("age integer", "note text!", "born date")
    after = team("city string!", "age array(integer)", "born date")
    found = plan_migration(before, after, "postgres")
    said = {(each.path, each.code, each.severity) for each in found.problems}
    assert said == {
        ("team.city", "needs_value", "warning"),
        ("team.age", "no_cast", "warning"),
        ("team.age", "loses_data", "warning"),
        ("team.age", "not_reversible", "info"),
        ("team.note", "loses_data", "warning"),
        ("team.note", "not_reversible", "info"),
    }


def test_refactorings_follow_each_other() -> None:
    """A refactoring that begins with another design than the one before it leads to is refused."""
    first = rename(SHOP, "orders.total", "amount")
    second = rename(SHOP, "orders.discount", "rebate")
    with pytest.raises(ConflictError, match="another design"):
        plan_migration(SHOP, second.after, "duckdb", [first, second])


# --- what the data says ---------------------------------------------------------------------------------------------------------

ROWS: list[dict[str, Any]] = [
    {"id": 1, "nick": "12", "age": 30, "boss": None},
    {"id": 2, "nick": "x", "age": -1, "boss": 1},
    {"id": 3, "nick": None, "age": 30, "boss": 9},
    {"id": 4, "nick": "12", "age": None, "boss": 8},
]
TEAM = team("nick string", "age integer", "boss integer")


def to_boss(**rest: Any) -> dict[str, Any]:
    """A relationship to another row of the team."""
    return {"name": "chief", "kind": "belongs_to", "destination": "team", "source_key": ["boss"]} | rest


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (team("nick integer", "age integer", "boss integer"), [("team.nick", "cast_fails", 1)]),
        (team("nick string!", "age integer", "boss integer"), [("team.nick", "null_in_required", 1)]),
        (team("nick string", "age integer", "boss integer", "city string!"), [("team.city", "needs_value", 4)]),
        (
            team("nick string", "age integer", "boss integer", identities=[{"name": "one", "attributes": ["nick"]}]),
            [("team.identities.one", "duplicates", 2)],
        ),
        (
            team("nick string", "age integer", "boss integer", identities=[{"name": "one", "attributes": ["age"], "where": "nick is not null"}]),
            [],
        ),
        (
            team("nick string", "age integer", "boss integer", identities=[{"name": "one", "attributes": ["age"], "where": "id != 4"}]),
            [("team.identities.one", "duplicates", 2)],
        ),
        (
            team("nick string", "age integer", "boss integer", rules=[{"name": "old", "condition": "age > 0"}]),
            [("team.rules.old", "rule_broken", 1)],
        ),
        (
            team("nick string", attribute("age integer", constraints={"minimum": "0", "maximum": "20"}), "boss integer"),
            [("team.age", "maximum_broken", 2), ("team.age", "minimum_broken", 1)],
        ),
        (team("nick enum(x)", "age integer", "boss integer"), [("team.nick", "enum_broken", 2)]),
        (team("nick string", "age integer", "boss integer", relationships=[to_boss()]), [("team.chief", "dangling", 2)]),
        (
            team(
                "nick string", "age integer", "boss integer", relationships=[{"name": "under", "kind": "has_many", "destination": "team", "source_key": ["id"], "destination_key": ["boss"]}],
                rules=[{"name": "free", "condition": "count(under) = 0"}],
            ),
            [("team.relationships.under", "dangling", 2), ("team.rules.free", "rule_broken", 1)],
        ),
        (team("age integer", "boss integer"), [("team.nick", "loses_data", 3)]),
        (domain(resource("other", "id integer!")), [("team", "loses_data", 4)]),
        (domain(resource("team", "id integer!", "nick string", "age integer", "boss integer", key=["age"])), [("team.age", "null_in_required", 1), ("team.key", "duplicates", 2)]),
    ],
)  # fmt: skip
def test_rows_in_the_way(database: Database, after: Domain, found: list[tuple[str, str, int]]) -> None:
    """Every way in which the data does not fit is counted before anything is written; where nothing stands in the way it is done."""
    fill(database, TEAM, team=ROWS)
    before, tables = database.rows(TEAM), structure(database.store)
    if not found:
        assert database.migrate(TEAM, after).is_done
        return
    with pytest.raises(UnfitError) as caught:
        database.migrate(TEAM, after)
    said = [(each.path.replace("team.relationships.", "team."), each.code, each.rows) for each in caught.value.problems]
    assert sorted(said, key=str) == sorted(
        ((path.replace("team.relationships.", "team."), code, rows) for path, code, rows in found), key=str
    )
    assert all(standing.examples for standing in caught.value.found.found if standing.check and standing.check.shown)
    assert (database.rows(TEAM), structure(database.store)) == (before, tables)


def test_sensitive_values_are_not_shown(database: Database) -> None:
    """A row is told by its key, and not even by that where the key is sensitive."""
    before = domain(resource("team", attribute("id string!", sensitive=True), "nick string"))
    after = domain(resource("team", attribute("id string!", sensitive=True), "nick string!"))
    fill(database, before, team=[{"id": "secret", "nick": None}])
    with pytest.raises(UnfitError) as caught:
        database.migrate(before, after)
    assert "secret" not in str(caught.value) + str(caught.value.found.view())


def test_precision_is_a_loss_to_accept(database: Database) -> None:
    """Values that would be rounded are counted; accepted, they are rounded, and nothing else changes."""
    before, after = team("price decimal(10, 2)"), team("price decimal(10, 0)")
    fill(database, before, team=[{"id": 1, "price": 1}, {"id": 2, "price": 2.5}])
    with pytest.raises(UnfitError, match="would be rounded"):
        database.migrate(before, after)
    done = database.migrate(before, after, accept_loss=True)
    assert (done.is_done, [each.severity for each in done.problems]) == (True, ["warning"])
    assert database.rows(after)["team"] == [
        "[('id', 1), ('price', Decimal('1'))]",
        "[('id', 2), ('price', Decimal('3'))]",
    ]


def test_values_are_cast_as_the_language_casts(database: Database) -> None:
    """Text becomes numbers, dates and truth values, and comes back, alike in both databases."""
    before = team("a string", "b string", "c integer", "d date", "e decimal(6, 2)", "f float")
    after = team("a integer", "b boolean", "c string", "d timestamp", "e decimal(10, 4)", "f decimal(10, 2)")
    import datetime as dt

    fill(
        database,
        before,
        team=[{"id": 1, "a": "12", "b": "true", "c": 7, "d": dt.date(2026, 1, 2), "e": 1.25, "f": 0.5}],
    )
    assert database.migrate(before, after).is_done
    (row,) = database.rows(after)["team"]
    for part in (
        "('a', 12)",
        "('b', True)",
        "('c', '7')",
        "2026, 1, 2",
        "('e', Decimal('1.2500'))",
        "('f', Decimal('0.50'))",
    ):
        assert part in row


def test_defaults_fill_rows_that_are_there(database: Database) -> None:
    """A new required attribute takes its default, one that says something about the row what it says; optional ones stay empty."""
    before = team("nick string!")
    after = team("nick string!", "city string! = 'Rome'", attribute("loud string!", default="upper(nick)"), "note text")
    fill(database, before, team=[{"id": 1, "nick": "ann"}])
    assert database.migrate(before, after).is_done
    assert database.rows(after)["team"] == [
        "[('city', 'Rome'), ('id', 1), ('loud', 'ANN'), ('nick', 'ann'), ('note', None)]"
    ]


def test_rows_stay_where_no_column_does(database: Database) -> None:
    """A table all of whose columns are others has as many rows as before."""
    before = domain(resource("notes", "text string"))
    after = domain(resource("notes", "size integer", "kind string = 'x'"))
    fill(database, before, notes=[{"text": "a"}, {"text": "b"}])
    assert database.migrate(before, after, accept_loss=True).is_done
    assert database.rows(after)["notes"] == ["[('kind', 'x'), ('size', None)]"] * 2


def test_names_that_change_places(database: Database) -> None:
    """Tables and columns that swap their names keep their rows and values."""
    before = domain(resource("a", "id integer!", "x string", "y string"), resource("b", "id integer!"))
    after = domain(
        resource("b", "id integer!", attribute("y string", was="x"), attribute("x string", was="y"), was="a"),
        resource("a", "id integer!", was="b"),
    )
    fill(database, before, a=[{"id": 1, "x": "ex", "y": "why"}], b=[{"id": 2}])
    assert database.migrate(before, after).is_done
    assert database.rows(after) == {"b": ["[('id', 1), ('x', 'why'), ('y', 'ex')]"], "a": ["[('id', 2)]"]}


def test_rules_that_stood_are_not_asked_again(database: Database) -> None:
    """A rename is not stopped by rows that broke a rule before, which no table could keep."""
    rules = [{"name": "free", "condition": "count(under) = 0"}]
    ways = [to_boss(), {"name": "under", "kind": "has_many", "destination": "team"}]
    before = team("boss integer", "nick string", relationships=ways, rules=rules)
    fill(database, before, team=[{"id": 1, "boss": None}, {"id": 2, "boss": 1}])
    made = rename(before, "team.under", "below")
    assert database.migrate(before, made.after, made).is_done


def test_a_dry_run_changes_nothing(database: Database) -> None:
    """Everything is tried and taken back, whether it would be done or refused."""
    fill(database, TEAM, team=ROWS)
    before = structure(database.store)
    tried = database.migrate(TEAM, team("age integer", "boss integer"), is_dry=True)
    assert (tried.is_done, [each.code for each in tried.problems]) == (False, ["loses_data"])
    tried = database.migrate(TEAM, team("nick string", "age integer", "boss integer", "note text"), is_dry=True)
    assert (tried.is_done, tried.problems.is_ok) == (False, True)
    assert structure(database.store) == before
    assert "Nothing was changed" in str(tried.view())


# --- all of it or nothing -------------------------------------------------------------------------------------------------------


def test_a_failure_half_way_leaves_nothing(database: Database) -> None:
    """Whatever step fails, after all that came before it nothing has changed, and the migration can be done afterwards."""
    made = split(SHOP, "customers", ["phone"], "phones")
    sample(database.store, database.place)
    before, tables = database.rows(SHOP), structure(database.store)
    whole = database.plan(SHOP, made.after, made)
    (stage,) = whole.stages
    for place in range(1, len(stage.alterations) + 1):
        steps = (*stage.alterations[:place], DropTable(database.place("no such table")), *stage.alterations[place:])
        broken = Migration(
            whole.difference, whole.dialect, (Stage(stage.before, stage.after, steps, stage.checks, ()),), whole.returns
        )
        with pytest.raises(WorkbenchError):
            migrate(broken, database.store)
        assert structure(database.store) == tables
    assert database.rows(SHOP) == before
    assert migrate(whole, database.store).is_done


# --- generated pairs ------------------------------------------------------------------------------------------------------------


def expected(after: Domain) -> dict[str, tuple[Any, ...]]:
    """What the tables of a domain are when they are made from nothing."""
    with open_database() as store:
        create(store, stored_table, after)
        return structure(store)


@settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(domain_pairs())
def test_tables_become_those_of_any_design(pair: tuple[Domain, Domain]) -> None:
    """Up gives exactly the tables of the new design, down those of the old one."""
    before, after = pair
    found = plan_migration(before, after, "duckdb", place=stored_table)
    with open_database() as store:
        create(store, stored_table, before)
        old = structure(store)
        migrate(found, store, accept_loss=True)
        assert structure(store) == expected(after)
        migrate(found.inverse(), store, accept_loss=True)
        assert structure(store) == old


@pytest.mark.postgres
@settings(
    derandomize=True,
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_postgres_tables_become_those_of_any_design(postgres: str, data: st.DataObject) -> None:
    """As in DuckDB, constraints and references included."""
    from workbench.store.postgres_database import open_postgres

    before, after = data.draw(domain_pairs())
    made = {}
    for schema in ("pair", "new"):
        with open_postgres(postgres, schema=schema) as store:
            with store.begin() as transaction:
                from workbench.relation.statement import Statement

                transaction.write(Statement(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'))
                transaction.write(Statement(f'CREATE SCHEMA "{schema}"'))
                transaction.commit()
            create(store, TableName, before if schema == "pair" else after)
            old = structure(store)
            if schema == "pair":
                found = plan_migration(before, after, "postgres")
                migrate(found, store, accept_loss=True)
                made[schema] = structure(store)
                migrate(found.inverse(), store, accept_loss=True)
                assert structure(store) == old
            else:
                made[schema] = old
    assert made["pair"] == made["new"]
