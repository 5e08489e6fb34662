"""What the names in a notebook stand for: domains, designs and workspaces among everything else that is defined there."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import workbench
from workbench.errors import DefinitionError, NotFoundError

if TYPE_CHECKING:
    from workbench.model import Domain

__all__ = ["domain_of", "identifier", "is_a", "named", "names", "target"]

Names = Mapping[str, object]
"""A notebook's variables."""


def is_a(value: object, *kinds: str) -> bool:
    """Whether ``value`` is one of these classes of the root package. No class is loaded to find out.

    >>> is_a(7, "Domain")
    False
    """
    ours = type(value).__module__.startswith("workbench.")
    return ours and any(isinstance(value, getattr(workbench, kind)) for kind in kinds)


def domain_of(value: Any) -> Domain:
    """The domain that a domain, a design or a workspace holds."""
    found: Domain = value if is_a(value, "Domain") else value.domain
    return found


def names(notebook: Names, *kinds: str) -> list[str]:
    """The names that stand for a value of these kinds, in the order they were given; hidden ones (``_``) are left out."""
    return [name for name, value in notebook.items() if not name.startswith("_") and is_a(value, *kinds)]


def named(notebook: Names, name: str, *kinds: str) -> tuple[str, Any]:
    """The name and what it stands for; with no ``name`` the only value of these kinds there is.

    Raises:
        NotFoundError: nothing is called so; it carries the nearest names.
        DefinitionError: it is something else, or no name was given and there is not exactly one.
    """
    there = names(notebook, *kinds)
    wanted, listed = " or ".join(kinds).lower(), ", ".join(there[:8])
    if name and name not in notebook:
        raise NotFoundError(wanted, name, there)
    if name and not is_a(notebook[name], *kinds):
        raise DefinitionError(
            f"{name} is {_described(notebook[name])}, not a {wanted}" + f"; there are {listed}" * bool(there)
        )
    if not name and len({id(notebook[each]) for each in there}) != 1:
        raise DefinitionError(f"say which {wanted}: {listed}" if there else f"there is no {wanted} yet")
    found = name or there[0]
    return found, notebook[found]


def identifier(name: str) -> str:
    """``name`` as a Python name.

    >>> identifier("clinic"), identifier("Outpatient visits"), identifier("2nd floor"), identifier("class")
    ('clinic', 'outpatient_visits', '_2nd_floor', 'class_')
    """
    plain = name if name.isidentifier() else re.sub(r"\W+", "_", name).strip("_").lower() or "domain"
    plain = plain if plain.isidentifier() else f"_{plain}"
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def target(notebook: Names, given: str, name: str) -> str:
    """The Python name that a domain called ``name`` is bound to: the one ``given``, or its own.

    Raises:
        DefinitionError: that is no Python name, or stands for something that is no domain and would be lost.
    """
    found = given or identifier(name)
    if not found.isidentifier() or keyword.iskeyword(found):
        raise DefinitionError(f"{found!r} is no Python name; write %%domain with one, for example {identifier(found)}")
    held = notebook.get(found, getattr(builtins, found, None))
    if held is not None and not is_a(held, "Domain", "Design"):
        raise DefinitionError(f"{found} is {_described(held)} already; choose another name: %%domain NAME")
    return found


def _described(value: object) -> str:
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'AEIOUaeiou' else 'a'} {kind}"
