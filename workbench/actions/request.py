"""A batch as it is asked for, and what of it can be taken: which attributes may be given, and which rows give what they may not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from workbench.actions.drafts import Given
from workbench.actions.records import Records, type_of
from workbench.actions.refusals import Found, Reason
from workbench.actions.stage import Changeset, Kind
from workbench.errors import DefinitionError, Problem, VerificationError, nearest
from workbench.model import Action, Domain, Resource
from workbench.model.address import dotted
from workbench.model.expression import Node, Scalar
from workbench.model.verify.constants import constant

__all__ = ["Refused", "Request", "accepted", "arguments_of", "belonging"]

Refused: TypeAlias = Literal["all", "skip"]
"""What records that are refused mean for the batch: all of it is refused, or they alone."""


@dataclass(frozen=True, slots=True)
class Request:
    """Do ``kind`` with ``records`` on the resource called so; ``action`` is one of its actions, or an event of one of its machines.

    With ``where`` it is about the rows for which that is true: each takes the values of the one record, and ``values``, expressions on
    the row as it is. ``transition`` is the one they take where ``action`` is no event: its
    machine's name, and its place there.

    Raises:
        DefinitionError: ``refused`` is no such word.
    """

    resource: str
    kind: Kind
    records: Records
    action: str = ""
    arguments: Mapping[str, Scalar] = field(default_factory=dict)
    refused: Refused = "all"
    identity: str = ""
    where: Node | None = None
    values: Mapping[str, Node] = field(default_factory=dict)
    transition: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        if self.refused not in get_args(Refused):
            raise DefinitionError(
                f"refused is {self.refused!r}; it is one of {', '.join(map(repr, get_args(Refused)))}"
            )


def arguments_of(action: Action | None, given: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The arguments of an action, defaults included.

    Raises:
        VerificationError: one is missing, or there is no such argument; it carries every problem.
    """
    declared = {} if action is None else {each.name: each for each in action.arguments}
    called = "" if action is None else action.name
    problems = []
    for name in given:
        if name not in declared:
            close = nearest(name, declared, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(declared) or 'none'}"
            problems.append(
                Problem(
                    dotted(*filter(None, (called, name))), "unknown_argument", "there is no such argument", hint=hint
                )
            )
    found: dict[str, Scalar] = {}
    for name, each in declared.items():
        default = constant(each.default)
        found[name] = given.get(name, None if default is None else default.value)
        if each.required and found[name] is None:
            problems.append(Problem(f"{called}.{name}", "missing_argument", "it is required", hint="give it a value"))
    if problems:
        raise VerificationError(problems, called or "arguments")
    return found


def belonging(domain: Domain, resource: Resource, names: Sequence[str]) -> dict[str, str]:
    """The attribute that each name of a record means: its own, or the one a relationship of one key is held in."""
    found = {}
    for name in names:
        way = next((each for each in resource.relationships if each.name == name and each.kind == "belongs_to"), None)
        keys = () if way is None or name in resource.attribute_names else domain.relationship_keys(resource, way).source
        found[name] = keys[0] if len(keys) == 1 and keys[0] not in names else name
    return found


def accepted(changeset: Changeset, records: Records) -> tuple[list[Given], list[Found]]:
    """The columns of the batch that may be given, and the rows that give what they may not.

    Raises:
        VerificationError: records name no key where they must.
    """
    resource, given, refused = changeset.resource, [], []
    means = belonging(changeset.domain, resource, records.names)
    for place, (name, attribute) in enumerate(means.items()):
        why = _refusal(changeset, attribute)
        if why is None:
            missing = f"m{place}" if name in records.missing else ""
            given.append(Given(attribute, f"g{place}", type_of(records.table.schema.field(name).type), missing))
        elif rows := _telling(records, name):
            refused.append(Found(why, rows))
    if changeset.kind in ("update", "destroy"):
        absent = [name for name in resource.key if name not in means.values()]
        if absent:
            problems = [
                Problem(
                    f"{resource.name}.{name}",
                    "missing_key",
                    "the records do not give it",
                    hint="it says which row is meant",
                )
                for name in absent
            ]
            raise VerificationError(problems, f"{changeset.kind} {resource.name}")
    return given, refused


def _telling(records: Records, name: str) -> list[int]:
    """The rows that give a column a value."""
    column = records.table[name]
    missing = records.missing.get(name)
    is_null = column.is_null().to_pylist()
    absent = [False] * len(records) if missing is None else missing.to_pylist()
    return [row for row in range(len(records)) if not absent[row] and not is_null[row]]


def _refusal(changeset: Changeset, name: str) -> Reason | None:
    """Why an attribute cannot be given; None where it can."""
    resource, action, kind = changeset.resource, changeset.action, changeset.kind
    if name not in resource.attribute_names:
        close = nearest(name, resource.attribute_names, 1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(resource.attribute_names[:8])}"
        return Reason(resource.name, name, "unknown_attribute", f"{resource.name} has no such attribute", hint)
    attribute = resource.attribute(name)
    is_address = kind != "create" and (name in resource.key or name == resource.version)
    if is_address:
        return None
    if kind == "destroy":
        return Reason(resource.name, name, "not_accepted", "a destroy takes nothing but the key", "leave it out")
    if attribute.generated or name == resource.version:
        return Reason(resource.name, name, "generated_attribute", "the store fills it", "leave it out")
    listed = None if action is None else action.accept
    if listed is None and attribute.private:
        return Reason(resource.name, name, "private_attribute", "it is private", "leave it out", attribute.sensitive)
    if listed is not None and name not in listed and not (kind == "create" and name in resource.key):
        called = "the action" if action is None else action.name
        hint = f"it takes {', '.join(listed) or 'nothing'}"
        return Reason(resource.name, name, "not_accepted", f"{called} does not take it", hint, attribute.sensitive)
    return None
