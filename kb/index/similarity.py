"""Scores plain words against one language's documents. Reads arrays only: no scikit-learn in a web worker."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from kb.index.neighbours import NeighbourFinder
from kb.index.postings import Floats, Ints, Layer, LayeredPostings, Postings, load_mapped
from kb.index.statistics import Statistics, bm25_idf
from kb.index.vocabulary import Vocabulary
from kb.index.weights import Weights

# How much each scorer adds, after dividing its scores by its best for the query. Summing scorers of different
# kinds beats each of them and beats fusing ranks; docs/relevance.md has the figures behind each number.
SCORER_WEIGHTS = {
    "words": 1.0,  # BM25F
    "names": 0.75,  # for some FAQs the title alone beats the whole text
    "cosine": 0.75,  # words and word pairs: rewards the documents that are about nothing else
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
    """The weights of one language: those of the fitted documents and, after them, those that came later."""

    def __init__(self, base: Path, delta: Path | None) -> None:
        statistics = Statistics.load(base)
        self.vocabulary = load_vocabulary(base, delta)
        self._statistics = statistics.extended(len(self.vocabulary))
        weights = [Weights.load(folder) for folder in (base, delta) if folder]
        sizes = [len(each.first_names) - 1 for each in weights]
        names = [int(each.first_names[-1]) for each in weights]
        self.documents, self._name_count = sum(sizes), sum(names)
        self._first_names = np.concatenate(
            [each.first_names[:-1] + (names[0] if place else 0) for place, each in enumerate(weights)]
        )
        self.words = _layered([each.words for each in weights], sizes)
        self._names = _layered([each.names for each in weights], names)
        self._cosines = _layered([each.cosines for each in weights], sizes)
        self._pairs = _layered([each.pairs for each in weights], sizes)
        self._rarest = float(bm25_idf(np.zeros(1), statistics.documents)[0])
        self.neighbours = NeighbourFinder(
            self.vocabulary,
            Vocabulary.load(base / "grams.marisa"),
            Postings.load(base, "grams"),
            load_mapped(base / "grams.idf.npy"),
        )

    def score(self, terms: Sequence[str]) -> Scores:
        """Score every document for the analysed terms of a query; a repeated term counts repeatedly."""
        counted = Counter(terms[:_MOST_TERMS])
        numbered = {term: self.vocabulary.number(term) for term in counted}
        known = {numbered[term]: float(count) for term, count in counted.items() if numbered[term] >= 0}
        words = self.words.scores(known, self.documents)
        near = self.words.scores(self._near(counted, numbered), self.documents)
        names = np.maximum.reduceat(self._names.scores(known, self._name_count), self._first_names)
        cosine = self._cosine([numbered[term] for term in terms[:_MOST_TERMS]])
        fused = np.zeros(self.documents, np.float32)
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
                if not len(row):
                    continue
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
        return float(self._statistics.idf[number])

    def _masses(self, terms: Sequence[str]) -> list[tuple[int, float]]:
        """The number and the IDF of each different term; an unknown one says as much as the rarest."""
        numbers = (self.vocabulary.number(term) for term in set(terms))
        return [(n, self.idf(n) if n >= 0 else self._rarest) for n in numbers]

    def _near(self, counted: Mapping[str, int], numbered: Mapping[str, int]) -> dict[int, float]:
        """The words close to the query's, each as a share of the word it resembles (similarity squared)."""
        factors: dict[int, float] = {}
        for term, count in counted.items():
            number = numbered[term]
            idf = self.idf(number) if number >= 0 else self._rarest
            found = self.neighbours.of(term)
            near_idf = self._statistics.idf[found.numbers]
            # a rarer neighbour must not outweigh the word that was asked for
            shares = count * found.similarities**2 * np.minimum(idf, near_idf) / np.maximum(near_idf, 1e-9)
            for near, share in zip(found.numbers.tolist(), shares.tolist(), strict=True):
                factors[near] = factors.get(near, 0.0) + share
        return factors

    def _cosine(self, numbers: Sequence[int]) -> Floats:
        """scikit-learn's TF-IDF cosine (sublinear tf, smooth idf, l2) of words and word pairs."""
        known = Counter(number for number in numbers if number >= 0)
        pairs = Counter(a << 32 | b for a, b in pairwise(numbers) if a >= 0 and b >= 0)
        pairs = Counter({key: count for key, count in pairs.items() if self._pairs.length(key)})
        term_idf = self._statistics.tfidf_idf[np.fromiter(known, np.int64, len(known))]
        pair_idf = self._statistics.idf_of_pairs(np.fromiter(pairs, np.uint64, len(pairs)))
        terms = _weighted(known, term_idf)
        both = _weighted(pairs, pair_idf)
        norm = np.sqrt(sum(w**2 for w in terms.values()) + sum(w**2 for w in both.values())) or 1.0
        found = self._cosines.scores(terms, self.documents) + self._pairs.scores(both, self.documents)
        return np.asarray(found / np.float32(norm), np.float32)


def _weighted(counts: Mapping[int, int], idf: Floats) -> dict[int, float]:
    """scikit-learn's weight of each key: (1 + ln count) times its IDF."""
    return {
        key: (1.0 + math.log(count)) * of_key
        for (key, count), of_key in zip(counts.items(), idf.tolist(), strict=True)
    }


def load_vocabulary(base: Path, delta: Path | None) -> Vocabulary:
    """The vocabulary of a partition's folders."""
    later = (delta / "later.txt").read_text(encoding="utf-8").split() if delta else []
    return Vocabulary.load(base / "terms.marisa", later)


def _layered(postings: Sequence[Postings], sizes: Sequence[int]) -> LayeredPostings:
    firsts = [sum(sizes[:place]) for place in range(len(sizes))]
    return LayeredPostings([Layer(first, each) for first, each in zip(firsts, postings, strict=True)])
