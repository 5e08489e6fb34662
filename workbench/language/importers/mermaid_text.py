"""Mermaid's ``erDiagram`` as entities and lines, each with its place in the text."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from workbench.errors import Problem

__all__ = ["Diagram", "DrawnAttribute", "DrawnEntity", "DrawnLine", "End"]

End: TypeAlias = Literal["one", "zero_or_one", "one_or_many", "zero_or_many"]
"""How many rows stand at one end of a line."""

_NAME = r'(?:"(?P<{0}q>[^"]*)"|(?P<{0}>[^\s"\[\]{{}}:|<>=,;%`]+?))'
_ENDS: dict[str, End] = {
    "||": "one", "only one": "one", "1": "one",
    "|o": "zero_or_one", "o|": "zero_or_one", "one or zero": "zero_or_one", "zero or one": "zero_or_one",
    "}|": "one_or_many", "|{": "one_or_many", "one or more": "one_or_many", "one or many": "one_or_many", "many(1)": "one_or_many", "1+": "one_or_many",
    "}o": "zero_or_many", "o{": "zero_or_many", "zero or more": "zero_or_many", "zero or many": "zero_or_many", "many(0)": "zero_or_many",
    "0+": "zero_or_many", "many": "zero_or_many",
}  # fmt: skip
_STROKES = {"--": True, "to": True, "..": False, ".-": False, "-.": False, "optionally to": False}
_MARK = "|".join(re.escape(each) for each in sorted(_ENDS, key=len, reverse=True))
_STROKE = "|".join(re.escape(each) for each in sorted(_STROKES, key=len, reverse=True))
_LINE = re.compile(
    rf"{_NAME.format('a')}\s*(?P<left>{_MARK})\s*(?P<stroke>{_STROKE})\s*(?P<right>{_MARK})\s*{_NAME.format('b')}"
    r"(?:\s*:\s*(?P<label>.*))?\Z",
    re.IGNORECASE,
)
_ENTITY = re.compile(
    rf'{_NAME.format("a")}(?:\s*\[\s*(?:"(?P<aliasq>[^"]*)"|(?P<alias>[^\]"]*))\s*\])?(?::::?[\w,-]+)?\s*(?P<open>\{{)?\s*(?P<close>\}})?\Z'
)
_ATTRIBUTE = re.compile(
    r'(?P<type>[^\W\d][^\s"]*)\s+(?P<name>\*?[^\W\d][^\s",]*)(?:\s+(?P<keys>(?:PK|FK|UK)(?:\s*,\s*(?:PK|FK|UK))*))?(?:\s+"(?P<comment>[^"]*)")?\s*\Z',
    re.IGNORECASE,
)
_IGNORED = re.compile(r"(?i)(?:direction|style|classDef|class|click|linkStyle)\b")
_TITLE = re.compile(r"(?i)(?:accTitle\s*:|title\b\s*:?)\s*(.*)")
_DESCRIPTION = re.compile(r"(?i)accDescr\s*:\s*(.*)")
_CODE = re.compile(r"#(?:(\d{1,7})|([A-Za-z]\w{1,30}));")
_MOST_PROBLEMS, _LONGEST = 200, 2_000


@dataclass(slots=True)
class DrawnAttribute:
    """A line inside an entity: its type as written, its marks (``PK``, ``FK``, ``UK``) and its comment."""

    type: str
    name: str
    marks: frozenset[str]
    comment: str
    line: int


@dataclass(slots=True)
class DrawnEntity:
    """An entity: its name, the alias it is shown by, and its attributes."""

    name: str
    line: int
    alias: str = ""
    attributes: list[DrawnAttribute] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line between two entities, and how many rows stand at each end."""

    left: str
    left_end: End
    right_end: End
    right: str
    label: str
    is_identifying: bool
    line: int


class Diagram:
    """An ``erDiagram`` read line by line; lines that cannot be read are among ``problems``, those after them are read all the same."""

    def __init__(self, text: str, name: str) -> None:
        self.name, self.title, self.description = name, "", ""
        self.entities: dict[str, DrawnEntity] = {}
        self.lines: list[DrawnLine] = []
        self.problems: list[Problem] = []
        self.is_one = self.is_ours = False
        self._inside: DrawnEntity | None = None
        for number, line in _bare(text):
            self._read(line.strip(), number)
        if self._inside is not None:
            self._wrong(self._inside.line, f"the entity {self._inside.name!r:.80} is never closed", "add a '}'")

    def _wrong(self, line: int, message: str, hint: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(self.name, "syntax", message, hint=hint, line=line))

    def _read(self, line: str, number: int) -> None:
        if not self.is_one:
            if match := re.match(r"erDiagram\b\s*", line):
                self.is_one = True
                line = line[match.end() :]
            elif match := _TITLE.match(line):  # front matter
                self.title = meant(match[1].strip("\"' "))
                return
        if not line or not self.is_one:
            return
        if len(line) > _LONGEST:
            self._wrong(number, f"the line has more than {_LONGEST:,} characters", "break it up")
            return
        if self._inside is not None:
            self._inner(line, number)
        elif match := _DESCRIPTION.match(line):
            self.description = meant(match[1])
        elif match := _LINE.match(line):
            self._relate(match, number)
        elif (match := _TITLE.match(line)) and (line.lower().startswith("acc") or not _ENTITY.match(line)):
            self.title, self.is_ours = meant(match[1]), line.startswith("accTitle")
        elif _IGNORED.match(line) and not re.search(r"\{\s*\}?\Z", line):
            return
        elif match := _ENTITY.match(line):
            entity = self.entity(_said(match, "a"), number)
            entity.alias = meant(match["aliasq"] or (match["alias"] or "").strip()) or entity.alias
            self._inside = entity if match["open"] and not match["close"] else None
        elif (opened := line.find("{")) > 0 and (head := _ENTITY.match(line[: opened + 1])):
            self._inside = self.entity(_said(head, "a"), number)
            for each in re.split(r"\s*;\s*", line[opened + 1 :]):
                self._inner(each.strip(), number)
        else:
            hint = "a line is 'A ||--o{ B : label', an entity 'A { type name PK }'"
            self._wrong(number, f"this is no entity and no relationship: {line[:80]!r}", hint)

    def entity(self, name: str, line: int) -> DrawnEntity:
        """The entity called ``name``, drawn now if it has not been."""
        return self.entities.setdefault(name, DrawnEntity(name, line))

    def _inner(self, line: str, number: int) -> None:
        """A line inside braces: an attribute, the closing brace, or both."""
        assert self._inside is not None, "inside an entity"
        is_last = line.endswith("}")
        said = line.removesuffix("}").strip()
        if said:
            match = _ATTRIBUTE.match(said)
            if match is None:
                self._wrong(
                    number, f"this is no attribute: {said[:80]!r}", "an attribute is 'type name PK \"comment\"'"
                )
            else:
                marks = {each.strip().upper() for each in (match["keys"] or "").split(",") if each.strip()}
                marks |= {"PK"} if match["name"].startswith("*") else set()
                name = match["name"].removeprefix("*") or match["name"]
                self._inside.attributes.append(
                    DrawnAttribute(match["type"], name, frozenset(marks), meant(match["comment"] or ""), number)
                )
        if is_last:
            self._inside = None

    def _relate(self, match: re.Match[str], number: int) -> None:
        left, right = _said(match, "a"), _said(match, "b")
        for each in (left, right):
            self.entity(each, number)
        label = (match["label"] or "").strip()
        label = label[1:-1] if len(label) > 1 and label[0] == label[-1] == '"' else label
        left_end, right_end = (_ENDS[" ".join(match[side].lower().split())] for side in ("left", "right"))
        is_identifying = _STROKES[" ".join(match["stroke"].lower().split())]
        self.lines.append(DrawnLine(left, left_end, right_end, right, meant(label), is_identifying, number))


def _said(match: re.Match[str], group: str) -> str:
    quoted = match[f"{group}q"]
    return meant(quoted) if quoted is not None else match[group]


def _bare(text: str) -> list[tuple[int, str]]:
    """The lines that count, numbered from 1: of a Markdown file those of its diagrams, without comments and directives."""
    lines = list(enumerate(text.split("\n"), 1))
    if re.search(r"^\s*(?:```|~~~)\s*\{?\.?mermaid", text, re.MULTILINE):
        lines = _fenced(lines)
    text_of = [(number, line) for number, line in lines if not line.lstrip().startswith(("%%", "---"))]
    return [(number, re.sub(r"\s%%.*", "", line) if '"' not in line else line) for number, line in text_of]


def _fenced(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines of the diagrams in a Markdown text that are ER diagrams."""
    found: list[tuple[int, str]] = []
    block: list[tuple[int, str]] | None = None
    for number, line in lines:
        fence = re.match(r"\s*(?:```|~~~)(.*)", line)
        if fence and block is None and "mermaid" in fence[1]:
            block = []
        elif fence and block is not None:
            if any(re.match(r"\s*erDiagram\b", inner) for _, inner in block):
                found += block
            block = None
        elif block is not None:
            block.append((number, line))
    return found


def meant(text: str) -> str:
    """``text`` with Mermaid's entity codes read.

    >>> meant("a #quot;b#quot; #35;")
    'a "b" #'
    """

    def character(match: re.Match[str]) -> str:
        if match[1]:
            code = int(match[1])
            return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]
        found = html.unescape(f"&{match[2]};")
        return match[0] if found.startswith("&") and match[2] != "amp" else found

    return _CODE.sub(character, text)
