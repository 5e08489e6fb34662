"""`%%ask` and `%%scenario`: a domain's own words in a cell, run, completed and explained."""

from __future__ import annotations

import time
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import workbench as wb
from workbench.extension import background_errors
from workbench.extension.completing import explain, suggest
from workbench.model import Attribute, Domain, Measure, Resource

TEAM = Resource(
    name="team",
    key=("id",),
    attributes=(
        Attribute(name="id", type="integer", required=True),
        Attribute(name="home_city", type="string", description="where it plays"),
    ),
    measures=(Measure(name="size", expression="count()"),),
)
LEAGUE = Domain(name="league", resources=(TEAM,))

PASSES = """%%scenario league
scenario "one team"
  given team with id 1
  then expect 1 team
"""


@pytest.fixture
def notebook(shell: InteractiveShell) -> Any:
    """The variables of a shell: a domain, and a workspace with two teams."""
    with wb.open(LEAGUE) as workspace:
        workspace.create("team", [{"id": 1, "home_city": "Rome"}, {"id": 2, "home_city": "Oslo"}])
        shell.user_ns |= {"league": LEAGUE, "ws": workspace}
        yield shell.user_ns


def run(shell: InteractiveShell, source: str, capsys: pytest.CaptureFixture[str]) -> tuple[Any, str]:
    """The value of a cell, and all it shows as text."""
    value = shell.run_cell(source).result
    shown = capsys.readouterr()
    return value, shown.out + shown.err


@pytest.mark.parametrize(
    "source", ["%%ask ws\nsize by home city", "%%ask\nsize by home city", "%ask ws size by home city"]
)
def test_question_is_answered(shell: Any, notebook: Any, capsys: Any, source: str) -> None:
    """A question is answered by the workspace named, or the only one, as a cell or in one line; twice alike."""
    first, shown = run(shell, source, capsys)
    assert first.df().to_dict("list") == {"home_city": ["Oslo", "Rome"], "size": [1, 1]}
    assert run(shell, source, capsys)[1].split("\n", 1)[1] == shown.split("\n", 1)[1]


@pytest.mark.parametrize(
    "source, told",
    [
        ("%%ask ws\nsize by home ciyt", "line 2, column 9"),
        ("%%ask ws\n\nsize by home ciyt", "3 | size by home ciyt\n  |         ^^^^"),
        ("%%ask ws\n日本 = 'ü'", "2 | 日本 = 'ü'\n  | ^^^^"),
        ("%%ask league\nsize", "ws = wb.open(league, data=…)"),
        ("%%ask nobody\nsize", "no workspace is called 'nobody'; there are 'ws'"),
        ("%%ask ws now\nsize", "one name is enough: ws, without now"),
        ("%%ask ws\n   \n", "nothing is written below the magic"),
        ("%%ask ws\n'; drop table team; --", "line 2, column 1"),
    ],
)
def test_mistake_is_told_where_it_is(shell: Any, notebook: Any, capsys: Any, source: str, told: str) -> None:
    """What cannot be asked is told with line, column, a caret under the spot and what to do, without a traceback."""
    value, shown = run(shell, source, capsys)
    assert value is None
    assert told in shown
    assert "nothing was asked" in shown
    assert "Traceback" not in shown
    assert background_errors().problems().is_ok


def test_mistake_is_shown_as_html_too(shell: Any, notebook: Any) -> None:
    """The caret stands in the page as in a terminal, in a text that keeps its columns, and markup stays text."""
    from workbench.errors import VerificationError
    from workbench.extension.mistakes import mistakes_of
    from workbench.patterns.dsl_generator import language_of

    with pytest.raises(VerificationError) as caught:
        language_of(LEAGUE).question("size by <script>alert(1)</script>")
    bundle = mistakes_of(caught.value, "size by <script>alert(1)</script>", 1)._repr_mimebundle_()
    assert bundle is not None
    assert "  |         ^" in bundle["text/html"]
    assert "<script" not in bundle["text/html"]


def test_words_are_shown(shell: Any, notebook: Any, capsys: Any) -> None:
    """A question mark instead of a question shows the words there are."""
    assert "home city" in run(shell, "%%ask ws\n?", capsys)[1]


def test_scenarios_pass(shell: Any, notebook: Any, capsys: Any) -> None:
    """Scenarios run in workspaces of their own: the report tells every step, and the open workspace is left alone."""
    report, shown = run(shell, PASSES, capsys)
    assert report.is_ok
    assert "given team with id 1" in shown
    assert notebook["ws"].count("team") == 2


def test_failed_scenario_fails_its_cell(shell: Any, notebook: Any, capsys: Any) -> None:
    """A scenario that fails is reported step by step, and the cell with it, so that no run passes over it."""
    ran = shell.run_cell(PASSES.replace("expect 1 team", "expect 2 teams"))
    shown = capsys.readouterr().out
    assert not ran.success
    assert "then expect 2 teams" in shown
    assert "league: 1 scenario, 1 failed" in shown


def test_scenario_that_cannot_be_read_runs_nothing(shell: Any, notebook: Any, capsys: Any) -> None:
    """Several mistakes are told in one go, each with its caret."""
    _, shown = run(shell, PASSES.replace("given", "givn").replace("1 team", "1 taem"), capsys)
    assert "3 |   givn team with id 1\n  |   ^^^^" in shown
    assert "4 |   then expect 1 taem\n  |                 ^^^^" in shown
    assert "nothing was run" in shown


@pytest.mark.parametrize(
    "source, wanted",
    [
        ("%%ask ws\nsize by ho", "home_city"),
        ("%%ask ws\nsize by home_city wh", "where"),
        ("%%scenario league\nscenario 'a'\n  given te", "team"),
        ("%%scenario league\n  gi", "given"),
        ("%%ask w", "ws"),
        ("%%scenario ", "league"),
    ],
)
def test_half_written_text_is_completed(shell: Any, notebook: Any, source: str, wanted: str) -> None:
    """What fits at the end of a half-written text is offered, by the workbench and by IPython's own completer."""
    found = suggest(source, len(source), notebook)
    assert found is not None
    (one,) = [each for each in found if each.text == wanted]
    assert wanted.startswith(source[one.start : one.end])
    with provisionalcompleter():
        offered = list(shell.Completer.completions(source, len(source)))
    assert wanted in {each.text for each in offered}
    assert {each.start for each in offered} == {one.start}


@pytest.mark.parametrize("source", ["siz", "%%time\nsiz", "%%askws\nsiz", "ask ws\nsiz"])
def test_other_cells_are_left_to_python(notebook: Any, source: str) -> None:
    """Where no magic of the domain language begins the cell, nothing is completed or explained by it."""
    assert suggest(source, len(source), notebook) is None
    assert explain(source, len(source), notebook) is None


def test_word_is_explained(notebook: Any) -> None:
    """Help on a word says what it means in the domain; where there is no word there is none."""
    source = "%%ask ws\nsize by home_city"
    assert "where it plays" in str(explain(source, len(source) - 2, notebook))
    assert explain("%%ask ws\n   ", 11, notebook) is None
    assert explain("%%ask nobody\nsize", 15, notebook) is None


def test_completion_is_quick_in_a_large_domain(notebook: Any) -> None:
    """In a domain of 300 resources with 3,000 attributes, typing waits for no completion."""
    attributes = tuple(Attribute(name=f"field_{each}", type="integer") for each in range(10))
    resources = tuple(Resource(name=f"thing_{each}", key=("field_0",), attributes=attributes) for each in range(300))
    notebook["wide"] = Domain(name="wide", resources=resources)
    source = "%%scenario wide\nscenario 'a'\n  given thing_150 with fie"
    suggest(source, len(source), notebook)
    begun = time.perf_counter()
    for _ in range(5):
        assert suggest(source, len(source), notebook)
    assert (time.perf_counter() - begun) / 5 < 0.25  # the aim is 0.05 s; a busy machine is no failure
