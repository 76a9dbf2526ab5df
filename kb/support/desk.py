"""The help desk's front: everything the contact form, the private ticket page and ``kb tickets`` ask for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property

from kb.model import Suggestions, Ticket, TicketDraft
from kb.search.searcher import Searcher
from kb.settings import Settings
from kb.storage.attachments import AttachmentStore
from kb.storage.contact_sessions import ContactSessionStore
from kb.storage.database import Database
from kb.storage.deliveries import DeliveryStore
from kb.storage.events import SearchEventStore
from kb.storage.rate_hits import RateHitStore
from kb.storage.salts import SaltStore
from kb.storage.search_opens import SearchOpenStore
from kb.storage.ticket_messages import TicketMessageStore
from kb.storage.tickets import TicketStore
from kb.storage.votes import VoteStore
from kb.support import context
from kb.support.attachments import Attachments
from kb.support.coach import advise
from kb.support.contact_rules import ContactRules
from kb.support.deflection import report
from kb.support.delivery.desks import open_desks, receipts, told
from kb.support.delivery.help_desk import Parcel
from kb.support.delivery.mail import REQUESTER
from kb.support.delivery.outbox import Outbox
from kb.support.delivery.worker import DeliveryWorker
from kb.support.drafts import message_body
from kb.support.ledger import Ledger, utc_today
from kb.support.limiter import Limiter
from kb.support.masking import mask
from kb.support.privacy import Privacy
from kb.support.suggester import Suggester
from kb.support.tickets import Routes, Submission
from kb.ticket_model import (
    Advice,
    Author,
    Circumstances,
    ContactSession,
    DeflectionReport,
    Delivery,
    TicketFile,
)

_DAY = 24 * 3600.0
SUGGESTED = 5
"""Suggestions found for a draft: three that are shown at once, two more on demand."""


class Desk:
    """Tickets from the first word typed to the last reply. Opens the database when it is first needed."""

    def __init__(
        self,
        settings: Settings,
        database: Callable[[], Database],
        searcher: Searcher,
        suggester: Suggester,
        cards: context.Cards,
    ) -> None:
        self._settings = settings
        self._open = database
        self._searcher = searcher
        self._suggester = suggester
        self._cards = cards

    # --- parts ---------------------------------------------------------------------------------------

    @cached_property
    def rules(self) -> ContactRules:
        """What ``contact.toml`` says.

        :raises SettingsError: it cannot be used.
        """
        return ContactRules.load(self._settings.articles)

    @cached_property
    def tickets(self) -> TicketStore:
        return TicketStore(self._open())

    @cached_property
    def ledger(self) -> Ledger:
        database = self._open()
        return Ledger(ContactSessionStore(database), self._salts, self._settings.recontact_days)

    @cached_property
    def _salts(self) -> SaltStore:
        return SaltStore(self._open())

    @cached_property
    def _messages(self) -> TicketMessageStore:
        return TicketMessageStore(self._open())

    @cached_property
    def attachments(self) -> Attachments:
        """The files sent along."""
        quota = self._settings.attachments_quota * 1024 * 1024
        return Attachments(AttachmentStore(self._open()), self._settings.attachments_folder, quota)

    @cached_property
    def privacy(self) -> Privacy:
        """What is kept of whom, and for how long."""
        database = self._open()
        figures = (
            ContactSessionStore(database).delete,
            SearchEventStore(database).delete,
            SearchOpenStore(database).delete,
            VoteStore(database).delete_comments,
        )
        return Privacy(self.tickets, self.attachments, figures, self._settings.retention_days)

    @cached_property
    def deliveries(self) -> DeliveryStore:
        return DeliveryStore(self._open())

    @cached_property
    def outbox(self) -> Outbox:
        """What is still to be sent.

        :raises SettingsError: a help desk lacks something, or cannot be used.
        """
        return Outbox(self.deliveries, open_desks(self._settings, self.rules), self._pack)

    @property
    def _routes(self) -> Routes:
        return Routes(told(self._settings), receipts(self._settings))

    # --- before it is sent ---------------------------------------------------------------------------

    def suggest(self, draft: TicketDraft, circumstances: Circumstances) -> Suggestions:
        """What probably answers a message, or nothing; noted in the ledger.

        :raises IndexMissing: nothing was indexed yet.
        """
        topics = self.rules.category(draft.category).topics
        found = self._suggester.suggest(draft, SUGGESTED, topics)
        shown = [suggestion.id for suggestion in found.suggestions]
        self.ledger.wrote(draft, circumstances, shown, found.features)
        return found

    def advise(self, draft: TicketDraft) -> Advice:
        """What would make a message easier to answer."""
        return advise(draft, self.rules)

    def limiter(self) -> Limiter:
        """Counts how often a visitor does something; the counts of a day cannot be read the next."""
        database = self._open()
        return Limiter(RateHitStore(database), self._salts.of(utc_today()), self.rules.limits.per_address)

    # --- sent ----------------------------------------------------------------------------------------

    def submit(self, draft: TicketDraft, circumstances: Circumstances | None = None) -> Ticket:
        """Store a ticket; it is on disk when this returns. The same idempotency key is the same ticket.

        :raises InvalidDraft: a field has to be mended.
        :raises StorageError: it could not be stored.
        """
        came = circumstances or Circumstances()
        session = self.ledger.session(came.session) if came.session else None
        stored = Submission(self.tickets, self.rules, self._routes).submit(
            draft, came, lambda clean: context.gather(clean, came.trail, session, self._searcher)
        )
        if stored.new and came.session:
            self.ledger.submitted(draft, came)
        return stored.ticket

    def file(self, ticket: Ticket) -> TicketFile:
        """Everything about a ticket."""
        return TicketFile(
            ticket=ticket,
            messages=self._messages.of(ticket.reference),
            attachments=self.attachments.of_ticket(ticket.reference),
            context=context.restored(self.tickets.context(ticket.reference), self._cards),
        )

    def add_message(self, ticket: Ticket, body: str, key: str = "") -> bool:
        """The requester adds to a ticket; gives whether it is new: the same key twice is one message.

        :raises InvalidDraft: there is nothing in it, or too much.
        :raises StorageError: it could not be stored.
        """
        text = mask(message_body(body)).text
        return self._messages.add(ticket.reference, Author.REQUESTER, text, key, self._routes.desks)

    def close_ticket(self, ticket: Ticket) -> None:
        """The requester needs no answer any more."""
        self._messages.close_ticket(ticket.reference, self._routes.desks)

    def answer(self, ticket: Ticket, body: str) -> None:
        """An agent's answer: on the private page, and by mail where mail can be sent. It releases a held ticket.

        :raises InvalidDraft: there is nothing in it, or too much.
        """
        text = message_body(body)
        if ticket.held:
            self.release(ticket)
        desks = [REQUESTER] if self._settings.mail_url else []
        self._messages.add(ticket.reference, Author.AGENT, text, "", desks)

    def release(self, ticket: Ticket) -> Ticket:
        """A held ticket goes on its way."""
        return self.tickets.release(ticket.reference, self._routes.desks, self._routes.receipt)

    def check_settings(self) -> None:
        """Pass when messages can be taken in and sent on.

        :raises SettingsError: ``contact.toml`` or a help desk's settings cannot be used.
        """
        open_desks(self._settings, self.rules)

    def worker(self) -> DeliveryWorker:
        """What delivers while the site runs; not started yet.

        :raises SettingsError: a help desk lacks something, or cannot be used.
        """
        return DeliveryWorker(self.outbox.deliver_due, self.keep_house)

    def keep_house(self) -> None:
        """Forget what is not to be kept any longer."""
        self.ledger.rotate()
        self.privacy.sweep()
        RateHitStore(self._open()).forget(time.time() - _DAY)

    def deflection(self, since: date | None) -> DeflectionReport:
        """What the suggestions were worth."""
        return report(self.sessions(since), since, utc_today(), self._settings.recontact_days)

    def sessions(self, since: date | None) -> Iterator[ContactSession]:
        """The sessions of the form from a day on."""
        return ContactSessionStore(self._open()).since(since)

    def files(self, since: date | None) -> Iterator[TicketFile]:
        """Everything about the tickets that were sent from a day on and are not held."""
        return map(self.file, self.tickets.since(since or date.min))

    def _pack(self, delivery: Delivery) -> Parcel:
        ticket = self.tickets.get(delivery.reference)
        site = self._settings.public_url.rstrip("/")
        link = f"{site}/contact/ticket?key={ticket.access_key}" if site else ""
        return Parcel(delivery, self.file(ticket), self.rules.category(ticket.category), link)
