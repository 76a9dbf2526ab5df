"""Fits, on all documents of a language, what their weights follow from. The only file that needs scikit-learn."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_matrix
from sklearn.feature_extraction.text import TfidfTransformer

from kb.index.gram_rows import GramRows
from kb.index.grams import BUCKETS, Numbers
from kb.index.postings import Floats
from kb.index.ragged import offsets
from kb.index.statistics import Statistics, bm25_idf
from kb.index.weights import TermAmounts


def fit_statistics(found: TermAmounts, characters: GramRows, numbers: Numbers) -> Statistics:
    """The statistics of counted documents, at least one. ``numbers`` are those of the buckets of n-grams."""
    lengths = found.lengths()
    return Statistics(
        idf=bm25_idf(found.frequency, found.documents),
        gram_idf=fit_idf(characters),
        gram_numbers=numbers,
        totals=np.array([found.documents, max(float(lengths.mean()), 1e-9)], np.float32),
    )


def fit_idf(counted: GramRows) -> Floats:
    """scikit-learn's IDF of each n-gram, by number."""
    # Of a matrix by columns, scikit-learn looks only at where these end: rows and values need not take any memory.
    ends = offsets(counted.frequency())
    ones, rows = (np.broadcast_to(each, ends[-1]) for each in (np.float32(1), np.int32(0)))
    matrix = csc_matrix((ones, rows, ends), shape=(counted.texts, BUCKETS))
    idf: Floats = TfidfTransformer().fit(matrix).idf_.astype(np.float32)
    return idf
