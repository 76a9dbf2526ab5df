from __future__ import annotations

import numpy as np
import pytest

from kb.evaluation.intervals import interval, significance


def normal(mean: float, count: int, seed: int = 1) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.random.default_rng(seed).normal(mean, 1.0, count)


def test_an_interval_of_a_mean_is_as_wide_as_theory_says() -> None:
    values = normal(0.5, 400)
    found = interval([values])
    assert found.low < values.mean() < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)


def test_four_times_the_questions_halve_the_interval() -> None:
    narrow, wide = interval([normal(0, 1600)]), interval([normal(0, 400)])
    assert (wide.high - wide.low) / (narrow.high - narrow.low) == pytest.approx(2, rel=0.2)


def test_every_collection_counts_alike_however_large() -> None:
    small, large = np.full(10, 1.0), np.full(1000, 0.0)
    found = interval([small, large])
    assert (found.low, found.high) == (0.5, 0.5)


def test_the_same_values_give_the_same_interval() -> None:
    assert interval([normal(0, 50)]) == interval([normal(0, 50)])


def test_a_clear_difference_is_significant_and_noise_is_not() -> None:
    assert significance([normal(0.5, 200)]) < 0.001
    assert significance([normal(0.5, 200) - normal(0.5, 200, seed=2)]) > 0.05


def test_no_difference_at_all_is_never_significant() -> None:
    assert significance([np.zeros(30)]) == 1.0


def test_noise_is_called_significant_as_rarely_as_the_p_value_says() -> None:
    found = [significance([normal(0.0, 40, seed)]) < 0.1 for seed in range(200)]
    assert 0.04 <= sum(found) / 200 <= 0.17
