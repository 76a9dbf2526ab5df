"""Every token of one language's documents as numbers: what weights are fitted on, and what snippets find matches by.

They are kept so that a rebuild analyses only what changed, and a snippet does not analyse its text again.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import numpy as np

from kb.index.documents import FIELD_CODES, passages
from kb.index.packed import Packed
from kb.index.postings import Ints, load_mapped, save_array
from kb.index.ragged import Offsets, offsets, owners, ranges
from kb.index.raw_tokens import LaterNumbers, NewNumbers, RawTokens
from kb.index.spans import Codes, Places, Spans
from kb.index.vocabulary import Vocabulary
from kb.model import Document
from kb.text.analyzer import Analyzer


@dataclass(frozen=True, slots=True)
class TokenTable:
    """Documents own consecutive passages (``passage_of_doc``), passages own consecutive tokens."""

    passage_of_doc: Offsets
    """Passage offsets, one more than documents."""
    token_of_passage: Offsets
    """Token offsets, one more than passages."""
    fields: Codes
    """The field of each passage."""
    terms: Packed
    """The term number of each token."""
    spans: Spans
    """Where each token stands in its passage."""

    @property
    def documents(self) -> int:
        return len(self.passage_of_doc) - 1

    def save(self, folder: Path) -> None:
        for name in _ARRAYS:
            save_array(folder / f"tokens.{name}.npy", getattr(self, name))
        self.terms.save(folder, "tokens")
        self.spans.save(folder)

    @classmethod
    def load(cls, folder: Path) -> TokenTable:
        of_doc, of_passage, fields = (load_mapped(folder / f"tokens.{name}.npy") for name in _ARRAYS)
        return cls(of_doc, of_passage, fields, Packed.load(folder, "tokens"), Spans.load(folder))

    def terms_of(self, document: int) -> Ints:
        """The term number of each token of a document."""
        first, last = self.token_of_passage[self.passage_of_doc[document : document + 2]].tolist()
        return self.terms[first:last].whole()

    def with_terms(self, terms: Ints) -> TokenTable:
        """The same tokens, their terms numbered anew."""
        return replace(self, terms=Packed.of(terms))

    def take(self, documents: Sequence[int]) -> TokenTable:
        """Some documents, in the order asked for."""
        chosen = np.asarray(documents, np.int64)
        passages_of = np.diff(self.passage_of_doc)[chosen]
        of_passage = ranges(self.passage_of_doc[:-1][chosen], passages_of)
        first = self.token_of_passage[self.passage_of_doc[chosen]]
        last = self.token_of_passage[self.passage_of_doc[chosen + 1]]
        return TokenTable(
            offsets(passages_of),
            offsets(np.diff(self.token_of_passage)[of_passage]),
            self.fields[of_passage],
            self.terms.between(first, last),
            self.spans.take(first, last),
        )

    def doc_of_token(self) -> Ints:
        """The document of every token."""
        per_doc = np.diff(self.token_of_passage[self.passage_of_doc])
        return owners(per_doc)

    def passage_of_token(self) -> Ints:
        """The passage of every token."""
        return owners(np.diff(self.token_of_passage))


_ARRAYS = ("passage_of_doc", "token_of_passage", "fields")


@dataclass(frozen=True, slots=True)
class Tokenized:
    """A language's documents as tokens, with the vocabulary that numbers their terms."""

    table: TokenTable
    vocabulary: Vocabulary
    words: frozenset[str] = frozenset()
    """The words that were analysed, as written and folded: what a misspelt one may have meant."""


@dataclass(frozen=True, slots=True)
class TokenTables:
    """Tables whose documents follow each other, and the vocabulary that numbers the terms of all."""

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


def tokenize(documents: Sequence[Document | int], analyzer: Analyzer, known: TokenTables) -> Tokenized:
    """Analyse documents; one that is unchanged is given as its place in ``known``."""
    numbers = NewNumbers({term: number for number, term in enumerate(known.vocabulary.terms())})
    raw = RawTokens(analyzer, numbers)
    table = _analysed(new_documents(documents), raw)
    if known.tables:
        table = _joined([*known.tables, table]).take(places(documents, known.documents))
    return _renumbered(table, list(numbers), frozenset(raw.words))


def tokenize_later(
    documents: Sequence[Document | int], analyzer: Analyzer, fitted: Vocabulary, known: TokenTables
) -> Tokenized:
    """Analyse documents that came after a fit: fitted terms keep their numbers, new terms get those after them.

    :param documents: an unchanged one is given as its place in ``known``.
    :param known: the documents of the previous delta, numbered in the same way.
    """
    numbers = LaterNumbers(fitted, known.vocabulary.later)
    raw = RawTokens(analyzer, numbers)
    table = _analysed(new_documents(documents), raw)
    if known.tables:
        table = _joined([*known.tables, table]).take(places(documents, known.documents))
    occurs = np.arange(len(fitted) + len(numbers.later)) < len(fitted)
    terms = table.terms.whole()
    occurs[terms] = True
    renumbered = table.with_terms((np.cumsum(occurs) - 1).astype(np.int32)[terms])
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
    pieces_of = _numbers(raw.pieces)[_numbers(tokens)]
    pieces = ranges(offsets(raw.pieces)[:-1][_numbers(tokens)], pieces_of)
    token_of_passage = offsets(pieces_of)[offsets(per_passage)]
    starts = np.repeat(_numbers(at), pieces_of) + _numbers(raw.starts)[pieces]
    lengths = np.array(raw.lengths, np.int32)[pieces]
    gaps = starts.copy()
    gaps[1:] -= (starts + lengths)[:-1]
    opening = token_of_passage[:-1][np.diff(token_of_passage) > 0]
    gaps[opening] = starts[opening]
    return TokenTable(
        offsets(per_document),
        token_of_passage,
        np.frombuffer(bytes(fields), np.uint8),
        Packed.of(_numbers(raw.terms)[pieces]),
        Spans.of(Places(gaps, lengths)),
    )


def _joined(tables: Sequence[TokenTable]) -> TokenTable:
    """The documents of several tables, one after another."""
    return TokenTable(
        offsets(np.concatenate([np.diff(table.passage_of_doc) for table in tables])),
        offsets(np.concatenate([np.diff(table.token_of_passage) for table in tables])),
        np.concatenate([table.fields for table in tables]),
        Packed.joined([table.terms for table in tables]),
        Spans.joined([table.spans for table in tables]),
    )


def _renumbered(table: TokenTable, terms: list[str], words: frozenset[str]) -> Tokenized:
    """The table numbered by a vocabulary of just the terms that occur."""
    numbered = table.terms.whole()
    occurs = np.bincount(numbered, minlength=len(terms)) > 0
    vocabulary = Vocabulary.of(term for term, used in zip(terms, occurs, strict=True) if used)
    numbers = np.array([vocabulary.number(term) for term in terms], dtype=np.int32)
    renumbered = table.with_terms(numbers[numbered]) if len(numbered) else table
    return Tokenized(renumbered, vocabulary, words)


def _numbers(values: array[int]) -> Ints:
    return np.array(values, np.int32)
