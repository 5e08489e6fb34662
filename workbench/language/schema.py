"""The JSON Schema of the design format: editors complete and check designs in JSON, YAML and TOML with it.

``domain.schema.json`` beside this module is generated: ``python -m workbench.language.schema`` renews it.
"""

from __future__ import annotations

from pathlib import Path

from workbench.language.json_format import FORMAT
from workbench.language.json_text import Json, layout
from workbench.language.sections import Sections
from workbench.model.domain import Domain
from workbench.model.types import SCALARS, SEMANTIC

__all__ = ["FILE", "design_schema", "schema_text"]

FILE = Path(__file__).with_name("domain.schema.json")
"""The schema as a file."""

_EXPRESSION = {"type": "string", "description": "an expression of the domain language"}
_TYPE_NAMES = ("ScalarType", "DecimalType", "EnumType", "ArrayType", "StructType")


def design_schema(sections: Sections | None = None) -> dict[str, Json]:
    """The schema of a saved design: the header, then the fields of ``Domain``; and what the known ones of ``sections`` take.

    ``design_schema(Sections())`` knows every installed section; the published schema knows none.

    >>> design_schema()["required"]
    ['workbench', 'format', 'name']
    """
    schema = Domain.model_json_schema()
    parts: dict[str, Json] = {name: _plain(each) for name, each in schema["$defs"].items()}
    for name in _TYPE_NAMES:
        parts[name]["required"] = ["kind", *parts[name].get("required", [])]
    parts["ScalarType"]["properties"]["name"] = {"enum": [*SCALARS, *SEMANTIC]}
    parts["Expression"] = _EXPRESSION
    parts["Type"] = {
        "description": "a type by its name, as text such as decimal(10, 2), or as an object with a kind",
        "anyOf": [
            {"enum": [*SCALARS, *SEMANTIC]},
            {"type": "string", "pattern": r"^\s*(decimal|array|enum)\s*\("},
            *({"$ref": f"#/$defs/{name}"} for name in _TYPE_NAMES),
        ],
    }
    if sections is not None:
        properties, definitions = sections.json_schemas()
        parts["Domain"]["properties"]["extensions"]["properties"] = properties
        parts |= definitions
    header = {"workbench": {"const": "domain"}, "format": {"const": FORMAT, "description": "the version of the format"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A domain of the workbench",
        **parts["Domain"],
        "required": [*header, *parts["Domain"]["required"]],
        "properties": header | parts["Domain"]["properties"],
        "$defs": {name: parts[name] for name in sorted(parts)},
    }


def schema_text() -> str:
    """The schema as the text of ``FILE``."""
    return layout(design_schema()) + "\n"


def _plain(value: Json, is_named: bool = False) -> Json:
    """``value`` without what Pydantic adds for itself, and with one definition each of types and expressions."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "discriminator" in value:
        rest = {key: each for key, each in value.items() if key not in ("discriminator", "oneOf", "title")}
        return {**rest, "$ref": "#/$defs/Type"}
    if not is_named and value.items() >= _EXPRESSION.items():
        return {"$ref": "#/$defs/Expression"}
    return {key: _plain(each, key == "properties") for key, each in value.items() if is_named or key != "title"}


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")
