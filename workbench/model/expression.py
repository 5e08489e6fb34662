"""The tree an expression is: positioned, frozen nodes, and how they are written back as text.

The grammar that reads text lives in ``workbench.expression``; the model only holds trees. A span says where a node stood in its
source text and takes no part in equality, so ``a+b`` and ``a + b`` are the same expression.

    Node
     ├─ Constant     null, true, 1, 1.5, 'text', date '2026-01-01', interval '2 days'
     ├─ Path         total, customer.tier, line.quantity (the first name may be an alias)
     ├─ Reference    actor.role, tenant.id, context.emergency, :argument
     ├─ Unary        not x, -x
     ├─ Binary       arithmetic, comparison, and, or, ||, is [not] distinct from
     ├─ IsNull       x is [not] null
     ├─ In           x [not] in (a, b)
     ├─ Between      x [not] between a and b
     ├─ Like         x [not] like 'a%', x ilike 'a%'
     ├─ Case         case when a then b else c end
     ├─ Cast         cast(x as integer), try_cast(x as integer)
     ├─ Call         lower(name)
     └─ Aggregate    sum(lines.amount where lines.kind = 'x'), exists(consents as c where …), count()
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from workbench.errors import VerificationError
from workbench.model.types import Type

__all__ = [
    "KEYWORDS",
    "Aggregate",
    "Between",
    "Binary",
    "BinaryOperator",
    "Call",
    "Case",
    "Cast",
    "Constant",
    "Expression",
    "In",
    "Interval",
    "IsNull",
    "Like",
    "Node",
    "Path",
    "Reference",
    "Scalar",
    "Span",
    "Unary",
    "children",
    "mapped",
    "quote_name",
    "walk",
    "write",
]

KEYWORDS = frozenset(
    [
        "and",
        "as",
        "between",
        "case",
        "cast",
        "distinct",
        "else",
        "end",
        "exists",
        "false",
        "from",
        "ilike",
        "in",
        "interval",
        "is",
        "like",
        "not",
        "null",
        "or",
        "then",
        "true",
        "try_cast",
        "when",
        "where",
    ]
)
"""Words that a name must be quoted to be."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node stood in its source: offsets (from 0, end exclusive), and line and column of the start (from 1)."""

    start: int
    end: int
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A length of calendar time, kept as months, days and microseconds because a month has no fixed length."""

    months: int = 0
    days: int = 0
    microseconds: int = 0

    def __str__(self) -> str:
        hours, rest = divmod(abs(self.microseconds), 3_600_000_000)
        minutes, micros = divmod(rest, 60_000_000)
        sign = "-" if self.microseconds < 0 else ""
        seconds, fraction = divmod(micros, 1_000_000)
        clock = f"{sign}{hours:02}:{minutes:02}:{seconds:02}" + (f".{fraction:06}" if fraction else "")
        parts = [f"{self.months} months"] * (self.months != 0) + [f"{self.days} days"] * (self.days != 0)
        return " ".join([*parts, clock] if self.microseconds or not parts else parts)


Scalar: TypeAlias = bool | int | float | Decimal | str | dt.date | dt.time | dt.datetime | Interval | None
"""A constant's value. An aware ``datetime`` is an instant (``timestamp``), a naive one a ``local_timestamp``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Any expression. Equal when written alike, wherever it stood.

    ``value_type`` is filled by typing; like the span it takes no part in equality. Targets whose operators mean different things for
    different types (text order, rounding) look at it; where it is missing they take the plain form.
    """

    span: Span | None = field(default=None, compare=False, repr=False)
    value_type: Type | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return write(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _node,
            serialization=core_schema.plain_serializer_function_ser_schema(
                write, return_schema=core_schema.str_schema()
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "string", "description": "an expression of the domain language"}


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Node):
    """A value written out. Equal when written alike: ``1`` is neither ``true`` nor ``1.0``."""

    value: Scalar

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Constant) and _constant(self.value) == _constant(other.value)

    def __hash__(self) -> int:
        return hash(_constant(self.value))


@dataclass(frozen=True, slots=True)
class Path(Node):
    """An attribute, or one reached over relationships: every name but the last is a relationship (or an alias)."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """A value that comes with the call: ``actor``, ``tenant`` and ``context`` with a sub-path, or one named argument (``:amount``)."""

    root: Literal["actor", "tenant", "context", "argument"]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``not x`` or ``-x``."""

    operator: Literal["not", "-"]
    operand: Node


BinaryOperator: TypeAlias = Literal[
    "or",
    "and",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "is distinct from",
    "is not distinct from",
    "||",
    "+",
    "-",
    "*",
    "/",
    "%",
]


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Two operands and what stands between them."""

    operator: BinaryOperator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class IsNull(Node):
    """``x is null``, or ``x is not null`` when negated. Never unknown itself."""

    operand: Node
    negated: bool = False


@dataclass(frozen=True, slots=True)
class In(Node):
    """``x in (a, b, c)``."""

    operand: Node
    items: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Between(Node):
    """``x between low and high``, both ends included."""

    operand: Node
    low: Node
    high: Node
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Like(Node):
    """``x like pattern``: ``%`` any run, ``_`` one character, backslash escapes; ``ilike`` ignores case."""

    operand: Node
    pattern: Node
    negated: bool = False
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class Case(Node):
    """``case when condition then value … else otherwise end``; without ``else`` it is null."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node | None = None


@dataclass(frozen=True, slots=True)
class Cast(Node):
    """``cast(x as type)``; with ``attempt`` it is ``try_cast`` and gives null where the value does not fit."""

    operand: Node
    type: str
    attempt: bool = False


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of the curated list, applied."""

    function: str
    arguments: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """A value over many rows: those a to-many relationship reaches from here, or, where no path is to-many, those of the query.

    The argument is kept as written: ``count(lines)`` and ``exists(patient.consents as c where c.withdrawn_at is null)`` name a
    relationship path, ``sum(lines.quantity * lines.price)`` an expression whose paths share a to-many beginning, ``count()``
    nothing. Typing finds out which. In ``where``, names belong to the rows reached; with an alias only those that begin with it do,
    and the others to the row the expression stands on.
    """

    function: str
    argument: Node | None = None
    where: Node | None = None
    alias: str = ""
    distinct: bool = False


def _node(value: object) -> Node:
    if isinstance(value, Node):
        return value
    if isinstance(value, str):
        from workbench import parse_expression  # where the rooms come together: the grammar lies above this one

        try:
            return parse_expression(value)
        except VerificationError as error:
            # Only an error of Pydantic's own kind is collected with the others of a document.
            found = {"message": error.problems[0].message, "problems": error.problems}
            raise PydanticCustomError("expression", "{message}", found) from error
    raise ValueError(f"an expression is text or a tree, not {type(value).__name__}; write it as text")


Expression: TypeAlias = Annotated[Node, "text is parsed by the grammar"]
"""A field that takes a tree or its text, and is saved as text."""

N = TypeVar("N", bound=Node)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below ``node``, in the order they are written."""
    for each in fields(node):
        yield from _nodes(getattr(node, each.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


def mapped(node: N, change: Callable[[Node], Node]) -> N:
    """``node`` with ``change`` applied to each node directly below it.

    >>> str(mapped(Unary("-", Path(("a",))), lambda child: Path(("b",))))
    '-b'
    """
    changed = {each.name: _mapped(getattr(node, each.name), change) for each in fields(node)}
    return replace(node, **changed)


def _mapped(value: Any, change: Callable[[Node], Node]) -> Any:
    if isinstance(value, Node):
        return change(value)
    return tuple(_mapped(item, change) for item in value) if isinstance(value, tuple) else value


def walk(node: Node) -> Iterator[Node]:
    """``node`` and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


# How tightly each form binds, loosest first; an operand that binds looser than its place is put in parentheses.
_BINDING = {
    "or": 1,
    "and": 2,
    "not": 3,
    "comparison": 4,
    "||": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
    "%": 7,
    "negative": 8,
    "atom": 9,
}
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def quote_name(name: str) -> str:
    """``name`` as expression text: plain when it can be, in double quotes when it is a keyword or has other characters.

    >>> print(quote_name("total"), quote_name("in"), quote_name("two words"))
    total "in" "two words"
    """
    plain = _PLAIN_NAME.match(name) and name.lower() not in KEYWORDS and name not in ("actor", "tenant", "context")
    return name if plain else '"' + name.replace('"', '""') + '"'


def write(node: Node) -> str:
    """The one canonical text of an expression: parsing it gives an equal tree.

    >>> write(Binary("*", Binary("+", Path(("a",)), Constant(1)), Path(("b",))))
    '(a + 1) * b'
    """
    return _write(node, 0)


def _write(node: Node, place: int) -> str:
    text, binding = _text(node)
    return f"({text})" if binding < place else text


def _text(node: Node) -> tuple[str, int]:
    atom, comparison = _BINDING["atom"], _BINDING["comparison"]
    match node:
        case Constant(value=value):
            return _constant(value)
        case Path(names=names):
            return ".".join(map(quote_name, names)), atom
        case Reference(root=root, names=names):
            head = ":" if root == "argument" else f"{root}." if names else root
            return head + ".".join(map(quote_name, names)), atom
        case Unary(operator="not", operand=operand):
            return f"not {_write(operand, _BINDING['not'])}", _BINDING["not"]
        case Unary(operand=operand):
            # "-5" is one negative constant; a minus applied to a number keeps the two apart.
            text = _write(operand, atom)
            return f"-({text})" if text[0].isdigit() else f"-{text}", _BINDING["negative"]
        case Binary(operator=operator, left=left, right=right):
            binding = _BINDING.get(operator, comparison)
            # Comparisons do not chain; all other operators lean left.
            return f"{_write(left, binding + (binding == comparison))} {operator} {_write(right, binding + 1)}", binding
        case IsNull(operand=operand, negated=negated):
            return f"{_write(operand, comparison + 1)} is {'not ' * negated}null", comparison
        case In(operand=operand, items=items, negated=negated):
            listed = ", ".join(_write(item, 0) for item in items)
            return f"{_write(operand, comparison + 1)} {'not ' * negated}in ({listed})", comparison
        case Between(operand=operand, low=low, high=high, negated=negated):
            inner = comparison + 1
            return (
                f"{_write(operand, inner)} {'not ' * negated}between {_write(low, inner)} and {_write(high, inner)}",
                comparison,
            )
        case Like(operand=operand, pattern=pattern, negated=negated, ignore_case=ignore_case):
            word = "ilike" if ignore_case else "like"
            return (
                f"{_write(operand, comparison + 1)} {'not ' * negated}{word} {_write(pattern, comparison + 1)}",
                comparison,
            )
        case Case(branches=branches, otherwise=otherwise):
            parts = [f"when {_write(condition, 0)} then {_write(value, 0)}" for condition, value in branches]
            parts += [f"else {_write(otherwise, 0)}"] if otherwise is not None else []
            return f"case {' '.join(parts)} end", atom
        case Cast(operand=operand, type=type_, attempt=attempt):
            return f"{'try_' * attempt}cast({_write(operand, 0)} as {type_})", atom
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(_write(each, 0) for each in arguments)})", atom
        case Aggregate():
            return _aggregate(node), atom
    raise TypeError(f"{type(node).__name__} is no expression node")


def _aggregate(node: Aggregate) -> str:
    words = ["distinct"] if node.distinct else []
    words += [_write(node.argument, 0)] if node.argument is not None else []
    words += [f"as {quote_name(node.alias)}"] if node.alias else []
    words += [f"where {_write(node.where, 0)}"] if node.where is not None else []
    return f"{node.function}({' '.join(words)})"


def _constant(value: Scalar) -> tuple[str, int]:
    atom = _BINDING["atom"]
    match value:
        case None:
            return "null", atom
        case bool():
            return str(value).lower(), atom
        case int() | Decimal():
            text = format(value, "d" if isinstance(value, int) else "f")
            if isinstance(value, Decimal) and "." not in text:
                text += ".0"
            return text, _BINDING["negative"] if text.startswith("-") else atom
        case float():
            return f"float '{value!r}'", atom
        case str():
            return "'" + value.replace("'", "''") + "'", atom
        case dt.datetime():
            name = "timestamp" if value.tzinfo else "local_timestamp"
            stamp = (
                value.astimezone(dt.UTC).isoformat(sep=" ").replace("+00:00", "Z")
                if value.tzinfo
                else value.isoformat(sep=" ")
            )
            return f"{name} '{stamp}'", atom
        case dt.date():
            return f"date '{value.isoformat()}'", atom
        case dt.time():
            return f"time '{value.isoformat()}'", atom
        case Interval():
            return f"interval '{value}'", atom
