"""What names say, when they say anything: words, singular forms, and which words mark identifiers, measures and private facts."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = [
    "IDENTIFIER_WORDS",
    "MEASURE_WORDS",
    "NOT_ROLES",
    "PERSON_ROLES",
    "SELF_WORDS",
    "SENSITIVE_WORDS",
    "STATE_WORDS",
    "is_about_people",
    "is_opaque",
    "singular",
    "stem_words",
    "words",
]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


IDENTIFIER_WORDS = _set("id ids key code no nr num number uuid guid ref reference fk pk sk ident identifier oid rowid")
"""Words that say "this identifies something"."""

MEASURE_WORDS = _set(
    "time amount amt price cost total sum qty quantity count cnt size length width height depth weight age score "
    "rating rank ranking level percent percentage pct rate ratio duration minutes hours days seconds delay speed "
    "distance balance salary budget value volume temp temperature pressure humidity latitude longitude lat lon lng "
    "alt altitude elevation year month day hour minute second week quarter floor seats engines capacity stock "
    "discount tax fee points goals attempts version revision sequence seq line position ordinal ordering index step "
    "page pages grade credits units visib precip wind sortorder point"
)
"""Words that say "this is a number to compute with", or a part of a date."""

SENSITIVE_WORDS = _set(
    "email mail phone mobile fax telephone surname firstname lastname birthday birthdate born dob ssn nin passport "
    "iban bic card cvv pan salary wage income password passwd secret token address street gender sex religion "
    "ethnicity nationality diagnosis disease allergy blood mrn insurance tax_id fingerprint "
    "telefon telefonnummer rufnummer handy handynummer mobilnummer geburtsdatum geburtstag vorname nachname familienname "
    "anschrift geschlecht gehalt passwort"
)
"""Words that say "this is about a person, and private"."""

STATE_WORDS = _set("status state stage phase lifecycle condition step progress")
"""Words that name an attribute which moves from one value to another."""

SELF_WORDS = _set(
    "parent super supervisor manager boss mentor previous prev next original predecessor successor replaces replaced "
    "duplicate follows superior upline reports root ancestor master merged"
)
"""Words that name a link from a row to another row of the same table."""

PERSON_ROLES = _set(
    "head chief boss lead rep representative mentor deputy assignee author contact clerk judge coach captain chair signatory assist"
)
"""Words for a person's part in something that do not end like the others (``reviewer``, ``payee``)."""

NOT_ROLES = _set(
    "number order quarter counter color colour floor water paper letter other under over after power layer filter "
    "header folder server register chapter tower center centre meter parameter error mirror factor sector vector "
    "floor minor major door degree coffee fee committee tree three free see refund variant merchant quadrant constant "
    "amount plant grant tenant"
)
"""Words that end like a person's part but are none."""

_PEOPLE = _set(
    "person customer patient student member contact player author client borrower reader guest passenger applicant "
    "subscriber holder policyholder claimant citizen party account people rider investigator"
)
_AT_WORK = _set(
    "employee staff user doctor nurse teacher lecturer instructor physician driver agent manager worker professor crew "
    "operator technician engineer inspector officer"
)

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATOR = re.compile(r"[\W_]+")
_GLUED = re.compile(r"([a-z]{3,})(id|no)")
_WHOLE = _set(
    "valid invalid avoid covid grid hybrid solid fluid liquid rapid unpaid prepaid android asteroid orchid plaid braid "
    "pyramid euclid acid void squid timid vivid humid lucid rigid stupid thyroid steroid "
    "piano casino volcano domino kimono techno inferno volcano cappuccino merino"
)
_OPAQUE = re.compile(r"(?:[a-z]{0,3}_?\d+|col(?:umn)?_?\d*|field_?\d*|var_?\d*|x\d*)\Z", re.IGNORECASE)


@lru_cache(maxsize=65536)
def words(name: str) -> tuple[str, ...]:
    """The lower-case words a name is made of.

    >>> words("homeTeam_ID"), words("order-line 2")
    (('home', 'team', 'id'), ('order', 'line', '2'))
    """
    parts = (part.lower() for part in _SEPARATOR.split(_CAMEL.sub("_", name)) if part)
    return tuple(word for part in parts for word in _unglued(part))


def _unglued(word: str) -> tuple[str, ...]:
    """``courseid`` and ``parentno`` as two words; ``valid`` is one."""
    match = _GLUED.fullmatch(word)
    return match.groups() if match and word not in _WHOLE else (word,)


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """The singular of an English noun, by its ending.

    >>> [singular(word) for word in ("airports", "categories", "addresses", "status", "branches", "bus", "people")]
    ['airport', 'category', 'address', 'status', 'branch', 'bus', 'person']
    """
    irregular = {"people": "person", "children": "child", "men": "man", "women": "woman", "staff": "staff", "data": "data", "series": "series", "news": "news"}  # fmt: skip
    if word in irregular:
        return irregular[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is", "as", "os")):
        return word[:-1]
    return word


def stem_words(name: str) -> tuple[str, ...]:
    """The words of a name in the singular, without those that only say "identifier".

    >>> stem_words("customer_id"), stem_words("OrderLines"), stem_words("id")
    (('customer',), ('order', 'line'), ())
    """
    return tuple(singular(word) for word in words(name) if word not in IDENTIFIER_WORDS)


def is_about_people(table: str, *, at_work: bool = False) -> bool:
    """Whether a table's name says that its rows are people (or parties), or, ``at_work``, those who keep the records.

    >>> is_about_people("Employees"), is_about_people("airports")
    (True, False)
    """
    said = stem_words(table)
    return bool(said) and said[-1] in (_AT_WORK if at_work else _PEOPLE | _AT_WORK)


def is_opaque(name: str) -> bool:
    """Whether a name is a mere label, such as ``c1``, ``col_7`` or ``t2``, and says nothing.

    >>> is_opaque("c12"), is_opaque("customer")
    (True, False)
    """
    return _OPAQUE.match(name) is not None
