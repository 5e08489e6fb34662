"""Doing what a text says: through the actions and questions of a workspace, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any, Protocol

from workbench.actions import Outcome
from workbench.actions.request import Refused
from workbench.errors import Problem, VerificationError
from workbench.evidence.names import singular
from workbench.model import Domain, Resource
from workbench.model.expression import Binary, Constant, Node, Path, Scalar
from workbench.patterns.dsl_generator.commands import Command, Given
from workbench.patterns.dsl_generator.questions import Asked
from workbench.patterns.dsl_generator.values import Chosen, value_text
from workbench.views import mask

__all__ = ["Bench", "Rows", "ask", "perform", "record", "that_is"]


class Rows(Protocol):
    """An answer: its rows as an Arrow table."""

    def arrow(self) -> Any:
        """All rows; ``Any``, because Arrow has no types of its own."""


class Bench(Protocol):
    """What runs a domain, as far as its language needs it: a ``Workspace`` does."""

    def create(
        self,
        resource: str,
        records: Any,
        action: str = "",
        *,
        refused: Refused,
        arguments: Mapping[str, Scalar],
    ) -> Outcome:
        """New rows."""

    def upsert(
        self,
        resource: str,
        records: Any,
        action: str = "",
        *,
        refused: Refused,
        arguments: Mapping[str, Scalar],
    ) -> Outcome:
        """Rows that are new or take new values."""

    def update(
        self,
        resource: str,
        records: Any = None,
        action: str = "",
        *,
        where: Node | None,
        set: Mapping[str, Any] | None,
        refused: Refused,
        arguments: Mapping[str, Scalar],
    ) -> Outcome:
        """Rows there are take new values."""

    def destroy(
        self,
        resource: str,
        keys: Any = None,
        action: str = "",
        *,
        where: Node | None,
        refused: Refused,
        arguments: Mapping[str, Scalar],
    ) -> Outcome:
        """Rows are gone."""

    def ask(
        self,
        resource: str,
        where: Node | None = None,
        *,
        select: Mapping[str, Node],
        by: Mapping[str, Node],
        measures: Mapping[str, Node],
        sort: tuple[str, ...],
        limit: int | None,
    ) -> Rows:
        """An answer."""

    def as_(self, actor: Mapping[str, Any] | None, tenant: str | None, context: Mapping[str, Any] | None) -> Bench:
        """The same for somebody."""


def ask(asked: Asked, bench: Bench) -> Rows:
    """The answer to a question. Errors as the workspace's."""
    return bench.ask(asked.resource, asked.where, **asked.parts)


def perform(command: Command, bench: Bench, domain: Domain, refused: Refused = "all") -> Outcome:
    """What became of a command.

    Raises:
        VerificationError: it was refused, or what it is about, or leads to, is not there (as far as may be seen).
    """
    resource, arguments = domain.resource(command.resource), dict(command.arguments)
    values: dict[str, Scalar] = {}
    for name, each in command.values:
        values |= record(resource, name, each, bench, domain)
    if command.kind == "create":
        return bench.create(resource.name, [values], command.action, refused=refused, arguments=arguments)
    if command.kind == "upsert":
        return bench.upsert(resource.name, [values], command.action, refused=refused, arguments=arguments)
    target, where = command.target, command.where
    if target is not None and not target.is_key:
        where = that_is(target, resource)
    keys = None if where is not None or target is None else [dict(target.values) | values]
    if command.kind == "destroy":
        done = bench.destroy(resource.name, keys, command.action, where=where, refused=refused, arguments=arguments)
    else:
        given = None if keys is not None else values
        done = bench.update(
            resource.name, keys, command.action, where=where, set=given, refused=refused, arguments=arguments
        )
    if target is not None and not target.is_key and not done.keys.num_rows and not done.refused:
        raise _absent(target, resource)
    return done


def record(resource: Resource, name: str, given: Given, bench: Bench, domain: Domain) -> dict[str, Scalar]:
    """The attributes, with their values, that one name of a record means; a record named by an identity is looked up."""
    way = next((each for each in resource.relationships if each.name == name), None)
    if way is None or not isinstance(given, Chosen):
        if way is None or name in resource.attribute_names:
            return {name: given}  # type: ignore[dict-item]  # a record is given to relationships only
        return dict.fromkeys(domain.relationship_keys(resource, way).source)
    keys = domain.relationship_keys(resource, way)
    known = dict(given.values)
    if not {*keys.destination} <= {*known}:
        there = domain.resource(given.resource)
        select: dict[str, Node] = {each: Path((each,)) for each in keys.destination}
        rows = bench.ask(there.name, that_is(given, there), select=select, by={}, measures={}, sort=(), limit=2)
        found = rows.arrow().to_pylist()
        if not found:
            raise _absent(given, there)
        known = found[0]
    return {source: known[there] for source, there in zip(keys.source, keys.destination, strict=True)}


def that_is(target: Chosen, resource: Resource) -> Node:
    """The condition that only the record meant meets."""
    conditions: list[Node] = [Binary("=", Path((name,)), Constant(each)) for name, each in target.values]
    names = {name for name, _ in target.values}
    for identity in resource.identities:
        if not target.is_key and {*identity.attributes} == names and identity.where is not None:
            conditions.append(identity.where)
    return reduce(lambda left, right: Binary("and", left, right), conditions)


def _absent(target: Chosen, resource: Resource) -> VerificationError:
    told = ", ".join(
        f"{name} {mask(value_text(each), resource.attribute(name).sensitive)}" for name, each in target.values
    )
    message = f"there is no {singular(target.resource)} with {told}"
    return VerificationError([Problem(target.resource, "not_found", message)], target.resource)
