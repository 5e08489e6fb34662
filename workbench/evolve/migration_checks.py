"""What the data must be like for a migration to succeed, and what it would lose: each a plan of the rows that stand in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce

from workbench.evolve.births import born
from workbench.evolve.migration_conditions import IDENTITY, conditions, limits
from workbench.evolve.migration_layout import Shape
from workbench.evolve.migration_rows import Origin, Origins, attempt, held
from workbench.evolve.refactorings_value import Loss, Movement
from workbench.evolve.widening import compare_types
from workbench.expression import check
from workbench.expression.coercion import can_cast
from workbench.expression.typed import Column, Typed
from workbench.model.address import dotted
from workbench.model.expression import Aggregate as Over
from workbench.model.expression import Binary, Cast, Constant, IsNull, Node, Path, walk, write
from workbench.model.types import storage, type_text
from workbench.relation.path_plan import PathPlan
from workbench.relation.paths import project, rows_breaking
from workbench.relation.plan import Aggregate, Filter, Join, Output, Plan, Project
from workbench.relation.stored import Reference

__all__ = ["DataCheck", "data_checks"]


@dataclass(frozen=True, slots=True)
class DataCheck:
    """Rows before that must not be there: what is wrong with them, at which path; ``{rows}`` in the message is how many they are.

    With ``is_loss`` the migration would succeed, and their values would be gone. ``shown`` are columns of ``plan`` that tell a row and
    are not sensitive. With ``weighted`` a row of the plan stands for as many as its last column says.
    """

    path: str
    code: str
    message: str
    plan: Plan
    hint: str = ""
    is_loss: bool = False
    weighted: bool = False
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Unique:
    """Attributes no two rows share; ``said`` is what else is said about it, in birth names."""

    path: str
    attributes: tuple[str, ...]
    where: Node | None = None
    nulls_distinct: bool = True
    said: str = " True"


def data_checks(found: Origins) -> tuple[DataCheck, ...]:
    """Everything to ask the data before it is migrated."""
    return tuple(_Checks(found).all())


class _Checks:
    def __init__(self, found: Origins) -> None:
        self.found, self.before, self.after = found, found.before, found.after
        self.said = [conditions(born(each.domain)) for each in (self.before, self.after)]
        self.read = set(self._read())

    def all(self) -> Iterator[DataCheck]:
        for origin in self.found.by_name.values():
            if origin.source is None:
                continue
            yield from self.casts(origin)
            yield from self.required(origin)
            yield from self.unique(origin)
            yield from self.conditions(origin)
            yield from self.references(origin)
            yield from self.moved(origin)
            yield from self.dropped(origin)
        for shape in self.found.gone:
            yield from self.gone(shape)

    # Values.

    def casts(self, origin: Origin) -> Iterator[DataCheck]:
        assert origin.source is not None
        for name, was in origin.cast.items():
            old = next(each for each in origin.source.attributes if each.name == was)
            new = origin.attribute(name)
            if storage(new.type) == "string" or compare_types(old.type, new.type) in ("same", "wider"):
                continue
            value, tried = held(origin.old or origin.shape, was), attempt(origin.values[name])
            assert isinstance(tried, Typed)
            fails = Binary("and", IsNull(value.tree, True), IsNull(tried.tree))
            message = f"{{rows}} with a value of type {type_text(old.type)} that is no {type_text(new.type)}"
            hint = "correct them, or choose another type"
            yield self._before(origin, replace(value, tree=fails), origin.path(name), "cast_fails", message, hint)
            if storage(old.type) != "string" and can_cast(new.type, old.type):
                back = Cast(tried.tree, type_text(old.type), value_type=old.type)
                differs = replace(value, tree=Binary("!=", back, value.tree))
                message = f"{{rows}} would be rounded or cut to {type_text(new.type)}"
                yield self._before(origin, differs, origin.path(name), "loses_precision", message, is_loss=True)

    def required(self, origin: Origin) -> Iterator[DataCheck]:
        for attribute in origin.shape.record.attributes:
            name, column = attribute.name, origin.shape.table.column(origin.shape.columns[attribute.name])
            if column is None or not column.required:
                continue
            path = origin.path(name)
            if name in origin.new:
                if column.default is None:
                    message, hint = "{rows} would have no value for it", "give it a default, or make it optional"
                    yield self._after(origin, None, path, "needs_value", message, hint)
            elif not self._was_required(origin, name):
                message = "{rows} without a value for it"
                yield self._after(
                    origin, _null(origin.shape, name), path, "null_in_required", message, "fill them first"
                )

    def _was_required(self, origin: Origin, name: str) -> bool:
        was = origin.same.get(name) or origin.cast.get(name)
        if origin.old is None:
            node = origin.values.get(name)
            was = node.names[0] if isinstance(node, Path) and len(node.names) == 1 else None
            shape = self.before.shapes[origin.source.name] if origin.source else None
            is_key = (
                name in origin.shape.record.key and origin.movement is not None and origin.movement.kind == "distinct"
            )
            return (
                is_key or name in origin.moved or (was is not None and shape is not None and _is_required(shape, was))
            )
        return was is not None and _is_required(origin.old, was)

    def conditions(self, origin: Origin) -> Iterator[DataCheck]:
        """Rules and limits that are new, or whose values are."""
        resource = origin.shape.resource
        for rule in resource.rules:
            if rule.severity == "error" and {"create", "update"} <= set(rule.on):
                where = (origin.shape.birth, rule.birth_name)
                is_known = self.said[0].get(where) == self.said[1][where]
                if not (is_known and self._is_quiet(rule.condition, origin)):
                    path = dotted("resources", resource.name, "rules", rule.name)
                    yield from self._breaking(
                        origin, rule.condition, path, "rule_broken", rule.message or write(rule.condition)
                    )
        for attribute in origin.shape.record.attributes:
            was = origin.same.get(attribute.name)
            old = (
                next((each for each in origin.source.attributes if each.name == was), None)
                if was and origin.source
                else None
            )
            before = limits(old.model_copy(update={"name": attribute.name})) if old is not None else {}
            for word, condition in limits(attribute).items():
                is_known = word in before and write(before[word]) == write(condition)
                if not is_known and attribute.name not in origin.new:
                    code = f"{word}_broken"
                    yield from self._breaking(origin, condition, origin.path(attribute.name), code, write(condition))

    def _is_quiet(self, condition: Node, origin: Origin) -> bool:
        """Whether no value moves or changes that the condition may be about."""
        everywhere = any(
            isinstance(each, Over) or (isinstance(each, Path) and len(each.names) > 1) for each in walk(condition)
        )
        about = self.found.by_name.values() if everywhere else (origin,)
        return all(set(each.values) == set(each.same) and not each.moved and each.old is not None for each in about)

    def _breaking(self, origin: Origin, condition: Node, path: str, code: str, what: str) -> Iterator[DataCheck]:
        resource = origin.shape.resource
        if not check(condition, self.after.domain, resource, is_condition=True).problems.is_ok:
            return  # what is wrong with the design is said where designs are checked
        plan = rows_breaking(self.after.domain, resource, condition, self.found.tried)
        yield DataCheck(
            path, code, f"broken by {{rows}}: {what}", plan, "correct them, or relax it", shown=_telling(origin.shape)
        )

    # Rows.

    def unique(self, origin: Origin) -> Iterator[DataCheck]:
        known = (
            {(frozenset(each.attributes), each.said) for each in self.uniques(origin.old, 0)} if origin.old else set()
        )
        for each in self.uniques(origin.shape, 1):
            names = frozenset(origin.same.get(name, f"\0{name}") for name in each.attributes)
            is_counted = origin.movement is not None and origin.movement.number in each.attributes
            if (names, each.said) not in known and not is_counted:
                yield self._twice(origin, each)

    def uniques(self, shape: Shape, version: int) -> Iterator[_Unique]:
        """What no two rows share, tenants apart."""
        domain, resource = (self.before, self.after)[version].domain, shape.resource
        path = dotted("resources", resource.name)
        if shape.record.key:
            yield _Unique(dotted("resources", resource.name, "key"), shape.record.key)
        tenant = domain.tenancy.attribute if domain.tenancy.strategy == "attribute" else ""
        within = (tenant,) if tenant in shape.columns and resource.name not in domain.tenancy.shared else ()
        for each in resource.identities:
            attributes = tuple(dict.fromkeys((*(() if each.across_tenants else within), *each.attributes)))
            if each.attributes and set(attributes) <= set(shape.columns):
                path = dotted("resources", resource.name, "identities", each.name)
                said = f"{self.said[version][shape.birth, f'{IDENTITY}{each.birth_name}']} {each.nulls_distinct}"
                yield _Unique(path, attributes, each.where, each.nulls_distinct, said)
        for reference in shape.record.references:
            if reference.is_single and set(reference.attributes) != set(shape.record.key):
                yield _Unique(reference.path, reference.attributes)

    def _twice(self, origin: Origin, unique: _Unique) -> DataCheck:
        resource, attributes, where, path = origin.shape.resource, unique.attributes, unique.where, unique.path
        rows = PathPlan(self.after.domain, resource, self.found.tried)
        if where is not None:
            rows.keep(check(where, self.after.domain, resource, is_condition=True).tree)
        columns = [rows.here.path(name) for name in attributes]
        if unique.nulls_distinct:
            rows.plan = Filter(rows.plan, _every(IsNull(each, True) for each in columns))
        groups = tuple(Output(name, each) for name, each in zip(attributes, columns, strict=True))
        counted = Aggregate(
            rows.plan, groups, (Output("rows_", Over("count")),), having=Binary(">", Over("count"), Constant(1))
        )
        shown = tuple(name for name in attributes if not origin.attribute(name).sensitive)
        listed = ", ".join(attributes)
        if origin.movement is not None and origin.movement.kind == "distinct":
            others = ", ".join(name for name in origin.shape.columns if name not in attributes)
            message = f"{listed} does not decide {others}: {{rows}} with the same {listed} that differ in them"
            return DataCheck(
                path, "not_dependent", message, counted, "leave out what differs", weighted=True, shown=shown
            )
        message = f"{{rows}} with the same {listed} as another"
        return DataCheck(path, "duplicates", message, counted, "correct them first", weighted=True, shown=shown)

    def references(self, origin: Origin) -> Iterator[DataCheck]:
        for each in origin.shape.record.references:
            target = self.found.by_name.get(each.destination.name)
            if target is None or self._is_known(origin, target, each):
                continue
            rows = PathPlan(self.after.domain, origin.shape.resource, self.found.tried)
            keys = [rows.here.path(name) for name in each.attributes]
            there = rows.place(target.shape.resource, target.shape.resource.name)
            ends = [there.path(name) for name in each.destination_attributes]
            filled = Filter(rows.plan, _every(IsNull(key, True) for key in keys))
            pairs = _every(Binary("=", key, end) for key, end in zip(keys, ends, strict=True))
            missing = Join(filled, rows.scan(there), pairs, "anti")
            names = origin.shape.record.key or each.attributes
            plan = Project(missing, tuple(Output(name, rows.here.path(name)) for name in names))
            message = f"{{rows}} referring to no {target.shape.resource.name} that is there"
            yield DataCheck(each.path, "dangling", message, plan, "correct them first", shown=_telling(origin.shape))

    def _is_known(self, origin: Origin, target: Origin, reference: Reference) -> bool:
        """Whether the same reference stood before, and nothing it is about changes."""
        if origin.old is None or target.old is None:
            return False
        mine, theirs = (tuple(by.get(name, f"\0{name}") for name in names) for by, names in (
            (origin.same, reference.attributes), (target.same, reference.destination_attributes)))  # fmt: skip
        return any(
            set(zip(mine, theirs, strict=True)) == set(zip(each.attributes, each.destination_attributes, strict=True))
            and each.destination.name == target.old.resource.name
            for each in origin.old.record.references
        )

    def moved(self, origin: Origin) -> Iterator[DataCheck]:
        """What a movement needs: agreement, and a place for everything."""
        movement = origin.movement
        if movement is None:
            return
        path = dotted("resources", movement.resource)
        if movement.kind == "agreed":
            opinions = self.found.opinions(movement)
            keys = tuple(Output(target, Path((f"key_{place}",))) for place, (_, target) in enumerate(movement.keys, 1))
            plan = Aggregate(
                opinions, keys, (Output("rows_", Over("count")),), having=Binary(">", Over("count"), Constant(1))
            )
            names = ", ".join(dict(movement.values))
            message = f"{{rows}} would need more than one {names}: the rows of {movement.source} disagree"
            yield DataCheck(
                path, "disagreement", message, plan, "make them agree first", shown=tuple(each.name for each in keys)
            )
        for loss in movement.losses:
            yield self._loss(loss, movement)

    def _loss(self, loss: Loss, movement: Movement) -> DataCheck:
        here = self.before.along(movement.ways)
        shape = here.shapes[loss.resource]
        plan = project(here.domain, shape.resource, _keys(shape), here.table_of, loss.where)
        message = f"{{rows}} would lose values: {loss.what}"
        return DataCheck(
            dotted("resources", loss.resource), "loses_data", message, plan, is_loss=True, shown=_telling(shape)
        )

    # What goes.

    def dropped(self, origin: Origin) -> Iterator[DataCheck]:
        if origin.old is None:
            return
        kept = {*origin.same.values(), *origin.cast.values()}
        for name in origin.old.columns:
            if name not in kept and (origin.old.resource.name, name) not in self.read:
                yield self._drop(origin.old, name)

    def _drop(self, shape: Shape, name: str) -> DataCheck:
        plan = project(
            self.before.domain, shape.resource, _keys(shape), self.before.table_of, _null(shape, name, is_not=True)
        )
        path = dotted("resources", shape.resource.name, "attributes", name)
        return DataCheck(
            path,
            "loses_data",
            "{rows} with a value for it that would be lost",
            plan,
            is_loss=True,
            shown=_telling(shape),
        )

    def gone(self, shape: Shape) -> Iterator[DataCheck]:
        name = shape.resource.name
        if not any(each.movement and each.movement.clears == name for each in self.found.by_name.values()):
            plan = project(self.before.domain, shape.resource, _keys(shape), self.before.table_of)
            yield DataCheck(
                dotted("resources", name),
                "loses_data",
                "{rows} would be lost",
                plan,
                is_loss=True,
                shown=_telling(shape),
            )
            return
        held = {each for reference in shape.record.references for each in reference.attributes}
        for attribute in shape.columns:
            if attribute not in shape.record.key and attribute not in held and (name, attribute) not in self.read:
                yield self._drop(shape, attribute)

    def _read(self) -> Iterator[tuple[str, str]]:
        """The attributes before whose values move somewhere."""
        for origin in self.found.by_name.values():
            if origin.movement is None:
                continue
            here = self.before.along(origin.movement.ways)
            source = here.domain.resource(origin.movement.source)
            for _, node in origin.movement.values:
                for each in walk(check(node, here.domain, source).tree):
                    if isinstance(each, Column):
                        yield (each.steps[-1].destination if each.steps else source.name), each.attribute

    # Plans.

    def _before(
        self, origin: Origin, where: Typed, path: str, code: str, message: str, hint: str = "", *, is_loss: bool = False
    ) -> DataCheck:
        assert origin.old is not None
        plan = project(self.before.domain, origin.old.resource, _keys(origin.old), self.before.table_of, where)
        return DataCheck(path, code, message, plan, hint, is_loss, shown=_telling(origin.old))

    def _after(self, origin: Origin, where: Typed | None, path: str, code: str, message: str, hint: str) -> DataCheck:
        plan = project(self.after.domain, origin.shape.resource, _keys(origin.shape), self.found.tried, where)
        return DataCheck(path, code, message, plan, hint, shown=_telling(origin.shape))


def _is_required(shape: Shape, name: str) -> bool:
    column = shape.table.column(shape.columns[name])
    return column is not None and column.required


def _null(shape: Shape, name: str, *, is_not: bool = False) -> Typed:
    """Whether an attribute has no value."""
    value = held(shape, name)
    return replace(value, tree=IsNull(value.tree, is_not))


def _keys(shape: Shape) -> Mapping[str, Typed]:
    """What tells a row: its key, or everything."""
    return {name: held(shape, name) for name in shape.record.key or tuple(shape.columns)}


def _telling(shape: Shape) -> tuple[str, ...]:
    """The parts of the key that may be shown."""
    sensitive = {each.name for each in shape.record.attributes if each.sensitive}
    return tuple(name for name in shape.record.key if name not in sensitive)


def _every(conditions: Iterable[Node]) -> Node:
    return reduce(lambda one, other: Binary("and", one, other), conditions)
