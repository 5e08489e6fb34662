"""A container harbour: ships call at berths, boxes are stacked in the yard, cranes move them, lorries fetch them.

Traps: moves, tiers, gates, rows and depths lie among the numbers of berths, cranes and lines; a place in the yard is a
block, a bay and a row; a box comes and goes by ship or by lorry, so that half of the references are empty; boxes of
lessees that were never registered, drivers of closed hauliers and the gangs of retired foremen point nowhere.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["HARBOUR"]

TRUTH = parse_truth(
    keys="""
    port(locode) shipping_line(line_id) vessel(vessel_id) berth(berth_no) service_route(route_id)
    route_stop(route_id, stop_no) vessel_call(call_id) container_type(iso_code) container(container_no)
    yard_block(block_code) yard_slot(block_code, bay, row_no) crane(crane_id) employee(employee_id) hazard_class(un_class)
    container_visit(visit_id) crane_move(move_id) haulier(haulier_id) truck_visit(ticket_no)
    """,
    alternate_keys="""
    port(name) shipping_line(scac) shipping_line(name) vessel(imo_number) vessel(call_sign) service_route(name)
    vessel_call(voyage_no) employee(badge_no) haulier(name) hazard_class(label) container_type(label) crane(label)
    """,
    references="""
    shipping_line.parent_line_id -> shipping_line.line_id
    vessel.operator_line_id -> shipping_line.line_id
    vessel.owner_line_id -> shipping_line.line_id
    vessel.home_port -> port.locode
    service_route.line_id -> shipping_line.line_id
    route_stop.route_id -> service_route.route_id
    route_stop.locode -> port.locode
    vessel_call.vessel_id -> vessel.vessel_id
    vessel_call.route_id -> service_route.route_id
    vessel_call.berth_no -> berth.berth_no
    vessel_call.previous_port -> port.locode
    vessel_call.next_port -> port.locode
    vessel_call.planner_id -> employee.employee_id
    container.iso_code -> container_type.iso_code
    container.owner_line_id -> shipping_line.line_id  dangling 0.03
    yard_block.supervisor_id -> employee.employee_id
    yard_slot.block_code -> yard_block.block_code
    crane.berth_no -> berth.berth_no
    crane.block_code -> yard_block.block_code
    employee.foreman_id -> employee.employee_id  dangling 0.02
    container_visit.container_no -> container.container_no
    container_visit.in_call_id -> vessel_call.call_id
    container_visit.out_call_id -> vessel_call.call_id
    container_visit.discharge_port -> port.locode
    container_visit.un_class -> hazard_class.un_class
    container_visit.block_code,bay,row_no -> yard_slot.block_code,bay,row_no
    crane_move.visit_id -> container_visit.visit_id
    crane_move.crane_id -> crane.crane_id
    crane_move.driver_id -> employee.employee_id
    truck_visit.haulier_id -> haulier.haulier_id  dangling 0.05
    truck_visit.delivered_visit_id -> container_visit.visit_id
    truck_visit.collected_visit_id -> container_visit.visit_id
    truck_visit.clerk_id -> employee.employee_id
    """,
    also_acceptable="""
    container_visit.block_code -> yard_block.block_code
    """,
    enums="""
    vessel_call.status container_type.kind yard_block.kind crane.kind employee.job employee.shift_team
    container_visit.status container_visit.freight_kind crane_move.kind truck_visit.direction berth.quay
    hazard_class.un_class container_visit.un_class
    """,
    states="vessel_call.status container_visit.status",
    sensitive="employee.full_name employee.born_on haulier.phone truck_visit.driver_name truck_visit.plate",
)
FIRST, LAST = dt.date(2026, 5, 1), dt.date(2026, 8, 31)
TYPES = {
    "22G1": ("20 ft dry", "dry", 20, 2230),
    "22R1": ("20 ft reefer", "reefer", 20, 3080),
    "22U1": ("20 ft open top", "open", 20, 2350),
    "22P1": ("20 ft flat rack", "flat", 20, 2740),
    "22T1": ("20 ft tank", "tank", 20, 3650),
    "25G1": ("20 ft high cube", "dry", 20, 2340),
    "42G1": ("40 ft dry", "dry", 40, 3700),
    "42R1": ("40 ft reefer", "reefer", 40, 4500),
    "42U1": ("40 ft open top", "open", 40, 3850),
    "42P1": ("40 ft flat rack", "flat", 40, 5000),
    "45G1": ("40 ft high cube", "dry", 40, 3900),
    "45R1": ("40 ft high cube reefer", "reefer", 40, 4640),
    "L5G1": ("45 ft high cube", "dry", 45, 4800),
}
HAZARDS = {
    "1.4": "Explosives, minor",
    "2.1": "Flammable gases",
    "2.2": "Inert gases",
    "3": "Flammable liquids",
    "4.1": "Flammable solids",
    "5.1": "Oxidisers",
    "6.1": "Toxic substances",
    "8": "Corrosives",
    "9": "Miscellaneous",
}
Rows = list[dict[str, Any]]


def _lines(s: Sampler) -> Tables:
    ports, lines, ships, routes = 140, 46, 290, 38
    locodes = s.codes(ports, "AAAAA")
    ids, route_ids, names = s.ids(lines, 1, gaps=0.1), s.ids(routes, 1, gaps=0.2), s.titles(ships - 12, 2)
    operated = s.pick(ids, ships, skew=0.8)
    stops = s.numbered(route_ids, 5, 14)
    return {
        "port": pa.table(
            {
                "locode": locodes,
                "name": [f"Port {title}" for title in s.titles(ports, 1)],
                "utc_offset": s.integers(ports, -8, 10),
                "distance_nm": s.integers(ports, 40, 12_400),
            }
        ),
        "shipping_line": pa.table(
            {
                "line_id": ids,
                "scac": s.codes(lines, "AAAU"),
                "name": [f"{title} Lines" for title in s.titles(lines, 1)],
                "parent_line_id": [s.random.choice(ids[:8]) if i > 8 and i % 4 == 0 else None for i in range(lines)],
                "free_days": s.pick([3, 5, 5, 7, 10], lines),
                "credit_limit": s.pick([50_000, 100_000, 250_000, 1_000_000], lines),
            }
        ),
        "vessel": pa.table(
            {
                "vessel_id": s.ids(ships, 1, gaps=0.07),
                "imo_number": s.codes(ships, "9999999"),
                "call_sign": s.codes(ships, "AA999"),
                "name": [*names, *s.pick(names, 12)],
                "operator_line_id": operated,
                "owner_line_id": s.with_nulls(s.pick(ids, ships, skew=0.5), 0.4),
                "home_port": s.pick(locodes, ships, skew=0.6),
                "capacity_teu": s.integers(ships, 600, 19_000),
                "length_m": s.integers(ships, 120, 400),
                "built": s.integers(ships, 1996, 2026),
            }
        ),
        "service_route": pa.table(
            {
                "route_id": route_ids,
                "name": s.codes(routes, "AA9"),
                "line_id": s.pick(ids, routes, skew=0.5),
                "rotation_days": s.pick([7, 14, 28, 42, 56, 77, 84], routes),
                "ships_needed": s.integers(routes, 1, 12),
            }
        ),
        "route_stop": pa.table(
            {
                "route_id": [route for route, _ in stops],
                "stop_no": [number for _, number in stops],
                "locode": s.pick(locodes, len(stops), skew=0.4),
                "sailing_day": s.integers(len(stops), 0, 84),
            }
        ),
    }


def _people(s: Sampler) -> pa.Table:
    count = 430
    ids = s.ids(count, 1_001, gaps=0.1)
    foremen = [None if i < 30 else s.random.choice(ids[:30]) for i in range(count)]
    return pa.table(
        {
            "employee_id": ids,
            "badge_no": s.codes(count, "999999"),
            "full_name": s.full_names(count),
            "born_on": s.dates(count, dt.date(1960, 1, 1), dt.date(2007, 1, 1)),
            "job": ["foreman"] * 30
            + s.weighted({"crane driver": 40, "lasher": 35, "gate clerk": 15, "planner": 10}, count - 30),
            "shift_team": s.pick(["A", "B", "C", "D"], count),
            "foreman_id": s.with_dangling(foremen, 0.02, lambda: s.random.randint(400, 900)),
        }
    )


def _ground(s: Sampler, staff: Rows) -> Tables:
    berths, blocks, cranes = 16, s.codes(28, "A9"), 64
    foremen = [person["employee_id"] for person in staff if person["job"] == "foreman"]
    sizes = {block: (s.random.choice([16, 20, 24, 30]), s.random.choice([4, 6, 6, 8])) for block in blocks}
    slots = [
        (block, bay, row)
        for block, (bays, rows) in sizes.items()
        for bay in range(1, bays + 1)
        for row in range(1, rows + 1)
    ]
    kinds = ["quay"] * 22 + s.pick(["stacker", "gantry"], cranes - 22)
    return {
        "berth": pa.table(
            {
                "berth_no": list(range(1, berths + 1)),
                "quay": ["North"] * 5 + ["Middle"] * 7 + ["River"] * 4,
                "length_m": s.integers(berths, 180, 440),
                "depth_m": s.pick([9.5, 11.0, 12.5, 14.0, 16.5], berths),
                "bollards": s.integers(berths, 8, 22),
            }
        ),
        "yard_block": pa.table(
            {
                "block_code": blocks,
                "kind": s.weighted({"stack": 70, "reefer": 15, "empty": 10, "hazard": 5}, len(blocks)),
                "bay_count": [bays for bays, _ in sizes.values()],
                "row_count": [rows for _, rows in sizes.values()],
                "max_tier": s.pick([3, 4, 5, 6], len(blocks)),
                "supervisor_id": s.with_nulls(s.pick(foremen, len(blocks)), 0.15),
            }
        ),
        "yard_slot": pa.table(
            {
                "block_code": [block for block, _, _ in slots],
                "bay": [bay for _, bay, _ in slots],
                "row_no": [row for _, _, row in slots],
                "has_plug": s.pick([True, False, False, False], len(slots)),
                "max_load_t": s.pick([60, 90, 120], len(slots)),
            }
        ),
        "crane": pa.table(
            {
                "crane_id": s.ids(cranes, 1, gaps=0.15),
                "label": [f"{kind[0].upper()}{i:02d}" for i, kind in enumerate(kinds, 1)],
                "kind": kinds,
                "berth_no": [s.random.randint(1, berths) if kind == "quay" else None for kind in kinds],
                "block_code": [s.random.choice(blocks) if kind == "gantry" else None for kind in kinds],
                "max_tons": s.pick([40, 45, 50, 65, 80], cranes),
                "commissioned": s.integers(cranes, 1994, 2025),
            }
        ),
    }


def _calls(s: Sampler, lines: Tables, staff: Rows) -> pa.Table:
    count, locodes = 1_300, lines["port"]["locode"].to_pylist()
    planners = [person["employee_id"] for person in staff if person["job"] == "planner"]
    expected = s.moments(count, FIRST, LAST)
    arrived = [at + dt.timedelta(minutes=s.random.randint(-300, 900)) for at in expected]
    done = count - 40
    return pa.table(
        {
            "call_id": s.ids(count, 7_001, gaps=0.04),
            "voyage_no": s.codes(count, "999AA9"),
            "vessel_id": s.pick(lines["vessel"]["vessel_id"].to_pylist(), count, skew=0.4),
            "route_id": s.with_nulls(s.pick(lines["service_route"]["route_id"].to_pylist(), count, skew=0.4), 0.15),
            "berth_no": [*s.integers(done, 1, 16), *s.with_nulls(s.integers(40, 1, 16), 0.5)],
            "previous_port": s.pick(locodes, count, skew=0.5),
            "next_port": s.with_nulls(s.pick(locodes, count, skew=0.5), 0.08),
            "planner_id": s.pick(planners, count),
            "expected_at": expected,
            "arrived_at": [*arrived[:done], *[None] * 40],
            "planned_moves": s.integers(count, 20, 2_400),
            "draught_m": s.measures(count, 10.8, 1.9, 1),
            "status": ["departed"] * (done - 12) + ["alongside"] * 12 + ["expected"] * 40,
        }
    )


def _boxes(s: Sampler, lines: Tables, calls: list[int], slots: list[tuple[str, int, int]]) -> Tables:
    count, visits = 4_200, 4_900
    numbers, locodes = s.codes(count, "AAAU9999999"), lines["port"]["locode"].to_pylist()
    by_ship = [s.random.random() < 0.6 for _ in range(visits)]
    status = s.weighted({"announced": 4, "in_yard": 34, "on_board": 8, "departed": 54}, visits)
    places = [s.random.choice(slots) if one in ("in_yard", "departed") else None for one in status]
    return {
        "container_type": pa.table(
            {
                "iso_code": list(TYPES),
                "label": [label for label, _, _, _ in TYPES.values()],
                "kind": [kind for _, kind, _, _ in TYPES.values()],
                "length_ft": [length for _, _, length, _ in TYPES.values()],
                "tare_kg": [tare for _, _, _, tare in TYPES.values()],
            }
        ),
        "container": pa.table(
            {
                "container_no": numbers,
                "iso_code": s.pick(list(TYPES), count, skew=0.9),
                "owner_line_id": s.with_dangling(
                    s.with_nulls(s.pick(lines["shipping_line"]["line_id"].to_pylist(), count, skew=0.7), 0.1),
                    0.03,
                    lambda: s.random.randint(60, 90),
                ),
                "built": s.integers(count, 2005, 2026),
                "max_gross_kg": s.pick([24_000, 30_480, 32_500], count),
            }
        ),
        "hazard_class": pa.table(
            {
                "un_class": list(HAZARDS),
                "label": list(HAZARDS.values()),
                "segregation_m": [24, 12, 3, 6, 6, 12, 6, 3, 0],
            }
        ),
        "container_visit": pa.table(
            {
                "visit_id": s.ids(visits, 100_001, gaps=0.05),
                "container_no": s.pick(numbers, visits),
                "in_call_id": [s.random.choice(calls) if ship else None for ship in by_ship],
                "out_call_id": [
                    None if s.random.random() < (0.8 if ship else 0.1) else s.random.choice(calls) for ship in by_ship
                ],
                "discharge_port": s.with_nulls(s.pick(locodes, visits, skew=0.5), 0.3),
                "freight_kind": s.weighted({"full": 72, "empty": 28}, visits),
                "gross_kg": s.integers(visits, 2_300, 32_000),
                "un_class": s.with_nulls(s.pick(list(HAZARDS), visits, skew=0.8), 0.93),
                "block_code": [place and place[0] for place in places],
                "bay": [place and place[1] for place in places],
                "row_no": [place and place[2] for place in places],
                "tier": [place and s.random.randint(1, 5) for place in places],
                "status": status,
            }
        ),
    }


def _work(s: Sampler, visits: list[int], cranes: list[int], staff: Rows) -> Tables:
    moves, hauliers, trucks = 12_500, 130, 3_800
    drivers = [person["employee_id"] for person in staff if person["job"] == "crane driver"]
    clerks = [person["employee_id"] for person in staff if person["job"] == "gate clerk"]
    firms = s.ids(hauliers, 1, gaps=0.12)
    closed = sorted(set(range(1, firms[-1])) - set(firms))
    way = s.weighted({"in": 38, "out": 42, "both": 20}, trucks)
    return {
        "crane_move": pa.table(
            {
                "move_id": s.ids(moves, 1, gaps=0.01),
                "visit_id": s.pick(visits, moves),
                "crane_id": s.pick(cranes, moves, skew=0.3),
                "driver_id": s.with_nulls(s.pick(drivers, moves, skew=0.3), 0.06),
                "kind": s.weighted({"load": 28, "discharge": 30, "shift": 22, "gate": 20}, moves),
                "finished_at": s.moments(moves, FIRST, LAST),
                "seconds": s.integers(moves, 45, 420),
            }
        ),
        "haulier": pa.table(
            {
                "haulier_id": firms,
                "name": [f"{title} Transport" for title in s.titles(hauliers, 2)],
                "town": s.cities(hauliers),
                "phone": s.phones(hauliers),
                "lorries": s.counts(hauliers, 14),
            }
        ),
        "truck_visit": pa.table(
            {
                "ticket_no": s.ids(trucks, 55_001, gaps=0.02),
                "haulier_id": s.with_dangling(s.pick(firms, trucks, skew=0.6), 0.05, lambda: s.random.choice(closed)),
                "plate": s.pick(s.codes(900, "AA-999-AA"), trucks),
                "driver_name": s.full_names(trucks),
                "direction": way,
                "delivered_visit_id": [None if one == "out" else s.random.choice(visits) for one in way],
                "collected_visit_id": [None if one == "in" else s.random.choice(visits) for one in way],
                "gate": s.integers(trucks, 1, 9),
                "clerk_id": s.with_nulls(s.pick(clerks, trucks), 0.2),
                "entered_at": s.moments(trucks, FIRST, LAST),
                "minutes_inside": s.integers(trucks, 9, 140),
            }
        ),
    }


def build() -> Tables:
    """The eighteen tables."""
    s = Sampler(63)
    lines, people = _lines(s), _people(s)
    staff = people.to_pylist()
    ground, calls = _ground(s, staff), _calls(s, lines, staff)
    slots = list(zip(*(ground["yard_slot"][name].to_pylist() for name in ("block_code", "bay", "row_no")), strict=True))
    boxes = _boxes(s, lines, calls["call_id"].to_pylist(), slots)
    visits, cranes = boxes["container_visit"]["visit_id"].to_pylist(), ground["crane"]["crane_id"].to_pylist()
    work = _work(s, visits, cranes, staff)
    return {**lines, "employee": people, **ground, "vessel_call": calls, **boxes, **work}


HARBOUR = ReferenceDatabase("harbour", "fresh", build, TRUTH)
