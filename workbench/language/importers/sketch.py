"""What an importer has found, before it is a design: entities by the names of the source, their links, and what was left out."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from workbench.errors import Problem, Severity
from workbench.language.importers.naming import Taken, singular, snake
from workbench.model import Constraints, Type
from workbench.model.address import dotted
from workbench.model.expression import Node

__all__ = ["Crossing", "Entity", "Link", "Part", "Sketch", "Unique"]


@dataclass(slots=True)
class Part:
    """An attribute as found; ``name`` is the source's, ``called`` what to call it where that is another name."""

    name: str
    type: Type
    required: bool = False
    default: Node | None = None
    constraints: Constraints = field(default_factory=Constraints)
    label: str = ""
    description: str = ""
    sensitive: bool = False
    private: bool = False
    generated: bool = False
    called: str = ""
    line: int | None = None


@dataclass(slots=True)
class Link:
    """A reference its entity holds: ``columns`` equal ``target_columns`` (the key, where none are named) of the entity ``target``.

    Without ``columns`` the design implies them from the name. ``required`` is left ``None`` where the columns say it. ``back`` names
    the way back; ``is_single`` where one row at most refers to each row of the target.
    """

    target: str
    columns: tuple[str, ...] = ()
    target_columns: tuple[str, ...] = ()
    name: str = ""
    required: bool | None = None
    back: str = ""
    is_single: bool = False
    is_enforced: bool = True
    label: str = ""
    description: str = ""
    line: int | None = None


@dataclass(slots=True)
class Crossing:
    """A many-to-many relationship between two entities, by way of the joining entity ``through``."""

    target: str
    through: str
    name: str = ""
    label: str = ""
    line: int | None = None


@dataclass(slots=True)
class Unique:
    """Parts no two rows share, optionally only among rows where ``where`` holds."""

    parts: tuple[str, ...]
    name: str = ""
    where: Node | None = None


@dataclass(slots=True)
class Entity:
    """A kind of thing as found; ``name`` is the source's. ``rules`` are conditions in the source's names, each with a message."""

    name: str
    label: str = ""
    description: str = ""
    cluster: str = ""
    parts: dict[str, Part] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    unique: list[Unique] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    crossings: list[Crossing] = field(default_factory=list)
    rules: list[tuple[str, Node, str]] = field(default_factory=list)
    line: int | None = None

    def add(self, part: Part) -> bool:
        """``part`` is one of the parts, unless there is one of this name already."""
        if part.name in self.parts:
            return False
        self.parts[part.name] = part
        return True


class Sketch:
    """Entities in the order of the source, and every problem met on the way.

    ``keeps_names`` where the source is an export of a design, whose names are usable by definition.
    """

    def __init__(self, name: str, *, keeps_names: bool = False) -> None:
        self.name, self.keeps_names = name, keeps_names
        self.label = ""
        self.description = ""
        self.entities: dict[str, Entity] = {}
        self.problems: list[Problem] = []
        self._told: set[Hashable] = set()

    def add(self, entity: Entity) -> bool:
        """``entity`` is one of the entities, unless there is one of this name already."""
        if entity.name in self.entities:
            return False
        self.entities[entity.name] = entity
        return True

    def join(
        self, ends: tuple[str, str], names: tuple[str, str] = ("", ""), *, through: str = "", line: int | None = None
    ) -> None:
        """The entities ``ends``, which are there, reach each other by ``names`` through a joining entity made here.

        Where one of them has no key to join on, that is told instead.
        """
        one, other = (self.entities[each] for each in ends)
        keyless = next((each.name for each in (one, other) if not each.key), "")
        if keyless:
            message = (
                f"{one.name} and {other.name} cannot be joined: {keyless} has no key; the relationship is left out"
            )
            self.tell(dotted("resources", one.name), "bad_reference", message, "give it a key", line=line)
            return
        taken = Taken(self.entities)
        joining = Entity(taken.take(through or f"{one.name}_{other.name}"), cluster=one.cluster, line=line)
        roles = Taken()
        for end in (one, other):
            role = roles.take(snake(singular(end.name.rpartition(".")[2])))
            parts = {each: Part(f"{role}_{each}", end.parts[each].type, required=True, line=line) for each in end.key}
            for part in parts.values():
                joining.add(part)
            joining.links.append(
                Link(end.name, tuple(each.name for each in parts.values()), end.key, role, True, line=line)
            )
        joining.key = tuple(joining.parts)
        self.add(joining)
        one.crossings.append(Crossing(other.name, joining.name, names[0], line=line))
        if one is not other:
            other.crossings.append(Crossing(one.name, joining.name, names[1], line=line))

    def tell(
        self,
        path: str,
        code: str,
        message: str,
        hint: str = "",
        *,
        severity: Severity = "warning",
        line: int | None = None,
    ) -> None:
        """Note what could not be carried, once."""
        problem = Problem(path, code, message, severity, hint, line=line)
        if problem not in self._told:
            self._told.add(problem)
            self.problems.append(problem)
