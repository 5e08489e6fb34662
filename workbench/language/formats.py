"""The formats a design is saved in, told by the ending of its file. All hold the same document; each loads its library when it is used."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from workbench.errors import AdapterError, NotFoundError, Problem, Problems, VerificationError
from workbench.language.json_text import read_text
from workbench.model.domain import Domain

__all__ = ["FORMATS", "Format", "format_called", "format_of", "is_saved_as", "load", "located", "save", "write_whole"]


class Format(NamedTuple):
    """A way to write a design: ``module`` has ``loads(text, called)``, ``dumps(domain)`` and, where there are no endings, ``losses(domain)``."""

    name: str
    endings: tuple[str, ...]
    module: str

    def loads(self, text: str, called: str = "text") -> Domain:
        """The domain that ``text``, from a file ``called`` so, holds. Raises ``VerificationError`` with every mistake found."""
        return self._function("loads")(text, called)  # type: ignore[no-any-return]

    def loads_beside(self, text: str, path: Path) -> Domain:
        """The domain that ``text``, read from ``path``, holds, with what it uses of the files beside it. Raises as ``loads`` does."""
        if self.name == "domain":
            return self._function("loads")(text, path.name, read=lambda name: read_text(path.with_name(name)))  # type: ignore[no-any-return]
        return self.loads(text, path.name)

    def dumps(self, domain: Domain) -> str:
        """``domain`` as text. Raises ``VerificationError`` where the format cannot hold it."""
        return self._function("dumps")(domain)  # type: ignore[no-any-return]

    def losses(self, domain: Domain) -> Problems:
        """What ``dumps`` leaves out, one problem each. A design loses nothing in formats with an ending of their own."""
        return Problems() if self.endings else self._function("losses")(domain)

    def _function(self, name: str) -> Any:
        return getattr(import_module(self.module), name)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        each.name: each
        for each in (
            Format("domain", (".domain",), "workbench.language.domain_format"),
            Format("json", (".json",), "workbench.language.json_format"),
            Format("yaml", (".yaml", ".yml"), "workbench.language.yaml_format"),
            Format("toml", (".toml",), "workbench.language.toml_format"),
            Format("ashswarm", (), "workbench.language.ashswarm"),
        )
    }
)
"""Every format by its name."""


def format_called(name: str) -> Format:
    """The format of that name.

    >>> format_called("yaml").endings
    ('.yaml', '.yml')

    Raises:
        NotFoundError: there is none; the error names the nearest.
    """
    if name in FORMATS:
        return FORMATS[name]
    raise NotFoundError("format", name, FORMATS)


def format_of(path: str | Path) -> Format:
    """The format that the ending of ``path`` says.

    >>> format_of("shop.YML").name
    'yaml'

    Raises:
        VerificationError: no format has that ending.
    """
    ending = Path(path).suffix.lower()
    for each in FORMATS.values():
        if ending in each.endings:
            return each
    known = ", ".join(ending for each in FORMATS.values() for ending in each.endings)
    said = (
        f"the ending {ending!r} says no format of a design" if ending else "the name has no ending that says its format"
    )
    problem = Problem(Path(path).name or str(path), "unknown_ending", said, hint=f"there are {known}")
    raise VerificationError([problem], str(path))


def is_saved_as(path: str | Path) -> bool:
    """Whether the ending of ``path`` is that of a format of designs."""
    return any(Path(path).suffix.lower() in each.endings for each in FORMATS.values())


def load(path: str | Path) -> Domain:
    """The domain saved in the file at ``path``, in the format its ending says; in a folder, in the file called ``design`` there.

    Raises:
        VerificationError: there is no such file, it cannot be read, or it holds no domain; ``subject`` is the path.
    """
    if not str(path).strip():  # Path("") would be the current folder
        problem = Problem("design", "no_design", "no design is named: the path is empty", hint="name a saved design")
        raise VerificationError([problem])
    file = _file(path)
    text = read_text(file)
    try:
        return format_of(file).loads_beside(text, file)
    except VerificationError as error:
        raise VerificationError(error.problems, str(file)) from error


def located(problems: Problems, path: str | Path) -> Problems:
    """``problems`` of the design saved at ``path``, each with the line and column of what it is about, where its text is in the domain
    language; those of other formats as they are. Raises as ``load`` does.
    """
    file = _file(path)
    if not problems or format_of(file).name != "domain":
        return problems
    from workbench.language.domain_format import parse

    read = parse(read_text(file), file.name, read=lambda name: read_text(file.with_name(name)))
    return read.located(problems)


def _file(path: str | Path) -> Path:
    """The file at ``path``; in a folder, the one called ``design`` there."""
    inside = [each for each in sorted(Path(path).glob("design.*")) if is_saved_as(each)]
    return inside[0] if len(inside) == 1 else Path(path)


def save(domain: Domain, path: str | Path) -> None:
    """Write ``domain`` to the file at ``path``, in the format its ending says: whole or not at all, whatever happens meanwhile.

    Raises:
        AdapterError: the file cannot be written; the cause is chained.
        VerificationError: ``extensions`` hold something JSON cannot carry, or no format has that ending.
    """
    write_whole(format_of(path).dumps(domain), path)


def write_whole(text: str, path: str | Path) -> None:
    """The file at ``path`` holds ``text``, or what it held before, whatever happens meanwhile.

    Raises:
        AdapterError: the file cannot be written; the cause is chained.
    """
    target = Path(path).resolve()
    draft = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}")
    try:
        try:
            with draft.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            if target.exists():
                shutil.copymode(target, draft)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        hint = "check that the folder exists and that you may write there"
        raise AdapterError(
            f"{path} cannot be written: {error.strerror}", path=str(path), code="unwritable", hint=hint
        ) from error
