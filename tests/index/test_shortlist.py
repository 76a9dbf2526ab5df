"""The best slots, wherever they stand."""

from __future__ import annotations

import numpy as np
import pytest

from kb.index.shortlist import EMPTY, Attributes, Wanted, choose


@pytest.mark.parametrize("slots", [0, 5, 700, 3 * 16 * 40 + 11])
@pytest.mark.parametrize("different", [2, 1000])
@pytest.mark.parametrize("share", [0.01, 0.9])
@pytest.mark.parametrize("limit", [1, 40])
def test_the_best_are_chosen_wherever_they_stand(
    slots: int, different: int, share: float, limit: int
) -> None:
    random = np.random.default_rng(slots + different + limit)
    scores = random.integers(1, different, slots).astype(np.float32)
    scores[random.random(slots) > share] = 0
    scores[-3:] *= 2  # after the last whole row of a table
    kinds = random.integers(0, 2, slots).astype(np.uint8)
    kinds[scores == 0] = EMPTY
    attributes = Attributes(kinds, np.zeros(slots, np.int32))

    every, articles = (
        choose(scores.copy(), scores > 0, attributes, Wanted(limit, kind))[0] for kind in (-1, 0)
    )

    ordered = np.lexsort((np.arange(slots), -scores))
    expected = ordered[scores[ordered] > 0]
    assert every.slots.tolist() == expected[:limit].tolist()
    assert every.scores.tolist() == scores[expected[:limit]].tolist()
    assert articles.slots.tolist() == expected[kinds[expected] == 0][:limit].tolist()
    assert every.counts[:2] == articles.counts[:2] == (int((kinds == 0).sum()), int((kinds == 1).sum()))
