"""Text and model: saved designs are read and written here."""

from workbench.language.formats import format_called, load, save
from workbench.language.json_format import FORMAT, dumps, loads
from workbench.model.domain import Domain

__all__ = ["FORMAT", "dumps", "load", "loads", "parse", "save"]


def parse(text: str) -> Domain:
    """The domain that ``text`` says in the domain language.

    >>> parse("domain shop\\n\\nresource orders\\n  id uuid key").resource("orders").key
    ('id',)

    Raises:
        VerificationError: it says none; ``problems`` has every mistake, each with line and column, and notes show the lines.
    """
    return format_called("domain").loads(text)
