"""How likely candidates answer a message: logistic models over a few features, fitted on judged data.

Whether to suggest at all is asked of the list ("does one of the three answer?"), since that is what a reader
gets to see; how sure each suggestion is, is asked of the candidate. ``kb calibrate`` fits the numbers;
docs/relevance.md has the figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import fmean

from kb.index.engine import Candidate

SHOWN = 3
"""Suggestions that are shown at first, and so the length of list that was judged."""
CONSIDERED = 10
"""Candidates that are weighed against each other."""
_FIELD = slice(3, CONSIDERED)  # candidates whose scores show how documents score that do not answer

WORDS = ("cosine", "cosine lead", "log coverage")
WORD_VECTORS = ("cosine lead", "coverage", "affinity", "unknown")
MEANING = ("cosine", "cosine lead", "coverage", "closeness")
"""The features of a list: by words alone, with vectors of the words, and with a sentence encoder. Few, and none
divided by the best of the query, since those fitted on some collections misled on others."""
EACH = ("score", "lead")
"""Those of a single candidate: what rises with the score alone, so that the ranking's order is kept."""


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """1 ÷ (1 + exp(-(intercept + coefficients · features)))."""

    intercept: float
    coefficients: Mapping[str, float]

    def logit(self, features: Mapping[str, float]) -> float:
        """The log-odds: intercept + coefficients · features."""
        return self.intercept + sum(c * features[name] for name, c in self.coefficients.items())

    def probability(self, features: Mapping[str, float]) -> float:
        """:param features: every one that there is a coefficient for, by name."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.logit(features)))))


@dataclass(frozen=True, slots=True)
class Confidence:
    """The fitted numbers for one way to compare messages with documents."""

    any_answers: LogisticModel
    """The probability that one of the first three candidates answers."""
    each_answers: LogisticModel
    """The probability that a candidate answers."""

    def of_list(self, candidates: Sequence[Candidate]) -> float:
        """The probability that one of the first three candidates answers; they come best first."""
        return self.any_answers.probability(list_features(candidates)) if candidates else 0.0

    def moved(self, one: float, other: float) -> Confidence:
        """The same confidence shifted in log-odds, so that what reached ``one`` reaches ``other``."""
        lift = math.log(other / (1 - other)) - math.log(one / (1 - one))
        return replace(
            self, any_answers=replace(self.any_answers, intercept=self.any_answers.intercept + lift)
        )

    def of_each(self, candidates: Sequence[Candidate]) -> list[float]:
        """The probability, for each candidate, that it answers."""
        return [self.each_answers.probability(row) for row in candidate_features(candidates)]


class Way(StrEnum):
    """How a message was compared with the candidates for it."""

    WORDS = "words"
    WORD_VECTORS = "senses"  # as calibration files call it
    MEANING = "meaning"


FEATURES = {Way.WORDS: WORDS, Way.WORD_VECTORS: WORD_VECTORS, Way.MEANING: MEANING}


@dataclass(frozen=True, slots=True)
class Calibration:
    """What confidence is computed with."""

    threshold: float
    """Suggest from this confidence in the list on."""
    ways: Mapping[Way, Confidence]
    """Those that were fitted: by words at least."""

    def way(self, features: Mapping[str, float]) -> Way:
        """Which numbers are for a list with these features."""
        if features.get("closeness") and Way.MEANING in self.ways:
            return Way.MEANING
        return Way.WORD_VECTORS if features.get("affinity") and Way.WORD_VECTORS in self.ways else Way.WORDS

    @property
    def by_words(self) -> bool:
        """Whether messages are to be ranked by words, since nothing was fitted on what they mean."""
        return Way.MEANING not in self.ways

    def of(self, candidates: Sequence[Candidate]) -> Confidence:
        """The numbers for some candidates."""
        return self.ways[self.way(list_features(candidates)) if candidates else Way.WORDS]


def list_features(candidates: Sequence[Candidate]) -> dict[str, float]:
    """What tells whether one of the first three candidates, at least one, answers.

    A lead is how far a score stands above the field's mean: those that surely do not answer.
    """
    cosines = [candidate.cosine for candidate in candidates]
    cosine = max(cosines[:SHOWN])
    coverage = max(candidate.coverage for candidate in candidates[:SHOWN])
    affinities = [candidate.affinity for candidate in candidates if candidate.affinity]
    return {
        "cosine": cosine,
        "cosine lead": cosine - _field(cosines),
        "coverage": coverage,
        "log coverage": math.log(coverage + 0.05),
        "affinity": _of_two(cosine for each in affinities for cosine in (each.closest, each.second)),
        "unknown": 1 - affinities[0].known if affinities else 0.0,
        "closeness": _of_two(c for each in candidates for c in (each.closeness or 0.0, each.runner_up)),
    }


def candidate_features(candidates: Sequence[Candidate]) -> list[dict[str, float]]:
    """What tells whether each candidate answers."""
    scores = [candidate.score for candidate in candidates]
    field = _field(scores)
    return [{"score": score, "lead": score - field} for score in scores]


def _of_two(cosines: Iterable[float]) -> float:
    """The mean of the two closest stretches: one alone may be close by chance."""
    return fmean(sorted([0.0, 0.0, *cosines])[-2:])


def _field(values: Sequence[float]) -> float:
    return fmean([*values, *[0.0] * CONSIDERED][_FIELD])
