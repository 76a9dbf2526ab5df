from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.evaluation.measures import MEASURES, ndcg, percentile, recall, reciprocal_rank, success

RANKED = ["a", "b", "c", "d"]
GRADES = {"b": 2, "d": 1, "z": 1}


def test_ndcg_is_the_discounted_gain_over_the_best_possible() -> None:
    gained = 2 / math.log2(3) + 1 / math.log2(5)
    ideal = 2 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(RANKED, GRADES, 10) == pytest.approx(gained / ideal)


def test_ndcg_looks_no_deeper_than_asked() -> None:
    assert ndcg(RANKED, GRADES, 2) == pytest.approx((2 / math.log2(3)) / (2 + 1 / math.log2(3)))
    assert ndcg(RANKED, GRADES, 1) == 0


def test_reciprocal_rank_is_that_of_the_first_relevant() -> None:
    assert reciprocal_rank(RANKED, GRADES, 10) == 1 / 2
    assert reciprocal_rank(RANKED, {"d": 1}, 3) == 0


def test_success_and_recall_count_what_is_among_the_first() -> None:
    assert (success(RANKED, GRADES, 1), success(RANKED, GRADES, 2)) == (0, 1)
    assert (recall(RANKED, GRADES, 2), recall(RANKED, GRADES, 4)) == (1 / 3, 2 / 3)


def test_nothing_found_and_nothing_relevant_measure_nought() -> None:
    for measure in MEASURES.values():
        assert measure([], GRADES) == 0
        assert measure(RANKED, {}) == 0


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, 0),
        ([3], 0.95, 3),
        ([4, 1, 3, 2], 0.5, 2),
        (list(range(1, 101)), 0.95, 95),
        ([1, 2], 0, 1),
        ([1, 2], 1, 2),
    ],
)
def test_a_percentile_is_the_nearest_rank(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


@given(
    st.permutations("abcdefgh"), st.dictionaries(st.sampled_from("abcdefghz"), st.integers(1, 3), min_size=1)
)
@settings(max_examples=200, deadline=None)
def test_measures_lie_in_the_unit_interval_and_the_ideal_ranking_has_all_of_ndcg(
    ranked: list[str], grades: dict[str, int]
) -> None:
    for measure in MEASURES.values():
        assert 0 <= measure(ranked, grades) <= 1 + 1e-12
    ideal = sorted(grades, key=lambda name: -grades[name])
    assert ndcg(ideal, grades, 10) == pytest.approx(1)
