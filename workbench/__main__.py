"""``python -m workbench`` is the command ``workbench``."""

import sys

from workbench.cli import main

__all__: list[str] = []

sys.exit(main())
