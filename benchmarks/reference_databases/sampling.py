"""Seeded columns for made-up databases: ids with gaps, skewed references, nulls, dangling values, names, dates."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import string
import uuid
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

__all__ = ["Sampler"]

Value = TypeVar("Value")
Key = TypeVar("Key", bound=Hashable)

GIVEN_NAMES = (
    "Ada Ahmed Aisha Alan Alma Amara Ana Anton Astrid Bao Beatriz Bruno Carla Chen Clara Daniel Dilip Elena Emil Esra Eva "
    "Farid Femi Finn Grace Hana Hugo Ines Ivan Jana Jonas José Kai Karin Kofi Lara Leo Lina Lucía Mads Maja Marco Mei Mina "
    "Nadia Nils Noor Olga Omar Paula Pavel Petra Rafael Rana Rosa Samir Sara Sven Tariq Tess Uma Vera Wei Yara Yusuf Zoë"
)
FAMILY_NAMES = (
    "Abebe Ali Andersen Bauer Becker Bianchi Brown Castro Chen Costa Diaz Dubois Eriksen Evans Fischer Garcia Gruber Haas "
    "Hansen Horvat Ito Ivanova Jansen Johnson Jones Khan Kim Koch Kowalski Kumar Larsen Lee Lopez Meyer Moreau Müller "
    "Nguyen Novak O'Brien Okafor Olsen Patel Perez Popescu Rossi Santos Sato Schmidt Silva Singh Smith Svensson Tanaka "
    "Taylor Thomas Varga Wagner Walker Wang Weber Williams Wilson Wright Yilmaz Zhang"
)
CITIES = (
    "Aarhus Bergen Bilbao Bologna Bristol Brno Cork Dresden Gdansk Ghent Graz Haarlem Kyoto Leeds Leipzig Lille Linz Lyon "
    "Malmö Nantes Odense Oslo Porto Pécs Riga Split Tartu Toledo Turku Utrecht Verona Vilnius"
)
SYLLABLES = "ba cor da den fi gal hu jo kra lem lor mi nat or pel qui ra sol tan tur ul ven wi xan yor zim"


class Sampler:
    """Random columns that are the same for the same seed and the same sequence of calls.

    >>> Sampler(1).ids(5, start=100, gaps=0.5)
    [101, 102, 106, 107, 110]
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def ids(self, count: int, start: int = 1, gaps: float = 0.0) -> list[int]:
        """`count` rising whole numbers; `gaps` is the share of numbers left out, as rollbacks and deletions do."""
        rising = itertools.count(start)
        return list(itertools.islice((number for number in rising if self.random.random() >= gaps), count))

    def uuids(self, count: int) -> list[str]:
        """`count` different version 4 uuids as text."""
        return [str(uuid.UUID(int=self.random.getrandbits(128), version=4)) for _ in range(count)]

    def hashes(self, count: int, digits: int = 40) -> list[str]:
        """`count` hexadecimal digests."""
        return [f"{self.random.getrandbits(4 * digits):0{digits}x}" for _ in range(count)]

    def codes(self, count: int, pattern: str) -> list[str]:
        """`count` different codes: `9` becomes a digit, `A` a capital letter, anything else stays."""
        found: dict[str, None] = {}
        while len(found) < count:
            found["".join(self._letter(letter) for letter in pattern)] = None
        return list(found)

    def _letter(self, letter: str) -> str:
        if letter == "9":
            return self.random.choice(string.digits)
        return self.random.choice(string.ascii_uppercase) if letter == "A" else letter

    def pick(self, values: Sequence[Value], count: int, skew: float = 0.0) -> list[Value]:
        """`count` draws with replacement; with `skew` > 0 the popularity of the values falls as rank ** -skew."""
        if not skew:
            return self.random.choices(values, k=count)
        order = self.random.sample(range(len(values)), len(values))
        return [values[i] for i in self.random.choices(order, [(r + 1) ** -skew for r in range(len(values))], k=count)]

    def weighted(self, weights: Mapping[Value, float], count: int) -> list[Value]:
        """`count` draws of the keys, each as often as its weight says."""
        return self.random.choices(list(weights), list(weights.values()), k=count)

    def subset(self, values: Sequence[Value], share: float) -> list[Value]:
        """That share of the values, in their order."""
        chosen = set(self.random.sample(range(len(values)), round(share * len(values))))
        return [value for i, value in enumerate(values) if i in chosen]

    def shuffled(self, values: Iterable[Value]) -> list[Value]:
        """The values in another order."""
        mixed = list(values)
        self.random.shuffle(mixed)
        return mixed

    def with_nulls(self, values: Sequence[Value], share: float) -> list[Value | None]:
        """The values, about that share of them replaced by None."""
        return [None if self.random.random() < share else value for value in values]

    def with_dangling(self, values: Sequence[Value], share: float, stray: Callable[[], Value]) -> list[Value]:
        """The values, exactly that share (rounded) of the non-null ones replaced by what `stray` returns."""
        present = [i for i, value in enumerate(values) if value is not None]
        changed = list(values)
        for i in self.random.sample(present, round(share * len(present))):
            changed[i] = stray()
        return changed

    def pairs(self, left: Sequence[Key], right: Sequence[Value], low: int, high: int) -> list[tuple[Key, Value]]:
        """For every value of `left` between `low` and `high` different values of `right`: a junction."""
        return [
            (one, other)
            for one in left
            for other in self.random.sample(right, min(len(right), self.random.randint(low, high)))
        ]

    def numbered(self, parents: Sequence[Key], low: int, high: int) -> list[tuple[Key, int]]:
        """For every parent between `low` and `high` lines, numbered from 1."""
        return [(parent, line) for parent in parents for line in range(1, self.random.randint(low, high) + 1)]

    def integers(self, count: int, low: int, high: int) -> list[int]:
        """`count` whole numbers between `low` and `high`, both included."""
        return [self.random.randint(low, high) for _ in range(count)]

    def counts(self, count: int, mean: float) -> list[int]:
        """`count` whole numbers from 1 upwards, small ones more often, as quantities are."""
        return [1 + int(self.random.expovariate(1 / mean)) for _ in range(count)]

    def money(self, count: int, low: float, high: float) -> list[Decimal]:
        """`count` amounts with two digits, small ones more often."""
        return [Decimal(round(100 * (low + (high - low) * self.random.random() ** 3))) / 100 for _ in range(count)]

    def measures(self, count: int, mean: float, deviation: float, digits: int = 2) -> list[float]:
        """`count` normally distributed readings."""
        return [round(self.random.gauss(mean, deviation), digits) for _ in range(count)]

    def dates(self, count: int, first: dt.date, last: dt.date) -> list[dt.date]:
        """`count` days between the two, both included."""
        span = (last - first).days
        return [first + dt.timedelta(days=self.random.randint(0, span)) for _ in range(count)]

    def moments(self, count: int, first: dt.date, last: dt.date) -> list[dt.datetime]:
        """`count` rising moments between the two days, by the second, more of them by day than by night."""
        start, span = dt.datetime.combine(first, dt.time()), (last - first).days
        drawn = (
            (self.random.randint(0, span), min(86_399, max(0, int(self.random.gauss(50_000, 14_000)))))
            for _ in range(count)
        )
        return sorted(start + dt.timedelta(days=day, seconds=second) for day, second in drawn)

    def given_names(self, count: int) -> list[str]:
        """`count` given names, with repetition."""
        return self.pick(GIVEN_NAMES.split(), count)

    def family_names(self, count: int) -> list[str]:
        """`count` family names, common ones more often."""
        return self.pick(FAMILY_NAMES.split(), count, skew=0.6)

    def full_names(self, count: int) -> list[str]:
        """`count` given and family names."""
        return [
            f"{given} {family}" for given, family in zip(self.given_names(count), self.family_names(count), strict=True)
        ]

    def emails(self, names: Sequence[str], domain: str) -> list[str]:
        """A different address for every name."""
        return [
            f"{name.lower().replace(' ', '.').replace(chr(39), '')}{i if i % 3 else ''}{i}@{domain}"
            for i, name in enumerate(names, 1)
        ]

    def phones(self, count: int) -> list[str]:
        """`count` telephone numbers."""
        return self.codes(count, "+4999999999999")

    def cities(self, count: int) -> list[str]:
        """`count` cities, large ones more often."""
        return self.pick(CITIES.split(), count, skew=0.7)

    def postcodes(self, count: int) -> list[str]:
        """`count` postal codes of five digits, leading zeros included."""
        return [f"{self.random.randint(1, 99_999):05d}" for _ in range(count)]

    def titles(self, count: int, words: int = 2) -> list[str]:
        """`count` different made-up names of things, each of so many words."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[" ".join(self._word() for _ in range(words)).capitalize()] = None
        return list(found)

    def _word(self) -> str:
        return "".join(self.random.choices(SYLLABLES.split(), k=self.random.randint(2, 3)))
