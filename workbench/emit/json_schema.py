"""JSON Schema, draft 2020-12: one document, a definition for each resource; the document itself describes a whole data set.

Keys and references, which no schema can check across records, travel as ``x-workbench-key`` and ``x-workbench-references``; a type that
JSON Schema has no word for as ``x-workbench-type``.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from workbench.emit.draft import Draft, Writer
from workbench.emit.regex import whole_match
from workbench.emit.unsaid import report_unsaid
from workbench.model import Attribute, Constraints, Domain
from workbench.model.address import dotted
from workbench.model.expression import Interval, Node
from workbench.model.types import ArrayType, DecimalType, EnumType, ScalarType, StructType, Type, storage
from workbench.model.verify.constants import constant
from workbench.relation.stored import Stored, stored

__all__ = ["emit"]

Schema: TypeAlias = dict[str, Any]

_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?"
_SCALARS: dict[str, Schema] = {
    "string": {"type": "string"},
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "float": {"type": "number"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "pattern": f"^{_CLOCK}$"},
    "timestamp": {"type": "string", "format": "date-time"},
    "local_timestamp": {"type": "string", "pattern": f"^[0-9]{{4}}-[01][0-9]-[0-3][0-9][T ]{_CLOCK}$"},
    "duration": {"type": "string", "format": "duration"},
    "uuid": {"type": "string", "format": "uuid"},
    "json": {},
    "binary": {"type": "string", "contentEncoding": "base64"},
}
_UNTOLD = frozenset(("text", "decimal", "time", "local_timestamp"))
"""Types that JSON Schema writes like another; ``x-workbench-type`` tells them apart."""
_FORMATS = {"email": "email", "url": "uri"}


def emit(domain: Domain, *, decimals: Literal["number", "string"] = "number") -> Draft:
    """One document, ``schema.json``. With ``decimals="string"`` exact numbers are strings of digits, as exactness asks for."""
    draft = Draft()
    resources = stored(domain, draft.lose)
    document: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": domain.label or domain.name,
        **({"description": domain.description} if domain.description else {}),
        "x-workbench-domain": domain.name,
        "type": "object",
        "properties": {
            each.resource.name: {"type": "array", "items": {"$ref": _pointer(each.resource.name)}} for each in resources
        },
        "additionalProperties": False,
        "$defs": {each.resource.name: _Definition(each, draft, decimals).schema() for each in resources},
    }
    paths: dict[tuple[str, ...], str] = {("$defs", each.resource.name): each.path for each in resources}
    paths |= {
        ("$defs", each.resource.name, "properties", attribute.name): each.path_of(attribute.name)
        for each in resources
        for attribute in each.attributes
    }
    _write(draft.file("schema.json"), document, paths, ())
    report_unsaid(domain, resources, draft, "JSON Schema", said=("identities", "rules"))
    return draft


def _write(
    writer: Writer, value: object, paths: Mapping[tuple[str, ...], str], at: tuple[str, ...], comma: str = ""
) -> None:
    """``value`` stands in ``writer``: objects member by member, all else on one line."""
    indent, name = "  " * len(at), f"{_json(at[-1])}: " if at else ""
    with writer.element(paths[at]) if at in paths else nullcontext():
        if isinstance(value, dict) and value:
            writer.add(f"{indent}{name}{{")
            for number, (key, member) in enumerate(value.items()):
                _write(writer, member, paths, (*at, key), "," * (number < len(value) - 1))
            writer.add(f"{indent}}}{comma}")
        else:
            writer.add(f"{indent}{name}{_json(value)}{comma}")


class _Definition:
    def __init__(self, stored: Stored, draft: Draft, decimals: str) -> None:
        self.stored, self.draft, self.decimals = stored, draft, decimals

    def schema(self) -> Schema:
        resource = self.stored.resource
        schema: Schema = {"title": resource.label or resource.name}
        schema |= {"description": resource.description} if resource.description else {}
        properties = {attribute.name: self.property(attribute) for attribute in self.stored.attributes}
        return schema | {"type": "object", "properties": properties} | self.tail()

    def tail(self) -> Schema:
        resource, path = self.stored.resource, self.stored.path
        needed = [
            each.name
            for each in self.stored.attributes
            if self.stored.is_required(each) and each.default is None and not each.generated
        ]
        tail: Schema = {"required": needed} if needed else {}
        tail["additionalProperties"] = False
        if self.stored.key:
            tail["x-workbench-key"] = list(self.stored.key)
            self.draft.lose(
                f"{path}.key", "annotation_only", "a schema cannot compare records: the key is a note", severity="info"
            )
        tail |= self.notes()
        for reference in self.stored.references:
            self.draft.lose(
                reference.path, "annotation_only", "a schema cannot follow references: it is a note", severity="info"
            )
        for identity in resource.identities:
            where = dotted("resources", resource.name, "identities", identity.name)
            self.draft.lose(
                where, "annotation_only", "a schema cannot compare records: the identity is a note", severity="info"
            )
        for rule in resource.rules:
            where = dotted("resources", resource.name, "rules", rule.name)
            self.draft.lose(where, "rule_not_carried", f"a schema cannot say: {rule.condition}")
        return tail

    def notes(self) -> Schema:
        """Identities and references, which no validator looks at."""
        resource = self.stored.resource
        tail: Schema = {}
        if resource.identities:
            tail["x-workbench-identities"] = {
                each.name: list(each.attributes)
                if each.where is None
                else {"attributes": list(each.attributes), "where": str(each.where)}
                for each in resource.identities
            }
        if self.stored.references:
            tail["x-workbench-references"] = {
                each.name: {
                    "attributes": list(each.attributes),
                    "destination": _pointer(each.destination.name),
                    "destination_attributes": list(each.destination_attributes),
                    **({} if each.is_enforced else {"enforced": False}),
                }
                for each in self.stored.references
            }
        return tail

    def property(self, attribute: Attribute) -> Schema:
        path = self.stored.path_of(attribute.name)
        schema: Schema = {"title": attribute.label} if attribute.label else {}
        schema |= {"description": attribute.description} if attribute.description else {}
        schema |= self.type(attribute.type, path) | self.constraints(attribute, path)
        if not self.stored.is_required(attribute):
            schema = _nullable(schema)
        if attribute.default is not None:
            try:
                value = _written(attribute.default)
                is_json = storage(attribute.type) == "json" and isinstance(value, str)
                schema["default"] = json.loads(value) if is_json else value
            except ValueError:
                self.draft.lose(path, "default_not_carried", f"the default is computed: {attribute.default}")
        schema |= {"readOnly": True} if attribute.generated else {}
        schema |= {f"x-workbench-{mark}": True for mark in ("sensitive", "private") if getattr(attribute, mark)}
        return schema

    def type(self, type_: Type, path: str) -> Schema:
        match type_:
            case EnumType():
                counted = Counter(type_.names)
                if not any(value.label for value in type_.values):
                    return {"enum": list(counted)}
                return {
                    "oneOf": [_choice(value.name, value.label) for value in type_.values if counted.pop(value.name, 0)]
                }
            case ArrayType(item=item):
                return {"type": "array", "items": self.type(item, path)}
            case StructType(fields=parts):
                properties = {part.name: _nullable(self.type(part.type, path)) for part in parts}
                return {"type": "object", "properties": properties, "additionalProperties": False}
            case DecimalType(precision=precision, scale=scale):
                return self.decimal(precision, scale, path) | {"x-workbench-type": str(type_)}
            case ScalarType(name=name):
                schema = dict(_SCALARS.get(storage(type_), {}))
                if name in _FORMATS:
                    schema["format"] = _FORMATS[name]
                elif name != storage(type_) or name in _UNTOLD:
                    schema["x-workbench-type"] = name
                return schema
        return {}

    def decimal(self, precision: int, scale: int, path: str) -> Schema:
        whole = max(precision - scale, 0)
        if self.decimals == "string":
            digits = f"[0-9]{{1,{whole}}}" if whole else "0"
            return {"type": "string", "pattern": f"^-?{digits}" + (f"(\\.[0-9]{{1,{scale}}})?$" if scale else "$")}
        message, hint = (
            f"digits behind the point ({scale}) are not checked in JSON numbers",
            "decimals='string' checks them",
        )
        self.draft.lose(path, "scale_not_checked", message, hint, severity="info")
        bound = 10**whole
        return {"type": "number", "exclusiveMinimum": -bound, "exclusiveMaximum": bound}

    def constraints(self, attribute: Attribute, path: str) -> Schema:
        bounds: Constraints = attribute.constraints
        schema: Schema = {}
        if bounds.min_length is not None:
            schema["minLength"] = bounds.min_length
        if bounds.max_length is not None:
            schema["maxLength"] = bounds.max_length
        if bounds.pattern:
            pattern = whole_match(bounds.pattern)
            if pattern is None:
                self.draft.lose(path, "pattern_not_carried", f"JSON Schema's patterns cannot say {bounds.pattern!r}")
            else:
                schema["pattern"] = pattern
        for word, node in (("minimum", bounds.minimum), ("maximum", bounds.maximum)):
            if node is not None:
                self.bound(schema, word, node, attribute.type, path)
        return schema

    def bound(self, schema: Schema, word: str, node: Node, type_: Type, path: str) -> None:
        try:
            value = _written(node)
        except ValueError:
            value = None
        is_number = storage(type_) in ("integer", "float", "decimal") and type(value) in (int, float)
        if not is_number:
            self.draft.lose(path, "bound_not_carried", f"JSON Schema cannot say that the {word} of a {type_} is {node}")
        elif isinstance(type_, DecimalType) and self.decimals == "string":
            self.draft.lose(
                path, "bound_not_carried", f"the {word} {node} of a number written as string is not checked"
            )
        else:
            schema[word] = value


def _choice(value: str, label: str) -> Schema:
    return {"const": value} | ({"title": label} if label else {})


def _nullable(schema: Schema) -> Schema:
    """``schema``, or null."""
    if "type" in schema:
        return schema | {"type": [schema["type"], "null"]}
    if "enum" in schema:
        return schema | {"enum": [*schema["enum"], None]}
    return schema | {"oneOf": [*schema["oneOf"], {"type": "null"}]} if "oneOf" in schema else schema


def _written(node: Node) -> Any:
    """A constant expression as JSON data; ``ValueError`` where it is computed, or a number JSON does not have."""
    found = constant(node)
    if found is None:
        raise ValueError(f"{node} is computed")
    value = found.value
    match value:
        case float() | Decimal() if not math.isfinite(value):
            raise ValueError(f"JSON has no {value}")
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dt.date() | dt.time():
            return value.isoformat()
        case Interval():
            return str(value)
    return value


def _pointer(name: str) -> str:
    return "#/$defs/" + quote(name.replace("~", "~0").replace("/", "~1"), safe="~")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
