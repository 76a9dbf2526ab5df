"""What readers do with the pages, and what they think of them: views, votes, searches and what was opened after them.
Counts, never people."""

from __future__ import annotations

import logging
import math
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from kb.errors import KBError, NotFound, StorageError
from kb.model import Card, Kind
from kb.storage.database import Database
from kb.storage.events import LONGEST, SearchEvent, SearchEventStore
from kb.storage.search_opens import SearchOpen, SearchOpenStore
from kb.storage.views import DayViews, PageViewStore
from kb.storage.votes import Tally, VoteStore
from kb.support.scrubbing import scrub
from kb.support.wilson import wilson

WINDOW = timedelta(days=30)
"""What is read and searched now, rather than ever."""

FLUSH_AFTER = 10.0
"""Seconds that what is counted may wait in memory: a process that is killed loses that much."""

MOST_WAITING = 20_000
"""Searches, and openings, that wait while the database cannot be written, 10 MB of each at most; later ones are not
logged."""

FRESH = 60.0
"""Seconds that a list is shown before it is made anew."""

LEAST_VOTES = 3
"""One vote makes no article helpful."""

LEAST_SEARCHES = 5
"""A search fewer people made may be one person's own words: it is nobody else's business."""

LONGEST_COMMENT = 1_000

_HELPFUL = ("solved", "clear", "quick", "complete", "pictures")
_UNHELPFUL = ("unsolved", "unclear", "incomplete", "outdated", "other")

_logger = logging.getLogger(__name__)


class Readership:
    """Safe to share between threads. Counting and listing never fail; voting may, and says so.

    :param database: opens the database when it is first needed.
    :param card: the page with an id, for lists; raises NotFound where it has gone.
    """

    def __init__(self, database: Callable[[], Database], card: Callable[[str], Card]) -> None:
        self._database = database
        self._card = card
        self._lock = threading.Lock()
        self._views: Counter[tuple[date, str, str]] = Counter()
        self._searches: list[SearchEvent] = []
        self._opens: list[SearchOpen] = []
        self._flushed = time.monotonic()
        self._lists: dict[tuple[str, str], tuple[float, list[str]]] = {}

    # --- what is counted -----------------------------------------------------------------------------

    def count_view(self, document_id: str, lang: str) -> None:
        """Count a reading. Costs no more than a lock: :meth:`flush_if_due` writes it down."""
        with self._lock:
            self._views[datetime.now(UTC).date(), document_id, lang] += 1

    def count_search(self, query: str, lang: str, total: int) -> None:
        """Count a search by its words without personal data; :meth:`flush_if_due` writes it down."""
        made = SearchEvent(datetime.now(UTC).date(), scrub(query[:LONGEST]), lang, total)
        with self._lock:
            if len(self._searches) < MOST_WAITING:
                self._searches.append(made)

    def count_open(self, query: str, lang: str, document_id: str) -> None:
        """Count a document opened after a search, in the same way."""
        made = SearchOpen(datetime.now(UTC).date(), scrub(query[:LONGEST]), lang, document_id)
        with self._lock:
            if len(self._opens) < MOST_WAITING:
                self._opens.append(made)

    def flush_if_due(self) -> None:
        """Write down what was counted, unless that was done a moment ago."""
        if time.monotonic() - self._flushed >= FLUSH_AFTER:
            self.flush()

    def flush(self) -> None:
        """Write down what was counted; what cannot be written now waits for the next time."""
        with self._lock:
            views, self._views = self._views, Counter()
            searches, self._searches = self._searches, []
            opens, self._opens = self._opens, []
            self._flushed = time.monotonic()
        try:
            if views:
                counted = (DayViews(*key, times) for key, times in sorted(views.items()))
                PageViewStore(self._database()).add(counted)
                views.clear()
            if searches:
                SearchEventStore(self._database()).add(searches)
                searches.clear()
            if opens:
                SearchOpenStore(self._database()).add(opens)
                opens.clear()
        except StorageError as error:
            _logger.warning("Views, searches and what was opened could not be written down. %s", error)
            with self._lock:
                self._views.update(views)
                self._searches[:0] = searches
                self._opens[:0] = opens

    # --- views ---------------------------------------------------------------------------------------

    def most_read(self, lang: str, limit: int) -> tuple[Card, ...]:
        """The articles read most in the last weeks."""

        def read() -> list[str]:
            return PageViewStore(self._database()).most_read(lang, _since(), 4 * limit)

        return self._cards(self._listed("read", lang, read), limit)

    # --- votes ---------------------------------------------------------------------------------------

    @staticmethod
    def reasons(*, helpful: bool) -> tuple[str, ...]:
        """The names of the reasons that a vote may have."""
        return _HELPFUL if helpful else _UNHELPFUL

    def vote(self, article_id: str, *, helpful: bool, key: str = "") -> str:
        """Store whether an article helped, and give the key with which more can be said about the vote.

        :param key: of an earlier vote of the same reader on this article: the new one takes its place.
        :raises NotFound: there is no such article.
        :raises StorageError: it could not be stored.
        """
        card = self._card(article_id)
        if card.kind is not Kind.ARTICLE:
            raise NotFound(f"There is no article {article_id!r}.")
        key = key or secrets.token_urlsafe(18)
        VoteStore(self._database()).cast(key, card.id, card.lang, helpful=helpful)
        return key

    def explain(self, key: str, reasons: Sequence[str], comment: str) -> None:
        """Say why: some of :meth:`reasons`, and words of the reader's own, which lose what is personal in them.

        :raises NotFound: there is no vote with that key.
        :raises StorageError: it could not be stored.
        """
        known = [reason for reason in (*_HELPFUL, *_UNHELPFUL) if reason in reasons]
        VoteStore(self._database()).explain(key, known, scrub(comment[:LONGEST_COMMENT]))

    def most_helpful(self, lang: str, limit: int) -> tuple[Card, ...]:
        """The articles that readers found most helpful."""

        def read() -> list[str]:
            tallies = [
                tally for tally in VoteStore(self._database()).tallies(lang) if tally.total >= LEAST_VOTES
            ]
            liked = [tally for tally in tallies if 2 * tally.helpful > tally.total]
            return [
                tally.document
                for tally in sorted(liked, key=lambda tally: (-helpfulness(tally), tally.document))
            ]

        return self._cards(self._listed("helpful", lang, read), limit)

    # --- searches ------------------------------------------------------------------------------------

    def popular_searches(self, lang: str, limit: int) -> tuple[str, ...]:
        """What many searched for in the last weeks and found."""

        def read() -> list[str]:
            return SearchEventStore(self._database()).popular(lang, _since(), LEAST_SEARCHES, limit)

        return tuple(self._listed("searches", lang, read))

    # --- parts ---------------------------------------------------------------------------------------

    def _listed(self, name: str, lang: str, read: Callable[[], list[str]]) -> list[str]:
        """A list that may be a minute old; an empty one where it cannot be read."""
        made, found = self._lists.get((name, lang), (-math.inf, []))
        if time.monotonic() - made < FRESH:
            return found
        try:
            found = read()
        except StorageError as error:
            _logger.warning("Readers' figures cannot be shown. %s", error)
        self._lists[name, lang] = (time.monotonic(), found)
        return found

    def _cards(self, ids: Sequence[str], limit: int) -> tuple[Card, ...]:
        cards: list[Card] = []
        for document_id in ids:
            with suppress(KBError):  # it has gone since
                card = self._card(document_id)
                if card.kind is Kind.ARTICLE:
                    cards.append(card)
            if len(cards) == limit:
                break
        return tuple(cards)


def helpfulness(tally: Tally) -> float:
    """The share of helpful votes that is to be expected at the least: the lower bound of Wilson's interval, so that
    9 of 10 come before 3 of 3."""
    return wilson(tally.helpful, tally.total).low


def _since() -> date:
    return datetime.now(UTC).date() - WINDOW
