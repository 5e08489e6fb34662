"""The workbench kernel as a client meets it: installed, with the extension loaded, keeping errors that no cell shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A client of a running workbench kernel."""
    manager, client = start_new_kernel(kernel_name="workbench", startup_timeout=60)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()


def run(client: Any, source: str) -> str:
    """What a cell shows as text."""
    shown: list[str] = []

    def keep(message: dict[str, Any]) -> None:
        content = message["content"]
        shown.append(content.get("text") or content.get("data", {}).get("text/plain", "") or content.get("evalue", ""))

    client.execute_interactive(source, output_hook=keep, timeout=60)
    return "\n".join(shown)


def test_spec_comes_with_the_package() -> None:
    """Installing the package installs the kernel, with a logo; its spec is the committed one."""
    spec = KernelSpecManager().get_kernel_spec("workbench")
    committed = json.loads((ROOT / "kernels" / "workbench" / "kernel.json").read_text())
    assert spec.argv[1:] == committed["argv"][1:]
    assert (Path(spec.resource_dir) / "logo-svg.svg").exists()


def test_kernel_says_what_it_is(client: Any) -> None:
    """The kernel introduces itself by name."""
    info = client.kernel_info(reply=True, timeout=30)["content"]
    assert info["implementation"] == "workbench"
    assert info["banner"].startswith("Domain workbench")


def test_extension_is_loaded(client: Any) -> None:
    """`%workbench` works without `%load_ext`."""
    assert "No problems found." in run(client, "%workbench")


def test_callback_error_is_kept(client: Any) -> None:
    """An error in a widget's callback, which fails no cell, is found afterwards."""
    run(client, "from ipywidgets import Button\nbutton = Button()\nbutton.on_click(lambda _: 1 / 0)\nbutton.click()")
    assert "ZeroDivisionError: division by zero" in run(client, "print(get_ipython().run_line_magic('workbench', ''))")


def test_error_of_a_cell_is_not_a_background_error(client: Any) -> None:
    """What a cell shows as its own failure is not kept a second time."""
    run(client, "%workbench clear")
    assert "division by zero" in run(client, "1 / 0")
    assert "no problems" in run(client, "print(get_ipython().run_line_magic('workbench', ''))")


DESIGN = """%%domain
domain league

resource team
  id         integer key required
  home_city  string "where it plays"
  measure    size: count()
"""


def test_design_language_is_completed_and_explained(client: Any) -> None:
    """A cell of the domain language is completed with its words alone, with what they are, and its words are explained."""
    run(client, DESIGN)
    source = "%%scenario league\nscenario 'one'\n  given te"
    found = client.complete(source, reply=True, timeout=30)["content"]
    assert found["matches"][0] == "team"
    assert source[found["cursor_start"] : found["cursor_end"]] == "te"
    assert found["metadata"]["_jupyter_types_experimental"][0]["type"] == "resource"
    nothing = client.complete("%%scenario league\nscenario 'prin", reply=True, timeout=30)["content"]
    assert nothing["matches"] == []
    told = client.inspect("%%scenario league\nscenario 'one'\n  given team with home_city", reply=True, timeout=30)[
        "content"
    ]
    assert told["found"]
    assert "where it plays" in told["data"]["text/plain"]
    assert not client.inspect("%%scenario league\n  print", reply=True, timeout=30)["content"]["found"]
    usage = client.inspect("%%scenario league\n", 6, reply=True, timeout=30)["content"]
    assert "Each scenario runs in a workspace of its own" in usage["data"]["text/plain"]


def test_python_is_completed_and_explained_as_ever(client: Any) -> None:
    """Every other cell is Python's."""
    assert "print" in client.complete("pri", reply=True, timeout=30)["content"]["matches"]
    assert "Prints the values" in client.inspect("print", reply=True, timeout=30)["content"]["data"]["text/plain"]


def test_mistake_of_a_cell_is_no_background_error(client: Any) -> None:
    """A cell that is refused fails with one line, shows where, and leaves nothing behind among the background errors."""
    run(client, "%workbench clear")
    shown = run(client, DESIGN.replace("integer", "intger"))
    assert "5 |   id         intger key" in shown
    assert shown.strip().endswith("1 problem; nothing was bound or changed")
    assert "no problems" in run(client, "print(get_ipython().run_line_magic('workbench', ''))")
