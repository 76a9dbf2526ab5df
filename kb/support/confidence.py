"""How likely candidates answer a message: two small logistic models, fitted on judged data.

Whether to suggest at all is asked of the list ("does one of the three answer?"), since that is what a reader
gets to see; how sure each suggestion is, is asked of the candidate. docs/relevance.md has the figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from kb.index.engine import Candidate

SHOWN = 3
"""Suggestions that are shown at first, and so the length of list that was judged."""
THRESHOLD = 0.55
"""Suggest from this confidence in the list on."""
_FIELD = slice(3, 10)  # candidates that show how well documents score that do not answer


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """1 ÷ (1 + exp(-(intercept + coefficients · features)))."""

    intercept: float
    coefficients: tuple[float, ...]

    def probability(self, features: Sequence[float]) -> float:
        """:param features: as many as there are coefficients, in their order."""
        z = self.intercept + sum(c * f for c, f in zip(self.coefficients, features, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


ANY_ANSWERS = LogisticModel(-1.73, (1.848, 0.706, 4.128, 0.465))
EACH_ANSWERS = LogisticModel(-5.718, (1.29, 3.637, 2.51, 3.38, 0.33))


def any_answers(candidates: Sequence[Candidate]) -> float:
    """The probability that one of the first three candidates answers; they come best first."""
    return ANY_ANSWERS.probability(list_features(candidates)) if candidates else 0.0


def each_answers(candidates: Sequence[Candidate]) -> list[float]:
    """The probability, for each candidate, that it answers."""
    return [EACH_ANSWERS.probability(row) for row in candidate_features(candidates)]


def list_features(candidates: Sequence[Candidate]) -> tuple[float, ...]:
    """Log coverage (best of three), and the first one's margin, lead and log evidence."""
    _, _, margin, lead, evidence = candidate_features(candidates)[0]
    coverage = max(candidate.coverage for candidate in candidates[:SHOWN])
    return (math.log(coverage + 0.05), margin, lead, evidence)


def candidate_features(candidates: Sequence[Candidate]) -> list[tuple[float, float, float, float, float]]:
    """Log coverage, score, margin, lead and log evidence of each candidate.

    ``margin`` is how far the score stands above the next candidate's, ``lead`` how far above the field's mean.
    """
    scores = [candidate.score for candidate in candidates]
    field = fmean([*scores, *[0.0] * 10][_FIELD])
    return [
        (
            math.log(candidate.coverage + 0.05),
            candidate.score,
            candidate.score - below,
            candidate.score - field,
            math.log1p(candidate.evidence),
        )
        for candidate, below in zip(candidates, [*scores[1:], 0.0], strict=True)
    ]
