"""The command line: ``workbench COMMAND``. Each command is a module of this room, imported only when it is asked for.

A command module has ``SUMMARY`` (one line for the list of commands), ``EXAMPLES`` (lines for its help), ``add_arguments(parser)``
and ``run(arguments)``, which finds in ``arguments.passed_on`` what stands after ``--`` and returns the exit code: 0 done, 1 it
found something wrong, 2 it could not do what was asked.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from io import TextIOWrapper
from keyword import iskeyword
from threading import current_thread, main_thread
from types import FrameType, ModuleType

import workbench
from workbench.errors import WorkbenchError, nearest

__all__ = ["COMMANDS", "main"]

COMMANDS = (
    "lab",
    "infer",
    "import",
    "show",
    "check",
    "diff",
    "migrate",
    "run",
    "ask",
    "scenario",
    "export",
    "convert",
    "format",
    "patterns",
    "doctor",
)
"""Every command, in the order of the help; ``workbench.cli.<command>`` is its module (``import_`` for ``import``)."""

_INTERRUPTED = 130
"""What a shell makes of Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. What goes wrong is told in one sentence on standard error, with exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character still shows the rest
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with _interruptible():
            code = _answered(words)
            sys.stdout.flush()
            return code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except WorkbenchError as error:
        told = str(error)
    except OSError as error:
        told = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    print(f"workbench: {told}", file=sys.stderr)
    return 2


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C raises ``KeyboardInterrupt`` here, whatever a library makes of it; afterwards it means what it meant before."""
    seen: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        while frame is not None:
            if frame.f_code.co_filename.startswith("<frozen importlib"):
                os._exit(_INTERRUPTED)  # libraries take it for an import that failed, and report that at length
            frame = frame.f_back
        raise KeyboardInterrupt

    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler and current_thread() is main_thread()
    try:
        if is_ours:
            signal.signal(signal.SIGINT, interrupt)
        yield
    except BaseException as error:
        if seen:
            raise KeyboardInterrupt from error
        raise
    finally:
        if is_ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _answered(words: Sequence[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0
    if words[0] in ("-V", "--version"):
        print(f"workbench {workbench.__version__}")
        return 0
    if words[0] not in COMMANDS:
        close = nearest(words[0], COMMANDS)
        hint = f"did you mean {close[0]!r}?" if close else "workbench --help lists the commands"
        print(f"workbench: there is no command {words[0]!r}; {hint}", file=sys.stderr)
        return 2
    return _run(words)


def _module(command: str) -> ModuleType:
    return import_module(f"workbench.cli.{command}{'_' * iskeyword(command)}")


def _run(words: Sequence[str]) -> int:
    import argparse

    command = _module(words[0])
    own = words[1 : words.index("--")] if "--" in words else words[1:]
    parser = argparse.ArgumentParser(
        f"workbench {words[0]}",
        description=command.SUMMARY,
        epilog=f"examples:\n{command.EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_arguments(parser)
    return int(command.run(parser.parse_args(own, argparse.Namespace(passed_on=words[len(own) + 2 :]))))


def _overview() -> str:
    lines = [f"  {name:10}{_module(name).SUMMARY}" for name in COMMANDS]
    about = "a domain design workbench for JupyterLab"
    return "\n".join([f"workbench: {about}", "", "usage: workbench COMMAND [--help]", "", *lines])
