"""A film catalogue: titles and people in roles, junctions without numbers of their own, votes, lists, awards.

Traps: titles, people and companies count upwards beside each other; an episode is a title and belongs to a title;
credits are ordered within the title; original and primary names are copies; ratings cover some titles only; years,
runtimes, stars, seasons and positions are numbers; an imported credit may name a person that was never loaded.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["FILM"]

TRUTH = parse_truth(
    keys="""
    title_kind(kind_id) country(iso) language(lang) genre(slug) job(job_id) title(title_id) episode(title_id)
    person(person_id) credit(title_id, ordering) title_genre(title_id, genre) title_country(title_id, iso)
    title_alias(title_id, ordering) title_link(title_id, linked_title_id) rating(title_id)
    company(company_id) title_company(title_id, company_id, role) member(member_id) vote(member_id, title_id)
    review(review_id) watchlist(list_id) watchlist_item(list_id, position) award(award_id)
    award_category(award_id, category_no) nomination(award_id, category_no, year, nominee_no) spouse(person_a, person_b)
    """,
    alternate_keys="title(ext_ref) episode(series_id, season_no, episode_no) member(handle) member(email) review(member_id, title_id)",
    references="""
    title.kind_id -> title_kind.kind_id
    title.original_language -> language.lang
    episode.title_id -> title.title_id
    episode.series_id -> title.title_id
    person.birth_country -> country.iso
    credit.title_id -> title.title_id
    credit.person_id -> person.person_id  dangling 0.006
    credit.job_id -> job.job_id
    title_genre.title_id -> title.title_id
    title_genre.genre -> genre.slug
    title_country.title_id -> title.title_id
    title_country.iso -> country.iso
    title_alias.title_id -> title.title_id
    title_alias.region -> country.iso
    title_alias.language -> language.lang
    title_link.title_id -> title.title_id
    title_link.linked_title_id -> title.title_id
    rating.title_id -> title.title_id
    company.country -> country.iso
    company.parent_id -> company.company_id
    title_company.title_id -> title.title_id
    title_company.company_id -> company.company_id
    member.favourite_title -> title.title_id
    member.invited_by -> member.member_id
    vote.member_id -> member.member_id
    vote.title_id -> title.title_id
    review.member_id,title_id -> vote.member_id,title_id
    watchlist.owner_id -> member.member_id
    watchlist.copied_from -> watchlist.list_id
    watchlist_item.list_id -> watchlist.list_id
    watchlist_item.title_id -> title.title_id
    award_category.award_id -> award.award_id
    nomination.award_id,category_no -> award_category.award_id,category_no
    nomination.title_id -> title.title_id
    nomination.person_id -> person.person_id
    spouse.person_a -> person.person_id
    spouse.person_b -> person.person_id
    """,
    also_acceptable="""
    nomination.award_id -> award.award_id
    review.member_id -> member.member_id
    review.title_id -> title.title_id
    """,
    enums="""
    title_link.link_kind title_company.role title_kind.name vote.stars credit.job_id title.kind_id genre.slug
    title_genre.genre member.status
    """,
    states="member.status",
    sensitive="person.name person.born_on member.email member.handle",
)
COUNTRIES = "AR AT BR CA CN DE DK ES FR GB HK IN IT JP KR MX NG PL SE US"
LANGUAGES = "ar da de en es fr hi it ja ko pl pt sv zh"
GENRES = (
    "action adventure animation comedy crime documentary drama family fantasy horror music mystery romance sci-fi "
    "thriller war western"
)


def _vocabulary(s: Sampler) -> Tables:
    countries = COUNTRIES.split()
    languages = LANGUAGES.split()
    genres = GENRES.split()
    kinds = ["movie", "short", "series", "episode", "tv movie", "video"]
    jobs = ["actor", "director", "writer", "producer", "composer", "editor", "camera", "self"]
    return {
        "title_kind": pa.table(
            {"kind_id": s.ids(6), "name": kinds, "is_serial": [k in ("series", "episode") for k in kinds]}
        ),
        "country": pa.table({"iso": countries, "name": s.titles(20, 1), "continent_no": s.integers(20, 1, 6)}),
        "language": pa.table(
            {"lang": languages, "name": s.titles(14, 1), "speakers_millions": s.integers(14, 5, 1_400)}
        ),
        "genre": pa.table({"slug": genres, "label": [genre.capitalize() for genre in genres]}),
        "job": pa.table({"job_id": s.ids(8), "name": jobs, "is_cast": [job in ("actor", "self") for job in jobs]}),
    }


def _titles(s: Sampler, languages: list[str]) -> Tables:
    count = 6_200
    ids = s.ids(count, 1, gaps=0.08)
    kinds = s.weighted({1: 40, 2: 12, 3: 4, 4: 34, 5: 7, 6: 3}, count)
    series = [title for title, kind in zip(ids, kinds, strict=True) if kind == 3]
    episodes = [title for title, kind in zip(ids, kinds, strict=True) if kind == 4]
    aired = sorted(s.pick(series, len(episodes), skew=0.4))
    place = [i - aired.index(show) for i, show in enumerate(aired)]
    names, years = s.pick(s.titles(40_000, 2), count), s.integers(count, 1921, 2026)
    rated = s.subset(ids, 0.62)
    links = list(dict.fromkeys(zip(s.pick(ids, 950), s.pick(ids[:2_500], 950, skew=0.3), strict=True)))
    return {
        "title": pa.table(
            {
                "title_id": ids,
                "ext_ref": s.codes(count, "tt9999999"),
                "kind_id": kinds,
                "primary_name": names,
                "original_name": [name if i % 5 else name[::-1].capitalize() for i, name in enumerate(names)],
                "original_language": s.with_nulls(s.pick(languages, count, skew=1.0), 0.08),
                "year": years,
                "end_year": [y + s.random.randint(0, 9) if k == 3 else None for y, k in zip(years, kinds, strict=True)],
                "runtime_minutes": s.with_nulls(s.integers(count, 3, 210), 0.1),
                "is_adult": s.weighted({0: 97, 1: 3}, count),
            }
        ),
        "episode": pa.table(
            {
                "title_id": episodes,
                "series_id": aired,
                "season_no": [number // 8 + 1 for number in place],
                "episode_no": [number % 8 + 1 for number in place],
            }
        ),
        "rating": pa.table(
            {
                "title_id": rated,
                "average": [round(min(9.8, max(1.2, x)), 1) for x in s.measures(len(rated), 6.4, 1.3)],
                "votes": s.counts(len(rated), 900),
            }
        ),
        "title_link": pa.table(
            {
                "title_id": [one for one, _ in links],
                "linked_title_id": [other for _, other in links],
                "link_kind": s.pick(["sequel of", "remake of", "spin-off of", "quotes"], len(links)),
            }
        ),
    }


def _people(s: Sampler, titles: list[int], countries: list[str]) -> Tables:
    count = 8_800
    people = s.ids(count, 1, gaps=0.05)
    credits = s.numbered(titles, 1, 5)
    named = s.with_dangling(s.pick(people, len(credits), skew=0.3), 0.006, lambda: s.random.randint(12_000, 14_000))
    jobs = s.weighted({1: 55, 2: 10, 3: 12, 4: 8, 5: 4, 6: 4, 7: 4, 8: 3}, len(credits))
    wed = sorted({tuple(sorted(s.random.sample(people, 2))) for _ in range(420)})
    born = s.with_nulls(s.dates(count, dt.date(1888, 1, 1), dt.date(2012, 1, 1)), 0.35)
    return {
        "person": pa.table(
            {
                "person_id": people,
                "name": s.full_names(count),
                "born_on": born,
                "death_year": [
                    day.year + s.random.randint(30, 90) if day and day.year < 1930 else None for day in born
                ],
                "birth_country": s.with_nulls(s.pick(countries, count, skew=0.9), 0.4),
                "height_cm": s.with_nulls(s.integers(count, 148, 203), 0.8),
            }
        ),
        "credit": pa.table(
            {
                "title_id": [title for title, _ in credits],
                "ordering": [number for _, number in credits],
                "person_id": named,
                "job_id": jobs,
                "character": [
                    name if job == 1 else None for name, job in zip(s.given_names(len(credits)), jobs, strict=True)
                ],
            }
        ),
        "spouse": pa.table(
            {
                "person_a": [one for one, _ in wed],
                "person_b": [other for _, other in wed],
                "since_year": s.integers(len(wed), 1925, 2025),
            }
        ),
    }


def _facets(s: Sampler, titles: list[int], vocabulary: Tables) -> Tables:
    countries, genres = vocabulary["country"]["iso"].to_pylist(), vocabulary["genre"]["slug"].to_pylist()
    tagged, made = s.pairs(titles, genres, 1, 3), s.pairs(s.subset(titles, 0.8), countries, 1, 2)
    aliases = s.numbered(s.subset(titles, 0.45), 1, 4)
    companies = s.ids(700, 100_000, gaps=0.3)
    roles = ["production", "distribution", "effects"]
    busy = [
        (*pair, role)
        for pair in s.pairs(s.subset(titles, 0.5), companies, 1, 3)
        for role in s.random.sample(roles, s.weighted({1: 85, 2: 15}, 1)[0])
    ]
    return {
        "title_genre": pa.table({"title_id": [t for t, _ in tagged], "genre": [genre for _, genre in tagged]}),
        "title_country": pa.table({"title_id": [t for t, _ in made], "iso": [country for _, country in made]}),
        "title_alias": pa.table(
            {
                "title_id": [title for title, _ in aliases],
                "ordering": [number for _, number in aliases],
                "name": s.pick(s.titles(30_000, 2), len(aliases)),
                "region": s.with_nulls(s.pick(countries, len(aliases), skew=0.6), 0.15),
                "language": s.with_nulls(s.pick(vocabulary["language"]["lang"].to_pylist(), len(aliases)), 0.5),
                "is_original": s.weighted({0: 85, 1: 15}, len(aliases)),
            }
        ),
        "company": pa.table(
            {
                "company_id": companies,
                "name": s.titles(700, 2),
                "country": s.pick(countries, 700, skew=1.0),
                "founded": s.with_nulls(s.integers(700, 1908, 2024), 0.3),
                "parent_id": [s.random.choice(companies[:25]) if i > 40 and i % 7 == 0 else None for i in range(700)],
            }
        ),
        "title_company": pa.table(
            {
                "title_id": [title for title, _, _ in busy],
                "company_id": [company for _, company, _ in busy],
                "role": [role for _, _, role in busy],
            }
        ),
    }


def _members(s: Sampler, titles: list[int]) -> Tables:
    count = 1_500
    members, lists = s.ids(count, 1_000, gaps=0.15), s.ids(900)
    handles = s.codes(count, "AAAA99")
    votes = s.pairs(s.subset(members, 0.8), s.subset(titles, 0.6), 2, 18)
    reviewed = s.subset(votes, 0.12)
    placed = s.numbered(lists, 3, 20)
    first, last = dt.date(2019, 1, 1), dt.date(2026, 9, 30)
    return {
        "member": pa.table(
            {
                "member_id": members,
                "handle": handles,
                "email": s.emails(handles, "viewers.example"),
                "status": s.weighted({"active": 84, "dormant": 12, "closed": 4}, count),
                "joined_at": s.moments(count, first, last),
                "invited_by": [
                    s.random.choice(members[:120]) if i > 150 and i % 4 == 0 else None for i in range(count)
                ],
                "favourite_title": s.with_nulls(s.pick(titles, count, skew=0.6), 0.5),
            }
        ),
        "vote": pa.table(
            {
                "member_id": [member for member, _ in votes],
                "title_id": [title for _, title in votes],
                "stars": s.weighted({1: 3, 2: 3, 3: 4, 4: 6, 5: 10, 6: 15, 7: 22, 8: 20, 9: 10, 10: 7}, len(votes)),
                "voted_at": s.moments(len(votes), first, last),
            }
        ),
        "review": pa.table(
            {
                "review_id": s.ids(len(reviewed)),
                "member_id": [member for member, _ in reviewed],
                "title_id": [title for _, title in reviewed],
                "text": s.titles(len(reviewed), 9),
                "text_hash": s.hashes(len(reviewed), 32),
                "helpful_count": s.counts(len(reviewed), 6),
            }
        ),
        "watchlist": pa.table(
            {
                "list_id": lists,
                "owner_id": s.pick(members, 900, skew=0.4),
                "name": s.pick(s.titles(400, 2), 900),
                "copied_from": [s.random.choice(lists[:40]) if i > 60 and i % 9 == 0 else None for i in range(900)],
                "is_public": [s.random.random() < 0.4 for _ in lists],
            }
        ),
        "watchlist_item": pa.table(
            {
                "list_id": [number for number, _ in placed],
                "position": [position for _, position in placed],
                "title_id": s.pick(titles, len(placed), skew=0.4),
            }
        ),
    }


def _awards(s: Sampler, titles: list[int], people: list[int]) -> Tables:
    awards = s.ids(9)
    categories = s.numbered(awards, 4, 14)
    nominees = [
        (award, category, year, number)
        for award, category in categories
        for year in range(2006, 2026)
        for number in range(1, s.random.randint(2, 6))
    ]
    return {
        "award": pa.table({"award_id": awards, "name": s.titles(9, 2), "first_year": s.integers(9, 1929, 2005)}),
        "award_category": pa.table(
            {
                "award_id": [award for award, _ in categories],
                "category_no": [category for _, category in categories],
                "name": s.pick(s.titles(40, 2), len(categories)),
                "for_person": s.integers(len(categories), 0, 1),
            }
        ),
        "nomination": pa.table(
            {
                "award_id": [row[0] for row in nominees],
                "category_no": [row[1] for row in nominees],
                "year": [row[2] for row in nominees],
                "nominee_no": [row[3] for row in nominees],
                "title_id": s.pick(titles, len(nominees), skew=0.4),
                "person_id": s.with_nulls(s.pick(people, len(nominees), skew=0.5), 0.4),
                "won": [row[3] == 1 for row in nominees],
            }
        ),
    }


def build() -> Tables:
    """The twenty-five tables."""
    s = Sampler(13)
    vocabulary = _vocabulary(s)
    countries = vocabulary["country"]["iso"].to_pylist()
    titles = _titles(s, vocabulary["language"]["lang"].to_pylist())
    ids = titles["title"]["title_id"].to_pylist()
    people = _people(s, ids, countries)
    awards = _awards(s, ids, people["person"]["person_id"].to_pylist())
    return {**vocabulary, **titles, **people, **_facets(s, ids, vocabulary), **_members(s, ids), **awards}


FILM = ReferenceDatabase("film", "tuning", build, TRUTH)
