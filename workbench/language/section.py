"""A section of a third party in a design: what it takes, how it is checked, written, shown and judged. Subclass ``Section``.

A distribution brings one by an entry point whose name is the section's (``pyproject.toml``):

    [project.entry-points."workbench.sections"]
    glossary = "our_glossary:SECTION"

and the module it names:

    from workbench.language.section import Section
    from workbench.model import Frozen

    class Glossary(Frozen):
        terms: dict[str, str] = {}

    class GlossarySection(Section[Glossary]):
        name, schema = "glossary", Glossary

        def verify(self, data, domain):
            for word, means in data.terms.items():
                if not domain.has_resource(means):
                    yield Problem(f"terms.{word}", "unknown_resource", f"no resource is called {means!r}")

    SECTION = GlossarySection()

Only ``name`` and ``schema`` are needed. The design keeps what was written (``Domain.extensions["glossary"]``), in every format, whether
or not anything that reads it is installed; ``section_of(domain, "glossary")`` is the same as an instance of the schema, defaults filled.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from workbench.errors import Problem, VerificationError, nearest
from workbench.model.domain import Domain
from workbench.views import View

if TYPE_CHECKING:
    from workbench.evolve.rules import Edit, Finding

__all__ = ["Section"]

M = TypeVar("M", bound=BaseModel)


class Section(Generic[M]):
    """A section of ``Domain.extensions``: ``name`` is its key there, a plain word; ``schema`` the Pydantic model of what it takes.

    A schema that forbids unknown fields, as ``workbench.model.Frozen`` does, tells people of misspelt ones.
    """

    name: str
    schema: type[M]

    def verify(self, data: M, domain: Domain) -> Iterable[Problem]:
        """What is wrong with ``data`` in ``domain``; ``path`` begins inside the section (``terms.order``)."""
        return ()

    def dumps(self, value: Any) -> str | None:
        """The JSON data ``value`` as text of the domain language, to stand indented below ``extension <name>``; None: as JSON.

        ``loads`` gives the same value back, or JSON is written instead. No line ends with white space; the text as a whole is neither
        indented nor begun or ended with an empty line.
        """
        return None

    def loads(self, text: str) -> Any:
        """The JSON data that ``text`` says.

        Raises:
            VerificationError: it says none; lines and columns are counted from the beginning of ``text``.
        """
        hint = f"write it as JSON behind its name: extension {self.name} {{}}"
        raise VerificationError([Problem(self.name, "no_form", f"{self.name} has no text form of its own", hint=hint)])

    def view(self, data: M, domain: Domain) -> View | None:
        """What the card of ``domain`` shows of ``data``: plain views, which the workbench draws and escapes. None: nothing."""
        return None

    def classify(self, edit: Edit) -> Iterable[Finding]:
        """How dangerous a change inside the section is: ``edit.change.path`` says where. No finding: it is safe."""
        return ()

    def read(self, value: Any) -> M:
        """The JSON data ``value`` as an instance of the schema, defaults filled.

        Raises:
            VerificationError: it does not fit the schema; ``path`` of each problem begins inside the section.
        """
        try:
            return self.schema.model_validate_json(to_json(value))
        except ValidationError as error:
            raise VerificationError(map(self._mistake, error.errors(include_url=False)), self.name) from error
        except PydanticSerializationError as error:
            raise VerificationError([Problem("", "extension_not_json", "JSON cannot carry it")], self.name) from error

    def _mistake(self, each: Any) -> Problem:  # one of Pydantic's descriptions of an error
        steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in each["loc"]]
        hint = f"the schema of {self.name} says what it takes"
        if each["type"] == "extra_forbidden":
            close = nearest(str(each["loc"][-1]), self.schema.model_fields, 1)
            hint = f"did you mean {close[0]!r}?" if close else hint
        return Problem("".join(steps).removeprefix("."), f"section_{each['type']}", each["msg"], hint=hint)
