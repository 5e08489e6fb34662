"""What an editor answers to each message: plain data that JSON can carry. No widget, no page.

look        what stands below some places, and the form of one
edited      what was done, what can be undone; every view then asks for what it shows
refused     an edit that was not made, each problem with its field
tried       what would be wrong with what is being typed
draft       what has to be said of a new element
problems, picture, changes, text, matches
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress

from workbench.display.picture import picture
from workbench.errors import ConflictError, DefinitionError, NotFoundError, Problem, VerificationError
from workbench.language.formats import FORMATS, format_called
from workbench.model import Domain
from workbench.model.address import Address
from workbench.model.change import Change
from workbench.views import counted
from workbench.widgets import editor_messages as messages
from workbench.widgets.editing import Edit, Editing, find
from workbench.widgets.entries import RefusedError, model_of_parts
from workbench.widgets.forms import draft, form
from workbench.widgets.outline import Answer, Places, branch, standing
from workbench.widgets.picturing import pictured
from workbench.workspace import check

__all__ = ["Dialogue", "formats", "saved", "source", "written"]

_MOST_PROBLEMS, _MOST_CHANGES, _MOST_STEPS = 500, 200, 10
_REFUSALS = (VerificationError, NotFoundError, ConflictError, DefinitionError)


def formats() -> list[str]:
    """The formats a design is saved in, the most readable first.

    >>> formats()[:2]
    ['domain', 'yaml']
    """
    first = ("domain", "yaml")
    return sorted((each.name for each in FORMATS.values() if each.endings), key=lambda name: (name not in first, name))


def written(domain: Domain, called: str = "") -> str:
    """``domain`` as text of the format ``called`` so, the most readable one when left out. Errors as ``format_called``."""
    return format_called(called or formats()[0]).dumps(domain)


def source(domain: Domain, name: str = "domain") -> str:
    """Python code after which ``name`` is ``domain``.

    >>> said: dict[str, object] = {}
    >>> exec(source(Domain(name="shop"), "shop"), said)
    >>> said["shop"]
    Domain('shop')
    """
    best = formats()[0]
    text = written(domain, best)
    quoted = (
        f'"""\\\n{text}"""'
        if '"' not in text[-1:] and '"""' not in text and "\\" not in text and _is_plain(text)
        else repr(text)
    )
    return f"from workbench.language.formats import format_called\n\n{name} = format_called({best!r}).loads({quoted})\n"


def saved(step: str) -> str:
    """What is said after saving."""
    return f"saved as step {step}" if step else "there was nothing to save"


def _is_plain(text: str) -> bool:
    return all(line.isprintable() for line in text.split("\n"))


class Dialogue:
    """The answers of one editor. What changes the design is done one at a time; what only reads may be asked by any thread."""

    def __init__(self, editing: Editing) -> None:
        self.editing = editing
        self.guard = threading.RLock()
        self._places: tuple[Domain, Places] | None = None

    def answer(self, message: messages.Message) -> Iterator[Answer]:
        """The answers to a message that was read; a refused edit is one of them.

        Raises:
            WorkbenchError: it asks for what cannot be shown.
        """
        for answer in self._answers(message):
            yield answer | ({} if answer["type"] == "edited" else {"to": message.view, "request": message.request})

    def edited(self, told: str, to: str = "", request: int = 0, go: Address | None = None) -> Answer:
        """What every view is told after an edit."""
        with self.guard:
            editing = self.editing
            return {
                "type": "edited",
                "told": told,
                "to": to,
                "request": request,
                "go": None if go is None else list(go),
                "undo": editing.next_undo,
                "redo": editing.next_redo,
                "changed": len(editing.changes),
                "name": editing.domain.label or editing.domain.name,
                "can_save": editing.design is not None,
                "formats": formats(),
            }

    def _answers(self, message: messages.Message) -> Iterator[Answer]:
        domain = self.editing.domain
        match message:
            case messages.Ready():
                yield self.edited("", message.view)
            case messages.Look():
                yield self._look(message)
            case messages.Search():
                yield {"type": "matches", "text": message.text, "matches": self._known(domain).matches(message.text)}
            case messages.Try():
                yield {"type": "tried", "path": message.path, "problem": self._tried(message)}
            case messages.Draft():
                place = find(domain, message.at)
                yield {"type": "draft"} | draft(domain, message.at, model_of_parts(type(place.element), place.rest))
            case messages.Check():
                yield self._check(domain)
            case messages.Picture():
                yield self._picture(domain, standing(domain, message.at))
            case messages.Changes():
                yield self._changes()
            case messages.TextOf():
                called = message.format or formats()[0]
                yield {"type": "text", "format": called, "text": written(domain, called)}
            case _:
                yield self._edit(message)

    # --- edits ------------------------------------------------------------------------------------------------------------------

    def _edit(self, message: messages.Message) -> Answer:
        base = message.at if isinstance(message, messages.Add) else message.at[:-1]
        if isinstance(message, messages.Rename):
            base = message.at
        try:
            with self.guard:
                told, go = self._done(message)
        except RefusedError as error:
            fields = [(*base, *at) if at else message.at for at in error.fields]
            return {
                "type": "refused",
                "fields": [_field(each, at) for each, at in zip(error.problems, fields, strict=True)],
            }
        except _REFUSALS as error:
            found = error.problems if isinstance(error, VerificationError) else ()
            told = "; ".join(f"{each.path}: {each.message}" for each in found[:3]) if found else str(error)
            more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
            conflict = isinstance(error, ConflictError) and isinstance(message, messages.Save)
            return {
                "type": "refused",
                "fields": [_field(Problem("", "refused", told + more), message.at)],
                "conflict": conflict,
            }
        return self.edited(told, message.view, message.request, go)

    def _done(self, message: messages.Message) -> tuple[str, Address | None]:
        """Make the edit; what it did, and where to look."""
        editing, at = self.editing, message.at
        match message:
            case messages.Set():
                return _what(editing.set(at, message.value)), None
            case messages.Rename():
                return _what(editing.rename(at, message.name, everywhere=message.everywhere)), None
            case messages.Add():
                edit = editing.add(at, message.values, message.place)
                return edit.what, _new(edit, at)
            case messages.Remove():
                return editing.remove(at).what, None
            case messages.Move():
                moved = editing.move(at, message.place)
                return _what(moved), (*at[:-1], message.place) if isinstance(at[-1], int) else None
            case messages.Undo():
                what = editing.next_undo
                editing.undo()
                return f"undone: {what}", None
            case messages.Redo():
                what = editing.next_redo
                editing.redo()
                return f"done again: {what}", None
            case messages.Discard():
                return _what(editing.discard()), None
            case messages.Save():
                return saved(editing.save(message.by, message.why)), None
            case messages.TakeIn():
                return _what(editing.take_in()) or "nothing new was saved by others", None
        raise NotFoundError("message", message.type, [])

    # --- what is shown ----------------------------------------------------------------------------------------------------------

    def _look(self, message: messages.Look) -> Answer:
        domain = self.editing.domain
        branches = []
        for path in map(tuple, message.open):
            with suppress(NotFoundError):
                branches.append({"path": list(path), "entries": branch(domain, path)})
        shown = form(domain, standing(domain, message.at))
        return {"type": "look", "branches": branches, "form": shown}

    def _known(self, domain: Domain) -> Places:
        if self._places is None or self._places[0] is not domain:
            self._places = domain, Places(domain)
        return self._places[1]

    def _tried(self, message: messages.Try) -> Answer | None:
        """The first problem that the field would have."""
        try:
            domain = self.editing.tried(message.at, message.value)
        except RefusedError as error:
            return _field(error.problems[0], message.at)
        place = find(self.editing.domain, message.at)
        known = Places(domain)
        for each in check(domain):
            if known.of(each.path) == (place.births, place.rest):
                return _field(each, message.at)
        return None

    def _check(self, domain: Domain) -> Answer:
        found, known = check(domain), self._known(domain)
        shown = []
        for each in found[:_MOST_PROBLEMS]:
            births, rest = known.of(each.path)
            shown.append(_field(each, (*births, *rest)) | {"element": list(births), "where": each.path})
        return {"type": "problems", "problems": shown, "total": len(found), "errors": len(found.errors)}

    def _picture(self, domain: Domain, path: Address) -> Answer:
        graph, leads = pictured(domain, path)
        drawing = picture(graph, is_live=True)
        chosen = [name for name, lead in leads.items() if path[: len(lead)] == lead]
        return {
            "type": "picture",
            "svg": drawing.svg,
            "alt": graph.alt,
            "nodes": [
                {"label": each.label, "path": list(leads[each.id]) if each.id in leads else None}
                for each in graph.nodes
            ],
            "chosen": next((place for place, each in enumerate(graph.nodes) if each.id in chosen), -1),
            "told": f"{counted(len(graph.nodes), graph.node_word)}, {graph.hidden} more not shown"
            if graph.hidden
            else "",
        }

    def _changes(self) -> Answer:
        with self.guard:
            changes, design = self.editing.changes, self.editing.design
        shown = [
            {
                "text": str(each.change),
                "safety": each.safety,
                "why": "; ".join(finding.why for finding in each.findings),
                "path": _where(each.change),
            }
            for each in changes.classified[:_MOST_CHANGES]
        ]
        steps: Sequence[str] = [str(each) for each in design.log[: -_MOST_STEPS - 1 : -1]] if design is not None else ()
        return {"type": "changes", "changes": shown, "total": len(changes), "log": list(steps)}


def _what(edit: Edit | None) -> str:
    return "" if edit is None else edit.what


def _new(edit: Edit, collection: Address) -> Address | None:
    change = edit.changes[0]
    if change.kind == "add":
        return change.path
    rows = change.after
    return (*collection, len(rows) - 1) if isinstance(rows, tuple) and collection[-1:] == ("transitions",) else None


def _where(change: Change) -> list[str | int]:
    """The element a change is about."""
    return list(change.path if change.kind != "remove" else change.path[:-1])


def _field(problem: Problem, path: Address) -> Answer:
    """A problem beside the field at ``path``; ``column`` counts from 1 where it is known."""
    return {
        "path": list(path),
        "message": problem.message,
        "hint": problem.hint,
        "severity": problem.severity,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
    }
