"""Sums up postings and chooses the best documents."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types

from kb.index.kernels.compiling import WHOLE, compiled, read, written
from kb.index.postings import Floats, Ints

WINDOW = 1 << 13
"""Documents whose sums are made at a time: they stay in the processor's first cache."""
_COLUMNS = 128  # of a window: the best of each say what the best of all must reach
_MANY = 8
_FEW = 1500
"""Postings in a window that are sooner looked at again, one by one, than the whole window."""


@njit
def _add_rows(
    at: Any, end: Any, factors: Floats, docs: Ints, weights: Any, begin: int, window: Floats
) -> None:
    """Add factor × weight of each row's documents in the window, and move on to those after it."""
    stop = begin + len(window)
    for row in range(len(at)):
        first, last, factor = at[row], min(end[row], at[row] + len(window)), factors[row]
        if first < last and docs[last - 1] >= stop:
            low = first
            while low < last:  # the first that is beyond
                middle = (low + last) // 2
                if docs[middle] < stop:
                    low = middle + 1
                else:
                    last = middle
        own_docs, own_weights = docs[first:last], weights[first:last]
        for place in range(len(own_docs)):  # from 0, and unsigned: no index is taken to count from the end
            window[np.uint64(own_docs[place] - begin)] += np.float32(own_weights[place]) * factor
        at[row] = last


@njit
def _reached(values: Ints, limit: int, low: Any) -> Any:
    """The most that ``limit`` of the values reach, or ``low`` where fewer reach more."""
    high = low
    for place in range(len(values)):
        high = max(high, values[place])
    while low < high:
        middle, count = np.int32(high - ((high - low) >> 1)), np.int32(0)
        for place in range(len(values)):
            count += np.int32(values[place] >= middle)
        if count >= limit:
            low = middle
        else:
            high = np.int32(middle - 1)
    return low


@njit(inline="always")
def _key(total: Any, slot: Any) -> Any:
    """Sorts by sum and, among equals, the first slot highest."""
    return (np.int64(total) << np.int64(32)) | (0xFFFFFFFF - np.int64(slot))


@njit
def _note_few(
    before: Any,
    at: Any,
    docs: Ints,
    begin: int,
    sums: Ints,
    first_slot: int,
    kinds: Any,
    topics: Ints,
    topic: int,
    wanted: Any,
    least: Any,
    counts: Any,
    keys: Any,
    size: int,
) -> int:
    """Count the sums of what each row has from ``before`` to ``at``, and note those above ``least``."""
    for row in range(len(at)):
        own = docs[before[row] : at[row]]
        for place in range(len(own)):
            slot, total = own[place] + first_slot, sums[np.uint64(own[place] - begin)]
            sums[np.uint64(own[place] - begin)] = 0  # counted once, though several rows have it
            kind = kinds[slot]
            if total > 0 and kind < len(counts) and (topic == -2 or topics[slot] == topic):
                counts[kind] += 1
                if total > least and wanted[0] <= kind <= wanted[1]:
                    keys[size] = _key(total, slot)
                    size += 1
    return size


@njit
def _are_alike(kinds: Any, wanted: Any) -> bool:
    """Whether all are of one kind, and it is wanted: then nothing has to be told apart."""
    first, others = kinds[0], np.uint8(0)
    for place in range(len(kinds)):
        others |= kinds[place] ^ first
    return bool(others == 0 and wanted[0] <= first <= wanted[1])


@njit
def _keep_wanted(sums: Ints, kinds: Any, wanted: Any, counts: Any) -> None:
    """Count the sums by kind, and clear those of kinds that are not wanted."""
    for code in range(len(counts)):
        count, kind = np.int32(0), np.uint8(code)
        for place in range(len(kinds)):
            count += np.int32((sums[place] > 0) & (kinds[place] == kind))
        counts[code] += count
    for place in range(len(kinds)):
        own = kinds[place]
        sums[place] = sums[place] if (own >= wanted[0]) & (own <= wanted[1]) else np.int32(0)


@njit
def _best_of_columns(table: Any, best: Any, many: Any) -> int:
    """The most in each column of a table; how many of its values are above 0."""
    best[:] = 0
    many[:] = 0
    for line in range(table.shape[0]):
        for column in range(_COLUMNS):
            value = table[line, column]
            best[column] = max(best[column], value)
            many[column] += np.int32(value > 0)
    return int(many.sum())


@compiled(
    WHOLE,
    *(read(types.int32), read(types.float32)),
    *(read(types.int32), read(types.int32), read(types.uint8), WHOLE),
    *(read(types.uint8), read(types.int32), WHOLE, WHOLE, WHOLE),
    *(written(types.int64), written(types.int64), WHOLE),
)
def find(
    terms: Ints,
    factors: Floats,
    indptr: Any,
    docs: Ints,
    weights: Any,
    first_slot: int,
    kinds: Any,
    topics: Ints,
    kind: int,
    topic: int,
    limit: int,
    counts: Any,
    keys: Any,
    size: int,
) -> int:
    """Sum up factor × weight of each row's documents, a window of documents at a time, and note the best in ``keys``.

    A sum is positive, so its bits as a whole number have the order of the sums: loops over whole numbers are those
    that become vector instructions.

    :param kind: the kind that is wanted, or -1 for any; ``topic`` likewise, with -2 for any.
    :param counts: by kind, how many documents of the topic there are; empty slots have a kind beyond it.
    :param keys: 32 bits of score, 32 of the slot's complement; room for a window beyond 4 × ``limit``.
    :param size: how many keys there are already; how many there are then, the best among them, is returned.
    """
    wanted = (np.uint8(0 if kind == -1 else kind), np.uint8(len(counts) - 1 if kind == -1 else kind))
    at, end = np.zeros(len(terms), np.int64), np.zeros(len(terms), np.int64)
    for row in range(len(terms)):
        if terms[row] + 1 < len(indptr):  # or it is a term that came after these documents
            at[row], end[row] = indptr[terms[row]], indptr[terms[row] + 1]
    before = np.empty_like(at)
    window = np.zeros(WINDOW, np.float32)
    sums = window.view(np.int32)
    table: Any = sums.reshape(-1, _COLUMNS)
    here, many = np.zeros(_COLUMNS, np.int32), np.zeros(_COLUMNS, np.int32)
    tops = np.zeros(_COLUMNS, np.int32)
    least = np.int32(0)  # what is not above it is not among the best
    while True:
        begin: Any = len(kinds)
        for row in range(len(terms)):
            if at[row] < end[row]:
                begin = min(begin, np.int64(docs[at[row]]))
        if begin == len(kinds):
            return size
        before[:] = at
        _add_rows(at, end, factors, docs, weights, begin, window)
        if (at - before).sum() < _FEW:
            size = _note_few(
                before, at, docs, begin, sums, first_slot, kinds, topics, topic, wanted, least, counts, keys, size
            )  # fmt: skip
        else:
            begin += first_slot
            found, own_kinds = sums[: len(kinds) - begin], kinds[begin : begin + WINDOW]
            if topic != -2:
                own_topics = topics[begin : begin + WINDOW]
                for place in range(len(found)):
                    found[place] = found[place] if own_topics[place] == topic else np.int32(0)
            alike = _are_alike(own_kinds, wanted)
            if not alike:
                _keep_wanted(found, own_kinds, wanted, counts)
            positive = _best_of_columns(table, here, many)
            if alike:
                counts[own_kinds[0]] += positive
            above = np.int32(0)
            for column in range(_COLUMNS):
                tops[column] = max(tops[column], here[column])
                above += np.int32(here[column] > least)
            if above > _MANY:  # worth a higher bar: so many columns have a best that reaches it
                least = max(least, np.int32(_reached(tops, limit, least) - 1))
            for column in range(_COLUMNS):
                if here[column] > least:
                    for place in range(column, len(found), _COLUMNS):
                        if found[place] > least:
                            keys[size] = _key(found[place], begin + place)
                            size += 1
            window[:] = 0
        if size > 4 * limit:
            keys[:limit] = np.partition(keys[:size], size - limit)[size - limit :]
            size = limit
            least = max(least, np.int32(keys[:limit].min() >> 32))
