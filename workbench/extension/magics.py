"""The magics of the domain language. Their docstrings are what ``%%domain?`` shows; what they do is loaded when one is first run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.errors import DefinitionError, Problem, VerificationError, WorkbenchError
from workbench.views import counted

if TYPE_CHECKING:
    from workbench.extension.designing import Designed
    from workbench.patterns.dsl_generator.trials import ScenarioReport

__all__ = ["Magics"]

T = TypeVar("T")


class Magics:
    """The magics of one IPython shell."""

    def __init__(self, shell: Any) -> None:  # IPython's shell, which carries no types
        self._shell = shell

    def register(self) -> None:
        """Make them known to the shell."""
        for name in ("domain", "change", "scenario", "ask"):
            self._shell.register_magic_function(getattr(self, name), "cell", name)
        self._shell.register_magic_function(self.ask_line, "line", "ask")

    def unregister(self) -> None:
        """Take them away again."""
        for name in ("domain", "change", "scenario", "ask"):
            del self._shell.magics_manager.magics["cell"][name]
        del self._shell.magics_manager.magics["line"]["ask"]

    def domain(self, line: str, cell: str) -> Designed:
        """The whole design of a domain, as text.

            %%domain [NAME]
            domain clinic "Outpatient appointments"

            resource patient
              mrn      string key
              born_on  date required

        The domain is bound to NAME, or to its own name made a Python name (``clinic``). Shown are what changes against the domain that the
        name held before, its problems, and its picture. Where the name holds a design folder, the changes become a step of it. Running the
        cell again changes nothing. Where the text or the domain has an error, nothing is bound or changed.
        """
        from workbench.extension.designing import design

        return self._run(line, cell, lambda name: self._bound(design(self._shell.user_ns, name, cell)))

    def change(self, line: str, cell: str) -> Designed:
        """A patch of a domain, in the same language.

            %%change clinic
            resource patient
              phone    string sensitive
            remove patient.born_on

        What the text says is added to the domain called clinic, or takes the place of what has the same name there; all else stays. A line
        ``remove patient.born_on`` takes an element away, ``rename patient.mrn to number`` gives it another name. Display, design
        folders, errors and running it again are as for ``%%domain``.
        """
        from workbench.extension.designing import change

        return self._run(line, cell, lambda name: self._bound(change(self._shell.user_ns, name, cell)))

    def scenario(self, line: str, cell: str) -> ScenarioReport:
        """Scenarios in the words of a domain: what is given, what is done, what is expected then.

            %%scenario clinic
            scenario "a patient checks in"
              given patient with mrn 'A1'
              when check in appointment 7
              then appointment 7 is arrived

        The name is that of a domain, a design or a workspace. Each scenario runs in a workspace of its own in memory. The report shows every
        step; the cell fails where a scenario does.
        """
        from workbench.extension.mistakes import CellError
        from workbench.extension.speaking import scenarios

        def told(name: str) -> ScenarioReport:
            report = scenarios(self._shell.user_ns, name, cell)
            if not report.is_ok:
                _show(report)
                raise CellError(str(report))
            return report

        return self._run(line, cell, told, undone="run")

    def ask(self, line: str, cell: str) -> Any:
        """A question in the words of a domain, answered by a workspace: the rows, the chart where there is one, and the SQL.

            %%ask ws
            revenue by customer tier where placed_at >= 2026-01-01

        ``?`` as the question shows the words. In one line: ``%ask ws revenue by customer tier``. The name may be left out where there is one
        workspace only.
        """
        from workbench.extension.speaking import answer

        return self._run(line, cell, lambda name: answer(self._shell.user_ns, name, cell), undone="asked")

    def ask_line(self, line: str) -> Any:
        """A question in the words of a domain: ``%ask ws revenue by customer tier``. See ``%%ask?``."""
        from workbench.extension.naming import names
        from workbench.extension.speaking import answer

        first, _, rest = line.strip().partition(" ")
        name, question = (first, rest) if first in names(self._shell.user_ns, "Workspace") else ("", line.strip())
        return self._run(
            name, question, lambda given: answer(self._shell.user_ns, given, question), shift=0, undone="asked"
        )

    def _bound(self, found: Designed) -> Designed:
        self._shell.user_ns[found.name] = found.value
        return found

    def _run(
        self, line: str, text: str, work: Callable[[str], T], shift: int = 1, undone: str = "bound or changed"
    ) -> T:
        """What ``work`` gives for the name in ``line``; where the workbench refuses, it is shown where and why, and nothing is done."""
        from workbench.extension.mistakes import CellError, mistakes_of

        try:
            words = line.split()
            if len(words) > 1:
                raise DefinitionError(f"one name is enough: {words[0]}, without {' '.join(words[1:])}")
            if not text.strip():
                raise VerificationError([Problem("", "empty", "nothing is written below the magic")])
            return work(words[0] if words else "")
        except CellError:
            raise
        except WorkbenchError as error:
            mistakes = mistakes_of(error, text, shift)
            _show(mistakes)
            raise CellError(f"{counted(len(mistakes.problems), 'problem')}; nothing was {undone}") from None


def _show(value: object) -> None:
    from IPython.display import display

    display(value)
