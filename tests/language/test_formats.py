"""The table of formats, and files in each of them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from workbench.errors import NotFoundError, VerificationError
from workbench.language import load, save
from workbench.language.formats import FORMATS, format_called, format_of, is_saved_as
from workbench.model import Domain

ENDINGS = [ending for each in FORMATS.values() for ending in each.endings]
TEXT_FORMATS = [".yaml", ".yml", ".toml"]


def test_endings_are_unlike() -> None:
    """Each ending says one format, whatever the case of its letters."""
    assert len(ENDINGS) == len(set(ENDINGS))
    for ending in ENDINGS:
        assert ending in format_of(f"a.b{ending.upper()}").endings
        assert is_saved_as(f"x{ending}")
    assert not is_saved_as("x.csv")


def test_what_there_is_not() -> None:
    """An unknown ending or name is told with those there are."""
    for path in ("shop", "shop.txt", "shop.yaml.bak"):
        with pytest.raises(VerificationError) as caught:
            format_of(path)
        (problem,) = caught.value.problems
        assert problem.code == "unknown_ending"
        assert all(ending in problem.hint for ending in ENDINGS)
    with pytest.raises(NotFoundError, match="did you mean 'yaml'"):
        format_called("yml")


@pytest.mark.parametrize("ending", ENDINGS)
def test_files(ending: str, tmp_path: Path) -> None:
    """A design saved under any ending is loaded from it, and nothing else lies in the folder."""
    domain = Domain(name="shop", label="'; drop table x; --", description="<script>\n  é\n")
    path = tmp_path / f"shop{ending}"
    save(domain, path)
    assert load(path) == load(str(path)) == domain
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_design_folder_is_a_design(tmp_path: Path) -> None:
    """What takes a saved design takes its folder, too; one with two designs, or none, is refused."""
    save(Domain(name="shop"), tmp_path / "design.yaml")
    (tmp_path / "log.jsonl").write_text("")
    assert load(tmp_path) == Domain(name="shop")
    save(Domain(name="shop"), tmp_path / "design.json")
    with pytest.raises(VerificationError, match="this is a folder"):
        load(tmp_path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_files_that_hold_no_text(ending: str, tmp_path: Path) -> None:
    """Other encodings, overlong files and other text are refused with the path, in any format."""
    path = tmp_path / f"x{ending}"
    for content, code in (
        (b"\xff\xfea", "not_utf8"),
        (b"", "empty_file"),
        (b"\0\0", None),
        (b"\xef\xbb\xbf", "empty_file"),
    ):
        path.write_bytes(content)
        with pytest.raises(VerificationError) as caught:
            load(path)
        assert caught.value.subject == str(path)
        assert code in (None, caught.value.problems[0].code)
    with path.open("wb") as file:
        file.truncate(100_000_001)
    with pytest.raises(VerificationError) as caught:
        load(path)
    assert caught.value.problems[0].code == "too_large"


@pytest.mark.parametrize("ending", TEXT_FORMATS)
@pytest.mark.parametrize(
    "line",
    [
        "- a\n",
        "a: {}\n",
        "[",
        "{a: ",
        "- ",
        "a.b.",
        "[[a]]\n",
        "a = [",
        "{a=",
        '"',
        "'",
        '"""',
        "a" * 79 + "\n",
        "? a\n",
    ],
)
def test_huge_texts_take_bounded_time(ending: str, line: str, tmp_path: Path) -> None:
    """A text of a hundred million characters, and one as long as is still read, are refused within seconds."""
    path = tmp_path / f"x{ending}"
    for size in (100_000_000, 1_000_000):
        path.write_text(line * (size // len(line)))
        before = time.process_time()
        with pytest.raises(VerificationError):
            load(path)
        assert time.process_time() - before < 30


def test_libraries_load_when_used() -> None:
    """Loading a JSON design loads no other format's library."""
    probe = "import sys, workbench as wb; wb.load; print('yaml' in sys.modules, 'tomllib' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["False", "False"]
