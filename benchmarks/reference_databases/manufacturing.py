"""A machine builder: a bill of materials over revised parts, bins in warehouses, work orders and their operations.

Traps: revisions and versions, operation numbers in tens, positions, quantities and scrap percentages; part numbers of
suppliers that are nobody's key; every revision of a part is part of the key of the bill of materials.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["MANUFACTURING"]

TRUTH = parse_truth(
    keys="""
    uom(uom) part(part_no) part_revision(part_no, rev) bom(part_no, rev, position) supplier(supplier_id)
    supplier_part(supplier_id, part_no) warehouse(wh) bin(wh, aisle, level) stock(wh, aisle, level, part_no)
    work_center(wc) work_order(wo_no) operation(wo_no, op_no) confirmation(conf_id) purchase_order(po_no)
    po_line(po_no, line_no) inspection(insp_id)
    """,
    alternate_keys="supplier(vat_no)",
    references="""
    part.uom -> uom.uom
    part.replaced_by -> part.part_no
    part_revision.part_no -> part.part_no
    bom.part_no,rev -> part_revision.part_no,rev
    bom.component,component_rev -> part_revision.part_no,rev
    supplier_part.supplier_id -> supplier.supplier_id
    supplier_part.part_no -> part.part_no
    bin.wh -> warehouse.wh
    stock.wh,aisle,level -> bin.wh,aisle,level
    stock.part_no -> part.part_no
    work_center.wh -> warehouse.wh
    work_center.fallback -> work_center.wc
    work_order.part_no,rev -> part_revision.part_no,rev
    work_order.parent_wo -> work_order.wo_no
    operation.wo_no -> work_order.wo_no
    operation.wc -> work_center.wc
    confirmation.wo_no,op_no -> operation.wo_no,op_no
    purchase_order.supplier_id -> supplier.supplier_id
    purchase_order.deliver_to -> warehouse.wh
    po_line.po_no -> purchase_order.po_no
    po_line.part_no -> part.part_no  dangling 0.02
    inspection.po_no,line_no -> po_line.po_no,line_no
    """,
    also_acceptable="""
    bom.part_no -> part.part_no
    bom.component -> part.part_no
    stock.wh -> warehouse.wh
    work_order.part_no -> part.part_no
    confirmation.wo_no -> work_order.wo_no
    inspection.po_no -> purchase_order.po_no
    """,
    enums="uom.dimension part.kind part_revision.state work_order.status operation.status purchase_order.status inspection.verdict",
    states="part_revision.state work_order.status operation.status purchase_order.status",
    sensitive="supplier.contact supplier.email confirmation.worker",
)
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2026, 10, 31)


def _parts(s: Sampler) -> Tables:
    count = 2_400
    units = {"PCE": "count", "KG": "mass", "M": "length", "L": "volume", "M2": "area", "SET": "count"}
    parts = s.codes(count, "99-99999")
    revisions = s.numbered(parts, 1, 4)
    made = [i for i in range(len(revisions)) if revisions[i][0] in set(parts[:700])]
    bom = s.numbered(made, 2, 9)
    components = s.pick([revision for revision in revisions if revision[0] not in set(parts[:150])], len(bom), skew=0.6)
    return {
        "uom": pa.table({"uom": list(units), "dimension": list(units.values())}),
        "part": pa.table(
            {
                "part_no": parts,
                "title": s.titles(count, 2),
                "kind": ["made" if i < 700 else "bought" for i in range(count)],
                "uom": s.weighted({"PCE": 80, "KG": 8, "M": 6, "L": 3, "SET": 3}, count),
                "weight_g": s.integers(count, 1, 90_000),
                "lead_days": s.integers(count, 1, 120),
                "replaced_by": s.with_nulls(s.pick(parts, count), 0.95),
            }
        ),
        "part_revision": pa.table(
            {
                "part_no": [part for part, _ in revisions],
                "rev": [rev for _, rev in revisions],
                "released_on": s.dates(len(revisions), dt.date(2015, 1, 1), LAST),
                "state": s.weighted({"draft": 8, "released": 72, "obsolete": 20}, len(revisions)),
                "drawing": s.codes(len(revisions), "DWG999999"),
            }
        ),
        "bom": pa.table(
            {
                "part_no": [revisions[i][0] for i, _ in bom],
                "rev": [revisions[i][1] for i, _ in bom],
                "position": [10 * position for _, position in bom],
                "component": [part for part, _ in components],
                "component_rev": [rev for _, rev in components],
                "quantity": s.counts(len(bom), 3),
                "scrap_percent": s.weighted({0: 80, 1: 8, 2: 7, 5: 5}, len(bom)),
            }
        ),
    }


def _storage(s: Sampler, parts: list[str]) -> Tables:
    warehouses = ["W1", "W2", "QUA", "EXT"]
    bins = [
        (wh, aisle, level)
        for wh in warehouses
        for aisle in s.codes(s.random.randint(20, 40), "A-99")
        for level in range(1, 7)
    ]
    stocked = s.pairs(bins, parts, 2, 9)
    centers = ["LATHE1", "LATHE2", "MILL1", "MILL2", "MILL3", "SAW", "PAINT", "ASSY1", "ASSY2", "TEST", "PACK"]
    return {
        "warehouse": pa.table({"wh": warehouses, "city": s.cities(4), "area_m2": s.integers(4, 400, 9_000)}),
        "bin": pa.table(
            {
                "wh": [wh for wh, _, _ in bins],
                "aisle": [aisle for _, aisle, _ in bins],
                "level": [level for _, _, level in bins],
                "max_kg": s.pick([50, 200, 500, 1000], len(bins)),
            }
        ),
        "stock": pa.table(
            {
                "wh": [place[0] for place, _ in stocked],
                "aisle": [place[1] for place, _ in stocked],
                "level": [place[2] for place, _ in stocked],
                "part_no": [part for _, part in stocked],
                "on_hand": s.integers(len(stocked), 0, 900),
                "reserved": s.integers(len(stocked), 0, 40),
                "counted_on": s.dates(len(stocked), FIRST, LAST),
            }
        ),
        "work_center": pa.table(
            {
                "wc": centers,
                "wh": s.pick(["W1", "W2"], 11),
                "fallback": [None, "LATHE1", None, "MILL1", "MILL1", None, None, None, "ASSY1", None, None],
                "shifts": s.integers(11, 1, 3),
                "hourly_rate": s.money(11, 30, 160),
            }
        ),
    }


def _production(s: Sampler, revisions: list[dict[str, object]], centers: list[str]) -> Tables:
    count = 2_600
    orders = s.ids(count, 1_000_200, gaps=0.08)
    built = s.pick(revisions[: len(revisions) // 3], count, skew=0.5)
    steps = s.numbered(orders, 2, 6)
    reported = s.pick(steps, 9_000)
    return {
        "work_order": pa.table(
            {
                "wo_no": orders,
                "part_no": [revision["part_no"] for revision in built],
                "rev": [revision["rev"] for revision in built],
                "parent_wo": [s.random.choice(orders[:i]) if i > 50 and i % 3 == 0 else None for i in range(count)],
                "quantity": s.counts(count, 20),
                "priority": s.integers(count, 1, 9),
                "status": s.weighted({"planned": 10, "released": 15, "running": 15, "done": 55, "scrapped": 5}, count),
                "due_on": s.dates(count, FIRST, LAST),
            }
        ),
        "operation": pa.table(
            {
                "wo_no": [order for order, _ in steps],
                "op_no": [10 * number for _, number in steps],
                "wc": s.pick(centers, len(steps), skew=0.5),
                "setup_min": s.pick([0, 5, 10, 15, 30, 60], len(steps)),
                "run_min": s.integers(len(steps), 1, 400),
                "status": s.weighted({"open": 30, "started": 10, "finished": 60}, len(steps)),
            }
        ),
        "confirmation": pa.table(
            {
                "conf_id": s.ids(9_000),
                "wo_no": [order for order, _ in reported],
                "op_no": [10 * number for _, number in reported],
                "worker": s.pick(s.full_names(60), 9_000),
                "good": s.integers(9_000, 0, 60),
                "scrap": s.weighted({0: 85, 1: 8, 2: 4, 3: 3}, 9_000),
                "at": s.moments(9_000, FIRST, LAST),
            }
        ),
    }


def _purchasing(s: Sampler, parts: list[str]) -> Tables:
    suppliers, names = s.ids(180, 40_001, gaps=0.35), s.full_names(180)
    sold = s.pairs(suppliers, parts[700:], 4, 40)
    orders = [f"PO{number}" for number in s.ids(2_200, 450_000, gaps=0.02)]
    lines = s.numbered(orders, 1, 6)
    inspected = s.subset(lines, 0.3)
    return {
        "supplier": pa.table(
            {
                "supplier_id": suppliers,
                "name": s.titles(180, 2),
                "vat_no": s.codes(180, "DE999999999"),
                "contact": names,
                "email": s.emails(names, "supply.example"),
                "rating": s.integers(180, 1, 5),
            }
        ),
        "supplier_part": pa.table(
            {
                "supplier_id": [supplier for supplier, _ in sold],
                "part_no": [part for _, part in sold],
                "their_number": s.codes(len(sold), "999-AA-999"),
                "price": s.money(len(sold), 0.1, 400),
                "minimum": s.pick([1, 10, 50, 100], len(sold)),
            }
        ),
        "purchase_order": pa.table(
            {
                "po_no": orders,
                "supplier_id": s.pick(s.subset(suppliers, 0.6), 2_200, skew=0.8),
                "deliver_to": s.weighted({"W1": 60, "W2": 30, "EXT": 10}, 2_200),
                "ordered_on": s.dates(2_200, FIRST, LAST),
                "status": s.weighted({"open": 15, "confirmed": 20, "received": 60, "cancelled": 5}, 2_200),
            }
        ),
        "po_line": pa.table(
            {
                "po_no": [order for order, _ in lines],
                "line_no": [number for _, number in lines],
                "part_no": s.with_dangling(
                    s.pick(parts[700:], len(lines), skew=0.7), 0.02, lambda: s.codes(1, "XX-99999")[0]
                ),
                "quantity": s.counts(len(lines), 60),
                "price": s.money(len(lines), 0.1, 400),
            }
        ),
        "inspection": pa.table(
            {
                "insp_id": s.ids(len(inspected)),
                "po_no": [order for order, _ in inspected],
                "line_no": [number for _, number in inspected],
                "sample": s.pick([5, 8, 13, 20, 32], len(inspected)),
                "defects": s.weighted({0: 88, 1: 7, 2: 3, 3: 2}, len(inspected)),
                "verdict": s.weighted({"accepted": 93, "rework": 4, "rejected": 3}, len(inspected)),
            }
        ),
    }


def build() -> Tables:
    """The sixteen tables."""
    s = Sampler(7)
    parts = _parts(s)
    numbers = parts["part"]["part_no"].to_pylist()
    storage = _storage(s, numbers)
    made = _production(s, parts["part_revision"].to_pylist(), storage["work_center"]["wc"].to_pylist())
    return {**parts, **storage, **made, **_purchasing(s, numbers)}


MANUFACTURING = ReferenceDatabase("manufacturing", "tuning", build, TRUTH)
