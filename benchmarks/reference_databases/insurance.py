"""An insurer: one number sequence for everything, persons and companies as subtypes, policies in versions.

Traps: claims refer to the version of a policy, not to the policy; parties appear in six roles; every id comes from
one shared sequence; deductibles, years, percentages and version numbers are numbers; a few old vehicles are gone.
"""

from __future__ import annotations

import datetime as dt
import itertools

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["INSURANCE"]

TRUTH = parse_truth(
    keys="""
    party(party_id) person(party_id) company(party_id) agency(agency_id) agent(agent_id) product(product)
    cover(product, cover) vehicle(vin) policy(policy_no) policy_version(policy_no, version)
    policy_cover(policy_no, version, cover) claim(claim_id) claim_party(claim_id, party_id, role)
    claim_payment(payment_id) reserve(claim_id, seq) claim_event(event_id)
    """,
    alternate_keys="company(register_no) agent(licence)",
    references="""
    person.party_id -> party.party_id
    company.party_id -> party.party_id
    company.contact -> person.party_id
    agency.parent -> agency.agency_id
    agent.agency_id -> agency.agency_id
    agent.party_id -> person.party_id
    cover.product -> product.product
    vehicle.keeper -> party.party_id
    policy.product -> product.product
    policy.holder -> party.party_id
    policy.payer -> party.party_id
    policy.agent_id -> agent.agent_id
    policy.vin -> vehicle.vin  dangling 0.02
    policy_version.policy_no -> policy.policy_no
    policy_cover.policy_no,version -> policy_version.policy_no,version
    policy_cover.product,cover -> cover.product,cover
    claim.policy_no,version -> policy_version.policy_no,version
    claim.reporter -> party.party_id
    claim.handler -> person.party_id
    claim.follows -> claim.claim_id
    claim_party.claim_id -> claim.claim_id
    claim_party.party_id -> party.party_id
    claim_payment.claim_id -> claim.claim_id
    claim_payment.payee -> party.party_id
    reserve.claim_id -> claim.claim_id
    claim_event.claim_id -> claim.claim_id
    """,
    also_acceptable="""
    company.contact -> party.party_id
    agent.party_id -> party.party_id
    claim.handler -> party.party_id
    policy_cover.policy_no -> policy.policy_no
    policy_cover.product -> product.product
    claim.policy_no -> policy.policy_no
    claim_payment.claim_id,payee -> claim_party.claim_id,party_id
    """,
    enums="policy.status product.line policy_version.payment_mode claim.status claim.cause claim_party.role claim_event.status person.sex",
    states="policy.status claim.status claim_event.status",
    sensitive="person.given_name person.family_name person.born_on person.sex party.street party.iban vehicle.vin vehicle.plate policy.vin",
)
FIRST, LAST = dt.date(2023, 1, 1), dt.date(2026, 9, 30)


def _parties(s: Sampler, sequence: itertools.count[int]) -> Tables:
    ids = [next(sequence) for _ in range(5_500)]
    companies = s.subset(ids, 0.12)
    persons = [party for party in ids if party not in set(companies)]
    return {
        "party": pa.table(
            {
                "party_id": ids,
                "street": [
                    f"{name} {n}"
                    for name, n in zip(s.pick(s.titles(150, 1), 5_500), s.integers(5_500, 1, 99), strict=True)
                ],
                "postcode": s.postcodes(5_500),
                "city": s.cities(5_500),
                "iban": s.with_nulls(s.codes(5_500, "CH9300762999999999999"), 0.2),
            }
        ),
        "person": pa.table(
            {
                "party_id": persons,
                "given_name": s.given_names(len(persons)),
                "family_name": s.family_names(len(persons)),
                "born_on": s.dates(len(persons), dt.date(1935, 1, 1), dt.date(2008, 1, 1)),
                "sex": s.weighted({"f": 50, "m": 50}, len(persons)),
                "children": s.weighted({0: 50, 1: 20, 2: 22, 3: 8}, len(persons)),
            }
        ),
        "company": pa.table(
            {
                "party_id": companies,
                "legal_name": s.titles(len(companies), 2),
                "register_no": s.codes(len(companies), "CHE-999.999.999"),
                "contact": s.with_nulls(s.pick(persons, len(companies)), 0.25),
                "employees": s.counts(len(companies), 30),
            }
        ),
    }


def _sales(s: Sampler, sequence: itertools.count[int], persons: list[int]) -> Tables:
    agencies = [next(sequence) for _ in range(45)]
    agents = [next(sequence) for _ in range(260)]
    products = {"MOT": "motor", "HOM": "property", "LIA": "liability", "LEG": "legal", "TRV": "travel"}
    covers = s.pairs(list(products), ["BASIC", "PLUS", "FIRE", "THEFT", "GLASS", "ABROAD", "WATER"], 3, 5)
    return {
        "agency": pa.table(
            {
                "agency_id": agencies,
                "name": s.titles(45, 1),
                "parent": [None if i < 4 else agencies[(i - 1) // 4] for i in range(45)],
                "level": [1 if i < 4 else 2 if i < 17 else 3 for i in range(45)],
            }
        ),
        "agent": pa.table(
            {
                "agent_id": agents,
                "agency_id": s.pick(agencies, 260, skew=0.4),
                "party_id": s.random.sample(persons, 260),
                "licence": s.codes(260, "A-99999"),
                "commission_percent": s.pick([5, 7, 9, 12], 260),
            }
        ),
        "product": pa.table(
            {"product": list(products), "line": list(products.values()), "launched": [1998, 2001, 2001, 2009, 2015]}
        ),
        "cover": pa.table(
            {
                "product": [product for product, _ in covers],
                "cover": [cover for _, cover in covers],
                "base_rate": [round(abs(rate), 3) for rate in s.measures(len(covers), 1, 0.3, 3)],
                "max_sum": s.pick([10_000, 50_000, 250_000, 1_000_000], len(covers)),
            }
        ),
    }


def _policies(s: Sampler, parties: Tables, sales: Tables) -> Tables:
    count, ids = 6_000, parties["party"]["party_id"].to_pylist()
    vins = s.codes(2_600, "WVWZZZAAZ99999999")
    insured = s.pick(s.subset(ids, 0.7), count, skew=0.3)
    products = s.weighted({"MOT": 42, "HOM": 25, "LIA": 20, "LEG": 8, "TRV": 5}, count)
    numbers = [f"{product}-{number}" for product, number in zip(products, s.ids(count, 310_007, gaps=0.2), strict=True)]
    versions = s.numbered(numbers, 1, 4)
    offered: dict[str, list[str]] = {}
    for row in sales["cover"].to_pylist():
        offered.setdefault(row["product"], []).append(row["cover"])
    covered = [
        (number, version, cover)
        for number, version in versions
        for cover in s.random.sample(offered[number[:3]], s.random.randint(1, 2))
    ]
    cars = [s.random.choice(vins[:2_450]) if product == "MOT" else None for product in products]
    return {
        "vehicle": pa.table(
            {
                "vin": vins,
                "plate": s.codes(2_600, "ZH 999999"),
                "keeper": s.pick(ids, 2_600),
                "built": s.integers(2_600, 1989, 2026),
                "kilowatt": s.integers(2_600, 30, 380),
            }
        ),
        "policy": pa.table(
            {
                "policy_no": numbers,
                "product": products,
                "holder": insured,
                "payer": [party if i % 11 else s.random.choice(ids) for i, party in enumerate(insured)],
                "agent_id": s.with_nulls(s.pick(sales["agent"]["agent_id"].to_pylist(), count, skew=0.9), 0.2),
                "vin": s.with_dangling(cars, 0.02, lambda: s.codes(1, "TMBZZZAAZ99999999")[0]),
                "status": s.weighted({"offer": 6, "active": 72, "suspended": 3, "cancelled": 19}, count),
                "begins_on": s.dates(count, dt.date(2012, 1, 1), LAST),
            }
        ),
        "policy_version": pa.table(
            {
                "policy_no": [number for number, _ in versions],
                "version": [version for _, version in versions],
                "valid_from": [dt.date(2020 + version, s.random.randint(1, 12), 1) for _, version in versions],
                "premium": s.money(len(versions), 40, 2_400),
                "deductible": s.pick([0, 200, 500, 1_000], len(versions)),
                "payment_mode": s.pick(["yearly", "quarterly", "monthly"], len(versions)),
            }
        ),
        "policy_cover": pa.table(
            {
                "policy_no": [number for number, _, _ in covered],
                "version": [version for _, version, _ in covered],
                "product": [number[:3] for number, _, _ in covered],
                "cover": [cover for _, _, cover in covered],
                "sum_insured": s.pick([5_000, 10_000, 50_000, 250_000], len(covered)),
            }
        ),
    }


def _claims(s: Sampler, sequence: itertools.count[int], parties: Tables, versions: list[dict[str, object]]) -> Tables:
    count, everyone = 4_200, parties["party"]["party_id"].to_pylist()
    claims = [next(sequence) for _ in range(count)]
    handlers = s.random.sample(parties["person"]["party_id"].to_pylist(), 85)
    struck = s.pick(versions, count, skew=0.2)
    involved = [
        (claim, party, role)
        for claim, party in s.pairs(claims, everyone, 1, 2)
        for role in s.random.sample(["claimant", "witness", "expert"], 1)
    ]
    paid = s.pick(involved, 3_300)
    reserves = s.numbered(claims, 1, 3)
    events = [
        (claim, status) for claim in claims for status in ("reported", "assessed", "settled")[: s.random.randint(1, 3)]
    ]
    return {
        "claim": pa.table(
            {
                "claim_id": claims,
                "policy_no": [version["policy_no"] for version in struck],
                "version": [version["version"] for version in struck],
                "reporter": s.pick(everyone, count),
                "handler": s.pick(handlers, count, skew=0.5),
                "follows": [s.random.choice(claims[:i]) if i > 200 and i % 25 == 0 else None for i in range(count)],
                "cause": s.weighted({"collision": 40, "water": 20, "theft": 15, "storm": 15, "other": 10}, count),
                "occurred_on": s.dates(count, FIRST, LAST),
                "fault_percent": s.weighted({0: 40, 50: 20, 100: 40}, count),
                "status": s.weighted({"reported": 15, "assessed": 20, "settled": 60, "refused": 5}, count),
            }
        ),
        "claim_party": pa.table(
            {name: [row[i] for row in involved] for i, name in enumerate(("claim_id", "party_id", "role"))}
        ),
        "claim_payment": pa.table(
            {
                "payment_id": [next(sequence) for _ in paid],
                "claim_id": [claim for claim, _, _ in paid],
                "payee": [party for _, party, _ in paid],
                "amount": s.money(len(paid), 50, 30_000),
                "paid_on": s.dates(len(paid), FIRST, LAST),
            }
        ),
        "reserve": pa.table(
            {
                "claim_id": [claim for claim, _ in reserves],
                "seq": [number for _, number in reserves],
                "amount": s.money(len(reserves), 100, 60_000),
                "set_on": s.dates(len(reserves), FIRST, LAST),
            }
        ),
        "claim_event": pa.table(
            {
                "event_id": [next(sequence) for _ in events],
                "claim_id": [claim for claim, _ in events],
                "status": [status for _, status in events],
                "at": s.moments(len(events), FIRST, LAST),
            }
        ),
    }


def build() -> Tables:
    """The sixteen tables."""
    s, sequence = Sampler(10), itertools.count(1_000_001)
    parties = _parties(s, sequence)
    sales = _sales(s, sequence, parties["person"]["party_id"].to_pylist())
    policies = _policies(s, parties, sales)
    return {**parties, **sales, **policies, **_claims(s, sequence, parties, policies["policy_version"].to_pylist())}


INSURANCE = ReferenceDatabase("insurance", "tuning", build, TRUTH)
