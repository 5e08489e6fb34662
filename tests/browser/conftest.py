"""A real JupyterLab and a real Chromium, for tests of what a person sees.

``lab`` is one server for the whole session, on a free port of the loopback, with folders of its own for home, configuration, data
and settings. ``page`` is a fresh tab that reaches nothing but the loopback; what it tried to reach beyond is in
``page_log.refused``. Screenshots go to ``WORKBENCH_SCREENSHOTS`` when it names a folder, else to pytest's temporary folder.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import nbformat
import pytest
from nbformat.sign import NotebookNotary

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (the dev extra has it)")

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
EXTENSION = Path(__file__).parents[2] / "workbench" / "extension" / "jupyter"
"""The lab extension as it stands in this checkout, whenever that was installed."""
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SETTINGS: dict[str, dict[str, Any]] = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Outputs far down the page are drawn at once, not only when they are scrolled to.
    "notebook-extension/tracker": {"windowingMode": "none"},
}


@dataclass
class Lab:
    """A running JupyterLab: its address, its token, and the folder it shows."""

    url: str
    token: str
    root: Path
    data: Path
    settings: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    def save(self, name: str, notebook: nbformat.NotebookNode, *, trusted: bool) -> None:
        """Put ``notebook`` into the folder, signed or not, as a notebook someone else sent."""
        nbformat.write(notebook, self.root / name)
        notary = NotebookNotary(data_dir=str(self.data))
        try:
            (notary.sign if trusted else notary.unsign)(notebook)
        finally:
            notary.store.close()

    def stop_kernels(self) -> None:
        """End every running kernel of this server."""
        for session in json.loads(self.request("GET", "api/sessions")):
            self.request("DELETE", f"api/sessions/{session['id']}")

    def request(self, method: str, path: str) -> bytes:
        """The server's answer to ``method`` on ``path``."""
        asked = urllib.request.Request(
            f"{self.url}/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return bytes(answer.read())

    def set_theme(self, dark: bool) -> None:
        """Choose the theme of pages opened from now on."""
        write_setting(
            self.settings, "apputils-extension/themes", {"theme": "JupyterLab Dark" if dark else "JupyterLab Light"}
        )

    def open(self, page: Any, name: str, *, dark: bool = False) -> None:
        """Show the notebook ``name`` in ``page`` and wait until its cells stand there. Kernels of other notebooks end."""
        self.stop_kernels()
        self.set_theme(dark)
        workspace = secrets.token_hex(4)  # a workspace of its own, so that no other tab's layout is restored
        page.goto(f"{self.url}/lab/workspaces/{workspace}/tree/{quote(name)}?token={self.token}")
        page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell", timeout=60_000)
        page.wait_for_function(
            "document.body.dataset.jpThemeLight === " + json.dumps("false" if dark else "true"), timeout=30_000
        )


@dataclass
class PageLog:
    """What a page said and tried: console errors, uncaught exceptions, addresses it was refused."""

    errors: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def write_setting(folder: Path, plugin: str, values: dict[str, Any]) -> None:
    path = folder / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium program."""
    found = next((path for path in map(shutil.which, PROGRAMS) if path), None)
    if found is None:
        pytest.skip("no Chromium was found; scripts/setup-system installs it")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """A headless Chromium. It goes with its module: while its driver runs, no other test may run an event loop."""
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def lab(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab server that knows nothing of the account it runs in."""
    home = tmp_path_factory.mktemp("lab")
    folders = {
        name: home / name for name in ("root", "home", "config", "data", "runtime", "settings", "workspaces", "ipython")
    }
    for folder in folders.values():
        folder.mkdir()
    for plugin, values in SETTINGS.items():
        write_setting(folders["settings"], plugin, values)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "IPYTHON"))} | {
        "HOME": str(folders["home"]),
        "JUPYTER_CONFIG_DIR": str(folders["config"]),
        "JUPYTER_DATA_DIR": str(folders["data"]),
        "JUPYTER_RUNTIME_DIR": str(folders["runtime"]),
        "JUPYTERLAB_SETTINGS_DIR": str(folders["settings"]),
        "JUPYTERLAB_WORKSPACES_DIR": str(folders["workspaces"]),
        "IPYTHONDIR": str(folders["ipython"]),
        "JUPYTER_TOKEN": token,
        "JUPYTER_PATH": str(EXTENSION),
    }
    options = {
        "ServerApp.ip": "127.0.0.1", "ServerApp.port": port, "ServerApp.port_retries": 0, "ServerApp.root_dir": folders["root"],
        "ServerApp.open_browser": False, "ServerApp.allow_root": True, "LabApp.extension_manager": "readonly",
    }  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folders["root"])
        running = Lab(f"http://127.0.0.1:{port}", token, folders["root"], folders["data"], folders["settings"], process)
        try:
            wait_until_up(running, home / "server.log")
            yield running
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


def wait_until_up(lab: Lab, log: Path) -> None:
    """Return when the server answers; fail with its log when it ends or takes more than a minute."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert lab.process.poll() is None, f"the server ended:\n{log.read_text()[-3000:]}"
        try:
            lab.request("GET", "api")
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server did not answer:\n{log.read_text()[-3000:]}")


@pytest.fixture
def page_log() -> PageLog:
    """What the test's page says and tries."""
    return PageLog()


@pytest.fixture
def page(browser: Any, page_log: PageLog) -> Iterator[Any]:
    """A fresh tab of 1200 by 900 that reaches only the loopback."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})

    def loopback_only(route: Any) -> None:
        if urlsplit(route.request.url).hostname in ("127.0.0.1", "localhost", None):
            route.continue_()
        else:
            page_log.refused.append(route.request.url)
            route.abort()

    context.route("**/*", loopback_only)
    tab = context.new_page()
    tab.on("console", lambda message: page_log.errors.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: page_log.errors.append(str(error)))
    yield tab
    context.close()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder screenshots are kept in."""
    wanted = os.environ.get("WORKBENCH_SCREENSHOTS")
    folder = Path(wanted) if wanted else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
