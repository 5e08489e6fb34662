"""What the store's tests share: files written from text, sources opened and closed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.relation.plan import Scan, TableName
from workbench.store import Opened, SourceOptions, open_source


class Session:
    """Opens sources for one test and closes them after it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[Opened] = []

    def write(self, name: str, content: str | bytes) -> Path:
        """A file of the test's folder with this content."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def open(self, source: Any = None, **options: Any) -> Opened:
        """The opened source; the test's folder where none is given."""
        opened = open_source(self.folder if source is None else source, options=SourceOptions(**options))
        self.opened.append(opened)
        return opened

    def csv(self, text: str | bytes, **options: Any) -> Opened:
        """A single CSV file ``t.csv``, opened."""
        return self.open(self.write("t.csv", text), **options)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Opens sources, and closes them when the test is over."""
    made = Session(tmp_path)
    yield made
    for each in made.opened:
        each.store.close()


Facts = Callable[..., Any]


@pytest.fixture
def types() -> Facts:
    """Column name -> type name of a table."""

    def read(opened: Opened, table: str = "t") -> dict[str, str]:
        info = next(each for each in opened.store.tables() if str(each.table) == table)
        return {column.name: column.type for column in info.columns}

    return read


@pytest.fixture
def rows() -> Facts:
    """All rows of a table."""

    def read(opened: Opened, table: str = "t") -> list[tuple[Any, ...]]:
        schema, _, name = table.rpartition(".")
        plan = Scan(TableName(name, schema))
        return opened.store.query(plan).tuples()

    return read


@pytest.fixture
def said() -> Facts:
    """Code -> message of everything an opening noticed."""

    def read(opened: Opened) -> dict[str, str]:
        return {problem.code: problem.message for problem in opened.problems}

    return read
