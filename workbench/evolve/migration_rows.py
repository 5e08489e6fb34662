"""Where every row and value of the tables after a migration comes from, as plans over the tables before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from workbench.errors import DefinitionError, Problem, Problems
from workbench.evolve.migration_layout import Layout, Shape, matched
from workbench.evolve.refactorings_value import Movement
from workbench.evolve.widening import compare_types
from workbench.expression import check
from workbench.expression.coercion import can_cast
from workbench.expression.typed import Column, Typed
from workbench.model.address import dotted
from workbench.model.expression import Binary, Call, Cast, Constant, IsNull, Node, Path, walk
from workbench.model.resource import Attribute, Resource
from workbench.model.types import EnumType, ScalarType, Type, storage
from workbench.model.verify.constants import constant
from workbench.relation.native_types import to_native
from workbench.relation.path_plan import PathPlan
from workbench.relation.plan import Distinct, Filter, Join, Order, Output, Plan, Project, Window

__all__ = ["Origin", "Origins", "attempt", "held", "origins"]


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where the rows of one resource after come from.

    ``values`` pairs its attributes with expressions over a row of ``source`` before, ``same`` those that only keep a value, with the
    attribute before; ``cast`` those whose type changes, likewise. ``moved`` are filled by a movement. What is in none is new.
    """

    shape: Shape
    old: Shape | None
    source: Resource | None
    values: Mapping[str, Node | Typed] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    cast: Mapping[str, str] = field(default_factory=dict)
    movement: Movement | None = None
    moved: tuple[str, ...] = ()

    @property
    def new(self) -> tuple[str, ...]:
        """Attributes that nothing gives a value."""
        return tuple(name for name in self.shape.columns if name not in self.values and name not in self.moved)

    def attribute(self, name: str) -> Attribute:
        """One of its attributes, those that only a reference implies included."""
        return next(each for each in self.shape.record.attributes if each.name == name)

    def path(self, name: str) -> str:
        """An attribute's path, as people write it."""
        return dotted("resources", self.shape.resource.name, "attributes", name)


@dataclass(frozen=True, slots=True, eq=False)
class Origins:
    """Where the rows of every resource after come from. ``gone`` are the tables before that no resource after has."""

    before: Layout
    after: Layout
    by_name: Mapping[str, Origin]
    gone: tuple[Shape, ...]
    problems: tuple[Problem, ...]

    def filled(self, origin: Origin, names: Sequence[str]) -> Plan:
        """The values of these attributes, under the names of their columns, for every row there is to be."""
        return self._rows(origin, {name: origin.shape.columns[name] for name in names}, is_tried=False)

    def moved(self, origin: Origin, key: Sequence[str], names: Mapping[str, str]) -> Plan:
        """For every row before, its ``key`` attributes (as they were called) under their columns, and what moves there under ``names``."""
        assert origin.old is not None
        outputs = {name: origin.old.columns[name] for name in key}
        return self._rows(origin, names, is_tried=False, also=outputs)

    def tried(self, resource: Resource) -> Project:
        """The rows of a resource after, as far as they can be worked out before anything is written: a cast that fails gives null,
        and so does a new attribute without a constant default.
        """
        origin = self.by_name[resource.name]
        return self._rows(origin, dict(origin.shape.columns), is_tried=True)

    def _rows(
        self, origin: Origin, names: Mapping[str, str], *, is_tried: bool, also: Mapping[str, str] | None = None
    ) -> Project:
        if origin.source is None:
            return Project(
                _nothing(), tuple(Output(column, _null(origin.attribute(name))) for name, column in names.items())
            )
        movement = origin.movement
        here = self.before.along(movement.ways) if movement else self.before
        source = here.domain.resource(origin.source.name)
        rows = PathPlan(here.domain, source, here.table_of)

        def compiled(node: Node | Typed) -> Node:
            return rows.compiled(node.tree if isinstance(node, Typed) else check(node, here.domain, source).tree)

        outputs = [Output(column, rows.here.path(name)) for name, column in (also or {}).items()]
        agreed = None
        if movement is not None and movement.kind == "agreed" and set(origin.moved) & set(names):
            agreed = self._agreed(movement, rows)
        for name, column in names.items():
            if agreed is not None and name in origin.moved:
                outputs.append(Output(column, Path((agreed, name))))
            elif movement is not None and name == movement.number:
                order = tuple(Order(rows.here.path(each)) for each in source.key)
                outputs.append(Output(column, Window(Call("row_number"), (), order)))
            elif name in origin.values:
                outputs.append(
                    Output(column, compiled(attempt(origin.values[name]) if is_tried else origin.values[name]))
                )
            else:
                outputs.append(Output(column, compiled(_default(origin.attribute(name)))))
        if movement is None or movement.kind != "distinct":
            return Project(rows.plan, tuple(outputs))
        values = dict(movement.values)
        there = [IsNull(compiled(values[name]), True) for name in origin.shape.record.key]
        plan = Distinct(Project(Filter(rows.plan, _all(there)), tuple(outputs), alias="each"))
        return Project(plan, tuple(Output(each.name, Path((each.name,))) for each in outputs))

    def _agreed(self, movement: Movement, rows: PathPlan) -> str:
        """Join what the rows of the movement's source agree on; the alias it has."""
        plan = self.opinions(movement)
        alias = rows.place(rows.here.resource, "agreed").alias
        outputs = tuple(Output(name, Path((name,))) for name in (*_numbered(movement), *dict(movement.values)))
        keys = [rows.here.path(target) for _, target in movement.keys]
        pairs = [Binary("=", key, Path((alias, name))) for key, name in zip(keys, _numbered(movement), strict=True)]
        rows.plan = Join(rows.plan, Project(plan, outputs, alias=alias), _all(pairs), "left")
        return alias

    def opinions(self, movement: Movement) -> Distinct:
        """What the rows of the source say: their keys as ``key_1`` and so on, and the values, each combination once."""
        here = self.before.along(movement.ways)
        source = here.domain.resource(movement.source)
        rows = PathPlan(here.domain, source, here.table_of)
        keys = [rows.here.path(name) for name, _ in movement.keys]
        outputs = [Output(name, key) for name, key in zip(_numbered(movement), keys, strict=True)]
        outputs += [
            Output(name, rows.compiled(check(node, here.domain, source).tree)) for name, node in movement.values
        ]
        known = Filter(rows.plan, _all(IsNull(key, True) for key in keys))
        return Distinct(Project(known, tuple(outputs), alias="each"))


def _numbered(movement: Movement) -> tuple[str, ...]:
    return tuple(f"key_{place}" for place, _ in enumerate(movement.keys, 1))


def origins(before: Layout, after: Layout, movements: Iterable[Movement]) -> Origins:
    """Where everything in ``after`` comes from."""
    moving = {each.resource: each for each in movements}
    pairs = matched(
        {name: each.birth for name, each in before.shapes.items()},
        {name: each.birth for name, each in after.shapes.items()},
    )
    problems: list[Problem] = []
    found = {
        name: _origin(before, shape, before.shapes.get(pairs.get(name, "")), moving.get(name), problems)
        for name, shape in after.shapes.items()
    }
    gone = tuple(each for name, each in before.shapes.items() if name not in pairs.values())
    return Origins(before, after, found, gone, tuple(problems))


def _origin(
    before: Layout, shape: Shape, old: Shape | None, movement: Movement | None, problems: list[Problem]
) -> Origin:
    if old is None:
        if movement is None:
            return Origin(shape, None, None)
        moving: dict[str, Node | Typed] = {name: node for name, node in movement.values if name in shape.columns}
        moved = (movement.number,) if movement.number else ()
        return Origin(shape, None, before.domain.resource(movement.source), moving, movement=movement, moved=moved)
    given = dict(movement.values) if movement else {}
    values: dict[str, Node | Typed] = {}
    if movement is not None and movement.kind == "own":
        values |= given
    same: dict[str, str] = {}
    casts: dict[str, str] = {}
    types = {each.name: each.type for each in old.record.attributes}
    for name, was in matched(old.births, shape.births).items():
        if name in given:
            continue
        target = _attribute(shape, name).type
        if to_native(types[was], before.dialect) == to_native(target, before.dialect):
            same[name], values[name] = was, held(old, was)
        elif can_cast(types[was], target):
            casts[name], values[name] = was, _cast(held(old, was), _plain(target))
        else:
            path = dotted("resources", shape.resource.name, "attributes", name)
            message = f"no value of type {types[was]} becomes one of type {target}"
            problems.append(Problem(path, "no_cast", message, "warning", "add an attribute, fill it, drop the other"))
    for each in shape.record.attributes:
        if each.name not in values and each.name not in given and (filled := _worked_out(each, shape, before, old)):
            values[each.name] = filled
    return Origin(shape, old, old.resource, values, same, casts, movement, tuple(given))


def _attribute(shape: Shape, name: str) -> Attribute:
    return next(each for each in shape.record.attributes if each.name == name)


def _worked_out(attribute: Attribute, shape: Shape, before: Layout, old: Shape) -> Node | None:
    """The default of a new attribute that no table can keep, where it says something about the row as it was."""
    column = shape.table.column(shape.columns[attribute.name])
    if attribute.default is None or column is None or column.default is not None:
        return None
    is_timed = any(isinstance(each, Call) and each.function in ("now", "today") for each in walk(attribute.default))
    typed = check(attribute.default, before.domain, old.resource)
    fits = (
        typed.problems.is_ok
        and typed.type is not None
        and compare_types(typed.type, attribute.type) in ("same", "wider")
    )
    return attribute.default if fits and not is_timed and not typed.is_aggregate else None


def _plain(type_: Type) -> Type:
    """What values of a type are stored as."""
    return ScalarType.model_validate({"name": storage(type_)}) if isinstance(type_, EnumType | ScalarType) else type_


def held(shape: Shape, name: str) -> Typed:
    """An attribute of a row, whatever else of the resource is called so."""
    return Typed(Column((name,), (), name, value_type=_attribute(shape, name).type), shape.resource.name, Problems())


def _cast(value: Typed, target: Type) -> Typed:
    return replace(value, tree=Cast(value.tree, str(target), value_type=target))


def attempt(node: Node | Typed) -> Node | Typed:
    """A cast that gives null where it fails; everything else as it is."""
    tree = node.tree if isinstance(node, Typed) else node
    if not isinstance(tree, Cast):
        return node
    tried = replace(tree, attempt=True)
    return replace(node, tree=tried) if isinstance(node, Typed) else tried


def _default(attribute: Attribute) -> Node:
    """The constant default of an attribute, or null, of its type."""
    value = constant(attribute.default) if attribute.default is not None else None
    return (
        _null(attribute)
        if value is None
        else Cast(value, str(_plain(attribute.type)))
        if _castable(attribute)
        else value
    )


def _null(attribute: Attribute) -> Node:
    return Cast(Constant(None), str(_plain(attribute.type))) if _castable(attribute) else Constant(None)


def _castable(attribute: Attribute) -> bool:
    return can_cast(attribute.type, _plain(attribute.type))


def _nothing() -> Plan:
    from workbench.relation.plan import Values

    return Values(("nothing",), ())


def _all(conditions: Iterable[Node]) -> Node:
    listed = list(conditions)
    if not listed:
        raise DefinitionError("rows without a key cannot be matched")
    return reduce(lambda one, other: Binary("and", one, other), listed)
