"""Whether values identify rows: how many different ones there are, on every row or, in a large table, on a sample of the values.

A sample of rows would seldom hold both of two rows that share a value. So values are drawn, by their hash, and with each all of its
rows: one repetition in the sample is one in the table, and the share of rows that repeat another is that of the table but for its error.
"""

from __future__ import annotations

from workbench.evidence.claim import CounterExample, Evidence, mask
from workbench.evidence.matching import is_filled
from workbench.evidence.options import Options
from workbench.evidence.profile import TableProfile, column, count_where, is_drawn, value_of
from workbench.evidence.semantics import is_sensitive
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Binary, Case, Constant, Node
from workbench.relation.plan import Aggregate, Filter, Limit, Order, Output, Plan, Scan, Sort
from workbench.relation.port import Store

__all__ = ["count_distinct", "repeated_values"]


def count_distinct(
    store: Store, table: TableProfile, names: tuple[str, ...], *, largest: int = 0, known: bool = False
) -> Evidence:
    """Rows in which all of ``names`` have a value, and how many different combinations of values these have.

    Of a sampled table about ``largest`` rows are tested (as many as its sample has, when it is 0). ``known`` says that the profile of
    a single column has the counts already.
    """
    if known and not table.drawn:
        profile = table.column(names[0])
        return Evidence(profile.filled, profile.distinct, profile.missing, plan=_distinct_plan(table, names, 1))
    drawn = _one_in(table, names, largest)
    # Values so few that none was drawn are soon counted.
    for one_in in dict.fromkeys((drawn, 1)):
        plan = _distinct_plan(table, names, one_in)
        rows, filled, *picked, distinct = store.query(plan).tuples()[0]
        tested = picked[0] if picked else filled
        if tested:
            break
    return Evidence(tested, distinct, rows - filled, plan=plan, sampled_of=table.rows if one_in > 1 else 0)


def repeated_values(
    store: Store, table: TableProfile, names: tuple[str, ...], options: Options, *, largest: int = 0
) -> tuple[CounterExample, ...]:
    """The combinations of values that most rows share (of a sampled table: among those drawn to test about ``largest`` rows), masked where sensitive."""
    groups = Aggregate(
        Filter(Scan(table.info.table), _is_tested(names, _one_in(table, names, largest))),
        tuple(Output(name, column(name)) for name in names),
        (Output("rows_", count_where()),),
        having=Binary(">", count_where(), Constant(1)),
    )
    order = (Order(column("rows_"), descending=True), *(Order(column(name)) for name in names))
    found = store.query(Limit(Sort(groups, order), options.counter_examples)).tuples()
    private = not options.show_sensitive and any(is_sensitive(table.column(name), table.name) for name in names)
    return tuple(CounterExample(", ".join(mask(value, private) for value in row[:-1]), row[-1]) for row in found)


def _one_in(table: TableProfile, names: tuple[str, ...], largest: int) -> int:
    """Of how many values one is drawn, so that about ``largest`` rows are."""
    filled = min(table.column(name).filled for name in names)
    return max(-(-filled // (largest or table.drawn)), 1) if table.drawn else 1


def _is_tested(names: tuple[str, ...], one_in: int) -> Node:
    filled = is_filled(names)
    return filled if one_in == 1 else Binary("and", filled, is_drawn(names, one_in))


def _distinct_plan(table: TableProfile, names: tuple[str, ...], one_in: int) -> Plan:
    """One row: all rows, those with all values there, and how many different values these have. Where one value ``one_in`` so many is
    drawn, the rows drawn are told apart, and the different values are theirs."""
    tested = _is_tested(names, one_in)
    outputs = [Output("rows", count_where()), Output("filled", count_where(is_filled(names)))]
    distinct = Fold("count", value_of(names), where=tested, distinct=True)
    if one_in > 1:
        outputs.append(Output("drawn", count_where(tested)))
        # DuckDB holds the values that FILTER leaves out; those that are null it does not.
        distinct = Fold("count", Case(((tested, value_of(names)),)), distinct=True)
    return Aggregate(Scan(table.info.table), (), (*outputs, Output("distinct", distinct)))
