"""``python -m benchmarks``: how fast the workbench is and how good its inference, beside a peer in the same run.

python -m benchmarks                   every benchmark that takes seconds
python -m benchmarks startup layout    these
python -m benchmarks --all             the long ones too
python -m benchmarks startup --json    every single run, for a script
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from workbench.errors import NotFoundError, WorkbenchError

__all__ = ["BENCHMARKS", "Benchmark", "is_met", "machine", "main", "table"]

_COLUMNS = ("name", "value", "unit", "cpu", "goal", "met", "peer", "peer value", "ratio")
_VERSIONS = ("domain-workbench", "duckdb", "pandas", "pyarrow", "pydantic", "sqlglot")
_MORE_IS_BETTER = {"share"}


class Benchmark(NamedTuple):
    """A benchmark: ``load()`` is a module whose ``run()`` gives rows of ``name``, ``value``, ``unit`` and, where there are any, ``cpu``,
    ``goal``, ``peer``, ``peer_value``, ``ratio`` and every single time. Where ``run`` takes ``quick``, it can do with one round.
    """

    name: str
    about: str
    load: Callable[[], ModuleType]
    is_long: bool = False


def _own(name: str, about: str, is_long: bool = False) -> Benchmark:
    return Benchmark(name, about, partial(importlib.import_module, f"benchmarks.{name}"), is_long)


BENCHMARKS = (
    _own("startup", "workbench check on a saved design, a process each"),
    _own("expressions", "an expression from text to a function"),
    _own("layout", "ER diagrams of 50 and 300 tables"),
    _own("evolve", "changes between two designs of 300 resources"),
    _own("language", "a design of 300 resources in the domain language: read, checked, laid out, completed"),
    _own("formats", "a design of 300 resources written and read in every format"),
    _own("store", "batches through the stages beside INSERT, single records, questions beside SQL"),
    _own("inference", "workbench infer on the flights, and its steps"),
    _own("references", "precision and recall of keys and references, in minutes", is_long=True),
)


def main(arguments: Sequence[str] | None = None, benchmarks: Sequence[Benchmark] = BENCHMARKS) -> int:
    """Measure and print; 0 done, 1 a benchmark failed, 2 there is none of that name. A goal that is missed is told, not an error."""
    asked = _parser(benchmarks).parse_args(arguments)
    by_name = {each.name: each for each in benchmarks}
    if unknown := [name for name in asked.names if name not in by_name]:
        print(f"benchmarks: {NotFoundError('benchmark', unknown[0], by_name)}", file=sys.stderr)
        return 2
    names = asked.names or [each.name for each in benchmarks if asked.all or not each.is_long]
    facts, left_out = machine(), [name for name in by_name if name not in names]
    measured, failed = {}, {}
    for name in dict.fromkeys(names):
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            measured[name] = [each | _met(each) for each in _run(by_name[name], asked.quick)]
        except (WorkbenchError, OSError, ImportError) as error:
            failed[name] = str(error)
    if asked.json:
        found = {"machine": facts, "benchmarks": measured, "left_out": left_out, "failed": failed}
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print("\n".join(_report(facts, measured)))
        if not asked.names and left_out:
            print(f"\nleft out: {', '.join(left_out)} (takes minutes; name it, or say --all)")
    for name, message in failed.items():
        print(f"benchmarks: {name} failed: {message}", file=sys.stderr)
    return int(bool(failed))


def _parser(benchmarks: Iterable[Benchmark]) -> argparse.ArgumentParser:
    listed = "\n".join(f"  {each.name:14}{each.about}" for each in benchmarks)
    parser = argparse.ArgumentParser(
        "python -m benchmarks",
        description="How fast the workbench is and how good its inference, beside a peer in the same run.",
        epilog=f"benchmarks:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="a benchmark; without any, all that take seconds")
    parser.add_argument("--all", action="store_true", help="run those that take minutes too")
    parser.add_argument("--json", action="store_true", help="print every single run as JSON")
    parser.add_argument("--quick", action="store_true", help="one round: to see that it works, not to compare")
    return parser


def _run(benchmark: Benchmark, quick: bool) -> list[dict[str, object]]:
    run = benchmark.load().run
    rows: list[dict[str, object]] = run(quick=True) if quick and "quick" in inspect.signature(run).parameters else run()
    return rows


def _met(row: dict[str, object]) -> dict[str, object]:
    value, goal = row["value"], row.get("goal")
    if not isinstance(value, int | float) or not isinstance(goal, int | float):
        return {}
    return {"met": is_met(value, goal, str(row["unit"]))}


def is_met(value: float, goal: float, unit: str) -> bool:
    """Whether ``value`` reaches its goal: a share at least, a time or a count at most.

    >>> is_met(0.5, 0.6, "s"), is_met(0.97, 0.95, "share")
    (True, True)
    """
    return value >= goal if unit in _MORE_IS_BETTER else value <= goal


def machine() -> dict[str, object]:
    """What the figures depend on: processors, versions, and ``load``, the mean number of running processes of the last minute.

    >>> sorted(machine())
    ['busy', 'cores', 'load', 'processor', 'python', 'system', 'versions']
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    load = os.getloadavg()[0]
    return {
        "cores": cores,
        "processor": _processor(),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in _VERSIONS},
        "load": round(load, 2),
        "busy": load > cores / 4,
    }


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text("utf-8", "replace").splitlines() if facts.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def _report(facts: dict[str, object], measured: dict[str, list[dict[str, object]]]) -> Iterable[str]:
    versions = facts["versions"]
    known = ", ".join(f"{name} {number}" for name, number in versions.items()) if isinstance(versions, dict) else ""
    yield f"{facts['cores']} cores, {facts['processor']}, {facts['system']}, Python {facts['python']}; {known}"
    yield f"load {facts['load']}" + (
        ": the machine is busy with something else, so times are too long; compare cpu" if facts["busy"] else ""
    )
    for name, rows in measured.items():
        yield f"\n{name}\n{table(rows)}"


def table(rows: Iterable[dict[str, object]]) -> str:
    """The rows in columns as wide as they need; ``cpu`` is seconds of processor time, a ``ratio`` below 1 is faster than the peer.

    >>> print(table([{"name": "reading", "value": 1.5, "unit": "s", "goal": 2, "met": True}]))
    name     value  unit  goal  met
    reading    1.5  s        2  yes
    """
    cells = [{column: _cell(row.get(column.replace(" ", "_"))) for column in _COLUMNS} for row in rows]
    shown = [column for column in _COLUMNS if any(row[column] for row in cells)]
    words = {"name", "unit", "met", "peer"}
    widths = {column: max(len(column), *(len(row[column]) for row in cells)) for column in shown}
    lines = [{column: column for column in shown}, *cells]
    return "\n".join(
        "  ".join(
            line[each].ljust(widths[each]) if each in words else line[each].rjust(widths[each]) for each in shown
        ).rstrip()
        for line in lines
    )


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
