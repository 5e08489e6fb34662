"""An e-learning platform in which every table has a dense `id` from 1 and zero stands for nothing.

Traps: all numbers contain each other, down to sort orders, section numbers, attempts and flags; what a course module
or a log entry points to depends on another column; moments are seconds since 1970; unique attempt numbers run over
quizzes that are not kept here; root categories and opening posts have the parent 0; user records were removed while
their log entries stayed.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["ELEARNING"]

TRUTH = parse_truth(
    keys="""
    mdl_user(id) mdl_role(id) mdl_course_categories(id) mdl_course(id) mdl_course_sections(id) mdl_modules(id)
    mdl_course_modules(id) mdl_forum(id) mdl_quiz(id) mdl_assign(id) mdl_forum_discussions(id) mdl_forum_posts(id)
    mdl_enrol(id) mdl_user_enrolments(id) mdl_groups(id) mdl_groups_members(id) mdl_quiz_attempts(id)
    mdl_assign_submission(id) mdl_assign_grades(id) mdl_logstore(id)
    """,
    alternate_keys="""
    mdl_user(username) mdl_user(email) mdl_role(shortname) mdl_course(shortname) mdl_modules(name)
    mdl_course_sections(course, section) mdl_course_categories(path) mdl_user_enrolments(enrolid, userid)
    mdl_groups_members(groupid, userid) mdl_quiz_attempts(uniqueid) mdl_quiz_attempts(quiz, userid, attempt)
    mdl_assign_submission(assignment, userid, attemptnumber) mdl_assign_grades(assignment, userid, attemptnumber)
    mdl_forum_discussions(firstpost) mdl_course_modules(module, instance) mdl_enrol(courseid, sortorder)
    mdl_enrol(courseid, enrol) mdl_groups(courseid, name) mdl_course_categories(sortorder)
    mdl_role(sortorder) mdl_course(sortorder)
    """,
    references="""
    mdl_course_categories.parent -> mdl_course_categories.id  dangling 0.15
    mdl_course.category -> mdl_course_categories.id
    mdl_course_sections.course -> mdl_course.id
    mdl_course_modules.course -> mdl_course.id
    mdl_course_modules.module -> mdl_modules.id
    mdl_course_modules.section -> mdl_course_sections.id
    mdl_forum.course -> mdl_course.id
    mdl_quiz.course -> mdl_course.id
    mdl_assign.course -> mdl_course.id
    mdl_forum_discussions.course -> mdl_course.id
    mdl_forum_discussions.forum -> mdl_forum.id
    mdl_forum_discussions.firstpost -> mdl_forum_posts.id
    mdl_forum_discussions.userid -> mdl_user.id
    mdl_forum_discussions.usermodified -> mdl_user.id
    mdl_forum_posts.discussion -> mdl_forum_discussions.id
    mdl_forum_posts.parent -> mdl_forum_posts.id  dangling 0.16
    mdl_forum_posts.userid -> mdl_user.id
    mdl_enrol.courseid -> mdl_course.id
    mdl_enrol.roleid -> mdl_role.id
    mdl_user_enrolments.enrolid -> mdl_enrol.id
    mdl_user_enrolments.userid -> mdl_user.id
    mdl_user_enrolments.modifierid -> mdl_user.id  dangling 0.1
    mdl_groups.courseid -> mdl_course.id
    mdl_groups_members.groupid -> mdl_groups.id
    mdl_groups_members.userid -> mdl_user.id
    mdl_quiz_attempts.quiz -> mdl_quiz.id
    mdl_quiz_attempts.userid -> mdl_user.id
    mdl_assign_submission.assignment -> mdl_assign.id
    mdl_assign_submission.userid -> mdl_user.id
    mdl_assign_grades.assignment -> mdl_assign.id
    mdl_assign_grades.userid -> mdl_user.id
    mdl_assign_grades.grader -> mdl_user.id
    mdl_logstore.courseid -> mdl_course.id  dangling 0.07
    mdl_logstore.userid -> mdl_user.id  dangling 0.02
    mdl_logstore.relateduserid -> mdl_user.id
    """,
    also_acceptable="""
    mdl_logstore.contextinstanceid -> mdl_course_modules.id
    mdl_assign_grades.assignment,userid,attemptnumber -> mdl_assign_submission.assignment,userid,attemptnumber
    """,
    enums="""
    mdl_user.lang mdl_role.shortname mdl_modules.name mdl_forum.type mdl_enrol.enrol mdl_quiz_attempts.state
    mdl_assign_submission.status mdl_logstore.component mdl_logstore.action mdl_logstore.origin mdl_course.format
    """,
    states="mdl_quiz_attempts.state mdl_assign_submission.status",
    sensitive="mdl_user.username mdl_user.email mdl_user.firstname mdl_user.lastname mdl_user.city mdl_logstore.ip",
)
# Seconds since 1970: the platform opened in September 2023, the copy was made in October 2026.
OPENED, COPIED = 1_693_555_200, 1_791_763_200
MODULE_NAMES = "assign book chat choice feedback folder forum label page quiz resource url wiki"
MODULES = MODULE_NAMES.split()
FORUM, QUIZ, ASSIGN = (MODULES.index(name) + 1 for name in ("forum", "quiz", "assign"))
Rows = list[dict[str, Any]]


def _since(s: Sampler, count: int, start: int = OPENED) -> list[int]:
    """Rising seconds."""
    return sorted(s.integers(count, start, COPIED))


def _users(s: Sampler) -> Tables:
    count = 2_400
    given, family = s.given_names(count), s.family_names(count)
    roles = ["manager", "coursecreator", "editingteacher", "teacher", "student", "guest", "user"]
    return {
        "mdl_user": pa.table(
            {
                "id": s.ids(count, 1, gaps=0.04),
                "auth": s.weighted({"manual": 20, "ldap": 75, "oauth2": 5}, count),
                "confirmed": s.weighted({1: 98, 0: 2}, count),
                "deleted": [0] * count,
                "suspended": s.weighted({0: 96, 1: 4}, count),
                "username": [code.lower() for code in s.codes(count, "AA99999")],
                "idnumber": [str(s.random.randint(10**6, 10**7)) if s.random.random() < 0.8 else "" for _ in given],
                "firstname": given,
                "lastname": family,
                "email": s.emails(family, "college.example"),
                "city": s.cities(count),
                "lang": s.weighted({"en": 70, "de": 12, "es": 10, "fr": 8}, count),
                "firstaccess": [at if s.random.random() < 0.9 else 0 for at in _since(s, count)],
                "picture": [s.random.choice((0, 0, 0, 1)) for _ in given],
                "timecreated": _since(s, count),
            }
        ),
        "mdl_role": pa.table(
            {
                "id": s.ids(7),
                "name": [""] * 7,
                "shortname": roles,
                "description": s.titles(7, 5),
                "sortorder": s.ids(7),
                "archetype": roles,
            }
        ),
    }


def _courses(s: Sampler) -> Tables:
    paths: dict[int, str] = {}
    parents = []
    for category in range(1, 41):
        parent = 0 if category <= 6 else s.random.choice(range(1, min(category, 20)))
        parents.append(parent)
        paths[category] = f"{paths.get(parent, '')}/{category}"
    count = 190
    ids = s.ids(count, 1, gaps=0.05)
    chosen = s.pick([7, *range(9, 41)], count, skew=0.6)
    sections = [(course, number - 1) for course, number in s.numbered(ids, 5, 14)]
    return {
        "mdl_course_categories": pa.table(
            {
                "id": list(paths),
                "name": s.titles(40, 2),
                "parent": parents,
                "sortorder": [10_000 * i for i in paths],
                "coursecount": [chosen.count(category) for category in paths],
                "visible": s.weighted({1: 95, 0: 5}, 40),
                "depth": [path.count("/") for path in paths.values()],
                "path": list(paths.values()),
            }
        ),
        "mdl_course": pa.table(
            {
                "id": ids,
                "category": chosen,
                "sortorder": s.shuffled(range(10_001, 10_001 + count)),
                "fullname": s.titles(count, 4),
                "shortname": s.codes(count, "AAA999-9"),
                "format": s.weighted({"topics": 70, "weeks": 25, "social": 5}, count),
                "newsitems": s.pick([0, 3, 5, 5, 5], count),
                "startdate": [OPENED + 86_400 * day for day in sorted(s.integers(count, 0, 1_100))],
                "maxbytes": s.pick([0, 2_097_152, 20_971_520], count),
                "showgrades": s.weighted({1: 90, 0: 10}, count),
                "visible": s.weighted({1: 88, 0: 12}, count),
            }
        ),
        "mdl_course_sections": pa.table(
            {
                "id": s.ids(len(sections), 1, gaps=0.03),
                "course": [course for course, _ in sections],
                "section": [number for _, number in sections],
                "name": s.with_nulls(s.titles(len(sections), 2), 0.5),
                "summaryformat": [1] * len(sections),
                "visible": s.weighted({1: 95, 0: 5}, len(sections)),
            }
        ),
    }


def _activities(s: Sampler, sections: Rows) -> Tables:
    kinds = dict.fromkeys(MODULES, 1.0) | {"resource": 9.0, "forum": 6.0, "assign": 6.0, "quiz": 5.0, "url": 4.0}
    count, made = 2_600, dict.fromkeys(MODULES, 0)
    placed = sorted(s.pick(sections, count), key=lambda section: section["id"])
    made_in: dict[str, list[int]] = {name: [] for name in MODULES}
    modules = []
    for section, kind, at in zip(placed, s.weighted(kinds, count), _since(s, count), strict=True):
        made[kind] += s.weighted({1: 92, 2: 8}, 1)[0]
        made_in[kind].append(section["course"])
        modules.append({"course": section["course"], "module": MODULES.index(kind) + 1, "instance": made[kind]})
        modules[-1] |= {"section": section["id"], "added": at, "score": 0, "indent": s.random.choice((0, 0, 0, 1, 2))}
        modules[-1] |= {"visible": int(s.random.random() < 0.9), "completion": s.random.choice((0, 1, 1, 2))}
        modules[-1] |= {"groupmode": s.random.choice((0, 0, 0, 1, 2))}
    numbers = {kind: [row["instance"] for row in modules if row["module"] == kind] for kind in (FORUM, QUIZ, ASSIGN)}
    forums, quizzes, assigns = (len(numbers[kind]) for kind in (FORUM, QUIZ, ASSIGN))
    return {
        "mdl_modules": pa.table(
            {"id": s.ids(13), "name": MODULES, "cron": [0] * 13, "visible": [1, 1, 0, *[1] * 9, 0]},
        ),
        "mdl_course_modules": pa.table(
            {"id": s.ids(count, 1, gaps=0.04), **{name: [row[name] for row in modules] for name in modules[0]}}
        ),
        "mdl_forum": pa.table(
            {
                "id": numbers[FORUM],
                "course": made_in["forum"],
                "type": s.weighted({"general": 60, "news": 30, "qanda": 10}, forums),
                "name": s.titles(forums, 2),
                "maxattachments": s.pick([1, 9, 9], forums),
                "forcesubscribe": s.integers(forums, 0, 3),
                "timemodified": s.integers(forums, OPENED, COPIED),
            }
        ),
        "mdl_quiz": pa.table(
            {
                "id": numbers[QUIZ],
                "course": made_in["quiz"],
                "name": s.titles(quizzes, 3),
                "timelimit": s.pick([0, 0, 1_200, 3_600], quizzes),
                "attempts": s.integers(quizzes, 0, 3),
                "sumgrades": [float(number) for number in s.integers(quizzes, 5, 40)],
                "questionsperpage": s.pick([0, 1, 5, 10], quizzes),
                "timeopen": [at if s.random.random() < 0.5 else 0 for at in s.integers(quizzes, OPENED, COPIED)],
            }
        ),
        "mdl_assign": pa.table(
            {
                "id": numbers[ASSIGN],
                "course": made_in["assign"],
                "name": s.titles(assigns, 3),
                "grade": s.pick([10, 20, 100, 100], assigns),
                "duedate": [at if s.random.random() < 0.8 else 0 for at in s.integers(assigns, OPENED, COPIED)],
                "maxattempts": s.pick([-1, 1, 1, 2], assigns),
                "teamsubmission": s.weighted({0: 90, 1: 10}, assigns),
            }
        ),
    }


def _enrolled(s: Sampler, courses: list[int], users: list[int]) -> tuple[Tables, dict[int, list[int]]]:
    ways = [
        (course, name, place)
        for course in courses
        for place, name in enumerate(["manual", "self", "cohort"][: s.random.randint(1, 3)])
    ]
    enrol = s.ids(len(ways), 1, gaps=0.05)
    members: dict[int, list[int]] = {}
    enrolled: list[tuple[int, int]] = []
    for number, (course, name, _) in zip(enrol, ways, strict=True):
        size = {"manual": 3, "self": 14, "cohort": 26}[name]
        people = s.random.sample(users, s.counts(1, size)[0] % 220 + 1)
        members.setdefault(course, []).extend(people)
        enrolled += [(number, user) for user in people]
    groups = s.numbered(s.subset(courses, 0.5), 1, 6)
    group_ids = s.ids(len(groups), 1, gaps=0.04)
    grouped = [
        (group, user)
        for group, (course, _) in zip(group_ids, groups, strict=True)
        for user in sorted(set(s.random.choices(members[course], k=s.random.randint(2, 12))))
    ]
    staff, count = users[1:40], len(enrolled)
    tables = {
        "mdl_enrol": pa.table(
            {
                "id": enrol,
                "enrol": [name for _, name, _ in ways],
                "status": s.weighted({0: 88, 1: 12}, len(ways)),
                "courseid": [course for course, _, _ in ways],
                "sortorder": [place for _, _, place in ways],
                "roleid": s.weighted({5: 90, 4: 5, 3: 5}, len(ways)),
                "enrolperiod": s.pick([0, 0, 15_552_000], len(ways)),
            }
        ),
        "mdl_user_enrolments": pa.table(
            {
                "id": s.ids(count, 1, gaps=0.03),
                "status": s.weighted({0: 96, 1: 4}, count),
                "enrolid": [number for number, _ in enrolled],
                "userid": [user for _, user in enrolled],
                "timestart": s.integers(count, OPENED, COPIED),
                "timeend": [0] * count,
                "modifierid": s.with_dangling(s.pick(staff, count, skew=0.9), 0.1, lambda: 0),
            }
        ),
        "mdl_groups": pa.table(
            {
                "id": group_ids,
                "courseid": [course for course, _ in groups],
                "name": [f"Group {number}" for _, number in groups],
                "idnumber": [""] * len(groups),
                "timecreated": _since(s, len(groups)),
            }
        ),
        "mdl_groups_members": pa.table(
            {
                "id": s.ids(len(grouped), 1, gaps=0.03),
                "groupid": [group for group, _ in grouped],
                "userid": [user for _, user in grouped],
                "timeadded": s.integers(len(grouped), OPENED, COPIED),
                "itemid": [0] * len(grouped),
            }
        ),
    }
    return tables, members


def _forums(s: Sampler, forums: Rows, members: dict[int, list[int]]) -> Tables:
    threads, count = 720, 4_500
    held = s.pick([forum for forum in forums if forum["course"] in members], threads, skew=0.5)
    numbers = s.ids(count, 1, gaps=0.02)
    # Every discussion opens with a post; the answers follow, each to an earlier post of the same discussion.
    order = s.shuffled([*range(threads), *s.pick(range(threads), count - threads, skew=0.5)])
    posts: Rows = []
    earlier: dict[int, list[int]] = {}
    discussion_ids = s.ids(threads, 1, gaps=0.05)
    opened: dict[int, int] = {}
    for number, topic, at in zip(numbers, order, _since(s, count), strict=True):
        answers = earlier.setdefault(topic, [])
        place = opened.setdefault(topic, len(opened))
        parent = s.random.choice(answers[-4:]) if answers else 0
        posts.append({"id": number, "discussion": discussion_ids[place], "parent": parent})
        posts[-1] |= {"userid": s.random.choice(members[held[topic]["course"]]), "created": at, "mailed": 1}
        posts[-1] |= {"subject": s.titles(1, 3)[0], "wordcount": s.random.randint(1, 240), "deleted": 0}
        answers.append(number)
    first = {post["discussion"]: post for post in posts if post["parent"] == 0}
    last = {post["discussion"]: post for post in posts}
    topics = {discussion_ids[place]: held[topic] for topic, place in opened.items()}
    discussions = [
        {
            "id": number,
            "course": topics[number]["course"],
            "forum": topics[number]["id"],
            "name": first[number]["subject"],
            "firstpost": first[number]["id"],
            "userid": first[number]["userid"],
            "timemodified": last[number]["created"],
            "usermodified": last[number]["userid"],
            "pinned": int(s.random.random() < 0.04),
        }
        for number in discussion_ids
    ]
    return {"mdl_forum_discussions": pa.Table.from_pylist(discussions), "mdl_forum_posts": pa.Table.from_pylist(posts)}


def _work(s: Sampler, activities: Tables, members: dict[int, list[int]], teachers: list[int]) -> Tables:
    attempts, submissions = [], []
    for quiz in s.subset(activities["mdl_quiz"].to_pylist(), 0.9):
        for user in s.subset(sorted(set(members[quiz["course"]])), 0.5):
            for attempt in range(1, s.weighted({1: 75, 2: 18, 3: 7}, 1)[0] + 1):
                done = s.random.random() < 0.94
                grade = round(quiz["sumgrades"] * s.random.betavariate(5, 2), 2) if done else None
                attempts.append({"quiz": quiz["id"], "userid": user, "attempt": attempt, "sumgrades": grade})
                attempts[-1] |= {"state": "finished" if done else s.random.choice(["inprogress", "abandoned"])}
                attempts[-1] |= {"preview": 0, "currentpage": s.random.randint(0, 12)}
    for assign in s.subset(activities["mdl_assign"].to_pylist(), 0.9):
        for user in s.subset(sorted(set(members[assign["course"]])), 0.6):
            for attempt in range(s.weighted({1: 93, 2: 7}, 1)[0]):
                submissions.append({"assignment": assign["id"], "userid": user, "attemptnumber": attempt})
                submissions[-1] |= {"status": s.weighted({"submitted": 85, "draft": 10, "new": 5}, 1)[0]}
                submissions[-1] |= {"groupid": 0, "latest": 1}
    attempts, submissions = s.shuffled(attempts), s.shuffled(submissions)
    for row, number, at in zip(attempts, s.ids(len(attempts), 1, 0.15), _since(s, len(attempts)), strict=True):
        row |= {"uniqueid": number, "timestart": at}
    graded = s.subset([row for row in submissions if row["status"] == "submitted"], 0.85)
    grades = [{name: row[name] for name in ("assignment", "userid", "attemptnumber")} for row in graded]
    for row in grades:
        row |= {"grader": s.random.choice(teachers), "grade": round(100 * s.random.betavariate(6, 2), 1)}
    return {
        name: pa.table({"id": s.ids(len(rows), 1, gaps=0.02), **{key: [row[key] for row in rows] for key in rows[0]}})
        for name, rows in (
            ("mdl_quiz_attempts", attempts),
            ("mdl_assign_submission", submissions),
            ("mdl_assign_grades", grades),
        )
    }


def _log(s: Sampler, members: dict[int, list[int]], modules: Rows, users: list[int]) -> pa.Table:
    count = 18_000
    placed = s.pick([module for module in modules if module["course"] in members], count, skew=0.5)
    people = [s.random.choice(members[module["course"]]) for module in placed]
    actions = s.weighted({"viewed": 80, "created": 8, "updated": 6, "submitted": 4, "graded": 2}, count)
    kinds = [f"mod_{MODULES[module['module'] - 1]}" for module in placed]
    in_course = s.with_dangling([module["course"] for module in placed], 0.07, lambda: 0)
    return pa.table(
        {
            "id": s.ids(count, 1, gaps=0.01),
            "eventname": [f"\\{kind}\\event\\{action}" for kind, action in zip(kinds, actions, strict=True)],
            "component": kinds,
            "action": actions,
            "objectid": [module["instance"] if s.random.random() < 0.9 else None for module in placed],
            "contextinstanceid": [
                module["id"] if course else s.random.choice(users)
                for module, course in zip(placed, in_course, strict=True)
            ],
            "contextlevel": [70 if course else 30 for course in in_course],
            "userid": s.with_dangling(people, 0.02, lambda: s.random.choice((0, -1, s.random.randint(2_700, 2_900)))),
            "courseid": in_course,
            "relateduserid": s.with_nulls([s.random.choice(users) for _ in people], 0.93),
            "anonymous": [0] * count,
            "timecreated": _since(s, count),
            "origin": s.weighted({"web": 82, "ws": 14, "cli": 4}, count),
            "ip": [f"10.{s.random.randint(0, 31)}.{s.random.randint(0, 255)}.{i % 250 + 2}" for i in range(count)],
        }
    )


def build() -> Tables:
    """The twenty tables."""
    s = Sampler(103)
    accounts, courses = _users(s), _courses(s)
    users = accounts["mdl_user"]["id"].to_pylist()
    activities = _activities(s, courses["mdl_course_sections"].to_pylist())
    enrolled, members = _enrolled(s, courses["mdl_course"]["id"].to_pylist(), users)
    forums = _forums(s, activities["mdl_forum"].to_pylist(), members)
    work = _work(s, activities, members, users[3:60])
    log = _log(s, members, activities["mdl_course_modules"].to_pylist(), users)
    return {**accounts, **courses, **activities, **enrolled, **forums, **work, "mdl_logstore": log}


ELEARNING = ReferenceDatabase("elearning", "tuning", build, TRUTH)
