"""Delivers what is due: each delivery until it is taken over, in order per ticket, whoever dies on the way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kb.errors import HelpDeskError, KBError
from kb.storage.deliveries import DeliveryStore
from kb.support.delivery.backoff import MOST_ATTEMPTS, delay
from kb.support.delivery.help_desk import HelpDesk, Parcel
from kb.ticket_model import Delivery

LEASE = timedelta(minutes=5)
"""How long a worker has for one delivery; after that it is taken for dead, and another takes it up."""

_logger = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a run delivered, put off and set aside."""

    delivered: int = 0
    postponed: int = 0
    set_aside: int = 0

    def __add__(self, other: DeliveryReport) -> DeliveryReport:
        return DeliveryReport(
            self.delivered + other.delivered,
            self.postponed + other.postponed,
            self.set_aside + other.set_aside,
        )


class Outbox:
    """The deliveries of one site. Any number of workers may run it at once."""

    def __init__(
        self,
        store: DeliveryStore,
        desks: Sequence[HelpDesk],
        pack: Callable[[Delivery], Parcel],
        now: Callable[[], datetime] = utc_now,
        lease: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._desks = {desk.name: desk for desk in desks}
        self._pack = pack
        self._now = now
        self._lease = lease

    def deliver_due(self) -> DeliveryReport:
        """Attempt everything that is due, each at most once.

        :raises StorageError: the database cannot be used.
        """
        report = DeliveryReport()
        while self._store.any_due(self._now(), list(self._desks)):
            delivery = self._store.claim(self._now(), self._lease, list(self._desks))
            if delivery is None:
                break  # another worker was quicker
            report += self._attempt(delivery)
        return report

    def _attempt(self, delivery: Delivery) -> DeliveryReport:
        try:
            self._desks[delivery.desk].deliver(self._pack(delivery))
        except HelpDeskError as error:
            return self._failed(delivery, error)
        except KBError as error:
            return self._failed(delivery, HelpDeskError(str(error)))
        except Exception as error:
            # A fault of ours must not stop the others. Its text may quote a message, so only its name is kept.
            _logger.exception("%s to %s failed", delivery.reference, delivery.desk, exc_info=None)
            return self._failed(delivery, HelpDeskError(f"{type(error).__name__} in this program."))
        self._store.done(delivery)
        return DeliveryReport(delivered=1)

    def _failed(self, delivery: Delivery, error: HelpDeskError) -> DeliveryReport:
        where = f"{delivery.kind.value} of {delivery.reference} to {delivery.desk}"
        if error.permanent or delivery.attempts >= MOST_ATTEMPTS:
            self._store.set_aside(delivery, str(error))
            _logger.error("%s is set aside. %s", where, error)
            return DeliveryReport(set_aside=1)
        self._store.postpone(delivery, self._now() + delay(delivery.attempts, error.retry_after), str(error))
        _logger.warning("%s failed, attempt %d. %s", where, delivery.attempts, error)
        return DeliveryReport(postponed=1)
