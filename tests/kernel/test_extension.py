"""What `%load_ext workbench` adds to a kernel, and that unloading takes it away."""

from __future__ import annotations

import asyncio
import threading

import pytest
from IPython.core.interactiveshell import InteractiveShell

from workbench.extension import background_errors


def fail() -> None:
    """Raise what the tests look for."""
    raise ValueError("no such file")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_error_of_a_thread_is_kept(shell: InteractiveShell) -> None:
    """An error in a thread is found afterwards, with the thread's name."""
    threading.Thread(target=fail, name="loader").start()
    (problem,) = background_errors().settle()
    assert (problem.path, problem.message) == ("thread loader", "ValueError: no such file")


def test_error_of_a_task_is_kept(shell: InteractiveShell) -> None:
    """An error in a task that nobody awaits is found afterwards."""

    async def cell() -> None:
        shell.events.trigger("pre_run_cell", None)
        asyncio.get_running_loop().create_task(later(), name="fetch")
        await asyncio.sleep(0)

    async def later() -> None:
        fail()

    runner = threading.Thread(target=asyncio.run, args=(cell(),))  # a browser's test may hold the main thread's loop
    runner.start()
    runner.join()
    assert [(each.path, each.message) for each in background_errors().settle()] == [
        ("task fetch", "ValueError: no such file")
    ]


def test_thread_that_never_ends_is_a_problem(shell: InteractiveShell) -> None:
    """A guide cannot finish while a thread it started still works."""
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait, name="endless")
    thread.start()
    (problem,) = background_errors().settle(seconds=0.05)
    gate.set()
    thread.join()
    assert (problem.path, problem.code) == ("thread endless", "still_running")


def test_magic_shows_background_errors(shell: InteractiveShell) -> None:
    """`%workbench` lists what went wrong, and `%workbench clear` forgets it."""
    background_errors().record("thread loader", ValueError("no such file"))
    assert "no such file" in str(shell.run_line_magic("workbench", "").view())
    assert "no such file" not in str(shell.run_line_magic("workbench", "clear").view())


def test_magic_refuses_other_words(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped word is answered with what can be written, not with a traceback."""
    shell.run_cell("%workbench errors")
    shown = capsys.readouterr()
    assert "write %workbench or %workbench clear" in shown.out + shown.err
    assert "Traceback" not in shown.out + shown.err


def test_unloading_restores_every_hook() -> None:
    """After `%unload_ext` nothing of the extension is left, so that loading again starts afresh."""
    shell, before = InteractiveShell.instance(), threading.excepthook
    shell.extension_manager.load_extension("workbench")
    assert threading.excepthook is not before
    shell.extension_manager.unload_extension("workbench")
    assert threading.excepthook is before
    magics = shell.magics_manager.magics
    assert {"workbench", "ask"} & set(magics["line"]) == set()
    assert {"domain", "change", "scenario", "ask"} & set(magics["cell"]) == set()
    assert shell.Completer.custom_matchers == []
    InteractiveShell.clear_instance()
