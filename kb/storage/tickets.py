"""Tickets: stored before anything else happens to them."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, insert, select

from kb.errors import NotFound, StorageError
from kb.model import Ticket, TicketDraft
from kb.storage.database import Conflict, Database
from kb.storage.tables import tickets

_COLUMNS = [tickets.c[field.name] for field in fields(Ticket)]


class ReferenceTaken(StorageError):
    """Another ticket has that reference."""


class TicketStore:
    """The tickets in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, draft: TicketDraft, reference: str) -> Ticket:
        """Store the draft as a ticket, on disk when this returns. A key seen before gives its first ticket.

        :raises ReferenceTaken: another ticket has that reference.
        :raises StorageError: the ticket could not be stored.
        """
        ticket = Ticket(
            reference=reference,
            created=datetime.now(UTC),
            subject=draft.subject,
            body=draft.body,
            name=draft.name,
            email=draft.email,
            lang=draft.lang,
        )
        row = {field.name: getattr(ticket, field.name) for field in fields(ticket)}
        row["idempotency_key"] = draft.idempotency_key or None
        # Insert first, look afterwards: the unique constraint decides a race, in any database.
        try:
            with self._database.write() as connection:
                connection.execute(insert(tickets), row)
        except Conflict as conflict:
            first = self._find(tickets.c.idempotency_key == draft.idempotency_key)
            if draft.idempotency_key and first:
                return first
            raise ReferenceTaken(f"A ticket has the reference {reference}. Draw another.") from conflict
        return ticket

    def get(self, reference: str) -> Ticket:
        """The ticket with that reference.

        :raises NotFound: there is none.
        :raises StorageError: the database cannot be used.
        """
        ticket = self._find(tickets.c.reference == reference)
        if ticket is None:
            raise NotFound(f"There is no ticket {reference}. Check the reference on the receipt.")
        return ticket

    def _find(self, which: ColumnElement[bool]) -> Ticket | None:
        with self._database.read() as connection:
            row = connection.execute(select(*_COLUMNS).where(which)).one_or_none()
        return Ticket(**row._mapping) if row else None
