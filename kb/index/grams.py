"""Character n-grams of texts, hashed: what misspelt, inflected and compounded words have in common.

Those of documents are counted by arithmetic on whole arrays of characters, which costs less than splitting a text
into words; those of a query, which is short, by a plain loop.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kb.index.postings import Floats
from kb.index.ragged import Offsets, changes, offsets
from kb.text.analyzer import simplified

BUCKETS = 1 << 16
"""Buckets of the hash: n-grams in the same one count as the same. Few enough to be counted in a plain array."""
_MOST_COUNTED = 255
_AT_ONCE = 1 << 17  # characters, so that a chunk's arrays stay in the processor's cache
_LEAST = 16  # characters that a text counts for at least, which bounds the texts of a chunk
_LONGEST = 100_000
"""Characters of a text that are counted: a bound on work for one enormous page."""
_BORDER = 0xFFFF  # between two texts: no character
_OF_NO_TEXT = np.uint32(0xFFFFFFFF)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing: Knuth, TAOCP 3, section 6.4


@dataclass(frozen=True, slots=True)
class GramCounts:
    """Text ``t`` holds n-grams ``grams[indptr[t]:indptr[t+1]]`` (ascending), each ``amounts`` times, at most 255, of
    these ``in_name`` in its name."""

    indptr: Offsets
    grams: NDArray[np.uint16]
    amounts: NDArray[np.uint8]
    in_name: NDArray[np.uint8]

    @property
    def texts(self) -> int:
        return len(self.indptr) - 1

    def frequency(self) -> Offsets:
        """In how many texts each n-gram occurs, by bucket."""
        return np.bincount(self.grams, minlength=BUCKETS)


Numbers = NDArray[np.uint16]
"""Of n-grams."""


class GramWeights(Struct, frozen=True):
    """The n-grams of a query by number, each once, and what each weighs; all others weigh nothing."""

    numbers: Numbers
    weights: Floats


SUBLINEAR: Floats = np.concatenate([[0], 1 + np.log(np.arange(1, _MOST_COUNTED + 1))]).astype(np.float32)
"""scikit-learn's ``sublinear_tf`` of each possible amount: 1 + ln(tf)."""


def count_grams(texts: Iterable[str], size: int) -> GramCounts:
    """Count the n-grams of ``size`` characters (at most 4) of each text, across its words."""
    parts = [count_together(chunk, size) for chunk in chunks(texts)]
    return GramCounts(
        offsets(np.concatenate([np.diff(part.indptr) for part in parts])),
        np.concatenate([part.grams for part in parts]),
        np.concatenate([part.amounts for part in parts]),
        np.concatenate([part.in_name for part in parts]),
    )


def chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    """The texts in chunks that are best counted together; the last may be empty."""
    chunk: list[str] = []
    room = _AT_ONCE
    for text in texts:
        chunk.append(text)
        room -= max(len(text), _LEAST)
        if room < 0:
            yield chunk
            chunk, room = [], _AT_ONCE
    yield chunk


def numbered(frequency: Any) -> Numbers:
    """The number of each n-gram, those first that more texts hold."""
    numbers = np.empty(BUCKETS, np.uint16)
    numbers[np.argsort(-frequency, kind="stable")] = np.arange(BUCKETS, dtype=np.uint16)
    return numbers


def weigh_query(text: str, size: int, idf: Floats, numbers: Numbers) -> GramWeights:
    """scikit-learn's TF-IDF vector of a query (sublinear tf, l2), times the IDF that stored documents lack.

    :param idf: by number; ``numbers`` are those of the buckets.
    """
    counted, multiplier, whole, own = as_counted().data, int(_MULTIPLIER), (1 << 64) - 1, (1 << 16 * size) - 1
    amounts: dict[int, int] = {}  # by bucket
    key = seen = before = 0
    for character in spaced(text):  # so few are counted sooner than numpy is called a dozen times
        code = counted[min(ord(character), 0xFFFF)]
        if seen and not (code or before):
            continue  # of several spaces, the first
        key, before = (key << 16 | code) & own, code
        seen += 1
        if seen >= size:
            bucket = (key * multiplier & whole) >> 48
            amounts[bucket] = amounts.get(bucket, 0) + 1
    own_numbers = numbers.take(np.fromiter(amounts, np.intp, len(amounts)))
    own_idf = idf.take(own_numbers)
    times = np.fromiter(amounts.values(), np.intp, len(amounts))
    weights = SUBLINEAR.take(times, mode="clip") * own_idf
    length = np.float32(np.sqrt(np.dot(weights, weights))) or np.float32(1)
    return GramWeights(own_numbers, weights * own_idf / length)


def tfidf_idf(frequency: Any, texts: int) -> Floats:
    """scikit-learn's smooth IDF: ln((1 + N) / (1 + n)) + 1."""
    return np.asarray(np.log((1 + texts) / (1 + frequency)) + 1, np.float32)


def count_together(texts: Sequence[str], size: int, names: Sequence[str] = ()) -> GramCounts:
    """The n-grams of a chunk of texts, and of their names, which they hold; fewer than 32,767 texts."""
    codes = _characters([*texts, *names])
    borders = np.flatnonzero(codes == _BORDER)
    count = max(len(codes) - size + 1, 0)
    lengths = np.diff(borders, prepend=-1, append=len(codes) - 1)
    own = np.arange(len(texts), dtype=np.uint32) << np.uint32(17)
    cells = np.repeat(np.concatenate([own, own[: len(names)] | np.uint32(1)]), lengths)[:count]
    buckets = _hashes(codes, size)
    buckets <<= np.uint32(1)
    cells |= buckets
    across = (borders[:, None] - np.arange(size)).clip(min=0).ravel()
    cells[across[across < count]] = _OF_NO_TEXT
    cells.sort()  # by text, n-gram, and whether it stands in the name
    cells = cells[: cells.searchsorted(_OF_NO_TEXT)]
    first = np.flatnonzero(changes(cells))
    amounts = np.minimum(np.diff(first, append=len(cells)), _MOST_COUNTED).astype(np.uint8)
    cells = cells[first]
    in_name = np.zeros(len(cells), np.uint8)
    if names:
        is_named = (cells & np.uint32(1)).astype(bool)
        named = np.flatnonzero(is_named)  # each after the same of the text
        in_name[named - 1] = amounts[named]
        of_text = np.flatnonzero(~is_named)
        cells, amounts, in_name = cells[of_text], amounts[of_text], in_name[of_text]
    return GramCounts(
        cells.searchsorted(np.arange(len(texts) + 1, dtype=np.uint64) << np.uint64(17)),
        (cells >> np.uint32(1)).astype(np.uint16),
        amounts,
        in_name,
    )


def _hashes(codes: NDArray[np.uint16], size: int) -> NDArray[np.uint32]:
    """The bucket of the n-gram that begins at each character."""
    count = max(len(codes) - size + 1, 0)
    wide = codes.astype(np.uint64)
    keys = wide[:count].copy()
    for place in range(1, size):
        keys <<= np.uint64(16)
        keys |= wide[place : place + count]
    keys *= _MULTIPLIER
    keys >>= np.uint64(48)
    return keys.astype(np.uint32)


def _characters(texts: Sequence[str]) -> NDArray[np.uint16]:
    """The letters and digits of folded texts, words parted by one space and edged by spaces, texts by borders."""
    folded = [spaced(text) for text in texts]
    text = "\n".join(folded)
    if text.isascii():
        codes = np.frombuffer(text.encode().translate(_ascii_as_counted()), np.uint8).astype(np.uint16)
    else:
        codes = as_counted().take(codepoints(text), mode="clip")
    codes[np.cumsum([len(each) + 1 for each in folded[:-1]], dtype=np.int64) - 1] = _BORDER
    is_kept = codes != 0
    is_kept[1:] |= is_kept[:-1]  # of several spaces, the first
    is_kept[:1] = True
    once: NDArray[np.uint16] = codes[is_kept]
    return once


def spaced(text: str) -> str:
    """A text as its n-grams are taken: folded, and edged by spaces; so a title is found in the text it is part of."""
    return f" {simplified(text[:_LONGEST])} "


def codepoints(text: str) -> NDArray[np.uint32]:
    """The numbers of a text's characters."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@cache
def as_counted() -> NDArray[np.uint16]:
    """By code point: letters, digits and marks as themselves, everything else as 0, which stands for a space."""
    return np.array(
        [place if (c := chr(place)).isalnum() or _is_mark(c) else 0 for place in range(0x10000)], np.uint16
    )


@cache
def _ascii_as_counted() -> bytes:
    """The same for the bytes of a text in ASCII."""
    return as_counted()[:256].clip(max=127).astype(np.uint8).tobytes()


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc"}
