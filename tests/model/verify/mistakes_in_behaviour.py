"""One design for every mistake in actions, machines, access, sources and the domain as a whole."""

from __future__ import annotations

from typing import Any

from tests.model.verify.designs import ALWAYS, attribute, case, domain, orders, resource
from workbench.model import Domain

__all__: list[str] = []

SOURCE = {"name": "old", "kind": "csv", "location": "old.csv", "resource": "orders"}


def machine(
    *transitions: dict[str, Any], states: str = "", status: str = "status enum(open, paid)! = 'open'", **rest: Any
) -> Domain:
    """A machine ``flow`` on orders; a state is ``name``, ``*name`` when initial, ``name.`` when final, ``name<outer`` when nested."""

    def state(text: str) -> dict[str, Any]:
        inner, _, parent = text.partition("<")
        kind = "final" if inner.endswith(".") else "compound" if inner.endswith("+") else "atomic"
        return {"name": inner.strip("*.+"), "initial": inner.startswith("*"), "kind": kind, "parent": parent}

    flow = {
        "name": "flow",
        "resource": "orders",
        "attribute": "status",
        "states": [state(each) for each in states.split()],
    }
    ways = [{"sources": ["open"], "target": "paid", "event": "pay"}, *transitions]
    flow = flow | {"transitions": ways} | rest
    return domain(resource("orders", "id uuid!", status, "placed_at timestamp"), machines=[flow])


def action(**rest: Any) -> Domain:
    """Orders with one action ``go``."""
    return orders(
        "total integer", attribute("number integer", generated=True), actions=[{"name": "go", "kind": "update"} | rest]
    )


def sourced(**rest: Any) -> Domain:
    """Orders with one source."""
    return domain(resource("orders", "id uuid!"), sources=[SOURCE | rest])


def served(*endpoints: dict[str, Any]) -> Domain:
    """Orders with a contract."""
    usual = {"method": "GET", "path": "/orders", "resource": "orders", "action": "list"}
    contract = {"name": "v1", "version": "1", "endpoints": [usual | each for each in endpoints]}
    return domain(resource("orders", "id uuid!", actions=[{"name": "list", "kind": "read"}]), contracts=[contract])


# Actions

case("unknown_accepted_attribute", "orders.actions.go", "did you mean 'total'?", action(accept=["totl"]))
case("generated_accepted", "orders.actions.go", "'number', which is generated", action(accept=["number"]))
case(
    "unknown_changed_attribute",
    "orders.actions.go",
    "it sets 'totl'",
    action(changes=[{"attribute": "totl", "value": "1"}]),
)
case("unknown_upsert_identity", "orders.actions.go", "'by_mail'", action(kind="create", upsert_identity="by_mail"))
case(
    "useless_upsert",
    "orders.actions.go",
    "a read does not upsert",
    orders(
        "a date",
        identities=[{"name": "one", "attributes": ["a"]}],
        actions=[{"name": "go", "kind": "read", "upsert_identity": "one"}],
    ),
)
case(
    "keyless_action",
    "orders.actions.go",
    "no key to destroy by",
    domain(resource("orders", "total integer", actions=[{"name": "go", "kind": "destroy"}])),
    "missing_key",
)
case("create_leaves_out", "orders.actions.go", "the required 'id'", action(kind="create", accept=["total"]))

# Machines

case("duplicate_name", "machines.flow.states.paid", "2 states", machine(states="*open paid paid"))
case(
    "unknown_machine_resource",
    "machines.flow",
    "did you mean 'orders'?",
    machine(resource="order"),
    "unknown_state",
    "no_initial_state",
)
case(
    "unknown_machine_attribute",
    "machines.flow",
    "did you mean 'status'?",
    machine(attribute="state"),
    "unknown_state",
    "no_initial_state",
)
case(
    "attribute_moved_twice",
    "machines.other",
    "flow and other move orders.status",
    machine().model_copy(update={"machines": (machine().machines[0], machine(name="other").machines[0])}),
)
case(
    "state_attribute_not_enum",
    "machines.flow",
    "orders.status is string",
    machine(states="*open paid", status="status string!"),
)
case(
    "state_not_in_enum",
    "machines.flow.states.payed",
    "did you mean 'paid'?",
    machine({"sources": ["open"], "target": "payed", "event": "x"}, states="*open paid payed"),
)
case(
    "value_without_state",
    "machines.flow",
    "the value 'void'",
    machine(states="*open paid", status="status enum(open, paid, void)!"),
)
case(
    "unknown_state",
    "machines.flow.transitions[1]",
    "did you mean 'paid'?",
    machine({"sources": ["open"], "target": "pad", "event": "x"}),
)
case(
    "unknown_state",
    "machines.flow.transitions[1]",
    "no state 'lost'",
    machine({"sources": ["open"], "target": "paid", "event": "x", "on_failure": "lost"}),
)
case(
    "transition_without_source",
    "machines.flow.transitions[1]",
    "starts in no state",
    machine({"sources": [], "target": "open", "event": "x"}),
)
case(
    "untriggered_transition",
    "machines.flow.transitions[1]",
    "paid -> open",
    machine({"sources": ["paid"], "target": "open"}),
)
case(
    "shadowed_transition",
    "machines.flow.transitions[1]",
    "open -> paid on pay comes first",
    machine({"sources": ["open"], "target": "open", "event": "pay", "guard": "true"}),
)
case(
    "unknown_delay_attribute",
    "machines.flow.transitions[1]",
    "did you mean 'placed_at'?",
    machine({"sources": ["open"], "target": "paid", "after": "interval '1 day'", "since": "placedat"}),
)
case(
    "since_without_delay",
    "machines.flow.transitions[1]",
    "has no delay",
    machine({"sources": ["paid"], "target": "open", "event": "x", "since": "placed_at"}),
)
case(
    "delay_from_entry",
    "machines.flow.transitions[1]",
    "nothing records when the delay of open -> paid begins",
    machine({"sources": ["open"], "target": "paid", "after": "interval '1 day'"}),
)
case(
    "unknown_effect_attribute",
    "machines.flow.transitions[1]",
    "no attribute 'total'",
    machine(
        {
            "sources": ["paid"],
            "target": "open",
            "event": "x",
            "effects": [{"kind": "update", "target": "orders", "set": [{"attribute": "total", "value": "1"}]}],
        }
    ),
)
case(
    "unknown_effect_target",
    "machines.flow.transitions[1]",
    "no relationship 'buyer'",
    machine(
        {"sources": ["paid"], "target": "open", "event": "x", "effects": [{"kind": "update", "target": "buyer.home"}]}
    ),
)
case("no_initial_state", "machines.flow", "no initial state", machine(status="status enum(open, paid)!"))
case(
    "several_initial_states",
    "machines.flow",
    "'open' and 'paid'",
    machine(states="*open *paid"),
    "initial_differs_from_default",
)
case(
    "initial_differs_from_default",
    "machines.flow",
    "begins in 'paid'",
    machine({"sources": ["paid"], "target": "open", "event": "x"}, states="open *paid"),
)
case("unknown_parent", "machines.flow.states.paid", "did you mean 'open'?", machine(states="*open paid<opn"))
case(
    "cyclic_parent",
    "machines.flow.states.a",
    "a in b in a",
    machine({"sources": ["open"], "target": "a", "event": "x"}, states="*open paid a+<b b+<a"),
)
case(
    "final_state_left",
    "machines.flow.transitions[1]",
    "'paid' for 'open'",
    machine({"sources": ["paid"], "target": "open", "event": "x"}, states="*open paid."),
)
case(
    "no_transitions",
    "machines.flow",
    "how flow moves from state to state",
    machine(states="*open paid", transitions=[]),
)
case(
    "unreachable_state",
    "machines.flow.states.void",
    "no way leads to 'void'",
    machine(states="*open paid void", status="status enum(open, paid, void)!"),
)

# Access

case(
    "unknown_policy_action",
    "orders.policies.p",
    "did you mean 'update'?",
    orders(policies=[ALWAYS | {"actions": ["updat"]}]),
)
case(
    "unknown_common_action",
    "policies.p",
    "'pay'",
    domain(resource("orders", "id uuid!"), policies=[ALWAYS | {"actions": ["pay"]}]),
)
case(
    "unknown_policy_attribute",
    "orders.field_policies.p",
    "'totl'",
    orders("total date", field_policies=[ALWAYS | {"attributes": ["totl"]}]),
)
case(
    "unnamed_tenant_attribute",
    "tenancy",
    "not named",
    domain(resource("orders", "id uuid!"), tenancy={"strategy": "attribute"}),
)
case(
    "missing_tenant_attribute",
    "orders",
    "no 'org'",
    domain(
        resource("orders", "id uuid!"),
        resource("org", "id uuid!"),
        tenancy={"strategy": "attribute", "attribute": "org", "shared": ["org"]},
    ),
)
case(
    "unknown_shared_resource",
    "tenancy.shared",
    "'plans'",
    domain(resource("orders", "id uuid!"), tenancy={"shared": ["plans"]}),
)

# Sources and contracts


case("unknown_source_resource", "sources.old", "did you mean 'orders'?", sourced(resource="order"))
case(
    "unknown_mapped_attribute",
    "sources.old",
    "no attribute 'idd'",
    sourced(fields=[{"attribute": "idd", "column": "a"}]),
)
case(
    "attribute_mapped_twice",
    "sources.old",
    "2 columns",
    sourced(fields=[{"attribute": "id", "column": "a"}, {"attribute": "id", "column": "b"}]),
)
case("password_in_location", "sources.old", "a password", sourced(location="postgresql://me:secret@host/db"))
case("password_in_location", "sources.old", "a password", sourced(location="host=x password=secret"))


case(
    "unknown_endpoint_resource",
    "contracts.v1.endpoints.a",
    "did you mean 'orders'?",
    served({"name": "a", "resource": "order"}),
)
case(
    "unknown_endpoint_action",
    "contracts.v1.endpoints.a",
    "did you mean 'list'?",
    served({"name": "a", "action": "lst"}),
)
case("duplicate_endpoint", "contracts.v1", "2 endpoints answer GET '/orders'", served({"name": "a"}, {"name": "b"}))

# Domains

case("no_resources", "domain", "no resources", Domain(name="x"))
case(
    "clashing_resource",
    "orders",
    "2 domains have a resource 'orders'",
    domain(resource("orders", "id uuid!"), domains=[domain(resource("orders", "id uuid!"), name="part")]),
)
case(
    "unknown_time_zone",
    "time_zone",
    "did you mean 'Europe/Vienna'?",
    domain(resource("orders", "id uuid!"), time_zone="Europe/Viena"),
)
case(
    "unknown_time_zone",
    "time_zone",
    "there are 'Africa/Abidjan', 'Africa/Accra'",
    domain(resource("orders", "id uuid!"), time_zone="../../etc/passwd"),
)
case(
    "extension_not_json",
    "extensions.a.b",
    "this tuple",
    domain(resource("orders", "id uuid!"), extensions={"a": {"b": (1,)}}),
)
