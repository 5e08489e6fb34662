"""Answers: what a question to a workspace gives, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from workbench.actions.query import Asked, Question, SortBy, compile_question
from workbench.expression import parse
from workbench.model import Dimension, Domain, Resource
from workbench.model.expression import Call, Constant, Node, Path
from workbench.relation.path_plan import TableOf
from workbench.relation.plan import Output, Plan, Project
from workbench.relation.port import Store
from workbench.workspace.rows import Result

__all__ = ["Answer", "Asking", "answer", "question"]

Asking: TypeAlias = str | Sequence[str] | Mapping[str, str | Node]
"""Expressions by the names their columns get; without names an expression's own text is its name."""


class Answer(Result):
    """The rows, or the groups, that were asked for. ``next`` is where the page after this one begins."""

    def __init__(self, store: Store, asked: Asked, asked_for: Question, title: str) -> None:
        private = frozenset(each.name for each in asked.columns if each.is_sensitive)
        super().__init__(store, _shown(asked.plan, asked), title, private)
        self._asked, self._question = asked, asked_for
        self._next: str | None = None

    @property
    def next(self) -> str:
        """The cursor to hand back as ``after=`` for the page that follows; empty where this one is the last, or was not limited."""
        if self._next is None:
            self._next = self._cursor()
        return self._next

    def _cursor(self) -> str:
        limit, cursor = self._question.limit, self._asked.cursor
        if limit is None or cursor is None:
            return ""
        found = self._store.query(self._asked.plan).tuples()
        return cursor.write(found[-1][len(self._asked.columns) :]) if found and len(found) == limit else ""


def answer(store: Store, domain: Domain, asked_for: Question, table_of: TableOf) -> Answer:
    """What ``store`` has to say to a question. Errors as ``compile_question``."""
    resource = domain.resource(asked_for.resource)
    title = resource.name if asked_for.where is None else f"{resource.name} where {asked_for.where}"
    return Answer(store, compile_question(domain, asked_for, table_of), asked_for, title)


def question(
    domain: Domain,
    resource: str,
    where: str | Node | None = None,
    *,
    select: Asking = (),
    by: Asking = (),
    measures: Asking = (),
    sort: str | Sequence[str] = (),
    limit: int | None = None,
    after: str = "",
) -> Question:
    """A question as an analyst writes it: expressions as text, dimensions and measures by their names.

    >>> from workbench.model import Attribute, Resource, parse_type
    >>> team = Resource(name="team", attributes=(Attribute(name="city", type=parse_type("string")),))
    >>> question(Domain(name="league", resources=(team,)), "team", by="city", measures=["count()"], sort="count() desc").sort
    (SortBy(expression=Aggregate(function='count', argument=None, where=None, alias='', distinct=False), descending=True),)

    Raises:
        VerificationError: a text is no expression; the problem points into it.
        NotFoundError: there is no such resource.
    """
    of = domain.resource(resource)
    return Question(
        resource,
        parse(where) if isinstance(where, str) else where,
        _expressions(select),
        {name: _dimension(node, of) for name, node in _expressions(by).items()},
        _expressions(measures),
        tuple(map(SortBy.read, [sort] if isinstance(sort, str) else sort)),
        limit,
        after,
    )


def _expressions(asked: Asking) -> dict[str, Node]:
    named = (
        asked if isinstance(asked, Mapping) else {each: each for each in ([asked] if isinstance(asked, str) else asked)}
    )
    return {name: parse(each) if isinstance(each, str) else each for name, each in named.items()}


def _dimension(node: Node, resource: Resource) -> Node:
    """What a dimension's name stands for, cut to its grain; any other expression as it is."""
    dimension: Dimension | None = None
    if isinstance(node, Path) and len(node.names) == 1 and node.names[0] not in resource.attribute_names:
        dimension = next((each for each in resource.dimensions if each.name == node.names[0]), None)
    if dimension is None:
        return node
    if not dimension.grain:
        return dimension.expression
    return Call("date_trunc", (Constant(dimension.grain), dimension.expression))


def _shown(plan: Plan, asked: Asked) -> Plan:
    """The columns that were asked for, without those the cursor is made of."""
    return Project(plan, tuple(Output(each.name, Path((each.name,), value_type=each.type)) for each in asked.columns))
