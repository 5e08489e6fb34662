"""What of a batch was refused: one Problem a rule, and the complete list by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.errors import ConflictError, Problem, Problems, VerificationError
from workbench.model.address import dotted
from workbench.views import Column, Stack, Table, View, Viewable, counted, mask

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["OUTDATED", "OutdatedError", "Reason", "Refusals", "RefusedError", "gathered"]

_SHOWN = 20

OUTDATED = "outdated_version"
"""The code of rows that somebody else changed since they were read."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is refused: the rule it broke, by its path below the resource."""

    resource: str
    path: str
    code: str
    message: str
    hint: str = ""
    is_sensitive: bool = False

    @property
    def where(self) -> str:
        """The path of the rule."""
        return f"{dotted(self.resource)}.{self.path}" if self.path else dotted(self.resource)


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that one reason refuses, with the values that broke it where it is about one value, or with messages of their own."""

    reason: Reason
    rows: Sequence[int]
    values: Sequence[Any] = ()
    messages: Sequence[str] = ()


class Refusals(Viewable):
    """Every refusal of a batch: ``table`` has ``row`` (from 0, as the record came), ``path``, ``code``, ``message`` and ``value``.

    A row that breaks several rules is there once for each. Values of sensitive attributes are masked.
    """

    def __init__(self, table: pa.Table, problems: Iterable[Problem]) -> None:
        self._table, self.problems = table, Problems(problems)

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def __repr__(self) -> str:
        return f"Refusals({counted(len(self.rows), 'row')}, {counted(len(self.problems), 'rule')})"

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows refused, each once, in order."""
        return tuple(sorted(set(self._table["row"].to_pylist())))

    def arrow(self) -> pa.Table:
        """The complete list, by row."""
        return self._table

    def df(self) -> Any:  # a pandas data frame, a library that this room does not know
        """The complete list, by row, as a pandas data frame."""
        return self._table.to_pandas()

    def view(self) -> View:
        """What was broken, and the first rows."""
        first = self._table.slice(0, _SHOWN).to_pylist()
        columns = (Column("row", "number"), Column("where", "code"), Column("what"), Column("value", "code"))
        rows = tuple((each["row"], each["path"], each["message"], each["value"]) for each in first)
        listed = Table(columns, rows, title="By row", total=len(self))
        return Stack("Refused", (self.problems.view(), listed), detail=counted(len(self.rows), "row"))


class RefusedError(VerificationError):
    """A batch was refused as a whole, and nothing of it was done; ``refusals`` lists every row and every rule."""

    def __init__(self, refusals: Refusals, subject: str) -> None:
        super().__init__(refusals.problems, subject)
        self.refusals = refusals


class OutdatedError(ConflictError):
    """Rows were changed by somebody else since they were read; nothing was done, and ``refusals`` lists them."""

    def __init__(self, refusals: Refusals, subject: str) -> None:
        super().__init__(f"{subject}: {refusals.problems}")
        self.refusals, self.problems = refusals, refusals.problems


def gathered(found: Iterable[Found]) -> Refusals:
    """The refusals of a batch, in the order of its rows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts, counts, first = [], dict[Reason, int](), dict[Reason, str]()
    for each in found:
        reason, size = each.reason, len(each.rows)
        if not size:
            continue
        counts[reason] = counts.get(reason, 0) + size
        first.setdefault(reason, each.messages[0] if each.messages else reason.message)
        rows = pa.array(each.rows, pa.int64())
        path = f"].{reason.path}" if reason.path else "]"
        paths = pc.binary_join_element_wise(f"{dotted(reason.resource)}[", rows.cast(pa.string()), path, "")
        texts = [None if value is None else mask(value, reason.is_sensitive) for value in each.values]
        columns: Mapping[str, Any] = {
            "row": rows,
            "path": paths,
            "code": pa.repeat(reason.code, size),
            "message": pa.array(each.messages, pa.string()) if each.messages else pa.repeat(reason.message, size),
            "value": pa.array(texts, pa.string()) if texts else pa.nulls(size, pa.string()),
        }
        parts.append(pa.table(columns))
    table = pa.concat_tables(parts) if parts else _empty()
    order = [("row", "ascending"), ("path", "ascending"), ("code", "ascending")]
    problems = [
        Problem(reason.where, reason.code, first[reason], hint=reason.hint, rows=rows)
        for reason, rows in counts.items()
    ]
    return Refusals(table.sort_by(order), problems)


def _empty() -> Any:
    import pyarrow as pa

    names = {"row": pa.int64(), "path": pa.string(), "code": pa.string(), "message": pa.string(), "value": pa.string()}
    return pa.table({name: pa.array([], kind) for name, kind in names.items()})
