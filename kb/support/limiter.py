"""How often one visitor may do something. Where the count cannot be kept, nobody is turned away."""

from __future__ import annotations

import hashlib
import logging
import math

from limits import RateLimitItem

from kb.errors import StorageError
from kb.storage.rate_hits import RateHitStore

_logger = logging.getLogger(__name__)


class Limiter:
    """Counts in a moving window that all processes of the site share: by session, and by network address.

    All sessions of an address together may do ``per_address`` times what one may: people who share it are not shut
    out for each other, and whoever begins a new session each time is stopped all the same.
    """

    def __init__(self, hits: RateHitStore, salt: bytes, per_address: int) -> None:
        self._hits = hits
        self._salt = salt
        self._per_address = per_address

    def wait(self, limit: RateLimitItem, what: str, address: str, session: str = "") -> int:
        """Count one more; gives 0, or the seconds to wait when that is too many (and it was not counted).

        Whoever has no session shares one with all others of the address that have none.
        """
        if not (session or address):
            return 0
        most = {self._key(what, "session", session or address): limit.amount}
        if address:
            most[self._key(what, "address", address)] = limit.amount * self._per_address
        try:
            return math.ceil(self._hits.count(most, limit.get_expiry()))
        except StorageError as error:
            _logger.warning("A limit could not be counted. %s", error)
            return 0

    def _key(self, what: str, kind: str, name: str) -> str:
        text = f"{what}\n{kind}\n{name}"
        return hashlib.blake2b(text.encode(), key=self._salt, digest_size=16).hexdigest()
