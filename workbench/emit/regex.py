"""A design's patterns for others: what RE2, ECMAScript, Rust and Python all read alike."""

from __future__ import annotations

import re

__all__ = ["whole_match"]

_NEEDS_ESCAPE = frozenset("\\.+*?()|[]{}^$/-")
"""ECMAScript's Unicode mode refuses to escape anything else, and Rust reads ``\\<`` as the start of a word."""


def whole_match(pattern: str) -> str | None:
    """A pattern that matches exactly where ``pattern`` matches the whole value; None when some engine would read it differently.

    >>> whole_match(r"\\d{3}-[\\w.]+"), whole_match("(?i)a"), whole_match(r"\\p{Greek}")
    ('^(?:[0-9]{3}\\\\-[\\\\.0-9A-Z_a-z]+)$', None, None)
    """
    from workbench.expression.patterns import parse_pattern

    try:
        source = parse_pattern(pattern).source
    except ValueError:
        return None
    return "^(?:" + re.sub(r"\\(.)", _kept, source, flags=re.DOTALL) + ")$"


def _kept(escape: re.Match[str]) -> str:
    return escape[0] if escape[1] in _NEEDS_ESCAPE else escape[1]
