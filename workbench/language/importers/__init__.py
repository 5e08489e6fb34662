"""Foreign descriptions of data as domains: what people already have, with everything that could not be carried.

    import_design(kind, text_or_path)    JSON Schema, OpenAPI, DBML, Mermaid or SQL DDL
    from_sqlalchemy(models)              live SQLAlchemy classes, or their metadata
    from_pydantic(*models)               live Pydantic models

Text never names anything to import or to fetch: the last two take objects that the caller already has, and only look at them.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workbench.errors import NotFoundError, VerificationError
from workbench.language.importers.finishing import finished
from workbench.language.importers.imported import Imported
from workbench.language.importers.source import text_of

__all__ = ["KINDS", "Imported", "from_pydantic", "from_sqlalchemy", "import_design"]

KINDS = MappingProxyType(
    {
        "dbml": "workbench.language.importers.dbml",
        "json_schema": "workbench.language.importers.json_schema",
        "mermaid": "workbench.language.importers.mermaid",
        "openapi": "workbench.language.importers.openapi",
        "sql": "workbench.language.importers.sql",
    }
)
"""Kind -> the module whose ``read(text, name)`` sketches it; loaded on use."""


def import_design(kind: str, text_or_path: str | Path, *, name: str = "") -> Imported:
    """The domain that a foreign description says, and what could not be carried.

    ``kind`` is one of ``KINDS``; ``name`` is what to call the domain, by default after the file or the description's own title.

    >>> found = import_design("sql", "create table city (id int primary key, name varchar(80) not null);")
    >>> found.domain.resource("city").key
    ('id',)

    Raises:
        NotFoundError: there is no such kind.
        VerificationError: the text cannot be read, is empty, or is of another kind.
    """
    if kind not in KINDS:
        raise NotFoundError("kind of description", kind, KINDS)
    text, called = text_of(text_or_path)
    sketch = import_module(KINDS[kind]).read(text, name or called)
    sketch.name = name or sketch.name
    if not sketch.entities and any(each.severity == "error" for each in sketch.problems):
        raise VerificationError(sketch.problems, sketch.name)
    return finished(kind, sketch)


def from_sqlalchemy(*models: Any, name: str = "imported") -> Imported:
    """The domain that live SQLAlchemy models say: declarative bases, mapped classes, tables or a ``MetaData``, or lists of them.

    ``Any``, because SQLAlchemy is no dependency of the workbench. The models are looked at; no database is asked.

    >>> from sqlalchemy import Column, Integer, MetaData, Table
    >>> city = Table("city", MetaData(), Column("id", Integer, primary_key=True))
    >>> from_sqlalchemy(city).domain.resource("city").key
    ('id',)

    Raises:
        DefinitionError: one of them is no such thing, or the mappers cannot be configured.
    """
    from workbench.language.importers.sqlalchemy_models import read

    return finished("sqlalchemy", read(models, name))


def from_pydantic(*models: Any, name: str = "imported") -> Imported:
    """The domain that live Pydantic models say, those their fields lead to included. ``Any``, because classes are told by looking.

    >>> from pydantic import BaseModel
    >>> class City(BaseModel):
    ...     id: int
    ...     name: str | None = None
    >>> [(each.name, each.required) for each in from_pydantic(City).domain.resource("City").attributes]
    [('id', True), ('name', False)]

    Raises:
        DefinitionError: one of them is no Pydantic model.
    """
    from workbench.language.importers.pydantic_models import read

    return finished("pydantic", read(models, name))
