"""Two help desks by mail: the team's mailbox, and the requester's copy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kb.support.delivery.help_desk import Parcel
from kb.support.delivery.letters import letter_to_desk, letter_to_requester
from kb.support.delivery.smtp import MailServer
from kb.support.receipt_texts import ReceiptTexts
from kb.ticket_model import DeliveryKind

REQUESTER = "requester"
"""What deliveries call the mail to whoever wrote."""


@dataclass(frozen=True, slots=True)
class MailDesk:
    """Sends tickets to the mailbox of the people who answer them; their answers go to the requester."""

    server: MailServer
    sender: str
    receiver: str
    attachments: Path
    """The folder of the files."""
    name: str = "mail"

    def deliver(self, parcel: Parcel) -> None:
        """:raises HelpDeskError: the mail server did not take it over."""
        self.server.send(letter_to_desk(parcel, self.sender, self.receiver, self.attachments))


@dataclass(frozen=True, slots=True)
class RequesterDesk:
    """Sends whoever wrote a copy of what they sent, and what agents answer through ``kb tickets reply``."""

    server: MailServer
    sender: str
    texts: ReceiptTexts
    name: str = REQUESTER

    def deliver(self, parcel: Parcel) -> None:
        """:raises HelpDeskError: the mail server did not take it over."""
        ticket, message = parcel.file.ticket, parcel.message
        if parcel.delivery.kind is DeliveryKind.MESSAGE and message:
            subject = f"[{ticket.reference}] {ticket.subject}"
            body = self.texts.answer(ticket, message, parcel.link)
        else:
            subject = self.texts.receipt_subject(ticket)
            body = self.texts.receipt(ticket, parcel.category, parcel.link)
        self.server.send(letter_to_requester(parcel, self.sender, subject, body))
