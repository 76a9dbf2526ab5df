"""Weighs the character n-grams of a query."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from kb.index.kernels.compiling import WHOLE, compiled, read, written
from kb.index.postings import Floats


@compiled(
    WHOLE,
    *(read(types.uint32), read(types.uint16), WHOLE),
    *(read(types.uint16), read(types.float32), read(types.float32)),
    *(written(types.float32), written(types.uint16), written(types.float32)),
)
def weigh_grams(
    text: Any,
    as_counted: Any,
    size: int,
    numbers: Any,
    idf: Floats,
    sublinear: Floats,
    amounts: Floats,
    own_numbers: Any,
    weights: Floats,
) -> int:
    """The n-grams of a query and their weights: as :func:`kb.index.grams.count_grams`, then TF-IDF; how many.

    :param numbers: those of the buckets; ``idf`` is by number.
    :param amounts: 0 for every number, before and after.
    """
    found, seen, key, spaced = 0, 0, np.uint64(0), False
    for place in range(len(text)):
        code = as_counted[min(text[place], np.uint32(0xFFFF))]
        if code == 0 and spaced:
            continue
        spaced = code == 0
        key = (key << np.uint64(16)) | np.uint64(code)
        seen += 1
        if seen < size:
            continue
        kept = key if size == 4 else key & ((np.uint64(1) << np.uint64(16 * size)) - np.uint64(1))
        number = numbers[(kept * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(48)]
        if amounts[number] == 0:
            own_numbers[found] = number
            found += 1
        amounts[number] += 1
    squares = 0.0
    for place in range(found):
        number = own_numbers[place]
        weight = sublinear[min(int(amounts[number]), len(sublinear) - 1)] * idf[number]
        amounts[number] = 0
        squares += weight * weight
        weights[place] = weight * idf[number]
    norm = np.float32(np.sqrt(squares))
    if norm > 0:
        for place in range(found):
            weights[place] /= norm
    return found
