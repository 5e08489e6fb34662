"""A source control forge: issues and pull requests, people in many roles, commits by digest, runs of continuous integration.

Traps: issues have a number of their own and one within the project; parents, duplicates, forks, replies and retries
point into the same table, some only to its first rows and some only to its last; users appear in a dozen roles;
shallow clones miss parent commits and deleted users leave comments behind; slugs and titles repeat.
"""

from __future__ import annotations

import datetime as dt
import itertools

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["FORGE"]

TRUTH = parse_truth(
    keys="""
    account(id) account_profile(account_id) organisation(id) org_member(org_id, account_id) project(id)
    label(project_id, name) milestone(project_id, number) issue(id) issue_label(project_id, issue_number, label)
    issue_link(source_id, target_id) commit_object(sha) commit_parent(sha, position) pull_request(issue_id) review(id)
    comment(id) reaction_kind(id) reaction(comment_id, account_id, kind_id) ci_run(id) ci_step(run_id, step_no)
    release(project_id, tag) watcher(project_id, account_id)
    """,
    alternate_keys="account(login) account(email) organisation(slug) issue(project_id, number)",
    references="""
    account.invited_by -> account.id
    account_profile.account_id -> account.id
    organisation.billing_contact -> account.id
    org_member.org_id -> organisation.id
    org_member.account_id -> account.id
    project.org_id -> organisation.id
    project.owner_id -> account.id
    project.forked_from -> project.id
    label.project_id -> project.id
    milestone.project_id -> project.id
    issue.project_id -> project.id
    issue.author_id -> account.id
    issue.assignee_id -> account.id
    issue.closed_by -> account.id
    issue.parent_id -> issue.id
    issue.duplicate_of -> issue.id
    issue.project_id,milestone_no -> milestone.project_id,number
    issue_label.project_id,issue_number -> issue.project_id,number
    issue_label.project_id,label -> label.project_id,name
    issue_link.source_id -> issue.id
    issue_link.target_id -> issue.id
    commit_object.project_id -> project.id
    commit_object.author_id -> account.id
    commit_object.committer_id -> account.id
    commit_parent.sha -> commit_object.sha
    commit_parent.parent_sha -> commit_object.sha  dangling 0.015
    pull_request.issue_id -> issue.id
    pull_request.head_sha -> commit_object.sha
    pull_request.base_sha -> commit_object.sha
    pull_request.merge_sha -> commit_object.sha
    pull_request.merged_by -> account.id
    review.pull_id -> pull_request.issue_id
    review.reviewer_id -> account.id
    review.commit_sha -> commit_object.sha
    comment.issue_id -> issue.id
    comment.author_id -> account.id  dangling 0.02
    comment.reply_to -> comment.id
    reaction.comment_id -> comment.id
    reaction.account_id -> account.id
    reaction.kind_id -> reaction_kind.id
    ci_run.commit_sha -> commit_object.sha
    ci_run.triggered_by -> account.id
    ci_run.retry_of -> ci_run.id
    ci_step.run_id -> ci_run.id
    release.project_id -> project.id
    release.commit_sha -> commit_object.sha
    release.published_by -> account.id
    watcher.project_id -> project.id
    watcher.account_id -> account.id
    """,
    also_acceptable="""
    issue_label.project_id -> project.id
    review.pull_id -> issue.id
    """,
    enums="""
    org_member.role issue.state issue.close_reason issue_link.kind review.verdict ci_run.status ci_run.event
    reaction_kind.name project.visibility project.default_branch
    """,
    states="issue.state ci_run.status",
    sensitive="account.login account.email account.full_name account.last_ip account_profile.location account_profile.birthday",
)
FIRST, LAST = dt.date(2022, 1, 1), dt.date(2026, 10, 31)


def _accounts(s: Sampler) -> Tables:
    count = 1_900
    ids, names, logins = s.ids(count, 1, gaps=0.07), s.full_names(count), s.codes(count, "AAA-AA99")
    organisations = s.ids(70)
    known = s.subset(ids, 0.55)
    belonging = s.pairs(organisations, ids, 4, 40)
    return {
        "account": pa.table(
            {
                "id": ids,
                "login": [login.lower() for login in logins],
                "email": s.emails(names, "dev.example"),
                "full_name": s.with_nulls(names, 0.15),
                "is_bot": [s.random.random() < 0.03 for _ in ids],
                "created_at": s.moments(count, FIRST, LAST),
                "invited_by": [s.random.choice(ids[:90]) if i > 100 and i % 5 == 0 else None for i in range(count)],
                "last_ip": [f"10.{s.random.randint(0, 255)}.{s.random.randint(0, 255)}.7" for _ in ids],
                "suspended_at": s.with_nulls(s.moments(count, FIRST, LAST), 0.97),
            }
        ),
        "account_profile": pa.table(
            {
                "account_id": known,
                "location": s.with_nulls(s.cities(len(known)), 0.3),
                "birthday": s.with_nulls(s.dates(len(known), dt.date(1960, 1, 1), dt.date(2008, 1, 1)), 0.7),
                "bio": s.with_nulls(s.titles(len(known), 6), 0.4),
                "theme_no": s.integers(len(known), 1, 4),
            }
        ),
        "organisation": pa.table(
            {
                "id": organisations,
                "slug": [code.lower() for code in s.codes(70, "AAAA-AA")],
                "billing_contact": s.pick(ids, 70, skew=0.6),
                "seats": s.counts(70, 40),
            }
        ),
        "org_member": pa.table(
            {
                "org_id": [organisation for organisation, _ in belonging],
                "account_id": [account for _, account in belonging],
                "role": s.weighted({"member": 80, "maintainer": 15, "owner": 5}, len(belonging)),
                "joined_on": s.dates(len(belonging), FIRST, LAST),
            }
        ),
    }


def _projects(s: Sampler, accounts: list[int], organisations: list[int]) -> Tables:
    count = 420
    ids = s.ids(count, 1_000, gaps=0.1)
    in_organisation = [s.random.random() < 0.65 for _ in ids]
    colours = [
        "bug",
        "feature",
        "question",
        "docs",
        "good first issue",
        "wontfix",
        "blocked",
        "security",
        "performance",
    ]
    labels, milestones = s.pairs(ids, colours, 3, 8), s.numbered(s.subset(ids, 0.5), 1, 6)
    watchers = s.pairs(ids, accounts, 0, 12)
    return {
        "project": pa.table(
            {
                "id": ids,
                "slug": [name.lower() for name in s.pick(s.titles(300, 1), count)],
                "org_id": [s.random.choice(organisations) if owned else None for owned in in_organisation],
                "owner_id": s.pick(accounts, count, skew=0.5),
                "forked_from": [s.random.choice(ids[:60]) if i > 80 and i % 6 == 0 else None for i in range(count)],
                "visibility": s.weighted({"public": 60, "internal": 10, "private": 30}, count),
                "default_branch": s.weighted({"main": 80, "master": 15, "trunk": 5}, count),
                "stars": s.counts(count, 55),
                "archived_at": s.with_nulls(s.moments(count, FIRST, LAST), 0.9),
            }
        ),
        "label": pa.table(
            {
                "project_id": [project for project, _ in labels],
                "name": [name for _, name in labels],
                "colour": s.pick(s.hashes(24, 6), len(labels)),
            }
        ),
        "milestone": pa.table(
            {
                "project_id": [project for project, _ in milestones],
                "number": [number for _, number in milestones],
                "title": [f"v{s.random.randint(0, 4)}.{number}" for _, number in milestones],
                "due_on": s.with_nulls(s.dates(len(milestones), FIRST, LAST), 0.3),
            }
        ),
        "watcher": pa.table(
            {"project_id": [project for project, _ in watchers], "account_id": [a for _, a in watchers]}
        ),
    }


def _issues(s: Sampler, accounts: list[int], projects: Tables) -> pa.Table:
    count = 8_500
    ids = s.ids(count, 1, gaps=0.03)
    open_in: dict[int, list[int]] = {}
    for row in projects["milestone"].to_pylist():
        open_in.setdefault(row["project_id"], []).append(row["number"])
    chosen = s.pick(projects["project"]["id"].to_pylist(), count, skew=0.7)
    counters = {project: itertools.count(1) for project in chosen}
    closed, reasons = [s.random.random() < 0.7 for _ in ids], ["completed", "not planned", "duplicate"]
    return pa.table(
        {
            "id": ids,
            "project_id": chosen,
            "number": [next(counters[project]) for project in chosen],
            "title": s.pick(s.titles(5_000, 4), count),
            "author_id": s.pick(accounts, count, skew=0.5),
            "assignee_id": s.with_nulls(s.pick(accounts, count, skew=0.9), 0.45),
            "milestone_no": [
                s.random.choice(open_in[project]) if project in open_in and s.random.random() < 0.4 else None
                for project in chosen
            ],
            "parent_id": [s.random.choice(ids[:350]) if i > 400 and i % 17 == 0 else None for i in range(count)],
            "duplicate_of": [s.random.choice(ids[:i]) if i > 50 and i % 31 == 0 else None for i in range(count)],
            "state": ["closed" if done else "open" for done in closed],
            "close_reason": [s.random.choice(reasons) if done else None for done in closed],
            "closed_by": [s.random.choice(accounts) if done and s.random.random() < 0.9 else None for done in closed],
            "created_at": s.moments(count, FIRST, LAST),
            "upvotes": [number - 1 for number in s.counts(count, 3)],
            "is_locked": [s.random.random() < 0.02 for _ in ids],
        }
    )


def _facets(s: Sampler, issue: pa.Table, labels: list[dict[str, object]]) -> Tables:
    named: dict[object, list[object]] = {}
    for row in labels:
        named.setdefault(row["project_id"], []).append(row["name"])
    numbered = zip(issue["project_id"].to_pylist(), issue["number"].to_pylist(), strict=True)
    tagged = [
        (project, number, label)
        for project, number in numbered
        for label in s.random.sample(named[project], s.random.randint(0, min(2, len(named[project]))))
    ]
    ids = issue["id"].to_pylist()
    links = sorted({tuple(s.random.sample(ids, 2)) for _ in range(700)})
    return {
        "issue_label": pa.table(
            {name: [row[i] for row in tagged] for i, name in enumerate(("project_id", "issue_number", "label"))}
        ),
        "issue_link": pa.table(
            {
                "source_id": [source for source, _ in links],
                "target_id": [target for _, target in links],
                "kind": s.pick(["blocks", "relates to", "follows"], len(links)),
            }
        ),
    }


def _commits(s: Sampler, accounts: list[int], projects: list[int]) -> Tables:
    count = 7_500
    shas, placed = s.hashes(count), s.pick(projects, count, skew=0.8)
    latest: dict[int, str] = {}
    parents: list[tuple[str, int, str]] = []
    for sha, project in zip(shas, placed, strict=True):
        if project in latest:
            parents.append((sha, 0, latest[project]))
        if project in latest and s.random.random() < 0.15:
            parents.append((sha, 1, s.random.choice(shas)))
        latest[project] = sha
    authors = s.with_nulls(s.pick(accounts, count, skew=0.7), 0.12)
    return {
        "commit_object": pa.table(
            {
                "sha": shas,
                "project_id": placed,
                "author_id": authors,
                "committer_id": [a if i % 9 else s.random.choice(accounts) for i, a in enumerate(authors)],
                "committed_at": s.moments(count, FIRST, LAST),
                "message": s.pick(s.titles(4_000, 4), count),
                "files_changed": s.counts(count, 4),
                "tree_hash": s.hashes(count),
            }
        ),
        "commit_parent": pa.table(
            {
                "sha": [sha for sha, _, _ in parents],
                "position": [position for _, position, _ in parents],
                "parent_sha": s.with_dangling([parent for _, _, parent in parents], 0.015, lambda: s.hashes(1)[0]),
            }
        ),
    }


def _changes(s: Sampler, accounts: list[int], issues: list[int], commits: pa.Table) -> Tables:
    pulls, shas = s.subset(issues, 0.3), commits["sha"].to_pylist()
    merged = [s.random.random() < 0.75 for _ in pulls]
    judged, tagged = s.pick(pulls, 3_600, skew=0.2), sorted(s.random.sample(range(len(shas)), 380))
    released = [commits["project_id"][i].as_py() for i in tagged]
    return {
        "pull_request": pa.table(
            {
                "issue_id": pulls,
                "head_sha": s.random.sample(shas, len(pulls)),
                "base_sha": s.pick(shas, len(pulls)),
                "merge_sha": [
                    sha if done else None for sha, done in zip(s.random.sample(shas, len(pulls)), merged, strict=True)
                ],
                "merged_by": [s.random.choice(accounts) if done else None for done in merged],
                "is_draft": [not done and s.random.random() < 0.2 for done in merged],
                "additions": s.counts(len(pulls), 120),
                "deletions": s.counts(len(pulls), 60),
            }
        ),
        "review": pa.table(
            {
                "id": s.ids(3_600, 1, gaps=0.02),
                "pull_id": sorted(judged),
                "reviewer_id": s.pick(accounts, 3_600, skew=0.8),
                "commit_sha": s.pick(shas, 3_600),
                "verdict": s.weighted({"approved": 55, "commented": 30, "changes requested": 15}, 3_600),
                "submitted_at": s.moments(3_600, FIRST, LAST),
            }
        ),
        "release": pa.table(
            {
                "project_id": released,
                "tag": [
                    f"v1.{released[:i].count(project)}.{s.random.randint(0, 3)}" for i, project in enumerate(released)
                ],
                "commit_sha": [shas[i] for i in tagged],
                "published_by": s.pick(accounts, 380, skew=0.6),
                "is_prerelease": [s.random.random() < 0.2 for _ in tagged],
            }
        ),
    }


def _talk(s: Sampler, accounts: list[int], issues: list[int]) -> Tables:
    count = 13_000
    ids, within = s.ids(count, 1, gaps=0.02), sorted(s.pick(issues, count, skew=0.3))
    followed = [i > 0 and within[i] == within[i - 1] and s.random.random() < 0.3 for i in range(count)]
    kinds = ["+1", "-1", "laugh", "heart", "eyes", "rocket"]
    cheers = [
        (*pair, kind)
        for pair in s.pairs(s.subset(ids, 0.15), accounts, 1, 4)
        for kind in s.random.sample(range(1, 7), s.weighted({1: 92, 2: 8}, 1)[0])
    ]
    return {
        "comment": pa.table(
            {
                "id": ids,
                "issue_id": within,
                "author_id": s.with_dangling(
                    s.pick(accounts, count, skew=0.6), 0.02, lambda: s.random.randint(2_400, 2_900)
                ),
                "reply_to": [ids[i - 1] if reply else None for i, reply in enumerate(followed)],
                "body": s.pick(s.titles(2_000, 8), count),
                "edited_count": s.weighted({0: 85, 1: 11, 2: 4}, count),
                "deleted_at": s.with_nulls(s.moments(count, FIRST, LAST), 0.98),
            }
        ),
        "reaction_kind": pa.table({"id": [1, 2, 3, 4, 5, 6], "name": kinds}),
        "reaction": pa.table(
            {name: [row[i] for row in cheers] for i, name in enumerate(("comment_id", "account_id", "kind_id"))}
        ),
    }


def _runs(s: Sampler, accounts: list[int], shas: list[str]) -> Tables:
    count = 3_800
    ids = s.ids(count, 100_000, gaps=0.05)
    steps = s.numbered(ids, 2, 7)
    return {
        "ci_run": pa.table(
            {
                "id": ids,
                "commit_sha": [shas[i] for i in sorted(s.integers(count, len(shas) - 2_500, len(shas) - 1))],
                "attempt": s.weighted({1: 88, 2: 9, 3: 3}, count),
                "event": s.weighted({"push": 60, "pull": 30, "schedule": 10}, count),
                "triggered_by": s.with_nulls(s.pick(accounts, count, skew=0.8), 0.1),
                "retry_of": [
                    s.random.choice(ids[i - 40 : i]) if i > 3_000 and s.random.random() < 0.15 else None
                    for i in range(count)
                ],
                "status": s.weighted({"queued": 1, "running": 1, "passed": 80, "failed": 15, "cancelled": 3}, count),
                "started_at": s.moments(count, dt.date(2026, 5, 1), LAST),
            }
        ),
        "ci_step": pa.table(
            {
                "run_id": [run for run, _ in steps],
                "step_no": [number for _, number in steps],
                "exit_code": s.weighted({0: 94, 1: 5, 137: 1}, len(steps)),
                "duration_ms": s.integers(len(steps), 40, 480_000),
            }
        ),
    }


def build() -> Tables:
    """The twenty-one tables."""
    s = Sampler(14)
    people = _accounts(s)
    accounts = people["account"]["id"].to_pylist()
    projects = _projects(s, accounts, people["organisation"]["id"].to_pylist())
    issue = _issues(s, accounts, projects)
    facets = _facets(s, issue, projects["label"].to_pylist())
    commits = _commits(s, accounts, projects["project"]["id"].to_pylist())
    issues, shas = issue["id"].to_pylist(), commits["commit_object"]["sha"].to_pylist()
    changes, talk, runs = (
        _changes(s, accounts, issues, commits["commit_object"]),
        _talk(s, accounts, issues),
        _runs(s, accounts, shas),
    )
    return {**people, **projects, "issue": issue, **facets, **commits, **changes, **talk, **runs}


FORGE = ReferenceDatabase("forge", "tuning", build, TRUTH)
