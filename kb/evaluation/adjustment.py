"""Brings confidence in line with what happened on a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kb.errors import CalibrationError
from kb.evaluation.abstention import Offer
from kb.evaluation.asking import Asked
from kb.evaluation.calibration import Fit, Judged, lowest_threshold
from kb.evaluation.logistic import fit_logistic
from kb.support.confidence import Calibration, Confidence, LogisticModel, Way

LEAST_OF_EACH = 20
"""Outcomes of each kind, answered and not, without which nothing is fitted."""


@dataclass(frozen=True, slots=True)
class SiteOutcome:
    """What became of a message on a site: how well what was found for it matched, and whether that answered it."""

    features: Mapping[str, float]
    """Those of the list that was found (:func:`kb.support.confidence.list_features`); none where nothing was."""
    relevant: tuple[bool, ...]
    """Whether each of the first three answers."""
    is_answerable: bool
    """Whether anything answers it."""

    @classmethod
    def of(cls, asked: Asked) -> SiteOutcome:
        """Of a message that was asked again."""
        return cls(asked.features, asked.relevant, bool(asked.answers))

    @property
    def is_answered(self) -> bool:
        """Whether one of the first three answers."""
        return any(self.relevant)


def adjusted(calibration: Calibration, outcomes: Sequence[SiteOutcome]) -> Fit:
    """The same numbers, brought in line with what happened on a site.

    Only a factor and a constant are fitted (Platt 1999): a site's outcomes are too few for new coefficients. They are
    fitted for the way in which most messages were compared; the other ways are moved to the new threshold.

    :raises CalibrationError: there are too few outcomes, or all are of one kind.
    """
    ways = [calibration.way(one.features) for one in outcomes]
    way = max(Way, key=ways.count)
    before = calibration.ways[way]
    needed = before.any_answers.coefficients.keys()
    told = [o for o, own in zip(outcomes, ways, strict=True) if own is way and needed <= o.features.keys()]
    answered = sum(one.is_answered for one in told)
    if min(answered, len(told) - answered) < LEAST_OF_EACH:
        raise CalibrationError(
            f"{answered} of {len(told)} messages were answered by one of the first three: at least {LEAST_OF_EACH} "
            "that were and as many that were not are needed. Go on collecting."
        )
    after = replace(before, any_answers=_in_line(before, told))

    def offers(*, answerable: bool) -> tuple[Offer, ...]:
        chosen = (one for one in told if one.is_answerable == answerable)
        return tuple(Offer(after.any_answers.probability(one.features), one.relevant) for one in chosen)

    judged = Judged("outcomes", None, offers(answerable=True), offers(answerable=False))
    threshold = lowest_threshold([judged])
    others = {other: c.moved(calibration.threshold, threshold) for other, c in calibration.ways.items()}
    fitted = Calibration(threshold, {**others, way: after})
    return Fit(fitted, *(((), (judged,)) if way is Way.MEANING else ((judged,), ())))


def _in_line(confidence: Confidence, told: Sequence[SiteOutcome]) -> LogisticModel:
    model = confidence.any_answers
    logits = [model.logit(one.features) for one in told]
    labels = np.array([float(one.is_answered) for one in told])
    line = fit_logistic([{"logit": z} for z in logits], ["logit"], labels, np.ones(len(told)))
    factor = line.coefficients["logit"]
    scaled = {name: factor * value for name, value in model.coefficients.items()}
    return LogisticModel(line.intercept + factor * model.intercept, scaled)
