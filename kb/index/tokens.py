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
from kb.index.postings import Ints, Offsets, load_mapped
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
        return np.repeat(np.arange(self.documents, dtype=np.int32), per_doc)

    def passage_of_token(self) -> Ints:
        """The passage of every token."""
        lengths = np.diff(self.token_of_passage)
        return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)


_ARRAYS = ("passage_of_doc", "token_of_passage", "fields", "terms", "starts", "ends")


@dataclass(frozen=True, slots=True)
class Tokenized:
    """A language's documents as tokens, with the vocabulary that numbers their terms."""

    table: TokenTable
    vocabulary: Vocabulary


def tokenize(
    documents: Sequence[Document],
    analyzer: Analyzer,
    previous: Tokenized | None = None,
    reusable: Sequence[int] | None = None,
) -> Tokenized:
    """Analyse documents; ``reusable[i]`` is where document ``i`` stands unchanged in ``previous``, or -1."""
    numbers: dict[str, int] = {}
    if previous:
        numbers = {previous.vocabulary.term(n): n for n in range(len(previous.vocabulary))}
    parts = [
        _copied(previous.table, reusable[i])
        if previous and reusable and reusable[i] >= 0
        else _analysed(document, analyzer, numbers)
        for i, document in enumerate(documents)
    ]
    table = TokenTable(
        _offsets([len(part.fields) for part in parts]),
        _offsets(np.concatenate([p.lengths for p in parts]) if parts else []),
        _joined([p.fields for p in parts], np.uint8),
        _joined([p.terms for p in parts], np.int32),
        _joined([p.starts for p in parts], np.int32),
        _joined([p.ends for p in parts], np.int32),
    )
    return _renumbered(table, list(numbers))


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
        terms.extend(numbers.setdefault(term, len(numbers)) for term in found.terms)
        starts.extend(found.starts)
        ends.extend(found.ends)
    return _Part(lengths, fields, terms, starts, ends)


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


def _offsets(lengths: Any) -> Offsets:
    return np.concatenate([[0], np.cumsum(np.asarray(lengths, dtype=np.int64))]).astype(np.int64)


def _joined(arrays: list[Any], dtype: type[np.generic]) -> Any:
    return np.concatenate([np.asarray(a, dtype=dtype) for a in arrays]) if arrays else np.zeros(0, dtype)
