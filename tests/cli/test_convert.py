"""``workbench convert`` as a user types it, and the other commands on every format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.language.test_ashswarm import TEXT
from tests.model.verify.designs import SOUND
from workbench.cli import main
from workbench.language import dumps, load, save
from workbench.language.formats import FORMATS
from workbench.model import Domain

Captured = pytest.CaptureFixture[str]
ENDINGS = {each.name: each.endings[0] for each in FORMATS.values() if each.endings}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_round_trip_by_files(name: str, tmp_path: Path, capsys: Captured) -> None:
    """A design is written in every format and back, byte by byte the same; the file is whole and alone."""
    first, other, last = tmp_path / "a.json", tmp_path / f"b{ENDINGS[name]}", tmp_path / "c.json"
    save(SOUND, first)
    assert main(["convert", str(first), "--to", name, "--out", str(other)]) == 0
    assert main(["convert", str(other), "--to", "json", "--out", str(last)]) == 0
    assert last.read_bytes() == first.read_bytes()
    assert load(other) == SOUND
    assert {each.name for each in tmp_path.iterdir()} == {first.name, other.name, last.name}
    assert capsys.readouterr().out == f"{other}\n{last}\n"


@pytest.mark.parametrize("name", ENDINGS)
def test_without_out_it_is_printed(name: str, tmp_path: Path, capsys: Captured) -> None:
    """Without --out the text, and nothing else, is on standard output."""
    save(SOUND, tmp_path / "a.json")
    assert main(["convert", str(tmp_path / "a.json"), "--to", name]) == 0
    assert FORMATS[name].loads(capsys.readouterr().out) == SOUND


def test_a_file_that_is_there_stays(tmp_path: Path, capsys: Captured) -> None:
    """An existing file is replaced only when asked for."""
    save(SOUND, tmp_path / "a.json")
    out = tmp_path / "b.yaml"
    out.write_text("mine")
    words = ["convert", str(tmp_path / "a.json"), "--to", "yaml", "--out", str(out)]
    assert main(words) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert main([*words, "--overwrite"]) == 0
    assert load(out) == SOUND


def test_ashswarm_both_ways(tmp_path: Path, capsys: Captured) -> None:
    """AshSwarm's YAML becomes a design and comes back equal; what it cannot carry is told on standard error."""
    (tmp_path / "a.yaml").write_text(TEXT)
    assert main(["convert", str(tmp_path / "a.yaml"), "--to", "toml", "--out", str(tmp_path / "b.toml")]) == 0
    capsys.readouterr()
    assert main(["convert", str(tmp_path / "b.toml"), "--to", "ashswarm"]) == 0
    printed = capsys.readouterr()
    assert yaml.safe_load(printed.out) == yaml.safe_load(TEXT)
    assert printed.err == ""
    save(Domain(name="x", time_zone="Europe/Rome"), tmp_path / "c.json")
    assert main(["convert", str(tmp_path / "c.json"), "--to", "ashswarm"]) == 0
    assert "not carried: info time_zone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "words", "told"),
    [
        ("a.json", "{}", ["--to", "yml"], "did you mean"),
        ("a.json", '{"workbench": "domain", "format": 1, "name": "x"}', ["--to", "yaml"], "would be read as json"),
        ("a.txt", "{}", ["--to", "yaml"], "unknown_ending"),
        ("a", "{}", ["--to", "yaml"], ".json, .yaml, .yml, .toml"),
        ("a.yaml", "a: &b [*b]", ["--to", "json"], "yaml_alias"),
        ("a.toml", "a = 1\na = 2", ["--to", "json"], "a.toml:2:"),
        ("a.yml", b"\xff\xfe", ["--to", "json"], "not_utf8"),
        ("<b>.yaml", "x: '; drop table y'", ["--to", "json"], "not_a_domain"),
    ],
)
def test_what_cannot_be_done(
    name: str, content: str | bytes, words: list[str], told: str, tmp_path: Path, capsys: Captured
) -> None:
    """A wrong format, ending or file is told in words, with exit code 2, and nothing is written."""
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    out = tmp_path / "out.json"
    assert main(["convert", str(tmp_path / name), *words, "--out", str(out)]) == 2
    printed = capsys.readouterr()
    assert told in printed.err
    assert "Traceback" not in printed.err
    assert not out.exists()


@pytest.mark.parametrize("name", ENDINGS)
def test_other_commands_take_every_format(name: str, tmp_path: Path, capsys: Captured) -> None:
    """check, diff, show and export read a design in any format."""
    path, plain = tmp_path / f"a{ENDINGS[name]}", tmp_path / "b.json"
    save(SOUND, path)
    plain.write_text(dumps(SOUND))
    assert main(["check", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["problems"] == []
    assert main(["diff", str(path), str(plain), "--exit-code"]) == 0
    assert main(["show", str(path)]) == 0
    assert SOUND.resources[0].name in capsys.readouterr().out
    assert main(["export", str(path), "--to", "duckdb", "--out", str(tmp_path / "out")]) == 0
