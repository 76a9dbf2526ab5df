"""The figures of one evaluation, and their means over several, each with its interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.evaluation.abstention import Offer, roc_auc
from kb.evaluation.evaluation import Evaluation
from kb.evaluation.intervals import RESAMPLES, Statistic, Values, interval, mean
from kb.evaluation.measures import MEASURES
from kb.evaluation.typos import TypoFigures
from kb.support.wilson import Interval

LATENCIES = {"latency p50": 0.5, "latency p95": 0.95}
SUGGESTIONS = ("coverage", "precision", "of shown", "success@3", "false alarms", "ROC AUC")
_AUC_RESAMPLES = RESAMPLES // 4  # each costs a sort; a quarter of them moves an interval by a thousandth


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and where the true value lies, with 95 % confidence. Latencies are in milliseconds."""

    value: float
    interval: Interval


def quality(evaluations: Sequence[Evaluation]) -> dict[str, Figure]:
    """Each measure of one evaluation, or its mean over several."""
    return {
        name: _figure([np.array([asked.measures[name] for asked in e.questions]) for e in evaluations], mean)
        for name in MEASURES
    }


def latencies(evaluations: Sequence[Evaluation]) -> dict[str, Figure]:
    """Percentiles of the time that a page of hits took."""
    strata = [np.array([1000 * asked.seconds for asked in e.questions]) for e in evaluations]
    return {name: _figure(strata, _percentile(share)) for name, share in LATENCIES.items()}


def suggestions(evaluations: Sequence[Evaluation]) -> dict[str, Figure]:
    """What the suggester did at the site's threshold; a figure that has nothing to count is left out.

    In a mean over several, false alarms and the ROC's area are those of the collections that have unanswerable
    questions.
    """
    told = [_counts(e.offers, e.threshold) for e in evaluations]
    counted = [counts for counts in told if counts[:, _MADE].any()]
    refusing = [e for e in evaluations if e.unanswerable]
    figures = {
        "coverage": _figure([counts[:, _MADE] for counts in told], mean),
        "success@3": _figure([counts[:, _RIGHT] for counts in told], mean),
    }
    if counted:
        figures["precision"] = _figure(counted, _ratio(_RIGHT, _MADE))
        figures["of shown"] = _figure(counted, _ratio(_RELEVANT, _SHOWN))
    if refusing:
        alarms = [np.array([float(o.made(e.threshold)) for o in e.unanswerable]) for e in refusing]
        figures["false alarms"] = _figure(alarms, mean)
        figures["ROC AUC"] = _auc(refusing)
    return {name: figures[name] for name in SUGGESTIONS if name in figures}


def typos(found: Sequence[TypoFigures]) -> dict[str, Figure]:
    """Success@3 of titles typed clean and misspelt, and the share of the clean one that is kept."""
    figures = {
        "clean": _figure([each.clean for each in found], mean),
        "one edit": _figure([each.one_edit for each in found], mean),
        "two edits": _figure([each.two_edits for each in found], mean),
    }
    for name, column in (("one edit kept", 1), ("two edits kept", 2)):
        strata = [np.column_stack([each.clean, each.one_edit, each.two_edits]) for each in found]
        figures[name] = _figure(strata, _ratio(column, 0))
    return figures


_MADE, _RIGHT, _SHOWN, _RELEVANT = range(4)


def _counts(offers: Sequence[Offer], threshold: float) -> Values:
    """For each question: whether suggestions were made, whether one answers, how many, how many of them answer."""
    rows = [
        (1, offer.is_right, len(offer.relevant), sum(offer.relevant)) if offer.made(threshold) else (0,) * 4
        for offer in offers
    ]
    return np.array(rows, dtype=float)


def _figure(strata: Sequence[Values], statistic: Statistic) -> Figure:
    value = float(np.mean([statistic(values[None])[0] for values in strata]))
    return Figure(value, interval(strata, statistic))


def _percentile(share: float) -> Callable[[Values], Values]:
    return lambda samples: np.asarray(np.quantile(samples, share, axis=1, method="inverted_cdf"))


def _ratio(above: int, below: int) -> Callable[[Values], Values]:
    """The statistic: the sum of column ``above`` ÷ that of ``below``; NaN for a sample where the latter is 0."""

    def ratio(samples: Values) -> Values:
        divisor = samples[..., below].sum(axis=1)
        silent = np.full(len(divisor), np.nan)
        return np.asarray(np.divide(samples[..., above].sum(axis=1), divisor, out=silent, where=divisor > 0))

    return ratio


def _auc(evaluations: Sequence[Evaluation]) -> Figure:
    """The mean area under the ROC; both sides of each collection are resampled."""
    sides = [
        (np.array([o.confidence for o in e.offers]), np.array([o.confidence for o in e.unanswerable]))
        for e in evaluations
    ]
    rng = np.random.default_rng(0)
    resampled = [
        np.mean([roc_auc(rng.choice(yes, len(yes)), rng.choice(no, len(no))) for yes, no in sides])
        for _ in range(_AUC_RESAMPLES)
    ]
    low, high = np.quantile(resampled, [0.025, 0.975])
    value = float(np.mean([roc_auc(yes, no) for yes, no in sides]))
    return Figure(value, Interval(float(low), float(high)))


def as_plain(figures: Mapping[str, Figure]) -> dict[str, float]:
    """Only the values, rounded as they are shown."""
    return {name: round(figure.value, 4) for name, figure in figures.items()}
