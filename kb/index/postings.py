"""Sparse weights by row: a query reads only the rows of its own terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kb.index.ragged import Offsets, ranges

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Postings:
    """Row ``r`` holds documents ``docs[indptr[r]:indptr[r+1]]`` (ascending) and their weights.

    A weight is a number of steps, 1 to 255: enough to find candidates, whose exact weights come from their tokens.
    """

    indptr: Offsets
    docs: Ints
    weights: NDArray[np.uint8]

    @classmethod
    def load(cls, folder: Path, name: str) -> Postings:
        """Memory-mapped, read-only: shared by every process that maps the same files."""
        return cls(*(load_mapped(folder / f"{name}.{part}.npy") for part in _PARTS))

    def save(self, folder: Path, name: str) -> None:
        for part in _PARTS:
            save_array(folder / f"{name}.{part}.npy", getattr(self, part))

    def span(self, row: int) -> slice:
        """Where a row stands; empty where there is none."""
        if row >= len(self.indptr) - 1:
            return slice(0, 0)
        return slice(int(self.indptr[row]), int(self.indptr[row + 1]))


_PARTS = ("indptr", "docs", "weights")


@dataclass(frozen=True, slots=True)
class Layer:
    """Postings whose document ``d`` is document ``first + d`` of the whole."""

    first: int
    postings: Postings


@dataclass(frozen=True, slots=True)
class LayeredPostings:
    """The rows of several postings as one: the layers' documents follow each other."""

    layers: Sequence[Layer]

    def add(self, row: int, factor: float, scores: Floats) -> None:
        """Add to each document's score the factor times its weight in the row."""
        for layer in self.layers:
            span = layer.postings.span(row)
            if span.start == span.stop:
                continue
            weights = layer.postings.weights[span] * np.float32(factor)
            own = scores[layer.first :] if layer.first else scores
            np.add.at(own, layer.postings.docs[span], weights)

    def row(self, row: int) -> Ints:
        """The documents of a row, ascending."""
        rows = [
            layer.postings.docs[layer.postings.span(row)] + np.int32(layer.first) for layer in self.layers
        ]
        return rows[0] if len(rows) == 1 else np.concatenate(rows)

    def of_any(self, rows: Ints) -> Offsets:
        """The documents of some rows, one row after another."""
        found = []
        for layer in self.layers:
            indptr = layer.postings.indptr
            own = rows[rows < len(indptr) - 1]
            found.append(
                layer.postings.docs[ranges(indptr[own], indptr[own + 1] - indptr[own])] + layer.first
            )
        return np.concatenate(found)

    def lengths(self, rows: Ints) -> Offsets:
        """How many documents each of some rows holds."""
        lengths = np.zeros(len(rows), np.int64)
        for layer in self.layers:
            indptr = layer.postings.indptr  # its last stands for the rows that this layer does not have
            lengths += indptr.take(rows + 1, mode="clip") - indptr.take(rows, mode="clip")
        return lengths

    def length(self, row: int) -> int:
        """How many documents a row holds."""
        spans = (layer.postings.span(row) for layer in self.layers)
        return sum(span.stop - span.start for span in spans)


_SMALL = (1 << 31) - (1 << 20)
"""Numbers below it are stored in 32 bits; the margin is for what loops add to one."""


def save_array(path: Path, values: Any) -> None:
    """Save an array. One of 64 bits (offsets) whose numbers fit into 32 is saved so; readers take either."""
    small = values.dtype == np.int64 and values.max(initial=0) < _SMALL
    np.save(path, values.astype(np.int32) if small else values)


_LONGEST_HEADER = 256
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([<|][a-z]\d+)', 'fortran_order': (True|False), 'shape': \(([\d, ]*)\), \} *\n",
    re.DOTALL,
)
"""https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0, of plain numbers."""


def load_mapped(path: Path) -> Any:
    """A saved array, memory-mapped; viewed as a plain array, since slices of an ``np.memmap`` cost microseconds.

    ``np.load`` parses the header as Python. Two threads that do so at once can both fail
    (https://github.com/python/cpython/issues/106905), such as a preview's, which reads one index and builds the next.

    :raises ValueError: the file is no array of numbers as ``np.save`` writes it.
    """
    with path.open("rb") as file:
        header = _HEADER.match(file.read(_LONGEST_HEADER))
        if not header:
            raise ValueError(f"{path} does not begin as a saved array does")
        kind, by_column, shape = (part.decode() for part in header.groups())
        lengths = tuple(int(length) for length in shape.split(",") if length.strip())
        order: Literal["C", "F"] = "F" if by_column == "True" else "C"
        return np.memmap(file, kind, "r", header.end(), lengths, order).view(np.ndarray)
