"""Loops over arrays, compiled by numba: what numpy would need many passes and copies for.

Plain arrays in, plain arrays out; :mod:`kb.index.compiled` gives them their names. :func:`make` makes machine code of
them before they are used, and keeps it in a cache on disk. No kernel checks its input: it comes from a checked index.

Over 300 lines because loops that are compiled together are cached together: one file, one moment of compiling.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit, types
from numba.core.event import Event, Listener, install_listener

from kb.index.evidence import STRETCH
from kb.index.gram_rows import STEPS
from kb.index.postings import Floats, Ints
from kb.index.ragged import Offsets
from kb.index.spans import RARE
from kb.index.weights import K1, B

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])
_WHOLE = types.int64
WINDOW = 1 << 13
"""Documents whose sums are made at a time: they stay in the processor's first cache."""
_COLUMNS = 128  # of a window: the best of each say what the best of all must reach
_MANY = 8


def _read(dtype: Any) -> Any:
    return types.Array(dtype, 1, "C", readonly=True)


def _written(dtype: Any) -> Any:
    return types.Array(dtype, 1, "C")


_kernels: list[tuple[Any, Any]] = []
"""Each with the types that it is compiled for."""


def _compiled(returns: Any, *arguments: Any) -> Callable[[_Kernel], _Kernel]:
    """Have :func:`make` compile it for these types, so that no request waits for it."""

    def declare(function: _Kernel) -> _Kernel:
        try:
            kernel = njit(cache=True, nogil=True)(function)
        except RuntimeError:  # nowhere to keep it: compiled anew in each process
            kernel = njit(nogil=True)(function)
        _kernels.append((kernel, returns(*arguments)))
        return cast(_Kernel, kernel)

    return declare


def make() -> None:
    """Make all loops ready: from the cache, or compiled here."""
    for kernel, types_ in _kernels:
        if not kernel.signatures:
            kernel.compile(types_)
            kernel.disable_compile()


def can_be_kept() -> bool:
    """Whether there is a folder for the cache."""
    return all(kernel.stats.cache_path for kernel, _ in _kernels)


def were_kept() -> bool:
    """Whether all loops could be made ready from the cache."""
    try:
        with install_listener("numba:compile", _Refusal()):
            make()
    except _NotKept:
        return False
    return True


class _NotKept(Exception):
    """A loop is not in the cache."""


class _Refusal(Listener):
    def on_start(self, event: Event) -> None:  # noqa: ARG002 - numba's signature
        raise _NotKept

    def on_end(self, event: Event) -> None:
        """Nothing was begun."""


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
def _count_kinds(found: Ints, kinds: Any, counts: Any) -> bool:
    """Count what was found by kind; whether all are of one kind, found or not."""
    first, others = kinds[0], np.uint8(0)
    for place in range(len(kinds)):
        others |= kinds[place] ^ first
    for code in range(len(counts)):
        count, kind = np.int32(0), np.uint8(code)
        if others != 0:
            for place in range(len(found)):
                count += np.int32((found[place] > 0) & (kinds[place] == kind))
        elif kind == first:
            for place in range(len(found)):
                count += np.int32(found[place] > 0)
        counts[code] += count
    return bool(others == 0)


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


@_compiled(
    _WHOLE,
    *(_read(types.int32), _read(types.float32)),
    *(_read(types.int32), _read(types.int32), _read(types.uint8), _WHOLE),
    *(_read(types.uint8), _read(types.int32), _WHOLE, _WHOLE, _WHOLE),
    *(_written(types.int64), _written(types.int64), _WHOLE),
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
    lowest = np.uint8(0 if kind == -1 else kind)
    highest = np.uint8(len(counts) - 1 if kind == -1 else kind)
    at, end = np.zeros(len(terms), np.int64), np.zeros(len(terms), np.int64)
    for row in range(len(terms)):
        if terms[row] + 1 < len(indptr):  # or it is a term that came after these documents
            at[row], end[row] = indptr[terms[row]], indptr[terms[row] + 1]
    window = np.zeros(WINDOW, np.float32)
    sums = window.view(np.int32)
    table = sums.reshape(-1, _COLUMNS)
    here, tops = np.zeros(_COLUMNS, np.int32), np.zeros(_COLUMNS, np.int32)
    least = np.int32(0)  # what is not above it is not among the best
    while True:
        begin: Any = len(kinds)
        for row in range(len(terms)):
            if at[row] < end[row]:
                begin = min(begin, np.int64(docs[at[row]]))
        if begin == len(kinds):
            return size
        _add_rows(at, end, factors, docs, weights, begin, window)
        begin += first_slot
        last = min(begin + WINDOW, len(kinds))
        found, own_kinds = sums[: last - begin], kinds[begin:last]
        if topic != -2:
            own_topics = topics[begin:last]
            for place in range(len(found)):
                found[place] = found[place] if own_topics[place] == topic else np.int32(0)
        alike = _count_kinds(found, own_kinds, counts)
        if not (alike and lowest <= own_kinds[0] <= highest):
            for place in range(len(found)):
                own = own_kinds[place]
                found[place] = found[place] if (own >= lowest) & (own <= highest) else np.int32(0)
        for column in range(_COLUMNS):
            here[column] = 0
        for line in range(table.shape[0]):
            for column in range(_COLUMNS):
                here[column] = max(here[column], table[line, column])
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
                        keys[size] = (np.int64(found[place]) << np.int64(32)) | (0xFFFFFFFF - (begin + place))
                        size += 1
        if size > 4 * limit:
            keys[:limit] = np.partition(keys[:size], size - limit)[size - limit :]
            size = limit
            least = max(least, np.int32(keys[:limit].min() >> 32))
        for place in range(WINDOW):
            window[place] = 0


@_compiled(
    _WHOLE,
    *(_read(types.uint32), _read(types.uint16), _WHOLE),
    *(_read(types.uint16), _read(types.float32), _read(types.float32)),
    *(_written(types.float32), _written(types.uint16), _written(types.float32)),
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


@njit(inline="always")
def _products(
    indptr: Any, steps: Any, group_indptr: Any, groups: Any, text: int, asked: Floats, sublinear: Floats
) -> Any:
    """The products of a text's n-grams, and of its name's, with those asked for."""
    at: Any = indptr[text]
    whole: Any = np.float32(0)
    name: Any = np.float32(0)
    for group in range(group_indptr[text], group_indptr[text + 1]):
        told: Any = np.int64(groups[group])
        own = steps[at : at + (told & 0xFFFF) + 1]
        total = np.float32(0)
        number: Any = np.uint64(0)
        for place in range(len(own)):
            step = np.uint64(own[place])
            leaps = step >= np.uint64(STEPS)
            number += (step - np.uint64(STEPS - 1)) * np.uint64(STEPS) if leaps else step
            total += np.float32(0) if leaps else asked[number]
        whole += sublinear[told >> 24] * total
        name += sublinear[(told >> 16) & 0xFF] * total
        at += len(own)
    return whole, name


_GRAMS = (_read(types.int32), _read(types.uint8), _read(types.int32), _read(types.uint32))


@_compiled(
    types.void,
    _read(types.int32),
    *(_read(types.int32), _read(types.int32), _read(types.uint8), _read(types.uint16), _read(types.uint8)),
    *(_read(types.float32), types.float32, *_GRAMS, _read(types.float32), _read(types.float32)),
    *(_read(types.int32), *_GRAMS, _read(types.float32)),
    *(_read(types.int16), _read(types.float32)),
    *(_read(types.int32), _read(types.float32), _read(types.float32)),
    *(_read(types.float32), types.Array(types.int32, 2, "C", readonly=True)),
    *(_read(types.float32), _read(types.boolean), _read(types.float32)),
    types.Array(types.float32, 2, "C"),
)
def compare(
    documents: Ints,
    passage_of_doc: Any,
    token_of_passage: Any,
    fields: Any,
    low: Any,
    high: Any,
    lengths: Floats,
    mean_length: Any,
    gram_indptr: Any,
    gram_steps: Any,
    group_indptr: Any,
    groups: Any,
    norms: Floats,
    title_norms: Floats,
    first_names: Any,
    name_indptr: Any,
    name_steps: Any,
    name_group_indptr: Any,
    name_groups: Any,
    name_norms: Floats,
    row_of_term: Any,
    asked: Floats,
    words: Ints,
    shares: Floats,
    factors: Floats,
    masses: Floats,
    following: Any,
    field_weights: Floats,
    naming: Any,
    sublinear: Floats,
    parts: Floats,
) -> None:
    """Everything that candidates say of a question; :mod:`kb.index.evidence` has it word by word.

    :param asked: the weight of each n-gram in the question, by number.
    :param factors: of each row, its IDF included.
    :param parts: a row for each of :data:`kb.index.arithmetic.PARTS`, a column for each candidate.
    """
    rows = len(words)
    held = np.zeros(rows, np.float32)
    in_name = np.full(rows, -1, np.int64)
    in_early = np.full(rows, -1, np.int64)
    in_late = np.full(rows, -1, np.int64)
    pair_of = np.full(len(following), -1, np.int64)
    first_pair = np.zeros(len(masses) + 1, np.int64)
    for pair in range(len(following)):
        first_pair[following[pair, 0] + 1] += 1
    for word in range(len(masses)):
        first_pair[word + 1] += first_pair[word]
    mass = np.float32(0)
    for word in range(len(masses)):
        mass += masses[word]
    if mass == 0:
        mass = np.float32(1)
    for candidate in range(len(documents)):
        held[:] = 0
        in_early[:] = -1
        in_late[:] = -1
        named = together = followed = np.float32(0)
        early_sum = late_sum = np.float32(0)
        early_group = late_group = before_place = -2
        before_word = -1
        document = documents[candidate]
        norm = np.float32(K1 * (1 - B + B * lengths[document] / mean_length))
        for passage in range(passage_of_doc[document], passage_of_doc[document + 1]):
            field = fields[passage]
            name_sum = np.float32(0)
            before_place = -2  # nothing follows across passages
            begin = token_of_passage[passage]
            end = token_of_passage[passage + 1]
            own_low, own_high = low[begin:end], high[begin:end]
            for at in range(len(own_low)):
                row = row_of_term[np.uint64(own_low[at]) | np.uint64(own_high[at]) << np.uint64(16)]
                if row < 0:
                    continue
                place = begin + at
                word = words[row]
                says = masses[word] * shares[row]
                held[row] += field_weights[field]
                if naming[field] and in_name[row] != passage:
                    in_name[row] = passage
                    name_sum += says
                early, late = place // STRETCH, (place + STRETCH // 2) // STRETCH
                if early != early_group:
                    early_group, early_sum = early, np.float32(0)
                if in_early[row] != early:
                    in_early[row] = early
                    early_sum += says
                if late != late_group:
                    late_group, late_sum = late, np.float32(0)
                if in_late[row] != late:
                    in_late[row] = late
                    late_sum += says
                together = max(together, early_sum, late_sum)
                if before_place == place - 1:
                    for pair in range(first_pair[before_word], first_pair[before_word + 1]):
                        if following[pair, 1] == word and pair_of[pair] != candidate:
                            pair_of[pair] = candidate
                            followed += (masses[before_word] + masses[word]) / np.float32(2)
                before_place, before_word = place, word
            named = max(named, name_sum)
        total = covered = best_share = np.float32(0)
        for row in range(rows):
            if held[row] > 0:
                total += held[row] * np.float32(K1 + 1) / (held[row] + norm) * factors[row]
                best_share = max(best_share, shares[row])
            if row + 1 == rows or words[row + 1] != words[row]:
                covered += best_share * masses[words[row]]
                best_share = np.float32(0)
        whole, title = _products(gram_indptr, gram_steps, group_indptr, groups, document, asked, sublinear)
        best_name = title / title_norms[document]
        for name in range(first_names[document], first_names[document + 1]):
            product, _ = _products(
                name_indptr, name_steps, name_group_indptr, name_groups, name, asked, sublinear
            )
            best_name = max(best_name, product / name_norms[name])
        parts[0, candidate] = total
        parts[1, candidate] = whole / norms[document]
        parts[2, candidate] = best_name
        parts[3, candidate] = named / mass
        parts[4, candidate] = followed
        parts[5, candidate] = together / mass
        parts[6, candidate] = covered


@_compiled(
    types.void,
    _read(types.int64),
    *(_read(types.int32), _read(types.int32), _read(types.uint8), _read(types.uint16), _read(types.uint8)),
    *(_read(types.uint8), _read(types.int32), _read(types.int32)),
    *(_read(types.int32), _read(types.int32), _read(types.uint8)),
    *(_read(types.int32), _written(types.int64), types.Array(types.int32, 2, "C")),
)
def occurrences(
    documents: Offsets,
    passage_of_doc: Any,
    token_of_passage: Any,
    fields: Any,
    low: Any,
    high: Any,
    codes: Any,
    gaps: Ints,
    lengths: Ints,
    rare: Any,
    rare_gaps: Ints,
    rare_lengths: Any,
    terms: Ints,
    until: Offsets,
    found: Any,
) -> None:
    """Where some terms, ascending, stand in documents: :mod:`kb.index.occurrences` has it word by word.

    :param until: written: how many were found up to the end of each document.
    :param found: written: five columns for as many tokens as the documents have.
    """
    count = 0
    for each in range(len(documents)):
        begin, stop = passage_of_doc[documents[each]], passage_of_doc[documents[each] + 1]
        next_rare = np.searchsorted(rare, token_of_passage[begin])
        for passage in range(begin, stop):
            reached = np.int32(0)
            for token in range(token_of_passage[passage], token_of_passage[passage + 1]):
                code = codes[token]
                gap, length = gaps[code], lengths[code]
                if code == RARE:
                    gap, length = rare_gaps[next_rare], np.int32(rare_lengths[next_rare])
                    next_rare += 1
                reached += gap + length
                term = np.int32(low[token]) | np.int32(high[token]) << np.int32(16)
                which = np.searchsorted(terms, term)
                if which < len(terms) and terms[which] == term:
                    found[0, count] = which
                    found[1, count] = fields[passage]
                    found[2, count] = passage - begin
                    found[3, count] = reached - length
                    found[4, count] = reached
                    count += 1
        until[each] = count
