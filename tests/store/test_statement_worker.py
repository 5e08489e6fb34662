"""Ctrl-C reaches a statement that is running, however long it is, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from workbench.store.statement_worker import interruptible

PROGRAM = """
import os, signal, sys, tempfile, threading, pyarrow
from workbench.model.expression import Aggregate as Fold, Binary, Path
from workbench.relation.plan import Aggregate, Join, Output, Scan, TableName
from workbench.store import open_source
from workbench.store.database import open_database

numbers = {"t": pyarrow.table({"n": range(20000)})}
scans = [Scan(TableName("t"), alias) for alias in "abc"]
less = Binary("<", Binary("*", Path(("a", "n")), Path(("b", "n"))), Path(("c", "n")))
hours = Aggregate(Join(Join(scans[0], scans[1], None, "cross"), scans[2], less), (), (Output("rows", Fold("count")),))


def press():
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()


def query():
    with open_source(numbers).store as store:
        press()
        store.query(hours)


def arrow():
    with open_source(numbers).store as store:
        press()
        store.arrow(hours)


def transaction():
    with open_database(sources=[numbers]) as store, store.begin() as transaction:
        press()
        transaction.keep("counted", hours)


try:
    globals()[sys.argv[1]]()
except KeyboardInterrupt:
    print("stopped")
print(len(os.listdir(tempfile.gettempdir())))
"""


@pytest.mark.parametrize("work", ["query", "arrow", "transaction"])
def test_interrupt_stops_a_statement_of_hours(work: str, tmp_path: Path) -> None:
    """It is raised as ever, the statement has ended, and its files are gone."""
    command = [sys.executable, "-c", PROGRAM, work]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.split(), done.stderr) == (["stopped", "0"], "")


def test_waiting_worker_is_no_background_work() -> None:
    """The thread that runs statements waits for the next one for ever; whoever waits for what was started need not wait for it."""
    connection = duckdb.connect()
    assert interruptible(connection, lambda: connection.execute("SELECT 1").fetchall()) == [(1,)]
    (worker,) = [each for each in threading.enumerate() if each.name == "workbench-statement"]
    assert worker.daemon


def test_error_of_a_statement_is_raised_where_it_was_asked_for() -> None:
    """The worker lives on after an error."""
    connection = duckdb.connect()
    with pytest.raises(duckdb.ParserException):
        interruptible(connection, lambda: connection.execute("SELEC"))
    assert interruptible(connection, lambda: 6 * 7) == 42
