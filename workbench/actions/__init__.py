"""What happens to data: a batch of records and the ordered stages it passes, and the protocol that patterns plug into.

    Engine.run(request, scope)        a batch -> its outcome, all of it or nothing
    Engine.seen(scope)                the rows and values of each resource that somebody may see
    Stage                             what a plug-in is

Nothing here touches a database: stages become plans, which run in a transaction of whatever store stands behind the port.
"""

from workbench.actions.engine import Counters, Engine
from workbench.actions.outcome import Outcome
from workbench.actions.records import Records
from workbench.actions.refusals import OutdatedError, Refusals, RefusedError
from workbench.actions.request import Request
from workbench.actions.stage import (
    Also,
    Annotate,
    Assign,
    Changeset,
    Refuse,
    Restrict,
    Stage,
    Verdict,
    Written,
)

__all__ = [
    "Also",
    "Annotate",
    "Assign",
    "Changeset",
    "Counters",
    "Engine",
    "Outcome",
    "OutdatedError",
    "Records",
    "Refusals",
    "Refuse",
    "RefusedError",
    "Request",
    "Restrict",
    "Stage",
    "Verdict",
    "Written",
]
