"""Running scenarios, each in a workspace of its own, and the report of what became of every step."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from workbench.actions import Outcome
from workbench.errors import Problem, WorkbenchError
from workbench.expression.names import NameMeaningError, find_path
from workbench.model import Domain, Resource
from workbench.model.expression import Node, Path, Scalar, walk
from workbench.patterns.dsl_generator.commands import Command
from workbench.patterns.dsl_generator.expectations import Answers, Count, Exists, Expectation, Has, Is, Refused
from workbench.patterns.dsl_generator.performing import Bench, ask, perform, record, that_is
from workbench.patterns.dsl_generator.questions import Asked
from workbench.patterns.dsl_generator.scenarios import Records, Scenario, Step, Who
from workbench.patterns.dsl_generator.values import Chosen, value_text
from workbench.views import Column, Stack, Table, Text, Tone, View, Viewable, counted, mask

__all__ = ["Opened", "ScenarioReport", "ScenarioResult", "StepResult", "is_sensitive", "run", "same"]

Opened: TypeAlias = Callable[[], AbstractContextManager[Bench]]
"""Makes a workspace of its own for each scenario."""

Status: TypeAlias = Literal["passed", "failed", "skipped"]

_TONES: dict[Status, Tone] = {"passed": "good", "failed": "bad", "skipped": "muted"}
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of a step: what was expected and what was found, where they differ; skipped after one that failed to happen."""

    line: int
    text: str
    status: Status
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class ScenarioResult(Viewable):
    """What became of a scenario."""

    title: str
    line: int
    steps: tuple[StepResult, ...]

    @property
    def status(self) -> Status:
        """``failed`` where a step did."""
        return "failed" if any(each.status == "failed" for each in self.steps) else "passed"

    def view(self) -> View:
        """A row for each step."""
        columns = (
            Column("line", "number"),
            Column("step"),
            Column("status", "tone"),
            Column("expected"),
            Column("found"),
        )
        rows = tuple(
            (each.line, each.text, each.status, each.expected or None, each.found or None) for each in self.steps
        )
        return Table(
            columns, rows, f"{self.status}: {self.title}", tones=tuple(_TONES[each.status] for each in self.steps)
        )


@dataclass(frozen=True, slots=True)
class ScenarioReport(Viewable):
    """What became of all scenarios of a text."""

    subject: str
    results: tuple[ScenarioResult, ...]

    def __str__(self) -> str:
        counts = Counter(each.status for each in self.results)
        told = ", ".join(f"{counts[each]} {each}" for each in ("passed", "failed") if counts[each])
        return f"{self.subject}: {counted(len(self.results), 'scenario')}, {told or 'none run'}"

    @property
    def is_ok(self) -> bool:
        """Whether no scenario failed."""
        return all(each.status == "passed" for each in self.results)

    def as_dict(self) -> dict[str, Any]:
        """The subject, whether all is well, and each scenario with its steps."""
        return {
            "subject": self.subject,
            "ok": self.is_ok,
            "scenarios": [
                {
                    "title": each.title,
                    "line": each.line,
                    "status": each.status,
                    "steps": [
                        {
                            "line": step.line,
                            "text": step.text,
                            "status": step.status,
                            "expected": step.expected,
                            "found": step.found,
                        }
                        for step in each.steps
                    ],
                }
                for each in self.results
            ],
        }

    def view(self) -> View:
        """The counts, then every scenario, the failed ones open."""
        summary = Text(str(self), tone="good" if self.is_ok else "bad")
        parts = tuple(each.view() for each in self.results)
        folded = (False, *(each.status == "passed" and len(self.results) > 1 for each in self.results))
        return Stack("Scenarios", (summary, *parts), folded=folded)


def run(scenarios: Iterable[Scenario], domain: Domain, opened: Opened, subject: str = "scenarios") -> ScenarioReport:
    """The report of all ``scenarios``, each run in a workspace that ``opened`` makes for it alone."""
    return ScenarioReport(subject, tuple(_Trial(domain, each, opened).result() for each in scenarios))


@dataclass(slots=True)
class _Refusal:
    """What a step was refused for, which an expectation may still claim."""

    place: int
    problems: tuple[Problem, ...]
    is_expected: bool = False

    def __str__(self) -> str:
        return "; ".join(f"{each.path}: {each.message}" if each.path else each.message for each in self.problems)


class _Trial:
    """One scenario being run."""

    def __init__(self, domain: Domain, scenario: Scenario, opened: Opened) -> None:
        self.domain, self.scenario, self.opened = domain, scenario, opened
        self.results: list[StepResult] = []
        self.refusal: _Refusal | None = None
        self.scope: dict[str, Any] = {"actor": None, "tenant": None, "context": None}

    def result(self) -> ScenarioResult:
        with self.opened() as first:
            bench = first
            for place, step in enumerate(self.scenario.steps):
                doing = step.doing
                if not isinstance(doing, Refused | Is | Has | Exists | Count | Answers) and not self._settled():
                    self._skip(self.scenario.steps[place:])
                    break
                if isinstance(doing, Who):
                    bench = self._who(doing, first)
                    self._note(step, "passed")
                elif isinstance(doing, Command | Records):
                    if not self._done(step, doing, bench, place):
                        self._skip(self.scenario.steps[place + 1 :])
                        break
                else:
                    self._expected(step, doing, bench)
            self._settled()
        return ScenarioResult(self.scenario.title, self.scenario.line, tuple(self.results))

    def _note(self, step: Step, status: Status, expected: str = "", found: str = "") -> None:
        self.results.append(StepResult(step.line, f"{step.keyword} {step.text}", status, expected, found))

    def _skip(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self._note(step, "skipped")

    def _settled(self) -> bool:
        """Whether what was refused before was expected to be; else the step that did it has failed."""
        refusal, self.refusal = self.refusal, None
        if refusal is None or refusal.is_expected:
            return True
        failed = self.results[refusal.place]
        self.results[refusal.place] = StepResult(
            failed.line, failed.text, "failed", "it is done", f"refused: {refusal}"
        )
        return False

    # --- doing ------------------------------------------------------------------------------------------------------------------

    def _who(self, who: Who, first: Bench) -> Bench:
        self.scope[who.root] = who.tenant if who.root == "tenant" else dict(who.values)
        return first.as_(**self.scope)

    def _done(self, step: Step, doing: Command | Records, bench: Bench, place: int) -> bool:
        """Whether the scenario can go on: what a ``when`` is refused may have been expected."""
        try:
            if isinstance(doing, Command):
                perform(doing, bench, self.domain)
            else:
                _given(doing, bench, self.domain)
        except WorkbenchError as error:
            problems = tuple(getattr(error, "problems", ()) or (Problem("", "refused", str(error)),))
            self.refusal = _Refusal(place, problems)
            self._note(step, "passed")
            return isinstance(doing, Command) or self._settled()
        self._note(step, "passed")
        return True

    # --- expecting --------------------------------------------------------------------------------------------------------------

    def _expected(self, step: Step, expectation: Expectation, bench: Bench) -> None:
        try:
            expected, found = self._held(expectation, bench)
        except WorkbenchError as error:
            expected, found = str(expectation), str(error)
        self._note(step, *(("passed",) if not expected else ("failed", expected, found)))

    def _held(self, expectation: Expectation, bench: Bench) -> tuple[str, str]:
        """What was expected and what was found, where that is something else; twice nothing where it holds."""
        match expectation:
            case Refused():
                return self._refused(expectation)
            case Count(number=number, asked=asked):
                rows = ask(asked, bench).arrow().to_pylist()
                count = rows[0]["count"] if rows else 0
                return ("", "") if count == number else (str(expectation), counted(count, "row"))
            case Answers():
                return _answered(expectation, bench, self.domain)
        resource = self.domain.resource(expectation.record.resource)
        paths: Iterable[tuple[str, ...]] = ((name,) for name in resource.attribute_names)
        if isinstance(expectation, Has):
            paths = (names for names, _ in expectation.values)
        select: dict[str, Node] = {".".join(names): Path(names) for names in paths}
        where = that_is(expectation.record, resource)
        rows = bench.ask(resource.name, where, select=select, by={}, measures={}, sort=(), limit=2).arrow().to_pylist()
        if isinstance(expectation, Exists):
            return (
                ("", "")
                if bool(rows) != expectation.negated
                else (str(expectation), "it is there" if rows else "there is none")
            )
        if not rows:
            return str(expectation), f"there is no {_called(expectation.record)}"
        if isinstance(expectation, Has):
            return self._told(expectation, rows[0])
        is_so = rows[0][expectation.attribute] == expectation.state
        found = _cell(rows[0][expectation.attribute], resource.attribute(expectation.attribute).sensitive)
        return ("", "") if is_so != expectation.negated else (str(expectation), f"it is {found}")

    def _told(self, expectation: Has, row: dict[str, Any]) -> tuple[str, str]:
        """The values that are others than was expected, and those that are there."""
        resource = self.domain.resource(expectation.record.resource)
        wrong = [(names, each) for names, each in expectation.values if not same(each, row[".".join(names)])]
        private = {names: is_sensitive(Path(names), resource, self.domain) for names, _ in wrong}
        expected = ", ".join(f"{Path(names)} {_cell(each, private[names])}" for names, each in wrong)
        found = ", ".join(f"{Path(names)} {_cell(row['.'.join(names)], private[names])}" for names, _ in wrong)
        return expected, found

    def _refused(self, expectation: Refused) -> tuple[str, str]:
        if self.refusal is None:
            return str(expectation), "it was done"
        self.refusal.is_expected = True
        by, saying = expectation.by, expectation.saying
        for each in self.refusal.problems:
            if (not by or by in (each.code, *_ends(each.path))) and saying.casefold() in each.message.casefold():
                return "", ""
        return str(expectation), f"refused: {self.refusal}"


def _given(doing: Records, bench: Bench, domain: Domain) -> Outcome:
    resource = domain.resource(doing.resource)
    records = []
    for row in doing.rows:
        values: dict[str, Scalar] = {}
        for name, each in row:
            values |= record(resource, name, each, bench, domain)
        records.append(values)
    return bench.create(resource.name, records, "", refused="all", arguments={})


def _ends(path: str) -> Iterable[str]:
    """What a path ends with: the name of a rule, also where the name has dots."""
    parts = path.split(".")
    return (".".join(parts[place:]).strip('"') for place in range(len(parts)))


def _called(record_: Chosen) -> str:
    return f"{record_.resource} {'' if record_.is_key else 'with '}{record_}"


def _answered(expectation: Answers, bench: Bench, domain: Domain) -> tuple[str, str]:
    rows = ask(expectation.asked, bench).arrow().to_pylist()
    found = [tuple(row[name] for name in expectation.columns) for row in rows]
    wanted = list(expectation.rows)
    if expectation.asked.sort:
        is_so = len(found) == len(wanted) and all(map(_alike, wanted, found))
    else:
        is_so = _matched(wanted, found)
    if is_so:
        return "", ""
    private = [_is_private(expectation.asked, name, domain) for name in expectation.columns]
    if expectation.is_value:
        return _cell(wanted[0][0], private[0]), _cell(found[0][0] if found else None, private[0])
    return _listed(wanted, private), _listed(found, private)


def _alike(wanted: Sequence[Scalar], found: Sequence[Any]) -> bool:
    return all(map(same, wanted, found))


def _matched(wanted: Sequence[Sequence[Scalar]], found: Sequence[Sequence[Any]]) -> bool:
    """Whether the rows are the same, in any order."""
    left = list(found)
    for row in wanted:
        place = next((place for place, other in enumerate(left) if _alike(row, other)), None)
        if place is None:
            return False
        left.pop(place)
    return not left


def same(wanted: Scalar, found: Any) -> bool:
    """Whether a value written in a text is the one that was found: numbers by what they are, a date also as its midnight.

    >>> same(40, Decimal("40.00")), same("40", 40), same(dt.date(2026, 1, 1), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)), same(None, 0)
    (True, False, True, False)
    """
    if wanted is None or found is None or isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if isinstance(wanted, int | float | Decimal) and isinstance(found, int | float | Decimal):
        if isinstance(found, float) or isinstance(wanted, float):
            return math.isclose(float(wanted), float(found), rel_tol=1e-9, abs_tol=1e-12)
        return wanted == found
    if isinstance(wanted, int | float | Decimal) or isinstance(found, int | float | Decimal):
        return False
    if isinstance(found, dt.datetime) and isinstance(wanted, dt.date) and not isinstance(wanted, dt.datetime):
        moment = found.astimezone(dt.UTC) if found.tzinfo else found
        return moment.replace(tzinfo=None) == dt.datetime(wanted.year, wanted.month, wanted.day)
    return wanted == found if type(wanted) is type(found) else str(wanted) == str(found)


def _is_private(asked: Asked, column: str, domain: Domain) -> bool:
    """Whether a sensitive value goes into a column of the answer."""
    nodes = {each.name: each.node for each in (*asked.by, *asked.items)}
    return is_sensitive(nodes.get(column, Path((column,))), domain.resource(asked.resource), domain)


def is_sensitive(node: Node, resource: Resource, domain: Domain) -> bool:
    """Whether an expression on a row of ``resource`` reads a sensitive value."""
    for each in walk(node):
        try:
            end = find_path(domain, resource, each.names).end if isinstance(each, Path) else None
        except NameMeaningError:  # a path from the rows an aggregate reaches, or a measure
            continue
        if end is not None and getattr(end, "sensitive", False):
            return True
    return False


def _cell(value: Any, sensitive: bool) -> str:
    if value is None:
        return "null"
    known = isinstance(value, bool | int | float | Decimal | str | dt.date | dt.time)
    return mask(value, sensitive=True) if sensitive else mask(value_text(value) if known else value, sensitive=False)


def _listed(rows: Sequence[Sequence[Any]], private: Sequence[bool]) -> str:
    shown = [", ".join(map(_cell, row, private)) for row in rows[:_SHOWN]]
    more = f"; and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return "; ".join(shown) + more if rows else "no rows"
