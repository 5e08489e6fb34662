"""Pydantic models: one module, a class for each resource, that needs nothing but Pydantic.

A record is one row: its attributes as fields, and what it relates to as optional fields that stay ``None`` until something loads
them. Semantic strings (``email``, ``url``, …) are plain ``str``: Pydantic's own types for them need further packages or change the
text they are given.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from workbench.emit.draft import Draft, Writer
from workbench.emit.pydantic_types import MODULES, RESERVED, Types, bounds, default, digits
from workbench.emit.python_expression import PRELUDE, condition
from workbench.emit.python_text import Names, camel, docstring, snake, string
from workbench.emit.unsaid import report_unsaid
from workbench.model import Attribute, Domain, Rule
from workbench.model.address import dotted
from workbench.model.types import DecimalType
from workbench.relation.stored import Stored, completed, stored, typed

__all__ = ["emit"]

_RECORD = '''\
class Record(BaseModel):
    """A row: no unknown fields, each field by its own name or by that of the design."""

    model_config = ConfigDict(
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        protected_namespaces=(),
    )


'''


def emit(domain: Domain, *, enums: Literal["class", "literal"] = "class", relationships: bool = True) -> Draft:
    """One module, ``models.py``. Enums are classes or ``Literal``; without ``relationships`` records hold attributes only."""
    draft = Draft(libraries=("pydantic",))
    resources = stored(domain, draft.lose)
    module_names = Names(RESERVED)
    classes = {each.resource.name: module_names.take(camel(each.resource.name)) for each in resources}
    module = _Module(completed(domain, resources), draft, classes, module_names, enums == "class", relationships)
    body = Writer("models.py")
    body.add(*_RECORD.split("\n")[:-1])
    for each in resources:
        _Class(each, module).write(body)
    writer = draft.file("models.py")
    writer.add(*docstring(domain.description or f"Records of {domain.label or domain.name}."), "")
    functions = _functions(body.text)
    writer.add(*_imports("\n".join([*functions, body.text])), "")
    if functions:
        writer.add(PRELUDE.partition("\n")[0], "", "", *"\n\n\n".join(functions).split("\n"), "")
    writer.add("")
    writer.append(body)
    report_unsaid(domain, resources, draft, "Pydantic", said=("rules",))
    return draft


def _names(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def _functions(body: str) -> list[str]:
    """The source of the prelude's functions that ``body`` uses."""
    used = _names(body)
    functions = (node for node in ast.parse(PRELUDE).body if isinstance(node, ast.FunctionDef) and node.name in used)
    return [ast.get_source_segment(PRELUDE, node) or "" for node in functions]


def _imports(source: str) -> list[str]:
    used = _names(source)
    plain = {"dt": "import datetime as dt", "operator": "import operator", "re": "import re"}
    lines = [line for name, line in plain.items() if name in used]
    for module, names in MODULES.items():
        found = ", ".join(name for name in names if name in used)
        lines += [*[""] * (module == "pydantic" and bool(lines)), f"from {module} import {found}"] if found else []
    return ["from __future__ import annotations", "", *lines]


@dataclass(frozen=True, slots=True)
class _Module:
    domain: Domain
    draft: Draft
    classes: dict[str, str]
    names: Names
    enum_classes: bool
    relationships: bool


class _Class:
    def __init__(self, record: Stored, module: _Module) -> None:
        self.record, self.module, self.draft, self.classes = record, module, module.draft, module.classes
        self.name = self.classes[record.resource.name]
        self.definitions = Writer("models.py")
        self.types = Types(self.name, module.names, self.draft, self.definitions, module.enum_classes)
        self.annotations = {
            each.name: self.types.annotation(each.type, each.name, record.path_of(each.name))
            for each in record.attributes
        }
        self.names = Names(RESERVED | set(self.classes.values()) | self.types.class_names)
        # Attributes whose own name will do keep it; the others then find one beside them.
        given = sorted(self.annotations, key=lambda name: snake(name) != name)
        self.fields = {name: self.names.take(snake(name)) for name in given}

    def write(self, writer: Writer) -> None:
        """The class, after the enums and structs it uses, stands in ``writer``."""
        resource = self.record.resource
        writer.append(self.definitions)
        with writer.element(self.record.path):
            writer.add(f"class {self.name}(Record):")
            writer.add(*docstring(resource.description or resource.label or f"A row of {resource.name}.", "    "), "")
            for attribute in self.record.attributes:
                with writer.element(self.record.path_of(attribute.name)):
                    writer.add(f"    {self.field(attribute)}")
            for line, path in self.relations() if self.module.relationships else ():
                with writer.element(path):
                    writer.add(f"    {line}")
            for rule in resource.rules:
                path = dotted("resources", resource.name, "rules", rule.name)
                with writer.element(path):
                    writer.add(*self.rule(rule, path))
        writer.add("", "")

    def field(self, attribute: Attribute) -> str:
        """The line that declares ``attribute``."""
        path, name = self.record.path_of(attribute.name), self.fields[attribute.name]
        value, factory = default(attribute, self.types, path, self.draft)
        annotation = "Decimal" if isinstance(attribute.type, DecimalType) else self.annotations[attribute.name]
        if attribute.generated or not self.record.is_required(attribute):
            annotation, value = f"{annotation} | None", value or ("" if factory else "None")
        arguments = bounds(attribute, path, self.draft) + ([factory] if factory else [])
        if isinstance(attribute.type, DecimalType):
            arguments = [*digits(attribute.type), *arguments]
        return _declared(
            name,
            annotation,
            value,
            attribute.name,
            arguments,
            attribute.label,
            attribute.description,
            attribute.sensitive,
        )

    def relations(self) -> list[tuple[str, str]]:
        """A line for each relationship whose other side exists, and its path."""
        found = []
        for each in self.record.resource.relationships:
            path = dotted("resources", self.record.resource.name, "relationships", each.name)
            if each.destination not in self.classes:
                continue
            if each.name in self.fields:
                self.draft.lose(path, "name_taken", "an attribute has the same name", "rename the relationship")
                continue
            name = self.fields[each.name] = self.names.take(snake(each.name))
            other = self.classes[each.destination]
            kind = f"list[{other}]" if each.is_to_many else other
            line = _declared(
                name, f"{kind} | None", "None", each.name, ["repr=False"], each.label, each.description, False
            )
            found.append((line, path))
        return found

    def rule(self, rule: Rule, path: str) -> list[str]:
        """A validator for ``rule``; nothing where Python cannot hold it."""
        if rule.severity != "error" or not {"create", "update"} & set(rule.on):
            why = "only errors on create or update stop a record"
            self.draft.lose(path, "rule_not_carried", f"{why}: {rule.condition}", severity="info")
            return []
        fields = {each.name: f"self.{self.fields[each.name]}" for each in self.record.attributes}
        try:
            code = condition(typed(rule.condition, self.module.domain, self.record.resource), fields)
        except ValueError as reason:
            self.draft.lose(path, "rule_not_carried", str(reason), "the database or the workbench checks it")
            return []
        return [
            "",
            '    @model_validator(mode="after")',
            f"    def {self.names.take('rule_' + snake(rule.name))}(self) -> Self:",
            *docstring(f"{rule.condition}", "        "),
            f"        if {code} is False:",
            f"            raise ValueError({string(rule.message or f'breaks the rule {rule.name}: {rule.condition}')})",
            "        return self",
        ]


def _declared(
    name: str,
    annotation: str,
    value: str,
    original: str,
    arguments: list[str],
    label: str,
    description: str,
    sensitive: bool,
) -> str:
    arguments = [
        *([f"alias={string(original)}"] if name != original else []),
        *arguments,
        *([f"title={string(label)}"] if label else []),
        *([f"description={string(description)}"] if description else []),
        *(["repr=False"] if sensitive else []),
    ]
    kind = f"Annotated[{annotation}, Field({', '.join(arguments)})]" if arguments else annotation
    return f"{name}: {kind}" + (f" = {value}" if value else "")
