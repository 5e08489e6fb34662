"""A hospital group: dense surrogate numbers everywhere, a composite bed, a subtype, copied names.

Traps: every number from 1 upwards is also a patient; triage, age, floor and stay are numbers too; beds repeat in each
ward; physicians are staff, so whatever refers to a physician is also found among the staff.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["HOSPITAL"]

TRUTH = parse_truth(
    keys="""
    site(site_code) department(department_id) ward(site_code, ward_no) bed(site_code, ward_no, bed_no)
    staff(staff_id) physician(staff_id) patient(patient_id) admission(admission_id) diagnosis(icd_code)
    admission_diagnosis(admission_id, sequence_no) drug(drug_code) medication_order(order_id)
    """,
    alternate_keys="patient(mrn) physician(licence_no) staff(email)",
    references="""
    department.site_code -> site.site_code
    ward.site_code -> site.site_code
    ward.department_id -> department.department_id
    bed.site_code,ward_no -> ward.site_code,ward_no
    staff.department_id -> department.department_id
    staff.supervisor_id -> staff.staff_id
    physician.staff_id -> staff.staff_id
    patient.family_physician_id -> physician.staff_id
    admission.patient_id -> patient.patient_id
    admission.site_code,ward_no,bed_no -> bed.site_code,ward_no,bed_no
    admission.admitted_by -> physician.staff_id
    admission.discharged_by -> physician.staff_id
    admission_diagnosis.admission_id -> admission.admission_id
    admission_diagnosis.icd_code -> diagnosis.icd_code  dangling 0.01
    medication_order.admission_id -> admission.admission_id
    medication_order.drug_code -> drug.drug_code
    medication_order.ordered_by -> staff.staff_id
    """,
    also_acceptable="""
    bed.site_code -> site.site_code
    admission.site_code -> site.site_code
    admission.site_code,ward_no -> ward.site_code,ward_no
    """,
    enums="bed.state staff.role physician.specialty patient.sex admission.status admission.triage drug.form",
    states="bed.state admission.status",
    sensitive="""
    staff.given_name staff.family_name staff.email patient.mrn patient.given_name patient.family_name patient.born_on
    patient.sex patient.phone patient.postcode admission.patient_name admission_diagnosis.icd_code
    """,
)
FIRST, LAST = dt.date(2023, 1, 1), dt.date(2026, 9, 30)


def _places(s: Sampler) -> Tables:
    sites = ["STM", "NOR", "RIV", "UNI"]
    departments = s.ids(26)
    wards = s.numbered(sites, 6, 11)
    beds = s.numbered(wards, 4, 16)
    return {
        "site": pa.table(
            {
                "site_code": sites,
                "name": ["St Mary", "North Park", "Riverside", "University Hospital"],
                "city": s.cities(4),
                "opened": [1894, 1961, 1978, 2004],
            }
        ),
        "department": pa.table(
            {
                "department_id": departments,
                "site_code": [sites[i % 4] for i in range(26)],
                "name": s.titles(26, 1),
                "floor": s.integers(26, 0, 7),
                "cost_centre": s.codes(26, "99-999"),
            }
        ),
        "ward": pa.table(
            {
                "site_code": [site for site, _ in wards],
                "ward_no": [ward for _, ward in wards],
                "department_id": s.pick(departments, len(wards)),
                "name": s.titles(len(wards), 1),
                "capacity": s.integers(len(wards), 4, 24),
            }
        ),
        "bed": pa.table(
            {
                "site_code": [site for (site, _), _ in beds],
                "ward_no": [ward for (_, ward), _ in beds],
                "bed_no": [bed for _, bed in beds],
                "state": s.weighted({"free": 30, "occupied": 60, "cleaning": 7, "blocked": 3}, len(beds)),
                "electric": s.integers(len(beds), 0, 1),
            }
        ),
    }


def _people(s: Sampler, departments: list[int]) -> Tables:
    staff, patients = s.ids(640), s.ids(6_000)
    given, family = s.given_names(640), s.family_names(640)
    supervisors = staff[:45]
    physicians = s.subset(staff, 0.22)
    return {
        "staff": pa.table(
            {
                "staff_id": staff,
                "department_id": s.pick(departments, 640, skew=0.4),
                "supervisor_id": [None if i <= 5 else s.random.choice(supervisors[: max(1, i - 1)]) for i in staff],
                "given_name": given,
                "family_name": family,
                "email": s.emails([f"{g} {f}" for g, f in zip(given, family, strict=True)], "hospital.example"),
                "role": [
                    "physician" if i in set(physicians) else s.random.choice(["nurse", "desk", "lab"]) for i in staff
                ],
                "hired_on": s.dates(640, dt.date(1994, 1, 1), LAST),
                "active": s.weighted({1: 9, 0: 1}, 640),
            }
        ),
        "physician": pa.table(
            {
                "staff_id": physicians,
                "licence_no": s.codes(len(physicians), "A999999"),
                "specialty": s.pick(["surgery", "internal", "paediatrics", "radiology", "cardiology"], len(physicians)),
                "licensed_year": s.integers(len(physicians), 1985, 2024),
            }
        ),
        "patient": pa.table(
            {
                "patient_id": patients,
                "mrn": s.codes(6_000, "M9999999"),
                "given_name": s.given_names(6_000),
                "family_name": s.family_names(6_000),
                "born_on": s.dates(6_000, dt.date(1930, 1, 1), LAST),
                "sex": s.weighted({"f": 51, "m": 48, "x": 1}, 6_000),
                "phone": s.with_nulls(s.phones(6_000), 0.2),
                "postcode": s.postcodes(6_000),
                "family_physician_id": s.with_nulls(s.pick(physicians, 6_000, skew=0.8), 0.55),
            }
        ),
    }


def _admissions(s: Sampler, places: Tables, people: Tables) -> pa.Table:
    count = 11_000
    beds = s.pick(places["bed"].to_pylist(), count)
    patients = s.pick(people["patient"].to_pylist(), count, skew=0.5)
    physicians = people["physician"]["staff_id"].to_pylist()
    arrived = s.moments(count, FIRST, LAST)
    days = [int(s.random.expovariate(1 / 5)) for _ in range(count)]
    gone = [
        a + dt.timedelta(days=d, hours=5) if a.date() < dt.date(2026, 9, 20) else None
        for a, d in zip(arrived, days, strict=True)
    ]
    return pa.table(
        {
            "admission_id": s.ids(count),
            "patient_id": [patient["patient_id"] for patient in patients],
            "patient_name": [f"{patient['given_name']} {patient['family_name']}" for patient in patients],
            "site_code": [bed["site_code"] for bed in beds],
            "ward_no": [bed["ward_no"] for bed in beds],
            "bed_no": [bed["bed_no"] for bed in beds],
            "admitted_by": s.pick(physicians, count, skew=0.7),
            "discharged_by": [None if g is None else s.random.choice(physicians) for g in gone],
            "admitted_at": arrived,
            "discharged_at": gone,
            "status": ["in_house" if g is None else s.random.choice(["discharged", "billed"]) for g in gone],
            "triage": s.weighted({1: 4, 2: 12, 3: 40, 4: 30, 5: 14}, count),
            "age": s.integers(count, 0, 97),
            "stay_days": days,
        }
    )


def _treatment(s: Sampler, admissions: list[int], staff: list[int]) -> Tables:
    icd = sorted(s.codes(420, "A99.9"))
    given = s.numbered(admissions, 0, 3)
    drugs = [f"D{number:05d}" for number in s.ids(350, 100, gaps=0.3)]
    orders = s.ids(14_000)
    return {
        "diagnosis": pa.table(
            {"icd_code": icd, "title": s.titles(420, 3), "chapter": [1 + i * 22 // 420 for i in range(420)]}
        ),
        "admission_diagnosis": pa.table(
            {
                "admission_id": [admission for admission, _ in given],
                "sequence_no": [number for _, number in given],
                "icd_code": s.with_dangling(s.pick(icd, len(given), skew=0.9), 0.01, lambda: "Z99.X"),
                "is_primary": [int(number == 1) for _, number in given],
            }
        ),
        "drug": pa.table(
            {
                "drug_code": drugs,
                "name": s.titles(350, 1),
                "form": s.pick(["tablet", "infusion", "ointment"], 350),
                "strength_mg": s.pick([5, 10, 20, 50, 100, 250, 500], 350),
                "version": s.integers(350, 1, 9),
            }
        ),
        "medication_order": pa.table(
            {
                "order_id": orders,
                "admission_id": sorted(s.pick(admissions, 14_000)),
                "drug_code": s.pick(drugs, 14_000, skew=1.0),
                "ordered_by": s.pick(staff, 14_000, skew=0.5),
                "doses_per_day": s.integers(14_000, 1, 6),
                "days": s.counts(14_000, 4),
            }
        ),
    }


def build() -> Tables:
    """The twelve tables."""
    s = Sampler(1)
    places = _places(s)
    people = _people(s, places["department"]["department_id"].to_pylist())
    admissions = _admissions(s, places, people)
    treatment = _treatment(s, admissions["admission_id"].to_pylist(), people["staff"]["staff_id"].to_pylist())
    return {**places, **people, "admission": admissions, **treatment}


HOSPITAL = ReferenceDatabase("hospital", "tuning", build, TRUTH)
