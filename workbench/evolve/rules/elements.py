"""Rules for elements of many kinds: words and order, what is added, removed and renamed, sections of third parties."""

from __future__ import annotations

from workbench.evolve.mentions import Mention, MentionKind
from workbench.evolve.rules.rule import Edit, rule
from workbench.model.address import COLLECTIONS, noun
from workbench.model.element import Element

__all__: list[str] = []

_ASKED_FOR = ("resources", "calculations", "measures", "dimensions", "domains", "machines", "reactors")
"""What others ask for by name, and no more specific rule looks at when it goes."""

_NAMED_OUTSIDE = (
    "resources", "attributes", "calculations", "relationships", "measures", "dimensions", "identities", "actions", "arguments",
    "machines", "states", "reactors", "inputs", "endpoints",
)  # fmt: skip
_NAMED_INSIDE = ("domains", "rules", "policies", "field_policies", "sources", "contracts")


@rule("safe", "set *.label", "set *.description", "set *.message", "set *.was", "set resources.cluster", "set endpoints.reason")  # fmt: skip
def words_changed(edit: Edit) -> str | None:
    """Labels, descriptions, messages and where something is drawn: words for people."""
    return "only what people read about it changes"


@rule("safe", *(f"move {each}" for each in sorted(COLLECTIONS - {"policies", "field_policies", "steps"})))
def order_changed(edit: Edit) -> str | None:
    """Elements stand in another order."""
    return "only the order it is listed in changes; everything is found by name"


@rule("safe", *(f"add {each}" for each in ("resources", "calculations", "dimensions", "measures", "domains", "reactors", "sources", "contracts", "endpoints", "actions", "states")))  # fmt: skip
def element_added(edit: Edit) -> str | None:
    """Something new stands beside what is there."""
    return f"nobody uses the new {noun(edit.collection)} yet"


@rule("breaking", *(f"remove {each}" for each in _ASKED_FOR), hint="deprecate it first, and tell those who read it")
def element_removed(edit: Edit) -> str | None:
    """Something that others ask for by name is gone."""
    stored = " and its stored rows with it" if edit.collection == "resources" else ""
    return f"whoever asks for this {noun(edit.collection)} finds nothing{stored}"


_KINDS: dict[str, MentionKind] = {
    "resources": "resource", "attributes": "member", "relationships": "member", "calculations": "member", "measures": "member",
    "actions": "action", "identities": "identity", "states": "state", "steps": "step", "inputs": "input",
}  # fmt: skip


@rule("breaking", *(f"remove {each}" for each in _KINDS), hint="change or remove those first")
def removed_while_used(edit: Edit) -> str | None:
    """What is removed is still mentioned elsewhere in the design."""
    if edit.owner is None:
        return None
    kind, name = _KINDS[edit.collection], edit.change.before.name
    if any(each.name == name for each in getattr(edit.owner, edit.collection)):
        return None  # another one took its name, and the mentions are of that one
    owners = ("",) if kind == "resource" else (edit.owner.name, "")
    users = [user for owner in owners for user in edit.mentioned(Mention(kind, owner, name))]
    more = f" and {len(users) - 3} more" if len(users) > 3 else ""
    return f"{', '.join(users[:3])}{more} still {'uses' if len(users) == 1 else 'use'} it" if users else None


@rule("breaking", *(f"rename {each}" for each in _NAMED_OUTSIDE), hint="tell its readers, or keep the old name in exports for a while")  # fmt: skip
def renamed_for_readers(edit: Edit) -> str | None:
    """A name that exports, interfaces and saved queries use changes. The design keeps the element's identity, so that no data is lost."""
    if getattr(edit.new, "private", False) and getattr(edit.old, "private", False):
        return None
    return "the design follows the rename and no data is lost, but exports, callers and saved queries still say the old name"


@rule("safe", *(f"rename {each}" for each in ("attributes", "calculations", "actions")))
def renamed_private(edit: Edit) -> str | None:
    """Something private gets another name."""
    is_private = getattr(edit.new, "private", False) and getattr(edit.old, "private", False)
    return "it is private: no interface carries its name" if is_private else None


@rule("safe", *(f"rename {each}" for each in _NAMED_INSIDE))
def renamed_inside(edit: Edit) -> str | None:
    """A name that only the design itself uses changes."""
    return "only messages and listings carry its name"


@rule("risky", *(f"set *.{each}" for each in sorted(COLLECTIONS)), hint="give every element a birth name of its own")
def collection_exchanged(edit: Edit) -> str | None:
    """A collection whose elements cannot be told apart is exchanged as a whole."""
    is_of_elements = any(isinstance(each, Element) for each in (*edit.change.before, *edit.change.after))
    return "its elements share a birth name, so nobody can say what became of each" if is_of_elements else None


@rule("safe", "add extensions", "remove extensions", "set extensions")
def extension_changed(edit: Edit) -> str | None:
    """A section of a third party changes, and nobody has registered to judge it."""
    return "the workbench keeps this section and does not read it"
