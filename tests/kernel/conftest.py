"""An IPython shell with the extension loaded, and nothing left of either afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from workbench.extension import background_errors


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """An IPython shell with the extension loaded."""
    shell = InteractiveShell.instance()
    shell.extension_manager.load_extension("workbench")
    background_errors().clear()
    yield shell
    shell.extension_manager.unload_extension("workbench")
    background_errors().clear()
    InteractiveShell.clear_instance()
