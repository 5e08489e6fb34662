"""The language of a domain: what can be said in it, read into data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from workbench.actions import Outcome
from workbench.actions.request import Refused
from workbench.errors import VerificationError
from workbench.model import Domain
from workbench.patterns.dsl_generator.asking import question
from workbench.patterns.dsl_generator.commands import Command, command
from workbench.patterns.dsl_generator.completion import Completion, TextKind, complete, word_at
from workbench.patterns.dsl_generator.examples import Example, Examples
from workbench.patterns.dsl_generator.performing import Bench, perform
from workbench.patterns.dsl_generator.questions import Asked
from workbench.patterns.dsl_generator.reference import about, grammar_text, page
from workbench.patterns.dsl_generator.scenarios import Scenario, ScenarioText
from workbench.patterns.dsl_generator.trials import Opened, ScenarioReport, run
from workbench.patterns.dsl_generator.vocabulary import Vocabulary
from workbench.patterns.dsl_generator.words import Cursor
from workbench.views import View, Viewable

__all__ = ["DomainLanguage", "language_of"]

T = TypeVar("T")


@dataclass(frozen=True)
class DomainLanguage(Viewable):
    """The words of ``domain`` and what can be said with them. It is derived: the domain is all there is to it."""

    domain: Domain

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Its words, each made when it is first needed."""
        return Vocabulary(self.domain)

    def question(self, text: str) -> Asked:
        """The question that ``text`` asks.

        Raises:
            VerificationError: it asks none; every problem has line and column, what was expected, and the nearest word.
        """
        return self._read(text, "question", question)

    def command(self, text: str) -> Command:
        """The command that ``text`` gives. Errors as ``question``."""
        return self._read(text, "command", command)

    def scenarios(self, text: str, subject: str = "scenarios") -> tuple[Scenario, ...]:
        """The scenarios that ``text`` tells. Errors as ``question``."""
        return ScenarioText(text, self.vocabulary, subject).read()

    def run_scenarios(
        self, told: str | tuple[Scenario, ...], opened: Opened, subject: str = "scenarios"
    ) -> ScenarioReport:
        """What became of scenarios, each in a workspace that ``opened`` makes for it. Where one cannot be read none is run.

        Errors as ``question``; what a workspace refuses is in the report.
        """
        found = self.scenarios(told, subject) if isinstance(told, str) else told
        return run(found, self.domain, opened, subject)

    def do(self, command: Command | str, bench: Bench, refused: Refused = "all") -> Outcome:
        """What became of a command. Errors as ``question``, and as the workspace's."""
        told = self.command(command) if isinstance(command, str) else command
        return perform(told, bench, self.domain, refused)

    def complete(
        self, text: str, offset: int | None = None, kinds: tuple[TextKind, ...] = ("question", "command")
    ) -> tuple[Completion, ...]:
        """What could be written at ``offset`` (the end, when left out) of a half-written text of one of ``kinds``."""
        return complete(text, len(text) if offset is None else offset, self.vocabulary, kinds)

    @cached_property
    def _examples(self) -> Examples:
        return Examples(self.vocabulary)

    @property
    def examples(self) -> tuple[Example, ...]:
        """Questions, commands and scenarios that can be said, each with the commands that make what it is about."""
        return self._examples.all

    @property
    def grammar(self) -> str:
        """The grammar in EBNF, with the words of the domain."""
        return grammar_text(self.vocabulary)

    def meaning(self, text: str, offset: int | None = None) -> View | None:
        """What the word at ``offset`` of ``text`` (its end, when left out) means; None where it means nothing."""
        word = word_at(text, len(text) if offset is None else offset)
        return about(word, self.vocabulary, self._examples) if word else None

    def help(self, text: str = "", offset: int | None = None) -> View:
        """The same; the reference page where it means nothing."""
        return self.meaning(text, offset) or self.view()

    def view(self) -> View:
        """The reference page: every word, how they are put together, and examples."""
        return page(self.vocabulary, self._examples)

    def _read(self, text: str, subject: str, reader: Callable[[Cursor, Vocabulary], T | None]) -> T:
        cursor = Cursor(text, subject)
        found = reader(cursor, self.vocabulary)
        if not cursor.problems and (found is None or not cursor.is_done):
            cursor.unexpected()
        if found is None or cursor.problems:
            raise VerificationError(cursor.problems, subject)
        return found


def language_of(domain: Domain) -> DomainLanguage:
    """The language of ``domain``."""
    return DomainLanguage(domain)
