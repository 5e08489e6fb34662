"""What the workbench itself saves, which lies beside data and is none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

__all__ = ["OwnFile", "own_file"]

_LARGEST = 1 << 26


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A kind of file the workbench writes: the code of the problem that says so, its name in words, and what to do with it."""

    code: str
    what: str
    hint: str


_DESIGN = OwnFile("is_a_design", "a saved design", "use `workbench show` or `workbench check` for a design")
_DECISIONS = OwnFile(
    "is_decisions", "a file of saved decisions", "pass it as `--decisions`, or `previous=`, with the data"
)
_MANIFEST = OwnFile("is_a_manifest", "the manifest of an export", "name the data the design came from")


def own_file(path: Path) -> OwnFile | None:
    """Which of the workbench's own files ``path`` is, told by the top level of its JSON; None for data.

    Raises:
        OSError: the file cannot be read.
    """
    if path.suffix.lower() != ".json" or path.stat().st_size > _LARGEST:
        return None
    content = path.read_bytes()
    if b'"workbench"' not in content:
        return None
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not isinstance(document.get("workbench"), str):
        return None
    if "format" in document:
        return _DECISIONS if document["workbench"] == "decisions" else _DESIGN
    return _MANIFEST if {"target", "files"} <= document.keys() else None
