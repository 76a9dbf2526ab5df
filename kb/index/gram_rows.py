"""The n-grams of documents and names as they are stored: compact, since every comparison reads them.

N-grams are numbered by frequency, the most frequent first, so the numbers of a text lie close together: most take
one byte, the step from the number before. N-grams that occur equally often in a text form a group, which says how
often once for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kb.index.grams import BUCKETS, SUBLINEAR, GramCounts, Numbers
from kb.index.postings import Floats, load_mapped, save_array
from kb.index.ragged import Offsets, changes, gathered, offsets, owners

STEPS = 224
"""A byte below it is the step to the next n-gram's number. A byte ``STEPS + k`` first skips ``(k + 1) * STEPS``
numbers. No other value makes fewer bytes."""
_LEAPS = 256 - STEPS
_LONGEST_LEAP = 255
_WIDTHS = np.concatenate([np.arange(STEPS), np.arange(1, _LEAPS + 1) * STEPS]).astype(np.uint16)
"""How far each byte leads."""
_AT_ONCE = 1 << 16
"""Bytes, so that a block's arrays stay in the processor's cache, and texts, since 16 bits number them."""


class Products(Struct, frozen=True):
    """One number for each of some texts: of all of it, and of its name alone."""

    whole: Floats
    name: Floats


class GramRows(Struct, frozen=True):
    """Text ``t`` holds the n-grams of ``groups[group_indptr[t]:group_indptr[t+1]]``, which stand one after another in
    ``steps[indptr[t]:indptr[t+1]]``, each group ascending from 0."""

    indptr: Offsets
    steps: NDArray[np.uint8]
    group_indptr: Offsets
    groups: NDArray[np.uint32]
    """From the highest bits: how often the group's n-grams occur in the text (8 bits) and in its name (8), and how
    many bytes they take, less one (16)."""

    @property
    def texts(self) -> int:
        return len(self.indptr) - 1

    @property
    def offsets(self) -> tuple[Offsets, Offsets]:
        """Where texts begin."""
        return self.indptr, self.group_indptr

    @classmethod
    def of(cls, counts: GramCounts, numbers: Numbers) -> GramRows:
        """The rows of fewer than 65,536 texts. ``numbers`` are those of the buckets."""
        heads = owners(np.diff(counts.indptr)).astype(np.uint32)
        heads <<= np.uint32(8)
        heads |= counts.amounts
        heads <<= np.uint32(8)
        heads |= counts.in_name
        return _rows(heads, numbers.take(counts.grams), counts.texts)

    def renumbered(self, numbers: Numbers) -> GramRows:
        """The same n-grams by other numbers: ``numbers[n]`` instead of ``n``."""
        parts = []
        for block in self._blocks():
            found = np.flatnonzero(block.steps < STEPS)
            heads = owners(np.diff(block.group_indptr)).astype(np.uint32) << np.uint32(16)
            heads |= block.groups >> np.uint32(16)
            group = owners(block._sizes())[found]
            parts.append(_rows(heads[group], numbers.take(block._numbers()[found]), block.texts))
        return join_rows(parts)

    def frequency(self) -> Offsets:
        """In how many texts each n-gram occurs, by number."""
        held = np.zeros(BUCKETS, np.int64)
        for block in self._blocks():
            held += np.bincount(block._numbers()[block.steps < STEPS], minlength=BUCKETS)
        return held

    def norms(self, idf: Floats) -> Products:
        """The length of each text's TF-IDF vector, and of its name's; 1 where it is 0."""
        squares = np.square(idf)
        parts = [block._products(squares, np.square(SUBLINEAR)) for block in self._blocks()]
        whole, name = (
            np.sqrt(np.concatenate([np.zeros(0, np.float32), *(getattr(part, of) for part in parts)]))
            for of in ("whole", "name")
        )
        whole[whole == 0] = name[name == 0] = 1
        return Products(whole, name)

    def dots(self, texts: Any, query: Floats) -> Products:
        """The product of some texts' sublinear counts with a query's weight of each n-gram, by number."""
        return self.take(texts)._products(query, SUBLINEAR)

    def take(self, texts: Any) -> GramRows:
        """The n-grams of some texts, in the order asked for."""
        first, last = self.indptr[texts], self.indptr[texts + 1]
        first_group, last_group = self.group_indptr[texts], self.group_indptr[texts + 1]
        return GramRows(
            offsets(last - first),
            gathered(self.steps, first, last),
            offsets(last_group - first_group),
            gathered(self.groups, first_group, last_group),
        )

    def _products(self, query: Floats, sublinear: Floats) -> Products:
        products = np.zeros((2, self.texts), np.float32)
        if len(self.groups):
            weights = query.take(self._numbers(), mode="wrap")  # none is too large, so none need be looked at
            weights *= self.steps < STEPS
            sums = np.add.reduceat(weights, self._begins())
            amounts = np.stack([self.groups >> np.uint32(24), self.groups >> np.uint32(16) & np.uint32(0xFF)])
            some = np.diff(self.group_indptr) > 0
            begins = self.group_indptr[:-1][some]
            products[:, some] = np.add.reduceat(sublinear.take(amounts) * sums, begins, axis=1)
        return Products(*products)

    def _sizes(self) -> Offsets:
        """How many bytes each group takes."""
        return (self.groups & np.uint32(0xFFFF)).astype(np.int64) + 1

    def _begins(self) -> Offsets:
        """Where each group begins."""
        return offsets(self._sizes())[:-1]

    def _numbers(self) -> Numbers:
        """The number that each byte leads to."""
        widths = _WIDTHS.take(self.steps)
        if len(widths):
            begins = self._begins()
            reached = np.add.reduceat(widths, begins, dtype=np.uint16)
            widths[begins[1:]] -= reached[:-1]  # each group begins at 0
        return widths.cumsum(dtype=np.uint16)

    def _blocks(self) -> Iterator[GramRows]:
        """The texts, some at a time."""
        at_once = min(max(1, _AT_ONCE * self.texts // max(1, len(self.steps))), _AT_ONCE)
        for first in range(0, self.texts, at_once):
            of_bytes, of_groups = (
                indptr[first : first + at_once + 1] for indptr in (self.indptr, self.group_indptr)
            )
            yield GramRows(
                of_bytes - of_bytes[0],
                self.steps[of_bytes[0] : of_bytes[-1]],
                of_groups - of_groups[0],
                self.groups[of_groups[0] : of_groups[-1]],
            )

    def save(self, folder: Path, name: str) -> None:
        for part in _PARTS:
            save_array(folder / f"{name}.{part}.npy", getattr(self, part))

    @classmethod
    def load(cls, folder: Path, name: str) -> GramRows:
        return cls(*(load_mapped(folder / f"{name}.{part}.npy") for part in _PARTS))


_PARTS = ("indptr", "steps", "group_indptr", "groups")


def join_rows(parts: Sequence[GramRows]) -> GramRows:
    """The texts of several, one after another."""
    return GramRows(
        offsets(np.concatenate([np.zeros(0, np.int64), *(np.diff(part.indptr) for part in parts)])),
        np.concatenate([np.zeros(0, np.uint8), *(part.steps for part in parts)]),
        offsets(np.concatenate([np.zeros(0, np.int64), *(np.diff(part.group_indptr) for part in parts)])),
        np.concatenate([np.zeros(0, np.uint32), *(part.groups for part in parts)]),
    )


def _rows(heads: NDArray[np.uint32], numbers: Numbers, texts: int) -> GramRows:
    """The rows of n-grams in any order.

    :param heads: of each its text (16 bits), how often it stands there (8 bits) and in its name (8).
    """
    keys = heads.astype(np.uint64)
    keys <<= np.uint64(16)
    keys |= numbers
    keys.sort()
    numbers = keys.astype(np.uint16)  # their lower half
    keys >>= np.uint64(16)
    heads = keys.astype(np.uint32)
    first = np.flatnonzero(changes(heads))
    ways = numbers.copy()
    ways[1:] -= numbers[:-1]
    ways[first] = numbers[first]
    far = np.flatnonzero(ways >= STEPS)  # few: the others take the byte of their step
    leaps = ways[far] // np.uint16(STEPS)
    ways[far] -= leaps * np.uint16(STEPS)
    more = np.zeros(len(ways), np.int64)  # bytes before that of its step
    more[far] = (leaps + np.uint16(_LEAPS - 1)) // np.uint16(_LEAPS)
    places = np.cumsum(more)
    steps = np.full(len(ways) + int(places[-1:].sum()), _LONGEST_LEAP, np.uint8)
    places += np.arange(len(ways))
    steps[places] = ways.astype(np.uint8)
    steps[places[far] - 1] = STEPS + (leaps - np.uint16(1)) % np.uint16(_LEAPS)
    heads = heads[first]
    begins = np.append(places[first] - more[first], len(steps))
    borders = heads.searchsorted(np.arange(texts + 1, dtype=np.uint64) << np.uint64(16))
    return GramRows(
        begins[borders],
        steps,
        borders,
        heads << np.uint32(16) | (np.diff(begins) - 1).astype(np.uint32),
    )
