"""Live Pydantic models, looked at field by field and told as schemas, so that they become a domain the way JSON Schemas do.

Only the classes and their annotations are read: no validator, factory or property of theirs runs.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import pathlib
import re
import types
import typing
import uuid
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin

import pydantic
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from workbench.errors import DefinitionError
from workbench.language.importers.document import Document
from workbench.language.importers.schema_entities import SchemaEntities
from workbench.language.importers.schema_merge import Schema
from workbench.language.importers.shapes import decimal
from workbench.language.importers.sketch import Sketch
from workbench.model.address import dotted

__all__ = ["read"]

_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"}, int: {"type": "integer"}, float: {"type": "number"}, bool: {"type": "boolean"}, bytes: {"x-workbench-type": "binary"},
    Decimal: {"type": "number", "x-workbench-type": "decimal"}, dt.date: {"x-workbench-type": "date"}, dt.time: {"x-workbench-type": "time"},
    dt.datetime: {"x-workbench-type": "timestamp"}, dt.timedelta: {"x-workbench-type": "duration"},
    uuid.UUID: {"type": "string", "x-workbench-type": "uuid"}, Any: {}, object: {}, pydantic.JsonValue: {},
    pydantic.AwareDatetime: {"x-workbench-type": "timestamp"}, pydantic.NaiveDatetime: {"x-workbench-type": "local_timestamp"},
    pydantic.PastDate: {"x-workbench-type": "date"}, pydantic.FutureDate: {"x-workbench-type": "date"},
    pydantic.PastDatetime: {"x-workbench-type": "timestamp"}, pydantic.FutureDatetime: {"x-workbench-type": "timestamp"},
    pydantic.EmailStr: {"type": "string", "format": "email"}, pydantic.SecretStr: {"type": "string", "x-workbench-sensitive": True},
    pydantic.SecretBytes: {"x-workbench-type": "binary", "x-workbench-sensitive": True}, pathlib.Path: {"type": "string"},
    re.Pattern: {"type": "string"},
    ipaddress.IPv4Address: {"x-workbench-type": "ip_address"}, ipaddress.IPv6Address: {"x-workbench-type": "ip_address"},
}  # fmt: skip
_LISTS = (list, set, frozenset, tuple)
_WORDS = {
    "ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum", "multiple_of": "multipleOf",
    "min_length": "minLength", "max_length": "maxLength", "pattern": "pattern",
}  # fmt: skip
_MOST_NESTED = 30


def read(models: tuple[Any, ...], name: str) -> Sketch:
    """``models``, and those their fields lead to, as a sketch.

    Raises:
        DefinitionError: one of them is no Pydantic model.
    """
    for each in models:
        if not (isinstance(each, type) and issubclass(each, BaseModel)) or each is BaseModel:
            raise DefinitionError(f"{str(each)[:80]!r} is no Pydantic model; pass classes that derive from BaseModel")
    sketch = Sketch(name)
    telling = _Telling(sketch)
    for each in models:
        telling.reference(each)
    while telling.waiting:
        telling.model(telling.waiting.pop(0))
    document = Document({"$defs": telling.schemas})
    SchemaEntities(document, {each: ("$defs", each) for each in telling.schemas}, sketch).read()
    return sketch


class _Telling:
    """Models as schemas; ``waiting`` are those met and not told yet."""

    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch
        self.schemas: dict[str, Schema] = {}
        self.names: dict[type[BaseModel], str] = {}
        self.waiting: list[type[BaseModel]] = []

    def reference(self, model: type[BaseModel]) -> Schema:
        """A reference to a model, which is told later if it has not been."""
        if model not in self.names:
            name, number = model.__name__, 1
            while name in self.schemas:
                number += 1
                name = f"{model.__name__}_{number}"
            self.names[model] = name
            self.schemas[name] = {}
            self.waiting.append(model)
        return {"$ref": f"#/$defs/{self.names[model].replace('~', '~0').replace('/', '~1').replace('%', '%25')}"}

    def model(self, model: type[BaseModel]) -> None:
        """A model as a schema; what is code in it is told to be left out."""
        if not model.__pydantic_complete__:
            model.model_rebuild(raise_errors=False)  # as Pydantic itself would on first use
        name = self.names[model]
        path = dotted("resources", name)
        said = (model.__doc__ or "").strip()
        own = model.model_config.get("json_schema_extra")
        schema: Schema = (
            {each: value for each, value in own.items() if each.startswith("x-workbench-")}
            if isinstance(own, dict)
            else {}
        )
        schema |= {"title": model.model_config.get("title") or name, "type": "object", "properties": {}, "required": []}
        if said and model.__doc__ is not BaseModel.__doc__ and not re.fullmatch(r"A row of .*\.", said):
            schema["description"] = said
        for field, info in model.model_fields.items():
            called = _alias(info) or field
            schema["properties"][called] = self.field(info, dotted("resources", name, "attributes", called))
            if called != field:
                schema["properties"][called]["x-called"] = field
            if info.is_required():
                schema["required"].append(called)
        self.schemas[name].update(schema)
        if model.model_computed_fields:
            message = f"what Python computes is not carried: {', '.join(model.model_computed_fields)}"
            self.sketch.tell(path, "computed_not_carried", message, "say it as a calculation")
        found = model.__pydantic_decorators__
        code = [*found.field_validators, *found.model_validators, *found.validators, *found.root_validators]
        if code:
            message = f"validators are code and not carried: {', '.join(dict.fromkeys(code))}"
            self.sketch.tell(path, "validator_not_carried", message, "say them as rules")

    def field(self, info: FieldInfo, path: str) -> Schema:
        """A field as a schema."""
        schema = self.type(info.annotation, path, 0)
        schema = self.narrowed(schema, info.metadata)
        schema |= {"title": info.title} if info.title else {}
        schema |= {"description": info.description} if info.description else {}
        schema |= {"x-workbench-sensitive": True} if info.repr is False and "$ref" not in schema else {}
        schema |= {"x-workbench-private": True} if info.exclude is True else {}
        factory = info.default_factory
        if factory is uuid.uuid4:
            schema["readOnly"] = True
        elif factory is not None and factory not in (list, dict, set, tuple):
            self.sketch.tell(path, "default_not_carried", "the default is made by code", "say it as an expression")
        elif not info.is_required() and factory is None and info.default is not None:
            schema["default"] = info.default.value if isinstance(info.default, Enum) else info.default
        if callable(info.json_schema_extra) or info.discriminator is not None:
            self.sketch.tell(
                path,
                "not_carried",
                "what code adds to the schema, or tells alternatives apart, is not carried",
                severity="info",
            )
        return schema

    def narrowed(self, schema: Schema, metadata: list[Any]) -> Schema:
        """``schema`` with what the constraints beside an annotation say."""
        said: Schema = {}
        digits: list[Any] = [None, None]
        for each in (inner for one in metadata for inner in (one.metadata if isinstance(one, FieldInfo) else (one,))):
            facts = {
                **getattr(each, "__dict__", {}),
                **{word: getattr(each, word, None) for word in (*_WORDS, "max_digits", "decimal_places")},
            }
            for word, ours in _WORDS.items():
                if facts.get(word) is not None:
                    value = facts[word]
                    said[ours] = value.pattern if isinstance(value, re.Pattern) else value
            digits = [
                facts.get("max_digits") or digits[0],
                facts["decimal_places"] if facts.get("decimal_places") is not None else digits[1],
            ]
        if schema.get("x-workbench-type") == "decimal" and digits[0]:
            said["x-workbench-type"] = str(decimal(digits[0], digits[1] or 0))
        return {**schema, **said}

    def type(self, given: Any, path: str, depth: int) -> Schema:
        """An annotation as a schema."""
        if depth > _MOST_NESTED:
            return {}
        given = _named(given)
        origin, arguments = get_origin(given), get_args(given)
        if origin is typing.Annotated:
            return self.narrowed(self.type(arguments[0], path, depth + 1), list(arguments[1:]))
        if origin in (typing.Union, types.UnionType):
            return self.union(arguments, path, depth)
        if origin is typing.Literal:
            return _listed([each.value if isinstance(each, Enum) else each for each in arguments])
        plain = _PLAIN.get(given if origin is None else origin) if _is_hashable(given) else None
        if plain is not None:
            return dict(plain)
        kind = origin or given
        if not isinstance(kind, type):
            return self.unknown(given, path)
        if issubclass(kind, BaseModel):
            return self.reference(kind)
        if issubclass(kind, Enum):
            return _listed([each.value for each in kind])
        if issubclass(kind, _LISTS) or (
            issubclass(kind, typing.Collection) and not issubclass(kind, str | bytes | Mapping)
        ):
            inner = [each for each in arguments if each is not Ellipsis]
            if len(inner) > 1:
                return {"type": "array", "prefixItems": []}
            return {"type": "array", "items": self.type(inner[0], path, depth + 1) if inner else {}}
        if issubclass(kind, Mapping | dict):
            return {"type": "object", "additionalProperties": {"type": "string"}}
        if kind.__module__.startswith("pydantic") and kind.__name__.endswith(("Url", "Dsn")):
            return {"type": "string", "format": "uri"}
        for base in (bool, int, float, str, Decimal, bytes, dt.datetime, dt.date, dt.time, dt.timedelta, uuid.UUID):
            if issubclass(kind, base):
                return dict(_PLAIN[base])
        return self.unknown(given, path)

    def union(self, members: tuple[Any, ...], path: str, depth: int) -> Schema:
        """One of several, perhaps none: what JSON Schema says with null and alternatives."""
        real = [each for each in members if each is not type(None)]
        found = [self.type(each, path, depth + 1) for each in real]
        if len(found) == 1:
            return {**found[0], "nullable": True}
        return {"anyOf": [*found, *([{"type": "null"}] if len(real) < len(members) else [])]}

    def unknown(self, given: Any, path: str) -> Schema:
        what = getattr(given, "__name__", None) or str(given)
        hint = "call model_rebuild() on the model first" if isinstance(given, typing.ForwardRef | str) else ""
        self.sketch.tell(path, "unknown_type", f"nothing stands for {what[:80]!r}; it is carried as json", hint)
        return {}


def _alias(info: FieldInfo) -> str:
    """The name of a field in data."""
    return info.alias or (info.validation_alias if isinstance(info.validation_alias, str) else "") or ""


def _named(given: Any) -> Any:
    """What a name for a type stands for."""
    for _ in range(_MOST_NESTED):
        inner = getattr(given, "__value__", None) or getattr(given, "__supertype__", None)
        if inner is None or given is pydantic.JsonValue:
            return given
        given = inner
    return Any


def _is_hashable(given: Any) -> bool:
    try:
        hash(given)
    except TypeError:
        return False
    return True


def _listed(values: list[Any]) -> Schema:
    return {"enum": values, **({"nullable": True} if None in values else {})}
