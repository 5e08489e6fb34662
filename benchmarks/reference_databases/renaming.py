"""A reference database without its names, to see what an inference finds in the values alone."""

from __future__ import annotations

import random

from .truth import Columns, Reference, Tables, Truth

__all__ = ["anonymise"]


def anonymise(tables: Tables, truth: Truth, seed: int = 0) -> tuple[Tables, Truth]:
    """The same values and the same truth under the names `t1`, `t2` … with the columns `c1`, `c2` ….

    The tables are shuffled with the seed before they are numbered; the order of their columns and rows stays.

    >>> import pyarrow as pa
    >>> from benchmarks.reference_databases.truth import parse_truth
    >>> tables = {"pet": pa.table({"name": ["Rex"], "owner": [7]}), "person": pa.table({"id": [7]})}
    >>> truth = parse_truth("pet(name) person(id)", "pet.owner -> person.id")
    >>> renamed, hidden = anonymise(tables, truth)
    >>> hidden.references[0].source_columns, renamed[hidden.references[0].target_table].column_names
    (('c2',), ['c1'])
    """
    order = random.Random(seed).sample(sorted(tables), len(tables))
    table_names = {name: f"t{i}" for i, name in enumerate(order, 1)}
    column_names = {(name, column): f"c{i}" for name in order for i, column in enumerate(tables[name].column_names, 1)}

    def columns(table: str, old: Columns) -> Columns:
        return tuple(column_names[table, column] for column in old)

    def reference(old: Reference) -> Reference:
        return Reference(
            table_names[old.source_table],
            columns(old.source_table, old.source_columns),
            table_names[old.target_table],
            columns(old.target_table, old.target_columns),
        )

    def attributes(old: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        return frozenset((table_names[table], column_names[table, column]) for table, column in old)

    renamed = {
        table_names[name]: tables[name].rename_columns(columns(name, tables[name].column_names)) for name in order
    }
    return renamed, Truth(
        keys={table_names[table]: columns(table, key) for table, key in truth.keys.items()},
        references=tuple(map(reference, truth.references)),
        also_acceptable=tuple(map(reference, truth.also_acceptable)),
        dangling={reference(old): share for old, share in truth.dangling.items()},
        alternate_keys=tuple((table_names[table], columns(table, key)) for table, key in truth.alternate_keys),
        enums=attributes(truth.enums),
        states=attributes(truth.states),
        sensitive=attributes(truth.sensitive),
    )
