"""What each rule of the grammar makes: one method a rule, called with the rule's children and where it stood."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import Any

from workbench.errors import Problem, nearest
from workbench.expression.functions import AGGREGATES
from workbench.expression.literals import LITERALS, read_literal, read_number
from workbench.model.expression import (
    Aggregate,
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
    Path,
    Reference,
    Span,
    Unary,
)
from workbench.model.types import DecimalType, parse_type

__all__ = ["Reader"]

_ROOTS = ("actor", "tenant", "context")
_CAST_TYPES = (
    "string", "text", "integer", "float", "boolean", "date", "time", "timestamp", "local_timestamp", "uuid",
)  # fmt: skip


class Reader:
    """Builds the nodes of one text and collects its problems."""

    def __init__(self, text: str, path: str, lines: list[int] | None = None) -> None:
        self.text, self.subject, self.problems = text, path, list[Problem]()
        self._lines = lines or [0] + [index + 1 for index, character in enumerate(text) if character == "\n"]

    def problem(self, code: str, message: str, position: int, hint: str = "") -> None:
        """Note what is wrong at an offset of the text."""
        span = self.span(position, position)
        self.problems.append(Problem(self.subject, code, message, hint=hint, line=span.line, column=span.column))

    def span(self, start: int, end: int) -> Span:
        """Where the text from ``start`` to ``end`` stands."""
        line = bisect_right(self._lines, start)
        return Span(start, end, line, start - self._lines[line - 1] + 1)

    def make(self, rule: str, of: list[Any], start: int, end: int) -> Any:
        """What ``rule`` makes of its children ``of``, which stood from ``start`` to ``end``."""
        return getattr(self, f"_{rule}")(of, start, end)

    def _start(self, of: list[Any], start: int, end: int) -> Node:
        node: Node = of[0]
        return node

    def _kept(self, of: list[Any], start: int, end: int) -> Node:
        node, where = of
        if not isinstance(node, Aggregate) or node.where is not None:
            self.problem(
                "misplaced_where",
                "'where' follows one aggregate, such as count()",
                where.span.start,
                hint="write it inside the parentheses",
            )
            return node  # type: ignore[no-any-return]
        return Aggregate(node.function, node.argument, where, node.alias, node.distinct, span=self.span(start, end))

    def _either(self, of: list[Any], start: int, end: int) -> Node:
        return Binary("or", of[0], of[1], span=self.span(start, end))

    def _both(self, of: list[Any], start: int, end: int) -> Node:
        return Binary("and", of[0], of[1], span=self.span(start, end))

    def _negation(self, of: list[Any], start: int, end: int) -> Node:
        return Unary("not", of[0], span=self.span(start, end))

    def _compare(self, of: list[Any], start: int, end: int) -> str:
        return "!=" if of[0].text == "<>" else str(of[0].text)

    def _comparison(self, of: list[Any], start: int, end: int) -> Node:
        return Binary(of[1], of[0], of[2], span=self.span(start, end))

    def _is_null(self, of: list[Any], start: int, end: int) -> Node:
        return IsNull(of[0], of[1] is not None, span=self.span(start, end))

    def _distinct_from(self, of: list[Any], start: int, end: int) -> Node:
        operator = "is not distinct from" if of[1] is not None else "is distinct from"
        return Binary(operator, of[0], of[2], span=self.span(start, end))  # type: ignore[arg-type]

    def _contained(self, of: list[Any], start: int, end: int) -> Node:
        return In(of[0], tuple(of[2:]), of[1] is not None, span=self.span(start, end))

    def _between(self, of: list[Any], start: int, end: int) -> Node:
        return Between(of[0], of[2], of[3], of[1] is not None, span=self.span(start, end))

    def _like(self, of: list[Any], start: int, end: int) -> Node:
        return Like(of[0], of[3], of[1] is not None, of[2].type == "ILIKE", span=self.span(start, end))

    def _arithmetic(self, of: list[Any], start: int, end: int) -> Node:
        return Binary(of[1].text, of[0], of[2], span=self.span(start, end))

    def _minus(self, of: list[Any], start: int, end: int) -> Node:
        operand, span = of[0], self.span(start, end)
        # The number after a minus sign is one negative constant; with parentheses between them it is a minus applied.
        if isinstance(operand, Constant) and self.text[operand.span.start].isdigit():  # type: ignore[union-attr]
            return Constant(-operand.value, span=span)  # type: ignore[operator]
        return Unary("-", operand, span=span)

    def _grouped(self, of: list[Any], start: int, end: int) -> Node:
        return replace(of[0], span=self.span(start, end))  # type: ignore[no-any-return]

    def _null(self, of: list[Any], start: int, end: int) -> Node:
        return Constant(None, span=self.span(start, end))

    def _true(self, of: list[Any], start: int, end: int) -> Node:
        return Constant(True, span=self.span(start, end))

    def _false(self, of: list[Any], start: int, end: int) -> Node:
        return Constant(False, span=self.span(start, end))

    def _number(self, of: list[Any], start: int, end: int) -> Node:
        try:
            return Constant(read_number(of[0].text), span=self.span(start, end))
        except ValueError as error:
            self.problem("bad_literal", str(error), start)
            return Constant(0, span=self.span(start, end))

    def _string(self, of: list[Any], start: int, end: int) -> Node:
        return Constant(self._unquoted(of[0]), span=self.span(start, end))

    def _unquoted(self, token: Any) -> str:
        quote = token.text[0]
        inner = str(token.text[1:-1]).replace(quote * 2, quote)
        if "\0" in inner or any("\ud800" <= character <= "\udfff" for character in inner):
            self.problem("bad_literal", "a text holds no NUL and no lone surrogate: databases refuse them", token.start)
        return inner

    def _typed(self, of: list[Any], start: int, end: int) -> Node:
        word, span = of[0].text.lower(), self.span(start, end)
        try:
            return Constant(read_literal(word, self._unquoted(of[1])), span=span)
        except KeyError:
            close = nearest(word, LITERALS, 1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(LITERALS)}"
            self.problem("bad_literal", f"no literal begins with {of[0].text!r}", start, hint=hint)
        except (ValueError, OverflowError) as error:
            self.problem("bad_literal", f"{of[1].text} is no {word}: {error}", of[1].start)
        return Constant(None, span=span)

    def _name(self, of: list[Any], start: int, end: int) -> str:
        return self._unquoted(of[0]) if of[0].type == "QUOTED" else str(of[0].text)

    def _path(self, of: list[Any], start: int, end: int) -> Node:
        first, *rest = of
        span = self.span(start, end)
        if first in _ROOTS and self.text[start] != '"':
            return Reference(first, tuple(rest), span=span)
        return Path(tuple(of), span=span)

    def _argument(self, of: list[Any], start: int, end: int) -> Node:
        return Reference("argument", tuple(of), span=self.span(start, end))

    def _listed(self, of: list[Any], start: int, end: int) -> list[Any]:
        return of

    def _inside(self, of: list[Any], start: int, end: int) -> list[Any]:
        return of

    def _only_where(self, of: list[Any], start: int, end: int) -> list[Any]:
        return [None, [], None, of[0]]

    def _call(self, of: list[Any], start: int, end: int) -> Node:
        function, span = of[0].text.lower(), self.span(start, end)
        distinct, arguments, alias, where = of[1] or (None, [], None, None)
        if function not in AGGREGATES and distinct is None and alias is None and where is None:
            return Call(function, tuple(arguments), span=span)
        if len(arguments) > 1:
            self.problem("arity", f"{function} takes one argument, not {len(arguments)}", arguments[1].span.start)
        argument = arguments[0] if arguments else None
        return Aggregate(function, argument, where, alias or "", distinct is not None, span=span)

    def _type(self, of: list[Any], start: int, end: int) -> str:
        name, *digits = of
        numbers = [int(each.text) if len(each.text) < 4 else 999 for each in digits if each is not None]
        word = name.text.lower()
        try:
            if word == "decimal" and numbers:
                return str(DecimalType(precision=numbers[0], scale=numbers[1] if len(numbers) > 1 else 0))
            if not numbers and word in _CAST_TYPES:
                return str(parse_type(word))
        except ValueError:
            pass
        close = nearest(word, [*_CAST_TYPES, "decimal"], 1)
        shown = f"{close[0]}(18, 2)" if close == ("decimal",) else close[0] if close else ""
        hint = f"did you mean {shown}?" if shown else f"there are {', '.join(_CAST_TYPES)} and decimal(18, 2)"
        self.problem("unknown_type", f"a cast cannot make {self.text[start:end]!r}", start, hint=hint)
        return "string"

    def _cast(self, of: list[Any], start: int, end: int) -> Node:
        return Cast(of[1], of[2], of[0].type == "TRY_CAST", span=self.span(start, end))

    def _branch(self, of: list[Any], start: int, end: int) -> tuple[Any, ...]:
        return tuple(of)

    def _case(self, of: list[Any], start: int, end: int) -> Node:
        *branches, otherwise = of
        return Case(tuple(branches), otherwise, span=self.span(start, end))
