"""How sure is sure enough: the thresholds of inference, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """What inference accepts by itself. Everything below a threshold but near it becomes a finding a person decides on.

    Shares are between 0 and 1.
    """

    reference_coverage: float = 0.8
    """Share of the rows with a value whose value must be found in the target. Rows without a value are counted apart."""

    reference_plausibility: float = 6.0
    """Bits of evidence, beyond mere coverage, that a reference is meant: names, ranges, rarity. 6 bits are odds of 64 to 1."""

    near_coverage: float = 0.5
    """References covered from here on, but below ``reference_coverage``, are findings."""

    key_uniqueness: float = 0.999
    """Share of distinct values in a key's rows. Below 1 the key is accepted with a warning, and only if nothing is unique."""

    near_uniqueness: float = 0.98
    """Attribute sets this distinct, but not unique, are findings when they look like keys."""

    type_agreement: float = 0.98
    """Share of text values that fit a narrower type for it to be a finding; the type is taken only when all fit."""

    most_enum_values: int = 20
    """Attributes with more distinct values are no enums."""

    rows_per_enum_value: float = 8.0
    """An enum's values repeat: at least this many rows a value, on average."""

    widest_key: int = 4
    """Attributes in a key, at most."""

    sample_rows: int = 20_000
    """Rows drawn, repeatably, to discard what cannot hold before it is tested on all rows."""

    largest_exact: int = 20_000_000
    """In tables with more rows only what takes no memory is counted on every row: values, words, the least and the greatest. What has
    to be held to be compared (different values, references, shapes of text) is measured on a sample, and every figure from it says
    so. A key is tested on a sample of this size."""

    largest_sample: int = 1_000_000
    """Rows drawn of a table larger than ``largest_exact``: shares are then known to a tenth of a percent."""

    counter_examples: int = 5
    """How many values that disagree are kept with a claim."""

    show_sensitive: bool = False
    """Whether counter-examples of sensitive attributes are shown as they are."""

    views: bool = False
    """Whether views are proposed beside the tables whose rows they show again. Where there are views alone, they are the tables."""

    @property
    def drawn(self) -> int:
        """Rows drawn of a table that is too large to be read in full."""
        return min(self.largest_sample, self.largest_exact)
