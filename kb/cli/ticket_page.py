"""How "kb tickets" prints tickets and what was not delivered of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kb.cli.output import counted
from kb.model import Ticket
from kb.ticket_model import Delivery, DeliveryState, TicketFile


def ticket_row(ticket: Ticket, undelivered: bool) -> dict[str, Any]:
    """A ticket of a list, for programs."""
    names = (
        "reference",
        "created",
        "status",
        "queue",
        "category",
        "urgent",
        "held",
        "assignee",
        "lang",
        "subject",
    )
    return {name: getattr(ticket, name) for name in names} | {"undelivered": undelivered}


def ticket_line(ticket: Ticket, undelivered: bool) -> str:
    """The same for people."""
    marks = [
        word
        for word, on in (
            ("urgent", ticket.urgent),
            ("held", ticket.held),
            ("undelivered", undelivered),
            (ticket.assignee, bool(ticket.assignee)),
        )
        if on
    ]
    facts = ", ".join([ticket.status.value, ticket.queue, *marks])
    return f"{ticket.reference}  {ticket.created:%Y-%m-%d %H:%M}  {ticket.subject}  ({facts})"


def ticket_page(file: TicketFile, waiting: Iterable[Delivery]) -> Iterator[str]:
    """The lines of a whole ticket; ``waiting`` is what has not been delivered."""
    ticket = file.ticket
    yield ticket_line(ticket, undelivered=False)
    yield f"From: {ticket.name} <{ticket.email}>" if ticket.name else f"From: {ticket.email}"
    yield f"Language: {ticket.lang}  Category: {ticket.category or 'none'}"
    if ticket.masked:
        yield f"Masked: {', '.join(ticket.masked)}"
    yield f"\n{ticket.body}"
    for message in file.messages:
        yield f"\n{message.created:%Y-%m-%d %H:%M}, {message.author.value}:\n{message.body}"
    if file.attachments:
        yield "\nAttachments:"
        yield from (
            f"  {one.name}  {one.media_type}, {one.bytes:,} bytes, {one.id}" for one in file.attachments
        )
    if file.context.searches:
        yield f"\nSearched for: {'; '.join(file.context.searches)}"
    for title in ("read", "shown", "opened", "nearest"):
        if cards := getattr(file.context, title):
            yield f"\n{title.capitalize()}:"
            yield from (f"  {card.title}  {card.url}" for card in cards)
    if lines := [delivery_line(one) for one in waiting]:
        yield "\nNot delivered:"
        yield from (f"  {line}" for line in lines)


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    """A delivery that has not arrived, for programs."""
    names = ("desk", "kind", "state", "attempts", "due", "error")
    return {name: getattr(delivery, name) for name in names}


def delivery_line(delivery: Delivery) -> str:
    """The same for people."""
    when = (
        ""
        if delivery.state is DeliveryState.SET_ASIDE
        else f", next attempt {delivery.due:%Y-%m-%d %H:%M} UTC"
    )
    return (
        f"{delivery.reference}  {delivery.kind.value} to {delivery.desk}: {delivery.state.value} after "
        f"{counted(delivery.attempts, 'attempt')}{when}. {delivery.error}".rstrip()
    )
