"""A hotel chain: rooms and room types by house, bookings by locator, corporate accounts, nightly prices, folios.

Traps: natural keys are scoped by the house, so a room number or a type alone repeats; a booked and an upgraded type
share the house; the loyalty extension covers few guests; floors, stars, nights, adults, ratings and per cent are
numbers; the folio keeps employees whose records were purged; merged guests stay as deleted rows.
"""

from __future__ import annotations

import datetime as dt
import itertools

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["HOTEL"]

TRUTH = parse_truth(
    keys="""
    country(code) hotel(hotel_code) room_type(hotel_code, type_code) room(hotel_code, room_no) loyalty_tier(tier_id)
    guest(guest_id) loyalty_member(guest_id) company(company_id) channel(channel_id) rate_plan(rate_code)
    rate_price(hotel_code, type_code, rate_code, valid_from) employee(employee_no) booking(locator)
    booking_room(locator, seq) booking_guest(locator, guest_id) charge(charge_code) folio_item(folio_item_id)
    housekeeping(hotel_code, room_no, cleaned_on) review(locator)
    """,
    alternate_keys="loyalty_member(card_no) company(vat_no)",
    references="""
    hotel.country -> country.code
    hotel.general_manager -> employee.employee_no
    room_type.hotel_code -> hotel.hotel_code
    room.hotel_code -> hotel.hotel_code
    room.hotel_code,type_code -> room_type.hotel_code,type_code
    room.hotel_code,connecting_room -> room.hotel_code,room_no
    guest.nationality -> country.code
    guest.merged_into -> guest.guest_id
    loyalty_member.guest_id -> guest.guest_id
    loyalty_member.tier_id -> loyalty_tier.tier_id
    loyalty_member.enrolled_at -> hotel.hotel_code
    company.country -> country.code
    company.parent_company -> company.company_id
    company.rate_code -> rate_plan.rate_code
    rate_price.hotel_code,type_code -> room_type.hotel_code,type_code
    rate_price.rate_code -> rate_plan.rate_code
    employee.hotel_code -> hotel.hotel_code
    employee.supervisor -> employee.employee_no
    booking.hotel_code -> hotel.hotel_code
    booking.guest_id -> guest.guest_id
    booking.booked_by -> guest.guest_id
    booking.company_id -> company.company_id
    booking.channel_id -> channel.channel_id
    booking.rate_code -> rate_plan.rate_code
    booking_room.locator -> booking.locator
    booking_room.hotel_code,type_code -> room_type.hotel_code,type_code
    booking_room.hotel_code,upgraded_type -> room_type.hotel_code,type_code
    booking_room.hotel_code,room_no -> room.hotel_code,room_no
    booking_guest.locator -> booking.locator
    booking_guest.guest_id -> guest.guest_id
    folio_item.locator -> booking.locator
    folio_item.charge_code -> charge.charge_code
    folio_item.posted_by -> employee.employee_no  dangling 0.02
    housekeeping.hotel_code,room_no -> room.hotel_code,room_no
    housekeeping.cleaned_by -> employee.employee_no
    housekeeping.inspected_by -> employee.employee_no
    review.locator -> booking.locator
    """,
    also_acceptable="""
    rate_price.hotel_code -> hotel.hotel_code
    booking_room.hotel_code -> hotel.hotel_code
    housekeeping.hotel_code -> hotel.hotel_code
    """,
    enums="""
    booking.status booking.rate_code rate_plan.rate_code rate_price.rate_code charge.category employee.position
    room_type.type_code room.type_code rate_price.type_code booking_room.type_code booking_room.upgraded_type
    """,
    states="booking.status",
    sensitive="""
    guest.given_name guest.family_name guest.email guest.phone guest.nationality guest.born_on employee.name
    loyalty_member.card_no review.remark
    """,
)
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2026, 8, 31)


def _houses(s: Sampler) -> Tables:
    countries = {"AUT": "EUR", "BEL": "EUR", "CHE": "CHF", "DEU": "EUR", "DNK": "DKK", "FRA": "EUR", "GBR": "GBP"}
    countries |= {"ITA": "EUR", "NLD": "EUR", "NOR": "NOK", "POL": "PLN", "SWE": "SEK", "USA": "USD"}
    hotels = s.codes(24, "AAA9")
    types = {"SGL": 1, "DBL": 2, "TWN": 2, "FAM": 4, "JST": 3, "STE": 4}
    offered = [(hotel, code) for hotel in hotels for code in list(types)[: s.random.randint(3, 6)]]
    by_hotel = {hotel: [code for house, code in offered if house == hotel] for hotel in hotels}
    rooms = [
        (hotel, f"{floor}{number:02d}", floor)
        for hotel in hotels
        for floor in range(1, s.random.randint(3, 7))
        for number in range(1, s.random.randint(9, 19))
    ]
    following = {one[:2]: other for one, other in itertools.pairwise(rooms) if one[0] == other[0]}
    doors = [following[room[:2]][1] if room[:2] in following and s.random.random() < 0.12 else None for room in rooms]
    home = s.pick(list(countries)[:-1], 24, skew=0.7)
    return {
        "country": pa.table(
            {"code": list(countries), "name": s.titles(len(countries), 1), "currency": list(countries.values())}
        ),
        "hotel": pa.table(
            {
                "hotel_code": hotels,
                "name": s.titles(24, 2),
                "city": s.cities(24),
                "country": home,
                "currency": [countries[country] for country in home],
                "stars": s.weighted({3: 30, 4: 55, 5: 15}, 24),
                "opened_year": s.integers(24, 1964, 2023),
                "general_manager": s.random.sample(range(1, 60), 24),
            }
        ),
        "room_type": pa.table(
            {
                "hotel_code": [hotel for hotel, _ in offered],
                "type_code": [code for _, code in offered],
                "max_guests": [types[code] for _, code in offered],
                "square_metres": s.integers(len(offered), 12, 68),
            }
        ),
        "room": pa.table(
            {
                "hotel_code": [hotel for hotel, _, _ in rooms],
                "room_no": [number for _, number, _ in rooms],
                "floor": [floor for _, _, floor in rooms],
                "type_code": [s.random.choice(by_hotel[hotel]) for hotel, _, _ in rooms],
                "connecting_room": doors,
                "out_of_order": [s.random.random() < 0.02 for _ in rooms],
            }
        ),
    }


def _people(s: Sampler, hotels: list[str], countries: list[str]) -> Tables:
    count, staff = 5_200, s.ids(640)
    guests = s.ids(count, 100_000, gaps=0.12)
    family = s.family_names(count)
    members = s.subset(guests, 0.28)
    merged = [s.random.choice(guests[: i - 1]) if i > 300 and s.random.random() < 0.015 else None for i in range(count)]
    positions = {"reception": 30, "housekeeping": 45, "kitchen": 15, "management": 10}
    return {
        "guest": pa.table(
            {
                "guest_id": guests,
                "given_name": s.given_names(count),
                "family_name": family,
                "email": s.with_nulls(s.emails(family, "mail.example"), 0.2),
                "phone": s.with_nulls(s.phones(count), 0.4),
                "nationality": s.with_nulls(s.pick(countries, count, skew=0.9), 0.1),
                "born_on": s.with_nulls(s.dates(count, dt.date(1938, 1, 1), dt.date(2008, 1, 1)), 0.3),
                "merged_into": merged,
                "deleted_at": [
                    None if other is None else at
                    for other, at in zip(merged, s.moments(count, FIRST, LAST), strict=True)
                ],
            }
        ),
        "loyalty_tier": pa.table(
            {"tier_id": [1, 2, 3, 4], "name": ["Blue", "Silver", "Gold", "Black"], "nights_needed": [0, 10, 30, 75]}
        ),
        "loyalty_member": pa.table(
            {
                "guest_id": members,
                "card_no": s.codes(len(members), "6011999999999"),
                "tier_id": s.weighted({1: 60, 2: 25, 3: 12, 4: 3}, len(members)),
                "points": s.counts(len(members), 5_000),
                "enrolled_at": s.with_nulls(s.pick(hotels, len(members), skew=0.5), 0.3),
                "enrolled_on": s.dates(len(members), dt.date(2016, 1, 1), LAST),
            }
        ),
        "employee": pa.table(
            {
                "employee_no": staff,
                "name": s.full_names(640),
                "hotel_code": s.pick(hotels, 640, skew=0.3),
                "position": s.weighted(positions, 640),
                "supervisor": [None if i < 24 else staff[s.random.randint(0, min(i - 1, 95))] for i in range(640)],
                "hourly_cents": s.integers(640, 1_350, 4_800),
                "left_on": s.with_nulls(s.dates(640, FIRST, LAST), 0.8),
            }
        ),
    }


def _prices(s: Sampler, offered: list[tuple[str, str]], countries: list[str]) -> Tables:
    plans = ["BAR", "NONREF", "CORP", "GOV", "PKG2", "LONG", "STAFF"]
    companies = s.ids(260, 1_000, gaps=0.1)
    seasons = [dt.date(year, month, 1) for year in (2025, 2026) for month in (1, 4, 6, 9)]
    priced = [
        (*pair, plan, day)
        for pair in offered
        for plan in ["BAR", *s.random.sample(plans[1:], s.random.randint(1, 4))]
        for day in seasons
    ]
    charges = ["ROOM", "BRKF", "DINN", "MINI", "PARK", "SPA", "LAUN", "CTAX", "PHON", "DISC"]
    return {
        "rate_plan": pa.table(
            {
                "rate_code": plans,
                "title": s.titles(7, 2),
                "refundable": [True, False, True, True, False, True, False],
                "discount_percent": [0, 10, 15, 20, 5, 25, 50],
            }
        ),
        "rate_price": pa.table(
            {
                "hotel_code": [row[0] for row in priced],
                "type_code": [row[1] for row in priced],
                "rate_code": [row[2] for row in priced],
                "valid_from": [row[3] for row in priced],
                "price_cents": [100 * euro - 10 for euro in s.integers(len(priced), 59, 480)],
                "min_nights": s.weighted({1: 75, 2: 18, 3: 7}, len(priced)),
            }
        ),
        "company": pa.table(
            {
                "company_id": companies,
                "name": s.titles(260, 2),
                "vat_no": s.codes(260, "EU999999999"),
                "country": s.pick(countries, 260, skew=0.8),
                "parent_company": [
                    s.random.choice(companies[:30]) if i > 40 and i % 6 == 0 else None for i in range(260)
                ],
                "rate_code": s.with_nulls(s.weighted({"CORP": 85, "GOV": 15}, 260), 0.2),
                "credit_limit": s.pick([0, 5_000, 20_000, 100_000], 260),
            }
        ),
        "channel": pa.table(
            {
                "channel_id": [1, 2, 3, 4, 5, 6],
                "name": ["direct", "phone", "walk-in", "agency", "portal", "group desk"],
                "commission_percent": [0, 0, 0, 10, 17, 5],
            }
        ),
        "charge": pa.table(
            {
                "charge_code": charges,
                "description": s.titles(10, 2),
                "category": ["lodging", "food", "food", "food", "other", "other", "other", "tax", "other", "other"],
                "tax_percent": [7, 7, 19, 19, 19, 19, 19, 0, 19, 7],
            }
        ),
    }


def _bookings(s: Sampler, houses: Tables, people: Tables, companies: list[int]) -> Tables:
    count, guests = 7_000, people["guest"]["guest_id"].to_pylist()
    types: dict[str, list[str]] = {}
    rooms: dict[str, list[str]] = {}
    for hotel, code in zip(*houses["room_type"].select(["hotel_code", "type_code"]).to_pydict().values(), strict=True):
        types.setdefault(hotel, []).append(code)
    for hotel, number in zip(*houses["room"].select(["hotel_code", "room_no"]).to_pydict().values(), strict=True):
        rooms.setdefault(hotel, []).append(number)
    locators, hotels = s.codes(count, "A9AA9A"), s.pick(list(types), count, skew=0.4)
    arrivals, stayers = sorted(s.dates(count, FIRST, LAST)), s.pick(guests, count, skew=0.2)
    booked = [(*pair, hotels[i]) for i, locator in enumerate(locators) for pair in s.numbered([locator], 1, 2)]
    companions = [
        (locator, guest)
        for locator, stayer in zip(locators, stayers, strict=True)
        for guest in {stayer, *s.random.sample(guests, s.random.randint(0, 2))}
    ]
    nights = s.counts(count, 1.8)
    return {
        "booking": pa.table(
            {
                "locator": locators,
                "hotel_code": hotels,
                "guest_id": stayers,
                "booked_by": s.with_nulls(s.pick(guests, count), 0.85),
                "company_id": s.with_nulls(s.pick(companies, count, skew=0.8), 0.7),
                "channel_id": s.weighted({1: 30, 2: 8, 3: 5, 4: 12, 5: 40, 6: 5}, count),
                "rate_code": s.weighted({"BAR": 45, "NONREF": 20, "CORP": 20, "PKG2": 8, "LONG": 5, "GOV": 2}, count),
                "arrives_on": arrivals,
                "departs_on": [day + dt.timedelta(days=stay) for day, stay in zip(arrivals, nights, strict=True)],
                "nights": nights,
                "adults": s.weighted({1: 40, 2: 50, 3: 6, 4: 4}, count),
                "children": s.weighted({0: 85, 1: 9, 2: 6}, count),
                "status": s.weighted(
                    {"reserved": 10, "in_house": 2, "departed": 74, "cancelled": 11, "no_show": 3}, count
                ),
                "total_cents": s.integers(count, 5_900, 310_000),
            }
        ),
        "booking_room": pa.table(
            {
                "locator": [locator for locator, _, _ in booked],
                "seq": [number for _, number, _ in booked],
                "hotel_code": [hotel for _, _, hotel in booked],
                "type_code": [s.random.choice(types[hotel]) for _, _, hotel in booked],
                "upgraded_type": s.with_nulls([s.random.choice(types[hotel]) for _, _, hotel in booked], 0.92),
                "room_no": s.with_nulls([s.random.choice(rooms[hotel]) for _, _, hotel in booked], 0.2),
            }
        ),
        "booking_guest": pa.table(
            {"locator": [locator for locator, _ in companions], "guest_id": [guest for _, guest in companions]}
        ),
    }


def _stays(s: Sampler, houses: Tables, people: Tables, locators: list[str]) -> Tables:
    rows, staff = 14_000, people["employee"]["employee_no"].to_pylist()
    judged, days = s.subset(locators, 0.3), [dt.date(2026, 8, 1) + dt.timedelta(days=i) for i in range(6)]
    rooms = list(zip(houses["room"]["hotel_code"].to_pylist(), houses["room"]["room_no"].to_pylist(), strict=True))
    cleaned = [(*room, day) for day in days for room in s.subset(rooms, 0.7)]
    return {
        "folio_item": pa.table(
            {
                "folio_item_id": s.ids(rows, 1, gaps=0.02),
                "locator": s.pick(locators, rows, skew=0.3),
                "charge_code": s.pick(["ROOM", "BRKF", "DINN", "MINI", "PARK", "SPA", "CTAX", "DISC"], rows, skew=0.8),
                "posted_at": s.moments(rows, FIRST, LAST),
                "posted_by": s.with_dangling(
                    s.with_nulls(s.pick(staff, rows, skew=0.5), 0.3), 0.02, lambda: s.random.randint(700, 950)
                ),
                "quantity": s.weighted({1: 80, 2: 15, 3: 5}, rows),
                "amount_cents": s.integers(rows, -9_000, 48_000),
            }
        ),
        "housekeeping": pa.table(
            {
                "hotel_code": [hotel for hotel, _, _ in cleaned],
                "room_no": [number for _, number, _ in cleaned],
                "cleaned_on": [day for _, _, day in cleaned],
                "cleaned_by": s.pick(staff[200:], len(cleaned), skew=0.4),
                "inspected_by": s.with_nulls(s.pick(staff[24:90], len(cleaned)), 0.6),
                "minutes": s.integers(len(cleaned), 8, 55),
            }
        ),
        "review": pa.table(
            {
                "locator": judged,
                "overall": s.weighted({1: 3, 2: 5, 3: 12, 4: 40, 5: 40}, len(judged)),
                "cleanliness": s.integers(len(judged), 1, 5),
                "breakfast": s.with_nulls(s.integers(len(judged), 1, 5), 0.3),
                "remark": s.with_nulls(s.pick(s.titles(500, 6), len(judged)), 0.4),
            }
        ),
    }


def build() -> Tables:
    """The nineteen tables."""
    s = Sampler(11)
    houses = _houses(s)
    countries, hotels = houses["country"]["code"].to_pylist(), houses["hotel"]["hotel_code"].to_pylist()
    offered = list(zip(*houses["room_type"].select(["hotel_code", "type_code"]).to_pydict().values(), strict=True))
    people, prices = _people(s, hotels, countries), _prices(s, offered, countries)
    bookings = _bookings(s, houses, people, prices["company"]["company_id"].to_pylist())
    return {
        **houses,
        **people,
        **prices,
        **bookings,
        **_stays(s, houses, people, bookings["booking"]["locator"].to_pylist()),
    }


HOTEL = ReferenceDatabase("hotel", "tuning", build, TRUTH)
