"""Characters: nothing hidden acts, nothing is wider than asked."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from workbench.display.characters import columns, cut, cut_pixels, oneline, pixels, printable, wrapped

ANY = st.text(st.characters(), max_size=60)


@given(ANY)
def test_nothing_printable_steers_or_hides(text: str) -> None:
    """No control, surrogate or direction-changing character survives, and the rest is untouched."""
    shown = printable(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    assert not set(shown) & set("\u200b\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
    assert printable("naïve שלום 日本 👩‍👩‍👧 \n") == "naïve שלום 日本 👩‍👩‍👧 \n"


def test_distinct_names_stay_distinct() -> None:
    """A hidden character is written out, so two names that differ only by it are told apart."""
    assert printable("ab") != printable("a\u200bb") == "a\\u200bb"


@given(ANY, st.integers(1, 30))
def test_a_cut_text_fits_its_columns(text: str, most: int) -> None:
    """A cut text never takes more columns than asked, and one that fits is not cut."""
    shown = cut(text, most)
    assert columns(shown) <= most
    assert shown == oneline(text) or shown.endswith("…") or most < 1


@given(ANY, st.floats(15, 300), st.booleans())
def test_a_cut_text_fits_its_pixels(text: str, most: float, bold: bool) -> None:
    """A cut text never takes more pixels than asked."""
    assert pixels(cut_pixels(text, most, bold=bold), bold=bold) <= most


def test_widths_are_those_of_the_face() -> None:
    """Known advance widths of Arial at 1000 units, so that a picture measured here fits where it is shown."""
    assert [pixels(each, 1000) for each in "iW0 "] == [222, 944, 556, 278]
    assert pixels("W", 1000, bold=True) == 944 and pixels("m", 1000, bold=True) == 889
    assert pixels("日本", 12) >= 24


@given(ANY, st.integers(2, 30))
def test_a_wrapped_text_is_whole_and_narrow(text: str, most: int) -> None:
    """Breaking a text loses nothing but the spaces it was broken at, and no line is too wide."""
    lines = wrapped(text, most)
    assert all(columns(line) <= most for line in lines)
    assert "".join(lines).replace(" ", "") == oneline(text).replace(" ", "")
