"""What tests share: a throw-away PostgreSQL server, and the rule that continuous integration skips nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs the tests in the background ignores Ctrl-C for them; tests of it need it back, for their processes too.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of an empty PostgreSQL server of this test session, for any client (``postgresql://…``).

    It listens on a socket in a private folder and on no network port, keeps its clock in UTC and is gone afterwards. PostgreSQL
    refuses to run as root; root hands it to the account ``postgres``.
    """
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server program was found; scripts/setup-system installs it")
    account = "postgres" if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="workbench-postgres-"))
    if account:
        shutil.chown(home, account)

    def run(program: str, *arguments: str) -> None:
        command = [programs / program, "-D", home / "data", *arguments]
        with (home / "setup.log").open("ab") as log:
            done = subprocess.run(command, stdout=log, stderr=log, user=account, cwd=home, timeout=60, check=False)
        assert done.returncode == 0, f"{program} failed:\n{(home / 'setup.log').read_text()}"

    options = (
        f"-k {home} -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c timezone=UTC"
    )
    try:
        run("initdb", "-U", "workbench", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        run("pg_ctl", "start", "-w", "-l", str(home / "server.log"), "-o", options)
        yield f"postgresql://workbench@/postgres?host={home}"
        run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _programs() -> Path | None:
    """The folder of PostgreSQL's server programs: the newest that Debian keeps, or the one on the path."""
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    found = kept[-1] if kept else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


# --- continuous integration skips nothing ---------------------------------------------------------------------------------------


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a green session with skipped tests into a failed one where CI=true."""
    if _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which skipped tests failed the session, and why they were skipped (``-ra`` lists each reason)."""
    if skipped := _skipped(terminalreporter.config):
        terminalreporter.section("skipped tests fail continuous integration", red=True)
        for report in skipped:
            terminalreporter.line(
                f"{report.nodeid}: {report.longrepr[-1] if isinstance(report.longrepr, tuple) else ''}"
            )


def _skipped(config: pytest.Config) -> list[pytest.TestReport | pytest.CollectReport]:
    """The reports of skipped tests where CI=true, else none."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return list(reporter.stats.get("skipped", [])) if reporter and os.environ.get("CI") == "true" else []
