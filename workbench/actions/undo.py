"""What a batch wrote, taken back within its transaction: the rows as they were, put where they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.actions.drafts import BATCH, Draft
from workbench.actions.stage import Kind
from workbench.errors import DefinitionError
from workbench.model.expression import Path
from workbench.relation.plan import Output, Plan, Project, Scan, TableName
from workbench.relation.port import Transaction

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Image", "image_plan"]


@dataclass(frozen=True, slots=True)
class Image:
    """Rows of ``table`` as they were before a batch of ``kind`` wrote them; of created ones the key."""

    kind: Kind
    table: TableName
    key: tuple[str, ...]
    rows: pa.Table

    def restore(self, transaction: Transaction) -> None:
        """The table is as it was. Raises ``DefinitionError`` where rows were created that no key tells apart."""
        if not self.key:
            raise DefinitionError(f"{self.table} needs a key, so that what followed can be undone")
        transaction.bring(BATCH.name, self.rows)
        names: Sequence[str] = self.rows.column_names
        plan = Project(Scan(BATCH), tuple(Output(name, Path((name,))) for name in names))
        changed = [name for name in names if name not in self.key]
        if self.kind == "create":
            transaction.delete(self.table, self.key, plan)
        elif self.kind == "destroy":
            transaction.insert(self.table, names, plan)
        elif changed:
            transaction.update(self.table, self.key, changed, plan)


def image_plan(draft: Draft, kind: Kind, key: Sequence[str]) -> Plan:
    """The rows of an ``Image``: every column there was; of rows that are created the key they get."""
    shape, alias = draft.shape, draft.shape.resource.name
    if kind == "create":
        named = {shape.column(name): shape.column(name) for name in key}
    else:
        named = {shape.column(each.name): shape.old(each.name) for each in shape.resource.attributes}
    return Project(draft.plan, tuple(Output(name, Path((alias, column))) for name, column in named.items()))
