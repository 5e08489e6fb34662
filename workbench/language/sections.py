"""The sections of third parties in a design's text: each may have a form of its own; without one it is JSON.

extension glossary {"order": "what a customer asks for"}      JSON, begun on the line of its name

extension glossary                                            a form of its own, on the lines below
  order: what a customer asks for
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from workbench.errors import Problem, VerificationError, nearest

__all__ = ["SectionForm", "Sections"]


class SectionForm(Protocol):
    """How one section of ``Domain.extensions`` is written.

    ``loads(dumps(value)) == value`` for every value the section may hold. Text has no indentation in common and no line break at
    its end; it may have several lines, none of which begins or ends with white space that matters.
    """

    @property
    def name(self) -> str:
        """The key in ``Domain.extensions``."""

    def dumps(self, value: Any) -> str | None:
        """``value`` as text that is not empty; None where this form cannot hold it, so that it is written as JSON."""

    def loads(self, text: str) -> Any:
        """What ``text`` says. Raises ``VerificationError`` with the problems, lines and columns counted from the text's beginning."""


class Sections:
    """The forms that are known, by the names of their sections.

    >>> Sections().dumps("glossary", {}) is None
    True
    """

    def __init__(self, forms: Iterable[SectionForm] = ()) -> None:
        self._forms = {form.name: form for form in forms}

    def dumps(self, name: str, value: Any) -> str | None:
        """``value`` in the form of section ``name``; None where it is written as JSON."""
        form = self._forms.get(name)
        text = form.dumps(value) if form is not None else None
        return text if text and all(line == line.rstrip() for line in text.split("\n")) else None

    def loads(self, name: str, text: str) -> Any:
        """What ``text`` says in the form of section ``name``.

        Raises:
            VerificationError: it says nothing, or no form is known.
        """
        if name in self._forms:
            return self._forms[name].loads(text)
        close = nearest(name, self._forms, 1)
        hint = f"did you mean {close[0]!r}?" if close else "install what brings it, or write JSON behind its name"
        message = f"the section {name!r} has a form of its own, and nothing that reads it is installed"
        raise VerificationError([Problem(name, "unknown_section", message, hint=hint)])
