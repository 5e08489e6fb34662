"""Rules for attributes, and for the types of everything that has one."""

from __future__ import annotations

from workbench.evolve.rules.rule import Edit, rule
from workbench.evolve.widening import bound_order, compare_types, enums
from workbench.model.types import EnumType

__all__: list[str] = []

_STORED = ("set attributes.type",)
_TYPED = (
    *_STORED,
    "set calculations.type",
    "set measures.type",
    "set arguments.type",
    "set inputs.type",
    "set actions.returns",
)
_CHECK_DATA = "hold the new design against the data (workbench check --data) before"


def _standing(edit: Edit) -> str:
    old, new = edit.change.before, edit.change.after
    return "" if old is None or new is None else compare_types(old, new)


@rule("safe", "add attributes")
def attribute_added(edit: Edit) -> str | None:
    """An attribute is added that nobody has to give."""
    given = edit.change.after
    if given.required and given.default is None and not given.generated:
        return None
    return (
        "existing rows and callers do without it" if not given.required else "existing rows and callers get its value"
    )


@rule("breaking", "add attributes", hint="give it a default, or make it optional until every row has a value")
def required_attribute_added(edit: Edit) -> str | None:
    """A required attribute without a default is added."""
    given = edit.change.after
    if not given.required or given.default is not None or given.generated:
        return None
    return "existing rows have no value for it, and callers do not give one"


@rule("breaking", "remove attributes", hint="keep a copy of its values, and tell those who read it")
def attribute_removed(edit: Edit) -> str | None:
    """An attribute is removed, and its values with it."""
    return "its stored values are lost, and whoever reads it finds nothing"


@rule("safe", *_TYPED)
def type_widened(edit: Edit) -> str | None:
    """The new type takes every value the old one took."""
    fits = _standing(edit) in ("wider", "same") and not any(True for _ in enums(edit.change.before, edit.change.after))
    return f"every {edit.change.before} is also {edit.change.after}" if fits else None


@rule("breaking", *_TYPED, hint=_CHECK_DATA)
def type_narrowed(edit: Edit) -> str | None:
    """The new type does not take every value the old one took."""
    old, new = edit.change.before, edit.change.after
    if _standing(edit) != "narrower" or (isinstance(old, EnumType) and isinstance(new, EnumType)):
        return None
    return f"not every {old} is {new}: values that no longer fit are refused or cut"


@rule("breaking", *_TYPED, hint="convert the stored values, and tell callers and readers")
def type_replaced(edit: Edit) -> str | None:
    """The new type is another kind of thing."""
    old, new = edit.change.before, edit.change.after
    return f"{new} is another kind of value than {old}" if _standing(edit) == "other" else None


@rule("risky", *_TYPED, hint=_CHECK_DATA)
def type_refined(edit: Edit) -> str | None:
    """The new type is stored like the old one and means something stricter."""
    is_refined = _standing(edit) == "refined"
    return f"existing values are stored alike, but may be no {edit.change.after}" if is_refined else None


@rule("safe", "set calculations.type", "set measures.type", "set actions.returns")
def type_stated(edit: Edit) -> str | None:
    """A type that typing finds by itself is stated, or no longer stated."""
    return "the type is found from the expression where it is not stated" if not _standing(edit) else None


@rule("breaking", *_TYPED, hint="say first what becomes of the rows that have it")
def enum_value_removed(edit: Edit) -> str | None:
    """A value of an enum is removed."""
    gone = [name for old, new in _enums(edit) for name in old.names if name not in new.names]
    return f"rows and callers that say {', '.join(map(repr, gone))} are refused" if gone else None


@rule("risky", *_TYPED, hint="see that readers cope with a value they do not know")
def enum_value_added(edit: Edit) -> str | None:
    """A value of an enum is added: safe for those who write, not for those who read."""
    more = _more(edit)
    if not more or edit.collection in ("arguments", "inputs"):
        return None
    return f"writers go on as before, readers that list every value do not know {', '.join(map(repr, more))}"


@rule("safe", "set arguments.type", "set inputs.type")
def enum_argument_value_added(edit: Edit) -> str | None:
    """A value of an enum that only callers write is added."""
    more = _more(edit)
    return f"callers may say {', '.join(map(repr, more))}, and need not" if more else None


@rule("safe", *_TYPED)
def enum_relabelled(edit: Edit) -> str | None:
    """The values of an enum stay, with other labels or in another order."""
    pairs = list(_enums(edit))
    is_same = pairs and all(set(old.names) == set(new.names) for old, new in pairs)
    return "the values stay; only their labels or their order change" if is_same and _standing(edit) == "same" else None


def _enums(edit: Edit) -> list[tuple[EnumType, EnumType]]:
    return list(enums(edit.change.before, edit.change.after)) if _standing(edit) else []


def _more(edit: Edit) -> list[str]:
    return [name for old, new in _enums(edit) for name in new.names if name not in old.names]


@rule("risky", "set attributes.required", "set relationships.required", hint=_CHECK_DATA)
def required_set(edit: Edit) -> str | None:
    """Something optional becomes required."""
    return "existing rows may lack it, and callers may leave it out" if edit.change.after else None


@rule("risky", "set attributes.required", "set relationships.required", hint="see that readers cope with nothing")
def required_dropped(edit: Edit) -> str | None:
    """Something required becomes optional."""
    return None if edit.change.after else "readers find nothing where there always was a value"


@rule("safe", "set attributes.default", "set arguments.default", "set inputs.default")
def default_given(edit: Edit) -> str | None:
    """Something gets a default it did not have."""
    return "it speaks only where nothing is given" if edit.change.before is None else None


@rule("risky", "set attributes.default", "set arguments.default", "set inputs.default", hint="tell callers that give nothing")  # fmt: skip
def default_changed(edit: Edit) -> str | None:
    """What is taken where nothing is given changes."""
    if edit.change.before is None or _is_needed(edit):
        return None
    return "callers that give nothing get another value; existing rows keep theirs"


@rule("breaking", "set attributes.default", "set arguments.default", "set inputs.default", hint="keep a default, or make it optional")  # fmt: skip
def needed_default_removed(edit: Edit) -> str | None:
    """Something required loses its default."""
    return (
        "callers that relied on the default are refused"
        if edit.change.before is not None and _is_needed(edit)
        else None
    )


def _is_needed(edit: Edit) -> bool:
    return edit.change.after is None and getattr(edit.new, "required", False)


_BOUNDS = tuple(f"set attributes.constraints.{each}" for each in ("minimum", "maximum", "min_length", "max_length"))
_CONSTRAINTS = (*_BOUNDS, "set attributes.constraints.pattern")


def _is_loosened(edit: Edit) -> bool:
    if edit.change.after in (None, ""):
        return True
    order = None if edit.change.before in (None, "") else bound_order(edit.change.before, edit.change.after)
    if edit.field.endswith("pattern") or order is None:
        return False
    return order <= 0 if ".min" in edit.field else order >= 0


@rule("risky", *_CONSTRAINTS, hint=_CHECK_DATA)
def constraint_tightened(edit: Edit) -> str | None:
    """A bound on values is added, is stricter, or cannot be compared with the one before."""
    return None if _is_loosened(edit) else "existing values may lie outside, and callers that give such are refused"


@rule("safe", *_CONSTRAINTS)
def constraint_loosened(edit: Edit) -> str | None:
    """A bound on values is removed or less strict."""
    return "every value that was good before still is" if _is_loosened(edit) else None


@rule("risky", "set attributes.sensitive", "set calculations.sensitive", "set arguments.sensitive", "set inputs.sensitive", hint="ask whoever answers for the data")  # fmt: skip
def sensitivity_lifted(edit: Edit) -> str | None:
    """Something is no longer sensitive."""
    return None if edit.change.after else "its values will be seen in displays, evidence, logs and saved notebooks"


@rule("safe", "set attributes.sensitive", "set calculations.sensitive", "set arguments.sensitive", "set inputs.sensitive")  # fmt: skip
def sensitivity_set(edit: Edit) -> str | None:
    """Something becomes sensitive."""
    return "its values are masked from now on; those shown before were" if edit.change.after else None


@rule("breaking", "set attributes.private", "set calculations.private", "set actions.private", hint="deprecate it first")  # fmt: skip
def made_private(edit: Edit) -> str | None:
    """Something leaves every interface."""
    return "interfaces no longer carry it" if edit.change.after else None


@rule("risky", "set attributes.private", "set calculations.private", "set actions.private", hint="see that its policies are what you mean")  # fmt: skip
def made_public(edit: Edit) -> str | None:
    """Something private enters the interfaces."""
    return None if edit.change.after else "interfaces carry it from now on"


@rule("breaking", "set attributes.generated", hint="take it out of what callers send")
def made_generated(edit: Edit) -> str | None:
    """The store fills what callers used to give."""
    return "callers that give it are refused" if edit.change.after else None


@rule("risky", "set attributes.generated", hint="give it a default, or have callers send it")
def generation_dropped(edit: Edit) -> str | None:
    """The store no longer fills it."""
    return None if edit.change.after else "nothing fills it any more unless callers give it"


@rule("risky", "set attributes.source_name", "set resources.source_name", hint="infer or check again with the source")
def read_from_elsewhere(edit: Edit) -> str | None:
    """Another column or table of the source is read."""
    return "another column or table of the source stands behind it"
