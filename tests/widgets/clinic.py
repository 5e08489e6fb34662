"""A small design with a bit of everything: what editors are tried on."""

from __future__ import annotations

from workbench.model import (
    Action,
    Assignment,
    Attribute,
    Domain,
    Identity,
    Machine,
    Measure,
    Policy,
    Relationship,
    Resource,
    Rule,
    State,
    Transition,
)

__all__ = ["clinic"]


def clinic() -> Domain:
    """Three resources, a machine with a guard, a rule, a measure, an action and a policy; no problem in it."""
    key = Attribute.model_validate({"name": "id", "type": "uuid", "required": True})
    patient = {
        "name": "patient",
        "key": ["id"],
        "attributes": [
            key,
            {"name": "mrn", "type": "string", "required": True, "sensitive": True},
            {"name": "born_on", "type": "date"},
        ],
        "identities": [Identity(name="by_mrn", attributes=("mrn",))],
        "relationships": [Relationship(name="visits", kind="has_many", destination="appointment")],
        "description": "Somebody who is treated here.",
    }
    staff = {
        "name": "staff",
        "key": ["id"],
        "attributes": [key, {"name": "role", "type": "enum('nurse', 'physician', 'desk')", "required": True}],
    }
    appointment = {
        "name": "appointment",
        "key": ["id"],
        "attributes": [
            key,
            {"name": "patient_id", "type": "uuid", "required": True},
            {"name": "clinician_id", "type": "uuid", "required": True},
            {
                "name": "status",
                "type": "enum('booked', 'arrived', 'cancelled')",
                "required": True,
                "default": "'booked'",
            },
            {"name": "starts_at", "type": "timestamp", "required": True},
            {"name": "ends_at", "type": "timestamp"},
        ],
        "relationships": [
            Relationship(name="patient", kind="belongs_to", destination="patient", required=True),
            Relationship(name="clinician", kind="belongs_to", destination="staff", required=True),
        ],
        "rules": [
            Rule.model_validate(
                {"name": "in_order", "condition": "ends_at >= starts_at", "message": "it ends before it starts"}
            )
        ],
        "measures": [Measure.model_validate({"name": "booked", "expression": "count(where status = 'booked')"})],
        "actions": [
            Action(name="book", kind="create"),
            Action(
                name="postpone",
                kind="update",
                changes=(Assignment.model_validate({"attribute": "ends_at", "value": "null"}),),
            ),
        ],
        "policies": [
            Policy.model_validate({"name": "own", "actions": ["read"], "condition": "clinician_id = actor.id"})
        ],
    }
    visit = Machine(
        name="visit",
        resource="appointment",
        attribute="status",
        states=(
            State(name="booked", initial=True),
            State(name="arrived", kind="final"),
            State(name="cancelled", kind="final"),
        ),
        transitions=(
            Transition.model_validate(
                {"sources": ["booked"], "target": "arrived", "event": "check_in", "guard": "starts_at <= now()"}
            ),
            Transition(sources=("booked",), target="cancelled", event="cancel"),
        ),
    )
    resources = tuple(Resource.model_validate(each) for each in (patient, staff, appointment))
    return Domain(name="clinic", label="Clinic", resources=resources, machines=(visit,))
