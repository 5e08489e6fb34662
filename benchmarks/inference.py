"""How long `workbench infer data/flights --json` takes from the start of the process to its end, and where the time goes.

The peer, in the same rounds, is the naive profile of the same five files: pandas reads them and counts the different values of every
column. It says nothing about keys across columns, references, meanings or evidence. The steps are told apart by the progress that
inference reports, in one process whose libraries are loaded already.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

from workbench.workspace import infer

from .timing import Run, fresh_processes, in_turn, row

__all__ = ["run", "steps"]

_FLIGHTS = Path(__file__).parent.parent / "data" / "flights"
_ROUNDS = 5
_STEPS = {
    "counting what": "looking for references",
    "looking for what": "looking for references",
    **{
        step: step
        for step in ("counting", "looking for the key", "looking for references", "looking at the attributes")
    },
}
_GOAL = 5.0
_NAIVE = f"""
import pandas
from pathlib import Path
for file in sorted(Path({str(_FLIGHTS)!r}).iterdir()):
    table = pandas.read_parquet(file) if file.suffix == ".parquet" else pandas.read_csv(file)
    table.nunique()
"""


def run(quick: bool = False) -> list[dict[str, object]]:
    """A row for the cold command with its peer, and one for each step of a warm inference."""
    rounds = 1 if quick else _ROUNDS
    with fresh_processes() as python:
        works = {
            "ours": partial(python, "-m", "workbench", "infer", str(_FLIGHTS), "--json"),
            "peer": partial(python, "-c", _NAIVE),
        }
        in_turn(works, 1)  # compiles what is imported
        runs = in_turn(works, rounds)
    cold = row(
        "workbench infer data/flights, cold", runs["ours"], goal=_GOAL, peer=("pandas nunique, cold", runs["peer"])
    )
    infer(_FLIGHTS)  # loads what is imported
    taken = [steps(partial(infer, _FLIGHTS)) for _ in range(rounds)]
    return [cold, *(row(f"step: {name}", [each[name] for each in taken]) for name in taken[0])]


def steps(work: Callable[..., object]) -> dict[str, Run]:
    """What each step of ``work`` took, and all of them; ``work`` reports every step that begins to its parameter ``progress``.

    Reports that differ only in the table are one step; "opening" comes before the first report, "putting together" after the last.

    >>> list(steps(lambda progress: [progress("counting planes", 0.0), progress("counting flights", 0.5)]))
    ['opening', 'counting', 'all of them']
    """
    begins = [("opening", time.perf_counter(), time.process_time())]

    def progress(text: str, share: float) -> None:
        name = next((step for begins, step in _STEPS.items() if text.startswith(begins)), "putting together")
        begins.append((name, time.perf_counter(), time.process_time()))

    work(progress=progress)
    begins.append(("", time.perf_counter(), time.process_time()))
    taken: dict[str, Run] = {}
    for (name, wall, cpu), (_, next_wall, next_cpu) in pairwise(begins):
        before = taken.get(name, Run(0.0, 0.0))
        taken[name] = Run(before.wall + next_wall - wall, before.cpu + next_cpu - cpu)
    return taken | {"all of them": Run(*map(sum, zip(*taken.values(), strict=True)))}
