"""The language of a domain: what can be said in it, read into data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from workbench.errors import VerificationError
from workbench.model import Domain
from workbench.patterns.dsl_generator.commands import Command, command
from workbench.patterns.dsl_generator.questions import Asked, question
from workbench.patterns.dsl_generator.vocabulary import Vocabulary
from workbench.patterns.dsl_generator.words import Cursor

__all__ = ["DomainLanguage", "language_of"]

T = TypeVar("T")


@dataclass(frozen=True)
class DomainLanguage:
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

    def _read(self, text: str, subject: str, reader: Callable[[Cursor, Vocabulary], T | None]) -> T:
        cursor = Cursor(text, subject)
        found = reader(cursor, self.vocabulary)
        if found is None or cursor.problems:
            raise VerificationError(cursor.problems, subject)
        return found


def language_of(domain: Domain) -> DomainLanguage:
    """The language of ``domain``."""
    return DomainLanguage(domain)
