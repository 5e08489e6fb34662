"""AshSwarm's domain reasoning."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import domains, json_values, names
from workbench.errors import Problem, VerificationError
from workbench.language import ashswarm, json_format, load, toml_format, yaml_format
from workbench.model import Action, Attribute, Domain, Measure, Resource, parse_type

TEXT = """
resources:
  - name: "Network"
    attributes:
      - name: "name"
        type: "string"
        modifiers: ["required", "public"]
      - name: "budget"
        type: "Money"
        constraints: {min: 0}
      - {name: "opened", type: "utc_datetime", description: "when it began"}
    relationships:
      - {name: "sites", type: "has_many", destination: "Site", destination_attribute: "network_id"}
    default_actions: ["read", "create", "archive"]
    primary_key: {name: "id", type: "uuidv4"}
    domain: "Logistics"
    extends: ["logistics-ontology"]
    base: "Ash.Resource"
    timestamps: true
  - name: "Site"
    attributes: [{name: "code", type: "ci_string", modifiers: ["sensitive", "indexed"]}, {name: "x"}]
    relationships: [{name: "network", type: "belongs_to", destination: "Network"}]
    default_actions: null
    primary_key: {name: "code", type: "ci_string"}
    domain: "Ground"
steps:
  - {explanation: "Found the nouns.", output: "Two resources."}
final_answer: "A network has sites."
note: null
"""


def document(text: str) -> object:
    return yaml.safe_load(text)


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(VerificationError) as caught:
        ashswarm.loads(text)
    return list(caught.value.problems)


def test_words_become_the_model(tmp_path: Path) -> None:
    """A YAML file of this shape loads as a design: types, keys, relationships, flags and actions in the words of the vocabulary."""
    (tmp_path / "reasoning.yaml").write_text(TEXT)
    domain = load(tmp_path / "reasoning.yaml")
    network, site = domain.resources
    assert (domain.name, network.cluster, site.cluster) == ("Logistics", "", "Ground")
    assert [(each.name, str(each.type), each.required) for each in network.attributes] == [
        ("id", "uuid", True), ("name", "string", True), ("budget", "json", False), ("opened", "timestamp", False),
    ]  # fmt: skip
    assert (network.key, site.key, site.attribute("code").sensitive) == (("id",), ("code",), True)
    assert [(each.name, each.kind) for each in network.actions] == [
        ("read", "read"),
        ("create", "create"),
        ("archive", "generic"),
    ]
    assert (network.relationship("sites").kind, network.relationship("sites").destination) == ("has_many", "Site")
    assert domain.extensions["ashswarm"]["final_answer"] == "A network has sites."
    assert domain.extensions["ashswarm"]["steps"] == [{"explanation": "Found the nouns.", "output": "Two resources."}]


def test_a_document_comes_back_equal() -> None:
    """Loading and saving changes nothing, also when the design was kept in another format meanwhile."""
    domain = ashswarm.loads(TEXT)
    assert document(ashswarm.dumps(domain)) == document(TEXT)
    for each in (json_format, yaml_format, toml_format):
        assert document(ashswarm.dumps(each.loads(each.dumps(domain)))) == document(TEXT)
    assert list(ashswarm.losses(domain)) == []


def test_an_edit_shows() -> None:
    """What the design says now is written, what it leaves alone keeps its spelling, what is gone is gone."""
    domain = ashswarm.loads(TEXT)
    network = domain.resources[0]
    attributes = [
        each.model_copy(update={"type": parse_type("integer")}) if each.name == "budget" else each
        for each in network.attributes
    ]
    edited = network.model_copy(update={"attributes": (*attributes, Attribute(name="size", type="float"))})
    found = ashswarm.document_of(domain.model_copy(update={"resources": (edited,)}))
    (entry,) = found["resources"]
    assert entry["attributes"] == [
        {"name": "name", "type": "string", "modifiers": ["required", "public"]},
        {"name": "budget", "type": "integer", "constraints": {"min": 0}},
        {"name": "opened", "type": "utc_datetime", "description": "when it began"},
        {"name": "size", "type": "float"},
    ]
    assert (entry["timestamps"], entry["primary_key"]) == (True, {"name": "id", "type": "uuidv4"})


_entries = st.fixed_dictionaries(
    {"name": names},
    optional={
        "attributes": st.none() | st.lists(
            st.fixed_dictionaries(
                {"name": names},
                optional={"type": json_values | st.sampled_from(["uuid", "String", "map"]), "modifiers": st.none() | st.lists(json_values, max_size=2), "description": json_values},
            ), max_size=3, unique_by=lambda each: each["name"],
        ),
        "relationships": st.lists(
            st.fixed_dictionaries({"name": names, "type": st.sampled_from(["has_many", "belongs_to"]), "destination": names}, optional={"x": json_values}),
            max_size=2, unique_by=lambda each: each["name"],
        ),
        "default_actions": st.none() | st.lists(st.sampled_from(["read", "create", "list"]), max_size=4),
        "primary_key": st.none() | st.fixed_dictionaries({"name": names}, optional={"type": json_values, "x": json_values}),
        "domain": json_values, "timestamps": json_values, "extends": json_values, "other": json_values,
    },
)  # fmt: skip
_documents = st.fixed_dictionaries(
    {"resources": st.lists(_entries, max_size=3, unique_by=lambda each: each["name"])},
    optional={"steps": json_values, "final_answer": json_values, "more": json_values},
)


@settings(max_examples=60, deadline=None)
@given(
    _documents.filter(
        lambda each: all(
            part["name"].isprintable()
            for entry in each["resources"]
            for part in [
                entry,
                *(entry.get("attributes") or []),
                *entry.get("relationships", []),
                entry.get("primary_key") or entry,
            ]
        )
    )
)
def test_any_document_comes_back_equal(said: dict[str, object]) -> None:
    """Whatever a document holds beside the words we know comes back as it was."""
    from workbench.language.yaml_text import write_yaml

    try:
        domain = ashswarm.loads(write_yaml(said))
    except VerificationError as error:
        assert {each.code for each in error.problems} <= {"wrong_type", "missing_field"}
        return
    assert ashswarm.document_of(domain) == said


@settings(max_examples=36, deadline=None)
@given(domains())
def test_any_design_can_be_written(domain: Domain) -> None:
    """Every design has a document that loads or says why not, and what it could not carry is told."""
    text = ashswarm.dumps(domain)
    assert all(each.code == "not_carried" and each.hint for each in ashswarm.losses(domain))
    try:
        again = ashswarm.loads(text)
    except VerificationError as error:
        assert {each.code for each in error.problems} <= {"duplicate_name", "missing_field", "wrong_type"}
    else:
        assert [each.name for each in again.resources] == [each.name for each in domain.all_resources]


def test_losses_name_what_is_left_out() -> None:
    """Each thing AshSwarm has no word for is told by its path."""
    orders = Resource(
        name="orders", key=("id", "line"), attributes=(Attribute(name="id", type="uuid"), Attribute(name="line", type="enum(a)", default="'a'")),
        measures=(Measure(name="count", expression="count()"),), actions=(Action(name="cancel", kind="update", filter="line = 'a'"),),
    )  # fmt: skip
    domain = Domain(
        name="shop", label="Shop", resources=(orders,), extensions={"x": 1}, domains=(Domain(name="inner"),)
    )
    assert [each.path for each in ashswarm.losses(domain)] == [
        "domains.inner", "extensions.x", "label", "orders.actions.cancel.filter", "orders.actions.cancel.kind", "orders.key", "orders.line.default",
        "orders.line.type", "orders.measures",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "path", "code", "line"),
    [
        ("- a", "text", "not_ashswarm", None),
        ("steps: []", "resources", "wrong_type", None),
        ("resources: {}", "resources", "wrong_type", 1),
        ("resources:\n- 7", "resources.0", "wrong_type", 2),
        ("resources:\n- label: x", "resources.0", "missing_field", 2),
        ("resources:\n- name: a\n- name: b\n  attributes: 1", "resources.1.attributes", "wrong_type", 4),
        ("resources:\n- name: a\n  name: b", "b", "duplicate_field", 3),
        ("resources:\n- name: a\n  primary_key: id", "resources.0.primary_key", "wrong_type", 3),
        ("resources:\n- name: a\n  default_actions: read", "resources.0.default_actions", "wrong_type", 3),
        ("resources:\n- name: a\n  relationships: [{name: b, type: hasmany, destination: c}]", "resources.0.relationships.0.type", "bad_value", 3),
        ("resources:\n- name: a\n  relationships: [{name: b, type: has_many}]", "resources.0.relationships.0.destination", "wrong_type", None),
        ("resources:\n- name: " + "a" * 300, "resources.0.name", "bad_value", 2),
    ],
)  # fmt: skip
def test_mistakes_have_their_place(text: str, path: str, code: str, line: int | None) -> None:
    """What has another shape is refused with its place and what to write."""
    (problem,) = problems_of(text)
    assert (problem.path, problem.code, problem.line) == (path, code, line)
    assert problem.hint


def test_names_stand_once() -> None:
    """A resource or attribute named twice is refused at both."""
    text = "resources:\n- name: a\n- name: a\n  attributes: [{name: b}, {name: b}]"
    assert [(each.code, each.line) for each in problems_of(text)] == [
        ("duplicate_name", 2),
        ("duplicate_name", 4),
        ("duplicate_name", 4),
        ("duplicate_name", 3),
    ]


def test_kept_parts_of_another_shape_do_no_harm() -> None:
    """A section that somebody else wrote under the same name is kept apart from what is read of it."""
    for section in (
        7,
        [],
        {"resources": 1},
        {"resources": {"a": {"spelled": 1, "inside": {"attributes": 2}, "without": []}}},
    ):
        domain = Domain(name="x", resources=(Resource(name="a"),), extensions={"ashswarm": section})
        assert [each["name"] for each in ashswarm.document_of(domain)["resources"]] == ["a"]
