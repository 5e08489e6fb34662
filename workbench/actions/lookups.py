"""What a batch must meet among the other rows: keys and identities that nobody else has, references that lead to a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from workbench.actions.checks import Check, own
from workbench.actions.drafts import Draft
from workbench.actions.refusals import Reason
from workbench.model import Domain, Identity, Resource
from workbench.model.expression import Binary, BinaryOperator, IsNull, Node, Path
from workbench.relation.path_plan import PathPlan, TableOf, column_of, typed_tree
from workbench.relation.plan import Aggregate, Join, Output, Plan, Project
from workbench.relation.stored import Reference, Stored

__all__ = ["Held", "Unique", "held_by", "of_references", "of_referrers", "of_uniqueness", "uniques"]


@dataclass(frozen=True, slots=True)
class Unique:
    """Attributes that no two rows share, among the rows for which ``where`` is true."""

    attributes: tuple[str, ...]
    reason: Reason
    where: Node | None = None
    nulls_distinct: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """A reference of ``holder``."""

    holder: Resource
    reference: Reference


def uniques(domain: Domain, record: Stored) -> Iterator[Unique]:
    """What no two rows of a resource share: its key, its identities, the references that lead back from one row at most."""
    resource = record.resource
    if record.key:
        message = f"{resource.name} has a row with this {' and '.join(record.key)} already"
        yield Unique(record.key, Reason(resource.name, ".".join(record.key), "key_taken", message))
    for identity in resource.identities:
        attributes = _within(domain, resource, identity)
        message = identity.message or f"{' and '.join(identity.attributes)} is taken already"
        reason = Reason(resource.name, f"identities.{identity.name}", "identity_taken", message)
        yield Unique(attributes, reason, identity.where, identity.nulls_distinct)
    for reference in record.references:
        if reference.is_single and set(reference.attributes) != set(record.key):
            message = f"another row of {resource.name} has this {' and '.join(reference.attributes)} already"
            yield Unique(reference.attributes, Reason(resource.name, reference.name, "reference_taken", message))


def _within(domain: Domain, resource: Resource, identity: Identity) -> tuple[str, ...]:
    tenancy, names = domain.tenancy, resource.attribute_names
    is_owned = tenancy.strategy == "attribute" and tenancy.attribute in names and resource.name not in tenancy.shared
    attributes = [tenancy.attribute] if is_owned and not identity.across_tenants else []
    for name in identity.attributes:
        way = next((each for each in resource.relationships if each.name == name and name not in names), None)
        attributes += [name] if way is None else domain.relationship_keys(resource, way).source
    return tuple(dict.fromkeys(attributes))


def of_uniqueness(
    domain: Domain, draft: Draft, rows: PathPlan, table_of: TableOf, unique: Unique, key: Sequence[str], *, is_new: bool
) -> Check:
    """No other row of the table has what a row of the batch would have."""
    resource = draft.shape.resource
    other = PathPlan(domain, resource, table_of, rows.aliases)
    if unique.where is not None:
        other.filter(typed_tree(unique.where, domain, resource, is_condition=True))
    alias = rows.place(resource, f"other_{resource.name}").alias
    names = list(dict.fromkeys([*unique.attributes, *key]))
    found = Project(
        other.plan, tuple(Output(column_of(resource, each), other.here.path(each)) for each in names), alias=alias
    )

    def there(name: str) -> Path:
        return Path((alias, column_of(resource, name)), value_type=resource.attribute(name).type)

    same: BinaryOperator = "=" if unique.nulls_distinct else "is not distinct from"
    pairs: list[Node] = [Binary(same, own(rows, resource, each), there(each)) for each in unique.attributes]
    is_other: list[Node] = [] if is_new else [Binary("!=", own(rows, resource, each), there(each)) for each in key]
    on = _all([*pairs, reduce(lambda a, b: Binary("or", a, b), is_other)] if is_other else pairs)
    rows.plan = Join(rows.plan, found, on, "left")
    taken: Node = IsNull(there(key[0] if key else unique.attributes[0]), negated=True)
    if unique.where is not None:
        holds = rows.compiled(typed_tree(unique.where, domain, resource, is_condition=True))
        taken = Binary("and", holds, taken)
    return Check(unique.reason, taken)


def of_references(draft: Draft, rows: PathPlan, table_of: TableOf, reference: Reference) -> Check:
    """Where a row of the batch refers to something, it is there to be seen."""
    resource, target = draft.shape.resource, reference.destination
    alias = rows.place(target, f"{reference.name}_target").alias
    there = PathPlan(rows.domain, rows.domain.resource(target.name), table_of, rows.aliases)
    outputs = tuple(
        Output(f"k{place}", there.here.path(name)) for place, name in enumerate(reference.destination_attributes)
    )
    known: Plan = Project(there.plan, outputs, alias=alias)
    if not rows.domain.resource(target.name).is_unique(reference.destination_attributes):
        known = Aggregate(there.plan, outputs, (), alias=alias)
    keys = [own(rows, resource, each) for each in reference.attributes]
    on = _all([Binary("=", key, Path((alias, f"k{place}"))) for place, key in enumerate(keys)])
    rows.plan = Join(rows.plan, known, on, "left")
    told = _all([IsNull(each, negated=True) for each in keys])
    dangling = Binary("and", told, IsNull(Path((alias, "k0"))))
    is_sensitive = any(resource.attribute(each).sensitive for each in reference.attributes)
    message = f"no row of {target.name} has this {' and '.join(reference.destination_attributes)}"
    path = reference.attributes[0] if len(reference.attributes) == 1 else reference.name
    reason = Reason(resource.name, path, "dangling_reference", message, is_sensitive=is_sensitive)
    return Check(reason, dangling, keys[0] if len(keys) == 1 else None)


def held_by(records: Sequence[Stored], name: str) -> Iterator[Held]:
    """Every reference that leads to the resource called ``name``."""
    for record in records:
        for reference in record.references:
            if reference.destination.name == name:
                yield Held(record.resource, reference)


def of_referrers(draft: Draft, rows: PathPlan, table_of: TableOf, held: Held, *, is_gone: bool) -> Check:
    """Where a row of the batch goes, or changes what others know it by, no row refers to it."""
    resource, target_names = draft.shape.resource, held.reference.destination_attributes
    holder = rows.domain.resource(held.holder.name)
    alias = rows.place(holder, f"{holder.name}_{held.reference.name}").alias
    there = PathPlan(rows.domain, holder, table_of, rows.aliases)
    groups = tuple(Output(f"k{n}", there.here.path(name)) for n, name in enumerate(held.reference.attributes))
    old = [
        Path((rows.here.alias, draft.shape.old(name)), value_type=resource.attribute(name).type)
        for name in target_names
    ]
    on = _all([Binary("=", mine, Path((alias, f"k{n}"))) for n, mine in enumerate(old)])
    rows.plan = Join(rows.plan, Aggregate(there.plan, groups, (), alias=alias), on, "left")
    referred: Node = IsNull(Path((alias, "k0")), negated=True)
    if not is_gone:
        moved: list[Node] = [
            Binary("!=", own(rows, resource, name), mine) for name, mine in zip(target_names, old, strict=True)
        ]
        referred = Binary("and", referred, reduce(lambda a, b: Binary("or", a, b), moved))
    message = f"{holder.name} refers to it by {held.reference.name}"
    return Check(
        Reason(resource.name, "", "still_referred", message, f"destroy the {holder.name} first, or change it"), referred
    )


def _all(conditions: Sequence[Node]) -> Node:
    return reduce(lambda joined, each: Binary("and", joined, each), conditions)
