"""Changes: one typed edit of a domain each, with what was before, what is after, and why.

    add      an element in a collection, at a position
    remove   an element
    set      a field, from one value to another
    rename   an element, which keeps the name it was born with
    move     an element, to another position among its siblings

``path`` is an address (``workbench.model.address``) by birth names, so that it leads to the same element before and after any
rename; ``names`` is the same address as people call it. ``workbench.evolve`` finds, applies and inverts changes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, TypeAlias, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from workbench.errors import DefinitionError, Problem, VerificationError, nearest
from workbench.model.address import COLLECTIONS, Address, dotted, noun
from workbench.model.behaviour import Transition
from workbench.model.domain import Domain
from workbench.model.element import Count, Element, Frozen, Name
from workbench.model.resource import Attribute, Relationship, Rule
from workbench.views import Text, Tone, View, Viewable

__all__ = ["Change", "ChangeKind", "Value"]

ChangeKind: TypeAlias = Literal["add", "remove", "set", "rename", "move"]

Value: TypeAlias = Any
"""What stands at a place of a design: an element, a tuple of them, an expression, a type, text, a number, a truth value, None."""

_TONES: dict[ChangeKind, Tone] = {
    "add": "good",
    "remove": "bad",
    "set": "accent",
    "rename": "accent",
    "move": "muted",
}


class Change(Frozen, Viewable):
    """One edit of a domain.

    ``before`` and ``after`` are the element removed or added, the values of a field, the names, or the positions. ``position`` is
    where the element added or removed stands among its siblings; None is the end. ``evidence`` is the digest of what was measured.

    >>> dest = Attribute(name="dest", type="string", required=True)
    >>> print(Change(kind="add", path=("resources", "flights", "attributes", "dest"), after=dest))
    add attribute flights.dest: string required
    >>> print(Change(kind="rename", path=("resources", "orders", "attributes", "amount"), before="amount", after="total"))
    rename attribute orders.amount to total
    """

    kind: ChangeKind
    path: Address
    before: Value = None
    after: Value = None
    position: Count | None = None
    names: Address = ()
    reason: str = ""
    evidence: str = ""
    by: str = ""

    @property
    def where(self) -> str:
        """The place it is about, as people call it."""
        return dotted(*(self.names or self.path))

    def __str__(self) -> str:
        subject = f"{self._noun()} {self.where}".strip()
        match self.kind:
            case "add":
                summary = _summary(self.after)
                return f"add {subject}" + (f": {summary}" if summary else "")
            case "remove":
                return f"remove {subject}"
            case "set":
                return f"change {self.where} from {_shown(self.before)} to {_shown(self.after)}"
            case "rename":
                old = dotted(*(self.names or self.path)[:-1], self.before) if self.path else dotted(self.before)
                return f"rename {self._noun()} {old} to {dotted(self.after)}"
            case "move":
                return f"move {subject} from place {self.before} to {self.after}, counted from 0"

    def __repr__(self) -> str:
        return f"<Change: {self}>"

    def _noun(self) -> str:
        if not self.path:
            return "domain"
        collection = self.path[-2] if len(self.path) > 1 else ""
        return noun(collection) if isinstance(collection, str) and collection in COLLECTIONS else ""

    def view(self) -> View:
        """The change as a sentence, its reason behind it."""
        return Text(f"{self}" + (f" ({self.reason})" if self.reason else ""), tone=_TONES[self.kind])

    def as_dict(self) -> dict[str, Value]:
        """The change as JSON values; what is empty is left out, except that a ``set`` has both its values."""
        given = self.model_dump(mode="json", exclude_defaults=True, exclude={"before", "after"})
        adapter = _adapter(self.kind, self.path)
        return given | {
            side: adapter.dump_python(getattr(self, side), mode="json", exclude_defaults=True) for side in self._sides()
        }

    @classmethod
    def from_dict(cls, given: object) -> Change:
        """The change that ``as_dict`` gave.

        Raises:
            VerificationError: it is no change, or its values fit no such place.
        """
        try:
            return cls.model_validate(given).checked()
        except ValidationError as error:
            problems = [Problem(dotted(*each["loc"]), "bad_change", each["msg"]) for each in error.errors()]
            raise VerificationError(problems, "change") from error
        except DefinitionError as error:
            raise VerificationError([Problem("change", "bad_change", str(error))], "change") from error

    def checked(self) -> Change:
        """The same change, with values of the types its place holds: text is read where it stands for an expression or a type.

        Raises:
            DefinitionError: there is no such place in any domain, or a value does not fit it.
        """
        adapter = _adapter(self.kind, self.path)
        try:
            values = {side: adapter.validate_python(getattr(self, side)) for side in self._sides()}
        except ValidationError as error:
            where = dotted(*self.path, *error.errors()[0]["loc"])
            raise DefinitionError(f"{self.kind} {where}: {error.errors()[0]['msg']}") from error
        return self.model_copy(update=values)

    def _sides(self) -> tuple[str, ...]:
        return {"add": ("after",), "remove": ("before",)}.get(self.kind, ("before", "after"))


_NAMES: TypeAdapter[Value] = TypeAdapter(Name)
_PLACES: TypeAdapter[Value] = TypeAdapter(Count)


def _adapter(kind: ChangeKind, path: Address) -> TypeAdapter[Value]:
    """What reads and writes the values of such a change.

    Raises:
        DefinitionError: no domain has such a place, or this kind of change is not about it.
    """
    model, field = _place(path)
    fits = kind in ("add", "remove", "set") if model is None else (field != "") == (kind == "set")
    if not fits:
        message = f"{kind} is about {'a field' if kind == 'set' else 'a named element'}, and {dotted(*path)} is none"
        raise DefinitionError(message)
    return {"rename": _NAMES, "move": _PLACES}.get(kind) or _values(model, field)


@lru_cache(maxsize=512)
def _values(model: type[Frozen] | None, field: str) -> TypeAdapter[Value]:
    if model is None:
        return TypeAdapter(Any)
    return TypeAdapter(get_type_hints(model, include_extras=True)[field] if field else model)


def _place(path: Address) -> tuple[type[Frozen] | None, str]:
    """The model and its field that ``path`` leads to: no field when it leads to an element, no model inside an extension."""
    model: type[Frozen] = Domain
    steps = list(path)
    while steps:
        step = steps.pop(0)
        if not isinstance(step, str) or step not in model.model_fields:
            close = nearest(str(step), model.model_fields, 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            word = model.__name__.lower()
            article = "an" if word[0] in "aeiou" else "a"
            raise DefinitionError(f"{dotted(*path)}: {article} {word} has no {step!r}{hint}")
        if not steps:
            return model, step
        if step == "extensions":
            return None, ""
        inner = _part(model, step)
        if inner is None:
            raise DefinitionError(f"{dotted(*path)}: {step} has no parts of its own")
        if step in COLLECTIONS:
            steps.pop(0)
        model = inner
    return model, ""


@lru_cache(maxsize=256)
def _part(model: type[Frozen], field: str) -> type[Frozen] | None:
    """The model of what a field holds: of the elements of a collection, or of a value with fields of its own."""
    annotation = get_type_hints(model)[field]
    found, kind = (get_args(annotation)[0], Element) if field in COLLECTIONS else (annotation, Frozen)
    return found if isinstance(found, type) and issubclass(found, kind) else None


def _summary(element: Value) -> str:
    match element:
        case Attribute(type=type_, required=required, default=default):
            words = [str(type_), "required" * required, f"default {default}" if default is not None else ""]
            return " ".join(word for word in words if word)
        case Relationship(kind=kind, destination=destination):
            return f"{kind} {destination}"
        case Rule(condition=condition):
            return str(condition)
        case _:
            return ""


def _shown(value: Value) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value if len(value) <= 60 else value[:60] + '…'}'"
        case tuple() | list():
            return f"({', '.join(map(_shown, value[:6]))}{', …' if len(value) > 6 else ''})"
        case Transition(sources=sources, target=target):
            return f"{', '.join(sources)} -> {target}"
        case _:
            return str(value)
