"""How far a message and documents are about the same, by vectors of their words; needs no sentence encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb.index.documents import FIELD_CODES
from kb.index.engine import Affinity
from kb.index.evidence import STRETCH
from kb.index.postings import Floats, Ints
from kb.index.ragged import Offsets, offsets, owners, ranges
from kb.index.similarity import SimilarityIndex
from kb.index.spans import Codes
from kb.index.tokens import TokenTable, TokenTables
from kb.text.word_vectors import WordVectors

_STEP = STRETCH // 2
_MOST_PASSAGES = 200
"""Passages of a document that are read: what comes later in a long thread is seldom what it is about."""
_MOST_TOKENS = 4096
_HEADING, _BODY = FIELD_CODES["heading"], FIELD_CODES["body"]
_NAMES = [FIELD_CODES["title"], FIELD_CODES["questions"]]
_SKIPPED = [FIELD_CODES["tags"], _HEADING]


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read of some documents, one after another."""

    terms: Ints
    """Of each token."""
    lengths: Offsets
    """How many tokens each passage has."""
    fields: Codes
    """Of each passage."""
    owner: Ints
    """The document of each passage."""
    titles: Ints
    """The passage that is the title of its document."""


class Affinities:
    """Compares messages with the documents of one language.

    A text is the sum of its words' vectors, each times the square root of its IDF. A search weighs words by the IDF
    itself; here the vectors of words that say little are short already.
    """

    def __init__(self, word_vectors: WordVectors, similarity: SimilarityIndex, tokens: TokenTables) -> None:
        self._word_vectors = word_vectors
        self._similarity = similarity
        self._tokens = tokens
        # By term: its row plus 1; 0 where it was not looked up yet, -1 where it has none.
        self._rows = np.zeros(len(similarity.vocabulary), np.int32)

    def of(self, terms: Sequence[str], slots: Sequence[int]) -> list[Affinity | None]:
        """How far a message and each document are about the same; None where no word of the message is known."""
        statistics, number = self._similarity.statistics, self._similarity.vocabulary.number
        idf = [statistics.idf[n] if n >= 0 else statistics.rarest for n in map(number, terms)]
        masses, rows = np.array(idf, np.float32), self._word_vectors.rows(terms)
        known = float(masses[rows >= 0].sum() / (masses.sum() or 1.0))
        message = self._word_vectors.vectors(rows, np.sqrt(masses)).sum(axis=0)
        length = np.linalg.norm(message)
        if not length:
            return [None] * len(slots)
        read = _read([self._tokens.find(slot) for slot in slots])
        vectors, owner = self._stretches(read)
        lengths = np.maximum(np.linalg.norm(vectors, axis=1), np.float32(1e-9))
        cosines = np.asarray(vectors @ (message / length) / lengths, np.float32)
        ends = np.searchsorted(owner, np.arange(1, len(slots)))
        return [Affinity(*_best_two(own), known) for own in np.split(cosines, ends)]

    def _stretches(self, read: _Read) -> tuple[Floats, Ints]:
        """The vectors of names, and of stretches of text with their title and heading; and the document of each."""
        bounds, fields = offsets(read.lengths), read.fields
        sums = self._sums(read.terms)
        whole = np.diff(sums[bounds], axis=0)
        is_name = np.isin(fields, _NAMES)
        counts = np.maximum(1, -(-(read.lengths - STRETCH) // _STEP) + 1)
        counts[is_name], counts[np.isin(fields, _SKIPPED)] = 1, 0
        of = owners(counts)
        starts = bounds[:-1][of] + _STEP * ranges(np.zeros(len(counts), np.int64), counts)
        ends = np.where(is_name[of], bounds[1:][of], np.minimum(starts + STRETCH, bounds[1:][of]))
        before = np.where(is_name[:, None], np.float32(0), whole[read.titles])
        headings = np.flatnonzero((fields[:-1] == _HEADING) & (fields[1:] == _BODY))
        before[headings + 1] += whole[headings]
        return np.asarray(sums[ends] - sums[starts] + before[of], np.float32), read.owner[of]

    def _sums(self, numbers: Ints) -> Floats:
        """Running sums of the tokens' vectors: row ``i`` is the sum of those before token ``i``."""
        weights = np.sqrt(self._similarity.statistics.idf[numbers])
        vectors = self._word_vectors.vectors(self._rows_of(numbers), weights)
        return np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), vectors.cumsum(axis=0)])

    def _rows_of(self, numbers: Ints) -> Ints:
        """The row of each term, or -1; a term is looked up when a document first has it."""
        unseen = np.unique(numbers[self._rows[numbers] == 0])
        if len(unseen):
            found = self._word_vectors.rows(map(self._similarity.vocabulary.term, unseen.tolist()))
            self._rows[unseen] = np.where(found < 0, -1, found + 1)
        return np.asarray(np.maximum(self._rows[numbers] - 1, -1), np.int32)


def _read(documents: Sequence[tuple[TokenTable, int]]) -> _Read:
    terms, lengths, fields = [], [], []
    for table, document in documents:
        first, last = table.passage_of_doc[document : document + 2].tolist()
        bounds = table.token_of_passage[first : min(last, first + _MOST_PASSAGES) + 1]
        bounds = np.minimum(bounds, bounds[0] + _MOST_TOKENS)
        terms.append(table.terms[bounds[0] : bounds[-1]].whole())
        lengths.append(np.diff(bounds))
        fields.append(table.fields[first : first + len(bounds) - 1])
    passages = np.array([len(each) for each in lengths])
    owner = owners(passages)
    titles = offsets(passages)[owner].astype(np.int32)
    return _Read(np.concatenate(terms), np.concatenate(lengths), np.concatenate(fields), owner, titles)


def _best_two(cosines: Floats) -> tuple[float, float]:
    second, closest = np.sort(np.concatenate([[0, -1], cosines]))[-2:].tolist()
    return closest, second
