"""OpenAPI 3.0 and 3.1 (and the definitions of Swagger 2): the component schemas that describe things rather than messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench.language.importers.document import Pointer, read_document
from workbench.language.importers.naming import is_name
from workbench.language.importers.schema_entities import SchemaEntities
from workbench.language.importers.sketch import Sketch
from workbench.language.importers.source import wrong_kind
from workbench.model.address import dotted

__all__ = ["read"]

_MESSAGE = frozenset(
    (
        "request",
        "response",
        "input",
        "output",
        "payload",
        "params",
        "parameters",
        "query",
        "filter",
        "envelope",
        "body",
        "form",
        "command",
    )
)
_VARIANT = frozenset(
    (
        "create",
        "update",
        "patch",
        "new",
        "post",
        "put",
        "upsert",
        "edit",
        "insert",
        "write",
        "read",
        "base",
        "partial",
        "dto",
        "model",
    )
)
_PAGE = frozenset(("list", "page", "collection", "paged", "paginated", "result", "results", "connection"))
_ERROR = frozenset(("error", "errors", "problem", "exception", "fault", "details"))
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LISTS = frozenset(
    ("data", "items", "results", "content", "records", "entries", "values", "rows", "edges", "nodes", "list")
)


def read(text: str, name: str) -> Sketch:
    """The component schemas of an OpenAPI description, written as JSON or YAML, as a sketch; messages are left out, and said to be."""
    document = read_document(text, name)
    root = document.value
    if not isinstance(root, dict) or not {"openapi", "swagger"} & root.keys():
        raise wrong_kind("openapi", text, name, "begins with 'openapi: 3.…'")
    place: tuple[str, ...] = ("components", "schemas") if "openapi" in root else ("definitions",)
    schemas: Any = root
    for step in place:
        schemas = schemas.get(step) if isinstance(schemas, dict) else None
    schemas = schemas if isinstance(schemas, dict) else {}
    info: dict[str, Any] = root["info"] if isinstance(root.get("info"), dict) else {}
    title: str = info["title"] if isinstance(info.get("title"), str) else ""
    sketch = Sketch(title if title and is_name(title) else name)
    sketch.description = info["description"].strip() if isinstance(info.get("description"), str) else ""
    definitions: dict[str, Pointer] = {each: (*place, each) for each in schemas}
    messages = {each: why for each, schema in schemas.items() if (why := _message(each, schema, schemas))}
    for each, why in messages.items():
        line = document.line(definitions[each])
        sketch.tell(
            dotted("resources", each), "message_left_out", f"{why}; it is no resource", severity="info", line=line
        )
    SchemaEntities(document, definitions, sketch, messages).read()
    return sketch


def _message(name: str, schema: Any, schemas: Mapping[str, Any]) -> str:
    """Why a schema describes a message rather than a thing; empty where it does not."""
    if not isinstance(schema, dict):
        return ""
    words = [each.lower() for each in _WORD.findall(name)] or [""]
    if words[-1] in _ERROR and set(words) & (_ERROR - {"details"}):
        return f"{name} describes an error"
    if thing := _thing(name, words, schemas):
        return f"{name} is what is sent or received for {thing}"
    listed = _listed(schema)
    if listed and (words[-1] in _PAGE or _is_wrapper(schema)):
        return f"{name} is a page of {listed}"
    return f"{name} is a message by its name" if words[-1] in _MESSAGE else ""


def _thing(name: str, words: list[str], schemas: Mapping[str, Any]) -> str:
    """The schema that ``name`` is a variant of: ``OrderCreate``, ``NewOrder``, ``CreateOrderRequest`` of ``Order``."""
    known = {re.sub(r"[\W_]", "", each).lower(): each for each in reversed(list(schemas))}
    first, last = 0, len(words)
    while first < last and words[first] in _VARIANT:
        first += 1
    while first < last and words[last - 1] in _VARIANT | _MESSAGE:
        last -= 1
    found = known.get("".join(words[first:last]), "")
    return found if found != name else ""


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _listed(schema: Mapping[str, Any]) -> str:
    """What a schema is a list of, or holds the only list of."""
    lists = []
    for name, each in [("", schema), *_properties(schema).items()]:
        items = each.get("items") if isinstance(each, dict) else None
        if isinstance(items, dict) and isinstance(items.get("$ref"), str) and (not name or name.lower() in _LISTS):
            lists.append(items["$ref"].rpartition("/")[2])
    return lists[0] if len(lists) == 1 else ""


def _is_wrapper(schema: Mapping[str, Any]) -> bool:
    """Whether beside the list there are only counts and cursors."""
    others = [each for name, each in _properties(schema).items() if name.lower() not in _LISTS]
    return not any(isinstance(each, dict) and "items" in each for each in others) and not {"id", "uuid"} & {
        name.lower() for name in _properties(schema)
    }
