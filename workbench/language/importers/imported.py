"""What an importer hands back: the domain, and everything that could not be carried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.errors import Problems
from workbench.model import Domain
from workbench.views import Column, Stack, Table, Text, View, Viewable, counted

__all__ = ["Imported"]


@dataclass(frozen=True, slots=True)
class Imported(Viewable):
    """A design made from a foreign description of kind ``kind``.

    ``domain`` passes ``check`` without errors. ``problems`` has what was left out (``error`` where the description itself is broken
    there, else ``warning``) and what was assumed (``info``); each path names the place by the source's own names.
    """

    kind: str
    domain: Domain
    problems: Problems

    def __repr__(self) -> str:
        found, attributes, relationships = self.counts
        return f"Imported({self.kind!r}, {self.domain.name!r}: {found} resources, {attributes} attributes, {relationships} relationships)"

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many resources, attributes and relationships were found."""
        resources = self.domain.resources
        return (
            len(resources),
            sum(len(each.attributes) for each in resources),
            sum(len(each.relationships) for each in resources),
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data: counts, the parts of each resource, and the problems."""
        found, attributes, relationships = self.counts
        return {
            "kind": self.kind,
            "domain": self.domain.name,
            "counts": {"resources": found, "attributes": attributes, "relationships": relationships},
            "resources": [
                {
                    "name": each.name,
                    "source_name": each.source_name or each.name,
                    "attributes": list(each.attribute_names),
                    "key": list(each.key),
                    "relationships": [relationship.name for relationship in each.relationships],
                }
                for each in self.domain.resources
            ],
            "problems": [each.as_dict() for each in self.problems],
        }

    def view(self) -> View:
        """The resources found, and what was left out or assumed."""
        columns = (
            Column("resource", "code"),
            Column("in the source"),
            Column("attributes", "number"),
            Column("key", "code"),
            Column("relationships", "number"),
        )
        rows = tuple(
            (
                each.name,
                each.source_name or each.name,
                len(each.attributes),
                ", ".join(each.key) or None,
                len(each.relationships),
            )
            for each in self.domain.resources
        )
        resources: View = Table(columns, rows) if rows else Text("No resources.", tone="warning")
        left = self.problems.view() if self.problems else Text("Everything was carried.", tone="good")
        found, attributes, relationships = self.counts
        detail = ", ".join(
            (counted(found, "resource"), counted(attributes, "attribute"), counted(relationships, "relationship"))
        )
        return Stack(f"{self.domain.name}, from {self.kind.replace('_', ' ')}", (resources, left), detail)
