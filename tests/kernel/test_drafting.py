"""Half-written designs and patches are completed and explained: in the text alone, or with the names of the domain a patch is for."""

from __future__ import annotations

import time

import pytest

from workbench.extension.completing import explain, suggest
from workbench.extension.naming import Names
from workbench.language.domain_format import dumps, loads
from workbench.model import Attribute, Domain, Relationship, Resource

CLINIC = """domain clinic

resource patient "Patients"
  id       integer key required
  born_on  date required

resource appointment
  id       integer key required
  patient  -> patient required
  status   enum(booked, arrived) default 'booked'
  rule     later: patient.born_on is not null "unknown"

machine visit on appointment.status
  booked -> arrived  on check_in
"""
NOTEBOOK: Names = {"clinic": loads(CLINIC), "number": 7}


def offered(source: str) -> list[str]:
    """What is offered at the end of a cell; each takes the place of what is begun there."""
    found = suggest(source, len(source), NOTEBOOK)
    assert found is not None
    assert all(
        each.end == len(source) and each.text.casefold().startswith(source[each.start :].casefold()) for each in found
    )
    return [each.text for each in found]


@pytest.mark.parametrize(
    "begun, wanted",
    [
        ("res", "resource"),
        ("\nresource room\n  id uuid ke", "key"),
        ("\nresource room\n  id uu", "uuid"),
        ("\nresource room\n  patient -> pat", "patient"),
        ("\nresource room\n  id uuid key\n  rule r: i", "id"),
        ("\nmachine use on app", "appointment"),
    ],
)
@pytest.mark.parametrize("head", [f"%%domain\n{CLINIC}", "%%change clinic\n"], ids=["design", "patch"])
def test_what_fits_is_offered(head: str, begun: str, wanted: str) -> None:
    """A design offers words of the language and its own names; a patch offers those of its domain, too."""
    assert wanted in offered(head + begun)


@pytest.mark.parametrize(
    "source, wanted",
    [
        ("%%change clinic\nre", ["remove", "rename", "resource"]),
        ("%%change clinic\nremove pat", ["patient"]),
        ("%%change clinic\nremove ", ["patient", "appointment", "machines.visit"]),
        ("%%change clinic\nrename patient.b", ["patient.born_on"]),
        (
            "%%change clinic\nresource x\n  id uuid\nremove appointment.",
            ["appointment.rules.later", "appointment.status"],
        ),
        ("%%change clinic\nresource patient\n  phone  string\n  rule r: ", ["phone", "born_on"]),
        ("%%change cl", ["clinic"]),
        ("%%domain cl", ["clinic"]),
        ("%%change ", ["clinic"]),
    ],
)
def test_lines_of_a_patch_are_completed(source: str, wanted: list[str]) -> None:
    """Lines that only a patch has are offered with the paths there are, step by step; the name behind a magic too."""
    assert set(wanted) <= set(offered(source))


@pytest.mark.parametrize(
    "source",
    ["%%change nobody\nremove pat", "%%domain\ndomain shop  # res", "%%domain\ndomain 'res", "%%change clinic more "],
)
def test_where_nothing_fits_nothing_is_offered(source: str) -> None:
    """In a comment, inside a text and for a name that stands for nothing there is nothing to offer, and no error."""
    assert offered(source) == []


@pytest.mark.parametrize(
    "source, told",
    [
        (f"%%domain\n{CLINIC}\nresource", "resource"),
        ("%%change clinic\nresource x\n  who -> patient", "born_on"),
        ("%%change clinic\nremove", "take an element away"),
        ("%%change clinic\nresource x\n  a uuid required", "required"),
    ],
)
def test_word_is_explained(source: str, told: str) -> None:
    """A word of the language says what it does, a name what it is; the magic's line and a blank explain nothing."""
    assert told in str(explain(source, len(source) - 1, NOTEBOOK))
    assert explain(source, 3, NOTEBOOK) is None


def test_typing_in_a_large_domain_waits_for_nothing() -> None:
    """In a domain of 300 resources with 3,000 attributes completion and help are there at once, in a design and in a patch."""
    attributes = tuple(Attribute(name=f"field_{each}", type="integer", required=each == 0) for each in range(10))
    resources = tuple(
        Resource(
            name=f"thing_{each}", key=("field_0",), attributes=attributes,
            relationships=(Relationship(name="next", kind="belongs_to", destination=f"thing_{(each + 1) % 300}"),),
        )
        for each in range(300)
    )  # fmt: skip
    wide = Domain(name="wide", resources=resources)
    notebook = {"wide": wide}
    tail = "\nresource extra\n  up -> thing_77 required\n  rule r: up.next.fie"
    for source in (f"%%domain\n{dumps(wide)}{tail}", f"%%change wide{tail}"):
        suggest(source, len(source), notebook)
        begun = time.perf_counter()
        assert suggest(source, len(source), notebook)
        assert explain(source, len(source), notebook) is None
        assert time.perf_counter() - begun < 0.5  # the aim is 0.05 s; a busy machine is no failure
