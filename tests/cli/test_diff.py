"""``workbench diff`` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.model.verify.designs import SOUND, domain, resource
from workbench.cli import main
from workbench.language import save

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def designs(tmp_path: Path) -> tuple[str, str]:
    """Two saved versions of a design."""
    paths = tmp_path / "a.json", tmp_path / "b.json"
    save(domain(resource("orders", "id uuid!", "note text")), paths[0])
    save(domain(resource("orders", "id uuid!", "note string", "due date")), paths[1])
    return str(paths[0]), str(paths[1])


def test_a_person_reads_a_table(designs: tuple[str, str], capsys: Captured) -> None:
    """Each change is told with class, reason and rule; without --exit-code the exit code is 0."""
    assert main(["diff", *designs]) == 0
    printed = capsys.readouterr().out
    assert "1 breaking, 1 safe" in printed
    assert "type_narrowed" in printed
    assert "attribute_added" in printed


def test_a_script_reads_json(designs: tuple[str, str], capsys: Captured) -> None:
    """The JSON has one object a change, and an empty list where nothing changes."""
    assert main(["diff", *designs, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [list(each) for each in found] == [["change", "path", "class", "rule", "from", "to"]] * 2
    assert found[0] == {"change": "set", "path": "orders.note.type", "class": "breaking", "rule": "type_narrowed", "from": "text", "to": "string"}  # fmt: skip
    assert main(["diff", designs[0], designs[0], "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_exit_code_when_asked(designs: tuple[str, str], capsys: Captured) -> None:
    """As with git diff, --exit-code says 1 where anything changed and 0 where nothing did."""
    assert main(["diff", *designs, "--exit-code"]) == 1
    assert main(["diff", *designs, "--exit-code", "--json"]) == 1
    assert main(["diff", designs[1], designs[1], "--exit-code"]) == 0
    assert "Nothing changes" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, "", "null", "[1", '{"workbench": "domain", "format": 99}', "\0\0"])
def test_what_is_no_design(content: str | None, designs: tuple[str, str], tmp_path: Path, capsys: Captured) -> None:
    """A file that is missing, empty, broken or newer is told by its path, with exit code 2 and no traceback, on either side."""
    path = tmp_path / "odd <b>.json"
    if content is not None:
        path.write_text(content)
    for words in ([str(path), designs[0]], [designs[0], str(path)]):
        assert main(["diff", *words, "--json"]) == 2
        told = capsys.readouterr()
        assert "odd <b>.json" in told.err
        assert "Traceback" not in told.err
        assert told.out == ""


def test_hostile_names(tmp_path: Path, capsys: Captured) -> None:
    """Names that look like attacks come through both outputs unharmed."""
    name = "'; drop table x; -- <script>"
    before, after = tmp_path / "a.json", tmp_path / "b.json"
    save(SOUND, before)
    save(
        SOUND.model_copy(update={"resources": (*SOUND.resources, domain(resource(name, "id uuid!")).resources[0])}),
        after,
    )
    assert main(["diff", str(before), str(after), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["path"], found["to"]["name"]) == (name, name)
    assert main(["diff", str(before), str(after)]) == 0
    assert "drop table" in capsys.readouterr().out
