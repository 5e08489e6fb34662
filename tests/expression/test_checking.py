"""Typing: what names mean, which types go together, and a problem with a place and a hint for everything else."""

from __future__ import annotations

import pytest

from tests.expression.clinic import CLINIC, typed
from workbench.errors import VerificationError
from workbench.expression import FUNCTIONS, Column, Gather, check, compile, parse
from workbench.expression.functions import AGGREGATES
from workbench.model import Attribute, Calculation, Domain, Resource, parse_type
from workbench.model.expression import Cast, Path, walk


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("minutes + 1", "integer"),
        ("minutes / 2", "float"),
        ("fee + 1", "decimal(22, 2)"),
        ("fee * 0.25", "decimal(13, 4)"),
        ("fee * 0.25 > minutes", "boolean"),
        ("case when minutes > 1 then 1 else 2.50 end", "decimal(21, 2)"),
        ("coalesce(null, minutes)", "integer"),
        ("status", "enum('booked', 'arrived', 'no_show')"),
        ("status || 'x'", "string"),
        ("starts_at - starts_at", "duration"),
        ("patient.born_on + 1", "date"),
        ("patient.born_on + interval '1 day'", "local_timestamp"),
        ("gross", "decimal(13, 3)"),
        ("patient.code", "string"),
        ("count(patient.visits)", "integer"),
        ("sum(patient.visits.fee)", "decimal(38, 2)"),
        ("avg(patient.visits.minutes)", "float"),
        ("max(patient.visits.starts_at)", "timestamp"),
        ("exists(patient.consents)", "boolean"),
        ("now() - starts_at", "duration"),
        ("today() - patient.born_on", "integer"),
        ("clinician is null", "boolean"),
        ("actor = clinician", "boolean"),
    ],
)
def test_types(text: str, type_: str) -> None:
    """Each expression has the type the page on semantics gives it."""
    tree = typed(text)
    assert not tree.problems
    assert str(tree.type) == type_


MISTAKES = [
    ("statsu = 'x'", "unknown_name", 1, "'status'"),
    ("clincian.role = 'nurse'", "unknown_name", 1, "'clinician'"),
    ("clinician.roel = 'nurse'", "unknown_name", 1, "'role'"),
    ("fee.amount", "not_a_relationship", 1, "patient"),
    ("patient || 'x'", "relationship_as_value", 1, "patient.mrn"),
    ("patient.visits.fee > 1", "to_many_path", 1, "sum(patient.visits.fee)"),
    ("patient.visits = 1", "to_many_path", 1, "count(patient.visits)"),
    ("fee > 'x'", "type_mismatch", 1, "cast"),
    ("fee + starts_at", "type_mismatch", 1, ""),
    ("fee || 'x'", "type_mismatch", 1, "cast"),
    ("-status = 'x'", "type_mismatch", 1, ""),
    ("patient.tags = patient.tags", "type_mismatch", 1, "is null"),
    ("patient.notes = 'x'", "type_mismatch", 1, ""),
    ("cast(fee as date)", "type_mismatch", 1, ""),
    ("lowerr(status)", "unknown_function", 1, "lower"),
    ("if(true, 1, 2)", "unknown_function", 1, "case"),
    ("length(status, 1)", "arity", 1, "length(text)"),
    ("length(fee)", "type_mismatch", 8, "length(text)"),
    ("date_trunc('moth', starts_at)", "unknown_unit", 12, "'month'"),
    ("matches(status, '(a')", "bad_pattern", 17, ""),
    ("matches(status, status)", "bad_pattern", 17, "contains"),
    ("status like patient.mrn", "bad_pattern", 13, "contains"),
    ("round(fee, minutes)", "bad_digits", 12, ""),
    ("clinician.role = 'physican'", "unknown_enum_value", 18, "'physician'"),
    ("status in ('booked', 'boked')", "unknown_enum_value", 22, "'booked'"),
    ("starts_at > '2026-01-01'", "text_for_date", 1, "date '2026-01-01'"),
    ("patient.born_on = patient.mrn", "text_for_date", 1, "cast(patient.mrn as date)"),
    ("starts_at = local_timestamp '2026-01-01 00:00:00'", "type_mismatch", 1, "UTC"),
    ("invoice.paid_at is null", "null_through_optional_path", 1, "exists(invoice where paid_at is null)"),
    ("clinician.wage is null", "null_through_optional_path", 1, "not exists(clinician)"),
    ("fee and true", "not_boolean", 1, "compare"),
    ("not minutes", "not_boolean", 5, "> 0"),
    ("case when fee then 1 end", "not_boolean", 11, "compare"),
    ("count() > 1", "aggregate_not_allowed", 1, "relationship"),
    ("sum(fee)", "aggregate_not_allowed", 1, "relationship"),
    ("sum(patient.visits)", "relationship_as_value", 1, "attributes"),
    ("sum(patient.visits.status)", "type_mismatch", 5, ""),
    ("exists(fee)", "not_a_relationship", 1, "exists"),
    ("sum(patient.visits.fee * patient.consents.id)", "several_beginnings", 1, "by itself"),
    ("exists(patient.visits where fee)", "not_boolean", 29, "compare"),
    ("exists(patient.visits as v where v)", "relationship_as_value", 34, "v."),
    ("summ(distinct patient.visits.fee)", "unknown_function", 1, "sum"),
    ("loop", "recursive_calculation", 1, "circle"),
    ("broken = 1", "broken_calculation", 1, "cast"),
    ("no_shows", "unknown_name", 1, "measure"),
    ("9223372036854775808 > minutes", "integer_out_of_range", 1, ".0"),
]


@pytest.mark.parametrize(("text", "code", "column", "hint"), MISTAKES)
def test_a_mistake_is_one_problem_with_a_place_and_a_hint(text: str, code: str, column: int, hint: str) -> None:
    """Each mistake has its code, its column, and a hint at what was meant; it does not cause a second problem."""
    problems = typed(text).problems
    assert [problem.code for problem in problems] == [code]
    assert (problems[0].line, problems[0].column) == (1, column)
    assert hint in problems[0].hint


def test_all_mistakes_are_found_at_once() -> None:
    """One check names every mistake, not only the first."""
    problems = typed("statsu = 'x' and fee > 'x' or lowerr(mrn) = 'y'").problems
    assert sorted(problem.code for problem in problems) == [
        "type_mismatch",
        "unknown_function",
        "unknown_name",
        "unknown_name",
    ]


def test_conditions_are_boolean() -> None:
    """What is asked for as a condition must be one."""
    assert [problem.code for problem in typed("fee", is_condition=True).problems] == ["not_boolean"]
    assert not typed("fee > 1", is_condition=True).problems


def test_arguments_have_their_declared_types() -> None:
    """An argument is known by name and has its type; an unknown one is named with the nearest."""
    arguments = {"amount": parse_type("decimal(10, 2)")}
    assert str(typed(":amount * 2", arguments=arguments).type) == "decimal(29, 2)"
    (problem,) = typed(":amont > 1", arguments=arguments).problems
    assert (problem.code, problem.hint) == ("unknown_argument", "did you mean :amount?")


def test_references_take_the_type_of_what_they_stand_beside() -> None:
    """An actor's attribute has no declared type: the value it is compared with gives it one."""
    tree = typed("actor.role = clinician.role").tree
    assert str(tree.left.value_type).startswith("enum")  # type: ignore[attr-defined]


def test_columns_are_resolved_over_to_one_steps() -> None:
    """A path becomes a column: the steps to the row, and the attribute of it."""
    column = typed("clinician.role").tree
    assert isinstance(column, Column)
    assert [(step.source, step.relationship, step.destination, step.is_optional) for step in column.steps] == [
        ("visit", "clinician", "staff", True)
    ]
    assert (column.attribute, column.up) == ("role", 0)


def test_gathers_tell_rows_reached_from_rows_outside() -> None:
    """Inside an aggregate a column says whether it is of the rows reached or of the row outside."""
    gather = typed("exists(patient.consents as c where c.given_at < starts_at)").tree
    assert isinstance(gather, Gather)
    assert [step.relationship for step in gather.over] == ["patient", "consents"]
    columns = [(each.attribute, each.up) for each in walk(gather) if isinstance(each, Column)]
    assert columns == [("given_at", 0), ("starts_at", 1)]


def test_an_argument_may_mix_rows_reached_with_the_row_outside() -> None:
    """Only the paths that share the to-many beginning belong to the rows reached."""
    gather = typed("sum(patient.visits.fee * minutes)").tree
    columns = [(each.attribute, each.up) for each in walk(gather) if isinstance(each, Column)]
    assert columns == [("fee", 0), ("minutes", 1)]


def test_calculations_are_written_out_where_they_are_used() -> None:
    """No calculation is left in a typed tree; one reached over a path stands at the end of that path."""
    tree = typed("patient.code").tree
    (column,) = [each for each in walk(tree) if isinstance(each, Column)]
    assert ([step.relationship for step in column.steps], column.attribute) == (["patient"], "mrn")
    inside = typed("exists(patient.visits where gross > 1)").tree
    assert {(each.attribute, each.up) for each in walk(inside) if isinstance(each, Column)} == {("fee", 0)}


def test_calculations_that_double_one_another_are_refused() -> None:
    """A tower of calculations that would be written out without end is a problem, not a full memory."""
    tower = [Calculation(name="c0", expression=parse("a + a"))]
    tower += [Calculation(name=f"c{n}", expression=parse(f"c{n - 1} + c{n - 1}")) for n in range(1, 40)]
    resource = Resource(name="r", attributes=(Attribute(name="a", type="integer"),), calculations=tuple(tower))
    problems = check(parse("c39"), Domain(name="d", resources=(resource,)), resource).problems
    assert [problem.code for problem in problems] == ["too_large"]


def test_measures_are_over_the_query() -> None:
    """A measure is one value for all rows, and may be made of others."""
    tree = typed("rate", allow_aggregates=True)
    assert tree.is_aggregate
    assert [(each.function, each.of_query) for each in walk(tree.tree) if isinstance(each, Gather)] == [
        ("count", True),
        ("count", True),
    ]
    nested = typed("sum(count(patient.visits))", allow_aggregates=True).tree
    assert [each.of_query for each in walk(nested) if isinstance(each, Gather)] == [True, False]


def test_a_measure_does_not_mix_one_row_with_all() -> None:
    """A value of one row beside an aggregate over all rows is a problem."""
    problems = typed("count() + minutes", allow_aggregates=True).problems
    assert [problem.code for problem in problems] == ["ungrouped"]


def test_widening_is_said_by_casts() -> None:
    """Where a value is widened the tree says so, and no target has to know when."""
    tree = typed("starts_at >= date '2026-01-01'").tree
    assert [each.type for each in walk(tree) if isinstance(each, Cast)] == ["timestamp"]


def test_problems_stop_compilation() -> None:
    """A tree with problems is never evaluated."""
    with pytest.raises(VerificationError) as raised:
        compile(typed("statsu"))
    assert [problem.code for problem in raised.value.problems] == ["unknown_name"]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_each_function_has_a_sound_example(name: str) -> None:
    """The example of every function types, evaluates to something, and uses the function."""
    function = FUNCTIONS[name]
    tree = typed(function.example)
    assert not tree.problems
    assert f"{name}(" in function.example
    assert function.doc
    assert function.signature.startswith(name)


def test_no_function_hides_an_aggregate() -> None:
    """A name is a function or an aggregate, never both."""
    assert not set(FUNCTIONS) & set(AGGREGATES)


def test_checking_leaves_the_tree_as_it_was() -> None:
    """Typing makes a new tree; the one that is saved stays as written."""
    tree = parse("gross > 1")
    before = str(tree)
    check(tree, CLINIC, CLINIC.resource("visit"))
    assert str(tree) == before
    assert tree == parse("gross > 1")
    assert isinstance(next(node for node in walk(tree) if isinstance(node, Path)), Path)
