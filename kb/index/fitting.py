"""Fits, on all documents of a language, what their weights follow from. The only file that needs scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer

from kb.index.neighbours import trigrams
from kb.index.postings import Floats, Postings
from kb.index.statistics import Statistics, bm25_idf
from kb.index.vocabulary import Vocabulary
from kb.index.weights import Counts, Occurrences


@dataclass(frozen=True, slots=True)
class Trigrams:
    """The character trigrams of a vocabulary, by which a query word reaches the words close to it."""

    grams: Vocabulary
    postings: Postings
    """TF-IDF of a trigram (row) in a term (document), each term's vector of length 1."""
    idf: Floats

    def save(self, folder: Path) -> None:
        self.grams.save(folder / "grams.marisa")
        self.postings.save(folder, "grams")
        np.save(folder / "grams.idf.npy", self.idf)


def fit_statistics(found: Occurrences) -> Statistics:
    """The statistics of counted documents, at least one."""
    frequency = found.terms.frequency  # every term of the vocabulary occurs, so keys are 0, 1, 2 …
    names = int(found.first_names[-1])
    name_frequency = np.zeros(len(frequency), np.int64)
    name_frequency[found.names.keys.astype(np.int64)] = found.names.frequency
    fitted = _tfidf_idf(found) if len(frequency) else np.zeros(0, np.float32)
    lengths = found.weighted_terms.lengths(found.documents)
    name_lengths = found.names.lengths(names)
    totals = [found.documents, max(float(lengths.mean()), 1e-9), max(float(name_lengths.mean()), 1e-9)]
    return Statistics(
        idf=bm25_idf(frequency, found.documents),
        name_idf=bm25_idf(name_frequency, names),
        tfidf_idf=fitted[: len(frequency)],
        pair_keys=found.pairs.keys,
        pair_idf=fitted[len(frequency) :],
        totals=np.array(totals, np.float32),
    )


def fit_trigrams(vocabulary: Vocabulary) -> Trigrams:
    """The trigrams of the terms of a vocabulary."""
    terms = [vocabulary.term(number) for number in range(len(vocabulary))]
    vectorizer = TfidfVectorizer(analyzer=trigrams, dtype=np.float32)
    matrix = csc_matrix(vectorizer.fit_transform(terms or [""]))
    names = list(vectorizer.get_feature_names_out())
    grams = Vocabulary.of(names)
    order = np.argsort([grams.number(name) for name in names])
    matrix = matrix[:, order]
    matrix.sort_indices()
    postings = Postings(
        matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float32)
    )
    return Trigrams(grams, postings, vectorizer.idf_[order].astype(np.float32))


def _tfidf_idf(found: Occurrences) -> Floats:
    """scikit-learn's IDF of each term, then of each pair."""
    together = hstack([_matrix(found.terms, found.documents), _matrix(found.pairs, found.documents)])
    idf: Floats = TfidfTransformer().fit(csr_matrix(together)).idf_.astype(np.float32)
    return idf


def _matrix(counts: Counts, documents: int) -> csc_matrix:
    """Documents × keys."""
    shape = (documents, len(counts.keys))
    return csc_matrix((counts.amounts, counts.docs, counts.indptr), shape=shape)
