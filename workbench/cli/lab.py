"""``workbench lab``: JupyterLab on the guides, with the workbench kernel."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import workbench
from workbench.cli import guides
from workbench.errors import AdapterError
from workbench.views import counted

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "command", "environment", "prepare", "run"]

SUMMARY = "open JupyterLab on the guides, beside your files"
EXAMPLES = """  workbench lab                      here; the guides are copied to ./workbench-guides
  workbench lab ~/claims             in a folder of yours
  workbench lab --no-browser --port 8890
  workbench lab -- --IdentityProvider.token=secret   anything JupyterLab understands"""

_START = "getting_started.ipynb"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="where to work (default: here)")
    parser.add_argument(
        "--port", type=int, help="the port to serve on, and no other (default: the first free one from 8888)"
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser; the address is printed")


def run(arguments: argparse.Namespace) -> int:
    """Bring the guides where they are needed, then become JupyterLab."""
    if find_spec("jupyterlab") is None:
        raise AdapterError("JupyterLab is not installed here", hint="install it: pip install jupyterlab")
    if arguments.port is not None:
        _must_be_free(arguments.port)
    root, page = prepare(arguments.folder)
    words = command(root, page, arguments.port, not arguments.no_browser, arguments.passed_on)
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(words[0], words, environment())
    return subprocess.call(words, env=environment())


def prepare(folder: Path) -> tuple[Path, str]:
    """The folder that JupyterLab works in and the page it opens, relative to it, once the guides are there."""
    folder = folder.expanduser().resolve()
    home = guides.checkout(folder)
    if home:
        root, inside = home, Path("notebooks")
    else:
        root, inside = folder, Path(guides.FOLDER, "notebooks")
        copied = guides.bring(guides.installed(), folder / guides.FOLDER)
        print(f"Guides are in {folder / guides.FOLDER}; {counted(len(copied.written), 'file')} copied.")
        for name in copied.kept:
            print(f"Kept your edited {name}.")
    return root, (inside / _START if (root / inside / _START).exists() else inside).as_posix()


def command(root: Path, page: str, port: int | None, browser: bool, extra: list[str]) -> list[str]:
    """The words that start JupyterLab in ``root`` on ``page``. It asks nothing of the network; ``extra`` words come last and win."""
    words = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{quote(page)}",
        "--MultiKernelManager.default_kernel_name=workbench",
        "--KernelManager.transport_encryption=auto",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--LanguageServerManager.autodetect=False",
    ]
    if port is not None:
        words += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        words.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")  # as in a container, where JupyterLab would refuse to start
    return words + extra


def environment() -> dict[str, str]:
    """The environment that JupyterLab starts in: this one, with our defaults for settings that nobody has changed.

    They let a new notebook start the workbench kernel without asking, and leave the question about news out. The lab extension is the
    one of this package, wherever the package was installed from.
    """
    room = Path(workbench.__file__).parent
    settings = [os.environ.get("JUPYTER_CONFIG_PATH"), str(room / "cli" / "jupyter")]
    data = [str(room / "extension" / "jupyter"), os.environ.get("JUPYTER_PATH")]
    return os.environ | {
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, settings)),
        "JUPYTER_PATH": os.pathsep.join(filter(None, data)),
    }


def _must_be_free(port: int) -> None:
    """``AdapterError`` if nothing can listen on ``port``."""
    hint = "choose another with --port, or leave it out"
    if not 0 < port < 65536:
        raise AdapterError(f"port {port} cannot be used: ports are numbered 1 to 65535", hint=hint)
    try:
        with socket.create_server(("127.0.0.1", port)):
            return
    except OSError as error:
        raise AdapterError(f"port {port} cannot be used: {error.strerror}", hint=hint) from error
