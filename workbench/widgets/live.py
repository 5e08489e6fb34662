"""What every widget of the workbench does alike: it hands over its code, hears only what it knows, and hides no error.

Its saved state is a few lines. The code that draws (JavaScript and style sheets of this room) is fetched over the comm when a page shows
it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import anywidget

from workbench.errors import AdapterError, Problem, Problems, VerificationError, WorkbenchError
from workbench.views import Bundle
from workbench.widgets.lane import Lane

__all__ = ["Live"]

_BOOT = """
const waiting = "Waiting for the kernel…", gone = "This moves while its kernel runs: run the cell again.";
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
def _code(names: tuple[str, ...]) -> tuple[bytes, bytes]:
    """Script and style: the files of these names, one behind the other."""
    here = files("workbench.widgets")
    script, style = (
        b"\n".join((here / name).read_bytes() for name in names if name.endswith(ending)) for ending in (".js", ".css")
    )
    return script, style


class Live(anywidget.AnyWidget):
    """A widget that shows itself where it is the last line of a cell. It is told apart by the files of its code and what it hears.

    Every message from the page is checked; what is refused or fails is shown in the page and kept in ``problems``.
    """

    _esm: ClassVar[str] = _BOOT
    _files: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._unseen: deque[tuple[Problem, str]] = deque(maxlen=3)
        self._views = 0
        super().__init__()
        self.on_msg(self._hear)

    # --- what each kind of widget says for itself -------------------------------------------------------------------------------

    def _take(self, content: object) -> None:
        """Answer a message. What it raises is shown."""
        raise VerificationError([Problem("message", "refused_message", "this widget hears nothing")])

    def _still(self) -> Bundle:
        """What stands where there is no kernel, as ``text/html`` and ``text/plain``."""
        return {"text/html": "", "text/plain": repr(self)}

    def _lanes(self) -> tuple[Lane, ...]:
        """Where its work is done."""
        return ()

    # --- what all have ----------------------------------------------------------------------------------------------------------

    @property
    def problems(self) -> Problems:
        """Everything that went wrong in this widget so far."""
        return Problems(self._found)

    def settle(self, seconds: float = 10.0) -> None:
        """Return when every message so far is answered, or after ``seconds`` for each kind of work."""
        for lane in self._lanes():
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

    def close(self) -> None:
        """Take the widget out of the page and stop what it is doing."""
        self._watch(-self._views)
        for lane in self._lanes():
            lane.drop()
        super().close()

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
        still = self._still()
        return bundle[0] | {kind: still[kind] for kind in ("text/plain", "text/html")}, bundle[1]

    def _hear(self, _widget: object, content: object, buffers: object) -> None:
        try:
            if content == {"type": "code"}:
                self.send({"type": "code"}, buffers=list(_code(self._files)))
                return
            if buffers:
                raise VerificationError([Problem("buffers", "refused_message", "no message carries buffers")])
            self._take(content)
        except Exception as error:  # noqa: BLE001  # an error in a handler is shown, whatever it is
            self._failed(error)

    def _watch(self, more: int) -> None:
        """Keep count of the views in the page; a new one is told what went wrong unseen."""
        self._views = max(self._views + more, 0)
        if more > 0:
            self._tell_unseen()

    def _tell(self, answer: dict[str, Any]) -> None:
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
