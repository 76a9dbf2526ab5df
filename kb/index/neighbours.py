"""Words close to a query word: misspelt, inflected or compounded, found by the trigrams they share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from kb.index.grams import SUBLINEAR, GramCounts, count_grams, tfidf_idf
from kb.index.postings import Floats, Ints, Postings, load_mapped
from kb.index.ragged import owners
from kb.index.vocabulary import Vocabulary

LEAST_SIMILARITY = 0.3
MOST_NEIGHBOURS = 24
_SIZE = 3
_LONGEST = 40  # characters of a very long word that are read: a bound on work, not on sense


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Term numbers and their cosine similarity to the word, the closest first; the word itself has 1."""

    numbers: Ints
    similarities: Floats


@dataclass(frozen=True, slots=True)
class Trigrams:
    """The TF-IDF weights of each trigram (row) in the terms of a vocabulary, each term's vector of length 1."""

    postings: Postings
    idf: Floats

    def save(self, folder: Path) -> None:
        self.postings.save(folder, "trigrams")
        np.save(folder / "trigrams.idf.npy", self.idf)

    @classmethod
    def load(cls, folder: Path) -> Trigrams:
        return cls(Postings.load(folder, "trigrams"), load_mapped(folder / "trigrams.idf.npy"))


def weigh_trigrams(vocabulary: Vocabulary) -> Trigrams:
    """The trigrams of the terms of a vocabulary."""
    counted = count_grams((term[:_LONGEST] for term in vocabulary.terms()), _SIZE)
    frequency = counted.frequency()
    idf = tfidf_idf(frequency, counted.texts)
    terms = owners(np.diff(counted.indptr))
    weights = SUBLINEAR[counted.amounts] * idf[counted.grams] / counted.norms(idf)[terms]
    order = np.argsort(counted.grams, kind="stable")  # by trigram, then term
    indptr = np.concatenate([[0], np.cumsum(frequency)])
    return Trigrams(Postings(indptr, terms[order], weights[order].astype(np.float32)), idf)


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
        counted: GramCounts = count_grams([word[:_LONGEST]], _SIZE)
        weights = SUBLINEAR[counted.amounts] * self._trigrams.idf[counted.grams]
        norm = float(np.linalg.norm(weights)) or 1.0
        similarities = np.zeros(fitted, np.float32)
        postings = self._trigrams.postings
        for gram, weight in zip(counted.grams.tolist(), (weights / norm).tolist(), strict=True):
            span = postings.span(gram)
            similarities[postings.docs[span]] += postings.weights[span] * np.float32(weight)
        if itself >= 0:
            similarities[itself] = 1.0
        close = np.flatnonzero(similarities >= LEAST_SIMILARITY)
        order = np.lexsort((close, -similarities[close]))[:MOST_NEIGHBOURS]
        return Neighbours(close[order].astype(np.int32), similarities[close[order]])


def _only(number: int) -> Neighbours:
    known = [number] if number >= 0 else []
    return Neighbours(np.array(known, np.int32), np.ones(len(known), np.float32))
