"""Generic actions: functions that a design names and whoever opens the workspace passes. No file ever causes an import."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from workbench.actions.request import arguments_of
from workbench.errors import AdapterError, Problem, VerificationError, WorkbenchError
from workbench.model import Action, ArrayType, Domain, EnumType, Resource, StructType
from workbench.model.expression import Interval
from workbench.model.types import Type, storage, type_text
from workbench.model.verify.constants import fits

__all__ = ["Functions", "generic_actions", "is_value"]

# ``Any``: a function takes and gives whatever its action declares, which is checked when it is called.


def generic_actions(domain: Domain) -> dict[str, list[tuple[Resource, Action]]]:
    """The generic actions, by ``resource.action`` and by ``action``."""
    known: dict[str, list[tuple[Resource, Action]]] = {}
    for resource in domain.all_resources:
        for action in resource.actions:
            if action.kind == "generic":
                for name in (action.name, f"{resource.name}.{action.name}"):
                    known.setdefault(name, []).append((resource, action))
    return known


class Functions:
    """``given`` functions, by the names of generic actions: ``resource.action``, or ``action`` for those called so of any resource."""

    def __init__(self, given: Mapping[str, Callable[..., Any]] | None = None) -> None:
        self._given = dict(given or {})
        problems = [
            Problem(
                f"functions.{name}", "no_function", f"a {type(each).__name__} cannot be called", hint="pass a function"
            )
            for name, each in self._given.items()
            if not callable(each)
        ]
        if problems:
            raise VerificationError(problems, "functions")

    def call(self, resource: Resource, action: Action, arguments: Mapping[str, Any]) -> Any:
        """What the function of a generic action answers to ``arguments``, which it takes by name.

        Raises:
            VerificationError: no function was passed for it, an argument is missing or no value of its type, or the answer is none of
                what the action returns.
            AdapterError: the function failed; its error is chained.
        """
        called = f"{resource.name}.{action.name}"
        function = self._given.get(called) or self._given.get(action.name)
        if function is None:
            passed = f"passed were {', '.join(self._given)}" if self._given else "none was passed"
            hint = f"pass it where the workspace is opened: functions={{{called!r}: …}}"
            raise VerificationError(
                [Problem(called, "missing_function", f"it needs a function; {passed}", hint=hint)], called
            )
        found = arguments_of(action, arguments)
        problems = [
            Problem(
                f"{called}.{each.name}",
                "unfit_argument",
                f"{_shown(found[each.name], each.sensitive)} is no {type_text(each.type)}",
            )
            for each in action.arguments
            if not is_value(each.type, found[each.name])
        ]
        if problems:
            raise VerificationError(problems, called)
        try:
            answer = function(**found)
        except WorkbenchError:
            raise
        except Exception as error:
            message = f"{called}: its function failed: {type(error).__name__}: {error}"
            raise AdapterError(message, path=called, code="function_failed") from error
        if action.returns is not None and not is_value(action.returns, answer):
            message = f"its function answered with {_shown(answer)}, which is no {type_text(action.returns)}"
            raise VerificationError([Problem(called, "unfit_answer", message, hint="correct the function")], called)
        return answer


def is_value(type_: Type, value: Any) -> bool:
    """Whether a Python value is one of ``type_``; None is one of each.

    >>> from workbench.model import parse_type
    >>> is_value(parse_type("array(integer)"), [1, 2]), is_value(parse_type("date"), "2026-01-01")
    (True, False)
    """
    match type_:
        case _ if value is None:
            return True
        case ArrayType(item=item):
            return isinstance(value, list | tuple) and all(is_value(item, each) for each in value)
        case StructType(fields=parts):
            types = {part.name: part.type for part in parts}
            known = isinstance(value, Mapping) and value.keys() <= types.keys()
            return known and all(is_value(types[name], each) for name, each in value.items())
        case EnumType(names=names):
            return isinstance(value, str) and value in names
    match storage(type_):
        case "json":
            return _is_json(value)
        case "duration":
            return isinstance(value, dt.timedelta | Interval)
        case "uuid" if isinstance(value, uuid.UUID):
            return True
        case "binary":
            return isinstance(value, bytes | str)
    scalar = isinstance(value, str | int | float | Decimal | dt.date | dt.time)
    is_endless = isinstance(value, Decimal) and not value.is_finite()
    return scalar and not is_endless and fits(type_, value)


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _shown(value: Any, is_sensitive: bool = False) -> str:
    text = "…" if is_sensitive else repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
