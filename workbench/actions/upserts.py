"""Which records of an upsert are about a row there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.actions.drafts import BATCH, Given
from workbench.actions.fitting import fitted
from workbench.actions.lookups import uniques
from workbench.errors import DefinitionError, NotFoundError
from workbench.model import Domain, Resource
from workbench.model.expression import IsNull, Node, Path
from workbench.relation.path_plan import PathPlan, TableOf, column_of, equal, typed_tree
from workbench.relation.plan import Join, Output, Project, Scan
from workbench.relation.stored import Stored

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["addressed", "lookup_plan", "placed"]


def lookup_plan(domain: Domain, record: Stored, table_of: TableOf, identity: str, given: Sequence[Given]) -> Project:
    """For each record its number (``row``), the key of the row with the same ``identity`` (``there0`` …), and whether there is one.

    Raises:
        NotFoundError: the resource has no such identity; the error names the nearest.
        DefinitionError: the records do not give what the identity is made of.
    """
    resource = record.resource
    attributes, where = _identity(domain, record, identity)
    by_name = {each.attribute: each for each in given}
    if missing := [name for name in attributes if name not in by_name]:
        called = identity or "key"
        raise DefinitionError(f"an upsert by {called} of {resource.name} needs {', '.join(missing)} in each record")
    rows = PathPlan(domain, domain.resource(resource.name), table_of, {"batch"})
    if where is not None:
        rows.filter(typed_tree(where, domain, resource, is_condition=True))
    names = tuple(dict.fromkeys([*attributes, *record.key]))
    known = Project(
        rows.plan, tuple(Output(column_of(resource, each), rows.here.path(each)) for each in names), alias="there"
    )
    wanted = [fitted(by_name[name].value("batch"), resource.attribute(name).type)[0] for name in attributes]
    on = equal(wanted, [Path(("there", column_of(resource, name))) for name in attributes])
    keys = [Path(("there", column_of(resource, name))) for name in record.key]
    outputs = (
        Output("row", Path(("batch", "row"))),
        *(Output(f"there{n}", each) for n, each in enumerate(keys)),
        Output("found", IsNull(keys[0], negated=True)),
    )
    return Project(Join(Scan(BATCH, "batch"), known, on, "left"), outputs)


def _identity(domain: Domain, record: Stored, name: str) -> tuple[tuple[str, ...], Node | None]:
    found = {each.reason.path.removeprefix("identities."): each for each in uniques(domain, record)}
    if not name or name == "key":
        return record.key, None
    if name not in found:
        raise NotFoundError(
            f"identity of {record.resource.name}", name, [each.name for each in record.resource.identities]
        )
    return found[name].attributes, found[name].where


def addressed(record: Stored, resource: Resource, given: Sequence[Given]) -> list[Given]:
    """What the records of an upsert give to rows there are: the key that was looked up, and all else."""
    keys = [Given(name, f"there{n}", resource.attribute(name).type) for n, name in enumerate(record.key)]
    return [*keys, *(each for each in given if each.attribute not in record.key)]


def placed(batch: pa.Table, looked_up: pa.Table) -> pa.Table:
    """``batch`` (in the order of its rows) with what was looked up for it."""
    found = looked_up.sort_by("row")
    names = [name for name in found.column_names if name != "row"]
    kept = batch.select([name for name in batch.column_names if name not in names])
    for name in names:
        kept = kept.append_column(name, found[name])
    return kept
