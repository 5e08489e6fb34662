"""Definitions of JSON Schemas as entities: what has identity becomes one, what has none is part of whatever holds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.errors import VerificationError
from workbench.expression.parser import parse
from workbench.language.importers.document import Document, Pointer
from workbench.language.importers.naming import is_name, joined, singular
from workbench.language.importers.schema_merge import Flat, Merger, Schema
from workbench.language.importers.schema_relations import GENERIC, SchemaRelations
from workbench.language.importers.schema_types import constraints, described, labelled, plain_type
from workbench.language.importers.shapes import JSON, constant_of, struct
from workbench.language.importers.sketch import Entity, Link, Part, Sketch, Unique
from workbench.model import ArrayType, Type
from workbench.model.address import dotted
from workbench.model.expression import Node
from workbench.model.types import storage

__all__ = ["SchemaEntities"]

_MOST_FIELDS, _MOST_NESTED = 300, 8
_PARTS_KEEP = frozenset(
    (
        "type",
        "title",
        "description",
        "properties",
        "items",
        "format",
        "enum",
        "const",
        "additionalProperties",
        "x-labels",
    )
)
"""What a part of a struct can say; the rest is lost there."""
_UNSAID = (
    "if", "then", "else", "not", "dependentRequired", "dependentSchemas", "dependencies", "patternProperties", "propertyNames",
    "unevaluatedProperties", "minProperties", "maxProperties", "discriminator",
)  # fmt: skip
_UNSAID_OF_LISTS = (
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "prefixItems",
    "minContains",
    "maxContains",
    "additionalItems",
)


class SchemaEntities:
    """The definitions of one document, told apart and put into ``sketch``.

    ``definitions`` are those with names; ``left_out`` has those that are no resources, each with the reason.
    """

    def __init__(
        self,
        document: Document,
        definitions: Mapping[str, Pointer],
        sketch: Sketch,
        left_out: Mapping[str, str] | None = None,
    ) -> None:
        self.document, self.definitions, self.sketch = document, definitions, sketch
        self.left_out = dict(left_out or {})
        self.merger = Merger(document, definitions, self.tell)
        self.relations = SchemaRelations(sketch, self.merger)
        self.assumed: list[str] = []
        self.lines: dict[str, int | None] = {}
        self.lost_parts: dict[str, dict[str, None]] = {}

    def tell(self, path: str, code: str, message: str, hint: str = "", severity: Any = "warning") -> None:
        """Note what is lost, with the line of the place where it stands."""
        place = path
        while place and place not in self.lines:
            place = place.rpartition(".")[0]
        self.sketch.tell(path, code, message, hint, severity=severity, line=self.lines.get(place))

    def read(self) -> None:
        """Every definition is an entity, a part of others, or left out; the sketch knows which."""
        for name, pointer in self.definitions.items():
            self.lines[dotted("resources", name)] = self.document.line(pointer)
        objects = self.objects()
        self.merger.kept = frozenset(objects)
        for name in set(objects) & self.bases():
            self.left_out[name] = "only others are made of it"
            message = f"{name} is only what others are made of; it is no resource"
            self.tell(dotted("resources", name), "base_left_out", message, "", "info")
        flats = {name: self.merger.definition(name, dotted("resources", name)) for name in objects}
        keys = {name: self.key(name, flat.words) for name, flat in flats.items() if name not in self.left_out}
        self.flats = flats
        self.relations.words = {name: flat.words for name, flat in flats.items()}
        self.values = set() if self.sketch.keeps_names else self.embeddable(keys)
        for name in keys:
            if name not in self.values:
                self.sketch.add(Entity(name, key=keys[name]))
        for name in self.sketch.entities:
            self.entity(name, flats[name].words)
        self.relations.relate()
        self.tell_assumed()
        for path, lost in self.lost_parts.items():
            if lost:
                message = f"the parts of a struct have types only: {', '.join(lost)} are not carried"
                self.tell(path, "parts_only_typed", message, "", "info")

    def objects(self) -> list[str]:
        """The definitions that have properties; of an export of ours, all of them."""
        found = []
        whole = Merger(self.document, self.definitions, self.tell)
        for name in self.definitions:
            words = whole.definition(name).words
            if isinstance(words.get("properties"), dict) and (
                words["properties"] or words.get("additionalProperties") is False
            ):
                found.append(name)
        return found

    def bases(self) -> set[str]:
        """The definitions that others inherit by ``allOf``, and nothing else in the document refers to."""
        inherited: set[str] = set()
        named: set[str] = set()
        waiting: list[tuple[Any, bool]] = [(self.document.value, False)]
        seen: set[int] = set()
        while waiting:
            value, is_base = waiting.pop()
            if isinstance(value, dict):
                if "$ref" in value:
                    name = self.merger.names.get(self.merger.pointer(value["$ref"]) or (), "")
                    (inherited if is_base else named).add(name)
                if id(value) not in seen:
                    seen.add(id(value))
                    several = isinstance(value.get("allOf"), list) and (
                        len(value["allOf"]) > 1 or "properties" in value
                    )
                    waiting += [(each, False) for key, each in value.items() if key != "allOf" or not several]
                    waiting += [(each, True) for each in value["allOf"]] if several else []
            elif isinstance(value, list):
                waiting += [(each, False) for each in value]
        return inherited - named

    def embeddable(self, keys: Mapping[str, tuple[str, ...]]) -> set[str]:
        """The definitions that are values: they have no key, are part of something else, and refer to values alone."""
        used = self.used(self.flats)
        found = {name for name in keys if not keys[name] and used.get(name, set()) - {name}}
        while beyond := {name for name in found if set(self.targets(self.flats[name])) & (keys.keys() - found)}:
            found -= beyond
        return found

    def used(self, flats: Mapping[str, Flat]) -> dict[str, set[str]]:
        """Definition -> the definitions that refer to it by a property; those left out do not count."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, flat in flats.items():
            for target in self.targets(flat) if name not in self.left_out else ():
                found[target].add(name)
        return found

    def targets(self, flat: Flat, depth: int = 0, seen: dict[int, Flat] | None = None) -> Iterator[str]:
        """The definitions that a schema refers to, inside what it describes itself too."""
        seen = {} if seen is None else seen
        if id(flat) in seen or depth > _MOST_NESTED:
            return
        seen[id(flat)] = flat
        if flat.target:
            yield flat.target
            return
        for other in flat.others:
            yield from self.targets(other, depth, seen)
        properties = flat.words.get("properties")
        for each in [*(properties.values() if isinstance(properties, dict) else ()), flat.words.get("items")]:
            if isinstance(each, dict):
                yield from self.targets(self.merger.flat(each, ""), depth + 1, seen)

    # Keys.

    def key(self, name: str, words: Schema) -> tuple[str, ...]:
        """The properties that identify one: those an export of ours names, else one called like an identifier."""
        properties: Schema = words["properties"]
        if isinstance(own := words.get("x-workbench-key"), list):
            return tuple(map(str, own))
        plain = {joined(each): each for each in reversed(properties)}
        word = joined(name)
        wanted = [*GENERIC, *(f"{each}{ending}" for each in (word, singular(word)) for ending in ("id", "uuid"))]
        if self.sketch.keeps_names:
            return ()
        for each in wanted:
            found = each if each in properties else plain.get(each, "")
            if found and self.is_identifier(properties[found]):
                self.assumed.append(dotted("resources", name, "attributes", found))
                return (found,)
        return ()

    def is_identifier(self, schema: Any) -> bool:
        """Whether a property can tell one from another: a number or a text, and no list of values."""
        flat = self.merger.flat(schema, "")
        return (
            not flat.target
            and not flat.others
            and flat.words.get("type") in ("string", "integer")
            and "enum" not in flat.words
        )

    def tell_assumed(self) -> None:
        """Say which keys are a guess."""
        if self.assumed:
            some = ", ".join(self.assumed[:8]) + (f" and {len(self.assumed) - 8} more" if len(self.assumed) > 8 else "")
            message = f"schemas have no keys; taken for keys: {some}"
            hint = "correct the key where it is another"
            self.sketch.tell(self.sketch.name, "key_assumed", message, hint, severity="info")

    # Entities.

    def entity(self, name: str, words: Schema) -> None:
        """A definition with its properties, identities and references."""
        entity = self.sketch.entities[name]
        pointer = self.definitions[name]
        path = dotted("resources", name)
        entity.label, entity.description = labelled(words, name), described(words)
        entity.line = self.document.line(pointer)
        self.tell_unsaid(words, path, _UNSAID)
        required = {str(each) for each in words["required"]} if isinstance(words.get("required"), list) else set()
        for property_, schema in words["properties"].items():
            own = dotted("resources", name, "attributes", property_)
            self.lines[own] = self.document.line((*pointer, "properties", property_))
            self.property(entity, property_, schema, property_ in required, own)
        for each in required - words["properties"].keys():
            self.tell(path, "unknown_attribute", f"{each!r:.80} is required and not described; it is left out", "")
        self.declared(entity, words)

    def tell_unsaid(self, words: Schema, path: str, keys: tuple[str, ...]) -> None:
        """Note which of ``keys`` a schema says."""
        found = [key for key in keys if key in words]
        if found:
            self.tell(path, "not_carried", f"the vocabulary has no words for {', '.join(found)}", "say it as a rule")
        if (
            isinstance(words.get("additionalProperties"), dict)
            and words["additionalProperties"]
            and "properties" in words
        ):
            self.tell(path, "not_carried", "further properties of any name are not carried", "", "info")

    def declared(self, entity: Entity, words: Schema) -> None:
        """Identities and references as an export of ours notes them."""
        identities, references = (words.get(f"x-workbench-{each}") for each in ("identities", "references"))
        for name, said in identities.items() if isinstance(identities, dict) else ():
            parts, where = (said.get("attributes"), said.get("where")) if isinstance(said, dict) else (said, None)
            condition = self.condition(entity, where)
            if isinstance(parts, list) and (where is None) == (condition is None):
                entity.unique.append(Unique(tuple(map(str, parts)), name, condition))
        for name, said in references.items() if isinstance(references, dict) else ():
            if isinstance(said, dict) and isinstance(said.get("attributes"), list):
                target = self.merger.names.get(
                    self.merger.pointer(said.get("destination")) or (), str(said.get("destination"))
                )
                there = said.get("destination_attributes")
                made = Link(target, tuple(map(str, said["attributes"])), name=name, line=entity.line)
                made.target_columns = tuple(map(str, there)) if isinstance(there, list) else ()
                made.is_enforced = said.get("enforced") is not False
                made.required = None if made.is_enforced else False
                entity.links.append(made)

    def condition(self, entity: Entity, text: Any) -> Node | None:
        """An expression of ours that a note holds; None where there is none, or it is none."""
        try:
            return None if text is None else parse(str(text))
        except VerificationError as error:
            path = dotted("resources", entity.name)
            self.tell(path, "bad_expression", f"{str(text)[:80]!r} is no condition: {error.problems[0].message}", "")
            return None

    def property(self, entity: Entity, name: str, schema: Any, is_required: bool, path: str) -> None:
        """One property: an attribute, or a relationship where it refers to what has identity."""
        flat = self.merger.flat(schema, path)
        line = self.lines.get(path)
        required = is_required and not flat.is_nullable
        if self.is_entity(flat.target):
            columns = self.relations.holding(entity.name, name, flat.target)
            link = Link(flat.target, columns, (), name, required, line=line)
            link.label, link.description = labelled(flat.words, name), described(flat.words)
            self.relations.single.append((entity.name, link))
            return
        listed = self.listed(flat)
        if listed is not None and self.is_entity(listed.target):
            self.tell_unsaid(flat.words, path, _UNSAID_OF_LISTS)
            self.relations.many.append((entity.name, name, listed.target, line))
            return
        if not is_name(name):
            self.tell(
                path, "bad_name", f"a property called {name[:80]!r} cannot be an attribute; it is left out", "rename it"
            )
            return
        entity.add(self.part(entity, name, flat, required, path, line))

    def is_entity(self, name: str) -> bool:
        """Whether a definition stands for itself."""
        return name in self.sketch.entities

    def listed(self, flat: Flat) -> Flat | None:
        """What a list is of; None where it is no list."""
        items = flat.words.get("items")
        return self.merger.flat(items, "") if isinstance(items, dict) and not flat.target else None

    def part(self, entity: Entity, name: str, flat: Flat, required: bool, path: str, line: int | None) -> Part:
        """A property as an attribute, its rules among those of the entity."""
        words = flat.words
        type_ = self.type(flat, path, (), [0])
        bounds, rules = constraints(words, type_, name, path, self.tell)
        entity.rules += rules
        if storage(type_) == "array":
            self.tell_unsaid(words, path, _UNSAID_OF_LISTS)
        default = None
        if "default" in words and words["default"] is not None:
            default = constant_of(words["default"], type_)
            if default is None:
                shown, is_empty = str(words["default"])[:80], not words["default"] and storage(type_) == "array"
                message = f"the default {shown!r} cannot be said of {type_}"
                self.tell(path, "default_not_carried", message, "", "info" if is_empty else "warning")
        generated = words.get("readOnly") is True
        return Part(
            name,
            type_,
            required=required or (not flat.is_nullable and (default is not None or generated)),
            default=default,
            constraints=bounds,
            label=labelled(words, name),
            description=described(words),
            sensitive=words.get("x-workbench-sensitive") is True or words.get("format") == "password",
            private=words.get("x-workbench-private") is True or words.get("writeOnly") is True,
            generated=generated,
            called=str(words.get("x-called", "")),
            line=line,
        )

    # Types of parts.

    def type(self, flat: Flat, path: str, inside: tuple[str, ...], size: list[int]) -> Type:
        """The type of a value; what has parts is a struct while it is small."""
        if flat.target:
            return self.embedded(flat.target, path, inside, size)
        plain = plain_type(flat, path, self.tell)
        if plain is not None:
            return plain
        words = flat.words
        if words.get("type") == "array" or "items" in words:
            item = words.get("items")
            if len(inside) >= _MOST_NESTED:
                return self.cut(path, "lists and objects are nested too deep")
            inner = self.merger.flat(item, path) if isinstance(item, dict) else Flat()
            return ArrayType(item=self.type(inner, path, (*inside, ""), size))
        if not isinstance(words.get("properties"), dict) or not words["properties"]:
            if words.get("additionalProperties") not in (None, True, False, {}):
                self.tell(path, "map_not_carried", "a map from any name to a value is carried as json", "", "info")
            return JSON
        return self.struct(words, path, inside, size)

    def cut(self, path: str, why: str) -> Type:
        """What goes no deeper is json."""
        self.tell(path, "too_deep", f"{why}; it is carried as json", "give the inner part an id of its own")
        return JSON

    def embedded(self, target: str, path: str, inside: tuple[str, ...], size: list[int]) -> Type:
        """A definition without identity, as part of the value that refers to it."""
        if target in self.left_out or target in inside:
            what = "contains itself" if target in inside else "was left out"
            return self.cut(path, f"{target} {what}")
        if self.is_entity(target):
            self.tell(
                path,
                "reference_inside",
                f"a reference to {target} inside a value is carried as json",
                "give the value an id",
            )
            return JSON
        flat = self.flats.get(target)
        if flat is None or len(inside) >= _MOST_NESTED:
            return self.cut(path, "objects are nested too deep")
        return self.struct(flat.words, path, (*inside, target), size)

    def struct(self, words: Schema, path: str, inside: tuple[str, ...], size: list[int]) -> Type:
        """An object with named parts; ``size`` counts them all."""
        if len(inside) >= _MOST_NESTED or size[0] + len(words["properties"]) > _MOST_FIELDS:
            return self.cut(path, f"a value of more than {_MOST_FIELDS} parts, or {_MOST_NESTED} levels")
        size[0] += len(words["properties"])
        fields = []
        lost = self.lost_parts.setdefault(path, {})
        lost |= dict.fromkeys(["required"] if words.get("required") else [])
        for name, schema in words["properties"].items():
            flat = self.merger.flat(schema, path)
            lost |= dict.fromkeys(
                key for key in flat.words if key not in _PARTS_KEEP and not key.startswith(("x-", "example"))
            )
            fields.append((name, self.type(flat, path, inside or ("",), size)))
        return struct(fields)
