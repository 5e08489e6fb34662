"""A university: composite keys three levels deep, prerequisites between courses, terms as text, few exams recorded.

Traps: course numbers repeat in every department and section numbers in every course; grades, credits, seats and room
numbers are numbers; a student's advisor, a section's lecturer and a department's chair are all instructors.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["UNIVERSITY"]

TRUTH = parse_truth(
    keys="""
    term(term) building(building) room(building, room_no) dept(dept) programme(prog_id) instructor(inst_id)
    course(dept, course_no) prerequisite(dept, course_no, req_dept, req_course_no) student(matric_no)
    section(dept, course_no, term, section_no) enrolment(matric_no, dept, course_no, term, section_no)
    exam(exam_id) scholarship(matric_no, term)
    """,
    alternate_keys="student(email) instructor(email)",
    references="""
    room.building -> building.building
    dept.chair -> instructor.inst_id
    dept.building -> building.building
    programme.dept -> dept.dept
    instructor.dept -> dept.dept
    instructor.building,office_no -> room.building,room_no
    course.dept -> dept.dept
    prerequisite.dept,course_no -> course.dept,course_no
    prerequisite.req_dept,req_course_no -> course.dept,course_no
    student.prog_id -> programme.prog_id
    student.advisor -> instructor.inst_id
    student.entered -> term.term
    section.dept,course_no -> course.dept,course_no
    section.term -> term.term
    section.lecturer -> instructor.inst_id
    section.building,room_no -> room.building,room_no
    enrolment.matric_no -> student.matric_no  dangling 0.005
    enrolment.dept,course_no,term,section_no -> section.dept,course_no,term,section_no
    exam.dept,course_no,term,section_no -> section.dept,course_no,term,section_no
    exam.building,room_no -> room.building,room_no
    exam.invigilator -> instructor.inst_id
    scholarship.matric_no -> student.matric_no
    scholarship.term -> term.term
    """,
    also_acceptable="""
    instructor.building -> building.building
    prerequisite.dept -> dept.dept
    prerequisite.req_dept -> dept.dept
    section.dept -> dept.dept
    section.building -> building.building
    enrolment.dept -> dept.dept
    enrolment.dept,course_no -> course.dept,course_no
    enrolment.term -> term.term
    exam.dept -> dept.dept
    exam.dept,course_no -> course.dept,course_no
    exam.term -> term.term
    exam.building -> building.building
    """,
    enums="programme.degree instructor.rank student.status enrolment.status enrolment.grade exam.kind",
    states="student.status enrolment.status",
    sensitive="student.name student.email student.born_on instructor.name instructor.email enrolment.grade scholarship.amount",
)
DEPARTMENTS = ["BIO", "CHE", "CS", "ECO", "ENG", "HIS", "LAW", "MAT", "MED", "PHI", "PHY", "PSY"]
TERMS = [f"{year}{half}" for year in range(2021, 2027) for half in ("S", "W")]


def _campus(s: Sampler) -> Tables:
    buildings = ["A", "B", "C", "H1", "H2", "LIB", "NAT"]
    rooms = [
        (building, 100 * floor + number)
        for building in buildings
        for floor in range(4)
        for number in range(1, s.random.randint(7, 14))
    ]
    staff, names = s.ids(380, 1_001, gaps=0.2), s.full_names(380)
    offices = s.pick(rooms, 380)
    return {
        "term": pa.table(
            {
                "term": TERMS,
                "starts_on": [dt.date(int(term[:4]), 4 if term[4] == "S" else 10, 1) for term in TERMS],
                "weeks": [14 if term[4] == "S" else 15 for term in TERMS],
            }
        ),
        "building": pa.table({"building": buildings, "name": s.titles(7, 2), "floors": [4] * 7}),
        "room": pa.table(
            {
                "building": [building for building, _ in rooms],
                "room_no": [number for _, number in rooms],
                "seats": s.pick([12, 24, 30, 48, 80, 120, 300], len(rooms)),
                "projector": s.integers(len(rooms), 0, 1),
            }
        ),
        "dept": pa.table(
            {
                "dept": DEPARTMENTS,
                "name": s.titles(12, 1),
                "chair": s.random.sample(staff, 12),
                "building": s.pick(buildings, 12),
                "budget": s.money(12, 500_000, 9_000_000),
            }
        ),
        "instructor": pa.table(
            {
                "inst_id": staff,
                "name": names,
                "email": s.emails(names, "uni.example"),
                "dept": s.pick(DEPARTMENTS, 380, skew=0.4),
                "rank": s.weighted({"professor": 30, "lecturer": 50, "assistant": 20}, 380),
                "building": [building for building, _ in offices],
                "office_no": [number for _, number in offices],
            }
        ),
    }


def _courses(s: Sampler, campus: Tables) -> Tables:
    courses = sorted(
        (dept, number) for dept in DEPARTMENTS for number in s.random.sample(range(101, 499), s.random.randint(25, 45))
    )
    needs = [(course, need) for course, need in s.pairs(courses, courses, 0, 2) if course[1] > need[1]]
    offered = [(course, term) for term in TERMS for course in s.subset(courses, 0.4)]
    sections = s.numbered(offered, 1, 3)
    rooms = s.pick([(row["building"], row["room_no"]) for row in campus["room"].to_pylist()], len(sections), skew=0.3)
    return {
        "course": pa.table(
            {
                "dept": [dept for dept, _ in courses],
                "course_no": [number for _, number in courses],
                "title": s.titles(len(courses), 2),
                "credits": s.pick([2, 3, 4, 6, 8], len(courses)),
                "level": [number // 100 for _, number in courses],
            }
        ),
        "prerequisite": pa.table(
            {
                "dept": [course[0] for course, _ in needs],
                "course_no": [course[1] for course, _ in needs],
                "req_dept": [need[0] for _, need in needs],
                "req_course_no": [need[1] for _, need in needs],
            }
        ),
        "section": pa.table(
            {
                "dept": [course[0] for (course, _), _ in sections],
                "course_no": [course[1] for (course, _), _ in sections],
                "term": [term for (_, term), _ in sections],
                "section_no": [number for _, number in sections],
                "lecturer": s.pick(campus["instructor"]["inst_id"].to_pylist(), len(sections), skew=0.4),
                "building": [building for building, _ in rooms],
                "room_no": [number for _, number in rooms],
                "weekday": s.integers(len(sections), 1, 5),
                "starts_hour": s.integers(len(sections), 8, 18),
                "capacity": s.pick([12, 24, 30, 48, 80], len(sections)),
            }
        ),
    }


def _students(s: Sampler, campus: Tables) -> Tables:
    count = 5_200
    staff = campus["instructor"]["inst_id"].to_pylist()
    programmes = s.ids(34)
    students, names = s.ids(count, 2_100_345, gaps=0.7), s.full_names(count)
    funded = s.pairs(s.subset(students, 0.05), TERMS, 1, 4)
    return {
        "programme": pa.table(
            {
                "prog_id": programmes,
                "dept": [DEPARTMENTS[i % 12] for i in range(34)],
                "degree": s.weighted({"BSc": 40, "BA": 20, "MSc": 25, "PhD": 15}, 34),
                "terms": s.pick([4, 6, 8], 34),
            }
        ),
        "student": pa.table(
            {
                "matric_no": students,
                "name": names,
                "email": s.emails(names, "stud.uni.example"),
                "born_on": s.dates(count, dt.date(1985, 1, 1), dt.date(2008, 12, 31)),
                "prog_id": s.pick(programmes, count, skew=0.7),
                "entered": s.pick(TERMS[:-1], count),
                "advisor": s.with_nulls(s.pick(s.subset(staff, 0.5), count, skew=0.5), 0.2),
                "status": s.weighted({"enrolled": 60, "leave": 5, "graduated": 28, "expelled": 1, "left": 6}, count),
            }
        ),
        "scholarship": pa.table(
            {
                "matric_no": [student for student, _ in funded],
                "term": [term for _, term in funded],
                "amount": s.money(len(funded), 300, 6_000),
            }
        ),
    }


def _results(s: Sampler, campus: Tables, courses: Tables, students: list[int]) -> Tables:
    sections = courses["section"].to_pylist()
    taken = s.pairs(students, sections, 2, 5)
    examined, rooms = s.subset(sections, 0.35), campus["room"].to_pylist()
    halls = s.pick(rooms, len(examined))
    key = ("dept", "course_no", "term", "section_no")
    return {
        "enrolment": pa.table(
            {
                "matric_no": s.with_dangling(
                    [student for student, _ in taken], 0.005, lambda: s.random.randint(1, 900)
                ),
                **{column: [section[column] for _, section in taken] for column in key},
                "status": s.weighted({"enrolled": 20, "passed": 60, "failed": 12, "withdrawn": 8}, len(taken)),
                "grade": s.with_nulls(
                    s.pick([1.0, 1.3, 1.7, 2.0, 2.3, 2.7, 3.0, 3.3, 3.7, 4.0, 5.0], len(taken)), 0.25
                ),
                "attempt": s.weighted({1: 88, 2: 10, 3: 2}, len(taken)),
            }
        ),
        "exam": pa.table(
            {
                "exam_id": s.ids(len(examined), 1, gaps=0.05),
                **{column: [section[column] for section in examined] for column in key},
                "building": [hall["building"] for hall in halls],
                "room_no": [hall["room_no"] for hall in halls],
                "invigilator": s.pick(campus["instructor"]["inst_id"].to_pylist(), len(examined)),
                "kind": s.weighted({"written": 70, "oral": 20, "thesis": 10}, len(examined)),
                "minutes": s.pick([30, 60, 90, 120, 180], len(examined)),
            }
        ),
    }


def build() -> Tables:
    """The thirteen tables."""
    s = Sampler(6)
    campus = _campus(s)
    courses, students = _courses(s, campus), _students(s, campus)
    return {
        **campus,
        **courses,
        **students,
        **_results(s, campus, courses, students["student"]["matric_no"].to_pylist()),
    }


UNIVERSITY = ReferenceDatabase("university", "tuning", build, TRUTH)
