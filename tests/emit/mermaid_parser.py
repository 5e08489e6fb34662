"""Mermaid itself, as JupyterLab ships it, in a headless Chromium: what it accepts is a diagram, what it draws is shown."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

__all__ = ["MermaidPage", "mermaid_page"]

_RUNTIME = """
(() => {
  const modules = {}, cache = {}, chunks = {};
  self.rspackChunk_jupyterlab_application_top = { push: ([ids, found]) => Object.assign(modules, found) };
  const need = id => {
    if (id in cache) return cache[id].exports;
    if (!(id in modules)) throw new Error("no module " + id);
    const made = cache[id] = { id, loaded: false, exports: {} };
    modules[id].call(made.exports, made, made.exports, need);
    made.loaded = true;
    return made.exports;
  };
  need.d = (exports, getters) => { for (const name in getters)
    if (!(Object.hasOwn(exports, name))) Object.defineProperty(exports, name, { enumerable: true, get: getters[name] }); };
  need.r = exports => { Object.defineProperty(exports, "__esModule", { value: true }); };
  need.n = made => { const get = made && made.__esModule ? () => made.default : () => made; need.d(get, { a: get }); return get; };
  need.o = (made, name) => Object.hasOwn(made, name);
  need.g = globalThis;
  need.nmd = made => { made.paths = []; made.children ||= []; return made; };
  need.hmd = need.nmd;
  let shared = {}, consumed = {};
  const share = async id => {
    const [ids, module] = shared[id];
    await Promise.all(ids.map(need.e));
    modules[id] = made => { made.exports = need(module); };
  };
  need.e = id => chunks[id] ||= id in consumed ? Promise.all(consumed[id].map(share)) : new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = "/" + id + ".js"; script.onload = done; script.onerror = () => fail(new Error("no chunk " + id));
    document.head.append(script);
  });
  self.loadMermaid = async (bundle) => {
    const { ids, entry } = bundle;
    ({ shared, consumed } = bundle);
    await Promise.all(ids.map(need.e));
    self.mermaid = need(entry).default;
    self.mermaid.initialize({ startOnLoad: false, securityLevel: "strict", maxTextSize: 5000000, maxEdges: 5000 });
  };
})();
"""


class MermaidPage:
    """A browser page that has loaded Mermaid."""

    def __init__(self, page: Any) -> None:
        self._page = page

    def parse(self, text: str) -> str:
        """What kind of diagram ``text`` is; an AssertionError with the parser's own words when it is none."""
        kind, message = self._page.evaluate(
            "async text => { try { return [(await mermaid.parse(text)).diagramType, ''] } catch (error) { return ['', String(error)] } }",
            text,
        )
        assert kind, f"Mermaid refuses the diagram: {message}"
        return str(kind)

    def labels(self, text: str) -> list[str]:
        """The words of the drawn diagram, in drawing order."""
        script = """async text => {
            const { svg } = await mermaid.render("drawn", text);
            const holder = document.createElement("div");
            holder.innerHTML = svg;
            return [...holder.querySelectorAll("text, p, .nodeLabel, .edgeLabel")].map(each => each.textContent.trim()).filter(Boolean);
        }"""
        return [str(each) for each in self._page.evaluate(script, text)]


@contextmanager
def mermaid_page() -> Iterator[MermaidPage]:
    """A page with Mermaid; the test is skipped where there is no Chromium or no JupyterLab."""
    playwright = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium was found; scripts/setup-system installs it")
    folder, bundle = _bundle()
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as driver, driver.chromium.launch(executable_path=program, args=flags) as browser:
        page = browser.new_page()

        def serve(route: Any) -> None:
            name = route.request.url.rsplit("/", 1)[-1].removesuffix(".js")
            found = next(folder.glob(f"{name}.*.js"), None) if name.isdigit() else None
            if found is None:
                route.fulfill(status=404 if name else 200, content_type="text/html", body="<!doctype html><body>")
            else:
                route.fulfill(status=200, content_type="text/javascript; charset=utf-8", path=found)

        page.route("**/*", serve)
        page.goto("http://mermaid.invalid/")
        page.evaluate(_RUNTIME)
        page.evaluate("bundle => loadMermaid(bundle)", bundle)
        yield MermaidPage(page)


@cache
def _bundle() -> tuple[Path, dict[str, Any]]:
    """JupyterLab's folder of chunks; what of it Mermaid needs, its entry module, and the packages chunks share."""
    lab = pytest.importorskip("jupyterlab.commands")
    folder = Path(lab.get_app_dir()) / "static"
    core, main = (next(folder.glob(f"{name}.*.js")).read_text(encoding="utf-8") for name in ("jlab_core", "main"))
    load = (
        r"await Promise\.all\(\[((?:\w+\.e\(\d+\),?)+)\]\)\.then\(\w+\.bind\(\w+,(\d+)\)\)\)\.default;return \w+\(\w+\)"
    )
    match = re.search(load, core)
    assert match is not None, "JupyterLab no longer bundles Mermaid the way this test reads it"
    fallback = (
        r'(\d+):\{shareScope:"default",[^{}]*?fallback:\(\)=>(.*?)\.then\(\(\)=>\(\)=>__webpack_require__\((\d+)\)'
    )
    shared = {id_: [_numbers(chunks), int(module)] for id_, chunks, module in re.findall(fallback, main)}
    consumed = {id_: _numbers(ids) for id_, ids in re.findall(r'(\d+):\[((?:"\d+",?)+)\]', main)}
    return folder, {"ids": _numbers(match[1]), "entry": int(match[2]), "shared": shared, "consumed": consumed}


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]
