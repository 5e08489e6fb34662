"""The ER picture: true cardinality, focus, overview, and what each element shows of itself."""

from __future__ import annotations

import time

import pytest

from tests.display.designs import attribute, belongs, generated, hostile, shop
from workbench.display import render
from workbench.errors import NotFoundError, Problem, Problems
from workbench.language import parse
from workbench.model import Attribute, Domain, Identity, Relationship, Resource, Rule, er_graph
from workbench.model.expression import Constant
from workbench.model.references import references
from workbench.views import Edge, Graph, Stack, Table, Text


def pair(*relations: Relationship, **child: object) -> Domain:
    """A parent with the key ``id`` and a child with ``id`` and ``parent_id`` that declares ``relations``."""
    parent = Resource(name="parent", key=("id",), attributes=(attribute("id", "integer"),))
    given = {"key": ("id",), "attributes": (attribute("id", "integer"), attribute("parent_id", "integer"))} | child
    return Domain(name="d", resources=(parent, Resource(name="child", relationships=relations, **given)))  # type: ignore[arg-type]


def only_edge(domain: Domain, **options: object) -> Edge:
    (edge,) = er_graph(domain, **options).edges  # type: ignore[arg-type]
    return edge


@pytest.mark.parametrize(("required", "end"), [(True, "one"), (False, "zero_or_one")])
def test_the_parent_s_end_says_whether_there_must_be_one(required: bool, end: str) -> None:
    """A required reference ends at exactly one, an optional one at zero or one; its other end is zero or many."""
    edge = only_edge(pair(belongs("parent", "parent", "parent_id", required=required)))
    assert (edge.source, edge.target, edge.source_end, edge.target_end) == ("child", "parent", "zero_or_many", end)
    assert (edge.source_port, edge.target_port) == ("parent_id", "id")


def test_a_unique_key_makes_it_one_to_one() -> None:
    """A reference from the whole key, or from a unique attribute, has at most one row; a conditional identity promises nothing."""
    to_parent = belongs("parent", "parent", "parent_id", required=True)
    unique = Identity(name="u", attributes=("parent_id",))
    partly = Identity(name="u", attributes=("parent_id",), where=Constant(True))
    wider = Identity(name="u", attributes=("parent_id", "id"))
    ends = {
        "key": only_edge(pair(to_parent, key=("parent_id",))).source_end,
        "unique": only_edge(pair(to_parent, identities=(unique,))).source_end,
        "conditional": only_edge(pair(to_parent, identities=(partly,))).source_end,
        "with another": only_edge(pair(to_parent, identities=(wider,))).source_end,
        "part of the key": only_edge(pair(to_parent, key=("parent_id", "id"))).source_end,
    }
    assert ends == {
        "key": "zero_or_one",
        "unique": "zero_or_one",
        "conditional": "zero_or_many",
        "with another": "zero_or_many",
        "part of the key": "zero_or_many",
    }


def test_a_reference_told_from_both_sides_is_one_line() -> None:
    """``has_many`` adds nothing to the ``belongs_to`` it mirrors, whichever is declared first."""
    both = pair(belongs("parent", "parent", "parent_id", required=True))
    parent = both.resources[0].model_copy(
        update={"relationships": (Relationship(name="children", kind="has_many", destination="child"),)}
    )
    domain = Domain(name="d", resources=(parent, both.resources[1]))
    assert only_edge(domain) == only_edge(both)


@pytest.mark.parametrize(("kind", "end"), [("has_many", "zero_or_many"), ("has_one", "zero_or_one")])
def test_a_reference_told_by_the_parent_alone_is_drawn_from_the_child(kind: str, end: str) -> None:
    """The line leaves the side that holds the key, even when only the other side declares it."""
    told = Relationship(
        name="children", kind=kind, destination="child", source_key=("id",), destination_key=("parent_id",)
    )  # type: ignore[arg-type]
    parent, child = pair().resources
    edge = only_edge(Domain(name="d", resources=(parent.model_copy(update={"relationships": (told,)}), child)))
    assert (edge.source, edge.source_port, edge.source_end, edge.target, edge.target_end) == (
        "child",
        "parent_id",
        end,
        "parent",
        "zero_or_one",
    )


def test_many_to_many_is_drawn_only_without_its_joining_resource() -> None:
    """Where the joining resource is drawn it shows both references itself; where it is not, the line has many at both ends."""

    def domain(through: str) -> Domain:
        tags = Relationship(name="tags", kind="many_to_many", destination="parent", through=through)
        return pair(tags, belongs("parent", "parent", "parent_id"))

    assert len(er_graph(domain("child")).edges) == 1
    ends = {(edge.source_end, edge.target_end) for edge in er_graph(domain("")).edges}
    assert ("zero_or_many", "zero_or_many") in ends


def test_a_composite_key_leaves_once_and_is_written_out() -> None:
    """A reference over two attributes is one line from the first of them, labelled with both; each is marked."""
    graph = er_graph(shop())
    edge = next(edge for edge in graph.edges if edge.source == "shipment")
    assert (edge.source_port, edge.target_port, edge.label) == ("order_id", "order_id", "order_id, line_number")
    marks = {field.label: field.marks for node in graph.nodes if node.id == "shipment" for field in node.fields}
    assert marks["order_id"] == marks["line_number"] == ("FK",)


def test_parallel_references_are_told_apart() -> None:
    """Home and away leave their own rows; where no rows are drawn, each line carries its name."""
    domain = pair(
        belongs("home", "parent", "home_id"),
        belongs("away", "parent", "away_id"),
        attributes=(attribute("id", "integer"), attribute("home_id", "integer"), attribute("away_id", "integer")),
    )
    assert {edge.source_port for edge in er_graph(domain).edges} == {"home_id", "away_id"}
    assert {edge.label for edge in er_graph(domain, attributes="none").edges} == {"home", "away"}


def test_a_reference_to_nowhere_is_seen() -> None:
    """A destination that does not exist is a marked box of its own, not a missing line."""
    graph = er_graph(pair(belongs("owner", "nobody", "parent_id")))
    (edge,) = graph.edges
    ghost = next(node for node in graph.nodes if node.id == edge.target)
    assert (ghost.label, ghost.detail, ghost.tone, edge.style, edge.tone) == (
        "nobody",
        "not in this domain",
        "bad",
        "dashed",
        "bad",
    )


def test_marks_and_the_legend_agree() -> None:
    """Keys come first, absence is a question mark, and the legend explains the marks that are used and no others."""
    graph = er_graph(shop(), attributes="all")
    customer = graph.nodes[0]
    assert [(field.label, field.detail, field.marks) for field in customer.fields] == [
        ("id", "uuid", ("PK",)),
        ("email", "email", ("UQ", "sensitive")),
        ("name", "string?", ("sensitive",)),
        ("tier", "enum (3)", ()),
        ("referred_by", "uuid?", ("FK",)),
    ]
    assert [sign for sign, _ in graph.legend] == ["PK", "FK", "UQ", "?", "sensitive", "state"]
    assert [sign for sign, _ in er_graph(pair()).legend] == ["PK"]


def test_keys_alone_say_what_they_leave_out() -> None:
    """The short form keeps keys, references, unique and state attributes, and counts the others."""
    customer = er_graph(shop(), attributes="keys", rows={"customer": 1234}).nodes[0]
    assert [field.label for field in customer.fields] == ["id", "email", "referred_by", "… 2 more"]
    assert customer.detail == "1,234 rows"


def test_focus_shows_a_neighbourhood() -> None:
    """One step from the order are what it refers to and what refers to it; the rest is counted; depth widens it."""
    graph = er_graph(shop(), focus="order")
    assert {node.id for node in graph.nodes} == {"order", "customer", "order_line", "invoice"} and graph.hidden == 4
    assert next(node for node in graph.nodes if node.id == "order").tone == "accent"
    assert {node.id for node in er_graph(shop(), focus="order", depth=2).nodes} >= {"product", "shipment"}
    assert len(er_graph(shop(), focus="order", depth=9, most=3).nodes) == 3
    assert [node.id for node in er_graph(shop(), focus="note", depth=0).nodes] == ["note"]


def test_a_wrong_focus_names_the_nearest() -> None:
    """An unknown resource and impossible bounds are refused with a reason."""
    with pytest.raises(NotFoundError, match="did you mean 'order'"):
        er_graph(shop(), focus="ordr")
    with pytest.raises(ValueError, match="depth is at least 0"):
        er_graph(shop(), depth=-1)
    with pytest.raises(ValueError, match="most at least 1"):
        er_graph(shop(), most=0)


def test_clusters_come_from_resources_and_from_composed_domains() -> None:
    """A resource stands in its own cluster, else in the domain it comes from; one cluster for all is no cluster."""
    inner = Domain(
        name="billing", resources=(Resource(name="bill", key=("id",)), Resource(name="fee", key=("id",), cluster="own"))
    )
    graph = er_graph(Domain(name="d", resources=(Resource(name="top", key=("id",)),), domains=(inner,)))
    assert {node.id: node.cluster for node in graph.nodes} == {"top": "", "bill": "billing", "fee": "own"}
    assert {cluster.id for cluster in graph.clusters} == {"own", "billing"}
    same = Domain(name="d", resources=tuple(Resource(name=name, cluster="all") for name in "ab"))
    assert er_graph(same).clusters == ()


def test_large_domains_begin_with_an_overview() -> None:
    """Past the limit, hubs with their neighbours or the parts of the domain are drawn, without attributes, the rest counted."""
    hubs = er_graph(generated(300))
    assert len(hubs.nodes) == 24 and hubs.hidden == 276 and not any(node.fields for node in hubs.nodes)
    assert hubs.nodes[0].id == "table_000" and "references" in hubs.nodes[0].detail
    parts = er_graph(generated(300, 8))
    assert len(parts.nodes) == 8 and parts.hidden == 300 and len(parts.edges) <= 16
    assert sum(int(node.detail.split()[0]) for node in parts.nodes) == 300
    whole = er_graph(generated(300), most=1000)
    assert len(whole.nodes) == 300 and whole.hidden == 0


def test_three_hundred_resources_are_shown_in_time() -> None:
    """From the design to all three MIME types in less than the five seconds a person waits."""
    domain = generated(300)
    start = time.perf_counter()
    bundle = render(domain.view())
    assert time.perf_counter() - start < 5
    assert (
        "rows 1–20 of 300" in bundle["text/html"]
        and "\nwb.model.er_graph(domain, focus='table_000')\n" in bundle["text/plain"]
    )


def test_a_domain_shows_picture_resources_and_machines() -> None:
    """A small domain is drawn with all attributes; an empty one says that it is empty."""
    view = shop().view()
    assert isinstance(view, Stack) and view.title == "Shop"
    picture, resources, machines = view.children
    assert isinstance(picture, Graph) and isinstance(resources, Table) and isinstance(machines, Table)
    assert not any(field.label.endswith("more") for node in picture.nodes for field in node.fields)
    assert resources.rows[0] == ("customer", "id", 5, 1, 2, 0, "whoever has ever ordered")
    assert Domain(name="new").view() == Stack("new", (Text("There are no resources yet.", "muted"),))


def test_a_domain_shows_the_ways_of_its_machines() -> None:
    """A row for each transition: where from, where to, on what, under which condition; what none of them says is left out."""
    text = """domain clinic
resource visit
  id integer key
  status enum(booked, seen, gone)
  due timestamp
machine way on visit.status
  booked -> seen on see when due is not null "not due"
  booked, seen -> gone after 15 minutes from due
"""
    view = parse(text).view()
    assert isinstance(view, Stack)
    machine = view.children[-1]
    assert isinstance(machine, Table) and machine.title == "Machine way on visit.status"
    assert [column.label for column in machine.columns] == ["from", "to", "on", "when", "else", "after"]
    assert machine.rows == (
        ("booked", "seen", "see", "due is not null", "not due", None),
        ("booked, seen", "gone", None, None, None, "interval '00:15:00' from due"),
    )


def test_a_resource_shows_its_parts() -> None:
    """Attributes, relationships, identities, rules and neighbours are shown, and only those that there are."""
    order = (
        shop()
        .resource("order")
        .model_copy(
            update={
                "rules": (Rule(name="some", condition=Constant(True), message="has some"),),
                "source_name": "ORDERS",
            }
        )
    )
    view = order.view()
    assert isinstance(view, Stack) and view.detail == "in the source: ORDERS"
    titles = [child.title for child in view.children]  # type: ignore[union-attr]
    assert titles == ["Attributes", "Relationships", "Rules", "Neighbours"]
    attributes, relationships, rules, neighbours = view.children
    assert isinstance(attributes, Table) and attributes.rows[2] == (
        "status",
        "enum: placed, paid, shipped, cancelled",
        "required",
    )
    assert isinstance(relationships, Table) and relationships.rows == (
        ("customer", "belongs to", "customer", "customer_id", True),
    )
    assert isinstance(rules, Table) and rules.rows == (("some", "true", "has some", "error", "create, update"),)
    assert isinstance(neighbours, Graph) and [node.id for node in neighbours.nodes] == ["order", "customer"]


def test_an_attribute_says_everything_it_was_given() -> None:
    """Type, bounds, default and flags stand in a table, and nothing that was left out."""
    given = Attribute(
        name="age",
        type="integer",
        required=True,
        default=Constant(18),
        constraints={"minimum": Constant(0)},
        sensitive=True,
    )  # type: ignore[arg-type]
    view = given.view()
    assert isinstance(view, Table)
    assert view.rows == (
        ("type", "integer"),
        ("required", "yes"),
        ("default", "18"),
        ("constraints", "minimum 0"),
        ("sensitive", "yes"),
    )


def test_hostile_designs_are_drawn() -> None:
    """A domain of hostile names has a view, with one line for each reference it declares."""
    domain = hostile()
    assert len(references(domain)) == len(domain.resources)
    assert render(domain.view())["text/plain"]


def test_a_table_of_a_thousand_columns_is_a_box_of_sixty() -> None:
    """Asked for all attributes, a very wide resource keeps its key and references and says how many it leaves out."""
    columns = tuple(attribute(f"c{number}", "string") for number in range(1000))
    wide = pair(belongs("parent", "parent", "c999"), attributes=(attribute("id", "integer"), *columns))
    child = er_graph(wide, attributes="all").nodes[1]
    assert len(child.fields) == 61 and child.fields[-1].label == "… 941 more"
    assert [field.label for field in child.fields if field.marks] == ["id", "c999"]
    assert "rows 1–200 of 1,001" in render(wide.resource("child").view())["text/plain"]


def test_a_reference_out_of_the_picture_is_still_marked() -> None:
    """Focusing on one resource does not make its neighbours' references look like plain attributes."""
    shown = {node.id: node for node in er_graph(shop(), focus="order").nodes}
    marks = {field.label: field.marks for field in shown["order_line"].fields}
    assert "product" not in shown and marks["product_id"] == ("FK",)


def test_problems_say_where_in_a_text() -> None:
    """A problem with a line and a column shows them behind its path, and its code for those who look it up."""
    table = Problems([Problem("shop.domain", "syntax", "expected a name", line=3, column=7)]).view().children[0]  # type: ignore[union-attr]
    assert isinstance(table, Table) and table.rows == (
        ("error", "shop.domain:3:7", "expected a name", None, "", "syntax"),
    )
