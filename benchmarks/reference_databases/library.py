"""A city library: natural text keys, copies numbered within a title, a subject tree, withdrawn books still on loan.

Traps: publication years, shelf numbers, renewals and page counts; a loan repeats the borrower's name; a fine shares
the key of its loan; most titles were never reserved.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from .sampling import Sampler
from .truth import ReferenceDatabase, Tables, parse_truth

__all__ = ["LIBRARY"]

TRUTH = parse_truth(
    keys="""
    branch(branch) subject(notation) author(author_id) book(isbn) book_author(isbn, author_id) copy(isbn, copy_no)
    member(card_no) loan(loan_id) fine(loan_id) reservation(isbn, card_no, requested_at)
    """,
    alternate_keys="copy(barcode) member(email)",
    references="""
    subject.broader -> subject.notation
    book.subject -> subject.notation
    book_author.isbn -> book.isbn
    book_author.author_id -> author.author_id
    copy.isbn -> book.isbn
    copy.branch -> branch.branch
    member.home_branch -> branch.branch
    member.guarantor -> member.card_no
    loan.barcode -> copy.barcode  dangling 0.015
    loan.card_no -> member.card_no
    loan.lent_at -> branch.branch
    loan.returned_at -> branch.branch
    fine.loan_id -> loan.loan_id
    reservation.isbn -> book.isbn
    reservation.card_no -> member.card_no
    reservation.pickup_branch -> branch.branch
    """,
    enums="book.language copy.condition copy.state member.category reservation.status book_author.role",
    states="copy.state reservation.status",
    sensitive="member.name member.email member.born_on member.street loan.member_name",
)
FIRST, LAST = dt.date(2024, 1, 2), dt.date(2026, 8, 31)


def _catalogue(s: Sampler) -> Tables:
    top = [str(number) for number in range(0, 1000, 100)]
    narrow = [(f"{int(parent) + i * 10:03d}.{j}", parent) for parent in top for i in range(1, 7) for j in range(2)]
    isbns = s.codes(3_200, "97839999999-9")
    authors = s.ids(2_100, 17, gaps=0.12)
    written = [(isbn, author) for isbn, author in s.pairs(isbns, authors, 1, 3)]
    return {
        "subject": pa.table(
            {
                "notation": top + [notation for notation, _ in narrow],
                "broader": [None] * len(top) + [parent for _, parent in narrow],
                "label": s.titles(len(top) + len(narrow), 1),
            }
        ),
        "author": pa.table(
            {
                "author_id": authors,
                "name": s.full_names(len(authors)),
                "born": s.with_nulls(s.integers(len(authors), 1820, 1999), 0.3),
            }
        ),
        "book": pa.table(
            {
                "isbn": isbns,
                "title": s.titles(len(isbns), 3),
                "subject": s.pick([notation for notation, _ in narrow], len(isbns), skew=0.5),
                "language": s.weighted({"de": 50, "en": 35, "fr": 8, "tr": 5, "uk": 2}, len(isbns)),
                "published": s.integers(len(isbns), 1952, 2026),
                "pages": s.integers(len(isbns), 32, 1100),
                "edition": s.counts(len(isbns), 0.8),
            }
        ),
        "book_author": pa.table(
            {
                "isbn": [isbn for isbn, _ in written],
                "author_id": [author for _, author in written],
                "role": s.weighted({"author": 85, "editor": 9, "translator": 6}, len(written)),
            }
        ),
    }


def _holdings(s: Sampler, isbns: list[str]) -> Tables:
    branches = ["MAIN", "EAST", "WEST", "HARB", "UNIV", "BUS"]
    copies = s.numbered(isbns, 1, 4)
    cards = [f"C{number:07d}" for number in s.ids(4_000, 20_011, gaps=0.25)]
    names = s.full_names(len(cards))
    guarantors = cards[:2_500]
    return {
        "branch": pa.table(
            {
                "branch": branches,
                "name": s.titles(6, 1),
                "opened": [1911, 1955, 1968, 1990, 2001, 1983],
                "open_sunday": [1, 0, 0, 1, 1, 0],
            }
        ),
        "copy": pa.table(
            {
                "isbn": [isbn for isbn, _ in copies],
                "copy_no": [number for _, number in copies],
                "barcode": s.codes(len(copies), "B99999999"),
                "branch": s.pick(branches, len(copies), skew=0.8),
                "shelf": s.integers(len(copies), 1, 240),
                "condition": s.pick(["new", "good", "worn"], len(copies)),
                "state": s.weighted({"available": 70, "on_loan": 20, "missing": 4, "repair": 6}, len(copies)),
            }
        ),
        "member": pa.table(
            {
                "card_no": cards,
                "name": names,
                "email": s.emails(names, "mail.example"),
                "born_on": s.dates(len(cards), dt.date(1938, 1, 1), dt.date(2019, 12, 31)),
                "street": [
                    f"{street} {n}"
                    for street, n in zip(
                        s.pick(s.titles(90, 1), len(cards)), s.integers(len(cards), 1, 140), strict=True
                    )
                ],
                "home_branch": s.pick(branches, len(cards), skew=0.8),
                "guarantor": [s.random.choice(guarantors) if i > 2_500 and i % 3 else None for i in range(len(cards))],
                "category": s.weighted({"adult": 60, "child": 25, "senior": 10, "staff": 5}, len(cards)),
            }
        ),
    }


def _circulation(s: Sampler, catalogue: Tables, holdings: Tables) -> Tables:
    count = 15_000
    members = s.pick(holdings["member"].to_pylist(), count, skew=0.7)
    branches = holdings["branch"]["branch"].to_pylist()
    lent = s.moments(count, FIRST, LAST)
    loans = s.ids(count, 500_001, gaps=0.02)
    fined = s.subset(loans, 0.06)
    wanted = s.subset(catalogue["book"]["isbn"].to_pylist(), 0.1)
    asked = s.moments(1_200, FIRST, LAST)
    return {
        "loan": pa.table(
            {
                "loan_id": loans,
                "barcode": s.with_dangling(
                    s.pick(holdings["copy"]["barcode"].to_pylist(), count, skew=0.6),
                    0.015,
                    lambda: s.codes(1, "X99999999")[0],
                ),
                "card_no": [member["card_no"] for member in members],
                "member_name": [member["name"] for member in members],
                "lent_at": s.pick(branches, count, skew=0.8),
                "lent_on": [moment.date() for moment in lent],
                "due_on": [moment.date() + dt.timedelta(days=28) for moment in lent],
                "returned_at": s.with_nulls(s.pick(branches, count), 0.08),
                "renewals": s.weighted({0: 70, 1: 18, 2: 8, 3: 4}, count),
            }
        ),
        "fine": pa.table(
            {
                "loan_id": fined,
                "amount": s.money(len(fined), 0.5, 40),
                "paid": s.integers(len(fined), 0, 1),
            }
        ),
        "reservation": pa.table(
            {
                "isbn": s.pick(wanted, 1_200, skew=0.9),
                "card_no": s.pick(holdings["member"]["card_no"].to_pylist(), 1_200),
                "requested_at": asked,
                "pickup_branch": s.pick(branches, 1_200),
                "position": s.counts(1_200, 1.5),
                "status": s.weighted({"waiting": 30, "ready": 10, "collected": 50, "expired": 10}, 1_200),
            }
        ),
    }


def build() -> Tables:
    """The ten tables."""
    s = Sampler(2)
    catalogue = _catalogue(s)
    holdings = _holdings(s, catalogue["book"]["isbn"].to_pylist())
    return {**catalogue, **holdings, **_circulation(s, catalogue, holdings)}


LIBRARY = ReferenceDatabase("library", "tuning", build, TRUTH)
