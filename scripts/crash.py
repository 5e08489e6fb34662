"""Kill a process again and again while it writes, and look at what is left.

    python scripts/crash.py [--rounds 300] [--seed 1] [--json]

Each round a process of its own opens a workspace on one file, and creates, updates and destroys batches of random sizes; after each it
says which it was told is done. It is killed (SIGKILL) at a random moment. Then the file is opened again: every batch that was
acknowledged must be there as a whole, and of the one it was killed in either all or nothing. Prints rounds, acknowledged (batches),
lost (acknowledged batches that are not there as they should) and partial (batches of which a part is there); exit code 1 when
either is not 0.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from workbench.actions import (
    Engine,  # loaded before the first round, so that a process is forked with everything it needs
)
from workbench.model import Attribute, Domain, Relationship, Resource, Rule, parse_type
from workbench.relation import sql, write_sql
from workbench.store import database
from workbench.workspace.session import open as open_workspace

__all__ = ["Result", "run"]

_LOADED = (Engine, sql, write_sql, database)


def _attribute(name: str, kind: str) -> Attribute:
    return Attribute(name=name, type=parse_type(kind), required=True)


DESIGN = Domain(
    name="ledger",
    resources=(
        Resource(
            name="batches", key=("batch",), attributes=(_attribute("batch", "integer"), _attribute("size", "integer"))
        ),
        Resource(
            name="entries",
            key=("batch", "number"),
            attributes=(
                _attribute("batch", "integer"),
                _attribute("number", "integer"),
                _attribute("state", "integer"),
            ),
            relationships=(
                Relationship(
                    name="of",
                    kind="belongs_to",
                    destination="batches",
                    source_key=("batch",),
                    destination_key=("batch",),
                ),
            ),
            rules=(Rule(name="counted", condition="number >= 0"),),
        ),
    ),
)


class Result(NamedTuple):
    """What became of all rounds."""

    rounds: int
    acknowledged: int
    lost: int
    partial: int


def run(rounds: int, seed: int, file: Path) -> Result:
    """Kill ``rounds`` writers of ``file``, one after the other, and count what they left."""
    chance = random.Random(seed)
    acknowledged: dict[int, int] = {}
    lost = partial = 0
    for number in range(rounds):
        told = _killed(file, number * 1_000_000, chance)
        acknowledged.update(told)
        found = _looked_at(file)
        lost += sum(found.get(batch) != state for batch, state in told.items() if found.get(batch) != state + 1)
        partial += sum(state < 0 for state in found.values())
        for batch, state in told.items():  # the change it was killed in may have come through, unacknowledged
            acknowledged[batch] = max(state, found.get(batch, state))
        lost += sum(found.get(batch) != state for batch, state in acknowledged.items() if batch not in told)
    return Result(rounds, len(acknowledged), lost, partial)


def _killed(file: Path, first: int, chance: random.Random) -> dict[int, int]:
    """The batches a writer was told are done before it was killed, each with its state.

    It is killed a moment after it has told of some: so slow machines and fast ones kill alike.
    """
    seed, patience, delay = chance.randrange(1 << 30), chance.randrange(12), chance.uniform(0.0, 0.05)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _write(file, first, seed, writing)
    os.close(writing)
    with os.fdopen(reading) as stream:
        lines = [stream.readline() for _ in range(patience + 1)]
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        lines += stream.readlines()
    assert lines[0] == "open\n", "the writer did not come as far as to write"
    whole = [line.split() for line in lines[1:] if line.endswith("\n")]
    return {int(batch): int(state) for batch, state in whole}


def _write(file: Path, first: int, seed: int, pipe: int) -> None:
    """Batches without end: each comes with its entries, and is changed; every third is taken back to one entry."""
    chance = random.Random(seed)
    with open_workspace(DESIGN, file) as workspace:
        os.write(pipe, b"open\n")
        for batch in range(first, first + 1_000_000):
            size = chance.choice([1, 2, 10, 1_000, 20_000])
            workspace.create("batches", [{"batch": batch, "size": size}])
            entries = {"batch": pa.repeat(batch, size), "number": range(size), "state": pa.repeat(1, size)}
            workspace.create("entries", pa.table(entries))
            os.write(pipe, f"{batch} 1\n".encode())
            workspace.update("entries", where=f"batch = {batch}", set={"state": 2})
            os.write(pipe, f"{batch} 2\n".encode())


def _looked_at(file: Path) -> dict[int, int]:
    """The state of every batch whose entries are all there and in one state; -1 where only some are, or in different states.

    It is looked at in a process of its own: this one must not hold the file while it forks.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with open_workspace(DESIGN, file) as workspace, os.fdopen(writing, "w") as stream:
            asked = workspace.ask(
                "entries",
                by={"batch": "batch", "size": "of.size"},
                measures={"entries": "count()", "least": "min(state)", "most": "max(state)"},
            )
            for row in asked.arrow().to_pylist():
                is_whole = row["entries"] == row["size"] and row["least"] == row["most"]
                stream.write(f"{row['batch']} {row['most'] if is_whole else -1}\n")
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        lines = stream.read().splitlines()
    _, status = os.waitpid(child, 0)
    assert status == 0, "the file could not be opened again"
    return {int(batch): int(state) for batch, state in (line.split() for line in lines)}


def main() -> int:
    """Run the rounds and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = run(arguments.rounds, arguments.seed, Path(folder) / "ledger.duckdb")
    facts = result._asdict()
    print(json.dumps(facts) if arguments.json else "  ".join(f"{name} {count}" for name, count in facts.items()))
    return int(result.lost > 0 or result.partial > 0)


if __name__ == "__main__":
    sys.exit(main())
