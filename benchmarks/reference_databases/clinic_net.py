"""A network of clinics and what it bills: patients and their cover, visits, services by tariff, invoices, payments.

Traps: minutes, rooms, desks, points and reminder levels lie among the numbers of clinics and practitioners; the codes
of insurers are digits; half a visit's services were done by the visit's own practitioner and name nobody; diagnoses
of older catalogues, referrals by practitioners who left and payments of invoices that were archived point nowhere.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["CLINIC_NET"]

TRUTH = parse_truth(
    keys="""
    clinic(clinic_id) specialty(specialty_code) practitioner(practitioner_id)
    visiting_practice(practitioner_id, clinic_id) clerk(clerk_id) patient(patient_id) insurer(insurer_code)
    insurance_plan(insurer_code, plan_no) coverage(coverage_id) diagnosis_code(code) tariff_item(item_code)
    encounter(encounter_id) encounter_diagnosis(encounter_id, position) encounter_item(encounter_item_id)
    invoice(invoice_id) invoice_line(invoice_id, line_no) payment(payment_id) reminder(reminder_id)
    """,
    alternate_keys="""
    clinic(name) specialty(title) practitioner(licence_no) clerk(login) patient(chart_no) insurer(name)
    invoice(invoice_no) coverage(member_no) diagnosis_code(title) tariff_item(title) reminder(invoice_id, level)
    """,
    references="""
    clinic.parent_clinic_id -> clinic.clinic_id
    practitioner.specialty_code -> specialty.specialty_code
    practitioner.home_clinic_id -> clinic.clinic_id
    practitioner.supervisor_id -> practitioner.practitioner_id
    visiting_practice.practitioner_id -> practitioner.practitioner_id
    visiting_practice.clinic_id -> clinic.clinic_id
    clerk.clinic_id -> clinic.clinic_id
    patient.registered_clinic_id -> clinic.clinic_id
    patient.family_doctor_id -> practitioner.practitioner_id
    patient.guarantor_id -> patient.patient_id
    insurance_plan.insurer_code -> insurer.insurer_code
    coverage.patient_id -> patient.patient_id
    coverage.insurer_code,plan_no -> insurance_plan.insurer_code,plan_no
    tariff_item.specialty_code -> specialty.specialty_code
    encounter.patient_id -> patient.patient_id
    encounter.clinic_id -> clinic.clinic_id
    encounter.practitioner_id -> practitioner.practitioner_id
    encounter.referred_by_id -> practitioner.practitioner_id  dangling 0.04
    encounter_diagnosis.encounter_id -> encounter.encounter_id
    encounter_diagnosis.diagnosis_code -> diagnosis_code.code  dangling 0.015
    encounter_item.encounter_id -> encounter.encounter_id
    encounter_item.item_code -> tariff_item.item_code
    encounter_item.performed_by_id -> practitioner.practitioner_id
    invoice.encounter_id -> encounter.encounter_id
    invoice.patient_id -> patient.patient_id
    invoice.coverage_id -> coverage.coverage_id
    invoice.issued_by -> clerk.clerk_id
    invoice.corrects_invoice_id -> invoice.invoice_id
    invoice_line.invoice_id -> invoice.invoice_id
    invoice_line.encounter_item_id -> encounter_item.encounter_item_id
    payment.invoice_id -> invoice.invoice_id  dangling 0.01
    payment.booked_by -> clerk.clerk_id
    reminder.invoice_id -> invoice.invoice_id
    reminder.sent_by -> clerk.clerk_id
    """,
    also_acceptable="""
    coverage.insurer_code -> insurer.insurer_code
    """,
    enums="""
    clinic.kind practitioner.grade patient.sex insurer.payer_class encounter.kind encounter.status
    encounter_diagnosis.certainty invoice.status payment.method reminder.level
    """,
    states="encounter.status invoice.status",
    sensitive="""
    practitioner.full_name clerk.full_name patient.full_name patient.born_on patient.phone patient.chart_no
    coverage.member_no encounter_diagnosis.diagnosis_code
    """,
)
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2026, 6, 30)
SPECIALTIES = {
    "GEN": "General practice",
    "INT": "Internal medicine",
    "CAR": "Cardiology",
    "DER": "Dermatology",
    "ENT": "Ear, nose and throat",
    "EYE": "Ophthalmology",
    "GYN": "Gynaecology",
    "NEU": "Neurology",
    "ORT": "Orthopaedics",
    "PED": "Paediatrics",
    "PSY": "Psychiatry",
    "RAD": "Radiology",
    "URO": "Urology",
    "LAB": "Laboratory",
}
Rows = list[dict[str, Any]]


def _places(s: Sampler) -> Tables:
    count, doctors, clerks = 26, 310, 74
    clinics = s.ids(count, 1, gaps=0.1)
    numbers = s.ids(doctors, 101, gaps=0.15)
    home = s.pick(clinics, doctors, skew=0.4)
    visits = s.pairs(list(zip(numbers, home, strict=True))[::3], clinics, 1, 3)
    visiting = [(doctor, clinic) for (doctor, base), clinic in visits if clinic != base]
    names = s.full_names(clerks)
    return {
        "clinic": pa.table(
            {
                "clinic_id": clinics,
                "name": [f"{title} clinic" for title in s.titles(count, 1)],
                "kind": ["hospital"] * 4 + s.pick(["practice", "practice", "day clinic", "laboratory"], count - 4),
                "parent_clinic_id": [None] * 4 + s.with_nulls(s.pick(clinics[:4], count - 4), 0.2),
                "town": s.cities(count),
                "postcode": s.postcodes(count),
                "treatment_rooms": s.integers(count, 3, 48),
                "opened_in": s.integers(count, 1968, 2024),
            }
        ),
        "specialty": pa.table(
            {
                "specialty_code": list(SPECIALTIES),
                "title": list(SPECIALTIES.values()),
                "base_points": s.integers(len(SPECIALTIES), 80, 240),
                "sort_order": list(range(1, len(SPECIALTIES) + 1)),
            }
        ),
        "practitioner": pa.table(
            {
                "practitioner_id": numbers,
                "licence_no": s.codes(doctors, "999999-99"),
                "full_name": s.full_names(doctors),
                "specialty_code": s.pick(list(SPECIALTIES), doctors, skew=0.5),
                "home_clinic_id": home,
                "grade": s.weighted({"consultant": 35, "specialist": 40, "registrar": 25}, doctors),
                "supervisor_id": [None if i < 60 else s.random.choice([None, *numbers[:60]]) for i in range(doctors)],
                "hired_on": s.dates(doctors, dt.date(1998, 1, 1), LAST),
                "weekly_hours": s.pick([16, 20, 24, 32, 40, 40, 40], doctors),
            }
        ),
        "visiting_practice": pa.table(
            {
                "practitioner_id": [doctor for doctor, _ in visiting],
                "clinic_id": [clinic for _, clinic in visiting],
                "weekday": s.integers(len(visiting), 1, 5),
                "sessions_per_month": s.integers(len(visiting), 1, 8),
            }
        ),
        "clerk": pa.table(
            {
                "clerk_id": s.ids(clerks, 1, gaps=0.2),
                "login": [f"{name.split()[-1][:4].lower()}{i:02d}" for i, name in enumerate(names, 1)],
                "full_name": names,
                "clinic_id": s.pick(clinics, clerks),
                "desk_no": s.integers(clerks, 1, 6),
                "is_active": s.pick([True, True, True, False], clerks),
            }
        ),
    }


def _patients(s: Sampler, clinics: list[int], doctors: list[int]) -> Tables:
    count, insurers = 3_600, 38
    patients, codes = s.ids(count, 20_001, gaps=0.06), s.codes(insurers, "10999")
    plans = s.numbered(codes, 1, 5)
    covered = [patient for patient, _ in s.numbered(s.subset(patients, 0.93), 1, 2)]
    bought = s.pick(plans, len(covered), skew=0.7)
    since = s.dates(len(covered), dt.date(2012, 1, 1), FIRST)
    return {
        "patient": pa.table(
            {
                "patient_id": patients,
                "chart_no": s.codes(count, "P-9999999"),
                "full_name": s.full_names(count),
                "born_on": s.dates(count, dt.date(1932, 1, 1), dt.date(2025, 12, 1)),
                "sex": s.weighted({"f": 52, "m": 47, "x": 1}, count),
                "phone": s.with_nulls(s.phones(count), 0.15),
                "town": s.cities(count),
                "registered_clinic_id": s.pick(clinics, count, skew=0.5),
                "family_doctor_id": s.with_nulls(s.pick(doctors, count, skew=0.4), 0.3),
                "guarantor_id": [s.random.choice(patients[:i]) if i > 9 and i % 8 == 0 else None for i in range(count)],
            }
        ),
        "insurer": pa.table(
            {
                "insurer_code": codes,
                "name": s.titles(insurers, 2),
                "payer_class": s.weighted({"statutory": 60, "private": 30, "accident": 10}, insurers),
                "payment_days": s.pick([14, 30, 30, 60], insurers),
            }
        ),
        "insurance_plan": pa.table(
            {
                "insurer_code": [code for code, _ in plans],
                "plan_no": [number for _, number in plans],
                "title": s.pick(["Basic", "Plus", "Family", "Premium", "Student"], len(plans)),
                "copay_percent": s.pick([0, 5, 10, 10, 20, 25], len(plans)),
                "yearly_limit": s.with_nulls(s.pick([5_000, 20_000, 100_000], len(plans)), 0.5),
            }
        ),
        "coverage": pa.table(
            {
                "coverage_id": s.ids(len(covered), 1, gaps=0.03),
                "patient_id": covered,
                "insurer_code": [code for code, _ in bought],
                "plan_no": [number for _, number in bought],
                "member_no": s.codes(len(covered), "A999999999"),
                "valid_from": since,
                "valid_to": s.with_nulls([day + dt.timedelta(days=3_650) for day in since], 0.8),
            }
        ),
    }


def _catalogues(s: Sampler) -> Tables:
    diagnoses, items = 640, 420
    return {
        "diagnosis_code": pa.table(
            {
                "code": sorted(s.codes(diagnoses, "A99.9")),
                "title": s.titles(diagnoses, 3),
                "chapter": sorted(s.integers(diagnoses, 1, 22)),
                "is_chronic": s.pick([True, False, False], diagnoses),
            }
        ),
        "tariff_item": pa.table(
            {
                "item_code": s.ids(items, 1_200, gaps=0.7),
                "title": s.titles(items, 4),
                "specialty_code": s.with_nulls(s.pick(list(SPECIALTIES), items), 0.35),
                "points": s.integers(items, 15, 900),
                "price": s.money(items, 4, 480),
                "max_per_day": s.with_nulls(s.integers(items, 1, 10), 0.5),
            }
        ),
    }


def _encounters(s: Sampler, patients: list[int], doctors: Rows, clinics: list[int], books: Tables) -> Tables:
    count, everyone = 2_900, [doctor["practitioner_id"] for doctor in doctors]
    gone = sorted(set(range(101, everyone[-1])) - set(everyone))
    seen_by = s.pick(doctors, count, skew=0.35)
    ids = s.ids(count, 300_001, gaps=0.03)
    found = s.numbered(s.subset(ids, 0.9), 1, 3)
    done = [encounter for encounter, _ in s.numbered(ids, 1, 4)]
    codes, items = books["diagnosis_code"]["code"].to_pylist(), books["tariff_item"]["item_code"].to_pylist()
    return {
        "encounter": pa.table(
            {
                "encounter_id": ids,
                "patient_id": s.pick(patients, count, skew=0.3),
                "clinic_id": [
                    doctor["home_clinic_id"] if s.random.random() < 0.8 else s.random.choice(clinics)
                    for doctor in seen_by
                ],
                "practitioner_id": [doctor["practitioner_id"] for doctor in seen_by],
                "referred_by_id": s.with_dangling(
                    s.with_nulls(s.pick(everyone, count), 0.6), 0.04, lambda: s.random.choice(gone)
                ),
                "started_at": s.moments(count, FIRST, LAST),
                "duration_min": s.pick([10, 15, 15, 20, 30, 45, 60, 90], count),
                "room": s.integers(count, 1, 24),
                "kind": s.weighted({"visit": 74, "video": 9, "procedure": 12, "home": 5}, count),
                "status": s.weighted({"booked": 3, "arrived": 2, "closed": 91, "missed": 4}, count),
            }
        ),
        "encounter_diagnosis": pa.table(
            {
                "encounter_id": [encounter for encounter, _ in found],
                "position": [number for _, number in found],
                "diagnosis_code": s.with_dangling(
                    s.pick(codes, len(found), skew=0.7), 0.015, lambda: s.codes(1, "999.9")[0]
                ),
                "certainty": s.weighted({"confirmed": 78, "suspected": 15, "excluded": 7}, len(found)),
            }
        ),
        "encounter_item": pa.table(
            {
                "encounter_item_id": s.ids(len(done), 1, gaps=0.02),
                "encounter_id": done,
                "item_code": s.pick(items, len(done), skew=0.8),
                "quantity": s.weighted({1: 84, 2: 11, 3: 3, 6: 2}, len(done)),
                "performed_by_id": s.with_nulls(s.pick(everyone, len(done), skew=0.3), 0.5),
                "minutes": s.with_nulls(s.integers(len(done), 3, 60), 0.4),
            }
        ),
    }


def _billing(s: Sampler, visits: Tables, coverages: Rows, clerks: list[int]) -> Tables:
    covers: dict[int, list[int]] = {}
    for cover in coverages:
        covers.setdefault(cover["patient_id"], []).append(cover["coverage_id"])
    services: dict[int, list[int]] = {}
    for item in visits["encounter_item"].select(["encounter_id", "encounter_item_id"]).to_pylist():
        services.setdefault(item["encounter_id"], []).append(item["encounter_item_id"])
    billed = [visit for visit in visits["encounter"].to_pylist() if visit["status"] == "closed"]
    corrected = s.random.sample(range(len(billed)), 90)
    closed = [*billed, *(billed[i] for i in corrected)]
    count = len(closed)
    ids = s.ids(count, 4_001, gaps=0.02)
    lines = [
        (invoice, number, item)
        for invoice, visit in zip(ids, closed, strict=True)
        for number, item in enumerate(services[visit["encounter_id"]], 1)
    ]
    issued = [visit["started_at"].date() + dt.timedelta(days=s.random.randint(1, 20)) for visit in closed]
    paid, chased = [invoice for invoice, _ in s.numbered(s.subset(ids, 0.88), 1, 2)], s.numbered(ids[::7], 1, 3)
    return {
        "invoice": pa.table(
            {
                "invoice_id": ids,
                "invoice_no": [f"{day.year}-{i:06d}" for i, day in enumerate(issued, 1)],
                "encounter_id": [visit["encounter_id"] for visit in closed],
                "patient_id": [visit["patient_id"] for visit in closed],
                "coverage_id": [s.random.choice(covers.get(visit["patient_id"], [None])) for visit in closed],
                "issued_on": issued,
                "issued_by": s.pick(clerks, count, skew=0.4),
                "payable_days": s.pick([14, 30, 30, 60], count),
                "total": s.money(count, 12, 2_400),
                "status": s.weighted({"draft": 2, "sent": 11, "paid": 82, "written_off": 2, "cancelled": 3}, count),
                "corrects_invoice_id": [*[None] * len(billed), *(ids[i] for i in corrected)],
            }
        ),
        "invoice_line": pa.table(
            {
                "invoice_id": [invoice for invoice, _, _ in lines],
                "line_no": [number for _, number, _ in lines],
                "encounter_item_id": [item for _, _, item in lines],
                "factor": s.pick([Decimal("1.0"), Decimal("1.0"), Decimal("1.8"), Decimal("2.3")], len(lines)),
                "amount": s.money(len(lines), 4, 480),
            }
        ),
        "payment": pa.table(
            {
                "payment_id": s.ids(len(paid), 1, gaps=0.01),
                "invoice_id": s.with_dangling(paid, 0.01, lambda: s.random.randint(1_000, 3_900)),
                "received_on": s.dates(len(paid), FIRST, LAST),
                "amount": s.money(len(paid), 5, 1_800),
                "method": s.weighted({"transfer": 60, "card": 22, "direct_debit": 15, "cash": 3}, len(paid)),
                "booked_by": s.with_nulls(s.pick(clerks, len(paid), skew=0.5), 0.35),
            }
        ),
        "reminder": pa.table(
            {
                "reminder_id": s.ids(len(chased), 1),
                "invoice_id": [invoice for invoice, _ in chased],
                "level": [number for _, number in chased],
                "sent_on": s.dates(len(chased), FIRST, LAST),
                "sent_by": s.pick(clerks, len(chased), skew=0.5),
                "fee": s.pick([Decimal("0.00"), Decimal("5.00"), Decimal("12.50")], len(chased)),
            }
        ),
    }


def build() -> Tables:
    """The eighteen tables."""
    s = Sampler(61)
    places = _places(s)
    clinics, doctors = places["clinic"]["clinic_id"].to_pylist(), places["practitioner"].to_pylist()
    people = _patients(s, clinics, [doctor["practitioner_id"] for doctor in doctors])
    books = _catalogues(s)
    visits = _encounters(s, people["patient"]["patient_id"].to_pylist(), doctors, clinics, books)
    clerks = places["clerk"]["clerk_id"].to_pylist()
    return {**places, **people, **books, **visits, **_billing(s, visits, people["coverage"].to_pylist(), clerks)}


CLINIC_NET = ReferenceDatabase("clinic_net", "fresh", build, TRUTH)
