from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.evaluation.abstention import Offer, curve, point, roc_auc

SURE_AND_RIGHT = Offer(0.9, (True, False, False))
SURE_AND_WRONG = Offer(0.8, (False, False))
UNSURE_AND_RIGHT = Offer(0.3, (False, True))
NOTHING_FOUND = Offer(0.0, ())
ANSWERABLE = [SURE_AND_RIGHT, SURE_AND_WRONG, UNSURE_AND_RIGHT, NOTHING_FOUND]


def test_a_point_counts_what_a_reader_would_see() -> None:
    found = point(ANSWERABLE, [SURE_AND_WRONG, NOTHING_FOUND], 0.5)
    assert found.coverage == 2 / 4
    assert found.precision == 1 / 2
    assert found.of_shown == 1 / 5
    assert found.success == 1 / 4
    assert found.false_alarms == 1 / 2


def test_nothing_found_is_nothing_suggested_at_any_threshold() -> None:
    assert not NOTHING_FOUND.made(0.0)


def test_what_cannot_be_counted_is_left_open() -> None:
    silent = point([NOTHING_FOUND], [], 0.5)
    assert (silent.precision, silent.of_shown, silent.false_alarms) == (None, None, None)


offers = st.lists(
    st.builds(Offer, st.floats(0, 1), st.lists(st.booleans(), max_size=3).map(lambda shown: tuple(shown))),
    min_size=1,
    max_size=30,
)


@given(offers, offers)
def test_a_higher_threshold_never_suggests_more(answerable: list[Offer], unanswerable: list[Offer]) -> None:
    points = curve(answerable, unanswerable)
    coverages = [each.coverage for each in points]
    alarms = [each.false_alarms or 0.0 for each in points]
    assert coverages == sorted(coverages, reverse=True)
    assert alarms == sorted(alarms, reverse=True)


def test_the_area_under_the_roc_of_known_cases() -> None:
    assert roc_auc([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert roc_auc([0.1], [0.9]) == 0.0
    assert roc_auc([0.5, 0.5], [0.5]) == 0.5
    assert roc_auc([0.9, 0.4], [0.5, 0.3]) == 0.75


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_the_area_is_the_share_of_pairs_in_the_right_order(
    positive: list[float], negative: list[float]
) -> None:
    pairs = [(p > n) + 0.5 * (p == n) for p in positive for n in negative]
    assert roc_auc(positive, negative) == pytest.approx(sum(pairs) / len(pairs))
