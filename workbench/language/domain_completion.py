"""What could be written at a place of a half-written design, and what the word there means.

The line is read up to the place, in the block it stands in; what could come next is read off the table of the grammar, as errors
are. Names are gathered by a quick look at the lines, so that a large design in which something is wrong answers at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from workbench.expression.functions import FUNCTIONS
from workbench.expression.lalr import reduce
from workbench.language.domain_facts import DURATIONS, Reader
from workbench.language.domain_lines import Line, Text
from workbench.language.domain_statement import expected, next_token, words
from workbench.language.domain_table import load
from workbench.language.domain_words import MEANINGS
from workbench.model import Action, Dimension, Frozen, Rule, Source, Step, Tenancy
from workbench.model.types import SCALARS, SEMANTIC
from workbench.views import Text as Told
from workbench.views import View

__all__ = ["Completion", "complete", "help_at"]

_PART = re.compile(r"\"[^\"\n]*\Z|[^\W\d]\w*\Z")
_WORD = re.compile(r"\"(?:[^\"\n]|\"\")+\"|[^\W\d]\w*")
_HEAD = re.compile(
    r"^([ ]*)(?:(resource|machine|domain|reactor|source|contract)[ \t]+)?(?:(\"(?:[^\"\n]|\"\")+\")|([^\W\d]\w*))([^\n]*)",
    re.MULTILINE,
)
_REACHES = re.compile(r"[ \t]*(?:\"[^\n]*?\"[ \t]*)?(?:->|<->|<-(?:[ \t]+one\b)?)[ \t]*(?:\"([^\"\n]+)\"|([^\W\d]\w*))")
_PATH = re.compile(r"((?:[^\W\d]\w*\.)+)\Z")


def _choices(model: type[Frozen], field: str) -> tuple[str, ...]:
    """What may stand in a field that takes one of some words, or several of them."""
    annotation = model.model_fields[field].annotation
    found = get_args(annotation)
    return tuple(filter(None, get_args(found[0]) if get_origin(annotation) is tuple else found))


_CHOICES = {
    "action": _choices(Action, "kind"),
    "by": _choices(Dimension, "grain"),
    "on": _choices(Rule, "on"),
    "tenancy": _choices(Tenancy, "strategy"),
    "source": _choices(Source, "kind"),
    "step": _choices(Step, "kind"),
}
_BLOCKS = {
    "unique": "identity", "allow": "policy", "forbid": "policy", "bypass": "policy", "rule": "rule", "calculation": "calculation", "measure": "measure",
    "dimension": "dimension", "action": "action", "argument": "argument", "input": "argument", "state": "state", "step": "step",
    "domain": "domain", "resource": "resource", "machine": "machine", "reactor": "reactor", "source": "source", "contract": "contract",
}  # fmt: skip
_WORDS_OF_EXPRESSIONS = ("and", "or", "not", "is null", "is not null", "in (", "between", "like", "where")


@dataclass(frozen=True, slots=True)
class Completion:
    """``text`` may take the place of what stands from ``start`` to ``end``; ``kind`` says what it is, ``detail`` what it means."""

    text: str
    kind: str
    detail: str
    start: int
    end: int


@dataclass(slots=True)
class _Owner:
    """A resource as far as a quick look tells: its attributes and the resources its relationships reach."""

    name: str
    attributes: dict[str, str]
    ways: dict[str, str]


def complete(text: str, offset: int) -> tuple[Completion, ...]:
    """What could be written at ``offset``; what is begun there is a part of it. Names come before words.

    >>> [each.text for each in complete("domain shop\\nresource orders\\n  id uuid re", 40)]
    ['required']
    """
    offset = max(0, min(offset, len(text)))
    line_start = text.rfind("\n", 0, offset) + 1
    before = text[line_start:offset]
    part = _PART.search(before)
    start = line_start + (part.start() if part else len(before))
    begun = text[start:offset].strip('"').casefold()
    head = text[line_start:start]
    if "#" in re.sub(r"\"[^\"]*\"|'[^']*'", "", head) or re.sub(r"\"[^\"]*\"", "", head).count("'") % 2:
        return ()
    found: dict[str, Completion] = {}
    for word, kind, detail in _offers(text, line_start, start):
        if word.strip('"').casefold().startswith(begun) and word.casefold() != begun:
            found.setdefault(word, Completion(word, kind, detail, start, offset))
    return tuple(sorted(found.values(), key=lambda each: (each.kind in ("word", "operator", "function"), each.text)))


def _offers(text: str, line_start: int, start: int) -> Iterator[tuple[str, str, str]]:
    head = text[line_start:start]
    context, above = _block(text, line_start, len(head) - len(head.lstrip(" ")))
    owners = _owners(text)
    resource = _resource_at(text, line_start, above, owners)
    possible, in_expression = _possible(text, line_start, start, context)
    path = _PATH.search(head)
    if path:
        owner = _walk(path[1].rstrip(".").split("."), resource, owners)
        if owner:
            yield from _members(owner)
        return
    if in_expression:
        if resource:
            yield from _members(resource)
        if context in ("in_domain",) or not resource:
            yield from ((each, "resource", "") for each in owners)
        yield from ((each, "function", "") for each in FUNCTIONS)
        yield from ((each, "operator", "") for each in _WORDS_OF_EXPRESSIONS)
        yield from (
            (each, "operator", "who acts, for whom, in which circumstances") for each in ("actor", "tenant", "context")
        )
    if "NAME" in possible:
        yield from _names(head.split(), context, resource, owners)
    for each in possible:
        word = words().get(each, "")
        if word.isidentifier():
            yield word, "word", MEANINGS.get(word, "")


def _names(
    said: list[str], context: str, resource: _Owner | None, owners: dict[str, _Owner]
) -> Iterator[tuple[str, str, str]]:
    """Names that make sense where a name can stand."""
    last = said[-1] if said else ""
    first = said[0] if said else ""
    if (
        last.endswith(":")
        or (last == "by" and first == "dimension")
        or (last == "on" and first == "rule")
        or first == "tenancy"
    ):
        yield from (
            (each, "kind", "") for each in _CHOICES.get("by" if last == "by" else "on" if last == "on" else first, ())
        )
        if first in ("allow", "forbid", "bypass"):
            yield from ((each, "kind", "") for each in _CHOICES["action"][:4])
    if (
        last in ("->", "<-", "<->", "one", "for", "through", "shared")
        or first in ("machine", "use")
        or last in ("create", "update", "destroy")
    ):
        yield from ((each, "resource", "") for each in owners)
    elif (
        last in ("keyed", "by", "versioned", "set", "accept", "fields", "from", "was")
        or last.endswith(",")
        or first == "unique"
    ):
        if resource:
            yield from ((each, "attribute", kind) for each, kind in resource.attributes.items())
    elif context in ("in_resource", "in_action", "in_reactor") and said and "." not in last:
        yield from ((each, "type", MEANINGS.get(each, "")) for each in (*SCALARS, *SEMANTIC, "enum", "array", "struct"))
    elif last.isdigit():
        yield from ((f"{each}s", "word", "") for each in DURATIONS)


def _possible(text: str, line_start: int, start: int, context: str) -> tuple[list[str], bool]:
    """The terminals that can come at ``start``, and whether an expression stands or could begin there."""
    table = load()
    if context not in table.starts:
        return [], False
    source = text[line_start:start]
    begin = len(source) - len(source.lstrip(" \t"))
    read = Text(source, "text")
    line = Line(begin, len(source.rstrip()), begin, 1)
    reader = Reader(read)
    states = [table.starts[context]]
    values, starts, ends = list[Any](), list[int](), list[int]()
    position, in_expression = line.start, False
    while position < line.end:
        token = next_token(read, line, position, table.rows[states[-1]], table)
        if token is None:
            return [], "EXPRESSION" in table.rows[states[-1]]
        kind, value, at, end = token
        while (step := table.rows[states[-1]].get(kind)) is not None and step < 0:
            reduce(table, table.rules[~step], states, values, starts, ends, reader.make)
        if step is None or kind == "$END":
            return [], False
        states.append(step)
        values.append(value)
        starts.append(at)
        ends.append(end)
        position, in_expression = end, kind == "EXPRESSION"
    possible = expected(states, table)
    return possible, in_expression or "EXPRESSION" in possible


def _block(text: str, line_start: int, indent: int) -> tuple[str, list[tuple[int, str]]]:
    """The block a line stands in, and the first words of the lines around it, innermost first."""
    above: list[tuple[int, str]] = []
    end, margin = line_start - 1, indent
    while end > 0 and margin > 0:
        begin = text.rfind("\n", 0, end) + 1
        line = text[begin:end]
        code = line.lstrip(" ")
        if code and code[0] != "#" and len(line) - len(code) < margin:
            margin = len(line) - len(code)
            above.append((begin, code))
        end = begin - 1
    if not above:
        return "in_domain", above
    code = above[0][1]
    word = code.split(None, 1)[0]
    if word in _BLOCKS:
        return f"in_{_BLOCKS[word]}", above
    owner = above[1][1].split(None, 1)[0] if above[1:] else ""
    if owner == "resource":
        return ("in_relationship" if re.search(r"->|<-", code) else "in_attribute"), above
    return {"machine": "in_transition", "contract": "in_endpoint"}.get(owner, ""), above


def _owners(text: str) -> dict[str, _Owner]:
    """Every resource of the text and what it has, whatever is wrong elsewhere."""
    owners: dict[str, _Owner] = {}
    owner: _Owner | None = None
    margin = inner = -1
    for match in _HEAD.finditer(text):
        indent = len(match[1])
        name = match[3] or match[4]
        if match[2] and (owner is None or indent <= margin):
            margin, inner = indent, -1
            owner = owners.setdefault(name, _Owner(name, {}, {})) if match[2] == "resource" else None
        elif owner is not None and indent > margin and (inner < 0 or indent == inner):
            inner = indent
            _member(owner, name, match[5])
    return owners


def _member(owner: _Owner, name: str, rest: str) -> None:
    reaches = _REACHES.match(rest)
    if reaches:
        owner.ways[name] = reaches[1] or reaches[2]
    elif name not in load().keywords or name.startswith('"'):
        owner.attributes[name] = rest.split(None, 1)[0] if rest.strip() else ""
    elif name == "calculation" and (said := _WORD.search(rest)):
        owner.attributes[said[0]] = "calculation"


def _resource_at(text: str, line_start: int, above: list[tuple[int, str]], owners: dict[str, _Owner]) -> _Owner | None:
    end = text.find("\n", line_start)
    own = text[line_start : end if end >= 0 else len(text)].strip()
    for code in [own, *(code for _, code in above)]:
        said = [each[0] for each in _WORD.finditer(code)]
        if said[:1] == ["resource"] and said[1:]:
            return owners.get(said[1])
        if said[:1] == ["machine"] and "on" in said and said.index("on") + 1 < len(said):
            return owners.get(said[said.index("on") + 1])
    return None


def _walk(names: list[str], resource: _Owner | None, owners: dict[str, _Owner]) -> _Owner | None:
    """The resource a path reaches; its first name may be a resource."""
    owner = resource
    for index, name in enumerate(names):
        reached = owner.ways.get(name) if owner else None
        if reached is None and index == 0 and name in owners:
            reached = name
        owner = owners.get(reached or "")
    return owner


def _members(owner: _Owner) -> Iterator[tuple[str, str, str]]:
    yield from ((each, "attribute", kind) for each, kind in owner.attributes.items())
    yield from ((each, "relationship", f"leads to {there}") for each, there in owner.ways.items())


def help_at(text: str, offset: int) -> View | None:
    """What the word at ``offset`` means: a word of the language, a type, or an element of the design; None where it means nothing.

    >>> help_at("domain shop", 2).body
    'domain: begins a design, and names it'
    """
    line_start = text.rfind("\n", 0, max(0, offset)) + 1
    end = text.find("\n", offset)
    line = text[line_start : end if end >= 0 else len(text)]
    for match in _WORD.finditer(line):
        if match.start() <= offset - line_start <= match.end():
            return _meaning(text, line_start, match)
    return None


def _meaning(text: str, line_start: int, match: re.Match[str]) -> View | None:
    word = match[0]
    head = text[line_start : line_start + match.start()]
    context, above = _block(text, line_start, len(head) - len(head.lstrip(" ")))
    owners = _owners(text)
    possible, in_expression = _possible(text, line_start, line_start + match.start(), context)
    owner = _resource_at(text, line_start, above, owners)
    path = _PATH.search(head)
    if path:
        owner = _walk(path[1].rstrip(".").split("."), owner, owners)
    is_word = not path and any(words().get(each) == word for each in possible)
    if not is_word and owner and word in owner.attributes:
        return Told(f"{owner.name}.{word}: {owner.attributes[word] or 'an attribute'}")
    if not is_word and owner and word in owner.ways:
        return Told(f"{owner.name}.{word}: leads to {owner.ways[word]}")
    if not is_word and word in owners:
        there = owners[word]
        names = ", ".join((*there.attributes, *there.ways))
        return Told(f"resource {word}: {names}" if names else f"resource {word}")
    if word in MEANINGS:
        return Told(f"{word}: {MEANINGS[word]}")
    function = FUNCTIONS.get(word.lower()) if in_expression else None
    return Told(f"{word}: a function of expressions") if function is not None else None
