"""A clinic, with machines, actions, measures and names that are words of the language: what the generated language is tried on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from workbench.actions import Changeset, Refuse, Stage
from workbench.actions.stage import StageName, Step
from workbench.expression import parse
from workbench.model import (
    Action,
    Argument,
    Assignment,
    Attribute,
    Dimension,
    Domain,
    Identity,
    Machine,
    Measure,
    Relationship,
    Resource,
    Rule,
    Scope,
    State,
    Transition,
)
from workbench.model.expression import Node
from workbench.patterns.dsl_generator import DomainLanguage, language_of
from workbench.workspace.session import Workspace, open

__all__ = ["CLINIC", "LANGUAGE", "DeskOnly", "attribute", "belongs_to", "clinic", "opened"]

MOMENT = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def attribute(name: str, type_: str, **facts: Any) -> Attribute:
    return Attribute(name=name, type=type_, **facts)  # type: ignore[arg-type]


def belongs_to(name: str, destination: str, **facts: Any) -> Relationship:
    return Relationship(name=name, kind="belongs_to", destination=destination, **facts)


def transition(source: str, target: str, event: str, **facts: Any) -> Transition:
    return Transition(sources=tuple(source.split()), target=target, event=event, **facts)


PATIENT = Resource(
    name="patient",
    key=("mrn",),
    attributes=(
        attribute("mrn", "string", required=True),
        attribute("born_on", "date", required=True, sensitive=True),
        attribute("with", "string", label="accompanying person"),
    ),
    relationships=(Relationship(name="visits", kind="has_many", destination="appointment"),),
)

STAFF = Resource(
    name="staff",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("email", "email", required=True),
        attribute("role", "enum(nurse, physician, desk)", required=True),
    ),
    identities=(Identity(name="email", attributes=("email",)),),
)

APPOINTMENT = Resource(
    name="appointment",
    label="Outpatient visit",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("status", "enum(booked, arrived, no_show, cancelled)", required=True, default="'booked'"),
        attribute("reason", "string"),
        attribute("starts_at", "timestamp", required=True),
        attribute("fee", "decimal(10, 2)"),
    ),
    relationships=(belongs_to("patient", "patient", required=True), belongs_to("clinician", "staff", required=True)),
    rules=(
        Rule(name="by_physician", condition=parse("clinician.role = 'physician'"), message="needs a physician"),
        Rule(name="positive", condition=parse("fee >= 0"), message="a fee is not negative"),
    ),
    measures=(
        Measure(name="no_shows", expression=parse("count() where status = 'no_show'")),
        Measure(name="no_show_rate", expression=parse("no_shows / count()")),
        Measure(name="income", expression=parse("sum(fee)"), unit="EUR"),
    ),
    dimensions=(Dimension(name="starting", expression=parse("starts_at"), grain="month"),),
    actions=(
        Action(name="book", kind="create"),
        Action(
            name="charge",
            kind="update",
            accept=(),
            arguments=(Argument(name="amount", type="decimal(10, 2)"),),  # type: ignore[arg-type]
            changes=(Assignment(attribute="fee", value=parse(":amount")),),
        ),
        Action(name="postpone", kind="update", accept=("starts_at",)),
    ),
)

TREATMENT = Resource(
    name="treatment",
    key=("appointment_id", "number"),
    attributes=(
        attribute("appointment_id", "integer", required=True),
        attribute("number", "integer", required=True),
        attribute("cost", "decimal(10, 2)", required=True),
    ),
    relationships=(belongs_to("appointment", "appointment", required=True),),
    measures=(Measure(name="income", expression=parse("sum(cost)")),),
)

VISIT = Machine(
    name="visit",
    resource="appointment",
    attribute="status",
    states=(
        State(name="booked", initial=True),
        State(name="arrived"),
        State(name="no_show"),
        State(name="cancelled", kind="final"),
    ),
    transitions=(
        transition("booked", "arrived", "check_in"),
        transition("booked", "no_show", "miss"),
        transition("booked arrived", "cancelled", "cancel"),
    ),
)

CLINIC = Domain(
    name="clinic",
    resources=(PATIENT, STAFF, APPOINTMENT, TREATMENT),
    machines=(VISIT,),
    measures=(Measure(name="billed", expression=parse("sum(treatment.cost where number > 0)")),),
)

LANGUAGE: DomainLanguage = language_of(CLINIC)


class DeskOnly(Stage):
    """A policy: only the desk cancels, and everybody else sees the appointments of one clinician alone."""

    name = "desk only"
    at: StageName = "authorize"

    def batch(self, changeset: Changeset) -> Iterable[Step]:
        if changeset.action is not None and changeset.action.name == "cancel":
            yield Refuse(
                parse("coalesce(actor.role, '') <> 'desk'"),
                "forbidden",
                "only the desk cancels",
                path="policies.desk_cancels",
            )

    def rows(self, resource: Resource, scope: Scope) -> Node | None:
        if resource.name != "appointment" or (scope.actor or {}).get("role") == "desk":
            return None
        return parse("clinician_id = actor.id") if scope.actor else None


def opened(*stages: Stage, domain: Domain = CLINIC) -> Workspace:
    """A clinic in memory, at a fixed moment."""
    return open(domain, stages=stages, clock=lambda: MOMENT, seed=7)


def clinic(*stages: Stage) -> Workspace:
    """A clinic with a physician, two nurses' worth of patients and three appointments."""
    workspace = opened(*stages)
    for text in (
        "create staff with id 1, email 'a@clinic.example', role physician",
        "create staff with id 2, email 'b@clinic.example', role physician",
        "create patient with mrn 'P1', born_on 1990-06-01",
        "book appointment with id 7, patient 'P1', clinician 1, starts_at 2026-01-05T09:00Z, fee 40",
        "book appointment with id 8, patient 'P1', clinician (email 'b@clinic.example'), starts_at 2026-02-05T09:00Z, fee 60",
        "book appointment with id 9, patient 'P1', clinician 1, starts_at 2026-02-06T09:00Z",
    ):
        LANGUAGE.do(text, workspace.as_({"role": "desk"}))
    return workspace
