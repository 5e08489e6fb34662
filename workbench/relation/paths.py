"""Expressions over a domain as plans over tables: which rows meet a condition, which break it, what an expression gives for each row.

To-one relationships become left joins, each path once. An aggregate over a to-many relationship is computed in a plan of its own, grouped
by what leads back, and joined to the row it stands on: rows never multiply, whatever is combined, as long as keys are unique in the data;
with ``once`` also where they are not. ``exists`` as a condition of its own becomes a semi-join. Where the inside of an aggregate names the row outside, its plan starts at that row, and is grouped by its key.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.expression.typed import Typed
from workbench.model import Domain, Resource
from workbench.model.expression import Aggregate as Over
from workbench.model.expression import Case, IsNull, Node, Unary
from workbench.relation.path_plan import PathPlan, TableOf, column_of, source_table, typed_tree
from workbench.relation.plan import Aggregate, Output, Plan, Project

__all__ = ["TableOf", "narrowed", "project", "rows_breaking", "rows_where", "source_table", "tally"]


def rows_where(domain: Domain, resource: Resource, condition: Node | Typed, table_of: TableOf = source_table) -> Plan:
    """The rows of ``resource`` for which ``condition`` is true, each once: its attributes, by name.

    Raises:
        VerificationError: the condition has problems.
        DefinitionError: the domain does not say how a relationship joins.
    """
    rows = PathPlan(domain, resource, table_of)
    rows.keep(typed_tree(condition, domain, resource, is_condition=True))
    return rows.projected()


def rows_breaking(
    domain: Domain, resource: Resource, condition: Node | Typed, table_of: TableOf = source_table
) -> Plan:
    """The rows of ``resource`` for which ``condition`` is false; unknown does not break it. Columns and errors as ``rows_where``."""
    rows = PathPlan(domain, resource, table_of)
    rows.keep(Unary("not", typed_tree(condition, domain, resource, is_condition=True)))
    return rows.projected()


def tally(
    domain: Domain,
    resource: Resource,
    conditions: Mapping[str, Node | Typed],
    table_of: TableOf = source_table,
    *,
    once: bool = False,
) -> Plan:
    """One row: ``rows``, then for each condition ``<name>.breaking`` and ``<name>.unknown``, how many rows are false and null there.

    All conditions are judged in one pass. With ``once`` each row counts once even where what it refers to is there twice under one key:
    the first of them, by its attributes, is taken. Errors as ``rows_where``.
    """
    rows = PathPlan(domain, resource, table_of, once=once)
    outputs = [Output("rows", Over("count"))]
    for name, condition in conditions.items():
        judged = rows.compiled(typed_tree(condition, domain, resource, is_condition=True))
        outputs.append(Output(f"{name}.breaking", Over("count", where=Unary("not", judged))))
        outputs.append(Output(f"{name}.unknown", Over("count", where=IsNull(judged))))
    return Aggregate(rows.plan, (), tuple(outputs))


def project(
    domain: Domain,
    resource: Resource,
    expressions: Mapping[str, Node | Typed],
    table_of: TableOf = source_table,
    where: Node | Typed | None = None,
    *,
    once: bool = False,
) -> Plan:
    """For every row of ``resource`` (for which ``where`` is true) the value of each expression, as columns of these names.

    ``once`` as in ``tally``.

    Raises:
        VerificationError: an expression has problems.
        DefinitionError: the domain does not say how a relationship joins, or an expression is one value for a whole query.
    """
    rows = PathPlan(domain, resource, table_of, once=once)
    outputs = [
        Output(name, rows.compiled(typed_tree(each, domain, resource, is_condition=False)))
        for name, each in expressions.items()
    ]
    if where is not None:
        rows.keep(typed_tree(where, domain, resource, is_condition=True))
    return Project(rows.plan, tuple(outputs))


def narrowed(
    domain: Domain,
    resource: Resource,
    condition: Node | None,
    fields: Mapping[str, Node],
    table_of: TableOf = source_table,
) -> Project:
    """The rows of ``resource`` for which ``condition`` is true, under the columns of its table: what a ``TableOf`` may give for it.

    An attribute among ``fields`` is null where its condition is not true. Errors as ``rows_where``.
    """
    rows = PathPlan(domain, resource, table_of)
    shown = {
        name: rows.compiled(typed_tree(each, domain, resource, is_condition=True)) for name, each in fields.items()
    }
    if condition is not None:
        rows.keep(typed_tree(condition, domain, resource, is_condition=True))
    values: dict[str, Node] = {each.name: rows.here.path(each.name) for each in resource.attributes}
    values |= {name: Case(((when, values[name]),)) for name, when in shown.items()}
    return Project(rows.plan, tuple(Output(column_of(resource, name), value) for name, value in values.items()))
