"""Ragged arrays: rows of different lengths, one after another in a flat array, with the offset of each row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Offsets = NDArray[np.int64]


def offsets(lengths: Any) -> Offsets:
    """Where each row begins, and last where all end."""
    begins = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, dtype=np.int64, out=begins[1:])
    return begins


def ranges(starts: Offsets, lengths: Any) -> Offsets:
    """The numbers ``start, start + 1 … start + length - 1`` of each row, one row after another."""
    ends = lengths.cumsum(dtype=np.int64)
    numbers: Offsets = (starts - ends + lengths).repeat(lengths)
    numbers += np.arange(len(numbers))
    return numbers


def gathered(values: Any, first: Offsets, last: Offsets) -> Any:
    """The values from ``first`` to before ``last`` of each row, one row after another; read-only.

    Many short rows are cut from a memoryview, and joined as bytes, in half of the time that arrays take.
    """
    view = values.data
    rows = [view[begin:end] for begin, end in zip(first.tolist(), last.tolist(), strict=True)]
    return np.frombuffer(b"".join(rows), values.dtype)


def owners(lengths: Any) -> NDArray[np.int32]:
    """The row of each element."""
    return np.arange(len(lengths), dtype=np.int32).repeat(lengths)


def changes(values: Any) -> NDArray[np.bool_]:
    """Whether each of some numbers differs from the one before it, as the first does."""
    differs = np.empty(len(values), bool)
    differs[:1] = True
    np.not_equal(values[1:], values[:-1], out=differs[1:])
    return differs
