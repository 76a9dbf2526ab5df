"""Every token of one language's documents as numbers: what the weights are fitted on and snippets are cut from.

Keeping them lets a rebuild re-analyse only what changed, and lets a snippet find its matches without reading
the text again.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.index.documents import FIELD_CODES, passages
from kb.index.postings import Ints, load_mapped
from kb.index.ragged import Offsets, gathered, offsets, owners, ranges
from kb.index.raw_tokens import LaterNumbers, NewNumbers, RawTokens
from kb.index.vocabulary import Vocabulary
from kb.model import Document
from kb.text.analyzer import Analyzer

Codes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class TokenTable:
    """Documents own consecutive passages (``passage_of_doc``), passages own consecutive tokens."""

    passage_of_doc: Offsets
    """Passage offsets, one more than documents."""
    token_of_passage: Offsets
    """Token offsets, one more than passages."""
    fields: Codes
    """The field of each passage."""
    low: NDArray[np.uint16]
    """The lower half of each token's term number."""
    high: Codes
    """The 8 bits above it: terms are 16 million at most."""
    steps: NDArray[np.int8]
    """How many characters after the token before it, or after the beginning of its passage, each token begins; it may
    begin before that one. 0 if it is far."""
    lengths: Codes
    """How many characters it has."""
    far: Offsets
    """The tokens that are far, ascending."""
    far_steps: Ints
    """How far."""

    @property
    def documents(self) -> int:
        return len(self.passage_of_doc) - 1

    def save(self, folder: Path) -> None:
        for name in _ARRAYS:
            np.save(folder / f"tokens.{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> TokenTable:
        return cls(*(load_mapped(folder / f"tokens.{name}.npy") for name in _ARRAYS))

    @property
    def terms(self) -> Ints:
        """The term number of every token, in new memory."""
        return _whole(self.low, self.high)

    def terms_between(self, first: Offsets, last: Offsets) -> Ints:
        """Those from the first to before the last token of each row, one row after another."""
        return _whole(gathered(self.low, first, last), gathered(self.high, first, last))

    def terms_of(self, document: int) -> Ints:
        """Those of a document."""
        first, last = self.token_of_passage[self.passage_of_doc[document : document + 2]].tolist()
        return _whole(self.low[first:last], self.high[first:last])

    def with_terms(self, terms: Ints) -> TokenTable:
        """The same tokens, their terms numbered anew."""
        return replace(self, low=terms.astype(np.uint16), high=(terms >> 16).astype(np.uint8))

    def reached(self, first: Offsets, last: Offsets) -> Ints:
        """The sum of the steps until each token of each row: from row to row, and passage to passage, it goes on."""
        steps = gathered(self.steps, first, last).astype(np.int32)
        far = self._far(first, last)
        steps[far.places] = self.far_steps[far.numbers]
        return np.cumsum(steps, dtype=np.int32)

    def _far(self, first: Offsets, last: Offsets) -> _Far:
        """The far tokens among those from the first to before the last token of each row."""
        begins = self.far.searchsorted(first)
        held = self.far.searchsorted(last) - begins
        numbers = ranges(begins, held)
        moved = offsets(last - first)[:-1] - first
        return _Far(numbers, self.far[numbers] + np.repeat(moved, held))

    def take(self, documents: Sequence[int]) -> TokenTable:
        """Some documents, in the order asked for."""
        chosen = np.asarray(documents, np.int64)
        passages_of = np.diff(self.passage_of_doc)[chosen]
        of_passage = ranges(self.passage_of_doc[:-1][chosen], passages_of)
        tokens_of = np.diff(self.token_of_passage)[of_passage]
        first = self.token_of_passage[:-1][of_passage]
        tokens = ranges(first, tokens_of)
        far = self._far(first, first + tokens_of)
        return TokenTable(
            offsets(passages_of),
            offsets(tokens_of),
            self.fields[of_passage],
            *(self.low[tokens], self.high[tokens], self.steps[tokens], self.lengths[tokens]),
            far.places,
            self.far_steps[far.numbers],
        )

    def doc_of_token(self) -> Ints:
        """The document of every token."""
        per_doc = np.diff(self.token_of_passage[self.passage_of_doc])
        return owners(per_doc)

    def passage_of_token(self) -> Ints:
        """The passage of every token."""
        return owners(np.diff(self.token_of_passage))


_ARRAYS = (
    "passage_of_doc",
    "token_of_passage",
    "fields",
    "low",
    "high",
    "steps",
    "lengths",
    "far",
    "far_steps",
)
_FARTHEST = 127


@dataclass(frozen=True, slots=True)
class _Far:
    """Some far tokens: which of all these, and their places among the tokens that were asked for."""

    numbers: Offsets
    places: Offsets


def _whole(low: NDArray[np.uint16], high: Codes) -> Ints:
    """Term numbers from their parts."""
    terms = high.astype(np.int32) << 16
    terms |= low
    return terms


def _table(
    passage_of_doc: Offsets,
    token_of_passage: Offsets,
    fields: Codes,
    terms: Ints,
    starts: Ints,
    lengths: Codes,
) -> TokenTable:
    """A table of tokens that begin anywhere."""
    steps = np.diff(starts, prepend=np.int32(0))
    first = token_of_passage[:-1][np.diff(token_of_passage) > 0]
    steps[first] = starts[first]
    far = np.flatnonzero(np.abs(steps) > _FARTHEST)
    far_steps = steps[far]
    steps[far] = 0
    parts = (terms.astype(np.uint16), (terms >> 16).astype(np.uint8), steps.astype(np.int8), lengths)
    return TokenTable(passage_of_doc, token_of_passage, fields, *parts, far, far_steps)


@dataclass(frozen=True, slots=True)
class Tokenized:
    """A language's documents as tokens, with the vocabulary that numbers their terms."""

    table: TokenTable
    vocabulary: Vocabulary
    words: frozenset[str] = frozenset()
    """The words that were analysed, as written and folded: what a misspelt one may have meant."""


@dataclass(frozen=True, slots=True)
class Known:
    """The tokens of documents analysed before: tables whose documents follow each other."""

    tables: Sequence[TokenTable]
    vocabulary: Vocabulary

    @property
    def documents(self) -> int:
        return sum(table.documents for table in self.tables)

    def find(self, document: int) -> tuple[TokenTable, int]:
        """The table that holds a document, and its place in it."""
        for table in self.tables:
            if document < table.documents:
                return table, document
            document -= table.documents
        raise IndexError(document)


def tokenize(documents: Sequence[Document | int], analyzer: Analyzer, known: Known) -> Tokenized:
    """Analyse documents; one that is unchanged is given as its place in ``known``."""
    numbers = NewNumbers({term: number for number, term in enumerate(known.vocabulary.terms())})
    raw = RawTokens(analyzer, numbers)
    table = _analysed(new_documents(documents), raw)
    if known.tables:
        table = _joined([*known.tables, table]).take(places(documents, known.documents))
    return _renumbered(table, list(numbers), frozenset(raw.words))


def tokenize_later(
    documents: Sequence[Document | int], analyzer: Analyzer, fitted: Vocabulary, known: Known
) -> Tokenized:
    """Analyse documents that came after a fit: fitted terms keep their numbers, others get those after them.

    ``known`` are those that came before them, numbered so too; one that is unchanged is given as its place there.
    """
    numbers = LaterNumbers(fitted, known.vocabulary.later)
    raw = RawTokens(analyzer, numbers)
    table = _analysed(new_documents(documents), raw)
    if known.tables:
        table = _joined([*known.tables, table]).take(places(documents, known.documents))
    occurs = np.arange(len(fitted) + len(numbers.later)) < len(fitted)
    occurs[table.terms] = True
    renumbered = table.with_terms((np.cumsum(occurs) - 1).astype(np.int32)[table.terms])
    later = [term for term, used in zip(numbers.later, occurs[len(fitted) :], strict=True) if used]
    return Tokenized(renumbered, fitted.extended(later), frozenset(raw.words))


def new_documents(documents: Sequence[Document | int]) -> list[Document]:
    """Those that are not given as a place among known ones."""
    return [document for document in documents if isinstance(document, Document)]


def places(documents: Sequence[Document | int], known: int) -> list[int]:
    """Where each document stands when the new ones follow ``known`` known ones."""
    following = count(known)
    return [next(following) if isinstance(document, Document) else document for document in documents]


def _analysed(documents: Sequence[Document], raw: RawTokens) -> TokenTable:
    per_document, per_passage, tokens, at = array("i"), array("i"), array("i"), array("i")
    fields = bytearray()
    for document in documents:
        before = len(fields)
        for passage in passages(document):
            found, begins = raw.read(passage.text)
            fields.append(FIELD_CODES[passage.field])
            per_passage.append(len(found))
            tokens.extend(found)
            at.extend(begins)
        per_document.append(len(fields) - before)
    lengths = _numbers(raw.pieces)[_numbers(tokens)]
    pieces = ranges(offsets(raw.pieces)[:-1][_numbers(tokens)], lengths)
    origins = np.repeat(_numbers(at), lengths)
    before_token = offsets(lengths)
    return _table(
        offsets(per_document),
        before_token[offsets(per_passage)],
        np.frombuffer(bytes(fields), np.uint8),
        _numbers(raw.terms)[pieces],
        origins + _numbers(raw.starts)[pieces],
        np.array(raw.lengths, np.uint8)[pieces],
    )


def _joined(tables: Sequence[TokenTable]) -> TokenTable:
    """The documents of several tables, one after another."""
    firsts = np.cumsum([0, *(len(table.low) for table in tables[:-1])])
    fields, low, high, steps, lengths, far_steps = (
        np.concatenate([getattr(table, name) for table in tables])
        for name in ("fields", "low", "high", "steps", "lengths", "far_steps")
    )
    return TokenTable(
        offsets(np.concatenate([np.diff(table.passage_of_doc) for table in tables])),
        offsets(np.concatenate([np.diff(table.token_of_passage) for table in tables])),
        *(fields, low, high, steps, lengths),
        np.concatenate([table.far + first for table, first in zip(tables, firsts, strict=True)]),
        far_steps,
    )


def _renumbered(table: TokenTable, terms: list[str], words: frozenset[str]) -> Tokenized:
    """The table numbered by a vocabulary of just the terms that occur."""
    occurs = np.bincount(table.terms, minlength=len(terms)) > 0
    vocabulary = Vocabulary.of(term for term, used in zip(terms, occurs, strict=True) if used)
    numbers = np.array([vocabulary.number(term) for term in terms], dtype=np.int32)
    renumbered = table.with_terms(numbers[table.terms]) if len(table.low) else table
    return Tokenized(renumbered, vocabulary, words)


def _numbers(values: array[int]) -> Ints:
    return np.array(values, np.int32)
