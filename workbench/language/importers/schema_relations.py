"""References between schemas, and lists of them, as links: who holds the key, what leads back, what joins."""

from __future__ import annotations

from workbench.language.importers.naming import joined, singular, snake
from workbench.language.importers.schema_merge import Merger, Schema
from workbench.language.importers.sketch import Link, Sketch
from workbench.model.address import dotted

__all__ = ["GENERIC", "SchemaRelations"]

GENERIC = ("id", "_id", "uuid", "guid")
"""Names that identify whatever has them."""


class SchemaRelations:
    """References as found (``single``: owner and link) and lists of them (``many``: owner, property, target, line)."""

    def __init__(self, sketch: Sketch, merger: Merger) -> None:
        self.sketch, self.merger = sketch, merger
        self.words: dict[str, Schema] = {}
        self.single: list[tuple[str, Link]] = []
        self.many: list[tuple[str, str, str, int | None]] = []

    def holding(self, name: str, property_: str, target: str) -> tuple[str, ...]:
        """The property beside ``property_`` that holds the key of what it refers to: ``customerId`` beside ``customer``."""
        words, there = self.words[name]["properties"], self.words[target]["properties"]
        key = self.sketch.entities[target].key
        if len(key) != 1:
            return ()
        plain = {joined(each): each for each in reversed(words)}
        wanted = [joined(property_ + key[0]), joined(property_ + "id")]
        wanted += [joined(key[0])] if key[0] not in GENERIC and name != target else []
        for found in (plain[each] for each in wanted if each in plain):
            kinds = {
                str(self.merger.flat(schema, "").words.get("type")) for schema in (words[found], there.get(key[0]))
            }
            if len(kinds) == 1 and (found,) != self.sketch.entities[name].key:
                return (found,)
        return ()

    def relate(self) -> None:
        """References with attributes of their own stand; the others, and lists, are their ways back, or imply a reference."""
        loose = [each for each in self.single if not each[1].columns]
        for name, link in self.single:
            if link.columns:
                self.sketch.entities[name].links.append(link)
        for name, link in loose:
            self.settle(name, link, loose)
        done: set[int] = set()
        for number, (name, property_, target, line) in enumerate(self.many):
            if number in done:
                continue
            back = self.way_back(target, name)
            mirrored = next(
                (n for n, each in enumerate(self.many) if n > number and (each[0], each[2]) == (target, name)), None
            )
            if back is not None:
                back.back = property_
            elif mirrored is not None and target != name and mirrored not in done:
                done.add(mirrored)
                self.sketch.join((name, target), (property_, self.many[mirrored][1]), line=line)
            else:
                self.imply(name, property_, target, line)

    def way_back(self, holder: str, target: str) -> Link | None:
        """A reference of ``holder`` to ``target`` that no way back is named for yet."""
        return next(
            (each for each in self.sketch.entities[holder].links if each.target == target and not each.back), None
        )

    def settle(self, name: str, link: Link, loose: list[tuple[str, Link]]) -> None:
        """A reference without an attribute of its own: the way back of another, or a new one, held by whoever can."""
        target = self.sketch.entities[link.target]
        back = self.way_back(link.target, name) if link.target != name else None
        later = next((each for owner, each in loose if owner == link.target and each.target == name), None)
        if back is not None and (back.columns or not link.required):
            back.back, back.is_single = link.name, True
        elif not target.key and self.sketch.entities[name].key:
            self.imply(name, link.name, link.target, link.line, is_single=True)
        elif not link.required and later is not None and later.required and link.target != name:
            target.links.append(later)
            later.back, later.is_single = link.name, True
        elif not any(each is link for each in self.sketch.entities[name].links):
            self.sketch.entities[name].links.append(link)

    def imply(self, name: str, property_: str, target: str, line: int | None, *, is_single: bool = False) -> None:
        """``target`` refers to ``name``, whose property leads back."""
        path = dotted("resources", name, "relationships", property_)
        if not self.sketch.entities[name].key:
            message = f"{name} has no key that {target} could refer to; the list is left out"
            self.sketch.tell(path, "bad_reference", message, "give it a key", line=line)
            return
        called = snake(singular(name)) if self.sketch.keeps_names or name[:1].islower() else _camel(singular(name))
        taken = {each.name for each in self.sketch.entities[target].links} | self.words[target]["properties"].keys()
        columns = self.holding(target, called, name)
        wanted = f"{called}_of_{property_}" if target == name or called in taken else called
        made = Link(name, columns, (), wanted, back=property_, is_single=is_single, line=line)
        self.sketch.entities[target].links.append(made)
        if not is_single:
            message = f"a list of {target} is taken for one to many: each {target} refers to one {name} at most"
            hint = "make it many_to_many where several share one"
            self.sketch.tell(path, "way_back_assumed", message, hint, severity="info", line=line)


def _camel(text: str) -> str:
    """``text`` with its first letter in lower case, unless it is an abbreviation."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
