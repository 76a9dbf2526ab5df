"""Choosing not to suggest: what each threshold would do, from one pass over the questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""The points of the curve that are printed."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What would be suggested for one question if there were no threshold."""

    confidence: float
    """The probability that one of the suggestions answers; 0 where there is nothing to suggest."""
    relevant: tuple[bool, ...]
    """Whether each suggestion answers; at most three."""

    @property
    def is_right(self) -> bool:
        """Whether one of the suggestions answers."""
        return any(self.relevant)

    def made(self, threshold: float) -> bool:
        """Whether it would be shown."""
        return bool(self.relevant) and self.confidence >= threshold


@dataclass(frozen=True, slots=True)
class AbstentionPoint:
    """The suggester at one threshold, as shares of 1; None where there is nothing to count."""

    threshold: float
    coverage: float
    """Answerable questions for which something was suggested."""
    precision: float | None
    """Of those, where one of the suggestions answers."""
    of_shown: float | None
    """Of all suggestions shown for them, those that answer."""
    success: float
    """Answerable questions for which a suggestion that answers was shown."""
    false_alarms: float | None
    """Unanswerable questions for which something was suggested."""


def point(answerable: Sequence[Offer], unanswerable: Sequence[Offer], threshold: float) -> AbstentionPoint:
    """What happens at a threshold."""
    made = [offer for offer in answerable if offer.made(threshold)]
    right = sum(offer.is_right for offer in made)
    shown = [answers for offer in made for answers in offer.relevant]
    return AbstentionPoint(
        threshold=threshold,
        coverage=len(made) / len(answerable) if answerable else 0.0,
        precision=right / len(made) if made else None,
        of_shown=sum(shown) / len(shown) if shown else None,
        success=right / len(answerable) if answerable else 0.0,
        false_alarms=(
            sum(offer.made(threshold) for offer in unanswerable) / len(unanswerable) if unanswerable else None
        ),
    )


def curve(answerable: Sequence[Offer], unanswerable: Sequence[Offer]) -> list[AbstentionPoint]:
    """The points of the abstention curve, the most talkative first."""
    return [point(answerable, unanswerable, threshold) for threshold in THRESHOLDS]


def roc_auc(positive: ArrayLike, negative: ArrayLike) -> float:
    """The area under the ROC: how often a positive scores above a negative, ties counting half.

    Mann and Whitney's U divided by the number of pairs.
    """
    below = np.sort(np.asarray(negative, dtype=float))
    scores = np.asarray(positive, dtype=float)
    wins = np.searchsorted(below, scores, side="left") + np.searchsorted(below, scores, side="right")
    return float(wins.sum()) / (2 * len(scores) * len(below)) if len(scores) and len(below) else 0.5
