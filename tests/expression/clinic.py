"""A small clinic: the domain and the rows that tests of paths and aggregates stand on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from workbench.expression import Typed, check, parse
from workbench.model import Attribute, Calculation, Domain, Measure, Relationship, Resource

__all__ = ["CLINIC", "VISIT", "typed"]


def _attributes(**types: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(name=name, type=type_) for name, type_ in types.items())


CLINIC = Domain(
    name="clinic",
    resources=(
        Resource(
            name="patient",
            key=("mrn",),
            attributes=_attributes(mrn="string", born_on="date", tags="array(string)", notes="json"),
            relationships=(
                Relationship(name="consents", kind="has_many", destination="consent"),
                Relationship(name="visits", kind="has_many", destination="visit"),
            ),
            calculations=(Calculation(name="code", expression=parse("'P-' || mrn")),),
        ),
        Resource(
            name="staff",
            key=("id",),
            attributes=_attributes(id="uuid", role="enum(nurse, physician, desk)", wage="decimal(8, 2)"),
        ),
        Resource(
            name="consent",
            key=("id",),
            attributes=_attributes(id="integer", patient_mrn="string", given_at="timestamp", withdrawn_at="timestamp"),
            relationships=(Relationship(name="patient", kind="belongs_to", destination="patient", required=True),),
        ),
        Resource(
            name="visit",
            key=("id",),
            attributes=_attributes(
                id="integer", patient_mrn="string", staff_id="uuid", status="enum(booked, arrived, no_show)", starts_at="timestamp", fee="decimal(10, 2)", minutes="integer",
            ),
            relationships=(
                Relationship(name="patient", kind="belongs_to", destination="patient", required=True),
                Relationship(name="clinician", kind="belongs_to", destination="staff", source_key=("staff_id",)),
                Relationship(name="invoice", kind="has_one", destination="invoice", source_key=("id",), destination_key=("visit_id",)),
            ),
            calculations=(
                Calculation(name="vat", expression=parse("fee * 0.2")),
                Calculation(name="gross", expression=parse("fee + vat")),
                Calculation(name="loop", expression=parse("pool + 1")),
                Calculation(name="pool", expression=parse("loop + 1")),
                Calculation(name="broken", expression=parse("fee || 'x'")),
            ),
            measures=(
                Measure(name="no_shows", expression=parse("count() where status = 'no_show'")),
                Measure(name="rate", expression=parse("no_shows / count()")),
            ),
        ),
        Resource(name="invoice", key=("id",), attributes=_attributes(id="integer", visit_id="integer", paid_at="timestamp")),
    ),
)  # fmt: skip


def _at(day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2026, 1, day, hour, tzinfo=dt.UTC)


_VISITS: list[dict[str, Any]] = [
    {"id": 1, "status": "arrived", "fee": 10, "minutes": 30, "starts_at": _at(5)},
    {"id": 2, "status": "no_show", "fee": 20, "minutes": None, "starts_at": _at(6)},
]
PATIENT: dict[str, Any] = {
    "mrn": "17",
    "born_on": dt.date(1990, 6, 1),
    "visits": _VISITS,
    "consents": [{"id": 1, "given_at": _at(1), "withdrawn_at": _at(4)}, {"id": 2, "given_at": _at(5, 8), "withdrawn_at": None}],
}  # fmt: skip
VISIT: dict[str, Any] = _VISITS[0] | {
    "patient": PATIENT,
    "patient_mrn": "17",
    "clinician": {"role": "nurse"},
    "invoice": None,
}
"""A visit with all it reaches."""


def typed(text: str, resource: str = "visit", **options: Any) -> Typed:
    """``text`` typed on a resource of the clinic."""
    return check(parse(text), CLINIC, CLINIC.resource(resource), **options)
