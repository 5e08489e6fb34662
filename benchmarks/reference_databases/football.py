"""A football association: seasons within competitions, home and away teams, appearances, goals with assists.

Traps: shirt numbers, minutes, match days, goals, capacity and years; a match refers to the entries of both teams in a
season (three columns each) and, through them, to the teams; all ids are small and dense.
"""

from __future__ import annotations

import datetime as dt
import itertools

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["FOOTBALL"]

TRUTH = parse_truth(
    keys="""
    country(iso3) competition(code) season(competition, year) stadium(id) team(id) entry(competition, year, team_id)
    player(id) contract(player_id, since) referee(id) match(id) appearance(match_id, player_id) goal(id)
    """,
    alternate_keys="team(short_name)",
    references="""
    competition.country -> country.iso3
    season.competition -> competition.code
    stadium.country -> country.iso3
    team.stadium_id -> stadium.id
    team.reserve_of -> team.id
    entry.competition,year -> season.competition,year
    entry.team_id -> team.id
    player.nationality -> country.iso3
    player.second_nationality -> country.iso3
    contract.player_id -> player.id
    contract.team_id -> team.id
    referee.country -> country.iso3
    match.competition,year,home_team -> entry.competition,year,team_id
    match.competition,year,away_team -> entry.competition,year,team_id
    match.stadium_id -> stadium.id
    match.referee_id -> referee.id
    match.assistant_id -> referee.id
    appearance.match_id -> match.id
    appearance.player_id -> player.id
    goal.match_id,scorer -> appearance.match_id,player_id
    goal.match_id,assist -> appearance.match_id,player_id
    """,
    also_acceptable="""
    entry.competition -> competition.code
    match.competition -> competition.code
    match.competition,year -> season.competition,year
    match.home_team -> team.id
    match.away_team -> team.id
    goal.match_id -> match.id
    goal.scorer -> player.id
    goal.assist -> player.id
    """,
    enums="player.foot player.position match.status competition.level goal.kind",
    states="match.status",
    sensitive="player.name player.born_on referee.name contract.weekly_wage",
)
COUNTRIES = {
    "GER": "Germany",
    "AUT": "Austria",
    "SUI": "Switzerland",
    "FRA": "France",
    "NED": "Netherlands",
    "DEN": "Denmark",
    "ESP": "Spain",
    "POR": "Portugal",
    "BRA": "Brazil",
    "ARG": "Argentina",
    "JPN": "Japan",
    "KOR": "South Korea",
    "SEN": "Senegal",
    "GHA": "Ghana",
    "CRO": "Croatia",
    "POL": "Poland",
    "TUR": "Turkey",
    "USA": "United States",
}
YEARS = (2022, 2023, 2024, 2025)


def _clubs(s: Sampler) -> Tables:
    teams, stadiums = s.ids(64), s.ids(58)
    return {
        "country": pa.table(
            {
                "iso3": list(COUNTRIES),
                "name": list(COUNTRIES.values()),
                "confederation": s.pick(["UEFA", "CAF", "AFC"], 18),
            }
        ),
        "competition": pa.table(
            {
                "code": ["D1", "D2", "A1"],
                "name": ["First League", "Second League", "Alpine League"],
                "country": ["GER", "GER", "AUT"],
                "level": [1, 2, 1],
            }
        ),
        "season": pa.table(
            {
                "competition": [code for code in ("D1", "D2", "A1") for _ in YEARS],
                "year": [year for _ in range(3) for year in YEARS],
                "match_days": [34] * 4 + [34] * 4 + [22] * 4,
                "sponsor": s.titles(12, 1),
            }
        ),
        "stadium": pa.table(
            {
                "id": stadiums,
                "name": s.titles(58, 2),
                "country": s.weighted({"GER": 70, "AUT": 30}, 58),
                "capacity": s.integers(58, 3_000, 82_000),
                "opened": s.integers(58, 1905, 2023),
                "floodlit": s.integers(58, 0, 1),
            }
        ),
        "team": pa.table(
            {
                "id": teams,
                "name": s.titles(64, 2),
                "short_name": s.codes(64, "AAA"),
                "stadium_id": [stadiums[i] if i < 58 else s.random.choice(stadiums) for i in range(64)],
                "reserve_of": [None if i < 52 else teams[i - 52] for i in range(64)],
                "founded": s.integers(64, 1860, 2009),
                "members": s.integers(64, 400, 290_000),
            }
        ),
    }


def _entries(s: Sampler) -> list[tuple[str, int, int]]:
    found = []
    for year in YEARS:
        german = s.shuffled(range(1, 41))
        found += [("D1", year, team) for team in sorted(german[:18])] + [
            ("D2", year, team) for team in sorted(german[18:36])
        ]
        found += [("A1", year, team) for team in sorted(s.random.sample(range(41, 65), 12))]
    return found


def _people(s: Sampler, entries: list[tuple[str, int, int]]) -> tuple[Tables, dict[int, list[int]]]:
    count = 1_700
    players = s.ids(count, gaps=0.04)
    teams = sorted({team for _, _, team in entries})
    club = {player: teams[i % len(teams)] for i, player in enumerate(players)}
    moved = s.subset(players, 0.3)
    contracts = [(player, team, dt.date(2022, 7, 1)) for player, team in club.items()]
    contracts += [(player, s.random.choice(teams), dt.date(s.random.choice(YEARS[1:]), 7, 1)) for player in moved]
    squads: dict[int, list[int]] = {}
    for player, team in club.items():
        squads.setdefault(team, []).append(player)
    tables = {
        "player": pa.table(
            {
                "id": players,
                "name": s.full_names(count),
                "born_on": s.dates(count, dt.date(1984, 1, 1), dt.date(2007, 12, 31)),
                "nationality": s.pick(list(COUNTRIES), count, skew=1.0),
                "second_nationality": s.with_nulls(s.pick(list(COUNTRIES), count), 0.88),
                "height_cm": s.integers(count, 163, 203),
                "foot": s.weighted({"right": 70, "left": 24, "both": 6}, count),
                "position": s.pick(["goalkeeper", "defender", "midfielder", "forward"], count),
            }
        ),
        "contract": pa.table(
            {
                "player_id": [player for player, _, _ in contracts],
                "since": [since for _, _, since in contracts],
                "team_id": [team for _, team, _ in contracts],
                "shirt": s.integers(len(contracts), 1, 45),
                "weekly_wage": s.money(len(contracts), 500, 90_000),
            }
        ),
        "referee": pa.table(
            {
                "id": s.ids(46),
                "name": s.full_names(46),
                "country": s.weighted({"GER": 7, "AUT": 3}, 46),
                "grade": s.integers(46, 1, 4),
            }
        ),
    }
    return tables, squads


def _matches(
    s: Sampler, clubs: Tables, entries: list[tuple[str, int, int]], referees: list[int]
) -> list[dict[str, object]]:
    grounds = dict(zip(clubs["team"]["id"].to_pylist(), clubs["team"]["stadium_id"].to_pylist(), strict=True))
    found: list[dict[str, object]] = []
    for (competition, year), group in itertools.groupby(entries, key=lambda entry: entry[:2]):
        teams = [team for _, _, team in group]
        for i, (home, away) in enumerate(itertools.permutations(teams, 2)):
            if i % 3 and competition == "D2":
                continue  # the early years of the second league were never typed in
            pair = s.random.sample(referees, 2)
            found.append(
                {
                    "id": len(found) + 1,
                    "competition": competition,
                    "year": year,
                    "match_day": 1 + i % 34,
                    "home_team": home,
                    "away_team": away,
                    "stadium_id": grounds[home],
                    "referee_id": pair[0],
                    "assistant_id": pair[1] if i % 9 else None,
                    "kick_off": dt.datetime(year, 8, 5, 15, 30) + dt.timedelta(days=s.random.randint(0, 280)),
                    "attendance": s.random.randint(900, 81_000),
                    "status": s.random.choices(["played", "postponed", "abandoned"], [96, 3, 1])[0],
                }
            )
    return found


def _events(s: Sampler, matches: list[dict[str, object]], squads: dict[int, list[int]]) -> Tables:
    appearances, goals = [], []
    for match in s.subset(matches, 0.4):
        for side in ("home_team", "away_team"):
            lineup = s.random.sample(squads[match[side]], 14)  # type: ignore[index]
            appearances += [(match["id"], player, side == "home_team", 1 + 2 * i) for i, player in enumerate(lineup)]
            for _ in range(s.random.choice([0, 0, 1, 1, 1, 2, 3])):
                scorer, helper = s.random.sample(lineup, 2)
                goals.append((match["id"], scorer, helper if s.random.random() < 0.7 else None))
    return {
        "appearance": pa.table(
            {
                "match_id": [match for match, _, _, _ in appearances],
                "player_id": [player for _, player, _, _ in appearances],
                "at_home": [at_home for _, _, at_home, _ in appearances],
                "shirt": [shirt for _, _, _, shirt in appearances],
                "minutes": s.weighted({90: 70, 70: 10, 20: 12, 0: 8}, len(appearances)),
                "yellow": s.weighted({0: 85, 1: 14, 2: 1}, len(appearances)),
            }
        ),
        "goal": pa.table(
            {
                "id": s.ids(len(goals)),
                "match_id": [match for match, _, _ in goals],
                "scorer": [scorer for _, scorer, _ in goals],
                "assist": [helper for _, _, helper in goals],
                "minute": s.integers(len(goals), 1, 95),
                "kind": s.weighted({"open_play": 70, "penalty": 12, "free_kick": 6, "header": 12}, len(goals)),
            }
        ),
    }


def build() -> Tables:
    """The twelve tables."""
    s = Sampler(4)
    clubs, entries = _clubs(s), _entries(s)
    people, squads = _people(s, entries)
    matches = _matches(s, clubs, entries, people["referee"]["id"].to_pylist())
    entered = {
        "competition": [competition for competition, _, _ in entries],
        "year": [year for _, year, _ in entries],
        "team_id": [team for _, _, team in entries],
        "licence_points": s.integers(len(entries), 0, 9),
    }
    return {
        **clubs,
        "entry": pa.table(entered),
        **people,
        "match": pa.Table.from_pylist(matches),
        **_events(s, matches, squads),
    }


FOOTBALL = ReferenceDatabase("football", "tuning", build, TRUTH)
