"""Text and model: saved designs are read and written here."""

from workbench.language.formats import load, save
from workbench.language.json_format import FORMAT, dumps, loads

__all__ = ["FORMAT", "dumps", "load", "loads", "save"]
