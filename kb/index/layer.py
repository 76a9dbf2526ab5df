"""A layer of a language (the fitted documents, or those that came later) as it is compared with a question."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.index.characters import CharacterTable
from kb.index.grams import BUCKETS
from kb.index.postings import Floats, Ints, load_mapped
from kb.index.tokens import TokenTable


@dataclass(frozen=True, slots=True)
class DocumentLayer:
    """The documents ``first``, ``first + 1`` … of a language."""

    first: int
    tokens: TokenTable
    lengths: Floats
    characters: CharacterTable
    norms: Floats
    """The lengths of documents' vectors of n-grams."""
    title_norms: Floats
    name_norms: Floats
    """Of their other names."""

    @classmethod
    def load(cls, folder: Path, first: int, tokens: TokenTable, lengths: Floats) -> DocumentLayer:
        norms = (load_mapped(folder / f"{name}.norms.npy") for name in ("grams", "titles", "names"))
        return cls(first, tokens, lengths, CharacterTable.load(folder), *norms)

    def of(self, documents: Ints) -> slice:
        """Which of some documents, ascending, are this layer's."""
        begin, end = documents.searchsorted([self.first, self.first + self.tokens.documents]).tolist()
        return slice(begin, end)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a question asks of each term and each n-gram, by number: -1 and 0 between questions."""

    row_of_term: NDArray[np.int16]
    grams: Floats

    @classmethod
    def of(cls, terms: int) -> Lookup:
        return cls(np.full(terms, -1, np.int16), np.zeros(BUCKETS, np.float32))
