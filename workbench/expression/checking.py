"""Typing: what every node of a tree means and which type it has, or every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.errors import Problems, nearest
from workbench.expression.coercion import BOOLEAN, FLOAT, INTEGER, constant_type
from workbench.expression.functions import AGGREGATES
from workbench.expression.names import NameMeaningError
from workbench.expression.rules import FORMS, Rules, shown
from workbench.expression.scopes import Reach, Row, beginning, keyed, rebased, resolve
from workbench.expression.typed import Column, Gather, Typed, exact, kind
from workbench.model.domain import Domain
from workbench.model.expression import (
    Aggregate,
    Binary,
    Constant,
    IsNull,
    Node,
    Path,
    Reference,
    children,
    walk,
    write,
)
from workbench.model.resource import Attribute, Calculation, Measure, Resource
from workbench.model.types import DecimalType, Type

__all__ = ["check"]

_MOST_NODES = 5_000


def check(
    node: Node,
    domain: Domain,
    resource: Resource,
    *,
    arguments: Mapping[str, Type] | None = None,
    allow_aggregates: bool = False,
    is_condition: bool = False,
    subject: str = "expression",
) -> Typed:
    """``node`` as it reads on a row of ``resource``: names resolved, types given, problems collected in ``Typed.problems``.

    ``arguments`` are the types of ``:names`` (left out: any name, untyped). ``allow_aggregates`` lets it be a value over all rows of a
    query (a measure). ``is_condition`` asks for a boolean. ``subject`` is the path of the problems.
    """
    checker = Checker(domain, arguments, subject)
    rows = (Row(resource),)
    tree = checker.visit(node, rows, allow_aggregates)
    if is_condition:
        tree = checker.condition(tree, "a condition")
    if allow_aggregates:
        checker.no_ungrouped(tree)
    return Typed(tree, resource.name, Problems(dict.fromkeys(checker.problems)))


class Checker(Rules):
    """One check under way."""

    def __init__(self, domain: Domain, arguments: Mapping[str, Type] | None, subject: str) -> None:
        super().__init__(subject)
        self.domain, self.arguments = domain, arguments
        self._open: list[tuple[str, str]] = []
        self._known: dict[tuple[str, str], tuple[Checker, Node, int]] = {}
        self._nodes = 0

    def visit(self, node: Node, rows: tuple[Row, ...], over_query: bool = False) -> Node:
        """``node`` typed, standing on the last of ``rows``; ``over_query`` where an aggregate is over the query's rows."""
        match node:
            case Constant(value=value):
                if type(value) is int and value >= 2**63:
                    self.problem(
                        node,
                        "integer_out_of_range",
                        f"{value} does not fit an integer of 64 bits",
                        "with '.0' it is a decimal",
                    )
                return replace(node, value_type=constant_type(value))
            case Path():
                return self._path(node, rows, over_query)
            case Reference():
                return self._reference(node)
            case Aggregate():
                return self._aggregate(node, rows, over_query)
            case Binary() | IsNull():
                said = keyed(self.domain, rows, node)
                if said is not node:
                    return self.visit(said, rows, over_query)
        return FORMS[type(node)](self, node, lambda child: self.visit(child, rows, over_query))

    # --- names ------------------------------------------------------------------------------------------------------------------

    def _path(self, node: Path, rows: tuple[Row, ...], over_query: bool) -> Node:
        try:
            reach = resolve(self.domain, rows, node.names, over_query)
        except NameMeaningError as problem:
            self.problem(node, problem.code, problem.message, _as_text(node) or problem.hint)
            return node
        found = reach.found
        text = ".".join(node.names)
        if found.is_to_many:
            self.problem(
                node,
                "to_many_path",
                f"{text} reaches many rows",
                f"aggregate it: count({text}), exists({text}) …"
                if found.end is None
                else f"aggregate it: sum({text}), max({text}) …",
            )
            return node
        match found.end:
            case None:
                return self._relationship(node, reach)
            case Attribute(type=type_):
                names = [*(step.relationship for step in found.steps), found.end.name]
                return Column(
                    tuple(names) if reach.up == 0 else node.names,
                    found.steps,
                    found.end.name,
                    reach.up,
                    span=node.span,
                    value_type=type_,
                )
            case Calculation() | Measure():
                return self._inlined(node, reach, found.end)
        raise TypeError(type(found.end).__name__)

    def _relationship(self, node: Path, reach: Reach) -> Node:
        self.problem(
            node, "relationship_as_value", f"{'.'.join(node.names)} is a relationship, not a value",
            f"name an attribute: {'.'.join(node.names)}.{(reach.found.resource.attribute_names or ('…',))[0]}",
        )  # fmt: skip
        return node

    def _inlined(self, node: Path, reach: Reach, end: Calculation | Measure) -> Node:
        home = (reach.found.resource.name, end.name)
        if home in self._open:
            self.problem(node, "recursive_calculation", f"{'.'.join(home)} is defined by itself", "break the circle")
            return node
        if isinstance(end, Measure) and reach.found.steps:
            self.problem(
                node,
                "to_many_path",
                f"{'.'.join(node.names)} is a measure of another resource",
                "write its aggregate here",
            )
            return node
        inner, tree, size = self._defined(home, end, reach)
        self._nodes += size
        if inner.problems:
            first = inner.problems[0]
            if first.code in ("recursive_calculation", "too_large"):
                self.problem(node, first.code, first.message, first.hint)
            else:
                self.problem(
                    node, "broken_calculation", f"{'.'.join(home)} has problems itself: {first.message}", first.hint
                )
            return node
        if self._nodes > _MOST_NODES:
            self.problem(
                node,
                "too_large",
                f"written out, the calculations in it have more than {_MOST_NODES} parts",
                "use fewer of them in one expression",
            )
            return node
        return replace(rebased(tree, reach.found.steps, reach.up), span=node.span)

    def _defined(self, home: tuple[str, str], end: Calculation | Measure, reach: Reach) -> tuple[Checker, Node, int]:
        """What a calculation says, typed once however often it is used, and how many nodes that is."""
        if home not in self._known:
            inner = Checker(self.domain, self.arguments, self.subject)
            inner._open, inner._known = [*self._open, home], self._known
            tree = inner.visit(end.expression, (Row(reach.found.resource),), isinstance(end, Measure))
            self._known[home] = inner, tree, 0 if inner.problems else sum(1 for _ in walk(tree))
        return self._known[home]

    def _reference(self, node: Reference) -> Node:
        if node.root != "argument" or self.arguments is None:
            return node
        name = ".".join(node.names)
        if name in self.arguments:
            return replace(node, value_type=self.arguments[name])
        close = nearest(name, self.arguments, 1)
        self.problem(
            node,
            "unknown_argument",
            f"there is no argument :{name}",
            f"did you mean :{close[0]}?" if close else f"there are {', '.join(self.arguments) or 'none'}",
        )
        return node

    # --- aggregates -------------------------------------------------------------------------------------------------------------

    def _aggregate(self, node: Aggregate, rows: tuple[Row, ...], over_query: bool) -> Node:
        if node.function not in AGGREGATES:
            close = nearest(node.function, AGGREGATES, 1)
            self.problem(
                node,
                "unknown_function",
                f"no aggregate is called {node.function!r}",
                f"did you mean {close[0]}?" if close else f"there are {', '.join(AGGREGATES)}",
            )
            return node
        try:
            begin = self._begin(node, rows)
        except NameMeaningError as problem:
            self.problem(node, problem.code, problem.message, problem.hint)
            return node
        if begin is None:
            if not over_query:
                self.problem(
                    node, "aggregate_not_allowed", f"{node.function}() here would be over all rows of a query, and this is about one row",
                    "aggregate over a relationship, as in count(lines)",
                )  # fmt: skip
                return node
            return self._gather(node, rows, rows, Gather(node.function, of_query=True, value_type=INTEGER))
        path, reach, is_rows = begin
        head = Gather(node.function, over=reach.found.steps, up=reach.up, of_query=over_query, value_type=INTEGER)
        inner = (*rows, Row(reach.found.resource, prefix=path.names))
        outer = (*rows, Row(reach.found.resource, alias=node.alias))
        return self._gather(replace(node, argument=None) if is_rows else node, inner, outer, head)

    def _begin(self, node: Aggregate, rows: tuple[Row, ...]) -> tuple[Path, Reach, bool] | None:
        """The relationship path the aggregate is over, what it reaches, and whether the argument is that path itself."""
        argument = node.argument
        if isinstance(argument, Path):
            reach = resolve(self.domain, rows, argument.names, measures=True)
            if reach.found.end is None:
                if node.function not in ("count", "exists"):
                    raise NameMeaningError(
                        "relationship_as_value",
                        f"{node.function} needs a value of {'.'.join(argument.names)}, not the rows",
                        "name one of its attributes",
                    )
                return argument, reach, True
        if node.function == "exists" and argument is not None:
            raise NameMeaningError(
                "not_a_relationship", "exists is about related rows", "name a relationship: exists(lines where …)"
            )
        begin = None if argument is None else beginning(self.domain, rows, argument)
        return None if begin is None else (*begin, False)

    def _gather(self, node: Aggregate, inner: tuple[Row, ...], outer: tuple[Row, ...], head: Gather) -> Node:
        argument = None if node.argument is None else self.visit(node.argument, inner)
        where = None if node.where is None else self.condition(self.visit(node.where, outer), "'where'")
        type_: Type | None = INTEGER if node.function == "count" else BOOLEAN
        if node.function in ("sum", "avg", "min", "max"):
            type_, argument = self._aggregated(node, argument)
        elif argument is None and node.distinct:
            self.problem(
                node, "type_mismatch", "'distinct' needs a value to compare", "count(distinct lines.product_id)"
            )
        return replace(
            head,
            argument=argument,
            where=where,
            alias=node.alias,
            distinct=node.distinct,
            span=node.span,
            value_type=type_,
        )

    def _aggregated(self, node: Aggregate, argument: Node | None) -> tuple[Type | None, Node | None]:
        if argument is None:
            self.problem(node, "arity", f"{node.function} needs a value to work on", f"{node.function}(lines.amount)")
            return None, None
        type_, family = argument.value_type, kind(argument.value_type)
        if node.function in ("min", "max"):
            self.orderable(argument, f"{node.function} of")
            return type_, argument
        if family not in ("integer", "decimal", "float", ""):
            self.problem(
                argument, "type_mismatch", f"{node.function} needs numbers, and {write(argument)} is {shown(type_)}"
            )
            return None, argument
        if node.function == "avg":
            return FLOAT, argument
        return DecimalType(
            precision=38, scale=exact(type_).scale
        ) if type_ is not None and family == "decimal" else type_, argument

    def no_ungrouped(self, tree: Node) -> None:
        """Note every value of one row that stands beside a value over all rows."""
        loose: list[Node] = []
        waiting, has_aggregate = [tree], False
        while waiting:
            each = waiting.pop()
            if isinstance(each, Gather) and each.of_query:
                has_aggregate = True
            elif isinstance(each, Column | Gather):
                loose.append(each)
            else:
                waiting += children(each)
        for each in loose if has_aggregate else ():
            self.problem(
                each,
                "ungrouped",
                f"{write(each)} is a value of one row, beside an aggregate over all rows",
                "put it inside an aggregate",
            )


def _as_text(node: Path) -> str:
    """How a text is written, where what looks like one to many people is read as a name; empty elsewhere."""
    name = node.names[0]
    is_quoted = node.span is not None and node.span.end - node.span.start == len(name) + 2
    return f"a text stands in single quotes: '{name}'" if len(node.names) == 1 and is_quoted and "'" not in name else ""
