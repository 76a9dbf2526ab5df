"""Which documents of one language meet the conditions of a query: words, beginnings of words, phrases, titles, tags.

Which document holds which term stands in the arrays; Whoosh says where in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

from kb.index.engine import Clause
from kb.index.fulltext import FullText
from kb.index.partition import Partition
from kb.index.shortlist import Slots

MOST_READ = 2000
"""Documents that are searched for a phrase, 50 µs each, those in which its words weigh most first. More hold all its
words only where there are tens of thousands of documents and the words are among the most frequent."""
_REMEMBERED = 4
"""Queries whose documents are kept: the other ways to say a query have the same conditions."""


class Tagged(Protocol):
    """Finds the slots that carry a tag, or one that begins so."""

    def __call__(self, tag: str, *, prefix: bool) -> Sequence[int]: ...


class Conditions:
    """The conditions of queries in one language. ``met(clauses)`` gives the slots that meet all of them."""

    def __init__(self, part: Partition, fulltext: FullText, tagged: Tagged) -> None:
        self._part = part
        self._fulltext = fulltext
        self._tagged = tagged
        self.met = lru_cache(_REMEMBERED)(self._met)

    def _met(self, clauses: tuple[Clause, ...]) -> Slots:
        met = self._part.there
        for clause in sorted(clauses, key=_is_phrase):  # the others leave fewer documents to read
            met &= self._meeting(clause, met) ^ clause.negated
        met.setflags(write=False)
        return met

    def _meeting(self, clause: Clause, among: Slots) -> Slots:
        """The slots that meet a clause, its negation aside. A phrase is looked for only ``among`` some slots."""
        term = clause.terms[0]
        if clause.field == "tag":
            return self._marked(self._tagged(term, prefix=clause.prefix))
        if _is_phrase(clause):
            likely = self._part.holding_all(clause.terms, among, MOST_READ)
            return self._marked(self._fulltext.with_phrase(clause.field, clause.terms, likely))
        if clause.field == "title":
            with_title = self._part.titles_beginning if clause.prefix else self._fulltext.with_title
            return self._marked(with_title(term))
        return self._part.holding(self._part.beginning(term) if clause.prefix else self._part.numbers([term]))

    def _marked(self, slots: Sequence[int]) -> Slots:
        marked = np.zeros(self._part.slots, bool)
        marked[slots] = True
        return marked


def _is_phrase(clause: Clause) -> bool:
    return len(clause.terms) > 1
