"""Places of tokens in a byte each, against the places themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kb.index.spans import Places, Spans

gaps = st.integers(0, 12) | st.integers(-200, 200) | st.integers(-70_000, 2_000_000)
tokens = st.lists(st.tuples(gaps, st.integers(1, 255)), max_size=40)


Tokens = list[tuple[int, int]]


def places(tokens: Tokens) -> Places:
    return Places(*np.array(tokens, np.int32).reshape(-1, 2).T)


def told(found: Places) -> Tokens:
    return list(zip(found.gaps.tolist(), found.lengths.tolist(), strict=True))


@given(tokens, tokens, st.data())
def test_tokens_stand_where_they_stood(one: Tokens, other: Tokens, data: st.DataObject) -> None:
    every = one + other
    joined = Spans.joined([Spans.of(places(one)), Spans.of(places(other))])
    bound = st.integers(0, len(every))
    rows = data.draw(st.lists(st.tuples(bound, bound).map(sorted), max_size=5))
    first, last = np.array(rows, np.int64).reshape(-1, 2).T
    expected = [token for begin, end in rows for token in every[begin:end]]
    assert told(joined.read(first, last)) == expected
    taken = joined.take(first, last)
    assert told(taken.read(np.zeros(1, np.int64), np.array([len(expected)]))) == expected


def test_the_255_most_common_ways_take_a_byte_and_others_are_told_in_full(tmp_path: Path) -> None:
    ways = [(gap, length) for gap in range(1, 21) for length in range(1, 15)]  # 280
    every = ways[:255] * 3 + ways[255:]
    Spans.of(places(every)).save(tmp_path)
    found = Spans.load(tmp_path)
    assert found.rare.tolist() == list(range(3 * 255, len(every)))
    assert told(found.read(np.array([700]), np.array([len(every)]))) == every[700:]
