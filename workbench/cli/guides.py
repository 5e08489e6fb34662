"""Where the guides are, and how they come into an analyst's folder without ever taking her edits away."""

from __future__ import annotations

import hashlib
import json
import shutil
import site
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import AdapterError

__all__ = ["FOLDER", "Copied", "bring", "checkout", "installed"]

FOLDER = "workbench-guides"
"""The folder that guides are copied to."""

_RECORD = ".copied.json"


def checkout(folder: Path) -> Path | None:
    """The checkout of the workbench's repository that ``folder`` lies in, if it does."""
    for candidate in (folder, *folder.parents):
        if (candidate / "kernels" / "workbench").is_dir() and (candidate / "notebooks").is_dir():
            return candidate
    return None


def installed() -> Path:
    """The folder with ``notebooks`` and ``data`` that came with the package. ``AdapterError`` if there is none."""
    source = checkout(Path(__file__).resolve().parent)
    shared = [Path(base, "share", "workbench") for base in (sysconfig.get_path("data"), site.getuserbase())]
    for candidate in ([source] if source else []) + shared:
        if (candidate / "notebooks").is_dir():
            return candidate
    raise AdapterError(
        "the guides are not installed", hint="install again: pip install --force-reinstall domain-workbench"
    )


@dataclass(frozen=True, slots=True)
class Copied:
    """What ``bring`` did: files written, and files kept because they were edited; paths relative to the folder."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def bring(source: Path, folder: Path) -> Copied:
    """Make ``folder`` hold the guides and data of ``source``.

    A file that was edited since it was copied is kept as it is; one that was not is brought up to date. What was copied is
    remembered in ``.copied.json``. ``AdapterError`` if the folder cannot be written.
    """
    record = folder / _RECORD
    try:
        folder.mkdir(parents=True, exist_ok=True)
        copied: dict[str, str] = dict(json.loads(record.read_text())) if record.exists() else {}
        written, kept = [], []
        for path in _files(source):
            name, target = path.relative_to(source).as_posix(), folder / path.relative_to(source)
            now = _digest(target) if target.exists() else None
            if now == _digest(path):
                continue
            if now is not None and now != copied.get(name):
                kept.append(name)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            copied[name] = _digest(path)
            written.append(name)
        if written:
            record.write_text(json.dumps(copied, indent=1))
    except (OSError, TypeError, ValueError) as error:
        raise AdapterError(
            f"the guides cannot be copied to {folder}: {error}",
            hint="name a folder you can write: workbench lab FOLDER",
        ) from error
    return Copied(tuple(written), tuple(kept))


def _files(source: Path) -> list[Path]:
    """The notebooks and the data they need, hidden folders aside."""
    found = [
        *(source / "notebooks").rglob("*"),
        *(source / "data" / "designs").glob("*"),
        *(source / "data" / "flights").glob("*"),
        *(source / "data" / "shop").glob("*"),
        source / "data" / "README.md",
    ]
    return [
        path
        for path in sorted(found)
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(source).parts)
    ]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
