"""`workbench lab` in a real browser: the guides stand there, the workbench kernel runs them, and the network is left alone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of JupyterLab, started by `workbench lab` in an empty folder with nothing known of the account."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "work").mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "IPYTHON"))}
    words = ["lab", "work", "--no-browser", "--port", str(port), "--", "--IdentityProvider.token=test"]
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "workbench", *words],
            cwd=tmp_path,
            stdout=log,
            stderr=log,
            env=environment | {"HOME": str(tmp_path)},
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait(url, server, tmp_path / "server.log")
            yield url
        finally:
            server.terminate()
            server.wait(20)


def wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers."""
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"{url}/api?token=test").close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(log.read_text())


def test_first_start(address: str, page: Any, page_log: Any, tmp_path: Path) -> None:
    """A new notebook runs in the workbench kernel, no question is asked about kernels or news, and nothing is fetched."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("%workbench")])
    nbformat.write(notebook, tmp_path / "work" / "new.ipynb")
    assert (tmp_path / "work" / "workbench-guides" / "data" / "flights" / "flights.parquet").exists()
    page.goto(f"{address}/lab/tree/new.ipynb?token=test")
    page.get_by_text("Workbench | Idle").wait_for(timeout=60_000)
    page.locator(".jp-Notebook .jp-Cell").first.click()
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-OutputArea-output", has_text="No problems found.").wait_for(timeout=60_000)
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    assert page_log.refused == []
