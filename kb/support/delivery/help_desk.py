"""The help desk protocol: whoever is to be told of tickets implements it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kb.ticket_model import Category, Delivery, TicketFile, TicketMessage


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery with everything that its receiver may want to know."""

    delivery: Delivery
    file: TicketFile
    category: Category
    link: str
    """The ticket's private page; empty where the site's public address is not known."""

    @property
    def message(self) -> TicketMessage | None:
        """The message that the delivery is about."""
        return next((one for one in self.file.messages if one.id == self.delivery.message), None)


class HelpDesk(Protocol):
    """Somewhere that tickets are told of. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """What deliveries call it."""

    def deliver(self, parcel: Parcel) -> None:
        """Tell it; when this returns, the receiver has taken the parcel over.

        A parcel may come twice when the first answer was lost: ``parcel.delivery.key`` is the same then.

        :raises HelpDeskError: it was not taken over; ``permanent`` where another attempt cannot help.
        """
