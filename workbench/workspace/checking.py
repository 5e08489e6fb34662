"""Everything that is wrong with a design, alone or held against data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import Problem, Problems
from workbench.language import load
from workbench.model import Domain
from workbench.model.address import dotted
from workbench.model.verify import verify

if TYPE_CHECKING:
    from workbench.evidence import Options
    from workbench.store import SourceOptions

__all__ = ["check"]


def check(
    design: Domain | str | Path,
    data: Any = None,
    *,
    options: Options | None = None,
    reading: SourceOptions | None = None,
) -> Problems:
    """Every problem of ``design`` (a domain, or the path of a saved one): its structure, and the types of its expressions.

    With ``data``, any source that ``infer`` takes, also every way in which the data contradicts the design: violations a rule, a key,
    a reference, each with its number of rows.

    >>> from workbench.model import Resource
    >>> print(check(Domain(name="shop", resources=(Resource(name="orders"),))).errors[0].path)
    orders

    Raises:
        VerificationError: the design or the data cannot be read at all; it carries every problem.
    """
    domain = design if isinstance(design, Domain) else load(design)
    found = [*verify(domain), *_expressions(domain)]
    if data is not None:
        from workbench.evidence import check_data
        from workbench.store import open_source

        opened = open_source(data, options=reading)
        with opened.store as store:
            found += [*opened.problems, *check_data(store, domain, options)]
    return Problems(found)


def _expressions(domain: Domain) -> Iterator[Problem]:
    """Typing problems of every rule, calculation, measure, dimension and identity."""
    from workbench.expression import check as check_types

    for resource in domain.all_resources:
        base = ("resources", resource.name)
        conditions = [((*base, "rules", each.name, "condition"), each.condition) for each in resource.rules]
        conditions += [
            ((*base, "identities", each.name, "where"), each.where) for each in resource.identities if each.where
        ]
        values = [((*base, "calculations", each.name, "expression"), each.expression) for each in resource.calculations]
        values += [((*base, "dimensions", each.name, "expression"), each.expression) for each in resource.dimensions]
        measures = [((*base, "measures", each.name, "expression"), each.expression) for each in resource.measures]
        for path, node in conditions:
            yield from check_types(node, domain, resource, is_condition=True, subject=dotted(*path)).problems
        for path, node in values:
            yield from check_types(node, domain, resource, subject=dotted(*path)).problems
        for path, node in measures:
            yield from check_types(node, domain, resource, allow_aggregates=True, subject=dotted(*path)).problems
