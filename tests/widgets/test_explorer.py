"""The widget without a page: what it sends, what it refuses, how little it saves, and that slow rows hold nothing up."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import ipywidgets.embed
import pytest

from tests.display.designs import generated, shop
from workbench.errors import AdapterError, DefinitionError, NotFoundError
from workbench.model import Attribute, Domain, Resource
from workbench.widgets import explore
from workbench.widgets.data import Page
from workbench.widgets.exploration import Exploration
from workbench.widgets.explorer import Explorer
from workbench.widgets.lane import Lane
from workbench.workspace import session


class Heard(Explorer):
    """An explorer whose messages to the page are kept, as a page would get them."""

    def __init__(self, exploration: Exploration) -> None:
        self.told: list[dict[str, Any]] = []
        super().__init__(exploration)
        self.say({"type": "ready"})
        self.settle()
        self.told.clear()

    def send(self, content: Any, buffers: Any = None) -> None:
        self.told.append(content | ({"buffers": buffers} if buffers else {}))

    def say(self, content: Any, buffers: list[bytes] | None = None) -> None:
        """What a page says reaches the explorer as it does in a kernel."""
        data = {"method": "custom", "content": content}
        self.comm.handle_msg({"content": {"data": data}, "buffers": buffers or []})

    def kinds(self) -> list[str]:
        """What was told so far."""
        return [each["type"] for each in self.told]


class Rows:
    """Rows that are slow or fail, as asked; it knows what it was asked and how often it was stopped."""

    def __init__(self, failure: Exception | None = None, is_slow: bool = False) -> None:
        self.failure, self.asked, self.stopped = failure, 0, 0
        self.may_end, self.began = threading.Event(), threading.Event()
        if not is_slow:
            self.may_end.set()

    def count(self, resource: str) -> int:
        return 3

    def page(self, resource: str, first: int, size: int, sort: str, descending: bool) -> Page:
        self.asked += 1
        self.began.set()
        stopped = self.stopped
        while not self.may_end.wait(0.01):
            if self.stopped > stopped:
                raise AdapterError("the query failed: it was stopped", code="interrupted")
        if self.failure:
            raise self.failure
        return Page(("id",), [(first,)], 3)

    def interrupt(self, thread: int | None = None) -> None:
        self.stopped += 1


@pytest.fixture
def shown() -> Iterator[Any]:
    """Makes explorers of the shop, which are closed afterwards."""
    made: list[Heard] = []

    def make(rows: Rows | None = None) -> Heard:
        made.append(Heard(Exploration(shop(), rows)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_the_code_is_fetched_not_saved(shown: Any) -> None:
    """The page gets script and style in one answer; what is saved of an explorer of 300 resources stays below 5 kB."""
    explorer = shown()
    explorer.say({"type": "code"})
    script, style = explorer.told[0]["buffers"]
    assert b"export function show" in script and b".wbx" in style
    large = explore(generated(300), focus="table_000")
    state = ipywidgets.embed.embed_data(views=[large], drop_defaults=False)["manager_state"]["state"]
    assert large.model_id in state
    assert len(json.dumps([state[large.model_id], state[large.layout.model_id]])) < 5000
    large.close()


def test_a_page_without_a_kernel_gets_the_picture(shown: Any) -> None:
    """The bundle has the live view, and as HTML and text what the same picture says."""
    bundle, _ = shown()._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert (
        "<img" in bundle["text/html"] and "order_line" in bundle["text/html"] and "order_line" in bundle["text/plain"]
    )
    assert repr(explore(shop())) == "Explorer('shop', 8 resources)"


def test_a_view_that_is_ready_gets_what_stands(shown: Any) -> None:
    """The picture and the card come without being asked for again."""
    explorer = shown()
    explorer.say({"type": "ready"})
    explorer.settle()
    assert explorer.kinds() == ["picture", "card"] and explorer.problems.is_ok


def test_what_went_wrong_unseen_is_told_to_the_next_view(shown: Any) -> None:
    """An error while no view is in the page is not lost: the next view is told, once."""
    explorer = shown()
    explorer.say({"type": "gone"})
    explorer.say({"type": "evaluate"})
    assert explorer.kinds() == []
    for _ in range(2):
        explorer.say({"type": "ready"})
    explorer.settle()
    assert explorer.kinds().count("error") == 1


@pytest.mark.parametrize(
    "content",
    [None, [], {"type": "evaluate"}, {"type": "back", "step": 10**30}, {"type": "open", "resource": "'; drop"}],
)
def test_what_is_refused_is_shown_and_kept(shown: Any, content: Any) -> None:
    """A refused message is told to the page with what to do, and stays in `problems`."""
    explorer = shown()
    explorer.say(content)
    explorer.settle()
    assert explorer.kinds() == ["error"] and explorer.told[0]["message"] == explorer.problems[0].message


def test_buffers_are_refused(shown: Any) -> None:
    """A message that carries bytes is refused, whatever it says."""
    explorer = shown()
    explorer.say({"type": "ready"}, [b"bytes"])
    assert explorer.kinds() == ["error"] and "buffers" in explorer.told[0]["message"]


def test_the_page_cannot_write_state(shown: Any) -> None:
    """An update of synchronised state, of the code say, changes nothing and is shown."""
    explorer = shown()
    before = explorer._esm
    explorer.comm.handle_msg({"content": {"data": {"method": "update", "state": {"_esm": "alert(1)"}}}, "buffers": []})
    assert explorer._esm == before and explorer.told[0]["message"] == "the page may not set _esm"


def test_a_slow_query_holds_nothing_up(shown: Any) -> None:
    """While rows are read, search and pictures are answered in this explorer and in another; stopping stops the query, silently."""
    rows = Rows(is_slow=True)
    slow, other = shown(rows), shown()
    slow.say({"type": "rows", "resource": "order"})
    assert rows.began.wait(5)
    for explorer in (slow, other):
        explorer.say({"type": "search", "text": "order"})
        explorer._drawing.settle()
        assert explorer.kinds() == ["matches"]
    slow.say({"type": "stop"})
    slow.settle()
    assert rows.stopped == 1 and slow.kinds() == ["matches", "stopped"] and slow.problems.is_ok


def test_the_latest_page_is_the_one_that_counts(shown: Any) -> None:
    """Asking for another page stops the one before, whose end is told to nobody."""
    rows = Rows(is_slow=True)
    explorer = shown(rows)
    explorer.say({"type": "rows", "resource": "order", "request": 1})
    assert rows.began.wait(5)
    for request in (2, 3):
        explorer.say({"type": "rows", "resource": "order", "request": request})
    rows.may_end.set()
    explorer.settle()
    pages = [each["request"] for each in explorer.told]
    assert pages[-1] == 3 and rows.asked <= 3 and explorer.problems.is_ok


def test_a_failed_query_is_shown(shown: Any) -> None:
    """What the data says went wrong is what the page shows."""
    explorer = shown(Rows(AdapterError("the disk is gone", hint="put it back")))
    explorer.say({"type": "rows", "resource": "order"})
    explorer.settle()
    assert explorer.told == [{"type": "error", "message": "the disk is gone", "hint": "put it back", "about": "rows"}]


def test_a_mistake_of_ours_is_shown_and_reported(shown: Any) -> None:
    """An unexpected exception is told to the page and goes where those of threads go."""
    explorer, reported = shown(Rows(ZeroDivisionError("division by zero"))), []
    before, threading.excepthook = threading.excepthook, reported.append
    try:
        explorer.say({"type": "rows", "resource": "order"})
        explorer.settle()
    finally:
        threading.excepthook = before
    assert explorer.told[0]["message"] == "ZeroDivisionError: division by zero"
    assert [type(each.exc_value) for each in reported] == [ZeroDivisionError]


def test_a_workspace_is_counted_and_paged() -> None:
    """Of a workspace the rows are those it has now; private values are masked, names that need quotes are sorted by."""
    attributes = (
        Attribute(name="id", type="integer", required=True),
        Attribute(name="order", type="string"),
        Attribute(name="phone", type="string", sensitive=True),
    )
    domain = Domain(name="club", resources=(Resource(name="member", key=("id",), attributes=attributes),))
    with session.open(domain) as workspace:
        explorer = explore(workspace)
        exploration = explorer._exploration
        assert next(exploration.hear({"type": "counts"}))["rows"] == "0"
        workspace.create(
            "member", [{"id": number, "order": f"o{number % 3}", "phone": "12345"} for number in range(30)]
        )
        assert next(exploration.hear({"type": "counts"}))["rows"] == "30"
        message = {"type": "rows", "resource": "member", "sort": "order", "descending": True, "first": 20}
        page = next(exploration.hear(message))
        assert page["total"] == 30 and [row[0] for row in page["rows"][:2]] == ["0", "3"]
        assert page["rows"][0][2] == "1•••• (5 characters)"
        explorer.close()


def test_what_cannot_be_explored_is_refused() -> None:
    """A thing without a domain, a depth out of range and an unknown focus are told before anything is drawn."""
    with pytest.raises(DefinitionError, match="a list has no domain to explore"):
        explore([])
    with pytest.raises(DefinitionError, match="depth is 1, 2 or 3"):
        explore(shop(), depth=9)
    with pytest.raises(NotFoundError, match="did you mean 'customer'"):
        explore(shop(), focus="custommer")


def test_explore_is_found_without_loading_widgets() -> None:
    """The name is there after `import workbench`; the widget libraries load when it is called."""
    probe = (
        "import sys, workbench as wb; wb.explore; loaded = {'anywidget', 'ipywidgets', 'duckdb'} & set(sys.modules); "
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", probe], check=True)


def test_a_lane_keeps_order_and_refuses_floods() -> None:
    """Work is done in the order it came, by one thread that ends; more than two hundred waiting are refused."""
    done: list[int] = []
    failed: list[Exception] = []
    lane, may_begin = Lane("test", failed.append), threading.Event()
    lane.do(lambda: may_begin.wait(5) and None)
    with pytest.raises(AdapterError, match="too much is asked"):
        for number in range(300):
            lane.do(lambda number=number: done.append(number))  # type: ignore[misc]
    may_begin.set()
    lane.settle()
    assert done == list(range(len(done))) and 199 <= len(done) <= 201 and failed == []
    assert "test" not in {each.name for each in threading.enumerate()}
