"""``workbench import`` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.cli import main
from workbench.language import load

Captured = pytest.CaptureFixture[str]
EXAMPLES = Path(__file__).parent.parent / "language" / "examples"


def test_a_person_sees_what_was_found_and_left_out(tmp_path: Path, capsys: Captured) -> None:
    """The table of resources, what could not be carried, and the saved design; nothing broken is exit code 0."""
    out = tmp_path / "webshop.json"
    assert main(["import", "openapi", str(EXAMPLES / "webshop.openapi.yaml"), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "webshop, from openapi" in printed
    assert "remote_reference" in printed
    assert load(out).resource("OrderLine").relationship("variant").destination == "Variant"


def test_a_script_reads_json(capsys: Captured) -> None:
    """Counts, resources and problems as JSON; ``--name`` names the design."""
    assert main(["import", "json_schema", str(EXAMPLES / "observatory.schema.json"), "--name", "sky", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["domain"] == "sky"
    assert found["counts"]["resources"] == len(found["resources"])
    assert {"path", "code", "severity", "message", "hint"} <= found["problems"][0].keys()


def test_a_broken_line_is_exit_code_1(tmp_path: Path, capsys: Captured) -> None:
    """What is broken is told with its line, the rest is imported all the same."""
    file = tmp_path / "t.dbml"
    file.write_text("Table a {\n  id int [pk]\n  broken\n}\n", encoding="utf-8")
    assert main(["import", "dbml", str(file), "--out", str(tmp_path / "a.json")]) == 1
    assert "t:3:3" in capsys.readouterr().out
    assert load(tmp_path / "a.json").resource("a").key == ("id",)


def test_what_cannot_be_read_is_exit_code_2(tmp_path: Path, capsys: Captured) -> None:
    """No file, another kind of file, no such kind: one sentence on standard error, nothing saved; with --json on standard output."""
    out = tmp_path / "a.json"
    dbml = str(EXAMPLES / "hospital.dbml")
    assert main(["import", "dbml", str(tmp_path / "none.dbml"), "--out", str(out)]) == 2
    assert "there is no such file" in capsys.readouterr().err
    assert main(["import", "mermaid", dbml, "--out", str(out)]) == 2
    assert "import it as dbml" in capsys.readouterr().err
    assert main(["import", "dbmll", dbml]) == 2
    assert "did you mean 'dbml'?" in capsys.readouterr().err
    assert main(["import", "sql", dbml, "--json", "--out", str(out)]) == 2
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "wrong_kind"
    assert not out.exists()
