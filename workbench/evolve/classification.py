"""How dangerous changes are: each is safe, risky or breaking, by the rules that speak about it.

    safe       nothing that exists needs to be looked at
    risky      it depends on the data, or on who reads it: look before
    breaking   stored data, callers or readers that were fine before are not fine after, until something else is done

A change has the worst class of the rules that speak (``workbench.evolve.rules``). A change that only says the same in the new names
of what was renamed is safe, whatever it is a change of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.evolve.application import apply
from workbench.evolve.rules import SAFETIES, Edit, Finding, Safety, Version, element_steps, findings
from workbench.model.change import Change, Value
from workbench.model.domain import Domain
from workbench.views import Text, Tone, View, Viewable

__all__ = ["TONES", "Classified", "classify", "classify_between"]

TONES: dict[Safety, Tone] = {"safe": "good", "risky": "warning", "breaking": "bad"}


@dataclass(frozen=True, slots=True)
class Classified(Viewable):
    """A change and what every rule that speaks says about it, the worst first."""

    change: Change
    findings: tuple[Finding, ...]

    @property
    def safety(self) -> Safety:
        """The worst class among the findings."""
        return self.findings[0].safety

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that spoke, the deciding one first."""
        return tuple(each.rule for each in self.findings)

    def __str__(self) -> str:
        return f"{self.safety}: {self.change}: {'; '.join(map(str, self.findings))}"

    def as_dict(self) -> dict[str, Value]:
        """``change`` (its kind), ``path``, ``class``, ``rule`` (the deciding one), ``from`` and ``to`` as JSON values."""
        facts = self.change.as_dict()
        return {
            "change": self.change.kind,
            "path": self.change.where,
            "class": self.safety,
            "rule": self.findings[0].rule,
            "from": facts.get("before"),
            "to": facts.get("after"),
        }

    def view(self) -> View:
        """The change in one sentence, with its class and why."""
        return Text(str(self), tone=TONES[self.safety])


def classify(before: Domain, changes: Sequence[Change]) -> tuple[Classified, ...]:
    """Each of ``changes``, which lead on from ``before`` in their order, with its class and why.

    >>> from workbench.model import Attribute, Resource
    >>> shop = Domain(name="shop", resources=(Resource(name="orders"),))
    >>> note = Attribute(name="note", type="text")
    >>> found = classify(shop, [Change(kind="add", path=("resources", "orders", "attributes", "note"), after=note)])
    >>> found[0].safety, found[0].rules
    ('safe', ('attribute_added',))

    Raises:
        ConflictError: the changes do not fit ``before``.
        DefinitionError: one of them fits no domain.
    """
    return classify_between(before, apply(before, changes), changes)


def classify_between(before: Domain, after: Domain, changes: Iterable[Change]) -> tuple[Classified, ...]:
    """``classify`` for whoever knows already that ``changes`` lead from ``before`` to ``after``."""
    old, new = Version(before), Version(after)
    return tuple(_classified(change, old, new) for change in changes)


def _classified(change: Change, before: Version, after: Version) -> Classified:
    edit = _edit(change, before, after)
    found = [_FOLLOWS] if edit.is_only_renamed else sorted(findings(edit), key=_badness)
    return Classified(change, tuple(found) or (_UNKNOWN,))


def _badness(finding: Finding) -> int:
    return -SAFETIES.index(finding.safety)


_FOLLOWS = Finding("follows_rename", "safe", "it says the same as before, in the new names of what it mentions")
_UNKNOWN = Finding("unknown_change", "risky", "no rule knows changes of this kind", "look at it by hand")


def _edit(change: Change, before: Version, after: Version) -> Edit:
    steps, size = change.path, element_steps(change.path)
    if steps[size : size + 1] == ("extensions",):
        return Edit(change, steps, "extensions", ".".join(map(str, steps[size + 1 : size + 2])), before, after)
    collection = str(steps[size - 2]) if size else "domains"
    return Edit(change, steps[:size], collection, ".".join(map(str, steps[size:])), before, after)
