"""`workbench lab`: the guides come to where they are needed, edits stay, and JupyterLab is asked for nothing but itself."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from workbench.cli import main
from workbench.cli.guides import bring, checkout, installed
from workbench.cli.lab import command, prepare
from workbench.errors import AdapterError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small set of guides and their data."""
    folder = tmp_path / "installed"
    for name in ("notebooks/start.ipynb", "notebooks/core/one.ipynb", "data/flights/airlines.csv", "data/README.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"first {name}")
    return folder


def test_guides_are_copied_with_their_data(source: Path, tmp_path: Path) -> None:
    """Notebooks and data keep their places beside each other, so that paths inside the guides hold."""
    copied = bring(source, tmp_path / "here")
    assert copied.written == (
        "data/README.md",
        "data/flights/airlines.csv",
        "notebooks/core/one.ipynb",
        "notebooks/start.ipynb",
    )
    assert (tmp_path / "here" / "notebooks" / "start.ipynb").read_text() == "first notebooks/start.ipynb"


def test_copying_again_changes_nothing(source: Path, tmp_path: Path) -> None:
    """The second start of the day copies nothing."""
    bring(source, tmp_path / "here")
    again = bring(source, tmp_path / "here")
    assert (again.written, again.kept) == ((), ())


def test_edited_guide_is_never_overwritten(source: Path, tmp_path: Path) -> None:
    """A newer version replaces a guide that nobody touched, and leaves one alone that somebody did."""
    here = tmp_path / "here"
    bring(source, here)
    (here / "notebooks" / "start.ipynb").write_text("mine")
    for name in ("start.ipynb", "core/one.ipynb"):
        (source / "notebooks" / name).write_text("second")
    copied = bring(source, here)
    assert (copied.written, copied.kept) == (("notebooks/core/one.ipynb",), ("notebooks/start.ipynb",))
    assert (here / "notebooks" / "start.ipynb").read_text() == "mine"


def test_file_that_was_there_before_is_kept(source: Path, tmp_path: Path) -> None:
    """A file of the same name that was never copied belongs to the analyst."""
    (tmp_path / "here" / "notebooks").mkdir(parents=True)
    (tmp_path / "here" / "notebooks" / "start.ipynb").write_text("mine")
    assert bring(source, tmp_path / "here").kept == ("notebooks/start.ipynb",)


def test_hidden_folders_stay_behind(source: Path, tmp_path: Path) -> None:
    """Jupyter's checkpoints are no guides."""
    (source / "notebooks" / ".ipynb_checkpoints").mkdir()
    (source / "notebooks" / ".ipynb_checkpoints" / "start-checkpoint.ipynb").write_text("old")
    bring(source, tmp_path / "here")
    assert not (tmp_path / "here" / "notebooks" / ".ipynb_checkpoints").exists()


def test_folder_that_is_a_file_is_a_clear_problem(source: Path, tmp_path: Path) -> None:
    """Where the folder cannot be made, the message names it and what to do."""
    (tmp_path / "here").write_text("a file")
    with pytest.raises(AdapterError, match=r"cannot be copied to .*here.*name a folder you can write"):
        bring(source, tmp_path / "here")


@pytest.mark.parametrize("record", ["{", "[1]", "7", "\x00"])
def test_spoiled_record_is_a_clear_problem(source: Path, tmp_path: Path, record: str) -> None:
    """A record that is not what was written stops the copying before a file is touched."""
    bring(source, tmp_path / "here")
    (tmp_path / "here" / ".copied.json").write_text(record)
    with pytest.raises(AdapterError, match="cannot be copied"):
        bring(source, tmp_path / "here")


def test_repository_is_recognised() -> None:
    """Inside the repository nothing is copied: the guides of the checkout are opened."""
    assert checkout(ROOT / "tests") == ROOT
    root, page = prepare(ROOT / "tests")
    assert root == ROOT
    assert page.startswith("notebooks")


def test_outside_the_guides_come_along(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Elsewhere JupyterLab works in the analyst's folder and opens the guides inside it."""
    root, page = prepare(tmp_path)
    assert root == tmp_path
    assert page.startswith("workbench-guides/notebooks")
    assert (tmp_path / "workbench-guides" / "data" / "flights" / "airlines.csv").exists()
    assert f"Guides are in {tmp_path / 'workbench-guides'}" in capsys.readouterr().out


def test_installed_guides_are_found() -> None:
    """The package knows where its guides are."""
    assert (installed() / "data" / "flights" / "flights.parquet").exists()


def test_jupyter_is_told_all(tmp_path: Path) -> None:
    """Folder, page, kernel, port and browser reach JupyterLab; the analyst's own options come last."""
    words = command(tmp_path, "a/b.ipynb", 8890, False, ["--ServerApp.token=x"])
    assert {
        f"--ServerApp.root_dir={tmp_path}", "--LabApp.default_url=/lab/tree/a/b.ipynb", "--no-browser", "--ServerApp.port=8890",
        "--MultiKernelManager.default_kernel_name=workbench", "--LabApp.news_url=None",
    } <= set(words)  # fmt: skip
    assert words[-1] == "--ServerApp.token=x"
    assert ("--allow-root" in words) == (os.geteuid() == 0)


def test_page_address_is_quoted(tmp_path: Path) -> None:
    """A folder name with a space or a percent sign still makes an address."""
    assert "--LabApp.default_url=/lab/tree/a%20b/50%25.ipynb" in command(tmp_path, "a b/50%.ipynb", None, True, [])


def test_port_in_use_is_a_clear_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that somebody listens on is named before anything is copied or started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["lab", str(tmp_path), "--port", str(port)]) == 2
    assert f"port {port} cannot be used" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_impossible_port_is_a_clear_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str], port: str) -> None:
    """A number that is no port is told, not a traceback."""
    assert main(["lab", str(tmp_path), f"--port={port}"]) == 2
    assert f"port {port} cannot be used" in capsys.readouterr().err
