"""Where the words of a query, and words close to them, stand in documents: what snippets are cut around."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import repeat

import numpy as np
from msgspec import Struct

from kb.index.documents import FIELDS
from kb.index.engine import Token
from kb.index.occurrences import Occurrences
from kb.index.postings import Ints
from kb.index.similarity import SimilarityIndex
from kb.index.tokens import TokenTable

_MOST_MARKED = 32
"""Different terms of a query that are marked: of a long message, those that say most."""
_CLOSE_ENOUGH = 0.6
"""The least similarity of a word that is marked for one that no document holds."""
_SHORTEST = 4
"""Letters of a word that is marked for another: "can" is no form of "can't", nor "won" of "won't"."""
_MOST_LETTERS_MORE = 3
_FIELD_NAMES = [field.name for field in FIELDS]


class _Asked(Struct, frozen=True):
    """Term numbers, ascending, each with the term of the query that it stands for and how much it says."""

    numbers: Ints
    names: Sequence[str]
    weights: Sequence[float]


class Marks:
    """Finds them in the documents of one language: those of ``tables``, which follow each other."""

    def __init__(self, tables: Sequence[TokenTable], similarity: SimilarityIndex) -> None:
        self._tables = tables
        self._similarity = similarity
        self._asked = lru_cache(maxsize=256)(self._find_asked)  # the same for every page of hits
        self._alike = lru_cache(maxsize=4096)(self._find_alike)

    def of(self, slots: Sequence[int], terms: Sequence[str]) -> list[list[Token]]:
        """For each of some documents its tokens in reading order; a close word is named by the term."""
        asked = self._asked(tuple(terms))
        found: list[list[Token]] = [[] for _ in slots]
        first = 0
        for table in self._tables if len(asked.numbers) else ():
            own = [place for place, slot in enumerate(slots) if 0 <= slot - first < table.documents]
            own.sort(key=slots.__getitem__)
            if own:
                documents = np.array([slots[place] - first for place in own], np.int64)
                occurrences = self._similarity.arithmetic.occurrences(table, documents, asked.numbers)
                for place, tokens in zip(own, _tokens(occurrences, asked), strict=True):
                    found[place] = tokens
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
            for number in self._alike(term):
                names.setdefault(number, term)
        names.update({known[term]: term for term in telling if known[term] >= 0})  # a word is named by itself
        numbers = np.array(sorted(names), np.int32)
        return _Asked(
            numbers,
            [names[number] for number in numbers.tolist()],
            similarity.statistics.idf[numbers].tolist(),
        )

    def _find_alike(self, term: str) -> tuple[int, ...]:
        """The numbers of the words that are marked for a term.

        For a term that documents hold: forms of it that the stemmer misses, where one begins with the other, unlike
        "close" and "lose". For one that nothing holds: whatever it may be a misspelling of.
        """
        vocabulary = self._similarity.vocabulary
        if len(term) < _SHORTEST or any(c.isdigit() for c in term):
            return ()
        if vocabulary.number(term) < 0:
            near = self._similarity.neighbours.of(term)
            close = near.numbers[near.similarities >= _CLOSE_ENOUGH].tolist()
            return tuple(number for number in close if len(vocabulary.term(number)) >= _SHORTEST)
        most = _longest_form(term)
        longer = (number for each, number in vocabulary.starting_with(term) if len(each) <= most)
        shorter = (
            number
            for each, number in vocabulary.beginnings(term)
            if len(each) >= _SHORTEST and len(term) <= _longest_form(each)
        )
        return (*longer, *shorter)


def _longest_form(term: str) -> int:
    """Letters of the longest word that counts as a form of a term."""
    return len(term) + min(_MOST_LETTERS_MORE, len(term) // 2)


def _tokens(found: Occurrences, asked: _Asked) -> Iterator[list[Token]]:
    """What was found in each document."""
    which = found.which.tolist()
    columns = (
        map(asked.names.__getitem__, which),
        map(asked.weights.__getitem__, which),
        map(_FIELD_NAMES.__getitem__, found.fields.tolist()),
        found.passages.tolist(),
        found.starts.tolist(),
        found.ends.tolist(),
    )
    # as Token._make, without a call in Python for each
    tokens = list(map(tuple.__new__, repeat(Token), zip(*columns, strict=True)))
    begin = 0
    for end in found.until.tolist():
        yield tokens[begin:end]
        begin = end
