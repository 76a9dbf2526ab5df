"""From a draft to a ticket: checked, secrets masked, routed, stored before anything is sent."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from kb.errors import StorageError
from kb.model import TicketDraft
from kb.storage.tickets import Filing, ReferenceTaken, Stored, TicketStore
from kb.support.contact_rules import ContactRules
from kb.support.drafts import validate
from kb.support.masking import KINDS, mask
from kb.support.wording import folded
from kb.ticket_model import Circumstances

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""Read aloud or copied by hand, none is taken for another (0 O, 1 I L); without vowels they spell no word."""

_DRAWS = 20
"""With 28⁸ references even the second draw is rare; so many in vain mean that something else is wrong."""
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Routes:
    """Who is told of a new ticket."""

    desks: tuple[str, ...] = ()
    receipt: str = ""
    """The desk that sends the requester's copy; empty for none."""


def _none(_draft: TicketDraft) -> Mapping[str, Any]:
    return {}


def references(prefix: str = "T") -> Iterator[str]:
    """Random references without end: ``T-7K2P-94QX``. Not guessable from one another."""
    while True:
        letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
        yield f"{prefix}-{letters[:4]}-{letters[4:]}"


@dataclass(frozen=True, slots=True)
class Submission:
    """How drafts become tickets in one help centre."""

    store: TicketStore
    rules: ContactRules
    routes: Routes = Routes()

    def submit(
        self,
        draft: TicketDraft,
        came: Circumstances,
        context: Callable[[TicketDraft], Mapping[str, Any]] = _none,
    ) -> Stored:
        """The draft as a ticket, on disk when this returns. A key seen before gives its first ticket.

        :param context: what the ticket carries, gathered from the draft as it will be stored.
        :raises InvalidDraft: a field has to be mended.
        :raises StorageError: the ticket could not be stored.
        """
        masked = masked_draft(validate(draft))
        category = self.rules.category(masked.draft.category)
        clean = replace(masked.draft, category=category.id)
        filing = Filing(
            session=came.session,
            queue=category.queue,
            urgent=category.urgent or self._sounds_urgent(clean),
            held=came.too_quick or self._is_full_of_links(clean),
            masked=masked.kinds,
            consent=came.consent,
            context=context(clean),
            desks=self.routes.desks,
            receipt=self.routes.receipt,
        )
        return store_ticket(clean, filing, self.store, references(self.rules.prefix))

    def _sounds_urgent(self, draft: TicketDraft) -> bool:
        return bool(self.rules.urgent.search(folded(f"{draft.subject}\n{draft.body}")))

    def _is_full_of_links(self, draft: TicketDraft) -> bool:
        return len(_LINK.findall(draft.body)) > self.rules.limits.links and not self.store.knows_email(
            draft.email
        )


def store_ticket(draft: TicketDraft, filing: Filing, store: TicketStore, candidates: Iterable[str]) -> Stored:
    """The draft under the first of the references that is free.

    :raises StorageError: the ticket could not be stored.
    """
    for reference in islice(candidates, _DRAWS):
        try:
            return store.add(draft, reference, filing)
        except ReferenceTaken:
            continue
    raise StorageError("No free reference was found, the ticket was not stored. Try again.")


@dataclass(frozen=True, slots=True)
class MaskedDraft:
    """A draft without secrets, and the kinds that were found in it."""

    draft: TicketDraft
    kinds: tuple[str, ...]


def masked_draft(draft: TicketDraft) -> MaskedDraft:
    """The draft as it may be stored."""
    texts = [mask(text) for text in (draft.subject, draft.body, draft.name)]
    subject, body, name = (masked.text for masked in texts)
    found = {kind for masked in texts for kind in masked.kinds}
    return MaskedDraft(
        replace(draft, subject=subject, body=body, name=name), tuple(kind for kind in KINDS if kind in found)
    )
