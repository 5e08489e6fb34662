"""Exports: what they say of themselves, and how they reach a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.emit.designs import domains, hostile, large, shop
from tests.strategies import domains as any_domains
from workbench.emit import TARGETS, Export, export
from workbench.emit.export import MANIFEST_NAME, recorded_exports
from workbench.errors import AdapterError, ConflictError, NotFoundError, Problem
from workbench.model import Domain
from workbench.views import Stack


def contents(folder: Path) -> dict[str, str]:
    return {each.name: each.read_text() for each in folder.iterdir()}


@pytest.mark.parametrize("target", TARGETS)
def test_the_same_design_gives_the_same_bytes(target: str) -> None:
    """Files, manifest and losses depend on the design alone."""
    for design in (shop, hostile):
        assert export(design(), target) == export(Domain.model_validate(design().model_dump()), target)


@pytest.mark.parametrize("target", TARGETS)
def test_the_source_map_leads_back_to_the_element(target: str) -> None:
    """Every resource and, where a target writes one on lines of its own, every attribute is found from the lines it became."""
    made = export(shop(), target)
    for each in made.manifest.source_map:
        assert 1 <= each.first <= each.last <= made.files[each.file].count("\n")
    assert {"customer", "order", "order line", "shipment"} <= {each.path for each in made.manifest.source_map}
    place = next(each for each in made.manifest.source_map if each.path == "customer.born_on")
    lines = "\n".join(made.files[place.file].splitlines()[place.first - 1 : place.last])
    assert "born_on" in lines
    assert made.manifest.element_at(place.file, place.first) == "customer.born_on"


@pytest.mark.parametrize("target", TARGETS)
def test_three_hundred_resources_are_no_trouble(target: str) -> None:
    """A large design is exported whole."""
    made = export(large(), target)
    assert sum(text.count("resource_299") for text in made.files.values()) >= 1
    assert {f"resource_{n}" for n in range(300)} <= {each.path for each in made.manifest.source_map}


@pytest.mark.parametrize("target", TARGETS)
def test_an_empty_domain_is_a_valid_export(target: str) -> None:
    """No resources: still files, and nothing lost."""
    made = export(Domain(name="empty"), target)
    assert made.files and not made.losses


@settings(max_examples=36, deadline=None)
@given(domains() | any_domains())
def test_any_small_domain_reaches_every_target(domain: Domain) -> None:
    """No design, sound or not, makes an exporter fail; what cannot be said is a loss with a code and a place."""
    for target in TARGETS:
        made = export(domain, target)
        assert made.files
        assert all(
            isinstance(loss, Problem) and loss.code and loss.path and loss.severity != "error" for loss in made.losses
        )


def test_an_unknown_target_or_option_is_named_with_its_nearest() -> None:
    """A slip of the pen is answered with what was probably meant."""
    with pytest.raises(NotFoundError, match="did you mean 'duckdb'"):
        export(shop(), "duckbd")
    with pytest.raises(NotFoundError, match="did you mean 'decimals'"):
        export(shop(), "json_schema", decimal="string")


def test_the_manifest_names_the_design_and_not_the_moment() -> None:
    """The hash follows the design: equal designs agree, a changed one differs."""
    one, other = (
        export(shop(), "json_schema").manifest,
        export(shop().model_copy(update={"label": "Shop"}), "json_schema").manifest,
    )
    assert one.design == export(shop(), "mermaid").manifest.design != other.design
    assert one.workbench and one.target == "json_schema" and set(one.files) == {"schema.json"}


def test_write_fills_a_new_folder(tmp_path: Path) -> None:
    """Files and the manifest that describes them stand in the folder, and nothing else."""
    made = export(shop(), "json_schema")
    place = made.write(tmp_path / "a" / "b")
    assert contents(place) == {**made.files, MANIFEST_NAME: contents(place)[MANIFEST_NAME]}
    recorded = json.loads(contents(place)[MANIFEST_NAME])
    assert recorded["format"] == 1
    assert recorded["exports"]["json_schema"] == made.manifest.as_dict()
    assert sorted(each.name for each in (tmp_path / "a").iterdir()) == ["b"]


def test_writing_again_replaces_what_nobody_touched(tmp_path: Path) -> None:
    """A file still as exported is ours to replace; another target's export stays."""
    export(shop(), "mermaid").write(tmp_path)
    export(shop(), "json_schema").write(tmp_path)
    before = contents(tmp_path)
    changed = shop().model_copy(update={"description": "Another shop."})
    export(changed, "json_schema").write(tmp_path)
    after = contents(tmp_path)
    assert "Another shop." in after["schema.json"]
    assert after.keys() == before.keys() and after["domain.mmd"] == before["domain.mmd"]


def test_files_an_export_no_longer_has_go(tmp_path: Path) -> None:
    """The picture of a machine that is gone goes too, unless somebody edited it."""
    export(shop(), "mermaid").write(tmp_path)
    (name,) = {each.name for each in tmp_path.glob("*sale*")}
    export(shop().model_copy(update={"machines": ()}), "mermaid").write(tmp_path)
    assert not (tmp_path / name).exists()


def test_a_file_edited_by_hand_is_not_replaced(tmp_path: Path) -> None:
    """Someone's work is named and kept, unless they say otherwise."""
    made = export(shop(), "json_schema")
    made.write(tmp_path)
    (tmp_path / "schema.json").write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(ConflictError, match=r"schema\.json"):
        made.write(tmp_path)
    assert contents(tmp_path) == before
    made.write(tmp_path, overwrite=True)
    assert contents(tmp_path)["schema.json"] == made.files["schema.json"]


def test_a_file_that_was_never_ours_is_not_replaced(tmp_path: Path) -> None:
    """Neither a stranger's file nor a broken manifest gives leave to overwrite."""
    (tmp_path / "schema.json").write_text("{}")
    for manifest in ("", "[]", '{"format": 1, "exports": {"json_schema": {"files": {"../schema.json": "x"}}}}', "{}"):
        (tmp_path / MANIFEST_NAME).write_text(manifest)
        with pytest.raises(ConflictError):
            export(shop(), "json_schema").write(tmp_path)


def test_a_write_that_fails_changes_nothing(tmp_path: Path) -> None:
    """Half an export is none: what was replaced before the failure is put back."""
    first = export(shop(), "mermaid")
    first.write(tmp_path)
    machine = next(name for name in first.files if "sale" in name)
    (tmp_path / machine).unlink()
    (tmp_path / machine / "kept").mkdir(parents=True)
    before = (tmp_path / "domain.mmd").read_text(), (tmp_path / MANIFEST_NAME).read_text()
    changed = export(shop().model_copy(update={"resources": shop().resources[:2]}), "mermaid")
    with pytest.raises(AdapterError):
        changed.write(tmp_path, overwrite=True)
    assert ((tmp_path / "domain.mmd").read_text(), (tmp_path / MANIFEST_NAME).read_text()) == before
    assert (tmp_path / machine / "kept").is_dir()
    assert len(list(tmp_path.iterdir())) == 3


def test_a_write_that_fails_leaves_no_folder(tmp_path: Path) -> None:
    """A folder made for the files of a failed export goes again; a manifest that names files outside is no manifest of ours."""
    (tmp_path / "workbench-design.json").mkdir()
    (tmp_path / "workbench-design.json" / "kept").mkdir()
    with pytest.raises(AdapterError):
        export(shop(), "alembic").write(tmp_path, overwrite=True)
    assert [each.name for each in tmp_path.iterdir()] == ["workbench-design.json"]
    for file in ("../x", "/x", "a/../../x", "a\\b", ""):
        (tmp_path / MANIFEST_NAME).write_text(json.dumps({"format": 1, "exports": {"dot": {"files": {file: "x"}}}}))
        assert recorded_exports(tmp_path) == {}


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A file where the folder should be is an AdapterError, not a traceback from below."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(AdapterError, match="cannot be written"):
        export(shop(), "json_schema").write(tmp_path / "taken")


def test_check_tells_a_stale_export_from_one_edited_by_hand(tmp_path: Path) -> None:
    """Whether the design moved on or somebody edited the file is told apart, and looking writes nothing."""
    export(shop(), "postgres").write(tmp_path)
    assert not export(shop(), "postgres").check(tmp_path)
    renamed = shop().model_copy(update={"description": "another shop"})
    assert [each.code for each in export(renamed, "postgres").check(tmp_path)] == ["stale_export"]
    (tmp_path / "schema.postgres.sql").write_text("-- mine\n")
    assert [each.code for each in export(shop(), "postgres").check(tmp_path)] == ["edited_by_hand"]
    assert [each.code for each in export(renamed, "postgres").check(tmp_path)] == ["edited_by_hand"]
    (tmp_path / "schema.postgres.sql").unlink()
    assert [each.code for each in export(shop(), "postgres").check(tmp_path)] == ["not_exported"]
    assert [each.name for each in tmp_path.iterdir()] == [MANIFEST_NAME]


def test_check_leaves_what_was_never_ours_to_its_owner(tmp_path: Path) -> None:
    """A file of the same name that no export wrote is said to be somebody else's, not stale."""
    (tmp_path / "schema.postgres.sql").write_text("-- mine\n")
    assert [each.code for each in export(shop(), "postgres").check(tmp_path)] == ["not_ours"]


def test_an_export_shows_its_files_and_losses() -> None:
    """The view has the text of every file and a table of what was lost."""
    made = export(shop(), "json_schema")
    view = made.view()
    assert isinstance(view, Stack) and len(view.children) == len(view.folded) == len(made.files) + 1
    assert repr(made) == f"Export('json_schema', ['schema.json'], losses={len(made.losses)})"
    assert isinstance(made, Export)
