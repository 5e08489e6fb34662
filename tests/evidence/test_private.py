"""Private values stay home: no view, problem, dictionary or output of the command line holds one."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest

from tests.evidence.tables import claim_of, infer_from, numbers, table
from tests.evidence.test_semantics import iban
from workbench.cli import main
from workbench.display.text import plain
from workbench.errors import VerificationError
from workbench.evidence import Proposal
from workbench.model import Domain
from workbench.workspace import check

SECRETS = ["zq-planted@example.org", "zq-planted-word", "DE07zqplanted", iban(777_777_777)]


def planted() -> dict[str, pa.Table]:
    """Tables whose private columns disagree with what else is said of them, each by a planted value."""
    mails = [f"p{each}@example.org" for each in range(200)]
    accounts = [iban(each) for each in range(200)]
    return {
        "people": table(
            person_id=numbers(200),
            email=[*mails[:197], SECRETS[0], SECRETS[0], SECRETS[1]],
            gender=[*(["f", "m"] * 98), SECRETS[1], SECRETS[1], "f", "m"],
            c4=[*accounts[:198], SECRETS[2], SECRETS[2]],
            salary=[*(each * 1000 for each in range(199)), 98_765_432],
        ),
        "account": table(c1=accounts, opened=["2020"] * 200),
        "payment": table(payment_id=numbers(400), c2=[*(accounts * 2)[:397], *[SECRETS[3]] * 3]),
        "login": table(login_id=numbers(300), email=[*(mails * 2)[:150], *mails[:148], SECRETS[0], SECRETS[1]]),
    }


SAID = ("zq-planted", "zqplanted", SECRETS[3], "98765432", "98,765,432")


def silent(text: str) -> bool:
    """Whether no planted value is in a text."""
    return not any(each in text for each in SAID)


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    """What inference says of the planted tables."""
    return infer_from(planted())


def test_counter_examples_are_there_and_masked(proposal: Proposal) -> None:
    """The rows that disagree are counted and shown as lengths, not as values."""
    claim = claim_of(proposal, "payment.c2", "reference")
    assert [(each.value, each.rows) for each in claim.evidence.counter_examples] == [
        ("D•••••••••••••••••••• (22 characters)", 3)
    ]
    assert claim_of(proposal, "people.email", "type").evidence.disagreeing == 1


def test_nothing_shown_holds_a_private_value(proposal: Proposal) -> None:
    """Neither the proposal's view, nor a claim's, nor the problems, nor the dictionary, nor the design."""
    assert silent(plain(proposal.view()))
    assert silent("".join(plain(each.view()) + str(each) + repr(each) for each in proposal.claims))
    assert silent(str(proposal.problems))
    assert silent(json.dumps(proposal.as_dict(), default=str))
    assert silent(proposal.domain.model_dump_json())


def test_shown_queries_hold_no_private_value(proposal: Proposal) -> None:
    """A bound found in private data is not written into SQL either."""
    assert silent("".join(each.evidence.sql for each in proposal.claims))


def test_rare_private_values_make_no_enum(proposal: Proposal) -> None:
    """A list of values would tell the rare ones; where all of them are frequent it tells on nobody."""
    assert str(proposal.domain.resource("people").attribute("gender").type) == "string"
    common = infer_from({"people": table(id=numbers(200), gender=["f", "m"] * 100)})
    assert str(common.domain.resource("people").attribute("gender").type) == "enum('f', 'm')"


def test_values_are_shown_on_request() -> None:
    """An analyst may ask for the values as they are."""
    shown = infer_from(planted(), show_sensitive=True)
    assert claim_of(shown, "payment.c2", "reference").evidence.counter_examples[0].value == SECRETS[3]


def test_what_a_person_calls_sensitive_is_masked_from_then_on() -> None:
    """Calling an attribute sensitive masks the examples that were read before, and showing it again needs a new look."""
    plant = [*(f"L{each % 50}" for each in range(197)), "zq-planted", "zq-planted", "zq-planted"]
    proposal = infer_from(
        {"place": table(spot=[f"L{each}" for each in range(50)]), "trip": table(id=numbers(200), spot=plant)}
    )
    assert claim_of(proposal, "trip.spot", "reference").evidence.counter_examples[0].value == "zq-planted"
    proposal.edit("trip.spot", sensitive=True)
    assert silent(plain(proposal.view()) + str(proposal.problems) + str(proposal.claims))
    proposal.undo()
    assert not silent(str(proposal.problems))


def test_checking_data_masks_what_the_design_calls_sensitive(proposal: Proposal) -> None:
    """Violations in private columns are counted without being quoted."""
    found = check(proposal.domain, planted())
    assert [each for each in found if each.code == "dangling_reference" and each.path.startswith("payment")]
    assert silent(str(found))


def write(folder: Path) -> Path:
    """The planted tables as CSV files."""
    for name, each in planted().items():
        pyarrow.csv.write_csv(each, folder / f"{name}.csv")
    return folder


def test_command_line_is_silent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing that a command prints or writes holds a private value."""
    data, design = write(tmp_path), tmp_path / "design.json"
    assert main(["infer", str(data), "--save", str(design)]) == 0
    assert main(["infer", str(data), "--json"]) == 0
    assert main(["check", str(design), "--data", str(data)]) == 1
    assert main(["check", str(design), "--data", str(data), "--json"]) == 1
    assert main(["show", str(design)]) == 0
    for target in ("duckdb", "pydantic", "json_schema", "mermaid", "dot"):
        assert main(["export", str(design), "--to", target, "--out", str(tmp_path / target)]) == 0
        assert silent("".join(each.read_text() for each in (tmp_path / target).rglob("*") if each.is_file()))
    printed = capsys.readouterr()
    assert silent(printed.out + printed.err + design.read_text())


def test_text_that_nearly_reads_as_numbers_is_masked(tmp_path: Path) -> None:
    """A secret in a column of numbers is told by its shape while the file is read."""
    rows = "\n".join(f"{each},{each * 7}" for each in range(200))
    (tmp_path / "t.csv").write_text(f"id,pin\n{rows}\n200,zq-planted\n")
    assert silent(str(check(Domain(name="d"), tmp_path)))
    with pytest.raises(VerificationError) as raised:
        check(tmp_path / "no.json", tmp_path)
    assert silent(str(raised.value))
