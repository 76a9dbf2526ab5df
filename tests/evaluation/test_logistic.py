from __future__ import annotations

import numpy as np
import pytest

from kb.evaluation.logistic import fit_logistic


def rows(count: int = 4000) -> tuple[list[dict[str, float]], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    rng = np.random.default_rng(3)
    drawn = rng.normal(5, 2, size=(count, 2))
    likely = 1 / (1 + np.exp(-(-2 + 0.8 * drawn[:, 0] - 0.5 * drawn[:, 1])))
    return [{"a": a, "b": b} for a, b in drawn.tolist()], (rng.random(count) < likely).astype(float)


def test_the_coefficients_that_made_the_labels_are_found_again() -> None:
    features, labels = rows()
    model = fit_logistic(features, ["a", "b"], labels, np.ones(len(labels)))
    assert model.coefficients["a"] == pytest.approx(0.8, abs=0.1)
    assert model.coefficients["b"] == pytest.approx(-0.5, abs=0.1)
    assert model.intercept == pytest.approx(-2, abs=0.4)


def test_a_weight_of_two_is_two_rows() -> None:
    features, labels = rows(200)
    doubled = fit_logistic(features * 2, ["a"], np.tile(labels, 2), np.ones(400))
    weighed = fit_logistic(features, ["a"], labels, np.full(200, 2.0))
    assert doubled.coefficients["a"] == pytest.approx(weighed.coefficients["a"])


def test_labels_that_can_be_told_apart_completely_give_finite_numbers() -> None:
    features = [{"a": float(place), "same": 1.0} for place in range(20)]
    labels = np.array([0.0] * 10 + [1.0] * 10)
    model = fit_logistic(features, ["a", "same"], labels, np.ones(20))
    assert model.probability({"a": 19.0, "same": 1.0}) > 0.9
    assert model.probability({"a": 0.0, "same": 1.0}) < 0.1
    assert abs(model.coefficients["a"]) < 100


def test_labels_of_one_kind_give_finite_numbers() -> None:
    model = fit_logistic([{"a": 1.0}, {"a": 2.0}], ["a"], np.ones(2), np.ones(2))
    assert 0.5 < model.probability({"a": 1.5}) <= 1


def test_what_tells_groups_apart_is_not_taken_for_what_tells_rows_apart() -> None:
    rng = np.random.default_rng(5)
    groups = ["easy"] * 3000 + ["hard"] * 3000
    level = np.repeat([2.0, -2.0], 3000)  # the same feature is higher in the group that answers less
    drawn = rng.normal(size=6000) - level
    labels = (rng.random(6000) < 1 / (1 + np.exp(-(drawn + 2 * level)))).astype(float)
    features = [{"a": value} for value in drawn.tolist()]
    apart = fit_logistic(features, ["a"], labels, np.ones(6000), groups)
    together = fit_logistic(features, ["a"], labels, np.ones(6000))
    assert apart.coefficients["a"] == pytest.approx(1, abs=0.25)
    assert apart.intercept == pytest.approx(0, abs=0.35)
    assert together.coefficients["a"] < 0.5


def test_one_group_is_as_good_as_none() -> None:
    features, labels = rows(200)
    one = fit_logistic(features, ["a", "b"], labels, np.ones(200), ["all"] * 200)
    none = fit_logistic(features, ["a", "b"], labels, np.ones(200))
    assert one.coefficients == pytest.approx(none.coefficients, rel=1e-4)
    assert one.intercept == pytest.approx(none.intercept, rel=1e-4)
