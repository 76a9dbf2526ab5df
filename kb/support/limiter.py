"""How often one visitor may do something. Where the count cannot be kept, nobody is turned away."""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections.abc import Callable

from limits import RateLimitItem

from kb.errors import StorageError
from kb.storage.rate_hits import RateHitStore

_logger = logging.getLogger(__name__)


class Limiter:
    """Counts by visitor, in a moving window that all processes of the site share."""

    def __init__(self, hits: RateHitStore, salt: bytes, now: Callable[[], float] = time.time) -> None:
        self._hits = hits
        self._salt = salt
        self._now = now

    def wait(self, limit: RateLimitItem, what: str, visitor: str) -> int:
        """Count one more; gives 0, or the seconds to wait when that is too many (and it was not counted)."""
        if not visitor:
            return 0
        key = hashlib.blake2b(f"{what}\n{visitor}".encode(), key=self._salt, digest_size=16).hexdigest()
        try:
            if self._hits.acquire_entry(key, limit.amount, limit.get_expiry()):
                return 0
            oldest, _ = self._hits.get_moving_window(key, limit.amount, limit.get_expiry())
        except StorageError as error:
            _logger.warning("A limit could not be counted. %s", error)
            return 0
        return max(1, math.ceil(oldest + limit.get_expiry() - self._now()))
