"""JSON Schema, of any draft: its definitions, and the document itself where it describes a record rather than a whole data set."""

from __future__ import annotations

from typing import Any

from workbench.language.importers.document import Document, Pointer, read_document
from workbench.language.importers.naming import is_name
from workbench.language.importers.schema_entities import SchemaEntities
from workbench.language.importers.sketch import Sketch
from workbench.language.importers.source import wrong_kind

__all__ = ["read"]

_EXPECTED = "has 'properties', '$defs' or 'definitions'"


def read(text: str, name: str) -> Sketch:
    """The definitions of a JSON Schema, written as JSON or YAML, as a sketch."""
    document = read_document(text, name)
    root = document.value
    if (
        not isinstance(root, dict)
        or not {"$schema", "$defs", "definitions", "properties", "$ref", "type", "allOf"} & root.keys()
        or "openapi" in root
        or "swagger" in root
    ):
        raise wrong_kind("json_schema", text, name, _EXPECTED)
    definitions: dict[str, Pointer] = {}
    for place in ("$defs", "definitions"):
        for each in root[place] if isinstance(root.get(place), dict) else ():
            definitions.setdefault(each, (place, each))
    title: str = root["title"] if isinstance(root.get("title"), str) else ""
    ours = root.get("x-workbench-domain")
    is_ours = isinstance(ours, str) and is_name(ours)
    sketch = Sketch(str(ours) if is_ours else title if is_name(title) else name, keeps_names=is_ours)
    sketch.label = title if is_ours and title != ours else ""
    sketch.description = root["description"].strip() if isinstance(root.get("description"), str) else ""
    own = _record(document, definitions)
    if own is not None:
        definitions = {_free(sketch.name if own == () else f"{sketch.name} item", definitions): own, **definitions}
    SchemaEntities(document, definitions, sketch).read()
    return sketch


def _record(document: Document, definitions: dict[str, Pointer]) -> Pointer | None:
    """Where the document itself describes a record: at its root, or in the list it is. None where it only lists definitions."""
    root: dict[str, Any] = document.value
    properties = root.get("properties")
    if isinstance(properties, dict) and properties:
        is_data_set = bool(definitions) and all(_is_list_of_reference(each) for each in properties.values())
        return None if is_data_set else ()
    if isinstance(root.get("allOf"), list):
        return ()
    items = root.get("items")
    return ("items",) if isinstance(items, dict) and isinstance(items.get("properties"), dict) else None


def _is_list_of_reference(schema: Any) -> bool:
    items = schema.get("items") if isinstance(schema, dict) else None
    return isinstance(items, dict) and "$ref" in items


def _free(name: str, taken: dict[str, Pointer]) -> str:
    return name if name not in taken else f"{name} document"
