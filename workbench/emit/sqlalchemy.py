"""SQLAlchemy 2 models: one module, a typed class for each resource, whose ``Base.metadata`` makes the tables of the PostgreSQL DDL.

An enum is text with a check, as there, so that a new value is no change of a type. Rows of related resources that a delete would leave
behind are left to the database, which refuses it. A resource without a key that can be told apart is a ``Table`` without a class.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from workbench.emit.draft import Draft, Writer
from workbench.emit.python_text import Names, camel, docstring, snake, string
from workbench.emit.sql import report_script
from workbench.emit.sqlalchemy_parts import Spelling, call, is_index, plain_key
from workbench.emit.sqlalchemy_relations import Link, Tables, is_made_here, links, overlapping, partner
from workbench.emit.unsaid import report_unsaid
from workbench.errors import Severity
from workbench.model import Attribute, Domain
from workbench.model.address import dotted
from workbench.model.types import ArrayType, EnumType, StructType, Type, storage
from workbench.relation.ddl import CreateTable, NewColumn, carried, create_sql
from workbench.relation.tables import ResourceTable, tables

__all__ = ["emit"]

_FILE = "orm.py"
_MODULES: dict[str, tuple[str, ...]] = {
    "decimal": ("Decimal",),
    "typing": ("Any", "Literal"),
    "uuid": ("UUID", "uuid4"),
    "sqlalchemy": (
        "BigInteger", "Boolean", "CheckConstraint", "Column", "Date", "DateTime", "Double", "ForeignKeyConstraint", "Index", "Interval",
        "LargeBinary", "Numeric", "PrimaryKeyConstraint", "Table", "Text", "Time", "UniqueConstraint", "Uuid", "and_", "literal_column",
        "text",
    ),
    "sqlalchemy.dialects.postgresql": ("ARRAY", "JSONB"),
    "sqlalchemy.orm": ("DeclarativeBase", "Mapped", "foreign", "mapped_column", "relationship", "remote"),
}  # fmt: skip
_RESERVED = frozenset(
    (
        *(name for names in _MODULES.values() for name in names),
        "dt", "Base", "metadata", "registry", "type_annotation_map", "self", "cls", "str", "int", "float", "bool", "bytes", "list", "dict",
    )
)  # fmt: skip
_SCALARS = {
    "string": "str", "text": "str", "integer": "int", "float": "float", "decimal": "Decimal", "boolean": "bool", "date": "dt.date",
    "time": "dt.time", "timestamp": "dt.datetime", "local_timestamp": "dt.datetime", "duration": "dt.timedelta", "uuid": "UUID",
    "json": "Any", "binary": "bytes",
}  # fmt: skip
_BASE = '''\
class Base(DeclarativeBase):
    """What every class derives from; ``Base.metadata`` knows all tables."""


'''


def emit(domain: Domain) -> Draft:
    """One module, ``orm.py``."""
    draft = Draft(libraries=("sqlglot",))
    module = _Module(domain, draft)
    body = Writer(_FILE)
    body.add(*_BASE.split("\n")[:-1])
    for each in module.classes.values():
        each.write(body)
    writer = draft.file(_FILE)
    writer.add(*docstring(domain.description or f"Tables of {domain.label or domain.name}."), "")
    writer.add(*_imports(body.text), "", "")
    writer.append(body)
    records = tuple(each.made.record for each in module.classes.values())
    report_unsaid(domain, records, draft, "SQLAlchemy", said=("identities", "rules"))
    return draft


def _imports(source: str) -> list[str]:
    used = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    lines = ["from __future__ import annotations", "", *["import datetime as dt"] * ("dt" in used)]
    for module, names in _MODULES.items():
        found = ", ".join(name for name in names if name in used)
        lines += (
            [*[""] * (module == "sqlalchemy" and bool(lines[-1])), f"from {module} import {found}"] if found else []
        )
    return lines


class _Module:
    """Every class, its names, and how they are linked."""

    def __init__(self, domain: Domain, draft: Draft) -> None:
        self.domain, self.draft = domain, draft
        self.made_here = {
            dotted("resources", each.name, "attributes", attribute.name)
            for each in domain.all_resources
            for attribute in each.attributes
            if is_made_here(attribute)
        }
        made = {each.record.resource.name: each for each in tables(domain, "postgres", self.lose)}
        report_script(create_sql([each.declared for each in made.values()], "postgres"), tuple(made.values()), draft)
        ordered, self.last = carried([each.declared for each in made.values()], "postgres")
        by_name = {each.table.name: each for each in ordered}
        declared = {name: by_name[each.name] for name, each in made.items()}
        mapped = frozenset(name for name, each in made.items() if _has_identity(each))
        taken = Names(_RESERVED)
        named = {name: taken.take((camel if name in mapped else snake)(name)) for name in made}
        reserved = _RESERVED | set(named.values())
        self.classes = {
            name: _Class(each, declared[name], named[name], name in mapped, reserved, self)
            for name, each in made.items()
        }
        self.by_table = {each.table.table: each for each in self.classes.values()}
        self.links = links(Tables(domain, made, declared, mapped, draft))
        self.fields = {
            link: self.classes[name].names.take(snake(link.relationship.name))
            for name, listed in self.links.items()
            for link in listed
        }

    def lose(self, path: str, code: str, message: str, hint: str = "", severity: Severity = "warning") -> None:
        """What the tables lose, but for values that Python makes."""
        if code != "generated_not_carried" or path not in self.made_here:
            self.draft.lose(path, code, message, hint, severity)


class _Class:
    def __init__(
        self,
        made: ResourceTable,
        table: CreateTable,
        name: str,
        is_mapped: bool,
        reserved: Iterable[str],
        module: _Module,
    ) -> None:
        self.made, self.table, self.name, self.is_mapped, self.module = made, table, name, is_mapped, module
        self.names = Names(reserved)
        # Attributes whose own name will do keep it; the others then find one beside them.
        given = sorted(made.columns, key=lambda name: snake(name) != name)
        self.fields = {made.columns[name]: self.names.take(snake(name)) for name in given}
        self.spelling = Spelling()

    def key_of(self, column: str) -> str:
        """What constraints call a column: its name, unless that has a dot, which would end the table's."""
        return self.fields[column] if "." in column else column

    def source(self, column: str) -> str:
        """Source for a column."""
        return f"{self.name}.{self.fields[column]}" if self.is_mapped else f"{self.name}.c[{string(column)}]"

    def write(self, writer: Writer) -> None:
        """The class, or the table without one, stands in ``writer``."""
        with writer.element(self.made.record.path):
            if self.is_mapped:
                self.write_class(writer)
            else:
                self.write_table(writer)
        writer.add("", "")

    def write_class(self, writer: Writer) -> None:
        resource = self.made.record.resource
        writer.add(f"class {self.name}(Base):")
        writer.add(*docstring(resource.description or resource.label or f"A row of {resource.name}.", "    "), "")
        writer.add(f"    __tablename__ = {string(self.table.table.name)}")
        parts = [*self.constraints()]
        if self.table.comment:
            parts.append(f'{{"comment": {string(self.table.comment)}}}')
        if parts:
            writer.add("    __table_args__ = (", *(f"        {each}," for each in parts), "    )")
        writer.add("")
        for attribute in self.made.record.attributes:
            with writer.element(self.made.record.path_of(attribute.name)):
                writer.add(f"    {self.field(attribute)}")
        listed = self.module.links[resource.name]
        writer.add(*[""] * bool(listed))
        for link in listed:
            with writer.element(link.path):
                writer.add(f"    {self.relation(link)}")

    def write_table(self, writer: Writer) -> None:
        writer.add(f"{self.name} = Table(", f"    {string(self.table.table.name)},", "    Base.metadata,")
        for attribute in self.made.record.attributes:
            column = self.column(attribute)
            with writer.element(self.made.record.path_of(attribute.name)):
                more = {"key": self.key(column), "info": _info(attribute), "default": _factory(attribute)}
                writer.add(f"    {self.spelling.column(self.table, column, **more)},")
        writer.add(*(f"    {each}," for each in self.constraints()))
        writer.add(*[f"    comment={string(self.table.comment)},"] * bool(self.table.comment), ")")

    def constraints(self) -> Iterator[str]:
        """Everything the table keeps."""
        yield from self.spelling.constraints(self.table, self.key_of)
        for reference in self.table.references:
            other = self.module.by_table[reference.target]
            targets = [f"{reference.target.name}.{other.key_of(each)}" for each in reference.target_columns]
            is_last = (self.table.table, reference) in self.module.last
            yield self.spelling.reference(reference, map(self.key_of, reference.columns), targets, is_last)
        for unique in self.table.unique:
            if is_index(unique) and (said := self.spelling.unique(unique, map(self.key_of, unique.columns))):
                yield said

    def column(self, attribute: Attribute) -> NewColumn:
        """The column of an attribute."""
        found = self.table.column(self.made.columns[attribute.name])
        assert found is not None, "every attribute has a column"
        return found

    def key(self, column: NewColumn) -> str:
        key = self.key_of(column.name)
        return string(key) if key != column.name else ""

    def is_required(self, column: str) -> bool:
        found = self.table.column(column)
        return column in self.table.key or (found is not None and found.required)

    def field(self, attribute: Attribute) -> str:
        """The line that declares ``attribute``."""
        column = self.column(attribute)
        field = self.fields[column.name]
        kind = _annotation(column.type) + ("" if self.is_required(column.name) else " | None")
        made = call(
            "mapped_column",
            string(column.name) if column.name != field else "",
            self.spelling.type(column.type),
            key=self.key(column),
            autoincrement=plain_key(self.table, column),
            default=_factory(attribute),
            server_default=self.spelling.default(column),
            comment=column.comment and string(column.comment),
            info=_info(attribute),
        )
        return f"{field}: Mapped[{kind}] = {made}"

    def relation(self, link: Link) -> str:
        """The line that declares a relationship."""
        module = self.module
        others = [each for listed in module.links.values() for each in listed]
        back = partner(link, others)
        overlaps = ",".join(dict.fromkeys(module.fields[each] for each in overlapping(link, others)))
        other, holder = module.classes[link.destination], module.classes[link.holder]
        is_required = link.is_forward and all(self.is_required(column) for column, _ in link.pairs)
        kind = other.name if is_required else f"{other.name} | None"
        is_owner = not link.is_forward and not link.others and link.is_writable
        made = call(
            "relationship",
            secondary=f"lambda: {holder.name}{'.__table__' * holder.is_mapped}" if link.others else "",
            **self.joins(link),
            back_populates=string(module.fields[back]) if back else "",
            overlaps=string(overlaps) if overlaps else "",
            viewonly="" if link.is_writable else "True",
            passive_deletes='"all"' if is_owner else "",
        )
        return (
            f"{module.fields[link]}: Mapped[{f'list[{other.name}]' if link.relationship.is_to_many else kind}] = {made}"
        )

    def joins(self, link: Link) -> dict[str, str]:
        """What joins the two, as far as the foreign keys do not say it."""
        holder, is_self = self.module.classes[link.holder], link.source == link.destination
        target = self.module.classes[link.target]
        if link.is_plain:
            far = [target.source(column) for _, column in link.pairs]
            return {"remote_side": f"lambda: [{', '.join(far)}]"} if is_self and link.is_forward else {}
        if link.others:
            ends = (self, link.pairs), (self.module.classes[link.destination], link.others)
            sides = [
                _joined(f"{end.source(there)} == foreign({holder.source(here)})" for here, there in pairs)
                for end, pairs in ends
            ]
            return {"primaryjoin": f"lambda: {sides[0]}", "secondaryjoin": f"lambda: {sides[1]}"}
        pairs = [(f"foreign({holder.source(here)})", target.source(there)) for here, there in link.pairs]
        if is_self and link.is_forward:
            pairs = [(here, f"remote({there})") for here, there in pairs]
        elif is_self:
            pairs = [(f"remote({here})", there) for here, there in pairs]
        return {"primaryjoin": f"lambda: {_joined(f'{here} == {there}' for here, there in pairs)}"}


def _joined(equalities: Iterable[str]) -> str:
    first, *others = equalities
    return f"and_({', '.join([first, *others])})" if others else first


def _has_identity(made: ResourceTable) -> bool:
    """Whether Python can tell its rows apart by the key."""
    types = {each.name: each.type for each in made.record.attributes}
    key = [types[name] for name in made.record.key]
    return bool(key) and not any(isinstance(each, ArrayType | StructType) or storage(each) == "json" for each in key)


def _annotation(type_: Type) -> str:
    match type_:
        case EnumType():
            return f"Literal[{', '.join(map(string, dict.fromkeys(type_.names)))}]"
        case ArrayType(item=item):
            return f"list[{_annotation(item)}]"
        case StructType():
            return "Any"
    return _SCALARS[storage(type_)]


def _info(attribute: Attribute) -> str:
    return '{"sensitive": True}' if attribute.sensitive else ""


def _factory(attribute: Attribute) -> str:
    return "uuid4" if is_made_here(attribute) else ""
