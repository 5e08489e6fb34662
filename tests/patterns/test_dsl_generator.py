"""The language that a domain generates: what can be said in it, what that does, and what is said of mistakes."""

from __future__ import annotations

import pytest

from tests.actions.shop import SHOP
from tests.actions.shop import opened as shop_opened
from tests.evolve.shop import SHOP as REAL_SHOP
from tests.patterns.clinic import CLINIC, LANGUAGE, DeskOnly, attribute, clinic, opened
from workbench.display.text import plain
from workbench.errors import NotFoundError, VerificationError
from workbench.model import Attribute, Domain, Measure, Relationship, Resource, parse_type
from workbench.patterns.dsl_generator import PATTERN, language_of, verify
from workbench.workspace.session import Workspace

SHOP_LANGUAGE = language_of(REAL_SHOP)


def asked(text: str, workspace: Workspace) -> list[tuple[object, ...]]:
    """The rows of an answer."""
    return [tuple(row.values()) for row in workspace.ask(text).arrow().to_pylist()]


def problems(text: str, *, of: str = "question") -> list[tuple[int | None, str, str]]:
    """Column, code and hint of every problem, from left to right."""
    with pytest.raises(VerificationError) as told:
        (LANGUAGE.question if of == "question" else LANGUAGE.command)(text)
    return sorted((each.column, each.code, each.hint) for each in told.value.problems)  # type: ignore[type-var]


# --- questions ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("revenue by customer tier where placed_at >= 2026-01-01", "revenue of orders by customer.tier where placed_at >= date '2026-01-01'"),
        ("Revenue BY customer.tier", "revenue of orders by customer.tier"),
        ("revenue and german by month of placed at", "revenue, german of orders by month of placed_at"),
        ("orders where total > 100 sorted by total desc first 10", "orders where total > 100 sorted by total desc first 10"),
        ("how many orders where customer tier = 'gold'", "count of orders where customer.tier = 'gold'"),
        ("count of order", "count of orders"),
        ("average total of orders by month of placed_at", "average total of orders by month of placed_at"),
        ("top 5 revenue by customer country", "revenue of orders by customer.country sorted by revenue desc first 5"),
        ("bottom 3 orders by total", "orders sorted by total first 3"),
        ("total, customer name of orders", "total, customer.name of orders"),
        ("orders by status", "count of orders by status"),
        ("highest total by customer", "highest total of orders by customer"),
    ],
)  # fmt: skip
def test_questions_are_read_in_the_words_of_the_domain(text: str, read: str) -> None:
    """Spoken paths, plurals, bare dates and word order lead to one canonical question, which is read as itself."""
    found = SHOP_LANGUAGE.question(text)
    assert str(found) == read
    assert SHOP_LANGUAGE.question(read) == found


def test_an_answer_is_what_the_workspace_answers() -> None:
    """Measures, groups, conditions, order and limit come to the same as asked with expressions."""
    with clinic() as workspace:
        workspace.run("miss appointment 9")
        assert asked("no_shows by clinician", workspace) == [(1, 1), (2, 0)]
        assert asked("income of appointments by clinician email sorted by income desc", workspace) == [
            ("b@clinic.example", 60),
            ("a@clinic.example", 40),
        ]
        assert asked(
            "how many outpatient visits where clinician role = 'physician' and starts_at >= 2026-02-01", workspace
        ) == [(2,)]
        assert asked("id of appointments where fee > 10 sorted by fee desc first 1", workspace) == [(8,)]
        assert asked("income of appointments by starting", workspace) == [
            (row[0], row[1])
            for row in workspace.ask("appointment", by="starting", measures="income")
            .arrow()
            .to_pandas()
            .itertuples(index=False)
        ]


def test_a_measure_of_the_domain_is_asked_of_the_rows_it_reads() -> None:
    """A measure over one resource needs no resource named; one over several says which, and what to do."""
    with clinic() as workspace:
        workspace.run("create treatment with appointment 7, number 1, cost 12.50")
        workspace.run("create treatment with appointment 7, number 0, cost 99")
        assert asked("billed", workspace) == [(12.5,)]
        assert asked("billed by appointment status", workspace) == [("booked", 12.5)]
    several = CLINIC.model_copy(
        update={"measures": (Measure(name="both", expression="count(patient) + count(staff)"),)}
    )  # type: ignore[arg-type]
    with pytest.raises(VerificationError, match="reads rows of patient and of staff"):
        language_of(several).question("both")


def test_a_measure_of_several_resources_is_a_problem_that_lists_them() -> None:
    """Nothing is guessed: the hint is what to write."""
    assert problems("income") == [(1, "ambiguous_measure", "income of appointment or income of treatment")]
    assert problems("average id") == [(1, "ambiguous_measure", "average id of staff or average id of appointment")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no_shws by clincian where fe > 3 sorted by what", [(1, "unknown_name", "did you mean no_shows?"), (12, "unknown_name", "did you mean clinician?"), (27, "unknown_name", "did you mean 'fee'?"), (44, "unknown_name", "there are clinician, starting, patient, id, status, reason …")]),
        ("appointments where fee >", [(25, "syntax", "")]),
        ("appointments where status = booked", [(29, "unknown_name", "the value is written 'booked'")]),
        ("appointments where starts at >= 2026-13-01", [(33, "bad_literal", "")]),
        ("appointments where reason = 'x", [(29, "unterminated", "close it with '")]),
        ("fee, no_shows of appointments", [(1, "mixed_items", "group by it: by fee")]),
        ("fee of appointments by status", [(1, "mixed_items", "group by it: by fee")]),
        ("top 3 appointments", [(19, "no_order", "say: top 3 … by …")]),
        ("no_shows by patient visits", [(13, "not_a_value", "name one of its attributes: patient.visits.…")]),
        ("fee", [(1, "not_a_measure", "say: fee of appointment")]),
        ("cancel appointment 7", [(1, "unknown_name", "cancel is a verb: run it as a command")]),
        ('appointments where reason = "fever"', [(29, "unknown_name", "a text stands in single quotes: 'fever'")]),
        ("appointments first 3 first 4", [(22, "syntax", "it was said already")]),
    ],
)  # fmt: skip
def test_mistakes_of_a_question_have_their_place_and_the_nearest_name(
    text: str, expected: list[tuple[int, str, str]]
) -> None:
    """Every clause is read, so that all mistakes are told at once, each at its column."""
    found = problems(text)
    assert [each[:2] for each in found] == [each[:2] for each in expected]
    assert all(
        hint in told for (*_, told), (*_, hint) in zip(found, expected, strict=True) if not hint.startswith("there are")
    )


def test_an_answer_and_a_question_say_how_they_were_understood() -> None:
    """The title of an answer is the question read back; the question shows resource, groups and conditions."""
    with clinic() as workspace:
        answer = workspace.ask("no shows by clinician where starts at >= 2026-01-01")
        assert "no_shows of appointment by clinician where starts_at >= date '2026-01-01'" in plain(answer.view())
    shown = plain(LANGUAGE.question("no shows by clinician where fee > 3 sorted by no shows desc first 2").view())
    assert all(each in shown for each in ("grouped by", "clinician.id", "fee > 3", "no_shows desc", "2 rows"))


def test_a_resource_by_its_name_is_asked_as_before() -> None:
    """``ask`` takes a name where there is one; an unknown word is an unknown resource, and arguments are never dropped."""
    with clinic() as workspace:
        assert len(workspace.ask("appointment")) == 3
        assert len(workspace.ask("appointments")) == 3
        assert len(workspace.ask("appointments where fee > 10", limit=1)) == 1
        with pytest.raises(NotFoundError, match="appointment"):
            workspace.ask("appointmnt")
        with pytest.raises(NotFoundError):
            workspace.ask("how many appointments", "fee > 1")


# --- commands -------------------------------------------------------------------------------------------------------------------


def test_commands_do_what_actions_do() -> None:
    """Keys, identities, composite keys, references, arguments, events and rows chosen by a condition."""
    with clinic() as workspace:
        assert workspace.run("check in appointment 7").updated == 1
        assert workspace.run("charge appointment 8 with amount 12.50").updated == 1
        assert workspace.run("update staff with email 'b@clinic.example' with email 'c@clinic.example'").updated == 1
        workspace.run("create treatment with appointment 7, number 2, cost 5")
        assert workspace.run("update treatment (7, 2) with cost 6").updated == 1
        assert workspace.run("delete treatment with number 2, appointment_id 7").destroyed == 1
        assert workspace.run("cancel appointments where starts at < 2026-01-31").updated == 1
        assert asked("status, fee of appointments sorted by id", workspace) == [
            ("cancelled", 40),
            ("booked", 12.5),
            ("booked", None),
        ]


def test_what_actions_refuse_commands_are_refused() -> None:
    """Rules, impossible events, missing records: the words are the engine's, and nothing happens."""
    with clinic() as workspace:
        workspace.run("cancel appointment 7")
        for text, says in (
            ("cancel appointment 7", "from 'cancelled'"),
            ("update appointment 8 with fee -1", "a fee is not negative"),
            ("delete appointment 99", "no such row"),
            ("update staff with email 'z@clinic.example' with role nurse", "no staff with email"),
            (
                "book appointment with id 1, patient 'P1', clinician (email 'z@clinic.example'), starts_at 2026-01-01",
                "no staff with email",
            ),
        ):
            with pytest.raises(VerificationError, match=says):
                workspace.run(text)
        assert asked("how many appointments where status = 'booked'", workspace) == [(2,)]


def test_policies_hold_for_what_is_said() -> None:
    """A forbidden command is refused with the policy's message, and hidden rows are neither counted nor found."""
    with clinic(DeskOnly()) as workspace:
        nurse = workspace.as_({"role": "nurse", "id": 2})
        with pytest.raises(VerificationError, match="only the desk cancels"):
            nurse.run("cancel appointment 8")
        assert asked("how many appointments", nurse) == [(1,)]
        with pytest.raises(VerificationError):
            nurse.run("charge appointment 7 with amount 1")
        assert workspace.as_({"role": "desk"}).run("cancel appointment 8").updated == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cancl appointment 7", [(1, "unknown_verb", "did you mean cancel?")]),
        ("cancel patient 'P1'", [(1, "unknown_verb", "it can be done to appointment")]),
        ("cancel appointmnt 7", [(8, "unknown_resource", "did you mean appointment?")]),
        ("cancel appointment", [(19, "syntax", "")]),
        ("cancel appointment 'x'", [(20, "unfit_value", "such as 7")]),
        ("delete treatment 7", [(18, "syntax", "the key has 2 parts: treatment (appointment_id, number)")]),
        ("charge appointment 7", [(21, "missing_argument", "say: with amount …")]),
        ("charge appointment 7 with amont 3, amount 'x'", [(27, "unknown_name", "did you mean amount?"), (43, "unfit_value", "such as 12.50")]),
        ("create staff with id 1, id 2, role porter", [(25, "given_twice", "leave one of them out"), (36, "syntax", "one of 'nurse', 'physician', 'desk'")]),
        ("create patient with mrn 7", [(25, "unfit_value", "texts stand in single quotes: 'Ann'")]),
        ("update staff with role nurse", [(19, "unknown_name", "say which staff: by id or email")]),
        ("create patient with mrn 'x' with 3", [(29, "syntax", "")]),
        ("update appointment 7 with fee 1.234", [(31, "unfit_value", "such as 12.50")]),
        ("delete appointment 7 8", [(22, "syntax", "")]),
        ("update appointment 7", [(21, "syntax", "")]),
        ("delete staff 1; delete staff 2", [(15, "syntax", "")]),
        ("update staff 1 with role 'x'", [(26, "unfit_value", "one of 'nurse', 'physician', 'desk'")]),
    ],
)  # fmt: skip
def test_mistakes_of_a_command_have_their_place_and_what_to_do(text: str, expected: list[tuple[int, str, str]]) -> None:
    """Each value is held against its type, and every one of them is looked at."""
    assert [
        (column, code, hint if want else "")
        for (column, code, hint), (*_, want) in zip(problems(text, of="command"), expected, strict=True)
    ] == expected


def test_nothing_is_done_of_a_text_with_a_problem() -> None:
    """One mistake at the end of a command leaves everything as it was."""
    with clinic() as workspace:
        with pytest.raises(VerificationError):
            workspace.run("delete appointments where fee > 10 and nonsense = 1")
        with pytest.raises(VerificationError):
            workspace.run("update appointment 7 with fee 1, fea 2")
        assert asked("income of appointments", workspace) == [(100,)]


@pytest.mark.parametrize(
    "value", ["'; drop table appointment; --", "it's", "<script>alert(1)</script>", "a\nb", '"', "with x 'y'", "日本"]
)
def test_values_stay_values(value: str) -> None:
    """Whatever a text holds, it is stored and found as it is."""
    quoted = value.replace("'", "''")
    with clinic() as workspace:
        workspace.run(f"update appointment 7 with reason '{quoted}'")
        assert asked(f"reason of appointments where reason = '{quoted}'", workspace) == [(value,)]
        assert workspace.count("appointment") == 3


def test_names_that_are_words_of_the_language_are_quoted() -> None:
    """An attribute called ``with`` is said in double quotes or by its label, and the error proposes that."""
    with clinic() as workspace:
        workspace.run("update patient 'P1' with \"with\" 'her son'")
        assert asked('"with" of patients where "with" is not null', workspace) == [("her son",)]
        assert (
            str(LANGUAGE.command("update patient 'P1' with accompanying person 'x'"))
            == "update patient 'P1' with \"with\" 'x'"
        )
    assert problems("update patient 'P1' with with 'x'", of="command") == [(26, "unknown_name", 'did you mean "with"?')]


# --- derived --------------------------------------------------------------------------------------------------------------------


def test_renaming_an_attribute_renames_the_word() -> None:
    """The grammar is the model: the new word is read, the old one is not."""
    staff = CLINIC.resource("staff")
    renamed = tuple(
        each.model_copy(update={"name": "duty"}) if each.name == "role" else each for each in staff.attributes
    )
    resources = tuple(
        each.model_copy(update={"attributes": renamed}) if each is staff else each for each in CLINIC.resources
    )
    language = language_of(CLINIC.model_copy(update={"resources": resources}))
    assert str(language.command("update staff 1 with duty nurse")) == "update staff 1 with duty 'nurse'"
    with pytest.raises(VerificationError, match="role"):
        language.command("update staff 1 with role nurse")
    assert "duty" in language.grammar and "role" not in language.grammar


@pytest.mark.parametrize(
    ("language", "make"), [(LANGUAGE, opened), (language_of(SHOP), shop_opened)], ids=["clinic", "shop"]
)
def test_every_example_of_the_reference_page_runs(language: object, make: object) -> None:
    """What the page shows can be typed as it stands, after the examples it says come before."""
    assert language is LANGUAGE or isinstance(language, type(LANGUAGE))
    shown = plain(language.view())  # type: ignore[attr-defined]
    kinds = set()
    for example in language.examples:  # type: ignore[attr-defined]
        kinds.add(example.kind)
        assert example.text.splitlines()[0] in shown
        if example.kind == "scenario":
            assert language.run_scenarios(example.text, make).is_ok  # type: ignore[attr-defined]
            continue
        with make() as workspace:  # type: ignore[operator]
            for text in example.before:
                workspace.run(text)
            if example.kind == "command":
                outcome = workspace.run(example.text)
                assert outcome.created + outcome.updated + outcome.destroyed == 1
            else:
                workspace.ask(example.text).arrow()
    assert kinds >= {"question", "command"}


def test_only_the_words_that_are_needed_are_made() -> None:
    """In a domain of 300 resources a question, a command and a completion make the words of those they speak of."""
    number = parse_type("integer")
    resources = tuple(
        Resource(
            name=f"thing_{place}",
            key=("id",),
            attributes=(attribute("id", "integer", required=True), Attribute(name=f"part_{place}", type=number)),
            relationships=(Relationship(name="next", kind="belongs_to", destination=f"thing_{(place + 1) % 300}"),),
            measures=(Measure(name=f"volume_{place}", expression=f"sum(part_{place})"),),  # type: ignore[arg-type]
        )
        for place in range(300)
    )
    language = language_of(Domain(name="large", resources=resources))
    assert str(language.question("volume_7 by next next part_9 where part_7 > 3")).endswith(
        "by next.next.part_9 where part_7 > 3"
    )
    language.command("update thing_7 7 with part_7 3")
    assert language.complete("volume_7 by next ")
    assert {each.resource.name for each in language.vocabulary.made} == {"thing_7", "thing_8", "thing_9"}


def test_names_that_are_hard_to_say_are_told() -> None:
    """``verify`` lists what needs quotes and what several resources share; neither keeps a design from running."""
    found = {(each.path, each.code) for each in verify(CLINIC)}
    assert found == {("patient.with", "needs_quotes"), ("income", "shared_measure")}
    assert verify(CLINIC).is_ok


def test_the_pattern_is_that_of_the_catalogue() -> None:
    """The module names its entry."""
    assert PATTERN.slug == "resource_driven_dsl_generator"
