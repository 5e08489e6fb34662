"""Rules for keys, identities, relationships, and for what is worked out from rows."""

from __future__ import annotations

from workbench.evolve.rules.rule import Edit, rule
from workbench.model.domain import Domain
from workbench.model.resource import Relationship, Resource

__all__: list[str] = []

_CHECK_DATA = "hold the new design against the data (workbench check --data) before"


@rule("breaking", "set resources.key", hint="migrate the references to it in the same step")
def key_changed(edit: Edit) -> str | None:
    """What identifies a row changes."""
    if not edit.change.before:
        return None
    return "references, stored links and callers identify rows by the old key"


@rule("risky", "set resources.key", hint=_CHECK_DATA)
def key_given(edit: Edit) -> str | None:
    """A resource without a key gets one."""
    return None if edit.change.before else "existing rows may share it, or lack it"


@rule("risky", "set resources.version", hint="tell callers which attribute to send back")
def version_attribute_changed(edit: Edit) -> str | None:
    """Another attribute, or one at all, counts a row's changes."""
    return "callers that read a row before hold no version, or another one, to update it with"


@rule("risky", "add identities", hint=_CHECK_DATA)
def identity_added(edit: Edit) -> str | None:
    """Values become unique."""
    return f"existing rows may share {_listed(edit.change.after.attributes)}"


@rule("risky", "remove identities", hint="see that lookups and upserts by it cope with several rows")
def identity_removed(edit: Edit) -> str | None:
    """Values need not be unique any more."""
    return f"several rows may share {_listed(edit.change.before.attributes)} from now on"


@rule("risky", *(f"set identities.{each}" for each in ("attributes", "where", "across_tenants", "nulls_distinct")), hint=_CHECK_DATA)  # fmt: skip
def identity_changed(edit: Edit) -> str | None:
    """What must be unique changes."""
    return "rows that were told apart before may share it now, or the other way round"


@rule("safe", "add relationships")
def relationship_added(edit: Edit) -> str | None:
    """A way to other rows is added that stored rows need not know."""
    return (
        None if _held(edit) or _is_new_and_needed(edit) else "it is a new way to reach rows; none that exists changes"
    )


@rule("risky", "add relationships", hint=_CHECK_DATA)
def reference_added(edit: Edit) -> str | None:
    """Attributes that are there become a reference."""
    if not (held := _held(edit)):
        return None
    return f"existing values of {_listed(held)} may refer to nothing"


@rule("breaking", "add relationships", hint="make it optional until every row refers to something")
def required_relationship_added(edit: Edit) -> str | None:
    """A required reference is added that no stored row holds."""
    return "existing rows refer to nothing, and callers do not say to what" if _is_new_and_needed(edit) else None


def _held(edit: Edit) -> tuple[str, ...]:
    """The attributes a new reference stands on, where the resource had them all before."""
    added: Relationship = edit.change.after
    if added.kind != "belongs_to" or not added.enforced or not isinstance(edit.owner_before, Resource):
        return ()
    keys = _keys(edit.after, edit.owner, added)
    births = {each.name: each.birth_name for each in edit.owner.attributes}
    before = {each.birth_name for each in edit.owner_before.attributes}
    return keys if keys and all(births.get(each) in before for each in keys) else ()


def _keys(domain: Domain, resource: Resource, relationship: Relationship) -> tuple[str, ...]:
    if relationship.source_key or not domain.has_resource(relationship.destination):
        return relationship.source_key
    return domain.relationship_keys(resource, relationship).source


def _is_new_and_needed(edit: Edit) -> bool:
    added: Relationship = edit.change.after
    return added.kind == "belongs_to" and added.required and added.enforced and not _held(edit)


@rule("risky", "set relationships.enforced", hint=_CHECK_DATA)
def reference_enforced(edit: Edit) -> str | None:
    """Stores refuse rows that lead nowhere."""
    return "existing rows may refer to nothing, and such rows are refused" if edit.change.after else None


@rule("risky", "set relationships.enforced", hint="see that readers cope with rows that lead nowhere")
def reference_released(edit: Edit) -> str | None:
    """Stores no longer refuse rows that lead nowhere."""
    return None if edit.change.after else "rows may refer to nothing from now on"


@rule("breaking", "remove relationships", hint="say first what becomes of those who follow it")
def relationship_removed(edit: Edit) -> str | None:
    """A way to other rows is removed."""
    return "expressions, interfaces and saved queries that follow it lead nowhere, and nothing guards the reference"


@rule("breaking", *(f"set relationships.{each}" for each in ("destination", "kind", "through", "source_key", "destination_key")), hint="add the new relationship under another name, then remove the old one")  # fmt: skip
def relationship_retargeted(edit: Edit) -> str | None:
    """A relationship leads to other rows, or to another number of them."""
    return "whoever follows it reaches other rows, or several where there was one"


@rule("risky", "set relationships.filter", hint="compare the rows it reaches before and after")
def relationship_filter_changed(edit: Edit) -> str | None:
    """A relationship reaches more rows, or fewer."""
    return "it reaches other rows of the same resource"


@rule("risky", "add rules", hint=_CHECK_DATA)
def rule_added(edit: Edit) -> str | None:
    """Rows must meet a new condition."""
    is_error = edit.change.after.severity == "error"
    return f"existing rows may break {edit.change.after.condition}; callers that do are refused" if is_error else None


@rule("safe", "add rules")
def remark_added(edit: Edit) -> str | None:
    """A rule is added that refuses nothing."""
    return "it warns, and refuses nothing" if edit.change.after.severity != "error" else None


@rule("safe", "remove rules")
def rule_removed(edit: Edit) -> str | None:
    """Rows need not meet a condition any more."""
    return "every row that was good before still is"


@rule("risky", "set rules.condition", hint=_CHECK_DATA)
def rule_changed(edit: Edit) -> str | None:
    """Rows must meet another condition."""
    return "rows that met the old condition may break the new one"


@rule("risky", "set rules.severity", "set rules.on", hint=_CHECK_DATA)
def rule_hardened(edit: Edit) -> str | None:
    """A rule refuses what it let pass, or looks at more."""
    return None if _is_softer(edit) else "what was let pass is refused from now on"


@rule("safe", "set rules.severity", "set rules.on")
def rule_softened(edit: Edit) -> str | None:
    """A rule lets pass what it refused, or looks at less."""
    return "every row that was good before still is" if _is_softer(edit) else None


def _is_softer(edit: Edit) -> bool:
    if edit.field == "severity":
        return bool(edit.change.after != "error")
    return set(edit.change.after) <= set(edit.change.before)


@rule("risky", *(f"set {each}.expression" for each in ("measures", "calculations", "dimensions")), "set measures.additive", "set dimensions.grain", hint="compare the figures before and after, and tell those who report them")  # fmt: skip
def figures_changed(edit: Edit) -> str | None:
    """What is worked out from rows changes."""
    return "the same question gives other figures"


@rule("risky", "set measures.unit", hint="see that nobody adds old and new figures")
def unit_changed(edit: Edit) -> str | None:
    """A measure counts something else, or says so."""
    return "the same figure is read as something else"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"
