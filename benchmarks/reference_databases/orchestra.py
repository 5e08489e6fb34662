"""A concert house: halls with their seats and price zones, ensembles and works, concerts, subscriptions and tickets.

Traps: minutes, opus numbers, chairs, rows and capacities lie among the numbers of halls, works and musicians; seats
are known by a number of their own while hall, row and seat are unique too; price zones repeat their letters in every
hall; patrons who asked to be forgotten stay in old orders, and seats taken out for a larger stage in old tickets.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["ORCHESTRA"]

TRUTH = parse_truth(
    keys="""
    Hall(HallId) PriceZone(HallId, ZoneCode) Seat(SeatId) Instrument(Code) Musician(MusicianId) Ensemble(EnsembleId)
    EnsembleMember(EnsembleId, MusicianId) Composer(ComposerId) Work(WorkId) Series(SeriesCode) Concert(ConcertId)
    ProgrammeItem(ConcertId, Position) ConcertPrice(ConcertId, ZoneCode) Staff(StaffId) Patron(PatronId)
    Subscription(SubscriptionId) TicketOrder(OrderId) Ticket(TicketId)
    """,
    alternate_keys="""
    Hall(Name) Seat(HallId, RowNo, SeatNo) Instrument(Name) Ensemble(Name) Series(Title) Staff(Login) Patron(CustomerNo)
    Ticket(Barcode) Ticket(ConcertId, SeatId)
    """,
    references="""
    PriceZone.HallId -> Hall.HallId
    Seat.HallId,ZoneCode -> PriceZone.HallId,ZoneCode
    Musician.InstrumentCode -> Instrument.Code
    Musician.SecondInstrumentCode -> Instrument.Code
    Ensemble.ParentEnsembleId -> Ensemble.EnsembleId
    Ensemble.ChiefConductorId -> Musician.MusicianId
    EnsembleMember.EnsembleId -> Ensemble.EnsembleId
    EnsembleMember.MusicianId -> Musician.MusicianId
    EnsembleMember.InstrumentCode -> Instrument.Code
    Work.ComposerId -> Composer.ComposerId
    Work.ArrangerId -> Composer.ComposerId
    Concert.HallId -> Hall.HallId
    Concert.SeriesCode -> Series.SeriesCode
    Concert.EnsembleId -> Ensemble.EnsembleId
    Concert.ConductorId -> Musician.MusicianId
    Concert.ReplacesConcertId -> Concert.ConcertId
    Concert.ManagerId -> Staff.StaffId
    ProgrammeItem.ConcertId -> Concert.ConcertId
    ProgrammeItem.WorkId -> Work.WorkId
    ProgrammeItem.SoloistId -> Musician.MusicianId
    ConcertPrice.ConcertId -> Concert.ConcertId
    ConcertPrice.HallId,ZoneCode -> PriceZone.HallId,ZoneCode
    Staff.SupervisorId -> Staff.StaffId
    Patron.HouseholdHeadId -> Patron.PatronId
    Subscription.PatronId -> Patron.PatronId
    Subscription.SeriesCode -> Series.SeriesCode
    Subscription.SeatId -> Seat.SeatId
    Subscription.RenewedFromId -> Subscription.SubscriptionId
    TicketOrder.PatronId -> Patron.PatronId  dangling 0.03
    TicketOrder.SoldById -> Staff.StaffId
    Ticket.OrderId -> TicketOrder.OrderId
    Ticket.ConcertId -> Concert.ConcertId
    Ticket.SeatId -> Seat.SeatId  dangling 0.008
    Ticket.SubscriptionId -> Subscription.SubscriptionId
    """,
    also_acceptable="""
    Seat.HallId -> Hall.HallId
    ConcertPrice.HallId -> Hall.HallId
    """,
    enums="""
    PriceZone.Colour Instrument.Family Ensemble.Kind EnsembleMember.Contract Series.Season Concert.Status
    Staff.Department Subscription.Season Subscription.Status TicketOrder.Channel TicketOrder.Payment Ticket.Reduction
    Ticket.Status PriceZone.ZoneCode Seat.ZoneCode ConcertPrice.ZoneCode
    """,
    states="Concert.Status Subscription.Status Ticket.Status",
    sensitive="""
    Musician.FullName Musician.BornOn Staff.FullName Patron.FullName Patron.Email Patron.Phone Patron.Postcode
    """,
)
FIRST, LAST = dt.date(2025, 9, 5), dt.date(2026, 6, 28)
HALLS = {"Great Hall": (30, 32), "Chamber Hall": (16, 20), "Organ Hall": (18, 24), "Studio": (8, 12), "Foyer": (6, 10)}
INSTRUMENTS = {
    "strings": "vn Violin, va Viola, vc Cello, db Double bass, hp Harp",
    "woodwind": "fl Flute, ob Oboe, cl Clarinet, bn Bassoon, sx Saxophone",
    "brass": "hn Horn, tp Trumpet, tb Trombone, tu Tuba",
    "percussion": "ti Timpani, pe Percussion",
    "keyboard": "pf Piano, og Organ, hc Harpsichord",
    "voice": "so Soprano, al Alto, te Tenor, bs Bass",
    "other": "cd Conductor, el Electronics",
}
SEASONS = ["2023/24", "2024/25", "2025/26"]
Rows = list[dict[str, Any]]


def _halls(s: Sampler) -> Tables:
    zones = {
        number: "ABCDE"[: 5 if rows > 20 else 3 if rows > 10 else 2]
        for number, (rows, _) in enumerate(HALLS.values(), 1)
    }
    seats = [
        (hall, row, seat, zones[hall][(row - 1) * len(zones[hall]) // rows])
        for hall, (rows, width) in enumerate(HALLS.values(), 1)
        for row in range(1, rows + 1)
        for seat in range(1, width + 1)
    ]
    priced = [(hall, zone) for hall, letters in zones.items() for zone in letters]
    return {
        "Hall": pa.table(
            {
                "HallId": list(zones),
                "Name": list(HALLS),
                "Capacity": [rows * width for rows, width in HALLS.values()],
                "StageWidth": [22, 10, 14, 8, 6],
                "Floor": [1, 1, 2, 0, 0],
            }
        ),
        "PriceZone": pa.table(
            {
                "HallId": [hall for hall, _ in priced],
                "ZoneCode": [zone for _, zone in priced],
                "Colour": s.pick(["red", "blue", "green", "yellow", "violet"], len(priced)),
                "StandardPrice": [Decimal(90 - 15 * "ABCDE".index(zone) - 5 * hall) for hall, zone in priced],
            }
        ),
        "Seat": pa.table(
            {
                "SeatId": s.ids(len(seats), 1, gaps=0.04),
                "HallId": [hall for hall, _, _, _ in seats],
                "RowNo": [row for _, row, _, _ in seats],
                "SeatNo": [seat for _, _, seat, _ in seats],
                "ZoneCode": [zone for _, _, _, zone in seats],
                "IsWheelchair": [row == 1 and seat < 5 for _, row, seat, _ in seats],
                "ViewRating": s.integers(len(seats), 1, 5),
            }
        ),
    }


def _musicians(s: Sampler) -> Tables:
    people, groups, composers, works = 640, 34, 210, 1_150
    played = [(family, *one.split(" ", 1)) for family, text in INSTRUMENTS.items() for one in text.split(", ")]
    codes = [code for _, code, _ in played]
    ids, ensembles, writers = s.ids(people, 1, gaps=0.1), s.ids(groups, 1, gaps=0.2), s.ids(composers, 1, gaps=0.05)
    own = dict(zip(ids, s.pick(codes, people, skew=0.4), strict=True))
    members = s.pairs(ensembles, ids, 4, 85)
    conductors = [number for number, code in own.items() if code == "cd"]
    return {
        "Instrument": pa.table(
            {
                "Code": codes,
                "Name": [name for _, _, name in played],
                "Family": [family for family, _, _ in played],
                "ScoreOrder": list(range(1, len(codes) + 1)),
            }
        ),
        "Musician": pa.table(
            {
                "MusicianId": ids,
                "FullName": s.full_names(people),
                "InstrumentCode": list(own.values()),
                "SecondInstrumentCode": s.with_nulls(s.pick(codes, people), 0.8),
                "BornOn": s.with_nulls(s.dates(people, dt.date(1948, 1, 1), dt.date(2006, 1, 1)), 0.2),
                "IsResident": s.pick([True, False, False], people),
            }
        ),
        "Ensemble": pa.table(
            {
                "EnsembleId": ensembles,
                "Name": [f"{title} {i}" for i, title in enumerate(s.titles(groups, 2), 1)],
                "Kind": s.weighted({"orchestra": 25, "choir": 15, "quartet": 25, "band": 20, "trio": 15}, groups),
                "ParentEnsembleId": [None if i < 5 else s.random.choice([None, *ensembles[:5]]) for i in range(groups)],
                "ChiefConductorId": s.with_nulls(s.pick(conductors, groups), 0.3),
                "Founded": s.integers(groups, 1884, 2024),
            }
        ),
        "EnsembleMember": pa.table(
            {
                "EnsembleId": [group for group, _ in members],
                "MusicianId": [person for _, person in members],
                "InstrumentCode": [own[person] for _, person in members],
                "Chair": s.with_nulls(s.integers(len(members), 1, 16), 0.2),
                "Contract": s.weighted({"permanent": 60, "trial": 8, "freelance": 32}, len(members)),
            }
        ),
        "Composer": pa.table(
            {
                "ComposerId": writers,
                "FullName": s.full_names(composers),
                "BornIn": s.integers(composers, 1560, 1990),
                "CountryCode": s.pick(["AT", "DE", "IT", "FR", "CZ", "HU", "RU", "US", "FI"], composers),
            }
        ),
        "Work": pa.table(
            {
                "WorkId": s.ids(works, 1, gaps=0.06),
                "ComposerId": s.pick(writers, works, skew=0.6),
                "ArrangerId": s.with_nulls(s.pick(writers, works), 0.92),
                "Title": s.titles(works, 3),
                "Opus": s.with_nulls(s.integers(works, 1, 160), 0.35),
                "Minutes": s.counts(works, 17),
                "Movements": s.integers(works, 1, 6),
            }
        ),
    }


def _season(s: Sampler, zones: Rows, music: Tables) -> Tables:
    count, series = 430, s.codes(26, "AA9")
    staff, names = s.ids(52, 1, gaps=0.15), s.full_names(52)
    ids = s.ids(count, 2_001, gaps=0.05)
    halls = s.weighted({1: 45, 2: 25, 3: 15, 4: 10, 5: 5}, count)
    programme = s.numbered(ids, 2, 6)
    own = dict(zip(ids, halls, strict=True))
    prices = [(concert, zone) for concert in ids for zone in zones if zone["HallId"] == own[concert]]
    musicians = music["Musician"].to_pylist()
    conductors = [one["MusicianId"] for one in musicians if one["InstrumentCode"] == "cd"]
    return {
        "Series": pa.table(
            {
                "SeriesCode": series,
                "Title": s.titles(26, 2),
                "Season": s.pick(SEASONS, 26),
                "Concerts": s.integers(26, 4, 12),
                "BasePrice": s.money(26, 60, 480),
            }
        ),
        "Staff": pa.table(
            {
                "StaffId": staff,
                "Login": [f"{name[0].lower()}{name.split()[-1][:5].lower()}{i}" for i, name in enumerate(names, 1)],
                "FullName": names,
                "Department": s.weighted({"box office": 40, "stage": 30, "artistic": 20, "finance": 10}, 52),
                "SupervisorId": [None if i < 3 else s.random.choice(staff[: min(i, 9)]) for i in range(52)],
                "HoursPerWeek": s.pick([12, 20, 30, 40, 40], 52),
            }
        ),
        "Concert": pa.table(
            {
                "ConcertId": ids,
                "HallId": halls,
                "SeriesCode": s.with_nulls(s.pick(series, count, skew=0.3), 0.3),
                "EnsembleId": s.pick(music["Ensemble"]["EnsembleId"].to_pylist(), count, skew=0.7),
                "ConductorId": s.with_nulls(s.pick(conductors, count, skew=0.3), 0.35),
                "ReplacesConcertId": [
                    s.random.choice(ids[:i]) if i > 8 and i % 17 == 0 else None for i in range(count)
                ],
                "ManagerId": s.pick(staff, count),
                "StartsAt": s.moments(count, FIRST, LAST),
                "DurationMinutes": s.pick([60, 75, 90, 105, 120, 135], count),
                "Status": s.weighted({"planned": 8, "on_sale": 14, "played": 73, "cancelled": 5}, count),
            }
        ),
        "ProgrammeItem": pa.table(
            {
                "ConcertId": [concert for concert, _ in programme],
                "Position": [number for _, number in programme],
                "WorkId": s.pick(music["Work"]["WorkId"].to_pylist(), len(programme), skew=0.5),
                "SoloistId": s.with_nulls(
                    s.pick([one["MusicianId"] for one in musicians], len(programme), skew=0.5), 0.7
                ),
                "IsEncore": s.pick([True, *[False] * 9], len(programme)),
            }
        ),
        "ConcertPrice": pa.table(
            {
                "ConcertId": [concert for concert, _ in prices],
                "HallId": [zone["HallId"] for _, zone in prices],
                "ZoneCode": [zone["ZoneCode"] for _, zone in prices],
                "Price": [zone["StandardPrice"] + s.random.choice([-5, 0, 0, 10]) for _, zone in prices],
                "ReducedPercent": s.pick([20, 25, 50], len(prices)),
            }
        ),
    }


def _patrons(s: Sampler, series: Rows, seats: Rows) -> Tables:
    count, held = 4_100, 2_300
    ids, names, subscriptions = s.ids(count, 10_001, gaps=0.07), s.full_names(count), s.ids(held, 1, gaps=0.04)
    great = [seat["SeatId"] for seat in seats if seat["HallId"] in (1, 2)]
    chosen = s.pick(series, held, skew=0.5)
    return {
        "Patron": pa.table(
            {
                "PatronId": ids,
                "CustomerNo": s.codes(count, "K9999999"),
                "FullName": names,
                "Email": s.with_nulls(s.emails(names, "mail.example"), 0.15),
                "Phone": s.with_nulls(s.phones(count), 0.4),
                "Town": s.cities(count),
                "Postcode": s.postcodes(count),
                "HouseholdHeadId": [s.random.choice(ids[:i]) if i > 9 and i % 6 == 0 else None for i in range(count)],
                "SinceYear": s.integers(count, 1979, 2026),
            }
        ),
        "Subscription": pa.table(
            {
                "SubscriptionId": subscriptions,
                "PatronId": s.pick(ids, held, skew=0.2),
                "SeriesCode": [one["SeriesCode"] for one in chosen],
                "Season": [one["Season"] for one in chosen],
                "SeatId": s.with_nulls(s.pick(great, held), 0.18),
                "RenewedFromId": [
                    s.random.choice(subscriptions[:i]) if i > 700 and s.random.random() < 0.7 else None
                    for i in range(held)
                ],
                "Price": s.money(held, 60, 480),
                "Status": s.weighted({"ordered": 4, "active": 61, "ended": 30, "cancelled": 5}, held),
            }
        ),
    }


def _sales(s: Sampler, halls: Tables, season: Tables, people: Tables) -> Tables:
    orders, tickets = 4_700, 11_500
    patrons, held = people["Patron"]["PatronId"].to_pylist(), people["Subscription"]["SubscriptionId"].to_pylist()
    seats: dict[int, list[int]] = {}
    for seat in halls["Seat"].select(["HallId", "SeatId"]).to_pylist():
        seats.setdefault(seat["HallId"], []).append(seat["SeatId"])
    known = {seat for numbers in seats.values() for seat in numbers}
    removed = [seat for seat in range(1, max(known)) if seat not in known]
    sellers = [one["StaffId"] for one in season["Staff"].to_pylist() if one["Department"] == "box office"]
    concerts = [(one["ConcertId"], one["HallId"]) for one in season["Concert"].to_pylist()]
    free = [(concert, seat) for concert, hall in concerts for seat in seats[hall]]
    sold = s.random.sample(free, tickets)
    channel = s.weighted({"web": 58, "counter": 22, "phone": 15, "partner": 5}, orders)
    ids = s.ids(orders, 500_001, gaps=0.02)
    return {
        "TicketOrder": pa.table(
            {
                "OrderId": ids,
                "PatronId": s.with_dangling(
                    s.with_nulls(s.pick(patrons, orders, skew=0.4), 0.18), 0.03, lambda: s.random.randint(2_000, 9_900)
                ),
                "SoldById": [s.random.choice(sellers) if one in ("counter", "phone") else None for one in channel],
                "OrderedAt": s.moments(orders, dt.date(2025, 6, 1), LAST),
                "Channel": channel,
                "Payment": s.weighted({"card": 66, "transfer": 12, "cash": 12, "voucher": 10}, orders),
                "Total": s.money(orders, 15, 540),
            }
        ),
        "Ticket": pa.table(
            {
                "TicketId": s.ids(tickets, 1, gaps=0.01),
                "Barcode": s.codes(tickets, "999999999999"),
                "OrderId": s.pick(ids, tickets),
                "ConcertId": [concert for concert, _ in sold],
                "SeatId": s.with_dangling([seat for _, seat in sold], 0.008, lambda: s.random.choice(removed)),
                "SubscriptionId": s.with_nulls(s.pick(held, tickets), 0.72),
                "Price": s.money(tickets, 10, 105),
                "Reduction": s.with_nulls(s.pick(["student", "senior", "staff"], tickets, skew=0.8), 0.75),
                "Status": s.weighted({"sold": 20, "scanned": 73, "returned": 5, "void": 2}, tickets),
            }
        ),
    }


def build() -> Tables:
    """The eighteen tables."""
    s = Sampler(64)
    halls, music = _halls(s), _musicians(s)
    season = _season(s, halls["PriceZone"].to_pylist(), music)
    people = _patrons(s, season["Series"].to_pylist(), halls["Seat"].to_pylist())
    return {**halls, **music, **season, **people, **_sales(s, halls, season, people)}


ORCHESTRA = ReferenceDatabase("orchestra", "fresh", build, TRUTH)
