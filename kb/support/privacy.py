"""What is kept of one person, to hand over or to erase; and what has been kept long enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kb.storage.tickets import TicketStore
from kb.support.attachments import Attachments


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted."""

    tickets: int
    files: int


class Privacy:
    """Exports, erasure and retention. Tickets alone have a person's address; the figures have nobody's."""

    def __init__(
        self,
        tickets: TicketStore,
        attachments: Attachments,
        figures: Sequence[Callable[[date], object]],
        retention: int,
    ) -> None:
        """:param figures: each deletes, of what is written down to be counted, what is from before a day.
        :param retention: days that ended tickets and the figures are kept; 0 for ever.
        """
        self._tickets = tickets
        self._attachments = attachments
        self._figures = figures
        self._retention = retention

    def erase(self, email: str) -> Erased:
        """Delete everything that one address sent: tickets, messages, files, deliveries."""
        references = [ticket.reference for ticket in self._tickets.of_email(email)]
        return self._delete(references)

    def sweep(self, today: date | None = None) -> Erased:
        """Delete what is older than the retention, and files that belong to nothing."""
        if not self._retention:
            return self._delete([])
        before = (today or datetime.now(UTC).date()) - timedelta(days=self._retention)
        for delete in self._figures:
            delete(before)
        moment = datetime(before.year, before.month, before.day, tzinfo=UTC)
        return self._delete(self._tickets.ended_before(moment))

    def _delete(self, references: list[str]) -> Erased:
        files = tuple(one.id for reference in references for one in self._attachments.of_ticket(reference))
        self._tickets.delete(references)
        return Erased(len(references), self._attachments.delete_files(files) + self._attachments.sweep())
