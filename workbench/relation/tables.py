"""A domain as tables: each resource becomes a declaration that ``workbench.relation.ddl`` prints, each name one the database keeps whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.expression.typed import Column, Gather
from workbench.model import Attribute, Domain
from workbench.model.address import dotted
from workbench.model.expression import Binary, Call, Constant, Node, Path, mapped
from workbench.model.expression import Reference as Given
from workbench.model.types import ArrayType, EnumType, StructType, Type, storage
from workbench.model.verify.constants import constant, fits, json_text
from workbench.relation.ddl import Check, CreateTable, NewColumn, Unique
from workbench.relation.ddl import Reference as ForeignKey
from workbench.relation.plan import TableName
from workbench.relation.sql_names import Dialect, SqlNames
from workbench.relation.stored import Lose, Reference, Stored, completed, stored, typed

__all__ = ["ResourceTable", "tables"]


def tables(domain: Domain, dialect: Dialect, lose: Lose) -> tuple[ResourceTable, ...]:
    """A table for each resource of ``domain`` that stores something. What does not fit together, or the database has no word for, is told to ``lose``."""
    resources = stored(domain, lose)
    whole = completed(domain, resources)
    names = SqlNames(dialect)
    made = {
        each.resource.name: ResourceTable(each, whole, dialect, names, lose)
        for each in resources
        if _has_columns(each, lose)
    }
    for each in made.values():
        each.key_name = names.take(f"{each.name}_pkey")
    for each in made.values():
        each.declared = each.declaration(made, names)
    return tuple(made.values())


def _has_columns(record: Stored, lose: Lose) -> bool:
    if not record.attributes:
        lose(record.path, "no_attributes", "a table needs at least one column; it is left out", "give it a key")
    return bool(record.attributes)


class ResourceTable:
    """A resource and the table that stores it: ``columns`` by attribute name, ``declared`` what creates it."""

    declared: CreateTable
    key_name: str

    def __init__(self, record: Stored, domain: Domain, dialect: Dialect, names: SqlNames, lose: Lose) -> None:
        self.record, self.domain, self.dialect, self.lose = record, domain, dialect, lose
        self.name = names.take(record.resource.name)
        own = SqlNames(dialect)
        self.columns = {each.name: own.take(each.name) for each in record.attributes}
        renamed = [(record.path, record.resource.name, self.name)]
        renamed += [(record.path_of(name), name, column) for name, column in self.columns.items()]
        for path, name, kept in renamed:
            if kept != name:
                lose(path, "renamed", f"the database cannot keep this name beside the others: it is {kept!r} there")

    def declaration(self, tables: dict[str, ResourceTable], names: SqlNames) -> CreateTable:
        """The table as a declaration; what cannot be declared is told to ``lose``."""
        resource = self.record.resource
        columns = tuple(self.column(each, names) for each in self.record.attributes)
        key = tuple(self.columns[name] for name in self.record.key)
        if key and not self.is_indexable(self.record.key):
            self.lose(f"{self.record.path}.key", "key_not_carried", "DuckDB indexes no arrays, structs or durations")
            key = ()
        if not resource.key:
            self.lose(
                self.record.path, "no_key", "the table has no primary key", "name the attributes that identify a row"
            )
        references = tuple(
            self.foreign_key(each, tables, names)
            for each in self.record.references
            if each.destination.name in tables and self.is_enforced(each)
        )
        comment = (resource.description or resource.label).replace("\0", "")
        checks = (*self.limits(names), *self.rules(names))
        unique, key_name = tuple(self.unique(names)), "" if self.key_name == f"{self.name}_pkey" else self.key_name
        return CreateTable(TableName(self.name), columns, key, unique, references, checks, comment, key_name)

    def column(self, attribute: Attribute, names: SqlNames) -> NewColumn:
        """The column of an attribute."""
        path, type_ = self.record.path_of(attribute.name), attribute.type
        default = attribute.default
        if default is not None and not _is_default(default, type_):
            self.lose(path, "default_not_carried", f"a table cannot keep the default {default} of {type_}")
            default = None
        elif storage(type_) == "json" and (found := constant(default)) is not None:
            default = Constant(json_text(found.value))
        if attribute.generated and default is None:
            self.lose(
                path, "generated_not_carried", "nothing in the table fills it: whoever inserts must", severity="info"
            )
        comment = (attribute.description or attribute.label).replace("\0", "")
        name = self.columns[attribute.name]
        # PostgreSQL would choose these names too, unless they are taken or too long.
        own = f"{self.name}_{name}_check"
        check_name = names.take(own) if isinstance(type_, EnumType) else own
        is_required, named = self.record.is_required(attribute), "" if check_name == own else check_name
        return NewColumn(name, type_, is_required, default, comment, named)

    def foreign_key(self, reference: Reference, tables: dict[str, ResourceTable], names: SqlNames) -> ForeignKey:
        """A reference, its pairs in the order in which the other side declares them unique."""
        other = tables[reference.destination.name]
        declared = [other.record.key, *(each.attributes for each in reference.destination.identities)]
        wanted = reference.destination_attributes
        order = next((each for each in declared if sorted(each) == sorted(wanted)), wanted)
        pairs = dict(zip(wanted, reference.attributes, strict=True))
        return ForeignKey(
            tuple(self.columns[pairs[each]] for each in order),
            TableName(other.name),
            tuple(other.columns[each] for each in order),
            names.take(f"{self.name}_{reference.name}_fkey"),
        )

    def is_enforced(self, reference: Reference) -> bool:
        """Whether a foreign key can keep the reference; where it would refuse rows that lead nowhere, that is told to ``lose``."""
        if not reference.is_enforced:
            text = (
                f"a foreign key would refuse the rows that lead nowhere in {reference.destination.name}; it is left out"
            )
            self.lose(
                reference.path,
                "reference_not_enforced",
                text,
                "correct these rows and infer again, or set enforced in the design",
            )
        return reference.is_enforced

    def unique(self, names: SqlNames) -> Iterator[Unique]:
        """Identities, and references that the other side says come once."""
        tenant = self.domain.tenancy.attribute if self.domain.tenancy.strategy == "attribute" else ""
        is_shared = self.record.resource.name in self.domain.tenancy.shared or tenant not in self.columns
        for identity in self.record.resource.identities:
            path = dotted("resources", self.record.resource.name, "identities", identity.name)
            within = () if identity.across_tenants or is_shared else (tenant,)
            attributes = tuple(dict.fromkeys((*within, *identity.attributes)))
            unknown = [name for name in attributes if name not in self.columns]
            if unknown or not identity.attributes:
                self.lose(
                    path,
                    "identity_not_carried",
                    f"there is no attribute {unknown[0]!r}" if unknown else "it has no attributes",
                )
            elif self.dialect == "duckdb" and (identity.where is not None or not identity.nulls_distinct):
                how = "with nulls equal" if identity.where is None else f"only where {identity.where}"
                self.lose(path, "identity_not_carried", f"DuckDB has no uniqueness {how}", "the workbench checks it")
            elif not self.is_indexable(attributes):
                self.lose(path, "identity_not_carried", "DuckDB indexes no arrays, structs or durations")
            else:
                where = None if identity.where is None else self.condition(identity.where, path, "identity_not_carried")
                if identity.where is None or where is not None:
                    columns = tuple(self.columns[name] for name in attributes)
                    yield Unique(
                        columns, where, identity.nulls_distinct, names.take(f"{self.name}_{identity.name}_key")
                    )
        said = [set(each.attributes) for each in self.record.resource.identities if each.where is None]
        for reference in self.record.references:
            if reference.is_single and set(reference.attributes) not in (set(self.record.key), *said):
                columns = tuple(self.columns[name] for name in reference.attributes)
                yield Unique(columns, name=names.take(f"{self.name}_{reference.name}_key"))

    def limits(self, names: SqlNames) -> Iterator[Check]:
        """Checks for the constraints of attributes."""
        for attribute in self.record.attributes:
            own, limits = Path((attribute.name,)), attribute.constraints
            length = Call("length", (own,))
            wanted: dict[str, Node | None] = {
                "minimum": limits.minimum and Binary(">=", own, limits.minimum),
                "maximum": limits.maximum and Binary("<=", own, limits.maximum),
                "min_length": None if limits.min_length is None else Binary(">=", length, Constant(limits.min_length)),
                "max_length": None if limits.max_length is None else Binary("<=", length, Constant(limits.max_length)),
                "pattern": Call("matches", (own, Constant(limits.pattern))) if limits.pattern else None,
            }
            for word, node in wanted.items():
                code = "pattern_not_carried" if word == "pattern" else "bound_not_carried"
                made = node and self.condition(node, self.record.path_of(attribute.name), code)
                if made:
                    yield Check(made, names.take(f"{self.name}_{attribute.name}_{word}"))

    def rules(self, names: SqlNames) -> Iterator[Check]:
        """Checks for the rules that a table can keep."""
        for rule in self.record.resource.rules:
            path = dotted("resources", self.record.resource.name, "rules", rule.name)
            if rule.severity != "error" or not {"create", "update"} <= set(rule.on):
                why = "a check refuses every row, and this rule does not"
                self.lose(path, "rule_not_carried", f"{why}: {rule.condition}", severity="info")
            elif made := self.condition(rule.condition, path, "rule_not_carried"):
                yield Check(made, names.take(f"{self.name}_{rule.name}"))

    def condition(self, node: Node, path: str, code: str) -> Node | None:
        """``node`` over the columns of the table; None, and a loss, where it is about more than one row holds."""
        try:
            return self._in_columns(typed(node, self.domain, self.record.resource))
        except ValueError as reason:
            self.lose(path, code, str(reason), "the workbench checks it")
        return None

    def _in_columns(self, node: Node) -> Node:
        match node:
            case Column(steps=(), up=0, attribute=name):
                return Column((self.columns[name],), (), self.columns[name], value_type=node.value_type)
            case Column() | Gather():
                raise ValueError(f"a table cannot look beyond the row: {node}")
            case Given():
                raise ValueError(f"a table cannot know what comes with a call: {node}")
        return mapped(node, self._in_columns)

    def is_indexable(self, attributes: Sequence[str]) -> bool:
        """Whether the database can hold these attributes unique."""
        types = {each.name: each.type for each in self.record.attributes}
        nested = [
            isinstance(types[name], ArrayType | StructType) or storage(types[name]) == "duration" for name in attributes
        ]
        return self.dialect == "postgres" or not any(nested)


def _is_default(node: Node, type_: Type) -> bool:
    if isinstance(node, Call) and not node.arguments:
        return storage(type_) == {"now": "timestamp", "today": "date"}.get(node.function)
    found = constant(node)
    value = None if found is None else found.value
    is_kept = not isinstance(value, int) or -(2**63) <= value < 2**63
    return value is not None and is_kept and fits(type_, value)
