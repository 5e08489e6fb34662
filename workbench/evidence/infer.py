"""Inference: from tables to a proposal, every statement measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from workbench.errors import Problem
from workbench.evidence.attributes import attribute_claims
from workbench.evidence.claim import Claim, Evidence, Kind, Reason
from workbench.evidence.decisions import Decision
from workbench.evidence.distinct import count_distinct
from workbench.evidence.inclusion import Target
from workbench.evidence.keys import find_keys
from workbench.evidence.options import Options
from workbench.evidence.profile import ColumnProfile, Progress, TableProfile, names_of, profile_table, storage_name
from workbench.evidence.proposal import Proposal
from workbench.evidence.references import find_references
from workbench.evidence.semantics import is_sensitive
from workbench.model import Domain
from workbench.relation.plan import TableName
from workbench.relation.port import Store, TableInfo

__all__ = ["propose", "propose_declared"]

_ENOUGH_FOR_ONE = 30
"""Rows with different values from which on that is no accident."""


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
    tables larger than ``options.largest_exact``, where claims that rest on a sample say so. What ``progress`` raises stops it.
    """
    options, say = options or Options(), progress or (lambda text, share: None)
    tables: dict[str, TableProfile] = {}
    names = names_of(store.tables())
    infos, repeated = _without_views(store.tables(), options)
    for index, info in enumerate(infos):
        called = names[info.table]
        say(f"counting {called}", 0.5 * index / len(infos))
        tables[called] = profile_table(store, info, options, called)
    found = {}
    for index, table in enumerate(tables.values()):
        say(f"looking for the key of {table.name}", 0.5 + 0.2 * index / len(infos))
        found[table.name] = find_keys(store, table, options)
    keys = {table: each.key for table, each in found.items()}
    say("looking for references", 0.7)
    references, untested = find_references(
        store, tables, keys, options, lambda text, share: say(text, 0.7 + 0.15 * share)
    )
    noticed = [*problems, *(_left_out(names[each.table]) for each in repeated)]
    if untested:
        text = f"there are so many attributes that {untested:,} unlikely pairs of them were not counted as references"
        noticed.append(Problem(name, "untested_references", text, "info", "infer fewer tables at a time"))
    claims: list[Claim] = []
    for index, table in enumerate(tables.values()):
        say(f"looking at the attributes of {table.name}", 0.85 + 0.15 * index / len(infos))
        mine = [claim for claim in references if claim.value.source_table == table.name]
        referring = frozenset(name for claim in mine if claim.status == "accepted" for name in claim.value.source)
        claims += _with_identities(store, found[table.name].claims, table, keys[table.name], references)
        claims += attribute_claims(store, table, options, key=keys[table.name], referring=referring)
        claims += mine
    say("done", 1.0)
    return Proposal(name, tables, claims, problems=noticed, previous=previous, decisions=decisions)


def _without_views(infos: Sequence[TableInfo], options: Options) -> tuple[list[TableInfo], list[TableInfo]]:
    """What to propose, and the views to leave out, which show the rows of tables again."""
    tables = [each for each in infos if each.kind == "table"]
    if options.views or not tables:
        return list(infos), []
    return tables, [each for each in infos if each.kind == "view"]


def _left_out(view: str) -> Problem:
    text = f"{view} is a view: it shows rows of tables again, and was left out"
    return Problem(view, "view_left_out", text, "info", "to propose it too, pass Options(views=True), or --views")


def _with_identities(
    store: Store, found: Sequence[Claim], table: TableProfile, key: tuple[str, ...], references: Sequence[Claim]
) -> list[Claim]:
    """``found``, with the identities accepted that references stand on: what others refer to though it is not the key, and what never
    refers to one row twice, where enough rows say so."""
    accepted = [claim.value for claim in references if claim.status == "accepted"]
    wanted = [each.columns for each in accepted if each.table == table.name]
    sources = [each.source for each in accepted if each.source_table == table.name]
    wanted += [each for each in sources if table.column(each[0]).filled >= _ENOUGH_FOR_ONE]
    names = {each for each in wanted if len(each) == 1 and each != key and table.column(each[0]).is_unique}
    kept = [
        replace(each, status="accepted") if each.kind == "identity" and each.value in names else each for each in found
    ]
    known = {each.value for each in kept if each.kind == "identity"}
    return kept + [_identity(store, table, each) for each in sorted(names - known)]


def _identity(store: Store, table: TableProfile, names: tuple[str, ...]) -> Claim:
    evidence = count_distinct(store, table, names, known=True)
    return Claim(table.name, "identity", f"({names[0]}) identifies {table.name}", names, evidence)


def propose_declared(
    name: str,
    tables: Sequence[TableInfo],
    *,
    problems: Iterable[Problem] = (),
    decisions: Iterable[Decision] = (),
    previous: Domain | None = None,
) -> Proposal:
    """What declarations without data (SQL DDL) say: every constraint is taken as declared, and nothing was counted."""
    names = names_of(tables)
    profiles = {names[info.table]: _undrawn(info, names[info.table]) for info in tables}
    claims = [claim for profile in profiles.values() for claim in _declared(profile, names)]
    return Proposal(name, profiles, claims, problems=problems, previous=previous, decisions=decisions)


def _undrawn(info: TableInfo, called: str) -> TableProfile:
    columns = tuple(
        ColumnProfile(called, each.name, position, storage_name(each.type), 0, 0, 0, required=each.required)
        for position, each in enumerate(info.columns)
    )
    return TableProfile(info, columns, called=called)


def _declared(profile: TableProfile, called: Mapping[TableName, str]) -> Iterable[Claim]:
    table, info = profile.name, profile.info

    def claim(path: str, kind: Kind, statement: str, value: object) -> Claim:
        return Claim(path, kind, statement, value, Evidence(0, 0), reasons=(Reason("declared"),))

    if info.key:
        yield claim(table, "key", f"({', '.join(info.key)}) identifies {table}", info.key)
    for names in info.unique:
        if names != info.key:
            yield claim(table, "identity", f"({', '.join(names)}) is unique in {table}", names)
    for each in info.columns:
        if each.required or each.name in info.key:
            yield claim(f"{table}.{each.name}", "required", f"{table}.{each.name} always has a value", True)
        if private := is_sensitive(profile.column(each.name), table):
            said = claim(f"{table}.{each.name}", "sensitive", f"{table}.{each.name} is sensitive", True)
            yield replace(said, reasons=(Reason(private),))
    for reference in info.references:
        if reference.target in called:
            target = Target(table, reference.columns, called[reference.target], reference.target_columns)
            yield claim(target.source_path, "reference", f"{target.source_path} refers to {target.path}", target)
