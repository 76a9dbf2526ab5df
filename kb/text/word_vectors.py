"""Vectors of a language's words, fitted so that the sum over a text approximates its vector by a sentence encoder.

``benchmarks/fit_word_vectors.py`` fits a table; docs/adr/0011-what-words-are-about.md says on what.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_logger = logging.getLogger(__name__)


class WordVectors:
    """A table of terms and their vectors, sorted by term; every process maps the same memory."""

    def __init__(self, table: NDArray[Any]) -> None:
        """:raises ValueError: it is not what :func:`save_word_vectors` writes."""
        if table.ndim != 1 or table.dtype.names != ("term", "scale", "vector"):
            raise ValueError("it has no column of terms, scales and vectors")
        self._terms = np.ascontiguousarray(table["term"])
        self._scales = table["scale"].astype(np.float32)
        self._vectors = table["vector"]

    @classmethod
    def load(cls, path: Path) -> WordVectors:
        """:raises OSError, EOFError, ValueError: the file is missing or is no table."""
        return cls(np.load(path, mmap_mode="r", allow_pickle=False))

    def rows(self, terms: Iterable[str]) -> NDArray[np.int32]:
        """The row of each term, or -1."""
        sought = np.array([term.encode() for term in terms], np.bytes_)
        if not len(sought):
            return np.zeros(0, np.int32)
        place = np.minimum(np.searchsorted(self._terms, sought), len(self._terms) - 1)
        return np.where(self._terms[place] == sought, place, -1).astype(np.int32)

    def vectors(self, rows: NDArray[np.int32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vectors of some rows, each times its weight; of row -1, zeros."""
        scales = np.where(rows < 0, np.float32(0), self._scales[rows] * weights)
        return np.asarray(self._vectors[rows] * scales[:, None], np.float32)


def save_word_vectors(path: Path, terms: list[str], vectors: NDArray[np.float32]) -> None:
    """Write a table: eight bits a number, scaled by the largest of its row."""
    order = sorted(range(len(terms)), key=lambda place: terms[place].encode())
    names = np.array([terms[place].encode() for place in order], np.bytes_)
    vectors = vectors[order]
    scales = np.maximum(np.abs(vectors).max(axis=1) / 127, 1e-4).astype(np.float16)
    columns = [("term", names.dtype), ("scale", np.float16), ("vector", np.int8, vectors.shape[1:])]
    table = np.zeros(len(names), columns)
    table["term"], table["scale"] = names, scales
    table["vector"] = np.round(vectors / scales[:, None].astype(np.float32)).clip(-127, 127)
    np.save(path, table)


@cache
def word_vectors(lang: str) -> WordVectors | None:
    """The vectors of a language's words; None where the project has no table for it."""
    path = Path(__file__).with_name(f"word_vectors.{lang}.npy")
    return open_word_vectors(path) if path.exists() else None


def open_word_vectors(path: Path) -> WordVectors | None:
    """A table, or None and a warning: suggestions must not end with a file that cannot be read."""
    try:
        return WordVectors.load(path)
    except (OSError, EOFError, ValueError) as error:
        _logger.warning(
            "%s cannot be read (%s): messages are judged without it. Install kb anew.", path, error
        )
        return None
