"""Small tables for the tests of evidence: written as columns, inferred in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from workbench.evidence import Claim, Options, Proposal
from workbench.workspace import infer

__all__ = ["claim_of", "infer_from", "numbers", "table"]


def table(**columns: Any) -> pa.Table:
    """An Arrow table of these columns."""
    return pa.table(columns)


def numbers(count: int, start: int = 1) -> list[int]:
    """``count`` whole numbers upwards from ``start``."""
    return list(range(start, start + count))


def infer_from(tables: dict[str, pa.Table], **options: Any) -> Proposal:
    """What inference says of these tables; further words are thresholds."""
    return infer(tables, name="test", options=Options(**options))


def claim_of(proposal: Proposal, path: str, kind: str, value: Sequence[str] | None = None) -> Claim:
    """The one claim of this kind at this path (about ``value`` where several attributes are meant)."""
    found = [each for each in proposal.claims if (each.path, each.kind) == (path, kind)]
    if value is not None:
        found = [each for each in found if tuple(each.value) == tuple(value)]
    (claim,) = found
    return claim
