"""Logging what went wrong with a message, and nothing of the message."""

from __future__ import annotations

import logging
from traceback import format_tb

from kb.errors import KBError

log = logging.getLogger(__name__)


def note(what: str, error: Exception) -> None:
    """Log a failure: our own errors with their message, others without, for it may quote what was typed."""
    why = str(error) if isinstance(error, KBError) else "".join(format_tb(error.__traceback__))
    log.error("%s: %s: %s", what, type(error).__name__, why)
