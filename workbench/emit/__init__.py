"""A domain as text for others: one module a target, and each export says what its target could not carry."""

from workbench.emit.export import TARGETS, Export, Manifest, export

__all__ = ["TARGETS", "Export", "Manifest", "export"]
