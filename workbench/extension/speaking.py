"""What ``%%scenario`` and ``%%ask`` do: a text in a domain's own words is run or answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.errors import DefinitionError
from workbench.extension.naming import Names, domain_of, is_a, named
from workbench.model import Domain

if TYPE_CHECKING:
    from workbench.patterns.dsl_generator import DomainLanguage
    from workbench.patterns.dsl_generator.trials import ScenarioReport

__all__ = ["answer", "language", "scenarios"]

_kept: list[DomainLanguage] = []


def language(domain: Domain) -> DomainLanguage:
    """The language of ``domain``. Those of the last few domains are kept, because their words take a while to gather."""
    from workbench.patterns.dsl_generator import language_of

    for index, each in enumerate(_kept):
        if each.domain is domain:
            _kept.append(_kept.pop(index))
            return each
    _kept[:] = [*_kept[-3:], language_of(domain)]
    return _kept[-1]


def scenarios(notebook: Names, name: str, text: str) -> ScenarioReport:
    """What became of the scenarios of ``text``, each in a workspace of its own in memory: no data of the notebook is touched.

    Raises:
        VerificationError: the text cannot be read; every problem has line and column.
    """
    from workbench.workspace.session import open as open_workspace

    called, value = named(notebook, name, "Domain", "Design", "Workspace")
    domain = domain_of(value)
    return language(domain).run_scenarios(text, lambda: open_workspace(domain, seed=0), called)


def answer(notebook: Names, name: str, text: str) -> Any:
    """The answer of a workspace to the question ``text``; to ``?`` the words it can be asked in.

    Raises:
        VerificationError: it is no question; every problem has line and column.
    """
    if is_a(notebook.get(name), "Domain", "Design"):
        raise DefinitionError(f"{name} has no data to ask; open a workspace on it: ws = wb.open({name}, data=…)")
    _, workspace = named(notebook, name, "Workspace")
    if text.strip() == "?":
        return language(workspace.domain)
    language(workspace.domain).question(text)
    return workspace.ask(text)
