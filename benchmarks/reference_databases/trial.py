"""Clinical trials as data management keeps them: studies, sites, subjects, visits, findings, adverse events, queries.

Traps: site, arm, visit and kit numbers start anew in every study; sequence numbers start anew with every subject;
visit numbers are floating-point because unscheduled visits lie between planned ones, and have no plan; ages, doses,
readings and reference ranges are numbers; the country of a subject is copied from the site; codes of the medical
dictionary are long numbers, and some events were coded in another version of it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["TRIAL"]

TRUTH = parse_truth(
    keys="""
    ORGANISATION(ORGNO) COUNTRY(COUNTRY) STAFF(USERID) INVESTIGATOR(INVID) STUDY(STUDYID) SITE(STUDYID, SITEID)
    ARM(STUDYID, ARMCD) VISIT(STUDYID, VISITNUM) DM(USUBJID) SV(USUBJID, VISITNUM) TESTCODE(TESTCD) VS(USUBJID, VSSEQ)
    LB(USUBJID, LBSEQ) MEDDRA_SOC(SOCCODE) MEDDRA_PT(PTCODE) AE(USUBJID, AESEQ) KIT(STUDYID, KITNO) EX(USUBJID, EXSEQ)
    DS(USUBJID) QUERYLOG(QUERYNO)
    """,
    alternate_keys="DM(STUDYID, SITEID, SUBJID) VISIT(STUDYID, VISIT) MEDDRA_PT(PTTERM) MEDDRA_SOC(SOCTERM) STUDY(EUDRACT)",
    references="""
    ORGANISATION.PARENTNO -> ORGANISATION.ORGNO
    ORGANISATION.COUNTRY -> COUNTRY.COUNTRY
    STAFF.LINEMGR -> STAFF.USERID
    INVESTIGATOR.ORGNO -> ORGANISATION.ORGNO
    STUDY.SPONSOR -> ORGANISATION.ORGNO
    STUDY.CRO -> ORGANISATION.ORGNO
    STUDY.EXTENDS -> STUDY.STUDYID
    SITE.STUDYID -> STUDY.STUDYID
    SITE.COUNTRY -> COUNTRY.COUNTRY
    SITE.PRINVID -> INVESTIGATOR.INVID
    SITE.SUBINVID -> INVESTIGATOR.INVID
    SITE.MONITOR -> STAFF.USERID
    ARM.STUDYID -> STUDY.STUDYID
    VISIT.STUDYID -> STUDY.STUDYID
    DM.STUDYID,SITEID -> SITE.STUDYID,SITEID
    DM.STUDYID,ARMCD -> ARM.STUDYID,ARMCD
    DM.STUDYID,ACTARMCD -> ARM.STUDYID,ARMCD
    DM.COUNTRY -> COUNTRY.COUNTRY
    DM.RESCREEN -> DM.USUBJID
    SV.USUBJID -> DM.USUBJID
    SV.STUDYID,VISITNUM -> VISIT.STUDYID,VISITNUM  dangling 0.05
    VS.USUBJID,VISITNUM -> SV.USUBJID,VISITNUM
    VS.VSTESTCD -> TESTCODE.TESTCD
    LB.USUBJID,VISITNUM -> SV.USUBJID,VISITNUM
    LB.LBTESTCD -> TESTCODE.TESTCD
    LB.LABORG -> ORGANISATION.ORGNO
    MEDDRA_PT.SOCCODE -> MEDDRA_SOC.SOCCODE
    AE.USUBJID -> DM.USUBJID
    AE.AEPTCD -> MEDDRA_PT.PTCODE  dangling 0.03
    KIT.STUDYID,ARMCD -> ARM.STUDYID,ARMCD
    KIT.STUDYID,SITEID -> SITE.STUDYID,SITEID
    EX.USUBJID,VISITNUM -> SV.USUBJID,VISITNUM
    EX.STUDYID,KITNO -> KIT.STUDYID,KITNO
    DS.USUBJID -> DM.USUBJID
    QUERYLOG.USUBJID -> DM.USUBJID
    QUERYLOG.USUBJID,VISITNUM -> SV.USUBJID,VISITNUM
    QUERYLOG.RAISEDBY -> STAFF.USERID
    QUERYLOG.CLOSEDBY -> STAFF.USERID
    """,
    also_acceptable="""
    DM.STUDYID -> STUDY.STUDYID
    SV.STUDYID -> STUDY.STUDYID
    KIT.STUDYID -> STUDY.STUDYID
    EX.STUDYID -> STUDY.STUDYID
    VS.USUBJID -> DM.USUBJID
    LB.USUBJID -> DM.USUBJID
    EX.USUBJID -> DM.USUBJID
    """,
    enums="""
    ORGANISATION.KIND STAFF.ROLE STUDY.PHASE STUDY.STATUS SITE.STATUS DM.SEX DM.RACE DM.ARMCD DM.ACTARMCD
    TESTCODE.DOMAIN TESTCODE.UNIT VS.VSTESTCD VS.VSPOS LB.LBTESTCD LB.LBNRIND AE.AESEV AE.AEREL AE.AEOUT AE.AESER
    EX.EXDOSU DS.DSDECOD KIT.STATUS QUERYLOG.FORM QUERYLOG.STATUS
    """,
    states="STUDY.STATUS SITE.STATUS KIT.STATUS QUERYLOG.STATUS",
    sensitive="""
    STAFF.NAME STAFF.EMAIL INVESTIGATOR.NAME INVESTIGATOR.EMAIL DM.BRTHDTC DM.AGE DM.SEX DM.RACE AE.AETERM DS.DSTERM
    """,
)
FIRST, LAST = dt.date(2021, 3, 1), dt.date(2026, 6, 30)
COUNTRY_CODES = "AUT BEL CAN CHE CZE DEU DNK ESP FIN FRA GBR HUN ITA JPN NLD NOR POL PRT SWE USA"
COUNTRIES = COUNTRY_CODES.split()
# Test code, unit, mean and deviation of what is measured.
VITALS = {"SYSBP": ("mmHg", 128, 15), "DIABP": ("mmHg", 79, 9), "PULSE": ("/min", 72, 10), "TEMP": ("C", 36.7, 0.4)}
VITALS |= {"WEIGHT": ("kg", 77, 14), "HEIGHT": ("cm", 171, 9), "RESP": ("/min", 16, 2)}
LABORATORY = {"HGB": ("g/dL", 13.8, 1.4), "WBC": ("10^9/L", 6.8, 1.9), "PLAT": ("10^9/L", 245, 60)}
LABORATORY |= {"ALT": ("U/L", 27, 12), "AST": ("U/L", 25, 9), "CREAT": ("umol/L", 79, 16), "BILI": ("umol/L", 11, 4)}
LABORATORY |= {"GLUC": ("mmol/L", 5.4, 0.9), "SODIUM": ("mmol/L", 140, 2.5), "K": ("mmol/L", 4.2, 0.4)}
Rows = list[dict[str, Any]]


def _organisations(s: Sampler) -> Tables:
    parts: Rows = []
    for number in range(1, 95):
        kind = "SPONSOR" if number <= 6 else "CRO" if number <= 11 else "LAB" if number <= 17 else "HOSPITAL"
        parts.append(
            {
                "ORGNO": number,
                "ORGNAME": s.titles(1, 2)[0],
                "KIND": kind,
                "PARENTNO": s.random.randint(18, 40) if number > 45 and s.random.random() < 0.25 else None,
                "COUNTRY": s.random.choice(COUNTRIES),
            }
        )
    users = [code.lower() for code in s.codes(64, "AAAAA9")]
    names, doctors = s.full_names(64), s.full_names(150)
    return {
        "ORGANISATION": pa.Table.from_pylist(parts),
        "COUNTRY": pa.table({"COUNTRY": COUNTRIES, "NAME": s.titles(20, 1), "EUFLAG": s.pick(["Y", "Y", "N"], 20)}),
        "STAFF": pa.table(
            {
                "USERID": users,
                "NAME": names,
                "EMAIL": s.emails(names, "cro.example"),
                "ROLE": s.weighted({"MONITOR": 45, "DATA MANAGER": 30, "CODER": 10, "PROJECT LEAD": 15}, 64),
                "LINEMGR": [None if i < 3 else users[s.random.randint(0, min(i - 1, 11))] for i in range(64)],
            }
        ),
        "INVESTIGATOR": pa.table(
            {
                "INVID": [f"I{i:04d}" for i in s.ids(150, 1, gaps=0.15)],
                "NAME": doctors,
                "EMAIL": s.with_nulls(s.emails(doctors, "clinic.example"), 0.1),
                "ORGNO": s.pick(range(18, 95), 150, skew=0.4),
                "GCPDTC": s.dates(150, dt.date(2019, 1, 1), LAST),
            }
        ),
    }


def _designs(s: Sampler) -> Tables:
    studies = [f"{area}-{number}" for area, number in zip(s.pick(["ONC", "CAR", "RES"], 7), s.ids(7, 201), strict=True)]
    arms, visits = [], []
    for study in studies:
        for code in ["PBO", "LOW", "HIGH", "ACT"][: s.random.randint(2, 4)]:
            arms.append({"STUDYID": study, "ARMCD": code, "ARM": s.titles(1, 3)[0], "RATIO": s.random.randint(1, 2)})
        for number, (name, _) in enumerate(s.numbered(["SCREENING", "BASELINE"], 1, 1), 1):
            visits.append({"STUDYID": study, "VISITNUM": float(number), "VISIT": name, "VISITDY": 14 * number - 27})
        weeks = sorted(s.random.sample(range(2, 53, 2), s.random.randint(5, 9)))
        for number, week in enumerate(weeks, 3):
            visits.append(
                {"STUDYID": study, "VISITNUM": float(number), "VISIT": f"WEEK {week}", "VISITDY": 7 * week + 1}
            )
    return {
        "STUDY": pa.table(
            {
                "STUDYID": studies,
                "TITLE": s.titles(7, 6),
                "EUDRACT": s.codes(7, "202A-999999-99"),
                "PHASE": s.weighted({"II": 40, "III": 50, "IV": 10}, 7),
                "SPONSOR": s.pick(range(1, 7), 7),
                "CRO": [7, None, 9, 8, None, 9, 11],
                "EXTENDS": [None, None, studies[0], None, None, studies[3], None],
                "PLANNED": s.pick([60, 90, 120, 180], 7),
                "STATUS": ["LOCKED", "LOCKED", "ONGOING", "CLEANING", "ONGOING", "ONGOING", "RECRUITING"],
            }
        ),
        "ARM": pa.Table.from_pylist(arms),
        "VISIT": pa.Table.from_pylist(visits),
    }


def _sites(s: Sampler, studies: list[str], people: Tables) -> pa.Table:
    doctors = people["INVESTIGATOR"].to_pylist()
    countries = {row["ORGNO"]: row["COUNTRY"] for row in people["ORGANISATION"].to_pylist()}
    monitors = people["STAFF"]["USERID"].to_pylist()[12:45]
    sites = []
    for study in studies:
        for number, doctor in enumerate(s.random.sample(doctors, s.random.randint(9, 18)), 101):
            helper = s.random.choice(doctors)
            sites.append(
                {
                    "STUDYID": study,
                    "SITEID": str(number),
                    "COUNTRY": countries[doctor["ORGNO"]],
                    "PRINVID": doctor["INVID"],
                    "SUBINVID": helper["INVID"] if helper is not doctor and s.random.random() < 0.6 else None,
                    "MONITOR": s.random.choice(monitors),
                    "TARGET": s.random.randint(4, 20),
                    "STATUS": s.weighted({"OPEN": 60, "CLOSED": 30, "ON HOLD": 10}, 1)[0],
                }
            )
    return pa.Table.from_pylist(sites)


def _subjects(s: Sampler, sites: Rows, arms: dict[str, list[str]]) -> pa.Table:
    subjects: Rows = []
    for site in sites:
        failed: list[str] = []
        for number in range(1, s.counts(1, 9)[0] + 1):
            subject, randomised = f"{site['STUDYID']}-{site['SITEID']}-{number:03d}", s.random.random() < 0.82
            again = failed.pop() if failed and s.random.random() < 0.35 else None
            arm = s.random.choice(arms[site["STUDYID"]]) if randomised else None
            birth = s.dates(1, dt.date(1940, 1, 1), dt.date(2003, 12, 31))[0]
            signed = s.dates(1, FIRST, dt.date(2025, 6, 30))[0]
            subjects.append(
                {
                    "STUDYID": site["STUDYID"],
                    "SITEID": site["SITEID"],
                    "SUBJID": f"{number:03d}",
                    "USUBJID": subject,
                    "RFICDTC": signed,
                    "BRTHDTC": birth,
                    "AGE": (signed - birth).days // 365,
                    "SEX": s.random.choice("FM"),
                    "RACE": s.weighted({"WHITE": 70, "ASIAN": 15, "BLACK": 10, "OTHER": 5}, 1)[0],
                    "COUNTRY": site["COUNTRY"],
                    "ARMCD": arm,
                    "ACTARMCD": s.random.choice(arms[site["STUDYID"]]) if arm and s.random.random() < 0.02 else arm,
                    "RESCREEN": again,
                }
            )
            if not randomised:
                failed.append(subject)
    return pa.Table.from_pylist(subjects)


def _visits(s: Sampler, subjects: Rows, plan: Rows) -> pa.Table:
    attended: Rows = []
    for subject in subjects:
        planned = [visit for visit in plan if visit["STUDYID"] == subject["STUDYID"]]
        last = s.random.randint(3, len(planned) + 4) if subject["ARMCD"] else 1
        attended += [
            {
                "STUDYID": subject["STUDYID"],
                "USUBJID": subject["USUBJID"],
                "VISITNUM": visit["VISITNUM"],
                "SVSTDTC": subject["RFICDTC"] + dt.timedelta(days=visit["VISITDY"] + 13 + s.random.randint(-2, 3)),
            }
            for visit in planned[:last]
        ]
    # Unscheduled visits are numbered behind the planned one they follow, and no plan knows them.
    for visit in s.random.sample(attended, round(len(attended) / 19)):
        later = visit["SVSTDTC"] + dt.timedelta(days=s.random.randint(3, 6))
        attended.append({**visit, "VISITNUM": visit["VISITNUM"] + 0.01, "SVSTDTC": later})
    return pa.Table.from_pylist(sorted(attended, key=lambda visit: (visit["USUBJID"], visit["VISITNUM"])))


def _findings(s: Sampler, visits: Rows, prefix: str, tests: dict[str, tuple[str, float, float]], share: float) -> Rows:
    found: Rows = []
    sequence: dict[str, int] = {}
    for visit in visits:
        if s.random.random() > share:
            continue
        for test, (unit, mean, deviation) in tests.items():
            subject = visit["USUBJID"]
            sequence[subject] = sequence.get(subject, 0) + 1
            value = round(s.random.gauss(mean, deviation), 1)
            found.append(
                {
                    "USUBJID": subject,
                    f"{prefix}SEQ": sequence[subject],
                    "VISITNUM": visit["VISITNUM"],
                    f"{prefix}TESTCD": test,
                    f"{prefix}ORRES": None if s.random.random() < 0.015 else value,
                    f"{prefix}ORRESU": unit,
                    f"{prefix}DTC": visit["SVSTDTC"],
                }
            )
    return found


def _measured(s: Sampler, visits: Rows, laboratories: list[int]) -> Tables:
    vitals = _findings(s, visits, "VS", VITALS, 0.37)
    blood = _findings(s, visits, "LB", LABORATORY, 0.26)
    for row in vitals:
        row["VSPOS"] = s.random.choice(["SITTING", "SUPINE"]) if row["VSTESTCD"].endswith("BP") else None
    by_study = {study: s.random.choice(laboratories) for study in sorted({row["USUBJID"][:7] for row in blood})}
    for row in blood:
        _, mean, deviation = LABORATORY[row["LBTESTCD"]]
        low, high = round(mean - 2 * deviation, 1), round(mean + 2 * deviation, 1)
        value = row["LBORRES"]
        row |= {"LBORNRLO": low, "LBORNRHI": high, "LBNRIND": None, "LABORG": by_study[row["USUBJID"][:7]]}
        if value is not None:
            row["LBNRIND"] = "LOW" if value < low else "HIGH" if value > high else "NORMAL"
        if s.random.random() < 0.1:
            row["LABORG"] = s.random.choice(laboratories)
    tests = [*(("VS", test) for test in VITALS), *(("LB", test) for test in LABORATORY)]
    return {
        "TESTCODE": pa.table(
            {
                "TESTCD": [test for _, test in tests],
                "TEST": s.titles(len(tests), 2),
                "DOMAIN": [domain for domain, _ in tests],
                "UNIT": [(VITALS | LABORATORY)[test][0] for _, test in tests],
                "SORTNO": [10 * i for i in range(1, len(tests) + 1)],
            }
        ),
        "VS": pa.Table.from_pylist(vitals),
        "LB": pa.Table.from_pylist(blood),
    }


def _events(s: Sampler, subjects: Rows) -> Tables:
    classes = [10_000_000 + number for number in s.ids(26, 5_329, gaps=0.9)]
    terms = [10_000_000 + number for number in s.ids(420, 81, gaps=0.99)]
    words = s.titles(420, 2)
    treated = [subject for subject in subjects if subject["ARMCD"]]
    told = s.numbered([subject["USUBJID"] for subject in s.subset(treated, 0.75)], 1, 6)
    coded = s.with_nulls(s.pick(range(420), len(told), skew=0.9), 0.02)
    ended = s.subset(subjects, 0.78)
    return {
        "MEDDRA_SOC": pa.table({"SOCCODE": classes, "SOCTERM": s.titles(26, 3), "SOCORDER": s.shuffled(range(1, 27))}),
        "MEDDRA_PT": pa.table({"PTCODE": terms, "PTTERM": words, "SOCCODE": s.pick(classes, 420, skew=0.5)}),
        "AE": pa.table(
            {
                "USUBJID": [subject for subject, _ in told],
                "AESEQ": [number for _, number in told],
                "AETERM": [s.random.choice(words).lower() if i is None else words[i].lower() for i in coded],
                "AEPTCD": s.with_dangling(
                    [None if i is None else terms[i] for i in coded], 0.03, lambda: 10_090_000 + s.random.randint(1, 99)
                ),
                "AESTDTC": s.dates(len(told), FIRST, LAST),
                "AESEV": s.weighted({"MILD": 60, "MODERATE": 32, "SEVERE": 8}, len(told)),
                "AESER": s.weighted({"N": 93, "Y": 7}, len(told)),
                "AEREL": s.weighted({"NOT RELATED": 60, "POSSIBLE": 28, "PROBABLE": 12}, len(told)),
                "AEOUT": s.weighted({"RECOVERED": 80, "ONGOING": 18, "FATAL": 2}, len(told)),
            }
        ),
        "DS": pa.table(
            {
                "USUBJID": [subject["USUBJID"] for subject in ended],
                "DSDECOD": [
                    s.weighted({"COMPLETED": 75, "ADVERSE EVENT": 10, "WITHDRAWAL": 15}, 1)[0]
                    if subject["ARMCD"]
                    else "SCREEN FAILURE"
                    for subject in ended
                ],
                "DSTERM": s.with_nulls(s.pick(s.titles(80, 4), len(ended)), 0.6),
                "DSSTDTC": s.dates(len(ended), FIRST, LAST),
            }
        ),
    }


def _supplies(s: Sampler, subjects: Rows, visits: Rows, arms: Rows, sites: Rows) -> Tables:
    known = {subject["USUBJID"]: subject for subject in subjects if subject["ARMCD"]}
    numbers = {study: iter(s.shuffled(range(1_001, 4_000))) for study in sorted({arm["STUDYID"] for arm in arms})}
    kits, doses, sequence = [], [], dict.fromkeys(known, 0)
    for visit in visits:
        subject = known.get(visit["USUBJID"])
        if subject is None or visit["VISITNUM"] < 2 or visit["VISITNUM"] % 1 or s.random.random() < 0.1:
            continue
        kit = {"STUDYID": subject["STUDYID"], "KITNO": next(numbers[subject["STUDYID"]])}
        kits.append({**kit, "ARMCD": subject["ACTARMCD"], "SITEID": subject["SITEID"], "STATUS": "DISPENSED"})
        sequence[visit["USUBJID"]] += 1
        doses.append(
            {
                "STUDYID": subject["STUDYID"],
                "USUBJID": visit["USUBJID"],
                "EXSEQ": sequence[visit["USUBJID"]],
                "VISITNUM": visit["VISITNUM"],
                "KITNO": kit["KITNO"],
                "EXDOSE": {"PBO": 0, "LOW": 5, "HIGH": 20, "ACT": 10}[subject["ACTARMCD"]],
                "EXDOSU": "mg",
                "RETURNED": s.random.randint(0, 12),
            }
        )
    for arm in arms:
        for _ in range(40):
            site = s.random.choice([site for site in sites if site["STUDYID"] == arm["STUDYID"]])
            kit = {"STUDYID": arm["STUDYID"], "KITNO": next(numbers[arm["STUDYID"]]), "ARMCD": arm["ARMCD"]}
            shipped = s.random.random() < 0.6
            status = s.random.choice(["AT SITE", "DAMAGED"]) if shipped else "DEPOT"
            kits.append({**kit, "SITEID": site["SITEID"] if shipped else None, "STATUS": status})
    for kit in kits:
        kit |= {"LOTNO": f"L{s.random.randint(21, 26)}{s.random.randint(1, 40):03d}"}
    kits.sort(key=lambda kit: (kit["STUDYID"], kit["KITNO"]))
    return {"KIT": pa.Table.from_pylist(kits), "EX": pa.Table.from_pylist(doses)}


def _queries(s: Sampler, subjects: Rows, visits: Rows, staff: list[str]) -> pa.Table:
    count, shown = 3_600, []
    for visit in s.pick(visits, count, skew=0.2):
        at_visit = s.random.random() < 0.8
        subject = visit["USUBJID"] if at_visit else s.random.choice(subjects)["USUBJID"]
        shown.append((subject, visit["VISITNUM"] if at_visit else None))
    status = s.weighted({"OPEN": 8, "ANSWERED": 6, "CLOSED": 84, "CANCELLED": 2}, count)
    return pa.table(
        {
            "QUERYNO": s.ids(count, 1, gaps=0.02),
            "USUBJID": [subject for subject, _ in shown],
            "VISITNUM": [number for _, number in shown],
            "FORM": s.weighted({"VS": 25, "LB": 30, "AE": 20, "EX": 15, "DM": 5, "CM": 5}, count),
            "ITEMNO": s.integers(count, 1, 40),
            "RAISEDBY": s.pick(staff, count, skew=0.8),
            "RAISEDON": s.moments(count, FIRST, LAST),
            "STATUS": status,
            "CLOSEDBY": [s.random.choice(staff[:40]) if one == "CLOSED" else None for one in status],
            "DAYSOPEN": s.counts(count, 11),
        }
    )


def build() -> Tables:
    """The twenty tables."""
    s = Sampler(101)
    people, designs = _organisations(s), _designs(s)
    site = _sites(s, designs["STUDY"]["STUDYID"].to_pylist(), people)
    sites, arms = site.to_pylist(), designs["ARM"].to_pylist()
    codes: dict[str, list[str]] = {}
    for arm in arms:
        codes.setdefault(arm["STUDYID"], []).append(arm["ARMCD"])
    dm = _subjects(s, sites, codes)
    subjects = dm.to_pylist()
    sv = _visits(s, subjects, designs["VISIT"].to_pylist())
    visits, staff = sv.to_pylist(), people["STAFF"]["USERID"].to_pylist()
    measured, events = _measured(s, visits, list(range(12, 18))), _events(s, subjects)
    supplies, queries = _supplies(s, subjects, visits, arms, sites), _queries(s, subjects, visits, staff)
    return {
        **people,
        **designs,
        "SITE": site,
        "DM": dm,
        "SV": sv,
        **measured,
        **events,
        **supplies,
        "QUERYLOG": queries,
    }


TRIAL = ReferenceDatabase("trial", "tuning", build, TRUTH)
