"""Words close to a query word: misspelt, inflected or compounded, found by the trigrams they share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from kb.index.grams import count_grams, tfidf_idf
from kb.index.packed import Packed
from kb.index.postings import Floats, Ints, load_mapped, save_array
from kb.index.ragged import Offsets, offsets, owners
from kb.index.vocabulary import Vocabulary

LEAST_SIMILARITY = 0.3
MOST_NEIGHBOURS = 24
_SIZE = 3
_LEAST = np.float32(1e-6)  # instead of the length 0 of a word without trigrams
_LONGEST = 40  # characters of a word that are read, to bound the work


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Term numbers and their cosine similarity to the word, the closest first; the word itself has 1."""

    numbers: Ints
    similarities: Floats


@dataclass(frozen=True, slots=True)
class Trigrams:
    """Trigram ``g`` stands in the terms ``terms[indptr[g]:indptr[g+1]]`` of a vocabulary (ascending)."""

    indptr: Offsets
    terms: Packed
    idf: Floats
    """Of each trigram."""
    norms: Floats
    """The length of each term's vector of IDFs; a trigram counts once, however often it occurs in a term."""

    def save(self, folder: Path) -> None:
        for part in _PARTS:
            save_array(folder / f"trigrams.{part}.npy", getattr(self, part))
        self.terms.save(folder, "trigrams")

    @classmethod
    def load(cls, folder: Path) -> Trigrams:
        indptr, idf, norms = (load_mapped(folder / f"trigrams.{part}.npy") for part in _PARTS)
        return cls(indptr, Packed.load(folder, "trigrams"), idf, norms)


_PARTS = ("indptr", "idf", "norms")


def weigh_trigrams(vocabulary: Vocabulary) -> Trigrams:
    """The trigrams of the terms of a vocabulary."""
    counted = count_grams((term[:_LONGEST] for term in vocabulary.terms()), _SIZE)
    frequency = counted.frequency()
    idf = tfidf_idf(frequency, counted.texts)
    terms = owners(np.diff(counted.indptr))
    order = np.argsort(counted.grams, kind="stable")  # by trigram, then term
    squares = np.bincount(terms, np.square(idf.take(counted.grams)), minlength=counted.texts)
    return Trigrams(offsets(frequency), Packed.of(terms[order]), idf, np.sqrt(squares).astype(np.float32))


class NeighbourFinder:
    """Finds the terms of a vocabulary whose character trigrams resemble a word's."""

    def __init__(self, vocabulary: Vocabulary, trigrams: Trigrams) -> None:
        self._vocabulary = vocabulary
        self._trigrams = trigrams
        self.of = lru_cache(maxsize=4096)(self._find)

    def _find(self, word: str) -> Neighbours:
        itself = self._vocabulary.number(word)
        fitted = self._vocabulary.fitted  # a word that came after the fit has no trigrams yet
        if itself >= fitted or len(word) < 3 or any(c.isdigit() for c in word):
            return _only(itself)  # a code is right or wrong, never nearly right
        counted = count_grams([word[:_LONGEST]], _SIZE)
        trigrams = self._trigrams
        squares = np.square(trigrams.idf[counted.grams])
        similarities = np.zeros(fitted, np.float32)
        first, last = trigrams.indptr[counted.grams], trigrams.indptr[counted.grams.astype(np.int32) + 1]
        for begin, end, square in zip(first.tolist(), last.tolist(), squares, strict=True):
            similarities[trigrams.terms[begin:end].whole()] += square
        similarities /= np.maximum(trigrams.norms, _LEAST) * max(np.sqrt(squares.sum()), _LEAST)
        if itself >= 0:
            similarities[itself] = 1.0
        close = np.flatnonzero(similarities >= LEAST_SIMILARITY)
        order = np.lexsort((close, -similarities[close]))[:MOST_NEIGHBOURS]
        return Neighbours(close[order].astype(np.int32), similarities[close[order]])


def _only(number: int) -> Neighbours:
    known = [number] if number >= 0 else []
    return Neighbours(np.array(known, np.int32), np.ones(len(known), np.float32))
