"""Words close to a query word: misspelt, inflected or compounded, found by the trigrams they share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kb.index.postings import Floats, Ints, Postings
from kb.index.vocabulary import Vocabulary

LEAST_SIMILARITY = 0.3
MOST_NEIGHBOURS = 24
_MOST_GRAMS = 40  # of a very long word: a bound on work, not on sense


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Term numbers and their cosine similarity to the word, the closest first; the word itself has 1."""

    numbers: Ints
    similarities: Floats


class NeighbourFinder:
    """Finds the terms of a vocabulary whose character trigrams resemble a word's."""

    def __init__(self, vocabulary: Vocabulary, grams: Vocabulary, near: Postings, gram_idf: Floats) -> None:
        self._vocabulary = vocabulary
        self._grams = grams
        self._near = near
        self._gram_idf = gram_idf
        self._rarest = float(np.max(gram_idf, initial=1.0))
        self.of = lru_cache(maxsize=4096)(self._find)

    def _find(self, word: str) -> Neighbours:
        itself = self._vocabulary.number(word)
        if any(c.isdigit() for c in word) or len(word) < 3:  # a code is right or wrong, never nearly right
            return _only(itself)
        counts: dict[str, int] = {}
        for gram in trigrams(word)[:_MOST_GRAMS]:
            counts[gram] = counts.get(gram, 0) + 1
        rows, factors, norm = [], [], 0.0
        for gram, count in counts.items():
            row = self._grams.number(gram)
            idf = float(self._gram_idf[row]) if row >= 0 else self._rarest
            norm += (count * idf) ** 2
            if row >= 0:
                rows.append(row)
                factors.append(count * idf)
        if not rows:
            return _only(itself)
        near = self._near
        spans = [slice(int(near.indptr[row]), int(near.indptr[row + 1])) for row in rows]
        terms = np.concatenate([near.docs[span] for span in spans])
        weights = np.concatenate(
            [near.weights[span] * np.float32(f) for span, f in zip(spans, factors, strict=True)]
        )
        similarities = np.bincount(terms, weights=weights, minlength=self._vocabulary.fitted) / np.sqrt(norm)
        if itself >= len(similarities):  # a word that came after the fit has no trigrams yet
            return _only(itself)
        if itself >= 0:
            similarities[itself] = 1.0
        close = np.flatnonzero(similarities >= LEAST_SIMILARITY)
        order = np.lexsort((close, -similarities[close]))[:MOST_NEIGHBOURS]
        chosen = close[order]
        return Neighbours(chosen.astype(np.int32), similarities[chosen].astype(np.float32))


def _only(number: int) -> Neighbours:
    known = [number] if number >= 0 else []
    return Neighbours(np.array(known, np.int32), np.ones(len(known), np.float32))


def trigrams(word: str) -> list[str]:
    """Character trigrams of a word with its edges marked; a short word gives itself."""
    edged = f" {word} "
    return [edged[i : i + 3] for i in range(max(1, len(edged) - 2))]
