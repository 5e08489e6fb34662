"""What every transaction does with plans: print them, and write what they give."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Literal

from workbench.model.expression import Scalar
from workbench.relation.alteration import Alteration
from workbench.relation.plan import Plan, TableName
from workbench.relation.statement import Statement

__all__ = ["PlanWriter"]


class PlanWriter(ABC):
    """Writes plans as statements of ``dialect``; a transaction says how one statement is run. See the port for what each method does."""

    dialect: Literal["duckdb", "postgres"]

    @abstractmethod
    def write(self, statement: Statement, parameters: Mapping[str, Scalar] | None = None) -> int:
        """Run what was printed before; how many rows it wrote, 0 for what writes none."""

    def keep(self, name: str, plan: Plan, parameters: Mapping[str, Scalar] | None = None) -> TableName:
        """The rows of ``plan`` as they are now."""
        from workbench.relation.write_sql import keep_sql

        self.write(keep_sql(name, plan, self.dialect), parameters)
        return TableName(name)

    def insert(
        self, table: TableName, columns: Sequence[str], plan: Plan, parameters: Mapping[str, Scalar] | None = None
    ) -> int:
        """Add rows."""
        from workbench.relation.write_sql import insert_sql

        return self.write(insert_sql(table, columns, plan, self.dialect), parameters)

    def update(
        self,
        table: TableName,
        key: Sequence[str],
        columns: Sequence[str],
        plan: Plan,
        parameters: Mapping[str, Scalar] | None = None,
    ) -> int:
        """Change rows."""
        from workbench.relation.write_sql import update_sql

        return self.write(update_sql(table, key, columns, plan, self.dialect), parameters)

    def delete(
        self, table: TableName, key: Sequence[str], plan: Plan, parameters: Mapping[str, Scalar] | None = None
    ) -> int:
        """Delete rows."""
        from workbench.relation.write_sql import delete_sql

        return self.write(delete_sql(table, key, plan, self.dialect), parameters)

    def alter(self, *alterations: Alteration) -> None:
        """Change tables."""
        from workbench.relation.alter_sql import alter_sql

        for each in alterations:
            for statement in alter_sql(each, self.dialect):
                self.write(statement)
