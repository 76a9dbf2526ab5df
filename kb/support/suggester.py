"""Suggests what answers a message being written, or nothing: a weak suggestion costs trust."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.index.engine import Candidate
from kb.model import Hit, Kind, Query, Suggestion, Suggestions, TicketDraft
from kb.search.searcher import Searcher
from kb.support.calibration import SHIPPED, load_calibration
from kb.support.confidence import CONSIDERED, Calibration, Confidence, list_features
from kb.text.small_talk import is_small_talk

_WORTH_SHOWING = 0.05
"""Of the best one's confidence: beside a sure answer, one that hardly can be right only distracts."""
_OF_THE_CATEGORY = 2.0
"""What the writer says it is about decides between the likely, and must not lift what is hardly likely over them;
docs/relevance.md has what other factors do, with the right category and with a wrong one."""
_FEWEST_CHARACTERS = 10
_FEWEST_UNSPACED = 4  # in a script without spaces four characters already say something


class Suggester:
    """Turns a draft into confident suggestions.

    ``threshold`` 0 means the calibrated one; without a calibration, the one that ships with the project is used.
    """

    def __init__(
        self, searcher: Searcher, threshold: float = 0.0, calibration: Calibration | None = None
    ) -> None:
        self._searcher = searcher
        self._calibration = calibration or load_calibration(SHIPPED)
        self.threshold = threshold or self._calibration.threshold

    def suggest(
        self, draft: TicketDraft, limit: int, topics: Sequence[str] = (), kind: Kind | None = None
    ) -> Suggestions:
        """At most ``limit`` suggestions, the most confident first; none where nothing is good enough.

        Documents of ``topics``, those that the message's category is about, come before others as likely.

        :raises IndexMissing: nothing was indexed yet.
        """
        text = f"{draft.subject}\n{draft.body}".strip()
        if says_too_little(text):
            return Suggestions(())
        by_words = self._calibration.by_words  # what the confidence was fitted on
        found = self._searcher.rank_message(
            Query(text, lang=draft.lang, kind=kind, limit=CONSIDERED, by_words=by_words)
        )
        confidence = self._calibration.of(found.candidates)
        sure = confidence.of_list(found.candidates)
        if sure < self.threshold:
            return Suggestions(())
        worth = worth_showing(confidence, found.candidates, topics)[:limit]
        hits = found.hits([each.candidate for each in worth])
        shown = (_suggestion(hit, each.confidence) for hit, each in zip(hits, worth, strict=True))
        return Suggestions(tuple(shown), sure, list_features(found.candidates))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate, and the probability that it answers."""

    candidate: Candidate
    confidence: float


def says_too_little(text: str) -> bool:
    """Whether a message says too little yet for the form to suggest anything: next to nothing, or only courtesies."""
    return len(text) < (_FEWEST_CHARACTERS if text.isascii() else _FEWEST_UNSPACED) or is_small_talk(text)


def worth_showing(
    confidence: Confidence, candidates: Sequence[Candidate], topics: Sequence[str] = ()
) -> list[Weighed]:
    """The candidates that would be shown, best first: those of ``topics`` before others as likely."""
    each = [Weighed(*pair) for pair in zip(candidates, confidence.of_each(candidates), strict=True)]
    each.sort(key=lambda one: (-one.confidence * _lift(one.candidate.id, topics), one.candidate.id))
    return [one for one in each if one.confidence >= _WORTH_SHOWING * each[0].confidence]


def _lift(document_id: str, topics: Sequence[str]) -> float:
    """An article's id says its topic: ``en/billing-plans/refunds``."""
    _, _, rest = document_id.partition("/")
    return _OF_THE_CATEGORY if rest.partition("/")[0] in topics else 1.0


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
