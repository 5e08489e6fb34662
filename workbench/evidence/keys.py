"""What identifies a row: keys of one attribute, or of the fewest that together are unique.

A sample discards what cannot be a key; what survives is tested, the most key-like first: on every row or, in a large table, on a sample
of the values (``distinct``), and the key that is chosen on a larger one. Among sets that are all
unique in this data the choice is a matter of likelihood, and the weights below say which: identifiers before measures, early
columns before late ones, few columns before many. Sets that nearly hold are kept as findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from workbench.evidence.claim import Claim, Evidence, Reason
from workbench.evidence.distinct import count_distinct, repeated_values
from workbench.evidence.names import IDENTIFIER_WORDS, MEASURE_WORDS, SENSITIVE_WORDS, singular, stem_words, words
from workbench.evidence.options import Options
from workbench.evidence.plausibility import is_label
from workbench.evidence.profile import ColumnProfile, TableProfile, column, count_where
from workbench.model.expression import Aggregate as Fold
from workbench.model.expression import Call
from workbench.relation.plan import Aggregate, Output, Plan, Sample, Scan
from workbench.relation.port import Store

__all__ = ["KeyFindings", "find_keys"]

_ELIGIBLE = 14
"""Columns (or calendar groups) considered for keys of several attributes."""

_EXACT_TESTS = 16
"""Sets tested on every row, at most."""

_UNFIT = ("boolean", "json", "float", "array", "struct", "binary")

_CALENDAR = ("year", "month", "day", "hour", "minute")
_CALENDAR_RANGE = {"year": (1800, 2200), "month": (1, 12), "day": (1, 31), "hour": (0, 24), "minute": (0, 59)}


@dataclass(frozen=True, slots=True)
class KeyFindings:
    """The key of a table (empty when there is none), and every claim about uniqueness made on the way."""

    key: tuple[str, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A column, or the columns that together say one calendar time; and how key-like it is, in bits."""

    columns: tuple[ColumnProfile, ...]
    score: float

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.columns)


def find_keys(store: Store, table: TableProfile, options: Options) -> KeyFindings:
    """The key of ``table``, its other identities, and the near misses.

    A declared key is taken as declared, and tested. Otherwise a single unique attribute that looks like an identifier wins; then the
    best set of several; then the best that is nearly unique.
    """
    if table.info.key:
        return _declared(store, table, options)
    found = _search(store, table, options) if table.rows else KeyFindings((), ())
    return _confirmed(store, table, found, options) if found.key and table.drawn else found


def _confirmed(store: Store, table: TableProfile, found: KeyFindings, options: Options) -> KeyFindings:
    """The chosen key of a large table, tested on as many rows as would be counted in full."""
    place = next(place for place, claim in enumerate(found.claims) if (claim.kind, claim.value) == ("key", found.key))
    evidence = _tested(store, table, found.key, options, largest=options.largest_exact)
    holds = evidence.coverage >= options.key_uniqueness
    claim = replace(found.claims[place], evidence=evidence, status="accepted" if holds else "near miss")
    return KeyFindings(found.key if holds else (), (*found.claims[:place], claim, *found.claims[place + 1 :]))


def _search(store: Store, table: TableProfile, options: Options) -> KeyFindings:
    singles = sorted(
        (each for each in table.columns if each.is_unique and not each.missing),
        key=lambda each: _score(table, each),
        reverse=True,
    )
    claims = [
        _claim(table, (each.name,), count_distinct(store, table, (each.name,), known=True), "identity")
        for each in singles
    ]
    if singles and _score(table, singles[0]) >= 1:
        return _chosen(claims, claims[0])
    nearly = _nearly(store, table, options)
    if nearly and nearly[0].plausibility >= 5 and nearly[0].evidence.coverage >= options.key_uniqueness:
        # A few rows entered twice do not make a set of several attributes the key.
        return _chosen(claims + nearly, nearly[0])
    several = _several(store, table, options)
    unique = [claim for claim in several if not claim.evidence.disagreeing]
    if unique and not (
        singles and _is_code(singles[0]) and _score(table, singles[0]) >= -2 and not _leads(table, unique)
    ):
        return _chosen(claims + nearly + several, unique[0])
    near = sorted(nearly + several, key=lambda claim: -claim.evidence.coverage)
    if singles and (unique or _score(table, singles[0]) >= -6):
        return _chosen(claims + near, claims[0])
    tolerable = bool(near) and near[0].evidence.coverage >= options.key_uniqueness
    return _chosen(claims + near, near[0] if tolerable else None)


def _is_code(profile: ColumnProfile) -> bool:
    """Whether values look as if given to tell rows apart: codes, or numbers that fill a good part of their range."""
    if profile.is_integral:
        return profile.span <= 3 * profile.rows
    return profile.type == "uuid" or (profile.type == "string" and not is_label(profile) and profile.longest <= 40)


def _leads(table: TableProfile, claims: Sequence[Claim]) -> bool:
    """Whether the first of ``claims`` is about the first columns of the table."""
    names = claims[0].value
    return {each.name for each in table.columns[: len(names)]} == set(names)


def _chosen(claims: Sequence[Claim], best: Claim | None) -> KeyFindings:
    """``best`` as the accepted key, sets that nearly hold as near misses, other unique ones as suggested identities."""
    kept: list[Claim] = []
    for claim in claims:
        if claim is best:
            kept.append(replace(claim, kind="key", status="accepted"))
        elif claim.evidence.disagreeing:
            kept.append(replace(claim, kind="key", status="near miss"))
        else:
            kept.append(claim)
    return KeyFindings(tuple(best.value) if best else (), tuple(dict.fromkeys(kept)))


def _claim(
    table: TableProfile, names: tuple[str, ...], evidence: Evidence, kind: str, status: str = "suggested"
) -> Claim:
    listed = ", ".join(names)
    reasons = (
        tuple(Reason(text, bits) for text, bits in _reasons(table, table.column(names[0]))) if len(names) == 1 else ()
    )
    return Claim(table.name, kind, f"({listed}) identifies {table.name}", tuple(names), evidence, status, reasons)  # type: ignore[arg-type]


def _declared(store: Store, table: TableProfile, options: Options) -> KeyFindings:
    evidence = _tested(store, table, table.info.key, options)
    claim = _claim(table, table.info.key, evidence, "key", "accepted")
    others = [
        _claim(table, names, _tested(store, table, names, options), "identity", "accepted")
        for names in table.info.unique
        if names != table.info.key
    ]
    return KeyFindings(table.info.key, (claim, *others))


def _reasons(table: TableProfile, profile: ColumnProfile) -> Iterable[tuple[str, float]]:
    name, parts = profile.name, words(profile.name)
    stems = set(stem_words(table.name))
    yield (
        f"column {profile.position + 1} of {len(table.columns)}",
        max(4 - 2.5 * profile.position, -1 - 0.1 * profile.position),
    )
    if parts and parts[-1] in IDENTIFIER_WORDS:
        yield (
            "named as an identifier",
            4.0 if len(parts) > 1 or parts[-1] in ("id", "uuid", "key", "guid", "code") else 2.0,
        )
    if stems & {singular(word) for word in parts}:
        yield ("named after its table", 2.0)
    if profile.is_numeric and set(parts) & MEASURE_WORDS and not set(parts) & IDENTIFIER_WORDS:
        yield ("named as a measure or a part of a date", -4.0)
    if set(parts) & SENSITIVE_WORDS or name.lower() in SENSITIVE_WORDS:
        yield ("a private fact", -3.0)
    yield _type_reason(profile)


def _type_reason(profile: ColumnProfile) -> tuple[str, float]:
    if profile.type == "string":
        if is_label(profile):
            return ("names rather than codes", -3.0)
        return ("text", 1.0 if profile.longest <= 40 else -3.0)
    weight = {
        "integer": 2.0,
        "uuid": 3.0,
        "date": -1.5,
        "timestamp": -2.0,
        "local_timestamp": -2.0,
        "time": -4.0,
        "decimal": -5.0,
        "float": -6.0,
    }
    if profile.is_integral:
        return ("whole numbers without gaps" if profile.is_dense else "whole numbers", 3.0 if profile.is_dense else 2.0)
    return (f"type {profile.type}", weight.get(profile.type, -6.0))


def _score(table: TableProfile, profile: ColumnProfile) -> float:
    return sum(bits for _, bits in _reasons(table, profile))


def _tested(store: Store, table: TableProfile, names: tuple[str, ...], options: Options, largest: int = 0) -> Evidence:
    """How many rows have values of their own, and examples of those that do not."""
    evidence = count_distinct(store, table, names, largest=largest)
    if not evidence.disagreeing:
        return evidence
    return replace(evidence, counter_examples=repeated_values(store, table, names, options, largest=largest))


def _several(store: Store, table: TableProfile, options: Options) -> list[Claim]:
    """Sets of several attributes that are unique, or nearly so, best first."""
    units = _units(table)
    candidates = [
        (sum(unit.score - 6.0 for unit in combination) + _leading(combination), combination)
        for size in range(2, options.widest_key + 1)
        for combination in combinations(units, size)
        if _apart(combination) and _enough(combination, table)
    ]
    candidates.sort(key=lambda each: -each[0])
    survivors = _surviving(store, table, [combination for _, combination in candidates[:400]], options)
    found: list[Claim] = []
    for combination in survivors[:_EXACT_TESTS]:
        columns = sorted((each for unit in combination for each in unit.columns), key=lambda each: each.position)
        names = tuple(each.name for each in columns)
        if any(set(claim.value) <= set(names) for claim in found if not claim.evidence.disagreeing):
            continue
        evidence = count_distinct(store, table, names)
        if not evidence.disagreeing and all(len(unit.columns) == 1 for unit in combination):
            names, evidence = _needed(store, table, names, evidence)
        if evidence.disagreeing == 0 or evidence.coverage >= options.near_uniqueness:
            found.append(_claim(table, names, evidence, "identity"))
        if sum(not claim.evidence.disagreeing for claim in found) >= 2 and len(found) >= 3:
            break
    unique = [claim for claim in found if not claim.evidence.disagreeing]
    near = [claim for claim in found if claim.evidence.disagreeing and _was_meant(table, claim, unique)]
    return unique[:1] + [_with_examples(store, table, claim, options) for claim in near[:2]]


def _needed(
    store: Store, table: TableProfile, names: tuple[str, ...], evidence: Evidence
) -> tuple[tuple[str, ...], Evidence]:
    """Of a unique set the attributes that make it so, without those that one of the others tells (a patient's study)."""
    for name in names if len(names) > 2 else ():
        rest = tuple(each for each in names if each != name)
        fewer = count_distinct(store, table, rest)
        if not fewer.disagreeing and any(_tells(store, table, each, name) for each in rest):
            return _needed(store, table, rest, fewer)
    return names, evidence


def _tells(store: Store, table: TableProfile, one: str, other: str) -> bool:
    """Whether rows that share a value of one attribute share the other's too."""
    values = tuple(
        Output(name, Fold("count", value, distinct=True))
        for name, value in (("one", column(one)), ("both", Call("row", (column(one), column(other)))))
    )
    alone, both = store.query(Aggregate(table.sample, (), values)).tuples()[0]
    return bool(alone == both)


def _with_examples(store: Store, table: TableProfile, claim: Claim, options: Options) -> Claim:
    examples = repeated_values(store, table, claim.value, options)
    return replace(claim, evidence=replace(claim.evidence, counter_examples=examples))


def _was_meant(table: TableProfile, claim: Claim, unique: Sequence[Claim]) -> bool:
    """Whether a set that nearly holds is worth a look: beside a key that holds, only one that says the same in calendar parts."""
    if not unique:
        return True
    calendar = {each.name for each in _calendar(table)}
    times = {each.name for each in table.columns if each.type in ("date", "timestamp", "local_timestamp")}
    same = any(set(claim.value) - calendar == set(each.value) - times for each in unique)
    return bool(calendar) and calendar <= set(claim.value) and same


def _leading(combination: Sequence[_Unit]) -> float:
    if any(len(unit.columns) > 1 for unit in combination):
        return 0.0
    positions = sorted(each.position for unit in combination for each in unit.columns)
    return 4.0 if positions == list(range(len(positions))) else 0.0


def _apart(combination: Sequence[_Unit]) -> bool:
    names = [name for unit in combination for name in unit.names]
    return len(set(names)) == len(names)


def _enough(combination: Sequence[_Unit], table: TableProfile) -> bool:
    room = 2.0 if table.drawn else 1.0  # different values are estimates there
    for unit in combination:
        for each in unit.columns:
            room *= each.distinct
    return room >= table.rows * 0.98


def _units(table: TableProfile) -> list[_Unit]:
    calendar = _calendar(table)
    eligible = [
        _Unit((each,), _score_in_set(table, each))
        for each in table.columns
        if not each.missing
        and each.distinct > 1
        and not each.is_unique
        and each not in calendar
        and (each.is_integral or each.type not in _UNFIT or _is_numbering(each))
    ]
    if calendar:
        eligible.append(_Unit(calendar, -2.0))
    eligible.sort(key=lambda unit: -unit.score)
    return eligible[:_ELIGIBLE]


def _is_numbering(profile: ColumnProfile) -> bool:
    """Whether fractions number something, with a few put in between (visits 1, 2, 2.1, 3), rather than measure it."""
    if profile.type != "float":
        return False
    return sum(float(value).is_integer() for value in profile.sample) >= 0.8 * len(profile.sample) > 0


def _score_in_set(table: TableProfile, profile: ColumnProfile) -> float:
    parts = words(profile.name)
    score = max(2.0 - 0.35 * profile.position, 0.0)
    score += 2.0 if set(parts) & IDENTIFIER_WORDS else 0.0
    score += 2.0 if set(stem_words(table.name)) & {singular(word) for word in parts} else 0.0
    score -= 2.5 if profile.is_numeric and set(parts) & MEASURE_WORDS and not set(parts) & IDENTIFIER_WORDS else 0.0
    score -= 3.0 if profile.type == "decimal" or (profile.type == "string" and profile.longest > 60) else 0.0
    score += (
        1.0
        if profile.type in ("date", "timestamp", "local_timestamp", "uuid")
        or (profile.type == "string" and profile.longest <= 12)
        else 0.0
    )
    return score


def _calendar(table: TableProfile) -> tuple[ColumnProfile, ...]:
    """The columns that together say one calendar time (year, month, day, hour …), by name or by range in consecutive columns."""
    named = [
        each
        for part in _CALENDAR
        for each in table.columns
        if words(each.name) == (part,) and each.is_integral and not each.missing
    ]
    if len(named) >= 3:
        return tuple(named)
    for start in range(len(table.columns)):
        run: list[ColumnProfile] = []
        for part, each in zip(_CALENDAR, table.columns[start : start + len(_CALENDAR)], strict=False):
            low, high = _CALENDAR_RANGE[part]
            if not (each.is_integral and not each.missing and low <= each.minimum and each.maximum <= high):
                break
            run.append(each)
        if len(run) >= 3 and run[1].maximum == 12 and run[2].maximum > 27:
            return tuple(run)
    return ()


def _surviving(
    store: Store, table: TableProfile, combinations_: list[tuple[_Unit, ...]], options: Options
) -> list[tuple[_Unit, ...]]:
    """Those that are nearly unique in a sample: duplicates there are duplicates everywhere."""
    if not combinations_:
        return []
    scan: Plan = Scan(table.info.table)
    source = Sample(scan, options.sample_rows, of=table.sampled_of) if table.rows > options.sample_rows else scan
    survivors: list[tuple[_Unit, ...]] = []
    for start in range(0, len(combinations_), 60):
        part = combinations_[start : start + 60]
        outputs = [Output("rows", count_where())]
        for index, combination in enumerate(part):
            value = Call("hash", (Call("row", tuple(column(name) for unit in combination for name in unit.names)),))
            outputs.append(Output(f"c{index}", Fold("count", value, distinct=True)))
        rows, *counts = store.query(Aggregate(source, (), tuple(outputs))).tuples()[0]
        survivors += [each for each, count in zip(part, counts, strict=True) if count >= rows * options.near_uniqueness]
        if len(survivors) >= 3 * _EXACT_TESTS:
            break
    return survivors


def _nearly(store: Store, table: TableProfile, options: Options) -> list[Claim]:
    """Single attributes that look like keys and are nearly unique."""
    near = [
        each
        for each in table.columns
        if not each.is_unique
        and each.filled
        and each.distinct >= each.filled * options.near_uniqueness
        and _score(table, each) >= 2
    ]
    return [_claim(table, (each.name,), _tested(store, table, (each.name,), options), "identity") for each in near]
