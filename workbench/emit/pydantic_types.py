"""Types, bounds and defaults as Pydantic writes them."""

from __future__ import annotations

from pydantic import BaseModel

from workbench.emit.draft import Draft, Writer
from workbench.emit.python_text import Names, camel, constant_name, python_constant, snake, string
from workbench.emit.regex import whole_match
from workbench.model import Attribute
from workbench.model.expression import Call
from workbench.model.types import ArrayType, DecimalType, EnumType, ScalarType, StructType, Type, storage
from workbench.model.verify.constants import constant

__all__ = ["MODULES", "RESERVED", "Types", "bounds", "default", "digits"]

_SCALARS = {
    "string": "str", "text": "str", "integer": "int", "float": "float", "decimal": "Decimal", "boolean": "bool", "date": "dt.date",
    "time": "dt.time", "timestamp": "AwareDatetime", "local_timestamp": "NaiveDatetime", "duration": "dt.timedelta", "uuid": "UUID",
    "json": "JsonValue", "binary": "bytes",
}  # fmt: skip
_ORDERED = frozenset(("integer", "float", "decimal", "date", "time", "timestamp", "local_timestamp"))
_COMPUTED = {"now": "lambda: dt.datetime.now(dt.UTC)", "today": "lambda: dt.datetime.now(dt.UTC).date()"}


class Types:
    """Annotations for one class; enums and structs become classes of their own, written to ``definitions``."""

    def __init__(self, owner: str, module_names: Names, draft: Draft, definitions: Writer, enum_classes: bool) -> None:
        self.owner, self.module_names, self.draft = owner, module_names, draft
        self.definitions, self.enum_classes = definitions, enum_classes
        self.class_names: set[str] = set()
        self._members: dict[tuple[str, str], str] = {}

    def annotation(self, type_: Type, name: str, path: str) -> str:
        """The annotation of a value of ``type_`` that the attribute at ``path``, called ``name``, holds."""
        match type_:
            case EnumType():
                return self._enum(type_, name, path)
            case ArrayType(item=item):
                return f"list[{self.annotation(item, name, path)}]"
            case StructType():
                return self._struct(type_, name, path)
            case DecimalType():
                return f"Annotated[Decimal, Field({', '.join(digits(type_))})]"
            case ScalarType(name=word) if word != storage(type_) and storage(type_) == "string":
                self.draft.lose(
                    path, "semantic_type_plain", f"{word} is a plain string: its form is not checked", severity="info"
                )
        return _SCALARS[storage(type_)]

    def constant(self, value: str, type_: EnumType, path: str) -> str | None:
        """Source for one value of the enum at ``path``."""
        return self._members.get((path, value), string(value)) if value in type_.names else None

    def _class(self, name: str) -> str:
        made = self.module_names.take(self.owner + camel(name))
        self.class_names.add(made)
        return made

    def _enum(self, type_: EnumType, name: str, path: str) -> str:
        values = tuple(dict.fromkeys(type_.names))
        if not self.enum_classes:
            return f"Literal[{', '.join(map(string, values))}]"
        made, members = self._class(name), Names(("MRO",))
        with self.definitions.element(path):
            self.definitions.add(f"class {made}(StrEnum):", f'    """Values of {_in_words(path)}."""', "")
            for value in values:
                member = members.take(constant_name(value))
                self._members[path, value] = f"{made}.{member}"
                self.definitions.add(f"    {member} = {string(value)}")
            self.definitions.add("", "")
        return made

    def _struct(self, type_: StructType, name: str, path: str) -> str:
        made, names = self._class(name), Names(self.class_names | RESERVED)
        lines = [f"class {made}(Record):", f'    """Parts of {_in_words(path)}."""', ""]
        for part in type_.fields:
            own = names.take(snake(part.name))
            alias = "" if own == part.name else f"Field(alias={string(part.name)})"
            kind = f"{self.annotation(part.type, f'{name} {part.name}', path)} | None"
            lines.append(f"    {own}: {f'Annotated[{kind}, {alias}]' if alias else kind} = None")
        with self.definitions.element(path):
            self.definitions.add(*lines, "", "")
        return made


MODULES: dict[str, tuple[str, ...]] = {
    "collections.abc": ("Callable",),
    "decimal": ("Decimal", "localcontext"),
    "enum": ("StrEnum",),
    "typing": ("Annotated", "Any", "Literal", "Self"),
    "uuid": ("UUID",),
    "pydantic": ("AwareDatetime", "BaseModel", "ConfigDict", "Field", "JsonValue", "NaiveDatetime", "model_validator"),
}
"""What a module may import, beside ``datetime as dt``, ``operator`` and ``re``."""

RESERVED = frozenset(
    (
        *(name for names in MODULES.values() for name in names),
        *(name for name in dir(BaseModel) if not name.startswith("_")),
        "dt", "operator", "re", "Record", "ValueError", "self", "cls", "str", "int", "float", "bool", "bytes", "list",
    )
)  # fmt: skip
"""What the module itself and ``BaseModel`` are called by: a class or field of such a name would hide it."""


def digits(type_: DecimalType) -> list[str]:
    """The arguments of ``Field`` that hold a decimal's digits."""
    return [f"max_digits={type_.precision}", f"decimal_places={type_.scale}"]


def bounds(attribute: Attribute, path: str, draft: Draft) -> list[str]:
    """The arguments of ``Field`` that hold an attribute's constraints."""
    limits, kind = attribute.constraints, storage(attribute.type)
    is_text = kind in ("string", "text") and not isinstance(attribute.type, EnumType)
    found: list[str] = []
    for word, length in (("min_length", limits.min_length), ("max_length", limits.max_length)):
        if length is not None and is_text:
            found.append(f"{word}={length}")
        elif length is not None:
            draft.lose(path, "bound_not_carried", f"Pydantic has no {word} for {attribute.type}")
    if limits.pattern:
        pattern = whole_match(limits.pattern) if is_text else None
        found += [f"pattern={string(pattern)}"] if pattern is not None else []
        if pattern is None:
            draft.lose(
                path, "pattern_not_carried", f"Pydantic's patterns cannot say {limits.pattern!r} of {attribute.type}"
            )
    for word, node in (("ge", limits.minimum), ("le", limits.maximum)):
        if node is None:
            continue
        bound = constant(node)
        source = python_constant(bound.value, attribute.type) if bound is not None and kind in _ORDERED else None
        found += [f"{word}={source}"] if source is not None else []
        if source is None:
            draft.lose(path, "bound_not_carried", f"Pydantic cannot hold the bound {node} of {attribute.type}")
    return found


def default(attribute: Attribute, types: Types, path: str, draft: Draft) -> tuple[str, str]:
    """The default value as source, and the argument of ``Field`` that computes it; each empty when there is none."""
    node = attribute.default
    if node is None:
        return "", ""
    if isinstance(node, Call) and not node.arguments and node.function in _COMPUTED:
        if storage(attribute.type) == {"now": "timestamp", "today": "date"}[node.function]:
            return "", f"default_factory={_COMPUTED[node.function]}"
    else:
        found = constant(node)
        value = None if found is None else found.value
        if isinstance(attribute.type, EnumType):
            source = types.constant(value, attribute.type, path) if isinstance(value, str) else None
        else:
            source = python_constant(value, attribute.type)
        if source is not None:
            return source, ""
    draft.lose(path, "default_not_carried", f"Python cannot say the default {node} of {attribute.type}")
    return "", ""


def _in_words(path: str) -> str:
    """A path inside a docstring."""
    return "".join(c if c.isprintable() and c not in '"\\' else "." for c in path)
