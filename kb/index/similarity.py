"""Scores plain words against one language's documents. Reads arrays only: no scikit-learn in a web worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from kb.index.neighbours import NeighbourFinder
from kb.index.postings import Floats, Ints, Postings, load_mapped
from kb.index.vocabulary import Vocabulary

# How much each scorer adds, after dividing its scores by its best for the query. Summing scorers of different
# kinds beats each of them and beats fusing ranks; docs/relevance.md has the figures behind each number.
SCORER_WEIGHTS = {
    "words": 1.0,  # BM25F
    "names": 0.5,  # for some FAQs the title alone beats the whole text
    "cosine": 1.0,  # words and word pairs: rewards the documents that are about nothing else
    "near": 1.0,  # misspelt, inflected and compound words
}
_MOST_TERMS = 2000  # of a query: a bound on work for pasted logs


@dataclass(frozen=True, slots=True)
class Scores:
    """One number a document for a query, float32."""

    fused: Floats
    """The sum of scorers, at most 1."""
    cosine: Floats
    exact: Floats
    """BM25F of the words exactly as asked: not 0 where at least one of them occurs."""


class SimilarityIndex:
    """The fitted weights of one language, memory-mapped."""

    def __init__(self, folder: Path, documents: int) -> None:
        self.documents = documents
        self.vocabulary = Vocabulary.load(folder / "terms.marisa")
        self.words = Postings.load(folder, "words")
        self._names = Postings.load(folder, "names")
        first_names: Any = load_mapped(folder / "first_names.npy")
        self._first_names, self._name_count = first_names[:-1], int(first_names[-1])
        self._cosines = Postings.load(folder, "cosines")
        self._pairs = Postings.load(folder, "pairs")
        self._pair_keys: Any = load_mapped(folder / "pair_keys.npy")
        self._idf: Floats = load_mapped(folder / "idf.npy")
        self._tfidf_idf: Floats = load_mapped(folder / "tfidf_idf.npy")
        self._rarest = float(np.log1p((documents + 0.5) / 0.5))
        self.neighbours = NeighbourFinder(
            self.vocabulary,
            Vocabulary.load(folder / "grams.marisa"),
            Postings.load(folder, "near"),
            load_mapped(folder / "gram_idf.npy"),
        )

    def score(self, terms: Sequence[str]) -> Scores:
        """Score every document for the analysed terms of a query; a repeated term counts repeatedly."""
        counted = Counter(terms[:_MOST_TERMS])
        numbered = {term: self.vocabulary.number(term) for term in counted}
        words, near = np.zeros(self.documents, np.float32), np.zeros(self.documents, np.float32)
        name_scores = np.zeros(self._name_count, np.float32)
        for term, count in counted.items():
            number = numbered[term]
            if number >= 0:
                self.words.add(number, count, words)
                self._names.add(number, count, name_scores)
            self._add_near(term, number, count, near)
        cosine = self._cosine([numbered[term] for term in terms[:_MOST_TERMS]])
        fused = np.zeros(self.documents, np.float32)
        names = np.maximum.reduceat(name_scores, self._first_names)
        scorers = {"words": words, "names": names, "cosine": cosine, "near": near}
        for name, weight in SCORER_WEIGHTS.items():
            best = float(np.max(scorers[name], initial=0))
            if best > 0:
                fused += scorers[name] * np.float32(weight / best)
        fused /= np.float32(sum(SCORER_WEIGHTS.values()))
        return Scores(fused, cosine, words)

    def evidence(self, terms: Sequence[str], documents: Ints) -> Floats:
        """The IDF mass of the query's different words that occur in each of ``documents``."""
        covered = np.zeros(len(documents), np.float32)
        for number, mass in self._masses(terms):
            if number >= 0:
                row = self.words.row(number)
                place = np.minimum(np.searchsorted(row, documents), len(row) - 1)
                covered[row[place] == documents] += mass
        return covered

    def mass(self, terms: Sequence[str]) -> float:
        """The IDF mass of a query's different words; never 0."""
        return sum(mass for _, mass in self._masses(terms)) or 1.0

    def known_share(self, terms: Sequence[str]) -> float:
        """The share of a query's IDF mass whose words are known at all; 0 for an empty query."""
        known = sum(mass for number, mass in self._masses(terms) if number >= 0)
        return known / self.mass(terms)

    def frequency(self, term: str) -> int:
        """How many documents hold a term."""
        number = self.vocabulary.number(term)
        return self.words.length(number) if number >= 0 else 0

    def idf(self, number: int) -> float:
        """How much a term says, by how few documents hold it."""
        return float(self._idf[number])

    def _masses(self, terms: Sequence[str]) -> list[tuple[int, float]]:
        """The number and the IDF of each different term; an unknown one says as much as the rarest."""
        numbers = (self.vocabulary.number(term) for term in set(terms))
        return [(n, self.idf(n) if n >= 0 else self._rarest) for n in numbers]

    def _add_near(self, term: str, number: int, count: int, scores: Floats) -> None:
        """Add the words close to a term, each as if it were a share of that term (similarity squared)."""
        idf = float(self._idf[number]) if number >= 0 else self._rarest
        found = self.neighbours.of(term)
        for near, similarity in zip(found.numbers.tolist(), found.similarities.tolist(), strict=True):
            near_idf = float(self._idf[near])
            if near_idf > 0:  # a rarer neighbour must not outweigh the word that was asked for
                factor = count * similarity**2 * min(idf, near_idf) / near_idf
                self.words.add(near, factor, scores)

    def _cosine(self, numbers: Sequence[int]) -> Floats:
        """scikit-learn's TF-IDF cosine (sublinear tf, smooth idf, l2) of words and word pairs."""
        pairs = pairwise(numbers)
        keys = [first << 32 | second for first, second in pairs if first >= 0 and second >= 0]
        counts = [(self._cosines, n, 0, c) for n, c in Counter(n for n in numbers if n >= 0).items()]
        counts += [
            (self._pairs, row, len(self._idf), c)
            for key, c in Counter(keys).items()
            if (row := self._pair(key)) >= 0
        ]
        weighted = [
            (postings, row, (1.0 + np.log(count)) * float(self._tfidf_idf[base + row]))
            for postings, row, base, count in counts
        ]
        scores = np.zeros(self.documents, np.float32)
        norm = float(np.sqrt(sum(weight**2 for _, _, weight in weighted)))
        for postings, row, weight in weighted:
            postings.add(row, weight / norm, scores)
        return scores

    def _pair(self, key: int) -> int:
        row = int(np.searchsorted(self._pair_keys, np.uint64(key)))
        return row if row < len(self._pair_keys) and int(self._pair_keys[row]) == key else -1
