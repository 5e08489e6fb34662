"""A process killed while it writes; ``scripts/crash.py --rounds 300`` is the long run of the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "crash.py"


@pytest.mark.skipif(os.name != "posix", reason="processes are forked and killed as POSIX does it")
def test_a_killed_process_loses_nothing_acknowledged_and_leaves_nothing_partial() -> None:
    """Over some rounds every acknowledged batch is there as a whole, and no part of any other."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--rounds", "5", "--seed", "7", "--json"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["rounds"] == 5 and told["acknowledged"] > 0
    assert (told["lost"], told["partial"]) == (0, 0)
