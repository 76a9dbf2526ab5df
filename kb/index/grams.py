"""Character n-grams of texts, hashed: what misspelt, inflected and compounded words have in common.

Everything here is arithmetic on whole arrays of characters: counting the n-grams of a text costs less than
splitting it into words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index.postings import Floats, Ints, load_mapped
from kb.index.ragged import Offsets, gathered, offsets, owners, ranges
from kb.text.analyzer import fold

BUCKETS = 1 << 16
"""Of the hash: n-grams that share one are taken for the same. Few enough to be counted in a plain array."""
_MOST_COUNTED = 255
_TEXTS_AT_ONCE = 512  # so that a chunk's arrays stay in the processor's cache
_LONGEST = 100_000
"""Characters of a text that are counted: a bound on work for one enormous page."""
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing: Knuth, TAOCP 3, section 6.4


@dataclass(frozen=True, slots=True)
class GramCounts:
    """Text ``t`` holds n-grams ``grams[indptr[t]:indptr[t+1]]`` (ascending), each ``amounts`` times, at most 255."""

    indptr: Offsets
    grams: NDArray[np.uint16]
    amounts: NDArray[np.uint8]

    @property
    def texts(self) -> int:
        return len(self.indptr) - 1

    def frequency(self) -> Offsets:
        """In how many texts each n-gram occurs, by bucket."""
        return np.bincount(self.grams, minlength=BUCKETS)

    def norms(self, idf: Floats) -> Floats:
        """The length of each text's TF-IDF vector; 1 where it is 0."""
        norms = np.zeros(self.texts, np.float32)
        for first in range(0, self.texts, _TEXTS_AT_ONCE):
            own = self.indptr[first : first + _TEXTS_AT_ONCE + 1]
            span = slice(int(own[0]), int(own[-1]))
            squares = np.square(SUBLINEAR[self.amounts[span]] * idf[self.grams[span]])
            of = owners(np.diff(own))
            norms[first : first + len(own) - 1] = np.sqrt(np.bincount(of, squares, minlength=len(own) - 1))
        norms[norms == 0] = 1
        return norms

    def dots(self, texts: Any, query: Floats) -> Floats:
        """The product of some texts' sublinear counts with a query's weight of each bucket."""
        first, last = self.indptr[texts], self.indptr[texts + 1]
        weights = query.take(gathered(self.grams, first, last))
        weights *= SUBLINEAR.take(gathered(self.amounts, first, last))
        products, lengths = np.zeros(len(texts), np.float32), last - first
        some = lengths > 0
        products[some] = np.add.reduceat(weights, (np.cumsum(lengths) - lengths)[some])
        return products

    def take(self, texts: Any) -> GramCounts:
        """The n-grams of some texts, in the order asked for."""
        lengths = np.diff(self.indptr)[texts]
        places = ranges(self.indptr[:-1][texts], lengths)
        return GramCounts(offsets(lengths), self.grams[places], self.amounts[places])

    def save(self, folder: Path, name: str) -> None:
        for part in _PARTS:
            np.save(folder / f"{name}.{part}.npy", getattr(self, part))

    @classmethod
    def load(cls, folder: Path, name: str) -> GramCounts:
        return cls(*(load_mapped(folder / f"{name}.{part}.npy") for part in _PARTS))


@dataclass(frozen=True, slots=True)
class GramWeights:
    """The n-grams of a query, each bucket once, and what each weighs; all others weigh nothing."""

    buckets: NDArray[np.uint16]
    weights: Floats


_PARTS = ("indptr", "grams", "amounts")
SUBLINEAR: Floats = np.concatenate([[0], 1 + np.log(np.arange(1, _MOST_COUNTED + 1))]).astype(np.float32)
"""scikit-learn's ``sublinear_tf`` of each possible amount: 1 + ln(tf)."""


def count_grams(texts: Iterable[str], size: int) -> GramCounts:
    """Count the n-grams of ``size`` characters (at most 4) of each text, across its words."""
    return joined([_count(chunk, size) for chunk in _chunks(texts)])


def weigh_query(text: str, size: int, idf: Floats) -> GramWeights:
    """scikit-learn's TF-IDF vector of a query (sublinear tf, l2), times the IDF of the document's part."""
    counted = _count([text], size)
    own = idf[counted.grams]
    weights = SUBLINEAR[counted.amounts] * own
    length = np.float32(np.sqrt(np.dot(weights, weights))) or np.float32(1)
    return GramWeights(counted.grams, weights * own / length)


def joined(parts: Sequence[GramCounts]) -> GramCounts:
    """The texts of several counts, one after another."""
    return GramCounts(
        offsets(np.concatenate([np.zeros(0, np.int64), *(np.diff(part.indptr) for part in parts)])),
        np.concatenate([np.zeros(0, np.uint16), *(part.grams for part in parts)]),
        np.concatenate([np.zeros(0, np.uint8), *(part.amounts for part in parts)]),
    )


def tfidf_idf(frequency: Any, texts: int) -> Floats:
    """scikit-learn's smooth IDF: ln((1 + N) / (1 + n)) + 1."""
    return np.asarray(np.log((1 + texts) / (1 + frequency)) + 1, np.float32)


def _chunks(texts: Iterable[str]) -> Iterator[Sequence[str]]:
    stream = iter(texts)
    for one in stream:
        yield [one, *islice(stream, _TEXTS_AT_ONCE - 1)]


def _count(texts: Sequence[str], size: int) -> GramCounts:
    codes, of = _characters(texts)
    count = max(len(codes) - size + 1, 0)
    keys = np.zeros(count, np.uint64)
    for place in range(size):
        keys = keys << np.uint64(16) | codes[place : place + count].astype(np.uint64)
    hashes = (keys * _MULTIPLIER) >> np.uint64(48)
    within = of[:count] == of[size - 1 :][:count]  # not across the border of two texts
    cells = of[:count][within].astype(np.uint32) << np.uint32(16) | hashes[within].astype(np.uint32)
    cells.sort()
    first = np.flatnonzero(np.concatenate([[True], cells[1:] != cells[:-1]])) if len(cells) else cells
    amounts = np.diff(np.append(first, len(cells)))
    cells = cells[first]
    per_text = np.bincount(cells >> np.uint32(16), minlength=len(texts))
    return GramCounts(
        offsets(per_text),
        (cells & np.uint32(0xFFFF)).astype(np.uint16),
        np.minimum(amounts, _MOST_COUNTED).astype(np.uint8),
    )


def _characters(texts: Sequence[str]) -> tuple[NDArray[np.uint16], Ints]:
    """The letters and digits of folded texts, words parted by one space and edged by spaces; and whose they are."""
    folded = [spaced(text) for text in texts]
    codes = as_counted()[np.minimum(codepoints("".join(folded)), 0xFFFF)]
    of = owners([len(text) for text in folded])
    space = codes == 0
    again = np.concatenate([[False], space[1:] & space[:-1] & (of[1:] == of[:-1])])
    return codes[~again], of[~again]


def spaced(text: str) -> str:
    """A text as its n-grams are taken: folded, and edged by spaces."""
    return f" {fold(text[:_LONGEST])} "


def codepoints(text: str) -> NDArray[np.uint32]:
    """The numbers of a text's characters."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@cache
def as_counted() -> NDArray[np.uint16]:
    """Each character as it counts: letters, digits and marks as they are, everything else as 0."""
    return np.array(
        [place if (c := chr(place)).isalnum() or _is_mark(c) else 0 for place in range(0x10000)], np.uint16
    )


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc"}
