"""The JSON Schema of the design format, held against a real validator."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from tests.strategies import domains
from workbench.errors import VerificationError
from workbench.language import json_format, yaml_format
from workbench.language.json_format import document_of
from workbench.language.schema import FILE, design_schema, schema_text
from workbench.model import Domain

VALIDATOR = Draft202012Validator(design_schema())


def test_the_file_is_fresh() -> None:
    """The published schema is what the vocabulary says today; `python -m workbench.language.schema` renews it."""
    assert FILE.read_text(encoding="utf-8") == schema_text()


def test_it_is_a_schema() -> None:
    """The schema holds against its own metaschema, and every reference in it leads somewhere."""
    Draft202012Validator.check_schema(design_schema())
    text = schema_text()
    used = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert used <= design_schema()["$defs"].keys()


@settings(max_examples=36, deadline=None)
@given(domains())
def test_designs_hold(domain: Domain) -> None:
    """Every design the model can hold is valid, from whichever format."""
    VALIDATOR.validate(document_of(domain))
    VALIDATOR.validate(yaml.safe_load(yaml_format.dumps(domain)))


@pytest.mark.parametrize(
    "change",
    [
        {"workbench": "changes"},
        {"format": 2},
        {"format": "1"},
        {"name": ""},
        {"name": None},
        {"name": "a\tb"},
        {"resorces": []},
        {"resources": {}},
        {"resources": [{"label": "no name"}]},
        {"resources": [{"name": "r", "nulable": True}]},
        {"resources": [{"name": "r", "key": "id"}]},
        {"resources": [{"name": "r", "attributes": [{"name": "a"}]}]},
        {"resources": [{"name": "r", "attributes": [{"name": "a", "type": "strng"}]}]},
        {"resources": [{"name": "r", "attributes": [{"name": "a", "type": 5}]}]},
        {"resources": [{"name": "r", "attributes": [{"name": "a", "type": {"item": "date"}}]}]},
        {"resources": [{"name": "r", "attributes": [{"name": "a", "type": {"kind": "scalar", "name": "strng"}}]}]},
        {"resources": [{"name": "r", "attributes": [{"name": "a", "type": "date", "required": "yes"}]}]},
        {"resources": [{"name": "r", "attributes": [{"name": "a", "type": "date", "default": 5}]}]},
        {"resources": [{"name": "r", "relationships": [{"name": "p", "kind": "belongsto", "destination": "q"}]}]},
        {"resources": [{"name": "r", "rules": [{"name": "q", "condition": 1}]}]},
        {"machines": [{"name": "m", "resource": "r", "attribute": "a", "states": [{"name": "s", "kind": "finl"}]}]},
        {"tenancy": {"strategy": True}},
        {"domains": [{"workbench": "domain", "name": "inner"}]},
    ],
)
def test_broken_designs_do_not(change: dict[str, Any]) -> None:
    """What loading refuses, an editor marks."""
    document = document_of(Domain(name="x"))
    VALIDATOR.validate(document)
    broken = document | change
    assert not VALIDATOR.is_valid(broken)
    with pytest.raises(VerificationError):
        json_format.loads(json.dumps(broken))
