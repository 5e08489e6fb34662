"""Text files in whatever encoding, compressed or not, made ready as UTF-8."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from workbench.store.options import Loading
from workbench.views import counted

__all__ = ["TextFile", "compression", "lines_said", "open_bytes", "open_text", "read_text_file"]

_HEAD = 1 << 18
_LARGEST_HEAD = 1 << 25  # a line of a million columns
_BLOCK = 1 << 20
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""Characters that text has no use for; U+0085 is a line end."""
_FEW_CONTROLS = 5
_MOST_CONTROLS = 0.05  # random bytes hold more than a tenth, text spoilt by a wrong encoding or a failing program a few
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file DuckDB can read as UTF-8: the original where it is that, else a copy; ``head`` is the text it begins with."""

    path: Path
    head: str
    is_whole: bool


def _is_compressed(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def compression(path: Path) -> str:
    """What a reader of DuckDB has to be told further of ``path``: that it is compressed, or nothing."""
    return ", compression = 'gzip'" if _is_compressed(path) else ""


def open_bytes(path: Path) -> IO[bytes]:
    """The content of ``path``, uncompressed."""
    return cast(IO[bytes], gzip.open(path, "rb")) if _is_compressed(path) else path.open("rb")


def open_text(path: Path) -> IO[str]:
    """The content of a UTF-8 file, uncompressed, its line ends as they are."""
    return io.TextIOWrapper(open_bytes(path), encoding="utf-8-sig", newline="")


def lines_said(lines: Sequence[int], total: int | None = None) -> str:
    """Line numbers in words.

    >>> lines_said([3]), lines_said([3, 9], 12)
    ('line 3', 'lines 3, 9 and 10 more')
    """
    shown, more = ", ".join(map(str, lines[:5])), (total or len(lines)) - len(lines[:5])
    return f"line{'s' * (len(lines) > 1)} {shown}" + (f" and {more} more" if more else "")


def read_text_file(path: Path, loading: Loading) -> TextFile | None:
    """``path`` ready to be read as UTF-8; None, and a problem, where it is empty, no text, or cannot be read."""
    try:
        return _read(path, loading)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        loading.say(
            path.name,
            "unreadable_file",
            f"{path.name} cannot be read: {reason}",
            hint="is it whole, and may you read it?",
        )
    except LookupError:
        wanted = loading.options.encoding
        loading.say(
            path.name, "unknown_encoding", f"no encoding is called {wanted!r}", hint="say 'utf-8', 'cp1252', 'utf-16' …"
        )
    return None


def _read(path: Path, loading: Loading) -> TextFile | None:
    head, is_whole = _head(path)
    if is_whole and not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        loading.say(path.name, "empty_file", f"{path.name} is empty", hint="nothing was read from it")
        return None
    encoding = loading.options.encoding or _declared_encoding(head)
    if controls := _controls(head.decode(encoding or "utf-8", "ignore"), loading.options.delimiter):
        message = f"{path.name} is no text file: {counted(controls, 'control character')} among the first that it holds"
        hint = "is it a file of another kind, or damaged? pass encoding= where it is text after all"
        loading.say(path.name, "no_text", message, hint=hint)
        return None
    if encoding not in (None, "utf-8-sig"):
        return _copied(path, _transcoded(path, encoding, loading), loading)
    if _is_clean(path):
        return TextFile(path, head.decode("utf-8-sig", "ignore"), is_whole)
    return _copied(path, _repaired(path, loading), loading)


def _declared_encoding(head: bytes) -> str | None:
    """The encoding a byte-order mark names; UTF-16 without a mark shows by zeros in every other place."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    sample = head[: len(head) // 2 * 2][:2000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) > len(sample) // 2 * 0.4 and min(even, odd) < len(sample) // 2 * 0.1:
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def _controls(text: str, delimiter: str | None) -> int:
    """How many control characters ``text`` holds, where they are too many for text; else 0."""
    count = sum(each != delimiter for each in _CONTROL.findall(text))
    return count if count >= max(_FEW_CONTROLS, _MOST_CONTROLS * len(text)) else 0


def _is_clean(path: Path) -> bool:
    """Whether the whole file is UTF-8 without zero bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with open_bytes(path) as stream:
            while block := stream.read(_BLOCK):
                if b"\0" in block:
                    return False
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _copied(path: Path, text: Iterator[str], loading: Loading) -> TextFile:
    copy = loading.temporary / f"text-{len(list(loading.temporary.iterdir()))}{''.join(path.suffixes[:1])}.utf8"
    with copy.open("w", encoding="utf-8", newline="", errors="replace") as stream:
        stream.writelines(text)
    head, is_whole = _head(copy)
    return TextFile(copy, head.decode("utf-8", "ignore"), is_whole)


def _head(path: Path) -> tuple[bytes, bool]:
    """What a file begins with, its first lines at least, and whether that is all of it."""
    with open_bytes(path) as stream:
        head = stream.read(_HEAD)
        while len(head) % _HEAD == 0 and head and len(head.splitlines()) < 3 and len(head) < _LARGEST_HEAD:
            if not (more := stream.read(_HEAD)):
                break
            head += more
        return head, not stream.read(1)


def _transcoded(path: Path, encoding: str, loading: Loading) -> Iterator[str]:
    """The text in a known encoding; bytes that break it become U+FFFD, and are counted."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    broken, zeros = 0, 0
    with open_bytes(path) as stream:
        while block := stream.read(_BLOCK):
            text = decoder.decode(block)
            broken += text.count("\ufffd")
            zeros += text.count("\0")
            yield text.replace("\0", "")
    if broken:
        loading.say(
            path.name,
            "broken_bytes",
            f"{counted(broken, 'character')} of {path.name} not valid {encoding}",
            "warning",
            hint="they are shown as �",
        )
    if zeros:
        _say_zeros(path, [], zeros, loading)
    loading.say(path.name, "encoding", f"{path.name} was read as {encoding}", "info")


def _repaired(path: Path, loading: Loading) -> Iterator[str]:
    """The text line by line, as UTF-8 where a line is that and as Windows-1252 where it is not; zero bytes are left out."""
    foreign: list[int] = []
    zeros: list[int] = []
    foreign_count, zero_count, is_mixed = 0, 0, False
    with open_bytes(path) as stream:
        for number, line in enumerate(stream, start=1):
            if b"\0" in line:
                line, zero_count = line.replace(b"\0", b""), zero_count + line.count(b"\0")
                zeros += [number] if len(zeros) < 5 else []
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                is_mixed = is_mixed or not text.isascii()
            except UnicodeDecodeError:
                text = _western(line)
                foreign_count += 1
                foreign += [number] if len(foreign) < 5 else []
            yield text
    if zeros:
        _say_zeros(path, zeros, zero_count, loading)
    if foreign and is_mixed:
        where = lines_said(foreign, foreign_count)
        message = f"{path.name} mixes encodings: what is not UTF-8 was read as Windows-1252 ({where})"
        loading.say(
            path.name,
            "mixed_encodings",
            message,
            "warning",
            hint="save the file in one encoding",
            rows=foreign_count,
            line=foreign[0],
        )
    elif foreign:
        message = f"{path.name} is not UTF-8 (first on line {foreign[0]}); it was read as Windows-1252"
        loading.say(path.name, "encoding", message, "info", hint="pass encoding= where that is wrong", line=foreign[0])


def _western(line: bytes) -> str:
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _say_zeros(path: Path, lines: Sequence[int], count: int, loading: Loading) -> None:
    where = f" ({lines_said(lines)}{' …' if len(lines) == 5 else ''})" if lines else ""
    message = f"{path.name} holds {counted(count, 'zero byte')}{where}; they were left out"
    loading.say(
        path.name,
        "zero_bytes",
        message,
        "warning",
        hint="was the file cut off or written by a failing program?",
        line=lines[0] if lines else None,
    )
