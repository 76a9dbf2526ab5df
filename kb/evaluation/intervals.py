"""How far a figure can be trusted: bootstrap intervals, and paired tests of two runs over the same questions.

Collections are strata: each is resampled by itself, and the mean over collections weighs them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kb.support.wilson import Interval

Values = NDArray[np.float64]
Statistic = Callable[[Values], Values]
"""From samples, one a row and its questions along the second axis, to one number a sample."""

RESAMPLES = 2000
FLIPS = 10_000
_LEVEL = 0.95
_SEED = 20240229
_MOST_AT_ONCE = 4_000_000
"""Numbers drawn at once: a bound on memory for large collections."""


def mean(samples: Values) -> Values:
    """The statistic of most figures."""
    return np.asarray(samples.mean(axis=1))


def interval(strata: Sequence[Values], statistic: Statistic = mean) -> Interval:
    """The percentile bootstrap interval of the mean, over strata, of a statistic of their questions.

    Efron and Tibshirani 1993, chapter 13. Each stratum holds one value, or one row of values, a question.
    """
    resampled = np.mean([_resampled(values, statistic) for values in strata], axis=0)
    edge = (1 - _LEVEL) / 2
    low, high = np.nanquantile(resampled, [edge, 1 - edge])
    return Interval(float(low), float(high))


def significance(strata: Sequence[Values]) -> float:
    """How likely differences this large are when both runs are equally good: a two-sided p-value.

    The paired randomisation test: the sign of each question's difference is flipped at random; the statistic is
    the mean over strata of their mean difference (Smucker, Allan and Carterette 2007).
    """
    observed = abs(float(np.mean([values.mean() for values in strata])))
    flipped = np.mean([_flipped(values) for values in strata], axis=0)
    as_large = np.count_nonzero(np.abs(flipped) >= observed - 1e-12)
    return (int(as_large) + 1) / (FLIPS + 1)


def _resampled(values: Values, statistic: Statistic) -> Values:
    rng = np.random.default_rng(_SEED)
    rows = max(1, _MOST_AT_ONCE // max(1, values.size))
    parts = []
    for first in range(0, RESAMPLES, rows):
        drawn = rng.integers(len(values), size=(min(rows, RESAMPLES - first), len(values)))
        parts.append(statistic(values[drawn]))
    return np.concatenate(parts)


def _flipped(values: Values) -> Values:
    rng = np.random.default_rng(_SEED)
    rows = max(1, _MOST_AT_ONCE // max(1, values.size))
    parts = []
    for first in range(0, FLIPS, rows):
        signs = rng.integers(2, size=(min(rows, FLIPS - first), len(values)), dtype=np.int8)
        parts.append((2.0 * signs - 1.0) @ values / len(values))
    return np.concatenate(parts)
