"""What is known about a reference database, written by hand, and the database itself.

A truth is written as text, close to how a person would note it down:

>>> truth = parse_truth(
...     keys="customer(id) line(order_no, line_no)",
...     references="line.customer -> customer.id  dangling 0.02",
... )
>>> truth.keys["line"]
('order_no', 'line_no')
>>> truth.references[0]
Reference(source_table='line', source_columns=('customer',), target_table='customer', target_columns=('id',))
>>> truth.dangling[truth.references[0]]
0.02
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import pyarrow as pa

__all__ = ["Columns", "Reference", "ReferenceDatabase", "Tables", "Truth", "parse_truth"]

Columns = tuple[str, ...]
Tables = dict[str, pa.Table]

REFERENCE = re.compile(r"(\w+)\.([\w,]+) -> (\w+)\.([\w,]+)(?:\s+dangling ([\d.]+))?$")
KEY = re.compile(r"(\w+)\(([^)]*)\)")


class Reference(NamedTuple):
    """Values of the source columns are meant to be found in the target columns, pair by pair in order."""

    source_table: str
    source_columns: Columns
    target_table: str
    target_columns: Columns


@dataclass(frozen=True)
class Truth:
    """What a perfect inference would find.

    `keys` holds the primary key of every table, `alternate_keys` further column sets that are unique by intent.
    `references` are to be found; `also_acceptable` are defensible and count neither for nor against.
    `dangling` tells the share of the non-null source rows without a target; a reference not in it holds everywhere.
    `enums`, `states` (enums that a life cycle moves) and `sensitive` hold (table, column) pairs.
    """

    keys: Mapping[str, Columns]
    references: tuple[Reference, ...]
    also_acceptable: tuple[Reference, ...] = ()
    dangling: Mapping[Reference, float] = field(default_factory=dict)
    alternate_keys: tuple[tuple[str, Columns], ...] = ()
    enums: frozenset[tuple[str, str]] = frozenset()
    states: frozenset[tuple[str, str]] = frozenset()
    sensitive: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class ReferenceDatabase:
    """A named, seeded database with its truth.

    Rules and thresholds of an inference may be tuned on the databases of the split "tuning". Those of "fresh" were
    written by someone who had not seen the inference; they are measured once after the weights were settled and never
    tuned on.
    """

    name: str
    split: Literal["tuning", "fresh"]
    build: Callable[[], Tables]
    truth: Truth

    def tables(self) -> Tables:
        """The tables by name, built anew, equal in every call."""
        return self.build()


def _keys(text: str) -> list[tuple[str, Columns]]:
    return [(table, tuple(columns.replace(" ", "").split(","))) for table, columns in KEY.findall(text)]


def _references(text: str) -> dict[Reference, float]:
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = REFERENCE.match(line)
        if match is None:
            raise ValueError(f"not a reference: {line!r}; write: table.a,b -> table.c,d  dangling 0.01")
        source, source_columns, target, target_columns, share = match.groups()
        reference = Reference(source, tuple(source_columns.split(",")), target, tuple(target_columns.split(",")))
        found[reference] = float(share or 0)
    return found


def _attributes(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((table, column) for table, column in (name.split(".") for name in text.split()))


def parse_truth(
    keys: str,
    references: str,
    also_acceptable: str = "",
    alternate_keys: str = "",
    enums: str = "",
    states: str = "",
    sensitive: str = "",
) -> Truth:
    """The truth that the texts state; raises ValueError for a line that is no reference."""
    found = _references(references)
    return Truth(
        keys=dict(_keys(keys)),
        references=tuple(found),
        also_acceptable=tuple(_references(also_acceptable)),
        dangling={reference: share for reference, share in found.items() if share},
        alternate_keys=tuple(_keys(alternate_keys)),
        enums=_attributes(enums),
        states=_attributes(states),
        sensitive=_attributes(sensitive),
    )
