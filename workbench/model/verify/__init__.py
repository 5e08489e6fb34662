"""Structural verification: what can be said about a domain without typing its expressions or looking at data.

``verify`` reports every problem at once. Each kind is a small function in a module of this room, registered in ``CHECKS`` with a
stable code; a path says where (``workbench.model.address`` has the scheme).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workbench.errors import Problem, Problems
from workbench.model.domain import Domain
from workbench.model.verify import (  # noqa: F401  each registers its checks
    access,
    actions,
    attributes,
    domains,
    keys,
    machines,
    names,
    relationships,
    sources,
    states,
)
from workbench.model.verify.check import CHECKS, Check, Facts, subjects

__all__ = ["CHECKS", "Check", "verify"]


def verify(domain: Domain, only: Collection[str] = ()) -> Problems:
    """Every structural problem of ``domain`` and of the domains it is composed of (of the codes ``only``, where given), in time
    linear in its size.

    >>> from workbench.model import Attribute, Resource
    >>> orders = Resource(name="orders", key=("idd",), attributes=(Attribute(name="id", type="uuid"),))
    >>> print(verify(Domain(name="shop", resources=(orders,))))
    error orders.key: the key names 'idd', which orders does not have [unknown_key_attribute]; did you mean 'id'?
    """
    return Problems(_problems(domain, only or CHECKS))


def _problems(domain: Domain, codes: Collection[str]) -> Iterator[Problem]:
    by_subject: dict[type[Facts], list[Check]] = {}
    for code in codes:
        by_subject.setdefault(CHECKS[code].subject, []).append(CHECKS[code])
    for facts in subjects(domain):
        for check in by_subject.get(type(facts), ()):
            for finding in check.function(facts):
                yield check.problem(facts, finding)
