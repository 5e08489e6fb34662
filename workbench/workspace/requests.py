"""What a batch is asked to do, and to which rows: those that are given, or those a condition chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.actions import Request
from workbench.actions.request import Refused
from workbench.actions.stage import Kind
from workbench.errors import DefinitionError
from workbench.expression import parse
from workbench.model import Resource
from workbench.model.expression import Node, Scalar
from workbench.workspace.records import as_attributes, keys_of, records_of

__all__ = ["request_of"]


def request_of(
    resource: Resource,
    kind: Kind,
    records: Any,
    action: str,
    refused: Refused,
    arguments: Mapping[str, Scalar] | None,
    *,
    identity: str = "",
    where: str | Node | None = None,
    values: Mapping[str, Any] | None = None,
    are_keys: bool = False,
    names: Mapping[str, str] | None = None,
) -> Request:
    """The batch about ``records`` (with ``are_keys`` plain keys, too), or about the rows ``where`` is true, which take ``values``.

    ``names`` leads from the names that attributes have in their source, which records may use, to their own.

    ``Any``: see ``records_of``, whose errors it has, too.

    Raises:
        DefinitionError: it says both which rows are meant and a condition for them, it would change a key, or ``refused`` is no such word.
    """
    told = f"{kind} of {resource.name}"
    if where is None:
        if values is not None:
            raise DefinitionError(f"{told}: 'set' goes with 'where'; records give their values themselves")
        if not (are_keys and isinstance(records, str)):
            records = as_attributes(records, names or {})
        given = keys_of(records, resource) if are_keys else records_of(records, resource)
        return Request(resource.name, kind, given, action, arguments or {}, refused, identity)
    if kind in ("create", "upsert"):
        raise DefinitionError(f"{told}: it takes records, and 'where' is about rows there are")
    if records is not None:
        raise DefinitionError(f"{told}: it takes either records or 'where', not both")
    if not isinstance(where, str | Node):
        raise DefinitionError(f"{told}: 'where' is an expression, and no {type(where).__name__}")
    if keys := [name for name in values or {} if name in resource.key]:
        raise DefinitionError(f"{told}: {', '.join(keys)} says which row is meant, and cannot be changed")
    plain = {name: value for name, value in (values or {}).items() if not isinstance(value, Node)}
    expressions = {name: value for name, value in (values or {}).items() if isinstance(value, Node)}
    condition = parse(where) if isinstance(where, str) else where
    given = records_of([plain] if plain else [], resource)
    return Request(resource.name, kind, given, action, arguments or {}, refused, where=condition, values=expressions)
