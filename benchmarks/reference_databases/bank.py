"""A retail bank: account numbers as text, several holders an account, transfers, reversals, exchange rates.

Traps: most counterparties are accounts of other banks, so the counterparty of a posting is no reference; branch codes
have leading zeros; currencies occur in seven columns; balances, days and percentages are numbers; some cards are gone.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["BANK"]

TRUTH = parse_truth(
    keys="""
    currency(code) branch(branch_code) product(product_code) party(party_id) account(iban) holder(iban, party_id)
    card(card_token) posting(posting_id) transfer(transfer_id) fx_rate(base, quote, day) loan(loan_no)
    instalment(loan_no, instalment_no) employee(personnel_no)
    """,
    alternate_keys="party(tax_id) currency(numeric_code)",
    references="""
    branch.manager -> employee.personnel_no
    branch.reports_to -> branch.branch_code
    product.currency -> currency.code
    party.home_branch -> branch.branch_code
    party.adviser -> employee.personnel_no
    employee.branch_code -> branch.branch_code
    account.product_code -> product.product_code
    account.branch_code -> branch.branch_code
    holder.iban -> account.iban
    holder.party_id -> party.party_id
    card.iban,party_id -> holder.iban,party_id
    posting.iban -> account.iban
    posting.card_token -> card.card_token  dangling 0.02
    posting.currency -> currency.code
    posting.reverses -> posting.posting_id
    transfer.debit_iban -> account.iban
    transfer.credit_iban -> account.iban
    transfer.currency -> currency.code
    transfer.approved_by -> employee.personnel_no
    fx_rate.base -> currency.code
    fx_rate.quote -> currency.code
    loan.iban -> account.iban
    loan.borrower -> party.party_id
    loan.guarantor -> party.party_id
    instalment.loan_no -> loan.loan_no
    """,
    also_acceptable="""
    card.iban -> account.iban
    card.party_id -> party.party_id
    loan.iban,borrower -> holder.iban,party_id
    """,
    enums="account.status party.kind card.scheme posting.kind transfer.state loan.state holder.role",
    states="account.status transfer.state loan.state",
    sensitive="party.name party.tax_id party.born_on account.iban employee.name posting.counterparty posting.purpose",
)
CURRENCIES = {
    "EUR": 978,
    "USD": 840,
    "GBP": 826,
    "CHF": 756,
    "SEK": 752,
    "DKK": 208,
    "PLN": 985,
    "CZK": 203,
    "JPY": 392,
}
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 6, 30)


def _organisation(s: Sampler) -> Tables:
    branches = [f"{code:03d}" for code in range(1, 39) if code % 7]
    staff = s.ids(420, 10_002, gaps=0.5)
    codes = list(CURRENCIES)
    return {
        "currency": pa.table({"code": codes, "numeric_code": list(CURRENCIES.values()), "digits": [2] * 8 + [0]}),
        "branch": pa.table(
            {
                "branch_code": branches,
                "city": s.cities(len(branches)),
                "reports_to": [None if i < 3 else branches[i % 3] for i in range(len(branches))],
                "manager": s.random.sample(staff, len(branches)),
                "counters": s.integers(len(branches), 1, 9),
            }
        ),
        "employee": pa.table(
            {
                "personnel_no": staff,
                "name": s.full_names(420),
                "branch_code": s.pick(branches, 420, skew=0.5),
                "grade": s.integers(420, 1, 12),
                "hired_on": s.dates(420, dt.date(1988, 1, 1), FIRST),
            }
        ),
        "product": pa.table(
            {
                "product_code": ["CUR", "SAV", "BIZ", "USD", "YTH", "DEP"],
                "name": ["Current", "Savings", "Business", "Dollar current", "Youth", "Deposit"],
                "currency": ["EUR", "EUR", "EUR", "USD", "EUR", "CHF"],
                "monthly_fee": s.money(6, 0, 12),
                "interest_percent": [0.0, 1.25, 0.1, 0.0, 2.0, 2.75],
            }
        ),
        "fx_rate": pa.table(_rates(s, codes)),
    }


def _rates(s: Sampler, codes: list[str]) -> dict[str, list[object]]:
    days = [FIRST + dt.timedelta(days=7 * week) for week in range(26)]
    rows = [(base, quote, day) for base in ("EUR", "USD") for quote in codes for day in days if base != quote]
    return {
        "base": [base for base, _, _ in rows],
        "quote": [quote for _, quote, _ in rows],
        "day": [day for _, _, day in rows],
        "rate": [abs(rate) + 0.01 for rate in s.measures(len(rows), 1.1, 0.3, 4)],
    }


def _customers(s: Sampler, organisation: Tables) -> Tables:
    count, accounts = 4_500, 6_000
    branches = organisation["branch"]["branch_code"].to_pylist()
    staff = organisation["employee"]["personnel_no"].to_pylist()
    parties = s.ids(count, 700_013, gaps=0.6)
    ibans = s.codes(accounts, "DE9937040044999999999")
    held = s.pairs(ibans, parties, 1, 2)
    carded = s.subset(held, 0.6)
    return {
        "party": pa.table(
            {
                "party_id": parties,
                "kind": s.weighted({"person": 88, "company": 12}, count),
                "name": s.full_names(count),
                "tax_id": s.codes(count, "99 999 999 999"),
                "born_on": s.with_nulls(s.dates(count, dt.date(1935, 1, 1), dt.date(2008, 1, 1)), 0.12),
                "home_branch": s.pick(branches, count, skew=0.8),
                "adviser": s.with_nulls(s.pick(s.subset(staff, 0.3), count), 0.35),
                "risk_class": s.integers(count, 1, 5),
            }
        ),
        "account": pa.table(
            {
                "iban": ibans,
                "product_code": s.weighted({"CUR": 60, "SAV": 18, "BIZ": 10, "USD": 3, "YTH": 7, "DEP": 2}, accounts),
                "branch_code": s.pick(branches, accounts, skew=0.8),
                "status": s.weighted({"open": 90, "blocked": 3, "closed": 7}, accounts),
                "opened_on": s.dates(accounts, dt.date(1999, 1, 1), FIRST),
                "balance": s.money(accounts, -500, 90_000),
                "overdraft_limit": s.pick([0, 500, 1000, 2000, 5000], accounts),
            }
        ),
        "holder": pa.table(
            {
                "iban": [iban for iban, _ in held],
                "party_id": [party for _, party in held],
                "role": s.weighted({"owner": 8, "proxy": 2}, len(held)),
            }
        ),
        "card": pa.table(
            {
                "card_token": s.hashes(len(carded), 16),
                "iban": [iban for iban, _ in carded],
                "party_id": [party for _, party in carded],
                "scheme": s.weighted({"debit": 70, "credit": 30}, len(carded)),
                "valid_month": s.integers(len(carded), 1, 12),
                "valid_year": s.integers(len(carded), 2026, 2031),
            }
        ),
    }


def _movements(s: Sampler, customers: Tables, staff: list[int]) -> Tables:
    count, transfers = 20_000, 3_000
    ibans = customers["account"]["iban"].to_pylist()
    cards = customers["card"].to_pylist()
    own, carded = s.pick(ibans, count, skew=0.6), s.pick(cards, count, skew=0.4)
    uses_card = [s.random.random() < 0.35 for _ in range(count)]
    postings = s.ids(count, 88_000_001, gaps=0.15)
    pairs = [s.random.sample(ibans, 2) for _ in range(transfers)]
    foreign = s.codes(5_000, "FR7699999999999999999999")
    tokens = s.with_dangling(
        [card["card_token"] if used else None for card, used in zip(carded, uses_card, strict=True)],
        0.02,
        lambda: s.hashes(1, 16)[0],
    )
    return {
        "posting": pa.table(
            {
                "posting_id": postings,
                "iban": [
                    card["iban"] if used else iban for card, used, iban in zip(carded, uses_card, own, strict=True)
                ],
                "kind": s.weighted({"debit": 60, "credit": 35, "fee": 5}, count),
                "amount": s.money(count, 0.5, 6_000),
                "currency": s.weighted({"EUR": 93, "USD": 4, "GBP": 2, "CHF": 1}, count),
                "booked_at": s.moments(count, FIRST, LAST),
                "card_token": tokens,
                "counterparty": s.with_nulls([s.random.choice(foreign if i % 5 else ibans) for i in range(count)], 0.3),
                "purpose": s.pick(s.titles(900, 2), count, skew=0.5),
                "reverses": [
                    postings[s.random.randint(0, i - 1)] if i > 500 and i % 90 == 0 else None for i in range(count)
                ],
            }
        ),
        "transfer": pa.table(
            {
                "transfer_id": s.uuids(transfers),
                "debit_iban": [debit for debit, _ in pairs],
                "credit_iban": [credit for _, credit in pairs],
                "amount": s.money(transfers, 1, 20_000),
                "currency": s.weighted({"EUR": 97, "USD": 3}, transfers),
                "state": s.weighted({"executed": 90, "pending": 6, "rejected": 4}, transfers),
                "approved_by": s.with_nulls(s.pick(s.subset(staff, 0.1), transfers), 0.9),
                "attempt": s.weighted({1: 94, 2: 5, 3: 1}, transfers),
            }
        ),
    }


def _loans(s: Sampler, customers: Tables) -> Tables:
    held = s.subset(customers["holder"].to_pylist(), 0.07)
    parties = customers["party"]["party_id"].to_pylist()
    numbers = [f"L-{number}" for number in s.ids(len(held), 4_000, gaps=0.1)]
    due = s.numbered(numbers, 6, 24)
    return {
        "loan": pa.table(
            {
                "loan_no": numbers,
                "iban": [row["iban"] for row in held],
                "borrower": [row["party_id"] for row in held],
                "guarantor": s.with_nulls(s.pick(parties, len(held)), 0.8),
                "principal": s.money(len(held), 1_000, 400_000),
                "rate_percent": [round(abs(rate) + 0.5, 2) for rate in s.measures(len(held), 4, 1.2)],
                "months": s.pick([12, 24, 36, 48, 60, 120], len(held)),
                "state": s.weighted({"running": 75, "repaid": 20, "defaulted": 5}, len(held)),
            }
        ),
        "instalment": pa.table(
            {
                "loan_no": [loan for loan, _ in due],
                "instalment_no": [number for _, number in due],
                "due_on": [FIRST + dt.timedelta(days=30 * number) for _, number in due],
                "amount": s.money(len(due), 20, 4_000),
                "paid": s.integers(len(due), 0, 1),
            }
        ),
    }


def build() -> Tables:
    """The thirteen tables."""
    s = Sampler(5)
    organisation = _organisation(s)
    customers = _customers(s, organisation)
    movements = _movements(s, customers, organisation["employee"]["personnel_no"].to_pylist())
    return {**organisation, **customers, **movements, **_loans(s, customers)}


BANK = ReferenceDatabase("bank", "tuning", build, TRUTH)
