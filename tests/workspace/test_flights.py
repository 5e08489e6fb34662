"""The flights of 2013, as inference must see them: every count below was taken from the data by hand-written SQL."""

from __future__ import annotations

import json

import pytest

from tests.workspace.conftest import FLIGHTS
from workbench.errors import Problem
from workbench.evidence import Claim, Proposal
from workbench.workspace import check

References = dict[tuple[str, str], Claim]


def problem(proposal: Proposal, path: str, code: str) -> Problem:
    """The one problem of this code at this path."""
    (found,) = [each for each in proposal.problems if (each.path, each.code) == (path, code)]
    return found


@pytest.mark.parametrize(
    ("source", "target", "rows", "agreeing"),
    [
        ("flights.carrier", "airlines.carrier", 336_776, 336_776),
        ("flights.origin", "airports.faa", 336_776, 336_776),
        ("flights.dest", "airports.faa", 336_776, 336_776 - 7_602),
        ("flights.tailnum", "planes.tailnum", 336_776, 336_776 - 52_606),
        ("flights.origin,time_hour", "weather.origin,time_hour", 336_776, 336_776 - 1_556),
        ("weather.origin", "airports.faa", 26_115, 26_115),
    ],
)
def test_references_are_found_and_counted(
    references: References, source: str, target: str, rows: int, agreeing: int
) -> None:
    """Each true reference is accepted, with the exact number of rows that agree."""
    claim = references[source, target]
    assert claim.status == "accepted"
    assert (claim.evidence.tested, claim.evidence.agreeing) == (rows, agreeing)


def test_no_other_reference_is_accepted(references: References) -> None:
    """Flight numbers, hours, altitudes and seats are numbers: none of them is taken for a reference."""
    accepted = {pair for pair, claim in references.items() if claim.status == "accepted"}
    assert accepted == {
        ("flights.carrier", "airlines.carrier"),
        ("flights.origin", "airports.faa"),
        ("flights.dest", "airports.faa"),
        ("flights.tailnum", "planes.tailnum"),
        ("flights.origin,time_hour", "weather.origin,time_hour"),
        ("weather.origin", "airports.faa"),
    }


def test_rows_that_lead_nowhere_are_findings_with_examples(flights: Proposal) -> None:
    """The four codes that are no airport are named, the most frequent first."""
    lost = problem(flights, "flights.dest", "dangling_reference")
    assert lost.rows == 7_602
    assert "'SJU' (5,819), 'BQN' (896), 'STT' (522)" in lost.message


def test_text_that_reads_like_no_value_is_seen_through(flights: Proposal, references: References) -> None:
    """``NA`` among the tail numbers is told apart from unknown planes, and counted."""
    first = references["flights.tailnum", "planes.tailnum"].evidence.counter_examples[0]
    assert (first.value, first.rows) == ("NA", 2_512)
    assert problem(flights, "flights.tailnum", "near_required").rows == 2_512
    assert not flights.domain.resource("flights").attribute("tailnum").required


def test_numbers_behind_na_are_numbers(flights: Proposal) -> None:
    """A column of numbers in which missing values are written ``NA`` is a column of numbers, and the reading is told."""
    planes, weather = flights.domain.resource("planes"), flights.domain.resource("weather")
    assert str(planes.attribute("speed").type) == "integer"
    assert str(weather.attribute("temp").type) == "float"
    assert "NA" in problem(flights, "planes", "missing_values").message


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("airlines", ("carrier",)),
        ("airports", ("faa",)),
        ("planes", ("tailnum",)),
        ("weather", ("origin", "time_hour")),
    ],
)
def test_keys(flights: Proposal, table: str, key: tuple[str, ...]) -> None:
    """The key of each table is found, the composite one too."""
    assert flights.domain.resource(table).key == key


def test_clock_change_is_a_near_miss(flights: Proposal) -> None:
    """The hour that came twice in November makes three duplicates: a finding, neither dropped nor accepted."""
    near = problem(flights, "weather", "near_key")
    assert near.rows == 3
    assert "(origin, year, month, day, hour)" in near.message
    assert "'EWR, 2013, 11, 3, 1' (2)" in near.message


def test_relationships_follow_from_the_references(flights: Proposal) -> None:
    """Both ways of each reference are in the domain; one that some rows contradict is not required."""
    relationships = {each.name: each for each in flights.domain.resource("flights").relationships}
    assert {name: each.destination for name, each in relationships.items()} == {
        "airline": "airlines",
        "origin_airport": "airports",
        "dest_airport": "airports",
        "plane": "planes",
        "weather": "weather",
    }
    assert [name for name, each in relationships.items() if each.required] == ["airline", "origin_airport"]
    back = flights.domain.resource("airports").relationships
    assert {each.name for each in back} == {"flights_by_origin_airport", "flights_by_dest_airport", "weather"}
    assert {each.kind for each in back} == {"has_many"}


def test_semantic_types_and_measures(flights: Proposal) -> None:
    """Coordinates and time zones are more than numbers and text; delays are measured, instants sliced by."""
    airports, table = flights.domain.resource("airports"), flights.domain.resource("flights")
    assert [str(airports.attribute(name).type) for name in ("lat", "lon")] == ["latitude", "longitude"]
    meant = {claim.path: claim.value for claim in flights.claims if claim.kind == "type"}
    assert meant["airports.tzone"] == "time_zone"
    suggested = {(claim.path, claim.kind) for claim in flights.claims if claim.status == "suggested"}
    assert {("flights.dep_delay", "measure"), ("flights.distance", "measure"), ("flights.time_hour", "dimension")} <= (
        suggested
    )
    assert str(table.attribute("time_hour").type) == "timestamp"


def test_the_dictionary_is_json_and_says_the_same(flights: Proposal) -> None:
    """What scripts read names resources, references and problems as in the data."""
    facts = json.loads(json.dumps(flights.as_dict()))
    assert set(facts) == {"resources", "references", "problems"}
    assert {each["name"]: each["rows"] for each in facts["resources"]} == {
        "airlines": 16,
        "airports": 1_458,
        "flights": 336_776,
        "planes": 3_322,
        "weather": 26_115,
    }
    dest = next(each for each in facts["references"] if each["source"] == "flights.dest")
    assert dest["accepted"] is True
    assert round(dest["coverage"], 3) == 0.977


def test_the_proposed_design_is_sound_and_checked_against_its_data(flights: Proposal) -> None:
    """The proposed domain has no structural error; held against its own data it shows exactly the rows inference counted."""
    assert check(flights.domain).is_ok
    found = {(each.path, each.code): each.rows for each in check(flights.domain, FLIGHTS) if each.rows}
    assert {key: rows for key, rows in found.items() if key[1] == "dangling_reference"} == {
        ("flights.dest_airport", "dangling_reference"): 7_602,
        ("flights.plane", "dangling_reference"): 52_606,
        ("flights.weather", "dangling_reference"): 1_556,
    }
