"""What candidates say of a question, and where a question's words stand in what is shown."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types

from kb.index.evidence import STRETCH
from kb.index.gram_rows import STEPS
from kb.index.kernels.compiling import compiled, read, written
from kb.index.postings import Floats, Ints
from kb.index.ragged import Offsets
from kb.index.spans import RARE
from kb.index.weights import K1, B

_LINE = 64
"""Bytes that a processor reads from memory at once."""
_LINES = 4
"""As many hold most of a section's n-grams."""


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


_GRAMS = (read(types.int32), read(types.uint8), read(types.int32), read(types.uint32))


@njit
def _read_ahead(
    documents: Ints,
    passage_of_doc: Any,
    token_of_passage: Any,
    fields: Any,
    low: Any,
    high: Any,
    gram_indptr: Any,
    gram_steps: Any,
    group_indptr: Any,
    groups: Any,
    parts: Floats,
) -> None:
    """Read where most of what a document has begins, of one document after another.

    None of these reads waits for another, so the memory answers many at a time; the loop over what they bring would
    wait for each. They are written down so that the compiler does not leave them out, and overwritten later.
    """
    if not (len(fields) and len(low) and len(groups)):
        return
    for each in range(len(documents)):
        document = documents[each]
        passage, text, group = passage_of_doc[document], gram_indptr[document], group_indptr[document]
        ahead = np.int64(token_of_passage[passage]) + fields[min(passage, len(fields) - 1)]
        ahead += groups[min(group, len(groups) - 1)] + groups[min(group + _LINE // 4, len(groups) - 1)]
        for line in range(_LINES):
            ahead += gram_steps[min(text + _LINE * line, len(gram_steps) - 1)]
        parts[0, each] = ahead
    for each in range(len(documents)):
        token = token_of_passage[passage_of_doc[documents[each]]]
        last = len(low) - 1
        parts[1, each] = low[min(token, last)] + low[min(token + _LINE // 2, last)] + high[min(token, last)]


@compiled(
    types.void,
    read(types.int32),
    *(read(types.int32), read(types.int32), read(types.uint8), read(types.uint16), read(types.uint8)),
    *(read(types.float32), types.float32, *_GRAMS, read(types.float32), read(types.float32)),
    *(read(types.int32), *_GRAMS, read(types.float32)),
    *(read(types.int16), read(types.float32)),
    *(read(types.int32), read(types.float32), read(types.float32)),
    *(read(types.float32), types.Array(types.int32, 2, "C", readonly=True)),
    *(read(types.float32), read(types.boolean), read(types.float32)),
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
    _read_ahead(
        *(documents, passage_of_doc, token_of_passage, fields, low, high),
        *(gram_indptr, gram_steps, group_indptr, groups, parts),
    )
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


@compiled(
    types.void,
    read(types.int64),
    *(read(types.int32), read(types.int32), read(types.uint8), read(types.uint16), read(types.uint8)),
    *(read(types.uint8), read(types.int32), read(types.int32)),
    *(read(types.int32), read(types.int32), read(types.uint8)),
    *(read(types.int32), written(types.int64), types.Array(types.int32, 2, "C")),
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
