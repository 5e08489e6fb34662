"""A design's text, read: its domain, its problems, and where everything stands. Whatever is wrong, the rest is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from textwrap import dedent

from workbench.errors import Problem, Problems, VerificationError
from workbench.language.domain_build import Builder
from workbench.language.domain_facts import Fact, Statement
from workbench.language.domain_lines import MOST_CHARACTERS, Line, Text, split
from workbench.language.domain_statement import read_statement
from workbench.language.sections import Sections
from workbench.model.domain import Domain
from workbench.model.expression import Span

__all__ = ["MOST_PROBLEMS", "Document", "Node", "excerpt", "parse", "read_lines"]

MOST_PROBLEMS = 200
"""So many are listed; a text with more is not read to its end."""

_MOST_NESTED = 30
_CONTEXTS = {"input": "in_argument", "with": "", "with_value": "", "mapping": "", "use": "", "tenancy": ""}
_WITH_BLOCKS = frozenset(
    ["domain", "resource", "machine", "reactor", "source", "contract", "attribute", "relationship", "identity", "rule", "calculation", "measure",
     "dimension", "action", "argument", "policy", "state", "transition", "input", "step", "endpoint"]
)  # fmt: skip
_LEADS = {"unique": "identity", "allow": "policy", "forbid": "policy", "bypass": "policy"}


@dataclass(slots=True)
class Node:
    """A line, the statement it is (None for a comment or what could not be read), how deep it stands, and in which block."""

    line: Line
    statement: Statement | None
    depth: int
    context: str
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Document:
    """A text that was read.

    ``domain`` is made of what could be read; None where there is no domain at all. ``spans`` has a span for every path of the
    vocabulary that was said (``patient.mrn``, ``patient.mrn.type``, ``patient.rules.in_order.condition``). ``comments`` are those
    of the text, with the line each stands in.
    """

    text: str
    name: str
    domain: Domain | None
    problems: Problems
    spans: dict[str, Span]
    comments: tuple[tuple[int, str], ...]
    lines: tuple[Node, ...] = ()

    def path_at(self, offset: int) -> str | None:
        """The path of the smallest element or field that stands at an offset; None where there is none."""
        found = [(span.end - span.start, path) for path, span in self.spans.items() if span.start <= offset <= span.end]
        return min(found)[1] if found else None

    def span_of(self, path: str) -> Span | None:
        """Where ``path`` stands, or the nearest element around it that was said."""
        while path and path not in self.spans:
            path = path.rpartition(".")[0]
        return self.spans.get(path or "domain")

    def located(self, problems: Iterable[Problem]) -> Problems:
        """``problems`` of the domain (those of ``wb.check``), each with the line and column of what it is about in this text; what
        stands in a file that it uses has none.
        """
        return Problems(self._located(each) for each in problems)

    def _located(self, problem: Problem) -> Problem:
        is_here = problem.line is None and not problem.path.startswith("domains.")
        span = self.span_of(problem.path) if is_here else None
        return replace(problem, line=span.line, column=span.column) if span else problem


def excerpt(text: str, problem: Problem) -> str:
    """The line ``problem`` points at, with a caret below the spot; empty where it points at none.

    >>> print(excerpt("domain shop\\nresorce x", Problem("x", "y", "z", line=2, column=1)))
    resorce x
    ^
    """
    lines = text.split("\n")
    if problem.line is None or problem.column is None or problem.line > len(lines):
        return ""
    line, at = lines[problem.line - 1].rstrip("\r").expandtabs(1), problem.column - 1
    first = max(0, at - 60) if len(line) > 100 else 0
    return f"{line[first : first + 100]}\n{' ' * (at - first)}^"


def parse(
    text: str,
    name: str = "text",
    *,
    sections: Sections | None = None,
    read: Callable[[str], str] | None = None,
) -> Document:
    """``text``, from a file called ``name``, read as far as it can be; ``problems`` has every mistake, with line and column.

    ``read`` gives the text of another design by its file name (``use billing.domain``); without it such a line is a problem, and
    nothing outside the text is touched. ``sections`` are the forms of third parties.

    >>> parse("domain shop\\nresource orders\\n  id uuid ke").problems[0].line
    3
    """
    return _parse(text, name, sections or Sections(), read, (name,))


def _parse(
    source: str, name: str, sections: Sections, read: Callable[[str], str] | None, above: tuple[str, ...]
) -> Document:
    source = source.removeprefix("\ufeff")
    text = Text(source if len(source) <= MOST_CHARACTERS else "", name)
    if len(source) > MOST_CHARACTERS:
        said = f"a design has at most {MOST_CHARACTERS:,} characters, not {len(source):,}"
        text.problem(name, "too_large", said, 0, "is this a design?")
    nodes = read_lines(text)
    statements = [each.statement for each in nodes if each.statement is not None]
    domain = None
    builder = Builder(text, sections, lambda path: _used(path, text, sections, read, above))
    if statements and statements[0].kind == "domain":
        domain = builder.domain(statements[0], statements[1:])
    elif not text.problems or (
        statements and not any(each.context == "in_domain" and each.statement is None for each in nodes)
    ):
        start = nodes[0].line.start if nodes else 0
        code = "no_domain" if source.strip() else "empty_file"
        text.problem(name, code, "a design begins with its name", start, "write: domain shop")
    comments = tuple((node.line.number, node.line.comment) for node in _all(nodes) if node.line.comment)
    return Document(
        source, name, domain, Problems(text.problems[: MOST_PROBLEMS + 1]), builder.spans, comments, tuple(nodes)
    )


def _all(nodes: Iterable[Node]) -> Iterable[Node]:
    for node in nodes:
        yield node
        yield from _all(node.children)


def _used(
    path: tuple[str, ...], text: Text, sections: Sections, read: Callable[[str], str] | None, above: tuple[str, ...]
) -> Domain | None:
    file = ".".join(path)
    offset = max(text.code.find(file), 0)
    if read is None:
        text.problem(file, "not_composed", "a text on its own cannot use another file", offset, "load it from its file")
        return None
    if "/" in file or "\\" in file or file.startswith(".") or not file.endswith(".domain"):
        text.problem(
            file,
            "bad_use",
            f"{file[:80]!r} is not the name of a design beside this one",
            offset,
            "write: use billing.domain",
        )
        return None
    if file in above:
        text.problem(file, "cycle", f"{' uses '.join((*above, file))}", offset, "leave one of them out")
        return None
    if len(above) > _MOST_NESTED:
        text.problem(
            file, "too_deep", f"designs use one another more than {_MOST_NESTED} deep", offset, "compose fewer"
        )
        return None
    try:
        found = _parse(read(file), file, sections, read, (*above, file))
    except VerificationError as error:
        text.problem(file, error.problems[0].code, error.problems[0].message, offset, error.problems[0].hint)
        return None
    text.problems += [replace(each, path=f"{file}: {each.path}") for each in found.problems]
    return found.domain


def read_lines(text: Text) -> list[Node]:
    """The tree of the lines of ``text``, each read in the block it stands in; its problems are noted in ``text``."""
    roots: list[Node] = []
    stack: list[tuple[int, Node]] = []
    comments: list[Line] = []
    for line in split(text):
        if len(text.problems) >= MOST_PROBLEMS:
            text.problem("", "more_problems", "further mistakes are not listed", line.start, "mend these first")
            break
        if line.start == line.end:
            comments.append(line)
            continue
        _end_blocks(roots, stack, comments, line.indent)
        popped = _owner(stack, line.indent)
        above = stack[-1][1] if stack else None
        siblings = roots if above is None else above.children
        siblings += [Node(each, None, len(stack), "#") for each in comments]
        comments.clear()
        indent = line.indent
        if popped is not None and popped != indent:
            indent = popped  # so that the lines below are read as if it stood there
            if "\t" not in text.source[line.start - line.indent : line.start]:  # else that is told
                said = "this stands neither beside nor below what came before"
                text.problem("", "bad_indent", said, line.start, f"indent by {popped} spaces")
        node = _node(line, above, len(stack), text)
        siblings.append(node)
        if len(stack) >= _MOST_NESTED:
            said = f"lines stand more than {_MOST_NESTED} deep in one another"
            text.problem("", "too_deep", said, line.start, "indent less")
            break
        stack.append((indent, node))
    _end_blocks(roots, stack, comments, -1)
    return roots


def _node(line: Line, above: Node | None, depth: int, text: Text) -> Node:
    """``line``, read in the block below ``above``, and known there."""
    node = Node(line, None, depth, "in_domain" if above is None else _context(above, text))
    if node.context == "":
        text.problem("", "misplaced", "nothing can stand below the line before", line.start, "indent it less")
    elif node.context != "?":
        node.statement = read_statement(line, node.context, text)
    if node.statement is not None:
        _section(node.statement, line, text)
        if above is not None and above.statement is not None:
            above.statement.children.append(node.statement)
    return node


def _end_blocks(roots: list[Node], stack: list[tuple[int, Node]], comments: list[Line], indent: int) -> None:
    """Put comments that stand deeper than the next statement at the end of the blocks they stand in; those left belong to that statement."""
    while comments and comments[0].indent > indent:
        line = comments.pop(0)
        while stack and stack[-1][0] >= line.indent:
            stack.pop()
        siblings = stack[-1][1].children if stack else roots
        siblings.append(Node(line, None, len(stack), "#"))


def _owner(stack: list[tuple[int, Node]], indent: int) -> int | None:
    """Take off what ``indent`` does not stand below; the indentation of the last taken off."""
    popped = None
    while stack and stack[-1][0] >= indent:
        popped = stack.pop()[0]
    return popped


def _context(node: Node, text: Text) -> str:
    """The block below a line: ``?`` where that cannot be told, nothing where there is none."""
    if node.statement is not None:
        kind = node.statement.kind
    else:  # what stands below it is read all the same
        word = text.code[node.line.start : node.line.end].split(None, 1)[0]
        kind = _LEADS.get(word, word)
        if kind not in _WITH_BLOCKS or kind in ("attribute", "relationship", "transition"):
            return "?"
    return _CONTEXTS.get(kind, f"in_{kind}") if kind in _WITH_BLOCKS else ""


def _section(statement: Statement, line: Line, text: Text) -> None:
    """Give an extension without JSON the text below it."""
    if line.raw is None:
        return
    start, end = line.raw
    head, _, body = text.source[start:end].partition("\n")
    if not head.strip():
        below = body.replace("\r\n", "\n").rstrip()
        said = dedent(below).strip("\n")
        place = text.source.find(said.partition("\n")[0], start + len(head) + 1)
        statement.facts.append(Fact("section", (place, said), place, end))
