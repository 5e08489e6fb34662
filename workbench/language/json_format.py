"""A domain as a JSON file: ``{"workbench": "domain", "format": 1, "name": …}``.

What equals its default is left out, expressions and types are text, and each element is a line of its own, so that two versions
compare well. Reading collects every mistake before it refuses; older formats are brought up to date one step at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, to_json

from workbench.errors import Problem, VerificationError
from workbench.language.json_mistakes import doubled_fields, mistakes
from workbench.language.json_text import Doubled, Json, layout, parse_json
from workbench.language.places import Places, json_spots
from workbench.model.domain import Domain
from workbench.model.verify import verify

__all__ = ["FORMAT", "document_of", "domain_of", "dumps", "loads", "upcast"]

MOST_VALUES = 500_000
"""So many values a design may have; one of 300 resources with 3,000 attributes has about 15,000."""

FORMAT = 1
"""The format that is written."""


def _from_0(document: dict[str, Json]) -> dict[str, Json]:
    """Format 0 is a bare ``Domain.model_dump_json()``: the same fields, but no header."""
    return {"workbench": "domain", **document}


_UPCASTERS: dict[int, Callable[[dict[str, Json]], dict[str, Json]]] = {0: _from_0}


def upcast(
    document: dict[str, Json],
    upcasters: Mapping[int, Callable[[dict[str, Json]], dict[str, Json]]],
    newest: int,
    called: str = "text",
) -> dict[str, Json]:
    """``document``, from a file ``called`` so, in format ``newest``: ``upcasters[n]`` leads from format n to n + 1.

    >>> upcast({"format": 1, "nick": "x"}, {1: lambda old: {"name": old["nick"]}}, 2)
    {'name': 'x', 'format': 2}

    Raises:
        VerificationError: the format is newer than ``newest``, or no format at all.
    """
    found = document.get("format", 0)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        problem = Problem(
            called, "bad_format", f"a format is a whole number, not {found!r:.80}", hint=f"write {newest}"
        )
        raise VerificationError([problem])
    if found > newest:
        message = f"format {found} is newer than {newest}, the newest this version reads"
        raise VerificationError([Problem(called, "newer_format", message, hint="install a newer version")])
    for step in range(found, newest):
        document = upcasters[step](document) | {"format": step + 1}
    return document


def loads(text: str, called: str = "text") -> Domain:
    """The domain that ``text``, from a file ``called`` so, holds.

    >>> loads('{"workbench": "domain", "format": 1, "name": "shop", "resources": [{"name": "orders"}]}').resource("orders")
    Resource('orders')

    Raises:
        VerificationError: it holds none; ``problems`` has every mistake found, with the path of the element concerned.
    """
    document, doubled = parse_json(text, called)
    return domain_of(document, called, Places(text, json_spots), doubled)


def domain_of(document: Json, called: str, places: Places, doubled: Sequence[Doubled] = ()) -> Domain:
    """The domain that a document says, whichever format its text was in; ``doubled`` are its objects with a key said more than once.

    Raises:
        VerificationError: it holds none; ``problems`` has every mistake found, with its path and its place in the text.
    """
    if not _is_domain(document):
        hint = 'a saved domain begins with {"workbench": "domain", "format": 1, "name": …'
        raise VerificationError([Problem(called, "not_a_domain", "this is no saved domain", hint=hint)])
    body = upcast(document, _UPCASTERS, FORMAT, called)
    body = {name: value for name, value in body.items() if name not in ("workbench", "format")}
    if _has_more_values(MOST_VALUES, body):
        message = f"it holds more than {MOST_VALUES:,} values"
        raise VerificationError([Problem(called, "too_large", message, hint="compose it of several designs")])
    problems = list(doubled_fields(doubled, Domain, document, places)) if doubled else []
    try:
        domain = Domain.model_validate_json(to_json(body))
    except ValidationError as error:
        problems += mistakes(error, Domain, body, called, places)
        raise VerificationError(problems) from error
    except PydanticSerializationError as error:
        problem = Problem(
            called, "broken_text", "half a character (a lone surrogate) stands in it", hint="write the text anew"
        )
        raise VerificationError([*problems, problem]) from error
    if problems:
        raise VerificationError(problems)
    return domain


def _has_more_values(most: int, document: Json) -> bool:
    """Whether there are more than ``most`` in it, sections of others left aside: each may be a mistake that is told."""
    waiting, found = [each for name, each in document.items() if name != "extensions"], 0
    while waiting and found <= most:
        value = waiting.pop()
        found += 1
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return found > most


def _is_domain(document: Json) -> bool:
    if not isinstance(document, dict):
        return False
    return document["workbench"] == "domain" if "workbench" in document else {"name", "resources"} <= document.keys()


def dumps(domain: Domain) -> str:
    """``domain`` as JSON text: equal domains give the same text, and ``loads`` gives an equal domain back.

    >>> print(dumps(Domain(name="shop", time_zone="Europe/Rome")), end="")
    {
      "workbench": "domain",
      "format": 1,
      "name": "shop",
      "time_zone": "Europe/Rome"
    }

    Raises:
        VerificationError: ``extensions`` hold something JSON cannot carry.
    """
    return layout(document_of(domain)) + "\n"


def document_of(domain: Domain) -> dict[str, Json]:
    """What every format writes of ``domain``: the header, then what differs from its default, in the order of the vocabulary.

    Raises:
        VerificationError: ``extensions`` hold something JSON cannot carry.
    """
    if foreign := verify(domain, only=["extension_not_json"]):
        raise VerificationError(foreign, domain.name)
    header = {"workbench": "domain", "format": FORMAT}
    return header | _extensions_sorted(domain.model_dump(mode="json", exclude_defaults=True))


def _extensions_sorted(document: dict[str, Json]) -> dict[str, Json]:
    """Extensions know no order of keys; everything else stands in that of the vocabulary."""
    if "extensions" in document:
        document["extensions"] = sorted_keys(document["extensions"])
    for part in document.get("domains", ()):
        _extensions_sorted(part)
    return document


def sorted_keys(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: sorted_keys(value[key]) for key in sorted(value)}
    return [sorted_keys(each) for each in value] if isinstance(value, list) else value
