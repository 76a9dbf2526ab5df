"""Weights by term: what a document scores for each word of a query, BM25F over all fields. Plain numpy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.index.documents import FIELDS
from kb.index.postings import Floats, Ints, Postings, load_mapped
from kb.index.ragged import Offsets, changes
from kb.index.statistics import Statistics
from kb.index.tokens import TokenTable

K1 = 1.2
B = 0.75
_TERM, _FIELD = 34, 3
"""Bits before a term and a document in a number that sorts by term, document and field."""
STEPS = 255
FIELD_WEIGHTS: Floats = np.array([field.weight for field in FIELDS], np.float32)


@dataclass(frozen=True, slots=True)
class TermAmounts:
    """How much each term counts in each document: its occurrences, each weighed by its field. By term, then document.

    Term ``t`` stands in documents ``docs[indptr[t]:indptr[t+1]]``, with these ``amounts``.
    """

    documents: int
    indptr: Offsets
    docs: Ints
    amounts: Floats

    @property
    def frequency(self) -> Offsets:
        """In how many documents each term occurs."""
        return np.diff(self.indptr)

    def lengths(self) -> Floats:
        """The summed amounts of each document."""
        return np.bincount(self.docs, weights=self.amounts, minlength=self.documents).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Weights:
    """What candidates are found by. ``lengths`` of documents are those of their weighted terms."""

    words: Postings
    lengths: Floats

    def save(self, folder: Path) -> None:
        self.words.save(folder, "words")
        np.save(folder / "lengths.npy", self.lengths)

    @classmethod
    def load(cls, folder: Path) -> Weights:
        return cls(Postings.load(folder, "words"), load_mapped(folder / "lengths.npy"))


def count_terms(table: TokenTable, terms: int) -> TermAmounts:
    """Count the tokens of some documents, whose terms are numbered below ``terms``."""
    cells = table.terms.whole().astype(np.int64) << _TERM
    cells |= table.doc_of_token().astype(np.int64) << _FIELD
    cells |= table.fields.repeat(np.diff(table.token_of_passage))
    cells.sort()
    amounts = FIELD_WEIGHTS.take(cells & ((1 << _FIELD) - 1))
    places = cells >> _FIELD
    first = np.flatnonzero(changes(places))
    summed = np.add.reduceat(amounts, first) if len(first) else amounts
    cells = cells[first]
    indptr = cells.searchsorted(np.arange(terms + 1, dtype=np.int64) << _TERM)
    docs = (cells >> _FIELD) & ((1 << (_TERM - _FIELD)) - 1)
    return TermAmounts(table.documents, indptr, docs.astype(np.int32), summed)


def weigh(found: TermAmounts, statistics: Statistics) -> Weights:
    """The weights of counted documents. ``statistics`` cover every term that occurs.

    Okapi BM25 (Robertson and Zaragoza 2009, section 3.4) with fields folded into the counts (3.6), as steps:
    :func:`row_weights` has what a step of each row is worth.
    """
    lengths = found.lengths()
    norms = length_norms(lengths, statistics.mean_length)
    weights = found.amounts / (found.amounts + norms.take(found.docs))
    steps = (
        np.rint(weights * np.float32(STEPS)).clip(min=1).astype(np.uint8)
    )  # above 0: the document was found
    return Weights(Postings(found.indptr, found.docs, steps), lengths)


def row_weights(statistics: Statistics, terms: Ints) -> Floats:
    """What one step of the weights of some terms' rows is worth."""
    return np.asarray(statistics.idf[terms] * np.float32((K1 + 1) / STEPS), np.float32)


def length_norms(lengths: Floats, mean: float) -> Floats:
    """What BM25 adds to a term's amount in the denominator, by document."""
    return np.asarray(K1 * (1 - B + B * lengths / mean), np.float32)
