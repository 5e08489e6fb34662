"""A design in a folder: its log, undo, and what becomes of it when things go wrong."""

from __future__ import annotations

import datetime as dt
import json
import threading
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies import domains
from workbench.errors import ConflictError, VerificationError
from workbench.evolve import apply
from workbench.evolve.refactorings import split
from workbench.language import load
from workbench.model import Attribute, Domain, Resource, parse_type
from workbench.model.change import Change
from workbench.workspace import infer
from workbench.workspace.design import Design
from workbench.workspace.design_log import alone

MOMENT = dt.datetime(2026, 5, 4, 12, 30, tzinfo=dt.UTC)
ORDERS = Resource(
    name="orders", key=("id",), attributes=(Attribute(name="id", type=parse_type("integer"), required=True),)
)
SHOP = Domain(name="shop", resources=(ORDERS,))
NOTE = Attribute(name="note", type=parse_type("text"))
ADD_NOTE = Change(kind="add", path=("resources", "orders", "attributes", "note"), after=NOTE)


def opened(folder: Path, domain: Domain | None = None) -> Design:
    """The design in a folder, at one moment."""
    return Design(folder, domain, by="ada", now=lambda: MOMENT)


def test_a_change_is_kept_with_who_when_and_why(tmp_path: Path) -> None:
    """The log says who changed what, when, why, and on which evidence."""
    opened(tmp_path, SHOP).change(ADD_NOTE, by="gpt-test", kind="language model", why="orders need one", evidence="e1")
    step = opened(tmp_path).log[-1]
    assert (step.by, step.kind, step.why, step.when, step.evidence) == (
        "gpt-test",
        "language model",
        "orders need one",
        MOMENT,
        "e1",
    )
    assert step.changes == (ADD_NOTE,)


def test_opening_again_gives_the_same_design(tmp_path: Path) -> None:
    """What was changed is there in the next session."""
    design = opened(tmp_path, SHOP).change(ADD_NOTE, by="ada")
    assert opened(tmp_path).domain == design.domain != SHOP


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_the_steps_alone_give_the_design(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The log is the design: its changes, applied to the empty domain, give it, undo and redo included."""
    before, after = data.draw(domains()), data.draw(domains())
    design = opened(tmp_path_factory.mktemp("design"), before)
    try:
        design.change(after, by="ada")
    except VerificationError:
        return  # a design is never changed to one with errors
    if len(design.log) > 1:
        design.undo().redo().undo()
        assert design.domain == before
    replayed = Domain(name=before.name)
    for step in design.log:
        replayed = apply(replayed, step.changes)
    assert replayed == design.domain == load(design.folder / "design.json")


def test_the_log_keeps_where_values_move(tmp_path: Path) -> None:
    """A refactoring is read back as it was, expressions included; undoing it turns the ways round; one that begins elsewhere is refused."""
    design = opened(tmp_path, SHOP).change(ADD_NOTE, by="ada")
    made = split(design.domain, "orders", ["note"], "remarks")
    design.refactor(made, by="ada")
    (found,) = opened(tmp_path).refactorings(made.before)
    assert (found.after, found.changes, found.movements, found.returns) == (
        made.after, made.changes, made.movements, made.returns,
    )  # fmt: skip
    undone = opened(tmp_path).undo().log[-1]
    assert (undone.movements, undone.returns) == (made.returns, made.movements)
    assert opened(tmp_path).refactorings(Domain(name="never")) == ()
    with pytest.raises(ConflictError, match="begins with another design"):
        opened(tmp_path).refactor(made.inverse(), by="ada")


def test_undo_takes_back_one_step_at_a_time_and_redo_brings_it_again(tmp_path: Path) -> None:
    """Undo goes back to the first step and no further; redo comes as far back as undo went, unless another change came between."""
    design = opened(tmp_path, SHOP)
    design.change(ADD_NOTE, by="ada").change(Change(kind="rename", path=(), before="shop", after="store"), by="bob")
    with pytest.raises(ConflictError, match="nothing to do again"):
        design.redo()
    design.undo().undo()
    assert design.domain == SHOP
    with pytest.raises(ConflictError, match="nothing left"):
        design.undo()
    assert design.redo().domain.resource("orders").attribute("note") == NOTE
    assert opened(tmp_path).redo().domain.name == "store"
    design = opened(tmp_path).undo().undo().redo().undo().redo().redo()
    assert (design.domain.name, design.domain.resource("orders").attribute("note")) == ("store", NOTE)
    design.undo().change(Change(kind="rename", path=(), before="shop", after="market"), by="ada")
    with pytest.raises(ConflictError, match="nothing to do again"):
        design.redo()
    assert opened(tmp_path).domain == design.domain


def test_a_change_that_makes_errors_changes_nothing(tmp_path: Path) -> None:
    """A design is not changed into one that cannot stand; neither file is touched."""
    design = opened(tmp_path, SHOP)
    files = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    orphan = Change(kind="set", path=("resources", "orders", "key"), before=("id",), after=("nothing",))
    with pytest.raises(VerificationError, match="key"):
        design.change(orphan, by="ada")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == files


def test_a_crash_between_log_and_design_is_finished_when_opened(tmp_path: Path) -> None:
    """A step that is in the log is in the design, even if the process died before it was written."""
    design = opened(tmp_path, SHOP)
    before = (tmp_path / "design.json").read_text()
    wanted = design.change(ADD_NOTE, by="ada").domain
    (tmp_path / "design.json").write_text(before)
    assert opened(tmp_path).domain == wanted == load(tmp_path / "design.json")


def test_a_line_that_a_crash_cut_off_never_happened(tmp_path: Path) -> None:
    """Half a line at the end of the log is dropped, even half a letter; the next step stands on a line of its own."""
    opened(tmp_path, SHOP)
    with (tmp_path / "log.jsonl").open("ab") as stream:
        stream.write('{"number": 2, "why": "é'.encode()[:-1])
    design = opened(tmp_path)
    assert design.domain == SHOP
    design.change(ADD_NOTE, by="ada")
    assert [each.number for each in opened(tmp_path).log] == [1, 2]


def test_a_line_that_somebody_else_is_writing_is_waited_for(tmp_path: Path) -> None:
    """Whoever opens the folder while a step is half written takes it for no accident, and sees all of it."""
    wanted = opened(tmp_path, SHOP).change(ADD_NOTE, by="ada").domain
    log = tmp_path / "log.jsonl"
    whole, found = log.read_bytes(), list[Domain]()
    with alone(log):
        log.write_bytes(whole[:-20])
        reader = threading.Thread(target=lambda: found.append(opened(tmp_path).domain))
        reader.start()
        reader.join(0.2)
        with log.open("ab") as stream:
            stream.write(whole[-20:])
    reader.join(60)
    assert (found, log.read_bytes()) == ([wanted], whole)


def test_an_edit_by_hand_becomes_a_step(tmp_path: Path) -> None:
    """Whoever edits design.json in an editor finds the edit in the log, and can undo it."""
    opened(tmp_path, SHOP)
    text = (tmp_path / "design.json").read_text()
    (tmp_path / "design.json").write_text(text.replace('"orders"', '"purchases"'))
    design = opened(tmp_path)
    assert "by hand" in design.log[-1].why
    assert design.domain.has_resource("purchases")
    assert design.undo().domain == SHOP


def test_two_sessions_do_not_overwrite_each_other(tmp_path: Path) -> None:
    """Who opened the folder before somebody else changed it is told so, and nothing is lost."""
    first, second = opened(tmp_path, SHOP), opened(tmp_path)
    first.change(ADD_NOTE, by="ada")
    with pytest.raises(ConflictError, match="somebody else"):
        second.change(Change(kind="rename", path=(), before="shop", after="store"), by="bob")
    assert opened(tmp_path).domain == first.domain


@pytest.mark.parametrize("text", ["", "[]\n", '{"workbench": "log", "format": 99, "name": "x"}\n', "{}\nx\n"])
def test_a_damaged_log_is_a_problem_that_says_where(tmp_path: Path, text: str) -> None:
    """A log that cannot be read is told with its line, and nothing is repaired by guessing."""
    opened(tmp_path, SHOP)
    (tmp_path / "log.jsonl").write_text(text)
    with pytest.raises(VerificationError) as told:
        opened(tmp_path)
    assert told.value.problems[0].code == "bad_log"
    assert (tmp_path / "log.jsonl").read_text() == text


def test_a_folder_without_a_design_says_so(tmp_path: Path) -> None:
    """Opening an empty folder is a clear problem; making a second design in one is refused."""
    with pytest.raises(VerificationError, match="no_log"):
        opened(tmp_path)
    opened(tmp_path, SHOP)
    with pytest.raises(ConflictError, match="already"):
        opened(tmp_path, SHOP)


def test_accepting_a_proposal_is_a_step_of_changes_with_its_evidence(tmp_path: Path) -> None:
    """What inference says comes into the design as changes of a rule, and goes by undo; edits by hand stay when it is inferred again."""
    table = pa.table({"id": [1, 2, 3], "name": ["a", "b", "c"]})
    proposal = infer({"team": table}, name="league")
    design = opened(tmp_path, Domain(name="league")).accept(proposal, why="the files of May")
    assert design.domain == proposal.domain
    assert (design.log[-1].kind, len(design.log[-1].evidence)) == ("rule", 64)
    labelled = Change(kind="set", path=("resources", "team", "label"), before="", after="The team")
    design.change(labelled, by="ada")
    june = pa.table({"id": [1, 2, 3, 4], "name": ["a", "b", "c", "d"], "city": ["Rome", "Oslo", "Rome", "Bern"]})
    design.accept(infer({"team": june}, previous=proposal))
    assert design.domain.resource("team").label == "The team"
    assert "city" in design.domain.resource("team").attribute_names
    assert design.undo().undo().undo().domain == Domain(name="league")


def test_hostile_words_are_data_in_the_log(tmp_path: Path) -> None:
    """Quotes, line ends and markup in a reason or a name come back as they were, on one line of the log."""
    why = "'; drop table log; --\n<script>alert(1)</script> \u2028 \u00e9"
    opened(tmp_path, SHOP).change(ADD_NOTE, by='"\n', why=why)
    assert (opened(tmp_path).log[-1].why, opened(tmp_path).log[-1].by) == (why, '"\n')
    assert len((tmp_path / "log.jsonl").read_text().split("\n")) == 4
    assert json.loads((tmp_path / "log.jsonl").read_text().split("\n")[2])["why"] == why


def test_a_design_shows_its_picture_and_its_last_steps(tmp_path: Path) -> None:
    """The view has the domain and the log, the newest step first."""
    design = opened(tmp_path, SHOP).change(ADD_NOTE, by="ada", why="orders need one")
    bundle = design._repr_mimebundle_()
    assert "orders need one" in bundle["text/plain"]
