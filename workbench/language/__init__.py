"""Text and model: saved designs are read and written here."""

from workbench.language.json_format import FORMAT, dumps, load, loads, save

__all__ = ["FORMAT", "dumps", "load", "loads", "save"]
