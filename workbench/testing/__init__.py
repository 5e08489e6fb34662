"""Tools for those who test with the workbench: a guide (a notebook that is also a test) checks itself with ``Guide``.

``workbench.testing.notebook`` produces and audits guides, ``workbench.testing.gate`` is the pytest plugin that runs them.
"""

from workbench.testing.guide import Guide

__all__ = ["Guide"]
