"""What a ticket carries for its agent: what was searched, offered and read, and what is nearest to an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kb.errors import KBError
from kb.model import Card, Query, TicketDraft
from kb.search.searcher import Searcher
from kb.support.masking import mask
from kb.ticket_model import ContactSession, TicketContext, Trail

_NEAREST = 5
_LONGEST = 20
"""Entries of each list; the last ones."""

Cards = Callable[[Sequence[str]], tuple[Card, ...]]
"""The documents with these ids that there still are."""


def gather(
    draft: TicketDraft, trail: Trail, session: ContactSession | None, searcher: Searcher
) -> dict[str, Any]:
    """The context as it is stored: ids and masked searches."""
    return {
        "searches": [mask(text).text for text in trail.searches[-_LONGEST:]],
        "read": list(trail.read[-_LONGEST:]),
        "shown": list(session.shown[-_LONGEST:]) if session else [],
        "opened": list(session.opened[-_LONGEST:]) if session else [],
        "nearest": _nearest(draft, searcher),
    }


def restored(stored: Mapping[str, Any], cards: Cards) -> TicketContext:
    """The context as it is read, with the titles that the documents have now."""
    return TicketContext(
        searches=tuple(stored.get("searches", ())),
        **{name: cards(stored.get(name, ())) for name in ("read", "shown", "opened", "nearest")},
    )


def _nearest(draft: TicketDraft, searcher: Searcher) -> list[str]:
    """Ids of the documents nearest to the message; none where the index cannot be used: a ticket comes first."""
    query = Query(f"{draft.subject}\n{draft.body}", lang=draft.lang, limit=_NEAREST)
    try:
        return [candidate.id for candidate in searcher.rank_message(query).candidates[:_NEAREST]]
    except KBError:
        return []
