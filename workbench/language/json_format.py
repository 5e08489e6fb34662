"""A domain as a JSON file: ``{"workbench": "domain", "format": 1, "name": …}``.

What equals its default is left out, expressions and types are text, and each element is a line of its own, so that two versions
compare well. Reading collects every mistake before it refuses; older formats are brought up to date one step at a time.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, to_json

from workbench.errors import AdapterError, Problem, VerificationError
from workbench.language.json_mistakes import doubled_fields, mistakes
from workbench.language.json_text import Json, layout, parse_json, read_text
from workbench.model.domain import Domain
from workbench.model.verify import verify

__all__ = ["FORMAT", "dumps", "load", "loads", "save", "upcast"]

FORMAT = 1
"""The format ``save`` writes."""


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


def loads(text: str) -> Domain:
    """The domain that ``text`` holds.

    >>> loads('{"workbench": "domain", "format": 1, "name": "shop", "resources": [{"name": "orders"}]}').resource("orders")
    Resource('orders')

    Raises:
        VerificationError: it holds none; ``problems`` has every mistake found, with the path of the element concerned.
    """
    return _domain(text, "text")


def _domain(text: str, called: str) -> Domain:
    document, doubled = parse_json(text, called)
    if not _is_domain(document):
        hint = 'a saved domain begins with {"workbench": "domain", "format": 1, "name": …'
        raise VerificationError([Problem(called, "not_a_domain", "this is JSON, but no saved domain", hint=hint)])
    body = upcast(document, _UPCASTERS, FORMAT, called)
    body = {name: value for name, value in body.items() if name not in ("workbench", "format")}
    problems = list(doubled_fields(doubled, Domain, document)) if doubled else []
    try:
        domain = Domain.model_validate_json(to_json(body))
    except ValidationError as error:
        problems += mistakes(error, Domain, body, called)
        raise VerificationError(problems) from error
    except PydanticSerializationError as error:
        problem = Problem(
            called, "broken_text", "half a character (a lone surrogate) stands in it", hint="write the text anew"
        )
        raise VerificationError([*problems, problem]) from error
    if problems:
        raise VerificationError(problems)
    return domain


def _is_domain(document: Json) -> bool:
    if not isinstance(document, dict):
        return False
    return document["workbench"] == "domain" if "workbench" in document else {"name", "resources"} <= document.keys()


def load(path: str | Path) -> Domain:
    """The domain saved in the file at ``path``.

    Raises:
        VerificationError: there is no such file, it cannot be read, or it holds no domain; ``subject`` is the path.
    """
    if not str(path).strip():  # Path("") would be the current folder
        problem = Problem("design", "no_design", "no design is named: the path is empty", hint="name a saved design")
        raise VerificationError([problem])
    text = read_text(Path(path))
    try:
        return _domain(text, Path(path).name)
    except VerificationError as error:
        raise VerificationError(error.problems, str(path)) from error


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
    if foreign := verify(domain, only=["extension_not_json"]):
        raise VerificationError(foreign, domain.name)
    header = {"workbench": "domain", "format": FORMAT}
    return layout(header | _extensions_sorted(domain.model_dump(mode="json", exclude_defaults=True))) + "\n"


def _extensions_sorted(document: dict[str, Json]) -> dict[str, Json]:
    """Extensions know no order of keys; everything else stands in that of the vocabulary."""
    if "extensions" in document:
        document["extensions"] = _keys_sorted(document["extensions"])
    for part in document.get("domains", ()):
        _extensions_sorted(part)
    return document


def _keys_sorted(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _keys_sorted(value[key]) for key in sorted(value)}
    return [_keys_sorted(each) for each in value] if isinstance(value, list) else value


def save(domain: Domain, path: str | Path) -> None:
    """Write ``domain`` to the file at ``path``: whole or not at all, whatever happens meanwhile.

    Raises:
        AdapterError: the file cannot be written; the cause is chained.
        VerificationError: ``extensions`` hold something JSON cannot carry.
    """
    text = dumps(domain)
    target = Path(path).resolve()
    draft = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}")
    try:
        try:
            with draft.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            if target.exists():
                shutil.copymode(target, draft)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        hint = "check that the folder exists and that you may write there"
        raise AdapterError(
            f"{path} cannot be written: {error.strerror}", path=str(path), code="unwritable", hint=hint
        ) from error
