"""Claims measured on data: a domain inferred from tables, and any design held against any data."""

from workbench.evidence.claim import Claim, CounterExample, Evidence, Reason, mask
from workbench.evidence.coverage import check_data
from workbench.evidence.decisions import Decision, load_decisions
from workbench.evidence.infer import propose, propose_declared
from workbench.evidence.options import Options
from workbench.evidence.proposal import Proposal
from workbench.evidence.semantics import private_by_name

__all__ = [
    "Claim",
    "CounterExample",
    "Decision",
    "Evidence",
    "Options",
    "Proposal",
    "Reason",
    "check_data",
    "load_decisions",
    "mask",
    "private_by_name",
    "propose",
    "propose_declared",
]
