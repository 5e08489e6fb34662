"""From a sketch to a domain that stands: names made usable, links turned into relationships both ways, what does not fit left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.errors import Problems, nearest
from workbench.language.importers.folding import folded
from workbench.language.importers.imported import Imported
from workbench.language.importers.naming import Taken, is_name, role, shown, singular, snake, usable
from workbench.language.importers.repair import repaired
from workbench.language.importers.sketch import Entity, Link, Part, Sketch, Unique
from workbench.model import (
    Attribute,
    Domain,
    Identity,
    Relationship,
    Resource,
    Rule,
)
from workbench.model.address import dotted
from workbench.model.expression import Node, Path, mapped

__all__ = ["finished"]


def finished(kind: str, sketch: Sketch) -> Imported:
    """What ``sketch`` says as a design without errors, and everything it could not hold."""
    made = _Finishing(sketch)
    domain = repaired(made.domain(), sketch, made.lines)
    return Imported(kind, domain, Problems(sketch.problems))


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    """``node`` with attributes called as in the design."""
    if isinstance(node, Path):
        return Path((names.get(node.names[0], node.names[0]), *node.names[1:]))
    return mapped(node, lambda each: _renamed(each, names))


class _Finishing:
    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch
        taken = Taken()
        self.resources = {each: taken.take(self.name(each)) for each in sketch.entities}
        self.attributes: dict[str, dict[str, str]] = {}
        self.taken: dict[str, Taken] = {}
        for name, entity in sketch.entities.items():
            own = self.taken[name] = Taken()
            self.attributes[name] = {
                each: own.take(self.name(part.called or each)) for each, part in entity.parts.items()
            }
        self.relationships: dict[str, list[Relationship]] = {name: [] for name in sketch.entities}
        self.lines: dict[str, int | None] = {}
        """The path of each element in the design -> its line in the source."""

    def name(self, text: str) -> str:
        return text if self.sketch.keeps_names and is_name(text) else usable(text)

    def domain(self) -> Domain:
        for name, entity in self.sketch.entities.items():
            self.complete(name, entity)
            folded(entity)
        for name, entity in self.sketch.entities.items():
            toward = Counter(each.target for each in entity.links)
            for link in entity.links:
                self.link(name, entity, link, toward[link.target] > 1)
        for name, entity in self.sketch.entities.items():
            self.cross(name, entity)
        resources = tuple(self.resource(name, entity) for name, entity in self.sketch.entities.items())
        if not resources:
            self.sketch.tell(
                self.sketch.name, "no_resources", "nothing was found that could be a resource", "is it the right file?"
            )
        sketch = self.sketch
        called = sketch.name if is_name(sketch.name) else shown(sketch.name, 80) or "imported"
        return Domain(name=called, label=shown(sketch.label), description=sketch.description, resources=resources)

    def complete(self, name: str, entity: Entity) -> None:
        """The key and the identities name parts that are there; the key's parts are required."""
        for each in [("key", entity.key), *((each.name or "unique", each.parts) for each in entity.unique)]:
            for part in each[1]:
                if part not in entity.parts:
                    close = nearest(part, entity.parts)
                    hint = f"did you mean {close[0]!r}?" if close else ""
                    what = f"{each[0]} names {part!r}, which is not there; it is left out"
                    self.sketch.tell(dotted("resources", name), "unknown_attribute", what, hint, line=entity.line)
        entity.key = tuple(dict.fromkeys(entity.key)) if set(entity.key) <= entity.parts.keys() else ()
        entity.unique = [each for each in entity.unique if each.parts and set(each.parts) <= entity.parts.keys()]
        for part in entity.key:
            entity.parts[part].required = True

    # Relationships.

    def link(self, name: str, entity: Entity, link: Link, several: bool) -> None:
        path = dotted("resources", name, "relationships", link.name or ", ".join(link.columns) or link.target)
        target = self.sketch.entities.get(link.target)
        if target is None:
            close = nearest(link.target, self.sketch.entities)
            message = f"it refers to {shown(link.target, 80)!r}, which is not there; the reference is left out"
            hint = f"did you mean {close[0]!r}?" if close else "add it to the description"
            self.sketch.tell(path, "unknown_target", message, hint, line=link.line)
            return
        there = link.target_columns or target.key
        if not there or not self.is_unique(target, there) or (link.columns and len(link.columns) != len(there)):
            self.sketch.tell(
                path, "bad_reference", f"the reference is left out: {self.why(link, there)}", line=link.line
            )
            return
        missing = [each for each in link.columns if each not in entity.parts]
        if missing:
            message = f"the reference is left out: {name} has no attribute {missing[0]!r}"
            self.sketch.tell(path, "unknown_attribute", message, line=link.line)
            return
        self.relate(name, entity, link, there, several)

    @staticmethod
    def is_unique(target: Entity, parts: tuple[str, ...]) -> bool:
        known = [target.key, *(each.parts for each in target.unique if each.where is None)]
        return any(each and set(each) <= set(parts) for each in known) and set(parts) <= target.parts.keys()

    def why(self, link: Link, there: tuple[str, ...]) -> str:
        if not there:
            return f"{link.target} has no key"
        if link.columns and len(link.columns) != len(there):
            return f"{', '.join(link.columns)} against {', '.join(there)}"
        return f"{', '.join(there)} of {link.target} is not unique there"

    def relate(self, name: str, entity: Entity, link: Link, there: tuple[str, ...], several: bool) -> None:
        """The reference stands in both directions."""
        own, other = self.attributes[name], self.attributes[link.target]
        wanted = link.name or role(link.target, link.columns, link.target_columns, several)
        called = self.taken[name].take(self.name(wanted))
        parts = link.columns or tuple(self.implied(name, entity, link, called, each) for each in there)
        columns = tuple(own[each] for each in parts)
        required = link.required
        if required is None:
            required = all(entity.parts[each].required for each in parts)
        for each in parts if required else ():
            entity.parts[each].required = True
        keys = tuple(other[each] for each in there)
        forward = Relationship(
            name=called,
            kind="belongs_to",
            destination=self.resources[link.target],
            source_key=columns,
            destination_key=keys,
            required=required,
            enforced=link.is_enforced,
            **_said(called, link.name, link.label, link.description),
        )
        self.relationships[name].append(forward)
        self.lines[dotted("resources", self.resources[name], "relationships", called)] = link.line
        is_one = link.is_single or (bool(link.columns) and self.is_unique(entity, link.columns))
        plain = snake(singular(name) if is_one else name)
        is_doubtful = several or name == link.target or plain in self.taken[link.target]
        wanted = link.back or (f"{plain}_by_{called}" if is_doubtful else plain)
        back = Relationship(
            name=self.taken[link.target].take(self.name(wanted)),
            kind="has_one" if is_one else "has_many",
            destination=self.resources[name],
            source_key=keys,
            destination_key=columns,
        )
        self.relationships[link.target].append(back)
        if is_one and not self.is_unique(entity, parts):
            entity.unique.append(Unique(parts))

    def implied(self, name: str, entity: Entity, link: Link, called: str, target_part: str) -> str:
        """The attribute that holds ``target_part`` of the target, made where the source leaves it to the reader."""
        type_ = self.sketch.entities[link.target].parts[target_part].type
        key = self.attributes[link.target][target_part]
        made = self.taken[name].take(key if key.startswith(f"{called}_") else f"{called}_{key}")
        entity.add(Part(made, type_, required=bool(link.required), line=link.line))
        self.attributes[name][made] = made
        return made

    def cross(self, name: str, entity: Entity) -> None:
        for each in entity.crossings:
            known = (
                {back.target for back in self.sketch.entities[each.through].links}
                if each.through in self.sketch.entities
                else set()
            )
            if not {name, each.target} <= known:
                message = f"{each.through!r} does not join {name} and {each.target}; it is left out"
                self.sketch.tell(dotted("resources", name), "bad_crossing", message, line=each.line)
                continue
            wanted = each.name or snake(each.target)
            made = Relationship(
                name=self.taken[name].take(self.name(wanted)),
                kind="many_to_many",
                destination=self.resources[each.target],
                through=self.resources[each.through],
                label=shown(each.label),
            )
            self.relationships[name].append(made)

    # Resources.

    def resource(self, name: str, entity: Entity) -> Resource:
        called, names = self.resources[name], self.attributes[name]
        rules = Taken()
        identities = Taken()
        relationships = sorted(self.relationships[name], key=lambda each: each.kind != "belongs_to")
        return Resource(
            name=called,
            **_said(called, name, entity.label, entity.description),
            **({"source_name": name} if called != name else {}),
            cluster=shown(entity.cluster),
            attributes=tuple(self.attribute(called, names[each], part) for each, part in entity.parts.items()),
            key=tuple(names[each] for each in entity.key),
            relationships=tuple(relationships),
            identities=tuple(
                Identity(
                    name=identities.take(self.name(each.name or "unique_" + "_".join(each.parts))),
                    attributes=tuple(names[part] for part in dict.fromkeys(each.parts)),
                    where=None if each.where is None else _renamed(each.where, names),
                )
                for each in _needed(entity)
            ),
            rules=tuple(
                Rule(name=rules.take(self.name(rule)), condition=_renamed(condition, names), message=shown(message))
                for rule, condition, message in entity.rules
            ),
        )

    def attribute(self, resource: str, called: str, part: Part) -> Attribute:
        self.lines[dotted("resources", resource, "attributes", called)] = part.line
        return Attribute(
            name=called,
            **_said(called, part.name, part.label, part.description),
            **({"source_name": part.name} if called != part.name else {}),
            type=part.type,
            required=part.required,
            default=part.default,
            constraints=part.constraints,
            sensitive=part.sensitive,
            private=part.private,
            generated=part.generated,
        )


def _said(called: str, source: str, label: str, description: str) -> dict[str, Any]:
    """Label and description; a name that had to be changed stays readable as the label."""
    label = shown(label) or (shown(source) if source and called != source else "")
    return {"label": "" if label == called else label, "description": description.strip()}


def _needed(entity: Entity) -> Iterator[Unique]:
    """The identities that neither the key nor an earlier identity says already."""
    seen: set[tuple[frozenset[str], str]] = {(frozenset(entity.key), "None")}
    for each in entity.unique:
        same = (frozenset(each.parts), str(each.where))
        if same not in seen:
            seen.add(same)
            yield each
