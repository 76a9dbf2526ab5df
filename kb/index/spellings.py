"""The words of one language as its documents write them, for correcting misspelt ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.index.grams import codepoints
from kb.index.postings import load_mapped, save_array
from kb.index.ragged import Offsets, offsets

Letters = NDArray[np.uint32]

_MOST_COUNTED = 255  # characters of a word
_PARTS = ("shapes", "letters", "offsets", "text")


@dataclass(frozen=True, slots=True)
class _Written:
    """Words of fitted documents, by first letter, then by length, so that close ones lie in one stretch."""

    shapes: Letters
    """The first letter and the length of each word, ascending."""
    letters: Letters
    """A bit for each letter that a word has. An edit changes at most two bits, which rules most words out."""
    offsets: Offsets
    """Where each word begins in ``text``, in bytes, and last where all end."""
    text: NDArray[np.uint8]

    @classmethod
    def of(cls, words: Iterable[str]) -> _Written:
        every = sorted(set(words))
        lengths = np.array([len(word) for word in every], np.int64)
        codes, begins = codepoints("".join(every)), offsets(lengths)[:-1]
        shapes = _shapes(codes[begins], lengths)
        order = np.argsort(shapes, kind="stable")
        letters = np.bitwise_or.reduceat(_bits(codes), begins) if every else codes
        encoded = [every[place].encode("utf-8") for place in order.tolist()]
        text = np.frombuffer(b"".join(encoded), np.uint8)
        return cls(shapes[order], letters[order], offsets([len(each) for each in encoded]), text)

    @classmethod
    def load(cls, folder: Path) -> _Written:
        return cls(*(load_mapped(folder / f"words.{part}.npy") for part in _PARTS))

    def save(self, folder: Path) -> None:
        for part in _PARTS:
            save_array(folder / f"words.{part}.npy", getattr(self, part))

    def __iter__(self) -> Iterator[str]:
        return map(self._word, range(len(self.shapes)))

    def alike(self, word: str, edits: int) -> list[str]:
        """The words that may be within so many edits, some of which are not."""
        codes, length = codepoints(word), len(word)
        lengths = np.array([max(length - edits, 0), length + edits + 1])
        first, last = self.shapes.searchsorted(_shapes(codes[:1], lengths)).tolist()
        typed = np.bitwise_or.reduce(_bits(codes), keepdims=True)  # as NumPy 2.5 types it
        others = np.bitwise_count(self.letters[first:last] ^ typed)
        return [self._word(first + place) for place in np.flatnonzero(others <= 2 * edits).tolist()]

    def _word(self, number: int) -> str:
        begin, end = self.offsets[number : number + 2].tolist()
        return self.text[begin:end].tobytes().decode("utf-8")


class Spellings:
    """Words, each once, folded. A word whose documents have all gone may stay until the language is fitted anew."""

    def __init__(self, fitted: _Written, later: tuple[str, ...]) -> None:
        self._fitted = fitted
        self.later = later
        """The words of the documents that came later."""

    @classmethod
    def load(cls, base: Path, delta: Path | None) -> Spellings:
        later = (delta / "words.txt").read_text(encoding="utf-8").split() if delta else []
        return cls(_Written.load(base), tuple(later))

    def every(self) -> Iterable[str]:
        """All words."""
        return [*self._fitted, *self.later]

    def close(self, word: str, edits: int) -> tuple[str, ...]:
        """Words within so many edits (a letter more, less or another, or two swapped), the first letter kept."""
        if not word:
            return ()
        later = [
            known for known in self.later if known[0] == word[0] and -edits <= len(known) - len(word) <= edits
        ]
        alike = [*self._fitted.alike(word, edits), *later]
        found = process.extract_iter(word, alike, scorer=OSA.distance, score_cutoff=edits)
        return tuple(sorted({known for known, _, _ in found}))


def write_base(folder: Path, words: Iterable[str]) -> None:
    """Write the words of fitted documents."""
    _Written.of(words).save(folder)


def write_delta(folder: Path, words: Iterable[str]) -> None:
    """Write the words of the documents that came later."""
    (folder / "words.txt").write_text("\n".join(sorted(words)), encoding="utf-8")


def _shapes(first: Letters, lengths: NDArray[np.int64]) -> Letters:
    """A first letter and a length as one number."""
    return first << np.uint32(8) | np.minimum(lengths, _MOST_COUNTED).astype(np.uint32)


def _bits(codes: Letters) -> Letters:
    """A bit for each character; those of one alphabet share none."""
    return np.uint32(1) << (codes & np.uint32(31))
