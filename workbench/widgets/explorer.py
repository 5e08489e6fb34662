"""The widget: carries messages between the page and an exploration, and holds no logic of its own.

Its saved state is a few lines. The code that draws (``explorer.js``, ``explorer.css``) is fetched over the comm when a page shows it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import anywidget

from workbench.display import render
from workbench.errors import AdapterError, Problem, Problems, VerificationError, WorkbenchError
from workbench.widgets import messages
from workbench.widgets.exploration import Answer, Exploration
from workbench.widgets.lane import Lane

__all__ = ["Explorer"]

_BOOT = """
const waiting = "Waiting for the kernel…", gone = "This picture moves while its kernel runs: run the cell again.";
let code;
function load(model) {
  return code ??= new Promise((resolve) => {
    const hear = (message, buffers) => {
      if (message.type !== "code") return;
      model.off("msg:custom", hear);
      const [script, style] = buffers.map((each) => new TextDecoder().decode(each));
      const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
      resolve(import(address).then((module) => ({ module, style })));
    };
    model.on("msg:custom", hear);
    model.send({ type: "code" });
  });
}
export default {
  async render({ model, el }) {
    el.textContent = waiting;
    const late = setTimeout(() => { el.textContent = gone; }, 20000);
    const { module, style } = await load(model);
    clearTimeout(late);
    el.textContent = "";
    return module.show({ model, el, style });
  },
};
"""


@cache
def _code() -> tuple[bytes, bytes]:
    here = files("workbench.widgets")
    return (here / "explorer.js").read_bytes(), (here / "explorer.css").read_bytes()


class Explorer(anywidget.AnyWidget):
    """An interactive picture of a design. It shows itself where it is the last line of a cell.

    Every message from the page is checked; what is refused or fails is shown in the page and kept in ``problems``.
    """

    _esm: ClassVar[str] = _BOOT

    def __init__(self, exploration: Exploration) -> None:
        self._exploration = exploration
        self._found: list[Problem] = []
        self._unseen: deque[tuple[Problem, str]] = deque(maxlen=3)
        data = exploration.data
        self._drawing = Lane("workbench explorer", self._failed)
        interrupt = data.interrupt if data is not None else None
        self._counting = Lane("workbench explorer counts", self._failed, interrupt)
        self._reading = Lane("workbench explorer rows", lambda error: self._failed(error, "rows"), interrupt)
        self._views = 0
        self._unwatch: Callable[[], None] | None = None
        super().__init__()
        self.on_msg(self._hear)

    @property
    def problems(self) -> Problems:
        """Everything that went wrong in this explorer so far."""
        return Problems(self._found)

    def to_source(self, name: str = "domain") -> str:
        """The call that opens what is looked at now; ``name`` is what the design is called in it."""
        return self._exploration.source(name)

    def settle(self, seconds: float = 10.0) -> None:
        """Return when every message so far is answered, or after ``seconds`` for each kind of work."""
        for lane in (self._drawing, self._counting, self._reading):
            lane.settle(seconds)

    def open(self) -> None:
        """Open the comm to the page, if it is not.

        ipykernel hands what a page says to where its comm was last used, which is the cell that made the widget: it would wait for every
        later cell. The page knows better (it sends to a subshell); without this method of the comm, it is heard.
        """
        super().open()
        self.comm._reply_subshell_for = None

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Refuse whatever the page wants to write: nothing of this widget is the page's to change."""
        names = ", ".join(sorted(map(str, sync_data)))[:80]
        self._failed(VerificationError([Problem("state", "refused_message", f"the page may not set {names}")]))

    def recount(self) -> None:
        """The rows are counted again, in the background. It happens by itself after each cell while the explorer is seen."""
        if self._exploration.data is not None:
            self._counting.replace(lambda: self._answer(messages.Counts(type="counts")))

    def close(self) -> None:
        """Take the widget out of the page and stop what it is doing."""
        self._watch(-self._views)
        for lane in (self._drawing, self._counting, self._reading):
            lane.drop()
        super().close()

    def __repr__(self) -> str:
        domain = self._exploration.domain
        return f"Explorer({domain.name!r}, {len(domain.all_resources)} resources)"

    def _ipython_display_(self, **_: object) -> None:
        """Show the still picture, and behind it the live one, which puts the still one away while it is there.

        In a trusted notebook without its kernel JupyterLab shows nothing else of an output that has a live view.
        """
        from IPython.display import display

        bundle = self._repr_mimebundle_()
        if bundle is not None:
            still = {
                "text/html": f'<div class="wbx-still">{bundle[0].pop("text/html")}</div>',
                "text/plain": bundle[0]["text/plain"],
            }
            display(still, raw=True)
            display(bundle[0] | {"text/plain": repr(self)}, raw=True)

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The live view, and for pages without a kernel the picture as it stands."""
        bundle = super()._repr_mimebundle_()
        if bundle is None:
            return None
        still = render(self._exploration.graph())
        return bundle[0] | {kind: still[kind] for kind in ("text/plain", "text/html")}, bundle[1]

    def _hear(self, _widget: object, content: object, buffers: object) -> None:
        try:
            if content == {"type": "code"}:
                self.send({"type": "code"}, buffers=list(_code()))
                return
            if buffers:
                raise VerificationError([Problem("buffers", "refused_message", "no message carries buffers")])
            message = messages.read(content)
            match message:
                case messages.Stop():
                    self._reading.drop()
                    self._tell({"type": "stopped"})
                case messages.Rows():
                    self._reading.replace(lambda: self._answer(message))
                case messages.Counts():
                    self._counting.replace(lambda: self._answer(message))
                case messages.Gone():
                    self._watch(-1)
                case _:
                    if isinstance(message, messages.Ready):
                        self._watch(1)
                        self._tell_unseen()
                    self._drawing.do(lambda: self._answer(message))
        except Exception as error:  # noqa: BLE001  # an error in a handler is shown, whatever it is
            self._failed(error)

    def _watch(self, more: int) -> None:
        """Keep count of the views in the page, and count rows after each cell while there are any."""
        self._views = max(self._views + more, 0)
        if self._views and self._unwatch is None and self._exploration.data is not None:
            self._unwatch = _after_cells(self.recount)
        elif not self._views and self._unwatch is not None:
            self._unwatch()
            self._unwatch = None

    def _answer(self, message: messages.Message) -> None:
        for answer in self._exploration.answer(message):
            self._tell(answer)

    def _tell(self, answer: Answer) -> None:
        with suppress(AttributeError):  # the widget was closed meanwhile, and has no comm
            self.send(answer)

    def _tell_unseen(self) -> None:
        """Tell the page what went wrong since it was last told; where there is no view, it is told to the next one."""
        while self._unseen:
            problem, about = self._unseen.popleft()
            self._tell({"type": "error", "message": problem.message, "hint": problem.hint, "about": about})

    def _failed(self, error: Exception, about: str = "") -> None:
        problem = _problem(error)
        self._found.append(problem)
        self._unseen.append((problem, about))
        if self._views:
            self._tell_unseen()
        if not isinstance(error, WorkbenchError):  # a mistake of ours: reported as those of any thread are
            details = (type(error), error, error.__traceback__, threading.current_thread())
            threading.excepthook(threading.ExceptHookArgs(details))


def _after_cells(do: Callable[[], None]) -> Callable[[], None]:
    """Let ``do`` be done after each cell of this kernel, until what comes back is called; outside IPython nothing happens."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return lambda: None

    def cell_ended(_result: object) -> None:
        do()

    shell.events.register("post_run_cell", cell_ended)
    return lambda: shell.events.unregister("post_run_cell", cell_ended)


def _problem(error: Exception) -> Problem:
    match error:
        case VerificationError() if error.problems:
            return error.problems[0]
        case AdapterError():
            return error.problem
        case WorkbenchError():
            return Problem("", type(error).__name__, str(error))
        case _:
            hint = "this is a mistake of the workbench; %workbench shows it in full"
            return Problem("", "unexpected", f"{type(error).__name__}: {error}", hint=hint)
