"""What was done lately, shared by all processes of the site: the moving window of the ``limits`` library."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import delete, func, insert, select

from kb.storage.database import Database
from kb.storage.support_tables import rate_hits


class RateHitStore:
    """Timestamps by key. Nothing in a key may tell who somebody is."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count ``amount`` more within the last ``expiry`` seconds, unless that makes more than ``limit``.

        :raises StorageError: the database is busy or cannot be used.
        """
        now = self._now()
        with self._database.log() as connection:
            connection.execute(
                delete(rate_hits).where(rate_hits.c.key == key, rate_hits.c.at <= now - expiry)
            )
            found = connection.execute(
                select(func.count()).select_from(rate_hits).where(rate_hits.c.key == key)
            ).scalar_one()
            if found + amount > limit:
                return False
            connection.execute(insert(rate_hits), [{"key": key, "at": now}] * amount)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 - its protocol
        """When the window's oldest entry was made, and how many there are in it."""
        now = self._now()
        mine = (rate_hits.c.key == key) & (rate_hits.c.at > now - expiry)
        with self._database.read() as connection:
            row = connection.execute(select(func.min(rate_hits.c.at), func.count()).where(mine)).one()
        return float(row[0] or now), int(row[1])

    def forget(self, before: float) -> None:
        """Delete what is older."""
        with self._database.log() as connection:
            connection.execute(delete(rate_hits).where(rate_hits.c.at < before))
