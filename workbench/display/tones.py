"""What a tone looks like: a sign, a word and colours. The sign or the word always stands with the colour.

No text colour reaches a contrast of 4.5 on white and on a near-black page at once, so coloured text brings its own ground; lines,
which need 3, are mid-tones that hold on both.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.views import Tone

__all__ = [
    "BORDER", "BOX_INK", "CARD", "CLUSTER_INKS", "INK", "LINE", "PLATE", "PLATE_BORDER", "QUIET_INK", "ROW_GROUNDS", "RULE", "TITLE_DETAIL",
    "TONES", "Look",
]  # fmt: skip

CARD = "#fbfcfd"
"""The ground of boxes in pictures: text stands on it, whatever the page is."""
INK = "#1f2933"
QUIET_INK = "#525f6e"
LINE = "#7b8794"
PLATE = "#eef1f5"
BORDER, PLATE_BORDER, RULE = "#8a94a3", "#cbd2da", "#e2e6eb"
BOX_INK = "#3b4d61"
"""The ground of a header outside any cluster."""
TITLE_DETAIL = "#e4eaf0"
"""The quieter text on a header."""
CLUSTER_INKS = ("#34526f", "#1f6670", "#64487a", "#56622c", "#85472f", "#2f5a8f", "#7a3b5e", "#3f6b46")
"""Header grounds, one a cluster, for white text."""
ROW_GROUNDS: dict[Tone, str] = {
    "good": "#e4f4ea", "warning": "#fdf3d6", "bad": "#fce8e6", "accent": "#e4effa", "muted": "#f0f2f5",
}  # fmt: skip
"""The ground of a row with a tone."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a tone is shown: its sign and word, the ground and ink of a badge, and the colour of a line."""

    sign: str
    word: str
    ground: str
    ink: str
    line: str


TONES: dict[Tone, Look] = {
    "plain": Look("", "", PLATE, INK, LINE),
    "good": Look("✓", "good", "#1b6e44", "#ffffff", "#2f9e67"),
    "warning": Look("▲", "warning", "#f3c65a", "#3a2a00", "#b7791f"),
    "bad": Look("✗", "bad", "#a8231b", "#ffffff", "#d9534f"),
    "muted": Look("·", "muted", "#e3e7ec", "#3b4652", "#8a94a3"),
    "accent": Look("●", "note", "#1d5591", "#ffffff", "#3f83c8"),
}
