"""Sparse weights by row: a query reads only the rows of its own terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Postings:
    """Row ``r`` holds documents ``docs[indptr[r]:indptr[r+1]]`` (ascending) and their weights, float32.

    Row ``r`` is that of key ``keys[r]`` (ascending); without keys, row ``r`` is that of key ``r``.
    """

    indptr: Offsets
    docs: Ints
    weights: Floats
    keys: Keys | None = None

    @classmethod
    def load(cls, folder: Path, name: str) -> Postings:
        """Memory-mapped, read-only: shared by every process that maps the same files."""
        keys = folder / f"{name}.keys.npy"
        return cls(
            load_mapped(folder / f"{name}.indptr.npy"),
            load_mapped(folder / f"{name}.docs.npy"),
            load_mapped(folder / f"{name}.weights.npy"),
            load_mapped(keys) if keys.exists() else None,
        )

    def save(self, folder: Path, name: str) -> None:
        np.save(folder / f"{name}.indptr.npy", self.indptr)
        np.save(folder / f"{name}.docs.npy", self.docs)
        np.save(folder / f"{name}.weights.npy", self.weights)
        if self.keys is not None:
            np.save(folder / f"{name}.keys.npy", self.keys)

    def span(self, key: int) -> slice:
        """Where the row of a key stands; empty where there is none."""
        row = key
        if self.keys is not None:
            row = int(np.searchsorted(self.keys, np.uint64(key)))
            if row == len(self.keys) or int(self.keys[row]) != key:
                return slice(0, 0)
        elif row >= len(self.indptr) - 1:
            return slice(0, 0)
        return slice(int(self.indptr[row]), int(self.indptr[row + 1]))


@dataclass(frozen=True, slots=True)
class Layer:
    """Postings whose document ``d`` is document ``first + d`` of the whole."""

    first: int
    postings: Postings


@dataclass(frozen=True, slots=True)
class LayeredPostings:
    """The rows of several postings as one: the layers' documents follow each other."""

    layers: Sequence[Layer]

    def scores(self, factors: Mapping[int, float], documents: int) -> Floats:
        """For each document the sum, over keys, of the key's factor times its weight in the document."""
        docs: list[Ints] = []
        weights: list[Floats] = []
        for key, factor in factors.items():
            for layer in self.layers:
                span = layer.postings.span(key)
                if span.start == span.stop:
                    continue
                own = layer.postings.docs[span]
                docs.append(own + np.int32(layer.first) if layer.first else own)
                weights.append(layer.postings.weights[span] * np.float32(factor))
        if not docs:
            return np.zeros(documents, np.float32)
        summed = np.bincount(np.concatenate(docs), weights=np.concatenate(weights), minlength=documents)
        return summed.astype(np.float32)

    def row(self, key: int) -> Ints:
        """The documents of a row, ascending."""
        rows = [
            layer.postings.docs[layer.postings.span(key)] + np.int32(layer.first) for layer in self.layers
        ]
        return rows[0] if len(rows) == 1 else np.concatenate(rows)

    def length(self, key: int) -> int:
        """How many documents a row holds."""
        spans = (layer.postings.span(key) for layer in self.layers)
        return sum(span.stop - span.start for span in spans)


def load_mapped(path: Path) -> Any:
    """A saved array, memory-mapped; as a plain array, since ``np.memmap`` costs microseconds a slice."""
    return np.load(path, mmap_mode="r").view(np.ndarray)
