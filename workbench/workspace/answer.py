"""Answers: what a question to a workspace gives, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import index
from typing import TYPE_CHECKING, TypeAlias

from workbench.actions.query import Asked, Question, SortBy, compile_question
from workbench.errors import DefinitionError, VerificationError
from workbench.expression import parse
from workbench.model import Dimension, Domain, Resource
from workbench.model.expression import Call, Constant, Node, Path
from workbench.relation.path_plan import TableOf
from workbench.relation.plan import Output, Plan, Project
from workbench.relation.port import Store
from workbench.workspace.rows import Result

if TYPE_CHECKING:
    from workbench.patterns.dsl_generator import Asked as Said

__all__ = ["Answer", "Asking", "Questions", "question"]

Asking: TypeAlias = str | Sequence[str] | Mapping[str, str | Node]
"""Expressions by the names their columns get; without names an expression's own text is its name."""


_KEPT = 64
"""How many compiled questions are kept."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A question with its plans: ``shown`` has the columns that were asked for, without those the cursor is made of."""

    question: Question
    asked: Asked
    shown: Plan
    title: str


class Answer(Result):
    """The rows, or the groups, that were asked for. ``next`` is where the page after this one begins."""

    def __init__(self, store: Store, prepared: _Prepared) -> None:
        private = frozenset(each.name for each in prepared.asked.columns if each.is_sensitive)
        super().__init__(store, prepared.shown, prepared.title, private)
        self._asked, self._question = prepared.asked, prepared.question
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


class Questions:
    """What may be asked of a domain whose tables are ``table_of``; what is asked again in the same words is not compiled again."""

    def __init__(self, domain: Domain, table_of: TableOf) -> None:
        self._domain, self._table_of = domain, table_of
        self._known: dict[str, _Prepared] = {}

    def ask(
        self,
        store: Store,
        resource: str,
        where: str | Node | None = None,
        *,
        select: Asking = (),
        by: Asking = (),
        measures: Asking = (),
        sort: str | Sequence[str] = (),
        limit: int | None = None,
        after: str = "",
    ) -> Answer:
        """What ``store`` has to say. Errors as ``question`` and ``compile_question``."""
        words = (resource, where, select, by, measures, sort, limit, after)
        key = repr(words) if all(map(_is_text, words)) else ""
        known = self._known.get(key)
        if known is None:
            in_words = None if where or select or by or measures or sort else self._in_words(resource)
            if in_words is not None:
                asked_for = in_words.question
                asked_for = replace(asked_for, limit=asked_for.limit if limit is None else limit, after=after)
            else:
                asked_for = question(
                    self._domain,
                    resource,
                    where,
                    select=select,
                    by=by,
                    measures=measures,
                    sort=sort,
                    limit=limit,
                    after=after,
                )
            known = self._prepared(asked_for, "" if in_words is None else str(in_words))
            if key:
                self._known[key] = known
            while len(self._known) > _KEPT:
                self._known.pop(next(iter(self._known)), None)
        return Answer(store, known)

    def _in_words(self, text: str) -> Said | None:
        """The question that ``text`` asks in the words of the domain; None for the name of a resource, and for a word that says nothing."""
        from workbench.patterns.dsl_generator import language_of

        if self._domain.has_resource(text):
            return None
        try:
            return language_of(self._domain).question(text)
        except VerificationError:
            if len(text.split()) > 1:
                raise
            return None

    def _prepared(self, asked_for: Question, title: str = "") -> _Prepared:
        if not title:
            resource = self._domain.resource(asked_for.resource)
            title = resource.name if asked_for.where is None else f"{resource.name} where {asked_for.where}"
        asked = compile_question(self._domain, asked_for, self._table_of)
        return _Prepared(asked_for, asked, _shown(asked), title)


def _is_text(asked: object) -> bool:
    """Whether a part of a question is told apart from others by how it is written."""
    match asked:
        case list() | tuple():
            return all(isinstance(each, str) for each in asked)
        case dict():
            return all(isinstance(each, str) for each in asked.values())
    return isinstance(asked, str | int | None)


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
        DefinitionError: something is neither a text nor an expression, or ``limit`` no number.
    """
    of = domain.resource(resource)
    try:
        limit = None if limit is None else index(limit)
    except TypeError as error:
        raise DefinitionError(f"limit is {limit!r}; it is how many rows make a page") from error
    return Question(
        resource,
        None if where is None else _expression(where),
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
    return {name: _expression(each) for name, each in named.items()}


def _expression(asked: str | Node) -> Node:
    if not isinstance(asked, str | Node):
        raise DefinitionError(f"{asked!r} is no expression")
    return parse(asked) if isinstance(asked, str) else asked


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


def _shown(asked: Asked) -> Plan:
    columns = (Output(each.name, Path((each.name,), value_type=each.type)) for each in asked.columns)
    return Project(asked.plan, tuple(columns))
