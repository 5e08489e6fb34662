"""What is wrong with a JSON document that should hold a model, said in the words of the design.

Pydantic reports steps into the document (``resources, 0, attributes, 2, type``); a reader knows names (``flights.dest.type``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, get_args

from pydantic import ValidationError

from workbench.errors import Problem, nearest
from workbench.language.json_text import Doubled, Json
from workbench.language.places import Places, Spot, Steps
from workbench.model.address import COLLECTIONS, Address, dotted
from workbench.model.element import Frozen

__all__ = ["MOST_PROBLEMS", "doubled_fields", "mistakes"]

MOST_PROBLEMS = 1000
"""So many are explained; a document with more is not read to its end."""

_EXPECTED = {
    "string_type": "text",
    "string_unicode": "text without broken characters",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "the name of a type, or an object with a kind",
}
"""Pydantic's error type -> what should have stood there."""


def mistakes(
    error: ValidationError, model: type[Frozen], document: Json, called: str = "text", places: Places | None = None
) -> Iterator[Problem]:
    """One problem for every mistake in ``error``, which validating ``document``, from a file ``called`` so, as ``model`` raised; with its
    place in the text, where ``places`` knows it.
    """
    found = error.errors(include_url=False)
    located = [(dict(each), _trodden(each["loc"], model, document)) for each in found[:MOST_PROBLEMS]]
    places = places or Places()
    spots = places.find([every for _, steps in located for every in (steps, steps[:-1])])
    for each, steps in located:
        while steps and steps not in spots:
            steps = steps[:-1]
        for problem in _explained(each, model, document):
            yield _placed(problem, each, spots.get(steps), places)
    if len(found) > MOST_PROBLEMS:
        message = f"{len(found) - MOST_PROBLEMS:,} more mistakes are not listed"
        yield Problem(called, "more_problems", message, hint="is this the right file?")


def _placed(problem: Problem, each: dict[str, Any], spot: Spot | None, places: Places) -> Problem:
    """The problem with its place in the whole text, where that is known: a problem of an expression knows its place inside that."""
    if spot is None:
        return problem
    place = spot.key if each["type"] == "extra_forbidden" else spot.value
    if problem.line is not None and isinstance(each["input"], str):
        place = places.within(spot, each["input"], problem.line, problem.column or 1)
    return replace(problem, line=place.line, column=place.column)


def _explained(each: dict[str, Any], model: type[Frozen], document: Json) -> Iterator[Problem]:
    kind, steps, value, context = each["type"], each["loc"], each["input"], each.get("ctx", {})
    address, models = _located(steps, model, document)
    path = dotted(*address)
    if kind == "missing":
        above, models = _located(steps[:-1], model, document)
        yield Problem(dotted(*above), "missing_field", f"{_noun(models)} needs {steps[-1]!r}", hint="add it")
    elif kind == "extra_forbidden":
        above, models = _located(steps[:-1], model, document)
        known = [name for each in models for name in each.model_fields]
        close = nearest(str(steps[-1]), known)
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
        yield Problem(dotted(*above), "unknown_field", f"{_noun(models)} has no {str(steps[-1])[:80]!r}", hint=hint)
    elif kind == "expression":
        for problem in context["problems"]:
            message = f"in {value[:80]!r}: {problem.message}"
            yield Problem(path, problem.code, message, hint=problem.hint, line=problem.line, column=problem.column)
    elif kind in _EXPECTED:
        yield Problem(path, "wrong_type", f"this is {_shown(value)}", hint=f"write {_EXPECTED[kind]}")
    elif kind == "value_error":
        said, _, hint = str(context["error"]).partition("; ")
        yield Problem(path, "bad_value", said, hint=hint)
    elif kind == "literal_error":
        close = nearest(str(value), [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")])
        hint = f"did you mean {close[0]!r}?" if close else f"write {context['expected']}"
        yield Problem(path, "bad_value", f"this is {_shown(value)}", hint=hint)
    elif kind == "union_tag_invalid":
        hint = f"there are {context['expected_tags']}"
        yield Problem(path, "bad_value", f"no type has the kind {str(context['tag'])[:80]!r}", hint=hint)
    elif kind == "string_pattern_mismatch":
        yield Problem(
            path, "bad_value", f"this is {_shown(value)}", hint="a name has no line breaks or control characters"
        )
    else:
        hint = each["msg"].replace("Input should", "it should").replace("String should", "it should")
        yield Problem(path, "bad_value", f"this is {_shown(value)}", hint=hint)


def _located(steps: Sequence[str | int], model: type[Frozen], document: Json) -> tuple[Address, list[type[Frozen]]]:
    """Where ``steps`` lead, by the names of the elements on the way, and the models that may stand there."""
    address, _, models = _followed(steps, model, document)
    return address, models


def _trodden(steps: Sequence[str | int], model: type[Frozen], document: Json) -> Steps:
    """``steps`` without those that lead from a union to one of its kinds, which no document has."""
    return _followed(steps, model, document)[1]


def _followed(
    steps: Sequence[str | int], model: type[Frozen], document: Json
) -> tuple[Address, Steps, list[type[Frozen]]]:
    address: list[str | int] = []
    trodden: list[str | int] = []
    models, value = [model], document
    for step in steps:
        kinds = [each for each in models if "kind" in each.model_fields and each.model_fields["kind"].default == step]
        if len(models) > 1 and kinds:
            models = kinds
            continue
        trodden.append(step)
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
            name = value.get("name") if isinstance(value, dict) and address and address[-1] in COLLECTIONS else None
            address.append(name if isinstance(name, str) else step)
        else:
            fields = [each.model_fields[step].annotation for each in models if step in each.model_fields]
            models = [inner for annotation in fields for inner in _models(annotation)]
            value = value.get(step) if isinstance(value, dict) else None
            address.append(step)
    return tuple(address), tuple(trodden), models


def _models(annotation: object) -> Iterator[type[Frozen]]:
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        yield annotation
    for inside in get_args(annotation):
        yield from _models(inside)


def _noun(models: Sequence[type[Frozen]]) -> str:
    word = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", models[0].__name__).lower() if len(models) == 1 else "object"
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _shown(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return f"the text {value[:80]!r}" + "…" * (len(value) > 80)
        case _:
            return f"the number {value!s:.80}"


def doubled_fields(
    doubled: Sequence[Doubled], model: type[Frozen], document: Json, places: Places | None = None
) -> Iterator[Problem]:
    """A problem for every key that stood more than once in an object of ``document``, at the last."""
    by_id = {id(each.found): each.doubled for each in doubled}
    found = [
        (steps, key)
        for steps, value in _inside(document, ())
        if id(value) in by_id
        for key in by_id[id(value)][:MOST_PROBLEMS]
    ]
    spots = (places or Places()).find([(*steps, key) for steps, key in found])
    for steps, key in found:
        path = dotted(*_located(steps, model, document)[0])
        problem = Problem(path, "duplicate_field", f"{key[:80]!r} is said more than once", hint="keep one of them")
        spot = spots.get((*steps, key))
        yield replace(problem, line=spot.key.line, column=spot.key.column) if spot else problem


def _inside(value: Json, steps: Steps) -> Iterator[tuple[Steps, Json]]:
    yield steps, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield from _inside(child, (*steps, step))
