"""What typing makes of a tree: the same nodes, each with a type, and every name resolved.

A plan compiler or an evaluator reads only this:

- A ``Column`` stands where a ``Path`` stood. It is the attribute ``attribute`` of the row that ``steps`` (to-one relationships all)
  lead to. They begin at the row the expression stands on, when ``up`` is 0; inside a ``Gather`` that is each row gathered, and
  ``up`` counts how many gathers to leave first.
- A ``Gather`` stands where an ``Aggregate`` stood. ``over`` leads to the rows it is about, from the row the gather stands on (or one
  ``up`` further out); without ``over`` they are the rows of the query. ``argument`` and ``where`` stand on each of those rows. With ``of_query`` the value is one for the
  whole query (a measure): its rows are those ``over`` leads to from all rows of the query, once for each way there.
- Relationships used as values have become their keys, calculations and measures what they say, and where a value is widened
  (integer to float, date to timestamp) a ``Cast`` says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.errors import Problems
from workbench.model.expression import Aggregate, Node, Path, walk
from workbench.model.types import DecimalType, ScalarType, Type, storage

__all__ = ["DEFAULT_DECIMAL", "Column", "Gather", "Step", "Typed", "exact", "kind"]


@dataclass(frozen=True, slots=True)
class Step:
    """One relationship followed: from a row of ``source`` to the row, or rows, of ``destination``."""

    source: str
    relationship: str
    destination: str
    is_to_many: bool = False
    is_optional: bool = True


@dataclass(frozen=True, slots=True)
class Column(Path):
    """A ``Path``, resolved."""

    steps: tuple[Step, ...] = ()
    attribute: str = ""
    up: int = 0


@dataclass(frozen=True, slots=True)
class Gather(Aggregate):
    """An ``Aggregate``, resolved. ``exists`` and ``count`` of a relationship have no argument left."""

    over: tuple[Step, ...] = ()
    up: int = 0
    of_query: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """A tree that means something on a row of ``resource``, unless there are ``problems``.

    ``type`` is None for what is null, or comes untyped with the call.
    """

    tree: Node
    resource: str
    problems: Problems

    @property
    def type(self) -> Type | None:
        """The type of its value."""
        return self.tree.value_type

    @property
    def is_aggregate(self) -> bool:
        """Whether it is one value for all rows of a query instead of one for each."""
        return any(isinstance(each, Gather) and each.of_query for each in walk(self.tree))


DEFAULT_DECIMAL = DecimalType(precision=38, scale=9)
"""What ``decimal`` without digits means, in an expression and as a column of DuckDB."""


def kind(type_: Type | None) -> str:
    """The family a type's values behave alike in: ``text``, ``integer``, ``decimal``, ``float``, … or ``""`` where nothing is known.

    >>> kind(ScalarType(name="email")), kind(DEFAULT_DECIMAL), kind(None)
    ('text', 'decimal', '')
    """
    if type_ is None:
        return ""
    name = storage(type_)
    return "text" if name == "string" else name


def exact(type_: Type) -> DecimalType:
    """The decimal type that holds every value of an integer or decimal type."""
    if isinstance(type_, DecimalType):
        return type_
    if isinstance(type_, ScalarType) and kind(type_) == "integer":
        return DecimalType(precision=19, scale=0)
    return DEFAULT_DECIMAL
