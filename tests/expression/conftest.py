"""Both databases with the parity table, once a session, and how many cases Hypothesis looks at."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.expression.targets import Targets, connected

settings.register_profile("long", deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


@pytest.fixture(scope="session")
def targets(postgres: str) -> Iterator[Targets]:
    """DuckDB and PostgreSQL, each with the parity table."""
    with connected(postgres) as both:
        yield both
