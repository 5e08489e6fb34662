"""Cursors: where a page ended, as a word to hand back for the next one."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workbench.errors import DefinitionError
from workbench.model.expression import Scalar
from workbench.model.types import Type, storage

__all__ = ["Cursor"]

_MISTAKE = "the cursor belongs to no page of this question; ask again from the first page"


@dataclass(frozen=True, slots=True)
class Cursor:
    """What reads and writes the cursors of one question; ``types`` are those of the values it is ordered by."""

    digest: str
    types: tuple[Type | None, ...]

    @classmethod
    def of(cls, question: str, types: Sequence[Type | None]) -> Cursor:
        """The cursors of ``question``, all that decides which rows come in which order written out; not the page, nor its size."""
        return cls(hashlib.sha256(question.encode()).hexdigest()[:16], tuple(types))

    def write(self, values: Sequence[Any]) -> str:
        """The cursor of a page whose last row has ``values`` (any, as they come from a store)."""
        plain = [None if each is None else _text(each) for each in values]
        return base64.urlsafe_b64encode(json.dumps([self.digest, plain], ensure_ascii=False).encode()).decode()

    def read(self, cursor: str) -> list[Scalar]:
        """The values in ``cursor``.

        Raises:
            DefinitionError: it is no cursor, or one of another question.
        """
        try:
            digest, plain = json.loads(base64.urlsafe_b64decode(cursor.encode()))
            if digest != self.digest or len(plain) != len(self.types):
                raise DefinitionError(_MISTAKE)
            return [None if each is None else _value(each, of) for each, of in zip(plain, self.types, strict=True)]
        except (ValueError, TypeError, ArithmeticError) as error:
            raise DefinitionError(_MISTAKE) from error


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _value(text: str, type_: Type | None) -> Scalar:
    match "string" if type_ is None else storage(type_):
        case "integer":
            return int(text)
        case "float":
            return float(text)
        case "decimal":
            return Decimal(text)
        case "boolean":
            return text == "True"
        case "date":
            return dt.date.fromisoformat(text)
        case "time":
            return dt.time.fromisoformat(text)
        case "timestamp" | "local_timestamp":
            return dt.datetime.fromisoformat(text)
        case _:
            return str(text)
