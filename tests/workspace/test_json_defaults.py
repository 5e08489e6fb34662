"""What a JSON attribute holds where nothing is given: the same in rows that are created, in tables and in exported code."""

from __future__ import annotations

import json

import pytest

import workbench as wb
from workbench.model import Attribute, Domain, Resource

KEY = Attribute(name="id", type="integer", required=True)


def design(default: str) -> Domain:
    options = Attribute.model_validate({"name": "options", "type": "json", "default": default})
    return Domain(name="shop", resources=(Resource(name="booking", key=("id",), attributes=(KEY, options)),))


SAID = {"0": 0, "-1.5": -1.5, "true": True, "'{\"open\": [1, null]}'": {"open": [1, None]}, "'\"a''b\"'": "a'b"}
"""A default as it is written, and the value it stands for."""


@pytest.mark.parametrize("default", SAID)
def test_a_created_row_holds_the_default(default: str) -> None:
    """Text holds JSON itself; a number or a truth value is its own JSON."""
    with wb.open(design(default)) as ws:
        ws.create("booking", [{"id": 1}])
        assert json.loads(ws.ask("booking").df()["options"][0]) == SAID[default]


@pytest.mark.parametrize("default", SAID)
def test_the_exported_schema_holds_the_value_itself(default: str) -> None:
    """A reader of the JSON Schema finds the value, not text that holds it."""
    schema = json.loads(wb.export(design(default), "json_schema").files["schema.json"])
    assert schema["$defs"]["booking"]["properties"]["options"]["default"] == SAID[default]


@pytest.mark.postgres
def test_postgres_keeps_the_defaults(postgres: str) -> None:
    """PostgreSQL takes the definition of each table and fills the value in."""
    import psycopg

    with psycopg.connect(postgres) as connection:
        for default, value in SAID.items():
            connection.execute(wb.export(design(default), "postgres").files["schema.postgres.sql"].encode())
            found = connection.execute("INSERT INTO booking (id) VALUES (1) RETURNING options").fetchone()
            assert found == (value,)
            connection.rollback()


@pytest.mark.parametrize("default", ["'open'", "'{'", "'NaN'", "date '2026-01-01'"])
def test_what_is_no_json_is_a_problem(default: str) -> None:
    """A default that is no JSON is told before a table is made."""
    assert [each.code for each in wb.check(design(default))] == ["unfit_default"]
