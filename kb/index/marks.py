"""Where the words of a query, and words close to them, stand in documents: what snippets are cut around."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kb.index.documents import FIELDS
from kb.index.engine import Token
from kb.index.postings import Floats, Ints
from kb.index.ragged import Offsets, owners, ranges
from kb.index.similarity import SimilarityIndex
from kb.index.tokens import TokenTable

_MOST_MARKED = 32
"""Different terms of a query that are marked: of a long message, those that say most."""
_CLOSE_ENOUGH = 0.6
"""Of a word that is marked though it is not the word that was asked for."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Term numbers, ascending, each with the term of the query that it stands for and how much it says."""

    numbers: Ints
    names: Sequence[str]
    idf: Floats


class Marks:
    """Finds them in the documents of one language: those of ``tables``, which follow each other."""

    def __init__(self, tables: Sequence[TokenTable], similarity: SimilarityIndex) -> None:
        self._tables = tables
        self._similarity = similarity
        self._asked = lru_cache(maxsize=256)(self._find_asked)  # the same for every page of hits

    def of(self, slots: Sequence[int], terms: Sequence[str]) -> list[list[Token]]:
        """For each of some documents its tokens in reading order; a close word is named by the term."""
        asked = self._asked(tuple(terms))
        found: list[list[Token]] = [[] for _ in slots]
        first = 0
        for table in self._tables if len(asked.numbers) else ():
            own = [place for place, slot in enumerate(slots) if 0 <= slot - first < table.documents]
            if own:
                documents = np.array([slots[place] - first for place in own], np.int64)
                for document, token in _matched(table, documents, asked):
                    found[own[document]].append(token)
            first += table.documents
        return found

    def _find_asked(self, terms: tuple[str, ...]) -> _Asked:
        """The terms that say most, and words close to them."""
        similarity = self._similarity
        known = {term: similarity.vocabulary.number(term) for term in terms}
        telling = sorted(
            known, key=lambda term: -similarity.idf(known[term]) if known[term] >= 0 else -math.inf
        )[:_MOST_MARKED]
        names: dict[int, str] = {}
        for term in telling:
            near = similarity.neighbours.of(term)
            for number in near.numbers[near.similarities >= _CLOSE_ENOUGH].tolist():
                names.setdefault(number, term)
        names.update({known[term]: term for term in telling if known[term] >= 0})  # a word is named by itself
        numbers = np.array(sorted(names), np.int32)
        return _Asked(
            numbers, [names[number] for number in numbers.tolist()], similarity.statistics.idf[numbers]
        )


def _matched(table: TokenTable, documents: Offsets, asked: _Asked) -> list[tuple[int, Token]]:
    """The matched tokens of some documents, each with the place of its document among them."""
    passages = table.passage_of_doc[documents]
    first = table.token_of_passage[passages]
    lengths = table.token_of_passage[table.passage_of_doc[documents + 1]] - first
    places = ranges(first, lengths)
    numbers = table.terms[places]
    which = np.minimum(np.searchsorted(asked.numbers, numbers), len(asked.numbers) - 1)
    matched = np.flatnonzero(asked.numbers[which] == numbers)
    places, which, owner = places[matched], which[matched], owners(lengths)[matched]
    passage = np.searchsorted(table.token_of_passage, places, side="right") - 1
    columns = (
        owner,
        which,
        asked.idf[which],
        table.fields[passage],
        passage - passages[owner],
        table.starts[places],
        table.ends[places],
    )
    return [
        (document, Token(asked.names[name], idf, FIELDS[field].name, place, start, end))
        for document, name, idf, field, place, start, end in zip(*(c.tolist() for c in columns), strict=True)
    ]
