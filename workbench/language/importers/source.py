"""The text to import: given, or read from a file; and what a text that is of another kind looks like."""

from __future__ import annotations

import re
from pathlib import Path

from workbench.errors import Problem, VerificationError
from workbench.language.json_text import MOST_BYTES, read_text

__all__ = ["looks_like", "text_of", "wrong_kind"]

_LONGEST_PATH = 1_000
_HEAD = 20_000
_SIGNS: dict[str, str] = {
    "mermaid": r"^\s*erDiagram\b",
    "openapi": r"""^\s*["']?(?:openapi|swagger)["']?\s*:""",
    "json_schema": r'"(?:\$schema|\$defs|definitions|properties|\$ref)"\s*:',
    "sql": r"(?i)^\s*create\s+(?:or\s+replace\s+)?(?:\w+\s+){0,2}table\b",
    "dbml": r"(?im)^\s*(?:Table|Enum|TableGroup|Project)\s+[\w\"`.]+[^;\n]*\{|^\s*Ref\b[^\n]*:",
}
_NAMES = {
    "mermaid": "a Mermaid ER diagram", "openapi": "an OpenAPI description", "json_schema": "a JSON Schema", "sql": "SQL DDL",
    "dbml": "DBML",
}  # fmt: skip


def text_of(text_or_path: str | Path) -> tuple[str, str]:
    """The text, and what to call it: the file's name without its ending, or ``imported``.

    A ``Path`` is a file. A string is one where there is a file of that name, else text; one line that ends like a file name must be one.

    Raises:
        VerificationError: there is no such file, it is too large, not UTF-8 or empty.
    """
    if isinstance(text_or_path, Path) or _is_path(text_or_path):
        path = Path(text_or_path)
        text, name = read_text(path), path.name.split(".", 1)[0] or "imported"
    else:
        text, name = text_or_path, "imported"
    if len(text) > MOST_BYTES:
        problem = Problem(name, "too_large", f"the text has more than {MOST_BYTES:,} characters", hint="import a part")
        raise VerificationError([problem], name)
    if not text.strip():
        raise VerificationError([Problem(name, "empty_file", "there is nothing in it", hint="name another file")], name)
    return text.removeprefix("\ufeff"), name


def _is_path(text: str) -> bool:
    if not text or len(text) > _LONGEST_PATH or "\n" in text or "\0" in text:
        return False
    try:
        return (
            Path(text).exists()
            or re.fullmatch(r"[^{}:;\"']*\.(json|ya?ml|dbml|mmd|mermaid|sql|ddl|md|txt)", text) is not None
        )
    except (OSError, ValueError):
        return False


def looks_like(text: str) -> str:
    """The kind that ``text`` looks like; empty where it looks like none.

    >>> looks_like("erDiagram"), looks_like("Table a { id int }"), looks_like("hello")
    ('mermaid', 'dbml', '')
    """
    head = text[:_HEAD]
    return next((kind for kind, sign in _SIGNS.items() if re.search(sign, head, re.MULTILINE)), "")


def wrong_kind(kind: str, text: str, name: str, expected: str) -> VerificationError:
    """The refusal of a text that is no ``kind``: what it lacks, and what it looks like."""
    other = looks_like(text)
    if other and other != kind:
        hint = f"it looks like {_NAMES[other]}: import it as {other}"
    elif '"workbench"' in text[:_HEAD]:
        hint = "it looks like a saved design, which needs no import"
    else:
        hint = f"{_NAMES[kind]} {expected}"
    problem = Problem(name, "wrong_kind", f"this is not {_NAMES[kind]}", hint=hint)
    return VerificationError([problem], name)
