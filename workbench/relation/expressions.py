"""Expression nodes inside a plan: names meet columns, constants meet parameters, and only listed functions are printed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from operator import is_
from typing import TypeAlias

from sqlglot import exp
from sqlglot.generators.duckdb import DuckDBGenerator

from workbench.errors import DefinitionError
from workbench.model.expression import Aggregate, Call, Constant, Node, Path, Reference, write
from workbench.model.types import ScalarType
from workbench.relation.functions import FUNCTIONS, LANGUAGE, Arguments, Kind, count_arguments, find_function
from workbench.relation.plan import TableName
from workbench.relation.scalar import Dialect, to_sqlglot

__all__ = ["Dialect", "Expressions", "Resolve", "is_constant", "over"]

Resolve: TypeAlias = Callable[[Path], exp.Expr]
"""What a name means: the column or expression it stands for, free to be put anywhere."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
# PostgreSQL's reserved words are among DuckDB's.
_RESERVED = frozenset(DuckDBGenerator.RESERVED_KEYWORDS)


def is_constant(tree: exp.Expr) -> bool:
    """Whether ``tree`` is one and the same value for every row, and as short as a name."""
    return isinstance(tree, exp.Literal | exp.Parameter | exp.Null | exp.Boolean)


_WHOLE = (exp.Cast, exp.Div, exp.Nullif, exp.Paren, exp.GT)


def over(tree: exp.Expr, partition: list[exp.Expr], order: list[exp.Ordered]) -> exp.Expr:
    """Each aggregate or window function in ``tree`` over a window; what the language puts around it stays around it."""
    if isinstance(tree, exp.Literal | exp.DataType):
        return tree
    if isinstance(tree, _WHOLE):
        for part in ("this", "expression"):
            if isinstance(inner := tree.args.get(part), exp.Expr):
                tree.set(part, over(inner, partition, order))
        return tree
    window = exp.Window(this=tree, over="OVER")
    if partition:
        window.set("partition_by", [each.copy() for each in partition])
    if order:
        window.set("order", exp.Order(expressions=[each.copy() for each in order]))
    return window


class Expressions:
    """The printer of one statement's expressions; it gathers the statement's parameters.

    Without ``binds`` constants are written out (no parameters can stand in a table's definition); with ``is_shown`` names are quoted
    only where they need it, for a person to read.
    """

    def __init__(self, dialect: Dialect, binds: bool = True, is_shown: bool = False) -> None:
        self.dialect, self.binds, self.is_shown = dialect, binds, is_shown
        self.parameters: list[Constant | Reference] = []
        self._places: dict[int, int] = {}

    def identifier(self, name: str) -> exp.Identifier:
        """``name`` in quotes; where it is only shown, without them if it can do without."""
        if "\0" in name or not name:
            raise DefinitionError("a table or column needs a name, without zero characters")
        plain = self.is_shown and _PLAIN.match(name) and name not in _RESERVED
        return exp.Identifier(this=name, quoted=not plain)

    def column(self, name: str, qualifier: str = "") -> exp.Column:
        """A column, perhaps with the table it belongs to."""
        column = exp.Column(this=self.identifier(name))
        if qualifier:
            column.set("table", self.identifier(qualifier))
        return column

    def table(self, name: TableName, alias: str = "") -> exp.Table:
        """A table, perhaps under another name."""
        parts = {"db": name.schema, "catalog": name.catalog}
        qualifiers = {part: self.identifier(text) for part, text in parts.items() if text}
        table = exp.Table(this=self.identifier(name.name), **qualifiers)
        if alias and alias != name.name:
            table.set("alias", exp.TableAlias(this=self.identifier(alias)))
        return table

    def print(
        self,
        node: Node,
        resolve: Resolve,
        kinds: Iterable[Kind] = ("scalar",),
        inside: Resolve | None = None,
    ) -> exp.Expr:
        """``node`` as a tree, its names as ``resolve`` says; inside aggregates as ``inside`` says, where that differs.

        Raises:
            DefinitionError: an unknown function, or one whose kind is not among ``kinds``.
        """
        if isinstance(node, Path):
            return resolve(node)

        def given(each: Node) -> exp.Expr | None:
            if isinstance(each, Constant):
                return self.constant(each)
            if isinstance(each, Call | Aggregate):
                return self._applied(each, resolve, kinds, inside)
            return None

        return to_sqlglot(node, self.dialect, resolve, self.parameter, given)

    def constant(self, node: Constant) -> exp.Expr | None:
        """A constant: numbers, truth values and intervals written out, the rest bound; ``None`` leaves it to the general rules."""
        value = node.value
        if isinstance(value, str):
            # Without a type from typing it stays bare: the database takes it for what it stands beside, perhaps a uuid or an enum.
            is_typed = self.binds and node.value_type is not None
            return _cast(self.parameter(node), exp.DType.TEXT) if is_typed else self.parameter(node)
        if isinstance(value, dt.date | dt.time):
            return _cast(self.parameter(node), _moment_type(value))
        if node.value_type or isinstance(value, bool):
            return None
        if isinstance(value, int) or (isinstance(value, Decimal) and value.is_finite()):
            number = exp.Literal.number(format(abs(value), "f" if isinstance(value, Decimal) else "d"))
            return exp.Paren(this=exp.Neg(this=number)) if value < 0 else number
        return None

    def typed(self, node: Constant) -> exp.Expr:
        """A constant whose type nothing beside it tells; PostgreSQL must hear it then."""
        printed = self.print(node, _nowhere)
        is_bare = isinstance(printed, exp.Parameter) and self.dialect == "postgres"
        return _cast(printed, exp.DType.TEXT) if is_bare else printed

    def parameter(self, node: Constant | Reference) -> exp.Expr:
        """The numbered place that ``node`` fills: one for each node, however often it is printed."""
        if not self.binds:
            if isinstance(node, Reference):
                return exp.Column(this=exp.Identifier(this=write(node), quoted=False))
            text = node.value.isoformat(" ") if isinstance(node.value, dt.datetime) else str(node.value)
            return exp.Literal.string(text)
        place = self._places.get(id(node))
        if place is None:
            self.parameters.append(node)
            place = self._places[id(node)] = len(self.parameters)
        return exp.Parameter(this=exp.Literal.number(place))

    def placed(self, tree: exp.Expr) -> tuple[Constant | Reference, ...]:
        """What fills the places of a finished statement, in their order; those of columns that nobody asked for are closed up."""
        there = list(tree.find_all(exp.Parameter))
        kept = sorted({int(each.name) for each in there})
        if len(kept) < len(self.parameters):
            now = {place: number for number, place in enumerate(kept, 1)}
            for each in there:
                each.set("this", exp.Literal.number(now[int(each.name)]))
        return tuple(self.parameters[place - 1] for place in kept)

    def _applied(
        self, node: Call | Aggregate, resolve: Resolve, kinds: Iterable[Kind], inside: Resolve | None
    ) -> exp.Expr | None:
        """A function applied; ``None`` where it is one of the language's own, for which the general rules are exact."""
        if isinstance(node, Call) and node.value_type is not None:
            return None
        if node.function in LANGUAGE and (node.value_type or node.function not in FUNCTIONS):
            _allow(node.function, LANGUAGE[node.function], kinds)
            if isinstance(node, Call):
                count_arguments(node.function, len(node.arguments))
            plain = self._plain(node)
            if LANGUAGE[node.function] == "aggregate" and inside is not None:
                return self.print(plain, inside, kinds)
            return None if plain is node else self.print(plain, resolve, kinds)
        nodes = node.arguments if isinstance(node, Call) else () if node.argument is None else (node.argument,)
        function = find_function(node.function, len(nodes))
        _allow(node.function, function.kind, kinds)
        if function.kind == "scalar":
            inner, deeper = resolve, kinds
        else:
            inner, deeper = inside or resolve, ("scalar",)
        values = [
            self.typed(each) if isinstance(each, Constant) else self.print(each, inner, deeper, inside)
            for each in nodes
        ]
        if isinstance(node, Call):
            given = Arguments(values)
        else:
            where = None if node.where is None else self.print(node.where, inner, deeper, inside)
            given = Arguments(values, node.distinct, where)
        return (function.duckdb if self.dialect == "duckdb" else function.postgres)(given)

    def _plain(self, node: Call | Aggregate) -> Call | Aggregate:
        """A call of the language's as the general rules take it: aggregates as such, texts with their type for PostgreSQL."""
        if isinstance(node, Aggregate):
            return node
        if LANGUAGE[node.function] == "aggregate":
            return Aggregate(node.function, node.arguments[0] if node.arguments else None)
        if self.dialect == "duckdb" or node.function in _LIKE_THEIR_COMPANY:
            return node
        arguments = tuple(map(_as_text, node.arguments))
        return node if all(map(is_, arguments, node.arguments)) else replace(node, arguments=arguments)


def _allow(name: str, kind: Kind, kinds: Iterable[Kind]) -> None:
    if kind not in kinds:
        raise DefinitionError(f"{name} is a function over {_ABOUT[kind]}; it cannot be called here")


def _as_text(node: Node) -> Node:
    is_bare = isinstance(node, Constant) and isinstance(node.value, str) and node.value_type is None
    return replace(node, value_type=_STRING) if is_bare else node


# Functions whose arguments share one type: a text among them is whatever the others are.
_LIKE_THEIR_COMPANY = frozenset(["coalesce", "greatest", "least", "nullif"])
_STRING = ScalarType(name="string")
_ABOUT: dict[Kind, str] = {"scalar": "one value", "aggregate": "many rows", "window": "the rows around each row"}


def _cast(tree: exp.Expr, kind: exp.DType) -> exp.Cast:
    return exp.Cast(this=tree, to=exp.DataType(this=kind))


def _moment_type(value: dt.date | dt.time) -> exp.DType:
    if isinstance(value, dt.datetime):
        return exp.DType.TIMESTAMPTZ if value.tzinfo else exp.DType.TIMESTAMP
    return exp.DType.DATE if isinstance(value, dt.date) else exp.DType.TIME


def _nowhere(path: Path) -> exp.Expr:
    raise DefinitionError(f"{path} names a column where there is none")
