"""A pytest plugin that makes nbval strict: run with ``pytest -p workbench.testing.gate --nbval NOTEBOOK…``.

nbval runs a notebook and compares what its cells show with what is stored. Alone it passes a cell whose magic is unknown, an
expected exception that did not occur, a notebook that was never run, and an error in a thread; and it waits half an hour for a
kernel that died. Here each notebook is audited first, every cell must end as its kernel's reply says, and the last one must show
that all checks of the guide ran.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from nbval.kernel import RunningKernel, start_new_kernel
from nbval.plugin import IPyNbCell, IPyNbFile

from workbench.testing.guide import Guide
from workbench.testing.notebook import audit, environment

__all__ = ["Audit", "GuideCell", "GuideFile", "GuideKernel", "pytest_collect_file"]


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, list[Any], list[Any]]:
    """Read each notebook that nbval collects as a guide instead."""
    collected = yield
    return [
        GuideFile.from_parent(parent, path=file_path) if isinstance(each, IPyNbFile) else each for each in collected
    ]


class GuideKernel(RunningKernel):  # type: ignore[misc]  # nbval carries no types
    """A kernel whose death is noticed within a second, and whose last reply is kept."""

    def __init__(self, name: str, folder: str, startup_timeout: float) -> None:
        self.last_status = ""
        quiet = {"stderr": subprocess.DEVNULL, "cwd": folder, "env": environment()}
        self.km, self.kc = start_new_kernel(startup_timeout=startup_timeout, kernel_name=name, **quiet)
        self._ensure_iopub_up()

    def get_message(self, stream: str, timeout: float | None = None) -> Any:
        """The next message of ``stream``; the status of an execute reply is remembered."""
        message = super().get_message(stream, timeout=timeout)
        if message["msg_type"] == "execute_reply":
            self.last_status = message["content"]["status"]
        return message

    def await_reply(self, msg_id: str, timeout: float | None = None) -> None:
        """Wait for the reply to ``msg_id``. ``RuntimeError`` if the kernel dies, ``queue.Empty`` after ``timeout`` seconds."""
        end = time.monotonic() + (timeout or 60)
        while True:
            try:
                super().await_reply(msg_id, timeout=1)
            except Empty:
                if not self.is_alive():
                    raise RuntimeError("the kernel died") from None
                if time.monotonic() > end:
                    raise
            else:
                return


class Audit(pytest.Item):
    """The static audit of one guide."""

    def runtest(self) -> None:
        """Fail with every problem of the audit."""
        problems = audit(self.path)
        if problems:
            pytest.fail(str(problems), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where pytest says that the audit stands."""
        return self.path, None, f"{self.path.name}: audit"


class GuideCell(IPyNbCell):  # type: ignore[misc]
    """A cell that passes only if its kernel says so; the last one must print that every check of the manifest held."""

    def runtest(self) -> None:
        """Run the cell as nbval does, then look at what nbval does not."""
        super().runtest()
        status = self.parent.kernel.last_status
        if self.options["check_exception"] and status == "ok":
            self.raise_cell_error("the expected exception did not occur")
        if not self.options["check_exception"] and status != "ok":
            self.raise_cell_error(f"the kernel's reply is {status!r}: a magic is unknown or failed")
        self.parent.passed += 1
        if self.cell is self.parent.last:
            self._finish()

    def _finish(self) -> None:
        """Compare the new output of the last cell with the manifest, and the cells that passed with the cells there are."""
        shown = "".join(output.get("text", "") for output in self.test_outputs).strip()
        expected = Guide.summary(self.parent.nb.metadata["workbench"]["checks"])
        if shown != expected:
            self.raise_cell_error(f"the guide ended with {shown!r}, not with {expected!r}")
        if self.parent.passed != self.parent.due:
            self.raise_cell_error(f"{self.parent.passed} cells passed of {self.parent.due}")


class GuideFile(IPyNbFile):  # type: ignore[misc]
    """A notebook whose audit comes first: with problems there, no kernel is started at all."""

    def setup(self) -> None:
        """Start the kernel that the guide names, if the audit let any cell through."""
        if not self.due:
            return
        timeout = self.config.option.nbval_kernel_startup_timeout
        name = self.nb.metadata["kernelspec"]["name"]
        self.kernel = GuideKernel(name, str(self.path.parent), timeout)
        self.setup_sanitize_files()
        self.passed = 0

    def collect(self) -> Iterator[pytest.Item]:
        """The audit, then a test for each code cell."""
        yield Audit.from_parent(self, name="audit")
        self.due = 0
        if audit(self.path):
            return
        cells = [each for each in super().collect() if each.cell.source.strip()]
        self.last, self.due = cells[-1].cell, sum(not cell.options["skip"] for cell in cells)
        for each in cells:
            yield GuideCell.from_parent(
                self, name=each.name, cell_num=each.cell_num, cell=each.cell, options=each.options
            )
