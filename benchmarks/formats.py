"""How long a design of 300 resources with 3,000 attributes takes to be written and read again, in every format that loses nothing.

The peer is Python's own ``json``: the same document to text and back, which knows nothing of the model and checks nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from workbench.errors import Problem, VerificationError
from workbench.language.formats import FORMATS, Format
from workbench.language.json_format import document_of
from workbench.model import Attribute, Constraints, Domain, Resource, Rule, parse_type

from .timing import in_turn, row

__all__ = ["design", "run"]

_RESOURCES, _ATTRIBUTES = 300, 10
_TYPES = (
    "uuid",
    "string",
    "decimal(10, 2)",
    "timestamp",
    "enum('open', 'paid')",
    "integer",
    "date",
    "email",
    "boolean",
    "json",
)


def design(resources: int = _RESOURCES, attributes: int = _ATTRIBUTES) -> Domain:
    """A domain with a description, a rule and ``attributes`` attributes of various types in each of ``resources`` resources.

    >>> sum(len(each.attributes) for each in design(3, 4).resources)
    12
    """
    return Domain(name="large", resources=tuple(_resource(number, attributes) for number in range(resources)))


def _resource(number: int, count: int) -> Resource:
    attributes = tuple(
        Attribute(
            name=f"field_{index}",
            label=f"Field {index}" if index % 3 == 0 else "",
            type=parse_type(_TYPES[index % len(_TYPES)]),
            required=index % 2 == 0,
            constraints=Constraints(max_length=80) if index % 10 == 1 else Constraints(),
        )
        for index in range(count)
    )
    return Resource(
        name=f"resource_{number}",
        description="What this holds.\nAnd since when.",
        attributes=attributes,
        key=("field_0",),
        rules=(Rule(name="positive", condition="field_2 >= 0 and field_5 > 1", message="too small"),),
    )


def run(quick: bool = False) -> list[dict[str, object]]:
    """A row for writing and one for reading in each format.

    Raises:
        VerificationError: a format gives another design back, so that its time means nothing.
    """
    domain = design()
    kept = [each for each in FORMATS.values() if each.endings]
    texts = {each.name: each.dumps(domain) for each in kept}
    for each in kept:
        if each.loads(texts[each.name]) != domain:
            raise VerificationError([Problem(each.name, "wrong_result", "the design read is not the one written")])
    document = document_of(domain)
    bare = json.dumps(document)
    works: dict[str, Callable[[], object]] = {
        "dumps": partial(json.dumps, document),
        "loads": partial(json.loads, bare),
    }
    for each in kept:
        works |= _works(each, domain, texts[each.name])
    runs = in_turn(works, 1 if quick else 5)
    count = _RESOURCES * _ATTRIBUTES
    rows = []
    for verb, peer in (("write", "dumps"), ("read", "loads")):
        for each in kept:
            name = f"{verb} {each.name}, {_RESOURCES} resources, {count:,} attributes"
            rows.append(row(name, runs[f"{verb} {each.name}"], peer=(f"json.{peer}", runs[peer])))
    return rows


def _works(format_: Format, domain: Domain, text: str) -> dict[str, Callable[[], object]]:
    return {
        f"write {format_.name}": partial(format_.dumps, domain),
        f"read {format_.name}": partial(format_.loads, text),
    }
