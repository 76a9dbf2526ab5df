"""Fits the sparse term weights of one language's documents. The only file that needs scikit-learn.

Three kinds of scorers that add up (docs/relevance.md has the figures): BM25F over all fields, BM25 over the
fields that name a document, and the TF-IDF cosine of words and word pairs. Beside them, the character trigrams
of the vocabulary, by which a query word reaches the words close to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer

from kb.index.documents import FIELDS
from kb.index.neighbours import trigrams
from kb.index.postings import Floats, Ints, Offsets, Postings
from kb.index.tokens import Tokenized
from kb.index.vocabulary import Vocabulary

K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything the similarity scorers read. Rows of ``words``, ``names`` and ``cosines`` are term numbers."""

    words: Postings
    """BM25F over all fields."""
    names: Postings
    """BM25 over the names of documents: each title and each question is a name (a "document" here) of its own."""
    first_names: Offsets
    """Where each document's names begin, and last how many there are; each document has its title at least."""
    cosines: Postings
    """TF-IDF of the words; the rows' documents are those of ``words``."""
    pairs: Postings
    """TF-IDF of word pairs; row ``r`` is the pair ``pair_keys[r]``."""
    pair_keys: np.ndarray[tuple[int], np.dtype[np.uint64]]
    """Sorted; a pair's key is ``first term << 32 | second term``."""
    idf: Floats
    """BM25's IDF of each term."""
    tfidf_idf: Floats
    """scikit-learn's IDF of each term, then of each pair."""
    grams: Vocabulary
    """Character trigrams of the vocabulary."""
    near: Postings
    """TF-IDF of a trigram (row) in a term (document), each term's vector of length 1."""
    gram_idf: Floats

    def save(self, folder: Path) -> None:
        for name in ("words", "names", "cosines", "pairs", "near"):
            getattr(self, name).save(folder, name)
        for name in ("first_names", "pair_keys", "idf", "tfidf_idf", "gram_idf"):
            np.save(folder / f"{name}.npy", getattr(self, name))
        self.grams.save(folder / "grams.marisa")


def fit(tokenized: Tokenized) -> Weights:
    """The weights of documents × terms; ``tokenized`` has at least one document."""
    table = tokenized.table
    shape = (table.documents, len(tokenized.vocabulary))
    docs, passages = table.doc_of_token(), table.passage_of_token()
    fields = table.fields[passages]
    field_weights = np.array([field.weight for field in FIELDS], dtype=np.float32)[fields]

    counts = _counted(docs, table.terms, np.ones(len(docs), np.float32), shape)
    frequency = np.bincount(counts.indices, minlength=shape[1])
    pair_keys, pair_counts = _pairs(docs, passages, table.terms, table.documents)
    transformer = TfidfTransformer(sublinear_tf=True)
    tfidf = csr_matrix(transformer.fit_transform(hstack([counts, pair_counts], format="csr"))).tocsc()
    names, first_names = _names(tokenized)
    grams, near, gram_idf = _vocabulary_trigrams(tokenized.vocabulary)
    return Weights(
        words=_bm25(_counted(docs, table.terms, field_weights, shape), frequency),
        names=names,
        first_names=first_names,
        cosines=_postings(tfidf[:, : shape[1]]),
        pairs=_postings(tfidf[:, shape[1] :]),
        pair_keys=pair_keys,
        idf=_idf(frequency, shape[0]),
        tfidf_idf=transformer.idf_.astype(np.float32),
        grams=grams,
        near=near,
        gram_idf=gram_idf,
    )


def _postings(matrix: csc_matrix) -> Postings:
    """The columns of a documents × terms matrix as rows."""
    matrix.sort_indices()
    return Postings(
        matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float32)
    )


def _counted(docs: Ints, terms: Ints, amounts: Floats, shape: tuple[int, int]) -> csr_matrix:
    return coo_matrix((amounts, (docs, terms)), shape=shape).tocsr()


def _idf(frequency: np.ndarray[tuple[int], np.dtype[np.int64]], documents: int) -> Floats:
    """Lucene's BM25 IDF: ln(1 + (N - n + 0.5) / (n + 0.5)), never negative."""
    return np.log1p((documents - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)


def _bm25(
    counts: csr_matrix, frequency: np.ndarray[tuple[int], np.dtype[np.int64]] | None = None
) -> Postings:
    """Okapi BM25 weights (Robertson and Zaragoza 2009, section 3.4), fields folded into the counts (3.6)."""
    if frequency is None:
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1e-9))
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    idf = _idf(frequency, counts.shape[0])
    weights = counts.copy()
    weights.data = counts.data * (K1 + 1) / (counts.data + norm[rows]) * idf[counts.indices]
    return _postings(csc_matrix(weights))


def _names(tokenized: Tokenized) -> tuple[Postings, Offsets]:
    table = tokenized.table
    naming = np.array([field.names_document for field in FIELDS])[table.fields]
    name_of_passage = np.cumsum(naming) - 1
    passages = table.passage_of_token()
    chosen = naming[passages]
    shape = (int(naming.sum()), len(tokenized.vocabulary))
    ones = np.ones(int(chosen.sum()), np.float32)
    counts = _counted(name_of_passage[passages[chosen]], table.terms[chosen], ones, shape)
    before = np.concatenate([[0], np.cumsum(naming)])
    return _bm25(counts), before[table.passage_of_doc].astype(np.int64)


def _pairs(
    docs: Ints, passages: Ints, terms: Ints, documents: int
) -> tuple[np.ndarray[tuple[int], np.dtype[np.uint64]], csr_matrix]:
    """Neighbouring terms of a passage: their sorted keys, and documents × pairs counts."""
    together = passages[1:] == passages[:-1]
    keys = (terms[:-1].astype(np.uint64) << np.uint64(32)) | terms[1:].astype(np.uint64)
    pair_keys, columns = np.unique(keys[together], return_inverse=True)
    amounts = np.ones(len(columns), np.float32)
    counts = coo_matrix((amounts, (docs[1:][together], columns)), shape=(documents, len(pair_keys)))
    return pair_keys, counts.tocsr()


def _vocabulary_trigrams(vocabulary: Vocabulary) -> tuple[Vocabulary, Postings, Floats]:
    terms = [vocabulary.term(number) for number in range(len(vocabulary))]
    vectorizer = TfidfVectorizer(analyzer=trigrams, dtype=np.float32)
    matrix = csc_matrix(vectorizer.fit_transform(terms or [""]))
    names = list(vectorizer.get_feature_names_out())
    grams = Vocabulary.of(names)
    order = np.argsort([grams.number(name) for name in names])
    return grams, _postings(matrix[:, order]), vectorizer.idf_[order].astype(np.float32)
