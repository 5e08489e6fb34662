"""Claims measured on data: a domain inferred from tables, and any design held against any data."""

from workbench.evidence.claim import Claim, CounterExample, Evidence, Reason
from workbench.evidence.coverage import check_data
from workbench.evidence.infer import propose, propose_declared
from workbench.evidence.options import Options
from workbench.evidence.proposal import Decision, Proposal, load_decisions

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
    "propose",
    "propose_declared",
]
