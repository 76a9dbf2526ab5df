"""Vectors of many passages: from the cache where they are known, else computed on every processor and kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np

from kb.semantic.cache import Halves, VectorCache
from kb.semantic.encoder import Encoder
from kb.semantic.languages import KnownLanguages

Counted = Callable[[int, int], None]
"""Called with how many passages are done, and how many there are to do."""

_KEPT_TOGETHER = 16
"""Passages written to the cache in one go: what a kill can cost, and how often progress is told."""


class PassageEncoder:
    """Implements :class:`kb.index.vectors.PassageEncoder` with a model and a cache."""

    def __init__(
        self, encoder: Encoder, fingerprint: str, languages: KnownLanguages, cache: VectorCache
    ) -> None:
        self.fingerprint = fingerprint
        self.dimensions = encoder.dimensions
        self._languages = languages
        self._encoder = encoder
        self._cache = cache

    def knows(self, lang: str) -> bool:
        """Whether the model knows a language."""
        return self._languages.knows(lang)

    def encode(self, texts: Sequence[str], counted: Counted) -> Halves:
        """One row a text, float16, each of length 1. Only texts the cache does not know are computed."""
        keys = [self._cache.key(text) for text in texts]
        known = self._cache.found(list(dict.fromkeys(keys)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        done = 0
        counted(done, len(missing))
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for some in _batches(iter(missing.items()), _KEPT_TOGETHER):
                computed = pool.map(self._encoder.encode_passage, [text for _, text in some])
                new = {
                    key: vector.astype(np.float16) for (key, _), vector in zip(some, computed, strict=True)
                }
                self._cache.add(new)
                known |= new
                done += len(new)
                counted(done, len(missing))
        rows = np.empty((len(keys), self.dimensions), np.float16)
        for row, key in enumerate(keys):
            rows[row] = known[key]
        return rows


def _batches(items: Iterator[tuple[bytes, str]], size: int) -> Iterator[list[tuple[bytes, str]]]:
    while batch := list(islice(items, size)):
        yield batch
