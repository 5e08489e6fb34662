"""What each rule of ``domain.lark`` makes: facts, each a field of the model and its value, and statements, which gather facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from json import loads as read_json
from typing import Any, NamedTuple

from pydantic import ValidationError

from workbench.errors import nearest
from workbench.language.domain_lines import Text
from workbench.model.expression import Constant, Interval
from workbench.model.types import ArrayType, DecimalType, EnumType, EnumValue, StructField, StructType, parse_type

__all__ = ["DURATIONS", "Fact", "Reader", "Statement", "is_additive"]


class Fact(NamedTuple):
    """A field, its value, and where it was said."""

    field: str
    value: Any
    start: int
    end: int


@dataclass(slots=True)
class Statement:
    """A line that was read: its kind (a rule of the grammar) and its facts. ``kind`` is empty where the line could not be read."""

    kind: str
    facts: list[Fact]
    start: int
    end: int
    children: list[Statement] = field(default_factory=list)

    def get(self, name: str) -> Any:
        """The value of a field, None where it was not said."""
        return next((fact.value for fact in self.facts if fact.field == name), None)


STATEMENTS = frozenset(
    ["domain", "use", "resource", "machine", "reactor", "source", "contract", "extension", "tenancy", "attribute", "relationship", "identity",
     "rule", "calculation", "measure", "dimension", "action", "argument", "policy", "state", "transition", "input", "step", "with", "with_value",
     "mapping", "endpoint", "said", "more"]
)  # fmt: skip
"""Rules that are a whole statement made of facts."""

_CONSTANTS: dict[str, tuple[str, Any]] = {
    "key": ("key", True), "required": ("required", True), "optional": ("required", False), "sensitive": ("sensitive", True),
    "private": ("private", True), "generated": ("generated", True), "unenforced": ("enforced", False),
    "across_tenants": ("across_tenants", True), "nulls_equal": ("nulls_distinct", False), "error": ("severity", "error"),
    "warning": ("severity", "warning"), "info": ("severity", "info"), "semi_additive": ("additive", "not over time"),
    "non_additive": ("additive", "none"), "strict": ("access", "strict"), "initial": ("initial", True), "compound": ("kind", "compound"),
    "parallel": ("kind", "parallel"), "final": ("kind", "final"), "history": ("kind", "history"), "deep_history": ("kind", "deep_history"),
    "unlimited": ("max_retries", None), "belongs_to": ("kind", "belongs_to"), "has_many": ("kind", "has_many"),
    "has_one": ("kind", "has_one"), "many_to_many": ("kind", "many_to_many"), "of_input": ("source", "input"),
    "of_result": ("source", "result"), "of_element": ("source", "element"), "of_value": ("source", "value"),
    "allow": ("decision", ("authorize", False)), "forbid": ("decision", ("forbid", False)),
    "bypass": ("decision", ("authorize", True)), "bypass_forbid": ("decision", ("forbid", True)),
}  # fmt: skip

_VALUES: dict[str, str] = {
    "default": "default", "minimum": "constraints.minimum", "maximum": "constraints.maximum", "pattern": "constraints.pattern",
    "from": "source_name", "was": "was", "label": "label", "description": "description", "message": "message", "where": "where",
    "source_key": "source_key", "destination_key": "destination_key", "through": "through", "filter": "filter", "on": "on",
    "unit": "unit", "grain": "grain", "changes": "changes", "accept": "accept", "upsert": "upsert_identity", "returns": "returns",
    "actions": "actions", "fields": "fields", "when": "if", "unless": "unless", "parent": "parent", "on_entry": "on_entry",
    "on_exit": "on_exit", "event": "event", "after": "after", "since": "since", "effects": "effects", "otherwise": "on_failure",
    "wait_for": "wait_for", "timeout": "timeout", "table": "table", "because": "reason", "available": "since",
    "deprecated": "deprecated", "until": "until", "given": "value",
    "typed": "type", "destination": "destination",
}  # fmt: skip

_MANY = frozenset(["description", "changes", "effects", "on_entry", "on_exit"])

DURATIONS: dict[str, tuple[str, int]] = {
    "microsecond": ("microseconds", 1), "second": ("microseconds", 1_000_000), "minute": ("microseconds", 60_000_000),
    "hour": ("microseconds", 3_600_000_000), "day": ("days", 1), "week": ("days", 7), "month": ("months", 1), "year": ("months", 12),
}  # fmt: skip
"""A unit of a duration, in the singular -> the part of an interval it counts in, and how many of it."""

_MOST_NESTED = 16
_STATEMENT_FIELDS: dict[str, tuple[str, ...]] = {
    "identity": ("attributes",),
    "rule": ("condition",), "dimension": ("expression",), "action": ("kind",), "use": ("file",), "tenancy": ("strategy", "attribute", "shared"),
    "machine": ("resource", "attribute"), "step": ("kind",), "source": ("kind", "location", "resource"), "mapping": ("attribute", "column", "converter"),
    "contract": ("version",), "endpoint": ("method", "path", "resource", "action"), "with": ("name", "place"), "with_value": ("name", "value"),
    "extension": ("name", "json"), "said": (), "more": (), "calculation": ("expression",), "measure": ("expression",),
}  # fmt: skip
"""What the children of a statement that are no facts are, in their order."""


def is_additive(name: str) -> bool:
    """Whether a field may be said more than once: each time adds to it."""
    return name in _MANY


class Reader:
    """Builds the statements of one text and collects its problems."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def make(self, rule: str, of: list[Any], start: int, end: int) -> Any:
        """What ``rule`` makes of its children ``of``, which stood from ``start`` to ``end``."""
        if rule in _CONSTANTS:
            name, value = _CONSTANTS[rule]
            return Fact(name, value, start, end)
        if rule in STATEMENTS:
            return self._statement(rule, of, start, end)
        special: Callable[..., Any] | None = getattr(self, f"_{rule}", None)
        if special is not None:
            return special(of, start, end)
        if rule in _VALUES:
            return Fact(_VALUES[rule], of[0], start, end)
        return Fact(rule, of[0] if of else None, start, end)

    def _statement(self, kind: str, of: list[Any], start: int, end: int) -> Statement:
        facts: list[Fact] = []
        plain: list[Any] = []
        for each in of:
            if isinstance(each, Fact):
                facts.append(each)
            elif type(each) is list:
                facts += each
            elif each is not None:
                plain.append(each)
        names = _STATEMENT_FIELDS.get(kind, ())
        if kind == "tenancy":
            names = ("strategy", *("shared" if isinstance(each, tuple) else "attribute" for each in plain[1:]))
        if kind == "transition":
            names = ("sources", "target") if isinstance(plain[0], tuple) else ("target",)
        facts += [Fact(name, value, start, end) for name, value in zip(names, plain, strict=False)]
        return Statement(kind, facts, start, end)

    # Parts

    def _named(self, of: list[Any], start: int, end: int) -> list[Fact]:
        return [Fact("name", of[0], start, end), *of[1:]]

    def _name(self, of: list[Any], start: int, end: int) -> str:
        return self._text(of, start, end) if of[0].type != "NAME" else str(of[0].text)

    def _text(self, of: list[Any], start: int, end: int) -> str:
        token = of[0]
        if token.type != "ESCAPED":
            return str(token.text[1:-1]).replace('""', '"')
        return self.unescaped(token.text, token.start)

    def unescaped(self, text: str, start: int) -> str:
        """What stands in ``e"…"``."""
        try:
            found = str(read_json(text[1:], strict=False))
            found.encode()
        except (ValueError, UnicodeError):
            hint = 'escapes are those of JSON: \\n, \\t, \\", \\\\, \\u00e9'
            self.text.problem("", "bad_escape", "this text has an escape that means nothing", start, hint)
            return ""
        return found

    def _names(self, of: list[Any], start: int, end: int) -> tuple[str, ...]:
        return tuple(of)

    _path = _assignments = _names

    def _nothing(self, of: list[Any], start: int, end: int) -> tuple[str, ...]:
        return ()

    def _some(self, of: list[Any], start: int, end: int) -> tuple[str, ...]:
        return tuple(of[0])

    def _kind(self, of: list[Any], start: int, end: int) -> str:
        return str(of[0].text)

    def _run(self, of: list[Any], start: int, end: int) -> Fact:
        return Fact("run", ".".join(of[0]), start, end)

    def _compensate(self, of: list[Any], start: int, end: int) -> Fact:
        return Fact("compensate", ".".join(of[0]), start, end)

    def _undo(self, of: list[Any], start: int, end: int) -> Fact:
        return Fact("undo", ".".join(of[0]), start, end)

    def _guard(self, of: list[Any], start: int, end: int) -> list[Fact]:
        return [Fact("guard", of[0], start, end), *of[1:]]

    def _assignment(self, of: list[Any], start: int, end: int) -> dict[str, Any]:
        return {"attribute": of[0], "value": of[1]}

    def _effect(self, of: list[Any], start: int, end: int) -> tuple[dict[str, Any], ...]:
        made: dict[str, Any] = {"kind": of[0], "target": ".".join(of[1])}
        for each in of[2:]:
            made["set" if isinstance(each, tuple) else "where"] = each
        return (made,)

    def _create(self, of: list[Any], start: int, end: int) -> str:
        return "create"

    def _update(self, of: list[Any], start: int, end: int) -> str:
        return "update"

    def _destroy(self, of: list[Any], start: int, end: int) -> str:
        return "destroy"

    def _send(self, of: list[Any], start: int, end: int) -> str:
        return "send"

    def _number(self, token: Any) -> int:
        if len(token.text) > 18:
            self.text.problem("", "bad_number", "this number is too large", token.start, "write a smaller one")
            return 0
        return int(token.text)

    def _retries(self, of: list[Any], start: int, end: int) -> Fact:
        return Fact("max_retries", self._number(of[0]), start, end)

    def _between(self, of: list[Any], start: int, end: int) -> list[Fact]:
        return [*self._at_least(of[:1], start, end), *self._at_most(of[1:], start, end)]

    def _at_least(self, of: list[Any], start: int, end: int) -> list[Fact]:
        return [Fact("constraints.min_length", self._number(of[0]), start, end)]

    def _at_most(self, of: list[Any], start: int, end: int) -> list[Fact]:
        return [Fact("constraints.max_length", self._number(of[0]), start, end)]

    def _bounded(self, of: list[Any], start: int, end: int) -> Any:
        return of[0]

    def _expression(self, of: list[Any], start: int, end: int) -> Any:
        return of[0]

    def _duration(self, of: list[Any], start: int, end: int) -> Constant:
        word = of[1].text
        part, each = DURATIONS.get(word.removesuffix("s"), ("days", 0))
        count = self._number(of[0]) * each
        if not each:
            close = nearest(word, [f"{unit}s" for unit in DURATIONS], 1)
            hint = (
                f"did you mean {close[0]!r}?" if close else f"there are {', '.join(f'{unit}s' for unit in DURATIONS)}"
            )
            self.text.problem("", "unknown_unit", f"no unit of time is called {word!r}", of[1].start, hint)
        elif count > 2**62:
            self.text.problem("", "bad_number", "this is too long a time", start, "write a smaller number")
            count = 0
        return Constant(Interval(**{part: count}))

    # Types

    def _type_problem(self, error: ValueError, start: int) -> Any:
        said, _, hint = str(error).partition("; ")
        self.text.problem("", "unknown_type", said, start, hint)
        return parse_type("string")

    def _scalar(self, of: list[Any], start: int, end: int) -> Any:
        try:
            return parse_type(of[0].text)
        except ValueError as error:
            return self._type_problem(error, start)

    def _plain_decimal(self, of: list[Any], start: int, end: int) -> Any:
        return parse_type("decimal")

    def _decimal(self, of: list[Any], start: int, end: int) -> Any:
        numbers = [self._number(token) for token in of]
        try:
            return DecimalType(precision=numbers[0], scale=numbers[1] if numbers[1:] else 0)
        except ValidationError:
            said = "a decimal has 1 to 38 digits, 0 to 38 of them behind the point; write decimal(10, 2)"
            return self._type_problem(ValueError(said), start)

    def _array(self, of: list[Any], start: int, end: int) -> Any:
        depth, item = 1, of[0]
        while isinstance(item, ArrayType):
            depth, item = depth + 1, item.item
        if depth > _MOST_NESTED:
            return self._type_problem(ValueError(f"arrays are nested at most {_MOST_NESTED} deep; flatten it"), start)
        return ArrayType(item=of[0])

    def _value(self, of: list[Any], start: int, end: int) -> Any:
        name = of[0] if isinstance(of[0], str) else of[0].text[1:-1].replace("''", "'")
        return self._built(EnumValue, start, name=name, label=of[1].value if of[1:] else "")

    def _enum(self, of: list[Any], start: int, end: int) -> Any:
        return EnumType(values=tuple(each for each in of if each is not None))

    def _field(self, of: list[Any], start: int, end: int) -> Any:
        return self._built(StructField, start, name=of[0], type=of[1])

    def _struct(self, of: list[Any], start: int, end: int) -> Any:
        return StructType(fields=tuple(each for each in of if each is not None))

    def _built(self, kind: Any, start: int, **fields: Any) -> Any:
        try:
            return kind(**fields)
        except ValidationError:
            said = "a name is 1 to 255 printable characters"
            self.text.problem("", "bad_name", said, start, "write another name")
            return None

    # Statements with words of their own

    def _keyed(self, of: list[Any], start: int, end: int) -> Statement:
        return Statement("keyed", [Fact("key", of[0], start, end)], start, end)

    def _versioned(self, of: list[Any], start: int, end: int) -> Statement:
        return Statement("versioned", [Fact("version", of[0], start, end)], start, end)

    def _cluster(self, of: list[Any], start: int, end: int) -> Statement:
        return Statement("cluster", [Fact("cluster", of[0], start, end)], start, end)

    def _time_zone(self, of: list[Any], start: int, end: int) -> Statement:
        return Statement("time_zone", [Fact("time_zone", of[0], start, end)], start, end)

    def _answer(self, of: list[Any], start: int, end: int) -> Statement:
        return Statement("answer", [Fact("returns", of[0], start, end)], start, end)
