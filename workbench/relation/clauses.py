"""The clauses of one SELECT in the making, what its columns mean, and whether more can still be added to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from workbench.errors import DefinitionError, NotFoundError
from workbench.model.expression import Node, Path, walk
from workbench.relation.expressions import Expressions, is_constant

__all__ = ["Select", "every", "number"]


@dataclass(slots=True)
class Select:
    """A SELECT in the making. ``outputs`` is ``None`` as long as every column of the sources goes through."""

    expressions: Expressions
    source: exp.Expr
    alias: str = ""
    aliases: tuple[str, ...] = ()
    joins: list[exp.Expr] = field(default_factory=list)
    where: list[exp.Expr] = field(default_factory=list)
    outputs: dict[str, exp.Expr] | None = None
    keep: bool = False
    windows: frozenset[str] = frozenset()
    is_grouped: bool = False
    groups: dict[str, exp.Expr] = field(default_factory=dict)
    sets: tuple[tuple[str, ...], ...] = ()
    having: list[exp.Expr] = field(default_factory=list)
    distinct: bool = False
    order: list[exp.Ordered] = field(default_factory=list)
    limit: int | None = None
    offset: int = 0
    recursive: exp.CTE | None = None
    body: exp.Query | None = None

    def __post_init__(self) -> None:
        self.aliases = self.aliases or (self.alias,)

    @property
    def is_rows(self) -> bool:
        """Whether it only joins and filters: its columns are still those of its sources."""
        return self.outputs is None and self.is_open

    @property
    def is_open(self) -> bool:
        """Whether a clause can still be added before its rows are made distinct and cut to a page."""
        return not self.distinct and self.limit is None and self.body is None

    def resolve(self, path: Path) -> exp.Expr:
        """What a name means in this result."""
        *qualifiers, name = path.names
        if len(qualifiers) > 1:
            raise DefinitionError(f"the path {path} must be resolved to a column before it becomes SQL")
        qualifier = qualifiers[0] if qualifiers else ""
        if self.outputs is None:
            return self.expressions.column(name, qualifier)
        if qualifier in ("", self.alias):
            if name in self.outputs:
                return self.outputs[name].copy()
            if self.keep:
                return self.expressions.column(name)
        elif self.keep:
            return self.expressions.column(name, qualifier)
        raise DefinitionError(str(NotFoundError("column", str(path), self.outputs)))

    def inlines(self, nodes: Iterable[Node], once: bool = False) -> bool:
        """Whether what ``nodes`` name can stand in their place: bare columns, and (``once``) what is used a single time."""
        if self.outputs is None:
            return True
        uses = Counter(each.names[-1] for node in nodes for each in walk(node) if isinstance(each, Path))
        return all(
            name not in self.outputs
            or isinstance(self.outputs[name], exp.Column)
            or is_constant(self.outputs[name])
            or (once and count == 1 and name not in self.windows)
            for name, count in uses.items()
        )

    def qualify(self) -> bool:
        """Put the alias before every bare column of the conditions, so that a join leaves no doubt; whether that was possible."""
        bare = [
            column
            for condition in self.where
            for column in condition.find_all(exp.Column)
            if not column.table and column.find_ancestor(exp.Query) is None
        ]
        for column in bare if self.alias else ():
            column.set("table", self.expressions.identifier(self.alias))
        return bool(self.alias) or not bare

    def finished(self) -> exp.Query:
        """The SELECT."""
        if self.body is not None:
            return self.body
        select = exp.Select(expressions=self._selected(), from_=exp.From(this=self.source))
        if self.joins:
            select.set("joins", self.joins)
        if self.where:
            select.set("where", exp.Where(this=every(self.where)))
        if self.groups or self._is_constant():
            select.set("group", self._group())
        if self.having:
            self._uncapture()
            select.set("having", exp.Having(this=every(self.having)))
        if self.distinct:
            select.set("distinct", exp.Distinct())
        if self.order:
            select.set("order", exp.Order(expressions=self.order))
        if self.limit is not None:
            select.set("limit", exp.Limit(expression=number(self.limit)))
        if self.offset:
            select.set("offset", exp.Offset(expression=number(self.offset)))
        if self.recursive is not None:
            select.set("with_", exp.With(expressions=[self.recursive], recursive=True))
        return select

    def _selected(self) -> list[exp.Expr]:
        if self.outputs is None:
            return [exp.Star()]
        return ([exp.Star()] if self.keep else []) + [
            value
            if not name or (isinstance(value, exp.Column) and value.name == name)
            else exp.Alias(this=value, alias=self.expressions.identifier(name))
            for name, value in self.outputs.items()
        ]

    def _uncapture(self) -> None:
        """Say which column HAVING means where an output has its name: DuckDB would take the output."""
        if len(self.aliases) != 1:
            return
        for condition in self.having:
            for column in condition.find_all(exp.Column):
                if not column.table and column.name in (self.outputs or {}):
                    column.set("table", self.expressions.identifier(self.aliases[0]))

    def _is_constant(self) -> bool:
        """Whether one row stands for all rows, and nothing that is selected says so."""
        return self.is_grouped and not any(each.find(exp.Column, exp.Star) for each in (self.outputs or {}).values())

    def _group(self) -> exp.Group:
        places = {name: place for place, name in enumerate(self.outputs or {}, 1)}

        def key(name: str) -> exp.Expr:
            # A place rather than the expression again: with other parameters, equal texts would count as different.
            value = self.groups[name]
            return value.copy() if isinstance(value, exp.Column) else number(places[name])

        if not self.groups:
            return exp.Group(expressions=[exp.Tuple()])
        if not self.sets:
            return exp.Group(expressions=[key(name) for name in self.groups])
        sets = [exp.Tuple(expressions=[key(name) for name in each]) for each in self.sets]
        return exp.Group(expressions=[exp.GroupingSets(expressions=sets)])


def every(conditions: list[exp.Expr]) -> exp.Expr:
    """All ``conditions`` (at least one), with ``and`` between."""
    joined, *others = [exp.Paren(this=each) if isinstance(each, exp.Or) else each for each in conditions]
    for other in others:
        joined = exp.And(this=joined, expression=other)
    return joined


def number(value: int) -> exp.Expr:
    """An integer written out."""
    return exp.Literal.number(value)
