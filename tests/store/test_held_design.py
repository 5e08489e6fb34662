"""The design a database holds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from workbench.errors import VerificationError
from workbench.model import Attribute, Domain, Resource
from workbench.relation.plan import Scan, TableName, Values
from workbench.store.database import CATALOG, open_database
from workbench.store.held_design import FORMAT, digest, read_held, write_held

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
SHOP = Domain(name="shop", resources=(Resource(name='\'; drop table "x"', label="<b>ü"),))


def test_a_design_is_held_in_the_file(tmp_path: Path) -> None:
    """A database says which design its tables are of, after it was closed as before; the last one written counts."""
    path = tmp_path / "shop.duckdb"
    with open_database(path) as database:
        assert read_held(database, CATALOG) is None
        for domain in (Domain(name="old"), SHOP):
            with database.begin() as transaction:
                write_held(transaction, domain, NOW, CATALOG)
                held = read_held(transaction, CATALOG)
                assert held is not None
                assert held.domain == domain
                transaction.commit()
    with open_database(path) as database:
        held = read_held(database, CATALOG)
        assert held is not None
        assert (held.domain, held.digest, held.written_at) == (SHOP, digest(SHOP), NOW)


def test_nothing_is_held_before_the_commit() -> None:
    """A design belongs to its transaction: rolled back, the database holds what it held."""
    with open_database() as database:
        with database.begin() as transaction:
            write_held(transaction, SHOP, NOW, CATALOG)
        assert read_held(database, CATALOG) is None


def test_a_newer_layout_is_refused() -> None:
    """A database of a newer version is not read as if it were of this one."""
    with open_database() as database:
        with database.begin() as transaction:
            write_held(transaction, SHOP, NOW, CATALOG)
            table, columns = (
                TableName("meta", "workbench", CATALOG),
                ("format_version", "design", "digest", "written_at"),
            )
            transaction.delete(table, columns[:1], Scan(table))
            transaction.insert(table, columns, Values(columns, ((FORMAT + 1, "{}", "", NOW),)))
            transaction.commit()
        with pytest.raises(VerificationError, match="newer"):
            read_held(database, CATALOG)


def test_digests_tell_designs_apart() -> None:
    """Whatever differs in a design differs in its digest."""
    with_note = Domain(name="shop", resources=(Resource(name="a", attributes=(Attribute(name="n", type="text"),)),))
    assert len({digest(SHOP), digest(with_note), digest(Domain(name="shop"))}) == 3
