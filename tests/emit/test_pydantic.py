"""Pydantic models: the module imports, its classes tell good records from bad, and the usual tools accept it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import BaseModel, ValidationError

from tests.emit.designs import HOSTILE_NAMES, attribute, domains, hostile, large, shop
from workbench.emit import export
from workbench.model import (
    Attribute,
    Constraints,
    Domain,
    EnumType,
    EnumValue,
    Relationship,
    Resource,
    Rule,
    StructField,
    StructType,
    parse_type,
)
from workbench.model.expression import Constant, Interval, Node

ORDER: dict[str, Any] = {"placed_at": "2026-01-02T03:04:05Z", "total": "12.50", "customer_id": 1}
CUSTOMER: dict[str, Any] = {"id": 1, "email": "a@b.c"}
LINE: dict[str, Any] = {"order_id": "6f1c7f0e-7f0c-4c53-9a4b-0a2b0a4b0c11", "position": 1, "price": "3.00"}


def module(domain: Domain, folder: Path, **options: Any) -> ModuleType:
    """The exported module, imported."""
    file = folder / "models.py"
    file.write_text(export(domain, "pydantic", **options).files["models.py"], encoding="utf-8")
    spec = importlib.util.spec_from_file_location("exported_models", file)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["exported_models"] = made
    spec.loader.exec_module(made)
    return made


def record(attributes: tuple[Attribute, ...], rules: tuple[Rule, ...], folder: Path) -> type[BaseModel]:
    made: type[BaseModel] = module(
        Domain(name="d", resources=(Resource(name="r", attributes=attributes, rules=rules),)), folder
    ).R
    return made


def is_valid(model: type[BaseModel], values: dict[str, Any]) -> bool:
    try:
        model.model_validate(values)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("options", [{}, {"enums": "literal"}, {"relationships": False}])
def test_good_records_are_accepted_and_bad_ones_refused(options: dict[str, Any], tmp_path: Path) -> None:
    """Types, bounds, lengths, patterns, enums, required fields and rules all hold."""
    made = module(shop(), tmp_path, **options)
    for model, base, good, bad in (
        (made.Order, ORDER, {}, {"status": "lost"}),
        (made.Order, ORDER, {"status": "can't ship"}, {"status": None}),
        (made.Order, ORDER, {"total": "0"}, {"total": "-0.01"}),
        (made.Order, ORDER, {"total": "99999.50"}, {"total": "99999.51"}),
        (made.Order, ORDER, {"tags": ["a"]}, {"tags": [{}]}),
        (made.Order, ORDER, {"note": {"x": [None]}}, {"surprise": 1}),
        (made.Order, ORDER, {}, {"total": "1.005"}),
        (made.Order, ORDER, {}, {"placed_at": "2026-01-02T03:04:05"}),
        (made.Order, ORDER, {"paid_at": "2026-01-02T03:04:05Z"}, {"paid_at": "2026-01-02T03:04:04Z"}),
        (made.Order, ORDER, {"status": "paid", "paid_at": "2026-01-03T00:00:00Z"}, {"status": "paid"}),
        (made.Customer, CUSTOMER, {"name": "x" * 40}, {"name": "x" * 41}),
        (made.Customer, CUSTOMER, {"name": None}, {"name": ""}),
        (made.Customer, CUSTOMER, {}, {"email": "nobody"}),
        (made.Customer, CUSTOMER, {"born_on": "1900-01-01"}, {"born_on": "1899-12-31"}),
        (made.Customer, CUSTOMER, {}, {"id": None}),
        (made.OrderLine, LINE, {}, {"position": 0}),
    ):
        assert is_valid(model, base | good)
        assert not is_valid(model, base | bad)
    assert made.Order(**ORDER).status == "open"
    assert "a@b.c" not in repr(made.Customer(**CUSTOMER))


def test_relationships_are_optional_fields_of_any_order(tmp_path: Path) -> None:
    """Classes refer to each other forwards, backwards and to themselves."""
    made = module(shop(), tmp_path)
    order = made.Order(**ORDER, customer={**CUSTOMER, "referrer": CUSTOMER, "orders": [ORDER]})
    assert order.customer.referrer.id == 1 and order.customer.orders[0].customer is None


def test_a_message_of_a_rule_reaches_the_caller(tmp_path: Path) -> None:
    """Who breaks a rule reads the design's own words."""
    with pytest.raises(ValidationError, match="paid before it's placed"):
        module(shop(), tmp_path).Order(**ORDER, paid_at="2020-01-01T00:00:00Z")


def test_hostile_names_are_aliases(tmp_path: Path) -> None:
    """Every name goes in and comes out as it is, whatever the field had to be called."""
    made = module(hostile(), tmp_path)
    models = [
        each
        for each in vars(made).values()
        if isinstance(each, type) and issubclass(each, made.Record) and each is not made.Record
    ]
    assert len(models) == len(HOSTILE_NAMES)
    for number, name in enumerate(HOSTILE_NAMES):
        values = (
            {"id": 1, f"next {name}"[:255] + "_id": 1}
            | dict.fromkeys(HOSTILE_NAMES[1:], "a")
            | {HOSTILE_NAMES[0]: "class"}
        )
        model = models[number]
        assert model.model_validate(values).model_dump(exclude_none=True) == values
        if number:
            assert not is_valid(model, values | {name: name})


@pytest.mark.parametrize("design", [shop, hostile])
def test_the_usual_tools_accept_the_module(design: Any, tmp_path: Path) -> None:
    """mypy in strict mode and ruff find nothing to say."""
    file = tmp_path / "models.py"
    file.write_text(export(design(), "pydantic").files["models.py"], encoding="utf-8")
    for command in (
        ["mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}/cache"],
        ["ruff", "check", "--isolated", "--no-cache", "--line-length=120", "--target-version=py311"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command, file], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_three_hundred_classes_import(tmp_path: Path) -> None:
    """A large module with a chain of references is usable."""
    made = module(large(), tmp_path)
    assert made.Resource299(id=1, before={"id": 2}).before.id == 2


@settings(max_examples=20, deadline=None)
@given(domains())
def test_any_design_imports(tmp_path_factory: pytest.TempPathFactory, domain: Domain) -> None:
    """No name or type makes a module that does not import."""
    assert module(domain, tmp_path_factory.mktemp("any")).Record


def _parse(text: str) -> Node:
    from workbench.expression import parse

    return parse(text)


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("not (a > 1 and b is null)", [{"a": 1}, {"a": 2, "b": 1}, {}], [{"a": 2}]),
        ("a in (1, null)", [{"a": 1}, {"a": 2}, {}], []),
        ("a not in (1, 2)", [{"a": 3}, {}], [{"a": 1}]),
        ("a between 1 and b", [{"a": 1, "b": 1}, {"a": 1}], [{"a": 0}, {"a": 2, "b": 1}]),
        ("a / b >= 0.5", [{"a": 1, "b": 2}, {"a": 1, "b": 0}], [{"a": 1, "b": 3}]),
        ("a % 2 = -1", [{"a": -3}], [{"a": 3}]),
        ("a % 0 = 1", [{"a": 3}], []),
        ("x > 1", [{"x": "nan"}, {"x": "inf"}], [{"x": "-inf"}, {"x": 1}]),
        ("x = x", [{"x": "nan"}], []),
        ("x != a", [{"x": 1.5, "a": 1}], [{"x": 1, "a": 1}]),
        ("d * a = 0.3", [{"d": "0.1", "a": 3}], [{"d": "0.1", "a": 4}]),
        ("s like 'a\\_%'", [{"s": "a_\n"}, {}], [{"s": "ab"}]),
        ("s not like '%''%'", [{"s": "a"}], [{"s": "a'"}]),
        ("matches(s, '[a-c]+')", [{"s": "abc"}], [{"s": "abcd"}]),
        ("starts_with(s, 'a') and length(s) < 3", [{"s": "ab"}], [{"s": "abc"}, {"s": "b"}]),
        ("coalesce(a, b, 0) < 5", [{"b": 4}, {}], [{"b": 5}]),
        ("case when a > 1 then b > 1 else true end", [{"a": 1}, {"a": 2, "b": 2}, {}], [{"a": 2, "b": 1}]),
        ("a is distinct from b", [{"a": 1}], [{}, {"a": 1, "b": 1}]),
        ("s || s = 'aa'", [{"s": "a"}, {}], [{"s": "b"}]),
        ("day <= now()", [{"day": "2020-01-01"}], [{"day": "9000-01-01"}]),
        ("c = 'it''s'", [{"c": "it's"}, {}], [{"c": "b"}]),
        ("-d < 1", [{"d": "-0.9"}], [{"d": "-1.1"}]),
        ("ok", [{"ok": True}, {}], [{"ok": False}]),
    ],
)
def test_a_rule_breaks_only_on_false(
    rule: str, good: list[dict[str, Any]], bad: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Three-valued logic, exact decimals, SQL's remainder, division by zero and not-a-number, in Python as in the language."""
    attributes = (
        *(
            attribute(name, type_)
            for name, type_ in (("a", "integer"), ("b", "integer"), ("x", "float"), ("d", "decimal(9, 3)"))
        ),
        *(
            attribute(name, type_)
            for name, type_ in (("s", "string"), ("day", "date"), ("ok", "boolean"), ("c", "enum('it''s', b)"))
        ),
    )
    model = record(attributes, (Rule(name="r", condition=_parse(rule)),), tmp_path)
    assert "rule_r" in dir(model)
    assert [values for values in good if not is_valid(model, values)] == []
    assert [values for values in bad if is_valid(model, values)] == []


@pytest.mark.parametrize(
    "rule", ["upper(s) = s", "other.a = 1", "exists(others)", "s ilike 'a%'", "actor.id = 1", "nonsense > 1", "s"]
)
def test_a_rule_that_python_cannot_hold_is_a_loss(rule: str) -> None:
    """Nothing approximate: the rule is named as lost and left to the database."""
    resource = Resource(
        name="r",
        attributes=(attribute("id", "integer"), attribute("s", "string"), attribute("other_id", "integer")),
        key=("id",),
        relationships=(
            Relationship(name="other", kind="belongs_to", destination="r"),
            Relationship(name="others", kind="has_many", destination="r"),
        ),
        rules=(Rule(name="odd", condition=_parse(rule)),),
    )
    made = export(Domain(name="d", resources=(resource,)), "pydantic")
    assert [loss.path for loss in made.losses if loss.code == "rule_not_carried"] == ["r.rules.odd"]
    assert "rule_odd" not in made.files["models.py"]


def test_defaults_and_bounds_of_every_type(tmp_path: Path) -> None:
    """A default is a value of its type; one that is not, and a bound Pydantic cannot hold, are losses."""
    import datetime as dt
    from decimal import Decimal

    aware = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    defaults: dict[str, Any] = {
        "integer": 1, "float": float("inf"), "decimal(5, 2)": Decimal("1.5"), "boolean": True, "date": dt.date(2026, 1, 2), "time": dt.time(1),
        "timestamp": aware, "local_timestamp": aware.replace(tzinfo=None), "string": 'a"\\\u202e', "duration": Interval(days=1, microseconds=5),
    }  # fmt: skip
    attributes = [attribute(name, name, default=Constant(value)) for name, value in defaults.items()]
    attributes += [attribute("made_at", "timestamp", required=True, default=_parse("now()"))]
    made = module(Domain(name="d", resources=(Resource(name="r", attributes=tuple(attributes)),)), tmp_path)
    values = made.R().model_dump()
    assert {name: values[name] for name in defaults} == defaults | {"duration": dt.timedelta(days=1, microseconds=5)}
    assert values["made_at"].tzinfo is not None
    wrong = (
        attribute("a", "integer", default=Constant("x")),
        attribute("b", "integer", constraints=Constraints(min_length=1, pattern="a", minimum=Constant("x"))),
        attribute("c", "string", constraints=Constraints(pattern="(?i)a", minimum=Constant("a"))),
        attribute("d", "timestamp", constraints=Constraints(maximum=Constant(aware.replace(tzinfo=None)))),
    )
    lost = export(Domain(name="d", resources=(Resource(name="r", attributes=wrong),)), "pydantic").losses
    assert sorted((each.path, each.code) for each in lost) == [
        ("r.a", "default_not_carried"), ("r.b", "bound_not_carried"), ("r.b", "bound_not_carried"), ("r.b", "pattern_not_carried"),
        ("r.c", "bound_not_carried"), ("r.c", "pattern_not_carried"), ("r.d", "bound_not_carried"),
    ]  # fmt: skip


def test_structs_and_lists_of_enums_are_classes(tmp_path: Path) -> None:
    """Nested types become classes of their own, with aliases where their parts have odd names."""
    colours = EnumType(values=(EnumValue(name="red"), EnumValue(name="RED")))
    place = StructType(
        fields=(
            StructField(name="class", type=parse_type("integer")),
            StructField(name="tags", type=parse_type("array(string)")),
        )
    )
    attributes = (
        Attribute(name="colours", type=parse_type("array(enum(red, 'RED'))"), required=True),
        Attribute(name="place", type=place),
        Attribute(name="colour", type=colours, default=Constant("RED")),
    )
    made = module(Domain(name="d", resources=(Resource(name="r", attributes=attributes),)), tmp_path)
    values = {"colours": ["red", "RED"], "place": {"class": 1, "tags": None}, "colour": "RED"}
    assert made.R.model_validate({"colours": ["red", "RED"], "place": {"class": 1}}).model_dump(mode="json") == values
    assert not is_valid(made.R, {"colours": ["blue"]})
