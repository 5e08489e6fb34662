"""Mermaid: an entity-relationship diagram with true cardinality, and a state diagram for each machine.

Names appear as they are where Mermaid can take them; elsewhere an alias stands in the text and the name in its label. Characters with
a meaning for Mermaid are written as its entity codes (``#34;``), which every version draws as the character.
"""

from __future__ import annotations

import re
from typing import Literal

from workbench.emit.dot import plain_text
from workbench.emit.draft import Draft, Writer
from workbench.emit.python_text import Names, snake
from workbench.emit.unsaid import report_unsaid
from workbench.model import Domain, Machine, State, Transition
from workbench.model.address import dotted
from workbench.model.diagram import short_type
from workbench.model.references import Reference, references
from workbench.relation.stored import Stored, stored
from workbench.views import End

__all__ = ["emit"]

_LEFT: dict[End, str] = {"one": "||", "zero_or_one": "|o", "one_or_many": "}|", "zero_or_many": "}o", "many": "}o"}
_RIGHT: dict[End, str] = {"one": "||", "zero_or_one": "o|", "one_or_many": "|{", "zero_or_many": "o{", "many": "o{"}
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z", re.ASCII)
_MARKED = re.compile(r"[^\w .,()-]|(?<= )[- ]+|^-|(?<=^)\d+\.|(?<![^\W_])_|_(?![^\W_])")
"""What Mermaid, or the Markdown it reads labels as, could take for a mark: punctuation, outer underscores, ``- `` and ``1.``."""
_WORDS = frozenset(
    ("accdescr", "acctitle", "as", "choice", "class", "classdef", "click", "default", "direction", "end", "erdiagram", "fk", "fork",
     "hide", "href", "join", "many", "note", "one", "only", "optionally", "pk", "root", "scale", "state", "statediagram", "style",
     "subgraph", "title", "to", "u", "uk", "zero")
)  # fmt: skip
"""What Mermaid reads as its own, in any case."""
_MOST_TEXT, _MOST_EDGES = 50_000, 500
"""Mermaid's own limits, unless a page raises ``maxTextSize`` and ``maxEdges``."""


def emit(domain: Domain, *, attributes: Literal["all", "keys", "none"] = "all") -> Draft:
    """``domain.mmd``, and ``machine_<name>.mmd`` for each machine. ``attributes`` says which ones an entity lists."""
    draft = Draft()
    resources = stored(domain, draft.lose)
    writer = draft.file("domain.mmd")
    writer.add("erDiagram", f"    accTitle: {_text(domain.label or domain.name)}")
    ids = _ids([each.resource.name for each in resources])
    for each in resources:
        _entity(writer, each, ids[each.resource.name], attributes)
    lines = [each for each in references(domain) if each.is_known]
    for line in lines:
        writer.add(f"    {_relationship(line, ids, domain)}")
    _warn_of_size(draft, writer.text, len(lines))
    file_names = Names()
    for machine in domain.machines:
        _machine(draft, draft.file(f"machine_{file_names.take(snake(machine.name).lower()[:80])}.mmd"), machine)
    report_unsaid(domain, resources, draft, "Mermaid", said=("machines", "identities"))
    return draft


def _text(text: str, longest: int = 120) -> str:
    """``text`` as a label: on one line, everything that Mermaid could read as its own written as an entity code."""
    kept = plain_text(text, longest) or "(blank)"
    spaced = re.sub(_MARKED, lambda match: "".join(f"#{ord(c)};" for c in match[0]), kept)
    return re.sub(
        r"(?i)(direction|style|classDef)(?=\s|$)", lambda match: f"{match[0][:-1]}#{ord(match[0][-1])};", spaced
    )


def _ids(names: list[str]) -> dict[str, str]:
    """A word for each name that Mermaid takes: the name itself where it can be."""
    taken = Names()
    plain = [name for name in names if _is_plain(name)]
    ids = {name: taken.take(name) for name in plain}
    return {name: ids.get(name) or taken.take(_word(name)) for name in names}


def _is_plain(name: str) -> bool:
    return bool(_PLAIN.match(name)) and name.lower() not in _WORDS and len(name) <= 60


def _word(name: str) -> str:
    word = snake(re.sub(r"[^A-Za-z0-9]+", "_", name))[:40]
    return word if _is_plain(word) else f"{word}_1"


def _entity(writer: Writer, record: Stored, own: str, attributes: str) -> None:
    resource = record.resource
    label = resource.label or resource.name
    with writer.element(record.path):
        writer.add(f"    {own}" + (f'["{_text(label)}"]' if label != own else "") + " {")
        referring = {name for reference in record.references for name in reference.attributes}
        unique = {
            each.attributes[0] for each in resource.identities if len(each.attributes) == 1 and each.where is None
        }
        shown = [
            each
            for each in record.attributes
            if attributes == "all" or each.name in referring | unique | set(record.key)
        ]
        words = _ids([each.name for each in record.attributes])
        for each in shown if attributes != "none" else ():
            marks = [
                mark for mark, names in (("PK", record.key), ("FK", referring), ("UK", unique)) if each.name in names
            ]
            word = words[each.name]
            said = [*([each.name] if word != each.name else []), *([each.description] if each.description else [])]
            comment = f' "{_text(": ".join(said))}"' if said else ""
            kind = re.sub(r"[^A-Za-z0-9_]+", "_", short_type(each.type)).strip("_")
            with writer.element(record.path_of(each.name)):
                writer.add(f"        {kind} {word}" + (f" {', '.join(marks)}" if marks else "") + comment)
        writer.add("    }")


def _relationship(line: Reference, ids: dict[str, str], domain: Domain) -> str:
    key = domain.resource(line.holder).key
    stroke = "--" if line.keys and set(line.keys) <= set(key) else ".."
    return f'{ids[line.holder]} {_LEFT[line.holder_end]}{stroke}{_RIGHT[line.target_end]} {ids[line.target]} : "{_text(line.name)}"'


def _warn_of_size(draft: Draft, text: str, edges: int) -> None:
    if len(text) > _MOST_TEXT or edges > _MOST_EDGES:
        message = f"{len(text):,} characters and {edges:,} references are more than Mermaid draws by itself"
        hint = f"pass attributes='keys', or raise maxTextSize ({_MOST_TEXT:,}) and maxEdges ({_MOST_EDGES}) on the page"
        draft.lose("domain", "too_large", message, hint)


def _machine(draft: Draft, writer: Writer, machine: Machine) -> None:
    path = dotted("machines", machine.name)
    ids = _ids(list(dict.fromkeys(state.name for state in machine.states)))
    writer.add("stateDiagram-v2", f"    accTitle: {_text(machine.label or machine.name)}")
    with writer.element(path):
        _states(writer, machine, "", ids, "    ", set())
        for number, each in enumerate(machine.transitions):
            with writer.element(dotted("machines", machine.name, "transitions", number)):
                _transition(draft, writer, machine, each, number, ids)
    for state in machine.states:
        if state.on_entry or state.on_exit or state.kind.endswith("history"):
            draft.lose(
                dotted("machines", machine.name, "states", state.name),
                "not_drawn",
                "entry and exit effects and history are not drawn",
                severity="info",
            )


def _states(writer: Writer, machine: Machine, parent: str, ids: dict[str, str], indent: str, seen: set[str]) -> None:
    inside = [each for each in machine.states if each.parent == parent and each.name not in seen]
    is_parallel = any(each.name == parent and each.kind == "parallel" for each in machine.states)
    for number, state in enumerate(inside):
        if state.name in seen:
            continue
        seen.add(state.name)
        if is_parallel and number:
            writer.add(f"{indent}--")
        _state(writer, machine, state, ids, indent, seen)


def _state(writer: Writer, machine: Machine, state: State, ids: dict[str, str], indent: str, seen: set[str]) -> None:
    own = ids[state.name]
    with writer.element(dotted("machines", machine.name, "states", state.name)):
        has_inside = any(each.parent == state.name and each.name not in seen for each in machine.states)
        writer.add(f'{indent}state "{_text(state.label or state.name)}" as {own}' + " {" * has_inside)
        if has_inside:
            _states(writer, machine, state.name, ids, indent + "    ", seen)
            writer.add(f"{indent}}}")
        if state.initial:
            writer.add(f"{indent}[*] --> {own}")
        if state.kind == "final":
            writer.add(f"{indent}{own} --> [*]")


def _transition(
    draft: Draft, writer: Writer, machine: Machine, each: Transition, number: int, ids: dict[str, str]
) -> None:
    path = dotted("machines", machine.name, "transitions", number)
    unknown = [name for name in (*each.sources, each.target) if name not in ids]
    if unknown:
        draft.lose(path, "unknown_state", f"the transition is left out: there is no state {unknown[0]!r}")
        return
    words = [each.event] if each.event else []
    words += [f"after {each.after}"] if each.after is not None else []
    words += [f"[{each.guard}]"] if each.guard is not None else []
    label = f" : {_text(' '.join(words))}" if words else ""
    for source in dict.fromkeys(each.sources):
        writer.add(f"    {ids[source]} --> {ids[each.target]}{label}")
    if each.effects or each.on_failure:
        draft.lose(path, "not_drawn", "effects and what follows their failure are not drawn", severity="info")
