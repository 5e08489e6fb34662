"""Everything that is wrong with a design, alone or held against data."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import Problems
from workbench.language import load
from workbench.language.formats import located
from workbench.model import Domain
from workbench.model.verify import verify

if TYPE_CHECKING:
    from workbench.evidence import Options
    from workbench.language.sections import Sections
    from workbench.store import SourceOptions

__all__ = ["check"]


def check(
    design: Domain | str | Path,
    data: Any = None,
    *,
    options: Options | None = None,
    reading: SourceOptions | None = None,
    now: dt.datetime | None = None,
    sections: Sections | None = None,
) -> Problems:
    """Every problem of ``design`` (a domain, or the path of a saved one): its structure, the types of its expressions, and what the
    sections of third parties that are known (those of ``sections``, the installed ones when left out) say of their own.

    With ``data``, any source that ``infer`` takes, also every way in which the data contradicts the design: violations a rule, a key,
    a reference, each with its number of rows. ``now`` is the moment that ``now()`` and ``today()`` mean in rules, the present one when
    left out. Problems of a design saved in the domain language have the line and column of what they are about.

    >>> from workbench.model import Resource
    >>> print(check(Domain(name="shop", resources=(Resource(name="orders"),)))[0].path)
    orders

    Raises:
        VerificationError: the design or the data cannot be read at all; it carries every problem.
    """
    from workbench.expression.everywhere import typing_problems
    from workbench.language.sections import Sections

    domain = design if isinstance(design, Domain) else load(design)
    found = [*verify(domain), *typing_problems(domain), *(sections or Sections()).problems(domain)]
    of_data = Problems()
    if data is not None:
        from workbench.evidence import check_data
        from workbench.store import open_source
        from workbench.workspace.clock import StoreAt

        opened = open_source(data, options=reading)
        of_data = opened.problems
        with opened.store as store:
            found += check_data(StoreAt(store, now, domain.time_zone), domain, options)
    of_design = Problems(found) if isinstance(design, Domain) else located(Problems(found), design)
    return Problems([*of_design, *of_data])
