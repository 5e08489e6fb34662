"""The scripts that contributors type: what is checked, and what is said where system programs cannot be installed."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECKED = {"benchmarks", "notebooks", "tests", "workbench"}
"""The folders whose code is run by the check: tests, guides, doctests."""


def test_check_runs_all_code() -> None:
    """Tests, guides and the examples in docstrings of the package and of the benchmarks are run in one session."""
    words = runpy.run_path(str(ROOT / "scripts" / "check"))["STEPS"]["tests"]
    assert set(words) >= CHECKED | {"--doctest-modules"}


def test_check_types_all_packages() -> None:
    """The package and its benchmarks are typed strictly."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert settings["strict"]
    assert set(settings["packages"]) == {"benchmarks", "workbench"}


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder of programs for a system that has neither Chromium nor a package manager, and a user who is not root."""
    (tmp_path / "bash").symlink_to(shutil.which("bash") or "/bin/bash")
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    return tmp_path


def set_up(programs: Path) -> subprocess.CompletedProcess[str]:
    """What ``scripts/setup-system`` does where there are these programs only."""
    command = [programs / "bash", ROOT / "scripts" / "setup-system"]
    environment = {**os.environ, "PATH": str(programs)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_setup_names_what_is_missing(bare: Path) -> None:
    """Where no known package manager is, what to install is named."""
    done = set_up(bare)
    assert done.returncode == 1
    assert done.stderr.startswith("Install these with your system's package manager: chromium ")


def test_setup_without_rights(bare: Path) -> None:
    """Who is not root and has no sudo is told so in one sentence."""
    (bare / "apt-get").symlink_to("/bin/false")
    done = set_up(bare)
    assert done.returncode == 1
    assert done.stderr.startswith("Run this as root, as there is no sudo here: it installs chromium ")
    assert len(done.stderr.splitlines()) == 1


def test_setup_that_cannot_reach_packages(bare: Path) -> None:
    """Where installing fails, the last line says what was not installed."""
    (bare / "apt-get").symlink_to("/bin/false")
    (bare / "sudo").write_text('#!/bin/bash\n"$@"\n')
    (bare / "sudo").chmod(0o755)
    done = set_up(bare)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("chromium ")
    assert "could not be installed" in done.stderr


def test_setup_leaves_what_is_there(bare: Path) -> None:
    """A program that is there is not installed again."""
    for name in ("chromium", "initdb"):
        (bare / name).symlink_to("/bin/true")
    said = set_up(bare).stderr
    assert "chromium" not in said
    assert "postgresql" not in said
