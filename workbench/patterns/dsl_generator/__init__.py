"""Resource-driven DSL generator: each domain speaks a small language of its own nouns and verbs.

From the model alone comes what can be said: commands, which compile to actions, and questions, which compile to queries, so that a
text can do nothing they cannot. Renaming an attribute renames the word.

>>> from workbench.model import Attribute, Domain, Measure, Resource, parse_type
>>> number, text = parse_type("integer"), parse_type("string")
>>> team = Resource(
...     name="team", key=("id",), attributes=(Attribute(name="id", type=number, required=True), Attribute(name="home_city", type=text)),
...     measures=(Measure(name="size", expression="count()"),),
... )
>>> language = language_of(Domain(name="league", resources=(team,)))
>>> print(language.question("size by home city where id > 3"))
size of team by home_city where id > 3
>>> print(language.command("update team 7 with home city 'Rome'"))
update team 7 with home_city 'Rome'
"""

from __future__ import annotations

from workbench.patterns import PATTERNS
from workbench.patterns.dsl_generator.commands import Command
from workbench.patterns.dsl_generator.completion import Completion
from workbench.patterns.dsl_generator.examples import Example
from workbench.patterns.dsl_generator.grammar import DomainLanguage, language_of
from workbench.patterns.dsl_generator.questions import Asked
from workbench.patterns.dsl_generator.scenarios import Scenario
from workbench.patterns.dsl_generator.trials import ScenarioReport
from workbench.patterns.dsl_generator.verifying import verify

__all__ = [
    "PATTERN",
    "Asked",
    "Command",
    "Completion",
    "DomainLanguage",
    "Example",
    "Scenario",
    "ScenarioReport",
    "language_of",
    "verify",
]

PATTERN = next(each for each in PATTERNS if each.name == "dsl_generator")
"""Its entry in the catalogue."""
