"""Arrays in as few bytes as they need, and what happens where they need more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import EngineError
from kb.index.packed import Packed
from kb.index.postings import load_mapped, save_array

MOST = (1 << 24) - 1


@given(st.lists(st.integers(0, MOST), max_size=20), st.lists(st.integers(0, MOST), max_size=20))
def test_numbers_of_three_bytes_are_those_that_were_packed(one: list[int], other: list[int]) -> None:
    joined = Packed.joined([Packed.of(np.array(part, np.int32)) for part in (one, other)])
    assert joined.whole().tolist() == one + other
    assert joined[1:3].whole().tolist() == (one + other)[1:3]


def test_a_number_too_large_for_three_bytes_is_refused() -> None:
    Packed.of(np.array([MOST], np.int32))
    with pytest.raises(EngineError, match="16,777,216 different words"):
        Packed.of(np.array([0, MOST + 1], np.int32))


def test_offsets_take_32_bits_until_they_outgrow_them(tmp_path: Path) -> None:
    small, large = np.array([0, 7, 1 << 30]), np.array([0, 7, 1 << 31])
    for offsets, width in ((small, np.int32), (large, np.int64), (small[:0], np.int32)):
        save_array(tmp_path / "offsets.npy", offsets)
        found = load_mapped(tmp_path / "offsets.npy")
        assert found.dtype == width
        assert found.tolist() == offsets.tolist()
