"""What is fitted on all documents of a language, once; the weights of each document follow from it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kb.index.grams import Numbers
from kb.index.postings import Floats, load_mapped


@dataclass(frozen=True, slots=True)
class Statistics:
    """``totals`` are the number of documents and their mean length."""

    idf: Floats
    """BM25's IDF of each term."""
    gram_idf: Floats
    """scikit-learn's IDF of character n-grams, by number."""
    gram_numbers: Numbers
    """The number of each bucket of character n-grams, the smallest for the most frequent."""
    totals: Floats

    @property
    def documents(self) -> int:
        return int(self.totals[0])

    @property
    def mean_length(self) -> float:
        return float(self.totals[1])

    @property
    def rarest(self) -> float:
        """The IDF of a term that no document held."""
        return float(np.float32(math.log1p((self.documents + 0.5) / 0.5)))

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
        return replace(self, idf=np.concatenate([self.idf, np.full(later, self.rarest, np.float32)]))


_ARRAYS = ("idf", "gram_idf", "gram_numbers", "totals")


def bm25_idf(frequency: Any, documents: int) -> Floats:
    """Lucene's BM25 IDF: ln(1 + (N - n + 0.5) / (n + 0.5)), never negative."""
    idf: Floats = np.log1p((documents - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    return idf
