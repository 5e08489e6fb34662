"""Mermaid ER diagrams: entities, and lines whose ends say who holds which key to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.language.importers.mermaid_text import Diagram, DrawnAttribute, DrawnEntity, DrawnLine
from workbench.language.importers.naming import is_name, role, singular, snake, usable
from workbench.language.importers.shapes import STRING, decimal, length_of, scalar
from workbench.language.importers.sketch import Entity, Link, Part, Sketch, Unique
from workbench.language.importers.source import wrong_kind
from workbench.model import ArrayType, Constraints, Type
from workbench.model.address import dotted
from workbench.model.types import parse_type, storage
from workbench.relation.native_types import from_native

__all__ = ["read"]

_GENERIC = ("id", "uuid", "code", "number", "key")
_ONE = ("one", "zero_or_one")


def read(text: str, name: str) -> Sketch:
    """The entities of a Mermaid ``erDiagram``, perhaps inside Markdown, as a sketch."""
    diagram = Diagram(text, name)
    if not diagram.is_one:
        raise wrong_kind("mermaid", text, name, "begins with 'erDiagram'")
    sketch = Sketch(diagram.title if is_name(diagram.title) else name)
    sketch.description = diagram.description
    sketch.problems += diagram.problems
    for drawn in diagram.entities.values():
        sketch.add(_entity(drawn, sketch))
    _Lines(sketch, diagram).link()
    return sketch


def _entity(drawn: DrawnEntity, sketch: Sketch) -> Entity:
    entity = Entity(drawn.name, label=drawn.alias, line=drawn.line)
    for each in drawn.attributes:
        path = dotted("resources", drawn.name, "attributes", each.name)
        name, comment = _named(each)
        part = Part(name, _type(each.type, path, each.line, sketch), description=comment, line=each.line)
        if "(" in each.type:
            part.constraints = Constraints(max_length=length_of(each.type))
        if not is_name(name) or not entity.add(part):
            sketch.tell(
                path,
                "duplicate_attribute",
                "the attribute is drawn twice; the first counts",
                "rename it",
                line=each.line,
            )
            continue
        if "PK" in each.marks:
            entity.key = (*entity.key, name)
        if "UK" in each.marks:
            entity.unique.append(Unique((name,)))
    return entity


def _named(drawn: DrawnAttribute) -> tuple[str, str]:
    """An attribute's own name, which an export of ours puts before the comment where Mermaid cannot take it, and the comment."""
    head, _, rest = drawn.comment.partition(": ")
    word = re.sub(r"[^A-Za-z0-9]+", "_", head).strip("_")[:40]
    is_ours = (
        head != drawn.name
        and word
        and re.sub(r"_\d+\Z", "", drawn.name).casefold() == word.casefold()
        and is_name(head)
    )
    return (head, rest) if is_ours else (drawn.name, drawn.comment)


def _type(text: str, path: str, line: int, sketch: Sketch) -> Type:
    """What a type means: one of ours, as our export writes it, or a database's."""
    if text.endswith("[]"):
        return ArrayType(item=_type(text.removesuffix("[]"), path, line, sketch))
    if match := re.match(r"(?:array|list)_(.+)\Z", text):
        return ArrayType(item=_type(match[1], path, line, sketch))
    if match := re.match(r"decimal_(\d{1,2})_(\d{1,2})\Z", text):
        return decimal(int(match[1]), int(match[2]))
    if re.match(r"(?:enum|struct)_\d+\Z", text) or text == "enum":
        kind = text.partition("_")[0]
        what = "values" if kind == "enum" else "parts"
        sketch.tell(
            path,
            f"{what}_not_drawn",
            f"a diagram does not show the {what} of the {kind}",
            f"list the {what}",
            line=line,
        )
        return STRING if kind == "enum" else scalar("json")
    for each in (text, text.lower()):
        try:
            return parse_type(each)
        except ValueError:
            continue
    found = from_native(text.replace("-", " "))
    if found is None:
        sketch.tell(
            path,
            "unknown_type",
            f"the type {text[:80]!r} is not known; it is taken for text",
            severity="info",
            line=line,
        )
    return found or STRING


class _Lines:
    """Lines become links: first the ends are told apart, then the attributes found that hold each key."""

    def __init__(self, sketch: Sketch, diagram: Diagram) -> None:
        self.sketch, self.lines = sketch, diagram.lines
        self.marked = {
            name: {_named(each)[0] for each in drawn.attributes if "FK" in each.marks}
            for name, drawn in diagram.entities.items()
        }
        self.assumed: list[str] = []
        self.is_ours = diagram.is_ours

    def link(self) -> None:
        """Every line is a link of the entity that holds the key, or a joining entity."""
        pending: list[tuple[Entity, Link]] = []
        for line in self.lines:
            left, right = self.sketch.entities[line.left], self.sketch.entities[line.right]
            if line.left_end not in _ONE and line.right_end not in _ONE:
                self.give_key(left)
                self.give_key(right)
                self.sketch.join((left.name, right.name), line=line.line)
                continue
            made = self.one(line, left, right)
            pending.append(made)
        self.find_columns(pending)
        for holder, link in pending:
            holder.links.append(link)
        if self.assumed:
            some = ", ".join(self.assumed[:8]) + (f" and {len(self.assumed) - 8} more" if len(self.assumed) > 8 else "")
            message = f"without a key that others could refer to: {some}; one called 'id' is added or taken"
            self.sketch.tell(self.sketch.name, "key_assumed", message, "mark the key with PK", severity="info")

    def one(self, line: DrawnLine, left: Entity, right: Entity) -> tuple[Entity, Link]:
        """The entity that holds the key of the other, and the link."""
        is_left = self.is_held_left(line, left, right)
        holder, target = (left, right) if is_left else (right, left)
        holder_end, target_end = (line.left_end, line.right_end) if is_left else (line.right_end, line.left_end)
        self.give_key(target)
        if holder_end in ("one_or_many", "one"):
            message = f"that every row of {target.name} has one of {holder.name} is not carried"
            path = dotted("resources", target.name)
            self.sketch.tell(path, "minimum_not_carried", message, "say it as a rule", severity="info", line=line.line)
        is_name = is_left and line.label and usable(line.label) == line.label
        name = line.label if is_name and (self.is_ours or snake(singular(target.name)) in snake(line.label)) else ""
        return holder, Link(
            target.name,
            target_columns=target.key,
            name=name,
            required=target_end == "one",
            is_single=holder_end in _ONE,
            label="" if name else line.label,
            line=line.line,
        )

    def is_held_left(self, line: DrawnLine, left: Entity, right: Entity) -> bool:
        """Whether the left entity holds the key: the side of many, else the one whose key attribute or optional end says so."""
        if (line.left_end in _ONE) != (line.right_end in _ONE):
            return line.left_end not in _ONE
        if line.left_end != line.right_end:
            return line.right_end == "one"
        return bool(self.candidates(left, right)) and not self.candidates(right, left)

    def candidates(self, holder: Entity, target: Entity) -> list[str]:
        """Attributes of ``holder`` that are marked FK and named after ``target`` or its key."""
        words = {snake(target.name).replace("_", ""), *(snake(each).replace("_", "") for each in target.key)}
        return [
            each
            for each in holder.parts
            if each in self.marked[holder.name] and any(word in snake(each).replace("_", "") for word in words)
        ]

    def give_key(self, entity: Entity) -> None:
        """The entity has a key: its own, or one called ``id``."""
        if entity.key:
            return
        name = next((each for each in entity.parts if each.lower() in ("id", "uuid")), "id")
        entity.add(Part(name, scalar("integer"), required=True, line=entity.line))
        entity.key = (name,)
        self.assumed.append(entity.name)

    # Which attributes hold the key.

    def find_columns(self, pending: list[tuple[Entity, Link]]) -> None:
        """Each link knows the attributes that hold its key, where some are drawn; the surest finds come first."""
        claimed: set[tuple[str, frozenset[str]]] = set()
        for ways in (self.by_role, self.by_name, self.by_rest):
            for holder, link in pending:
                for columns in () if link.columns else ways(holder, link):
                    same = holder.name, frozenset(columns)
                    if same not in claimed and set(columns) <= holder.parts.keys() and self.fit(holder, columns, link):
                        claimed.add(same)
                        link.columns = columns
                        break

    def fit(self, holder: Entity, columns: tuple[str, ...], link: Link) -> bool:
        """Whether the attributes have the types of the key, and are not that key itself."""
        target = self.sketch.entities[link.target]
        types = [storage(holder.parts[each].type) for each in columns]
        wanted = [storage(target.parts[each].type) for each in link.target_columns]
        return types == wanted and (holder is not target or columns != link.target_columns)

    def by_role(self, holder: Entity, link: Link) -> Iterator[tuple[str, ...]]:
        """Attributes whose role is what the line is called."""
        if link.name:
            yield tuple(f"{link.name}_{each}" for each in link.target_columns)
            for each in holder.parts if len(link.target_columns) == 1 else ():
                if each in self.marked[holder.name] and link.name in (
                    role(link.target, (each,), link.target_columns, several) for several in (False, True)
                ):
                    yield (each,)

    def by_name(self, holder: Entity, link: Link) -> Iterator[tuple[str, ...]]:
        """Attributes named like the key, alone or with the target's name before it."""
        plain = {snake(each): each for each in reversed(holder.parts)}
        bare = link.target.rpartition(".")[2]
        for prefix in (f"{snake(singular(bare))}_", f"{snake(bare)}_", ""):
            found = tuple(plain.get(f"{prefix}{snake(each)}", "") for each in link.target_columns)
            is_generic = not prefix and all(each.lower() in _GENERIC for each in found)
            if all(found) and not (is_generic and not set(found) <= self.marked[holder.name]):
                yield found

    def by_rest(self, holder: Entity, link: Link) -> Iterator[tuple[str, ...]]:
        """An attribute marked FK that names the target, else the only one left."""
        if len(link.target_columns) == 1:
            for each in self.candidates(holder, self.sketch.entities[link.target]):
                yield (each,)
            taken = {each for other in holder.links for each in other.columns}
            left = [each for each in holder.parts if each in self.marked[holder.name] and each not in taken]
            if len(left) == 1:
                yield (left[0],)
