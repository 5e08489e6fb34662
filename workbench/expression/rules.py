"""The rules of types: which values go together, and what each form of expression gives. Names are ``checking``'s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from workbench.errors import Problem, nearest
from workbench.expression.calls import check_call
from workbench.expression.coercion import BOOLEAN, STRING, aligned, arithmetic, can_cast, common, widened
from workbench.expression.literals import read_literal
from workbench.expression.patterns import check_like
from workbench.expression.typed import Column, kind
from workbench.model.expression import (
    Between,
    Binary,
    Call,
    Case,
    Cast,
    Constant,
    In,
    IsNull,
    Like,
    Node,
    Reference,
    Unary,
    write,
)
from workbench.model.types import EnumType, Type, parse_type

__all__ = ["FORMS", "Rules", "shown"]

Visit: TypeAlias = Callable[[Node], Node]


class Rules:
    """Collects problems, and holds values to what is asked of them."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.problems: list[Problem] = []

    def problem(self, node: Node, code: str, message: str, hint: str = "") -> None:
        """Note what is wrong with ``node``."""
        line, column = (node.span.line, node.span.column) if node.span else (None, None)
        self.problems.append(Problem(self.subject, code, message, hint=hint, line=line, column=column))

    def condition(self, node: Node, what: str) -> Node:
        """``node``, which must be true, false or unknown."""
        if kind(node.value_type) in ("boolean", ""):
            return widened(node, BOOLEAN)
        hint = "compare it with something" if kind(node.value_type) != "integer" else "compare it, as in … > 0"
        self.problem(
            node, "not_boolean", f"{what} must be true or false, and {write(node)} is {shown(node.value_type)}", hint
        )
        return node

    def together(self, at: Node, nodes: Sequence[Node], what: str = "compared with") -> list[Node]:
        """``nodes``, widened to one type."""
        nodes = self._enum_members(nodes)
        try:
            nodes = aligned(nodes)
        except ValueError:
            self._mismatch(at, nodes, what)
            return list(nodes)
        whole = next((each.value_type for each in nodes if _is_whole(each.value_type)), None)
        if whole is not None:
            hint = "only 'is null' works on them"
            self.problem(at, "type_mismatch", f"values of type {whole} cannot be {what} one another", hint)
        return nodes

    def orderable(self, node: Node, what: str) -> None:
        """Note it where ``node`` has no order."""
        if _is_whole(node.value_type):
            self.problem(node, "type_mismatch", f"there is no {what} {shown(node.value_type)}: it has no order")

    def _enum_members(self, nodes: Sequence[Node]) -> list[Node]:
        """Constants beside an enum must be among its values; texts beside a uuid are read as one."""
        enum = next((each.value_type for each in nodes if isinstance(each.value_type, EnumType)), None)
        uuid = next((each.value_type for each in nodes if kind(each.value_type) == "uuid"), None)
        changed = []
        for each in nodes:
            if isinstance(each, Constant) and isinstance(each.value, str):
                if enum is not None and each.value not in enum.names:
                    close = nearest(each.value, enum.names, 1)
                    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(map(repr, enum.names))}"
                    self.problem(
                        each, "unknown_enum_value", f"{each.value!r} is not among the values of the enum", hint
                    )
                if uuid is not None:
                    each = Cast(each, "uuid", span=each.span, value_type=uuid)
            changed.append(each)
        return changed

    def _mismatch(self, at: Node, nodes: Sequence[Node], what: str) -> None:
        first, second = next((a, b) for i, a in enumerate(nodes) for b in nodes[i + 1 :] if not _go_together(a, b))
        kinds = {kind(first.value_type): first, kind(second.value_type): second}
        moment = next((name for name in ("date", "time", "timestamp", "local_timestamp") if name in kinds), None)
        if "text" in kinds and moment:
            text = kinds["text"]
            hint = _as_literal(text, moment) if isinstance(text, Constant) else f"cast({write(text)} as {moment})"
            self.problem(at, "text_for_date", f"{write(text)} is text and {write(kinds[moment])} is a {moment}", hint)
            return
        hint = (
            "say which zone: cast the local_timestamp as timestamp (it is read as UTC)"
            if set(kinds) == {"timestamp", "local_timestamp"}
            else ""
        )
        message = f"{write(first)} is {shown(first.value_type)} and {write(second)} is {shown(second.value_type)}; they cannot be {what} one another"
        self.problem(at, "type_mismatch", message, hint or "cast one of them")


def _is_whole(type_: Type | None) -> bool:
    """Whether values of the type are only there or not there."""
    return kind(type_) in ("json", "array", "struct", "binary")


def _as_literal(text: Constant, moment: str) -> str:
    for word in (moment, "date"):
        try:
            return f"write {write(Constant(read_literal(word, str(text.value))))}"
        except ValueError as error:
            message = str(error)
    return message


def _go_together(left: Node, right: Node) -> bool:
    try:
        common([left.value_type, right.value_type])
    except ValueError:
        return False
    return True


def shown(type_: Type | None) -> str:
    """A type with its article, for a sentence."""
    return (
        "of unknown type"
        if type_ is None
        else f"{'an' if str(type_)[0] in 'aei' else 'a'} {str(type_) if not isinstance(type_, EnumType) else 'enum'}"
    )


def _unary(self: Rules, node: Unary, visit: Visit) -> Node:
    operand = visit(node.operand)
    if node.operator == "not":
        return replace(node, operand=self.condition(operand, "what 'not' turns round"), value_type=BOOLEAN)
    if kind(operand.value_type) not in ("integer", "decimal", "float", "duration", ""):
        self.problem(node, "type_mismatch", f"'-' needs a number, and {write(operand)} is {shown(operand.value_type)}")
        return node
    return replace(node, operand=operand, value_type=operand.value_type)


def _binary(self: Rules, node: Binary, visit: Visit) -> Node:
    left, right = visit(node.left), visit(node.right)
    if node.operator in ("and", "or"):
        left, right = (self.condition(each, f"either side of '{node.operator}'") for each in (left, right))
        return replace(node, left=left, right=right, value_type=BOOLEAN)
    if node.operator in ("+", "-", "*", "/", "%", "||"):
        try:
            type_, *sides = arithmetic(node.operator, left.value_type, right.value_type)
        except ValueError as error:
            self.problem(
                node,
                "type_mismatch",
                f"{shown(left.value_type)} {node.operator} {shown(right.value_type)} has no meaning",
                str(error),
            )
            return node
        return replace(node, left=widened(left, sides[0]), right=widened(right, sides[1]), value_type=type_)
    left, right = self.together(node, [left, right])
    return replace(node, left=left, right=right, value_type=BOOLEAN)


def _is_null(self: Rules, node: IsNull, visit: Visit) -> Node:
    operand = visit(node.operand)
    if not node.negated and isinstance(operand, Column) and any(step.is_optional for step in operand.steps):
        steps = ".".join(step.relationship for step in operand.steps)
        self.problem(
            node, "null_through_optional_path",
            f"{write(operand)} is null also where there is no {steps}",
            f"say which you mean: exists({steps} where {operand.attribute} is null), or not exists({steps})",
        )  # fmt: skip
    return replace(node, operand=operand, value_type=BOOLEAN)


def _in(self: Rules, node: In, visit: Visit) -> Node:
    operand, *items = self.together(node, [visit(node.operand), *map(visit, node.items)])
    return replace(node, operand=operand, items=tuple(items), value_type=BOOLEAN)


def _between(self: Rules, node: Between, visit: Visit) -> Node:
    operand, low, high = self.together(node, [visit(node.operand), visit(node.low), visit(node.high)])
    return replace(node, operand=operand, low=low, high=high, value_type=BOOLEAN)


def _like(self: Rules, node: Like, visit: Visit) -> Node:
    operand, pattern = visit(node.operand), visit(node.pattern)
    for each in (operand, pattern):
        if kind(each.value_type) not in ("text", ""):
            self.problem(each, "type_mismatch", f"'like' compares texts, and {write(each)} is {shown(each.value_type)}")
            return node
    if isinstance(pattern, Constant) and isinstance(pattern.value, str):
        message = check_like(pattern.value)
        if message:
            self.problem(pattern, "bad_pattern", message)
    elif not isinstance(pattern, Constant | Reference):
        self.problem(
            pattern,
            "bad_pattern",
            "a pattern is written out or comes as an argument",
            "use starts_with, ends_with or contains",
        )
    return replace(node, operand=widened(operand, STRING), pattern=widened(pattern, STRING), value_type=BOOLEAN)


def _case(self: Rules, node: Case, visit: Visit) -> Node:
    conditions = [self.condition(visit(when), "what follows 'when'") for when, _ in node.branches]
    values = [visit(then) for _, then in node.branches] + (
        [visit(node.otherwise)] if node.otherwise is not None else []
    )
    values = self.together(node, values, "given beside")
    branches = tuple(zip(conditions, values, strict=False))
    try:
        type_ = common([each.value_type for each in values])
    except ValueError:
        type_ = None  # said already, by together
    return replace(
        node, branches=branches, otherwise=values[-1] if node.otherwise is not None else None, value_type=type_
    )


def _cast(self: Rules, node: Cast, visit: Visit) -> Node:
    operand, target = visit(node.operand), parse_type(node.type)
    if not can_cast(operand.value_type, target):
        hint = (
            "round it first: a float has many spellings"
            if kind(operand.value_type) == "float" and kind(target) == "text"
            else ""
        )
        self.problem(node, "type_mismatch", f"{shown(operand.value_type)} cannot be cast to {target}", hint)
    if operand.value_type is None:
        operand = widened(operand, target)
    return replace(node, operand=operand, value_type=target)


def _call(self: Rules, node: Call, visit: Visit) -> Node:
    return check_call(self, node, [visit(each) for each in node.arguments])


FORMS: dict[type[Node], Callable[..., Node]] = {
    Unary: _unary, Binary: _binary, IsNull: _is_null, In: _in, Between: _between, Like: _like, Case: _case, Cast: _cast, Call: _call,
}  # fmt: skip
"""What types each form whose parts are typed already or by the given function."""
