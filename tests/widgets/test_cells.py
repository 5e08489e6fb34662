"""Cells the kernel asks the page to write: what is asked and what is answered are both checked."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.errors import VerificationError
from workbench.widgets.cells import Request, Written, put_cell, running_cell


@pytest.mark.parametrize(
    "content, code",
    [
        ({"ok": True, "cell": "c1"}, None),
        ({"ok": False, "why": "the notebook can only be read"}, "not_written"),
        ({"ok": "yes", "cell": "c1"}, "refused_message"),
        ({"ok": True, "cell": "x" * 1000}, "refused_message"),
        ({"ok": True, "run": "import os"}, "refused_message"),
        (None, "refused_message"),
        ([], "refused_message"),
    ],
)
def test_answer_of_the_page_is_checked(content: Any, code: str | None) -> None:
    """An answer is the cell written, or a problem that says what to do; nothing else comes through."""
    written = Written.read(content)
    assert (written.problem and written.problem.code) == code
    assert written.cell == ("c1" if code is None else "")
    assert written.problem is None or "copy the text" in written.problem.hint


@pytest.mark.parametrize(
    "given", [{"marker": ""}, {"marker": "x" * 201}, {"text": "x" * 1_000_001}, {"after": "x" * 201}, {"action": "run"}]
)
def test_request_out_of_bounds_is_refused(given: dict[str, Any]) -> None:
    """What the page would refuse is refused before it is sent, with the field that is wrong."""
    asked = {"text": "%%domain", "marker": "shop", **given}
    with pytest.raises(VerificationError) as caught:
        put_cell(asked.pop("text"), asked.pop("marker"), **asked)
    assert [each.path for each in caught.value.problems] == list(given)


def test_request_is_plain_data() -> None:
    """What is sent is JSON of four texts, whatever stands in them."""
    request = Request(action="insert", text="<script>'; drop table", marker="ü")
    assert request.model_dump() == {"action": "insert", "text": "<script>'; drop table", "marker": "ü", "after": ""}


def test_no_cell_runs_outside_of_a_kernel() -> None:
    """Outside of a notebook there is no running cell, and asking does no harm."""
    assert running_cell() == ""
