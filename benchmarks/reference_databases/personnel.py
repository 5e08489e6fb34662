"""Human resources: managers, private records one to one, histories by date, skills, leave with approvers.

Traps: dense employee numbers that contain every rating, year count, month and floor; two chains of heads (departments
and people); countries used in three places; payroll keyed by year and month; a former employee's approvals dangle.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["PERSONNEL"]

TRUTH = parse_truth(
    keys="""
    country(iso2) office(office_id) department(dept_id) job(job_code) employee(emp_id) employee_private(emp_id)
    assignment(emp_id, valid_from) salary(emp_id, valid_from) payslip(emp_id, year, month) leave_request(request_id)
    skill(skill_id) employee_skill(emp_id, skill_id) review(emp_id, year) applicant(applicant_id)
    """,
    alternate_keys="employee(login) employee_private(social_security_no)",
    references="""
    office.country -> country.iso2
    department.parent -> department.dept_id
    department.head -> employee.emp_id
    department.office_id -> office.office_id
    employee.manager -> employee.emp_id
    employee.dept_id -> department.dept_id
    employee.job_code -> job.job_code
    employee_private.emp_id -> employee.emp_id
    employee_private.nationality -> country.iso2
    employee_private.birth_country -> country.iso2
    assignment.emp_id -> employee.emp_id
    assignment.dept_id -> department.dept_id
    assignment.job_code -> job.job_code
    salary.emp_id -> employee.emp_id
    payslip.emp_id -> employee.emp_id
    leave_request.emp_id -> employee.emp_id
    leave_request.approver -> employee.emp_id  dangling 0.03
    skill.group_id -> skill.skill_id
    employee_skill.emp_id -> employee.emp_id
    employee_skill.skill_id -> skill.skill_id
    review.emp_id -> employee.emp_id
    review.reviewer -> employee.emp_id
    applicant.job_code -> job.job_code
    applicant.hired_as -> employee.emp_id
    applicant.referred_by -> employee.emp_id
    """,
    also_acceptable="""
    employee.emp_id -> employee_private.emp_id
    assignment.emp_id -> employee_private.emp_id
    salary.emp_id -> employee_private.emp_id
    payslip.emp_id -> employee_private.emp_id
    leave_request.emp_id -> employee_private.emp_id
    leave_request.approver -> employee_private.emp_id
    employee_skill.emp_id -> employee_private.emp_id
    review.emp_id -> employee_private.emp_id
    review.reviewer -> employee_private.emp_id
    applicant.hired_as -> employee_private.emp_id
    applicant.referred_by -> employee_private.emp_id
    employee.manager -> employee_private.emp_id
    department.head -> employee_private.emp_id
    """,
    enums="job.family leave_request.kind leave_request.status review.rating employee_skill.level applicant.stage employee.contract",
    states="leave_request.status applicant.stage",
    sensitive="""
    employee.given_name employee.family_name employee.login employee_private.born_on employee_private.social_security_no
    employee_private.iban employee_private.nationality employee_private.home_street salary.amount payslip.gross payslip.net
    review.rating review.remark applicant.name applicant.email leave_request.kind
    """,
)
LAST = dt.date(2026, 9, 30)


def _organisation(s: Sampler, staff: list[int]) -> Tables:
    countries = {
        "AT": "Austria",
        "DE": "Germany",
        "DK": "Denmark",
        "ES": "Spain",
        "FR": "France",
        "IN": "India",
        "PL": "Poland",
        "US": "United States",
    }
    departments = s.ids(48)
    jobs = s.codes(36, "A9")
    return {
        "country": pa.table(
            {"iso2": list(countries), "name": list(countries.values()), "holidays": s.integers(8, 8, 14)}
        ),
        "office": pa.table(
            {
                "office_id": s.ids(9),
                "city": s.cities(9),
                "country": s.pick(list(countries)[:6], 9),
                "floors": s.integers(9, 1, 12),
            }
        ),
        "department": pa.table(
            {
                "dept_id": departments,
                "name": s.titles(48, 1),
                "parent": [None if i == 0 else departments[(i - 1) // 3] for i in range(48)],
                "head": s.random.sample(staff, 48),
                "office_id": s.integers(48, 1, 9),
                "headcount_plan": s.integers(48, 5, 150),
            }
        ),
        "job": pa.table(
            {
                "job_code": jobs,
                "title": s.titles(36, 2),
                "family": s.pick(["engineering", "sales", "finance", "operations"], 36),
                "grade": s.integers(36, 1, 14),
            }
        ),
    }


def _employees(s: Sampler, staff: list[int], organisation: Tables) -> Tables:
    count = len(staff)
    given, family = s.given_names(count), s.family_names(count)
    countries = organisation["country"]["iso2"].to_pylist()
    jobs, departments = organisation["job"]["job_code"].to_pylist(), organisation["department"]["dept_id"].to_pylist()
    return {
        "employee": pa.table(
            {
                "emp_id": staff,
                "login": [f"{g[0]}{f[:3]}{i}".lower() for i, (g, f) in enumerate(zip(given, family, strict=True))],
                "given_name": given,
                "family_name": family,
                "manager": [None if i == 0 else staff[s.random.randint(0, min(i - 1, 220))] for i in range(count)],
                "dept_id": s.pick(departments, count, skew=0.5),
                "job_code": s.pick(jobs, count, skew=0.6),
                "contract": s.weighted({"permanent": 85, "fixed": 10, "intern": 5}, count),
                "hired_on": sorted(s.dates(count, dt.date(1998, 1, 1), LAST)),
                "weekly_hours": s.weighted({40: 70, 35: 10, 30: 10, 20: 10}, count),
            }
        ),
        "employee_private": pa.table(
            {
                "emp_id": staff,
                "born_on": s.dates(count, dt.date(1961, 1, 1), dt.date(2006, 12, 31)),
                "social_security_no": s.codes(count, "99 999999 A 999"),
                "iban": s.codes(count, "DE99999999999999999999"),
                "nationality": s.pick(countries, count, skew=1.0),
                "birth_country": s.pick(countries, count, skew=1.0),
                "home_street": [
                    f"{name} {n}"
                    for name, n in zip(s.pick(s.titles(120, 1), count), s.integers(count, 1, 99), strict=True)
                ],
                "children": s.weighted({0: 45, 1: 22, 2: 24, 3: 7, 4: 2}, count),
            }
        ),
    }


def _histories(s: Sampler, staff: list[int], organisation: Tables) -> Tables:
    jobs, departments = organisation["job"]["job_code"].to_pylist(), organisation["department"]["dept_id"].to_pylist()
    moves, raises = s.numbered(staff, 1, 3), s.numbered(staff, 1, 5)
    paid = [
        (employee, year, month)
        for employee in s.subset(staff, 0.45)
        for year, months in ((2025, 12), (2026, 9))
        for month in range(1, months + 1)
    ]
    judged = [(employee, year) for year in (2023, 2024, 2025) for employee in s.subset(staff, 0.6)]
    gross = s.money(len(paid), 2_000, 14_000)
    return {
        "assignment": pa.table(
            {
                "emp_id": [employee for employee, _ in moves],
                "valid_from": [dt.date(2010 + 4 * move, s.random.randint(1, 12), 1) for _, move in moves],
                "dept_id": s.pick(departments, len(moves), skew=0.5),
                "job_code": s.pick(jobs, len(moves), skew=0.6),
                "percent": s.weighted({100: 80, 80: 10, 50: 10}, len(moves)),
            }
        ),
        "salary": pa.table(
            {
                "emp_id": [employee for employee, _ in raises],
                "valid_from": [dt.date(2018 + step, 1, 1) for _, step in raises],
                "amount": s.money(len(raises), 28_000, 180_000),
            }
        ),
        "payslip": pa.table(
            {
                "emp_id": [employee for employee, _, _ in paid],
                "year": [year for _, year, _ in paid],
                "month": [month for _, _, month in paid],
                "gross": gross,
                "net": [round(amount * 62 / 100, 2) for amount in gross],
                "tax_class": s.integers(len(paid), 1, 6),
            }
        ),
        "review": pa.table(
            {
                "emp_id": [employee for employee, _ in judged],
                "year": [year for _, year in judged],
                "reviewer": s.pick(staff[:221], len(judged), skew=0.3),
                "rating": s.weighted({1: 3, 2: 12, 3: 50, 4: 27, 5: 8}, len(judged)),
                "remark": s.with_nulls(s.pick(s.titles(300, 3), len(judged)), 0.5),
            }
        ),
    }


def _requests(s: Sampler, staff: list[int], jobs: list[str]) -> Tables:
    leaves, groups, count = 6_500, s.ids(12), 900
    skills = groups + s.ids(130, 13, gaps=0.2)
    held = s.pairs(s.subset(staff, 0.7), skills[12:], 1, 6)
    starts, names = s.dates(leaves, dt.date(2024, 1, 1), LAST), s.full_names(count)
    hired = s.random.sample(staff[-700:], count // 4) + [None] * (count - count // 4)
    return {
        "leave_request": pa.table(
            {
                "request_id": s.ids(leaves, 1, gaps=0.03),
                "emp_id": s.pick(staff, leaves, skew=0.2),
                "approver": s.with_dangling(
                    s.with_nulls(s.pick(staff[:221], leaves, skew=0.3), 0.1),
                    0.03,
                    lambda: s.random.randint(9_001, 9_400),
                ),
                "kind": s.weighted({"holiday": 70, "sick": 20, "parental": 4, "unpaid": 6}, leaves),
                "starts_on": starts,
                "ends_on": [day + dt.timedelta(days=s.random.randint(0, 20)) for day in starts],
                "half_days": s.integers(leaves, 1, 20),
                "status": s.weighted({"requested": 10, "approved": 80, "refused": 4, "withdrawn": 6}, leaves),
            }
        ),
        "skill": pa.table(
            {
                "skill_id": skills,
                "name": s.titles(len(skills), 1),
                "group_id": [None] * 12 + s.pick(groups, len(skills) - 12),
            }
        ),
        "employee_skill": pa.table(
            {
                "emp_id": [employee for employee, _ in held],
                "skill_id": [skill for _, skill in held],
                "level": s.integers(len(held), 1, 5),
                "years": s.integers(len(held), 0, 25),
            }
        ),
        "applicant": pa.table(
            {
                "applicant_id": s.uuids(count),
                "name": names,
                "email": s.emails(names, "jobs.example"),
                "job_code": s.pick(jobs, count, skew=0.8),
                "stage": [
                    "hired" if employee else s.random.choice(["applied", "interview", "rejected", "declined"])
                    for employee in hired
                ],
                "hired_as": hired,
                "referred_by": s.with_nulls(s.pick(staff, count), 0.8),
                "score": s.integers(count, 0, 100),
            }
        ),
    }


def build() -> Tables:
    """The fourteen tables."""
    s = Sampler(8)
    staff = s.ids(2_500)
    organisation = _organisation(s, staff)
    people, histories = _employees(s, staff, organisation), _histories(s, staff, organisation)
    return {**organisation, **people, **histories, **_requests(s, staff, organisation["job"]["job_code"].to_pylist())}


PERSONNEL = ReferenceDatabase("personnel", "tuning", build, TRUTH)
