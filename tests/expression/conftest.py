"""Both databases with the parity table, once a session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.expression.targets import Targets, connected


@pytest.fixture(scope="session")
def targets(postgres: str) -> Iterator[Targets]:
    """DuckDB and PostgreSQL, each with the parity table."""
    with connected(postgres) as both:
        yield both
