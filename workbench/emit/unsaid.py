"""The parts of a design that a target has no words for."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.emit.draft import Draft
from workbench.model import Domain
from workbench.relation.stored import Stored

__all__ = ["report_unsaid"]

_UNSAID_OF_DOMAIN = ("machines", "reactors", "measures", "policies", "contracts", "sources")
_UNSAID_OF_RESOURCE = (
    "identities", "rules", "calculations", "measures", "dimensions", "actions", "policies", "field_policies",
)  # fmt: skip


def report_unsaid(
    domain: Domain, resources: tuple[Stored, ...], draft: Draft, language: str, said: tuple[str, ...] = ()
) -> None:
    """The parts of the design that ``language`` has no words for are in the losses, as ``info``; ``said`` names those it has."""
    for path, kind, elements in _unsaid(domain, resources):
        if kind not in said and elements:
            names = ", ".join(str(getattr(each, "name", each)) for each in elements[:5]) + (
                " …" if len(elements) > 5 else ""
            )
            draft.lose(
                path, "not_carried", f"{language} has no words for {kind.replace('_', ' ')}: {names}", severity="info"
            )


def _unsaid(domain: Domain, resources: tuple[Stored, ...]) -> Iterator[tuple[str, str, tuple[object, ...]]]:
    for kind in _UNSAID_OF_DOMAIN:
        yield kind, kind, getattr(domain, kind)
    yield "extensions", "extensions", tuple(domain.extensions)
    yield "tenancy", "tenancy", (domain.tenancy.strategy,) if domain.tenancy.strategy != "none" else ()
    for each in resources:
        for kind in _UNSAID_OF_RESOURCE:
            yield f"{each.path}.{kind}", kind, getattr(each.resource, kind)
