"""Facts that a person sets on a proposed design: renames that everything follows, and fields of one element."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from workbench.errors import DefinitionError, NotFoundError
from workbench.evidence.decisions import Decision
from workbench.evidence.profile import TableProfile
from workbench.model import Domain
from workbench.model.element import Name

__all__ = ["Names", "edited"]

_NAME: TypeAdapter[str] = TypeAdapter(Name)


class Names:
    """What tables and columns are called in the design, as far as decisions renamed them.

    ``given`` has the new name of a table or ``table.column``; ``unfit`` has, by place among the decisions, why one of them could not
    be followed.
    """

    def __init__(self, tables: Mapping[str, TableProfile], decisions: Iterable[Decision]) -> None:
        self.given: dict[str, str] = {}
        self.unfit: dict[int, str] = {}
        self._tables = tables
        self._columns = {
            column.path: (table.name, column.name) for table in tables.values() for column in table.columns
        }
        for place, each in enumerate(decisions):
            if each.verdict == "edit" and "name" in each.facts:
                try:
                    self._rename(each.about, each.facts["name"])
                except (NotFoundError, DefinitionError) as error:
                    self.unfit[place] = str(error)

    def _rename(self, about: str, name: object) -> None:
        table, column = self.in_data(about)
        try:
            new = _NAME.validate_python(name)
        except ValidationError as error:
            raise DefinitionError(f"{about}: {name!r} is no name") from error
        beside = [each.name for each in self._tables[table].columns] if column else list(self._tables)
        prefix = f"{table}." if column else ""
        if any(self.given.get(prefix + each, each) == new for each in beside if each != (column or table)):
            raise DefinitionError(f"{about}: there is another {new!r} beside it")
        self.given[f"{table}.{column}" if column else table] = new

    def in_data(self, path: str) -> tuple[str, str]:
        """Table and column (or none) that a path names, whether by the data's names or by those given since.

        Raises:
            NotFoundError: there is no such element.
        """
        if path in self._tables:
            return path, ""
        if path in self._columns:
            return self._columns[path]
        paths = {self.given.get(name, name): (name, "") for name in self._tables}
        for table, column in self._columns.values():
            called = self.given.get(f"{table}.{column}", column)
            for name in (table, self.given.get(table, table)):
                paths.setdefault(f"{name}.{column}", (table, column))
                paths.setdefault(f"{name}.{called}", (table, column))
        if path not in paths:
            raise NotFoundError("resource or attribute", path, paths)
        return paths[path]

    def in_design(self, path: str) -> tuple[str, str]:
        """Resource and attribute (or none) in the design, of a path as ``in_data`` takes it."""
        table, column = self.in_data(path)
        return self.given.get(table, table), self.given.get(f"{table}.{column}", column) if column else ""


def edited(domain: Domain, where: tuple[str, str], facts: Mapping[str, Any]) -> Domain:
    """``domain`` with ``facts`` set on a resource or attribute; the name is left to ``design``, which renames it everywhere.

    Raises:
        DefinitionError: the element has no such fact, or it does not fit.
    """
    resource = domain.resource(where[0])
    element = resource.attribute(where[1]) if where[1] else resource
    path = ".".join(filter(None, where))
    known = {each for each in type(element).model_fields if each not in ("was", "source_name")}
    if unknown := sorted(set(facts) - known):
        raise DefinitionError(f"{path} has no {unknown[0]!r}; there are {', '.join(sorted(known))}")
    try:
        changed = type(element).model_validate({**dict(element), **facts, "name": element.name})
    except ValidationError as error:
        first = error.errors()[0]
        raise DefinitionError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if where[1]:
        attributes = tuple(changed if each is element else each for each in resource.attributes)
        changed = resource.model_copy(update={"attributes": attributes})
    return domain.model_copy(
        update={"resources": tuple(changed if each is resource else each for each in domain.resources)}
    )
