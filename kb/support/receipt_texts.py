"""What requesters are told by mail, in their language: texts of ``contact.toml`` with places to fill."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.model import Ticket
from kb.ticket_model import Category, TicketMessage
from kb.toml_table import Localised


@dataclass(frozen=True, slots=True)
class ReceiptTexts:
    """The mails that requesters get, per language; ``{reference}`` and the like stand for the ticket's own."""

    subject: Localised
    body: Localised
    reply: Localised
    """The foot of an agent's answer."""

    def receipt_subject(self, ticket: Ticket) -> str:
        """Of the copy."""
        return _filled(_in(self.subject, ticket.lang), reference=ticket.reference)

    def receipt(self, ticket: Ticket, category: Category, link: str) -> str:
        """The copy: what happens next, and what was written."""
        return _filled(
            _in(self.body, ticket.lang),
            reference=ticket.reference,
            name=ticket.name,
            reply=_in(category.reply, ticket.lang),
            link=link,
            subject=ticket.subject,
            message=ticket.body,
        )

    def answer(self, ticket: Ticket, message: TicketMessage, link: str) -> str:
        """An agent's answer."""
        foot = _filled(_in(self.reply, ticket.lang), reference=ticket.reference, link=link)
        return f"{message.body}\n\n-- \n{foot}"


def _in(texts: Localised, lang: str) -> str:
    return texts.get(lang) or texts.get("en") or next(iter(texts.values()), "")


def _filled(text: str, **values: str) -> str:
    """The text with its places filled; a line that only names what is not known is left out."""
    lines = []
    for line in text.splitlines():
        places = re.findall(r"\{(\w+)\}", line)
        if not places or any(values.get(place) for place in places):
            lines.append(re.sub(r"\{(\w+)\}", lambda place: values.get(place[1], ""), line))
    return "\n".join(lines)
