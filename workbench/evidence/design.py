"""From accepted claims to a domain: every element of it stands on a claim."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from workbench.evidence.claim import Claim
from workbench.evidence.inclusion import Target
from workbench.evidence.names import IDENTIFIER_WORDS, singular, words
from workbench.evidence.profile import TableProfile
from workbench.evidence.semantics import first_state
from workbench.model import (
    Attribute,
    Constraints,
    Dimension,
    Domain,
    EnumType,
    EnumValue,
    Identity,
    Machine,
    Measure,
    Relationship,
    Resource,
    Rule,
    State,
    Type,
    parse_type,
)
from workbench.model.expression import Aggregate, Constant, Node, Path

__all__ = ["design"]


@dataclass(frozen=True, slots=True)
class _Names:
    """What tables and columns are called in the design: as in the data, unless a person renamed them."""

    given: Mapping[str, str]

    def table(self, table: str) -> str:
        return self.given.get(table, table)

    def column(self, table: str, column: str) -> str:
        return self.given.get(f"{table}.{column}", column)

    def columns(self, table: str, columns: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.column(table, each) for each in columns)


def design(
    name: str, tables: Mapping[str, TableProfile], claims: Iterable[Claim], given_names: Mapping[str, str]
) -> Domain:
    """The domain that the accepted ones of ``claims`` describe, in the order of the data.

    Resources and attributes keep the data's names unless ``given_names`` has another for the table or ``table.column``.
    """
    names = _Names(given_names)
    by_path: dict[str, list[Claim]] = defaultdict(list)
    references: list[tuple[Target, bool]] = []
    for claim in claims:
        if claim.status == "accepted":
            by_path[claim.path].append(claim)
            if claim.kind == "reference":
                references.append((claim.value, not claim.evidence.disagreeing))
    keys = {table: next((each.value for each in by_path[table] if each.kind == "key"), ()) for table in tables}
    relationships = _relationships(tables, keys, references, by_path, names)
    resources = tuple(
        _resource(table, keys[table.name], relationships[table.name], by_path, names) for table in tables.values()
    )
    machines = tuple(
        _machine(table, column.name, each, names)
        for table in tables.values()
        for column in table.columns
        for each in by_path[column.path]
        if each.kind == "state" and first_state(each.value) and any(e.kind == "enum" for e in by_path[column.path])
    )
    return Domain(name=name, resources=resources, machines=machines)


def _resource(
    table: TableProfile,
    key: tuple[str, ...],
    relationships: tuple[Relationship, ...],
    by_path: Mapping[str, list[Claim]],
    names: _Names,
) -> Resource:
    attributes = tuple(_attribute(each.name, table, by_path.get(each.path, ()), names) for each in table.columns)
    taken = {each.name for each in (*attributes, *relationships)}
    identities = tuple(
        Identity(name="unique_" + "_".join(each.value), attributes=names.columns(table.name, each.value))
        for each in by_path[table.name]
        if each.kind == "identity"
    )
    uses = [(names.column(table.name, column.name), each) for column in table.columns for each in by_path[column.path]]
    measures = [_measure(name, each.value) for name, each in uses if each.kind == "measure"]
    dimensions = [(name, each.value) for name, each in uses if each.kind == "dimension"]
    name = names.table(table.name)
    return Resource(
        name=name,
        **_origin(name, table.name),
        attributes=attributes,
        description=table.info.comment,
        key=names.columns(table.name, key),
        relationships=relationships,
        rules=_rules(table, names),
        identities=(*identities, *_partial_identities(table, names)),
        measures=tuple(each for each in measures if each.name not in taken),
        dimensions=tuple(
            Dimension(name=f"by_{name}", expression=Path((name,)), grain=grain) for name, grain in dimensions
        ),
    )


def _origin(name: str, source: str) -> dict[str, Any]:
    return {} if name == source else {"was": source, "source_name": source}


def _attribute(column: str, table: TableProfile, claims: Sequence[Claim], names: _Names) -> Attribute:
    said: dict[str, Any] = {claim.kind: claim.value for claim in claims}
    type_: Type = parse_type(said.get("type") or table.declared(column).type)
    if "enum" in said:
        type_ = EnumType(values=tuple(EnumValue(name=value) for value in said["enum"]))
    low, high = said.get("range", (None, None))
    constraints = Constraints(
        minimum=None if low is None else Constant(low),
        maximum=None if high is None else Constant(high),
        pattern=said.get("pattern", ""),
    )
    name = names.column(table.name, column)
    info = table.declared(column)
    return Attribute(
        name=name,
        **_origin(name, column),
        type=type_,
        required="required" in said,
        sensitive="sensitive" in said,
        default=info.default,
        generated=info.is_generated,
        description=info.comment,
        constraints=constraints,
    )


def _rules(table: TableProfile, names: _Names) -> tuple[Rule, ...]:
    """The conditions the source itself declares."""
    return tuple(
        Rule(name=f"check_{number}", condition=_renamed(condition, table.name, names))
        for number, condition in enumerate(table.info.conditions, 1)
    )


def _partial_identities(table: TableProfile, names: _Names) -> Iterator[Identity]:
    for each in table.info.partial_unique:
        name = "unique_" + "_".join(each.columns)
        where = _renamed(each.where, table.name, names)
        yield Identity(name=f"{name}_where", attributes=names.columns(table.name, each.columns), where=where)


def _renamed(node: Node, table: str, names: _Names) -> Node:
    """The expression with columns called as in the design."""
    if isinstance(node, Path):
        return Path(names.columns(table, node.names))

    def inside(value: Any) -> Any:
        if isinstance(value, Node):
            return _renamed(value, table, names)
        return tuple(map(inside, value)) if isinstance(value, tuple) else value

    return replace(node, **{each.name: inside(getattr(node, each.name)) for each in fields(node)})


def _measure(name: str, function: str) -> Measure:
    label = {"sum": "total", "avg": "average"}[function]
    return Measure(
        name=f"{label}_{name}",
        expression=Aggregate(function, Path((name,))),
        additive="all" if function == "sum" else "none",
    )


def _machine(table: TableProfile, column: str, claim: Claim, names: _Names) -> Machine:
    """The states without their transitions, which one moment's rows do not tell."""
    initial = first_state(claim.value)
    states = tuple(State(name=value, initial=value == initial) for value in claim.value)
    attribute = names.column(table.name, column)
    return Machine(
        name=f"{singular(table.name)}_{attribute}", resource=names.table(table.name), attribute=attribute, states=states
    )


def _relationships(
    tables: Mapping[str, TableProfile],
    keys: Mapping[str, tuple[str, ...]],
    references: Sequence[tuple[Target, bool]],
    by_path: Mapping[str, list[Claim]],
    names: _Names,
) -> dict[str, tuple[Relationship, ...]]:
    """A ``belongs_to`` for every reference, and the way back: ``has_one`` where the source identifies its row, else ``has_many``.

    A reference is enforced when, as far as the data says, every value leads somewhere, and required when every row has a value too.
    """
    found: dict[str, list[Relationship]] = {table: [] for table in tables}
    taken = {table: {names.column(table, each.name) for each in profile.columns} for table, profile in tables.items()}
    toward = Counter((each.source_table, each.table) for each, _ in references)
    for each, holds in references:
        several = toward[each.source_table, each.table] > 1
        required = holds and all(
            any(claim.kind == "required" for claim in by_path[f"{each.source_table}.{name}"]) for name in each.source
        )
        identities = [claim.value for claim in by_path[each.source_table] if claim.kind == "identity"]
        unique = each.source == keys[each.source_table] or each.source in identities
        mine, theirs = names.columns(each.source_table, each.source), names.columns(each.table, each.columns)
        name = _free(_relationship_name(each, several, names), taken[each.source_table])
        found[each.source_table].append(
            Relationship(
                name=name,
                kind="belongs_to",
                destination=names.table(each.table),
                source_key=mine,
                destination_key=theirs,
                required=required,
                enforced=holds,
            )
        )
        back = names.table(each.source_table)
        back = singular(back) if unique else back
        back = f"{back}_by_{name}" if several or each.table == each.source_table else back
        found[each.table].append(
            Relationship(
                name=_free(back, taken[each.table]),
                kind="has_one" if unique else "has_many",
                destination=names.table(each.source_table),
                source_key=theirs,
                destination_key=mine,
            )
        )
    return {
        table: tuple(sorted(each, key=lambda relationship: relationship.kind != "belongs_to"))
        for table, each in found.items()
    }


def _relationship_name(reference: Target, several: bool, names: _Names) -> str:
    """What a reference is called: after its role (``home_team_id`` is ``home_team``), or after where it leads (``airline``)."""
    target = singular(names.table(reference.table))
    if len(reference.source) > 1:
        return target
    column = names.column(reference.source_table, reference.source[0])
    parts = words(column)
    role = "_".join(part for part in parts if part not in IDENTIFIER_WORDS)
    if role and role != "_".join(parts):
        return role
    if reference.source == reference.columns and not several:
        return target
    return f"{column}_{target}"


def _free(name: str, taken: set[str]) -> str:
    number, candidate = 2, name
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    taken.add(candidate)
    return candidate
