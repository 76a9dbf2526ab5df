"""Term-major sparse weights: one row a term, so that a query reads only the rows of its own terms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Postings:
    """Row ``r`` holds documents ``docs[indptr[r]:indptr[r+1]]`` (ascending) and their weights, float32."""

    indptr: Offsets
    docs: Ints
    weights: Floats

    @classmethod
    def load(cls, folder: Path, name: str) -> Postings:
        """Memory-mapped, read-only: shared by every process that maps the same files."""
        return cls(*(load_mapped(folder / f"{name}.{part}.npy") for part in _PARTS))

    def save(self, folder: Path, name: str) -> None:
        for part, array in zip(_PARTS, (self.indptr, self.docs, self.weights), strict=True):
            np.save(folder / f"{name}.{part}.npy", array)

    def add(self, row: int, factor: float, scores: Floats) -> None:
        """Add ``factor`` times the weights of a row to the scores of its documents, in place."""
        start, end = self.indptr[row], self.indptr[row + 1]
        scores[self.docs[start:end]] += np.float32(factor) * self.weights[start:end]

    def row(self, row: int) -> Ints:
        """The documents of a row."""
        return self.docs[self.indptr[row] : self.indptr[row + 1]]

    def length(self, row: int) -> int:
        """How many documents a row holds."""
        return int(self.indptr[row + 1] - self.indptr[row])


_PARTS = ("indptr", "docs", "weights")


def load_mapped(path: Path) -> Any:
    """A saved array, memory-mapped; as a plain array, since ``np.memmap`` costs microseconds a slice."""
    return np.load(path, mmap_mode="r").view(np.ndarray)
