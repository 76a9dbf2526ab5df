"""How likely candidates answer a message: logistic models over a few features, fitted on judged data.

Whether to suggest at all is asked of the list ("does one of the three answer?"), since that is what a reader
gets to see; how sure each suggestion is, is asked of the candidate. ``kb calibrate`` fits the numbers;
docs/relevance.md has the figures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from kb.index.engine import Candidate

SHOWN = 3
"""Suggestions that are shown at first, and so the length of list that was judged."""
CONSIDERED = 10
"""Candidates that are weighed against each other."""
_FIELD = slice(3, CONSIDERED)  # candidates that show how well documents score that do not answer

_FEW_WORDS = 3
_UNDERSTOOD = 0.7  # of the information of so few words
_HALF_UNDERSTOOD = 0.65
"""What the probability counts then: "Do you sell umbrellas?" is not about what we sell."""

WORDS = ("coverage", "score", "margin", "lead", "evidence", "cosine", "cosine lead", "terms", "missing")
MEANING = (*WORDS, "words", "closeness", "closeness lead")
"""The features of a list, with a sentence encoder and without."""
EACH = ("score", "lead")
"""Those of a single candidate: what rises with the score alone, so that the ranking's order is kept."""


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """1 ÷ (1 + exp(-(intercept + coefficients · features)))."""

    intercept: float
    coefficients: Mapping[str, float]

    def logit(self, features: Mapping[str, float]) -> float:
        """What the probability is the logistic function of."""
        return self.intercept + sum(c * features[name] for name, c in self.coefficients.items())

    def probability(self, features: Mapping[str, float]) -> float:
        """:param features: every one that there is a coefficient for, by name."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.logit(features)))))


@dataclass(frozen=True, slots=True)
class Confidence:
    """The fitted numbers for one way to rank: by words alone, or by words and meaning."""

    any_answers: LogisticModel
    """That one of the first three candidates answers."""
    each_answers: LogisticModel
    """That a candidate answers."""

    def of_list(self, candidates: Sequence[Candidate], terms: int) -> float:
        """The probability that one of the first three candidates answers; they come best first.

        :param terms: how many different terms the message has.
        """
        if not candidates:
            return 0.0
        understood = max(candidate.coverage for candidate in candidates)
        doubt = _HALF_UNDERSTOOD if terms <= _FEW_WORDS and understood < _UNDERSTOOD else 1.0
        return doubt * self.any_answers.probability(list_features(candidates, terms))

    def of_each(self, candidates: Sequence[Candidate], terms: int) -> list[float]:
        """The probability, for each candidate, that it answers."""
        return [self.each_answers.probability(row) for row in candidate_features(candidates, terms)]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What confidence is computed with; ``meaning`` is None where it was not fitted."""

    threshold: float
    """Suggest from this confidence in the list on."""
    words: Confidence
    meaning: Confidence | None = None

    def of(self, candidates: Sequence[Candidate]) -> Confidence:
        """The numbers for candidates that were ranked by words alone, or by their meaning too."""
        by_meaning = any(candidate.closeness is not None for candidate in candidates)
        return self.meaning if by_meaning and self.meaning else self.words


def list_features(candidates: Sequence[Candidate], terms: int) -> dict[str, float]:
    """What tells whether one of the first three candidates, at least one, answers."""
    first = candidate_features(candidates, terms)[0]
    best = candidates[:SHOWN]
    cosine = max(candidate.cosine for candidate in best)
    closeness = max(candidate.closeness or 0.0 for candidate in best)
    return first | {
        "coverage": math.log(max(candidate.coverage for candidate in best) + 0.05),
        "evidence": math.log1p(max(candidate.evidence for candidate in best)),
        "cosine": cosine,
        "cosine lead": cosine - _field([candidate.cosine for candidate in candidates]),
        "closeness": closeness,
        "closeness lead": closeness - _field([candidate.closeness or 0.0 for candidate in candidates]),
    }


def candidate_features(candidates: Sequence[Candidate], terms: int) -> list[dict[str, float]]:
    """What tells whether each candidate answers.

    A margin is how far a score stands above the next candidate's, a lead how far above the field's mean: those that
    surely do not answer. ``missing`` is the information of the message that the candidate lacks.
    """
    scores = [candidate.score for candidate in candidates]
    field = _field(scores)
    cosine_field = _field([candidate.cosine for candidate in candidates])
    close_field = _field([candidate.closeness or 0.0 for candidate in candidates])
    return [
        {
            "coverage": math.log(candidate.coverage + 0.05),
            "score": candidate.score,
            "margin": candidate.score - below,
            "lead": candidate.score - field,
            "evidence": math.log1p(candidate.evidence),
            "cosine": candidate.cosine,
            "cosine lead": candidate.cosine - cosine_field,
            "terms": math.log1p(terms),
            "missing": math.log1p(_missing(candidate, terms)),
            "words": candidate.words,
            "closeness": candidate.closeness or 0.0,
            "closeness lead": (candidate.closeness or 0.0) - close_field,
        }
        for candidate, below in zip(candidates, [*scores[1:], 0.0], strict=bool(scores))
    ]


_PER_TERM = 3.0
"""The information of a term of which nothing is known."""


def _missing(candidate: Candidate, terms: int) -> float:
    if not candidate.coverage:
        return _PER_TERM * terms
    return max(0.0, candidate.evidence / candidate.coverage - candidate.evidence)


def _field(values: Sequence[float]) -> float:
    return fmean([*values, *[0.0] * CONSIDERED][_FIELD])
