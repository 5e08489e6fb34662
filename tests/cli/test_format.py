"""`workbench format`: designs are laid out whole or left alone, and the exit code tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.cli import main


def test_format_lays_out_and_check_only_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` changes nothing and exits with 1; without it the file is laid out, and then there is nothing to do."""
    path = tmp_path / "a.domain"
    path.write_text("domain a # ours\nresource b\n c   uuid key\n")
    before = path.read_text()
    assert main(["format", "--check", str(path)]) == 1
    assert path.read_text() == before
    assert main(["format", str(path)]) == 0
    assert path.read_text() == "domain a  # ours\n\nresource b\n  c          uuid key\n"
    assert main(["format", "--check", str(path)]) == 0
    assert "would be laid out" in capsys.readouterr().out


def test_format_leaves_broken_files_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file with a mistake, of another kind or absent stays as it is; the mistake is shown with a caret."""
    path = tmp_path / "a.domain"
    path.write_text("domain a\nresource b\n  c uuid ke\n")
    other = tmp_path / "a.json"
    other.write_text("{}")
    assert main(["format", str(path), str(other), str(tmp_path / "none.domain")]) == 2
    assert path.read_text() == "domain a\nresource b\n  c uuid ke\n"
    assert "  c uuid ke\n         ^" in capsys.readouterr().err
