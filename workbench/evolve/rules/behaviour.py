"""Rules for what happens: actions, machines and reactors."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.evolve.rules.rule import Edit, rule
from workbench.model.behaviour import Transition

__all__: list[str] = []


@rule("breaking", "remove actions", hint="deprecate it first, and tell its callers")
def action_removed(edit: Edit) -> str | None:
    """An action can no longer be called."""
    return "callers of it are refused"


@rule("breaking", "set actions.kind", hint="add an action of the new kind beside it")
def action_kind_changed(edit: Edit) -> str | None:
    """An action does something of another kind."""
    return f"callers expect a {edit.change.before} and get a {edit.change.after}"


@rule("breaking", "set actions.accept", hint="accept it for a while and ignore it")
def accepts_less(edit: Edit) -> str | None:
    """Callers may no longer give an attribute."""
    old, new = edit.change.before, edit.change.after
    if new is None or (old is not None and set(old) <= set(new)):
        return None
    gone = [name for name in old or () if name not in new]
    return f"callers that give {', '.join(gone) or 'anything else than ' + (', '.join(new) or 'nothing')} are refused"


@rule("risky", "set actions.accept", hint="see that callers may set these")
def accepts_more(edit: Edit) -> str | None:
    """Callers may give attributes they could not give before."""
    old, new = edit.change.before, edit.change.after
    if old is None or (new is not None and set(new) <= set(old)):
        return None
    more = "every attribute" if new is None else ", ".join(name for name in new if name not in old)
    return f"callers may set {more} from now on"


@rule("safe", "set actions.accept")
def accepts_same(edit: Edit) -> str | None:
    """What callers may give is listed in another order."""
    old, new = edit.change.before, edit.change.after
    return "the same attributes are listed otherwise" if None not in (old, new) and set(old) == set(new) else None


@rule("risky", "set actions.changes", "set actions.filter", "set actions.upsert_identity", hint="try it on a copy of the data")  # fmt: skip
def action_changed(edit: Edit) -> str | None:
    """An action sets other values, or is about other rows."""
    return "the same call does something else"


@rule("breaking", "add arguments", "add inputs", hint="give it a default, or make it optional")
def required_argument_added(edit: Edit) -> str | None:
    """Callers must give something they do not give yet."""
    given = edit.change.after
    return "callers do not give it yet" if given.required and given.default is None else None


@rule("safe", "add arguments", "add inputs")
def argument_added(edit: Edit) -> str | None:
    """Callers may give something more."""
    given = edit.change.after
    return None if given.required and given.default is None else "callers need not give it"


@rule("breaking", "remove arguments", "remove inputs", hint="take it and ignore it for a while")
def argument_removed(edit: Edit) -> str | None:
    """Callers may no longer give something."""
    return "callers that give it are refused"


@rule("breaking", "set arguments.required", "set inputs.required", hint="give it a default")
def argument_required(edit: Edit) -> str | None:
    """Callers must give what they could leave out."""
    return "callers that leave it out are refused" if edit.change.after and edit.new.default is None else None


@rule("safe", "set arguments.required", "set inputs.required")
def argument_optional(edit: Edit) -> str | None:
    """Callers may leave out what they had to give, or have it filled."""
    is_free = not edit.change.after or edit.new.default is not None
    return "callers that give it go on as before" if is_free else None


@rule("risky", "add machines", hint="count the rows in each state, and those in none")
def machine_added(edit: Edit) -> str | None:
    """An attribute moves only as a machine allows."""
    return "rows may be in states it does not know, and changes it does not allow are refused"


@rule("breaking", "set machines.resource", "set machines.attribute", hint="add another machine, then remove this one")
def machine_moved(edit: Edit) -> str | None:
    """A machine governs another attribute."""
    return "its rows are others, and nothing governs those it had"


@rule("breaking", "remove states", hint="move its rows to another state first")
def state_removed(edit: Edit) -> str | None:
    """A state is removed."""
    return "rows that are in it have no way out"


@rule("risky", "set states.kind", "set states.parent", "set states.initial", "set states.on_entry", "set states.on_exit", hint="prove and play the machine again")  # fmt: skip
def state_changed(edit: Edit) -> str | None:
    """A state is entered, left or nested in another way."""
    return "the same events lead elsewhere, or do something else on the way"


def _ways(transitions: Iterable[Transition]) -> dict[tuple[str, str, str, str], list[Transition]]:
    """Each way from one state to another, by what leads over it, and what it says beside that."""
    ways: dict[tuple[str, str, str, str], list[Transition]] = {}
    for each in transitions:
        rest = each.model_copy(update={"sources": (), "message": ""})
        for source in each.sources:
            ways.setdefault((source, each.target, each.event, str(each.after or "")), []).append(rest)
    return ways


@rule("breaking", "set machines.transitions", hint="keep the way until nobody sends the event")
def transition_removed(edit: Edit) -> str | None:
    """A way between states is gone."""
    old, new = _ways(edit.change.before), _ways(edit.change.after)
    gone = [f"{way[0]} -> {way[1]}" + f" on {way[2]}" * bool(way[2]) for way in old if way not in new]
    return f"rows can no longer go {', '.join(gone[:3])}{' …' * (len(gone) > 3)}" if gone else None


@rule("risky", "set machines.transitions", hint="prove and play the machine again")
def transition_changed(edit: Edit) -> str | None:
    """A way between states has another guard, other effects, or happens by itself."""
    old, new = _ways(edit.change.before), _ways(edit.change.after)
    differing = [way for way in new if (way in old and old[way] != new[way]) or (way not in old and not way[2])]
    return (
        f"{', '.join(f'{way[0]} -> {way[1]}' for way in differing[:3])} happens in other cases" if differing else None
    )


@rule("safe", "set machines.transitions")
def transition_added(edit: Edit) -> str | None:
    """A way between states is added that somebody must ask for, or ways are listed in another order."""
    old, new = _ways(edit.change.before), _ways(edit.change.after)
    is_kept = all(way in new and new[way] == each for way, each in old.items())
    return "every way there was is still there" if is_kept and all(way in old or way[2] for way in new) else None


@rule("risky", "add steps", "remove steps", "rename steps", "move steps", *(f"set steps.{each}" for each in ("kind", "arguments", "run", "compensate", "undo", "wait_for", "where", "max_retries", "timeout")), "set reactors.returns", hint="run it on a copy, and fail each step once")  # fmt: skip
def workflow_changed(edit: Edit) -> str | None:
    """A workflow does something else, in another order, or answers with something else."""
    return "the same call runs other steps, undoes others or answers otherwise"
