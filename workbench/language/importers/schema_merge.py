"""JSON Schemas flattened: references within the document followed, ``allOf`` merged, null told apart from the other alternatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import unquote

from workbench.language.importers.document import Document, Pointer
from workbench.language.json_text import Json

__all__ = ["Flat", "Merger", "Schema"]

Schema: TypeAlias = dict[str, Any]

_MOST_FOLLOWED = 40
_NULL = ({"type": "null"}, {"const": None}, {"enum": [None]})
_OWN = ("$ref", "allOf", "anyOf", "oneOf", "nullable")


@dataclass(frozen=True, slots=True)
class Flat:
    """A schema without references and compositions.

    ``target`` is the definition it refers to, where that is described on its own; ``words`` then has what is said beside the reference.
    ``others`` are the alternatives (``oneOf``, ``anyOf``, several types) that could not be reduced to one.
    """

    words: Schema = field(default_factory=dict)
    is_nullable: bool = False
    target: str = ""
    others: tuple[Flat, ...] = ()


class Merger:
    """Flattens the schemas of one document. ``definitions`` are those with names; ``tell`` learns what is lost: path, code, message, hint."""

    def __init__(
        self, document: Document, definitions: Mapping[str, Pointer], tell: Callable[[str, str, str, str], None]
    ) -> None:
        self.document, self.definitions, self.tell = document, definitions, tell
        self.names = {pointer: name for name, pointer in definitions.items()}
        self.kept: frozenset[str] = frozenset()
        """The definitions that references stop at; the others stand for what they say."""
        self._placed: dict[Pointer, tuple[Flat, tuple[tuple[str, str, str], ...]]] = {}
        self._losses: list[dict[tuple[str, str, str], None]] = []
        self._circles = 0
        self._anchors: dict[str, Pointer] | None = None

    def at(self, pointer: Pointer) -> Json:
        """The value at ``pointer``; None where there is none."""
        value = self.document.value
        for step in pointer:
            if isinstance(value, dict):
                value = value.get(str(step))
            elif isinstance(value, list) and str(step).isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                return None
        return value

    def definition(self, name: str, path: str = "", seen: tuple[Pointer, ...] = ()) -> Flat:
        """A definition by its name, itself flattened."""
        return self.placed(self.definitions[name], path, seen, is_definition=True)

    def lose(self, path: str, code: str, message: str, hint: str = "") -> None:
        """Say what is lost at ``path``; without one, the caller only looks."""
        for each in self._losses[-1:]:
            each[code, message, hint] = None
        if path:
            self.tell(path, code, message, hint)

    def placed(self, pointer: Pointer, path: str, seen: tuple[Pointer, ...], *, is_definition: bool = False) -> Flat:
        """What stands at ``pointer``, flattened once, unless it is part of a circle: then it depends on where one enters."""
        if pointer not in self._placed:
            if len(seen) > _MOST_FOLLOWED:
                return self.circle(path, "what is nested so deep")
            before = self._circles
            self._losses.append({})
            found = self.flat(self.at(pointer), path, (*seen, pointer), is_definition=is_definition)
            losses = self._losses.pop()
            if self._circles > before and seen:
                return found
            self._placed[pointer] = found, tuple(losses)
        found, told = self._placed[pointer]
        for code, message, hint in told:  # whoever looked first may have had no path to tell them at
            self.lose(path, code, message, hint)
        return found

    def circle(self, path: str, what: str) -> Flat:
        """A reference that leads back to itself."""
        self._circles += 1
        self.lose(path, "circular_reference", f"{what} is made of itself", "break the circle")
        return Flat({"x-unknown": True})

    def flat(self, schema: Json, path: str, seen: tuple[Pointer, ...] = (), *, is_definition: bool = False) -> Flat:
        """``schema`` flattened; ``seen`` are the references already followed on the way to it."""
        if not isinstance(schema, dict):
            if schema is False:
                self.lose(path, "nothing_allowed", "no value is allowed here (the schema is false)", "")
            return Flat(is_nullable=True)
        words = {key: value for key, value in schema.items() if key not in _OWN}
        flat = _of_types(words, schema.get("nullable") is True)
        if "$ref" in schema:
            flat = self.both(self.followed(schema["$ref"], path, seen), flat)
        composed: list[Json] = schema["allOf"] if isinstance(schema.get("allOf"), list) else []
        base = Flat()
        for part in composed:
            is_alone = (
                not is_definition and len(composed) == 1 and "properties" not in schema
            )  # the idiom for words beside a reference
            base = self.both(base, self.flat(part, path, seen) if is_alone else self.whole(part, path, seen))
        flat = self.both(base, flat)
        for word in ("oneOf", "anyOf"):
            if isinstance(schema.get(word), list) and schema[word]:
                flat = self.both(self.alternatives(schema[word], path, seen), flat)
        return flat

    def whole(self, schema: Json, path: str, seen: tuple[Pointer, ...]) -> Flat:
        """``schema`` flattened with everything that a definition it refers to says: what ``allOf`` inherits."""
        found = self.flat(schema, path, seen)
        if not found.target:
            return found
        if self.definitions[found.target] in seen:
            return self.circle(path, found.target)
        return self.both(self.definition(found.target, path, seen), Flat(found.words, found.is_nullable))

    def followed(self, reference: Json, path: str, seen: tuple[Pointer, ...]) -> Flat:
        """What a reference stands for."""
        pointer = self.pointer(reference)
        if pointer is None:
            message = (
                f"{str(reference)[:120]!r} lies outside this document, and nothing is fetched; it is carried as json"
            )
            self.lose(path, "remote_reference", message, "bring what it names into the document")
            return Flat({"x-unknown": True})
        name = self.names.get(pointer, "")
        if name and name in self.kept:
            return Flat(target=name)
        if pointer in seen or len(seen) > _MOST_FOLLOWED:
            return self.circle(path, repr(str(reference)[:120]))
        if not isinstance(self.at(pointer), dict | bool):
            message = f"{str(reference)[:120]!r} leads nowhere; it is carried as json"
            self.lose(path, "broken_reference", message, "add the definition, or correct the name")
            return Flat({"x-unknown": True})
        return self.placed(pointer, path, seen, is_definition=bool(name))

    def pointer(self, reference: Json) -> Pointer | None:
        """Where in the document a reference leads; None where it leads out of it."""
        if not isinstance(reference, str):
            return None
        root = self.document.value.get("$id") if isinstance(self.document.value, dict) else None
        if isinstance(root, str) and root and reference.startswith(root):
            reference = reference[len(root) :] or "#"
        if reference in ("#", "#/"):
            return ()
        if reference.startswith("#/"):
            steps = reference[2:].split("/")
            return tuple(unquote(each).replace("~1", "/").replace("~0", "~") for each in steps)
        return self.anchors().get(reference[1:]) if reference.startswith("#") else None

    def anchors(self) -> dict[str, Pointer]:
        """Definitions by their ``$anchor``, or by the fragment that older drafts give as ``$id``."""
        if self._anchors is None:
            self._anchors = {}
            for pointer in self.definitions.values():
                schema = self.at(pointer)
                for key in ("$anchor", "$id", "id"):
                    if isinstance(schema, dict) and isinstance(schema.get(key), str):
                        self._anchors[schema[key].removeprefix("#")] = pointer
        return self._anchors

    def both(self, base: Flat, more: Flat) -> Flat:
        """What ``base`` and ``more`` say together: properties and requirements of both, of all else what ``more`` says."""
        words = {**base.words, **more.words}
        for key in ("properties", "x-workbench-references", "x-workbench-identities"):
            if isinstance(base.words.get(key), dict) and isinstance(more.words.get(key), dict):
                words[key] = {**base.words[key], **more.words[key]}
        if isinstance(base.words.get("required"), list) and isinstance(more.words.get("required"), list):
            words["required"] = [*base.words["required"], *more.words["required"]]
        return Flat(words, base.is_nullable or more.is_nullable, base.target or more.target, base.others or more.others)

    def alternatives(self, schemas: list[Json], path: str, seen: tuple[Pointer, ...]) -> Flat:
        """One of several schemas: null makes it nullable, listed texts make an enum; anything else stays several."""
        real = [each for each in schemas if each not in _NULL]
        found = list({id(each): each for each in (self.flat(each, path, seen) for each in real)}.values())
        is_nullable = len(real) < len(schemas) or any(each.is_nullable for each in found)
        if len(found) == 1:
            return Flat(found[0].words, is_nullable, found[0].target, found[0].others)
        if found and all(_is_listed(each) for each in found):
            values = [value for each in found for value in each.words.get("enum", [each.words.get("const")])]
            labels = {
                each.words["const"]: each.words["title"] for each in found if {"const", "title"} <= each.words.keys()
            }
            return Flat({"enum": values, "x-labels": labels}, is_nullable)
        kinds = [each.words.get("type") for each in found]
        if sorted(map(str, kinds)) == ["number", "string"] and not any(each.words.get("format") for each in found):
            return Flat({"type": "number", "format": "decimal"}, is_nullable)
        return Flat(is_nullable=is_nullable, others=tuple(found)) if found else Flat(is_nullable=True)


def _is_listed(flat: Flat) -> bool:
    values = flat.words.get("enum", [flat.words.get("const")])
    return (
        not flat.target and isinstance(values, list) and bool(values) and all(isinstance(each, str) for each in values)
    )


def _of_types(words: Schema, is_nullable: bool) -> Flat:
    """``words`` with at most one type, and no null among the values."""
    types = words.get("type")
    others: tuple[Flat, ...] = ()
    if isinstance(types, list):
        kinds = [each for each in dict.fromkeys(map(str, types)) if each != "null"]
        is_nullable = is_nullable or "null" in types
        kinds = ["number"] if sorted(kinds) == ["integer", "number"] else kinds
        words = {key: value for key, value in words.items() if key != "type"}
        if len(kinds) == 1:
            words["type"] = kinds[0]
        else:
            others = tuple(Flat({"type": each}) for each in kinds)
    if isinstance(words.get("enum"), list) and None in words["enum"]:
        words = words | {"enum": [each for each in words["enum"] if each is not None]}
        is_nullable = True
    if "const" in words and words["const"] is None:
        words, is_nullable = {key: value for key, value in words.items() if key != "const"}, True
    return Flat(words, is_nullable, "", others)
