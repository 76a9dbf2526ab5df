"""From a draft to a ticket: checked, given a reference, stored before anything is sent."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from itertools import islice

from kb.errors import StorageError
from kb.model import Ticket, TicketDraft
from kb.storage.tickets import ReferenceTaken, TicketStore
from kb.support.drafts import validate

PREFIX = "T-"
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""Read aloud or copied by hand, none is taken for another (0 O, 1 I L); without vowels they spell no word."""

_DRAWS = 20
"""With 28⁸ references even the second draw is rare; so many in vain mean that something else is wrong."""


def references() -> Iterator[str]:
    """Random references without end: ``T-7K2P-94QX``. Not guessable from one another."""
    while True:
        letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
        yield f"{PREFIX}{letters[:4]}-{letters[4:]}"


def submit(draft: TicketDraft, store: TicketStore, candidates: Iterable[str] | None = None) -> Ticket:
    """The draft as a ticket, on disk when this returns. A key seen before gives its first ticket.

    :raises InvalidDraft: a field has to be mended.
    :raises StorageError: the ticket could not be stored.
    """
    clean = validate(draft)
    for reference in islice(references() if candidates is None else candidates, _DRAWS):
        try:
            return store.add(clean, reference)
        except ReferenceTaken:
            continue
    raise StorageError("No free reference was found, the ticket was not stored. Try again.")
