"""What was added to tickets after they were sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from kb.model import TicketStatus
from kb.storage.database import Conflict, Database
from kb.storage.deliveries import Announcement, announce
from kb.storage.support_tables import ticket_messages
from kb.storage.tables import tickets
from kb.ticket_model import Author, DeliveryKind, TicketMessage

_COLUMNS = [ticket_messages.c[field.name] for field in fields(TicketMessage)]


class TicketMessageStore:
    """The messages in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, reference: str, author: Author, body: str, key: str, desks: Sequence[str]) -> bool:
        """Store a message, reopen its ticket and tell the desks; all of it on disk, or nothing.

        Gives whether it is new: a key seen before changes nothing. Of a held ticket the desks are told when it is
        released.

        :raises StorageError: it could not be stored.
        """
        now = datetime.now(UTC)
        row = {"reference": reference, "created": now, "author": author.value, "body": body}
        status = TicketStatus.OPEN if author is Author.REQUESTER else TicketStatus.WAITING
        try:
            with self._database.write() as connection:
                stored = connection.execute(insert(ticket_messages), row | {"idempotency_key": key or None})
                number = (stored.inserted_primary_key or (None,))[0]
                mine = tickets.c.reference == reference
                connection.execute(update(tickets).where(mine).values(status=status.value, updated=now))
                told = [Announcement(reference, desk, DeliveryKind.MESSAGE, number) for desk in desks]
                announce(connection, [] if _is_held(connection, reference) else told)
        except Conflict:
            return False
        return True

    def close_ticket(self, reference: str, desks: Sequence[str]) -> None:
        """The requester needs no answer any more."""
        closing = (tickets.c.reference == reference) & (tickets.c.status != TicketStatus.CLOSED.value)
        values = {"status": TicketStatus.CLOSED.value, "updated": datetime.now(UTC)}
        with self._database.write() as connection:
            if connection.execute(update(tickets).where(closing).values(**values)).rowcount:
                told = [Announcement(reference, desk, DeliveryKind.CLOSED) for desk in desks]
                announce(connection, [] if _is_held(connection, reference) else told)

    def of(self, reference: str) -> tuple[TicketMessage, ...]:
        """A ticket's messages, oldest first."""
        query = (
            select(*_COLUMNS).where(ticket_messages.c.reference == reference).order_by(ticket_messages.c.id)
        )
        with self._database.read() as connection:
            return tuple(
                TicketMessage(row.id, row.reference, row.created, Author(row.author), row.body)
                for row in connection.execute(query)
            )


def _is_held(connection: Connection, reference: str) -> bool:
    return bool(connection.execute(select(tickets.c.held).where(tickets.c.reference == reference)).scalar())
