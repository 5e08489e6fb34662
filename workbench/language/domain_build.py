"""Statements to model: each becomes an element, with what stands below it; what was said twice or makes no sense is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import ValidationError

from workbench.errors import Problem, VerificationError
from workbench.language.domain_facts import Fact, Statement, is_additive
from workbench.language.domain_lines import Text
from workbench.language.json_text import parse_json
from workbench.language.sections import Sections
from workbench.model.address import Address, dotted
from workbench.model.behaviour import Action, Argument, Effect, Machine, Reactor, State, Step, StepArgument, Transition
from workbench.model.domain import Contract, Domain, Endpoint, FieldMapping, Source
from workbench.model.element import Element, Frozen
from workbench.model.expression import Node, Span
from workbench.model.policy import FieldPolicy, Policy, Tenancy
from workbench.model.resource import (
    Attribute,
    Calculation,
    Constraints,
    Dimension,
    Identity,
    Measure,
    Relationship,
    Resource,
    Rule,
)

__all__ = ["Builder"]

M = TypeVar("M", bound=Frozen)

_MODELS: dict[str, tuple[str, type[Frozen]]] = {
    "attribute": ("attributes", Attribute), "relationship": ("relationships", Relationship), "identity": ("identities", Identity),
    "rule": ("rules", Rule), "calculation": ("calculations", Calculation), "measure": ("measures", Measure),
    "dimension": ("dimensions", Dimension), "action": ("actions", Action), "argument": ("arguments", Argument), "state": ("states", State),
    "transition": ("transitions", Transition), "machine": ("machines", Machine), "reactor": ("reactors", Reactor), "input": ("inputs", Argument),
    "step": ("steps", Step), "with": ("arguments", StepArgument), "source": ("sources", Source), "mapping": ("fields", FieldMapping),
    "contract": ("contracts", Contract), "endpoint": ("endpoints", Endpoint), "resource": ("resources", Resource), "domain": ("domains", Domain),
}  # fmt: skip
"""Kind of statement -> the field of its owner it is gathered in, and what it becomes."""

_SETTINGS = ("keyed", "versioned", "cluster", "time_zone", "answer")


class Builder:
    """Makes a domain of the statements of one text; ``spans`` says afterwards where each element and field stands."""

    def __init__(self, text: Text, sections: Sections, compose: Callable[[tuple[str, ...]], Domain | None]) -> None:
        self.text, self.spans = text, dict[str, Span]()
        self._sections, self._compose = sections, compose

    def domain(self, head: Statement, rest: Iterable[Statement] = (), address: Address = ()) -> Domain | None:
        """The domain of a ``domain`` statement, of what stands below it, and of ``rest``."""
        fields = self._fields(head, address)
        below = [*head.children, *rest]
        self._gather(below, fields, address)
        domains: list[Domain | None] = []
        for each in below:
            if each.kind == "domain":
                domains.append(self.domain(each, address=(*address, "domains", each.get("name"))))
            elif each.kind == "use":
                domains.append(self._compose(each.get("file")))
            elif each.kind == "tenancy":
                self._once(
                    fields,
                    "tenancy",
                    self._made(Tenancy, self._fields(each, (*address, "tenancy")), each, (*address, "tenancy")),
                    each,
                    address,
                )
            elif each.kind == "extension":
                self._extension(each, fields.setdefault("extensions", {}), address)
        if domains:
            fields["domains"] = tuple(each for each in domains if each is not None)
        return self._made(Domain, fields, head, address)

    def _gather(self, below: Iterable[Statement], fields: dict[str, Any], address: Address) -> None:
        """Put what stands below an element into its fields."""
        gathered: dict[str, list[Any]] = {}
        for each in below:
            if each.kind in ("domain", "use", "tenancy", "extension", ""):
                continue
            if each.kind in ("said", "more") or each.kind in _SETTINGS:
                self._add(each.facts, fields, address, below=True)
                continue
            kind = "with" if each.kind == "with_value" else each.kind
            collection, model = ("policies", Policy) if kind == "policy" else _MODELS[kind]
            if kind == "policy" and each.get("fields") is not None:
                collection, model = "field_policies", FieldPolicy
            step: str | int = each.get("name") if issubclass(model, Element) else len(gathered.get(collection, ()))
            here = (*address, collection, step)
            made = self._element(each, model, here)
            if made is not None:
                gathered.setdefault(collection, []).append(made)
        for collection, found in gathered.items():
            fields[collection] = tuple(found)

    def _element(self, statement: Statement, model: type[M], address: Address) -> M | None:
        fields = self._fields(statement, address)
        self._gather(statement.children, fields, address)
        if model is Resource:
            self._key(statement, fields, address)
        elif model in (Policy, FieldPolicy):
            self._policy(statement, fields, address)
        elif model is Action:
            _rename(fields, "where", "filter")
        elif model is StepArgument:
            _step_argument(statement, fields)
        elif model is FieldMapping and "converter" in fields:
            fields["converter"] = ".".join(fields["converter"])
        elif model is Transition:
            fields.setdefault("sources", ())
        elif model is Attribute and fields.pop("key", False):
            fields.setdefault("required", True)
        return self._made(model, fields, statement, address)

    def _fields(self, statement: Statement, address: Address) -> dict[str, Any]:
        """The fields of a statement: those of its facts."""
        fields: dict[str, Any] = {}
        line, column = self.text.place(statement.start)
        self.spans.setdefault(dotted(*address), Span(statement.start, statement.end, line, column))
        self._add(statement.facts, fields, address)
        return fields

    def _add(self, facts: Iterable[Fact], fields: dict[str, Any], address: Address, below: bool = False) -> None:
        for name, value, start, end in facts:
            owner, key = fields, name
            if name.startswith("constraints."):
                owner, key = fields.setdefault("constraints", {}), name.partition(".")[2]
            if key not in owner:
                owner[key] = value
                self._mark((*address, *name.split(".")), value, start, end)
            elif is_additive(name):
                owner[key] = f"{owner[key]}\n{value}" if name == "description" else owner[key] + value
            else:
                self.text.problem(
                    dotted(*address),
                    "said_twice",
                    f"{name.replace('_', ' ').replace('.', ' ')} is said twice",
                    start,
                    "keep one of them",
                )

    def _mark(self, address: Address, value: Any, start: int, end: int) -> None:
        if isinstance(value, Node) and value.span is not None:
            self.spans.setdefault(dotted(*address), value.span)
        else:
            line, column = self.text.place(start)
            self.spans.setdefault(dotted(*address), Span(start, end, line, column))

    def _once(self, fields: dict[str, Any], name: str, value: Any, statement: Statement, address: Address) -> None:
        if name in fields:
            self.text.problem(
                dotted(*address), "said_twice", f"{name} is said twice", statement.start, "keep one of them"
            )
        elif value is not None:
            fields[name] = value

    def _key(self, statement: Statement, fields: dict[str, Any], address: Address) -> None:
        marked = tuple(
            each.get("name")
            for each in statement.children
            if each.kind == "attribute" and (each.get("key") or any(more.get("key") for more in each.children))
        )
        if marked and "key" in fields:
            message = "the key is said twice: with 'key' behind attributes, and with 'keyed by'"
            self.text.problem(dotted(*address), "said_twice", message, statement.start, "keep one of them")
        elif marked:
            fields["key"] = marked

    def _policy(self, statement: Statement, fields: dict[str, Any], address: Address) -> None:
        who, is_bypass = fields.pop("decision")
        word = "if" if "if" in fields else "unless"
        fields["condition"] = fields.pop(word)
        path = dotted(*address)
        if f"{path}.{word}" in self.spans:
            self.spans[f"{path}.condition"] = self.spans.pop(f"{path}.{word}")
        fields |= {"effect": f"{who}_{word}", "bypass": is_bypass}
        if "fields" in fields:
            _rename(fields, "fields", "attributes")
            for name in ("message", "access"):
                if fields.pop(name, None) is not None:
                    self.text.problem(
                        path,
                        "no_such_fact",
                        f"a policy of fields has no {'message' if name == 'message' else 'strict'}",
                        statement.start,
                        "leave it out",
                    )

    def _extension(self, statement: Statement, extensions: dict[str, Any], address: Address) -> None:
        name = statement.get("name")
        if name in extensions:
            self.text.problem(
                dotted(*address),
                "duplicate_name",
                f"the extension {name!r} stands here twice",
                statement.start,
                "keep one of them",
            )
            return
        raw: str | None = statement.get("json")
        path = dotted(*address, "extensions", name)
        self.spans.setdefault(path, Span(statement.start, statement.end, *self.text.place(statement.start)))
        start = statement.end - len(raw or "")
        line, column = self.text.place(start)
        try:
            if statement.get("section") is not None:
                start = statement.get("section")[0]
                line, column = self.text.place(start)
                extensions[name] = self._sections.loads(name, statement.get("section")[1])
            else:
                value, doubled = parse_json(raw or "", self.text.called)
                extensions[name] = value
                for each in doubled:
                    self.text.problem(
                        path,
                        "duplicate_field",
                        f"{each.doubled[0][:80]!r} is said more than once",
                        start,
                        "keep one of them",
                    )
        except VerificationError as error:
            for problem in error.problems:
                row = problem.line or 1
                found = (problem.column or 1) + (column - 1 if row == 1 or statement.get("section") is not None else 0)
                self.text.problems.append(
                    Problem(path, problem.code, problem.message, hint=problem.hint, line=line + row - 1, column=found)
                )

    def _made(self, model: type[M], fields: dict[str, Any], statement: Statement, address: Address) -> M | None:
        path = dotted(*address)
        if "constraints" in fields:
            fields["constraints"] = (
                self._made(Constraints, fields["constraints"], statement, (*address, "constraints")) or Constraints()
            )
        for name in ("effects", "on_entry", "on_exit"):
            if name in fields:
                found = [self._made(Effect, each, statement, address) for each in fields[name]]
                fields[name] = tuple(each for each in found if each is not None)
        try:
            return model(**fields)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_context=False):
                name = str(each["loc"][0]) if each["loc"] else ""
                span = self.spans.get(f"{path}.{name}") or self.spans.get(path)
                code, message, hint = _explained(name, each["type"], each["msg"], each["input"])
                self.text.problem(path, code, message, span.start if span else statement.start, hint)
        return None


def _explained(name: str, kind: str, message: str, value: Any) -> tuple[str, str, str]:
    said = name.replace("_", " ")
    if kind == "missing":
        return "missing_field", f"this needs {said!r}", "add it"
    if kind == "extra_forbidden":
        return "unknown_field", f"this has no {said!r}", "leave it out"
    if kind == "literal_error":
        return "bad_value", f"{said} is not {str(value)[:80]!r}", message.replace("Input should be", "it is")
    if kind.startswith("string_"):
        return "bad_name", f"{said} is {str(value)[:80]!r}", "a name is 1 to 255 printable characters"
    return "bad_value", f"{said} is {str(value)[:80]!r}", message


def _rename(fields: dict[str, Any], old: str, new: str) -> None:
    if old in fields:
        fields[new] = fields.pop(old)


def _step_argument(statement: Statement, fields: dict[str, Any]) -> None:
    if statement.kind == "with_value":
        fields["source"] = "value"
    of, *path = fields.pop("place", None) or ("",)
    fields |= {"of": of, "path": tuple(path)}
