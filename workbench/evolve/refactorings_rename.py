"""Another name for an element, wherever it is mentioned."""

from __future__ import annotations

from workbench.errors import NotFoundError, Problem, VerificationError
from workbench.evolve.application import apply
from workbench.evolve.difference import changes_between
from workbench.evolve.mentions import Mention, MentionKind
from workbench.evolve.refactorings_mentions import Placed, elements, expect_sound, instead, pinned, replaced
from workbench.evolve.refactorings_value import Refactoring
from workbench.model.address import Address, dotted
from workbench.model.behaviour import Action, Machine
from workbench.model.change import Change
from workbench.model.domain import Domain
from workbench.model.element import Element
from workbench.model.expression import Node, Reference, mapped
from workbench.model.types import EnumType

__all__ = ["rename"]

_MENTIONED: dict[str, MentionKind] = {
    "resources": "resource", "attributes": "member", "relationships": "member", "calculations": "member", "measures": "member",
    "actions": "action", "identities": "identity", "states": "state", "steps": "step", "inputs": "input",
}  # fmt: skip


def rename(domain: Domain, path: str, name: str) -> Refactoring:
    """The element at ``path`` (dotted, ``orders.total``; empty for the domain itself) is called ``name``, wherever it is mentioned.

    >>> from workbench.model import Attribute, Resource
    >>> orders = Resource(name="orders", key=("no",), attributes=(Attribute(name="no", type="integer"),))
    >>> found = rename(Domain(name="shop", resources=(orders,)), "orders.no", "number")
    >>> found.after.resource("orders").key
    ('number',)

    Raises:
        NotFoundError: nothing stands at ``path``; the error names the nearest.
        VerificationError: the name is taken or cannot be one, or something cannot follow.
        DefinitionError: ``name`` is no name.
    """
    births, names, element = _placed(domain, path)
    change = Change(kind="rename", path=births, before=element.name, after=name).checked()
    subject = f"rename {path or domain.name} to {name}"
    _expect_renamable(domain, names, element, name, subject)
    after = domain
    kind = _MENTIONED.get(str(names[-2])) if names else None
    if kind is not None and len(names) > 2 - (kind == "resource"):
        after = instead(domain, Mention(kind, _owner(names), element.name), name, path)
    after = apply(after, [change])
    if names and names[-2] == "arguments":
        after = _with_argument(after, births, element.name, name)
    after = pinned(domain, after)
    expect_sound(domain, after, subject)
    return Refactoring(subject, domain, after, changes_between(domain, after))


def _placed(domain: Domain, path: str) -> Placed:
    if not path:
        return (), (), domain
    known = {dotted(*names): (births, names, each) for births, names, each in reversed(list(elements(domain)))}
    if path not in known:
        raise NotFoundError("element", path, [each for each in known if each])
    return known[path]


def _owner(names: Address) -> str:
    """Whose the last name is: of a resource, machine or reactor, whatever stands between."""
    inside = list(zip(names[:-2:2], names[1:-2:2], strict=True))
    return next((str(name) for step, name in reversed(inside) if step in ("resources", "machines", "reactors")), "")


def _expect_renamable(domain: Domain, names: Address, element: Element, name: str, subject: str) -> None:
    """Raise where a name is more than a name."""
    if not names:
        return
    message = ""
    if names[-2] == "states":
        machine: Machine = next(each for _, at, each in elements(domain) if at == names[:-2])  # type: ignore[assignment]
        owner = next((each for each in domain.all_resources if each.name == machine.resource), None)
        held = next((each for each in owner.attributes if each.name == machine.attribute), None) if owner else None
        if held is not None and isinstance(held.type, EnumType) and element.name in held.type.names:
            message = f"the state is a value of {owner and owner.name}.{held.name}, which rows hold"
    tenancy = domain.tenancy
    if names[-2] == "attributes" and tenancy.strategy == "attribute" and tenancy.attribute == element.name:
        message = "it tells tenants apart, and every resource calls it alike"
    if message:
        hint = "edit the design, and say what becomes of the rows"
        raise VerificationError([Problem(dotted(*names), "not_only_a_name", message, hint=hint)], subject)


def _with_argument(domain: Domain, births: Address, old: str, new: str) -> Domain:
    """``domain`` with the references to an action's argument under its new name."""

    def called(node: Node) -> Node:
        if isinstance(node, Reference) and node.root == "argument" and node.names[:1] == (old,):
            return Reference("argument", (new, *node.names[1:]))
        return mapped(node, called)

    def of_action(action: Action) -> Action:
        changes = tuple(each.model_copy(update={"value": called(each.value)}) for each in action.changes)
        return action.model_copy(
            update={"changes": changes, "filter": None if action.filter is None else called(action.filter)}
        )

    owner, action = births[-5], births[-3]
    resource = next((each for each in domain.all_resources if each.birth_name == owner), None)
    if births[-4] != "actions" or resource is None:
        return domain
    actions = tuple(of_action(each) if each.birth_name == action else each for each in resource.actions)
    return replaced(domain, resource.name, lambda each: (each.model_copy(update={"actions": actions}),))
