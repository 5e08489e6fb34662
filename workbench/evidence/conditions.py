"""Rules of a design held against data: rows for which a condition is false, and rows that leave it open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.errors import Problem, WorkbenchError
from workbench.evidence.binding import Bound, path_of, read_examples, shown
from workbench.evidence.claim import of_rows
from workbench.evidence.matching import ROWS
from workbench.evidence.options import Options
from workbench.evidence.profile import column, count_where
from workbench.model import Domain, Rule
from workbench.model.expression import Path, Unary
from workbench.relation.paths import TableOf, project, tally
from workbench.relation.plan import Aggregate, Order, Output, Sort
from workbench.relation.port import Store
from workbench.views import counted

__all__ = ["broken_rules"]


def broken_rules(store: Store, domain: Domain, bound: Bound, table_of: TableOf, options: Options) -> Iterator[Problem]:
    """Rows that break a rule, with the rule's severity; rows for which it is unknown, as a remark; rules this data cannot answer.

    All rules of a resource are judged in one pass; where that fails, each on its own.
    """
    rules = bound.resource.rules
    try:
        yield from _judged(store, domain, bound, rules, table_of, options)
    except WorkbenchError:
        for rule in rules:
            try:
                yield from _judged(store, domain, bound, (rule,), table_of, options)
            except WorkbenchError as error:
                text = f"{rule.name} cannot be checked on this data: {str(error).strip().splitlines()[-1]}"
                hint = "correct the rule, or the types of the attributes it names"
                yield Problem(path_of(bound.resource, "rules", rule.name), "unchecked_rule", text, "warning", hint)


def _judged(
    store: Store, domain: Domain, bound: Bound, rules: Sequence[Rule], table_of: TableOf, options: Options
) -> list[Problem]:
    if not rules:
        return []
    resource = bound.resource
    conditions = {f"r{place}": rule.condition for place, rule in enumerate(rules)}
    rows, *counts = store.query(tally(domain, resource, conditions, table_of)).tuples()[0]
    if once := rows != bound.table.rows:  # a key it refers to is there twice, which is a problem of its own
        rows, *counts = store.query(tally(domain, resource, conditions, table_of, once=True)).tuples()[0]
    found: list[Problem] = []
    for rule, breaking, unknown in zip(rules, counts[::2], counts[1::2], strict=True):
        path = path_of(resource, "rules", rule.name)
        if breaking:
            examples = _examples(store, domain, bound, rule, table_of, options, once=once)
            text = of_rows(breaking, rows, f"break {rule.name}") + (f": {rule.message}" if rule.message else "")
            found.append(
                Problem(path, "rule_broken", text + examples, rule.severity, "correct the rows, or the rule", breaking)
            )
        if unknown:
            text = f"for {unknown:,} of {counted(rows, 'row')} {rule.name} is unknown, as a value it needs is missing"
            found.append(Problem(path, "rule_unknown", text, "info", rows=unknown))
    return found


def _examples(
    store: Store, domain: Domain, bound: Bound, rule: Rule, table_of: TableOf, options: Options, *, once: bool
) -> str:
    """Keys of rows that break the rule."""
    key = bound.resource.key
    if not key or not bound.has(key):
        return ""
    names = {name: Path((name,)) for name in key}
    breaking = project(domain, bound.resource, names, table_of, where=Unary("not", rule.condition), once=once)
    counted = Aggregate(breaking, tuple(Output(name, column(name)) for name in key), (Output(ROWS, count_where()),))
    is_private = any(bound.resource.attribute(name).sensitive for name in key)
    return shown(read_examples(store, Sort(counted, tuple(Order(column(name)) for name in key)), is_private, options))
