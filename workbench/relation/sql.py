"""Plans as SQL. Trees are built, never strings: names are always quoted, texts always bound.

Each plan node becomes a clause of one SELECT as long as that means the same; where it would not, what there is so far becomes a
subquery (``_settled``). The clauses in the making are a ``Select``; columns of its result are found in its ``outputs``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from sqlglot import exp

from workbench.errors import DefinitionError, NotFoundError
from workbench.expression.typed import kind
from workbench.model.expression import Binary, Constant, Node, Path
from workbench.relation.clauses import Select, every, number
from workbench.relation.expressions import Dialect, Expressions, is_constant, over
from workbench.relation.functions import Kind
from workbench.relation.plan import (
    Aggregate,
    Distinct,
    Filter,
    Join,
    Limit,
    Order,
    Output,
    Plan,
    Project,
    Recursive,
    Sample,
    Scan,
    Sort,
    TableName,
    Union,
    Values,
    Window,
)
from workbench.relation.printing import generate
from workbench.relation.scalar import sort_key
from workbench.relation.statement import Statement

__all__ = ["Dialect", "Statement", "build", "pretty", "to_sql"]


def to_sql(plan: Plan, dialect: Dialect) -> Statement:
    """``plan`` as one statement; texts, dates and references are bound, in the order of ``Statement.parameters``.

    >>> from workbench.model.expression import Binary
    >>> to_sql(Filter(Scan(TableName("flights")), Binary("=", Path(("dest",)), Constant("SEA"))), "duckdb").text
    'SELECT * FROM "flights" WHERE "dest" = $1'

    Raises:
        DefinitionError: the plan calls an unknown function, names a column its input does not have, or is nested too deeply.
    """
    expressions = Expressions(dialect)
    tree = build(plan, expressions)
    parameters = expressions.placed(tree)
    return Statement(generate(tree, dialect), parameters)


def pretty(plan: Plan, dialect: Dialect) -> str:
    """``plan`` as a person would write it: on several lines, constants written out, quotes only where needed. Never for running.

    Raises:
        DefinitionError: as ``to_sql``.
    """
    return generate(build(plan, Expressions(dialect, binds=False, is_shown=True)), dialect, is_pretty=True)


def build(plan: Plan, expressions: Expressions) -> exp.Query:
    """``plan`` as a tree, to stand alone or inside a statement; ``expressions`` gathers its parameters. Errors as ``to_sql``."""
    try:
        return _Builder(expressions).build(plan).finished()
    except RecursionError as error:
        raise DefinitionError("the plan is nested too deeply to become SQL") from error


class _Builder:
    """Plans to SELECTs, one method a node."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions
        self.aliases = 0

    def build(self, plan: Plan) -> Select:
        match plan:
            case Scan():
                return self.scan(plan)
            case Values():
                return self.values(plan)
            case Filter():
                return self.filter(plan)
            case Project():
                return self.project(plan)
            case Join():
                return self.join(plan)
            case Aggregate():
                return self.aggregate(plan)
            case Distinct():
                return self.distinct(plan)
            case Union():
                return self.union(plan)
            case Sort():
                return self.sort(plan)
            case Limit():
                return self.limit(plan)
            case Sample():
                return self.sample(plan)
            case Recursive():
                return self.recursive(plan)
        raise DefinitionError(f"{type(plan).__name__} is no plan that can become SQL")

    # Sources.

    def scan(self, plan: Scan) -> Select:
        return Select(self.expressions, self.expressions.table(plan.table, plan.alias), plan.alias or plan.table.name)

    def values(self, plan: Values) -> Select:
        alias = plan.alias or self.alias()
        if any(len(row) != len(plan.columns) for row in plan.rows):
            raise DefinitionError(f"every row of values needs {len(plan.columns)} items, one for each column")
        identifiers = [self.expressions.identifier(name) for name in plan.columns]
        rows = plan.rows or ((None,) * len(plan.columns),)
        tuples = [exp.Tuple(expressions=[self.expressions.typed(Constant(each)) for each in row]) for row in rows]
        named = exp.TableAlias(this=self.expressions.identifier(alias), columns=identifiers)
        made = Select(self.expressions, exp.Values(expressions=tuples, alias=named), alias)
        if not plan.rows:
            made.where.append(exp.Boolean(this=False))
        return made

    def recursive(self, plan: Recursive) -> Select:
        start, step = self.operand(plan.start), self.operand(plan.step)
        named = exp.TableAlias(
            this=self.expressions.identifier(plan.name),
            columns=[self.expressions.identifier(name) for name in plan.columns],
        )
        made = self.scan(Scan(TableName(plan.name), plan.alias))
        made.recursive = exp.CTE(this=exp.Union(this=start, expression=step, distinct=True), alias=named)
        return made

    def operand(self, plan: Plan) -> exp.Query:
        """One side of a UNION, which may not end in an order or a page of its own."""
        made = self.build(plan)
        plain = made.body is None and made.limit is None and not made.order and made.recursive is None
        return (made if plain and not made.offset else self.settled(made)).finished()

    def union(self, plan: Union) -> Select:
        if not plan.inputs:
            raise DefinitionError("a union needs at least one input")
        body = self.operand(plan.inputs[0])
        for each in plan.inputs[1:]:
            body = exp.Union(this=body, expression=self.operand(each), distinct=plan.distinct)
        made = Select(self.expressions, body, plan.alias or self.alias(), body=body)
        if len(plan.inputs) == 1:
            made = self.settled(made)
            made.distinct = plan.distinct
        return made

    def settled(self, made: Select) -> Select:
        """A fresh SELECT over ``made`` as a subquery."""
        alias = made.alias or self.alias()
        named = exp.TableAlias(this=self.expressions.identifier(alias))
        return Select(self.expressions, exp.Subquery(this=made.finished(), alias=named), alias)

    def alias(self) -> str:
        self.aliases += 1
        return f"_{self.aliases}"

    # Rows.

    def filter(self, plan: Filter) -> Select:
        made = self.build(plan.input)
        inlines = made.is_grouped or made.inlines([plan.condition])
        if not (made.is_open and inlines) or made.sets or made.windows:
            made = self.settled(made)
        condition = self.expressions.print(plan.condition, made.resolve)
        (made.having if made.is_grouped else made.where).append(condition)
        return made

    def project(self, plan: Project) -> Select:
        if not plan.outputs:
            raise DefinitionError("a projection needs at least one output")
        made = self.build(plan.input)
        has_windows = any(isinstance(each.expression, Window) for each in plan.outputs)
        mergeable = made.is_open or not (has_windows or made.distinct or made.body)
        if made.outputs is not None:
            nodes = [node for output in plan.outputs for node in _nodes(output.expression)]
            by_column = all(isinstance(each, exp.Column) for each in made.groups.values())
            mergeable = mergeable and by_column and not (plan.keep or made.keep or made.sets or made.windows)
            mergeable = mergeable and made.inlines(nodes, once=True)
        if not mergeable or not _keeps_order(made, plan.outputs):
            made = self.settled(made)
        made.outputs, made.keep = self.outputs(plan.outputs, made), plan.keep
        made.windows = frozenset(each.name for each in plan.outputs if isinstance(each.expression, Window))
        made.alias = plan.alias or made.alias
        return made

    def outputs(self, outputs: tuple[Output, ...], made: Select, kind: Kind = "scalar") -> dict[str, exp.Expr]:
        """The columns of a result, in order."""
        if twice := [name for name, count in Counter(each.name for each in outputs).items() if count > 1]:
            raise DefinitionError(f"two outputs of one plan are called {twice[0]!r}")
        return {each.name: self.output(each.expression, made, kind) for each in outputs}

    def output(self, expression: Node | Window, made: Select, kind: Kind) -> exp.Expr:
        if isinstance(expression, Node):
            return self.expressions.print(expression, made.resolve, {kind, "scalar"})
        if kind != "scalar":
            raise DefinitionError("a window function belongs into a projection, not into an aggregation")
        function = self.expressions.print(expression.function, made.resolve, {"aggregate", "window"})
        partition = [self.expressions.print(each, made.resolve) for each in expression.partition]
        by = [_ordered(self.sorted(each.expression, made), each) for each in expression.order]
        return over(function, partition, by)

    def sorted(self, node: Node, made: Select) -> exp.Expr:
        """What to sort by so that both databases sort alike."""
        return sort_key(node, self.expressions.print(node, made.resolve), self.expressions.dialect)

    def aggregate(self, plan: Aggregate) -> Select:
        made = self.build(plan.input)
        if not (plan.groups or plan.outputs):
            raise DefinitionError("an aggregation needs at least one group or output")
        nodes = [node for each in plan.groups + plan.outputs for node in _nodes(each.expression)]
        if not made.is_open or made.is_grouped or made.windows or not made.inlines(nodes, once=True):
            made = self.settled(made)
        groups = self.outputs(plan.groups, made)
        outputs = self.outputs(plan.groups + plan.outputs, made, "aggregate")
        if unknown := [name for each in plan.sets for name in each if name not in groups]:
            raise DefinitionError(str(NotFoundError("group", unknown[0], groups)))
        # Conditions on the groups see the outputs; inside an aggregate, the rows that came in.
        rows = replace(made)
        made.is_grouped, made.groups, made.sets, made.order = True, groups, plan.sets, []
        made.outputs, made.keep, made.alias = outputs, False, plan.alias or made.alias
        if plan.having is not None:
            made.having.append(self.expressions.print(plan.having, made.resolve, {"aggregate", "scalar"}, rows.resolve))
        return made

    def distinct(self, plan: Distinct) -> Select:
        made = self.build(plan.input)
        if made.limit is not None or made.body is not None:
            made = self.settled(made)
        made.distinct, made.order = True, []
        return made

    def sort(self, plan: Sort) -> Select:
        made = self.build(plan.input)
        nodes = [each.expression for each in plan.by]
        named = all(self.is_named(each, made) for each in nodes)
        free = named or (not (made.distinct or made.windows) and (made.is_grouped or made.inlines(nodes)))
        if made.limit is not None or made.body is not None or not free:
            made = self.settled(made)
        made.order = [by for each in plan.by if (by := self.order(each, made)) is not None]
        return made

    def is_named(self, node: Node, made: Select) -> bool:
        """Whether to sort by ``node`` is to sort by a column of the result, as it stands."""
        is_column = isinstance(node, Path) and (made.outputs is None or node.names[-1] in made.outputs)
        return is_column and (self.expressions.dialect == "duckdb" or kind(node.value_type) != "text")

    def order(self, order: Order, made: Select) -> exp.Ordered | None:
        """What to sort by; nothing where it is constant, for a number would be taken for a column's place."""
        node = order.expression
        tree = self.sorted(node, made)
        if isinstance(node, Path) and made.outputs is not None and self.is_named(node, made):
            return _ordered(self.expressions.column(node.names[-1]), order)
        return None if is_constant(tree) else _ordered(tree, order)

    def limit(self, plan: Limit) -> Select:
        made = self.build(plan.input)
        if plan.count < 0 or plan.offset < 0:
            raise DefinitionError("a page has no negative size or place")
        if made.limit is not None or made.body is not None:
            made = self.settled(made)
        made.limit, made.offset = plan.count, plan.offset
        return made

    def sample(self, plan: Sample) -> Select:
        if plan.rows < 0 or plan.seed < 0 or plan.of < 0:
            raise DefinitionError("a sample has no negative size or seed")
        made = self.build(plan.input)
        if not made.is_rows or made.where or made.joins or made.source.args.get("sample"):
            made = self.settled(made)
        if self.expressions.dialect == "duckdb":
            size, seed = number(plan.rows), number(plan.seed)
            drawn = exp.TableSample(method=exp.var("RESERVOIR"), size=size, seed=seed)
            if plan.of:
                percent = exp.Literal.number(f"{min(100 * plan.rows / plan.of, 100):.6f}")
                drawn = exp.TableSample(method=exp.var("BERNOULLI"), percent=percent, seed=seed)
            made.source.set("sample", drawn)
            return made
        # PostgreSQL samples tables by percentage only: the rows with the lowest hashes are as good as random, and repeatable.
        row = exp.Anonymous(
            this="ROW", expressions=[exp.Column(this=exp.Star(), table=self.expressions.identifier(made.alias))]
        )
        text = exp.Cast(this=row, to=exp.DataType(this=exp.DType.TEXT))
        hashed = exp.Anonymous(this="HASHTEXTEXTENDED", expressions=[text, number(plan.seed)])
        made.order, made.limit = [exp.Ordered(this=hashed, nulls_first=False)], plan.rows
        return made

    # Joins.

    def join(self, plan: Join) -> Select:
        if plan.kind in ("semi", "anti"):
            return self.semi_join(plan)
        left, right = self.side(plan.left), self.side(plan.right)
        if twice := set(left.aliases) & set(right.aliases):
            raise DefinitionError(f"both inputs of a join are called {min(twice)!r}; give one another alias")
        if plan.kind == "full" and left.where:
            left = self.settled(left)
        if right.recursive or (right.where and plan.kind == "full"):
            right = self.settled(right)
        conditions = [] if plan.on is None else self.conditions(plan.on, left, right)
        (left.where if plan.kind == "inner" else conditions).extend(right.where)
        source = exp.Subquery(this=_with_joins(right)) if right.joins else right.source
        is_cross = plan.kind in ("cross", "inner") and not conditions
        joined = exp.Join(this=source, side={"left": "LEFT", "full": "FULL"}.get(plan.kind))
        if is_cross:
            joined.set("kind", "CROSS")
        else:
            joined.set("on", every(conditions) if conditions else exp.Boolean(this=True))
        left.joins.append(joined)
        left.alias, left.aliases, left.order = "", left.aliases + right.aliases, []
        return left

    def side(self, plan: Plan) -> Select:
        """One input of a join: rows whose conditions leave no doubt which table they mean."""
        made = self.build(plan)
        return made if made.is_rows and made.qualify() else self.settled(made)

    def semi_join(self, plan: Join) -> Select:
        left, right = self.build(plan.left), self.build(plan.right)
        if not left.is_rows:
            left = self.settled(left)
        if not right.is_rows or right.recursive or not right.qualify():
            right = self.settled(right)
        if plan.on is not None:
            right.where.extend(self.conditions(plan.on, left, right))
        right.outputs, right.order = {"": number(1)}, []
        exists: exp.Expr = exp.Exists(this=right.finished())
        left.where.append(exp.Not(this=exists) if plan.kind == "anti" else exists)
        return left

    def conditions(self, on: Node, left: Select, right: Select) -> list[exp.Expr]:
        """The conjuncts of a join condition."""
        if isinstance(on, Binary) and on.operator == "and":
            return self.conditions(on.left, left, right) + self.conditions(on.right, left, right)
        printed = self.expressions.print(on, lambda path: _joined_column(path, left, right))
        if self.expressions.dialect == "postgres" and isinstance(printed, exp.NullSafeEQ):
            # PostgreSQL can neither hash nor merge IS NOT DISTINCT FROM, and refuses it in a full join; arrays compare alike, nulls
            # being equal, and hash.
            sides = [exp.Array(expressions=[side]) for side in (printed.this, printed.expression)]
            return [exp.EQ(this=sides[0], expression=sides[1])]
        return [printed]


def _joined_column(path: Path, left: Select, right: Select) -> exp.Expr:
    side = right if len(path.names) > 1 and path.names[0] in right.aliases else left
    return side.resolve(path)


def _with_joins(made: Select) -> exp.Expr:
    made.source.set("joins", made.joins)
    return made.source


def _nodes(expression: Node | Window) -> list[Node]:
    if isinstance(expression, Node):
        return [expression]
    return [expression.function, *expression.partition, *(each.expression for each in expression.order)]


def _ordered(tree: exp.Expr, order: Order) -> exp.Ordered:
    return exp.Ordered(this=tree, desc=order.descending or None, nulls_first=order.nulls_first)


def _keeps_order(made: Select, outputs: tuple[Output, ...]) -> bool:
    """Whether the order of ``made`` still means the same when its columns become ``outputs``; it is put in other words if need be."""
    names = {each.name for each in outputs if each.expression != Path((each.name,))}
    for ordered in list(made.order):
        key = ordered.this
        if made.outputs is not None and isinstance(key, exp.Column) and not key.table and key.name in made.outputs:
            key = made.outputs[key.name].copy()
            ordered.set("this", key)
            if is_constant(key):
                made.order.remove(ordered)
        if not isinstance(key, exp.Column) or key.table or key.name not in names:
            continue
        if not made.alias:
            return False
        key.set("table", made.expressions.identifier(made.alias))
    return True
