"""Ragged arrays: rows of different lengths, one after another in a flat array, with the offset of each row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Offsets = NDArray[np.int64]


def offsets(lengths: Any) -> Offsets:
    """Where each row begins, and last where all end."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)


def ranges(starts: Offsets, lengths: Any) -> Offsets:
    """The numbers ``start, start + 1 … start + length - 1`` of each row, one row after another."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    first: Offsets = np.repeat(starts - ends + lengths, lengths)
    return np.arange(total, dtype=np.int64) + first


def gathered(values: Any, first: Offsets, last: Offsets) -> Any:
    """The values from ``first`` to before ``last`` of each row, one row after another."""
    return np.concatenate(
        [values[:0], *(values[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True))]
    )


def owners(lengths: Any) -> NDArray[np.int32]:
    """The row of each element."""
    return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
