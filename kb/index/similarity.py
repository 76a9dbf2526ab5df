"""Scores plain words against one language's documents. Reads arrays only: no scikit-learn in a web worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kb.index.arithmetic import PARTS, Arithmetic
from kb.index.characters import CharacterTable
from kb.index.fast import open_arithmetic
from kb.index.layer import DocumentLayer, Lookup
from kb.index.neighbours import NeighbourFinder, Trigrams
from kb.index.postings import Floats, Ints, Layer, LayeredPostings
from kb.index.question import Question, ask
from kb.index.scratch import PerThread
from kb.index.shortlist import Attributes, Shortlist, Wanted
from kb.index.statistics import Statistics
from kb.index.tokens import TokenTable
from kb.index.vocabulary import Vocabulary
from kb.index.weights import Weights, row_weights

# How much each scorer adds, after dividing its scores by its best for the query. Summing scorers of different
# kinds beats each of them and beats fusing ranks; docs/relevance.md has the figures behind each number.
SCORER_WEIGHTS = {
    "words": 1.0,  # BM25F
    "grams": 1.5,  # character n-grams: other forms of the words, and words beside each other
    "names": 0.25,  # for some FAQs the title alone beats the whole text
    "named": 0.25,  # "reset password" must beat articles that mention it once
    "followed": 0.2,  # phrases
    "together": 0.5,  # an answer in one place beats its words strewn about
}
MOST_POSTINGS = 1 << 17
"""Postings that are read to find candidates, the rarest words first: the "how" and "can" of a long message decide
nothing."""


class Scores(Struct, frozen=True):
    """One number for each of some documents, float32."""

    fused: Floats
    """The sum of scorers, at most 1."""
    cosine: Floats
    """scikit-learn's TF-IDF cosine of character n-grams."""
    evidence: Floats
    """The information (IDF mass) of the query's words that the document holds."""


class SimilarityIndex:
    """The weights of one language: those of the fitted documents and, after them, those that came later."""

    def __init__(
        self, folders: Sequence[Path], tables: Sequence[TokenTable], arithmetic: Arithmetic | None = None
    ) -> None:
        """:param arithmetic: the fastest that there is, if not given."""
        base, *delta = folders
        self.vocabulary = load_vocabulary(base, delta[0] if delta else None)
        self.statistics = Statistics.load(base).extended(len(self.vocabulary))
        weights = [Weights.load(folder) for folder in folders]
        firsts = [0, *np.cumsum([table.documents for table in tables]).tolist()]
        self.documents = firsts[-1]
        self.words = LayeredPostings(
            [Layer(first, each.words) for first, each in zip(firsts[:-1], weights, strict=True)]
        )
        self._layers = [
            DocumentLayer.load(folder, first, table, each.lengths)
            for folder, first, table, each in zip(folders, firsts[:-1], tables, weights, strict=True)
        ]
        self.neighbours = NeighbourFinder(self.vocabulary, Trigrams.load(base))
        self._given = arithmetic
        self._lookup = PerThread(lambda: Lookup.of(len(self.vocabulary)))

    @cached_property
    def arithmetic(self) -> Arithmetic:
        """The sums."""
        return self._given or open_arithmetic()  # not before a query: a build needs none

    @property
    def characters(self) -> list[CharacterTable]:
        """The character n-grams of all documents, layer by layer."""
        return [layer.characters for layer in self._layers]

    def ask(self, terms: Sequence[str], text: str) -> Question:
        """The question that a query's analysed terms, and its text, ask of these documents."""
        grams = self.arithmetic.weigh_query(text, self.statistics)
        return ask(terms, grams, self.vocabulary, self.statistics, self.neighbours)

    def shortlist(self, question: Question, attributes: Attributes, wanted: Wanted) -> Shortlist:
        """The documents that the telling words find first."""
        rows = self._telling(question)
        terms, factors = question.terms[rows], self._factors(question)[rows]
        return self.arithmetic.shortlist(self.words, terms, factors, attributes, wanted)

    def found(self, question: Question) -> Floats:
        """A first score of every document, 0 where it holds none of the words: BM25F over the telling words."""
        scores = np.zeros(self.documents, np.float32)
        factors = self._factors(question)
        for row in self._telling(question).tolist():
            self.words.add(int(question.terms[row]), float(factors[row]), scores)
        return scores

    def _factors(self, question: Question) -> Floats:
        """What one step of each row's weights is worth in this question."""
        return question.factors * row_weights(self.statistics, question.terms)

    def _telling(self, question: Question) -> NDArray[np.intp]:
        """The question's rows that are read to find candidates, the rarest words first."""
        lengths = self.words.lengths(question.terms)
        rarest = np.argsort(lengths, kind="stable")
        read = np.cumsum(lengths[rarest])
        if not len(read) or read[-1] <= MOST_POSTINGS:
            return rarest
        too_many = (read > MOST_POSTINGS) & (read > lengths[rarest])
        return rarest[: int(np.argmax(too_many))] if too_many.any() else rarest

    def compare(self, question: Question, documents: Ints) -> Scores:
        """Compare some documents, ascending, with the question by all scorers."""
        parts = np.empty((len(PARTS), len(documents)), np.float32)
        with self._asked(question) as lookup:
            for layer in self._layers:
                own = layer.of(documents)
                if own.start < own.stop:
                    parts[:, own] = self._compare(
                        layer, documents[own] - np.int32(layer.first), question, lookup
                    )
        return Scores(_fused(parts[: len(SCORER_WEIGHTS)]), parts[_GRAMS], parts[_EVIDENCE])

    def _compare(self, layer: DocumentLayer, documents: Ints, question: Question, lookup: Lookup) -> Floats:
        """The parts of some documents of a layer."""
        return self.arithmetic.compare(layer, documents, question, lookup, self.statistics)

    @contextmanager
    def _asked(self, question: Question) -> Iterator[Lookup]:
        """A lookup filled with a question, and cleared afterwards."""
        with self._lookup.lent() as lookup:
            lookup.row_of_term[question.terms] = np.arange(len(question.terms), dtype=np.int16)
            lookup.grams[question.grams.numbers] = question.grams.weights
            yield lookup
            lookup.row_of_term[question.terms] = -1
            lookup.grams[question.grams.numbers] = 0

    def known_share(self, terms: Sequence[str]) -> float:
        """The share of a query's IDF mass whose words are known at all; 0 for an empty query."""
        masses = self.masses(terms)
        known = sum(mass for number, mass in masses if number >= 0)
        return known / (sum(mass for _, mass in masses) or 1.0)

    def frequency(self, term: str) -> int:
        """How many documents hold a term."""
        number = self.vocabulary.number(term)
        return self.words.length(number) if number >= 0 else 0

    def idf(self, number: int) -> float:
        """How much a term says, by how few documents hold it."""
        return float(self.statistics.idf[number])

    def masses(self, terms: Sequence[str]) -> list[tuple[int, float]]:
        """The number and the IDF of each different term; an unknown one says as much as the rarest."""
        numbers = (self.vocabulary.number(term) for term in set(terms))
        rarest = self.statistics.rarest
        return [(n, self.idf(n) if n >= 0 else rarest) for n in numbers]


_GRAMS, _NAMES, _EVIDENCE = (PARTS.index(part) for part in ("grams", "names", "evidence"))
_SAME = 0.99
"""Cosine of two names that differ in case, accents or signs at most; one other letter makes a long one 0.96."""
_WEIGHTS = np.array(list(SCORER_WEIGHTS.values()), np.float32) / np.float32(sum(SCORER_WEIGHTS.values()))
_LEAST = np.float32(1e-20)  # divides the scores of a scorer that are all 0


def load_vocabulary(base: Path, delta: Path | None) -> Vocabulary:
    """The vocabulary of a partition's folders."""
    later = (delta / "later.txt").read_text(encoding="utf-8").split() if delta else []
    return Vocabulary.load(base / "terms.marisa", later)


def _fused(parts: Floats) -> Floats:
    """Each scorer divided by its best, weighted, summed: at most 1, and 1 for the best that is named as the query.

    :param parts: a row for each of :data:`SCORER_WEIGHTS`.
    """
    best = parts.max(axis=1, initial=_LEAST)
    fused = np.asarray((_WEIGHTS / best) @ parts, np.float32)
    if best[_NAMES] >= _SAME:
        called = parts[_NAMES] >= _SAME
        fused[called] += 1 - fused[called].max()
    return fused
