"""What we export and import again is the same design, but for what that language cannot say."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.emit.designs import domains, shop
from workbench.emit import export
from workbench.language.importers import Imported, from_pydantic, from_sqlalchemy, import_design
from workbench.model import Domain, Resource
from workbench.model.references import references
from workbench.model.types import SEMANTIC, EnumType, storage
from workbench.relation.stored import completed, stored
from workbench.workspace import check, infer

_NUMBERS = count()


def whole(domain: Domain) -> Domain:
    """``domain`` with the attributes its references imply written out, as every export writes them."""
    return completed(domain, stored(domain, lambda *_: None))


def types_of(resource: Resource) -> dict[str, tuple[str, bool]]:
    """Attribute, by the name it had -> its type and whether it is there in every row."""
    return {
        each.source_name or each.name: (str(each.type), each.required or each.name in resource.key)
        for each in resource.attributes
    }


def lines_of(domain: Domain) -> set[tuple[object, ...]]:
    """Every reference with its name, its keys and how many rows stand at its ends."""
    found = references(domain)
    return {
        (
            each.name,
            each.holder,
            frozenset(zip(each.keys, each.target_keys, strict=True)),
            each.target,
            each.holder_end,
            each.target_end,
        )
        for each in found
    }


@contextmanager
def module(source: str) -> Iterator[ModuleType]:
    """The module that ``source`` is, while it is needed."""
    made = ModuleType(f"exported_{next(_NUMBERS)}")
    sys.modules[made.__name__] = made
    try:
        exec(compile(source, made.__name__, "exec"), made.__dict__)  # noqa: S102  our own export
        yield made
    finally:
        del sys.modules[made.__name__]


@pytest.fixture(scope="module")
def designs() -> list[Domain]:
    """The shop as inferred from its files, and the one with everything that exports find hard."""
    return [infer("data/shop").domain, shop()]


def schema(domain: Domain) -> Imported:
    return import_design("json_schema", export(domain, "json_schema").files["schema.json"])


def test_json_schema_keeps_names_types_keys_and_references(designs: list[Domain]) -> None:
    """Through JSON Schema come back all names, types, keys, requiredness, identities, references and marks."""
    for domain in designs:
        found, expected = schema(domain), whole(domain)
        assert not found.problems
        assert found.domain.name == domain.name
        assert [each.name for each in found.domain.resources] == [each.name for each in expected.resources]
        for was, now in zip(expected.resources, found.domain.resources, strict=True):
            assert types_of(now) == types_of(was)
            assert now.key == was.key
            assert [(each.attributes, each.where) for each in now.identities] == [
                (each.attributes, each.where) for each in was.identities
            ]
            for attribute in was.attributes:
                again = now.attribute(attribute.name)
                assert (again.sensitive, again.private, again.generated) == (
                    attribute.sensitive, attribute.private, attribute.generated,
                )  # fmt: skip
                assert (again.description, again.label) == (attribute.description, attribute.label)
        assert lines_of(found.domain) == lines_of(expected)
        assert check(found.domain).is_ok


def test_json_schema_loses_rules(designs: list[Domain]) -> None:
    """What the export says it cannot carry is what is missing afterwards: rules, and the pattern's spelling."""
    _, hard = designs
    lost = {each.code for each in export(hard, "json_schema").losses}
    assert "rule_not_carried" in lost
    assert not any(each.rules for each in schema(hard).domain.resources)


@given(domains())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_design_comes_back_through_json_schema(domain: Domain) -> None:
    """Odd names, every type and circles of references come back as they were; what stands is sound."""
    found, expected = schema(domain), whole(domain)
    assert check(found.domain).is_ok
    assert [each.name for each in found.domain.resources] == [each.name for each in expected.resources]
    records = stored(domain, lambda *_: None)
    for was, now, record in zip(expected.resources, found.domain.resources, records, strict=True):
        described = types_of(was)
        told = {each.code for each in found.problems if each.path.startswith(was.name)}
        assert {name: types_of(now)[name][0] for name in described} == {name: described[name][0] for name in described}
        assert "unfit_key" in told or set(now.key) == set(record.key)


def test_mermaid_keeps_what_a_diagram_shows(designs: list[Domain]) -> None:
    """Names, keys, references and cardinalities come back; values of enums and optional attributes do not, and the first is told."""
    domain, _ = designs
    found = import_design("mermaid", export(domain, "mermaid").files["domain.mmd"])
    expected = whole(domain)
    assert [each.name for each in found.domain.resources] == [each.name for each in expected.resources]
    enums = 0
    for was, now in zip(expected.resources, found.domain.resources, strict=True):
        assert now.key == was.key
        for attribute in was.attributes:
            again = next(each for each in now.attributes if attribute.name in (each.name, each.source_name))
            if isinstance(attribute.type, EnumType):
                enums += 1
                assert str(again.type) == "string"
            else:
                assert again.type == attribute.type
    assert lines_of(found.domain) == lines_of(expected)
    assert [each.code for each in found.problems] == ["values_not_drawn"] * enums
    assert check(found.domain).is_ok


@given(domains())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_diagram_of_ours_can_be_read(domain: Domain) -> None:
    """Whatever our Mermaid export writes is read without a mistake, entity by entity and attribute by attribute."""
    found = import_design("mermaid", export(domain, "mermaid").files["domain.mmd"])
    assert not [each for each in found.problems if each.code == "syntax"]
    drawn = {each.label or each.source_name or each.name: each for each in found.domain.resources}
    assert len(drawn) >= len({each.name for each in domain.resources}) or len(found.domain.resources) >= len(
        domain.resources
    )
    assert check(found.domain).is_ok


def plain(type_: Any) -> str:
    """A type as a language without semantic refinements keeps it."""
    return SEMANTIC.get(str(type_), str(type_)) if storage(type_) != "text" else "string"


def orm(domain: Domain) -> Imported:
    with module(export(domain, "sqlalchemy").files["orm.py"]) as made:
        return from_sqlalchemy(made.Base, name=domain.name)


def test_sqlalchemy_keeps_tables_and_relationships(designs: list[Domain]) -> None:
    """Through SQLAlchemy come back names, types but for refinements, keys, requiredness, enums, bounds, and both ways of references."""
    for domain in designs:
        found, expected = orm(domain), whole(domain)
        by_name = {each.source_name or each.name: each for each in found.domain.resources}
        for was in expected.resources:
            now = by_name[was.name]
            renamed = {each.name: each.source_name or each.name for each in now.attributes}
            assert types_of(now) == {
                name: (plain(was.attribute(name).type), required) for name, (_, required) in types_of(was).items()
            }
            assert tuple(renamed[each] for each in now.key) == was.key
            kept = {(each.name, each.kind) for each in now.relationships}
            assert {(each.name, each.kind) for each in was.relationships} <= kept
            for attribute in was.attributes:
                again = next(each for each in now.attributes if attribute.name in (each.name, each.source_name))
                assert (again.constraints.minimum, again.constraints.maximum) == (
                    attribute.constraints.minimum, attribute.constraints.maximum,
                )  # fmt: skip
                assert again.sensitive == attribute.sensitive
        assert check(found.domain).is_ok


def test_sqlalchemy_says_which_check_it_cannot_read(designs: list[Domain]) -> None:
    """The one condition that does not come back is told: a pattern spelled out for the database."""
    _, hard = designs
    assert [each.code for each in orm(hard).problems] == ["untranslated_check"]


def test_pydantic_keeps_fields_and_guesses_keys(designs: list[Domain]) -> None:
    """Through Pydantic come back fields, types but for refinements and bounds; keys are guessed, rules are code, and both are told."""
    for domain in designs:
        with module(export(domain, "pydantic").files["models.py"]) as made:
            models = [each for each in vars(made).values() if isinstance(each, type) and issubclass(each, made.Record)]
            found = from_pydantic(*(each for each in models if each is not made.Record))
        by_label = {each.name.casefold(): each for each in found.domain.resources}
        for was in whole(domain).resources:
            now = by_label[was.name.replace(" ", "").casefold()]
            described = types_of(now)
            for attribute in was.attributes:
                again = next(each for each in now.attributes if attribute.name in (each.name, each.source_name))
                assert described[attribute.name][0] == plain(attribute.type)
                assert again.required == (attribute.required or attribute.name in now.key) or attribute.name in was.key
                assert str(again.constraints.minimum) == str(attribute.constraints.minimum)
        assert {each.code for each in found.problems} <= {"key_assumed", "validator_not_carried", "bad_reference"}
        assert check(found.domain).is_ok
