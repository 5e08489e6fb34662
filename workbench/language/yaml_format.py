"""A domain as YAML: the document of the JSON format, an element a block, text of several lines as a block."""

from __future__ import annotations

from workbench.language import ashswarm
from workbench.language.json_format import document_of, domain_of
from workbench.language.places import Places
from workbench.language.yaml_text import parse_yaml, write_yaml, yaml_spots
from workbench.model.domain import Domain

__all__ = ["dumps", "loads"]


def loads(text: str, called: str = "text") -> Domain:
    """The domain that ``text``, from a file ``called`` so, holds: a saved design, or AshSwarm's domain reasoning, told by its shape.

    >>> loads("workbench: domain\\nformat: 1\\nname: shop\\nresources:\\n- name: orders").resource("orders")
    Resource('orders')

    Raises:
        VerificationError: it holds none; ``problems`` has every mistake found, with path, line and column.
    """
    document, doubled = parse_yaml(text, called)
    if ashswarm.is_ashswarm(document):
        return ashswarm.read(document, called, Places(text, yaml_spots), doubled)
    return domain_of(document, called, Places(text, yaml_spots), doubled)


def dumps(domain: Domain) -> str:
    """``domain`` as YAML text: equal domains give the same text, and ``loads`` gives an equal domain back.

    >>> print(dumps(Domain(name="shop", description="Sells.\\nMostly online.")), end="")
    workbench: domain
    format: 1
    name: shop
    description: |-
      Sells.
      Mostly online.

    Raises:
        VerificationError: ``extensions`` hold something JSON cannot carry.
    """
    return write_yaml(document_of(domain))
