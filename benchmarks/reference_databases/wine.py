"""A wine merchant: regions within regions, growers, vintages, bottles in bins, purchases, trade accounts, sales, notes.

Traps: a vintage is known by its wine and a year, and other years are just years; stock numbers are put together from
wine, year and size; every person and place has a number from 1; scores, percentages, centilitres and line numbers lie
in each other's ranges; buyers, tasters and sales people are the same few employees; delisted stock stays in old orders; wines
without a year have the vintage 0.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["WINE"]

TRUTH = parse_truth(
    keys="""
    Region(RegionID) Grape(GrapeID) Supplier(SupplierID) Producer(ProducerID) Wine(WineID) WineGrape(WineID, GrapeID)
    Vintage(WineID, VintageYear) BottleSize(SizeCode) StockItem(StockNo) Bin(WarehouseNo, BinCode)
    StockLevel(StockNo, WarehouseNo, BinCode) Employee(EmployeeID) PurchaseOrder(PONumber)
    PurchaseOrderLine(PONumber, LineNo) Customer(CustomerID) TradeAccount(CustomerID) SalesOrder(OrderNo)
    SalesOrderLine(OrderNo, LineNo) TastingNote(NoteID)
    """,
    alternate_keys="""
    Grape(GrapeName) Wine(WineName) Producer(ProducerName) Supplier(SupplierName) Employee(Initials) TradeAccount(LicenceNo)
    StockItem(WineID, VintageYear, SizeCode) BottleSize(Centilitres) BottleSize(SizeName) BottleSize(SortOrder)
    Employee(Extension) Region(RegionName)
    """,
    references="""
    Region.ParentRegionID -> Region.RegionID
    Supplier.BuyerID -> Employee.EmployeeID
    Producer.RegionID -> Region.RegionID
    Producer.AgentID -> Supplier.SupplierID
    Wine.ProducerID -> Producer.ProducerID
    Wine.AppellationID -> Region.RegionID
    Wine.SecondLabelOf -> Wine.WineID
    WineGrape.WineID -> Wine.WineID
    WineGrape.GrapeID -> Grape.GrapeID
    Vintage.WineID -> Wine.WineID
    StockItem.WineID,VintageYear -> Vintage.WineID,VintageYear
    StockItem.SizeCode -> BottleSize.SizeCode
    StockItem.ReplacedBy -> StockItem.StockNo
    StockLevel.StockNo -> StockItem.StockNo
    StockLevel.WarehouseNo,BinCode -> Bin.WarehouseNo,BinCode
    Employee.ReportsTo -> Employee.EmployeeID
    PurchaseOrder.SupplierID -> Supplier.SupplierID
    PurchaseOrder.RaisedBy -> Employee.EmployeeID
    PurchaseOrder.ApprovedBy -> Employee.EmployeeID
    PurchaseOrderLine.PONumber -> PurchaseOrder.PONumber
    PurchaseOrderLine.StockNo -> StockItem.StockNo
    PurchaseOrderLine.PutAwayWarehouse,PutAwayBin -> Bin.WarehouseNo,BinCode
    Customer.AccountManager -> Employee.EmployeeID
    Customer.IntroducedBy -> Customer.CustomerID
    TradeAccount.CustomerID -> Customer.CustomerID
    TradeAccount.InvoiceTo -> Customer.CustomerID
    SalesOrder.CustomerID -> Customer.CustomerID
    SalesOrder.ShipToCustomerID -> Customer.CustomerID
    SalesOrder.SalesRep -> Employee.EmployeeID  dangling 0.15
    SalesOrderLine.OrderNo -> SalesOrder.OrderNo
    SalesOrderLine.StockNo -> StockItem.StockNo  dangling 0.04
    SalesOrderLine.PONumber,POLineNo -> PurchaseOrderLine.PONumber,LineNo
    TastingNote.WineID,VintageYear -> Vintage.WineID,VintageYear  dangling 0.03
    TastingNote.Taster -> Employee.EmployeeID
    """,
    also_acceptable="""
    StockItem.WineID -> Wine.WineID
    TastingNote.WineID -> Wine.WineID
    SalesOrderLine.PONumber -> PurchaseOrder.PONumber
    """,
    enums="""
    Region.Level Supplier.Currency Wine.Colour Wine.Style Wine.Closure BottleSize.SizeCode StockItem.SizeCode
    StockItem.DutyStatus Bin.Zone Employee.Department PurchaseOrder.Status PurchaseOrder.Incoterm Customer.CustomerType
    TradeAccount.Terms SalesOrder.Status SalesOrder.Channel
    """,
    states="PurchaseOrder.Status SalesOrder.Status",
    sensitive="""
    Employee.FullName Employee.HomePhone Employee.BirthDate Customer.FullName Customer.Email Customer.Phone
    Customer.Street Customer.BirthDate TradeAccount.LicenceNo
    """,
)
FIRST, LAST = dt.date(2023, 1, 2), dt.date(2026, 9, 30)
SIZES = {"HF": 37, "BT": 75, "LT": 100, "MG": 150, "DM": 300, "JR": 450, "IM": 600}
VARIETIES = (
    "Albariño Aligoté Barbera Blaufränkisch Chardonnay Chenin Cinsault Furmint Gamay Garganega Grenache Malbec Merlot "
    "Mourvèdre Nebbiolo Pinotage Riesling Sangiovese Silvaner Sémillon Syrah Tannat Tempranillo Touriga Viognier Zweigelt"
)
Rows = list[dict[str, Any]]


def _people(s: Sampler) -> Tables:
    count = 58
    names = s.full_names(count)
    return {
        "Employee": pa.table(
            {
                "EmployeeID": s.ids(count),
                "FullName": names,
                "Initials": s.codes(count, "AAA"),
                "Department": s.weighted({"Sales": 45, "Buying": 20, "Cellar": 20, "Office": 15}, count),
                "ReportsTo": [None if i < 2 else s.random.randint(1, min(i, 9)) for i in range(count)],
                "HiredOn": s.dates(count, dt.date(1998, 1, 1), LAST),
                "BirthDate": s.dates(count, dt.date(1958, 1, 1), dt.date(2004, 1, 1)),
                "HomePhone": s.with_nulls(s.phones(count), 0.3),
                "Extension": s.random.sample(range(10, 90), count),
            }
        ),
        "Supplier": pa.table(
            {
                "SupplierID": s.ids(64, 1, gaps=0.1),
                "SupplierName": s.titles(64, 2),
                "Currency": s.weighted({"EUR": 65, "USD": 15, "AUD": 8, "ZAR": 8, "CHF": 4}, 64),
                "BuyerID": s.with_nulls(s.pick(range(3, 12), 64, skew=0.4), 0.08),
                "LeadDays": s.pick([7, 14, 21, 28, 42, 60], 64),
                "MinimumCases": s.with_nulls(s.pick([5, 10, 25, 56], 64), 0.3),
                "IsActive": s.pick([True, True, True, False], 64),
            }
        ),
    }


def _origins(s: Sampler, suppliers: list[int]) -> Tables:
    parents: list[int | None] = [None] * 13
    parents += [s.random.randint(1, 13) for _ in range(49)] + [s.random.randint(14, 62) for _ in range(110)]
    levels = ["Country"] * 13 + ["Region"] * 49 + ["Appellation"] * 110
    varieties, count = VARIETIES.split(), 330
    return {
        "Region": pa.table(
            {
                "RegionID": s.ids(172),
                "RegionName": s.titles(172, 1),
                "ParentRegionID": parents,
                "Level": levels,
                "Hectares": s.with_nulls(s.integers(172, 8, 125_000), 0.4),
            }
        ),
        "Grape": pa.table(
            {
                "GrapeID": s.ids(len(varieties)),
                "GrapeName": varieties,
                "IsRed": s.pick([True, False], len(varieties)),
            }
        ),
        "Producer": pa.table(
            {
                "ProducerID": s.ids(count, 1, gaps=0.06),
                "ProducerName": s.titles(count, 2),
                "RegionID": s.pick(range(14, 173), count, skew=0.5),
                "AgentID": s.with_nulls(s.pick(suppliers, count, skew=0.5), 0.2),
                "FoundedYear": s.with_nulls(s.integers(count, 1732, 2019), 0.35),
                "IsOrganic": s.pick([True, False, False], count),
            }
        ),
    }


def _wines(s: Sampler, producers: Rows) -> Tables:
    count = 1_150
    ids, growers = s.ids(count, 1, gaps=0.05), s.pick(producers, count, skew=0.5)
    blends = s.pairs(s.subset(ids, 0.94), range(1, len(VARIETIES.split()) + 1), 1, 4)
    vintages: Rows = []
    for wine in ids:
        first = s.random.randint(2005, 2022)
        for year in range(first, min(2025, first + s.random.randint(1, 7))) if s.random.random() < 0.93 else [0]:
            drink = max(2_023, year + s.random.randint(1, 9))
            vintages.append({"WineID": wine, "VintageYear": year, "AlcoholPercent": s.random.randint(22, 31) / 2})
            vintages[-1] |= {"DrinkFrom": drink, "DrinkTo": drink + s.random.randint(2, 25)}
            vintages[-1] |= {"CriticScore": s.random.randint(84, 100) if s.random.random() < 0.45 else None}
    return {
        "Wine": pa.table(
            {
                "WineID": ids,
                "WineName": s.titles(count, 3),
                "ProducerID": [grower["ProducerID"] for grower in growers],
                "AppellationID": [
                    grower["RegionID"] if s.random.random() < 0.6 else s.random.randint(63, 172) for grower in growers
                ],
                "Colour": s.weighted({"Red": 52, "White": 36, "Rosé": 6, "Orange": 2, "Sparkling": 4}, count),
                "Style": s.pick(["Light", "Medium", "Full", "Sweet", "Fortified"], count, skew=0.6),
                "Closure": s.weighted({"Cork": 70, "Screw": 26, "Glass": 2, "Crown": 2}, count),
                "SecondLabelOf": s.with_nulls([s.random.choice(ids[:400]) for _ in ids], 0.93),
                "Sweetness": s.integers(count, 1, 9),
            }
        ),
        "WineGrape": pa.table(
            {
                "WineID": [wine for wine, _ in blends],
                "GrapeID": [grape for _, grape in blends],
                "Percentage": s.with_nulls(s.integers(len(blends), 2, 100), 0.35),
            }
        ),
        "Vintage": pa.Table.from_pylist(vintages),
    }


def _stock(s: Sampler, vintages: Rows) -> Tables:
    items: Rows = []
    for vintage in s.subset(vintages, 0.55):
        for size in sorted({"BT", *s.weighted({"BT": 75, "MG": 15, "HF": 7, "DM": 2, "JR": 1}, 1)}):
            items.append({"StockNo": f"{vintage['WineID']:05d}{vintage['VintageYear'] % 100:02d}{size}"})
            items[-1] |= {"WineID": vintage["WineID"], "VintageYear": vintage["VintageYear"], "SizeCode": size}
            items[-1] |= {"UnitsPerCase": {"BT": s.random.choice((6, 12)), "HF": 12, "MG": 3}.get(size, 1)}
            items[-1] |= {"PricePence": 100 * s.counts(1, 24)[0] + 495, "DutyStatus": s.random.choice("DDDB")}
            items[-1] |= {"ReorderPoint": s.random.choice((0, 0, 6, 12, 24)), "IsListed": s.random.random() < 0.8}
    numbers = [item["StockNo"] for item in items]
    for item in items:
        replaced = not item["IsListed"] and s.random.random() < 0.3
        item["ReplacedBy"] = s.random.choice(numbers) if replaced else None
    bins = [
        (warehouse, f"{aisle}{bay:02d}-{level}")
        for warehouse, aisles in ((1, "ABCDEF"), (2, "ABC"), (3, "AB"))
        for aisle in aisles
        for bay in range(1, 15)
        for level in range(1, 4)
    ]
    kept = s.pairs(s.subset(numbers, 0.8), s.shuffled(bins), 1, 3)
    return {
        "BottleSize": pa.table(
            {
                "SizeCode": list(SIZES),
                "SizeName": ["Half", "Bottle", "Litre", "Magnum", "Double magnum", "Jeroboam", "Imperial"],
                "Centilitres": list(SIZES.values()),
                "SortOrder": [1, 2, 3, 4, 5, 6, 7],
            }
        ),
        "StockItem": pa.Table.from_pylist(items),
        "Bin": pa.table(
            {
                "WarehouseNo": [warehouse for warehouse, _ in bins],
                "BinCode": [code for _, code in bins],
                "Zone": s.weighted({"Cool": 70, "Bonded": 20, "Fast": 10}, len(bins)),
                "MaxCases": s.pick([24, 48, 56], len(bins)),
            }
        ),
        "StockLevel": pa.table(
            {
                "StockNo": [number for number, _ in kept],
                "WarehouseNo": [place[0] for _, place in kept],
                "BinCode": [place[1] for _, place in kept],
                "Bottles": s.counts(len(kept), 22),
                "CountedOn": s.with_nulls(s.dates(len(kept), FIRST, LAST), 0.3),
            }
        ),
    }


def _purchases(s: Sampler, suppliers: list[int], stock: Tables) -> Tables:
    count = 780
    orders = s.ids(count, 5_001, gaps=0.02)
    lines = s.numbered(orders, 1, 9)
    bins = list(zip(stock["Bin"]["WarehouseNo"].to_pylist(), stock["Bin"]["BinCode"].to_pylist(), strict=True))
    placed = s.with_nulls([s.random.choice(bins) for _ in lines], 0.25)
    status = s.weighted({"Draft": 4, "Sent": 8, "Shipped": 6, "Received": 78, "Cancelled": 4}, count)
    return {
        "PurchaseOrder": pa.table(
            {
                "PONumber": orders,
                "SupplierID": s.pick(suppliers, count, skew=0.7),
                "OrderedOn": sorted(s.dates(count, FIRST, LAST)),
                "RaisedBy": s.pick(range(3, 20), count, skew=0.5),
                "ApprovedBy": [None if one == "Draft" else s.random.randint(1, 6) for one in status],
                "Incoterm": s.pick(["EXW", "FCA", "DDP"], count),
                "Status": status,
            }
        ),
        "PurchaseOrderLine": pa.table(
            {
                "PONumber": [order for order, _ in lines],
                "LineNo": [number for _, number in lines],
                "StockNo": s.pick(stock["StockItem"]["StockNo"].to_pylist(), len(lines), skew=0.4),
                "Cases": s.counts(len(lines), 12),
                "CostPence": s.integers(len(lines), 310, 8_900),
                "PutAwayWarehouse": [place and place[0] for place in placed],
                "PutAwayBin": [place and place[1] for place in placed],
            }
        ),
    }


def _customers(s: Sampler) -> Tables:
    count = 2_900
    ids, names = s.ids(count, 1, gaps=0.08), s.full_names(count)
    trade = s.subset(ids, 0.13)
    kinds = {number: s.random.choice(["Restaurant", "Shop", "Hotel"]) for number in trade}
    return {
        "Customer": pa.table(
            {
                "CustomerID": ids,
                "CustomerType": [kinds.get(number, "Private") for number in ids],
                "FullName": names,
                "Email": s.with_nulls(s.emails(names, "inbox.example"), 0.15),
                "Phone": s.with_nulls(s.phones(count), 0.35),
                "Street": [f"{s.random.randint(1, 180)} {name} Street" for name in s.pick(s.titles(300, 1), count)],
                "Town": s.cities(count),
                "BirthDate": s.with_nulls(s.dates(count, dt.date(1940, 1, 1), dt.date(2006, 1, 1)), 0.5),
                "AccountManager": [s.random.randint(10, 34) if number in kinds else None for number in ids],
                "IntroducedBy": [s.random.choice(ids[:i]) if i > 20 and i % 8 == 0 else None for i in range(count)],
                "MailingFlag": s.weighted({"Y": 60, "N": 40}, count),
            }
        ),
        "TradeAccount": pa.table(
            {
                "CustomerID": trade,
                "LicenceNo": s.codes(len(trade), "PL/99/99999"),
                "CreditLimit": s.pick([1_000, 2_500, 5_000, 10_000, 25_000], len(trade)),
                "Terms": s.weighted({"30 days": 60, "14 days": 25, "Proforma": 15}, len(trade)),
                "InvoiceTo": s.with_nulls(s.pick(trade[:60], len(trade), skew=0.3), 0.8),
                "DiscountPercent": s.pick([0, 5, 8, 10, 12, 15], len(trade)),
            }
        ),
    }


def _sales(s: Sampler, customers: list[int], stock: Tables, purchased: Rows) -> Tables:
    count = 5_200
    orders = s.ids(count, 120_001, gaps=0.03)
    lines = s.numbered(orders, 1, 5)
    listed = stock["StockItem"]["StockNo"].to_pylist()
    # A line sold before arrival is tied to the line of the purchase it waits for, and sells the same bottle.
    awaited = [s.random.choice(purchased) if s.random.random() < 0.07 else None for _ in lines]
    sold = [
        line["StockNo"] if line else number
        for line, number in zip(awaited, s.pick(listed, len(lines), skew=0.6), strict=True)
    ]
    return {
        "SalesOrder": pa.table(
            {
                "OrderNo": orders,
                "OrderDate": sorted(s.dates(count, FIRST, LAST)),
                "CustomerID": s.pick(customers, count, skew=0.5),
                "ShipToCustomerID": s.with_nulls(s.pick(customers, count, skew=0.2), 0.88),
                "SalesRep": s.with_dangling(
                    s.with_nulls(s.pick(range(10, 58), count, skew=0.7), 0.3), 0.15, lambda: s.random.randint(59, 83)
                ),
                "Channel": s.weighted({"Web": 45, "Shop": 25, "Phone": 18, "Trade": 12}, count),
                "Status": s.weighted({"Open": 5, "Picked": 3, "Sent": 4, "Paid": 84, "Void": 4}, count),
                "GiftWrap": [s.random.random() < 0.06 for _ in orders],
                "CarriagePence": s.pick([0, 0, 595, 995], count),
            }
        ),
        "SalesOrderLine": pa.table(
            {
                "OrderNo": [order for order, _ in lines],
                "LineNo": [number for _, number in lines],
                "StockNo": s.with_dangling(sold, 0.04, lambda: f"{s.random.randint(80_000, 99_999)}11BT"),
                "Bottles": s.weighted({1: 30, 2: 14, 3: 10, 6: 28, 12: 18}, len(lines)),
                "PricePence": s.integers(len(lines), 695, 12_900),
                "DiscountPercent": s.weighted({0: 75, 5: 10, 10: 12, 15: 3}, len(lines)),
                "PONumber": [line and line["PONumber"] for line in awaited],
                "POLineNo": [line and line["LineNo"] for line in awaited],
            }
        ),
    }


def _notes(s: Sampler, vintages: Rows) -> pa.Table:
    count = 2_600
    tasted = s.pick([(vintage["WineID"], vintage["VintageYear"]) for vintage in vintages], count, skew=0.4)
    # Barrel samples are tasted before there is a vintage to sell.
    tasted = s.with_dangling(tasted, 0.03, lambda: (s.random.choice(vintages)["WineID"], 2_026))
    return pa.table(
        {
            "NoteID": s.ids(count, 1, gaps=0.02),
            "WineID": [wine for wine, _ in tasted],
            "VintageYear": [year for _, year in tasted],
            "Taster": s.pick(range(1, 25), count, skew=0.6),
            "TastedOn": s.dates(count, FIRST, LAST),
            "Score": s.integers(count, 72, 99),
            "NoteText": s.with_nulls(s.pick(s.titles(900, 7), count), 0.1),
        }
    )


def build() -> Tables:
    """The nineteen tables."""
    s = Sampler(105)
    people = _people(s)
    suppliers = people["Supplier"]["SupplierID"].to_pylist()
    origins = _origins(s, suppliers)
    wines = _wines(s, origins["Producer"].to_pylist())
    vintages = wines["Vintage"].to_pylist()
    stock = _stock(s, vintages)
    purchases, customers = _purchases(s, suppliers, stock), _customers(s)
    purchased = purchases["PurchaseOrderLine"].to_pylist()
    sales = _sales(s, customers["Customer"]["CustomerID"].to_pylist(), stock, purchased)
    notes = _notes(s, vintages)
    return {**people, **origins, **wines, **stock, **purchases, **customers, **sales, "TastingNote": notes}


WINE = ReferenceDatabase("wine", "tuning", build, TRUTH)
