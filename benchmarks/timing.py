"""Times taken the same way by every benchmark: wall and CPU time of each run, the median in the table, fresh processes for what is cold."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from workbench.errors import AdapterError

__all__ = ["Run", "fresh_processes", "in_turn", "row", "spent"]

_ROOT = Path(__file__).parent.parent
_LONGEST = 300


class Run(NamedTuple):
    """Seconds from start to end, and seconds of processor time: the second says what the first would be on a quiet machine."""

    wall: float
    cpu: float


def spent(work: Callable[[], object]) -> Run:
    """What it took to do ``work`` once, processes it started and waited for included.

    >>> spent(lambda: time.sleep(0.01)).wall >= 0.01
    True
    """
    wall, cpu = time.perf_counter(), _cpu()
    work()
    return Run(time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def in_turn(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[Run]]:
    """Every run of each of ``works``: all of them once, then all of them again, so that a busy minute hits every one alike.

    >>> {name: len(runs) for name, runs in in_turn({"ours": list, "theirs": tuple}, rounds=3).items()}
    {'ours': 3, 'theirs': 3}
    """
    runs: dict[str, list[Run]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            runs[name].append(spent(work))
    return runs


def row(
    name: str,
    runs: Sequence[Run],
    *,
    unit: str = "s",
    per: int = 1,
    goal: float | None = None,
    peer: tuple[str, Sequence[Run]] | None = None,
) -> dict[str, object]:
    """A row of a benchmark: ``value`` and ``cpu`` are medians, ``runs`` has every time, ``ratio`` is ours to the peer's.

    All in ``unit``, s or ms, for one of the ``per`` things that a run did.

    >>> row("reading", [Run(2.0, 1.5)], goal=3.0, peer=("another reader", [Run(4.0, 4.0)]))["ratio"]
    0.5
    """
    scale = {"s": 1, "ms": 1000}[unit] / per
    ours = median(run.wall for run in runs) * scale
    found: dict[str, object] = {
        "name": name,
        "value": _rounded(ours),
        "unit": unit,
        "cpu": _rounded(median(run.cpu for run in runs) * scale),
        "runs": _raw(runs, scale),
    }
    if goal is not None:
        found["goal"] = goal
    if peer is not None:
        theirs = median(run.wall for run in peer[1]) * scale
        found |= {
            "peer": peer[0],
            "peer_value": _rounded(theirs),
            "peer_runs": _raw(peer[1], scale),
            "ratio": _rounded(ours / theirs),
        }
    return found


def _raw(runs: Sequence[Run], scale: float) -> list[dict[str, float]]:
    return [{"wall": _rounded(run.wall * scale), "cpu": _rounded(run.cpu * scale)} for run in runs]


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


@contextmanager
def fresh_processes() -> Iterator[Callable[..., str]]:
    """A function that runs Python with the arguments given to it in a new process and returns what that wrote to standard error.

    Compiled bytecode is kept in a folder of its own until the context ends, whatever the environment says about it: after a first,
    unmeasured run every process finds it, as after an installation. The exit codes 0 and 1 (done, found something) are both good.

    Raises:
        AdapterError: the process failed, or took longer than five minutes.
    """
    with tempfile.TemporaryDirectory() as compiled:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled

        def run(*arguments: str) -> str:
            told = f"python {' '.join(arguments)}"
            try:
                done = subprocess.run(
                    [sys.executable, *arguments],
                    cwd=_ROOT,
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    text=True,
                    timeout=_LONGEST,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise AdapterError(f"{told} took longer than {_LONGEST} seconds") from error
            if done.returncode not in (0, 1) or "Traceback" in done.stderr:
                said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
                raise AdapterError(f"{told} failed: {said[-1]}")
            return done.stderr

        yield run
