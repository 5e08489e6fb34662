"""A domain as SQL: what both targets share. Each resource becomes a table, and each line of the script leads back to its element."""

from __future__ import annotations

import re
from contextlib import nullcontext

from workbench.emit.draft import Draft, Writer
from workbench.emit.unsaid import report_unsaid
from workbench.model import Domain
from workbench.relation.ddl import Script, create_sql
from workbench.relation.sql_names import Dialect
from workbench.relation.tables import ResourceTable, tables

__all__ = ["emit_sql", "report_script"]


def emit_sql(domain: Domain, dialect: Dialect, file: str, libraries: tuple[str, ...]) -> Draft:
    """A script, ``file``, that creates a table for each resource."""
    draft = Draft(libraries=libraries)
    made = tables(domain, dialect, draft.lose)
    script = create_sql([each.declared for each in made], dialect)
    report_script(script, made, draft)
    _write(draft.file(file), domain, script, made)
    report_unsaid(domain, tuple(each.record for each in made), draft, "SQL DDL", said=("identities", "rules"))
    return draft


def report_script(script: Script, tables: tuple[ResourceTable, ...], draft: Draft) -> None:
    """What the printer could not say is lost, under the element's own path."""
    for problem in script.problems:
        fitting = [each for each in tables if f"{problem.path}.".startswith(f"{each.name}.")]
        path = problem.path
        if fitting:
            table = max(fitting, key=lambda each: len(each.name))
            part = problem.path[len(table.name) + 1 :]
            path = f"{table.record.path}.{part}" if part else table.record.path
        draft.lose(
            path, problem.code, problem.message, problem.hint, "info" if problem.severity == "info" else "warning"
        )


def _write(writer: Writer, domain: Domain, script: Script, tables: tuple[ResourceTable, ...]) -> None:
    by_name = {_quoted(each.name): each for each in tables}
    words = r'(?:CREATE TABLE|ALTER TABLE|COMMENT ON TABLE|COMMENT ON COLUMN|CREATE UNIQUE INDEX .* ON) ("(?:[^"]|"")*")(?:\.("(?:[^"]|"")*"))?'
    writer.add(*(f"-- {line}" for line in (domain.description or domain.label or domain.name).splitlines()), "")
    for statement in script.statements:
        match = re.match(words, statement)
        table = by_name[match[1]] if match else None
        lines = f"{statement};".split("\n")
        if table is None or match is None:
            writer.add(*lines, "")
            continue
        attributes = {_quoted(column): table.record.path_of(name) for name, column in table.columns.items()}
        with writer.element(table.record.path):
            if match[2]:
                with writer.element(attributes[match[2]]):
                    writer.add(*lines)
            else:
                _write_lines(writer, lines, attributes if statement.startswith("CREATE TABLE") else {})
        writer.add("")


def _write_lines(writer: Writer, lines: list[str], attributes: dict[str, str]) -> None:
    """Lines, those that begin with a column's name under its attribute."""
    for line in lines:
        column = re.match(r'  ("(?:[^"]|"")*") ', line)
        path = attributes.get(column[1], "") if column else ""
        with writer.element(path) if path else nullcontext():
            writer.add(line)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
