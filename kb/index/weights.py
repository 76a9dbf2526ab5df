"""The sparse term weights of documents, from their tokens and fitted statistics. Plain numpy.

Three kinds of scorers that add up (docs/relevance.md has the figures): BM25F over all fields, BM25 over the
names of a document, and the TF-IDF cosine of words and word pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.index.documents import FIELDS
from kb.index.postings import Floats, Ints, Keys, Offsets, Postings, load_mapped
from kb.index.statistics import Statistics
from kb.index.tokens import TokenTable

K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True)
class Counts:
    """How often what has which key occurs in which document, by key, then document."""

    keys: Keys
    """Ascending, each once."""
    indptr: Offsets
    docs: Ints
    amounts: Floats

    @property
    def rows(self) -> Offsets:
        """The row of each entry."""
        return np.repeat(np.arange(len(self.keys)), np.diff(self.indptr))

    @property
    def frequency(self) -> Offsets:
        """In how many documents each key occurs."""
        return np.diff(self.indptr)

    def lengths(self, documents: int) -> Floats:
        """The summed amounts of each document."""
        return np.bincount(self.docs, weights=self.amounts, minlength=documents).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Everything that weights are made of, counted."""

    documents: int
    terms: Counts
    """Each occurrence counts 1."""
    weighted_terms: Counts
    """Each occurrence counts as much as its field."""
    names: Counts
    """Terms of names; a "document" is a name: each title and each question."""
    first_names: Offsets
    """Where each document's names begin, and last how many there are; each document has its title at least."""
    pairs: Counts
    """Neighbouring terms of a passage, by pair key."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the scorers read."""

    words: Postings
    names: Postings
    cosines: Postings
    pairs: Postings
    first_names: Offsets

    def save(self, folder: Path) -> None:
        for name in ("words", "names", "cosines", "pairs"):
            getattr(self, name).save(folder, name)
        np.save(folder / "first_names.npy", self.first_names)

    @classmethod
    def load(cls, folder: Path) -> Weights:
        words, names, cosines, pairs = (
            Postings.load(folder, name) for name in ("words", "names", "cosines", "pairs")
        )
        return cls(words, names, cosines, pairs, load_mapped(folder / "first_names.npy"))


def count(table: TokenTable) -> Occurrences:
    """Count the tokens of some documents."""
    docs, passages = table.doc_of_token(), table.passage_of_token()
    fields = table.fields[passages]
    ones = np.ones(len(docs), np.float32)
    field_weights = np.array([field.weight for field in FIELDS], dtype=np.float32)[fields]
    naming = np.array([field.names_document for field in FIELDS])[table.fields]
    chosen = naming[passages]
    name_of_passage = (np.cumsum(naming) - 1).astype(np.int32)
    before = np.concatenate([[0], np.cumsum(naming)])
    together = passages[1:] == passages[:-1]
    pair_keys = (table.terms[:-1].astype(np.uint64) << np.uint64(32)) | table.terms[1:].astype(np.uint64)
    return Occurrences(
        documents=table.documents,
        terms=_counted(table.terms, docs, ones, table.documents),
        weighted_terms=_counted(table.terms, docs, field_weights, table.documents),
        names=_counted(
            table.terms[chosen], name_of_passage[passages[chosen]], ones[chosen], int(naming.sum())
        ),
        first_names=before[table.passage_of_doc].astype(np.int64),
        pairs=_counted(pair_keys[together], docs[1:][together], ones[1:][together], table.documents),
    )


def weigh(found: Occurrences, statistics: Statistics) -> Weights:
    """The weights of counted documents. ``statistics`` cover every term that occurs."""
    names = int(found.first_names[-1])
    terms, pairs = found.terms, found.pairs
    term_weights = _sublinear(terms) * statistics.tfidf_idf[terms.keys[terms.rows].astype(np.int64)]
    pair_weights = _sublinear(pairs) * statistics.idf_of_pairs(pairs.keys)[pairs.rows]
    norms = np.sqrt(
        np.bincount(terms.docs, weights=term_weights**2, minlength=found.documents)
        + np.bincount(pairs.docs, weights=pair_weights**2, minlength=found.documents)
    )
    norms[norms == 0] = 1
    return Weights(
        words=_bm25(found.weighted_terms, found.documents, statistics.idf, statistics.mean_length),
        names=_bm25(found.names, names, statistics.name_idf, statistics.mean_name_length),
        cosines=_postings(terms, term_weights / norms[terms.docs]),
        pairs=_postings(pairs, pair_weights / norms[pairs.docs]),
        first_names=found.first_names,
    )


def _counted(keys: Any, docs: Ints, amounts: Floats, documents: int) -> Counts:
    found, rows = np.unique(keys, return_inverse=True)
    cells, places = np.unique(rows.astype(np.int64) * max(documents, 1) + docs, return_inverse=True)
    summed = np.bincount(places, weights=amounts, minlength=len(cells))
    indptr = np.searchsorted(cells, np.arange(len(found) + 1, dtype=np.int64) * max(documents, 1))
    return Counts(
        found.astype(np.uint64),
        indptr.astype(np.int64),
        (cells % max(documents, 1)).astype(np.int32),
        summed.astype(np.float32),
    )


def _sublinear(counts: Counts) -> Floats:
    """scikit-learn's ``sublinear_tf``: 1 + ln(tf)."""
    return np.asarray(1 + np.log(counts.amounts), np.float32)


def _bm25(counts: Counts, documents: int, idf: Floats, mean_length: float) -> Postings:
    """Okapi BM25 weights (Robertson and Zaragoza 2009, section 3.4), fields folded into the counts (3.6)."""
    norm = K1 * (1 - B + B * counts.lengths(documents) / mean_length)
    of_rows = idf[counts.keys.astype(np.int64)][counts.rows]
    return _postings(counts, counts.amounts * (K1 + 1) / (counts.amounts + norm[counts.docs]) * of_rows)


def _postings(counts: Counts, weights: Any) -> Postings:
    return Postings(counts.indptr, counts.docs, weights.astype(np.float32), counts.keys)
