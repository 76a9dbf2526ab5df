"""When to try again."""

from __future__ import annotations

import random
from datetime import timedelta

_FIRST = 15.0
"""Seconds after the first failure: a server that restarts is back by then."""
_LONGEST = 3600.0
MOST_ATTEMPTS = 80
"""The first eight take an hour, the rest an hour each: three days, as long as mail servers try."""


def delay(attempts: int, at_least: int = 0) -> timedelta:
    """How long to wait after that many attempts: doubled each time, give or take a half, so that those who failed
    together do not all come back together.

    :param at_least: seconds that the receiver asked for.
    """
    seconds = min(_LONGEST, _FIRST * 2 ** min(attempts - 1, 20)) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
    return timedelta(seconds=max(seconds, at_least))
