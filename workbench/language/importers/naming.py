"""Names as a design can use them: identifiers that stay apart, none of them a word of the expression language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from workbench.model.expression import KEYWORDS

__all__ = ["Taken", "is_name", "joined", "role", "shown", "singular", "snake", "usable"]

_IDENTIFIER = re.compile(r"[^\W\d]\w*\Z")
_RESERVED = frozenset((*KEYWORDS, "actor", "tenant", "context"))
_MOST_BYTES = 63
_SUFFIX = re.compile(
    r"(?i:(?<=[^\W_])_(?:id|fk|uuid|code|key|no|ref))\Z|(?<=[a-z0-9])(?:Id|ID|FK|Uuid|UUID|Code|Key|No|Ref)\Z"
)
_IDENTIFIERS = frozenset(("id", "uuid", "guid", "code", "key", "no"))
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def is_name(text: str) -> bool:
    """Whether the vocabulary takes ``text`` for a name as it stands.

    >>> is_name("Order line"), is_name(""), is_name("a\\nb")
    (True, False, False)
    """
    return 0 < len(text) <= 255 and not any(ord(c) < 32 or ord(c) == 127 or 0xD800 <= ord(c) < 0xE000 for c in text)


def usable(text: str) -> str:
    """``text`` itself where it is an identifier that expressions can use unquoted, else the nearest one.

    >>> usable("customerId"), usable("MRN No."), usable("2nd"), usable("case"), usable("!")
    ('customerId', 'MRN_No', 'n_2nd', 'case_', 'unnamed')
    """
    name = text
    if not _IDENTIFIER.match(name):
        plain = unicodedata.normalize("NFKC", text).encode("utf-8", "ignore").decode()
        name = re.sub(r"\W+", "_", plain).strip("_") or "unnamed"
        name = name if _IDENTIFIER.match(name) else f"n_{name}"
    if len(name.encode()) > _MOST_BYTES:
        name = name.encode()[:_MOST_BYTES].decode("utf-8", "ignore")
    return f"{name}_" if name.lower() in _RESERVED else name


def shown(text: str, most: int = 255) -> str:
    """``text`` for people: on one line, without what cannot be seen or encoded."""
    line = " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def singular(word: str) -> str:
    """The singular of an English noun, by its ending.

    >>> singular("categories"), singular("Orders"), singular("address"), singular("boxes")
    ('category', 'Order', 'address', 'box')
    """
    lower = word.lower()
    if lower.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if lower.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 2 and lower.endswith("s") and not lower.endswith(("ss", "us", "is", "as", "os")):
        return word[:-1]
    return word


def snake(text: str) -> str:
    """``text`` in lower case, its words joined by underscores.

    >>> snake("OrderLine"), snake("HTTPRequest"), snake("order line")
    ('order_line', 'http_request', 'order_line')
    """
    return usable(_HUMP.sub("_", text)).lower()


def joined(text: str) -> str:
    """The letters and digits of a name, in lower case: the same however its words are joined.

    >>> joined("customer_id") == joined("customerId")
    True
    """
    return re.sub(r"[\W_]", "", text).lower()


def role(target: str, columns: tuple[str, ...], target_columns: tuple[str, ...], several: bool) -> str:
    """What a reference is called: after its role, or after where it leads; ``several`` where others lead there too.

    >>> role("teams", ("home_team_id",), ("id",), True), role("teams", ("id",), ("id",), False), role("teams", (), (), False)
    ('home_team', 'team', 'team')
    """
    bare = snake(singular(target.rpartition(".")[2]))
    if len(columns) != 1:
        return bare
    column = columns[0]
    key = f"_{target_columns[0]}".lower() if len(target_columns) == 1 else "_"
    found = column[: -len(key)] if column.lower().endswith(key) else _SUFFIX.sub("", column).rstrip("_ ")
    if found != column and found.lower() not in _IDENTIFIERS:
        return found
    is_same = target_columns == columns or column.lower() in _IDENTIFIERS
    return bare if is_same and not several else f"{column}_{bare}"


class Taken:
    """The names of one place. Two that differ in case alone are the same: most SQL takes them for one.

    >>> taken = Taken(["id"])
    >>> taken.take("ID"), taken.take("name"), taken.take("name")
    ('ID_2', 'name', 'name_2')
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = {each.casefold() for each in names}

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._names

    def take(self, wanted: str) -> str:
        """``wanted``, or the first numbered variant of it that is free; from now on it is taken."""
        name, number = wanted, 1
        while name in self:
            number += 1
            name = f"{wanted}_{number}"
        self._names.add(name.casefold())
        return name
