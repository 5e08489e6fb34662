"""DBML, the language of dbdiagram.io: tables, references of all four cardinalities, enums, groups, partials and notes.

What is only drawn (colours, sticky notes, views) is no part of a domain and goes unsaid. The parser is our own, because a mistake must
be told with its line and the lines after it must still be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workbench.language.importers.dbml_blocks import Blocks, Column, End, Index, Names, Reference, Table
from workbench.language.importers.dbml_text import Setting
from workbench.language.importers.naming import is_name
from workbench.language.importers.shapes import STRING, length_of
from workbench.language.importers.sketch import Entity, Link, Part, Sketch, Unique
from workbench.language.importers.source import looks_like, wrong_kind
from workbench.model import ArrayType, Constraints, EnumType, Type
from workbench.model.address import dotted
from workbench.model.expression import Constant, Node
from workbench.model.types import type_text
from workbench.relation.from_sql import as_type, read_condition
from workbench.relation.native_types import from_native

__all__ = ["read"]

_DIALECTS = {
    "postgresql": "postgres",
    "mysql": "mysql",
    "sql server": "tsql",
    "mssql": "tsql",
    "oracle": "oracle",
    "sqlite": "sqlite",
}
_EXPECTED = "has blocks like 'Table users { … }'"


def read(text: str, name: str) -> Sketch:
    """The tables of DBML ``text`` as a sketch."""
    blocks = Blocks(text, name)
    if not blocks.known or looks_like(text) in ("sql", "mermaid"):
        raise wrong_kind("dbml", text, name, _EXPECTED)
    return _Sketching(blocks).sketch


class _Sketching:
    """Declarations put together: partials injected, types found, references led to their tables."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.sketch = Sketch(blocks.name)
        self.sketch.problems += blocks.problems
        self.sketch.description = blocks.note.strip()
        self.dialect = next((ours for word, ours in _DIALECTS.items() if word in blocks.database), "")
        self.enums = {tuple(part.casefold() for part in names): type_ for names, type_ in blocks.enums.items()}
        self.entities = self.named()
        self.clusters = {self.key(each): group for group, members in blocks.groups for each in members}
        for table in blocks.tables:
            self.entity(table)
        done: set[frozenset[tuple[str, Names]]] = set()
        for reference in blocks.references:
            self.refer(reference, done)

    # Names.

    def named(self) -> dict[Names, str]:
        """Table as written (in lower case) -> the name of its entity: bare, unless two schemas have one of that name."""
        counts = Counter(each.names[-1].casefold() for each in self.blocks.tables)
        return {
            self.key(each.names): each.names[-1] if counts[each.names[-1].casefold()] == 1 else ".".join(each.names)
            for each in reversed(self.blocks.tables)
        }

    @staticmethod
    def key(names: Names) -> Names:
        """A table's name without the schema that is meant anyway; case does not matter."""
        folded = tuple(each.casefold() for each in names)
        return folded[1:] if len(folded) == 2 and folded[0] == "public" else folded

    def find(self, names: Names) -> Entity | None:
        """The entity of a table as written, or by its alias."""
        alias = self.blocks.aliases.get(names[0]) if len(names) == 1 else None
        name = self.entities.get(self.key(names)) or (self.entities.get(self.key(alias)) if alias else None)
        return self.sketch.entities.get(name) if name else None

    # Tables.

    def entity(self, table: Table) -> None:
        """A table is an entity, with what its partials bring."""
        name = self.entities[self.key(table.names)]
        path = dotted("resources", name)
        schema = table.names[0] if len(table.names) > 1 else ""
        entity = Entity(
            name, description=table.note, cluster=self.clusters.get(self.key(table.names), schema), line=table.line
        )
        if not self.sketch.add(entity):
            self.sketch.tell(
                path,
                "duplicate_table",
                "the table is declared a second time; the first counts",
                "rename it",
                line=table.line,
            )
            return
        partials = list(self.partials(table, path))
        for column in self.columns(table):
            self.column(entity, column)
        unsaid = 0
        for index in [each for part in (table, *partials) for each in part.indexes]:
            unsaid += not self.index(entity, index, table.line)
        if unsaid:
            message = f"{unsaid} of its indexes only make it fast; they are not carried"
            self.sketch.tell(path, "index_not_carried", message, severity="info", line=table.line)
        for number, (text, line) in enumerate([each for part in (table, *partials) for each in part.checks], 1):
            self.check(entity, text, f"check_{number}", path, line)

    def partials(self, table: Table, path: str) -> Iterator[Table]:
        for each in table.columns:
            if isinstance(each, tuple):
                if each in self.blocks.partials:
                    yield self.blocks.partials[each]
                else:
                    message = f"no partial is called {'.'.join(each)[:80]!r}"
                    self.sketch.tell(path, "unknown_partial", message, "declare it with TablePartial", line=table.line)

    def columns(self, table: Table) -> list[Column]:
        """Columns in order; one of the table's own replaces one of that name from a partial."""
        own = {each.name.casefold() for each in table.columns if isinstance(each, Column)}
        found: list[Column] = []
        for each in table.columns:
            if isinstance(each, Column):
                found.append(each)
            elif each in self.blocks.partials:
                inner = (one for one in self.blocks.partials[each].columns if isinstance(one, Column))
                found += [one for one in inner if one.name.casefold() not in own]
        return found

    def column(self, entity: Entity, column: Column) -> None:
        """A column is an attribute; its settings say the rest."""
        path = dotted("resources", entity.name, "attributes", column.name)
        if not is_name(column.name) or any(each.casefold() == column.name.casefold() for each in entity.parts):
            what = "is declared twice; the first counts" if is_name(column.name) else "has no name that can be shown"
            self.sketch.tell(path, "duplicate_column", f"the column {what}", "rename it", line=column.line)
            return
        part = Part(column.name, self.type(column, path), line=column.line)
        part.constraints = Constraints(max_length=length_of(column.type))
        entity.add(part)
        for each in column.settings:
            match each.name:
                case "pk" | "primary key":
                    entity.key = (*entity.key, column.name)
                case "not null":
                    part.required = True
                case "unique":
                    entity.unique.append(Unique((column.name,)))
                case "increment":
                    part.generated = True
                case "note":
                    part.description = each.text
                case "default":
                    part.default = self.default(each, part.type, path, column.line)
                case "check":
                    self.check(entity, each.text, f"{column.name}_check", path, column.line)
                case "null" | "ref":
                    pass
                case _:
                    self.sketch.tell(
                        path,
                        "unknown_setting",
                        f"no setting is called {each.name[:40]!r}",
                        severity="info",
                        line=column.line,
                    )

    def type(self, column: Column, path: str) -> Type:
        """What a type as written means: an enum of the text, else a database's type."""
        name = tuple(each.casefold() for each in column.type_names)
        bare = column.type.removesuffix("[]").casefold()
        for each in (name, name[-1:], (bare,)):
            if each in self.enums:
                return ArrayType(item=self.enums[each]) if column.type.endswith("[]") else self.enums[each]
        found = from_native(column.type, self.dialect)
        if found is None:
            message = f"the type {column.type[:80]!r} is not known; it is taken for text"
            self.sketch.tell(path, "unknown_type", message, severity="info", line=column.line)
        return found or STRING

    def default(self, setting: Setting, type_: Type, path: str, line: int) -> Node | None:
        """The default as our language says it."""
        word = setting.value[0] if len(setting.value) == 1 else None
        found: Node | None = None
        if word is not None and word.kind in ("expression", "number"):
            found = read_condition(word.text, self.dialect or "postgres")
        elif word is not None and word.kind == "text":
            found = Constant(word.text)
        elif word is not None and word.text.lower() in ("true", "false"):
            found = Constant(word.text.lower() == "true")
        elif setting.text.lower() == "null":
            return None
        elif word is not None and isinstance(type_, EnumType):
            found = Constant(word.text)
        if isinstance(found, Constant) and not isinstance(type_, EnumType):
            found = as_type(found, type_text(type_)) if type_.kind != "struct" else None
        if found is None:
            self.sketch.tell(
                path, "default_not_carried", f"our language cannot say the default {setting.text[:80]!r}", line=line
            )
        return found

    def index(self, entity: Entity, index: Index, line: int) -> bool:
        """Whether an index says what a domain can: the key, or what is unique."""
        names = {each.name for each in index.settings}
        is_known = index.is_plain and set(index.columns) <= entity.parts.keys()
        if not names & {"pk", "primary key", "unique"}:
            return False
        if not is_known:
            message = f"an index over {', '.join(index.columns)[:80]} is left out: it is over more than columns that are there"
            self.sketch.tell(dotted("resources", entity.name), "unique_expression", message, line=line)
        elif "unique" in names:
            name = next((each.text for each in index.settings if each.name == "name"), "")
            entity.unique.append(Unique(index.columns, name))
        else:
            entity.key = index.columns
        return True

    def check(self, entity: Entity, text: str, name: str, path: str, line: int) -> None:
        """A check is a rule, where our language can say it."""
        node = read_condition(text, self.dialect or "postgres")
        if node is None:
            self.sketch.tell(path, "untranslated_check", f"our language cannot say the check {text[:200]}", line=line)
        else:
            entity.rules.append((name, node, ""))

    # References.

    def refer(self, reference: Reference, done: set[frozenset[tuple[str, Names]]]) -> None:
        """A reference is a link of the end that holds it, or a joining entity between the two."""
        ends = [(self.find(end.table), end) for end in (reference.left, reference.right)]
        for entity, end in ends:
            if entity is None:
                message = (
                    f"a reference names the table {'.'.join(end.table)[:80]!r}, which is not there; it is left out"
                )
                self.sketch.tell(self.sketch.name, "unknown_target", message, "declare the table", line=reference.line)
                return
        (left, here), (right, there) = (
            (entity, self.spelled(entity, end)) for entity, end in ends if entity is not None
        )
        same = frozenset(((left.name, here), (right.name, there)))
        if same in done:
            return
        done.add(same)
        if reference.mark == "<>":
            self.sketch.join((left.name, right.name), (right.name, left.name), line=reference.line)
            return
        if reference.has_actions:
            message = "what a delete or an update does to the rows that refer is not carried"
            self.sketch.tell(
                dotted("resources", left.name), "actions_not_carried", message, severity="info", line=reference.line
            )
        if reference.mark == "<" or (reference.mark == "-" and self.is_held_right(reference, left, here, right, there)):
            left, here, right, there = right, there, left, here
        self.assume_unique(right, there, reference.line)
        left.links.append(Link(right.name, here, there, is_single=reference.mark == "-", line=reference.line))

    def spelled(self, entity: Entity, end: End) -> Names:
        """The columns of an end as the table declares them."""
        by_folded = {each.casefold(): each for each in entity.parts}
        return tuple(by_folded.get(each.casefold(), each) for each in end.columns)

    def is_held_right(self, reference: Reference, left: Entity, here: Names, right: Entity, there: Names) -> bool:
        """Whether of two ends that meet one to one the right one holds the reference: the one that is not the key of its table."""
        left_is_key, right_is_key = set(here) == set(left.key), set(there) == set(right.key)
        return left_is_key if left_is_key != right_is_key else not reference.is_inline

    def assume_unique(self, entity: Entity, columns: Names, line: int) -> None:
        """What a table without a key is referred to by is unique there."""
        known = [entity.key, *(each.parts for each in entity.unique)]
        if (
            entity.key
            or any(set(each) <= set(columns) for each in known if each)
            or not set(columns) <= entity.parts.keys()
        ):
            return
        entity.unique.append(Unique(columns))
        message = f"{', '.join(columns)} is referred to, and so taken to be unique"
        self.sketch.tell(
            dotted("resources", entity.name),
            "unique_assumed",
            message,
            "declare it pk or unique",
            severity="info",
            line=line,
        )
