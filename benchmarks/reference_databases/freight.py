"""A railway freight company whose tables began on a mainframe: stations, wagons, consignments, trains, wagon events.

Traps: stations are known by railway and number, and appear as origin, destination, home, siding and place of events;
codes are padded or zero-filled text; train numbers recur every day; positions, axles, kilometres and years are
numbers; wagons of other keepers pass through without a record; some customers were purged from old consignments;
the line sections to a neighbour end at stations that the neighbour numbers.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["FREIGHT"]

TRUTH = parse_truth(
    keys="""
    rwy(rwycd) stn(rwycd, stnno) sect(sectno) wtyp(wtypcd) vkm(vkmcd) wgn(wgnno) cust(custno) sidg(rwycd, stnno, sdgno)
    nhm(nhmcd) undg(unno) tarif(tarno) csg(csgno) csgwgn(csgno, lfdno) ttrn(trnno) trn(trnno, rundt)
    trnwgn(trnno, rundt, posno) loco(locono) staf(stafno) evtyp(evcd) wgnev(evno)
    """,
    alternate_keys="staf(rfid) trnwgn(trnno, rundt, wgnno) cust(vatid)",
    references="""
    stn.rwycd -> rwy.rwycd
    sect.f_rwycd,f_stnno -> stn.rwycd,stnno
    sect.t_rwycd,t_stnno -> stn.rwycd,stnno  dangling 0.04
    wgn.wtypcd -> wtyp.wtypcd
    wgn.vkmcd -> vkm.vkmcd
    wgn.h_rwycd,h_stnno -> stn.rwycd,stnno
    wgn.lessee -> cust.custno
    cust.grpcust -> cust.custno
    cust.acctmgr -> staf.stafno
    sidg.rwycd,stnno -> stn.rwycd,stnno
    sidg.custno -> cust.custno
    nhm.upcd -> nhm.nhmcd
    csg.shipr -> cust.custno  dangling 0.015
    csg.csgne -> cust.custno
    csg.payer -> cust.custno
    csg.o_rwycd,o_stnno -> stn.rwycd,stnno
    csg.o_rwycd,o_stnno,o_sdgno -> sidg.rwycd,stnno,sdgno
    csg.d_rwycd,d_stnno -> stn.rwycd,stnno
    csg.nhmcd -> nhm.nhmcd
    csg.unno -> undg.unno
    csg.tarno -> tarif.tarno
    csg.retcsg -> csg.csgno
    csgwgn.csgno -> csg.csgno
    csgwgn.wgnno -> wgn.wgnno  dangling 0.08
    ttrn.o_rwycd,o_stnno -> stn.rwycd,stnno
    ttrn.d_rwycd,d_stnno -> stn.rwycd,stnno
    trn.trnno -> ttrn.trnno  dangling 0.06
    trn.locono -> loco.locono
    trn.locono2 -> loco.locono
    trn.driver -> staf.stafno
    trnwgn.trnno,rundt -> trn.trnno,rundt
    trnwgn.wgnno -> wgn.wgnno  dangling 0.0494
    trnwgn.csgno,lfdno -> csgwgn.csgno,lfdno
    staf.boss -> staf.stafno
    staf.rwycd,stnno -> stn.rwycd,stnno
    loco.h_rwycd,h_stnno -> stn.rwycd,stnno
    wgnev.wgnno -> wgn.wgnno  dangling 0.12
    wgnev.evcd -> evtyp.evcd
    wgnev.rwycd,stnno -> stn.rwycd,stnno
    wgnev.trnno,rundt -> trn.trnno,rundt
    """,
    also_acceptable="""
    vkm.ctry -> rwy.ctry
    cust.ctry -> rwy.ctry
    sect.f_rwycd -> rwy.rwycd
    sect.t_rwycd -> rwy.rwycd
    wgn.h_rwycd -> rwy.rwycd
    sidg.rwycd -> rwy.rwycd
    csg.o_rwycd -> rwy.rwycd
    csg.d_rwycd -> rwy.rwycd
    ttrn.o_rwycd -> rwy.rwycd
    ttrn.d_rwycd -> rwy.rwycd
    staf.rwycd -> rwy.rwycd
    loco.h_rwycd -> rwy.rwycd
    wgnev.rwycd -> rwy.rwycd
    trnwgn.csgno -> csg.csgno
    """,
    enums="""
    stn.fcl wtyp.cargo vkm.kind wgn.stat cust.stat undg.cls tarif.kind csg.stat csg.incot trn.stat loco.trac staf.func
    evtyp.grp
    """,
    states="wgn.stat csg.stat trn.stat",
    sensitive="staf.nam staf.birth staf.rfid cust.iban",
)
FIRST, LAST = dt.date(2026, 1, 2), dt.date(2026, 6, 28)
# Railway codes as the international union of railways gives them, with the country.
RAILWAYS = {"0080": "DE", "0081": "AT", "0085": "CH", "0083": "IT", "0087": "FR", "0084": "NL", "0088": "BE"}
RAILWAYS |= {"0051": "PL", "0054": "CZ", "0055": "HU", "0056": "SK", "0079": "SI", "0078": "HR", "0053": "RO"}
Rows = list[dict[str, Any]]
Place = tuple[str, str]


def _network(s: Sampler) -> Tables:
    weights = dict(zip(RAILWAYS, (34, 22, 8, 10, 7, 6, 4, 9, 8, 5, 3, 4, 3, 2), strict=True))
    stations = [
        {
            "rwycd": railway,
            "stnno": f"{number:05d}",
            "stnnam": s.titles(1, 1)[0].upper().ljust(20),
            "fcl": s.weighted({"M": 15, "F": 60, "B": 10, "T": 15}, 1)[0],
            "km": round(s.random.uniform(0, 310), 1),
        }
        for railway, weight in weights.items()
        for number in sorted(s.random.sample(range(weight * 90), 2 * weight + 3))
    ]
    places = [(row["rwycd"], row["stnno"]) for row in stations]
    sections: Rows = []
    for number, (start, end) in enumerate(itertools.pairwise(places)):
        if start[0] == end[0] or s.random.random() < 0.5:
            sections.append({"sectno": 10_010 + 10 * number, "f_rwycd": start[0], "f_stnno": start[1]})
            sections[-1] |= {"t_rwycd": end[0], "t_stnno": end[1], "len_km": s.random.randint(3, 64), "trks": 2}
    for section in s.random.sample(sections, round(0.04 * len(sections))):
        section["t_stnno"] = f"9{s.random.randint(0, 9_999):04d}"
    return {
        "rwy": pa.table({"rwycd": list(RAILWAYS), "abbr": s.codes(14, "AAA "), "ctry": list(RAILWAYS.values())}),
        "stn": pa.Table.from_pylist(stations),
        "sect": pa.Table.from_pylist(sections),
    }


def _people(s: Sampler, places: list[Place]) -> Tables:
    numbers = s.ids(210, 20_000, gaps=0.8)
    depots = s.random.sample(places[:150], 12)
    home = s.pick(depots, 210, skew=0.6)
    names = [name.upper() for name in s.full_names(210)]
    units = [f"{s.random.choice((145, 152, 185, 193, 203)):03d} {number:03d}" for number in s.ids(66, 4, gaps=0.9)]
    parked = s.pick(depots, 66)
    return {
        "staf": pa.table(
            {
                "stafno": numbers,
                "nam": [name.ljust(24)[:24] for name in names],
                "birth": s.dates(210, dt.date(1961, 1, 1), dt.date(2004, 1, 1)),
                "rfid": [code.upper() for code in s.hashes(210, 8)],
                "func": s.weighted({"DRV": 60, "SHN": 20, "DSP": 12, "SAL": 8}, 210),
                "rwycd": [railway for railway, _ in home],
                "stnno": [station for _, station in home],
                "boss": [None if i < 4 else numbers[s.random.randint(0, min(i - 1, 24))] for i in range(210)],
            }
        ),
        "loco": pa.table(
            {
                "locono": units,
                "trac": s.weighted({"E": 80, "D": 20}, 66),
                "kw": s.pick([2_200, 4_200, 5_600, 6_400], 66),
                "h_rwycd": [railway for railway, _ in parked],
                "h_stnno": [station for _, station in parked],
                "revdt": s.dates(66, dt.date(2020, 1, 1), LAST),
            }
        ),
    }


def _customers(s: Sampler, places: list[Place], staff: list[int]) -> Tables:
    count = 310
    numbers = s.ids(count, 100_020, gaps=0.9)
    countries = s.pick(list(RAILWAYS.values()), count, skew=0.8)
    served = s.pairs(s.subset(places, 0.5), numbers, 1, 5)
    sidings: Rows = []
    for (railway, station), customer in served:
        earlier = [row for row in sidings if (row["rwycd"], row["stnno"]) == (railway, station)]
        sidings.append({"rwycd": railway, "stnno": station, "sdgno": len(earlier) + 1, "custno": customer})
        sidings[-1] |= {"len_m": s.random.randint(80, 750), "elec": s.random.choice("YN")}
    return {
        "cust": pa.table(
            {
                "custno": numbers,
                "nam1": [name.upper() for name in s.titles(count, 2)],
                "nam2": s.with_nulls(s.titles(count, 1), 0.6),
                "ctry": countries,
                "vatid": [f"{ctry}{no}" for ctry, no in zip(countries, s.codes(count, "999999999"), strict=True)],
                "grpcust": [s.random.choice(numbers[:25]) if i > 30 and i % 4 == 0 else None for i in range(count)],
                "acctmgr": s.pick(staff[-30:], count, skew=0.5),
                "iban": s.with_nulls([f"{ctry}{s.random.randint(10**17, 10**18)}" for ctry in countries], 0.2),
                "stat": s.weighted({"A": 88, "B": 7, "X": 5}, count),
                "paydays": s.pick([14, 30, 45, 60], count),
            }
        ),
        "sidg": pa.Table.from_pylist(sidings),
    }


def _goods(s: Sampler) -> Tables:
    chapters = sorted(s.random.sample(range(1, 98), 24))
    headings = sorted({f"{chapter:02d}{s.random.randint(1, 29):02d}" for chapter in chapters for _ in range(5)})
    codes = [f"{chapter:02d}0000" for chapter in chapters]
    parents: list[str | None] = [None] * len(codes)
    for heading in headings:
        codes += [f"{heading}{tail}" for tail in ("10", "90")]
        parents += [f"{heading[:2]}0000"] * 2
    dangerous = s.ids(70, 1_005, gaps=0.96)
    return {
        "nhm": pa.table({"nhmcd": codes, "descr": s.titles(len(codes), 4), "upcd": parents}),
        "undg": pa.table(
            {
                "unno": dangerous,
                "name": [name.upper() for name in s.titles(70, 2)],
                "cls": s.weighted({"2": 20, "3": 45, "4.1": 5, "5.1": 8, "6.1": 10, "8": 17, "9": 10}, 70),
                "hazno": s.pick([20, 23, 30, 33, 40, 50, 60, 80, 90], 70),
            }
        ),
        "tarif": pa.table(
            {
                "tarno": [1, 2, 3, 4, 10, 11, 12, 20, 21, 30, 40],
                "descr": s.titles(11, 3),
                "kind": ["WL", "WL", "WL", "WL", "BT", "BT", "BT", "KV", "KV", "SP", "IN"],
                "minton": [0, 10, 15, 20, 400, 800, 1_200, 0, 0, 0, 0],
            }
        ),
    }


def _wagons(s: Sampler, places: list[Place], customers: list[int]) -> Tables:
    types = "Eanos Eaos Fals Falns Facns Habbins Hbbillns Kbs Laaers Lgns Rens Rils Rilns Rmms Sggmrss Sgns Shimmns"
    classes = [code.ljust(8) for code in [*types.split(), "Tads", "Tanoos", "Uacns", "Zacns", "Zans"]]
    keepers = s.codes(27, "AAAA")
    count = 1_650
    wagons: Rows = []
    for number in s.codes(count, "3A99999999"):
        home = s.random.choice(places[:110]) if s.random.random() < 0.7 else None
        digits = number.replace(number[1], str(s.random.randint(1, 7)), 1)
        wagons.append(
            {
                "wgnno": f"{digits}{s.random.randint(10, 99)}",
                "wtypcd": s.random.choices(classes, [1 / rank for rank in range(1, 23)])[0],
                "vkmcd": s.random.choices(keepers, [1 / rank for rank in range(1, 28)])[0],
                "built": s.random.randint(1978, 2025),
                "tare_kg": s.random.randint(180, 340) * 100,
                "axls": s.weighted({2: 15, 4: 75, 6: 10}, 1)[0],
                "h_rwycd": home and home[0],
                "h_stnno": home and home[1],
                "lessee": s.random.choice(customers[:60]) if s.random.random() < 0.22 else None,
                "revdt": s.dates(1, dt.date(2021, 1, 1), dt.date(2031, 1, 1))[0],
                "stat": s.weighted({"0": 86, "1": 6, "5": 5, "9": 3}, 1)[0],
            }
        )
    return {
        "wtyp": pa.table(
            {
                "wtypcd": classes,
                "cargo": s.pick(["BULK", "STEEL", "CONT", "LIQ", "GEN"], 22),
                "payld_t": s.integers(22, 24, 102),
                "len_cm": s.integers(22, 1_050, 3_350),
            }
        ),
        "vkm": pa.table(
            {
                "vkmcd": keepers,
                "name": s.titles(27, 2),
                "ctry": s.pick(list(RAILWAYS.values()), 27, skew=0.7),
                "kind": s.pick(["RU", "LEASE", "PRIV"], 27),
            }
        ),
        "wgn": pa.table({name: [wagon[name] for wagon in wagons] for name in wagons[0]}),
    }


def _consignments(s: Sampler, places: list[Place], customers: Tables, goods: Tables, wagons: list[str]) -> Tables:
    count, sidings = 4_200, customers["sidg"].to_pylist()
    numbers, known = s.ids(count, 4_400_001, gaps=0.03), customers["cust"]["custno"].to_pylist()
    leaves = [code for code in goods["nhm"]["nhmcd"].to_pylist() if not code.endswith("0000")]
    commodities, dates = s.pick(leaves, count, skew=0.9), sorted(s.dates(count, FIRST, LAST))
    dangerous = s.with_nulls(s.pick(goods["undg"]["unno"].to_pylist(), count, skew=1.0), 0.86)
    starts, ends = s.pick(sidings, count, skew=0.7), s.pick(places, count, skew=0.7)
    loaded = s.numbered(numbers, 1, 5)
    at_siding = [s.random.random() < 0.75 for _ in numbers]
    used = s.with_dangling(s.pick(wagons, len(loaded), skew=0.3), 0.08, lambda: s.codes(1, "849999999999")[0])
    return {
        "csg": pa.table(
            {
                "csgno": numbers,
                "csgdt": [f"{day:%Y%m%d}" for day in dates],
                "shipr": s.with_dangling(
                    [row["custno"] for row in starts], 0.015, lambda: s.random.randint(90_000, 99_999)
                ),
                "csgne": s.pick(known, count, skew=0.8),
                "payer": s.with_nulls(s.pick(known[:90], count, skew=0.6), 0.6),
                "o_rwycd": [row["rwycd"] for row in starts],
                "o_stnno": [row["stnno"] for row in starts],
                "o_sdgno": [row["sdgno"] if here else None for row, here in zip(starts, at_siding, strict=True)],
                "d_rwycd": [railway for railway, _ in ends],
                "d_stnno": [station for _, station in ends],
                "nhmcd": commodities,
                "unno": dangerous,
                "tarno": s.weighted({1: 30, 2: 20, 3: 15, 4: 8, 10: 9, 11: 7, 20: 6, 21: 3, 30: 2}, count),
                "incot": s.weighted({"CPT": 40, "FCA": 35, "DAP": 25}, count),
                "retcsg": [s.random.choice(numbers[:i]) if i > 200 and i % 13 == 0 else None for i in range(count)],
                "stat": s.weighted({"10": 4, "20": 6, "30": 12, "80": 76, "99": 2}, count),
                "frt_eur": s.money(count, 180, 24_000),
            }
        ),
        "csgwgn": pa.table(
            {
                "csgno": [number for number, _ in loaded],
                "lfdno": [line for _, line in loaded],
                "wgnno": used,
                "net_kg": s.integers(len(loaded), 8_000, 69_000),
                "sealno": s.with_nulls(s.integers(len(loaded), 100_000, 999_999), 0.5),
                "pcs": s.with_nulls(s.counts(len(loaded), 14), 0.3),
            }
        ),
    }


def _trains(s: Sampler, places: list[Place], people: Tables) -> Tables:
    paths = [str(number) for number in s.ids(72, 41_300, gaps=0.96)]
    ways = [s.random.sample(places[:140], 2) for _ in paths]
    days = [FIRST + dt.timedelta(days=i) for i in range((LAST - FIRST).days)]
    planned = [(path, day) for day in days for path in s.subset(paths, 0.11)]
    special = s.with_dangling([path for path, _ in planned], 0.06, lambda: str(s.random.randint(90_000, 94_999)))
    runs = sorted({(day, path) for path, (_, day) in zip(special, planned, strict=True)})
    engines = people["loco"]["locono"].to_pylist()
    drivers = [row["stafno"] for row in people["staf"].to_pylist() if row["func"] == "DRV"]
    return {
        "ttrn": pa.table(
            {
                "trnno": paths,
                "o_rwycd": [start[0] for start, _ in ways],
                "o_stnno": [start[1] for start, _ in ways],
                "d_rwycd": [end[0] for _, end in ways],
                "d_stnno": [end[1] for _, end in ways],
                "dep": [f"{s.random.randint(0, 23):02d}{s.random.choice((3, 12, 27, 41, 55)):02d}" for _ in paths],
                "opdays": s.pick(["1111100", "1111111", "1010100", "0101000"], 72),
                "maxlen": s.pick([500, 600, 690, 740], 72),
            }
        ),
        "trn": pa.table(
            {
                "trnno": [path for _, path in runs],
                "rundt": [day for day, _ in runs],
                "locono": s.pick(engines, len(runs), skew=0.3),
                "locono2": s.with_nulls(s.pick(engines, len(runs)), 0.85),
                "driver": s.pick(drivers, len(runs), skew=0.2),
                "delay": [max(-10, int(s.random.gauss(14, 25))) for _ in runs],
                "wgns": s.integers(len(runs), 5, 34),
                "stat": s.weighted({"RUN": 93, "CAN": 4, "PLN": 3}, len(runs)),
            }
        ),
    }


def _formations(s: Sampler, trains: Rows, loads: Rows, wagons: list[str]) -> pa.Table:
    formed, next_load = [], 0
    for train in trains:
        present: set[str] = set()
        for position in range(1, s.random.randint(4, 16)):
            load = loads[next_load % len(loads)] if s.random.random() < 0.6 else None
            wagon = load["wgnno"] if load else s.random.choice(wagons)
            next_load += load is not None
            if wagon in present:
                continue
            present.add(wagon)
            formed.append({"trnno": train["trnno"], "rundt": train["rundt"], "posno": position, "wgnno": wagon})
            formed[-1] |= {"csgno": load and load["csgno"], "lfdno": load and load["lfdno"]}
            formed[-1] |= {"brk": s.random.choice("PPPG"), "brkwt": s.random.randint(20, 90)}
    return pa.Table.from_pylist(formed)


def _movements(s: Sampler, formed: Rows, places: list[Place], wagons: set[str]) -> Tables:
    kinds = dict(zip((10, 11, 20, 21, 30, 35, 40, 50, 51, 60, 70, 90, 95), s.titles(13, 2), strict=True))
    count = 9_500
    moments, events = s.moments(count, FIRST, LAST), []
    known, stray = sorted(wagons), set(s.random.sample(range(count), round(0.12 * count)))
    # Events of trains are reported with the train; others happen in yards and sidings.
    ours = [row for row in formed if row["wgnno"] in wagons]
    spots = s.pick(places, count, skew=0.9)
    for i, (at, (railway, station)) in enumerate(zip(moments, spots, strict=True)):
        row = s.random.choice(ours) if s.random.random() < 0.55 else None
        wagon = row["wgnno"] if row else s.random.choice(known)
        events.append(
            {
                "evno": 700_000 + i,
                "evcd": s.random.choices(list(kinds), [9, 9, 20, 18, 6, 3, 8, 4, 4, 3, 2, 1, 1])[0],
                "wgnno": s.codes(1, "849999999999")[0] if i in stray else wagon,
                "evts": at,
                "rwycd": railway,
                "stnno": station,
                "trnno": row and row["trnno"],
                "rundt": row and row["rundt"],
                "remark": None if s.random.random() < 0.97 else s.titles(1, 4)[0],
            }
        )
    return {
        "evtyp": pa.table(
            {"evcd": list(kinds), "text": list(kinds.values()), "grp": s.pick(["MOV", "LOAD", "TECH"], 13)}
        ),
        "wgnev": pa.Table.from_pylist(events),
    }


def build() -> Tables:
    """The twenty tables."""
    s = Sampler(102)
    network = _network(s)
    places = list(zip(network["stn"]["rwycd"].to_pylist(), network["stn"]["stnno"].to_pylist(), strict=True))
    people, goods = _people(s, places), _goods(s)
    customers = _customers(s, places, people["staf"]["stafno"].to_pylist())
    wagons = _wagons(s, places, customers["cust"]["custno"].to_pylist())
    numbers = wagons["wgn"]["wgnno"].to_pylist()
    consigned, trains = _consignments(s, places, customers, goods, numbers), _trains(s, places, people)
    trnwgn = _formations(s, trains["trn"].to_pylist(), consigned["csgwgn"].to_pylist(), numbers)
    moved = _movements(s, trnwgn.to_pylist(), places, set(numbers))
    return {**network, **people, **customers, **goods, **wagons, **consigned, **trains, "trnwgn": trnwgn, **moved}


FREIGHT = ReferenceDatabase("freight", "tuning", build, TRUTH)
