"""Completion and help in half-written designs and patches. A patch is read before the text of the domain it is for, whose names it may say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.errors import WorkbenchError
from workbench.evolve.refactorings_mentions import elements
from workbench.extension.cell import Cell
from workbench.extension.naming import Names, domain_of, named
from workbench.extension.patching import LINES, headed
from workbench.language.domain_completion import Completion, complete, help_at
from workbench.language.domain_format import dumps
from workbench.model import Domain
from workbench.model.address import dotted
from workbench.views import Text, View

__all__ = ["explained", "suggested"]

_LINE = re.compile(r"(remove|rename)([ \t]+)(\S*)\Z")
_WORD = re.compile(r"[a-z]*\Z")

_written: list[tuple[Domain, str]] = []


def suggested(cell: Cell, offset: int, notebook: Names) -> tuple[Completion, ...]:
    """What could be written at ``offset`` of the cell's text."""
    if cell.magic == "domain":
        return complete(cell.text, offset)
    domain = _domain(cell, notebook)
    before = cell.text[cell.text.rfind("\n", 0, offset) + 1 : offset]
    if line := _LINE.match(before):
        return tuple(_paths(domain, line[3], offset)) if domain is not None else ()
    head = headed(cell.text)
    found = complete(head + cell.text + _text(domain), offset + len(head))
    moved = [Completion(e.text, e.kind, e.detail, e.start - len(head), e.end - len(head)) for e in found]
    return (*moved, *(_lines(before, offset) if _WORD.fullmatch(before) else ()))


def explained(cell: Cell, offset: int, notebook: Names) -> View | None:
    """What the word at ``offset`` of the cell's text means; None where it means nothing."""
    if cell.magic == "domain":
        return help_at(cell.text, offset)
    start = cell.text.rfind("\n", 0, offset) + 1
    word = re.match(r"\w*", cell.text[start:])
    if word and word[0] in LINES and offset <= start + len(word[0]):
        return Text(f"{word[0]}: {LINES[word[0]]}")
    head = headed(cell.text)
    return help_at(head + cell.text + _text(_domain(cell, notebook)), offset + len(head))


def _domain(cell: Cell, notebook: Names) -> Domain | None:
    try:
        return domain_of(named(notebook, cell.options.strip(), "Domain", "Design")[1])
    except WorkbenchError:  # the cell says so when it is run
        return None


def _text(domain: Domain | None) -> str:
    """``domain`` as text, written once: typing waits for it."""
    if domain is None:
        return ""
    if not _written or _written[0][0] is not domain:
        _written[:] = [(domain, "\n" + dumps(domain))]
    return _written[0][1]


def _lines(before: str, offset: int) -> Iterator[Completion]:
    for word, meaning in LINES.items():
        if word.startswith(before) and word != before:
            yield Completion(word, "word", meaning, offset - len(before), offset)


def _paths(domain: Domain, begun: str, offset: int) -> Iterator[Completion]:
    """Paths of elements that begin so: those of the domain, or of the innermost element that is written out."""
    known = {
        dotted(*names): (len(names) // 2, type(each).__name__.lower()) for _, names, each in elements(domain) if names
    }
    level = 1 + max((depth for path, (depth, _) in known.items() if begun.startswith(f"{path}.")), default=0)
    for path, (depth, kind) in known.items():
        if depth == level and path.startswith(begun) and path != begun:
            yield Completion(path, kind, "", offset - len(begun), offset)
