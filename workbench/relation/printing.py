"""SQLGlot trees as text."""

from __future__ import annotations

from functools import cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as SqlDialect
from sqlglot.errors import ErrorLevel, SqlglotError

from workbench.errors import DefinitionError
from workbench.relation.scalar import Dialect

__all__ = ["generate"]


def generate(tree: exp.Expr, dialect: Dialect, is_pretty: bool = False) -> str:
    """``tree`` as one statement of ``dialect``, on several lines when pretty. Names carry their own quotes.

    Raises:
        DefinitionError: the dialect cannot say it, or it is nested too deeply.
    """
    generator = _dialect(dialect).generator(pretty=is_pretty, unsupported_level=ErrorLevel.RAISE)
    try:
        return generator.generate(tree, copy=False)
    except RecursionError as error:
        raise DefinitionError("what is asked is nested too deeply to become SQL") from error
    except SqlglotError as error:
        raise DefinitionError(f"{dialect} cannot say this: {error}") from error


@cache
def _dialect(name: Dialect) -> SqlDialect:
    return SqlDialect.get_or_raise(name)
