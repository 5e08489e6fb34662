"""What `pip install` brings: the package, the command, the kernel, the guides and their data."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DATA = f"domain_workbench-{PROJECT['version']}.data/data/share"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel as it is built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.mark.parametrize(
    "name",
    [
        "workbench/py.typed",
        "workbench/cli/jupyter/labconfig/default_setting_overrides.json",
        "workbench/expression/grammar.lark",
        "workbench/language/DOMAIN_LANGUAGE.md",
        "workbench/language/domain.lark",
        "workbench/language/domain_table.json",
        "workbench/widgets/editor.css",
        "workbench/widgets/editor.js",
        "workbench/widgets/editor_controls.js",
        "workbench/widgets/editor_form.js",
        "workbench/widgets/editor_panes.js",
        "workbench/widgets/editor_tree.js",
        "workbench/widgets/explorer.css",
        "workbench/widgets/explorer.js",
        "workbench/widgets/page.css",
        "workbench/widgets/page.js",
        "workbench/extension/jupyter/labextensions/workbench-language/static/plugin.js",
        f"{DATA}/jupyter/kernels/workbench/kernel.json",
        f"{DATA}/jupyter/kernels/workbench/logo-svg.svg",
        f"{DATA}/jupyter/kernels/workbench/logo-64x64.png",
        f"{DATA}/jupyter/labextensions/workbench-language/package.json",
        f"{DATA}/jupyter/labextensions/workbench-language/static/remoteEntry.js",
        f"{DATA}/workbench/data/README.md",
        f"{DATA}/workbench/data/flights/flights.parquet",
        f"{DATA}/workbench/data/shop/orders.parquet",
        f"{DATA}/workbench/data/designs/clinic.domain",
    ],
)
def test_wheel_holds(wheel: zipfile.ZipFile, name: str) -> None:
    """Each file that is no module but is needed at run time is in the wheel."""
    assert name in wheel.namelist()


def test_wheel_holds_every_guide(wheel: zipfile.ZipFile) -> None:
    """Every notebook of the checkout comes along."""
    guides = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "notebooks").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    }
    assert {f"{DATA}/workbench/{guide}" for guide in guides} <= set(wheel.namelist())


def test_wheel_holds_the_command(wheel: zipfile.ZipFile) -> None:
    """Installing makes the command `workbench`."""
    (entry,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert "workbench = workbench.cli:main" in wheel.read(entry).decode()


def test_wheel_holds_no_tests(wheel: zipfile.ZipFile) -> None:
    """Tests, scripts and benchmarks stay in the repository."""
    assert {name.partition("/")[0] for name in wheel.namelist()} == {
        "workbench", f"domain_workbench-{PROJECT['version']}.data", f"domain_workbench-{PROJECT['version']}.dist-info",
    }  # fmt: skip


def test_constraints_pin_every_dependency() -> None:
    """Each dependency, the development ones too, is pinned to one exact version, without any address or local path."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9.-]+==[^\s;/]+( ; .+)?", line)] == []
    pinned = {line.partition("==")[0] for line in lines}
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    assert {re.split(r"[\[<>=!~; ]", each)[0].lower() for each in asked} <= pinned


def test_version_is_told_once() -> None:
    """The package and the distribution say the same version."""
    assert f'__version__ = "{PROJECT["version"]}"' in (ROOT / "workbench" / "__init__.py").read_text()
