"""Suggests what answers a message being written, or nothing: a weak suggestion costs trust."""

from __future__ import annotations

from collections.abc import Sequence

from kb.model import Hit, Kind, Query, Suggestion, Suggestions, TicketDraft
from kb.search.searcher import MessageRanking, Searcher
from kb.support.confidence import THRESHOLD, any_answers, each_answers

_CONSIDERED = 10
"""Hits that are weighed against each other."""
_WORTH_SHOWING = 0.25
"""Of the best one's confidence: beside a sure answer, a far weaker one only distracts."""
_OF_THE_CATEGORY = 1.3
"""What the writer says it is about breaks near ties; it must not lift what is hardly likely over what is."""
_FEW_WORDS = 3
_UNDERSTOOD = 0.7  # of the information of so few words
_FEWEST_CHARACTERS = 10
_FEWEST_UNSPACED = 4  # in a script without spaces four characters already say something


class Suggester:
    """Turns a draft into confident suggestions. ``threshold`` 0 means the calibrated one."""

    def __init__(self, searcher: Searcher, threshold: float = 0.0) -> None:
        self._searcher = searcher
        self.threshold = threshold or THRESHOLD

    def suggest(
        self, draft: TicketDraft, limit: int, topics: Sequence[str] = (), kind: Kind | None = None
    ) -> Suggestions:
        """At most ``limit`` suggestions, the most confident first; none where nothing is good enough.

        Documents of ``topics``, those that the message's category is about, come before others as likely.

        :raises IndexMissing: nothing was indexed yet.
        """
        text = f"{draft.subject}\n{draft.body}".strip()
        if len(text) < (_FEWEST_CHARACTERS if text.isascii() else _FEWEST_UNSPACED):
            return Suggestions(())
        found = self._searcher.rank_message(
            Query(
                text, lang=draft.lang, kind=kind, limit=_CONSIDERED, by_words=True
            )  # what the confidence was fitted on
        )
        sure = any_answers(found.candidates)
        if sure < self.threshold or _says_too_little(found):
            return Suggestions(())
        weighed = sorted(
            zip(each_answers(found.candidates), found.candidates, strict=True),
            key=lambda pair: (-pair[0] * _lift(pair[1].id, topics), pair[1].id),
        )
        worth = [pair for pair in weighed if pair[0] >= _WORTH_SHOWING * weighed[0][0]]
        shown = (_suggestion(found.hit(c), confidence) for confidence, c in worth[:limit])
        return Suggestions(tuple(shown), sure)


def _lift(document_id: str, topics: Sequence[str]) -> float:
    """An article's id says its topic: ``en/billing-plans/refunds``."""
    _, _, rest = document_id.partition("/")
    return _OF_THE_CATEGORY if rest.partition("/")[0] in topics else 1.0


def _says_too_little(found: MessageRanking) -> bool:
    """Whether a message of few words is only half understood: "Do you sell umbrellas?" is not about selling."""
    different = len({term for terms in found.terms.values() for term in terms})
    return different <= _FEW_WORDS and max(c.coverage for c in found.candidates) < _UNDERSTOOD


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
