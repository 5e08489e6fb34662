"""What the words of a business mean, as a section of its design.

extension glossary
  language de
  Auftrag: was ein Kunde bestellt -> orders
  basket (proposed): what is not ordered yet -> orders.status, orders.total
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import Field

from workbench.errors import Problem, VerificationError, nearest
from workbench.evolve.rules import Edit, Finding
from workbench.language.section import Section
from workbench.model import Domain, Frozen
from workbench.views import Column, Table

__all__ = ["SECTION", "Glossary", "GlossarySection", "Term"]

_LINE = re.compile(r"(?P<word>[^:()]+?)(?P<proposed> \(proposed\))?: (?P<definition>.+?)(?: -> (?P<means>.+))?")


class Term(Frozen):
    """A word, and the elements of the design that it means."""

    definition: str
    means: tuple[str, ...] = ()
    status: Literal["agreed", "proposed"] = "agreed"


class Glossary(Frozen):
    """The words of a business, in one language."""

    language: str = "en"
    terms: dict[str, Term] = Field(default_factory=dict)


class GlossarySection(Section[Glossary]):
    """One line a word: what it is, behind it what it means in the design."""

    name, schema = "glossary", Glossary

    def verify(self, data: Glossary, domain: Domain) -> Iterator[Problem]:
        """Every element that a word means exists."""
        known = [
            name
            for each in domain.all_resources
            for name in (each.name, *(f"{each.name}.{a.name}" for a in each.attributes))
        ]
        for word, term in data.terms.items():
            for index, path in enumerate(term.means):
                if path not in known:
                    close = nearest(path, known, 1)
                    hint = f"did you mean {close[0]!r}?" if close else "name a resource, or resource.attribute"
                    message = f"{word!r} means {path!r}, which is not in the design"
                    yield Problem(f"terms.{word}.means[{index}]", "unknown_element", message, hint=hint)

    def dumps(self, value: Any) -> str | None:
        """A line for the language, then one for each word."""
        data = self.read(value)
        lines = [f"language {data.language}"] if "language" in value else []
        for word, term in data.terms.items():
            proposed = " (proposed)" if term.status == "proposed" else ""
            means = f" -> {', '.join(term.means)}" if term.means else ""
            lines.append(f"{word}{proposed}: {term.definition}{means}")
        return "\n".join(lines)

    def loads(self, text: str) -> Any:
        """The words that ``text`` explains. Raises ``VerificationError`` for lines that explain none."""
        value: dict[str, Any] = {}
        terms: dict[str, Any] = value.setdefault("terms", {})
        problems = []
        for number, line in enumerate(text.split("\n"), 1):
            if number == 1 and line.startswith("language "):
                value["language"] = line.removeprefix("language ")
            elif (match := _LINE.fullmatch(line)) is None or match["word"] in terms:
                hint = "write: order: what a customer asks for -> orders"
                problems.append(
                    Problem("", "no_term", f"this explains no new word: {line:.60}", hint=hint, line=number, column=1)
                )
            else:
                means = {"means": match["means"].split(", ")} if match["means"] else {}
                status = {"status": "proposed"} if match["proposed"] else {}
                terms[match["word"]] = {"definition": match["definition"], **means, **status}
        if problems:
            raise VerificationError(problems)
        return value

    def view(self, data: Glossary, domain: Domain) -> Table:
        """The words with what they mean."""
        columns = (Column("word"), Column("definition"), Column("means", "code"), Column("status"))
        rows = tuple((word, each.definition, ", ".join(each.means), each.status) for word, each in data.terms.items())
        return Table(columns, rows)

    def classify(self, edit: Edit) -> Iterable[Finding]:
        """Taking a word away, or explaining it otherwise, is risky: people have used it."""
        if edit.change.kind == "remove" and edit.change.path[2:3] == ("terms",):
            yield Finding(
                "word_removed", "risky", "whoever still says the word finds no explanation", "tell the readers"
            )
        elif edit.change.path[-1] == "definition":
            yield Finding("word_redefined", "risky", "what was said with this word before meant something else")


SECTION = GlossarySection()
