"""What the site's own log knows: searches without an answer, messages sent anyway, and what people opened instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

from kb.storage.database import Database
from kb.storage.events import SearchEventStore
from kb.storage.search_opens import Opened, SearchOpenStore
from kb.storage.tickets import TicketStore
from kb.support.scrubbing import scrub
from kb.writing.asked import AskedText, Unanswered
from kb.writing.questions import ConfirmedQuery

FEWEST_SEARCHES = 3
"""Searches of one wording before it is said that nobody opens what they find."""
_OPENED = 0.2
"""The share of its searches after which something was opened, below which a query counts as unanswered."""
_FEWEST_OPENINGS = 3
_CLEAR = 0.6
"""The share of a query's openings that one article needs to be the one that people meant."""


class SearchLog:
    """The search log as a source of what was asked. ``database`` opens it when it is first needed."""

    def __init__(self, database: Callable[[], Database]) -> None:
        self._database = database

    def unanswered(self, since: date) -> Iterator[AskedText]:
        """Searches that found nothing, and those after which hardly anybody opened anything."""
        opened: dict[tuple[str, str], int] = defaultdict(int)
        for one in SearchOpenStore(self._database()).opened(since):
            opened[one.query, one.lang] += one.times
        searched = list(SearchEventStore(self._database()).searched(since))
        times: dict[tuple[str, str], int] = defaultdict(int)
        for search in searched:
            times[search.query, search.lang] += search.times
        for search in searched:
            key = (search.query, search.lang)
            passed_over = times[key] >= FEWEST_SEARCHES and opened[key] < _OPENED * times[key]
            if not search.total or passed_over:
                how = Unanswered.NOT_OPENED if search.total else Unanswered.NOTHING_FOUND
                for _ in range(search.times):
                    yield AskedText(search.query, search.lang, search.day, how)

    def confirmed(self, since: date) -> list[ConfirmedQuery]:
        """Queries after which people clearly opened one article: what they found was what they meant."""
        found: dict[tuple[str, str], list[Opened]] = defaultdict(list)
        for one in SearchOpenStore(self._database()).opened(since):
            found[one.query, one.lang].append(one)
        confirmed = []
        for (query, lang), opened in sorted(found.items()):
            best = max(opened, key=lambda one: one.times)
            is_clear = best.times >= _CLEAR * sum(one.times for one in opened)
            if best.times >= _FEWEST_OPENINGS and is_clear and not best.document.startswith("community/"):
                confirmed.append(ConfirmedQuery(query, lang, best.document, best.times))
        return confirmed


class SentMessages:
    """Messages that were sent although suggestions were offered: by subject, as bodies are letters."""

    def __init__(self, database: Callable[[], Database]) -> None:
        self._database = database

    def unanswered(self, since: date) -> Iterator[AskedText]:
        """The subjects of tickets, and what came of them."""
        for ticket in TicketStore(self._database()).since(since):
            if ticket.subject.strip():
                yield AskedText(
                    scrub(ticket.subject),
                    ticket.lang,
                    ticket.created.date(),
                    Unanswered.SENT_ANYWAY,
                    ticket.email.casefold() or ticket.reference,
                )
