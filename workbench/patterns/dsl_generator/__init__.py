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

from workbench.patterns.dsl_generator.commands import Command
from workbench.patterns.dsl_generator.grammar import DomainLanguage, language_of
from workbench.patterns.dsl_generator.questions import Asked

__all__ = ["Asked", "Command", "DomainLanguage", "language_of"]
