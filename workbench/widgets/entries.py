"""What is typed into controls, read into the values of a model: each mistake is a problem of its field."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from workbench.errors import NotFoundError, Problem, VerificationError
from workbench.evolve.difference import same
from workbench.expression import parse
from workbench.language.formats import format_called
from workbench.model import Attribute, parse_type
from workbench.model.address import Address, dotted
from workbench.model.change import Value
from workbench.model.element import Frozen
from workbench.model.expression import write
from workbench.widgets.controls import Control, controls, noun_of

__all__ = ["RefusedError", "entered", "model_of_parts"]


class RefusedError(VerificationError):
    """An edit that was not made. ``fields`` says for each of the problems which field it is about, as steps from what was edited."""

    def __init__(self, problems: Sequence[Problem], fields: Sequence[Address]) -> None:
        super().__init__(problems, "the edit was refused")
        self.fields = tuple(fields)


def entered(model: type[Frozen], field: str, given: Any, *, tidy: bool = True) -> Value:
    """What ``given``, a JSON value, means in ``field`` of ``model``; without a field, the whole of it. With
    ``tidy`` expressions are read as they will be written, so that places in them are those of what is shown.

    >>> from workbench.model import Rule
    >>> entered(Rule, "condition", "total > 0")
    Binary(operator='>', left=Path(names=('total',)), right=Constant(value=0))

    Raises:
        RefusedError: it means nothing there; the problems say what is wrong, each with its field.
    """
    try:
        if field:
            control = next(each for each in controls(model) if each.field == field)
            return _adapter(model, field).validate_python(_plain(control, given, (field,), tidy))
        fields = {each.field: each for each in controls(model)}
        if not isinstance(given, Mapping) or any(name not in fields for name in given):
            known = [name for name in given if name not in fields] if isinstance(given, Mapping) else [str(given)]
            raise NotFoundError(f"field of a {noun_of(model)}", str(known[0]), list(fields))
        values = {name: _plain(fields[name], value, (name,), tidy) for name, value in given.items()}
        return _adapter(model, "").validate_python(values)
    except ValidationError as error:
        found = [_problem(model, field, each) for each in error.errors(include_url=False)]
        raise RefusedError([problem for problem, _ in found], [at for _, at in found]) from error


def model_of_parts(model: type[Frozen], rest: Address) -> type[Frozen]:
    """The model of what stands in the collection that ``rest`` leads to, inside one of ``model``.

    Raises:
        NotFoundError: no collection is there.
    """
    kind = ""
    for step in rest:
        if isinstance(step, int) and kind in ("parts", "rows"):
            kind = ""
            continue
        known = {each.field: each for each in controls(model)}
        kind = known[step].kind if step in known else ""
        if kind not in ("parts", "rows", "group"):
            lists = [each.field for each in known.values() if each.kind in ("parts", "rows")]
            raise NotFoundError(f"part of a {noun_of(model)}", str(step), lists)
        hint = get_type_hints(model)[str(step)]
        model = hint if kind == "group" else get_args(hint)[0]
    if kind not in ("parts", "rows"):
        raise NotFoundError("collection", dotted(*rest), [])
    return model


def _plain(control: Control, given: Any, at: Address, tidy: bool) -> Any:
    """``given`` as the model reads it: nothing typed is nothing at all where that may be, JSON is read."""
    if isinstance(given, str) and not given.strip() and control.kind in ("expression", "type", "number", "json"):
        if control.nullable:
            return None
        raise _refusal(
            at, "missing", f"this needs {'a value' if control.kind in ('json', 'number') else _what(control)}"
        )
    if isinstance(given, str) and control.kind == "type":
        return _type(given, at)
    if isinstance(given, str) and control.kind == "json":
        try:
            return json.loads(given)
        except (ValueError, RecursionError) as error:
            raise _refusal(at, "bad_json", f"this is no JSON: {error}") from error
    if control.kind == "expression" and isinstance(given, str) and tidy:
        return _tidy(given)
    if control.kind == "group" and isinstance(given, Mapping):
        return _inside(control, given, at, tidy)
    if control.kind == "rows" and isinstance(given, list):
        return [
            _inside(control, row, (*at, place), tidy) if isinstance(row, Mapping) else row
            for place, row in enumerate(given)
        ]
    return given


def _inside(control: Control, given: Mapping[str, Any], at: Address, tidy: bool) -> dict[str, Any]:
    fields = {each.field: each for each in control.controls}
    return {
        name: _plain(fields[name], each, (*at, name), tidy) if name in fields else each for name, each in given.items()
    }


def _type(text: str, at: Address) -> Any:
    """A type as the model reads it; what has labels or parts of its own is read as the domain language says it, or as JSON."""
    line = " ".join(text.splitlines())
    if line.lstrip().startswith("{"):
        with suppress(ValueError, RecursionError):
            return json.loads(line)
    try:
        return parse_type(line)
    except ValueError:
        if not line.lstrip().startswith(("enum", "struct", "array")):
            return text  # refused where it stands, with the nearest
    before = "domain d\n\nresource r\n  a "
    try:
        (attribute,) = format_called("domain").loads(before + line).resource("r").attributes
        if same(attribute, Attribute(name="a", type=attribute.type)):
            return attribute.type
        told = Problem("", "bad_type", "more than a type is said here")
    except VerificationError as error:
        told = error.problems[0]
    column = max(told.column - len("  a "), 1) if told.column else None
    problem = Problem(dotted(*at), told.code, told.message, hint=told.hint, line=1 if column else None, column=column)
    raise RefusedError([problem], [at])


def _tidy(text: str) -> str:
    """An expression as it is written; what is none stays as it is, to be refused where it stands."""
    try:
        return write(parse(text))
    except VerificationError:
        return text


def _what(control: Control) -> str:
    return "an expression" if control.kind == "expression" else "a type"


def _refusal(at: Address, code: str, message: str) -> RefusedError:
    return RefusedError([Problem(dotted(*at), code, message, hint="what was typed is kept")], [at])


@lru_cache(maxsize=512)
def _adapter(model: type[Frozen], field: str) -> TypeAdapter[Value]:
    return TypeAdapter(get_type_hints(model, include_extras=True)[field] if field else model)


def _problem(model: type[Frozen], field: str, error: Any) -> tuple[Problem, Address]:
    """An error of Pydantic's as a problem of ours, and its field; what an expression says about itself is kept with its place."""
    at = _address(model, ((field,) if field else ()) + tuple(error["loc"]))
    where = dotted(*at) if at else noun_of(model)
    inner = error.get("ctx", {}).get("problems")
    if inner:
        first: Problem = inner[0]
        return Problem(where, first.code, first.message, hint=first.hint, line=first.line, column=first.column), at
    return Problem(where, error["type"], _said(error)), at


def _address(model: type[Frozen], steps: tuple[Any, ...]) -> Address:
    """``steps`` up to the last that is a field or a row: unions add steps of their own."""
    known = {each.field: each for each in controls(model)}
    kept: list[str | int] = []
    for step in steps:
        if isinstance(step, str) and step in known:
            kept.append(step)
            known = {each.field: each for each in known[step].controls}
        elif isinstance(step, int) and known:
            kept.append(step)
        else:
            break
    return tuple(kept)


def _said(error: Any) -> str:
    match error["type"]:
        case "missing" | "string_too_short":
            return "this is needed"
        case "string_pattern_mismatch":
            return "a name has no line breaks or other control characters"
        case "literal_error":
            return f"this is one of {error['ctx']['expected']}"
        case _:
            message: str = error["msg"]
            return message.removeprefix("Value error, ")
