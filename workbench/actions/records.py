"""The records of a batch as they came: Arrow columns, each with the type its values have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.model.types import DecimalType, ScalarType, Type

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Records", "type_of"]


@dataclass(frozen=True, slots=True)
class Records:
    """One row a record, one column for each name any of them gives. ``missing`` says, for columns that not every record gives, where
    (a column of truth values, true where it is missing).
    """

    table: pa.Table
    missing: Mapping[str, Any] = field(default_factory=dict)  # Arrow arrays, whose library has no types

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def names(self) -> tuple[str, ...]:
        """What is given, in order."""
        return tuple(self.table.column_names)


def type_of(kind: Any) -> Type | None:
    """Our type of an Arrow type; None for lists, structs and null, whose values go to the database as they are."""
    import pyarrow.types as at

    if at.is_decimal(kind):
        return DecimalType(precision=max(1, min(kind.precision, 38)), scale=max(0, min(kind.scale, 38)))
    if at.is_timestamp(kind):
        return ScalarType(name="timestamp" if kind.tz else "local_timestamp")
    for name, has_kind in (
        ("integer", at.is_integer), ("float", at.is_floating), ("boolean", at.is_boolean), ("date", at.is_date), ("time", at.is_time),
        ("string", at.is_string), ("string", at.is_large_string), ("duration", at.is_duration), ("duration", at.is_interval),
    ):  # fmt: skip
        if has_kind(kind):
            return ScalarType(name=name)
    if getattr(kind, "extension_name", "") == "arrow.uuid":
        return ScalarType(name="uuid")
    return ScalarType(name="binary") if at.is_binary(kind) or at.is_large_binary(kind) else None
