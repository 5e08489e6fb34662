"""Relationships as SQLAlchemy navigates them: which reference each follows, what joins it, and which of them write the same columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.emit.draft import Draft
from workbench.errors import NotFoundError
from workbench.model import Attribute, Domain, Relationship
from workbench.model.address import dotted
from workbench.model.types import storage
from workbench.relation.ddl import CreateTable
from workbench.relation.native_types import to_native
from workbench.relation.stored import Reference
from workbench.relation.tables import ResourceTable

__all__ = ["Link", "Pairs", "Tables", "is_made_here", "links", "overlapping", "partner"]

Pairs = tuple[tuple[str, str], ...]
"""Columns that equal each other: of the table that holds a reference, and of the one it leads to."""


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A relationship that can be followed from ``source`` to ``destination``, both resource names.

    ``holder`` is the table that holds the reference, with ``pairs``; of a many-to-many relationship the joining one, whose
    ``pairs`` lead to the source and ``others`` to the destination.
    """

    relationship: Relationship
    source: str
    destination: str
    path: str
    holder: str
    pairs: Pairs
    others: Pairs = ()
    is_writable: bool = True
    is_plain: bool = True
    """Whether the foreign keys alone say what joins it."""

    @property
    def reference(self) -> tuple[object, ...]:
        """What both directions of one reference have in common."""
        ends = frozenset({(self.source, self.pairs), (self.destination, self.others)})
        return (self.holder, ends) if self.others else (self.holder, self.pairs, self.target)

    @property
    def target(self) -> str:
        """The resource a reference leads to."""
        return self.destination if self.is_forward else self.source

    @property
    def is_forward(self) -> bool:
        """Whether it is followed from the table that holds the reference."""
        return self.relationship.kind == "belongs_to"

    @property
    def writes(self) -> frozenset[tuple[str, str]]:
        """The columns it fills when related objects are set."""
        return frozenset((self.holder, column) for column, _ in (*self.pairs, *self.others) if self.is_writable)


@dataclass(slots=True)
class Tables:
    """The tables of the models: ``made`` and ``declared`` by resource name; ``mapped`` are those with a class."""

    domain: Domain
    made: Mapping[str, ResourceTable]
    declared: Mapping[str, CreateTable]
    mapped: frozenset[str]
    draft: Draft
    _taken: set[tuple[object, ...]] = field(default_factory=set)

    def link(self, source: str, relationship: Relationship) -> Link | None:
        """A relationship as a link; None, and a loss, where SQLAlchemy cannot follow it."""
        path = dotted("resources", source, "relationships", relationship.name)
        if relationship.destination not in self.made:
            return None  # reported with the tables
        why = ""
        if not {source, relationship.destination} <= self.mapped:
            why = "one of its ends has no class"
        elif relationship.filter is not None:
            why = f"it reaches only where {relationship.filter}"
        found = None if why else self._found(source, relationship, path)
        if found is None:
            self.draft.lose(path, "relationship_not_carried", why or "no key says which rows it leads to")
            return None
        direction = (*found.reference, found.source, found.relationship.kind == "belongs_to")
        is_second = direction in self._taken
        self._taken.add(direction)
        return Link(
            relationship, source, relationship.destination, path, found.holder, found.pairs, found.others,
            found.is_writable and not is_second, found.is_plain,
        )  # fmt: skip

    def _found(self, source: str, relationship: Relationship, path: str) -> Link | None:
        destination = relationship.destination
        if relationship.kind == "many_to_many":
            return self._joined(source, relationship, path)
        try:
            keys = self.domain.relationship_keys(self.domain.resource(source), relationship)
        except NotFoundError:
            return None
        is_held = relationship.kind == "belongs_to"
        holder, target = (source, destination) if is_held else (destination, source)
        here, there = (keys.source, keys.destination) if is_held else (keys.destination, keys.source)
        reference = self._reference(holder, target, here, there)
        if reference is None:
            return None
        pairs = self._pairs(holder, reference)
        is_plain = self._is_plain(holder, target, pairs)
        return Link(relationship, source, destination, path, holder, pairs, is_plain=is_plain)

    def _joined(self, source: str, relationship: Relationship, path: str) -> Link | None:
        """A many-to-many relationship through its joining resource."""
        through, destination = relationship.through, relationship.destination
        if through not in self.made:
            return None
        resource = self.domain.resource(through)
        leading = [each for each in resource.relationships if each.kind == "belongs_to"]
        to_start = next((each for each in leading if each.destination == source), None)
        to_end = next((each for each in leading if each.destination == destination and each is not to_start), None)
        if to_start is None or to_end is None:
            return None
        ends = []
        for each in (to_start, to_end):
            keys = self.domain.relationship_keys(resource, each)
            reference = self._reference(through, each.destination, keys.source, keys.destination)
            if reference is None:
                return None
            ends.append(self._pairs(through, reference))
        covered = {column for column, _ in (*ends[0], *ends[1])}
        record = self.made[through].record
        own = [each for each in record.attributes if self.made[through].columns[each.name] not in covered]
        is_writable = not any(record.is_required(each) and not self._is_filled(through, each) for each in own)
        is_plain = source != destination and all(
            self._is_plain(through, end, pairs) for end, pairs in zip((source, destination), ends, strict=True)
        )
        return Link(relationship, source, destination, path, through, ends[0], ends[1], is_writable, is_plain)

    def _is_filled(self, name: str, attribute: Attribute) -> bool:
        """Whether a row that says nothing of the attribute gets a value."""
        column = self.declared[name].column(self.made[name].columns[attribute.name])
        return is_made_here(attribute) or (column is not None and column.default is not None)

    def _reference(self, holder: str, target: str, here: Sequence[str], there: Sequence[str]) -> Reference | None:
        """The reference that stands between these attributes, if a row of it leads to one row at most."""
        found = next(
            (
                each
                for each in self.made[holder].record.references
                if (each.attributes, each.destination.name, each.destination_attributes) == (here, target, there)
            ),
            None,
        )
        if found is None:
            return None
        declared = self.declared[target]
        pairs = self._pairs(holder, found)
        unique = [declared.key, *(each.columns for each in declared.unique if each.where is None)]
        types = [
            [to_native(column.type, "postgres") for name in side if (column := table.column(name))]
            for side, table in zip(zip(*pairs, strict=True), (self.declared[holder], declared), strict=True)
        ]
        is_unique = sorted(there for _, there in pairs) in [sorted(each) for each in unique if each]
        return found if is_unique and types[0] == types[1] else None

    def _pairs(self, holder: str, reference: Reference) -> Pairs:
        there = self.made[reference.destination.name].columns
        here = self.made[holder].columns
        ends = zip(reference.attributes, reference.destination_attributes, strict=True)
        return tuple((here[name], there[other]) for name, other in ends)

    def _is_plain(self, holder: str, target: str, pairs: Pairs) -> bool:
        """Whether one foreign key joins the two tables, and it is this one."""
        between = [
            set(zip(each.columns, each.target_columns, strict=True))
            for one, other in {(holder, target), (target, holder)}
            for each in self.declared[one].references
            if each.target.name == self.made[other].name
        ]
        return between == [set(pairs)]


def is_made_here(attribute: Attribute) -> bool:
    """Whether Python makes a value where none is given: a generated ``uuid``."""
    return attribute.generated and attribute.default is None and storage(attribute.type) == "uuid"


def links(tables: Tables) -> dict[str, list[Link]]:
    """The links of each mapped resource, in the order of its relationships."""
    made: dict[str, list[Link]] = {}
    for name, table in tables.made.items():
        found = (tables.link(name, each) for each in table.record.resource.relationships)
        made[name] = [each for each in found if each is not None]
    return made


def partner(link: Link, others: Iterable[Link]) -> Link | None:
    """The link that goes the other way by the same reference."""
    return next(
        (
            each
            for each in others
            if each is not link
            and link.is_writable
            and each.is_writable
            and each.reference == link.reference
            and (each.source, each.destination) == (link.destination, link.source)
            and (bool(link.others) or each.is_forward != link.is_forward)
        ),
        None,
    )


def overlapping(link: Link, others: Iterable[Link]) -> list[Link]:
    """The links, its partner aside, that fill columns it fills too."""
    listed = list(others)
    back = partner(link, listed)
    return [each for each in listed if each is not link and each is not back and each.writes & link.writes]
