"""A section that an installed distribution brings, without a line about it in the workbench; and the same designs without it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.language.example_section.story import ACTS, TEXT
from workbench.language import load, parse, save
from workbench.language.formats import FORMATS

EXAMPLE = Path(__file__).with_name("example_section")
ENDINGS = [ending for each in FORMATS.values() for ending in each.endings]


def installed(site: Path, name: str, points: dict[str, str]) -> Path:
    """``site`` with a distribution of that name and its entry points, laid out as an installer does."""
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = ["[workbench.sections]", *(f"{key} = {value}" for key, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of installed packages with the example in it."""
    folder = tmp_path_factory.mktemp("site")
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    shutil.copy(EXAMPLE / "domain_glossary.py", folder)
    return installed(folder, project["name"], project["entry-points"]["workbench.sections"])


def python(
    *arguments: str | Path, site: Path | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Python with those arguments, finding what is installed in ``site``; warnings are errors."""
    environment = os.environ | {"PYTHONPATH": str(site or ""), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "error", *map(str, arguments)]
    return subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, check=False)


def workbench(*arguments: str | Path, site: Path | None = None, code: int = 0) -> str:
    """What the command prints; it exits with ``code``."""
    done = python("-m", "workbench", *arguments, site=site)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def told(site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What went wrong in each act of the story, run once in an interpreter that finds the example."""
    done = python(EXAMPLE / "story.py", tmp_path_factory.mktemp("story"), site=site)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("act", [each.__name__ for each in ACTS])
def test_the_story(act: str, told: dict[str, str]) -> None:
    """An installed section takes part in everything; what each act protects is said in the story."""
    assert told[act] == ""


def test_commands_know_it(site: Path, tmp_path: Path) -> None:
    """Convert, format, check, diff and show read and write it."""
    design = tmp_path / "shop.domain"
    design.write_text(TEXT)
    copy = tmp_path / "copy.toml"
    workbench("convert", design, "--to", "toml", "--out", copy, site=site)
    assert "Nothing changes" in workbench("diff", design, copy, site=site)
    assert "Auftrag: was ein Kunde" in workbench("convert", copy, "--to", "domain", site=site)
    assert "extensions" not in workbench("check", copy, site=site)
    design.write_text(TEXT.replace("orders.total", "orders.totel"))
    assert "extensions.glossary.terms.basket.means[0]" in workbench("check", design, site=site, code=1)
    assert "did you mean 'orders.total'?" in workbench("check", design, site=site, code=1)
    workbench("format", design, site=site)
    workbench("format", "--check", design, site=site)
    assert "was ein Kunde" in workbench("show", design, site=site)


@pytest.mark.parametrize("ending", ENDINGS)
def test_without_it_every_file_survives(ending: str, tmp_path: Path) -> None:
    """Nothing that reads it is installed: what it holds stays as it is, in every format and on the way back."""
    design, copy = tmp_path / f"shop{ending}", tmp_path / "copy.domain"
    save(parse(TEXT), design)
    before = design.read_text()
    save(load(design), copy)
    save(load(copy), design)
    assert design.read_text() == before
    assert load(copy) == load(design) == parse(TEXT)
    assert TEXT[TEXT.index("extension glossary") : TEXT.index("extension other")] in copy.read_text()


def test_commands_without_it(tmp_path: Path) -> None:
    """Laying out keeps its text, the check warns and no more, and what has no form of its own is not even mentioned."""
    design, json_design = tmp_path / "shop.domain", tmp_path / "shop.json"
    design.write_text(TEXT)
    workbench("format", design)
    assert TEXT[TEXT.index("# what we say") : TEXT.index("extension other")] in design.read_text()
    said = workbench("check", design)
    assert "warning extensions.glossary" in said
    assert "other" not in said
    workbench("convert", design, "--to", "json", "--out", json_design)
    assert "Nothing changes" in workbench("diff", design, json_design)


def test_what_was_kept_unread_is_read_later(site: Path, tmp_path: Path) -> None:
    """A design that was saved as JSON while nothing read the section is checked, and written as text, once something does."""
    design = tmp_path / "shop.json"
    save(parse(TEXT.replace("orders.total", "orders.totel")), design)
    assert "did you mean 'orders.total'?" in workbench("check", design, site=site, code=1)
    assert "-> orders.totel\n" in workbench("convert", design, "--to", "domain", site=site)


BROKEN = {
    "missing": None,
    "raises": "raise ValueError('no <b>')",
    "leaves": "raise SystemExit(7)",
    "stranger": "SECTION = 5",
    "misnamed": "from domain_glossary import SECTION",
    "glossary": "from domain_glossary import GlossarySection\nSECTION = GlossarySection()",
}


def test_broken_distributions_are_told_and_no_more(site: Path, tmp_path: Path) -> None:
    """What cannot be loaded, or brings a name for the second time, is told with its distribution; everything else goes on."""
    broken, design = tmp_path / "site", tmp_path / "shop.domain"
    shutil.copytree(site, broken)
    kept = ""
    for name, source in BROKEN.items():
        if source is not None:
            (broken / f"of_{name}.py").write_text(source)
        installed(broken, f"our-{name}", {name: f"of_{name}:SECTION"})
        kept += f"\nextension {name}\n  kept: as it is\n" if name != "glossary" else ""
    design.write_text(TEXT + kept)
    said = workbench("check", design, site=broken).splitlines()
    assert len(said) == len(BROKEN)
    for name in BROKEN:
        (line,) = (each for each in said if each.startswith(f"warning extensions.{name}:"))
        assert f"uninstall our-{name}" in line
    text = workbench("convert", design, "--to", "domain", site=broken)
    assert text.count("\n  kept: as it is\n") == len(BROKEN) - 1
    assert "\n  Auftrag: was ein Kunde" in text
