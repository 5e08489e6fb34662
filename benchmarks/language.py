"""How long the domain language takes on a design of 300 resources with 3,000 attributes: reading, checking, laying out, completing.

The peer of reading is PyYAML's safe loader (in C where it has one) on the same design as YAML, which knows nothing of the model.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random

import yaml

from workbench.language.domain_format import complete, dumps, format_text, loads
from workbench.language.formats import FORMATS
from workbench.workspace import check

from .formats import design
from .timing import Run, in_turn, row, spent

__all__ = ["run"]

_PLACES = 200
_GOAL = 1.5
_COMPLETION_GOAL = 50.0


def run(quick: bool = False) -> list[dict[str, object]]:
    """Rows of wall and CPU time, in seconds; completion is the 95th percentile over 200 places, in ms."""
    domain = design()
    text, as_yaml = dumps(domain), FORMATS["yaml"].dumps(domain)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    works: dict[str, Callable[[], object]] = {
        "whole": lambda: (check(loads(text)), format_text(text)),
        "read": partial(loads, text),
        "check": partial(check, domain),
        "lay out": partial(format_text, text),
        "write": partial(dumps, domain),
        "yaml": partial(yaml.load, as_yaml, Loader=loader),
    }
    runs = in_turn(works, rounds=1 if quick else 5)
    found = [
        row("read, check and lay out", runs["whole"], goal=_GOAL),
        row("read", runs["read"], peer=("YAML, no model", runs["yaml"])),
    ]
    found += [row(name, runs[name]) for name in ("check", "lay out", "write")]
    return [*found, row("completion, p95", [_completion(text)], unit="ms", goal=_COMPLETION_GOAL)]


def _completion(text: str) -> Run:
    """The 95th percentile of completions at random places of ``text``, of which the rest of the line is not written yet."""
    random = Random(7)
    times = []
    for _ in range(_PLACES):
        at = random.randrange(len(text))
        half = text[:at] + text[text.find("\n", at) :]
        times.append(spent(partial(complete, half, at)))
    return sorted(times)[int(_PLACES * 0.95)]
