"""Rules for who may do what, and whose data it is."""

from __future__ import annotations

from workbench.evolve.rules.rule import Edit, rule

__all__: list[str] = []

_BOTH = ("policies", "field_policies")
_ASK = "compare who may do what before and after"


def _each(kind: str, field: str = "") -> tuple[str, ...]:
    return tuple(f"{kind} {collection}{field}" for collection in _BOTH)


def _grants(effect: str) -> bool:
    return effect.startswith("authorize")


@rule("risky", *_each("add"), *_each("remove"), *_each("set", ".effect"), *_each("set", ".bypass"), hint=_ASK)
def access_widened(edit: Edit) -> str | None:
    """Somebody may do or see more."""
    return "someone may do or see what was denied before" if _is_wider(edit) else None


@rule("risky", *_each("add"), *_each("remove"), *_each("set", ".effect"), *_each("set", ".bypass"), hint=_ASK)
def access_narrowed(edit: Edit) -> str | None:
    """Somebody may do or see less."""
    return None if _is_wider(edit) else "someone may be denied what was allowed before"


def _is_wider(edit: Edit) -> bool:
    change = edit.change
    match change.kind:
        case "add":
            return _grants(change.after.effect)
        case "remove":
            return not _grants(change.before.effect)
        case _ if edit.field == "effect":
            return _grants(change.after) and (not _grants(change.before) or change.before != change.after)
        case _:
            return bool(change.after) == _grants(edit.new.effect)


@rule("risky", *_each("set", ".condition"), "set policies.actions", "set field_policies.attributes", hint=_ASK)
def access_changed(edit: Edit) -> str | None:
    """A policy is about other calls, other attributes or other circumstances."""
    return "who may do or see what depends on something else now"


@rule("risky", "set policies.access", hint="see that callers cope with the other answer")
def refusal_changed(edit: Edit) -> str | None:
    """Rows are hidden where calls were refused, or the other way round."""
    answer = "the whole call is refused" if edit.change.after == "strict" else "rows are silently left out"
    return f"{answer} where a policy denies some of them"


@rule("risky", *_each("move"), hint=_ASK)
def policy_order_changed(edit: Edit) -> str | None:
    """Policies are weighed in another order."""
    return "a bypass that stands before or behind another policy may decide otherwise"


@rule("breaking", "set domains.tenancy.strategy", "set domains.tenancy.attribute", hint="migrate the data, and test with two tenants")  # fmt: skip
def tenancy_changed(edit: Edit) -> str | None:
    """Tenants are kept apart in another way."""
    return "stored rows are not kept apart in the new way"


@rule("risky", "set domains.tenancy.shared", hint="look at every resource that joins or leaves the list")
def shared_changed(edit: Edit) -> str | None:
    """Resources join or leave those that belong to no tenant."""
    joined = sorted(set(edit.change.after) - set(edit.change.before))
    left = sorted(set(edit.change.before) - set(edit.change.after))
    seen = f"every tenant sees {', '.join(joined)}" * bool(joined)
    owned = f"rows of {', '.join(left)} need a tenant" * bool(left)
    return ", and ".join(filter(None, (seen, owned))) or "the same resources are shared, listed otherwise"
