"""What each element shows of itself: plain tables and pictures of everything that was said about it, nothing that was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from workbench.model.behaviour import Machine, Transition
from workbench.model.diagram import er_graph, short_type
from workbench.model.domain import Domain
from workbench.model.element import Element, Frozen
from workbench.model.expression import Node, write
from workbench.model.references import references
from workbench.model.resource import Attribute, Constraints, Relationship, Resource
from workbench.model.types import EnumType, EnumValue
from workbench.views import Cell, Code, Column, Graph, Stack, Table, Text, View

__all__ = ["card"]

_MOST_ROWS = 20
_MOST_VALUES = 12
_SMALL = 80
"""Attributes up to which a domain of few resources is drawn with all of them."""


def card(element: Element) -> View:
    """The view of ``element``: a domain with its picture, a resource with its parts, anything else as a table of what it says."""
    match element:
        case Domain():
            return _domain(element)
        case Resource():
            return _resource(element)
        case _:
            return _facts(element)


def _domain(domain: Domain) -> Stack:
    resources = domain.all_resources
    small = len(resources) <= 12 and sum(len(each.attributes) for each in resources) <= _SMALL
    picture = replace(er_graph(domain, attributes="all" if small else "keys"), title="Diagram")
    children: list[View] = [picture] if resources else [Text("There are no resources yet.", "muted")]
    if picture.hidden and resources:
        counts = Counter(name for line in references(domain) for name in (line.holder, line.target))
        name = max(resources, key=lambda each: counts[each.name]).name
        children.append(Text(f"An overview of {len(resources):,} resources. One of them with its neighbours:", "muted"))
        children.append(Code(f"wb.model.er_graph(domain, focus={name!r})", "python"))
    if resources:
        children.append(_resources(domain))
    children += [_machine(each) for each in domain.machines]
    children += _lists(domain, "measures", "policies", "sources", "contracts")
    if domain.extensions:
        from workbench import installed_sections  # where the rooms come together: sections lie above this one

        children += installed_sections().views(domain)
    return Stack(domain.label or domain.name, tuple(children), domain.description)


def _resources(domain: Domain) -> Table:
    lines = references(domain)
    holds, held = Counter(line.holder for line in lines), Counter(line.target for line in lines)
    rows = [
        (
            each.name,
            ", ".join(each.key) or None,
            len(each.attributes),
            holds[each.name],
            held[each.name],
            len(each.rules),
            each.description or each.label or None,
        )
        for each in domain.all_resources[:_MOST_ROWS]
    ]
    heads = (
        Column("resource", "code"),
        Column("key", "code"),
        *(Column(name, "number") for name in ("attributes", "refers to", "referred to by", "rules")),
    )
    return _dense(Table((*heads, Column("description")), tuple(rows), "Resources", total=len(domain.all_resources)))


def _machine(machine: Machine) -> Table:
    """Its transitions, a row each."""
    rows = [
        (
            ", ".join(each.sources) or None,
            each.target,
            each.event or None,
            _shown(each.guard) or None,
            _shown(each.message) or None,
            _after(each) or None,
            _shown(each.effects) or None,
            each.on_failure or None,
        )
        for each in machine.transitions
    ]
    heads = tuple(Column(name, "code") for name in ("from", "to", "on"))
    more = (*(Column(name) for name in ("when", "else", "after", "does")), Column("on failure", "code"))
    title = f"Machine {machine.name} on {machine.resource}.{machine.attribute}"
    return _dense(Table((*heads, *more), tuple(rows), title))


def _after(transition: Transition) -> str:
    return f"{_shown(transition.after)}{' from ' * bool(transition.since)}{transition.since}"


def _resource(resource: Resource) -> Stack:
    children = [_neighbours(resource)] if resource.relationships else []
    tables = (_attributes(resource), *_relationships(resource), *_lists(resource, "identities", "rules"))
    folded = _lists(resource, "calculations", "measures", "dimensions", "actions", "policies", "field_policies")
    whole = (*tables, *children, *folded)
    open_ = len(whole) - len(folded)
    detail = "\n".join(
        filter(None, (resource.description, f"in the source: {resource.source_name}" if resource.source_name else ""))
    )
    return Stack(resource.label or resource.name, whole, detail, tuple(index >= open_ for index in range(len(whole))))


def _attributes(resource: Resource) -> Table:
    rows = [
        (
            each.name,
            _type(each),
            "key" if each.name in resource.key else "required" if each.required else "may be absent",
            _rest(each) or None,
            each.description or each.label or None,
        )
        for each in resource.attributes
    ]
    columns = (
        Column("attribute", "code"),
        Column("type", "code"),
        Column("presence"),
        Column("more"),
        Column("description"),
    )
    return _dense(Table(columns, tuple(rows), "Attributes"))


def _type(attribute: Attribute) -> str:
    kind = attribute.type
    if not isinstance(kind, EnumType) or len(kind.values) > _MOST_VALUES:
        return short_type(kind)
    return f"enum: {', '.join(kind.names)}"


def _rest(attribute: Attribute) -> str:
    flags = [flag for flag in ("sensitive", "private", "generated") if getattr(attribute, flag)]
    default = [f"default {write(attribute.default)}"] if attribute.default is not None else []
    source = [f"from {attribute.source_name}"] if attribute.source_name else []
    return ", ".join((*flags, *default, *filter(None, [_shown(attribute.constraints)]), *source))


def _relationships(resource: Resource) -> tuple[Table, ...]:
    if not resource.relationships:
        return ()
    rows = [
        (
            each.name,
            each.kind.replace("_", " "),
            each.destination,
            ", ".join(each.source_key) or None,
            ", ".join(each.destination_key) or None,
            each.required,
            f"through {each.through}"
            if each.through
            else f"where {write(each.filter)}"
            if each.filter is not None
            else None,
        )
        for each in resource.relationships
    ]
    heads = (
        ("relationship", True),
        ("kind", False),
        ("to", True),
        ("from key", True),
        ("to key", True),
        ("required", False),
        ("more", False),
    )
    return (
        _dense(
            Table(tuple(Column(name, "code" if code else "text") for name, code in heads), tuple(rows), "Relationships")
        ),
    )


def _neighbours(resource: Resource) -> Graph:
    """The resource and what it says it relates to; the others are known by name only."""
    others = {each.destination: each for each in reversed(resource.relationships) if each.destination != resource.name}
    stubs = tuple(Resource(name=name, key=_other_key(each)) for name, each in others.items())
    alone = resource.model_copy(update={"cluster": ""})
    return replace(er_graph(Domain(name=resource.name, resources=(alone, *stubs))), title="Neighbours")


def _other_key(relation: Relationship) -> tuple[str, ...]:
    return relation.destination_key if relation.kind == "belongs_to" else ()


def _lists(owner: Element, *names: str) -> list[View]:
    return [_members(name, members) for name in names if (members := getattr(owner, name))]


def _members(name: str, members: tuple[Element, ...]) -> Table:
    """One row an element, one column for every field that any of them has given."""
    fields = [field for field in type(members[0]).model_fields if field not in ("name", "was")]
    rows = tuple((each.name, *(_shown(getattr(each, field)) or None for field in fields)) for each in members)
    columns = (Column("name", "code"), *(Column(field.replace("_", " ")) for field in fields))
    return _dense(Table(columns, rows, name.replace("_", " ").capitalize()))


def _dense(table: Table) -> Table:
    """The table without columns that are empty in every row; the first stays."""
    kept = [
        index for index in range(len(table.columns)) if not index or any(row[index] is not None for row in table.rows)
    ]
    rows: tuple[tuple[Cell, ...], ...] = tuple(tuple(row[index] for index in kept) for row in table.rows)
    return Table(tuple(table.columns[index] for index in kept), rows, table.title, table.total)


def _facts(element: Element) -> Table:
    """Every field that was given, a row each."""
    given = [(field, getattr(element, field)) for field in type(element).model_fields if field != "name"]
    rows = tuple((field.replace("_", " "), shown) for field, value in given if (shown := _shown(value)))
    return Table((Column("says"), Column("value", "code")), rows, f"{type(element).__name__} {element.name}")


def _shown(value: object) -> str:
    """A field's value in words; what was left out gives nothing."""
    match value:
        case None | False | "" | () | {}:
            return ""
        case True:
            return "yes"
        case Node():
            return write(value)
        case Constraints():
            facts = ((field, getattr(value, field)) for field in type(value).model_fields)
            return ", ".join(
                f"{field.replace('_', ' ')} {_shown(given)}" for field, given in facts if given not in (None, "")
            )
        case EnumType():
            return _listed(value.values)
        case EnumValue():
            return f"{value.name} ({value.label})" if value.label else value.name
        case tuple() | list():
            return _listed(value)
        case Frozen() if type(value).__str__ is Frozen.__str__:
            facts = ((field, _shown(getattr(value, field))) for field in type(value).model_fields)
            return ", ".join(f"{field.replace('_', ' ')} {shown}" for field, shown in facts if shown)
        case _:
            return str(value)


def _listed(values: Iterable[object]) -> str:
    texts = [_shown(each) for each in values]
    more = f" … {len(texts) - _MOST_VALUES} more" if len(texts) > _MOST_VALUES else ""
    return ", ".join(texts[:_MOST_VALUES]) + more
