"""What was done lately, shared by all processes of the site."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from sqlalchemy import bindparam, delete, func, insert, select

from kb.storage.database import Database
from kb.storage.support_tables import rate_hits

_MINE = rate_hits.c.key.in_(bindparam("keys", expanding=True))
_COUNTED = (
    select(rate_hits.c.key, func.count(), func.min(rate_hits.c.at)).where(_MINE).group_by(rate_hits.c.key)
)
_NOT_LATELY = delete(rate_hits).where(
    _MINE, (rate_hits.c.at <= bindparam("after")) | (rate_hits.c.at >= bindparam("until"))
)


class RateHitStore:
    """Timestamps by key. Nothing in a key may tell who somebody is."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def count(self, most: Mapping[str, int], window: float) -> float:
        """Count one more for each key, unless one has had its most within ``window`` seconds: then for none.

        Gives the seconds until there is room for all, 0 where it was counted. What was counted by a clock that has
        been put back since counts no more: nobody is to wait for days.

        :raises StorageError: the database is busy or cannot be used.
        """
        now = self._now()
        after, until = now - window, now + window
        mine = {"keys": list(most), "after": after, "until": until}
        with self._database.log() as connection:
            found = connection.execute(_COUNTED, mine).all()
            if not all(after < oldest < until for _, _, oldest in found):
                connection.execute(_NOT_LATELY, mine)
                found = connection.execute(_COUNTED, mine).all()
            full = [oldest for key, hits, oldest in found if hits >= most[key]]
            if full:
                return float(max(full) + window - now)
            connection.execute(insert(rate_hits), [{"key": key, "at": now} for key in most])
            return 0.0

    def forget(self, before: float) -> None:
        """Delete what is older."""
        with self._database.log() as connection:
            connection.execute(delete(rate_hits).where(rate_hits.c.at < before))
