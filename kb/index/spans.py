"""Where tokens stand in their passages, a byte each: few pairs of a gap and a length make up nearly all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kb.index.postings import Ints, load_mapped, save_array
from kb.index.ragged import Offsets, gathered, offsets, ranges

Codes = NDArray[np.uint8]

RARE = 255
"""The code of a token whose pair is rare."""
_BEFORE, _AFTER = 128, 128
"""Gaps from -128 to 127 may be common."""
_PAIRS = 1 << 16  # of such a gap and a length


class Places(Struct, frozen=True):
    """Where some tokens stand, one row of tokens after another."""

    gaps: Ints
    """How many characters after the end of the token before it, or the beginning of its passage, each token begins;
    negative where it begins before that end, as the pieces of a compound do."""
    lengths: Ints
    """How many characters it has."""

    def ends(self) -> Ints:
        """Running ends of the tokens, not reset where a row or a passage begins."""
        return np.cumsum(self.gaps + self.lengths, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Spans:
    """The places of tokens: the 255 most common pairs of a gap and a length have a code, others stand in full."""

    codes: Codes
    """Of each token; 255 where its pair is rare."""
    gaps: Ints
    """By code."""
    lengths: Ints
    """By code."""
    rare: Offsets
    """The tokens whose pair is rare, ascending."""
    rare_gaps: Ints
    rare_lengths: Codes

    @classmethod
    def of(cls, places: Places) -> Spans:
        gaps, lengths = places.gaps, places.lengths
        near = (gaps >= -_BEFORE) & (gaps < _AFTER)
        pairs = np.where(near, (gaps + _BEFORE) << 8 | lengths, _PAIRS)
        common = np.argsort(-np.bincount(pairs, minlength=_PAIRS)[:_PAIRS], kind="stable")[:RARE]
        code_of = np.full(_PAIRS + 1, RARE, np.uint8)
        code_of[common] = np.arange(RARE, dtype=np.uint8)
        codes = code_of.take(pairs)
        rare = np.flatnonzero(codes == RARE)
        decoded = np.append(common, _BEFORE << 8).astype(np.int32)
        return cls(
            *(codes, (decoded >> 8) - np.int32(_BEFORE), decoded & np.int32(255)),
            *(rare, gaps[rare], lengths[rare].astype(np.uint8)),
        )

    @classmethod
    def joined(cls, parts: Sequence[Spans]) -> Spans:
        """Those of several, one after another."""
        places = [part.read(np.zeros(1, np.int64), np.array([len(part.codes)])) for part in parts]
        return cls.of(
            Places(
                np.concatenate([each.gaps for each in places]),
                np.concatenate([each.lengths for each in places]),
            )
        )

    def read(self, first: Offsets, last: Offsets) -> Places:
        """The places of the tokens from ``first`` to before ``last`` of each row."""
        codes = gathered(self.codes, first, last)
        gaps, lengths = self.gaps.take(codes), self.lengths.take(codes)
        rare = (codes == RARE).nonzero()[0]
        if len(rare):
            ends = np.cumsum(last - first)
            tokens = rare + (last - ends)[ends.searchsorted(rare, "right")]
            numbers = self.rare.searchsorted(tokens.astype(self.rare.dtype))  # or all of them were converted
            gaps[rare], lengths[rare] = self.rare_gaps[numbers], self.rare_lengths[numbers]
        return Places(gaps, lengths)

    def take(self, first: Offsets, last: Offsets) -> Spans:
        """Those from ``first`` to before ``last`` of each row."""
        begins = self.rare.searchsorted(first)
        held = self.rare.searchsorted(last) - begins
        numbers = ranges(begins, held)
        moved = offsets(last - first)[:-1] - first
        return Spans(
            gathered(self.codes, first, last),
            *(self.gaps, self.lengths),
            self.rare[numbers] + np.repeat(moved, held),
            *(self.rare_gaps[numbers], self.rare_lengths[numbers]),
        )

    def save(self, folder: Path) -> None:
        for part in _PARTS:
            save_array(folder / f"spans.{part}.npy", getattr(self, part))

    @classmethod
    def load(cls, folder: Path) -> Spans:
        return cls(*(load_mapped(folder / f"spans.{part}.npy") for part in _PARTS))


_PARTS = ("codes", "gaps", "lengths", "rare", "rare_gaps", "rare_lengths")
