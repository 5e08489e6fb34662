"""The catalogue of the seventeen patterns: what each is for, and how far it is built.

A pattern is one module of this room and knows no other. The catalogue holds names only and loads a pattern when it is used; how
far each is built is looked up every time, never written down. ``wb.patterns()`` shows it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from doctest import DocTestFinder
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Literal, TypeAlias

from workbench.views import Column, Table, Tone, View, Viewable

__all__ = ["PATTERNS", "Catalogue", "Category", "Pattern", "Standing", "catalogue"]

Category: TypeAlias = Literal["core", "emerging", "data", "integration", "security", "multi_tenancy"]

_CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a pattern is built: whether it has a module, tests and a notebook, and the number of its documented examples.

    Tests and notebook are ``None``, not known, where the package runs outside its repository.
    """

    module: bool
    examples: int
    tests: bool | None
    notebook: bool | None

    @property
    def status(self) -> Literal["planned", "in progress", "complete"]:
        """``complete`` when all is there that can be known here, ``planned`` when there is no module yet."""
        if not self.module:
            return "planned"
        return "in progress" if not self.examples or False in (self.tests, self.notebook) else "complete"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One entry of the catalogue: its slug, the short name that its files carry, its category, title and purpose."""

    slug: str
    name: str
    category: Category
    title: str
    purpose: str

    @property
    def module(self) -> str:
        """The dotted name of the module."""
        return f"{__name__}.{self.name}"

    @property
    def notebook(self) -> Path:
        """The path of the notebook in the repository."""
        folder = self.category.replace("_", " ").title().replace(" ", "")
        return Path("notebooks", folder, f"{self.slug}.ipynb")

    @property
    def tests(self) -> Path:
        """The path of the tests in the repository."""
        return Path("tests", "patterns", f"test_{self.name}.py")

    def standing(self) -> Standing:
        """How far it is built, as found now."""
        built = find_spec(self.module) is not None
        at_home = (_CHECKOUT / "pyproject.toml").exists()
        return Standing(
            built,
            _examples(self.module) if built else 0,
            (_CHECKOUT / self.tests).exists() if at_home else None,
            (_CHECKOUT / self.notebook).exists() if at_home else None,
        )


def _examples(module: str) -> int:
    return sum(len(test.examples) for test in DocTestFinder().find(import_module(module)))


PATTERNS = (
    Pattern(
        "ai_powered_domain_reasoning",
        "domain_reasoning",
        "core",
        "AI-powered domain reasoning",
        "Turn a description, an event-storming board or sample data into typed changes that are measured before anyone accepts them.",
    ),
    Pattern(
        "resource_driven_dsl_generator",
        "dsl_generator",
        "core",
        "Resource-driven DSL generator",
        "Give each domain a small language of its own nouns and verbs, and carry the same model through text, YAML, JSON and TOML.",
    ),
    Pattern(
        "hierarchical_multi_level_reactor",
        "reactor",
        "core",
        "Hierarchical multi-level reactor",
        "Plan a workflow of dependent steps, run it with retries, and undo what was done when a later step fails.",
    ),
    Pattern(
        "llm_augmented_runtime_validation",
        "llm_validation",
        "core",
        "LLM-augmented runtime validation",
        "Judge rows by a rule in plain words, within a budget, recorded, and measured against labelled rows.",
    ),
    Pattern(
        "cross_resource_state_machine",
        "state_machine",
        "core",
        "Cross-resource state machine",
        "Move the states of several resources together or not at all, and find dead ends before they happen.",
    ),
    Pattern(
        "automagic_api_designer",
        "api_designer",
        "core",
        "Automagic API designer",
        "Propose endpoints from resources, relationships and use, with a reason for each.",
    ),
    Pattern(
        "self_modifying_resource",
        "self_modification",
        "core",
        "Self-modifying resource",
        "Watch how a resource is used, propose changes to it with evidence, and apply or revert them at run time.",
    ),
    Pattern(
        "resource_driven_living_documentation",
        "living_documentation",
        "core",
        "Resource-driven living documentation",
        "Write documents from the model, with executed examples and live figures, and say when they are stale.",
    ),
    Pattern(
        "dynamic_validation_strategy",
        "dynamic_validation",
        "emerging",
        "Dynamic validation strategy",
        "Choose rules by role, time, state or tenant, and compare strategies on the same data before one is promoted.",
    ),
    Pattern(
        "api_first_design",
        "api_first",
        "emerging",
        "API-first design",
        "Start from the contract, list where resources do not meet it, and classify every change between versions.",
    ),
    Pattern(
        "intelligent_aggregation",
        "aggregation",
        "data",
        "Intelligent aggregation",
        "Answer measures by dimensions without double counting, and say why this plan was chosen.",
    ),
    Pattern(
        "caching_aware_resource",
        "caching",
        "data",
        "Caching-aware resource",
        "Declare what may be cached, and invalidate exactly what a committed write made stale.",
    ),
    Pattern(
        "event_sourcing_resource",
        "event_sourcing",
        "data",
        "Event-sourcing resource",
        "Record each action as an immutable event, and rebuild, inspect or restore any past state.",
    ),
    Pattern(
        "resource_to_legacy_integration",
        "legacy_integration",
        "integration",
        "Resource-to-legacy integration",
        "Read a legacy system into the model, map it both ways, reconcile the data and move over step by step.",
    ),
    Pattern(
        "flexible_authorization_strategy",
        "authorization",
        "security",
        "Flexible authorization strategy",
        "Decide who may do and see what by declared policies, and explain every decision.",
    ),
    Pattern(
        "multi_tenancy_resource",
        "tenancy",
        "multi_tenancy",
        "Multi-tenancy resource",
        "Keep the data of tenants apart by attribute, schema or file, and manage tenants from creation to deletion.",
    ),
    Pattern(
        "multi_tenancy_aware_resource",
        "tenant_awareness",
        "multi_tenancy",
        "Multi-tenancy aware resource",
        "Carry the tenant through every action, read, cache key and event, with fields and rules of its own.",
    ),
)
"""The catalogue, in its own order."""

_TONES: dict[str, Tone] = {"planned": "muted", "in progress": "warning", "complete": "good"}


class Catalogue(Viewable):
    """The patterns with their standing at the time it was made."""

    def __init__(self, patterns: Iterable[Pattern] = PATTERNS) -> None:
        self.entries = tuple((pattern, pattern.standing()) for pattern in patterns)

    def __repr__(self) -> str:
        complete = sum(standing.status == "complete" for _, standing in self.entries)
        return f"Catalogue({len(self.entries)} patterns, {complete} complete)"

    def as_dicts(self) -> list[dict[str, str | int | bool | None]]:
        """One dictionary a pattern: slug, category, title, purpose, module, notebook path, status and what it rests on."""
        return [
            {
                "slug": pattern.slug,
                "category": pattern.category,
                "title": pattern.title,
                "purpose": pattern.purpose,
                "module": pattern.module,
                "notebook": pattern.notebook.as_posix(),
                "status": standing.status,
                "has_module": standing.module,
                "examples": standing.examples,
                "has_tests": standing.tests,
                "has_notebook": standing.notebook,
            }
            for pattern, standing in self.entries
        ]

    def view(self) -> View:
        """A table, one row a pattern."""
        columns = (Column("status", "tone"), Column("pattern"), Column("category"), Column("what it is for"))
        rows = tuple((found.status, each.title, each.category, each.purpose) for each, found in self.entries)
        return Table(columns, rows, "Patterns", tones=tuple(_TONES[found.status] for _, found in self.entries))


def catalogue() -> Catalogue:
    """All patterns, with how far each is built now.

    >>> {pattern.category for pattern, _ in catalogue().entries} >= {"core", "data", "security"}
    True
    """
    return Catalogue()


class _Callable(ModuleType):
    """This room as ``wb.patterns()``: a package and a word that people type share one name."""

    def __call__(self) -> Catalogue:
        return catalogue()


sys.modules[__name__].__class__ = _Callable
