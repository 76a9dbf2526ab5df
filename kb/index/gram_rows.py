"""The n-grams of documents and names on disk: what candidates are compared with, in as few bytes as that needs.

An n-gram of a text takes two bytes. How often it stands there is said once for all that stand there equally often.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index.grams import BUCKETS, SUBLINEAR, GramCounts
from kb.index.postings import Floats, load_mapped
from kb.index.ragged import Offsets, gathered, offsets, owners, ranges

_AT_ONCE = 1 << 16  # n-grams, so that a block's arrays stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Products:
    """One number for each of some texts: of all of it, and of its name alone."""

    whole: Floats
    name: Floats


@dataclass(frozen=True, slots=True)
class GramRows:
    """Text ``t`` holds n-grams ``grams[indptr[t]:indptr[t+1]]`` in ``groups[group_indptr[t]:group_indptr[t+1]]``."""

    indptr: Offsets
    grams: NDArray[np.uint16]
    group_indptr: Offsets
    groups: NDArray[np.uint32]
    """How often the n-grams of a group stand in the text (8 bits), how often in its name (8), and how many they are,
    less one (16)."""

    @property
    def texts(self) -> int:
        return len(self.indptr) - 1

    @classmethod
    def of(cls, counts: GramCounts, names: GramCounts | None = None) -> GramRows:
        """The rows of texts, and of their names, which they hold."""
        amounts = counts.amounts.astype(np.uint16)
        if names:
            amounts[_cells(counts).searchsorted(_cells(names))] += names.amounts.astype(
                np.uint16
            ) << np.uint16(8)
        keys = owners(np.diff(counts.indptr)).astype(np.uint64) << np.uint64(32)
        keys |= amounts.astype(np.uint64) << np.uint64(16)
        keys |= counts.grams
        keys.sort()
        heads = keys >> np.uint64(16)
        first = np.flatnonzero(np.concatenate([np.ones(len(heads[:1]), bool), heads[1:] != heads[:-1]]))
        sizes = np.diff(first, append=len(heads))
        heads = heads[first]
        told = heads.astype(np.uint16).byteswap().astype(np.uint32) << np.uint32(16)
        borders = np.arange(counts.texts + 1, dtype=np.uint64) << np.uint64(16)
        return cls(
            keys.searchsorted(borders << np.uint64(16)),
            keys.astype(np.uint16),
            heads.searchsorted(borders),
            told | (sizes - 1).astype(np.uint32),
        )

    def frequency(self) -> Offsets:
        """In how many texts each n-gram occurs, by bucket."""
        return np.bincount(self.grams, minlength=BUCKETS)

    def norms(self, idf: Floats) -> Products:
        """The length of each text's TF-IDF vector, and of its name's; 1 where it is 0."""
        squares = np.square(idf)
        parts = [self._products(squares, rows, np.square(SUBLINEAR)) for rows in self._blocks()]
        whole, name = (
            np.sqrt(np.concatenate([np.zeros(0, np.float32), *(getattr(part, of) for part in parts)]))
            for of in ("whole", "name")
        )
        whole[whole == 0] = name[name == 0] = 1
        return Products(whole, name)

    def dots(self, texts: Any, query: Floats) -> Products:
        """The product of some texts' sublinear counts with a query's weight of each bucket."""
        return self._products(query, texts, SUBLINEAR)

    def _products(self, query: Floats, texts: Any, sublinear: Floats) -> Products:
        weights = query.take(gathered(self.grams, self.indptr[texts], self.indptr[texts + 1]))
        first, last = self.group_indptr[texts], self.group_indptr[texts + 1]
        groups = gathered(self.groups, first, last)
        products = np.zeros((2, len(texts)), np.float32)
        if len(groups):
            sizes = (groups & np.uint32(0xFFFF)).astype(np.int64) + 1
            sums = np.add.reduceat(weights, np.cumsum(sizes) - sizes)
            amounts = np.stack([groups >> np.uint32(24), groups >> np.uint32(16) & np.uint32(0xFF)])
            lengths = last - first
            some = lengths > 0
            begins = (np.cumsum(lengths) - lengths)[some]
            products[:, some] = np.add.reduceat(sublinear.take(amounts) * sums, begins, axis=1)
        return Products(*products)

    def _blocks(self) -> Iterator[NDArray[np.int64]]:
        at_once = max(1, _AT_ONCE * self.texts // max(1, len(self.grams)))
        for first in range(0, self.texts, at_once):
            yield np.arange(first, min(first + at_once, self.texts))

    def take(self, texts: Any) -> GramRows:
        """The n-grams of some texts, in the order asked for."""
        lengths, group_lengths = np.diff(self.indptr)[texts], np.diff(self.group_indptr)[texts]
        return GramRows(
            offsets(lengths),
            self.grams[ranges(self.indptr[:-1][texts], lengths)],
            offsets(group_lengths),
            self.groups[ranges(self.group_indptr[:-1][texts], group_lengths)],
        )

    def save(self, folder: Path, name: str) -> None:
        for part in _PARTS:
            np.save(folder / f"{name}.{part}.npy", getattr(self, part))

    @classmethod
    def load(cls, folder: Path, name: str) -> GramRows:
        return cls(*(load_mapped(folder / f"{name}.{part}.npy") for part in _PARTS))


def _cells(counts: GramCounts) -> NDArray[np.uint64]:
    """The text and the n-gram of each count as one number, ascending."""
    return owners(np.diff(counts.indptr)).astype(np.uint64) << np.uint64(16) | counts.grams


_PARTS = ("indptr", "grams", "group_indptr", "groups")


def join_rows(parts: Sequence[GramRows]) -> GramRows:
    """The texts of several, one after another."""
    return GramRows(
        offsets(np.concatenate([np.zeros(0, np.int64), *(np.diff(part.indptr) for part in parts)])),
        np.concatenate([np.zeros(0, np.uint16), *(part.grams for part in parts)]),
        offsets(np.concatenate([np.zeros(0, np.int64), *(np.diff(part.group_indptr) for part in parts)])),
        np.concatenate([np.zeros(0, np.uint32), *(part.groups for part in parts)]),
    )
