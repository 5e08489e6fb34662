"""Opening a design on a database, and the records it takes."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import workbench as wb
from workbench.errors import AdapterError, DefinitionError, NotFoundError, VerificationError
from workbench.expression import parse
from workbench.model import Attribute, Domain, Relationship, Resource
from workbench.workspace.session import Workspace

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
TYPES = {
    "amount": "decimal(10, 2)", "share": "float", "count": "integer", "told": "boolean", "day": "date", "at": "timestamp",
    "local": "local_timestamp", "clock": "time", "code": "uuid", "note": "string", "extra": "json", "tags": "array(string)",
    "lasts": "duration",
}  # fmt: skip


def design(*more: Attribute) -> Domain:
    key = Attribute(name="id", type="integer", required=True)  # type: ignore[arg-type]
    kinds = [Attribute(name=name, type=kind) for name, kind in TYPES.items()]  # type: ignore[arg-type]
    return Domain(name="d", resources=(Resource(name="thing", key=("id",), attributes=(key, *kinds, *more)),))


def opened(domain: Domain, path: str | Path = ":memory:", **more: Any) -> Workspace:
    return wb.open(domain, path, clock=lambda: NOW, **more)


def stored(workspace: Workspace, name: str) -> list[Any]:
    """The values of an attribute, by key."""
    values: list[Any] = workspace.ask("thing", select=[name], sort="id").arrow()[name].to_pylist()
    return values


@pytest.mark.parametrize(
    ("name", "given", "found"),
    [
        ("amount", "12.50", Decimal("12.50")), ("amount", 3, Decimal("3.00")), ("amount", 0.1, Decimal("0.10")), ("amount", Decimal("1.5"), Decimal("1.50")),
        ("share", 1, 1.0), ("share", "2.5", 2.5), ("count", 3.0, 3), ("count", "7", 7), ("told", "true", True), ("told", False, False),
        ("day", "2026-02-28", dt.date(2026, 2, 28)), ("day", dt.date(2026, 1, 2), dt.date(2026, 1, 2)),
        ("at", "2026-11-03T09:30Z", dt.datetime(2026, 11, 3, 9, 30, tzinfo=dt.UTC)), ("at", "2026-11-03 09:30+02:00", dt.datetime(2026, 11, 3, 7, 30, tzinfo=dt.UTC)),
        ("at", NOW, NOW), ("at", dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, tzinfo=dt.UTC)), ("clock", "10:30:00", dt.time(10, 30)),
        ("clock", "12:00", dt.time(12)), ("clock", "12:00:30.5", dt.time(12, 0, 30, 500000)), ("lasts", "PT5M", (0, 0, 300)), ("lasts", "P1D", (0, 1, 0)),
        ("lasts", "5 minutes", (0, 0, 300)), ("lasts", "-P1Y2M3W4DT5H6M7.5S", (-14, -25, -18367.5)), ("lasts", dt.timedelta(seconds=2), (0, 0, 2)),
        ("lasts", "1 month 2 days 03:04:05", (1, 2, 11045)),
        ("code", uuid.UUID(int=7), str(uuid.UUID(int=7))), ("note", "'; drop table thing; --", "'; drop table thing; --"), ("note", "", ""),
        ("extra", {"a": [1]}, '{"a": [1]}'), ("tags", ["x", "y"], ["x", "y"]),
    ],
)  # fmt: skip
def test_values_become_what_their_attribute_is(name: str, given: Any, found: Any) -> None:
    """Whatever Python type a value comes in, what is stored is the attribute's own."""
    with opened(design()) as workspace:
        workspace.create("thing", {"id": 1, name: given})
        assert [_plain(each) for each in stored(workspace, name)] == [found]


@pytest.mark.parametrize("kind", ["rows", "frame", "arrow", "parquet"])
def test_records_may_be_called_as_in_their_source(kind: str, tmp_path: Path) -> None:
    """What a design was made from can be loaded into it; a name of its own beside it is no second name."""
    name = Attribute.model_validate({"name": "name", "type": "string", "source_name": "Nick Name"})
    key = Attribute.model_validate({"name": "id", "type": "integer", "required": True, "source_name": "no"})
    rows = [{"no": 1, "Nick Name": "ann"}, {"no": 2, "Nick Name": None}]
    table = pa.Table.from_pylist(rows)
    pq.write_table(table, tmp_path / "team.parquet")
    given = {"rows": rows, "frame": table.to_pandas(), "arrow": table, "parquet": tmp_path / "team.parquet"}[kind]
    with opened(Domain(name="d", resources=(Resource(name="team", key=("id",), attributes=(key, name)),))) as workspace:
        assert workspace.create("team", given).created == 2
        assert workspace.ask("team").arrow().to_pylist() == [{"id": 1, "name": "ann"}, {"id": 2, "name": None}]
        assert workspace.update("team", {"no": 2, "Nick Name": "bob"}).updated == 1
        with pytest.raises(VerificationError, match="unknown_attribute"):
            workspace.update("team", {"id": 2, "name": "bob", "Nick Name": "ben"})


def _plain(value: Any) -> Any:
    """Uuids as text, durations as months, days and seconds."""
    if isinstance(value, pa.MonthDayNano):
        return (value.months, value.days, value.nanoseconds / 1e9)
    return str(value) if isinstance(value, uuid.UUID) else value


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("amount", "12.345"), ("amount", 0.125), ("amount", "1e3"), ("amount", 10**12), ("count", 1.5), ("count", "one"), ("count", 2**70),
        ("count", dt.date(2026, 1, 1)), ("told", "maybe"), ("told", 2), ("day", "2026-02-30"), ("day", dt.datetime(2026, 1, 1, 5)), ("at", "noon"),
        ("at", "2026-11-03 09:30"),
        ("code", "abc"), ("share", "much"), ("clock", "12:0"), ("clock", "25:00"), ("clock", "12:00Z"), ("lasts", "5"), ("lasts", "PT"), ("lasts", "soon"),
        ("lasts", 5), ("lasts", "99999999999 days"), ("lasts", "PT0.1234567S"),
    ],
)  # fmt: skip
def test_nothing_is_rounded_cut_or_guessed_in_silence(name: str, given: Any) -> None:
    """A value that its attribute cannot hold as it is is refused, and told."""
    with opened(design()) as workspace:
        with pytest.raises(VerificationError) as caught:
            workspace.create("thing", [{"id": 1, name: given}, {"id": 2}])
        assert [(each.path, each.code, each.rows) for each in caught.value.problems] == [
            (f"thing.{name}", "unfit_value", 1)
        ]


def test_records_come_as_dictionaries_frames_arrow_tables_and_parquet_files(tmp_path: Path) -> None:
    """All of them are the same to a batch."""
    table = pa.table({"id": [2], "note": ["b"]})
    pq.write_table(pa.table({"id": [4], "note": ["d"]}), tmp_path / "more.parquet")
    with opened(design()) as workspace:
        workspace.create("thing", {"id": 1, "note": "a"})
        workspace.create("thing", table)
        workspace.create("thing", pd.DataFrame({"id": [3], "note": ["c"]}))
        workspace.create("thing", tmp_path / "more.parquet")
        assert stored(workspace, "note") == ["a", "b", "c", "d"]
        for wrong in (7, ["x"], None):
            with pytest.raises(VerificationError, match="no_records"):
                workspace.create("thing", wrong)
        with pytest.raises(AdapterError, match="cannot be read as Parquet"):
            workspace.create("thing", tmp_path / "nothing.parquet")


def test_a_frame_whose_values_share_no_type_is_judged_value_by_value() -> None:
    """What fits goes in, what does not is refused by its row; two columns of one name are told before."""
    frame = pd.DataFrame({"id": [1, 2, 3], "count": [7, "8", "many"], "extra": [{"a": 1}, [2], None]})
    with opened(design()) as workspace:
        outcome = workspace.create("thing", frame, refused="skip")
        assert outcome.refusals is not None
        assert outcome.refusals.arrow().select(["row", "path", "value"]).to_pylist() == [
            {"row": 2, "path": "thing[2].count", "value": "many"}
        ]
        assert (stored(workspace, "count"), stored(workspace, "extra")) == ([7, 8], ['{"a": 1}', "[2]"])
        with pytest.raises(VerificationError, match=r"thing\.note.*duplicate_column"):
            workspace.create("thing", pd.DataFrame([[4, "a", "b"]], columns=["id", "note", "note"]))


def test_json_holds_what_json_can_say() -> None:
    """A number that is none, or a list that holds itself, is told, and not kept as a text that no reader takes."""
    endless: list[Any] = []
    endless.append(endless)
    with opened(design()) as workspace:
        for wrong in ({"a": float("nan")}, float("inf"), endless, {(1, 2): 3}):
            with pytest.raises(VerificationError, match=r"thing\.extra.*unfit_value"):
                workspace.create("thing", {"id": 1, "extra": wrong})
        assert stored(workspace, "id") == []


def test_a_time_that_no_database_keeps_is_refused() -> None:
    """A time beyond all calendars is told, and does not become another one."""
    with opened(design()) as workspace:
        workspace.create("thing", pa.table({"id": [1], "at": pa.array([1], pa.timestamp("s"))}))
        with pytest.raises(VerificationError, match=r"thing\.at.*unfit_value"):
            workspace.create("thing", pa.table({"id": [2], "at": pa.array([2**60], pa.timestamp("s"))}))
        assert stored(workspace, "id") == [1]


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda ws: ws.destroy("thing", [1], where="id = 2"), "either records or 'where'"),
        (lambda ws: ws.run("thing.destroy", [1], where="id = 2"), "either records or 'where'"),
        (lambda ws: ws.update("thing", {"id": 1, "count": 9}, where="id = 2"), "either records or 'where'"),
        (lambda ws: ws.update("thing", {"id": 1}, set={"count": 9}), "'set' goes with 'where'"),
        (lambda ws: ws.run("thing.create", {"id": 3}, where="id = 1"), "takes records"),
        (lambda ws: ws.run("thing.upsert", {"id": 3}, set={"count": 1}), "'set' goes with 'where'"),
        (lambda ws: ws.update("thing", where=7, set={"count": 9}), "'where' is an expression"),
        (lambda ws: ws.create("thing", [{"id": 3}, {"id": 1}], refused="Skip"), "one of 'all', 'skip'"),
        (lambda ws: ws.update("thing", where="id = 1", set={"id": parse("id + 1"), "count": 9}), "id says which row"),
        (lambda ws: ws.run("thing.update", where="id = 1", set={"id": 2}), "id says which row"),
        (lambda ws: ws.ask("thing", 7), "7 is no expression"),
        (lambda ws: ws.ask("thing", select={"a": 7}), "7 is no expression"),
        (lambda ws: ws.ask("thing", limit="3"), "limit is '3'"),
    ],
)
def test_what_is_asked_in_two_ways_at_once_is_refused_and_nothing_is_done(ask: Any, why: str) -> None:
    """Neither half of such a request is left out in silence: rows that nobody meant would change, or go."""
    with opened(design()) as workspace:
        workspace.create("thing", [{"id": 1, "count": 1}, {"id": 2, "count": 2}])
        with pytest.raises(DefinitionError, match=why):
            ask(workspace)
        assert (stored(workspace, "id"), stored(workspace, "count")) == ([1, 2], [1, 2])


def test_what_a_record_does_not_say_stays_and_what_it_says_is_null_becomes_null() -> None:
    """In one update some records leave a value out, and others take it away."""
    with opened(design()) as workspace:
        workspace.create("thing", [{"id": 1, "note": "a"}, {"id": 2, "note": "b"}, {"id": 3, "note": "c"}])
        workspace.update("thing", [{"id": 1, "note": None}, {"id": 2, "count": 5}, {"id": 3, "note": "z"}])
        assert (stored(workspace, "note"), stored(workspace, "count")) == ([None, "b", "z"], [None, 5, None])


def test_an_update_by_condition_takes_values_and_expressions() -> None:
    """``set`` holds plain values, and expressions on the row as it is."""
    with opened(design()) as workspace:
        workspace.create("thing", [{"id": each, "count": each} for each in range(4)])
        outcome = workspace.update("thing", where="count >= 2", set={"note": "big", "count": parse("count * 10")})
        assert (outcome.updated, stored(workspace, "count"), stored(workspace, "note")) == (
            2,
            [0, 1, 20, 30],
            [None, None, "big", "big"],
        )
        assert workspace.destroy("thing", where="count < 5").destroyed == 2


def test_the_store_fills_generated_attributes_and_never_gives_a_number_twice(tmp_path: Path) -> None:
    """Uuids, counting numbers and moments are filled; a number whose row is gone stays gone, after opening again too."""
    made = [
        Attribute(name=name, type=kind, generated=True)
        for name, kind in (("no", "integer"), ("made", "timestamp"), ("ref", "uuid"))
    ]  # type: ignore[arg-type]
    with opened(design(*made), tmp_path / "d.duckdb", seed=3) as workspace:
        workspace.create("thing", [{"id": 1}, {"id": 2}])
        workspace.destroy("thing", [2])
        workspace.create("thing", {"id": 3})
        assert (stored(workspace, "no"), stored(workspace, "made")) == ([1, 3], [NOW, NOW])
        assert len(set(stored(workspace, "ref"))) == 2
        workspace.destroy("thing", [3])
    with opened(design(*made), tmp_path / "d.duckdb") as workspace:
        workspace.create("thing", {"id": 4})
        assert stored(workspace, "no") == [1, 4]


def test_a_file_keeps_its_design_and_says_when_it_is_asked_for_another(tmp_path: Path) -> None:
    """The same design finds its rows; another one is told to migrate; a read-only workspace writes nothing."""
    file = tmp_path / "d.duckdb"
    with opened(design(), file) as workspace:
        workspace.create("thing", {"id": 1})
    with opened(design(), file, read_only=True) as workspace:
        assert workspace.count("thing") == 1
        with pytest.raises(AdapterError, match="only to read"):
            workspace.create("thing", {"id": 2})
    with pytest.raises(VerificationError, match="workbench migrate"):
        opened(design(Attribute(name="more", type="string")), file)  # type: ignore[arg-type]


def test_unknown_names_are_told_with_the_nearest() -> None:
    """Resources, actions and identities that are not there."""
    with opened(design()) as workspace:
        for do in (
            lambda: workspace.create("thin", {"id": 1}),
            lambda: workspace.run("thing.creat", {"id": 1}),
            lambda: workspace.upsert("thing", {"id": 1}, identity="kye"),
        ):
            with pytest.raises(NotFoundError):
                do()


def test_a_design_with_problems_does_not_open() -> None:
    """Every problem is told before anything is made."""
    broken = Domain(
        name="d",
        resources=(
            Resource(name="a", key=("idd",), attributes=(Attribute(name="id", type="integer", required=True),)),  # type: ignore[arg-type]
            Resource(name="b", relationships=(Relationship(name="c", kind="belongs_to", destination="nobody"),)),
        ),
    )
    with pytest.raises(VerificationError) as caught:
        opened(broken)
    assert {"unknown_key_attribute", "unknown_destination"} <= {each.code for each in caught.value.problems}


def test_hostile_names_are_only_names() -> None:
    """Resources and attributes with quotes, markup and reserved words run like any other."""
    names = ['a"b', "'; drop table x; --", "<script>", "select", "~old.id", "Größe", "row"]
    attributes = [Attribute(name=name, type="string") for name in names]  # type: ignore[arg-type]
    odd = Resource(
        name='o"dd; --', key=("id",), attributes=(Attribute(name="id", type="integer", required=True), *attributes)
    )  # type: ignore[arg-type]
    with opened(Domain(name="d", resources=(odd,))) as workspace:
        workspace.create(odd.name, {"id": 1, **{name: name for name in names}})
        workspace.upsert(odd.name, [{"id": 1, "<script>": "x"}, {"id": 2}])
        assert workspace.update(odd.name, where="id = 2", set={'a"b': "y"}).updated == 1
        rows = workspace.ask(odd.name, sort="id").arrow().to_pylist()
        assert rows[0] == {"id": 1, **{name: name for name in names}, "<script>": "x"}
        assert (rows[1]['a"b'], workspace.destroy(odd.name, [1, 2]).destroyed) == ("y", 2)


def test_an_outcome_shows_and_explains_itself() -> None:
    """Its view tells the counts; what it explains has the SQL of each stage."""
    with opened(design()) as workspace:
        outcome = workspace.create("thing", [{"id": 1}, {"id": 1}], refused="skip")
        assert str(outcome) == "create thing: 1 created, 1 refused"
        assert "key_taken" in repr(outcome.view())
        explained = repr(outcome.explain())
        assert "validate" in explained and "write" in explained and "batch" in explained


def test_half_a_character_is_told_and_nothing_is_written() -> None:
    """A text that no database can keep is a problem of its attribute, not an error of an encoder."""
    with opened(design()) as workspace:
        with pytest.raises(VerificationError, match="half a character"):
            workspace.create("thing", [{"id": 1, "note": "fine"}, {"id": 2, "note": "\ud800"}])
        assert workspace.count("thing") == 0
