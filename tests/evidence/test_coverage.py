"""Any design held against any data: every way to contradict it, each counted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from tests.evidence.tables import numbers, table
from workbench.errors import Problem, VerificationError
from workbench.expression import parse
from workbench.model import Attribute, Constraints, Domain, Identity, Relationship, Resource, Rule, parse_type
from workbench.model.expression import Constant
from workbench.model.policy import Tenancy
from workbench.workspace import check


def attribute(name: str, type_: str = "string", **more: object) -> Attribute:
    """An attribute of a type given as text."""
    return Attribute(name=name, type=parse_type(type_), **more)


ORDERS = Resource(
    name="orders",
    key=("id",),
    attributes=(
        attribute("id", "integer", required=True),
        attribute("customer_id", "integer"),
        attribute("state", "enum('new', 'paid')"),
        attribute("total", "decimal(10, 2)", constraints=Constraints(minimum=Constant(0), maximum=Constant(100))),
        attribute("code", "string", constraints=Constraints(pattern="[A-Z]{2}", min_length=2, max_length=3)),
        attribute("placed", "date"),
    ),
    relationships=(
        Relationship(name="customer", kind="belongs_to", destination="customers", source_key=("customer_id",)),
    ),
)
CUSTOMERS = Resource(
    name="customers", key=("id",), attributes=(attribute("id", "integer", required=True), attribute("name"))
)
DOMAIN = Domain(name="shop", resources=(ORDERS, CUSTOMERS))


def data(**changed: object) -> dict[str, pa.Table]:
    """Ten orders of three customers that agree with the design, but for the changed columns."""
    columns = {
        "id": numbers(10),
        "customer_id": [1, 2, 3] * 3 + [None],
        "state": ["new", "paid"] * 5,
        "total": pa.array([Decimal(each) for each in range(10)], pa.decimal128(10, 2)),
        "code": ["AB"] * 10,
        "placed": [dt.date(2026, 1, 1)] * 10,
    } | changed
    return {"orders": table(**columns), "customers": table(id=[1, 2, 3], name=["a", "b", "c"])}


def problems(domain: Domain, tables: dict[str, pa.Table]) -> dict[tuple[str, str], Problem]:
    """Every problem by path and code."""
    return {(each.path, each.code): each for each in check(domain, tables)}


def test_data_that_agrees_has_no_problem() -> None:
    """A design held against data that agrees with it shows nothing."""
    assert problems(DOMAIN, data()) == {}


def but_last(*values: object) -> list[object]:
    """Ten values of which the last few are given."""
    return [None] * (10 - len(values)) + list(values)


@pytest.mark.parametrize(
    ("changed", "path", "code", "rows", "said"),
    [
        ({"id": [*numbers(9), None]}, "orders.id", "missing_value", 1, "has no value"),
        ({"id": [*numbers(9), None]}, "orders.key", "missing_key", 1, "has no key"),
        ({"id": [*numbers(8), 1, 1]}, "orders.key", "duplicate_key", 2, "'1' (3)"),
        ({"customer_id": but_last(4, 4, 5)}, "orders.customer", "dangling_reference", 3, "'4' (2), '5' (1)"),
        ({"state": but_last("lost", "new")}, "orders.state", "unknown_value", 1, "'lost' (1)"),
        ({"total": but_last(-1.0, 5.5)}, "orders.total", "below_minimum", 1, "below 0"),
        ({"total": but_last(100.5, 200.0)}, "orders.total", "above_maximum", 2, "above 100"),
        ({"code": but_last("A")}, "orders.code", "too_short", 1, "shorter than 2"),
        ({"code": but_last("ABCD")}, "orders.code", "too_long", 1, "longer than 3"),
        ({"code": but_last("ab", "AB")}, "orders.code", "unlike_pattern", 1, "'ab' (1)"),
        ({"id": [*map(str, numbers(9)), "x"]}, "orders.id", "unfit_value", 1, "'x' (1)"),
        ({"placed": but_last("2026-01-01", "soon")}, "orders.placed", "unfit_value", 1, "'soon' (1)"),
        ({"customer_id": but_last(1.0, 2.5)}, "orders.customer_id", "unfit_value", 1, "'2.5' (1)"),
        ({"total": but_last("7", "-1", "much")}, "orders.total", "below_minimum", 1, "'-1' (1)"),
    ],
)  # fmt: skip
def test_every_contradiction_is_counted(changed: dict[str, object], path: str, code: str, rows: int, said: str) -> None:
    """Each way to contradict a design has its code, its place, its number of rows and its examples."""
    problem = problems(DOMAIN, data(**changed))[path, code]
    assert (problem.severity, problem.rows) == ("error", rows)
    assert said in problem.message
    assert problem.hint


def test_missing_and_unknown_tables_and_columns() -> None:
    """What the design names and the data lacks is an error, what the data has besides a remark."""
    tables = data()
    tables["orders"] = tables["orders"].drop_columns("total")
    tables["extra"] = tables.pop("customers")
    found = problems(DOMAIN, tables)
    assert {key: each.severity for key, each in found.items()} == {
        ("customers", "missing_table"): "error",
        ("extra", "unknown_table"): "info",
        ("orders.total", "missing_column"): "error",
    }
    assert found["extra", "unknown_table"].rows == 3
    assert "extra" in found["customers", "missing_table"].hint


def test_names_in_any_case_and_source_names() -> None:
    """Tables and columns are found by the name in the source, else in any case."""
    orders = ORDERS.model_copy(update={"name": "purchase", "source_name": "ORDERS"})
    tables = data()
    tables["orders"] = tables["orders"].rename_columns([each.upper() for each in tables["orders"].column_names])
    assert problems(Domain(name="d", resources=(orders, CUSTOMERS)), tables) == {}


def with_rules(*rules: Rule) -> Domain:
    """The shop with rules on its orders."""
    return Domain(name="shop", resources=(ORDERS.model_copy(update={"rules": rules}), CUSTOMERS))


def test_broken_rules_are_counted_with_the_keys_of_their_rows() -> None:
    """A rule breaks where its condition is false, with its own severity and message."""
    rule = Rule(name="small", condition=parse("total < 8"), severity="warning", message="too dear")
    problem = problems(with_rules(rule), data())["orders.rules.small", "rule_broken"]
    assert (problem.severity, problem.rows) == ("warning", 2)
    assert problem.message == "2 of 10 rows break small: too dear, such as '9' (1), '10' (1)"


def test_unknown_does_not_break_a_rule() -> None:
    """Rows that lack a value leave a rule open: they are counted as a remark."""
    rule = Rule(name="known", condition=parse("customer_id > 0"))
    found = problems(with_rules(rule), data())
    assert {key: (each.severity, each.rows) for key, each in found.items()} == {
        ("orders.rules.known", "rule_unknown"): ("info", 1)
    }


def test_rules_reach_related_rows() -> None:
    """A rule over a relationship is judged on the joined rows."""
    rule = Rule(name="not_c", condition=parse("customer.name <> 'c'"))
    assert problems(with_rules(rule), data())["orders.rules.not_c", "rule_broken"].rows == 3


def test_values_that_do_not_look_like_their_type() -> None:
    """A value that is no e-mail address is a warning where the design says e-mail; it is masked where it is private."""
    resource = Resource(name="people", key=("id",), attributes=(attribute("id", "integer"), attribute("mail", "email", sensitive=True)))  # fmt: skip
    found = problems(Domain(name="d", resources=(resource,)), {"people": table(id=[1, 2, 3], mail=["a@b.org", "nobody", None])})  # fmt: skip
    assert found["people.mail", "unlikely_value"].severity == "warning"
    assert found["people.mail", "unlikely_value"].rows == 1
    assert "nobody" not in found["people.mail", "unlikely_value"].message


def test_reference_that_is_required_and_empty() -> None:
    """Rows without a value contradict a relationship that is required, once, whichever of the two the design calls so."""
    (way,) = ORDERS.relationships
    required = ORDERS.model_copy(update={"relationships": (way.model_copy(update={"required": True}),)})
    found = problems(Domain(name="shop", resources=(required, CUSTOMERS)), data())
    assert (found["orders.customer", "missing_reference"].severity, found["orders.customer", "missing_reference"].rows) == ("error", 1)  # fmt: skip


def test_key_that_repeats_counts_no_row_twice() -> None:
    """Where a customer is there twice, an order of theirs that breaks a rule still counts once."""
    tables = data() | {"customers": table(id=[1, 2, 3, 3], name=["a", "b", "c", "d"])}
    rules = (
        Rule(name="not_c", condition=parse("customer.name <> 'c'")),
        Rule(name="small", condition=parse("total < 8")),
    )
    found = problems(with_rules(*rules), tables)
    assert found["customers.key", "duplicate_key"].rows == 1
    assert (
        found["orders.rules.not_c", "rule_broken"].message
        == "3 of 10 rows break not_c, such as '3' (1), '6' (1), '9' (1)"
    )
    assert found["orders.rules.small", "rule_broken"].rows == 2


def test_rule_that_the_data_cannot_answer_is_told() -> None:
    """One rule about a missing column does not hide what the others find."""
    tables = data()
    tables["orders"] = tables["orders"].drop_columns("placed")
    rules = (
        Rule(name="late", condition=parse("placed > date '2020-01-01'")),
        Rule(name="small", condition=parse("total < 8")),
    )
    found = problems(with_rules(*rules), tables)
    assert found["orders.rules.late", "unchecked_rule"].severity == "warning"
    assert found["orders.rules.small", "rule_broken"].rows == 2


def test_mistaken_rule_is_told_once_more_as_unchecked() -> None:
    """A rule that has typing problems is reported for them and not run."""
    found = problems(with_rules(Rule(name="wrong", condition=parse("nothing > 1"))), data())
    assert {code for _, code in found} >= {"unchecked_rule"}
    assert any(each.severity == "error" for each in found.values())


def with_identity(identity: Identity, **more: object) -> Domain:
    """The shop with an identity on its orders."""
    orders = ORDERS.model_copy(update={"identities": (identity,)})
    return Domain(name="shop", resources=(orders, CUSTOMERS), **more)


def test_identity() -> None:
    """Rows that share all values of an identity are counted; rows that lack one are not."""
    identity = Identity(name="once", attributes=("customer_id",))
    problem = problems(with_identity(identity), data())["orders.identities.once", "duplicate_identity"]
    assert problem.rows == 6
    assert "'1' (3)" in problem.message


def test_partial_identity_is_about_some_rows() -> None:
    """An identity with a condition counts only the rows that meet it."""
    identity = Identity(name="one_new", attributes=("customer_id",), where=parse("state = 'new'"))
    problem = problems(with_identity(identity), data())["orders.identities.one_new", "duplicate_identity"]
    assert problem.rows == 2
    assert problem.message.startswith("2 of 5 rows it is about repeat customer_id")


def test_nulls_that_are_not_distinct() -> None:
    """Where two nulls count as equal, rows without a value repeat each other."""
    identity = Identity(name="once", attributes=("customer_id",), nulls_distinct=False)
    tables = data(customer_id=[1, 2, 3, None, None, None, None, None, None, None])
    assert problems(with_identity(identity), tables)["orders.identities.once", "duplicate_identity"].rows == 6


def test_identity_holds_within_a_tenant() -> None:
    """With a tenant attribute the same value may stand once for each tenant, unless the identity holds across them."""
    tables = data(customer_id=[1, 2, 3] * 3 + [None], state=["new", "paid"] * 5)
    tenancy = Tenancy(strategy="attribute", attribute="state")
    within = with_identity(Identity(name="once", attributes=("customer_id",)), tenancy=tenancy)
    across = with_identity(Identity(name="once", attributes=("customer_id",), across_tenants=True), tenancy=tenancy)
    key = ("orders.identities.once", "duplicate_identity")
    assert problems(within, tables)[key].rows == 3
    assert problems(across, tables)[key].rows == 6


def test_text_and_numbers_still_meet() -> None:
    """A reference whose ends are stored differently is compared as the design means it."""
    assert problems(DOMAIN, data(customer_id=["1", "2", "3"] * 3 + [None])) == {}
    assert problems(DOMAIN, data(customer_id=[1.0, 2.0, 3.0] * 3 + [None])) == {}
    texts = data(customer_id=[1.0, 2.0, 3.0] * 3 + [None])
    texts["customers"] = table(id=["1", "2", "03"], name=["a", "b", "c"])
    assert problems(DOMAIN, texts) == {}


def test_saved_design_against_a_folder(tmp_path: Path) -> None:
    """Design and data are also given as paths; a design that is not there is told."""
    from workbench.language import save

    save(DOMAIN, tmp_path / "shop.json")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "orders.csv").write_text(
        "id,customer_id,state,total,code,placed\n1,1,new,5.00,AB,2026-01-01\n"
    )
    (tmp_path / "data" / "customers.csv").write_text("id,name\n1,a\n")
    assert check(tmp_path / "shop.json", tmp_path / "data").is_ok
    with pytest.raises(VerificationError):
        check(tmp_path / "none.json", tmp_path / "data")
