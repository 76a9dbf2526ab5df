"""One message asked of a collection: what confidence is fitted on, and what it is measured with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kb.evaluation.abstention import Offer
from kb.index.engine import Candidate
from kb.model import Query
from kb.search.searcher import Searcher
from kb.support.confidence import CONSIDERED, SHOWN, Calibration, list_features
from kb.support.suggester import says_too_little, worth_showing


@dataclass(frozen=True, slots=True)
class Asked:
    """A message, the candidates for it, best first, and the documents that answer it, if any."""

    text: str
    candidates: tuple[Candidate, ...]
    answers: frozenset[str]

    @property
    def considered(self) -> tuple[Candidate, ...]:
        """The candidates that the contact form weighs."""
        return self.candidates[:CONSIDERED]

    @property
    def relevant(self) -> tuple[bool, ...]:
        """Whether each of the first three answers."""
        return tuple(candidate.id in self.answers for candidate in self.candidates[:SHOWN])

    @property
    def is_answered(self) -> bool:
        """Whether one of the first three answers."""
        return any(self.relevant)

    def without_answers(self) -> Asked:
        """The same message as if nothing answered it: its answers are taken out of the candidates."""
        rest = tuple(c for c in self.candidates if c.id not in self.answers)
        return replace(self, candidates=rest, answers=frozenset())

    @property
    def features(self) -> dict[str, float]:
        """What the confidence in the candidates is computed from; nothing where there are none."""
        return list_features(self.considered) if self.considered else {}

    def offer(self, calibration: Calibration) -> Offer:
        """What the contact form would show of them if there were no threshold.

        For a message that is too short it shows nothing, whatever the confidence that one of the first three answers.
        """
        confidence = calibration.of(self.considered)
        worth = worth_showing(confidence, self.considered)[:SHOWN]
        relevant = tuple(each.candidate.id in self.answers for each in worth)
        return Offer(confidence.of_list(self.considered), () if says_too_little(self.text) else relevant)


def ask_message(searcher: Searcher, text: str, lang: str, answers: Iterable[str], *, by_words: bool) -> Asked:
    """Rank twice as many candidates as the contact form weighs: some are left when the answers are taken out."""
    found = searcher.rank_message(Query(text, lang=lang, limit=2 * CONSIDERED, by_words=by_words))
    return Asked(text, found.candidates, frozenset(answers))
