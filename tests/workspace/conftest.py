"""What the workspace's tests share: the flights, inferred once."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.evidence import Claim, Proposal
from workbench.workspace import infer

FLIGHTS = Path(__file__).parents[2] / "data" / "flights"


@pytest.fixture(scope="session")
def flights() -> Proposal:
    """The proposal for the five tables of flights; no test changes it."""
    return infer(FLIGHTS)


@pytest.fixture(scope="session")
def references(flights: Proposal) -> dict[tuple[str, str], Claim]:
    """Every reference found in the flights, near misses too, by source and target."""
    return {(claim.value.source_path, claim.value.path): claim for claim in flights.references}
