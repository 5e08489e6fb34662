"""The moves of a small LALR(1) machine that runs a table: what the parsers of all our languages share.

It keeps no stack of calls: whatever is nested, text only grows a list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from workbench.expression.table import Rule, Table

__all__ = ["Make", "Token", "accepts", "reduce"]

Make: TypeAlias = Callable[[str, list[Any], int, int], Any]
"""What a rule makes of its children, which stood from a start to an end."""


class Token(NamedTuple):
    """A word of the text: which terminal it is, its text, and where it starts and ends."""

    type: str
    text: str
    start: int
    end: int


class _Run(list[Any]):
    """The children of a repetition, laid flat into the rule around it."""


def reduce(
    table: Table,
    rule: Rule,
    states: list[int],
    values: list[Any],
    starts: list[int],
    ends: list[int],
    make: Make,
) -> None:
    """Put what ``rule`` makes in the place of the symbols on the stacks that it is made of."""
    size = rule.size
    start, end = starts[-size], ends[-1]
    below = values[-size:]
    del states[-size:], values[-size:], starts[-size:], ends[-size:]
    if rule.single:
        made = below[0]
    elif rule.origin.startswith("__"):
        made = _extended(below, rule.layout)
    else:
        made = make(rule.callback, _laid_out(rule.layout, below), start, end)
    values.append(made)
    starts.append(start)
    ends.append(end)
    states.append(table.rows[states[-1]][rule.origin])


def _extended(below: list[Any], layout: tuple[int, ...]) -> _Run:
    """A repetition with one more round. It begins with all rounds before, which are not copied: a list may be long."""
    if isinstance(below[0], _Run):
        below[0].extend(below[index] for index in layout[1:])
        return below[0]
    return _Run(_laid_out(layout, below))


def _laid_out(layout: tuple[int, ...], below: list[Any]) -> list[Any]:
    laid: list[Any] = []
    for index in layout:
        value = below[index] if index >= 0 else None
        if isinstance(value, _Run):
            laid += value
        else:
            laid.append(value)
    return laid


def accepts(name: str, states: list[int], table: Table) -> bool:
    """Whether a token called ``name`` can really come next, once what it completes is reduced."""
    stack, ends = list(states), table.ends.values()
    while stack[-1] not in ends:
        step = table.rows[stack[-1]].get(name)
        if step is None:
            return False
        if step >= 0:
            return True
        rule = table.rules[~step]
        del stack[-rule.size :]
        stack.append(table.rows[stack[-1]][rule.origin])
    return True
