"""Questions: measures, groups, rows and counts in the domain's own words. What is read compiles to a ``Question`` of the actions.

revenue by customer tier where placed_at >= 2026-01-01
orders where total > 100 sorted by total desc first 10
average total of orders by month of placed_at
top 5 revenue by customer.country
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workbench.actions.query import Question, SortBy
from workbench.model.expression import Aggregate, Node, write
from workbench.patterns.dsl_generator.expressions import written
from workbench.patterns.dsl_generator.words import said
from workbench.views import Tree, View, Viewable

__all__ = ["Asked", "Sorted", "Word", "counted_rows"]

_CLAUSES = ("by", "where", "sorted", "first")


@dataclass(frozen=True, slots=True)
class Word:
    """Something asked for: its text in the language, the expression it is, and what the column of the answer is called."""

    text: str
    node: Node
    name: str
    is_measure: bool = False


@dataclass(frozen=True, slots=True)
class Sorted:
    """What to sort by: a column or a path, as it is written."""

    text: str
    node: Node
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Asked(Viewable):
    """A question in words: ``items`` of ``resource`` (none: all attributes of its rows). ``str`` writes it as it is read."""

    resource: str
    items: tuple[Word, ...] = ()
    by: tuple[Word, ...] = ()
    where: Node | None = None
    sort: tuple[Sorted, ...] = ()
    first: int | None = None
    of: str = field(default="", compare=False)
    """What the measure is a measure of, where that is the whole domain."""

    def __str__(self) -> str:
        words = [", ".join(each.text for each in self.items), "of"] if self.items else []
        words.append(said(self.of or self.resource))
        if self.by:
            words += ["by", ", ".join(each.text for each in self.by)]
        if self.where is not None:
            words += ["where", written(self.where)]
        if self.sort:
            words += ["sorted by", ", ".join(each.text + " desc" * each.descending for each in self.sort)]
        if self.first is not None:
            words += ["first", str(self.first)]
        return " ".join(words)

    @property
    def is_grouped(self) -> bool:
        """Whether it asks for measures, one row for each group."""
        return bool(self.by) or any(each.is_measure for each in self.items)

    @property
    def question(self) -> Question:
        """The question as a workspace takes it."""
        items = {each.name: each.node for each in self.items}
        return Question(
            self.resource,
            self.where,
            select={} if self.is_grouped else items,
            by={each.name: each.node for each in self.by},
            measures=items if self.is_grouped else {},
            sort=tuple(SortBy(each.node, each.descending) for each in self.sort),
            limit=self.first,
        )

    @property
    def parts(self) -> dict[str, Any]:
        """What a workspace is asked, by the names of its parameters beside the resource and the condition."""
        asked = self.question
        sort = tuple(f"{write(each.expression)}{' desc' * each.descending}" for each in asked.sort)
        return {
            "select": asked.select,
            "by": asked.by,
            "measures": asked.measures,
            "sort": sort,
            "limit": asked.limit,
        }

    def view(self) -> View:
        """How it was understood: the resource, what is asked of it, the groups, the rows, the order."""
        parts = [Tree("of", (Tree(self.resource),))]
        parts += (
            [Tree("asked", tuple(Tree(each.text, detail=str(each.node)) for each in self.items))] if self.items else []
        )
        parts += (
            [Tree("grouped by", tuple(Tree(each.text, detail=str(each.node)) for each in self.by))] if self.by else []
        )
        parts += [Tree("where", (Tree(written(self.where)),))] if self.where is not None else []
        parts += (
            [Tree("sorted by", tuple(Tree(each.text + " desc" * each.descending) for each in self.sort))]
            if self.sort
            else []
        )
        parts += [Tree("first", (Tree(f"{self.first} rows"),))] if self.first is not None else []
        return Tree(str(self), tuple(parts))


def counted_rows(resource: str, where: Node | None) -> Asked:
    """How many rows there are for which ``where`` is true."""
    return Asked(resource, (Word("count", Aggregate("count"), "count", True),), where=where)
