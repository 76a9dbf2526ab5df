"""The site as a program of its own: it stands above the command line and is not imported by it."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def become(module: str, *arguments: str) -> NoReturn:
    """Run a module in the place of this command: ours (``-P``), whatever lies where the command was typed."""
    os.execv(sys.executable, [sys.executable, "-P", "-m", module, *arguments])  # noqa: S606 - no shell
