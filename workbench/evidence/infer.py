"""Inference: from tables to a proposal, every statement measured."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.errors import Problem
from workbench.evidence.attributes import attribute_claims
from workbench.evidence.claim import Claim
from workbench.evidence.keys import find_keys
from workbench.evidence.options import Options
from workbench.evidence.profile import Progress, TableProfile, profile_table
from workbench.evidence.proposal import Decision, Proposal
from workbench.evidence.references import find_references
from workbench.model import Domain
from workbench.relation.port import Store

__all__ = ["propose"]


def propose(
    store: Store,
    name: str,
    *,
    options: Options | None = None,
    problems: Iterable[Problem] = (),
    decisions: Iterable[Decision] = (),
    previous: Domain | None = None,
    progress: Progress | None = None,
) -> Proposal:
    """What the tables of ``store`` say about a domain, claim by claim.

    ``decisions`` of an earlier proposal are kept; ``previous`` is its domain, for comparison. Figures come from every row, except in
    tables larger than ``options.largest_exact``, whose claims say so.
    """
    options, say = options or Options(), progress or (lambda text, share: None)
    infos = store.tables()
    tables: dict[str, TableProfile] = {}
    for index, info in enumerate(infos):
        say(f"counting {info.table.name}", 0.5 * index / len(infos))
        tables[info.table.name] = profile_table(store, info, options)
    found = {}
    for index, table in enumerate(tables.values()):
        say(f"looking for the key of {table.name}", 0.5 + 0.2 * index / len(infos))
        found[table.name] = find_keys(store, table, options)
    keys = {table: each.key for table, each in found.items()}
    say("looking for references", 0.7)
    references = find_references(store, tables, keys, options)
    claims: list[Claim] = []
    for index, table in enumerate(tables.values()):
        say(f"looking at the attributes of {table.name}", 0.85 + 0.15 * index / len(infos))
        mine = [claim for claim in references if claim.value.source_table == table.name]
        referring = frozenset(name for claim in mine if claim.status == "accepted" for name in claim.value.source)
        claims += found[table.name].claims
        claims += attribute_claims(store, table, options, key=keys[table.name], referring=referring)
        claims += mine
    say("done", 1.0)
    return Proposal(name, tables, claims, problems=problems, previous=previous, decisions=decisions)
