"""Every token of one language's documents as numbers: what the weights are fitted on and snippets are cut from.

Keeping them lets a rebuild re-analyse only what changed, and lets a snippet find its matches without reading
the text again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index.documents import FIELD_CODES, passages
from kb.index.postings import Ints, load_mapped
from kb.index.ragged import Offsets, offsets, owners
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
    terms: Ints
    """The term number of each token."""
    starts: Ints
    """Where each token begins in its passage, in characters."""
    ends: Ints

    @property
    def documents(self) -> int:
        return len(self.passage_of_doc) - 1

    def save(self, folder: Path) -> None:
        for name in _ARRAYS:
            np.save(folder / f"tokens.{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> TokenTable:
        return cls(*(load_mapped(folder / f"tokens.{name}.npy") for name in _ARRAYS))

    def tokens_of(self, document: int) -> slice:
        """Where a document's tokens stand in ``terms``."""
        first, last = self.passage_of_doc[document], self.passage_of_doc[document + 1]
        return slice(int(self.token_of_passage[first]), int(self.token_of_passage[last]))

    def doc_of_token(self) -> Ints:
        """The document of every token."""
        per_doc = np.diff(self.token_of_passage[self.passage_of_doc])
        return owners(per_doc)

    def passage_of_token(self) -> Ints:
        """The passage of every token."""
        return owners(np.diff(self.token_of_passage))


_ARRAYS = ("passage_of_doc", "token_of_passage", "fields", "terms", "starts", "ends")


@dataclass(frozen=True, slots=True)
class Tokenized:
    """A language's documents as tokens, with the vocabulary that numbers their terms."""

    table: TokenTable
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class Known:
    """The tokens of documents analysed before: tables whose documents follow each other."""

    tables: Sequence[TokenTable]
    vocabulary: Vocabulary

    def find(self, document: int) -> tuple[TokenTable, int]:
        """The table that holds a document, and its place in it."""
        for table in self.tables:
            if document < table.documents:
                return table, document
            document -= table.documents
        raise IndexError(document)


def tokenize(documents: Sequence[Document | int], analyzer: Analyzer, known: Known) -> Tokenized:
    """Analyse documents; one that is unchanged is given as its place in ``known``."""
    numbers = _NewNumbers({known.vocabulary.term(n): n for n in range(len(known.vocabulary))})
    parts = [
        _analysed(document, analyzer, numbers)
        if isinstance(document, Document)
        else _copied(*known.find(document))
        for document in documents
    ]
    return _renumbered(_table(parts), list(numbers))


def tokenize_later(documents: Sequence[Document], analyzer: Analyzer, fitted: Vocabulary) -> Tokenized:
    """Analyse documents that came after a fit: known terms keep their numbers, new ones get those after them."""
    numbers = _LaterNumbers(fitted)
    table = _table([_analysed(document, analyzer, numbers) for document in documents])
    return Tokenized(table, fitted.extended(numbers.later))


class _LaterNumbers(dict[str, int]):
    """Numbers of terms, looked up in a vocabulary and counted on after it."""

    def __init__(self, fitted: Vocabulary) -> None:
        super().__init__()
        self._fitted = fitted
        self.later: list[str] = []

    def __missing__(self, term: str) -> int:
        number = self._fitted.number(term)
        if number < 0:
            number = len(self._fitted) + len(self.later)
            self.later.append(term)
        self[term] = number
        return number


class _NewNumbers(dict[str, int]):
    """Numbers of terms, in the order they are first asked for."""

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self)
        return number


@dataclass(frozen=True, slots=True)
class _Part:
    """One document's share of the table."""

    lengths: Any
    fields: Any
    terms: Any
    starts: Any
    ends: Any


def _copied(table: TokenTable, document: int) -> _Part:
    first, last = table.passage_of_doc[document], table.passage_of_doc[document + 1]
    tokens = table.tokens_of(document)
    lengths = np.diff(table.token_of_passage[first : last + 1])
    return _Part(
        lengths, table.fields[first:last], table.terms[tokens], table.starts[tokens], table.ends[tokens]
    )


def _analysed(document: Document, analyzer: Analyzer, numbers: dict[str, int]) -> _Part:
    lengths: list[int] = []
    fields: list[int] = []
    terms: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    for passage in passages(document):
        found = analyzer.analyze(passage.text)
        lengths.append(len(found.terms))
        fields.append(FIELD_CODES[passage.field])
        terms.extend(numbers[term] for term in found.terms)
        starts.extend(found.starts)
        ends.extend(found.ends)
    return _Part(lengths, fields, terms, starts, ends)


def _table(parts: Sequence[_Part]) -> TokenTable:
    return TokenTable(
        offsets([len(part.fields) for part in parts]),
        offsets(_joined([part.lengths for part in parts], np.int64)),
        _joined([part.fields for part in parts], np.uint8),
        _joined([part.terms for part in parts], np.int32),
        _joined([part.starts for part in parts], np.int32),
        _joined([part.ends for part in parts], np.int32),
    )


def _renumbered(table: TokenTable, terms: list[str]) -> Tokenized:
    """The table numbered by a vocabulary of just the terms that occur."""
    occurs = np.bincount(table.terms, minlength=len(terms)) > 0
    vocabulary = Vocabulary.of(term for term, used in zip(terms, occurs, strict=True) if used)
    numbers = np.array([vocabulary.number(term) for term in terms], dtype=np.int32)
    renumbered = numbers[table.terms] if len(table.terms) else table.terms
    return Tokenized(
        TokenTable(
            table.passage_of_doc,
            table.token_of_passage,
            table.fields,
            renumbered,
            table.starts,
            table.ends,
        ),
        vocabulary,
    )


def _joined(arrays: Sequence[Any], dtype: type[np.generic]) -> Any:
    return np.concatenate([np.asarray(a, dtype=dtype) for a in arrays]) if arrays else np.zeros(0, dtype)
