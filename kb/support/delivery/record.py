"""A parcel as JSON: what the webhook posts, the console prints and ``kb tickets`` exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kb.model import Card
from kb.support.delivery.help_desk import Parcel
from kb.ticket_model import TicketFile


def parcel_record(parcel: Parcel) -> dict[str, Any]:
    """What happened, and the whole ticket."""
    message = parcel.message
    return {
        "id": parcel.delivery.key,
        "type": f"ticket.{parcel.delivery.kind.value}",
        "created": parcel.delivery.created.isoformat(),
        "link": parcel.link or None,
        "message": message and {"author": message.author.value, "body": message.body},
        "ticket": ticket_record(parcel.file),
    }


def ticket_record(file: TicketFile) -> dict[str, Any]:
    """A ticket with its messages, attachments and context; nothing that would open its private page."""
    ticket = file.ticket
    return {
        "reference": ticket.reference,
        "created": ticket.created.isoformat(),
        "updated": ticket.updated and ticket.updated.isoformat(),
        "status": ticket.status.value,
        "queue": ticket.queue,
        "category": ticket.category,
        "urgent": ticket.urgent,
        "held": ticket.held,
        "assignee": ticket.assignee,
        "lang": ticket.lang,
        "name": ticket.name,
        "email": ticket.email,
        "subject": ticket.subject,
        "body": ticket.body,
        "masked": list(ticket.masked),
        "consent": ticket.consent,
        "messages": [
            {"created": one.created.isoformat(), "author": one.author.value, "body": one.body}
            for one in file.messages
        ],
        "attachments": [
            {"id": one.id, "name": one.name, "media_type": one.media_type, "bytes": one.bytes}
            for one in file.attachments
        ],
        "context": {
            "searches": list(file.context.searches),
            "read": _cards(file.context.read),
            "shown": _cards(file.context.shown),
            "opened": _cards(file.context.opened),
            "nearest": _cards(file.context.nearest),
        },
    }


def _cards(cards: Sequence[Card]) -> list[dict[str, str]]:
    return [{"id": card.id, "title": card.title, "url": card.url} for card in cards]
