"""Mails about tickets: built with the library's strict policy, so that nothing typed can become a header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from kb.errors import HelpDeskError
from kb.model import Card, Ticket
from kb.support.delivery.help_desk import Parcel
from kb.ticket_model import Attachment, DeliveryKind, TicketFile


def address(text: str, name: str = "") -> Address:
    """An address for a header.

    :raises HelpDeskError: it cannot stand in one.
    """
    try:
        return Address(name, addr_spec=text)
    except (ValueError, IndexError) as error:  # the parser raises both
        raise HelpDeskError(f"{text!r} cannot stand in a mail.", permanent=True) from error


def letter_to_desk(parcel: Parcel, sender: str, receiver: str, folder: Path) -> EmailMessage:
    """What a help desk that reads mail is sent; an answer to it goes to the requester."""
    ticket = parcel.file.ticket
    letter = _letter(parcel, sender)
    letter["To"] = address(receiver)
    letter["Reply-To"] = address(ticket.email, ticket.name)
    letter["Subject"] = f"[{ticket.reference}] {_mark(parcel)}{ticket.subject}"
    if ticket.urgent:
        letter["Importance"] = "high"
    letter.set_content("\n".join(_lines(parcel)))
    if parcel.delivery.kind is DeliveryKind.TICKET:
        for attachment in parcel.file.attachments:
            _attach(letter, attachment, folder)
    return letter


def letter_to_requester(parcel: Parcel, sender: str, subject: str, body: str) -> EmailMessage:
    """The copy for whoever wrote, or an agent's answer."""
    ticket = parcel.file.ticket
    letter = _letter(parcel, sender)
    letter["To"] = address(ticket.email, ticket.name)
    letter["Subject"] = subject
    letter["Content-Language"] = ticket.lang
    if parcel.delivery.kind is DeliveryKind.RECEIPT:
        letter["Auto-Submitted"] = "auto-replied"  # RFC 3834: no out-of-office answers to it
    letter.set_content(body)
    return letter


def _letter(parcel: Parcel, sender: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    domain = address(sender).domain
    thread = f"<ticket.{parcel.file.ticket.reference}@{domain}>"
    letter["From"] = address(sender)
    letter["Date"] = format_datetime(parcel.delivery.created)
    # The same at each attempt: a receiver that has the message already can tell.
    letter["Message-ID"] = f"<{parcel.delivery.key}@{domain}>"
    letter["References"] = thread
    return letter


def _mark(parcel: Parcel) -> str:
    return {DeliveryKind.MESSAGE: "Re: ", DeliveryKind.CLOSED: "Closed: "}.get(parcel.delivery.kind, "")


def _lines(parcel: Parcel) -> Iterator[str]:
    ticket, message = parcel.file.ticket, parcel.message
    if parcel.delivery.kind is DeliveryKind.CLOSED:
        yield "The requester needs no answer any more."
    else:
        yield message.body if message else ticket.body
    yield ""
    yield "-- "
    yield from _facts(parcel.file, parcel)


def _facts(file: TicketFile, parcel: Parcel) -> Iterator[str]:
    ticket = file.ticket
    yield f"Reference: {ticket.reference}"
    yield f"From: {_person(ticket)}, writes in {ticket.lang}"
    label = parcel.category.label
    yield f"Category: {label.get('en') or next(iter(label.values()), ticket.category) or 'none'}"
    yield f"Queue: {ticket.queue}{', urgent' if ticket.urgent else ''}"
    if ticket.masked:
        yield f"Masked: {', '.join(ticket.masked)}"
    context = file.context
    if context.searches:
        yield f"Searched for: {'; '.join(context.searches)}"
    yield from _list("Read before", context.read)
    yield from _list("Suggested", context.shown)
    yield from _list("Opened", context.opened)
    yield from _list("Nearest", context.nearest)
    if file.attachments:
        yield f"Attachments: {', '.join(one.name for one in file.attachments)}"


def _person(ticket: Ticket) -> str:
    return f"{ticket.name} <{ticket.email}>" if ticket.name else ticket.email


def _list(title: str, cards: Sequence[Card]) -> Iterator[str]:
    if cards:
        yield f"{title}:"
        yield from (f"  {card.title}  {card.url}" for card in cards)


def _attach(letter: EmailMessage, attachment: Attachment, folder: Path) -> None:
    kind, _, subtype = attachment.media_type.partition("/")
    try:
        content = (folder / attachment.id).read_bytes()
    except OSError as error:
        raise HelpDeskError(
            f"The attachment {attachment.name!r} cannot be read: {error.strerror}."
        ) from error
    letter.add_attachment(content, maintype=kind, subtype=subtype, filename=attachment.name)
