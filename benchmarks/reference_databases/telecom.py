"""A mobile operator: telephone numbers and card numbers as text, cells by area, calls mostly to other networks.

Traps: the called number is mostly a stranger's, so it is no reference; a SIM and its subscription are one to one; a
cell number repeats in every area; hours, seconds, tariff versions and signal levels are numbers.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["TELECOM"]

TRUTH = parse_truth(
    keys="""
    tariff(tariff, version) account(account_no) subscription(msisdn) sim(iccid) device(imei) area(lac) cell(lac, ci)
    call(call_id) bill(account_no, period) bill_line(account_no, period, line_no) option(option_code)
    subscription_option(msisdn, option_code) ticket(ticket_no) dealer(dealer_id)
    """,
    alternate_keys="sim(imsi) sim(msisdn)",
    references="""
    account.dealer_id -> dealer.dealer_id
    account.master_account -> account.account_no
    dealer.recruited_by -> dealer.dealer_id
    subscription.account_no -> account.account_no
    subscription.tariff,tariff_version -> tariff.tariff,version
    subscription.imei -> device.imei
    sim.msisdn -> subscription.msisdn
    cell.lac -> area.lac
    cell.neighbour_lac,neighbour_ci -> cell.lac,ci
    call.msisdn -> subscription.msisdn
    call.lac,ci -> cell.lac,ci  dangling 0.01
    call.end_lac,end_ci -> cell.lac,ci
    bill.account_no -> account.account_no
    bill_line.account_no,period -> bill.account_no,period
    bill_line.msisdn -> subscription.msisdn
    subscription_option.msisdn -> subscription.msisdn
    subscription_option.option_code -> option.option_code
    ticket.account_no -> account.account_no
    ticket.msisdn -> subscription.msisdn
    ticket.reopened_from -> ticket.ticket_no
    """,
    also_acceptable="""
    cell.neighbour_lac -> area.lac
    call.lac -> area.lac
    call.end_lac -> area.lac
    bill_line.account_no -> account.account_no
    subscription.msisdn -> sim.msisdn
    call.msisdn -> sim.msisdn
    bill_line.msisdn -> sim.msisdn
    subscription_option.msisdn -> sim.msisdn
    ticket.msisdn -> sim.msisdn
    """,
    enums="tariff.tariff account.kind subscription.status call.kind bill.state ticket.status ticket.channel cell.technology",
    states="subscription.status bill.state ticket.status",
    sensitive="account.holder account.street subscription.msisdn sim.imsi call.msisdn call.called_number call.lac call.ci device.imei",
)
FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)


def _network(s: Sampler) -> Tables:
    areas = s.ids(22, 2_101, gaps=0.4)
    cells = [(area, ci) for area, ci in s.numbered(areas, 15, 70)]
    near = [s.random.choice(cells) if s.random.random() < 0.9 else (None, None) for _ in cells]
    models = s.titles(60, 1)
    return {
        "area": pa.table({"lac": areas, "region": s.cities(22), "population": s.integers(22, 8_000, 600_000)}),
        "cell": pa.table(
            {
                "lac": [area for area, _ in cells],
                "ci": [ci for _, ci in cells],
                "neighbour_lac": [area for area, _ in near],
                "neighbour_ci": [ci for _, ci in near],
                "technology": s.weighted({"2G": 10, "4G": 60, "5G": 30}, len(cells)),
                "latitude": s.measures(len(cells), 47.5, 0.8, 5),
                "longitude": s.measures(len(cells), 14.1, 1.4, 5),
                "azimuth": s.pick(range(0, 360, 30), len(cells)),
            }
        ),
        "device": pa.table(
            {
                "imei": s.codes(4_800, "35999999999999"),
                "model": s.pick(models, 4_800, skew=0.9),
                "release_year": s.integers(4_800, 2015, 2026),
            }
        ),
        "tariff": pa.table(
            {
                "tariff": [name for name in ("S", "M", "L", "XL", "KIDS") for _ in range(3)],
                "version": [version for _ in range(5) for version in (1, 2, 3)],
                "monthly_fee": s.money(15, 5, 60),
                "included_gb": s.pick([1, 5, 10, 30, 100], 15),
            }
        ),
        "option": pa.table({"option_code": s.codes(18, "OPT-AA"), "name": s.titles(18, 2), "fee": s.money(18, 1, 15)}),
    }


def _contracts(s: Sampler, network: Tables) -> Tables:
    dealers, count = s.ids(90), 3_100
    accounts = s.ids(count, 61_000_117, gaps=0.8)
    numbers = s.codes(4_400, "43660999999999")
    owners = accounts + s.pick(accounts, 4_400 - count, skew=0.7)
    carriers = s.shuffled(numbers)
    chosen = s.pick(s.numbered(["S", "M", "L", "XL", "KIDS"], 3, 3), 4_400, skew=0.8)
    optional = s.pairs(s.subset(numbers, 0.4), network["option"]["option_code"].to_pylist(), 1, 3)
    return {
        "dealer": pa.table(
            {
                "dealer_id": dealers,
                "name": s.titles(90, 1),
                "recruited_by": [None if i < 9 else s.random.choice(dealers[:i]) for i in range(90)],
                "commission_percent": s.pick([3, 4, 5, 6, 8], 90),
            }
        ),
        "account": pa.table(
            {
                "account_no": accounts,
                "holder": s.full_names(count),
                "street": [
                    f"{name} {n}"
                    for name, n in zip(s.pick(s.titles(150, 1), count), s.integers(count, 1, 99), strict=True)
                ],
                "kind": s.weighted({"private": 85, "business": 15}, count),
                "dealer_id": s.with_nulls(s.pick(dealers, count, skew=0.9), 0.3),
                "master_account": [
                    s.random.choice(accounts[:200]) if i > 200 and i % 14 == 0 else None for i in range(count)
                ],
                "credit_score": s.integers(count, 1, 600),
            }
        ),
        "subscription": pa.table(
            {
                "msisdn": numbers,
                "account_no": owners,
                "tariff": [tariff for tariff, _ in chosen],
                "tariff_version": [version for _, version in chosen],
                "imei": s.with_nulls(s.random.sample(network["device"]["imei"].to_pylist(), 4_400), 0.15),
                "status": s.weighted({"active": 86, "suspended": 5, "ported_out": 6, "terminated": 3}, 4_400),
                "binding_months": s.pick([0, 12, 24], 4_400),
            }
        ),
        "sim": pa.table(
            {
                "iccid": s.codes(4_400, "894301999999999999"),
                "imsi": s.codes(4_400, "23201999999999"),
                "msisdn": carriers,
                "is_esim": s.integers(4_400, 0, 1),
            }
        ),
        "subscription_option": pa.table(
            {
                "msisdn": [number for number, _ in optional],
                "option_code": [option for _, option in optional],
                "since": s.dates(len(optional), dt.date(2023, 1, 1), FIRST),
            }
        ),
    }


def _calls(s: Sampler, numbers: list[str], cells: list[tuple[int, int]]) -> pa.Table:
    count = 22_000
    starts, ends = s.pick(cells, count, skew=0.6), s.pick(cells, count, skew=0.6)
    starts = s.with_dangling(starts, 0.01, lambda: (s.random.randint(9_000, 9_100), s.random.randint(1, 70)))
    handed = [end if s.random.random() < 0.3 else (None, None) for end in ends]
    abroad = s.codes(6_000, "49170999999999")
    return pa.table(
        {
            "call_id": s.ids(count, 7_000_000_001, gaps=0.1),
            "msisdn": s.pick(numbers, count, skew=0.7),
            "called_number": [s.random.choice(abroad if s.random.random() < 0.8 else numbers) for _ in range(count)],
            "kind": s.weighted({"voice": 55, "sms": 35, "data": 10}, count),
            "started_at": s.moments(count, FIRST, LAST),
            "seconds": s.counts(count, 140),
            "lac": [area for area, _ in starts],
            "ci": [ci for _, ci in starts],
            "end_lac": [area for area, _ in handed],
            "end_ci": [ci for _, ci in handed],
            "signal_dbm": s.integers(count, -120, -50),
        }
    )


def _billing(s: Sampler, contracts: Tables) -> Tables:
    subscriptions = contracts["subscription"].to_pylist()
    by_account: dict[int, list[str]] = {}
    for row in subscriptions:
        by_account.setdefault(row["account_no"], []).append(row["msisdn"])
    bills = [(account, f"2026-{month:02d}") for account in by_account for month in (1, 2, 3)]
    lines = s.numbered(bills, 1, 3)
    tickets = s.ids(1_900, 300_500, gaps=0.05)
    callers = s.pick(subscriptions, 1_900, skew=0.7)
    return {
        "bill": pa.table(
            {
                "account_no": [account for account, _ in bills],
                "period": [period for _, period in bills],
                "total": s.money(len(bills), 5, 240),
                "state": s.weighted({"issued": 10, "paid": 80, "reminded": 7, "collection": 3}, len(bills)),
            }
        ),
        "bill_line": pa.table(
            {
                "account_no": [account for (account, _), _ in lines],
                "period": [period for (_, period), _ in lines],
                "line_no": [number for _, number in lines],
                "msisdn": [s.random.choice(by_account[account]) for (account, _), _ in lines],
                "amount": s.money(len(lines), 0.1, 80),
                "tax_percent": [20] * len(lines),
            }
        ),
        "ticket": pa.table(
            {
                "ticket_no": tickets,
                "account_no": [row["account_no"] for row in callers],
                "msisdn": [row["msisdn"] if i % 4 else None for i, row in enumerate(callers)],
                "reopened_from": [
                    tickets[s.random.randint(0, i - 1)] if i > 100 and i % 17 == 0 else None for i in range(1_900)
                ],
                "channel": s.pick(["phone", "chat", "shop"], 1_900),
                "status": s.weighted({"open": 12, "waiting": 10, "solved": 78}, 1_900),
                "satisfaction": s.with_nulls(s.integers(1_900, 1, 5), 0.5),
            }
        ),
    }


def build() -> Tables:
    """The fourteen tables."""
    s = Sampler(9)
    network = _network(s)
    contracts = _contracts(s, network)
    cells = list(zip(network["cell"]["lac"].to_pylist(), network["cell"]["ci"].to_pylist(), strict=True))
    calls = _calls(s, contracts["subscription"]["msisdn"].to_pylist(), cells)
    return {**network, **contracts, "call": calls, **_billing(s, contracts)}


TELECOM = ReferenceDatabase("telecom", "tuning", build, TRUTH)
