"""A city's bike sharing: stations and docks, bikes that wander between them, riders, trips, payments, repairs, vans.

Traps: capacities, batteries, minutes, kilometres and counts of bikes lie among the numbers of stations and staff;
station and depot names are unique but nobody refers to them; casual trips have no rider and stolen bikes no end;
removed stations stay in old trips and snapshots; riders asked to be forgotten while their charges had to be kept.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["BIKESHARE"]

TRUTH = parse_truth(
    keys="""
    depots(id) stations(id) docks(station_id, dock_number) bike_models(id) bikes(bike_number) plans(slug) riders(uuid)
    rider_preferences(rider_uuid) payment_methods(uuid) promo_codes(code) trips(id) charges(id)
    technicians(id) fault_codes(code) work_orders(id) work_order_parts(work_order_id, part_sku) parts(sku)
    rebalancing_runs(id) rebalancing_stops(run_id, stop_number) station_snapshots(station_id, taken_at)
    """,
    alternate_keys="""
    stations(public_code) stations(name) depots(name) bikes(frame_serial) riders(email) technicians(badge) plans(title)
    plans(position) bike_models(name)
    """,
    references="""
    stations.depot_id -> depots.id
    stations.overflow_station_id -> stations.id
    docks.station_id -> stations.id
    bikes.model_id -> bike_models.id
    bikes.depot_id -> depots.id
    bikes.docked_station_id,docked_number -> docks.station_id,dock_number
    riders.plan_slug -> plans.slug
    riders.referred_by -> riders.uuid
    riders.home_station_id -> stations.id
    rider_preferences.rider_uuid -> riders.uuid
    payment_methods.rider_uuid -> riders.uuid
    promo_codes.plan_slug -> plans.slug
    trips.rider_uuid -> riders.uuid
    trips.bike_number -> bikes.bike_number
    trips.start_station_id -> stations.id  dangling 0.02
    trips.end_station_id -> stations.id  dangling 0.02
    trips.plan_slug -> plans.slug
    charges.trip_id -> trips.id
    charges.payment_method_uuid -> payment_methods.uuid  dangling 0.055
    charges.promo_code -> promo_codes.code
    charges.refund_of -> charges.id
    technicians.depot_id -> depots.id
    technicians.team_lead_id -> technicians.id
    work_orders.bike_number -> bikes.bike_number
    work_orders.fault_code -> fault_codes.code
    work_orders.technician_id -> technicians.id
    work_orders.reported_by -> riders.uuid  dangling 0.03
    work_orders.trip_id -> trips.id
    work_order_parts.work_order_id -> work_orders.id
    work_order_parts.part_sku -> parts.sku
    parts.superseded_by -> parts.sku
    parts.model_id -> bike_models.id
    rebalancing_runs.depot_id -> depots.id
    rebalancing_runs.driver_id -> technicians.id
    rebalancing_runs.helper_id -> technicians.id
    rebalancing_stops.run_id -> rebalancing_runs.id
    rebalancing_stops.station_id -> stations.id
    station_snapshots.station_id -> stations.id  dangling 0.01
    """,
    also_acceptable="""
    bikes.docked_station_id -> stations.id
    """,
    enums="""
    stations.status bikes.status bike_models.name plans.slug riders.plan_slug riders.locale trips.plan_slug
    trips.source payment_methods.kind charges.kind charges.currency work_orders.status work_orders.priority
    fault_codes.category promo_codes.plan_slug
    """,
    states="stations.status bikes.status work_orders.status",
    sensitive="""
    riders.full_name riders.email riders.phone riders.birth_year technicians.full_name payment_methods.last_four
    """,
)
FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 9, 30)
PLANS = {"annual": 4_900, "annual-student": 2_900, "monthly": 900, "weekend": 600, "day": 450, "pay-as-you-go": 0}
Rows = list[dict[str, Any]]


def _places(s: Sampler) -> Tables:
    count = 164
    ids = s.ids(count, 1, gaps=0.08)
    capacity = s.pick([12, 15, 15, 19, 19, 23, 27, 31, 39], count)
    docks = [
        {
            "station_id": station,
            "dock_number": number,
            "firmware": f"2.{s.random.randint(0, 4)}.{s.random.randint(0, 9)}",
            "is_charging": s.random.random() < 0.3,
            "out_of_service": s.random.random() < 0.02,
        }
        for station, places in zip(ids, capacity, strict=True)
        for number in range(1, places + 1)
    ]
    return {
        "depots": pa.table(
            {
                "id": [1, 2, 3, 4, 5],
                "name": ["North yard", "Harbour", "Central", "East works", "Airport road"],
                "bays": [40, 25, 60, 120, 30],
                "van_count": [3, 2, 5, 4, 1],
            }
        ),
        "stations": pa.table(
            {
                "id": ids,
                "public_code": s.codes(count, "A99.99"),
                "name": s.titles(count, 2),
                "depot_id": s.pick([1, 2, 3, 4], count, skew=0.3),
                "district": s.pick([str(number) for number in range(1, 13)], count, skew=0.5),
                "latitude": s.measures(count, 47.07, 0.03, 6),
                "longitude": s.measures(count, 15.44, 0.04, 6),
                "capacity": capacity,
                "overflow_station_id": s.with_nulls(s.pick(ids, count), 0.45),
                "installed_on": s.dates(count, dt.date(2017, 4, 1), dt.date(2026, 2, 1)),
                "status": s.weighted({"active": 92, "maintenance": 5, "planned": 3}, count),
                "has_kiosk": s.pick([True, False], count),
            }
        ),
        "docks": pa.Table.from_pylist(docks),
    }


def _fleet(s: Sampler, docks: Rows) -> Tables:
    count, models = 1_150, ["Classic", "Classic II", "E-One", "E-Two", "Cargo"]
    numbers = s.ids(count, 10_001, gaps=0.1)
    usable = s.random.sample([dock for dock in docks if not dock["out_of_service"]], 820)
    spots = s.shuffled([*usable, *[None] * (count - len(usable))])
    model = s.weighted({1: 25, 2: 30, 3: 15, 4: 26, 5: 4}, count)
    return {
        "bike_models": pa.table(
            {
                "id": [1, 2, 3, 4, 5],
                "name": models,
                "is_electric": [False, False, True, True, True],
                "weight_kg": [18.5, 17.2, 26.4, 25.1, 41.0],
                "gears": [3, 7, 3, 5, 5],
            }
        ),
        "bikes": pa.table(
            {
                "bike_number": numbers,
                "frame_serial": s.codes(count, "WBK99999AA9"),
                "model_id": model,
                "depot_id": s.weighted({1: 25, 2: 20, 3: 35, 4: 20}, count),
                "docked_station_id": [spot and spot["station_id"] for spot in spots],
                "docked_number": [spot and spot["dock_number"] for spot in spots],
                "battery_percent": [s.random.randint(4, 100) if one > 2 else None for one in model],
                "odometer_km": s.integers(count, 20, 14_500),
                "status": [
                    "docked" if spot else s.weighted({"in_use": 35, "workshop": 45, "missing": 20}, 1)[0]
                    for spot in spots
                ],
                "commissioned_on": s.dates(count, dt.date(2018, 1, 1), LAST),
            }
        ),
    }


def _riders(s: Sampler, stations: list[int]) -> Tables:
    count = 3_400
    uuids, names = s.uuids(count), s.full_names(count)
    chosen = s.subset(uuids, 0.62)
    methods = [rider for rider, _ in s.numbered(s.subset(uuids, 0.93), 1, 2)]
    codes = s.codes(28, "AAAA99")
    return {
        "plans": pa.table(
            {
                "slug": list(PLANS),
                "title": ["Year", "Student year", "Month", "Weekend", "Day", "Single rides"],
                "price_cents": list(PLANS.values()),
                "free_minutes": [45, 45, 30, 60, 30, 0],
                "position": [1, 2, 3, 5, 4, 6],
            }
        ),
        "riders": pa.table(
            {
                "uuid": uuids,
                "created_at": s.moments(count, dt.date(2019, 5, 1), LAST),
                "full_name": names,
                "email": s.emails(names, "post.example"),
                "phone": s.with_nulls(s.phones(count), 0.3),
                "birth_year": s.with_nulls(s.integers(count, 1946, 2010), 0.25),
                "plan_slug": s.with_nulls(s.pick(list(PLANS), count, skew=0.7), 0.12),
                "home_station_id": s.with_nulls(s.pick(stations, count, skew=0.6), 0.55),
                "referred_by": [s.random.choice(uuids[:i]) if i > 50 and i % 9 == 0 else None for i in range(count)],
                "locale": s.weighted({"de-AT": 72, "en-GB": 18, "it-IT": 6, "hr-HR": 4}, count),
            }
        ),
        "rider_preferences": pa.table(
            {
                "rider_uuid": chosen,
                "newsletter": s.pick([True, False], len(chosen)),
                "share_rides": s.pick([True, False, False], len(chosen)),
                "saddle_height": s.with_nulls(s.integers(len(chosen), 1, 12), 0.4),
                "default_map_zoom": s.integers(len(chosen), 11, 17),
            }
        ),
        "payment_methods": pa.table(
            {
                "uuid": s.uuids(len(methods)),
                "rider_uuid": methods,
                "kind": s.weighted({"card": 70, "sepa": 18, "wallet": 12}, len(methods)),
                "last_four": s.with_nulls([f"{s.random.randint(0, 9_999):04d}" for _ in methods], 0.12),
                "expires": [f"20{s.random.randint(26, 31)}-{s.random.randint(1, 12):02d}" for _ in methods],
            }
        ),
        "promo_codes": pa.table(
            {
                "code": codes,
                "plan_slug": s.with_nulls(s.pick(["annual", "monthly", "day"], 28), 0.5),
                "percent_off": s.pick([10, 20, 25, 50, 100], 28),
                "valid_until": s.dates(28, FIRST, dt.date(2027, 3, 1)),
                "max_uses": s.with_nulls(s.pick([50, 100, 500], 28), 0.4),
            }
        ),
    }


def _trips(s: Sampler, stations: list[int], bikes: list[int], riders: list[str]) -> pa.Table:
    count = 17_000
    starts = s.moments(count, FIRST, LAST)
    used, popular = s.pick(bikes, count, skew=0.25), s.pick(stations, count, skew=0.8)
    where: dict[int, int | None] = {bike: s.random.choice(stations) for bike in bikes}
    origin, destination = [], []
    for bike, end in zip(used, popular, strict=True):
        origin.append(where[bike] or s.random.choice(stations))
        where[bike] = None if s.random.random() < 0.006 else end
        destination.append(where[bike])
    removed = [number for number in range(1, max(stations)) if number not in set(stations)]
    people = s.with_nulls(s.pick(riders, count, skew=0.55), 0.17)
    member_plans = {rider: s.weighted({"annual": 50, "annual-student": 22, "monthly": 28}, 1)[0] for rider in riders}
    minutes = [min(240, number) for number in s.counts(count, 13)]
    return pa.table(
        {
            "id": s.ids(count, 2_500_001, gaps=0.03),
            "rider_uuid": people,
            "bike_number": used,
            "plan_slug": [
                s.random.choice(["day", "weekend", "pay-as-you-go"])
                if rider is None or s.random.random() < 0.04
                else member_plans[rider]
                for rider in people
            ],
            "start_station_id": s.with_dangling(origin, 0.02, lambda: s.random.choice(removed)),
            "started_at": starts,
            "end_station_id": s.with_dangling(destination, 0.02, lambda: s.random.choice(removed)),
            "ended_at": [
                None if end is None else at + dt.timedelta(minutes=long, seconds=s.random.randint(0, 59))
                for at, long, end in zip(starts, minutes, destination, strict=True)
            ],
            "duration_min": minutes,
            "distance_km": [round(long * s.random.uniform(0.1, 0.26), 1) for long in minutes],
            "source": s.weighted({"app": 78, "card": 16, "kiosk": 6}, count),
            "rating": s.with_nulls(s.weighted({1: 4, 2: 4, 3: 10, 4: 27, 5: 55}, count), 0.72),
        }
    )


def _charges(s: Sampler, trips: Rows, methods: Rows, codes: list[str]) -> pa.Table:
    paid_by: dict[str, list[str]] = {}
    for method in methods:
        paid_by.setdefault(method["rider_uuid"], []).append(method["uuid"])
    billed = [trip for trip in trips if trip["duration_min"] > 20 or trip["rider_uuid"] is None]
    count = len(billed)
    ids = s.ids(count, 1, gaps=0.02)
    paid_with = [
        s.random.choice(paid_by[trip["rider_uuid"]]) if trip["rider_uuid"] in paid_by else None for trip in billed
    ]
    refunds = [s.random.choice(ids[:i]) if i > 30 and s.random.random() < 0.018 else None for i in range(count)]
    amount = [50 * (1 + trip["duration_min"] // 15) for trip in billed]
    return pa.table(
        {
            "id": ids,
            "trip_id": [None if other else trip["id"] for trip, other in zip(billed, refunds, strict=True)],
            "kind": ["refund" if other else s.weighted({"usage": 94, "penalty": 6}, 1)[0] for other in refunds],
            "payment_method_uuid": s.with_dangling(paid_with, 0.055, lambda: s.uuids(1)[0]),
            "promo_code": s.with_nulls(s.pick(codes, count, skew=0.7), 0.93),
            "amount_cents": [-cents if other else cents for cents, other in zip(amount, refunds, strict=True)],
            "currency": ["EUR"] * count,
            "tax_percent": [20] * count,
            "refund_of": refunds,
            "captured_at": s.moments(count, FIRST, LAST),
        }
    )


def _workshop(s: Sampler, trips: Rows, bikes: list[int]) -> Tables:
    staff, names = s.ids(46, 1, gaps=0.1), s.full_names(46)
    faults = s.codes(18, "AA-9")
    orders = s.ids(2_300, 1, gaps=0.03)
    skus = s.codes(85, "99-9999")
    replaced = s.pairs(s.subset(orders, 0.7), skus, 1, 3)
    after = [s.random.choice(trips) if s.random.random() < 0.4 else None for _ in orders]
    status = s.weighted({"reported": 5, "assigned": 5, "waiting": 4, "done": 80, "rejected": 6}, len(orders))
    reporters = [trip and trip["rider_uuid"] for trip in after]
    return {
        "technicians": pa.table(
            {
                "id": staff,
                "badge": s.codes(46, "T-999"),
                "full_name": names,
                "depot_id": s.weighted({1: 20, 2: 15, 3: 30, 4: 30, 5: 5}, 46),
                "team_lead_id": [None if i < 5 else s.random.choice(staff[:5]) for i in range(46)],
                "drives_van": [s.random.random() < 0.6 for _ in staff],
                "weekly_hours": s.pick([20, 30, 38, 38, 38], 46),
            }
        ),
        "fault_codes": pa.table(
            {
                "code": faults,
                "label": s.titles(18, 2),
                "category": s.pick(["brakes", "drive", "electric", "wheel", "frame", "lock"], 18),
                "safety_critical": s.pick([True, False, False], 18),
                "target_hours": s.pick([4, 24, 48, 72], 18),
            }
        ),
        "work_orders": pa.table(
            {
                "id": orders,
                "bike_number": [s.random.choice(bikes) if trip is None else trip["bike_number"] for trip in after],
                "fault_code": s.pick(faults, len(orders), skew=0.8),
                "priority": s.weighted({1: 15, 2: 60, 3: 25}, len(orders)),
                "trip_id": [trip and trip["id"] for trip in after],
                "reported_by": s.with_dangling(reporters, 0.03, lambda: s.uuids(1)[0]),
                "technician_id": [
                    None if one in ("reported", "rejected") else s.random.choice(staff) for one in status
                ],
                "status": status,
                "opened_at": s.moments(len(orders), FIRST, LAST),
                "minutes_spent": [s.random.randint(5, 150) if one == "done" else None for one in status],
            }
        ),
        "parts": pa.table(
            {
                "sku": skus,
                "description": s.titles(85, 3),
                "model_id": s.with_nulls(s.integers(85, 1, 5), 0.4),
                "superseded_by": [s.random.choice(skus[40:]) if i < 40 and i % 3 == 0 else None for i in range(85)],
                "on_hand": s.counts(85, 30),
                "reorder_level": s.pick([5, 10, 20, 50], 85),
                "cost_cents": s.integers(85, 90, 23_000),
            }
        ),
        "work_order_parts": pa.table(
            {
                "work_order_id": [order for order, _ in replaced],
                "part_sku": [sku for _, sku in replaced],
                "quantity": s.weighted({1: 80, 2: 16, 4: 4}, len(replaced)),
            }
        ),
    }


def _rebalancing(s: Sampler, stations: Rows, technicians: Rows) -> Tables:
    drivers = [one["id"] for one in technicians if one["drives_van"]]
    at_depot: dict[int, list[int]] = {}
    for station in stations:
        at_depot.setdefault(station["depot_id"], []).append(station["id"])
    runs, stops = [], []
    for run, started in zip(s.ids(620, 1, gaps=0.05), s.moments(620, FIRST, LAST), strict=True):
        depot, driver = s.random.choice(list(at_depot)), s.random.choice(drivers)
        helper = s.random.choice(technicians)["id"] if s.random.random() < 0.35 else None
        runs.append({"id": run, "depot_id": depot, "van": f"V{s.random.randint(1, 15)}", "driver_id": driver})
        runs[-1] |= {"helper_id": None if helper == driver else helper, "started_at": started}
        runs[-1] |= {"kilometres": s.random.randint(6, 74)}
        for number, stop in enumerate(s.random.sample(at_depot[depot], s.random.randint(3, 9)), 1):
            loaded = s.random.choice((0, s.random.randint(1, 14)))
            stops.append({"run_id": run, "stop_number": number, "station_id": stop, "bikes_loaded": loaded})
            stops[-1] |= {"bikes_unloaded": 0 if loaded else s.random.randint(1, 14)}
    moments = [dt.datetime(2026, 9, 28) + dt.timedelta(minutes=90 * i) for i in range(40)]
    snapshots = [
        {"station_id": station["id"], "taken_at": at, "capacity": station["capacity"]}
        for at in moments
        for station in stations
    ]
    gone = [number for number in range(1, stations[-1]["id"]) if number not in {one["id"] for one in stations}]
    # Stations that were taken down were still counted on the first morning.
    extra = [{"station_id": number, "taken_at": at, "capacity": 15} for at in moments for number in gone][
        : round(len(snapshots) / 99)
    ]
    snapshots = sorted([*snapshots, *extra], key=lambda row: (row["taken_at"], row["station_id"]))
    for row in snapshots:
        row["bikes_available"] = s.random.randint(0, row["capacity"])
        row["ebikes_available"] = s.random.randint(0, row["bikes_available"])
        row["docks_available"] = row.pop("capacity") - row["bikes_available"]
    return {
        "rebalancing_runs": pa.Table.from_pylist(runs),
        "rebalancing_stops": pa.Table.from_pylist(stops),
        "station_snapshots": pa.Table.from_pylist(snapshots),
    }


def build() -> Tables:
    """The twenty tables."""
    s = Sampler(104)
    places = _places(s)
    stations, fleet = places["stations"].to_pylist(), _fleet(s, places["docks"].to_pylist())
    station_ids, bikes = places["stations"]["id"].to_pylist(), fleet["bikes"]["bike_number"].to_pylist()
    people = _riders(s, station_ids)
    trip_table = _trips(s, station_ids, bikes, people["riders"]["uuid"].to_pylist())
    trips = trip_table.to_pylist()
    codes = people["promo_codes"]["code"].to_pylist()
    charges = _charges(s, trips, people["payment_methods"].to_pylist(), codes)
    workshop = _workshop(s, trips, bikes)
    moved = _rebalancing(s, stations, workshop["technicians"].to_pylist())
    return {**places, **fleet, **people, "trips": trip_table, "charges": charges, **workshop, **moved}


BIKESHARE = ReferenceDatabase("bikeshare", "tuning", build, TRUTH)
