"""Questions to a resource: which rows, which values, in which order, a page at a time; or groups of them with measures.

A question is compiled to one plan. Values reach along relationships; aggregates over what a row reaches, and measures over another
resource's rows, are computed in plans of their own, so that rows never multiply. Pages are found by the values they begin after
(a keyset), not by counting rows: they stay right when rows come and go, and the last is as fast as the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from workbench.actions.cursor import Cursor
from workbench.errors import DefinitionError, NotFoundError, Problem, VerificationError
from workbench.expression import check, parse
from workbench.expression.typed import Column, Gather, Step, Typed
from workbench.model import Domain, Resource
from workbench.model.expression import Aggregate as Over
from workbench.model.expression import Binary, Call, Constant, IsNull, Node, Path, Scalar, children, mapped, walk, write
from workbench.model.types import Type
from workbench.relation.path_plan import PathPlan, Place, TableOf
from workbench.relation.plan import Aggregate, Filter, Join, Limit, Order, Output, Plan, Project, Sort

__all__ = ["Asked", "AskedColumn", "Question", "SortBy", "compile_question"]


@dataclass(frozen=True, slots=True)
class SortBy:
    """What to sort by, nulls last."""

    expression: Node
    descending: bool = False

    @classmethod
    def read(cls, text: str) -> SortBy:
        """``placed_at``, ``placed_at asc`` or ``sum(lines.amount) desc``.

        >>> SortBy.read("total desc")
        SortBy(expression=Path(names=('total',)), descending=True)
        """
        words = text.rstrip()
        for ending, descending in ((" desc", True), (" asc", False)):
            if words.lower().endswith(ending):
                return cls(parse(words[: -len(ending)]), descending)
        return cls(parse(words))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a resource.

    Without ``measures`` and ``by``: the values ``select`` names (all attributes when empty) of the rows for which ``where`` is true.
    With them: a row for each combination of values of ``by`` (attributes, dimensions or expressions), with each measure. ``after`` is the
    cursor of the page before.
    """

    resource: str
    where: Node | None = None
    select: Mapping[str, Node] = field(default_factory=dict)
    by: Mapping[str, Node] = field(default_factory=dict)
    measures: Mapping[str, Node] = field(default_factory=dict)
    sort: tuple[SortBy, ...] = ()
    limit: int | None = None
    after: str = ""

    def order(self) -> str:
        """All that decides which rows come in which order, written out."""
        parts = [self.resource, "" if self.where is None else write(self.where)]
        parts += [f"{name}={write(each)}" for named in (self.by, self.measures) for name, each in named.items()]
        parts += [f"{write(each.expression)} {each.descending}" for each in self.sort]
        return "\0".join(parts)


@dataclass(frozen=True, slots=True)
class AskedColumn:
    """A column of the answer; ``is_sensitive`` where a sensitive value went into it."""

    name: str
    type: Type | None
    is_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a plan. ``every`` gives all its rows, ``plan`` one page of them; ``cursor`` makes the cursor of a page from its last row.

    The plans have the columns of the answer, then those the cursor is made of (``order_1``, …), which are not shown.
    """

    plan: Plan
    every: Plan
    columns: tuple[AskedColumn, ...]
    cursor: Cursor | None


def compile_question(domain: Domain, question: Question, table_of: TableOf) -> Asked:
    """``question`` as a plan over the tables of ``domain``.

    Raises:
        VerificationError: an expression has problems; all of them are told, each under its place in the question.
        NotFoundError: there is no such resource; the nearest are named.
        DefinitionError: the cursor belongs to another question, or the rows cannot be told apart.
    """
    resource = domain.resource(question.resource)
    typed = _Typing(domain, resource)
    asked = _groups(domain, resource, question, typed, table_of) if question.by or question.measures else None
    return asked or _rows(domain, resource, question, typed, table_of)


class _Typing:
    """Types the expressions of one question, and gathers their problems."""

    def __init__(self, domain: Domain, resource: Resource) -> None:
        self.domain, self.resource = domain, resource
        self.problems: list[Problem] = []

    def tree(self, node: Node, subject: str, *, is_condition: bool = False, allow_aggregates: bool = False) -> Node:
        """The typed tree of ``node``; its problems are kept for ``done``."""
        found: Typed = check(
            node,
            self.domain,
            self.resource,
            is_condition=is_condition,
            allow_aggregates=allow_aggregates,
            subject=subject,
        )
        self.problems += found.problems
        return found.tree

    def trees(self, nodes: Mapping[str, Node], part: str, *, allow_aggregates: bool = False) -> dict[str, Node]:
        """The typed trees of named expressions."""
        return {
            name: self.tree(each, f"{part}.{name}", allow_aggregates=allow_aggregates) for name, each in nodes.items()
        }

    def done(self) -> None:
        """Raise all problems there are."""
        if any(each.severity == "error" for each in self.problems):
            raise VerificationError(self.problems, f"question to {self.resource.name}")

    def column(self, name: str, tree: Node) -> AskedColumn:
        """The column a tree becomes."""
        return AskedColumn(name, tree.value_type, self._is_sensitive(tree, (self.resource,)))

    def _is_sensitive(self, tree: Node, rows: tuple[Resource, ...]) -> bool:
        """Whether a sensitive attribute goes into ``tree``, which stands on the last of ``rows``."""
        if isinstance(tree, Column):
            owner = self.domain.resource(tree.steps[-1].destination) if tree.steps else rows[-1 - tree.up]
            return any(each.sensitive for each in owner.attributes if each.name == tree.attribute)
        if isinstance(tree, Gather) and tree.over:
            rows = (*rows[: len(rows) - tree.up], self.domain.resource(tree.over[-1].destination))
            if tree.function == "count" or tree.function == "exists":
                return False
        return any(self._is_sensitive(each, rows) for each in children(tree))


# --- rows -----------------------------------------------------------------------------------------------------------------------


def _rows(domain: Domain, resource: Resource, question: Question, typed: _Typing, table_of: TableOf) -> Asked:
    select = question.select or {each.name: Path((each.name,)) for each in resource.attributes}
    values = typed.trees(select, "select")
    order = [
        (typed.tree(each.expression, f"sort[{place}]"), each.descending) for place, each in enumerate(question.sort)
    ]
    order += [(typed.tree(Path((name,)), "key"), False) for name in resource.key]
    where = None if question.where is None else typed.tree(question.where, "where", is_condition=True)
    typed.done()
    rows = PathPlan(domain, resource, table_of)
    if where is not None:
        rows.keep(where)
    outputs = [Output(name, rows.compiled(tree)) for name, tree in values.items()]
    outputs += [Output(_order(place, values), rows.compiled(tree)) for place, (tree, _) in enumerate(order, 1)]
    columns = tuple(typed.column(name, tree) for name, tree in values.items())
    return _paged(Project(rows.plan, tuple(outputs)), columns, order, question, is_total=bool(resource.key))


def _order(place: int, taken: Mapping[str, object]) -> str:
    name = f"order_{place}"
    while name in taken:
        name = f"_{name}"
    return name


def _paged(
    rows: Plan,
    columns: tuple[AskedColumn, ...],
    order: Sequence[tuple[Node, bool]],
    question: Question,
    *,
    is_total: bool,
) -> Asked:
    """``rows``, whose columns are ``columns`` and then the values of ``order``, in order, from where the page begins."""
    taken = {each.name: None for each in columns}
    paths = [Path((_order(place, taken),), value_type=tree.value_type) for place, (tree, _) in enumerate(order, 1)]
    cursor = Cursor.of(question.order(), [tree.value_type for tree, _ in order]) if is_total else None
    by = tuple(Order(path, descending) for path, (_, descending) in zip(paths, order, strict=True))
    every = Sort(rows, by) if by else rows
    page = rows
    if question.after:
        if cursor is None:
            raise DefinitionError(f"{question.resource} has no key, so that no page of its rows follows another")
        page = Filter(page, _behind(paths, cursor.read(question.after), [down for _, down in order]))
    page = Sort(page, by) if by else page
    return Asked(page if question.limit is None else Limit(page, question.limit), every, columns, cursor)


def _behind(paths: Sequence[Path], values: Sequence[Scalar], descending: Sequence[bool]) -> Node:
    """Whether a row comes after the one with these values, nulls last."""
    found: Node | None = None
    for path, value, down in reversed(list(zip(paths, values, descending, strict=True))):
        constant = Constant(value, value_type=path.value_type)
        same: Node = IsNull(path) if value is None else Binary("=", path, constant)
        ways: list[Node] = [] if found is None else [Binary("and", same, found)]
        if value is not None:
            ways = [Binary("<" if down else ">", path, constant), IsNull(path), *ways]
        found = reduce(lambda one, other: Binary("or", one, other), ways) if ways else None
    return Constant(False) if found is None else found


# --- groups ---------------------------------------------------------------------------------------------------------------------


def _groups(domain: Domain, resource: Resource, question: Question, typed: _Typing, table_of: TableOf) -> Asked:
    if question.select:
        raise DefinitionError("a question selects values of rows, or groups them by values with measures, not both")
    by = typed.trees(question.by, "by")
    measures = typed.trees(question.measures, "measures", allow_aggregates=True)
    where = None if question.where is None else typed.tree(question.where, "where", is_condition=True)
    order = [_place_of(each, question, typed) for each in question.sort]
    typed.done()
    order += [(name, False) for name in by if name not in {name for name, _ in order}]
    trees = by | measures
    aliases: set[str] = set()

    def grouped(over: tuple[Gather, ...]) -> tuple[Plan, str]:
        return _grouped(PathPlan(domain, resource, table_of, aliases), where, by, over)

    plan = _joined(grouped, by, measures)
    columns = tuple(typed.column(name, tree) for name, tree in trees.items())
    ordered = [(trees[name], descending) for name, descending in order]
    outputs = [Output(name, Path((name,), value_type=tree.value_type)) for name, tree in trees.items()]
    outputs += [Output(_order(place, trees), Path((name,))) for place, (name, _) in enumerate(order, 1)]
    return _paged(Project(plan, tuple(outputs)), columns, ordered, question, is_total=True)


def _place_of(sort: SortBy, question: Question, typed: _Typing) -> tuple[str, bool]:
    """The column of the answer that ``sort`` means, by its name or by the expression it was asked as."""
    wanted = write(sort.expression)
    known = {**question.by, **question.measures}
    for name, node in known.items():
        if wanted in (write(Path((name,))), write(node)):
            return name, sort.descending
    error = NotFoundError("column of the answer", wanted, list(known))
    typed.problems.append(Problem("sort", "unknown_column", str(error)))
    return next(iter(known)), sort.descending


def _grouped(rows: PathPlan, where: Node | None, by: Mapping[str, Node], over: tuple[Gather, ...]) -> tuple[Plan, str]:
    """One row for each combination of ``by`` with the values of ``over``, aggregates that all follow the same steps."""
    if where is not None:
        rows.keep(where)
    groups = tuple(Output(name, rows.compiled(tree)) for name, tree in by.items())
    if over:
        rows.go(over[0].over)
    outputs = []
    for place, each in enumerate(over, 1):
        argument = None if each.argument is None else rows.compiled(each.argument)
        condition = None if each.where is None else rows.compiled(each.where)
        function = Over(each.function, argument, distinct=each.distinct, where=condition, value_type=each.value_type)
        outputs.append(Output(f"value_{place}", function))
    alias = _taken(rows, "groups")
    return Aggregate(rows.plan, groups, tuple(outputs), alias=alias), alias


def _taken(rows: PathPlan, name: str) -> str:
    place: Place = rows.place(rows.here.resource, name)
    return place.alias


def _joined(
    grouped: Callable[[tuple[Gather, ...]], tuple[Plan, str]], by: Mapping[str, Node], measures: Mapping[str, Node]
) -> Plan:
    """The groups with every measure; what is counted along different ways stands in plans of its own, joined by the groups."""
    gathers = list(
        dict.fromkeys(
            each for tree in measures.values() for each in walk(tree) if isinstance(each, Gather) and each.of_query
        )
    )
    ways: dict[tuple[Step, ...], list[Gather]] = {(): [each for each in gathers if not each.over]}
    for each in gathers:
        if each.over:
            ways.setdefault(each.over, []).append(each)
    values: dict[Node, Node] = {}
    plan: Plan | None = None
    first = ""
    for way, found in ways.items():
        if not found and not by and len(ways) > 1:
            continue  # one row without groups needs no table of groups
        part, alias = grouped(tuple(found))
        for place, each in enumerate(found, 1):
            value: Node = Path((alias, f"value_{place}"), value_type=each.value_type)
            if each.function == "count" and way:
                value = Call("coalesce", (value, Constant(0, value_type=each.value_type)), value_type=each.value_type)
            values[each] = value
        if plan is None:
            plan, first = part, alias
            continue
        same: list[Node] = [Binary("is not distinct from", Path((first, name)), Path((alias, name))) for name in by]
        on = reduce(lambda joined, pair: Binary("and", joined, pair), same) if same else None
        plan = Join(plan, part, on, "left" if same else "cross")
    assert plan is not None

    def said(node: Node) -> Node:
        return values[node] if node in values else mapped(node, said)

    outputs = [Output(name, Path((first, name), value_type=tree.value_type)) for name, tree in by.items()]
    outputs += [Output(name, said(tree)) for name, tree in measures.items()]
    return Project(plan, tuple(outputs))
