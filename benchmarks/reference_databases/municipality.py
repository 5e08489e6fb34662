"""A municipal register with legacy habits: cryptic upper-case names, numbers kept as padded text, keys not in front.

Traps: official keys with leading zeros, clerks by padded initials, fee notices numbered anew every year and named by
two columns, offset and cancelled notices in second roles; residents refer to parents in the same register; deleted
rows carry a mark; ages, dunning levels, tax classes, house numbers and amounts in cents are numbers.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["MUNICIPALITY"]

TRUTH = parse_truth(
    keys="""
    TBL_STAAT(STAAT_SCHL) TBL_FAMSTD(FS_ID) TBL_ORTSTEIL(OT_NR) TBL_PLZ(PLZ) TBL_STRASSE(STR_SCHL)
    TBL_WAHLBEZ(WBZ_NR) TBL_ADR(ADR_ID) TBL_AMT(AMT_NR) TBL_SB(SB_KZ) TBL_PERS(PERS_NR)
    TBL_PERS_ADR(PERS_NR, LFD_NR) TBL_PERS_SPERRE(PERS_NR) TBL_EHE(EHE_NR) TBL_AUSWEIS(SER_NR) TBL_KUNDE(KDNR)
    TBL_GEWERBE(KDNR) TBL_GEB_ART(GEB_SCHL) TBL_BESCHEID(BSCH_JAHR, BSCH_NR) TBL_BSCH_POS(BSCH_JAHR, BSCH_NR, POS_NR)
    TBL_ZAHLG(ZLG_ID) TBL_RASSE(RASSE_ID) TBL_HUND(MARKE_NR) TBL_KFZ(KENNZ)
    """,
    alternate_keys="TBL_ADR(STR_SCHL, HAUS_NR) TBL_KFZ(FIN)",
    references="""
    TBL_STRASSE.OT_NR -> TBL_ORTSTEIL.OT_NR
    TBL_STRASSE.PLZ -> TBL_PLZ.PLZ
    TBL_WAHLBEZ.OT_NR -> TBL_ORTSTEIL.OT_NR
    TBL_ADR.STR_SCHL -> TBL_STRASSE.STR_SCHL
    TBL_ADR.WBZ_NR -> TBL_WAHLBEZ.WBZ_NR
    TBL_AMT.UEB_AMT -> TBL_AMT.AMT_NR
    TBL_AMT.LTR_KZ -> TBL_SB.SB_KZ
    TBL_SB.AMT_NR -> TBL_AMT.AMT_NR
    TBL_SB.VERTR_KZ -> TBL_SB.SB_KZ
    TBL_PERS.STAAT_SCHL -> TBL_STAAT.STAAT_SCHL
    TBL_PERS.GEB_STAAT -> TBL_STAAT.STAAT_SCHL
    TBL_PERS.FS_ID -> TBL_FAMSTD.FS_ID
    TBL_PERS.MUT_PNR -> TBL_PERS.PERS_NR
    TBL_PERS.VAT_PNR -> TBL_PERS.PERS_NR
    TBL_PERS_ADR.PERS_NR -> TBL_PERS.PERS_NR
    TBL_PERS_ADR.ADR_ID -> TBL_ADR.ADR_ID
    TBL_PERS_SPERRE.PERS_NR -> TBL_PERS.PERS_NR
    TBL_PERS_SPERRE.SB_KZ -> TBL_SB.SB_KZ
    TBL_EHE.PNR_1 -> TBL_PERS.PERS_NR
    TBL_EHE.PNR_2 -> TBL_PERS.PERS_NR
    TBL_AUSWEIS.PERS_NR -> TBL_PERS.PERS_NR
    TBL_AUSWEIS.VORG_SER -> TBL_AUSWEIS.SER_NR
    TBL_AUSWEIS.SB_KZ -> TBL_SB.SB_KZ  dangling 0.03
    TBL_KUNDE.PERS_NR -> TBL_PERS.PERS_NR
    TBL_KUNDE.ADR_ID -> TBL_ADR.ADR_ID
    TBL_GEWERBE.KDNR -> TBL_KUNDE.KDNR
    TBL_GEWERBE.BETR_ADR -> TBL_ADR.ADR_ID
    TBL_GEB_ART.AMT_NR -> TBL_AMT.AMT_NR
    TBL_BESCHEID.KDNR -> TBL_KUNDE.KDNR
    TBL_BESCHEID.SB_KZ -> TBL_SB.SB_KZ
    TBL_BESCHEID.ERS_JAHR,ERS_NR -> TBL_BESCHEID.BSCH_JAHR,BSCH_NR
    TBL_BSCH_POS.BSCH_JAHR,BSCH_NR -> TBL_BESCHEID.BSCH_JAHR,BSCH_NR
    TBL_BSCH_POS.GEB_SCHL -> TBL_GEB_ART.GEB_SCHL
    TBL_ZAHLG.BSCH_JAHR,BSCH_NR -> TBL_BESCHEID.BSCH_JAHR,BSCH_NR
    TBL_ZAHLG.VERR_JAHR,VERR_NR -> TBL_BESCHEID.BSCH_JAHR,BSCH_NR
    TBL_HUND.KDNR -> TBL_KUNDE.KDNR
    TBL_HUND.RASSE_ID -> TBL_RASSE.RASSE_ID
    TBL_KFZ.HALT_PNR -> TBL_PERS.PERS_NR  dangling 0.02
    """,
    enums="""
    TBL_PERS.GESCHL TBL_PERS.LOE_KZ TBL_PERS_ADR.ART TBL_AUSWEIS.ART TBL_BESCHEID.STAT_KZ TBL_KUNDE.ZAHLW TBL_KFZ.ANTR
    TBL_PERS_SPERRE.GRUND
    """,
    states="TBL_BESCHEID.STAT_KZ",
    sensitive="""
    TBL_PERS.FAM_NAME TBL_PERS.VORNAME TBL_PERS.GEB_DAT TBL_PERS.GESCHL TBL_PERS.STAAT_SCHL TBL_PERS.GEB_STAAT
    TBL_PERS.FS_ID TBL_AUSWEIS.SER_NR TBL_AUSWEIS.FAM_NAME TBL_KUNDE.IBAN TBL_KFZ.KENNZ TBL_KFZ.FIN TBL_PERS_SPERRE.GRUND
    TBL_KUNDE.NAME1 TBL_ZAHLG.VERW_ZWECK
    """,
)
FIRST, LAST = dt.date(2022, 1, 1), dt.date(2026, 9, 30)


def _compact(days: list[dt.date]) -> list[str]:
    """The days as eight digits, the way the register stores them."""
    return [f"{day:%Y%m%d}" for day in days]


def _streets(s: Sampler) -> Tables:
    quarters, zips = [f"{number:02d}" for number in range(1, 15)], s.codes(9, "37999")
    streets = [f"{number:05d}" for number in s.ids(310, 20, gaps=0.7)]
    houses = [(street, number) for street, number in s.numbered(streets, 3, 22)]
    districts = s.ids(32, 101, gaps=0.4)
    names = s.titles(310, 1)
    return {
        "TBL_ORTSTEIL": pa.table({"BEZ": s.titles(14, 1), "OT_NR": quarters, "EINW": s.integers(14, 400, 19_000)}),
        "TBL_PLZ": pa.table({"ORT": s.pick(["Neustadt", "Altdorf"], 9), "PLZ": zips}),
        "TBL_WAHLBEZ": pa.table(
            {"OT_NR": s.pick(quarters, 32), "WBZ_NR": districts, "WAHLBER": s.integers(32, 500, 2_600)}
        ),
        "TBL_STRASSE": pa.table(
            {
                "STR_NAME": [f"{name}{s.random.choice(['str.', 'weg', ' Allee'])}" for name in names],
                "STR_SCHL": streets,
                "OT_NR": s.pick(quarters, 310, skew=0.4),
                "PLZ": s.pick(zips, 310, skew=0.3),
                "REIN_KL": s.integers(310, 0, 4),
            }
        ),
        "TBL_ADR": pa.table(
            {
                "STR_SCHL": [street for street, _ in houses],
                "HAUS_NR": [f"{number:>4}" for _, number in houses],
                "ADR_ID": s.ids(len(houses), 1_000, gaps=0.04),
                "WBZ_NR": s.with_nulls(s.pick(districts, len(houses)), 0.03),
                "GESCHOSSE": s.integers(len(houses), 1, 8),
                "LOE_KZ": s.weighted({"N": 97, "J": 3}, len(houses)),
            }
        ),
    }


def _offices(s: Sampler) -> Tables:
    offices = [10, 11, 20, 21, 30, 32, 33, 40, 50, 51, 60, 63, 66, 70]
    clerks = [f"{code:<6}" for code in s.codes(85, "AAA9")]
    fees = [f"{number:04d}" for number in s.ids(38, 1_010, gaps=0.9)]
    return {
        "TBL_AMT": pa.table(
            {
                "BEZ": s.titles(14, 2),
                "AMT_NR": offices,
                "UEB_AMT": [None if number % 10 == 0 else number // 10 * 10 for number in offices],
                "LTR_KZ": s.random.sample(clerks, 14),
            }
        ),
        "TBL_SB": pa.table(
            {
                "NAME": s.full_names(85),
                "SB_KZ": clerks,
                "AMT_NR": s.pick(offices, 85, skew=0.5),
                "VERTR_KZ": s.with_nulls(s.pick(clerks[:20], 85), 0.3),
                "ZI_NR": [f"{number:>4}" for number in s.integers(85, 1, 340)],
                "DURCHW": s.integers(85, 100, 499),
            }
        ),
        "TBL_GEB_ART": pa.table(
            {
                "BEZ": s.titles(38, 2),
                "BETR_CT": s.pick([500, 1_000, 1_250, 3_700, 6_000, 12_000], 38),
                "GEB_SCHL": fees,
                "AMT_NR": s.pick(offices, 38),
                "MWST": s.weighted({0: 80, 19: 20}, 38),
            }
        ),
    }


def _residents(s: Sampler, addresses: list[int], clerks: list[str]) -> Tables:
    count = 5_600
    people = [f"{number:010d}" for number in s.ids(count, 1, gaps=0.1)]
    states = ["000", *s.codes(45, "199")]
    elders = people[: count // 2]
    lived, blocked = s.numbered(people, 1, 3), s.subset(people, 0.02)
    return {
        "TBL_STAAT": pa.table(
            {"BEZ": s.titles(46, 1), "STAAT_SCHL": states, "EU_KZ": s.weighted({"J": 50, "N": 50}, 46)}
        ),
        "TBL_FAMSTD": pa.table({"FS_ID": s.ids(6), "KZ": ["LD", "VH", "VW", "GS", "LP", "NB"]}),
        "TBL_PERS": pa.table(
            {
                "LOE_KZ": s.weighted({"N": 94, "J": 6}, count),
                "PERS_NR": people,
                "FAM_NAME": s.family_names(count),
                "VORNAME": s.given_names(count),
                "GEB_DAT": _compact(s.dates(count, dt.date(1928, 1, 1), LAST)),
                "GESCHL": s.weighted({"W": 50, "M": 49, "D": 1}, count),
                "STAAT_SCHL": s.pick(states, count, skew=1.6),
                "GEB_STAAT": s.with_nulls(s.pick(states, count, skew=1.3), 0.1),
                "FS_ID": s.weighted({1: 42, 2: 38, 3: 7, 4: 10, 5: 1, 6: 2}, count),
                "MUT_PNR": [
                    s.random.choice(elders) if i > count // 2 and s.random.random() < 0.5 else None
                    for i in range(count)
                ],
                "VAT_PNR": [
                    s.random.choice(elders) if i > count // 2 and s.random.random() < 0.4 else None
                    for i in range(count)
                ],
            }
        ),
        "TBL_PERS_ADR": pa.table(
            {
                "PERS_NR": [person for person, _ in lived],
                "LFD_NR": [number for _, number in lived],
                "ADR_ID": s.pick(addresses, len(lived)),
                "ART": s.weighted({"H": 90, "N": 10}, len(lived)),
                "EINZ_DAT": _compact(s.dates(len(lived), dt.date(1975, 1, 1), LAST)),
                "AUSZ_DAT": s.with_nulls(_compact(s.dates(len(lived), FIRST, LAST)), 0.6),
            }
        ),
        "TBL_PERS_SPERRE": pa.table(
            {
                "SB_KZ": s.pick(clerks, len(blocked)),
                "PERS_NR": blocked,
                "GRUND": s.pick(["GEF", "ADO", "VER"], len(blocked)),
                "BIS_JAHR": s.integers(len(blocked), 2026, 2029),
            }
        ),
    }


def _papers(s: Sampler, people: list[str], names: list[str], clerks: list[str]) -> Tables:
    wed = s.shuffled(s.random.sample(people[:4_500], 2_300) + s.random.sample(people[:2_000], 100))
    known = dict(zip(people, names, strict=True))
    holders = s.pick(people, 5_200, skew=0.1)
    cards = [f"{code:<12}" for code in s.codes(5_200, "L9A99A999")]
    plates = [f"NE-{code}" for code in s.codes(3_000, "AA 999")]
    keepers = s.with_dangling(s.pick(people, 3_000), 0.02, lambda: f"{s.random.randint(8_000, 9_000):010d}")
    return {
        "TBL_EHE": pa.table(
            {
                "EHE_DAT": _compact(s.dates(1_200, dt.date(1960, 1, 1), LAST)),
                "PNR_1": wed[:1_200],
                "PNR_2": wed[1_200:],
                "EHE_NR": s.ids(1_200, 1, gaps=0.05),
                "ENDE_JAHR": s.with_nulls(s.integers(1_200, 1970, 2026), 0.7),
            }
        ),
        "TBL_AUSWEIS": pa.table(
            {
                "ART": s.weighted({"PA": 65, "RP": 33, "VP": 2}, 5_200),
                "PERS_NR": holders,
                "FAM_NAME": [known[person] for person in holders],
                "SER_NR": cards,
                "VORG_SER": [s.random.choice(cards[:i]) if i > 2_600 and i % 3 == 0 else None for i in range(5_200)],
                "GUELT_BIS": _compact(s.dates(5_200, FIRST, dt.date(2036, 9, 30))),
                "SB_KZ": s.with_dangling(s.pick(clerks, 5_200, skew=0.7), 0.03, lambda: f"{s.codes(1, 'AA99')[0]:<6}"),
            }
        ),
        "TBL_KFZ": pa.table(
            {
                "FIN": s.codes(3_000, "WXX99A9AA99999999"),
                "HALT_PNR": keepers,
                "KENNZ": plates,
                "ERSTZUL": s.integers(3_000, 1988, 2026),
                "ANTR": s.weighted({"B": 50, "D": 30, "E": 15, "H": 5}, 3_000),
                "KW": s.integers(3_000, 33, 300),
            }
        ),
    }


def _debtors(s: Sampler, people: list[str], addresses: list[int]) -> Tables:
    count = 2_900
    debtors = s.ids(count, 100_000, gaps=0.2)
    firms = s.subset(range(count), 0.22)
    firm = set(firms)
    chosen = s.random.sample(people, count)
    owners, trades = s.pick(s.subset(debtors, 0.22), 700), [debtors[i] for i in firms]
    return {
        "TBL_KUNDE": pa.table(
            {
                "NAME1": [name if i in firm else None for i, name in enumerate(s.titles(count, 2))],
                "KDNR": debtors,
                "PERS_NR": [None if i in firm else person for i, person in enumerate(chosen)],
                "ADR_ID": s.pick(addresses, count, skew=0.1),
                "IBAN": s.with_nulls(s.codes(count, "DE99999999999999999999"), 0.4),
                "ZAHLW": s.weighted({"UEB": 55, "SEPA": 40, "BAR": 5}, count),
                "MAHN_ST": s.weighted({0: 88, 1: 7, 2: 3, 3: 2}, count),
            }
        ),
        "TBL_GEWERBE": pa.table(
            {
                "BEG_DAT": _compact(s.dates(len(trades), dt.date(1985, 1, 1), LAST)),
                "KDNR": trades,
                "BETR_ADR": s.with_nulls(s.pick(addresses, len(trades)), 0.1),
                "BRANCHE": s.pick(s.codes(90, "99.99.9"), len(trades), skew=0.5),
                "ANZ_BESCH": s.counts(len(trades), 7),
            }
        ),
        "TBL_RASSE": pa.table(
            {"RASSE": s.titles(10, 1), "RASSE_ID": s.ids(10), "LISTE_KZ": s.weighted({"N": 80, "J": 20}, 10)}
        ),
        "TBL_HUND": pa.table(
            {
                "RUFNAME": s.given_names(len(owners)),
                "KDNR": owners,
                "MARKE_NR": s.ids(len(owners), 1, gaps=0.15),
                "RASSE_ID": s.integers(len(owners), 1, 10),
                "WURFJAHR": s.integers(len(owners), 2009, 2026),
                "ANZ_MON": s.integers(len(owners), 1, 12),
            }
        ),
    }


def _notices(s: Sampler, debtors: list[int], clerks: list[str], fees: list[str]) -> Tables:
    notices = [
        (year, number)
        for year, total in zip(range(2022, 2027), (1_300, 1_420, 1_500, 1_610, 1_150), strict=True)
        for number in range(1, total + 1)
    ]
    count = len(notices)
    replaced = [
        s.random.choice(notices[i - 90 : i]) if i > 90 and s.random.random() < 0.03 else (None, None)
        for i in range(count)
    ]
    lines = s.numbered(notices, 1, 3)
    paid = s.subset(notices, 0.85) + s.pick(notices, 600)
    offset = [s.random.choice(notices) if s.random.random() < 0.05 else (None, None) for _ in paid]
    return {
        "TBL_BESCHEID": pa.table(
            {
                "KDNR": s.pick(debtors, count, skew=0.3),
                "BSCH_NR": [number for _, number in notices],
                "BSCH_JAHR": [year for year, _ in notices],
                "SB_KZ": s.pick(clerks, count, skew=0.8),
                "ERS_NR": [number for _, number in replaced],
                "ERS_JAHR": [year for year, _ in replaced],
                "STAT_KZ": s.weighted({"O": 8, "B": 83, "M": 5, "S": 4}, count),
                "FAELL_TG": s.pick([14, 30], count),
            }
        ),
        "TBL_BSCH_POS": pa.table(
            {
                "BSCH_JAHR": [year for (year, _), _ in lines],
                "BSCH_NR": [number for (_, number), _ in lines],
                "POS_NR": [position for _, position in lines],
                "GEB_SCHL": s.pick(fees, len(lines), skew=0.7),
                "MENGE": s.counts(len(lines), 0.6),
                "BETR_CT": s.pick([500, 1_000, 1_250, 3_700, 6_000, 12_000], len(lines)),
            }
        ),
        "TBL_ZAHLG": pa.table(
            {
                "VERW_ZWECK": s.pick(s.titles(900, 3), len(paid)),
                "ZLG_ID": s.ids(len(paid), 500_000, gaps=0.02),
                "BSCH_NR": [number for _, number in paid],
                "BSCH_JAHR": [year for year, _ in paid],
                "BETR_CT": s.integers(len(paid), 300, 24_000),
                "BUCH_DAT": _compact(s.dates(len(paid), FIRST, LAST)),
                "VERR_NR": [number for _, number in offset],
                "VERR_JAHR": [year for year, _ in offset],
            }
        ),
    }


def build() -> Tables:
    """The twenty-three tables."""
    s = Sampler(15)
    streets, offices = _streets(s), _offices(s)
    addresses, clerks = streets["TBL_ADR"]["ADR_ID"].to_pylist(), offices["TBL_SB"]["SB_KZ"].to_pylist()
    residents = _residents(s, addresses, clerks)
    people, names = (residents["TBL_PERS"][column].to_pylist() for column in ("PERS_NR", "FAM_NAME"))
    debtors = _debtors(s, people, addresses)
    fees = offices["TBL_GEB_ART"]["GEB_SCHL"].to_pylist()
    notices = _notices(s, debtors["TBL_KUNDE"]["KDNR"].to_pylist(), clerks, fees)
    return {**streets, **offices, **residents, **_papers(s, people, names, clerks), **debtors, **notices}


MUNICIPALITY = ReferenceDatabase("municipality", "tuning", build, TRUTH)
