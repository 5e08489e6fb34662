"""What a person sees of saved outputs: trusted and not, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.pages import notebook_of, pictures, weak_texts
from tests.display.designs import generated, hostile, shop
from workbench.display import render
from workbench.errors import Problem, Problems
from workbench.views import Chart, Code, Column, Series, Stack, Table, Text, Tree, View

pytestmark = pytest.mark.browser

WAYS = pytest.mark.parametrize(
    ("trusted", "dark"),
    [(True, False), (True, True), (False, False), (False, True)],
    ids=["trusted-light", "trusted-dark", "untrusted-light", "untrusted-dark"],
)


def everything() -> tuple[View, ...]:
    """One view of every kind, with every tone."""
    problems = Problems(
        [
            Problem(
                "flights.dest",
                "dangling",
                "7,602 flights go to 4 unknown airports",
                "warning",
                "add the airports",
                rows=7602,
            ),
            Problem("flights.tailnum", "unknown_type", "no type is called 'txt'", hint="did you mean 'text'?"),
            Problem("weather", "near_key", "3 rows share a key", "info", rows=3),
        ]
    )
    table = Table(
        (
            Column("reference", "code"),
            Column("rows", "number"),
            Column("agree", "share"),
            Column("state", "tone"),
            Column("note"),
        ),
        (
            ("flights.carrier → airlines", 336776, 1, "holds", None),
            ("flights.dest → airports", 336776, 0.9774, "nearly", "4 unknown codes"),
            ("flights.tailnum → planes", 336776, 0.8438, "fails", "some are written NA"),
        ),
        title="References",
        total=12,
        tones=("good", "warning", "bad"),
    )
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
    charts = (
        Chart(
            "bar",
            months,
            (Series("flights", (27004, 24951, 28834, 28330, 28796, 28243)),),
            "Flights by month",
            "flights",
        ),
        Chart(
            "line",
            months,
            (
                Series("departure", (10.0, 10.8, 13.2, None, 13.0, 20.8)),
                Series("arrival", (6.1, 5.6, 5.8, 11.2, 3.5, 16.5)),
            ),
            "Mean delay",
            "minutes",
        ),
        Chart(
            "histogram",
            tuple(f"{low}–{low + 20}" for low in range(-40, 200, 20)),
            (Series("", (20, 900, 3100, 800, 300, 150, 90, 60, 40, 20, 10, 5)),),
            "Delays",
            "flights",
        ),
    )
    tree = Tree(
        "shop",
        (
            Tree(
                "order",
                (Tree("total", detail="decimal(12, 2)"), Tree("status", tone="warning", detail="two spellings")),
            ),
            Tree("customer"),
        ),
    )
    tones = tuple(Text(f"This is {tone}.", tone) for tone in ("plain", "good", "warning", "bad", "muted", "accent"))
    code = Code("select carrier, count(*) -- <b>\nfrom flights\ngroup by all", "sql")
    return (
        shop().view(),
        shop().resource("order_line").view(),
        problems.view(),
        table,
        *charts,
        tree,
        Stack("Texts", (*tones, code, table), "folded below", (False,) * 7 + (True,)),
    )


def test_the_contrast_check_sees_weak_text(lab: Any, page: Any) -> None:
    """The measure the other tests rely on finds grey on grey, transparent ink, and nothing else."""
    weak = '<p style="color:#999999;background-color:#ffffff">grey</p><p style="opacity:0.3">faint</p><p>plain</p>'
    lab.save("weak.ipynb", notebook_of({"text/html": weak}), trusted=False)
    lab.open(page, "weak.ipynb")
    page.wait_for_selector(".jp-OutputArea-output p")
    assert [text for text, _ in weak_texts(page)] == ["grey", "faint"]


@WAYS
def test_every_view_is_seen(lab: Any, page: Any, page_log: Any, screenshots: Path, trusted: bool, dark: bool) -> None:
    """Pictures load, facts stand as text, every text has enough contrast: trusted or not, light or dark, nothing from elsewhere."""
    name = f"everything-{'trusted' if trusted else 'untrusted'}.ipynb"
    lab.save(name, notebook_of(*map(render, everything())), trusted=trusted)
    lab.open(page, name, dark=dark)
    page.wait_for_function("document.querySelectorAll('.jp-OutputArea-output img').length >= 5")
    page.evaluate("Promise.all([...document.images].map(i => i.decode().catch(() => {})))")
    # The whole notebook on one screenshot.
    height = page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollHeight + 120")
    page.set_viewport_size({"width": 1200, "height": min(height, 8000)})
    page.screenshot(
        path=screenshots / f"everything-{'trusted' if trusted else 'untrusted'}-{'dark' if dark else 'light'}.png"
    )
    seen = pictures(page)
    assert len(seen) == 5
    assert all(each["natural"] > 0 and each["shown"] > 0 and each["alt"] for each in seen)
    text = page.inner_text(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")
    for fact in (
        "7,602 flights go to 4 unknown airports",
        "97.7 %",
        "rows 1–3 of 12",
        "two spellings",
        "-- <b>",
        "This is bad.",
        "order_line",
    ):
        assert fact in text
    assert weak_texts(page) == []
    assert page_log.refused == []


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "untrusted"])
def test_hostile_names_stay_text(lab: Any, page: Any, screenshots: Path, trusted: bool) -> None:
    """Names that are scripts, tags, quotes or overrides are shown as they are and do nothing, even where scripts may run."""
    name = f"hostile-{trusted}.ipynb"
    bundle = render(hostile().view())
    lab.save(name, notebook_of(bundle, {"text/plain": bundle["text/plain"]}), trusted=trusted)
    lab.open(page, name)
    page.wait_for_selector(".jp-OutputArea-output img")
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    page.screenshot(path=screenshots / f"hostile-{trusted}.png")
    assert page.evaluate("window.hacked") is None
    text = page.inner_text(".jp-OutputArea")
    assert "<script>window.hacked=1</script>" in text and '"; drop table x; --' in text
    assert all(each["natural"] > 0 for each in pictures(page))


def test_the_table_of_a_picture_unfolds(lab: Any, page: Any, screenshots: Path) -> None:
    """Under every picture a keyboard opens a table of the same facts."""
    lab.save("fold.ipynb", notebook_of(render(shop().view())), trusted=False)
    lab.open(page, "fold.ipynb")
    page.wait_for_selector(".jp-OutputArea-output summary")
    page.locator(".jp-OutputArea-output summary").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.jp-OutputArea-output details').open")
    page.screenshot(path=screenshots / "unfolded.png")
    assert "exactly one" in page.inner_text(".jp-OutputArea-output details")


def test_a_large_domain_opens_on_an_overview(lab: Any, page: Any, screenshots: Path) -> None:
    """Three hundred resources give a picture one can read, and say how to see more."""
    lab.save("large.ipynb", notebook_of(render(generated(300).view()), render(generated(300, 8).view())), trusted=False)
    lab.open(page, "large.ipynb")
    page.wait_for_selector(".jp-OutputArea-output img")
    page.set_viewport_size({"width": 1200, "height": 2600})
    page.screenshot(path=screenshots / "large.png")
    text = page.inner_text(".jp-OutputArea")
    assert "not drawn here: 276" in text and "focus=" in text
    assert all(0 < each["shown"] <= each["natural"] for each in pictures(page))


def test_trust_changes_nothing_of_the_layout(lab: Any, page: Any) -> None:
    """A wide page of rows and every other view take the same room in a notebook that is not trusted, and no row of short values breaks."""
    columns = tuple(Column(f"a_column_{number}") for number in range(20))
    wide = Table(columns, (("2013-12-31 11:00:00+00:00",) * 20,) * 3, title="rows")
    sizes = []
    for trusted in (True, False):
        name = f"alike-{trusted}.ipynb"
        lab.save(name, notebook_of(*map(render, (wide, *everything()))), trusted=trusted)
        lab.open(page, name)
        page.wait_for_function("document.querySelectorAll('.jp-OutputArea-output img').length >= 5")
        page.evaluate("Promise.all([...document.images].map(i => i.decode().catch(() => {})))")
        measure = "them => them.map(e => [e.tagName, Math.round(e.getBoundingClientRect().height)])"
        sizes.append(page.eval_on_selector_all(".jp-OutputArea-output tr, .jp-OutputArea-output p", measure))
    assert sizes[0] == sizes[1]
    assert all(height < 32 for _, height in sizes[0][:4])
