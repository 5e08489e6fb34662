"""The controls of a form, found from the Pydantic model it fills: what is declared appears, nothing is written down twice.

The only hints kept here are about order and about which names are offered; a field that none of them speaks of has its control all the
same.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from workbench.model import Type
from workbench.model.address import noun
from workbench.model.element import Element, Frozen
from workbench.model.expression import Node

__all__ = ["Control", "ControlKind", "Names", "controls", "noun_of"]

ControlKind: TypeAlias = Literal[
    "text", "prose", "number", "checkbox", "select", "type", "expression", "names", "choices", "group", "rows", "parts", "json"
]  # fmt: skip
"""How a field is filled.

``text``        one line, perhaps with suggestions            ``names``     several names, one after another
``prose``       several lines                                 ``choices``   any of a few words
``number``      a whole number                                ``group``     a value with fields of its own
``checkbox``    yes or no                                     ``rows``      several values with fields of their own
``select``      one of a few words                            ``parts``     elements, which have forms of their own
``type``        a type, as it is written                      ``json``      anything else, as JSON
``expression``  an expression, as it is written
"""

Names: TypeAlias = Literal[
    "", "resources", "attributes", "their attributes", "states", "actions", "identities", "clusters", "zones", "steps", "types",
]  # fmt: skip
"""Which names of the design a field is offered; ``attributes`` are those of the resource it is about, ``their attributes`` those of the
resource a relationship leads to."""


@dataclass(frozen=True, slots=True)
class Control:
    """How ``field`` is filled. ``required`` says that it cannot be left out, ``nullable`` that it may hold nothing at all;
    ``options`` are the words of a choice, ``controls`` those of a group or of one row; what ``is_rare`` may be put away;
    ``noun`` is what one of several is called.
    """

    field: str
    kind: ControlKind
    help: str = ""
    required: bool = False
    nullable: bool = False
    options: tuple[str, ...] = ()
    controls: tuple[Control, ...] = ()
    offers: Names = ""
    is_rare: bool = False
    noun: str = ""

    @property
    def label(self) -> str:
        """The field as people read it."""
        return self.field.replace("_", " ").capitalize()


_PROSE = ("description",)
_LAST = ("label", "description", "cluster", "source_name", "version", "time_zone", "extensions", "was")
"""Fields that are filled in last."""
_RARE = ("cluster", "source_name", "version", "time_zone", "extensions", "was")
_APART = ("transitions",)
"""Rows that are looked at one by one, like elements."""
_NAMES: dict[str, Names] = {
    "resource": "resources", "destination": "resources", "through": "resources", "shared": "resources", "target": "states",
    "key": "attributes", "attributes": "attributes", "source_key": "attributes", "accept": "attributes", "version": "attributes",
    "attribute": "attributes", "destination_key": "their attributes", "sources": "states", "on_failure": "states", "parent": "states",
    "since": "attributes", "upsert_identity": "identities", "actions": "actions", "action": "actions", "cluster": "clusters",
    "time_zone": "zones", "wait_for": "steps", "returns": "steps",
}  # fmt: skip
_OTHERWISE: dict[tuple[str, str], Names] = {
    ("Effect", "target"): "resources", ("Contract", "version"): "", ("Endpoint", "since"): "",
}  # fmt: skip
_DEEPEST = 5


@lru_cache(maxsize=128)
def controls(model: type[Frozen]) -> tuple[Control, ...]:
    """A control for every field of ``model``, in the order they are filled in.

    >>> from workbench.model import Rule
    >>> [(each.field, each.kind) for each in controls(Rule)][:4]
    [('name', 'text'), ('condition', 'expression'), ('message', 'text'), ('severity', 'select')]
    """
    return _controls(model, 0)


def noun_of(model: type[Frozen]) -> str:
    """What one of ``model`` is called: ``field policy``."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in model.__name__).strip()


def _controls(model: type[Frozen], depth: int) -> tuple[Control, ...]:
    hints = get_type_hints(model, include_extras=True)
    found = [_control(model, field, hints[field], depth) for field in model.model_fields]
    return tuple(sorted(found, key=_rank))


def _rank(control: Control) -> tuple[int, int]:
    """The name, what fills a line, what is ticked, what all elements have, what has parts of its own, what is rare."""
    late = _LAST.index(control.field) if control.field in _LAST else -1
    if control.field == "name" or late >= 0:
        return (0 if late < 0 else 5 if control.is_rare else 3), late
    return {"checkbox": 2, "group": 4, "rows": 4, "parts": 4}.get(control.kind, 1), 0


def _control(model: type[Frozen], field: str, hint: Any, depth: int) -> Control:
    declared = model.model_fields[field]
    inner, nullable = _without_none(hint)
    kind, options, row = _kind(field, inner)
    if row is not None and depth >= _DEEPEST:
        kind, row = "json", None
    return Control(
        field,
        kind,
        declared.description or "",
        declared.is_required(),
        nullable,
        options,
        _controls(row, depth + 1) if row is not None and kind != "parts" else (),
        _offers(model, field, kind),
        is_rare=field in _RARE and not declared.is_required(),
        noun=noun_of(row) if row is not None and kind == "rows" else noun(field),
    )


def _offers(model: type[Frozen], field: str, kind: ControlKind) -> Names:
    if kind == "type":
        return "types"
    return _OTHERWISE.get((model.__name__, field), _NAMES.get(field, "")) if kind in ("text", "names") else ""


def _kind(field: str, hint: Any) -> tuple[ControlKind, tuple[str, ...], type[Frozen] | None]:
    """The kind of control, its options, and the model of its parts."""
    if hint == Type:
        return "type", (), None
    plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if get_origin(plain) is Literal:
        return "select", get_args(plain), None
    if get_origin(plain) is tuple:
        return _of_many(field, get_args(plain)[0])
    if not isinstance(plain, type):
        return "json", (), None
    if issubclass(plain, Node):
        return "expression", (), None
    if issubclass(plain, Frozen):
        return "group", (), plain
    if plain is bool:
        return "checkbox", (), None
    if plain is int:
        return "number", (), None
    if plain is str:
        return ("prose" if field in _PROSE else "text"), (), None
    return "json", (), None


def _of_many(field: str, item: Any) -> tuple[ControlKind, tuple[str, ...], type[Frozen] | None]:
    plain = get_args(item)[0] if get_origin(item) is Annotated else item
    if get_origin(plain) is Literal:
        return "choices", get_args(plain), None
    if isinstance(plain, type) and issubclass(plain, Frozen):
        apart = issubclass(plain, Element) or field in _APART
        return ("parts" if apart else "rows"), (), plain
    return ("names" if plain is str else "json"), (), None


def _without_none(hint: Any) -> tuple[Any, bool]:
    """The type beside ``None``, and whether there was one."""
    if get_origin(hint) in (Union, types.UnionType):
        rest = [each for each in get_args(hint) if each is not type(None)]
        if len(rest) == 1 and len(rest) < len(get_args(hint)):
            return rest[0], True
    return hint, False
