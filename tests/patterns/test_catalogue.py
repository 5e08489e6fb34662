"""The catalogue of the patterns: complete, unique, and honest about what is built."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

import workbench as wb
from workbench.patterns import PATTERNS, Catalogue, Pattern, Standing, catalogue

ROOT = Path(__file__).parents[2]


def test_there_are_seventeen() -> None:
    """Every pattern has one entry with names of its own."""
    assert len(PATTERNS) == len({each.slug for each in PATTERNS}) == len({each.name for each in PATTERNS}) == 17


def test_every_module_of_the_room_is_in_the_catalogue() -> None:
    """A pattern that is built is listed."""
    modules = {
        path.stem for path in (ROOT / "workbench" / "patterns").iterdir() if path.suffix == ".py" or path.is_dir()
    }
    assert modules - {"__init__", "__pycache__"} <= {each.name for each in PATTERNS}


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda each: each.name)
def test_a_built_pattern_is_whole(pattern: Pattern) -> None:
    """A module brings its tests, its notebook and documented examples."""
    standing = pattern.standing()
    assert standing.module == (find_spec(pattern.module) is not None)
    assert standing.status in ("planned", "complete")


@pytest.mark.parametrize(
    ("standing", "status"),
    [
        (Standing(False, 0, False, False), "planned"),
        (Standing(True, 0, True, True), "in progress"),
        (Standing(True, 3, False, True), "in progress"),
        (Standing(True, 3, True, False), "in progress"),
        (Standing(True, 3, True, True), "complete"),
        (Standing(True, 3, None, None), "complete"),
    ],
)
def test_status_follows_from_what_is_there(standing: Standing, status: str) -> None:
    """The status is computed: a missing piece shows."""
    assert standing.status == status


def test_a_module_without_its_notebook_shows() -> None:
    """A module that is importable counts as begun, with the examples it documents."""
    entry = Pattern("catalogue", "__init__", "core", "The catalogue itself", "List the patterns.")
    standing = entry.standing()
    assert (standing.module, standing.notebook, standing.status) == (True, False, "in progress")
    assert standing.examples >= 1


def test_catalogue_is_one_word_and_a_room() -> None:
    """`wb.patterns()` shows the catalogue, although `workbench.patterns` is a package."""
    assert isinstance(wb.patterns(), Catalogue)
    assert repr(wb.patterns()) == repr(catalogue())


def test_catalogue_as_data() -> None:
    """A script gets one dictionary a pattern, whose notebook lies in the folder of its category."""
    notebooks = {str(entry["slug"]): entry["notebook"] for entry in catalogue().as_dicts()}
    assert notebooks["resource_driven_dsl_generator"] == "notebooks/Core/resource_driven_dsl_generator.ipynb"
    assert notebooks["multi_tenancy_resource"] == "notebooks/MultiTenancy/multi_tenancy_resource.ipynb"
