"""Python source text: names that are identifiers and stay apart, literals, docstrings."""

from __future__ import annotations

import datetime as dt
import json
import keyword
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from workbench.model.expression import Interval, Scalar
from workbench.model.types import EnumType, Type, storage
from workbench.model.verify.constants import json_text

__all__ = ["Names", "camel", "constant_name", "decimal", "docstring", "python_constant", "snake", "string"]


class Names:
    """Identifiers of one scope: each is given once, and none is reserved.

    >>> names = Names({"copy"})
    >>> names.take("copy"), names.take("total"), names.take("total")
    ('copy_', 'total', 'total_2')
    """

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._reserved = frozenset(reserved)
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        """``wanted``, or the first variant of it that is free; from now on it is taken."""
        first = f"{wanted}_" if wanted in self._reserved or keyword.iskeyword(wanted) else wanted
        name, number = first, 1
        while name in self._taken or name in self._reserved:
            number += 1
            name = f"{first.rstrip('_')}_{number}"
        self._taken.add(name)
        return name


def _words(text: str) -> str:
    """``text`` with everything an identifier cannot hold turned into single underscores, as Python itself would normalise it."""
    plain = "".join(c if ("a" + c).isidentifier() else "_" for c in unicodedata.normalize("NFKC", text))
    return "_".join(part for part in plain.split("_") if part)


def snake(text: str) -> str:
    """A name for a field or function.

    >>> snake("Order line"), snake("1st"), snake("'; --"), snake("_id")
    ('Order_line', 'n_1st', 'field', 'id')
    """
    words = _words(text) or "field"
    return words if words.isidentifier() else f"n_{words}"


def camel(text: str) -> str:
    """A name for a class.

    >>> camel("order line"), camel("2d_map"), camel("'")
    ('OrderLine', 'N2dMap', 'Model')
    """
    words = "".join(part[:1].upper() + part[1:] for part in _words(text).split("_")) or "Model"
    return words if words.isidentifier() else f"N{words}"


def constant_name(text: str) -> str:
    """A name for a member of an enumeration.

    >>> constant_name("no_show"), constant_name("can't"), constant_name(" "), constant_name("4x4")
    ('NO_SHOW', 'CAN_T', 'VALUE', 'N_4X4')
    """
    words = _words(_words(text).upper()) or "VALUE"
    return words if words.isidentifier() else f"N_{words}"


def string(text: str) -> str:
    """A string literal in double quotes, everything that does not print escaped."""
    return '"' + "".join(_escaped(c) for c in text) + '"'


def docstring(text: str, indent: str = "") -> list[str]:
    """The lines of a docstring that says ``text``, which may hold quotes and backslashes.

    >>> docstring("What customers want.", "  ")
    ['  \"""What customers want.\"""']
    """
    said = text.strip().replace("\r\n", "\n")
    plain = "\n" if '"""' in said or said.endswith('"') else '\n"'
    body = "".join(c if c in plain else _escaped(c) for c in said)
    first, *rest = f'"""{body}"""'.split("\n")
    return [indent + first, *(indent + line.strip() if line.strip() else "" for line in rest)]


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()


def decimal(value: int | Decimal) -> str:
    """Source for an exact number."""
    return f"Decimal({value})" if str(value).lstrip("-").isdigit() else f'Decimal("{value}")'


def python_constant(value: Scalar, type_: Type) -> str | None:
    """Python source for ``value`` as a value of ``type_``; None when it is not one, or Python has none.

    >>> from workbench.model import parse_type
    >>> python_constant(1, parse_type("decimal(9, 2)")), python_constant("x", parse_type("date"))
    ('Decimal(1)', None)
    """
    match storage(type_), value:
        case ("json", _):
            text = json_text(value)
            return None if text is None else repr(json.loads(text))
        case ("boolean", bool()):
            return str(value)
        case (_, bool()):
            return None
        case ("integer", int()):
            return str(value)
        case ("float", int() | float() | Decimal()):
            return f'float("{float(value)}")' if float(value) - float(value) != 0 else repr(float(value))
        case ("decimal", int() | Decimal()) if Decimal(value).is_finite():
            return decimal(value)
        case ("string" | "text", str()):
            return string(value) if not isinstance(type_, EnumType) or value in type_.names else None
        case ("timestamp" | "local_timestamp" as kind, dt.datetime()) if (value.tzinfo is None) == (
            kind == "local_timestamp"
        ):
            return f"dt.datetime.fromisoformat({string(value.isoformat())})"
        case ("date", dt.date()) if not isinstance(value, dt.datetime):
            return f"dt.date.fromisoformat({string(value.isoformat())})"
        case ("time", dt.time()):
            return f"dt.time.fromisoformat({string(value.isoformat())})"
        case ("duration", Interval(months=0, days=days, microseconds=microseconds)):
            return f"dt.timedelta(days={days}, microseconds={microseconds})"
    return None
