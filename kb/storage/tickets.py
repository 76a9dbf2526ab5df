"""Tickets: stored, together with everything that must follow, before anything else happens to them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, true, update

from kb.errors import NotFound, StorageError
from kb.model import Ticket, TicketDraft, TicketStatus
from kb.storage.database import Conflict, Database
from kb.storage.deliveries import Announcement, announce
from kb.storage.support_tables import attachments, deliveries, ticket_messages
from kb.storage.tables import tickets
from kb.ticket_model import Author, DeliveryKind, TicketFilter

_COLUMNS = [tickets.c[field.name] for field in fields(Ticket)]
_KEY_BYTES = 24


class ReferenceTaken(StorageError):
    """Another ticket has that reference."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What is decided about a ticket when it is stored."""

    session: str = ""
    """The form whose attachments become the ticket's."""
    queue: str = ""
    urgent: bool = False
    held: bool = False
    masked: tuple[str, ...] = ()
    consent: str = ""
    context: Mapping[str, Any] | None = None
    desks: tuple[str, ...] = ()
    """Who is told of it."""
    receipt: str = ""
    """The desk that sends the requester's copy; empty for none."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A ticket, and whether it is new: a key seen before gives its first ticket."""

    ticket: Ticket
    new: bool


class TicketStore:
    """The tickets in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, draft: TicketDraft, reference: str, filing: Filing | None = None) -> Stored:
        """Store the draft as a ticket and what is to be sent because of it: all of it on disk, or nothing.

        :raises ReferenceTaken: another ticket has that reference.
        :raises StorageError: the ticket could not be stored.
        """
        filing = filing or Filing()
        ticket = _ticket(draft, reference, filing)
        # Insert first, look afterwards: the unique constraint decides a race, in any database.
        try:
            with self._database.write() as connection:
                connection.execute(insert(tickets), _row(ticket, draft.idempotency_key, filing))
                _adopt_attachments(connection, filing.session, reference)
                if not filing.held:
                    announce(connection, _announcements(reference, filing.desks, filing.receipt))
        except Conflict as conflict:
            first = self._find(tickets.c.idempotency_key == draft.idempotency_key)
            if draft.idempotency_key and first:
                return Stored(first, new=False)
            raise ReferenceTaken(f"A ticket has the reference {reference}. Draw another.") from conflict
        return Stored(ticket, new=True)

    def get(self, reference: str) -> Ticket:
        """The ticket with that reference.

        :raises NotFound: there is none.
        :raises StorageError: the database cannot be used.
        """
        return _found(self._find(tickets.c.reference == reference), reference)

    def by_access_key(self, access_key: str) -> Ticket:
        """The ticket of a private link.

        :raises NotFound: there is none.
        """
        return _found(self._find(tickets.c.access_key == access_key), "with that link")

    def context(self, reference: str) -> Mapping[str, Any]:
        """What was noted about how the ticket came about, as it was stored."""
        with self._database.read() as connection:
            found = connection.execute(select(tickets.c.context).where(tickets.c.reference == reference))
            return found.scalar() or {}

    def listed(self, wanted: TicketFilter) -> tuple[Ticket, ...]:
        """Tickets, the urgent before the others, the oldest first."""
        query = select(*_COLUMNS).where(_matches(wanted))
        order = (tickets.c.urgent.desc(), tickets.c.created, tickets.c.reference)
        with self._database.read() as connection:
            return tuple(_read(row) for row in connection.execute(query.order_by(*order).limit(wanted.limit)))

    def since(self, day: date) -> tuple[Ticket, ...]:
        """The tickets that were sent from that day on and are not held, the oldest first."""
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        wanted = (tickets.c.created >= moment) & ~tickets.c.held
        with self._database.read() as connection:
            rows = connection.execute(select(*_COLUMNS).where(wanted).order_by(tickets.c.created))
            return tuple(map(_read, rows))

    def of_email(self, email: str) -> tuple[Ticket, ...]:
        """Everything one address sent, in whatever case it was written."""
        query = (
            select(*_COLUMNS).where(func.lower(tickets.c.email) == email.lower()).order_by(tickets.c.created)
        )
        with self._database.read() as connection:
            return tuple(_read(row) for row in connection.execute(query))

    def knows_email(self, email: str) -> bool:
        """Whether that address has written before and was not held."""
        mine = select(tickets.c.reference).where(
            func.lower(tickets.c.email) == email.lower(), ~tickets.c.held
        )
        with self._database.read() as connection:
            return connection.execute(mine.limit(1)).scalar() is not None

    def change(self, reference: str, **changes: Any) -> Ticket:
        """Change columns of a ticket; gives it as it is then.

        :raises NotFound: there is none.
        """
        mine = tickets.c.reference == reference
        with self._database.write() as connection:
            connection.execute(update(tickets).where(mine).values(updated=datetime.now(UTC), **changes))
        return self.get(reference)

    def release(self, reference: str, desks: Sequence[str], receipt: str) -> Ticket:
        """A held ticket goes on its way, with what its sender has added; of one that is not held nothing changes.

        :raises NotFound: there is none.
        """
        held = (tickets.c.reference == reference) & tickets.c.held
        with self._database.write() as connection:
            done = connection.execute(
                update(tickets).where(held).values(held=False, updated=datetime.now(UTC))
            )
            if done.rowcount:
                announce(connection, _announcements(reference, desks, receipt))
                announce(connection, _of_messages(connection, reference, desks))
        return self.get(reference)

    def ended_before(self, moment: datetime) -> list[str]:
        """The references of solved and closed tickets that nothing was added to since."""
        ended = tickets.c.status.in_([TicketStatus.SOLVED.value, TicketStatus.CLOSED.value])
        last = func.coalesce(tickets.c.updated, tickets.c.created)
        with self._database.read() as connection:
            found = connection.execute(select(tickets.c.reference).where(ended, last < moment))
            return list(found.scalars())

    def delete(self, references: Sequence[str]) -> None:
        """Delete tickets with their messages, attachments' rows and deliveries: all of it, or nothing."""
        with self._database.write() as connection:
            for table in (tickets, ticket_messages, attachments, deliveries):
                for reference in references:
                    connection.execute(delete(table).where(table.c.reference == reference))

    def _find(self, which: ColumnElement[bool]) -> Ticket | None:
        with self._database.read() as connection:
            row = connection.execute(select(*_COLUMNS).where(which)).one_or_none()
        return _read(row) if row else None


def _ticket(draft: TicketDraft, reference: str, filing: Filing) -> Ticket:
    return Ticket(
        reference=reference,
        created=datetime.now(UTC),
        subject=draft.subject,
        body=draft.body,
        name=draft.name,
        email=draft.email,
        lang=draft.lang,
        access_key=secrets.token_urlsafe(_KEY_BYTES),
        category=draft.category,
        queue=filing.queue,
        urgent=filing.urgent,
        held=filing.held,
        masked=filing.masked,
        consent=filing.consent,
    )


def _row(ticket: Ticket, key: str, filing: Filing) -> dict[str, Any]:
    row = {field.name: getattr(ticket, field.name) for field in fields(ticket)}
    return row | {
        "masked": list(ticket.masked),
        "status": ticket.status.value,
        "idempotency_key": key or None,
        "context": dict(filing.context or {}),
    }


def _read(row: Row[Any]) -> Ticket:
    columns = dict(row._mapping)
    columns["masked"] = tuple(columns["masked"])
    columns["status"] = TicketStatus(columns["status"])
    return Ticket(**columns)


def _found(ticket: Ticket | None, which: str) -> Ticket:
    if ticket is None:
        raise NotFound(f"There is no ticket {which}. Check the reference on the receipt.")
    return ticket


def _adopt_attachments(connection: Connection, session: str, reference: str) -> None:
    if session:
        loose = (attachments.c.session == session) & (attachments.c.reference == "")
        connection.execute(update(attachments).where(loose).values(reference=reference))


def _announcements(reference: str, desks: Sequence[str], receipt: str) -> list[Announcement]:
    told = [Announcement(reference, desk, DeliveryKind.TICKET) for desk in desks]
    return told + ([Announcement(reference, receipt, DeliveryKind.RECEIPT)] if receipt else [])


def _of_messages(connection: Connection, reference: str, desks: Sequence[str]) -> list[Announcement]:
    """What is to be told of the messages that the requester has added."""
    columns = ticket_messages.c
    theirs = (columns.reference == reference) & (columns.author == Author.REQUESTER.value)
    numbers = connection.execute(select(columns.id).where(theirs).order_by(columns.id)).scalars()
    return [Announcement(reference, desk, DeliveryKind.MESSAGE, one) for one in numbers for desk in desks]


def _matches(wanted: TicketFilter) -> ColumnElement[bool]:
    conditions = [
        tickets.c[name] == value
        for name in ("status", "queue", "assignee")
        if (value := getattr(wanted, name))
    ]
    if wanted.held is not None:
        conditions.append(tickets.c.held == wanted.held)
    everything: ColumnElement[bool] = true()
    for condition in conditions:
        everything = everything & condition
    return everything
