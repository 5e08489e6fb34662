"""Till records of a small restaurant chain: menus with combos and modifiers, tables by outlet, shifts, split payments.

Traps: nearly every table counts from 1, so that small ids lie within every larger table; both ends of a combo are
items; tables are numbered anew in every outlet; a few items were deleted for good; merged orders and reservations
refer to late orders only; quantities, courses, guests, seats and per cent are numbers; unit prices are copied.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["RESTAURANT"]

TRUTH = parse_truth(
    keys="""
    outlet(id) dining_area(outlet_id, area_no) dining_table(outlet_id, table_no) tax_rate(id) menu_category(id)
    item(id) combo_part(combo_id, slot) modifier_group(id) modifier(id) item_modifier_group(item_id, modifier_group_id)
    staff_role(id) staff(id) shift(id) void_reason(code) orders(id) order_line(id)
    order_line_modifier(order_line_id, modifier_id) payment_method(id) payment(id) receipt(order_id) reservation(id)
    """,
    alternate_keys="item(sku) receipt(receipt_no)",
    references="""
    dining_area.outlet_id -> outlet.id
    dining_table.outlet_id,area_no -> dining_area.outlet_id,area_no
    menu_category.parent_id -> menu_category.id
    item.category_id -> menu_category.id
    item.tax_rate_id -> tax_rate.id
    item.replaced_by -> item.id
    combo_part.combo_id -> item.id
    combo_part.part_id -> item.id
    modifier.modifier_group_id -> modifier_group.id
    item_modifier_group.item_id -> item.id
    item_modifier_group.modifier_group_id -> modifier_group.id
    staff.outlet_id -> outlet.id
    staff.role_id -> staff_role.id
    staff.trained_by -> staff.id
    shift.staff_id -> staff.id
    shift.outlet_id -> outlet.id
    orders.outlet_id -> outlet.id
    orders.outlet_id,table_no -> dining_table.outlet_id,table_no
    orders.outlet_id,moved_from_table -> dining_table.outlet_id,table_no
    orders.shift_id -> shift.id
    orders.opened_by -> staff.id
    orders.closed_by -> staff.id
    orders.merged_into -> orders.id
    order_line.order_id -> orders.id
    order_line.item_id -> item.id  dangling 0.008
    order_line.combo_line_id -> order_line.id
    order_line.voided_by -> staff.id
    order_line.void_reason -> void_reason.code
    order_line_modifier.order_line_id -> order_line.id
    order_line_modifier.modifier_id -> modifier.id
    payment.order_id -> orders.id
    payment.method_id -> payment_method.id
    payment.taken_by -> staff.id
    receipt.order_id -> orders.id
    reservation.outlet_id,table_no -> dining_table.outlet_id,table_no
    reservation.seated_order_id -> orders.id
    """,
    also_acceptable="""
    dining_table.outlet_id -> outlet.id
    reservation.outlet_id -> outlet.id
    """,
    enums="orders.channel orders.status order_line.void_reason void_reason.code reservation.status item.course",
    states="orders.status reservation.status",
    sensitive="staff.name staff.pin_hash staff.phone reservation.name reservation.phone payment.card_last4",
)
FIRST, LAST = dt.date(2026, 5, 1), dt.date(2026, 8, 31)


def _floor(s: Sampler) -> Tables:
    outlets = s.ids(7)
    areas = s.numbered(outlets, 1, 4)
    tables = [(outlet, number) for outlet, number in s.numbered(outlets, 12, 38)]
    within = {outlet: [area for place, area in areas if place == outlet] for outlet in outlets}
    return {
        "outlet": pa.table(
            {
                "id": outlets,
                "name": s.titles(7, 1),
                "city": s.cities(7),
                "opened_on": s.dates(7, dt.date(2009, 1, 1), FIRST),
            }
        ),
        "dining_area": pa.table(
            {
                "outlet_id": [outlet for outlet, _ in areas],
                "area_no": [area for _, area in areas],
                "label": s.pick(["main room", "terrace", "bar", "gallery"], len(areas)),
                "is_outdoor": [s.random.random() < 0.3 for _ in areas],
            }
        ),
        "dining_table": pa.table(
            {
                "outlet_id": [outlet for outlet, _ in tables],
                "table_no": [number for _, number in tables],
                "area_no": [s.random.choice(within[outlet]) for outlet, _ in tables],
                "seats": s.pick([2, 2, 4, 4, 6, 8], len(tables)),
            }
        ),
    }


def _menu(s: Sampler) -> Tables:
    categories, items, groups, modifiers = s.ids(14), s.ids(230, 1, gaps=0.06), s.ids(18), s.ids(96)
    combos, offered = items[200:], s.pairs(s.subset(items[:200], 0.6), groups, 1, 3)
    parts = s.numbered(combos, 2, 4)
    gone = s.with_nulls(s.moments(230, dt.date(2024, 1, 1), LAST), 0.85)
    return {
        "tax_rate": pa.table({"id": [1, 2, 3], "name": ["food", "drink", "alcohol"], "percent": [7, 19, 19]}),
        "menu_category": pa.table(
            {
                "id": categories,
                "name": s.titles(14, 1),
                "parent_id": [None if i < 4 else s.random.randint(1, 4) for i in range(14)],
                "position": s.shuffled(range(1, 15)),
            }
        ),
        "item": pa.table(
            {
                "id": items,
                "sku": s.codes(230, "AA-999"),
                "name": s.titles(230, 2),
                "category_id": s.pick(categories[4:], 230, skew=0.4),
                "tax_rate_id": s.weighted({1: 65, 2: 22, 3: 13}, 230),
                "course": s.pick(["starter", "main", "dessert", "drink"], 230),
                "is_combo": [item in set(combos) for item in items],
                "price_cents": [10 * price for price in s.integers(230, 190, 3_400)],
                "replaced_by": [
                    None if at is None or i % 2 else s.random.choice(items[:200]) for i, at in enumerate(gone)
                ],
                "deleted_at": gone,
            }
        ),
        "combo_part": pa.table(
            {
                "combo_id": [combo for combo, _ in parts],
                "slot": [slot for _, slot in parts],
                "part_id": s.pick(items[:200], len(parts)),
                "quantity": s.weighted({1: 85, 2: 15}, len(parts)),
            }
        ),
        "modifier_group": pa.table(
            {
                "id": groups,
                "name": s.titles(18, 1),
                "min_choices": s.integers(18, 0, 1),
                "max_choices": s.integers(18, 1, 5),
            }
        ),
        "modifier": pa.table(
            {
                "id": modifiers,
                "modifier_group_id": s.pick(groups, 96),
                "name": s.titles(96, 1),
                "extra_cents": s.pick([0, 0, 0, 50, 100, 150, 250], 96),
            }
        ),
        "item_modifier_group": pa.table(
            {"item_id": [item for item, _ in offered], "modifier_group_id": [group for _, group in offered]}
        ),
    }


def _crew(s: Sampler, outlets: list[int]) -> Tables:
    count, shifts = 118, 4_100
    staff = s.ids(count)
    homes = s.pick(outlets, count)
    workers = s.pick(staff, shifts, skew=0.2)
    starts = s.moments(shifts, FIRST, LAST)
    return {
        "staff_role": pa.table(
            {
                "id": [1, 2, 3, 4, 5],
                "name": ["waiter", "bar", "kitchen", "shift lead", "manager"],
                "hourly_cents": [1350, 1400, 1550, 1700, 2300],
            }
        ),
        "staff": pa.table(
            {
                "id": staff,
                "name": s.full_names(count),
                "phone": s.phones(count),
                "pin_hash": s.hashes(count, 32),
                "outlet_id": homes,
                "role_id": s.weighted({1: 50, 2: 15, 3: 20, 4: 10, 5: 5}, count),
                "trained_by": [None if i < 10 else s.random.choice(staff[:12]) for i in range(count)],
                "is_active": [s.random.random() < 0.7 for _ in staff],
            }
        ),
        "shift": pa.table(
            {
                "id": s.ids(shifts, 1, gaps=0.01),
                "staff_id": workers,
                "outlet_id": [
                    homes[worker - 1] if s.random.random() < 0.93 else s.random.choice(outlets) for worker in workers
                ],
                "clock_in": starts,
                "clock_out": [at + dt.timedelta(minutes=s.random.randint(200, 560)) for at in starts],
                "break_minutes": s.pick([0, 15, 30, 45], shifts),
                "drawer_no": s.with_nulls(s.integers(shifts, 1, 4), 0.5),
            }
        ),
    }


def _orders(s: Sampler, floor: Tables, shifts: list[dict[str, object]]) -> pa.Table:
    count = 8_200
    ids = s.ids(count, 1, gaps=0.01)
    tables: dict[object, list[int]] = {}
    for row in floor["dining_table"].to_pylist():
        tables.setdefault(row["outlet_id"], []).append(row["table_no"])
    worked = sorted(s.pick(shifts, count), key=lambda shift: str(shift["clock_in"]))
    seated = [s.random.random() < 0.72 for _ in ids]
    outlets = [shift["outlet_id"] for shift in worked]
    staff = sorted({shift["staff_id"] for shift in shifts}, key=str)
    return pa.table(
        {
            "id": ids,
            "outlet_id": outlets,
            "table_no": [s.random.choice(tables[o]) if sits else None for o, sits in zip(outlets, seated, strict=True)],
            "moved_from_table": [
                s.random.choice(tables[o]) if sits and s.random.random() < 0.06 else None
                for o, sits in zip(outlets, seated, strict=True)
            ],
            "channel": ["table" if sits else s.random.choice(["takeaway", "delivery"]) for sits in seated],
            "shift_id": [shift["id"] for shift in worked],
            "opened_by": [shift["staff_id"] for shift in worked],
            "closed_by": s.with_nulls(s.pick(staff, count, skew=0.3), 0.05),
            "opened_at": [shift["clock_in"] for shift in worked],
            "guests": [s.random.randint(1, 8) if sits else None for sits in seated],
            "status": s.weighted({"open": 2, "served": 3, "paid": 92, "merged": 1, "void": 2}, count),
            "merged_into": [
                s.random.choice(ids[i - 20 : i]) if i > 5_000 and i % 90 == 0 else None for i in range(count)
            ],
        }
    )


def _lines(s: Sampler, orders: list[int], menu: Tables, staff: list[int]) -> Tables:
    rows = sorted(s.pick(orders, 23_000))
    ids = s.ids(len(rows))
    price = dict(zip(menu["item"]["id"].to_pylist(), menu["item"]["price_cents"].to_pylist(), strict=True))
    items = s.pick(list(price), len(rows), skew=0.6)
    voided = [s.random.random() < 0.025 for _ in rows]
    same = [i > 0 and rows[i] == rows[i - 1] for i in range(len(rows))]
    chosen = s.pairs(s.subset(ids, 0.25), menu["modifier"]["id"].to_pylist(), 1, 3)
    return {
        "void_reason": pa.table(
            {
                "code": ["CMPL", "ERR", "WAIT", "STAFF"],
                "label": s.titles(4, 2),
                "counts_as_waste": [True, False, False, True],
            }
        ),
        "order_line": pa.table(
            {
                "id": ids,
                "order_id": rows,
                "item_id": s.with_dangling(items, 0.008, lambda: s.random.randint(300, 340)),
                "quantity": s.weighted({1: 78, 2: 16, 3: 4, 4: 2}, len(rows)),
                "unit_price_cents": [price[item] for item in items],
                "course_no": s.integers(len(rows), 1, 4),
                "combo_line_id": [
                    ids[i - 1] if same[i] and s.random.random() < 0.12 else None for i in range(len(rows))
                ],
                "voided_by": [s.random.choice(staff) if void else None for void in voided],
                "void_reason": [s.random.choice(["CMPL", "ERR", "WAIT", "STAFF"]) if void else None for void in voided],
                "note": s.with_nulls(s.pick(s.titles(80, 3), len(rows)), 0.93),
            }
        ),
        "order_line_modifier": pa.table(
            {
                "order_line_id": [line for line, _ in chosen],
                "modifier_id": [modifier for _, modifier in chosen],
                "extra_cents": s.pick([0, 0, 50, 100], len(chosen)),
            }
        ),
    }


def _closing(s: Sampler, orders: list[int], tables: list[dict[str, int]], staff: list[int]) -> Tables:
    payers = sorted(orders[:-150] + s.pick(orders[:-150], 900))
    printed, booked = orders[:-160], s.pick(tables, 1_450)
    seats = s.random.sample(orders[-1_600:], 1_000) + [None] * 450
    return {
        "payment_method": pa.table(
            {"id": [1, 2, 3, 4], "name": ["cash", "debit", "credit", "voucher"], "fee_percent": [0, 1, 2, 0]}
        ),
        "payment": pa.table(
            {
                "id": s.ids(len(payers)),
                "order_id": payers,
                "method_id": s.weighted({1: 25, 2: 45, 3: 25, 4: 5}, len(payers)),
                "amount_cents": s.integers(len(payers), 350, 21_000),
                "tip_cents": s.pick([0, 0, 100, 200, 300, 500], len(payers)),
                "card_last4": s.with_nulls([f"{number:04d}" for number in s.integers(len(payers), 0, 9_999)], 0.3),
                "taken_by": s.pick(staff, len(payers), skew=0.3),
            }
        ),
        "receipt": pa.table(
            {
                "order_id": printed,
                "receipt_no": [f"R{26_000_000 + i}" for i in range(len(printed))],
                "signature": s.hashes(len(printed), 64),
                "copies": s.weighted({1: 90, 2: 10}, len(printed)),
            }
        ),
        "reservation": pa.table(
            {
                "id": s.ids(1_450),
                "outlet_id": [table["outlet_id"] for table in booked],
                "table_no": [table["table_no"] for table in booked],
                "name": s.family_names(1_450),
                "phone": s.pick(s.phones(1_200), 1_450),
                "party_size": s.integers(1_450, 1, 12),
                "due_at": s.moments(1_450, dt.date(2026, 8, 1), LAST),
                "status": [
                    "seated" if order else s.random.choice(["booked", "cancelled", "no_show"]) for order in seats
                ],
                "seated_order_id": seats,
            }
        ),
    }


def build() -> Tables:
    """The twenty-one tables."""
    s = Sampler(12)
    floor, menu = _floor(s), _menu(s)
    crew = _crew(s, floor["outlet"]["id"].to_pylist())
    orders, staff = _orders(s, floor, crew["shift"].to_pylist()), crew["staff"]["id"].to_pylist()
    ids = orders["id"].to_pylist()
    closing = _closing(s, ids, floor["dining_table"].to_pylist(), staff)
    return {**floor, **menu, **crew, "orders": orders, **_lines(s, ids, menu, staff), **closing}


RESTAURANT = ReferenceDatabase("restaurant", "tuning", build, TRUTH)
