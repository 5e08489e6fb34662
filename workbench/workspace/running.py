"""The domain a workspace runs: every attribute written out, every table and column called as the database can keep it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from workbench.errors import Problem, Severity
from workbench.model import Domain, Resource
from workbench.relation.ddl import CreateTable
from workbench.relation.stored import Stored, completed
from workbench.relation.tables import ResourceTable, tables

__all__ = ["Running", "running"]


@dataclass(frozen=True, slots=True)
class Running:
    """``domain`` as it runs, what is stored of each resource by name, the tables to create, and what they cannot keep."""

    domain: Domain
    records: Mapping[str, Stored]
    declared: tuple[CreateTable, ...]
    problems: tuple[Problem, ...]


def running(design: Domain, attached: Collection[str] = ()) -> Running:
    """``design`` as it runs in a database of its own; the resources called ``attached`` stay as their source calls them.

    >>> from workbench.model import Attribute
    >>> team = Resource(name="team", key=("id",), attributes=(Attribute(name="id", type="integer", source_name="team_no"),))
    >>> running(Domain(name="league", resources=(team,))).domain.resource("team").attribute("id").source_name
    ''
    """
    problems: list[Problem] = []

    def lose(path: str, code: str, message: str, hint: str = "", severity: Severity = "warning") -> None:
        problems.append(Problem(path, code, message, severity, hint))

    made = {each.record.resource.name: each for each in tables(design, "duckdb", lose)}
    whole = completed(design, tuple(each.record for each in made.values())) if made else design

    def named(part: Domain) -> Domain:
        own = tuple(
            each if each.name in attached else _named(each, made[each.name])
            for each in part.resources
            if each.name in made
        )
        return part.model_copy(update={"resources": own, "domains": tuple(map(named, part.domains))})

    domain = named(whole)
    records = {name: replace(each.record, resource=domain.resource(name)) for name, each in made.items()}
    declared = tuple(each.declared for name, each in made.items() if name not in attached)
    return Running(domain, records, declared, tuple(problems))


def _named(resource: Resource, table: ResourceTable) -> Resource:
    attributes = tuple(
        each.model_copy(update={"source_name": column if (column := table.columns[each.name]) != each.name else ""})
        for each in resource.attributes
    )
    name = table.name if table.name != resource.name else ""
    return resource.model_copy(update={"attributes": attributes, "source_name": name})
