"""A finished export: its files, where each line comes from, what was lost, and how it reaches a folder safely."""

from __future__ import annotations

import hashlib
import inspect
import json
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workbench.emit.draft import Draft, SourceRange
from workbench.errors import AdapterError, ConflictError, NotFoundError, Problem, Problems
from workbench.model import Domain
from workbench.views import Code, Stack, View, Viewable, counted

__all__ = ["FORMAT", "MANIFEST_NAME", "TARGETS", "Export", "Manifest", "design_hash", "export", "recorded_exports"]

FORMAT = 1
"""The version of the manifest's own format."""
MANIFEST_NAME = "workbench-manifest.json"

TARGETS: Mapping[str, str] = MappingProxyType(
    {
        "alembic": "workbench.emit.alembic",
        "dot": "workbench.emit.dot",
        "duckdb": "workbench.emit.duckdb",
        "json_schema": "workbench.emit.json_schema",
        "mermaid": "workbench.emit.mermaid",
        "postgres": "workbench.emit.postgres",
        "pydantic": "workbench.emit.pydantic",
        "sqlalchemy": "workbench.emit.sqlalchemy",
    }
)
"""Target -> the module whose ``emit(domain, **options)`` drafts it; loaded on use."""

_LANGUAGES = {".sql": "sql", ".py": "python", ".json": "json", ".mmd": "mermaid", ".dot": "dot"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export was made from and with. The same design and versions give the same manifest."""

    domain: str
    design: str
    """``sha256`` of the design's canonical JSON."""
    target: str
    workbench: str
    libraries: Mapping[str, str]
    files: Mapping[str, str]
    """File -> ``sha256`` of its bytes; files of earlier exports that this one follows included."""
    source_map: tuple[SourceRange, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data; source ranges as ``[first, last, path]`` by file."""
        ranges: dict[str, list[list[object]]] = {file: [] for file in self.files}
        for each in self.source_map:
            ranges[each.file].append([each.first, each.last, each.path])
        return {
            "domain": self.domain,
            "design": self.design,
            "target": self.target,
            "workbench": self.workbench,
            "libraries": dict(self.libraries),
            "files": dict(self.files),
            "source_map": ranges,
        }

    def element_at(self, file: str, line: int) -> str:
        """The path of the innermost element that ``line`` (from 1) of ``file`` comes from; empty when it comes from none."""
        inside = [each for each in self.source_map if each.file == file and each.first <= line <= each.last]
        return min(inside, key=lambda each: each.last - each.first).path if inside else ""


@dataclass(frozen=True, slots=True)
class Export(Viewable):
    """A domain said in another language. ``losses`` is what that language could not carry."""

    files: Mapping[str, str]
    manifest: Manifest
    losses: tuple[Problem, ...] = ()
    lasting: str = ""
    """The folder whose files only ever become more."""

    def __repr__(self) -> str:
        return f"Export({self.manifest.target!r}, {list(self.files)}, losses={len(self.losses)})"

    def write(self, folder: str | Path, overwrite: bool = False) -> Path:
        """All files and ``workbench-manifest.json`` stand in ``folder``, or nothing there has changed. Other targets' files stay.

        Raises:
            ConflictError: a file was edited since it was exported, or was never ours, or would go though it is there to last, and
                ``overwrite`` is false.
            AdapterError: the folder cannot be written.
        """
        place = Path(folder)
        try:
            return self._write(place, overwrite)
        except OSError as error:
            reason = error.strerror or str(error)
            raise AdapterError(f"the export cannot be written to '{place}': {reason}", code="not_written") from error

    def _write(self, place: Path, overwrite: bool) -> Path:
        exports = recorded_exports(place)
        recorded = {file: digest for each in exports.values() for file, digest in each.get("files", {}).items()}
        known = exports.get(self.manifest.target, {}).get("files", {})
        files = self.manifest.files
        stale = [file for file in known if file not in files and _digest_of(place / file) == known[file]]
        going = [
            file for file in known if self.lasting and file.startswith(self.lasting) and files.get(file) != known[file]
        ]
        if going and not overwrite:
            raise ConflictError(
                f"'{place}' already holds {', '.join(map(repr, going))}, which this export does not follow; export onto={str(place)!r} "
                "to add to it, choose another folder, or pass overwrite=True"
            )
        edited = [
            file for file, text in self.files.items() if _is_edited(place / file, recorded.get(file), _digest(text))
        ]
        if edited and not overwrite:
            raise ConflictError(
                f"{', '.join(map(repr, edited))} in '{place}' would be replaced, and changed since it was exported or is not an "
                "export at all; move it away, choose another folder, or pass overwrite=True"
            )
        exports[self.manifest.target] = self.manifest.as_dict()
        manifest = {"format": FORMAT, "exports": {target: exports[target] for target in sorted(exports)}}
        text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
        _install(place, {**self.files, MANIFEST_NAME: text}, stale)
        return place

    def check(self, folder: str | Path) -> Problems:
        """What in ``folder`` is not as this export would write it: missing, edited by hand, or stale.

        A file that nobody edited and that differs is stale: the design, an option or the workbench has changed since. No problem means
        that ``write`` would change nothing but the manifest.
        """
        place = Path(folder)
        exports = recorded_exports(place)
        known = exports.get(self.manifest.target, {})
        recorded = {file: digest for each in exports.values() for file, digest in each.get("files", {}).items()}
        found = [
            problem
            for file, digest in self.manifest.files.items()
            if (problem := self._judged(place / file, file, recorded.get(file), digest, known))
        ]
        for file, digest in known.get("files", {}).items():
            if file not in self.manifest.files and (place / file).exists():
                is_edited = _digest_of(place / file) != digest
                what = (
                    "edited by hand, and no part of the export any more"
                    if is_edited
                    else "no part of the export any more"
                )
                found.append(Problem(file, "left_over", f"{file} is {what}", hint="delete it, or keep it elsewhere"))
        return Problems(found)

    def _judged(
        self, place: Path, file: str, recorded: str | None, new: str, known: Mapping[str, Any]
    ) -> Problem | None:
        now = _digest_of(place)
        if now == new:
            return None
        again = f"export to {self.manifest.target} again"
        if now is None:
            return Problem(file, "not_exported", f"{file} is missing", hint=again)
        if recorded is None:
            return Problem(file, "not_ours", f"{file} is no export of ours", hint="move it away, or export elsewhere")
        if now != recorded:
            hint = "move the edit into the design, then export again with --overwrite"
            return Problem(file, "edited_by_hand", f"{file} was edited since it was exported", hint=hint)
        why = (
            "the design has changed"
            if known.get("design") != self.manifest.design
            else "it would be written otherwise now"
        )
        return Problem(file, "stale_export", f"{file} is stale: {why} since it was exported", hint=again)

    def view(self) -> View:
        """The files, open when there is one, and the losses."""
        count = len(self.losses)
        codes = tuple(
            Stack(file, (Code(text, _LANGUAGES.get(Path(file).suffix, "text")),)) for file, text in self.files.items()
        )
        detail = f"{counted(len(codes), 'file')}, {counted(count, 'loss') if count else 'no losses'}"
        losses = (Problems(self.losses).view(),) if self.losses else ()
        folded = (*(len(codes) > 1 for _ in codes), *(False for _ in losses))
        return Stack(f"{self.manifest.domain} as {self.manifest.target}", (*codes, *losses), detail, folded)


def export(domain: Domain, target: str, **options: Any) -> Export:
    """``domain`` in the language of ``target``, with what that language could not carry.

    >>> export(Domain(name="empty"), "json_schema")
    Export('json_schema', ['schema.json'], losses=0)

    Raises:
        NotFoundError: there is no such target, or it has no such option.
    """
    import workbench

    if target not in TARGETS:
        raise NotFoundError("export target", target, TARGETS)
    emit = import_module(TARGETS[target]).emit
    accepted = [name for name in inspect.signature(emit).parameters if name != "domain"]
    for name in options:
        if name not in accepted:
            raise NotFoundError(f"option of export target {target}", name, accepted)
    draft: Draft = emit(domain, **options)
    files = {writer.file: writer.text for writer in draft.writers}
    manifest = Manifest(
        domain=domain.name,
        design=design_hash(domain),
        target=target,
        workbench=workbench.__version__,
        libraries=MappingProxyType({name: version(name) for name in draft.libraries}),
        files=MappingProxyType(draft.history | {file: _digest(text) for file, text in files.items()}),
        source_map=tuple(draft.ranges()),
    )
    return Export(MappingProxyType(files), manifest, tuple(Problems(draft.losses)), draft.lasting)


def design_hash(domain: Domain) -> str:
    """``sha256`` of the domain's canonical JSON: keys in order, no spaces, defaults left out."""
    facts = domain.model_dump(mode="json", exclude_defaults=True)
    return _digest(json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _digest_of(file: Path) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None


def _is_edited(file: Path, recorded: str | None, new: str) -> bool:
    if not file.exists():
        return False
    return _digest_of(file) not in (recorded, new)


def recorded_exports(place: Path) -> dict[str, Any]:
    """The exports a folder's manifest records; none where there is no manifest of ours that can be read."""
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        found = json.loads((place / MANIFEST_NAME).read_text(encoding="utf-8"))
        plain = all(_is_inside(file) for each in found["exports"].values() for file in each["files"])
        if found["format"] == FORMAT and plain:
            return dict(found["exports"])
    return {}


def _is_inside(file: str) -> bool:
    """Whether a recorded file lies in the folder that records it."""
    return bool(file) and "\\" not in file and not Path(file).is_absolute() and ".." not in Path(file).parts


def _install(place: Path, files: Mapping[str, str], stale: list[str]) -> None:
    """``files`` replace those in ``place`` and ``stale`` ones go; whatever fails on the way is undone."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".workbench-", dir=place if place.is_dir() else place.parent) as name:
        new, old = Path(name, "new"), Path(name, "old")
        new.mkdir()
        old.mkdir()
        for file, text in files.items():
            (new / file).parent.mkdir(parents=True, exist_ok=True)
            (new / file).write_bytes(text.encode())
        if not place.exists():
            new.rename(place)
            return
        done: list[str] = []
        try:
            for file in (*stale, *files):
                if (place / file).is_file():
                    (old / file).parent.mkdir(parents=True, exist_ok=True)
                    (place / file).rename(old / file)
                if file in files:
                    (place / file).parent.mkdir(parents=True, exist_ok=True)
                    (new / file).rename(place / file)
                done.append(file)
        except BaseException:
            for file in (*stale, *files):
                if (old / file).exists():
                    (old / file).replace(place / file)
                elif file in done:
                    (place / file).unlink(missing_ok=True)
            for folder in {(place / file).parent for file in files} - {place}:
                with suppress(OSError):  # it holds something
                    folder.rmdir()
            raise
