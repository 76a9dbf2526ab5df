"""Suggests what answers a message being written, or nothing: a weak suggestion costs trust."""

from __future__ import annotations

from kb.model import Hit, Kind, Query, Suggestion, Suggestions, TicketDraft
from kb.search.searcher import Searcher
from kb.support.confidence import THRESHOLD, any_answers, each_answers

_CONSIDERED = 10
"""Hits that are weighed against each other."""
_WORTH_SHOWING = 0.25
"""Of the best one's confidence: beside a sure answer, a far weaker one only distracts."""
_FEWEST_CHARACTERS = 10
_FEWEST_UNSPACED = 4  # in a script without spaces four characters already say something


class Suggester:
    """Turns a draft into confident suggestions. ``threshold`` 0 means the calibrated one."""

    def __init__(self, searcher: Searcher, threshold: float = 0.0) -> None:
        self._searcher = searcher
        self._threshold = threshold or THRESHOLD

    def suggest(self, draft: TicketDraft, limit: int) -> Suggestions:
        """At most ``limit`` suggestions, the most confident first; none where nothing is good enough.

        :raises IndexMissing: nothing was indexed yet.
        """
        text = f"{draft.subject}\n{draft.body}".strip()
        if len(text) < (_FEWEST_CHARACTERS if text.isascii() else _FEWEST_UNSPACED):
            return Suggestions(())
        query = Query(text.replace('"', " "), lang=draft.lang, limit=_CONSIDERED, only_lang=True, exact=True)
        candidates = self._searcher.rank_message(query)
        if any_answers(candidates) < self._threshold:
            return Suggestions(())
        weighed = each_answers(candidates)
        hits = self._searcher.search(query).hits
        worth = [
            _suggestion(hit, confidence)
            for hit, confidence in zip(hits, weighed, strict=True)
            if confidence >= _WORTH_SHOWING * max(weighed)
        ]
        return Suggestions(tuple(worth[:limit]))


def _suggestion(hit: Hit, confidence: float) -> Suggestion:
    return Suggestion(
        id=hit.id,
        kind=Kind(hit.kind),
        lang=hit.lang,
        title=hit.title,
        url=hit.url,
        confidence=round(confidence, 4),
        section=hit.section,
        snippet=hit.snippet,
    )
