"""Both databases with the parity table, once a session, and how much they were asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.expression.comparison import Tally
from tests.expression.targets import Targets, connected

_TALLY = pytest.StashKey[Tally]()


@pytest.fixture(scope="session")
def targets(postgres: str) -> Iterator[Targets]:
    """DuckDB and PostgreSQL, each with the parity table."""
    with connected(postgres) as both:
        yield both


@pytest.fixture(scope="session")
def tally(pytestconfig: pytest.Config) -> Tally:
    """What the session has compared; the end of the session says it."""
    return pytestconfig.stash.setdefault(_TALLY, Tally())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how much was compared, where anything was."""
    if _TALLY in config.stash:
        terminalreporter.write_line(f"parity {config.stash[_TALLY]}")
