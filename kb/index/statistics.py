"""What is fitted on all documents of a language, once; the weights of each document follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.index.postings import Floats, Keys, load_mapped


@dataclass(frozen=True, slots=True)
class Statistics:
    """Arrays have one number a term (or pair); ``totals`` are documents, mean length, mean length of a name."""

    idf: Floats
    """BM25's IDF over whole documents."""
    name_idf: Floats
    """BM25's IDF over names (titles and questions)."""
    tfidf_idf: Floats
    """scikit-learn's IDF of terms."""
    pair_keys: Keys
    """The pairs of neighbouring terms, ascending: ``first << 32 | second``."""
    pair_idf: Floats
    """scikit-learn's IDF of pairs."""
    totals: Floats

    @property
    def documents(self) -> int:
        return int(self.totals[0])

    @property
    def mean_length(self) -> float:
        return float(self.totals[1])

    @property
    def mean_name_length(self) -> float:
        return float(self.totals[2])

    def save(self, folder: Path) -> None:
        for name in _ARRAYS:
            np.save(folder / f"statistics.{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> Statistics:
        return cls(*(load_mapped(folder / f"statistics.{name}.npy") for name in _ARRAYS))

    def extended(self, terms: int) -> Statistics:
        """For a vocabulary of ``terms`` terms: one that came after the fit says as much as the rarest."""
        later = terms - len(self.idf)
        if later <= 0:
            return self
        rarest = bm25_idf(np.zeros(1), self.documents)[0]
        return Statistics(
            np.concatenate([self.idf, np.full(later, rarest, np.float32)]),
            np.concatenate([self.name_idf, np.full(later, rarest, np.float32)]),
            np.concatenate([self.tfidf_idf, np.full(later, self.rarest_tfidf, np.float32)]),
            self.pair_keys,
            self.pair_idf,
            self.totals,
        )

    @property
    def rarest_tfidf(self) -> float:
        """scikit-learn's smooth IDF of what no document held: ln(1 + N) + 1."""
        return float(np.log1p(self.documents) + 1)

    def idf_of_pairs(self, keys: Keys) -> Floats:
        """scikit-learn's IDF of each pair."""
        if not len(self.pair_keys):
            return np.full(len(keys), self.rarest_tfidf, np.float32)
        places = np.minimum(np.searchsorted(self.pair_keys, keys), len(self.pair_keys) - 1)
        known = self.pair_keys[places] == keys
        return np.where(known, self.pair_idf[places], np.float32(self.rarest_tfidf)).astype(np.float32)


_ARRAYS = ("idf", "name_idf", "tfidf_idf", "pair_keys", "pair_idf", "totals")


def bm25_idf(frequency: Any, documents: int) -> Floats:
    """Lucene's BM25 IDF: ln(1 + (N - n + 0.5) / (n + 0.5)), never negative."""
    idf: Floats = np.log1p((documents - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    return idf
