"""The domain language: a design as text that people read and write. ``domain.lark`` is its grammar, DOMAIN_LANGUAGE.md its reference.

dumps(domain) -> str              a domain as text, laid out as ``format_text`` does
loads(text, called) -> Domain     the domain a text says; VerificationError with every problem, each with line and column
parse(text, name) -> Document     a text read as far as it can be: ``.domain``, ``.problems``, ``.spans``, ``.comments``
format_text(text) -> str          the same text laid out: comments, order and blank lines kept
complete(text, offset)            what could stand at a place of half-written text
help_at(text, offset)             what the word at a place means
excerpt(text, problem) -> str     the line a problem points at, with a caret
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from workbench.errors import VerificationError
from workbench.language.domain_document import Document, excerpt, parse
from workbench.language.domain_layout import lay_out
from workbench.language.domain_writer import domain_rows
from workbench.language.sections import Sections
from workbench.model.domain import Domain
from workbench.model.verify import verify

if TYPE_CHECKING:
    from workbench.language.domain_completion import complete, help_at
    from workbench.language.domain_formatting import format_text

__all__ = ["Document", "complete", "dumps", "excerpt", "format_text", "help_at", "loads", "parse"]

_MOST_EXCERPTS = 5
_LATER = {
    "format_text": "workbench.language.domain_formatting",
    "complete": "workbench.language.domain_completion",
    "help_at": "workbench.language.domain_completion",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def dumps(domain: Domain, sections: Sections | None = None) -> str:
    """``domain`` as text: equal domains give the same text, and ``loads`` gives an equal domain back.

    >>> print(dumps(Domain(name="shop", time_zone="Europe/Rome")), end="")
    domain shop
      time zone "Europe/Rome"

    Raises:
        VerificationError: ``extensions`` hold something that no text can carry.
    """
    if foreign := verify(domain, only=["extension_not_json"]):
        raise VerificationError(foreign, domain.name)
    return lay_out(domain_rows(domain, sections or Sections()))


def loads(
    text: str,
    called: str = "text",
    sections: Sections | None = None,
    read: Callable[[str], str] | None = None,
) -> Domain:
    """The domain that ``text``, from a file ``called`` so, says. ``read`` gives the text of a file that it uses, by its name.

    >>> loads("domain shop\\n\\nresource orders").resource("orders")
    Resource('orders')

    Raises:
        VerificationError: it says none; ``problems`` has every mistake, with line and column.
    """
    document = parse(text, called, sections=sections, read=read)
    if document.domain is None or not document.problems.is_ok:
        error = VerificationError(document.problems, called)
        for problem in document.problems[:_MOST_EXCERPTS]:
            error.add_note(excerpt(document.text, problem))
        raise error
    return document.domain
