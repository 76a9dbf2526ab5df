"""Scores plain words against one language's documents. Reads arrays only: no scikit-learn in a web worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.index import evidence
from kb.index.characters import CharacterTable
from kb.index.neighbours import NeighbourFinder, Trigrams
from kb.index.postings import Floats, Ints, Layer, LayeredPostings, load_mapped
from kb.index.question import Question, ask
from kb.index.ragged import ranges
from kb.index.statistics import Statistics
from kb.index.tokens import TokenTable
from kb.index.vocabulary import Vocabulary
from kb.index.weights import Weights, length_norms

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
"""Read to find candidates, the rarest words first: a long message's "how" and "can" decide nothing."""


@dataclass(frozen=True, slots=True)
class Scores:
    """One number for each of some documents, float32."""

    fused: Floats
    """The sum of scorers, at most 1."""
    cosine: Floats
    """scikit-learn's TF-IDF cosine of character n-grams."""
    evidence: Floats
    """The information (IDF mass) of the query's words that the document holds."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """The documents that were fitted, or those that came later, which begin at slot ``first``."""

    first: int
    tokens: TokenTable
    lengths: Floats
    characters: CharacterTable
    norms: Floats
    name_norms: Floats

    @classmethod
    def load(cls, folder: Path, first: int, tokens: TokenTable, lengths: Floats) -> _Layer:
        norms, names = (load_mapped(folder / f"{name}.norms.npy") for name in ("grams", "names"))
        return cls(first, tokens, lengths, CharacterTable.load(folder), norms, names)


class SimilarityIndex:
    """The weights of one language: those of the fitted documents and, after them, those that came later."""

    def __init__(self, folders: Sequence[Path], tables: Sequence[TokenTable]) -> None:
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
            _Layer.load(folder, first, table, each.lengths)
            for folder, first, table, each in zip(folders, firsts[:-1], tables, weights, strict=True)
        ]
        self.neighbours = NeighbourFinder(self.vocabulary, Trigrams.load(base))

    @property
    def characters(self) -> list[CharacterTable]:
        """The character n-grams of all documents, layer by layer."""
        return [layer.characters for layer in self._layers]

    def ask(self, terms: Sequence[str], text: str) -> Question:
        """The question that a query's analysed terms, and its text, ask of these documents."""
        return ask(terms, text, self.vocabulary, self.statistics, self.neighbours)

    def found(self, question: Question) -> Floats:
        """A first score of every document, 0 where it holds none of the words: BM25F over the telling words."""
        scores = np.zeros(self.documents, np.float32)
        read = 0
        lengths = np.array([self.words.length(term) for term in question.terms.tolist()], np.int64)
        for row in np.argsort(lengths, kind="stable").tolist():
            if read and read + lengths[row] > MOST_POSTINGS:
                break
            read += int(lengths[row])
            self.words.add(int(question.terms[row]), float(question.factors[row]), scores)
        return scores

    def compare(self, question: Question, documents: Ints) -> Scores:
        """Compare some documents with the question by all scorers."""
        parts: dict[str, Floats] = {name: np.zeros(len(documents), np.float32) for name in _PARTS}
        row_of_term = np.full(len(self.vocabulary), -1, np.int16)
        row_of_term[question.terms] = np.arange(len(question.terms), dtype=np.int16)
        idf = self.statistics.idf[question.terms]
        for layer in self._layers:
            chosen = np.flatnonzero(
                (documents >= layer.first) & (documents < layer.first + layer.tokens.documents)
            )
            if not len(chosen):
                continue
            own = documents[chosen] - layer.first
            found = evidence.match(layer.tokens, own, row_of_term, len(question.terms))
            held = evidence.amounts(found, question)
            norms = length_norms(layer.lengths[own], self.statistics.mean_length)
            parts["words"][chosen] = evidence.bm25(held, question, idf, norms)
            parts["evidence"][chosen] = evidence.covered(held, question)
            parts["grams"][chosen] = layer.characters.whole.dots(own, question.grams) / layer.norms[own]
            parts["names"][chosen] = _best_names(layer, own, question)
            parts["named"][chosen] = evidence.named(found, question)
            parts["followed"][chosen] = evidence.followed(found, question)
            parts["together"][chosen] = evidence.together(found, question)
        return Scores(_fused(parts), parts["grams"], parts["evidence"])

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
        return float(self.statistics.idf[number])

    def _masses(self, terms: Sequence[str]) -> list[tuple[int, float]]:
        """The number and the IDF of each different term; an unknown one says as much as the rarest."""
        numbers = (self.vocabulary.number(term) for term in set(terms))
        return [(n, self.idf(n) if n >= 0 else self.statistics.rarest) for n in numbers]


_PARTS = (*SCORER_WEIGHTS, "evidence")


def load_vocabulary(base: Path, delta: Path | None) -> Vocabulary:
    """The vocabulary of a partition's folders."""
    later = (delta / "later.txt").read_text(encoding="utf-8").split() if delta else []
    return Vocabulary.load(base / "terms.marisa", later)


def _best_names(layer: _Layer, documents: Ints, question: Question) -> Floats:
    """The cosine of the question and the name of each document that is most like it."""
    first = layer.characters.first_names[documents]
    lengths = layer.characters.first_names[documents + 1] - first
    names = ranges(first, lengths)
    cosines = layer.characters.names.dots(names, question.grams) / layer.name_norms[names]
    starts = np.cumsum(lengths) - lengths
    return np.asarray(np.maximum.reduceat(cosines, starts), np.float32)


def _fused(parts: dict[str, Floats]) -> Floats:
    fused = np.zeros(len(parts["words"]), np.float32)
    for name, weight in SCORER_WEIGHTS.items():
        best = float(np.max(parts[name], initial=0))
        if best > 0:
            fused += parts[name] * np.float32(weight / best)
    return fused / np.float32(sum(SCORER_WEIGHTS.values()))
