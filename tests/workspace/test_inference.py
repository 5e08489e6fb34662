"""What is inferred from, and what is refused before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.verify.designs import SOUND
from workbench.errors import VerificationError
from workbench.language import save
from workbench.workspace import infer, open_design


def test_a_saved_design_is_no_data_to_infer_from(tmp_path: Path) -> None:
    """Inferring from a design is refused with what to do instead; opening it gives the design."""
    path = tmp_path / "sound.json"
    save(SOUND, path)
    with pytest.raises(VerificationError) as caught:
        infer(path)
    (problem,) = caught.value.problems
    assert problem.code == "is_a_design" and "workbench show" in problem.hint
    assert open_design(path) == SOUND


def test_saved_decisions_beside_their_data_are_passed_over(tmp_path: Path) -> None:
    """A folder may hold the data, the design and the decisions: only the data is inferred from."""
    (tmp_path / "team.csv").write_text("id,name\n1,a\n2,b\n3,c\n")
    proposal = infer(tmp_path)
    save(proposal.domain, tmp_path / "design.json")
    proposal.save_decisions(tmp_path / "decisions.json")
    again = infer(tmp_path, previous=tmp_path / "decisions.json")
    assert [each.name for each in again.domain.resources] == [each.name for each in proposal.domain.resources]
    assert {"is_a_design", "is_decisions"} <= {each.code for each in again.problems}


def test_an_empty_path_is_refused() -> None:
    """Neither inference nor opening takes an empty text for the current folder."""
    for read in (infer, open_design):
        with pytest.raises(VerificationError, match="no source is named"):
            read("")
