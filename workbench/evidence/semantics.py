"""What a value means beyond its storage: semantic types by pattern or by name, private facts, and states.

A pattern is a candidate when it fits what was looked at; the claim then counts every row. A name alone never makes a type: the values
must at least be possible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.evidence.names import SENSITIVE_WORDS, STATE_WORDS, is_about_people, words
from workbench.evidence.profile import ColumnProfile
from workbench.model.expression import Between, Call, Constant, Node

__all__ = [
    "Semantic",
    "first_state",
    "is_sensitive",
    "looks_like_state",
    "private_by_name",
    "semantic_called",
    "semantic_of",
]


@dataclass(frozen=True, slots=True)
class Semantic:
    """A semantic type, the words that name it, and the regular expression its text values match in full (RE2 syntax)."""

    name: str
    named: frozenset[str]
    pattern: str = ""
    by_value_alone: bool = False
    low: float | None = None
    high: float | None = None

    def holds(self, here: Node) -> Node:
        """The condition that values of this type meet."""
        if self.pattern:
            return Call("matches", (here, Constant(self.pattern)))
        return Between(here, Constant(int(self.low or 0)), Constant(int(self.high or 0)))


_SEMANTICS = (
    Semantic("email", frozenset({"email", "mail", "e_mail"}), r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}", by_value_alone=True),
    Semantic(
        "url", frozenset({"url", "uri", "website", "link", "homepage"}), r"(?:https?|ftp)://\S+", by_value_alone=True
    ),
    Semantic("ip_address", frozenset({"ip", "ip_address"}), r"\d{1,3}(?:\.\d{1,3}){3}", by_value_alone=True),
    Semantic(
        "phone",
        frozenset({"phone", "mobile", "tel", "telephone", "fax", "telefon", "telefonnummer", "handy"}),
        r"\+?[0-9][0-9 ()./-]{5,18}[0-9]",
    ),
    Semantic(
        "time_zone",
        frozenset({"tz", "tzone", "timezone", "zone"}),
        r"[A-Z][A-Za-z_]+/[A-Za-z_/+-]+",
        by_value_alone=True,
    ),
    Semantic("currency", frozenset({"currency", "ccy"}), r"[A-Z]{3}"),
    Semantic("country", frozenset({"country", "nation"}), r"[A-Z]{2,3}"),
    Semantic("language", frozenset({"language", "lang", "locale"}), r"[a-z]{2,3}(?:[-_][A-Z]{2})?"),
    Semantic("postal_code", frozenset({"zip", "postal", "postcode", "zipcode", "plz"}), r"[A-Z0-9][A-Z0-9 -]{2,9}"),
    Semantic("latitude", frozenset({"lat", "latitude"}), low=-90, high=90),
    Semantic("longitude", frozenset({"lon", "lng", "long", "longitude"}), low=-180, high=180),
    Semantic("percentage", frozenset({"percent", "percentage", "pct"}), low=0, high=100),
    Semantic("year", frozenset({"year"}), low=1000, high=2999),
    Semantic("month", frozenset({"month"}), low=1, high=12),
    Semantic("day", frozenset({"day"}), low=1, high=31),
    Semantic("hour", frozenset({"hour"}), low=0, high=24),
    Semantic("minute", frozenset({"minute"}), low=0, high=59),
)

_WHOLE = frozenset({"year", "month", "day", "hour", "minute"})

_PRIVATE_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}\Z"), lambda text: True),
    # +49 30 123456; 030/123456, (030) 12 34 56; 555-123-4567
    (
        re.compile(
            r"(?:\+\d[\d ()/.-]+\d|\(?0\d{1,5}\)?[ /-]{1,3}\d[\d -]+\d|\(?[2-9]\d\d\)?[ .-]{1,2}\d{3}[ .-]\d{4})\Z"
        ),
        lambda text: _phone_holds(text),
    ),
    (re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}\Z"), lambda text: _iban_holds(text)),
    (re.compile(r"(?:\d[ -]?){13,19}\Z"), lambda text: _luhn_holds(text)),
    (re.compile(r"\d{3}-\d{2}-\d{4}\Z"), lambda text: True),
)

_FIRST_STATES = (
    *("new", "draft", "created", "registered", "requested", "applied", "submitted", "placed", "ordered", "booked"),
    *("scheduled", "planned", "reserved", "queued", "pending", "open", "opened", "issued", "started", "active"),
)
"""Words for the beginning of a life, the earliest first."""

_STATES = frozenset(
    [
        "new",
        "open",
        "opened",
        "closed",
        "draft",
        "pending",
        "active",
        "inactive",
        "approved",
        "rejected",
        "cancelled",
        "canceled",
        "paid",
        "unpaid",
        "shipped",
        "delivered",
        "returned",
        "refunded",
        "failed",
        "done",
        "completed",
        "complete",
        "started",
        "running",
        "stopped",
        "suspended",
        "archived",
        "submitted",
        "accepted",
        "declined",
        "expired",
        "booked",
        "arrived",
        "confirmed",
        "processing",
        "packed",
        "placed",
        "created",
        "created",
        "scheduled",
        "admitted",
        "discharged",
        "lost",
        "resolved",
        "settled",
        "in_progress",
        "on_hold",
        "queued",
        "enrolled",
        "graduated",
        "withdrawn",
        "issued",
        "overdue",
        "void",
        "lapsed",
        "terminated",
        "hired",
        "retired",
        "released",
        "blocked",
        "sent",
        "received",
    ]
)


_PLACES = frozenset(["postcode", "postal", "zip", "zipcode", "plz", "latitude", "longitude", "lat", "lon"])


def semantic_called(name: str) -> Semantic | None:
    """The semantic type of this name, if its values can be told."""
    return next((each for each in _SEMANTICS if each.name == name), None)


def semantic_of(profile: ColumnProfile) -> Semantic | None:
    """The semantic type that name and looked-at values agree on, or the values alone where they are unmistakable."""
    said = set(words(profile.name)) | {profile.name.lower()}
    for semantic in _SEMANTICS:
        is_named = bool(said & semantic.named)
        if semantic.pattern:
            if profile.type == "string" and profile.sample and (is_named or semantic.by_value_alone):
                fits = sum(re.fullmatch(semantic.pattern, str(value)) is not None for value in profile.sample)
                if fits >= 0.9 * len(profile.sample):
                    return semantic
        elif is_named and _in_range(profile, semantic):
            return semantic
    return None


def _in_range(profile: ColumnProfile, semantic: Semantic) -> bool:
    if semantic.name in _WHOLE and (not profile.is_integral or len(words(profile.name)) > 2):
        return False
    if not profile.is_numeric or profile.minimum is None or semantic.low is None or semantic.high is None:
        return False
    return bool(semantic.low <= profile.minimum and profile.maximum <= semantic.high)


def is_sensitive(profile: ColumnProfile, table: str) -> str:
    """Why an attribute looks private, or an empty string: by its name, or because its values are addresses, telephone or account numbers."""
    if reason := private_by_name(profile.name, table):
        return reason
    seen = [str(value) for value in profile.sample[:200]] if profile.type == "string" else []
    for pattern, holds in _PRIVATE_PATTERNS:
        if len(seen) >= 5 and sum(bool(pattern.match(value)) and holds(value) for value in seen) >= 0.8 * len(seen):
            return "its values are addresses, telephone or account numbers of people"
    return ""


def private_by_name(name: str, table: str) -> str:
    """Why a name says that an attribute of ``table`` is private (``email``, ``born_on``, a person's name), or an empty string.

    >>> private_by_name("name", "members"), private_by_name("name", "airports")
    ('it holds names of people', '')
    """
    parts = words(name)
    said = set(parts) | {name.lower(), "".join(parts)}
    if hit := sorted(said & SENSITIVE_WORDS):
        return f"its name says {hit[0]}"
    if is_about_people(table) and said & _PLACES:
        return "it says where people live"
    about = is_about_people(table) or is_about_people("_".join(part for part in parts if part != "name"))
    if "name" in parts and (about or {"first", "last", "full", "maiden", "given", "family", "middle"} & set(parts)):
        return "it holds names of people"
    return ""


def first_state(values: Sequence[str]) -> str:
    """The state in which a life begins, as far as the words say; an empty string where none of them does.

    >>> first_state(["paid", "placed", "sent"]), first_state(["m", "f"])
    ('placed', '')
    """
    plain = {value.strip().lower().replace(" ", "_").replace("-", "_"): value for value in values}
    return next((plain[word] for word in _FIRST_STATES if word in plain), "")


def _luhn_holds(text: str) -> bool:
    digits = [int(each) for each in text if each.isdigit()]
    doubled = [
        each if position % 2 == 0 else (each * 2 - 9 if each > 4 else each * 2)
        for position, each in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0


def _phone_holds(text: str) -> bool:
    """Whether it is as long as telephone numbers are, and no date (``01-02-2026``) or longer postal code (``02134-1234``)."""
    is_other = re.fullmatch(r"\d{1,2}([ /-])\d{1,2}\1\d{2,4}|\d{5}-\d{4}", text)
    return 7 <= sum(map(str.isdigit, text)) <= 15 and is_other is None


def _iban_holds(text: str) -> bool:
    moved = text[4:] + text[:4]
    return int("".join(str(int(each, 36)) for each in moved)) % 97 == 1


def looks_like_state(name: str, values: list[Any]) -> str:
    """Why an enum looks like the state of something that has a life, or an empty string."""
    if set(words(name)) & STATE_WORDS:
        return "its name says state"
    known = [value for value in values if str(value).strip().lower().replace(" ", "_").replace("-", "_") in _STATES]
    return (
        f"{len(known)} of its {len(values)} values are states of a life cycle"
        if len(values) >= 2 and len(known) * 2 >= len(values)
        else ""
    )
