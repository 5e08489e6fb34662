"""A newspaper's editorial system: wires come in, articles move through states and versions, pages are filled.

Traps: word counts, priorities, columns, widths and positions lie among the numbers of staff, states and tags; tags are
merged into others; the wires are purged after some months although articles still name them; staff who left long ago
stay in old versions; an edition is known by its day and zone, and every page of the paper repeats both.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["NEWSROOM"]

TRUTH = parse_truth(
    keys="""
    desks(id) staff(id) sections(slug) workflow_states(id) agencies(code) wire_items(id) articles(id)
    article_authors(article_id, staff_id) article_versions(article_id, version) tags(id) article_tags(article_id, tag_id)
    contributors(id) images(id) article_images(article_id, position) zones(code) editions(issue_date, zone_code)
    pages(id) placements(page_id, slot)
    """,
    alternate_keys="""
    desks(name) staff(initials) staff(email) sections(title) workflow_states(name) workflow_states(position)
    agencies(name) wire_items(agency_code, agency_ref) articles(slug) tags(label) images(file_name) zones(name)
    pages(issue_date, zone_code, page_no)
    """,
    references="""
    desks.head_id -> staff.id
    staff.desk_id -> desks.id
    staff.manager_id -> staff.id
    sections.parent_slug -> sections.slug
    sections.desk_id -> desks.id
    wire_items.agency_code -> agencies.code
    articles.section_slug -> sections.slug
    articles.state_id -> workflow_states.id
    articles.editor_id -> staff.id
    articles.proofread_by_id -> staff.id
    articles.wire_item_id -> wire_items.id  dangling 0.07
    articles.follow_up_of_id -> articles.id
    article_authors.article_id -> articles.id
    article_authors.staff_id -> staff.id
    article_versions.article_id -> articles.id
    article_versions.saved_by_id -> staff.id  dangling 0.02
    article_versions.state_id -> workflow_states.id
    tags.merged_into_id -> tags.id
    article_tags.article_id -> articles.id
    article_tags.tag_id -> tags.id
    contributors.agency_code -> agencies.code
    images.contributor_id -> contributors.id
    images.cropped_from_id -> images.id
    article_images.article_id -> articles.id
    article_images.image_id -> images.id  dangling 0.01
    editions.zone_code -> zones.code
    editions.duty_editor_id -> staff.id
    pages.issue_date,zone_code -> editions.issue_date,zone_code
    pages.section_slug -> sections.slug
    pages.designer_id -> staff.id
    placements.page_id -> pages.id
    placements.article_id -> articles.id
    """,
    also_acceptable="""
    pages.zone_code -> zones.code
    """,
    enums="""
    staff.role articles.state_id article_versions.state_id articles.language wire_items.priority tags.kind
    contributors.kind images.rights placements.kind zones.code editions.zone_code pages.zone_code editions.status
    """,
    states="articles.state_id article_versions.state_id editions.status",
    sensitive="staff.full_name staff.email contributors.full_name contributors.phone contributors.iban",
)
FIRST, LAST = dt.date(2026, 1, 2), dt.date(2026, 6, 30)
SECTIONS = {
    "politics": None,
    "world": "politics",
    "region": None,
    "city": "region",
    "courts": "region",
    "business": None,
    "markets": "business",
    "work": "business",
    "sport": None,
    "football": "sport",
    "winter": "sport",
    "culture": None,
    "books": "culture",
    "music": "culture",
    "science": None,
    "health": "science",
    "travel": None,
    "opinion": None,
    "letters": "opinion",
    "television": "culture",
}
STATES = ["planned", "assigned", "draft", "desk", "proofreading", "ready", "published", "spiked"]
ZONES = {"CTY": "City", "NOR": "North", "SOU": "South", "LAK": "Lakes", "NAT": "National"}
AGENCIES = ["Continental Press", "Northwire", "Sports Data", "Presswerk", "Alpine News", "Photo Union", "Finfeed"]
Rows = list[dict[str, Any]]


def _house(s: Sampler) -> Tables:
    count, desks = 186, ["Politics", "Region", "Business", "Sport", "Culture", "Science", "Photo", "Online", "Copy"]
    ids, names = s.ids(count, 1, gaps=0.25), s.full_names(count)
    numbers = list(range(1, len(desks) + 1))
    slugs = list(SECTIONS)
    return {
        "desks": pa.table(
            {
                "id": numbers,
                "name": desks,
                "head_id": [*s.random.sample(ids[:40], len(desks) - 1), None],
                "floor": [2, 2, 3, 3, 3, 4, 1, 4, 2],
                "extension": [210, 220, 230, 240, 250, 260, 110, 400, 270],
            }
        ),
        "staff": pa.table(
            {
                "id": ids,
                "initials": [code.lower() for code in s.codes(count, "AAA")],
                "full_name": names,
                "email": s.emails(names, "courier.example"),
                "desk_id": s.pick(numbers, count, skew=0.4),
                "manager_id": [None if i < 4 else s.random.choice(ids[: max(4, min(i, 30))]) for i in range(count)],
                "role": s.weighted({"reporter": 50, "editor": 25, "designer": 10, "proofreader": 8, "photo": 7}, count),
                "joined_on": s.dates(count, dt.date(1991, 1, 1), LAST),
                "weekly_hours": s.pick([18, 24, 30, 36, 36, 36], count),
            }
        ),
        "sections": pa.table(
            {
                "slug": slugs,
                "title": [slug.capitalize() for slug in slugs],
                "parent_slug": list(SECTIONS.values()),
                "desk_id": s.with_nulls(s.pick(numbers[:6], len(slugs)), 0.1),
                "menu_position": s.integers(len(slugs), 1, 12),
            }
        ),
        "workflow_states": pa.table(
            {
                "id": list(range(1, 9)),
                "name": STATES,
                "position": [10, 20, 30, 40, 50, 60, 70, 99],
                "is_final": [name in ("published", "spiked") for name in STATES],
            }
        ),
    }


def _sources(s: Sampler) -> Tables:
    wires, people, pictures = 4_800, 240, 3_400
    codes = s.codes(len(AGENCIES), "AAA")
    contributors = s.ids(people, 1, gaps=0.1)
    ids = s.ids(pictures, 50_001, gaps=0.04)
    return {
        "agencies": pa.table(
            {"code": codes, "name": AGENCIES, "monthly_fee": [9_800, 7_200, 3_100, 2_900, 1_500, 4_400, 2_250]}
        ),
        "wire_items": pa.table(
            {
                "id": s.ids(wires, 810_001, gaps=0.3),
                "agency_code": s.pick(codes, wires, skew=0.9),
                "agency_ref": s.codes(wires, "A99999-99"),
                "received_at": s.moments(wires, dt.date(2026, 4, 1), LAST),
                "priority": s.weighted({1: 2, 2: 8, 3: 25, 4: 45, 5: 20}, wires),
                "headline": s.pick(s.titles(2_600, 5), wires),
                "words": s.integers(wires, 25, 1_100),
            }
        ),
        "contributors": pa.table(
            {
                "id": contributors,
                "full_name": s.full_names(people),
                "kind": s.weighted({"photographer": 55, "illustrator": 15, "columnist": 30}, people),
                "agency_code": s.with_nulls(s.pick(codes, people, skew=0.6), 0.7),
                "phone": s.phones(people),
                "iban": s.with_nulls(s.codes(people, "AT999999999999999999"), 0.2),
                "fee_per_piece": s.pick([40, 60, 80, 120, 200], people),
            }
        ),
        "images": pa.table(
            {
                "id": ids,
                "file_name": [f"{number:08x}.jpg" for number in s.random.sample(range(2**32), pictures)],
                "contributor_id": s.with_nulls(s.pick(contributors, pictures, skew=0.7), 0.25),
                "cropped_from_id": [
                    s.random.choice(ids[:i]) if i > 5 and i % 7 == 0 else None for i in range(pictures)
                ],
                "width": s.pick([1_200, 1_600, 2_400, 4_000, 6_000], pictures),
                "height": s.pick([800, 1_067, 1_600, 2_667, 4_000], pictures),
                "taken_on": s.with_nulls(s.dates(pictures, dt.date(2019, 1, 1), LAST), 0.2),
                "rights": s.weighted({"own": 40, "licensed": 35, "agency": 20, "handout": 5}, pictures),
            }
        ),
    }


def _articles(s: Sampler, staff: list[int], wires: list[int], pictures: list[int]) -> Tables:
    count, labels = 2_600, 620
    ids, tags = s.ids(count, 1, gaps=0.05), s.ids(labels, 1, gaps=0.12)
    titles = s.titles(count, 4)
    state = s.weighted({1: 3, 2: 3, 3: 4, 4: 3, 5: 2, 6: 3, 7: 76, 8: 6}, count)
    authors = s.pairs(s.subset(ids, 0.92), staff, 1, 3)
    versions = s.numbered(ids, 1, 6)
    tagged = s.pairs(s.subset(ids, 0.85), tags, 1, 3)
    shown = s.numbered(s.subset(ids, 0.6), 1, 3)
    gone = sorted(set(range(1, staff[-1])) - set(staff))
    return {
        "articles": pa.table(
            {
                "id": ids,
                "slug": [title.lower().replace(" ", "-") for title in titles],
                "headline": titles,
                "section_slug": s.pick(list(SECTIONS), count, skew=0.5),
                "state_id": state,
                "editor_id": s.pick(staff, count, skew=0.6),
                "proofread_by_id": s.with_nulls(s.pick(staff[60:90], count), 0.35),
                "wire_item_id": s.with_dangling(
                    s.with_nulls(s.pick(wires, count), 0.65), 0.07, lambda: s.random.randint(700_000, 809_000)
                ),
                "follow_up_of_id": [
                    s.random.choice(ids[max(0, i - 200) : i]) if i and s.random.random() < 0.12 else None
                    for i in range(count)
                ],
                "word_count": s.integers(count, 40, 2_600),
                "language": s.weighted({"de": 93, "en": 5, "it": 2}, count),
                "created_at": s.moments(count, FIRST, LAST),
                "is_premium": s.pick([True, False, False], count),
            }
        ),
        "article_authors": pa.table(
            {
                "article_id": [article for article, _ in authors],
                "staff_id": [author for _, author in authors],
                "byline": s.pick([True, True, True, False], len(authors)),
            }
        ),
        "article_versions": pa.table(
            {
                "article_id": [article for article, _ in versions],
                "version": [number for _, number in versions],
                "saved_by_id": s.with_dangling(
                    s.pick(staff, len(versions), skew=0.4), 0.02, lambda: s.random.choice(gone)
                ),
                "saved_at": s.moments(len(versions), FIRST, LAST),
                "state_id": s.weighted({2: 5, 3: 40, 4: 22, 5: 12, 6: 8, 7: 13}, len(versions)),
                "characters": s.integers(len(versions), 200, 16_000),
            }
        ),
        "tags": pa.table(
            {
                "id": tags,
                "label": s.titles(labels, 1),
                "kind": s.weighted({"person": 35, "place": 30, "topic": 25, "organisation": 10}, labels),
                "merged_into_id": [s.random.choice(tags[:i]) if i > 9 and i % 11 == 0 else None for i in range(labels)],
                "uses": s.counts(labels, 14),
            }
        ),
        "article_tags": pa.table(
            {"article_id": [article for article, _ in tagged], "tag_id": [tag for _, tag in tagged]}
        ),
        "article_images": pa.table(
            {
                "article_id": [article for article, _ in shown],
                "position": [number for _, number in shown],
                "image_id": s.with_dangling(
                    s.pick(pictures, len(shown), skew=0.3), 0.01, lambda: s.random.randint(30_000, 49_999)
                ),
                "caption": s.with_nulls(s.pick(s.titles(900, 6), len(shown)), 0.2),
            }
        ),
    }


def _paper(s: Sampler, staff: Rows, articles: list[int]) -> Tables:
    people = [person["id"] for person in staff]
    designers = [person["id"] for person in staff if person["role"] == "designer"]
    days = [FIRST + dt.timedelta(days=i) for i in range(180) if (FIRST + dt.timedelta(days=i)).weekday() != 6]
    printed = [(day, zone) for day in days[-40:] for zone in ZONES]
    count = len(printed)
    pages = [(day, zone, number) for day, zone in printed for number in range(1, s.random.choice([8, 10, 12]) + 1)]
    page_ids = s.ids(len(pages), 9_001, gaps=0.02)
    slots = s.numbered(page_ids, 1, 5)
    kinds = s.weighted({"article": 70, "advertisement": 25, "filler": 5}, len(slots))
    filled = s.pick(articles, len(slots), skew=0.3)
    return {
        "zones": pa.table(
            {"code": list(ZONES), "name": list(ZONES.values()), "circulation": [41_000, 18_500, 16_200, 7_900, 22_300]}
        ),
        "editions": pa.table(
            {
                "issue_date": [day for day, _ in printed],
                "zone_code": [zone for _, zone in printed],
                "duty_editor_id": s.pick(people[:60], count),
                "deadline_hour": s.pick([20, 21, 22, 22, 23], count),
                "print_run": s.integers(count, 6_000, 44_000),
                "status": s.weighted({"planned": 4, "open": 3, "closed": 3, "printed": 90}, count),
            }
        ),
        "pages": pa.table(
            {
                "id": page_ids,
                "issue_date": [day for day, _, _ in pages],
                "zone_code": [zone for _, zone, _ in pages],
                "page_no": [number for _, _, number in pages],
                "section_slug": s.with_nulls(s.pick(list(SECTIONS), len(pages), skew=0.4), 0.08),
                "designer_id": s.pick(designers, len(pages)),
                "is_colour": s.pick([True, False], len(pages)),
            }
        ),
        "placements": pa.table(
            {
                "page_id": [page for page, _ in slots],
                "slot": [number for _, number in slots],
                "kind": kinds,
                "article_id": [
                    article if kind == "article" else None for article, kind in zip(filled, kinds, strict=True)
                ],
                "columns": s.integers(len(slots), 1, 6),
                "height_mm": s.integers(len(slots), 30, 420),
            }
        ),
    }


def build() -> Tables:
    """The eighteen tables."""
    s = Sampler(62)
    house, sources = _house(s), _sources(s)
    staff = house["staff"].to_pylist()
    wires, pictures = sources["wire_items"]["id"].to_pylist(), sources["images"]["id"].to_pylist()
    articles = _articles(s, [person["id"] for person in staff], wires, pictures)
    return {**house, **sources, **articles, **_paper(s, staff, articles["articles"]["id"].to_pylist())}


NEWSROOM = ReferenceDatabase("newsroom", "fresh", build, TRUTH)
